/* Two hundred busy markets against the local exchange, over real TLS: every burst is proved, and at the end three books
 * of each market are the same: the feed's, that of a second engine which was told what the feed's was told, and the
 * exchange's own.
 *
 * BOOKTOP_SECONDS: for about so many real seconds (1 to 60; 6 where it is not set).
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
#include "shadow.h"

#define MARKETS 200
#define SPEED   4
/* What the exchange sends in a simulated second for these markets. */
#define MESSAGES_PER_SECOND 800
#define SECONDS             6
#define LIMIT               (30 * NANOSECONDS_PER_SECOND)

/* One of the written cast opens later: it is not among those that are watched. */
static const struct exchange_options exchange_options = {
    .seed = 200, .speed = SPEED, .markets = MARKETS + 1, .clock = &clock_system};

struct stage {
    struct exchange *exchange;
    struct feed *feed;
    struct shadow shadow;
    struct feed_tap tap;
    struct catalogue catalogue;
    struct book_view view; /* the newest of panel 0 */
    char urls[4][64];
    char fault_file[64];
    uint64_t expected;
};

/* === The stage === */

static uint64_t wanted_seconds(void)
{
    const char *given = getenv("BOOKTOP_SECONDS");
    unsigned long seconds = given ? strtoul(given, NULL, 10) : SECONDS;
    return seconds < 1 ? 1 : seconds > 60 ? 60 : seconds;
}

static bool read_opening(void *context, struct text line)
{
    engine_receive(context, VENUE_POLYMARKET, (struct stamp){0, 0}, 0, 1, line);
    return true;
}

/* An engine that knows a market by its book. */
static struct engine *open_reader(void)
{
    struct engine_options options = {.key = "sixteen letters"};
    options.venues[VENUE_POLYMARKET] = (struct venue_options){.discover = true, .stampless = true};
    struct engine *engine = engine_create(&options);
    assert_non_null(engine);
    return engine;
}

/* Every market that is open from the start, from the exchange's opening array. */
static void list_all_markets(struct catalogue *catalogue)
{
    struct engine *engine = open_reader();
    assert_true(exchange_print(&exchange_options, 1, read_opening, engine));
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
}

static void start_feed(struct stage *stage)
{
    static const char *const forms[4] = {"wss://localhost:%u/ws/market", "https://localhost:%u/clob",
                                         "https://localhost:%u/gamma", "https://localhost:%u/data"};
    unsigned port = exchange_port(stage->exchange);
    char error[160];
    for (size_t i = 0; i < 4; i++) snprintf(stage->urls[i], sizeof stage->urls[i], forms[i], port);
    stage->tap = shadow_tap(&stage->shadow);
    struct feed_options options = {
        .clock = &clock_system, .ca_pem = exchange_ca_pem(stage->exchange), .demo = true, .tap = &stage->tap};
    options.endpoints[VENUE_POLYMARKET] =
        (struct venue_endpoints){stage->urls[0], stage->urls[1], stage->urls[2], stage->urls[3]};
    stage->feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    stage->expected = wanted_seconds() * SPEED * MESSAGES_PER_SECOND;
    list_all_markets(&stage->catalogue);
    shadow_open(&stage->shadow, VENUE_POLYMARKET, stage->expected);
    start_exchange(stage);
    start_feed(stage);
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    feed_stop(stage->feed);
    if (stage->exchange) exchange_stop(stage->exchange);
    if (stage->fault_file[0]) unlink(stage->fault_file);
    shadow_close(&stage->shadow);
    catalogue_free(&stage->catalogue);
    free(stage);
    return 0;
}

/* === What the exchange says its books are === */

/* The clob's answers, read by an engine that is told nothing else. */
struct inquiry {
    struct net_loop *loop;
    struct engine *reader;
    struct {
        char digest[DIGEST_TEXT_SIZE]; /* of the token that was asked for */
        int64_t venue_ms;
    } books[MARKETS];
    unsigned at; /* the market asked for */
    bool answered;
};

