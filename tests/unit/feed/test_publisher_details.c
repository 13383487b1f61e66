/* What is told of markets beside their books, in the views of who shows them: who is told, what is kept, and what their
 * venues are asked for it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "publishing.h"

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

/* === What is asked for a panel's sake === */

#define DWELL (500 * MILLISECOND)

static void expect_lookups(const char *expected)
{
    assert_string_equal(lookups, expected);
    lookups[0] = '\0';
}

/* Time passes, and the timers of panels with it. */
static void stay(int64_t nanoseconds)
{
    pass(nanoseconds);
    for (size_t i = 0; i < FEED_PANELS; i++) {
        struct net_timer *timer = &feed->panels[i].inquiry.timer;
        if (!timer->loop || timer->due > stamp.mono) continue;
        net_timer_cancel(timer);
        timer->expired(timer->context);
    }
}

/* The venue's answer to what it was asked last: nothing, or rules and a fee. */
static void answer_inquiry(unsigned number, const struct fee *fee)
{
    struct catalogue catalogue = {0};
    struct lookup_report report = {.venue = VENUE_POLYMARKET,
                                   .lookup = last_lookup,
                                   .kind = LOOKUP_DETAILS,
                                   .result = fee ? LOOKUP_FOUND : LOOKUP_FAILED,
                                   .why = "HTTP 503",
                                   .stamp = stamp};
    if (fee) {
        struct details details = {.rules = "as asked", .fee = *fee};
        struct catalogue_entry *entry = catalogue_append(&catalogue);
        assert_non_null(entry);
        entry->instrument = instrument_of(number);
        assert_true(catalogue_describe(&catalogue, entry, &details));
        report.catalogue = &catalogue;
    }
    publisher_sink.on_lookup(feed, &report);
    catalogue_free(&catalogue);
}

static const struct fee no_fee = {.kind = FEE_NONE}, not_told = {.kind = FEE_OF_SERIES},
                        of_series = {.kind = FEE_OF_SERIES, .type = "flat"};

static void a_market_that_is_opened_is_asked_about_once(void **state)
{
    (void)state;
    show_book();
    stay(DWELL - 1);
    expect_lookups("");
    stay(1);
    expect_lookups("polymarket details 0x1\n");
    answer_inquiry(1, &of_series);
    const struct book_view *view = turn(0);
    assert_non_null(view);
    assert_true(view->described != 0);
    assert_string_equal(view->details.rules, "as asked");
    assert_string_equal(view->details.fee.type, "flat");
    /* Not again, however often it is opened, whatever the way. */
    stay(10 * SECOND);
    show(0, 1);
    stay(DWELL);
    show(0, 2);
    show(0, 1);
    show(1, 1);
    stay(DWELL);
    expect_lookups("");
    /* Not even when it was let go, as long as what was told is kept. */
    for (unsigned i = 2; i <= WATCHED_BY_PANELS_MAX + 2; i++) show(i % 2, i);
    assert_true(unwatched > 0);
    show(0, 1);
    show(1, 1);
    stay(DWELL);
    expect_lookups("");
    assert_string_equal(turn(0)->details.fee.type, "flat");
}

static void what_is_only_passed_by_is_not_asked_about(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    for (unsigned i = 1; i <= 9; i++) catalogue_append(&catalogue)->instrument = instrument_of(i);
    publisher_list(feed, &catalogue);
    for (unsigned i = 1; i <= 9; i++) {
        show(0, i);
        stay(DWELL - 1);
    }
    expect_lookups("");
    stay(1);
    expect_lookups("polymarket details 0x9\n");
    publisher_list(feed, NULL);
    catalogue_free(&catalogue);
}

