/* The publisher without threads and without a network: frames are put in by hand, time moves by hand, one turn at a
 * time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "bare_feed.h"

#define FRAME_SIZE 1024

static char frame[FRAME_SIZE];
static unsigned watched, unwatched;

static void count_watch(void *context, struct stamp at, const struct instrument *instrument, bool on)
{
    (void)context, (void)at, (void)instrument;
    *(on ? &watched : &unwatched) += 1;
}

static void ignore_frame(void *context, struct stamp at, enum venue_id venue, unsigned link, uint64_t message,
                         struct text text)
{
    (void)context, (void)at, (void)venue, (void)link, (void)message, (void)text;
}

static void ignore_link(void *context, struct stamp at, enum venue_id venue, unsigned link, enum link_change change,
                        const char *why)
{
    (void)context, (void)at, (void)venue, (void)link, (void)change, (void)why;
}

static void ignore_seed(void *context, struct stamp at, const struct instrument *instrument)
{
    (void)context, (void)at, (void)instrument;
}

static const struct feed_tap tap = {
    .received = ignore_frame, .link = ignore_link, .watch = count_watch, .seed = ignore_seed};

static int open_feed(void **state)
{
    (void)state;
    watched = unwatched = 0;
    bare_feed_open(&tap);
    assert_true(engine_add_sink(feed->engine, &publisher_sink, feed));
    return 0;
}

static int close_feed(void **state)
{
    (void)state;
    bare_feed_close();
    return 0;
}

static struct instrument instrument_of(unsigned number)
{
    char symbol[SYMBOL_SIZE];
    struct instrument instrument;
    snprintf(symbol, sizeof symbol, "0x%u", number);
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    snprintf(instrument.outcomes[0].token, SYMBOL_SIZE, "%u1", number);
    snprintf(instrument.outcomes[1].token, SYMBOL_SIZE, "%u2", number);
    return instrument;
}

static struct market_handle show(unsigned panel, unsigned number)
{
    struct instrument instrument = instrument_of(number);
    return publisher_show(feed, panel, &instrument, 5);
}

static int64_t venue_ms(void)
{
    return stamp.wall / MILLISECOND;
}

static void receive(void)
{
    input_frame(feed, stamp, VENUE_POLYMARKET, 0, text_from(frame));
}

static void book(unsigned number)
{
    snprintf(frame, sizeof frame,
             "{\"event_type\":\"book\",\"market\":\"0x%u\",\"asset_id\":\"%u1\",\"timestamp\":\"%lld\",\"bids\":"
             "[{\"price\":\"0.40\",\"size\":\"10\"},{\"price\":\"0.41\",\"size\":\"20\"}],\"asks\":"
             "[{\"price\":\"0.43\",\"size\":\"10\"},{\"price\":\"0.42\",\"size\":\"30\"}]}",
             number, number, (long long)venue_ms());
    receive();
}

static void change(unsigned number, const char *side, const char *price, const char *size, char hash)
{
    char hex[41];
    memset(hex, hash, 40);
    hex[40] = '\0';
    snprintf(frame, sizeof frame,
             "{\"event_type\":\"price_change\",\"market\":\"0x%u\",\"timestamp\":\"%lld\",\"price_changes\":"
             "[{\"asset_id\":\"%u1\",\"price\":\"%s\",\"size\":\"%s\",\"side\":\"%s\",\"hash\":\"%s\"}]}",
             number, (long long)venue_ms(), number, price, size, side, hex);
    receive();
}

static void pass(int64_t nanoseconds)
{
    clock_manual_advance(&stamp, nanoseconds);
    engine_advance(feed->engine, stamp);
}

/* Market 1 on panel 0, its link open, its book here. */
static void show_book(void)
{
    show(0, 1);
    input_link(feed, VENUE_POLYMARKET, 0, LINK_OPENED, NULL);
    book(1);
}

/* A turn, and what the ui would see after it. */
static const struct book_view *turn(unsigned panel)
{
    publisher_turn(feed);
    return feed_view(feed, panel);
}

static void a_book_is_published(void **state)
{
    (void)state;
    struct market_handle handle = show(0, 1);
    const struct book_view *view = turn(0);
    assert_non_null(view);
    assert_true(market_handle_equal(view->market, handle));
    assert_false(view->has_book);
    assert_true(view->latency == LATENCY_UNKNOWN);
    assert_int_equal(view->volume_24h, 5);
    input_link(feed, VENUE_POLYMARKET, 0, LINK_OPENED, NULL);
    book(1);
    view = turn(0);
    assert_true(view->has_book);
    assert_int_equal(view->statistics.best_bid, 4100);
    assert_true(view->latency == LATENCY_UNKNOWN); /* a snapshot's stamp tells nothing of the way here */
    stamp.wall += 1234567;                         /* the venue's stamp has whole milliseconds */
    change(1, "BUY", "0.41", "25", 'a');
    view = turn(0);
    assert_int_equal(view->latency, 234567);
    assert_int_equal(view->depth.bids[0].quantity, 25000000);
    assert_null(turn(0)); /* nothing new */
}

