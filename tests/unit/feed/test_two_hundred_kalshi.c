/* Two hundred busy markets of Kalshi's against the local exchange, over real TLS: not one number is missing, and at the
 * end three books of each market are the same: the feed's, that of a second engine which was told what the feed's was
 * told, and the exchange's own, by REST.
 *
 * BOOKTOP_SECONDS: for about so many real seconds (1 to 60; 4 where it is not set).
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/engine/engine.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/feed.h"
#include "booktop/market/digest.h"
#include "booktop/net/http.h"
#include "booktop/net/loop.h"
#include "booktop/net/websocket.h"
#include "booktop/venue/kalshi/auth.h"
#include "booktop/venue/kalshi/command.h"
#include "shadow.h"

#define MARKETS 200
#define SPEED   4
/* The venue answers some twenty questions a second. */
#define BOOKS_AT_ONCE 50
/* What the exchange sends in a simulated second for these markets, at least. */
#define FRAMES_PER_SECOND 600
#define SECONDS           4
#define LIMIT             (30 * NANOSECONDS_PER_SECOND)

static const struct exchange_options exchange_options = {
    .seed = 200, .speed = SPEED, .markets = MARKETS, .venue = EXCHANGE_KALSHI, .clock = &clock_system};

struct stage {
    struct exchange *exchange;
    struct kalshi_key *key;
    struct kalshi_signature signature;
    struct feed *feed;
    struct shadow shadow;
    struct feed_tap tap;
    struct catalogue catalogue;
    struct book_view view; /* the newest of panel 0 */
    char stream_url[64], rest_url[64];
    char fault_file[64];
    uint64_t expected;
    /* What the exchange says its books are. */
    struct net_loop *loop;
    char digests[MARKETS][DIGEST_TEXT_SIZE];
    unsigned at; /* the first of those that are asked for */
    bool answered;
};

static uint64_t wanted_seconds(void)
{
    const char *given = getenv("BOOKTOP_SECONDS");
    unsigned long seconds = given ? strtoul(given, NULL, 10) : SECONDS;
    return seconds < 1 ? 1 : seconds > 60 ? 60 : seconds;
}

/* === The stage === */

/* An engine that knows a market by its book. */
static struct engine *open_reader(void)
{
    struct engine_options options = {.key = "sixteen letters"};
    options.venues[VENUE_KALSHI] = (struct venue_options){.discover = true, .stampless = true};
    struct engine *engine = engine_create(&options);
    assert_non_null(engine);
    return engine;
}

static bool read_frame(void *context, struct text line)
{
    engine_receive(context, VENUE_KALSHI, (struct stamp){0, 0}, 0, 1, line);
    return true;
}

/* Every market, from the snapshots that come first. */
static void list_all_markets(struct catalogue *catalogue)
{
    struct engine *engine = open_reader();
    assert_true(exchange_print(&exchange_options, MARKETS + 1, read_frame, engine));
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(engine), &position));) {
        struct catalogue_entry *entry = catalogue_append(catalogue);
        assert_non_null(entry);
        entry->instrument = market->instrument;
    }
    engine_destroy(engine);
}

/* The order flow stops after so many messages. */
static void start_exchange(struct stage *stage)
{
    char error[160];
    struct exchange_options options = exchange_options;
    snprintf(stage->fault_file, sizeof stage->fault_file, "/tmp/booktop-test-XXXXXX");
    int file = mkstemp(stage->fault_file);
    assert_true(file >= 0);
    assert_true(dprintf(file, "%llu, halt\n", (unsigned long long)stage->expected) > 0);
    close(file);
    options.fault_file = stage->fault_file;
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
    struct text pem = exchange_kalshi_key_pem(stage->exchange);
    stage->key = kalshi_key_read(exchange_kalshi_key_id(stage->exchange), pem.at, pem.length, error, sizeof error);
    if (!stage->key) fail_msg("%s", error);
}

static size_t sign(void *context, struct stamp now, struct websocket_header *out)
{
    struct stage *stage = context;
    if (!kalshi_sign(stage->key, "GET", KALSHI_STREAM_PATH, now.wall / NANOSECONDS_PER_MILLISECOND, &stage->signature))
        return 0;
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", kalshi_key_id(stage->key)};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-TIMESTAMP", stage->signature.timestamp};
    out[2] = (struct websocket_header){"KALSHI-ACCESS-SIGNATURE", stage->signature.signature};
    return 3;
}

