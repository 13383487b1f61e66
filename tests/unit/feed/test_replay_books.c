/* What a replay says where it has no book: whether something is missing, and by when there is one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/feed/replay.h"
#include "booktop/net/loop.h"
#include "onlooker.h"
#include "rig.h"

#define SECOND NANOSECONDS_PER_SECOND
#define LIMIT  (60 * SECOND)
#define ROUND  (10 * SECOND)

static const struct replay_view *at(const struct onlooker *onlooker)
{
    return feed_replay(onlooker->feed);
}

static void show(struct onlooker *onlooker, const struct instrument *instrument)
{
    feed_open(onlooker->feed, 0, instrument->symbol);
    ONLOOKER_AWAIT(onlooker, LIMIT, onlooker_sees(onlooker, instrument));
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->books_known);
}

static void go_to(struct onlooker *onlooker, int64_t m)
{
    uint32_t epoch = onlooker->view.epoch;
    feed_replay_seek(onlooker->feed, m);
    ONLOOKER_AWAIT(onlooker, LIMIT, at(onlooker)->position == m && !at(onlooker)->seeking);
    ONLOOKER_AWAIT(onlooker, LIMIT, onlooker->view.epoch != epoch);
}

/* Its books come by messages; some are dropped, and a round of keyframes follows. Returns when. */
static int64_t record_with_a_gap(struct rig *rig)
{
    record_messages(rig, 0, 100);
    event(rig, (struct record_happening){.event = RECORD_DROPPED, .amount = 3});
    int64_t lost = rig->m;
    say(rig, 20);
    rig->m = ROUND;
    whole_round(rig);
    say(rig, 20);
    end_file(rig);
    return lost;
}

static void behind_a_gap_it_says_when_books_are_known_again(void **state)
{
    struct rig *rig = *state;
    int64_t lost = record_with_a_gap(rig);
    struct onlooker onlooker = onlooker_of(rig->path);
    show(&onlooker, &catalogue.entries[0].instrument);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->next_book == ROUND);
    assert_false(at(&onlooker)->blind);
    go_to(&onlooker, lost - STEP);
    assert_true(onlooker.view.has_book);
    assert_false(at(&onlooker)->blind);
    go_to(&onlooker, lost + 2 * STEP);
    assert_false(onlooker.view.has_book);
    assert_true(at(&onlooker)->blind);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->next_book == ROUND);
    go_to(&onlooker, ROUND + STEP);
    assert_true(onlooker.view.has_book);
    assert_false(at(&onlooker)->blind);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->next_book == -1);
    feed_stop(onlooker.feed);
}

/* Watched it was, but its first book came only behind the first round that names it. */
static void keyframes_without_a_book_are_none(void **state)
{
    struct rig *rig = *state;
    begin_recording(rig, 0);
    open_market(rig);
    rig->m = ROUND;
    whole_round(rig);
    say(rig, 100);
    int64_t second = rig->m = 2 * ROUND;
    whole_round(rig);
    say(rig, 20);
    end_file(rig);
    struct onlooker onlooker = onlooker_of(rig->path);
    show(&onlooker, &catalogue.entries[1].instrument);
    assert_false(onlooker.view.has_book);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->next_book == second);
    feed_stop(onlooker.feed);
}

/* As it is played; by a step that looks for more; and up to its end. */
static void what_is_still_recorded_is_followed(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 2000, 100);
    struct onlooker onlooker = onlooker_of(rig->path);
    show(&onlooker, &catalogue.entries[0].instrument);
    feed_replay_speed(onlooker.feed, REPLAY_SPEED_ALL);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended);
    assert_true(at(&onlooker)->open && !at(&onlooker)->paused);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->measured);
    int64_t so_far = at(&onlooker)->position;
    uint64_t told = at(&onlooker)->messages;
    uint32_t jumps = at(&onlooker)->jumps;
    say(rig, 60);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->messages > told && at(&onlooker)->ended);
    assert_true(at(&onlooker)->position > so_far && at(&onlooker)->length == at(&onlooker)->position);
    feed_replay_pause(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->paused);
    told = at(&onlooker)->messages;
    say(rig, 60);
    feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->messages == told + 1);
    assert_false(at(&onlooker)->ended);
    end_file(rig);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && !at(&onlooker)->open);
    assert_true(at(&onlooker)->paused);
    assert_int_equal(at(&onlooker)->position, rig->m);
    /* All of it was played once, and nothing was taken for lost. */
    assert_int_equal(at(&onlooker)->messages, 220);
    assert_int_equal(at(&onlooker)->jumps, jumps);
    assert_int_equal(at(&onlooker)->faults, 0);
    assert_true(!at(&onlooker)->blind && onlooker.view.has_book);
    feed_stop(onlooker.feed);
}

