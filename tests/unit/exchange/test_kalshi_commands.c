/* What Kalshi's WebSocket answers: every command, and every way to get it wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_seat.h"

#define MID  "KXHARBOR-26DEC-B4.5"
#define HIGH "KXHARBOR-26DEC-B5.5"
#define SEA  "KXSEAWALL-26DEC31"
#define NONE "KXNOBODY-26DEC"

struct scene {
    struct pit pit;
    struct seat seat;
};

static int scene_begin(void **state)
{
    static struct scene scene;
    pit_begin(&scene.pit, 5, NULL);
    seat_take(&scene.seat, &scene.pit);
    *state = &scene;
    return 0;
}

static int scene_end(void **state)
{
    struct scene *scene = *state;
    seat_leave(&scene->seat);
    pit_free(&scene->pit);
    return 0;
}

static void a_subscription_opens_with_its_snapshots(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    seat_say(seat, "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_tickers\":[\"" MID "\",\"" HIGH "\",\"" NONE "\"]}}");
    seat_expect(seat, "{\"type\":\"subscribed\",\"id\":1,\"msg\":{\"channel\":\"orderbook_delta\",\"sid\":1}");
    struct text frame = seat_expect_start(
        seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1,\"msg\":{\"market_ticker\":\"" MID "\"");
    assert_true(frame_has(frame, "\"market_id\":\""));
    assert_true(frame_has(frame, "\"yes_dollars_fp\":[[\"0."));
    assert_true(frame_has(frame, "\"no_dollars_fp\":[[\"0."));
    seat_expect_start(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":2,\"msg\":{\"market_ticker\":\"" HIGH);
    /* Of a market that nobody knows, an empty one. */
    seat_expect(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":3,\"msg\":{\"market_ticker\":\"" NONE
                      "\",\"market_id\":\"\"}");
    seat_expect_end(seat);
    /* Of one that has not opened, an empty one with its id. */
    seat_say(seat, "{\"id\":2,\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"add_markets\","
                   "\"market_ticker\":\"KXTRAM-27MAR\"}}");
    seat_expect_start(seat, "{\"type\":\"ok\",\"id\":2,\"sid\":1,\"seq\":4,");
    frame = seat_expect_start(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":5,");
    assert_false(frame_has(frame, "\"market_id\":\"\"") || frame_has(frame, "dollars_fp"));
}

