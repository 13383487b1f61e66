/* Kalshi's side as it goes: the lives of its markets, the faults, and the same bytes for the same seed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/base/clock.h"
#include "booktop/exchange/exchange.h"
#include "kalshi_seat.h"

#define BOOKS_OF_ALL                                                                                                   \
    "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],\"market_tickers\":["              \
    "\"KXSEAWALL-26DEC31\",\"KXHARBOR-26DEC-B4.5\",\"KXFERRY-26NOV\",\"KXTIDE15M-26NOV21-T104.25\"]}}"
#define LIVES "{\"id\":2,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"market_lifecycle_v2\"]}}"

/* The next frame with this part; empty: there is none. */
static struct text find(struct seat *seat, const char *part)
{
    struct text frame;
    do frame = seat_read(seat);
    while (frame.length > 0 && !frame_has(frame, part));
    return frame;
}

static void expect_life(struct seat *seat, const char *ticker, const char *event, const char *part)
{
    char start[160];
    snprintf(start, sizeof start, "\"market_ticker\":\"%s\",\"event_type\":\"%s\"", ticker, event);
    struct text frame = find(seat, start);
    if (frame.length == 0 || !frame_has(frame, part)) fail_msg("%s %s: %.*s", ticker, event, TEXT_ARGS(frame));
}

static void markets_live(void **state)
{
    (void)state;
    static struct pit pit;
    struct seat seat;
    pit_begin(&pit, 3, NULL);
    seat_take(&seat, &pit);
    seat_say(&seat, LIVES);
    (void)pit_run(&pit, START_MS + 64000, UINT64_MAX);
    expect_life(&seat, "KXFERRY-26NOV", "deactivated", "\"is_deactivated\":true");
    assert_int_equal(pit.flow.markets[FERRY].state, FLOW_PAUSED);
    uint64_t traded = pit.flow.markets[FERRY].trade_count;
    (void)pit_run(&pit, START_MS + 67000, UINT64_MAX);
    assert_int_equal(pit.flow.markets[FERRY].trade_count, traded);
    (void)pit_run(&pit, START_MS + 100000, UINT64_MAX);
    expect_life(&seat, "KXFERRY-26NOV", "activated", "\"is_deactivated\":false");
    assert_int_equal(pit.flow.markets[FERRY].state, FLOW_OPEN);
    struct text event = find(&seat, "\"type\":\"event_lifecycle\"");
    assert_true(frame_has(event, "\"event_ticker\":\"KXTRAM-27MAR\"") &&
                frame_has(event, "\"series_ticker\":\"KXTRAM\""));
    expect_life(&seat, "KXTRAM-27MAR", "created", "\"additional_metadata\":{\"name\":\"Opens by spring\"");
    (void)pit_run(&pit, START_MS + 205000, UINT64_MAX);
    assert_int_equal(pit.flow.markets[TIDE_INDEX].state, FLOW_RESOLVED);
    assert_int_equal(pit.flow.markets[TIDE_INDEX].orders.count, 0);
    (void)pit_run(&pit, START_MS + 240000, UINT64_MAX);
    expect_life(&seat, "KXTIDE15M-26NOV21-T104.25", "determined",
                "\"result\":\"yes\",\"settlement_value\":\"1.0000\",\"determination_ts\":");
    expect_life(&seat, "KXTIDE15M-26NOV21-T104.25", "settled", "\"settled_ts\":");
    /* Far from the middle the grid becomes finer. */
    seat.read = 0;
    expect_life(&seat, "KXHARBOR-26DEC-T6", "price_level_structure_updated",
                "\"price_level_structure\":\"deci_cent\",\"price_ranges\":[{\"start\":\"0.0000\",");
    /* It paused again a minute after. */
    (void)pit_run(&pit, START_MS + 250000, UINT64_MAX);
    seat.read = 0;
    for (unsigned i = 0; i < 3; i++) expect_life(&seat, "KXFERRY-26NOV", "deactivated", "true");
    seat_leave(&seat);
    pit_free(&pit);
}

/* === Faults === */

static int64_t number_after(struct text frame, const char *key)
{
    const char *at = memmem(frame.at, frame.length, key, strlen(key));
    assert_non_null(at);
    return strtoll(at + strlen(key), NULL, 10);
}

static void a_gap_leaves_out_number_and_message(void **state)
{
    (void)state;
    static struct pit pit;
    struct seat seat;
    pit_begin(&pit, 4, "2s, gap\n");
    seat_take(&seat, &pit);
    seat_say(&seat, BOOKS_OF_ALL);
    (void)pit_run(&pit, START_MS + 10000, UINT64_MAX);
    int64_t before = 0;
    unsigned missing = 0;
    (void)seat_read(&seat);
    for (struct text frame; (frame = seat_read(&seat)).length > 0;) {
        int64_t seq = number_after(frame, "\"seq\":");
        missing += seq == before + 2;
        assert_true(seq == before + 1 || (seq == before + 2 && frame_has(frame, "\"orderbook_delta\"")));
        before = seq;
    }
    assert_int_equal(missing, 1);
    assert_true(before > 50);
    seat_leave(&seat);
    pit_free(&pit);
}