/* Watched up to where it ends so far. */
static struct onlooker follow(struct rig *rig)
{
    struct onlooker onlooker = onlooker_of(rig->path);
    show(&onlooker, &catalogue.entries[0].instrument);
    feed_replay_speed(onlooker.feed, REPLAY_SPEED_ALL);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && at(&onlooker)->books_known);
    assert_true(at(&onlooker)->open && at(&onlooker)->partly);
    return onlooker;
}

/* Nothing of what comes is played then, and it is not said any more that more is to come. */
static void paused_at_its_end_so_far_it_is_looked_at(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 2000, 100);
    struct onlooker onlooker = follow(rig);
    feed_replay_pause(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->paused);
    uint64_t told = at(&onlooker)->messages;
    say(rig, 60);
    ONLOOKER_AWAIT(&onlooker, LIMIT, !at(&onlooker)->ended);
    assert_true(at(&onlooker)->open);
    end_file(rig);
    ONLOOKER_AWAIT(&onlooker, LIMIT, !at(&onlooker)->open);
    assert_true(at(&onlooker)->paused && !at(&onlooker)->ended);
    assert_int_equal(at(&onlooker)->messages, told);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && at(&onlooker)->paused);
    assert_int_equal(at(&onlooker)->messages, 160);
    assert_int_equal(at(&onlooker)->faults, 0);
    feed_stop(onlooker.feed);
}

static void a_step_that_finds_nothing_does_not_pause(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 2000, 100);
    struct onlooker onlooker = follow(rig);
    uint64_t told = at(&onlooker)->messages;
    feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
    feed_replay_step(onlooker.feed, REPLAY_CHANGE);
    feed_replay_speed(onlooker.feed, 2000); /* behind them */
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->speed == 2000);
    assert_true(at(&onlooker)->ended && !at(&onlooker)->paused);
    feed_replay_speed(onlooker.feed, REPLAY_SPEED_ALL);
    say(rig, 60);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->messages > told);
    end_file(rig);
    feed_stop(onlooker.feed);
}

static unsigned count_landmarks(const struct replay_view *view, enum landmark_kind kind)
{
    unsigned count = 0;
    for (uint32_t i = 0; i < view->landmark_count; i++) count += view->landmarks[i].kind == kind;
    return count;
}

/* As it is played, and once. */
static void what_came_later_has_its_landmarks(void **state)
{
    struct rig *rig = *state;
    record_messages(rig, 2000, 100);
    struct onlooker onlooker = follow(rig);
    assert_int_equal(at(&onlooker)->landmark_count, 0);
    say(rig, 20);
    int64_t marked = rig->m += STEP;
    event(rig, (struct record_happening){.event = RECORD_MARK, .why = TEXT("later")});
    event(rig, (struct record_happening){.event = RECORD_DROPPED, .amount = 3});
    say(rig, 20);
    int64_t round = rig->m += ROUND;
    whole_round(rig);
    say(rig, 20);
    end_file(rig);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && !at(&onlooker)->open);
    assert_int_equal(count_landmarks(at(&onlooker), LANDMARK_MARK), 1);
    assert_int_equal(count_landmarks(at(&onlooker), LANDMARK_GAP), 1);
    assert_string_equal(at(&onlooker)->landmarks[0].words, "later");
    assert_true(at(&onlooker)->landmarks[0].m <= marked + STEP);
    /* Back there it is known when the book is known again; and played again nothing is added. */
    go_to(&onlooker, round - STEP);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->blind && at(&onlooker)->next_book == round);
    go_to(&onlooker, marked - STEP);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended);
    assert_int_equal(at(&onlooker)->landmark_count, 2);
    assert_true(at(&onlooker)->partly);
    feed_stop(onlooker.feed);
}

/* Nobody has measured it yet, or only just. */
static void a_seek_beyond_the_end_is_held_within(void **state)
{
    struct rig *rig = *state;
    (void)record_with_a_gap(rig);
    static const int64_t places[] = {INT64_MAX, ROUND + 5 * SECOND, 3600 * SECOND};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        struct onlooker onlooker = onlooker_of(rig->path);
        feed_replay_seek(onlooker.feed, places[i]);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && !at(&onlooker)->seeking);
        assert_int_equal(at(&onlooker)->position, rig->m);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->measured);
        assert_int_equal(at(&onlooker)->length, rig->m);
        assert_int_equal(at(&onlooker)->position, rig->m);
        feed_stop(onlooker.feed);
    }
}

