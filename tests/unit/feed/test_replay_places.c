/* A paused replay shows the book as it stands at its place, wherever that is: amid a burst, before the first round, at
 * the end.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/feed/replay.h"
#include "booktop/net/loop.h"
#include "onlooker.h"
#include "rig.h"

#define SECOND  NANOSECONDS_PER_SECOND
#define LIMIT   (60 * SECOND)
#define SAID    400
#define BETWEEN 20 /* messages, between two rounds */
#define SEEKS   200
#define STEPS   60
#define PLACES  (SAID + 1)
#define BLOCK   4000 /* bytes, so that there are many */
#define MOMENT  NANOSECONDS_PER_MILLISECOND

/* A place, and what there is to be seen. */
struct place {
    int64_t m;
    char digest[DIGEST_TEXT_SIZE];
    enum proof_state proof;
    uint64_t bursts, verified;
    bool crossed, locked;
    bool amid; /* a burst, and the book is crossed or locked by its first part */
};

static struct place places[PLACES];
static struct place last;
static size_t place_count;

/* === Watching === */

static const struct instrument *shown(void)
{
    return &catalogue.entries[0].instrument;
}

static const struct replay_view *at(const struct onlooker *onlooker)
{
    return feed_replay(onlooker->feed);
}

static struct onlooker watch(const struct rig *rig)
{
    struct onlooker onlooker = onlooker_of(rig->path);
    feed_open(onlooker.feed, 0, shown()->symbol);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker_sees(&onlooker, shown()));
    return onlooker;
}

static void go_to(struct onlooker *onlooker, int64_t m, int64_t arrived)
{
    uint32_t epoch = onlooker->view.epoch;
    feed_replay_seek(onlooker->feed, m);
    ONLOOKER_AWAIT(onlooker, LIMIT, onlooker->view.epoch != epoch);
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->position == arrived && !at(onlooker)->seeking);
}

static void expect(const struct onlooker *onlooker, const struct place *place)
{
    char digest[DIGEST_TEXT_SIZE];
    assert_true(onlooker->view.has_book);
    onlooker_digest(onlooker, 0, digest);
    assert_string_equal(digest, place->digest);
    assert_int_equal(onlooker->view.proof.state, place->proof);
    assert_int_equal(onlooker->view.proof.bursts, place->bursts);
    assert_int_equal(onlooker->view.proof.verified, place->verified);
    assert_int_equal(onlooker->view.crossed, place->crossed);
    assert_int_equal(onlooker->view.locked, place->locked);
}

/* === The recording === */

static const struct market *live_market(const struct rig *rig)
{
    return registry_find(engine_registry(rig->live), VENUE_POLYMARKET, text_from(shown()->symbol), NULL);
}

static bool is_amid(const struct market *market)
{
    return market->burst_open && (order_book_crossed(&market->book) || order_book_locked(&market->book));
}

/* Nothing of it is recorded. */
static unsigned messages_until_amid(void)
{
    void *state;
    open_rig(&state);
    struct rig *rig = state;
    open_market(rig);
    while (rig->said < MESSAGES - SAID && !is_amid(live_market(rig))) say(rig, 1);
    unsigned count = (unsigned)rig->said;
    assert_true(is_amid(live_market(rig)));
    close_rig(&state);
    return count;
}

/* It is begun amid a burst of a book that is watched already. */
static void record_session(struct rig *rig)
{
    unsigned before = messages_until_amid();
    rig->m = -SECOND - before * STEP;
    open_market(rig);
    say(rig, before);
    assert_int_equal(rig->m, 0);
    begin_file(rig, BLOCK);
    rig->m = MOMENT;
    assert_true(is_amid(live_market(rig)));
    for (unsigned said = 0; said < SAID; said += BETWEEN) {
        whole_round(rig);
        say(rig, BETWEEN);
    }
    end_file(rig);
}

static struct place look(struct rig *rig)
{
    const struct market *market = registry_find(engine_registry(playback_engine(rig->playback)), VENUE_POLYMARKET,
                                                text_from(shown()->symbol), NULL);
    assert_non_null(market);
    assert_true(market->had_book);
    struct place place = {
        .m = playback_peek(rig->playback)->m,
        .proof = market->proof.state,
        .bursts = market->proof.bursts,
        .verified = market->proof.verified,
        .crossed = order_book_crossed(&market->book),
        .locked = order_book_locked(&market->book),
        .amid = is_amid(market),
    };
    digest_book(&market->instrument, &market->book, 0, place.digest);
    return place;
}

