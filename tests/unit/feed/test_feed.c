/* The feed against the local exchange, over real TLS, two threads and more: what arrives as views. */
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
#include "booktop/net/loop.h"
#include "signer.h"

#define LIMIT (10 * NANOSECONDS_PER_SECOND)
/* The order flow, and what the feed waits for, are over so much sooner. */
#define SPEED 4

static struct clock_start start;
static struct clock fast;

struct stage {
    struct exchange *exchange;
    struct feed *feed;
    struct signer signer; /* without a key Kalshi's books are polled */
    struct feed_signer feed_signer;
    char urls[6][64];
    char fault_file[64];
    struct answer_view answer;
    struct book_view view; /* the newest of panel 0 */
    struct quote_table quotes;
    const char *known; /* kept in an earlier run */
    char kept[4096];   /* what was given to be kept */
    unsigned keeps;
};

static void start_exchange(struct stage *stage, const char *faults)
{
    char error[160];
    struct exchange_options options = {.seed = 4, .speed = 1, .clock = &fast};
    if (faults) {
        snprintf(stage->fault_file, sizeof stage->fault_file, "/tmp/booktop-test-XXXXXX");
        int file = mkstemp(stage->fault_file);
        assert_true(file >= 0);
        assert_int_equal(write(file, faults, strlen(faults)), strlen(faults));
        close(file);
        options.fault_file = stage->fault_file;
    }
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
}

static void keep(void *context, enum venue_id venue, struct text text)
{
    struct stage *stage = context;
    assert_int_equal(venue, VENUE_KALSHI);
    assert_in_range(text.length, 1, sizeof stage->kept - 1);
    text_copy(text, stage->kept, sizeof stage->kept);
    stage->keeps++;
}

static void start_feed(struct stage *stage, unsigned port, struct text ca_pem, const struct feed_tap *tap)
{
    static const char *const forms[6] = {"wss://localhost:%u/ws/market",       "https://localhost:%u/clob",
                                         "https://localhost:%u/gamma",         "https://localhost:%u/data",
                                         "wss://localhost:%u/trade-api/ws/v2", "https://localhost:%u/trade-api/v2"};
    for (size_t i = 0; i < 6; i++) snprintf(stage->urls[i], sizeof stage->urls[i], forms[i], port);
    char error[160];
    struct feed_options options = {.clock = &fast, .ca_pem = ca_pem, .demo = true, .tap = tap};
    options.kept[VENUE_KALSHI] = text_from(stage->known);
    options.keep = keep;
    options.keep_context = stage;
    options.endpoints[VENUE_POLYMARKET] =
        (struct venue_endpoints){stage->urls[0], stage->urls[1], stage->urls[2], stage->urls[3]};
    options.endpoints[VENUE_KALSHI] = (struct venue_endpoints){.stream = stage->urls[4], .books = stage->urls[5]};
    options.signers[VENUE_KALSHI] = stage->feed_signer;
    stage->feed = feed_start(&options, error, sizeof error);
    if (!stage->feed) fail_msg("%s", error);
}

/* The exchange's own key. */
static void take_key(struct stage *stage)
{
    stage->feed_signer = signer_open(&stage->signer, stage->exchange);
}

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    start_exchange(stage, NULL);
    take_key(stage);
    start_feed(stage, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    feed_stop(stage->feed);
    if (stage->exchange) exchange_stop(stage->exchange);
    signer_close(&stage->signer);
    if (stage->fault_file[0]) unlink(stage->fault_file);
    free(stage);
    return 0;
}

/* Takes what is there; then sleeps until there is more. Fails at the limit. */
static void look(struct stage *stage, int64_t end)
{
    struct pollfd ready = {.fd = feed_wake_fd(stage->feed), .events = POLLIN};
    int64_t left = end - clock_now(&clock_system).mono;
    if (left <= 0) fail_msg("nothing came in time");
    poll(&ready, 1, (int)(left / NANOSECONDS_PER_MILLISECOND) + 1);
    feed_woken(stage->feed);
    const struct book_view *view = feed_view(stage->feed, 0);
    if (view) stage->view = *view;
    const struct quote_table *quotes = feed_quotes(stage->feed);
    if (quotes) stage->quotes = *quotes;
}

/* Looks until the condition holds. */
#define AWAIT(stage, condition)                                                                                        \
    for (int64_t end = clock_now(&clock_system).mono + LIMIT; !(condition);) look(stage, end)