static void start_feed(struct stage *stage)
{
    unsigned port = exchange_port(stage->exchange);
    char error[160];
    snprintf(stage->stream_url, sizeof stage->stream_url, "wss://localhost:%u/trade-api/ws/v2", port);
    snprintf(stage->rest_url, sizeof stage->rest_url, "https://localhost:%u/trade-api/v2", port);
    stage->tap = shadow_tap(&stage->shadow);
    struct feed_options options = {
        .clock = &clock_system, .ca_pem = exchange_ca_pem(stage->exchange), .demo = true, .tap = &stage->tap};
    options.endpoints[VENUE_KALSHI] = (struct venue_endpoints){.stream = stage->stream_url, .books = stage->rest_url};
    options.signers[VENUE_KALSHI] = (struct feed_signer){sign, stage};
    options.off[VENUE_POLYMARKET] = true;
    stage->feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    stage->expected = wanted_seconds() * SPEED * FRAMES_PER_SECOND;
    list_all_markets(&stage->catalogue);
    shadow_open(&stage->shadow, VENUE_KALSHI, stage->expected);
    start_exchange(stage);
    start_feed(stage);
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    feed_stop(stage->feed);
    if (stage->loop) net_loop_destroy(stage->loop);
    if (stage->exchange) exchange_stop(stage->exchange);
    kalshi_key_free(stage->key);
    if (stage->fault_file[0]) unlink(stage->fault_file);
    shadow_close(&stage->shadow);
    catalogue_free(&stage->catalogue);
    free(stage);
    return 0;
}

/* === What the exchange says its books are === */

/* The value of `"name":[…]` behind `at`, brackets included: a list of pairs. */
static struct text list_after(const char *at, const char *end, const char *name)
{
    char key[32];
    int length = snprintf(key, sizeof key, "\"%s\":[", name);
    const char *start = memmem(at, (size_t)(end - at), key, (size_t)length);
    if (!start) fail_msg("no %s", name);
    start += length - 1;
    const char *last = start[1] == ']' ? start : memmem(start, (size_t)(end - start), "]]", 2);
    if (!last) fail_msg("%s has no end", name);
    return (struct text){start, (size_t)(last + 2 - start)};
}

/* A book as the stream would send it, read by an engine that is told nothing else. */
static void read_book(struct stage *stage, struct text body, unsigned number)
{
    static char frame[65536];
    char key[SYMBOL_SIZE + 16];
    const char *symbol = stage->catalogue.entries[number].instrument.symbol, *end = body.at + body.length;
    int length = snprintf(key, sizeof key, "\"ticker\":\"%s\"", symbol);
    const char *at = memmem(body.at, body.length, key, (size_t)length);
    if (!at) fail_msg("no book of %s", symbol);
    struct text yes = list_after(at, end, "yes_dollars"), no = list_after(at, end, "no_dollars");
    length = snprintf(frame, sizeof frame,
                      "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1,\"msg\":{\"market_ticker\":\"%s\","
                      "\"yes_dollars_fp\":%.*s,\"no_dollars_fp\":%.*s}}",
                      symbol, (int)yes.length, yes.at, (int)no.length, no.at);
    assert_true(length > 0 && (size_t)length < sizeof frame);
    struct engine *reader = open_reader();
    read_frame(reader, (struct text){frame, (size_t)length});
    const struct market *market = registry_find(engine_registry(reader), VENUE_KALSHI, text_from(symbol), NULL);
    if (!market || !market->had_book) fail_msg("no book: %s", frame);
    digest_book(&market->instrument, &market->book, 0, stage->digests[number]);
    engine_destroy(reader);
}

static void books_replied(void *context, struct stamp stamp, const struct http_reply *reply)
{
    struct stage *stage = context;
    (void)stamp;
    if (reply->status != 200) fail_msg("no books: %d %s", reply->status, reply->reason);
    for (unsigned i = 0; i < BOOKS_AT_ONCE; i++) read_book(stage, reply->body, stage->at + i);
    stage->answered = true;
}

static void ask_all_books(struct stage *stage)
{
    char url[1900], error[160];
    struct net_loop_options options = {.clock = &clock_system, .ca_pem = exchange_ca_pem(stage->exchange)};
    stage->loop = net_loop_create(&options, error, sizeof error);
    if (!stage->loop) fail_msg("%s", error);
    for (stage->at = 0; stage->at < MARKETS; stage->at += BOOKS_AT_ONCE) {
        int length = snprintf(url, sizeof url, "%s/markets/orderbooks?tickers=", stage->rest_url);
        for (unsigned i = 0; i < BOOKS_AT_ONCE; i++)
            length += snprintf(url + length, sizeof url - (size_t)length, "%s%s", i ? "," : "",
                               stage->catalogue.entries[stage->at + i].instrument.symbol);
        stage->answered = false;
        if (!http_get(stage->loop, url, LIMIT, books_replied, stage, error, sizeof error)) fail_msg("%s", error);
        while (!stage->answered) assert_true(net_loop_service(stage->loop));
    }
}