static void a_crossed_book_in_a_burst_is_held_back(void **state)
{
    (void)state;
    show_book();
    assert_non_null(turn(0));
    change(1, "BUY", "0.42", "5", 'a'); /* the taker's rest: locked */
    assert_null(turn(0));
    change(1, "SELL", "0.42", "0", 'a'); /* and what it hit is taken away */
    const struct book_view *view = turn(0);
    assert_non_null(view);
    assert_int_equal(view->statistics.best_bid, 4200);
    assert_int_equal(view->statistics.best_ask, 4300);
}

static void but_only_for_fifty_milliseconds(void **state)
{
    (void)state;
    show_book();
    assert_non_null(turn(0));
    change(1, "BUY", "0.43", "5", 'a');
    assert_null(turn(0));
    /* The burst goes on and on. */
    pass(30 * MILLISECOND);
    change(1, "BUY", "0.39", "5", 'a');
    assert_null(turn(0));
    pass(25 * MILLISECOND);
    change(1, "BUY", "0.38", "5", 'a');
    const struct book_view *view = turn(0);
    assert_non_null(view);
    /* As nothing proves it, it is shown without what crosses. */
    assert_true(view->crossed);
    assert_int_equal(view->cut.levels, 2);
    assert_false(view->statistics.two_sided);
    assert_int_equal(view->depth.ask_count, 2); /* the book itself is as it came */
}

static void a_burst_that_ends_crossed_is_shown(void **state)
{
    (void)state;
    show_book();
    assert_non_null(turn(0));
    change(1, "BUY", "0.43", "5", 'a');
    assert_null(turn(0));
    pass(50 * MILLISECOND); /* quiet: the burst has ended */
    assert_non_null(turn(0));
}

/* What is not taken is not overwritten, and whoever takes it wakes the feed for the rest. */
static void a_view_waits_until_it_is_taken(void **state)
{
    (void)state;
    show_book();
    publisher_turn(feed);
    assert_false(feed->panels[0].waiting);
    change(1, "BUY", "0.41", "25", 'a');
    publisher_turn(feed);
    assert_true(feed->panels[0].dirty);
    assert_true(feed->panels[0].waiting);
    const struct book_view *view = feed_view(feed, 0);
    assert_int_equal(view->depth.bids[0].quantity, 20000000);
    assert_false(feed->panels[0].waiting);
    view = turn(0);
    assert_int_equal(view->depth.bids[0].quantity, 25000000);
    assert_null(turn(0));
}

static void two_panels_may_show_one_market(void **state)
{
    (void)state;
    show(0, 1);
    show(1, 1);
    assert_int_equal(watched, 1);
    input_link(feed, VENUE_POLYMARKET, 0, LINK_OPENED, NULL);
    book(1);
    publisher_turn(feed);
    assert_true(feed_view(feed, 0)->has_book);
    assert_true(feed_view(feed, 1)->has_book);
}

static void the_market_not_shown_for_longest_is_let_go(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= WATCHED_BY_PANELS_MAX; i++) show(0, i);
    assert_int_equal(unwatched, 0);
    show(0, 1); /* the oldest is the second now */
    show(0, 100);
    assert_int_equal(watched, WATCHED_BY_PANELS_MAX + 1);
    assert_int_equal(unwatched, 1);
    unsigned before = watched;
    show(0, 1);
    assert_int_equal(watched, before);
    show(0, 2);
    assert_int_equal(watched, before + 1);
}