static void an_old_frame_comes_again(void **state)
{
    (void)state;
    static struct pit pit;
    struct seat seat;
    pit_begin(&pit, 4, "60, old\n");
    seat_take(&seat, &pit);
    seat_say(&seat, BOOKS_OF_ALL);
    (void)pit_run(&pit, START_MS + 20000, UINT64_MAX);
    struct text before = {0};
    unsigned again = 0, at = 0;
    for (struct text frame; (frame = seat_read(&seat)).length > 0; before = frame) {
        at++;
        if (before.length == 0 || !text_equal(before, frame)) continue;
        again++;
        assert_int_equal(at, 62);
    }
    assert_int_equal(again, 1);
    seat_leave(&seat);
    pit_free(&pit);
}

static void an_overflow_ends_the_subscription(void **state)
{
    (void)state;
    static struct pit pit;
    struct seat seat;
    pit_begin(&pit, 4, "1s, error25\n");
    seat_take(&seat, &pit);
    /* It waits until there is one. */
    (void)pit_run(&pit, START_MS + 5000, UINT64_MAX);
    seat_say(&seat, BOOKS_OF_ALL);
    (void)pit_run(&pit, START_MS + 10000, UINT64_MAX);
    for (unsigned i = 0; i < 5; i++) (void)seat_read(&seat);
    seat_expect(
        &seat,
        "{\"type\":\"error\",\"sid\":1,\"seq\":5,\"msg\":{\"code\":25,\"msg\":\"Subscription buffer overflow\"}");
    seat_expect_end(&seat);
    seat_say(&seat, BOOKS_OF_ALL);
    seat_expect_start(&seat, "{\"type\":\"subscribed\",\"id\":1,\"msg\":{\"channel\":\"orderbook_delta\",\"sid\":2}");
    (void)pit_run(&pit, START_MS + 15000, UINT64_MAX);
    assert_true(find(&seat, "\"orderbook_delta\",\"sid\":2,\"seq\":5,").length > 0);
    /* The same for who is too slow. */
    seat.read = seat.length;
    seat.slow = true;
    (void)pit_run(&pit, START_MS + 20000, UINT64_MAX);
    seat_expect_start(&seat, "{\"type\":\"error\",\"sid\":2,\"seq\":");
    seat_expect_end(&seat);
    seat_leave(&seat);
    pit_free(&pit);
}

static void a_pause_is_made(void **state)
{
    (void)state;
    static struct pit pit;
    struct seat seat;
    pit_begin(&pit, 4, "2s, pause\n");
    seat_take(&seat, &pit);
    seat_say(&seat, LIVES);
    (void)pit_run(&pit, START_MS + 10000, UINT64_MAX);
    struct text frame = find(&seat, "\"deactivated\"");
    assert_true(frame_has(frame, "KXFERRY-26NOV"));
    int64_t paused = number_after(frame, "\"sending_ts_ms\":");
    assert_in_range(paused, START_MS + 2000, START_MS + 2010);
    frame = find(&seat, "\"activated\"");
    assert_in_range(number_after(frame, "\"sending_ts_ms\":"), paused + 4990, paused + 5010);
    seat_leave(&seat);
    pit_free(&pit);
}

/* The faults that were handed on. */
struct witness {
    struct fault faults[8];
    unsigned count;
};

static void fault_witness(void *context, const struct fault *fault)
{
    struct witness *witness = context;
    assert_true(witness->count < 8);
    witness->faults[witness->count++] = *fault;
}

static void faults_of_connections_are_handed_on(void **state)
{
    (void)state;
    static struct pit pit;
    struct witness witness = {0};
    struct seat seat;
    pit_begin(&pit, 4, "1s, busy 7s\n2s, cut\n2s, close 1013 later\n3s, gap\n");
    pit.mischief = fault_witness;
    pit.mischief_context = &witness;
    seat_take(&seat, &pit);
    seat_say(&seat, BOOKS_OF_ALL);
    (void)pit_run(&pit, START_MS + 1500, UINT64_MAX);
    assert_int_equal(witness.count, 1);
    assert_int_equal(witness.faults[0].kind, FAULT_BUSY);
    assert_int_equal(witness.faults[0].value, 7 * NANOSECONDS_PER_SECOND);
    (void)pit_run(&pit, START_MS + 3500, UINT64_MAX);
    assert_int_equal(witness.count, 3);
    assert_int_equal(witness.faults[1].kind, FAULT_CUT);
    assert_int_equal(witness.faults[2].kind, FAULT_CLOSE);
    assert_string_equal(witness.faults[2].words, "later");
    seat_leave(&seat);
    pit_free(&pit);
}

