/* Kalshi's REST as the exchange answers it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/base/clock.h"
#include "booktop/exchange/kalshi/desk.h"
#include "kalshi_seat.h"

#define MID "KXHARBOR-26DEC-B4.5"

struct scene {
    struct pit pit;
    struct desk *desk;
    int64_t mono;
};

static int scene_begin_of(void **state, unsigned markets)
{
    static struct scene scene;
    char error[160] = "";
    const struct exchange_options options = {.seed = 6, .start_ms = START_MS, .markets = markets};
    assert_true(pit_create(&scene.pit, &options, error, sizeof error));
    scene.desk = desk_create(&scene.pit.board);
    assert_non_null(scene.desk);
    *state = &scene;
    return 0;
}

static int scene_begin(void **state)
{
    return scene_begin_of(state, 0);
}

static int large_scene_begin(void **state)
{
    return scene_begin_of(state, 150);
}

static int scene_end(void **state)
{
    struct scene *scene = *state;
    desk_destroy(scene->desk);
    pit_free(&scene->pit);
    return 0;
}

/* The body of an answer, which must be strict JSON. A second later than the one before. */
static struct text ask(struct scene *scene, const char *path, const char *query, int status)
{
    struct text body;
    struct json_reader reader;
    scene->mono += NANOSECONDS_PER_SECOND;
    int got = desk_answer(scene->desk, text_from(path), text_from(query), scene->mono, &body);
    if (got != status) fail_msg("%s?%s: %d %.*s", path, query, got, TEXT_ARGS(body));
    json_start(&reader, body);
    if (!json_skip(&reader) || !json_finish(&reader)) fail_msg("%.*s", TEXT_ARGS(body));
    return body;
}

static unsigned count(struct text body, const char *part)
{
    unsigned found = 0;
    for (const char *at = body.at; (at = memmem(at, (size_t)(body.at + body.length - at), part, strlen(part))); at++)
        found++;
    return found;
}

static void a_market_says_what_it_is(void **state)
{
    struct scene *scene = *state;
    struct text body = ask(scene, "/markets/" MID, "", 200);
    static const char *const parts[] = {
        "{\"market\":{\"ticker\":\"" MID "\"",
        "\"event_ticker\":\"KXHARBOR-26DEC\"",
        "\"title\":\"Will the highest tide at Port Lumen harbour be 4.0 m to 5.0 m in December?\"",
        "\"yes_sub_title\":\"4.0 m to 5.0 m\"",
        "\"no_sub_title\":\"Not 4.0 m to 5.0 m\"",
        "\"status\":\"active\"",
        "\"close_time\":\"2027-01-01T",
        "\"open_time\":\"2026-10-22T",
        "\"yes_bid_dollars\":\"0.5",
        "\"volume_fp\":\"1844170.00\"",
        "\"price_level_structure\":\"linear_cent\"",
        "\"price_ranges\":[{\"start\":\"0.0000\",\"end\":\"1.0000\",\"step\":\"0.0100\"}]",
        "\"result\":\"\"",
        "\"previous_price_dollars\":\"0.",
        "\"rules_primary\":\"Will the highest tide at Port Lumen harbour be 4.0 m to 5.0 m in December? If so",
        "This market is invented.\",\"rules_secondary\":\"It belongs to a local exchange",
        "\"strike_type\":\"between\",\"floor_strike\":4,\"cap_strike\":5",
    };
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (!frame_has(body, parts[i])) fail_msg("%s is not in %.*s", parts[i], TEXT_ARGS(body));
    body = ask(scene, "/markets/KXLANTERN-27FEB-SALT", "", 200);
    assert_true(frame_has(body,
                          "\"price_level_structure\":\"tapered_deci_cent\",\"price_ranges\":[{\"start\":\"0.0000\","
                          "\"end\":\"0.1000\",\"step\":\"0.0010\"},{\"start\":\"0.1000\",\"end\":\"0.9000\","
                          "\"step\":\"0.0100\"},{\"start\":\"0.9000\",\"end\":\"1.0000\",\"step\":\"0.0010\"}]"));
    assert_true(frame_has(ask(scene, "/markets/KXNONE", "", 404), "{\"error\":{\"code\":\"not_found\""));
}