/* What is to be seen at the first round, behind each message, and at the end; by the playback alone. */
static void find_places(struct rig *rig)
{
    place_count = 0;
    open_playback(rig, NULL);
    for (const struct playback_next *next; (next = playback_peek(rig->playback))->kind != PLAYBACK_AT_END;) {
        bool message = next->kind == PLAYBACK_INPUT && next->record->kind == RECORD_RECEIVED;
        bool first = place_count == 0 && next->record->kind == RECORD_ROUND && next->record->done;
        int64_t m = next->m;
        playback_step(rig->playback);
        if (!message && !first) continue;
        assert_true(place_count < PLACES);
        places[place_count] = look(rig);
        places[place_count++].m = m;
    }
    playback_step(rig->playback);
    last = look(rig);
}

/* === Tests === */

static void paused_it_shows_the_book_of_any_place(void **state)
{
    struct rig *rig = *state;
    unsigned amid = 0;
    record_session(rig);
    find_places(rig);
    struct onlooker onlooker = watch(rig);
    for (size_t i = 0; i < place_count; i++) {
        const struct place *place = &places[i * 379 % place_count]; /* forth and back */
        if (!place->amid && i % (PLACES / SEEKS)) continue;
        amid += place->amid;
        go_to(&onlooker, place->m, place->m);
        expect(&onlooker, place);
    }
    assert_true(amid >= 2);
    feed_stop(onlooker.feed);
}

static void before_the_first_round_it_shows_that(void **state)
{
    struct rig *rig = *state;
    record_session(rig);
    find_places(rig);
    assert_true(places[0].m == MOMENT && places[0].amid);
    struct onlooker onlooker = watch(rig);
    expect(&onlooker, &places[0]);
    for (unsigned i = 0; i < 3; i++) {
        go_to(&onlooker, places[place_count / 2].m, places[place_count / 2].m);
        go_to(&onlooker, i, MOMENT);
        expect(&onlooker, &places[0]);
    }
    feed_stop(onlooker.feed);
}

static void each_step_shows_the_book(void **state)
{
    struct rig *rig = *state;
    record_session(rig);
    find_places(rig);
    struct onlooker onlooker = watch(rig);
    assert_true(places[1].amid);
    go_to(&onlooker, places[0].m, places[0].m);
    for (size_t i = 1; i < STEPS; i++) {
        feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->position == places[i].m);
        if (strcmp(places[i].digest, places[i - 1].digest) == 0) continue; /* of another market */
        char digest[DIGEST_TEXT_SIZE];
        ONLOOKER_AWAIT(&onlooker, LIMIT, (onlooker_digest(&onlooker, 0, digest), !strcmp(digest, places[i].digest)));
        expect(&onlooker, &places[i]);
    }
    feed_stop(onlooker.feed);
}

static void at_the_end_it_shows_the_last_book(void **state)
{
    struct rig *rig = *state;
    record_session(rig);
    find_places(rig);
    struct onlooker onlooker = watch(rig);
    for (unsigned i = 0; i < 3; i++) {
        go_to(&onlooker, i % 2 ? last.m : INT64_MAX, last.m);
        assert_true(at(&onlooker)->ended);
        expect(&onlooker, &last);
        go_to(&onlooker, places[i].m, places[i].m);
        expect(&onlooker, &places[i]);
    }
    feed_stop(onlooker.feed);
}

/* As when recording begins with the program: its first round is empty. */
static void behind_an_empty_round_it_shows_the_first_book(void **state)
{
    struct rig *rig = *state;
    begin_recording(rig, BLOCK);
    event(rig, (struct record_happening){.event = RECORD_WATCHED, .venue = VENUE_POLYMARKET, .instrument = shown()});
    event(rig, (struct record_happening){.event = RECORD_OPENED, .venue = VENUE_POLYMARKET, .url = TEXT("wss://x")});
    engine_watch(rig->live, now(rig), registry_add(engine_registry(rig->live), shown()));
    engine_link(rig->live, VENUE_POLYMARKET, now(rig), 0, LINK_OPENED, "");
    do say(rig, 1);
    while (!live_market(rig)->had_book);
    int64_t first = rig->m;
    assert_true(first < SECOND / 2);
    say(rig, BETWEEN);
    int64_t end = rig->m;
    end_file(rig);
    struct onlooker onlooker = watch(rig);
    go_to(&onlooker, end, end);
    go_to(&onlooker, 0, first);
    assert_true(onlooker.view.has_book);
    feed_stop(onlooker.feed);
}

