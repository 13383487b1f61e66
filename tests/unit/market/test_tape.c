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

/* Each request for memory fails in its turn. */
static void without_memory_nothing_is_added(void **state)
{
    (void)state;
    for (unsigned long n = 1;; n++) {
        struct tape tape = {0};
        memory_fail(n, true);
        bool added = add(&tape, 10000, 1);
        memory_fail(0, false);
        if (added) {
            assert_int_equal(n, 4); /* trades, seconds, volume */
            tape_free(&tape);
            break;
        }
        assert_ids(&tape, NULL, 0);
        assert_int_equal(tape_volume_at(&tape, 1001), 0);
        assert_int_equal(tape_per_minute(&tape, 10000), 0);
        assert_true(add(&tape, 10000, 1));
        assert_int_equal(tape_volume_at(&tape, 1001), 1);
        assert_int_equal(tape_per_minute(&tape, 10000), 1);
        tape_free(&tape);
    }
}

/* At a price that is known already. */
static bool add_at(struct tape *tape, int64_t venue_ms, uint64_t id, price_t price, quantity_t quantity)
{
    const struct trade trade = {.venue_ms = venue_ms, .price = price, .quantity = quantity, .id = id};
    return tape_add(tape, &trade);
}

static void a_warm_tape_asks_for_no_memory(void **state)
{
    (void)state;
    struct tape tape = {0};
    for (price_t price = 1; price <= 99; price++) assert_true(add_at(&tape, price, 0, price, 1));
    memory_fail(0, false);
    for (price_t n = 0; n < 1000; n++) assert_true(add_at(&tape, 100 + n * 10, 0, 1 + n % 99, 1));
    assert_int_equal(memory_requests, 0);
    tape_free(&tape);
}

static void volume_gathers_at_each_price(void **state)
{
    (void)state;
    struct tape tape = {0};
    assert_int_equal(tape_volume_at(&tape, 40), 0);
    for (uint64_t n = 1; n <= 200; n++) /* far more than the tape holds */
        assert_true(add_at(&tape, (int64_t)n, n, n % 2 == 0 ? 40 : 41, (quantity_t)n));
    assert_int_equal(tape_volume_at(&tape, 40), 10100);
    assert_int_equal(tape_volume_at(&tape, 41), 10000);
    assert_int_equal(tape_volume_at(&tape, 42), 0);
    assert_false(add_at(&tape, 200, 200, 40, 5)); /* a repetition */
    assert_false(add_at(&tape, 1, 999, 40, 5));   /* too old */
    assert_int_equal(tape_volume_at(&tape, 40), 10100);
    assert_true(add_at(&tape, 300, 0, 40, INT64_MAX)); /* cut off */
    assert_true(add_at(&tape, 300, 0, 40, 1));
    assert_true(tape_volume_at(&tape, 40) == INT64_MAX);
    assert_true(add_at(&tape, 300, 0, 43, 0)); /* of nothing: shown, but no volume */
    assert_true(add_at(&tape, 300, 0, 41, -7));
    assert_int_equal(tape_volume_at(&tape, 41), 10000);
    tape_free(&tape);
    assert_int_equal(tape_volume_at(&tape, 40), 0);
}

static void trades_are_counted_by_the_minute(void **state)
{
    (void)state;
    struct tape tape = {0};
    const int64_t start = INT64_C(1789156497250);
    const int64_t second = start / 1000 * 1000;
    assert_int_equal(tape_per_minute(&tape, start), 0);
    assert_true(add(&tape, start, 1));
    assert_true(add(&tape, start + 100, 2));
    assert_int_equal(tape_per_minute(&tape, start), 2);
    assert_int_equal(tape_per_minute(&tape, second - 1), 0); /* not yet then */
    assert_int_equal(tape_per_minute(&tape, second + 59999), 2);
    assert_int_equal(tape_per_minute(&tape, second + 60000), 0);
    assert_false(add(&tape, start, 2)); /* a repetition */
    assert_true(add(&tape, EVENT_NO_TIME, 3));
    assert_int_equal(tape_per_minute(&tape, start), 2);
    assert_true(add(&tape, start - 30000, 4)); /* late, within the minute */
    assert_int_equal(tape_per_minute(&tape, start), 3);
    assert_int_equal(tape_per_minute(&tape, start - 30000), 1);
    assert_true(add(&tape, start - 90000, 5)); /* beyond it: of no second that is held at that place */
    assert_int_equal(tape_per_minute(&tape, start), 3);

    assert_true(add(&tape, start + 59000, 6));
    assert_true(add(&tape, start + 60000, 7));
    assert_int_equal(tape_per_minute(&tape, start + 59000), 1); /* those of the first second gave way to 7 */
    assert_int_equal(tape_per_minute(&tape, start + 60000), 2);
    assert_true(add(&tape, start, 8)); /* its place is taken by a newer one */
    assert_int_equal(tape_per_minute(&tape, start + 59000), 1);
    tape_free(&tape);
}