/* === What the feed shows === */

static void look(struct stage *stage, int64_t end)
{
    struct pollfd ready = {.fd = feed_wake_fd(stage->feed), .events = POLLIN};
    int64_t left = end - clock_now(&clock_system).mono;
    if (left <= 0) fail_msg("nothing came in time");
    poll(&ready, 1, (int)(left / NANOSECONDS_PER_MILLISECOND) + 1);
    feed_woken(stage->feed);
    const struct book_view *view = feed_view(stage->feed, 0);
    if (view) stage->view = *view;
}

#define AWAIT(stage, condition)                                                                                        \
    for (int64_t end = clock_now(&clock_system).mono + LIMIT; !(condition);) look(stage, end)

/* True if it is this market's, and its book is the exchange's. */
static bool shows(const struct stage *stage, unsigned number)
{
    const struct book_view *view = &stage->view;
    struct order_book book = {0};
    char digest[DIGEST_TEXT_SIZE];
    if (strcmp(view->instrument.symbol, stage->catalogue.entries[number].instrument.symbol) != 0) return false;
    order_book_init(&book, 0);
    assert_int_equal(
        order_book_replace(&book, view->depth.bids, view->depth.bid_count, view->depth.asks, view->depth.ask_count),
        BOOK_OK);
    digest_book(&view->instrument, &book, 0, digest);
    order_book_free(&book);
    return strcmp(digest, stage->digests[number]) == 0;
}

static void check_view(struct stage *stage, unsigned number)
{
    feed_select(stage->feed, 0, &stage->catalogue.entries[number]);
    AWAIT(stage, shows(stage, number) && stage->view.proof.state == PROOF_VERIFIED);
    const struct proof *proof = &stage->view.proof;
    assert_int_equal(proof->gaps + proof->failed + proof->unverifiable + proof->resyncs + proof->refused, 0);
    assert_int_equal(proof->crossed + stage->view.cut.levels, 0);
    assert_int_equal(stage->view.epoch, 0);
    assert_int_equal(stage->view.link.reconnects, 0);
}

/* === The test === */

static void check_shadow_book(struct stage *stage, unsigned number)
{
    const char *symbol = stage->catalogue.entries[number].instrument.symbol;
    const struct market *market =
        registry_find(engine_registry(stage->shadow.engine), VENUE_KALSHI, text_from(symbol), NULL);
    char digest[DIGEST_TEXT_SIZE];
    assert_non_null(market);
    assert_int_equal(market->proof.state, PROOF_VERIFIED);
    digest_book(&market->instrument, &market->book, 0, digest);
    assert_string_equal(digest, stage->digests[number]);
}

static void check_counts(const struct stage *stage)
{
    const struct shadow *shadow = &stage->shadow;
    struct proof sum = {0};
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(shadow->engine), &position));) {
        sum.bursts += market->proof.bursts;
        sum.verified += market->proof.verified;
        sum.failed += market->proof.failed + market->proof.unverifiable + market->proof.gaps + market->proof.refused;
        sum.resyncs += market->proof.resyncs;
    }
    print_message("%llu messages: %llu bursts and %llu snapshots, %llu checks passed, %llu failed\n",
                  (unsigned long long)shadow->heard, (unsigned long long)sum.bursts,
                  (unsigned long long)shadow->snapshots, (unsigned long long)sum.verified,
                  (unsigned long long)sum.failed);
    if (shadow->others > 0) fail_msg("%s", shadow->complaint);
    assert_int_equal(sum.failed + sum.resyncs, 0);
    assert_int_equal(sum.verified, sum.bursts + shadow->snapshots);
    assert_int_equal(shadow->snapshots, MARKETS);
    assert_true(sum.bursts > stage->expected / 3);
}

static void no_number_of_two_hundred_markets_is_missing(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(stage->catalogue.count, MARKETS);
    feed_list(stage->feed, &stage->catalogue);
    shadow_await(&stage->shadow, (int64_t)wanted_seconds() * 4 * NANOSECONDS_PER_SECOND + LIMIT);
    ask_all_books(stage);
    for (unsigned i = 0; i < MARKETS; i++) check_view(stage, i);
    feed_stop(stage->feed); /* joins: the second engine is ours from now on */
    stage->feed = NULL;
    engine_finish(stage->shadow.engine, stage->shadow.newest);
    check_counts(stage);
    for (unsigned i = 0; i < MARKETS; i++) check_shadow_book(stage, i);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(no_number_of_two_hundred_markets_is_missing, open_stage, close_stage),
    };
    net_log_start();
    return cmocka_run_group_tests_name("feed/two_hundred_kalshi", tests, NULL, NULL);
}