static struct answer_view await_answer(struct stage *stage, uint32_t lookup)
{
    struct answer_view answer = {0};
    AWAIT(stage, feed_answer(stage->feed, &answer));
    assert_int_equal(answer.lookup, lookup);
    return answer;
}

static void shows_a_market_of_the_list(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, ""));
    assert_int_equal(answer.result, ANSWER_LIST);
    assert_true(answer.catalogue->count >= 10);
    feed_select(stage->feed, 0, &answer.catalogue->entries[0]);
    AWAIT(stage, stage->view.link.state == LINK_STATE_LIVE);
    assert_true(stage->view.has_book && stage->view.demo);
    assert_int_equal(stage->view.proof.state, PROOF_VERIFIED);
    assert_true(stage->view.statistics.two_sided);
    assert_string_equal(stage->view.instrument.title, answer.catalogue->entries[0].instrument.title);
    for (size_t i = 0; i < VIEW_STEPS; i++) assert_true(stage->view.link.steps[i] >= 0);
    assert_true(stage->view.latency == LATENCY_UNKNOWN || stage->view.latency < LIMIT);
    uint64_t serial = stage->view.serial, changes = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > changes && stage->view.serial > serial);
    AWAIT(stage, stage->view.tape.count > 0);
    feed_release(stage->feed, answer.catalogue);
}

static void never_shows_a_crossed_book(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, "will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(stage, stage->view.has_book);
    for (uint64_t seen = stage->view.serial; stage->view.serial < seen + 60;) {
        uint64_t serial = stage->view.serial;
        AWAIT(stage, stage->view.serial > serial);
        if (stage->view.statistics.two_sided) assert_true(stage->view.statistics.spread > 0);
    }
}

static void opens_by_slug_address_and_token(void **state)
{
    struct stage *stage = *state;
    const char *slug = "polymarket:port-lumen-tide-index-up-or-down";
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, slug)).result, ANSWER_OPENED);
    AWAIT(stage, stage->view.has_book);
    assert_string_equal(stage->view.instrument.outcomes[0].name, "Up");
    struct instrument known = stage->view.instrument;
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 1, known.outcomes[1].token)).result, ANSWER_OPENED);
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 2, known.symbol)).result, ANSWER_OPENED);
    char address[256];
    snprintf(address, sizeof address, "https://polymarket.com/event/%s", known.event_slug);
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 3, address)).result, ANSWER_OPENED);
    /* The same market on every panel: one handle. */
    const struct book_view *other = NULL;
    AWAIT(stage, (other = feed_view(stage->feed, 3)) && other->has_book);
    assert_true(market_handle_equal(other->market, stage->view.market));
}

static void offers_a_choice_and_searches(void **state)
{
    struct stage *stage = *state;
    struct answer_view event = await_answer(stage, feed_open(stage->feed, 0, "who-becomes-mayor-of-port-lumen"));
    assert_int_equal(event.result, ANSWER_LIST);
    assert_true(event.catalogue->count > 1);
    struct answer_view words = await_answer(stage, feed_open(stage->feed, 0, "lighthouse"));
    assert_int_equal(words.result, ANSWER_LIST);
    assert_int_equal(words.catalogue->count, 1);
    struct answer_view none = await_answer(stage, feed_open(stage->feed, 0, "quarterly zeppelin"));
    assert_int_equal(none.result, ANSWER_NONE);
    assert_true(none.why[0] && !none.catalogue);
    struct answer_view venue = await_answer(stage, feed_open(stage->feed, 0, "nowhere:x"));
    assert_int_equal(venue.result, ANSWER_NONE);
    feed_release(stage->feed, event.catalogue);
    feed_release(stage->feed, words.catalogue);
}

static void lists_have_live_quotes(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, ""));
    feed_list(stage->feed, answer.catalogue);
    AWAIT(stage, stage->quotes.count == answer.catalogue->count && stage->quotes.quotes[0].live &&
                     stage->quotes.quotes[stage->quotes.count - 1].live);
    for (size_t i = 0; i < stage->quotes.count; i++) {
        const struct quote *quote = &stage->quotes.quotes[i];
        assert_true(quote->best_bid == PRICE_NONE || quote->best_ask == PRICE_NONE ||
                    quote->best_bid < quote->best_ask);
    }
    feed_list(stage->feed, NULL);
    feed_release(stage->feed, answer.catalogue);
    assert_int_equal(await_answer(stage, feed_search(stage->feed, "mayor")).result, ANSWER_LIST);
}