static void channels_are_answered_one_by_one(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    seat_say(seat, "{\"id\":7,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\",\"ticker_v2\","
                   "\"trade\",\"ticker\",\"market_lifecycle_v2\"],\"market_ticker\":\"" SEA "\"}}");
    seat_expect(seat, "{\"type\":\"subscribed\",\"id\":7,\"msg\":{\"channel\":\"orderbook_delta\",\"sid\":1}");
    seat_expect_start(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1,");
    seat_expect(seat, "{\"type\":\"error\",\"id\":7,\"msg\":{\"code\":8,\"msg\":\"Unknown channel name\"}");
    seat_expect(seat, "{\"type\":\"subscribed\",\"id\":7,\"msg\":{\"channel\":\"trade\",\"sid\":2}");
    seat_expect(seat, "{\"type\":\"subscribed\",\"id\":7,\"msg\":{\"channel\":\"ticker\",\"sid\":3}");
    seat_expect(seat, "{\"type\":\"subscribed\",\"id\":7,\"msg\":{\"channel\":\"market_lifecycle_v2\",\"sid\":4}");
    seat_say(seat, "{\"id\":8,\"cmd\":\"list_subscriptions\"}");
    seat_expect(seat, "{\"id\":8,\"type\":\"ok\",\"msg\":[{\"channel\":\"orderbook_delta\",\"sid\":1},"
                      "{\"channel\":\"trade\",\"sid\":2},{\"channel\":\"ticker\",\"sid\":3},"
                      "{\"channel\":\"market_lifecycle_v2\",\"sid\":4}]");
    seat_expect_end(seat);
}

static void a_second_subscription_is_the_first_one(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    seat_say(seat, "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_tickers\":[\"" MID "\"]}}");
    (void)seat_read(seat);
    (void)seat_read(seat);
    seat_say(seat, "{\"id\":2,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_tickers\":[\"" MID "\"]}}");
    seat_expect(seat, "{\"type\":\"ok\",\"id\":2,\"sid\":1,\"seq\":2,\"msg\":{\"market_tickers\":[\"" MID "\"]}");
    seat_expect_end(seat);
    seat_say(seat, "{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_tickers\":[\"" MID "\",\"" SEA "\"]}}");
    seat_expect(seat, "{\"type\":\"ok\",\"sid\":1,\"seq\":3,\"msg\":{\"market_tickers\":[\"" MID "\",\"" SEA "\"]}");
    seat_expect_start(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":4,\"msg\":{\"market_ticker\":\"" SEA);
    seat_expect_end(seat);
}

static void markets_come_and_go(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    seat_say(seat, "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_tickers\":[\"" MID "\",\"" NONE "\"],\"skip_ticker_ack\":false}}");
    for (unsigned i = 0; i < 3; i++) (void)seat_read(seat);
    seat_say(seat, "{\"id\":2,\"cmd\":\"update_subscription\",\"params\":{\"sids\":[1],\"action\":\"add_markets\","
                   "\"market_tickers\":[\"" SEA "\"]}}");
    seat_expect(seat, "{\"type\":\"ok\",\"id\":2,\"sid\":1,\"seq\":3,\"msg\":{\"market_tickers\":[\"" MID "\",\"" NONE
                      "\",\"" SEA "\"]}");
    seat_expect_start(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":4,\"msg\":{\"market_ticker\":\"" SEA);
    seat_say(seat, "{\"id\":3,\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"delete_markets\","
                   "\"market_tickers\":[\"" NONE "\",\"" MID "\",\"" HIGH "\"]}}");
    seat_expect(seat, "{\"type\":\"ok\",\"id\":3,\"sid\":1,\"seq\":5,\"msg\":{\"market_tickers\":[\"" SEA "\"]}");
    /* What went comes back with a snapshot. */
    seat_say(seat, "{\"id\":4,\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"add_markets\","
                   "\"market_tickers\":[\"" MID "\",\"" SEA "\"]}}");
    seat_expect_start(seat, "{\"type\":\"ok\",\"id\":4,\"sid\":1,\"seq\":6,");
    seat_expect_start(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":7,\"msg\":{\"market_ticker\":\"" MID);
    seat_expect_end(seat);
    seat_say(seat, "{\"id\":5,\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"get_snapshot\","
                   "\"market_tickers\":[\"" SEA "\",\"" MID "\"]}}");
    seat_expect_start(
        seat, "{\"type\":\"orderbook_snapshot\",\"id\":5,\"sid\":1,\"seq\":8,\"msg\":{\"market_ticker\":\"" SEA);
    seat_expect_start(
        seat, "{\"type\":\"orderbook_snapshot\",\"id\":5,\"sid\":1,\"seq\":9,\"msg\":{\"market_ticker\":\"" MID);
    seat_expect_end(seat);
}

static void an_end_takes_a_number(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    seat_say(seat, "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\",\"trade\"],"
                   "\"market_ticker\":\"" MID "\"}}");
    for (unsigned i = 0; i < 3; i++) (void)seat_read(seat);
    seat_say(seat, "{\"id\":2,\"cmd\":\"unsubscribe\",\"params\":{\"sids\":[1,9,2]}}");
    seat_expect(seat, "{\"id\":2,\"sid\":1,\"seq\":2,\"type\":\"unsubscribed\"");
    seat_expect(seat, "{\"type\":\"error\",\"id\":2,\"msg\":{\"code\":7,\"msg\":\"Unknown subscription ID\"}");
    seat_expect(seat, "{\"id\":2,\"sid\":2,\"seq\":1,\"type\":\"unsubscribed\"");
    (void)pit_run(&scene->pit, START_MS + 20000, UINT64_MAX);
    seat_expect_end(seat);
    /* A new one is a new one, from 1. */
    seat_say(seat, "{\"id\":3,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_ticker\":\"" MID "\"}}");
    seat_expect(seat, "{\"type\":\"subscribed\",\"id\":3,\"msg\":{\"channel\":\"orderbook_delta\",\"sid\":3}");
    seat_expect_start(seat, "{\"type\":\"orderbook_snapshot\",\"sid\":3,\"seq\":1,");
}

static void options_of_a_subscription_count(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    char id[160];
    seat_say(seat, "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"ticker\"],\"market_tickers\":[\"" MID
                   "\",\"" NONE "\"],\"send_initial_snapshot\":true,\"skip_ticker_ack\":true}}");
    seat_expect_start(seat, "{\"type\":\"subscribed\"");
    struct text frame = seat_expect_start(seat, "{\"type\":\"ticker\",\"sid\":1,\"msg\":{\"market_id\":\"");
    static const char *const keys[] = {"\"market_ticker\":\"" MID "\"",
                                       "\"price_dollars\":\"0.",
                                       "\"yes_bid_dollars\"",
                                       "\"yes_ask_dollars\"",
                                       "\"volume_fp\"",
                                       "\"open_interest_fp\"",
                                       "\"dollar_volume\":",
                                       "\"yes_bid_size_fp\"",
                                       "\"yes_ask_size_fp\"",
                                       "\"last_trade_size_fp\"",
                                       "\"ts\":17952",
                                       "\"ts_ms\":17952",
                                       "\"time\":\"2026-",
                                       "\"sending_ts_ms\":"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) assert_true(frame_has(frame, keys[i]));
    seat_expect_end(seat);
    /* Tickers may be named by id; the acknowledgement lists nothing. */
    snprintf(id, sizeof id,
             "{\"id\":2,\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"add_markets\","
             "\"market_ids\":[\"%s\"]}}",
             scene->pit.roster.markets[SEAWALL].id);
    seat_say(seat, id);
    seat_expect(seat, "{\"type\":\"ok\",\"id\":2,\"sid\":1,\"seq\":1");
    seat_expect_end(seat);
    (void)pit_run(&scene->pit, START_MS + 3000, UINT64_MAX);
    bool seen = false;
    while ((frame = seat_read(seat)).length > 0) seen = frame_has(frame, SEA) || seen;
    assert_true(seen);
}

static void what_is_wrong_is_refused(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    seat_say(seat, "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\",\"trade\","
                   "\"market_lifecycle_v2\"],\"market_ticker\":\"" MID "\"}}");
    for (unsigned i = 0; i < 4; i++) (void)seat_read(seat);
    static const struct {
        const char *command;
        int code;
    } cases[] = {
        {"", 1},
        {"PING", 1},
        {"[]", 1},
        {"{\"cmd\":\"subscribe\"", 1},
        {"{\"cmd\":\"subscribe\",}", 1},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"trade\"] \"x\":1}}", 1},
        {"{\"id\":-1,\"cmd\":\"list_subscriptions\"}", 1},
        {"{\"id\":\"1\",\"cmd\":\"list_subscriptions\"}", 1},
        {"{}", 5},
        {"{\"cmd\":\"dance\"}", 5},
        {"{\"cmd\":3}", 5},
        {"{\"cmd\":\"subscribe\"}", 2},
        {"{\"cmd\":\"unsubscribe\"}", 2},
        {"{\"cmd\":\"update_subscription\"}", 2},
        {"{\"cmd\":\"subscribe\",\"params\":{}}", 3},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[ ]}}", 3},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"fill\"]}}", 8},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"multivariate\"]}}", 8},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"]}}", 14},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],\"market_tickers\":[]}}", 14},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],\"market_ids\":[\"x\"]}}", 14},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"trade\"],\"market_id\":\"x\"}}", 11},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":\"trade\"}}", 11},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"trade\"],\"market_ticker\":\"A\",\"market_tickers\":[]}}",
         11},
        {"{\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"trade\"],\"use_yes_price\":1}}", 11},
        {"{\"cmd\":\"unsubscribe\",\"params\":{}}", 4},
        {"{\"cmd\":\"unsubscribe\",\"params\":{\"sids\":[]}}", 4},
        {"{\"cmd\":\"unsubscribe\",\"params\":{\"sid\":1}}", 4},
        {"{\"cmd\":\"unsubscribe\",\"params\":{\"sids\":[77]}}", 7},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"action\":\"add_markets\"}}", 12},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sids\":[],\"action\":\"add_markets\"}}", 12},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sids\":[1,2],\"action\":\"add_markets\"}}", 12},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"sids\":[1],\"action\":\"add_markets\"}}", 12},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":99,\"action\":\"add_markets\"}}", 7},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"market_ticker\":\"A\"}}", 15},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"remove_markets\"}}", 13},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"add_markets\"}}", 14},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"delete_markets\"}}", 14},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"get_snapshot\",\"market_ticker\":\"" MID
         "\"}}",
         14},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":2,\"action\":\"get_snapshot\",\"market_tickers\":[\"" MID
         "\"]}}",
         13},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":3,\"action\":\"add_markets\",\"market_ticker\":\"" MID
         "\"}}",
         13},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"add_markets\",\"market_id\":\"x\"}}", 14},
        {"{\"cmd\":\"update_subscription\",\"params\":{\"sid\":2,\"action\":\"add_markets\",\"market_id\":\"x\"}}", 11},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char code[64];
        snprintf(code, sizeof code, "{\"type\":\"error\",\"msg\":{\"code\":%d,\"msg\":\"", cases[i].code);
        seat_say(seat, cases[i].command);
        struct text frame = seat_read(seat);
        if (!text_starts_with(frame, text_from(code))) fail_msg("%s: %.*s", cases[i].command, TEXT_ARGS(frame));
        assert_false(frame_has(frame, "\"msg\":\"\""));
        seat_expect_end(seat);
    }
    /* Nothing of all this used a number, or ended anything. */
    seat_say(seat, "{\"id\":9,\"cmd\":\"unsubscribe\",\"params\":{\"sids\":[1]}}");
    seat_expect(seat, "{\"id\":9,\"sid\":1,\"seq\":2,\"type\":\"unsubscribed\"");
}