static void what_is_known_is_not_asked_for(void **state)
{
    (void)state;
    tell(1, "rules of 1", LOOKUP_MARKET);
    show(0, 1);
    show(1, 2);
    stay(DWELL / 2);
    tell(2, "rules of 2", LOOKUP_TOP); /* meanwhile */
    stay(DWELL);
    expect_lookups("");
    /* But for a fee that its venue did not tell with the rest. */
    show(0, 3);
    stay(DWELL);
    expect_lookups("polymarket details 0x3\n");
    answer_inquiry(3, &not_told);
    assert_int_equal(turn(0)->details.fee.kind, FEE_OF_SERIES);
    stay(DWELL);
    expect_lookups("");
    show(0, 3);
    stay(DWELL);
    expect_lookups("polymarket details 0x3\n");
    /* A venue that is off is not asked. */
    feed->options.off[VENUE_POLYMARKET] = true;
    show(1, 4);
    stay(DWELL);
    expect_lookups("");
}

static void what_fails_is_asked_for_when_opened_anew(void **state)
{
    (void)state;
    show(0, 1);
    stay(DWELL);
    expect_lookups("polymarket details 0x1\n");
    answer_inquiry(1, NULL);
    stay(60 * SECOND);
    expect_lookups("");
    assert_int_equal(turn(0)->described, 0);
    show(0, 1);
    stay(DWELL);
    expect_lookups("polymarket details 0x1\n");
}

/* However slow the venue, one market of a panel is asked about: the next is the one that is there by then. */
static void one_answer_of_a_panel_is_awaited(void **state)
{
    (void)state;
    for (unsigned i = 1; i <= 5; i++) {
        show(0, i);
        stay(2 * DWELL);
    }
    expect_lookups("polymarket details 0x1\n");
    answer_inquiry(1, &no_fee);
    stay(0);
    expect_lookups("polymarket details 0x5\n");
    answer_inquiry(5, &no_fee);
    stay(DWELL);
    expect_lookups("");
    /* Who has only just come has to stay, too. */
    show(0, 6);
    stay(DWELL);
    show(0, 7);
    stay(DWELL - 1);
    expect_lookups("polymarket details 0x6\n");
    answer_inquiry(6, NULL);
    stay(0);
    expect_lookups("");
    stay(1);
    expect_lookups("polymarket details 0x7\n");
}

/* A list that comes later, and does not tell the fee. */
static void a_fee_that_was_told_holds(void **state)
{
    (void)state;
    struct details details = {.rules = "of a list", .fee = not_told};
    struct catalogue catalogue = {0};
    show(0, 1);
    stay(DWELL);
    answer_inquiry(1, &of_series);
    struct catalogue_entry *entry = catalogue_append(&catalogue);
    assert_non_null(entry);
    entry->instrument = instrument_of(1);
    assert_true(catalogue_describe(&catalogue, entry, &details));
    const struct lookup_report report = {.venue = VENUE_POLYMARKET,
                                         .lookup = 999,
                                         .kind = LOOKUP_TOP,
                                         .result = LOOKUP_FOUND,
                                         .catalogue = &catalogue,
                                         .stamp = stamp};
    publisher_sink.on_lookup(feed, &report);
    const struct book_view *view = turn(0);
    assert_non_null(view);
    assert_string_equal(view->details.rules, "of a list");
    assert_string_equal(view->details.fee.type, "flat");

    /* Also where the shelf has lost it. */
    details_shelf_cut(&feed->told, 0);
    publisher_sink.on_lookup(feed, &report);
    assert_string_equal(turn(0)->details.fee.type, "flat");
    catalogue_free(&catalogue);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(details_come_with_the_view_of_their_market),
        TEST(details_told_before_are_found_when_the_market_is_shown),
        TEST(what_is_kept_of_details_has_an_end),
        TEST(what_is_told_again_is_kept_once),
        TEST(a_market_that_is_opened_is_asked_about_once),
        TEST(what_is_only_passed_by_is_not_asked_about),
        TEST(what_is_known_is_not_asked_for),
        TEST(what_fails_is_asked_for_when_opened_anew),
        TEST(one_answer_of_a_panel_is_awaited),
        TEST(a_fee_that_was_told_holds),
    };
    return cmocka_run_group_tests_name("feed/publisher_details", tests, NULL, NULL);
}