static int open_stage_with_cut(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    start_exchange(stage, "30, cut\n"); /* after so many messages: however slow we are, the book is here then */
    start_feed(stage, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
    return 0;
}

static void a_cut_connection_comes_back(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, "will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(stage, stage->view.has_book);
    uint32_t epoch = stage->view.epoch;
    AWAIT(stage, stage->view.link.state == LINK_STATE_DOWN);
    assert_int_equal(stage->view.proof.state, PROOF_STALE);
    assert_true(stage->view.has_book); /* to be drawn, as stale */
    assert_true(stage->view.link.reason[0]);
    assert_true(stage->view.link.retry_at > 0 && stage->view.link.retry_at != TIME_NEVER);
    assert_true(stage->view.depth.bid_count > 0);
    AWAIT(stage, stage->view.link.state == LINK_STATE_LIVE);
    assert_int_equal(stage->view.proof.state, PROOF_VERIFIED);
    assert_true(stage->view.epoch > epoch);
    assert_int_equal(stage->view.link.reconnects, 1);
    assert_string_equal(stage->view.link.reason, "");
}

static int open_nowhere(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    start_feed(stage, 1, (struct text){NULL, 0}, NULL);
    return 0;
}

static void says_why_nobody_answers(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_open(stage->feed, 0, "anything"));
    assert_int_equal(answer.result, ANSWER_FAILED);
    assert_non_null(strstr(answer.why, "refused"));
}