static void a_closed_list_is_watched_no_longer(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    for (unsigned i = 1; i <= 5; i++) catalogue_append(&catalogue)->instrument = instrument_of(i);
    show(0, 3);
    publisher_list(feed, &catalogue);
    assert_int_equal(watched, 5);
    input_link(feed, VENUE_POLYMARKET, 0, LINK_OPENED, NULL);
    book(2);
    publisher_turn(feed);
    const struct quote_table *quotes = feed_quotes(feed);
    assert_non_null(quotes);
    assert_int_equal(quotes->count, 5);
    unsigned live = 0;
    for (unsigned i = 0; i < quotes->count; i++) {
        if (!quotes->quotes[i].live) continue;
        live++;
        assert_string_equal(quotes->quotes[i].symbol, "0x2");
        assert_int_equal(quotes->quotes[i].best_bid, 4100);
    }
    assert_int_equal(live, 1);
    /* At most four times a second. */
    book(1);
    publisher_turn(feed);
    assert_null(feed_quotes(feed));
    pass(QUOTES_INTERVAL);
    publisher_turn(feed);
    assert_non_null(feed_quotes(feed));
    publisher_list(feed, NULL);
    assert_int_equal(unwatched, 4); /* the third is on a panel */
    publisher_turn(feed);
    assert_null(feed_quotes(feed));
    catalogue_free(&catalogue);
}

/* The proof that the newest quotes tell of the one market in the list. */
static enum proof_state quoted_proof(void)
{
    pass(QUOTES_INTERVAL);
    publisher_turn(feed);
    const struct quote_table *quotes = feed_quotes(feed);
    assert_non_null(quotes);
    assert_int_equal(quotes->count, 1);
    return quotes->quotes[0].proof;
}

/* A book in a list is no better than it would be on the screen: half-open, its connection is silent. */
static void a_doubt_makes_the_quotes_stale(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    struct websocket_status status = {.state = WEBSOCKET_OPEN, .round_trip = -1};
    struct wire *wire = wires_add(feed, VENUE_POLYMARKET, 0);
    wires_begin(wire);
    catalogue_append(&catalogue)->instrument = instrument_of(1);
    publisher_list(feed, &catalogue);
    assert_int_equal(quoted_proof(), PROOF_SYNCING); /* there is no book that could be old */
    wires_state(wire, &status);
    book(1);
    assert_int_equal(quoted_proof(), PROOF_UNVERIFIABLE);
    status.unanswered = stamp.mono;
    wires_status(wire, &status);
    wires_update(wire);
    pass(LINK_DOUBT);
    publisher_turn(feed);
    assert_null(feed_quotes(feed));
    wires_update(wire); /* as every turn does */
    assert_int_equal(quoted_proof(), PROOF_STALE);
    status.unanswered = 0;
    wires_status(wire, &status);
    wires_update(wire);
    assert_int_equal(quoted_proof(), PROOF_UNVERIFIABLE);
    /* What comes by REST hangs on no connection. */
    status.state = WEBSOCKET_DOWN;
    status.failure = WEBSOCKET_FAILURE_CUT;
    wires_state(wire, &status);
    assert_int_equal(quoted_proof(), PROOF_STALE);
    int outcome;
    registry_find(engine_registry(feed->engine), VENUE_POLYMARKET, TEXT("0x1"), &outcome)->proof.state = PROOF_POLLED;
    feed->quotes_dirty = true;
    assert_int_equal(quoted_proof(), PROOF_POLLED);
    publisher_list(feed, NULL);
    catalogue_free(&catalogue);
}

/* The rule for the screen, the list and plain output. */
static void what_a_proof_is_worth(void **state)
{
    (void)state;
    static const struct {
        enum proof_state proof;
        bool has_book;
        enum link_state link;
        int64_t unanswered; /* for so long, 0: not */
        enum proof_state told;
    } rows[] = {
        {PROOF_VERIFIED, true, LINK_STATE_LIVE, 0, PROOF_VERIFIED},
        {PROOF_VERIFIED, true, LINK_STATE_LIVE, LINK_DOUBT - 1, PROOF_VERIFIED},
        {PROOF_VERIFIED, true, LINK_STATE_LIVE, LINK_DOUBT, PROOF_STALE},
        {PROOF_VERIFIED, true, LINK_STATE_DEGRADED, 0, PROOF_VERIFIED},
        {PROOF_VERIFIED, true, LINK_STATE_DOWN, 0, PROOF_STALE},
        {PROOF_LIVE, true, LINK_STATE_GIVEN_UP, 0, PROOF_STALE},
        {PROOF_SYNCING, false, LINK_STATE_SYNCING, 0, PROOF_SYNCING},
        {PROOF_SYNCING, true, LINK_STATE_SYNCING, 0, PROOF_STALE},
        {PROOF_POLLED, true, LINK_STATE_IDLE, 0, PROOF_POLLED},
        {PROOF_POLLED, true, LINK_STATE_LIVE, LINK_DOUBT, PROOF_POLLED},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct book_view *view = calloc(1, sizeof *view);
        assert_non_null(view);
        view->proof.state = rows[i].proof;
        view->has_book = rows[i].has_book;
        view->link.state = rows[i].link;
        if (rows[i].unanswered) view->link.unanswered = stamp.mono - rows[i].unanswered;
        assert_int_equal(book_proof(view, stamp), rows[i].told);
        free(view);
    }
}