/* === What is listed === */

static struct answer_view found;

static bool is_answered(struct feed *feed, uint32_t question)
{
    struct answer_view answer;
    while (feed_answer(feed, &answer))
        if (answer.lookup == question) found = answer;
    return found.lookup == question;
}

static const struct catalogue *list(struct onlooker *onlooker, const char *words)
{
    found = (struct answer_view){0};
    uint32_t question = feed_search(onlooker->feed, words);
    ONLOOKER_AWAIT(onlooker, LIMIT, is_answered(onlooker->feed, question));
    return found.catalogue;
}

static void note(struct rig *rig, enum record_event what, const struct instrument *instrument)
{
    event(rig, (struct record_happening){.event = what, .venue = instrument->venue, .instrument = instrument});
}

/* One market has no more than a name, before the survey and behind it; another had the screen. */
static void what_is_listed_has_a_book_and_begins_with_what_was_shown(void **state)
{
    struct rig *rig = *state;
    struct instrument bare, shown = catalogue.entries[catalogue.count - 1].instrument;
    assert_true(catalogue.count > 1);
    assert_true(instrument_init(&bare, VENUE_POLYMARKET, UNKNOWN, 4, 6));
    begin_recording(rig, 0);
    note(rig, RECORD_LEARNT, &bare);
    note(rig, RECORD_SHOWN, &shown);
    open_market(rig);
    say(rig, 100);
    note(rig, RECORD_SHOWN, &catalogue.entries[0].instrument);
    rig->m = ROUND;
    whole_round(rig);
    say(rig, 20);
    end_file(rig);
    for (unsigned known = 0; known < 2; known++) {
        struct onlooker onlooker = onlooker_of(rig->path);
        if (known) ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->books_known);
        const struct catalogue *listed = list(&onlooker, "");
        assert_non_null(listed);
        if (known) assert_int_equal(listed->count, catalogue.count);
        for (size_t i = 0; i < listed->count; i++)
            assert_string_not_equal(listed->entries[i].instrument.symbol, bare.symbol);
        if (known) assert_string_equal(listed->entries[0].instrument.symbol, shown.symbol);
        feed_release(onlooker.feed, listed);
        feed_stop(onlooker.feed);
    }
    /* It can be opened all the same by whoever knows its name. */
    struct onlooker onlooker = onlooker_of(rig->path);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->books_known);
    show(&onlooker, &bare);
    assert_false(onlooker.view.has_book);
    feed_stop(onlooker.feed);
}

/* At a place far behind the begin it is what had the screen there. */
static void a_later_place_begins_with_what_was_shown_there(void **state)
{
    struct rig *rig = *state;
    const struct instrument *first = &catalogue.entries[0].instrument,
                            *last = &catalogue.entries[catalogue.count - 1].instrument;
    begin_recording(rig, 0);
    note(rig, RECORD_SHOWN, first);
    open_market(rig);
    say(rig, 100);
    rig->m = 5 * ROUND;
    begin_round(rig);
    note(rig, RECORD_SHOWN, last);
    for (size_t i = 0; i < catalogue.count; i++) snap(rig, i);
    end_round(rig);
    say(rig, 20);
    end_file(rig);
    char error[300] = "";
    const char *path = rig->path;
    struct feed_replay_options replay = {.paths = &path, .path_count = 1, .speed = REPLAY_SPEED_NORMAL, .paused = true};
    replay.from = 5 * ROUND + STEP;
    struct feed_options options = {.clock = &clock_system, .replay = &replay};
    struct onlooker onlooker = {.feed = feed_start(&options, error, sizeof error)};
    if (!onlooker.feed) fail_msg("%s", error);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->books_known);
    const struct catalogue *listed = list(&onlooker, "");
    assert_string_equal(listed->entries[0].instrument.symbol, last->symbol);
    feed_release(onlooker.feed, listed);
    feed_stop(onlooker.feed);
}