/* Ends in the middle of everything: nothing hangs, nothing leaks (the sanitizers look). */
static void stops_at_any_time(void **state)
{
    struct stage *stage = *state;
    for (unsigned i = 0; i < 6; i++) {
        struct stage other = {0};
        start_feed(&other, i % 2 ? 1 : exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
        for (unsigned n = 0; n < 20; n++) feed_open(other.feed, n % FEED_PANELS, "port-lumen-tide-index-up-or-down");
        feed_search(other.feed, "");
        struct answer_view answer;
        if (i > 2) AWAIT(&other, feed_answer(other.feed, &answer));
        feed_stop(other.feed);
    }
}

/* What passes the tap, in words. */
struct tape_of_tap {
    uint64_t received, last_message, subscribed, asked, replied, opened, lost, watched, unwatched, seeded, lookups,
        retries;
    bool in_order;
};

static void tap_received(void *context, struct stamp stamp, enum venue_id venue, unsigned link, uint64_t message,
                         struct text frame)
{
    (void)stamp, (void)venue, (void)link;
    struct tape_of_tap *tape = context;
    tape->in_order &= message == tape->last_message + 1 && frame.length > 0 && tape->subscribed > 0;
    tape->last_message = message;
    tape->received++;
}

static void tap_sent(void *context, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame)
{
    (void)stamp, (void)venue, (void)link;
    struct tape_of_tap *tape = context;
    if (text_starts_with(frame, TEXT("{\"assets_ids\""))) tape->subscribed++;
}

static void tap_asked(void *context, struct stamp stamp, enum venue_id venue, uint32_t request, const char *url)
{
    (void)stamp, (void)venue;
    struct tape_of_tap *tape = context;
    if (request && strstr(url, "https://localhost")) tape->asked++;
}

static void tap_replied(void *context, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply)
{
    (void)stamp, (void)venue;
    struct tape_of_tap *tape = context;
    if (reply->status == 200 && reply->request) tape->replied++;
}

static void tap_link(void *context, struct stamp stamp, enum venue_id venue, unsigned link, enum link_change change,
                     const char *why)
{
    (void)stamp, (void)venue, (void)link, (void)why;
    struct tape_of_tap *tape = context;
    *(change == LINK_OPENED ? &tape->opened : &tape->lost) += 1;
}

static void tap_watch(void *context, struct stamp stamp, const struct instrument *instrument, bool on)
{
    (void)stamp, (void)instrument;
    struct tape_of_tap *tape = context;
    *(on ? &tape->watched : &tape->unwatched) += 1;
}

static void tap_seed(void *context, struct stamp stamp, const struct instrument *instrument)
{
    (void)stamp, (void)instrument;
    struct tape_of_tap *tape = context;
    tape->seeded++;
}

static void tap_lookup(void *context, struct stamp stamp, enum venue_id venue, uint32_t lookup, enum lookup_kind kind,
                       struct text words)
{
    (void)stamp, (void)venue, (void)lookup, (void)kind, (void)words;
    struct tape_of_tap *tape = context;
    tape->lookups++;
}

static void tap_retry(void *context, struct stamp stamp, enum venue_id venue)
{
    (void)stamp, (void)venue;
    struct tape_of_tap *tape = context;
    tape->retries++;
}

static void the_tap_sees_everything(void **state)
{
    struct stage *stage = *state;
    struct tape_of_tap tape = {.in_order = true};
    struct feed_tap tap = {tap_received, tap_sent, tap_asked,  tap_replied, tap_link,
                           tap_watch,    tap_seed, tap_lookup, tap_retry,   &tape};
    struct stage tapped = {0};
    start_feed(&tapped, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), &tap);
    feed_open(tapped.feed, 0, "polymarket:will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(&tapped, tapped.view.has_book && tapped.view.change_count > 5 && tapped.view.tape.count > 1);
    feed_retry(tapped.feed);
    uint64_t changes = tapped.view.change_count;
    AWAIT(&tapped, tapped.view.change_count > changes);
    feed_stop(tapped.feed); /* joins: what the tap gathered is ours again */
    assert_true(tape.in_order);
    assert_true(tape.received >= 5);
    assert_int_equal(tape.opened, 1);
    assert_int_equal(tape.subscribed, 1);
    assert_int_equal(tape.watched, 1);
    assert_int_equal(tape.seeded, 1);
    assert_int_equal(tape.lookups, 1);
    assert_int_equal(tape.retries, VENUE_COUNT);
    assert_int_equal(tape.lost, 0);  /* a connection that is open stays */
    assert_int_equal(tape.asked, 2); /* the market by its slug, its trades */
    assert_int_equal(tape.replied, 2);
}

/* A list as long as a real one: subscribing to it must not harm the book on the panel. */
static const struct exchange_options many = {.seed = 4, .speed = 1, .markets = 150, .clock = &fast};

static int open_stage_of_many(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    char error[160];
    struct exchange_options options = many;
    stage->exchange = exchange_start(&options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
    start_feed(stage, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
    return 0;
}

static bool read_opening(void *context, struct text line)
{
    engine_receive(context, VENUE_POLYMARKET, (struct stamp){0, 0}, 0, 1, line);
    return true;
}

/* Every market of the exchange, from its opening array. */
static void list_all_markets(struct catalogue *catalogue)
{
    struct engine_options options = {.key = "a fixed key"};
    options.venues[VENUE_POLYMARKET] = (struct venue_options){.discover = true, .stampless = true};
    struct engine *engine = engine_create(&options);
    assert_true(exchange_print(&many, 1, read_opening, engine));
    size_t position = 0;
    const struct market *market;
    while ((market = registry_next(engine_registry(engine), &position))) {
        struct catalogue_entry *entry = catalogue_append(catalogue);
        assert_non_null(entry);
        entry->instrument = market->instrument;
    }
    engine_destroy(engine);
}

static unsigned live_quotes(const struct stage *stage)
{
    unsigned live = 0;
    for (size_t i = 0; i < stage->quotes.count; i++) live += stage->quotes.quotes[i].live;
    return live;
}

static void long_lists_do_not_disturb_a_panel(void **state)
{
    struct stage *stage = *state;
    struct catalogue catalogue = {0};
    list_all_markets(&catalogue);
    assert_true(catalogue.count > 100);
    feed_open(stage->feed, 0, "will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(stage, stage->view.has_book);
    for (unsigned turns = 0; turns < 3; turns++) {
        feed_list(stage->feed, &catalogue);
        AWAIT(stage, live_quotes(stage) == catalogue.count);
        feed_list(stage->feed, NULL);
        uint64_t changes = stage->view.change_count;
        AWAIT(stage, stage->view.change_count > changes + 2);
        stage->quotes.count = 0;
    }
    assert_int_equal(stage->view.epoch, 0);
    assert_int_equal(stage->view.link.reconnects, 0);
    assert_int_equal(stage->view.proof.state, PROOF_VERIFIED);
    feed_stop(stage->feed); /* it may still look at our list */
    stage->feed = NULL;
    catalogue_free(&catalogue);
}

static void looks_up_without_a_panel(void **state)
{
    struct stage *stage = *state;
    uint32_t lookup = feed_open(stage->feed, FEED_NO_PANEL, "port-lumen-tide-index-up-or-down");
    struct answer_view answer = await_answer(stage, lookup);
    assert_int_equal(answer.result, ANSWER_LIST);
    assert_int_equal(answer.catalogue->count, 1);
    assert_int_equal(answer.market.generation, 0);
    feed_release(stage->feed, answer.catalogue);
    answer = await_answer(stage, feed_open(stage->feed, 0, "port-lumen-tide-index-up-or-down"));
    assert_int_equal(answer.result, ANSWER_OPENED);
    AWAIT(stage, market_handle_equal(stage->view.market, answer.market));
}

/* === Kalshi === */

#define TIDE "kalshi:KXHARBOR-26DEC-B4.5"

static void both_venues_are_one_list(void **state)
{
    struct stage *stage = *state;
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, ""));
    assert_int_equal(answer.result, ANSWER_LIST);
    size_t of[VENUE_COUNT] = {0};
    for (size_t i = 0; i < answer.catalogue->count; i++) of[answer.catalogue->entries[i].instrument.venue]++;
    assert_true(of[VENUE_POLYMARKET] >= 5 && of[VENUE_KALSHI] >= 5);
    feed_release(stage->feed, answer.catalogue);
    answer = await_answer(stage, feed_search(stage->feed, "kalshi:"));
    for (size_t i = 0; i < answer.catalogue->count; i++)
        assert_int_equal(answer.catalogue->entries[i].instrument.venue, VENUE_KALSHI);
    feed_release(stage->feed, answer.catalogue);
}

/* The catalogue is gone through behind a list, and kept. */
static void what_there_is_is_gone_through_and_kept(void **state)
{
    struct stage *stage = *state;
    const struct venue_progress *progress = &stage->quotes.progress[VENUE_KALSHI];
    struct answer_view answer = await_answer(stage, feed_search(stage->feed, "polymarket:"));
    feed_list(stage->feed, answer.catalogue);
    AWAIT(stage, stage->quotes.count > 0);
    assert_true(!progress->running && progress->events == 0); /* nobody asked */
    struct answer_view kalshi = await_answer(stage, feed_search(stage->feed, "kalshi:"));
    assert_true(kalshi.catalogue->count > 4);
    AWAIT(stage, progress->events >= 5);
    assert_false(progress->running);
    feed_release(stage->feed, kalshi.catalogue);
    feed_release(stage->feed, answer.catalogue);
    feed_stop(stage->feed);
    stage->feed = NULL;
    assert_int_equal(stage->keeps, 1);
    assert_non_null(strstr(stage->kept, "\nKXHARBOR-26DEC\t"));
    /* The next run knows it from the start: here one event of them. */
    struct stage next = {.known = "booktop kalshi events 1\nKXHARBOR-26DEC\t1\tTide\n"};
    start_feed(&next, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
    answer = await_answer(&next, feed_search(next.feed, "kalshi:"));
    assert_int_equal(answer.catalogue->count, 4);
    assert_string_equal(answer.catalogue->entries[0].instrument.event_slug, "KXHARBOR-26DEC");
    feed_release(next.feed, answer.catalogue);
    feed_stop(next.feed);
}

static void a_kalshi_market_is_verified_in_sequence(void **state)
{
    struct stage *stage = *state;
    /* Opened by its ticker and by its web address, one on each panel, beside a market of the other venue. */
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, TIDE)).result, ANSWER_OPENED);
    uint32_t other = feed_open(stage->feed, 1, "polymarket:port-lumen-tide-index-up-or-down");
    assert_int_equal(await_answer(stage, other).result, ANSWER_OPENED);
    AWAIT(stage, stage->view.link.state == LINK_STATE_LIVE && stage->view.proof.state == PROOF_VERIFIED);
    assert_int_equal(stage->view.instrument.venue, VENUE_KALSHI);
    assert_string_equal(stage->view.instrument.symbol, "KXHARBOR-26DEC-B4.5");
    assert_true(stage->view.statistics.two_sided && stage->view.depth.bid_count > 2);
    uint64_t changes = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > changes + 2 && stage->view.tape.count > 0);
    assert_int_equal(stage->view.proof.state, PROOF_VERIFIED);
    assert_int_equal(stage->view.proof.gaps + stage->view.proof.failed + stage->view.proof.refused, 0);
    const struct book_view *view = NULL;
    AWAIT(stage, (view = feed_view(stage->feed, 1)) && view->has_book);
    assert_int_equal(view->instrument.venue, VENUE_POLYMARKET);
}