static void inquiry_replied(void *context, struct stamp stamp, const struct http_reply *reply)
{
    static char frame[65536];
    static const char head[] = "{\"event_type\":\"book\",";
    struct inquiry *inquiry = context;
    (void)stamp;
    if (reply->status != 200) fail_msg("no book of market %u: %d %s", inquiry->at, reply->status, reply->reason);
    assert_true(reply->body.length > 2 && reply->body.length + sizeof head < sizeof frame);
    memcpy(frame, head, sizeof head - 1);
    memcpy(frame + sizeof head - 1, reply->body.at + 1, reply->body.length - 1);
    struct text text = {frame, sizeof head - 1 + reply->body.length - 1};
    engine_receive(inquiry->reader, VENUE_POLYMARKET, (struct stamp){0, 0}, 0, inquiry->at + 1, text);
    inquiry->answered = true;
}

/* Which token of a market is asked for: both have their turn. */
static unsigned token_of(unsigned market)
{
    return market % 2;
}

static void ask_book(struct stage *stage, struct inquiry *inquiry, unsigned number)
{
    const char *token = stage->catalogue.entries[number].instrument.outcomes[token_of(number)].token;
    char url[256], error[160];
    snprintf(url, sizeof url, "%s/book?token_id=%s", stage->urls[1], token);
    inquiry->at = number;
    inquiry->answered = false;
    if (!http_get(inquiry->loop, url, LIMIT, inquiry_replied, inquiry, error, sizeof error)) fail_msg("%s", error);
    while (!inquiry->answered) assert_true(net_loop_service(inquiry->loop));
    int outcome;
    const struct market *market =
        registry_find(engine_registry(inquiry->reader), VENUE_POLYMARKET, text_from(token), &outcome);
    assert_non_null(market);
    assert_int_equal(market->proof.verified, 1);
    digest_book(&market->instrument, &market->book, (unsigned)outcome, inquiry->books[number].digest);
    inquiry->books[number].venue_ms = market->venue_ms;
}