static void silence_and_halt(void **state)
{
    (void)state;
    static struct pit pit;
    struct seat seat, other;
    pit_begin(&pit, 4, "2s, cut\n3s, halt\n4s, omit\n5s, duplicate\n");
    seat_take(&seat, &pit);
    seat_say(&seat, BOOKS_OF_ALL);
    (void)pit_run(&pit, START_MS + 2500, UINT64_MAX);
    assert_false(seat.cut);
    assert_true(seat.length > 0);
    pit_silence(seat.seat);
    /* Nothing more is told, and nothing heard. */
    size_t told = seat.length;
    seat_say(&seat, "{\"cmd\":\"list_subscriptions\"}");
    (void)pit_run(&pit, START_MS + 2900, UINT64_MAX);
    assert_int_equal(seat.length, told);
    assert_true(pit_next_ms(&pit) != TIME_NEVER);
    (void)pit_run(&pit, START_MS + 9000, UINT64_MAX);
    assert_true(pit_next_ms(&pit) == TIME_NEVER);
    seat_take(&other, &pit);
    seat_say(&other, BOOKS_OF_ALL);
    assert_true(other.length > 0);
    seat_leave(&seat);
    seat_leave(&other);
    pit_free(&pit);
}

static void who_loses_a_frame_is_cut(void **state)
{
    (void)state;
    static struct pit pit;
    struct seat seat;
    pit_begin(&pit, 4, NULL);
    seat_take(&seat, &pit);
    seat_say(&seat, BOOKS_OF_ALL);
    seat.refusing = true;
    (void)pit_run(&pit, START_MS + 2000, UINT64_MAX);
    assert_true(seat.cut && pit_lost(seat.seat));
    seat_leave(&seat);
    pit_free(&pit);
}

/* === The same bytes === */

/* FNV-1a over what was printed. */
struct print {
    uint64_t sum, lines, most;
    bool line_feed;
};

static bool print_line(void *context, struct text line)
{
    struct print *print = context;
    if (print->most > 0 && print->lines == print->most) return false;
    for (size_t i = 0; i < line.length; i++) {
        print->sum = (print->sum ^ (unsigned char)line.at[i]) * UINT64_C(0x100000001b3);
        print->line_feed = print->line_feed || line.at[i] == '\n';
    }
    print->lines++;
    return true;
}

static struct print print_of(uint64_t seed, unsigned markets, uint64_t count)
{
    struct print print = {0};
    const struct exchange_options options = {
        .seed = seed, .start_ms = START_MS, .markets = markets, .venue = EXCHANGE_KALSHI};
    assert_true(exchange_print(&options, count, print_line, &print));
    assert_false(print.line_feed);
    assert_int_equal(print.lines, count);
    return print;
}

static void a_seed_means_its_bytes(void **state)
{
    (void)state;
    struct print one = print_of(1, 0, 4000), same = print_of(1, 0, 4000), other = print_of(2, 0, 4000);
    assert_true(one.sum == same.sum && one.sum != other.sum);
    struct print many = print_of(1, 60, 2000);
    assert_true(many.sum != one.sum);
    (void)print_of(1, 0, 0);
    struct print refusing = {.most = 20};
    const struct exchange_options options = {.seed = 1, .start_ms = START_MS, .venue = EXCHANGE_KALSHI};
    assert_false(exchange_print(&options, 100, print_line, &refusing));
    assert_int_equal(refusing.lines, 20);
}

/* Who listens, and how it is rationed, changes nothing. */
static void listeners_change_nothing(void **state)
{
    (void)state;
    static struct pit alone, crowded;
    struct seat seat, others[3];
    pit_begin(&alone, 8, NULL);
    pit_begin(&crowded, 8, NULL);
    for (unsigned i = 0; i < 3; i++) {
        seat_take(&others[i], &crowded);
        seat_say(&others[i], i == 0 ? LIVES : BOOKS_OF_ALL);
    }
    seat_take(&seat, &alone);
    seat_say(&seat, BOOKS_OF_ALL);
    (void)pit_run(&alone, START_MS + 30000, UINT64_MAX);
    while (!pit_run(&crowded, START_MS + 30000, 7)) {
    }
    for (unsigned i = 1; i < 3; i++) {
        assert_int_equal(seat.length, others[i].length);
        assert_memory_equal(seat.frames, others[i].frames, seat.length);
    }
    seat_leave(&seat);
    for (unsigned i = 0; i < 3; i++) seat_leave(&others[i]);
    pit_free(&alone);
    pit_free(&crowded);
}

static void a_wrong_plan_is_refused(void **state)
{
    (void)state;
    static struct pit pit;
    char error[160] = "";
    const struct exchange_options options = {.seed = 1, .start_ms = START_MS, .fault_file = "/nonexistent/plan"};
    assert_false(pit_create(&pit, &options, error, sizeof error));
    assert_string_equal(error, "/nonexistent/plan: No such file or directory");
    pit_free(&pit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(markets_live),
        cmocka_unit_test(a_gap_leaves_out_number_and_message),
        cmocka_unit_test(an_old_frame_comes_again),
        cmocka_unit_test(an_overflow_ends_the_subscription),
        cmocka_unit_test(a_pause_is_made),
        cmocka_unit_test(faults_of_connections_are_handed_on),
        cmocka_unit_test(silence_and_halt),
        cmocka_unit_test(who_loses_a_frame_is_cut),
        cmocka_unit_test(a_seed_means_its_bytes),
        cmocka_unit_test(listeners_change_nothing),
        cmocka_unit_test(a_wrong_plan_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