static int open_stage_with_wrong_key(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    /* An exchange of the same seed knows this id, but by another key. */
    start_exchange(stage, NULL);
    take_key(stage);
    exchange_stop(stage->exchange);
    start_exchange(stage, NULL);
    assert_string_equal(kalshi_key_id(stage->signer.key), exchange_kalshi_key_id(stage->exchange));
    start_feed(stage, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
    return 0;
}

static void a_refused_key_is_said_and_not_tried_again(void **state)
{
    struct stage *stage = *state;
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, TIDE)).result, ANSWER_OPENED);
    AWAIT(stage, stage->view.link.state == LINK_STATE_GIVEN_UP);
    assert_non_null(strstr(stage->view.link.reason, "401"));
    assert_non_null(strstr(stage->view.link.reason, "refuses the key"));
    assert_int_equal(stage->view.link.attempts, 1);
    assert_true(stage->view.link.retry_at == TIME_NEVER);
    /* What can be had without a key is. */
    AWAIT(stage, stage->view.has_book);
    assert_int_equal(stage->view.proof.state, PROOF_POLLED);
    /* Another market of it makes no attempt; the other venue goes on. */
    assert_int_equal(await_answer(stage, feed_open(stage->feed, 0, "kalshi:KXSEAWALL-26DEC31")).result, ANSWER_OPENED);
    AWAIT(stage, strcmp(stage->view.instrument.symbol, "KXSEAWALL-26DEC31") == 0);
    assert_int_equal(stage->view.link.state, LINK_STATE_GIVEN_UP);
    assert_int_equal(stage->view.link.attempts, 1);
    feed_open(stage->feed, 0, "polymarket:port-lumen-tide-index-up-or-down");
    AWAIT(stage, stage->view.proof.state == PROOF_VERIFIED);
}