static void a_market_has_its_status(void **state)
{
    struct scene *scene = *state;
    static const struct {
        int64_t at_ms;
        const char *ticker, *status, *filter;
    } steps[] = {
        {0, "KXTRAM-27MAR", "initialized", "unopened"},
        {62000, "KXFERRY-26NOV", "inactive", "paused"},
        {80000, "KXTRAM-27MAR", "active", "open"},
        {80000, "KXFERRY-26NOV", "active", "open"},
        {205000, "KXTIDE15M-26NOV21-T104.25", "closed", "closed"},
        {215000, "KXTIDE15M-26NOV21-T104.25", "determined", "closed"},
        {230000, "KXTIDE15M-26NOV21-T104.25", "finalized", "settled"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        char path[96], status[64], query[96];
        (void)pit_run(&scene->pit, START_MS + steps[i].at_ms, UINT64_MAX);
        snprintf(path, sizeof path, "/markets/%s", steps[i].ticker);
        snprintf(status, sizeof status, "\"status\":\"%s\"", steps[i].status);
        snprintf(query, sizeof query, "status=%s&limit=200", steps[i].filter);
        if (!frame_has(ask(scene, path, "", 200), status)) fail_msg("%s is not %s", steps[i].ticker, steps[i].status);
        struct text body = ask(scene, "/markets", query, 200);
        assert_true(frame_has(body, steps[i].ticker));
        assert_true(count(body, "\"market_type\"") == count(body, "\"status\""));
    }
    struct text body = ask(scene, "/markets/KXTIDE15M-26NOV21-T104.25", "", 200);
    assert_true(frame_has(body, "\"result\":\"yes\",\"settlement_value_dollars\":\"1.0000\""));
    assert_true(frame_has(body, "\"yes_bid_dollars\":\"0.0000\",\"yes_bid_size_fp\":\"0.00\""));
    assert_true(frame_has(body, "\"yes_ask_dollars\":\"1.0000\",\"yes_ask_size_fp\":\"0.00\""));
    body = ask(scene, "/markets/KXTIDE15M-26NOV21-T104.25/orderbook", "", 200);
    assert_true(text_is(body, "{\"orderbook_fp\":{\"no_dollars\":[],\"yes_dollars\":[]}}"));
}

static void lists_are_narrowed(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *query;
        unsigned markets;
    } cases[] = {
        {"", ROSTER},
        {"event_ticker=KXHARBOR-26DEC", 4},
        {"event_ticker=KXNONE", 0},
        {"series_ticker=KXLANTERN", 2},
        {"tickers=KXFERRY-26NOV%2C" MID ",KXNONE", 2},
        {"status=open", ROSTER - 1},
        {"status=unopened", 1},
        {"status=settled", 0},
        {"mve_filter=exclude&status=open&series_ticker=KXHARBOR", 4},
        {"mve_filter=only", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(count(ask(scene, "/markets", cases[i].query, 200), "\"market_type\""), cases[i].markets);
    static const char *const wrong[] = {"status=active", "limit=0",          "limit=1001", "limit=x",
                                        "cursor=5",      "mve_filter=maybe", "cursor=Cg",  "cursor=Cg99999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_true(frame_has(ask(scene, "/markets", wrong[i], 400), "\"bad_request\""));
}

/* Follows the cursor of a list to its end; returns what was in all pages. */
static unsigned pages_count(struct scene *scene, const char *path, const char *query, const char *part, unsigned *pages)
{
    char next[256];
    unsigned found = 0;
    snprintf(next, sizeof next, "%s", query);
    for (*pages = 0;;) {
        struct text body = ask(scene, path, next, 200);
        static const char key[] = "\"cursor\":\"";
        const char *cursor = memmem(body.at, body.length, key, sizeof key - 1);
        assert_non_null(cursor);
        cursor += sizeof key - 1;
        found += count(body, part);
        (*pages)++;
        if (*cursor == '"') return found;
        size_t length = strcspn(cursor, "\"");
        snprintf(next, sizeof next, "%s&cursor=%.*s", query, (int)length, cursor);
    }
}

static void lists_have_pages(void **state)
{
    struct scene *scene = *state;
    unsigned pages;
    assert_int_equal(pages_count(scene, "/markets", "", "\"market_type\"", &pages), 150);
    assert_int_equal(pages, 2);
    assert_int_equal(pages_count(scene, "/markets", "limit=1000", "\"market_type\"", &pages), 150);
    assert_int_equal(pages, 1);
    assert_int_equal(pages_count(scene, "/markets", "limit=50", "\"market_type\"", &pages), 150);
    assert_int_equal(pages, 3);
    assert_int_equal(pages_count(scene, "/events", "limit=20", "\"mutually_exclusive\"", &pages), 146);
    assert_int_equal(pages, 8);
    assert_int_equal(pages_count(scene, "/markets/trades", "ticker=" MID "&limit=7", "\"trade_id\"", &pages), 30);
    assert_int_equal(pages, 5);
}

static void events_have_their_markets(void **state)
{
    struct scene *scene = *state;
    struct text body = ask(scene, "/events", "status=open&with_nested_markets=true&limit=200", 200);
    assert_int_equal(count(body, "\"mutually_exclusive\""), 5);
    assert_int_equal(count(body, "\"market_type\""), ROSTER - 1);
    assert_int_equal(count(ask(scene, "/events", "", 200), "\"market_type\""), 0);
    assert_int_equal(count(ask(scene, "/events", "series_ticker=KXHARBOR", 200), "\"mutually_exclusive\""), 1);
    body = ask(scene, "/events/KXHARBOR-26DEC", "", 200);
    assert_true(frame_has(body, "\"title\":\"How high is the highest tide at Port Lumen harbour in December?\""));
    assert_true(frame_has(body, "},\"markets\":[{\"ticker\":\"KXHARBOR-26DEC-T4\""));
    assert_int_equal(count(body, "\"market_type\""), 4);
    body = ask(scene, "/events/KXHARBOR-26DEC", "with_nested_markets=true", 200);
    assert_int_equal(count(body, "\"markets\":["), 1);
    (void)ask(scene, "/events/KXHARBOR", "", 404);
    body = ask(scene, "/series/KXHARBOR", "", 200);
    assert_true(frame_has(body, "{\"series\":{\"additional_prohibitions\":[],\"category\":\"Climate and Weather\""));
    assert_true(frame_has(body, "\"fee_multiplier\":0.5,\"fee_type\":\"quadratic\""));
    assert_true(frame_has(body, "\"ticker\":\"KXHARBOR\""));
    body = ask(scene, "/series/KXLANTERN", "", 200);
    assert_true(frame_has(body, "\"fee_multiplier\":1,\"fee_type\":\"quadratic_with_maker_fees\""));
    assert_true(frame_has(ask(scene, "/series/KXTRAM", "", 200), "\"fee_multiplier\":0,"));
    (void)ask(scene, "/series/KXNONE", "", 404);
    assert_true(text_is(ask(scene, "/exchange/status", "", 200), "{\"exchange_active\":true,\"trading_active\":true}"));
}

/* The scan's pages, and the events that a question is about. */
static void events_are_narrowed(void **state)
{
    struct scene *scene = *state;
    static const struct {
        const char *query;
        unsigned events, markets;
    } cases[] = {
        {"status=open&with_nested_markets=true&mve_filter=exclude&limit=100", 5, ROSTER - 1},
        {"mve_filter=only&with_nested_markets=true", 0, 0},
        {"tickers=KXHARBOR-26DEC&with_nested_markets=true&limit=200", 1, 4},
        {"tickers=KXLANTERN-27FEB,KXHARBOR-26DEC&with_nested_markets=true&limit=200", 2, 6},
        {"tickers=KXLANTERN-27FEB%2CKXHARBOR-26DEC&with_nested_markets=true", 2, 6},
        {"tickers=KXLANTERN-27FEB,KXNONE&with_nested_markets=true", 1, 2},
        {"tickers=KXLANTERN-27FEB,KXHARBOR-26DEC&series_ticker=KXHARBOR&with_nested_markets=true", 1, 4},
        {"tickers=KXHARBOR&with_nested_markets=true", 0, 0},
        {"tickers=" MID "&with_nested_markets=true", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct text body = ask(scene, "/events", cases[i].query, 200);
        assert_int_equal(count(body, "\"mutually_exclusive\""), cases[i].events);
        assert_int_equal(count(body, "\"market_type\""), cases[i].markets);
    }
    (void)ask(scene, "/events", "mve_filter=maybe", 400);
    (void)ask(scene, "/events", "limit=201", 400);
}

static void books_are_the_ladder(void **state)
{
    struct scene *scene = *state;
    (void)pit_run(&scene->pit, START_MS + 10000, UINT64_MAX);
    const struct ladder *ladder = &scene->pit.flow.markets[TIDE_MID].orders.ladder;
    unsigned levels = ladder->levels[LADDER_BID] + ladder->levels[LADDER_ASK];
    struct text body = ask(scene, "/markets/" MID "/orderbook", "", 200);
    assert_int_equal(count(body, "[\""), levels);
    assert_int_equal(count(ask(scene, "/markets/" MID "/orderbook", "depth=0", 200), "[\""), levels);
    body = ask(scene, "/markets/" MID "/orderbook", "depth=1", 200);
    char expected[256];
    int bid = ladder_best(ladder, LADDER_BID), ask_price = ladder_best(ladder, LADDER_ASK);
    int64_t bid_size = ladder->size[LADDER_BID][bid], ask_size = ladder->size[LADDER_ASK][ask_price];
    snprintf(expected, sizeof expected,
             "{\"orderbook_fp\":{\"no_dollars\":[[\"0.%03d0\",\"%lld.%02d\"]],\"yes_dollars\":[[\"0.%03d0\",\"%lld.%"
             "02d\"]]}}",
             LADDER_ONE - ask_price, (long long)(ask_size / 100), (int)(ask_size % 100), bid,
             (long long)(bid_size / 100), (int)(bid_size % 100));
    if (!text_is(body, expected)) fail_msg("%.*s\nis not\n%s", TEXT_ARGS(body), expected);
    (void)ask(scene, "/markets/" MID "/orderbook", "depth=101", 400);
    (void)ask(scene, "/markets/KXNONE/orderbook", "", 404);
    body = ask(scene, "/markets/orderbooks", "tickers=" MID "&tickers=KXFERRY-26NOV&tickers=KXNONE", 200);
    assert_true(frame_has(body, "{\"orderbooks\":[{\"ticker\":\"" MID "\",\"orderbook_fp\":{"));
    assert_int_equal(count(body, "\"ticker\""), 2);
    (void)ask(scene, "/markets/orderbooks", "", 400);
}

static void trades_are_newest_first(void **state)
{
    struct scene *scene = *state;
    char query[96];
    (void)pit_run(&scene->pit, START_MS + 30000, UINT64_MAX);
    struct text body = ask(scene, "/markets/trades", "ticker=" MID "&limit=1000", 200);
    assert_true(count(body, "\"trade_id\"") > 30);
    static const char key[] = "\"created_time\":\"";
    char before[40] = "9";
    for (const char *at = body.at; (at = memmem(at, (size_t)(body.at + body.length - at), key, sizeof key - 1));) {
        char stamp[40];
        at += sizeof key - 1;
        snprintf(stamp, sizeof stamp, "%.19s", at);
        assert_true(strcmp(stamp, before) <= 0);
        memcpy(before, stamp, sizeof before);
    }
    static const char *const keys[] = {"\"ticker\":\"KXHARBOR-26DEC-B4.5\"",
                                       "\"count_fp\"",
                                       "\"yes_price_dollars\"",
                                       "\"taker_book_side\"",
                                       "\"no_price_dollars\"",
                                       "\"is_block_trade\":false"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) assert_true(frame_has(body, keys[i]));
    snprintf(query, sizeof query, "ticker=" MID "&min_ts=%lld&limit=1000", (long long)START_MS / 1000 + 1);
    unsigned later = count(ask(scene, "/markets/trades", query, 200), "\"trade_id\"");
    snprintf(query, sizeof query, "ticker=" MID "&max_ts=%lld&limit=1000", (long long)START_MS / 1000);
    unsigned earlier = count(ask(scene, "/markets/trades", query, 200), "\"trade_id\"");
    body = ask(scene, "/markets/trades", "ticker=" MID "&limit=1000", 200);
    assert_int_equal(later + earlier, count(body, "\"trade_id\""));
    assert_true(later > 0 && earlier > 0);
    assert_true(text_is(ask(scene, "/markets/trades", "ticker=KXNONE", 200), "{\"trades\":[],\"cursor\":\"\"}"));
    assert_int_equal(count(ask(scene, "/markets/trades", "", 200), "\"trade_id\""), 100);
    (void)ask(scene, "/markets/trades", "limit=1001", 400);
    (void)ask(scene, "/markets/trades", "min_ts=x", 400);
}

static void nothing_else_is_there(void **state)
{
    struct scene *scene = *state;
    static const char *const paths[] = {"/",
                                        "",
                                        "/market",
                                        "/markets/",
                                        "/markets/a/b",
                                        "/events/",
                                        "/series/",
                                        "/series",
                                        "/markets/KXFERRY-26NOV/",
                                        "/exchange",
                                        "/portfolio/balance",
                                        "/markets/KXFERRY-26NOV/orderbook/x"};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) (void)ask(scene, paths[i], "", 404);
}

static void too_many_requests_are_refused(void **state)
{
    struct scene *scene = *state;
    struct text body;
    int64_t mono = 1000 * NANOSECONDS_PER_SECOND;
    for (unsigned i = 0; i < DESK_PER_SECOND; i++)
        assert_int_equal(desk_answer(scene->desk, TEXT("/exchange/status"), (struct text){0}, mono + i, &body), 200);
    mono += NANOSECONDS_PER_SECOND - 1;
    assert_int_equal(desk_answer(scene->desk, TEXT("/exchange/status"), (struct text){0}, mono, &body), 429);
    assert_true(text_is(body, "{\"error\":{\"code\":\"too_many_requests\",\"message\":\"too many requests\"}}"));
    assert_int_equal(desk_answer(scene->desk, TEXT("/exchange/status"), (struct text){0}, mono + 1, &body), 200);
    assert_int_equal(desk_answer(scene->desk, TEXT("/exchange/status"), (struct text){0}, mono + 1, &body), 429);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_market_says_what_it_is, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(a_market_has_its_status, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(lists_are_narrowed, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(lists_have_pages, large_scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(events_have_their_markets, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(events_are_narrowed, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(books_are_the_ladder, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(trades_are_newest_first, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(nothing_else_is_there, scene_begin, scene_end),
        cmocka_unit_test_setup_teardown(too_many_requests_are_refused, scene_begin, scene_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
