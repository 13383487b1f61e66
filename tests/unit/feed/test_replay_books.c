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

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(behind_a_gap_it_says_when_books_are_known_again),
        TEST(keyframes_without_a_book_are_none),
        TEST(a_seek_beyond_the_end_is_held_within),
    };
    return cmocka_run_group_tests_name("feed/replay_books", tests, prepare, clear);
}