static int open_stage_without_key(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    start_exchange(stage, NULL);
    start_feed(stage, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
    return 0;
}

static void without_a_key_books_are_polled(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, TIDE);
    AWAIT(stage, stage->view.has_book);
    assert_int_equal(stage->view.proof.state, PROOF_POLLED);
    assert_true(stage->view.statistics.two_sided);
    assert_int_equal(stage->view.link.state, LINK_STATE_IDLE);
    /* And again: every second, since it is looked at. */
    uint64_t books = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > books + 1);
    assert_int_equal(stage->view.proof.state, PROOF_POLLED);
}

static int open_stage_with_gap(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    start_exchange(stage, "60, gap\n"); /* after so many messages: the book is here then */
    take_key(stage);
    start_feed(stage, exchange_port(stage->exchange), exchange_ca_pem(stage->exchange), NULL);
    return 0;
}

static void a_gap_makes_the_book_stale_until_a_new_one_is_here(void **state)
{
    struct stage *stage = *state;
    feed_open(stage->feed, 0, TIDE);
    AWAIT(stage, stage->view.proof.state == PROOF_VERIFIED);
    assert_int_equal(stage->view.proof.gaps, 0);
    AWAIT(stage, stage->view.proof.gaps > 0);
    AWAIT(stage, stage->view.proof.state == PROOF_VERIFIED);
    assert_int_equal(stage->view.proof.gaps, 1);
    assert_true(stage->view.proof.resyncs >= 1);
    assert_int_equal(stage->view.link.reconnects, 0);
    uint64_t changes = stage->view.change_count;
    AWAIT(stage, stage->view.change_count > changes + 2);
    assert_int_equal(stage->view.proof.state, PROOF_VERIFIED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(shows_a_market_of_the_list, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(never_shows_a_crossed_book, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(opens_by_slug_address_and_token, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(offers_a_choice_and_searches, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(lists_have_live_quotes, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_cut_connection_comes_back, open_stage_with_cut, close_stage),
        cmocka_unit_test_setup_teardown(says_why_nobody_answers, open_nowhere, close_stage),
        cmocka_unit_test_setup_teardown(stops_at_any_time, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(the_tap_sees_everything, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(long_lists_do_not_disturb_a_panel, open_stage_of_many, close_stage),
        cmocka_unit_test_setup_teardown(looks_up_without_a_panel, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(both_venues_are_one_list, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(what_there_is_is_gone_through_and_kept, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_kalshi_market_is_verified_in_sequence, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_refused_key_is_said_and_not_tried_again, open_stage_with_wrong_key,
                                        close_stage),
        cmocka_unit_test_setup_teardown(without_a_key_books_are_polled, open_stage_without_key, close_stage),
        cmocka_unit_test_setup_teardown(a_gap_makes_the_book_stale_until_a_new_one_is_here, open_stage_with_gap,
                                        close_stage),
    };
    net_start();
    fast = clock_fast(&start, SPEED);
    return cmocka_run_group_tests_name("feed/feed", tests, NULL, NULL);
}