static void rates_count_what_came_since(void **state)
{
    (void)state;
    show_book();
    for (unsigned i = 0; i < 30; i++) {
        pass(MILLISECOND);
        change(1, "BUY", "0.39", i % 2 ? "7" : "8", (char)('a' + i % 6));
    }
    feed->rate_timer.expired(feed->rate_timer.context);
    assert_int_equal(turn(0)->rate, 31);
    /* Let go and watched again: what was counted before is not counted again. */
    for (unsigned i = 2; i <= WATCHED_BY_PANELS_MAX + 1; i++) show(0, i);
    show(0, 1);
    feed->rate_timer.expired(feed->rate_timer.context);
    const struct book_view *view = turn(0);
    assert_non_null(view);
    assert_int_equal(view->rate, 0);
}

static void a_second_passes(void)
{
    pass(NANOSECONDS_PER_SECOND);
    feed->rate_timer.expired(feed->rate_timer.context);
    publisher_turn(feed);
}

/* What a venue does in the background, while a list is open. */
static void progress_is_published_when_it_changes(void **state)
{
    (void)state;
    static const char body[] =
        "{\"events\":[{\"event_ticker\":\"E\",\"markets\":[{\"ticker\":\"E-1\"}]}],\"cursor\":\"\"}";
    struct catalogue catalogue = {0};
    catalogue_append(&catalogue)->instrument = instrument_of(1);
    engine_lookup(feed->engine, VENUE_KALSHI, stamp, 1, LOOKUP_TOP, (struct text){NULL, 0});
    a_second_passes();
    assert_null(feed_quotes(feed)); /* nobody looks */
    publisher_list(feed, &catalogue);
    publisher_turn(feed);
    const struct quote_table *quotes = feed_quotes(feed);
    assert_non_null(quotes);
    assert_true(quotes->progress[VENUE_KALSHI].running && quotes->progress[VENUE_KALSHI].events == 0);
    assert_true(!quotes->progress[VENUE_POLYMARKET].running && quotes->progress[VENUE_POLYMARKET].events == 0);
    a_second_passes();
    assert_null(feed_quotes(feed)); /* nothing has changed */
    struct venue_reply reply = {1, 200, TEXT(body), "", 0};
    engine_reply(feed->engine, VENUE_KALSHI, stamp, &reply);
    a_second_passes();
    quotes = feed_quotes(feed);
    assert_non_null(quotes);
    assert_true(!quotes->progress[VENUE_KALSHI].running && quotes->progress[VENUE_KALSHI].events == 1);
    a_second_passes();
    assert_null(feed_quotes(feed));
    publisher_list(feed, NULL);
    catalogue_free(&catalogue);
}

static void a_lost_link_leaves_the_book_as_stale(void **state)
{
    (void)state;
    show_book();
    assert_int_equal(turn(0)->proof.state, PROOF_UNVERIFIABLE);
    input_link(feed, VENUE_POLYMARKET, 0, LINK_LOST, "gone");
    const struct book_view *view = turn(0);
    assert_int_equal(view->proof.state, PROOF_STALE);
    assert_true(view->has_book);
    assert_int_equal(view->statistics.best_bid, 4100);
    input_link(feed, VENUE_POLYMARKET, 0, LINK_OPENED, NULL);
    view = turn(0);
    assert_int_equal(view->proof.state, PROOF_SYNCING);
    assert_true(view->has_book);
    uint32_t epoch = view->epoch;
    assert_true(epoch > 0);
    book(1);
    view = turn(0);
    assert_int_equal(view->proof.state, PROOF_UNVERIFIABLE);
    assert_int_equal(view->epoch, epoch);
}

/* What is told of markets beside their books */

static void name_market(struct catalogue *catalogue, unsigned number, const char *rules)
{
    struct details details = {.fee = {.kind = FEE_NONE}};
    struct catalogue_entry *entry = catalogue_append(catalogue);
    assert_non_null(entry);
    entry->instrument = instrument_of(number);
    text_copy(text_from(rules), details.rules, sizeof details.rules);
    assert_true(catalogue_describe(catalogue, entry, &details));
}

/* A venue answers a question that nobody waits for any more. */
static void tell(unsigned number, const char *rules, enum lookup_kind kind)
{
    struct catalogue catalogue = {0};
    name_market(&catalogue, number, rules);
    const struct lookup_report report = {.venue = VENUE_POLYMARKET,
                                         .lookup = 999,
                                         .kind = kind,
                                         .result = LOOKUP_FOUND,
                                         .catalogue = &catalogue,
                                         .stamp = stamp};
    publisher_sink.on_lookup(feed, &report);
    catalogue_free(&catalogue);
}

