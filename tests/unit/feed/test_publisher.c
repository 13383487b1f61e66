/* Views of books and quotes of lists: what is published of them, and when. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "publishing.h"

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
    assert_false(rung());
    change(1, "BUY", "0.41", "25", 'a');
    publisher_turn(feed);
    assert_true(feed->panels[0].dirty);
    assert_false(rung());
    const struct book_view *view = feed_view(feed, 0);
    assert_int_equal(view->depth.bids[0].quantity, 20000000);
    assert_true(rung());
    view = turn(0);
    assert_int_equal(view->depth.bids[0].quantity, 25000000);
    assert_false(rung());
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
    /* Of a replay something was lost, or jumped over: what is there now did not come within a second. */
    pass(MILLISECOND);
    change(1, "BUY", "0.39", "7", '1');
    feed->breaks++;
    feed->rate_timer.expired(feed->rate_timer.context);
    assert_int_equal(turn(0)->rate, 0);
    pass(MILLISECOND);
    change(1, "BUY", "0.39", "8", '2');
    feed->rate_timer.expired(feed->rate_timer.context);
    assert_int_equal(turn(0)->rate, 1);
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

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(a_book_is_published),
        TEST(a_crossed_book_in_a_burst_is_held_back),
        TEST(but_only_for_fifty_milliseconds),
        TEST(a_burst_that_ends_crossed_is_shown),
        TEST(a_view_waits_until_it_is_taken),
        TEST(two_panels_may_show_one_market),
        TEST(the_market_not_shown_for_longest_is_let_go),
        TEST(a_closed_list_is_watched_no_longer),
        TEST(a_doubt_makes_the_quotes_stale),
        TEST(what_a_proof_is_worth),
        TEST(rates_count_what_came_since),
        TEST(progress_is_published_when_it_changes),
        TEST(a_lost_link_leaves_the_book_as_stale),
    };
    return cmocka_run_group_tests_name("feed/publisher", tests, NULL, NULL);
}
