/* What is told of one market beside its book: its series' fee, then the market itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_pages.h"

#define SERIES(members) "{\"series\":{\"ticker\":\"KXONE\"," members "}}"
#define MARKET          "{\"market\":{\"ticker\":\"KXONE-26-A\",\"status\":\"finalized\",\"rules_primary\":\"If it is.\"}}"
#define GET_SERIES      "wish get https://rest/series/KXONE\n"
#define GET_MARKET      "wish get https://rest/markets/KXONE-26-A\n"

static struct details told;
static bool is_told;
static size_t entries;

static void note_details(void *context, const struct lookup_report *report)
{
    const struct catalogue *catalogue = report->catalogue;
    journal_lookup(context, report);
    entries = catalogue ? catalogue->count : 0;
    is_told = entries > 0 && catalogue_details(catalogue, catalogue->entries, &told);
}

static void open_session(struct session *s)
{
    kalshi_open_with(s, JOURNAL_LOOKUPS | JOURNAL_WISHES, (struct venue_options){0});
    s->outlet.lookup = note_details;
    is_told = false;
    entries = 0;
}

static void the_fee_is_the_series(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 7, LOOKUP_DETAILS, "KXONE-26-A");
    expect_journal(&s, GET_SERIES);
    session_reply(&s, 200, SERIES("\"fee_type\":\"quadratic\",\"fee_multiplier\":0.5"));
    expect_journal(&s, GET_MARKET);
    session_reply(&s, 200, MARKET);
    expect_journal(&s, "lookup 7 found KXONE-26-A @0\n");
    assert_true(is_told && entries == 1);
    assert_string_equal(told.rules, "If it is.");
    assert_true(told.fee.kind == FEE_OF_SERIES && told.fee.rate == FEE_RATE_ONE / 2);
    assert_string_equal(told.fee.type, "quadratic");
    session_at(&s, 5000);
    kalshi_ask(&s, 8, LOOKUP_DETAILS, "KXONE-26-A");
    session_reply(&s, 200, SERIES("\"fee_type\":\"quadratic\",\"fee_multiplier\":0"));
    session_reply(&s, 200, MARKET);
    assert_true(is_told && told.fee.kind == FEE_NONE);
    session_close(&s);
}

/* Whatever the series says, but that we shall wait. */
static void without_its_fee_a_market_has_its_rules(void **state)
{
    static const struct {
        int status;
        const char *body;
    } replies[] = {{404, ""}, {500, ""}, {200, "{}"}, {200, "{\"series\":"}, {200, SERIES("\"fee_type\":null")}};
    (void)state;
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        struct session s;
        open_session(&s);
        kalshi_ask(&s, 1, LOOKUP_DETAILS, "KXONE-26-A");
        session_reply(&s, replies[i].status, replies[i].body);
        session_reply(&s, 200, MARKET);
        expect_journal(&s, GET_SERIES GET_MARKET "lookup 1 found KXONE-26-A @0\n");
        assert_true(is_told && told.fee.kind == FEE_OF_SERIES && !fee_is_told(&told.fee));
        assert_string_equal(told.rules, "If it is.");
        session_close(&s);
    }
}

static void what_cannot_be_had_has_failed(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    kalshi_ask(&s, 1, LOOKUP_DETAILS, "KXONE-26-A");
    session_reply(&s, 0, "");
    expect_journal(&s, GET_SERIES "lookup 1 failed: no answer @0\n");
    session_at(&s, 5000);
    kalshi_ask(&s, 2, LOOKUP_DETAILS, "KXONE-26-A");
    session_reply(&s, 429, "");
    expect_journal(&s, GET_SERIES "lookup 2 failed: the venue wants us to wait @5000\n");
    session_at(&s, 20000);
    kalshi_ask(&s, 3, LOOKUP_DETAILS, "KXONE-26-A");
    session_reply(&s, 404, "");
    session_reply(&s, 404, "");
    expect_journal(&s, GET_SERIES GET_MARKET "lookup 3 none: nothing of that name @20000\n");
    session_at(&s, 25000);
    kalshi_ask(&s, 4, LOOKUP_DETAILS, "KXONE-26-A");
    session_reply(&s, 200, SERIES("\"fee_type\":\"flat\""));
    session_reply(&s, 200, "{\"market\":{\"ticker\":\"KXONE-26-B\"}}");
    expect_journal(&s, GET_SERIES GET_MARKET "lookup 4 none: nothing of that name @25000\n");
    kalshi_ask(&s, 5, LOOKUP_DETAILS, "two words");
    expect_journal(&s, "lookup 5 none: not a name that this venue could have @25000\n");
    session_close(&s);
}

/* Three GETs in a second, and what somebody asked goes first. */
static void they_wait_behind_what_is_asked(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    for (uint32_t i = 1; i <= 3; i++) kalshi_ask(&s, i, LOOKUP_MARKET, "kxodd");
    kalshi_ask(&s, 4, LOOKUP_DETAILS, "KXONE-26-A");
    kalshi_ask(&s, 5, LOOKUP_MARKET, "kxeven");
    journal_clear(&s.journal);
    session_advance(&s, 999);
    expect_journal(&s, "");
    session_advance(&s, 1000);
    expect_journal(&s, "wish get https://rest/markets/KXEVEN\n" GET_SERIES);
    session_close(&s);
}

/* The trades of what is looked at are waited for. */
static void they_wait_behind_trades(void **state)
{
    struct session s;
    (void)state;
    open_session(&s);
    struct market_handle market = kalshi_add(&s, T1);
    session_watch(&s, market);
    for (uint32_t i = 1; i <= 2; i++) kalshi_ask(&s, i, LOOKUP_MARKET, "kxodd");
    kalshi_ask(&s, 3, LOOKUP_DETAILS, "KXONE-26-A");
    s.venue->seed(s.sync, s.now, market);
    journal_clear(&s.journal);
    session_advance(&s, 1000);
    expect_journal(&s, "wish get https://rest/markets/trades?ticker=" T1 "&limit=64\n" GET_SERIES);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fee_is_the_series),         cmocka_unit_test(without_its_fee_a_market_has_its_rules),
        cmocka_unit_test(what_cannot_be_had_has_failed), cmocka_unit_test(they_wait_behind_what_is_asked),
        cmocka_unit_test(they_wait_behind_trades),
    };
    return cmocka_run_group_tests_name("kalshi_sync_details", tests, NULL, NULL);
}