static void details_come_with_the_view_of_their_market(void **state)
{
    (void)state;
    show_book();
    const struct book_view *view = turn(0);
    assert_int_equal(view->described, 0);
    /* Told while it is shown, */
    tell(1, "rules of 1", LOOKUP_SEARCH);
    view = turn(0);
    assert_non_null(view);
    assert_true(view->described != 0 && view->details.fee.kind == FEE_NONE);
    assert_string_equal(view->details.rules, "rules of 1");
    uint64_t described = view->described;
    /* they stay, in every slot of the buffer, */
    for (int i = 0; i < 5; i++) {
        change(1, "BUY", i % 2 ? "0.40" : "0.41", "7", (char)('a' + i));
        pass(SECOND);
        view = turn(0);
        assert_non_null(view);
        assert_true(view->described == described);
        assert_string_equal(view->details.rules, "rules of 1");
    }
    /* are told anew, */
    tell(1, "other rules", LOOKUP_MARKET);
    view = turn(0);
    assert_true(view->described != described);
    assert_string_equal(view->details.rules, "other rules");
    /* and are no other market's; */
    show(0, 2);
    assert_int_equal(turn(0)->described, 0);
    /* on the way back they are known. */
    show(0, 1);
    view = turn(0);
    assert_true(view->described != 0);
    assert_string_equal(view->details.rules, "other rules");
}

static void details_told_before_are_found_when_the_market_is_shown(void **state)
{
    (void)state;
    tell(3, "of a name", LOOKUP_MARKET);
    tell(4, "of a list that was given back", LOOKUP_TOP);
    show(0, 3);
    const struct book_view *view = turn(0);
    assert_true(view->described != 0);
    assert_string_equal(view->details.rules, "of a name");
    show(0, 4);
    assert_int_equal(turn(0)->described, 0);
    /* Those of a list are known as long as it is lent. */
    struct lent *lent = calloc(1, sizeof *lent);
    assert_non_null(lent);
    name_market(&lent->catalogue, 6, "of another");
    name_market(&lent->catalogue, 5, "of a list");
    feed->lent = lent;
    show(0, 5);
    answers_release(feed, &lent->catalogue);
    view = turn(0);
    assert_true(view->described != 0);
    assert_string_equal(view->details.rules, "of a list");
    show(0, 6);
    assert_int_equal(turn(0)->described, 0);
}

/* However much is told, no more is kept than there is room for. */
static void what_is_kept_of_details_has_an_end(void **state)
{
    (void)state;
    static char rules[DETAILS_RULES_SIZE];
    memset(rules, 'r', sizeof rules - 1);
    for (unsigned i = 1; i <= DETAILS_SHELF_MAX / DETAILS_RULES_SIZE + 10; i++) tell(i, rules, LOOKUP_MARKET);
    assert_true(feed->told.length <= DETAILS_SHELF_MAX && feed->told.length > DETAILS_SHELF_MAX / 2);
    show(0, DETAILS_SHELF_MAX / DETAILS_RULES_SIZE + 10);
    assert_true(turn(0)->described != 0);
}

static void what_is_told_again_is_kept_once(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 10; i++) tell(1 + i % 2, i < 6 ? "rules" : "new rules", LOOKUP_MARKET);
    assert_int_equal(feed->told.count, 2);
    show(0, 1);
    const struct book_view *view = turn(0);
    assert_non_null(view);
    assert_string_equal(view->details.rules, "new rules");
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_book_is_published, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(a_crossed_book_in_a_burst_is_held_back, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(but_only_for_fifty_milliseconds, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(a_burst_that_ends_crossed_is_shown, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(a_view_waits_until_it_is_taken, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(two_panels_may_show_one_market, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(the_market_not_shown_for_longest_is_let_go, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(a_closed_list_is_watched_no_longer, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(a_doubt_makes_the_quotes_stale, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(what_a_proof_is_worth, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(rates_count_what_came_since, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(progress_is_published_when_it_changes, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(a_lost_link_leaves_the_book_as_stale, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(details_come_with_the_view_of_their_market, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(details_told_before_are_found_when_the_market_is_shown, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(what_is_kept_of_details_has_an_end, open_feed, close_feed),
        cmocka_unit_test_setup_teardown(what_is_told_again_is_kept_once, open_feed, close_feed),
    };
    return cmocka_run_group_tests_name("feed/publisher", tests, NULL, NULL);
}