/* Commands with bytes changed, cut short, doubled: each is answered by strict JSON, or by nothing, and numbers go on.
 */
static void nonsense_does_no_harm(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    static const char *const commands[] = {
        "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\",\"ticker\"],"
        "\"market_tickers\":[\"" MID "\",\"" SEA "\"],\"use_yes_price\":true,\"send_initial_snapshot\":true}}",
        "{\"id\":2,\"cmd\":\"update_subscription\",\"params\":{\"sids\":[1],\"action\":\"delete_markets\","
        "\"market_tickers\":[\"" MID "\"]}}",
        "{\"id\":3,\"cmd\":\"update_subscription\",\"params\":{\"sid\":1,\"action\":\"get_snapshot\","
        "\"market_tickers\":[\"" MID "\"]}}",
        "{\"id\":4,\"cmd\":\"unsubscribe\",\"params\":{\"sids\":[1,2,3]}}",
        "{\"id\":5,\"cmd\":\"list_subscriptions\"}",
    };
    static const char bytes[] = "\"\\{}[]:,0-9tn \x01\xff";
    struct dice dice = dice_from(77, 1);
    unsigned answers = 0;
    for (unsigned i = 0; i < 4000; i++) {
        char command[512];
        size_t length = text_copy(text_from(commands[dice_below(&dice, 5)]), command, sizeof command);
        for (unsigned n = dice_below(&dice, 4); n > 0; n--)
            command[dice_below(&dice, (unsigned)length)] = bytes[dice_below(&dice, sizeof bytes - 1)];
        if (dice_chance(&dice, 20)) length = dice_below(&dice, (unsigned)length);
        /* Exactly as long as it is: what reads beyond it is seen. */
        char *own = malloc(length == 0 ? 1 : length);
        assert_non_null(own);
        memcpy(own, command, length);
        pit_instruct(&scene->pit, seat->seat, (struct text){own, length}, START_MS);
        free(own);
        while (seat_read(seat).length > 0) answers++;
    }
    assert_true(answers > 4000);
    assert_false(seat->cut);
}

static void tickers_are_limited(void **state)
{
    struct scene *scene = *state;
    struct seat *seat = &scene->seat;
    static char command[LISTENER_TICKERS_MAX * 16 + 256];
    size_t length = (size_t)snprintf(command, sizeof command,
                                     "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"trade\"],"
                                     "\"market_tickers\":[\"KXA\"");
    for (unsigned i = 0; i < LISTENER_TICKERS_MAX; i++)
        length += (size_t)snprintf(command + length, sizeof command - length, ",\"KX%u\"", i);
    (void)snprintf(command + length, sizeof command - length, "]}}");
    seat_say(seat, command);
    seat_expect_start(seat, "{\"type\":\"subscribed\"");
    seat_expect(seat,
                "{\"type\":\"error\",\"id\":1,\"msg\":{\"code\":26,\"msg\":\"Subscription market limit exceeded\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_subscription_opens_with_its_snapshots, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(channels_are_answered_one_by_one, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(a_second_subscription_is_the_first_one, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(markets_come_and_go, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(an_end_takes_a_number, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(options_of_a_subscription_count, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(what_is_wrong_is_refused, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(nonsense_does_no_harm, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(tickers_are_limited, scene_begin, scene_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