static void gaps_and_wrong_clocks_do_no_lasting_harm(void **state)
{
    (void)state;
    struct tape tape = {0};
    const int64_t start = INT64_C(1789156497000);
    for (uint64_t n = 0; n < 120; n++) assert_true(add(&tape, start + (int64_t)n * 500, n + 1));
    assert_int_equal(tape_per_minute(&tape, start + 59500), 120);
    assert_true(add(&tape, start + 600000, 200)); /* ten minutes of silence */
    assert_int_equal(tape_per_minute(&tape, start + 600000), 1);

    assert_true(add(&tape, INT64_MAX, 201)); /* a clock gone mad costs its own second, no more */
    for (uint64_t n = 0; n < 60; n++) assert_true(add(&tape, start + 601000 + (int64_t)n * 1000, 300 + n));
    uint32_t counted = tape_per_minute(&tape, start + 660000);
    assert_true(counted == 59 || counted == 60);
    assert_int_equal(tape_per_minute(&tape, INT64_MAX), 1);
    tape_free(&tape);

    assert_true(add(&tape, 0, 1)); /* the first second of 1970 is one; what was before is not */
    assert_true(add(&tape, -1, 2));
    assert_true(add(&tape, INT64_MIN + 1, 3));
    assert_int_equal(tape_per_minute(&tape, 0), 1);
    assert_int_equal(tape_per_minute(&tape, -1), 0);
    assert_int_equal(tape_per_minute(&tape, EVENT_NO_TIME), 0);
    tape_free(&tape);
}

/* What a recording has of it; what does not fit together is refused. */
static void a_tape_is_made_of_what_was_held(void **state)
{
    (void)state;
    struct tape tape = {0};
    const struct trade trades[] = {{.venue_ms = 10, .price = 1001, .id = 1}, {.venue_ms = 20, .price = 1002, .id = 2}};
    const struct tape_second second = {.number = 7, .trades = 3}, before_time = {.number = -1, .trades = 3};
    assert_true(tape_restore(&tape, 2, trades, 2, &second, 1));
    assert_ids(&tape, (uint64_t[]){2, 1}, 2);
    assert_int_equal(tape_per_minute(&tape, 8000), 3);
    assert_true(add(&tape, 15, 3));
    assert_ids(&tape, (uint64_t[]){2, 3, 1}, 3);
    assert_false(tape_restore(&tape, 3, trades, 2, NULL, 0));
    assert_false(tape_restore(&tape, 1000, trades, 2, NULL, 0));
    assert_false(tape_restore(&tape, 2, trades, 2, &before_time, 1));
    assert_ids(&tape, NULL, 0);
    assert_true(tape_restore(&tape, 0, NULL, 0, NULL, 0));
    tape_free(&tape);
}

/* Ten prices, 1001 to 1010; at the first one two trades. */
static void volumes_are_those_around_a_price(void **state)
{
    (void)state;
    static const struct {
        price_t near;
        size_t most, count;
        price_t lowest;
    } cases[] = {
        {PRICE_NONE, 20, 10, 1001}, {1005, 10, 10, 1001}, {PRICE_NONE, 4, 4, 1007}, {1005, 4, 4, 1004},
        {1005, 3, 3, 1004},         {2000, 4, 4, 1007},   {1, 4, 4, 1001},          {1010, 1, 1, 1010},
        {1001, 1, 1, 1001},         {1005, 0, 0, 0},
    };
    struct tape tape = {0};
    struct level levels[20];
    assert_int_equal(tape_volumes(&tape, 1005, levels, 20), 0);
    for (uint64_t id = 1; id <= 10; id++) assert_true(add(&tape, 10, id));
    const struct trade again = {.venue_ms = 10, .price = 1001, .quantity = 6, .id = 99};
    assert_true(tape_add(&tape, &again));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t count = tape_volumes(&tape, cases[i].near, levels, cases[i].most);
        assert_int_equal(count, cases[i].count);
        for (size_t n = 0; n < count; n++) {
            assert_int_equal(levels[n].price, cases[i].lowest + (price_t)n);
            assert_int_equal(levels[n].quantity, levels[n].price == 1001 ? 7 : 1);
        }
    }
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
        cmocka_unit_test(a_warm_tape_asks_for_no_memory),
        cmocka_unit_test(volume_gathers_at_each_price),
        cmocka_unit_test(trades_are_counted_by_the_minute),
        cmocka_unit_test(gaps_and_wrong_clocks_do_no_lasting_harm),
        cmocka_unit_test(a_tape_is_made_of_what_was_held),
        cmocka_unit_test(volumes_are_those_around_a_price),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
