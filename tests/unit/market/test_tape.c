#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/market/tape.h"
#include "failing_memory.h"

static bool add(struct tape *tape, int64_t venue_ms, uint64_t id)
{
    const struct trade trade = {.venue_ms = venue_ms, .price = (price_t)id + 1000, .quantity = 1, .id = id};
    return tape_add(tape, &trade);
}

/* Ids, newest first. */
static void assert_ids(const struct tape *tape, const uint64_t *ids, size_t count)
{
    assert_int_equal(tape_count(tape), count);
    for (size_t n = 0; n < count; n++) {
        assert_int_equal(tape_trade(tape, n)->id, ids[n]);
        assert_int_equal(tape_trade(tape, n)->price, ids[n] + 1000);
    }
    assert_null(tape_trade(tape, count));
    assert_null(tape_trade(tape, SIZE_MAX));
}

static void newest_comes_first(void **state)
{
    (void)state;
    struct tape tape = {0};
    assert_ids(&tape, NULL, 0);
    assert_true(add(&tape, 10, 1));
    assert_true(add(&tape, 20, 2));
    assert_true(add(&tape, 20, 3)); /* of the same time: as they came */
    assert_ids(&tape, (uint64_t[]){3, 2, 1}, 3);
    assert_int_equal(tape.total, 3);
    tape_free(&tape);
    assert_ids(&tape, NULL, 0);
}

static void repetitions_are_left_out(void **state)
{
    (void)state;
    struct tape tape = {0};
    assert_true(add(&tape, 10, 7));
    assert_false(add(&tape, 10, 7));
    assert_false(add(&tape, 99, 7));
    assert_true(add(&tape, 10, 0)); /* no id is no repetition */
    assert_true(add(&tape, 10, 0));
    assert_ids(&tape, (uint64_t[]){0, 0, 7}, 3);
    assert_int_equal(tape.total, 3);
    tape_free(&tape);
}

static void older_trades_find_their_place(void **state)
{
    (void)state;
    struct tape tape = {0};
    assert_true(add(&tape, 50, 5));
    assert_true(add(&tape, 30, 3));
    assert_true(add(&tape, 40, 4));
    assert_true(add(&tape, 10, 1));
    assert_true(add(&tape, 40, 44));
    assert_ids(&tape, (uint64_t[]){5, 44, 4, 3, 1}, 5);
    assert_true(add(&tape, EVENT_NO_TIME, 9)); /* without a time: new as it comes */
    assert_ids(&tape, (uint64_t[]){9, 5, 44, 4, 3, 1}, 6);
    assert_true(add(&tape, 60, 6));
    assert_ids(&tape, (uint64_t[]){6, 9, 5, 44, 4, 3, 1}, 7);
    tape_free(&tape);
}

static void a_full_tape_drops_the_oldest(void **state)
{
    (void)state;
    struct tape tape = {0};
    for (uint64_t n = 1; n <= TAPE_TRADES + 3; n++) assert_true(add(&tape, (int64_t)n * 10, n));
    assert_int_equal(tape_count(&tape), TAPE_TRADES);
    assert_int_equal(tape.total, TAPE_TRADES + 3);
    assert_int_equal(tape_trade(&tape, 0)->id, TAPE_TRADES + 3);
    assert_int_equal(tape_trade(&tape, TAPE_TRADES - 1)->id, 4);
    assert_null(tape_trade(&tape, TAPE_TRADES));

    assert_false(add(&tape, 30, 3)); /* dropped once, too old to come back */
    assert_false(add(&tape, 39, 1000));
    assert_int_equal(tape.total, TAPE_TRADES + 3);
    assert_true(add(&tape, 45, 1001)); /* between the oldest two */
    assert_int_equal(tape_trade(&tape, TAPE_TRADES - 1)->id, 1001);
    assert_int_equal(tape_trade(&tape, TAPE_TRADES - 2)->id, 5);
    assert_int_equal(tape_trade(&tape, 0)->id, TAPE_TRADES + 3);
    tape_free(&tape);
}

/* Random times against a plain list kept by insertion. */
static void order_is_that_of_a_list(void **state)
{
    (void)state;
    struct tape tape = {0};
    struct trade list[TAPE_TRADES + 1] = {0}; /* newest first */
    size_t held = 0;
    uint64_t seed = 12345;
    for (uint64_t id = 1; id <= 3000; id++) {
        seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        int64_t time = (int64_t)(id + (seed >> 33) % 150);
        size_t at = 0;
        while (at < held && list[at].venue_ms > time) at++;
        bool expected = at < TAPE_TRADES;
        assert_int_equal(add(&tape, time, id), expected);
        if (!expected) continue;
        memmove(&list[at + 1], &list[at], (held - at) * sizeof *list);
        list[at] = (struct trade){.venue_ms = time, .id = id};
        if (held < TAPE_TRADES) held++;
        assert_int_equal(tape_count(&tape), held);
        for (size_t n = 0; n < held; n++) assert_true(tape_trade(&tape, n)->id == list[n].id);
    }
    tape_free(&tape);
}

static void without_memory_nothing_is_added(void **state)
{
    (void)state;
    struct tape tape = {0};
    memory_fail(1, true);
    assert_false(add(&tape, 10, 1));
    assert_ids(&tape, NULL, 0);
    memory_fail(0, false);
    for (uint64_t n = 1; n <= 300; n++) assert_true(add(&tape, (int64_t)n, n));
    assert_int_equal(memory_requests, 1); /* with the first trade, and never again */
    tape_free(&tape);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newest_comes_first),
        cmocka_unit_test(repetitions_are_left_out),
        cmocka_unit_test(older_trades_find_their_place),
        cmocka_unit_test(a_full_tape_drops_the_oldest),
        cmocka_unit_test(order_is_that_of_a_list),
        cmocka_unit_test(without_memory_nothing_is_added),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