static void ask_all_books(struct stage *stage, struct inquiry *inquiry)
{
    char error[160];
    struct net_loop_options options = {.clock = &clock_system, .ca_pem = exchange_ca_pem(stage->exchange)};
    *inquiry = (struct inquiry){.reader = open_reader()};
    inquiry->loop = net_loop_create(&options, error, sizeof error);
    if (!inquiry->loop) fail_msg("%s", error);
    for (unsigned i = 0; i < MARKETS; i++) ask_book(stage, inquiry, i);
    net_loop_destroy(inquiry->loop);
    engine_destroy(inquiry->reader);
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

static void await_messages(struct stage *stage)
{
    shadow_await(&stage->shadow, (int64_t)wanted_seconds() * 4 * NANOSECONDS_PER_SECOND + LIMIT);
}

static void digest_view(const struct book_view *view, unsigned outcome, char out[DIGEST_TEXT_SIZE])
{
    struct order_book book = {0};
    order_book_init(&book, 0);
    assert_int_equal(view->depth.bid_count, view->depth.bids_in_book);
    assert_int_equal(view->depth.ask_count, view->depth.asks_in_book);
    assert_int_equal(
        order_book_replace(&book, view->depth.bids, view->depth.bid_count, view->depth.asks, view->depth.ask_count),
        BOOK_OK);
    digest_book(&view->instrument, &book, outcome, out);
    order_book_free(&book);
}

/* Once the last of its changes has arrived and is proved, a market's view is what the exchange says. */
static void check_view(struct stage *stage, const struct inquiry *inquiry, unsigned number)
{
    const struct catalogue_entry *entry = &stage->catalogue.entries[number];
    char digest[DIGEST_TEXT_SIZE];
    feed_select(stage->feed, 0, entry);
    AWAIT(stage, strcmp(stage->view.instrument.symbol, entry->instrument.symbol) == 0 &&
                     stage->view.venue_ms >= inquiry->books[number].venue_ms);
    AWAIT(stage, stage->view.proof.state == PROOF_VERIFIED);
    assert_int_equal(stage->view.venue_ms, inquiry->books[number].venue_ms);
    assert_int_equal(stage->view.proof.failed, 0);
    assert_int_equal(stage->view.proof.unverifiable, 0);
    assert_int_equal(stage->view.proof.resyncs, 0);
    assert_int_equal(stage->view.proof.crossed, 0);
    assert_int_equal(stage->view.cut.levels, 0);
    assert_int_equal(stage->view.epoch, 0);
    digest_view(&stage->view, token_of(number), digest);
    assert_string_equal(digest, inquiry->books[number].digest);
}

/* === The test === */

static void check_shadow_book(struct stage *stage, const struct inquiry *inquiry, unsigned number)
{
    const char *symbol = stage->catalogue.entries[number].instrument.symbol;
    const struct market *market =
        registry_find(engine_registry(stage->shadow.engine), VENUE_POLYMARKET, text_from(symbol), NULL);
    char digest[DIGEST_TEXT_SIZE];
    assert_non_null(market);
    assert_int_equal(market->proof.state, PROOF_VERIFIED);
    assert_int_equal(market->proof.failed, 0);
    assert_int_equal(market->proof.resyncs, 0);
    digest_book(&market->instrument, &market->book, token_of(number), digest);
    assert_string_equal(digest, inquiry->books[number].digest);
}

/* A burst whose end was seen too early, since the machine was busy elsewhere, may have failed first and been taken back
 * when it went on: what counts is what the markets count. */
static void check_counts(struct stage *stage)
{
    struct shadow *shadow = &stage->shadow;
    struct proof sum = {0};
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(shadow->engine), &position));) {
        sum.bursts += market->proof.bursts;
        sum.verified += market->proof.verified;
        sum.searched += market->proof.searched;
        sum.failed += market->proof.failed;
        sum.unverifiable += market->proof.unverifiable;
        sum.crossed += market->proof.crossed;
        sum.refused += market->proof.refused;
        sum.duplicates += market->proof.duplicates;
    }
    print_message(
        "%llu messages: %llu bursts and %llu snapshots, %llu checks passed (%llu after a search), %llu failed, "
        "%llu taken back, %llu duplicates\n",
        (unsigned long long)shadow->heard, (unsigned long long)sum.bursts, (unsigned long long)shadow->snapshots,
        (unsigned long long)sum.verified, (unsigned long long)sum.searched, (unsigned long long)sum.failed,
        (unsigned long long)(shadow->others - sum.failed - sum.unverifiable), (unsigned long long)sum.duplicates);
    if (sum.failed + sum.unverifiable > 0) fail_msg("%s", shadow->complaint);
    assert_int_equal(sum.verified, sum.bursts + shadow->snapshots);
    assert_int_equal(sum.crossed, 0);
    assert_int_equal(sum.refused, 0);
    assert_true(sum.bursts > stage->expected / 3);
    assert_true(shadow->snapshots >= MARKETS * 2);
}

static void every_burst_of_two_hundred_markets_is_proved(void **state)
{
    struct stage *stage = *state;
    struct shadow *shadow = &stage->shadow;
    struct inquiry *inquiry = calloc(1, sizeof *inquiry);
    assert_non_null(inquiry);
    assert_int_equal(stage->catalogue.count, MARKETS);
    feed_list(stage->feed, &stage->catalogue);
    await_messages(stage);
    ask_all_books(stage, inquiry);
    for (unsigned i = 0; i < MARKETS; i++) check_view(stage, inquiry, i);
    feed_stop(stage->feed); /* joins: the second engine is ours from now on */
    stage->feed = NULL;
    engine_finish(shadow->engine, shadow->newest);
    check_counts(stage);
    for (unsigned i = 0; i < MARKETS; i++) check_shadow_book(stage, inquiry, i);
    free(inquiry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_burst_of_two_hundred_markets_is_proved, open_stage, close_stage),
    };
    net_log_start();
    return cmocka_run_group_tests_name("feed/two_hundred", tests, NULL, NULL);
}