/* Watched behind the last keyframes, it may have a book; named by keyframes that have none of it, it has not. */
static void what_is_watched_late_is_listed_too(void **state)
{
    struct rig *rig = *state;
    struct instrument early, late;
    assert_true(instrument_init(&early, VENUE_POLYMARKET, TEXT("0xaa"), 4, 6));
    assert_true(instrument_init(&late, VENUE_POLYMARKET, TEXT("0xbb"), 4, 6));
    begin_recording(rig, 0);
    note(rig, RECORD_WATCHED, &early);
    open_market(rig);
    say(rig, 100);
    whole_round(rig);
    rig->m += STEP;
    note(rig, RECORD_WATCHED, &late);
    end_file(rig);
    struct onlooker onlooker = onlooker_of(rig->path);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->books_known);
    const struct catalogue *listed = list(&onlooker, "");
    bool has_late = false;
    for (size_t i = 0; i < listed->count; i++) {
        assert_string_not_equal(listed->entries[i].instrument.symbol, early.symbol);
        has_late |= strcmp(listed->entries[i].instrument.symbol, late.symbol) == 0;
    }
    assert_true(has_late);
    feed_release(onlooker.feed, listed);
    feed_stop(onlooker.feed);
}

/* And what was watched when all of it had been gone through, once that is played. */
static void what_is_watched_while_it_is_followed_is_listed(void **state)
{
    struct rig *rig = *state;
    struct instrument late;
    assert_true(instrument_init(&late, VENUE_POLYMARKET, TEXT("0xbb"), 4, 6));
    record_messages(rig, 2000, 100);
    struct onlooker onlooker = follow(rig);
    rig->m += STEP;
    note(rig, RECORD_WATCHED, &late);
    end_file(rig);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->ended && !at(&onlooker)->open);
    const struct catalogue *listed = list(&onlooker, "");
    bool has_late = false;
    for (size_t i = 0; i < listed->count; i++)
        has_late |= strcmp(listed->entries[i].instrument.symbol, late.symbol) == 0;
    assert_true(has_late);
    feed_release(onlooker.feed, listed);
    feed_stop(onlooker.feed);
}

/* What its venue's keyframes tell of it is a symbol; the title comes with its own, later. */
static void a_market_has_its_name_before_its_book(void **state)
{
    struct rig *rig = *state;
    struct instrument early, late;
    assert_true(instrument_init(&early, VENUE_POLYMARKET, UNKNOWN, 4, 6));
    late = early;
    strcpy(late.title, "Will the harbour bridge open?");
    begin_recording(rig, 0);
    note(rig, RECORD_WATCHED, &early);
    open_market(rig);
    say(rig, 100);
    whole_round(rig);
    rig->m += STEP;
    note(rig, RECORD_WATCHED, &late);
    end_file(rig);
    struct onlooker onlooker = onlooker_of(rig->path);
    ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->books_known);
    show(&onlooker, &early);
    assert_string_equal(onlooker.view.instrument.title, late.title);
    feed_stop(onlooker.feed);
}

static void a_step_to_no_further_change_stays(void **state)
{
    struct rig *rig = *state;
    struct instrument bare;
    assert_true(instrument_init(&bare, VENUE_POLYMARKET, UNKNOWN, 4, 6));
    begin_recording(rig, 0);
    note(rig, RECORD_WATCHED, &bare);
    open_market(rig);
    say(rig, 100);
    whole_round(rig);
    end_file(rig);
    struct onlooker onlooker = onlooker_of(rig->path);
    show(&onlooker, &bare);
    int64_t place = rig->m / 2;
    go_to(&onlooker, place);
    for (uint32_t i = 1; i <= 2; i++) {
        feed_replay_step(onlooker.feed, REPLAY_CHANGE);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->unchanged == i && !at(&onlooker)->seeking);
        ONLOOKER_AWAIT(&onlooker, LIMIT, at(&onlooker)->position == place);
        assert_true(at(&onlooker)->paused && !at(&onlooker)->ended);
    }
    feed_stop(onlooker.feed);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(behind_a_gap_it_says_when_books_are_known_again),
        TEST(keyframes_without_a_book_are_none),
        TEST(what_is_still_recorded_is_followed),
        TEST(paused_at_its_end_so_far_it_is_looked_at),
        TEST(a_step_that_finds_nothing_does_not_pause),
        TEST(what_came_later_has_its_landmarks),
        TEST(a_seek_beyond_the_end_is_held_within),
        TEST(what_is_listed_has_a_book_and_begins_with_what_was_shown),
        TEST(a_later_place_begins_with_what_was_shown_there),
        TEST(what_is_watched_late_is_listed_too),
        TEST(what_is_watched_while_it_is_followed_is_listed),
        TEST(a_market_has_its_name_before_its_book),
        TEST(a_step_to_no_further_change_stays),
    };
    return cmocka_run_group_tests_name("feed/replay_books", tests, prepare, clear);
}