/* It does not go far for it. */
static void where_no_book_is_near_it_shows_none(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, BLOCK, BETWEEN); /* from the first second on */
    int64_t end = rig->m;
    end_file(rig);
    struct onlooker onlooker = watch(rig);
    go_to(&onlooker, end, end);
    assert_true(onlooker.view.has_book);
    static const int64_t none[] = {0, SECOND / 4, SECOND - STEP};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
        go_to(&onlooker, none[i], none[i]);
        assert_false(onlooker.view.has_book);
    }
    feed_stop(onlooker.feed);
}

/* A session's later file, alone: its places begin at nought, though its m does not. */
static void a_later_file_begins_where_it_does(void **state)
{
    struct rig *rig = *state;
    char error[300];
    open_market(rig);
    rig->m = 3000 * SECOND;
    engine_advance(rig->live, now(rig));
    say(rig, BETWEEN);
    struct archive_options options = {
        .path = rig->path, .block_bytes = BLOCK, .block_time = INT64_MAX / 8, .from = BEGAN, .stamp = now(rig)};
    options.header = (struct record_header){.tool = "hand", .boot = "none", .sequence = 1, .stamp = now(rig)};
    rig->archive = archive_create(&options, error, sizeof error);
    if (!rig->archive) fail_msg("%s", error);
    int64_t begin = rig->m;
    rig->m += MOMENT;
    whole_round(rig);
    say(rig, BETWEEN);
    int64_t end = rig->m;
    end_file(rig);
    struct onlooker onlooker = watch(rig);
    assert_true(onlooker.view.has_book);
    assert_int_equal(at(&onlooker)->position, MOMENT);
    for (unsigned i = 0; i < 2; i++) {
        go_to(&onlooker, end, end - begin);
        go_to(&onlooker, i ? -SECOND : 0, MOMENT);
        assert_true(onlooker.view.has_book);
    }
    feed_stop(onlooker.feed);
}

static _Atomic unsigned looks; /* at the clock */

static struct stamp counted_now(void *context)
{
    (void)context;
    looks++;
    return clock_now(&clock_system);
}

/* Amid hours of nothing it shows no book of before, and waits in peace; back at their begin the book is there. */
static void amid_a_silence_of_hours_it_shows_none(void **state)
{
    struct rig *rig = *state;
    const int64_t hour = 3600 * SECOND;
    record_messages(rig, BLOCK, BETWEEN);
    int64_t last_said = rig->m;
    rig->m += 5 * hour;
    whole_round(rig);
    end_file(rig);
    char error[300] = "";
    const char *path = rig->path;
    struct clock clock = {.now = counted_now};
    struct feed_replay_options replay = {.paths = &path, .path_count = 1, .speed = REPLAY_SPEED_NORMAL, .paused = true};
    struct feed_options options = {.clock = &clock, .replay = &replay};
    struct onlooker onlooker = {.feed = feed_start(&options, error, sizeof error)};
    if (!onlooker.feed) fail_msg("%s", error);
    feed_open(onlooker.feed, 0, shown()->symbol);
    ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker_sees(&onlooker, shown()));
    for (int64_t i = 0; i < 2; i++) {
        go_to(&onlooker, last_said, last_said);
        assert_true(onlooker.view.has_book && !at(&onlooker)->blind);
        go_to(&onlooker, last_said + 2 * hour + i, last_said + 2 * hour + i);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->blind && !onlooker.view.has_book);
    }
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->surveyed == 1000);
    unsigned before = looks;
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->position > last_said + 2 * hour + SECOND / 4);
    assert_in_range(looks - before, 1, 2000);
    feed_stop(onlooker.feed);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(paused_it_shows_the_book_of_any_place),
        TEST(before_the_first_round_it_shows_that),
        TEST(each_step_shows_the_book),
        TEST(at_the_end_it_shows_the_last_book),
        TEST(behind_an_empty_round_it_shows_the_first_book),
        TEST(where_no_book_is_near_it_shows_none),
        TEST(a_later_file_begins_where_it_does),
        TEST(amid_a_silence_of_hours_it_shows_none),
    };
    return cmocka_run_group_tests_name("feed/replay_places", tests, prepare, clear);
}
