/* Gamma's replies: what they tell of a market beside its book (rules, source, fee), and bodies of the venue itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "polymarket_listings.h"

static struct details details_of(const struct catalogue_entry *entry)
{
    struct details details;
    assert_true(catalogue_details(&catalogue, entry, &details));
    return details;
}

static void rules_and_source_are_kept(void **state)
{
    (void)state;
    struct details details =
        details_of(read_one(MARKET("1", ",\"description\":\"If \\\"it\\\" opens.\\n\\nElse \\u00e9.\\u0000\\u001b[2J\","
                                        "\"resolutionSource\":\"https://a.example/x\"")));
    assert_string_equal(details.rules,
                        "If \"it\" opens.\n\nElse \xC3\xA9. \x1b[2J"); /* raw: the screen makes it safe */
    assert_string_equal(details.source, "https://a.example/x");
    details = details_of(read_one(MARKET("1", ",\"description\":null,\"resolutionSource\":\"\"")));
    assert_true(details.rules[0] == '\0' && details.source[0] == '\0' && details.fee.kind == FEE_UNKNOWN);
    details = details_of(read_one(MARKET("1", ",\"description\":[\"x\"],\"resolutionSource\":{\"a\":1}")));
    assert_true(details.rules[0] == '\0' && details.source[0] == '\0');
}

/* Not those of the event around it, nor of the one inside. */
static void rules_are_the_markets_own(void **state)
{
    (void)state;
    const char *why = NULL;
    struct details details = details_of(
        read_one(MARKET("1", ",\"description\":\"own\",\"events\":[{\"title\":\"E\",\"description\":\"event's\"}]")));
    assert_string_equal(details.rules, "own");
    catalogue_clear(&catalogue);
    const char *event = "{\"title\":\"E\",\"description\":\"event's\",\"markets\":[" MARKET(
        "1", ",\"closed\":true,\"description\":\"one\"") "," MARKET("2",
                                                                    ",\"description\":\"two\"") "," MARKET("3",
                                                                                                           "") "]}";
    assert_true(polymarket_read_catalogue(&catalogue, text_from(event), &why));
    assert_int_equal(catalogue.count, 3);
    assert_string_equal(catalogue.entries[0].instrument.symbol, "0x2"); /* the closed one stands last */
    assert_string_equal(details_of(&catalogue.entries[0]).rules, "two");
    assert_string_equal(details_of(&catalogue.entries[1]).rules, "");
    assert_string_equal(details_of(&catalogue.entries[2]).rules, "one");
}

static void long_rules_are_cut(void **state)
{
    (void)state;
    const size_t size = 70000;
    char *body = malloc(size + 1024);
    assert_non_null(body);
    for (size_t at = 0; at < 3; at++) { /* the cut falls on every byte of a character */
        size_t length = (size_t)sprintf(body, "{\"conditionId\":\"0x1\"," IDS ",\"description\":\"%.*s", (int)at, "ab");
        while (length < size) length += (size_t)sprintf(body + length, "%s", length % 2 ? "\xE6\xB8\xAF" : "\\u6e2f");
        strcpy(body + length, "\"}");
        struct details details = details_of(read_one(body));
        assert_true(details.rules_cut && text_is_utf8(text_from(details.rules)));
        assert_in_range(strlen(details.rules), DETAILS_RULES_SIZE - 3, DETAILS_RULES_SIZE - 1);
    }
    free(body);
}

static void fees_are_told_as_the_venue_tells_them(void **state)
{
    (void)state;
#define SCHEDULE(text) ",\"feesEnabled\":true,\"feeSchedule\":" text
    static const struct {
        const char *members;
        struct fee fee;
    } cases[] = {
        {"", {FEE_UNKNOWN, 0, 0, false, ""}},
        {",\"feesEnabled\":false", {FEE_NONE, 0, 0, false, ""}},
        {",\"feesEnabled\":false,\"feeSchedule\":{\"exponent\":1,\"rate\":0.03}", {FEE_NONE, 0, 0, false, ""}},
        {",\"feeSchedule\":{\"exponent\":1,\"rate\":0.03}", {FEE_UNKNOWN, 0, 0, false, ""}},
        {",\"feesEnabled\":\"yes\"", {FEE_UNKNOWN, 0, 0, false, ""}},
        {",\"feesEnabled\":true,\"makerBaseFee\":1000,\"takerBaseFee\":1000", {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"exponent\":1,\"rate\":0.03,\"takerOnly\":true,\"rebateRate\":0.25}"),
         {FEE_CURVE, 30000000, 1, true, ""}},
        {SCHEDULE("{\"rate\":\"2.5e-1\",\"exponent\":\"2\",\"takerOnly\":false}"),
         {FEE_CURVE, 250000000, 2, false, ""}},
        {SCHEDULE("{\"rate\":0.02,\"exponent\":0}"), {FEE_CURVE, 20000000, 0, false, ""}},
        {SCHEDULE("{\"rate\":0.02}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"exponent\":1}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":-0.02,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":0,\"exponent\":1,\"takerOnly\":true}"), {FEE_NONE, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":1e-30,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":1e300,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":101,\"exponent\":1}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":0.02,\"exponent\":4}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":0.02,\"exponent\":0.5}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("{\"rate\":{\"a\":[1]},\"exponent\":[]}"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("[0.02]"), {FEE_CHARGED, 0, 0, false, ""}},
        {SCHEDULE("null"), {FEE_CHARGED, 0, 0, false, ""}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char body[1024];
        snprintf(body, sizeof body, "{\"conditionId\":\"0x1\"," IDS "%s}", cases[i].members);
        const struct fee fee = details_of(read_one(body)).fee, *right = &cases[i].fee;
        bool same = fee.kind == right->kind && fee.rate == right->rate && fee.exponent == right->exponent &&
                    fee.taker_only == right->taker_only;
        if (!same) fail_msg("%s", cases[i].members);
    }
}

static void a_refused_body_leaves_no_details(void **state)
{
    (void)state;
    const char *why = NULL;
    read_one(MARKET("1", ",\"description\":\"one\""));
    size_t length = catalogue.shelf.length;
    assert_false(polymarket_read_catalogue(
        &catalogue, TEXT("[" MARKET("2", ",\"description\":\"two\"") "," MARKET("3", ",\"description\":tru") "]"),
        &why));
    assert_true(catalogue.shelf.count == 1 && catalogue.shelf.length == length);
    assert_string_equal(details_of(catalogue.entries).rules, "one");
    /* Markets that an event inside of a market lists go with what was told of them. */
    catalogue_clear(&catalogue);
    read_one(MARKET("1", ",\"events\":[{\"title\":\"E\",\"markets\":[" MARKET("2", ",\"description\":\"two\"") "]}]"));
    assert_int_equal(catalogue.shelf.count, 1);
    catalogue.plain = true;
    struct details details;
    assert_false(catalogue_details(&catalogue, read_one(MARKET("1", ",\"description\":\"one\"")), &details));
    catalogue.plain = false;
}

/* === Bodies of the venue === */

static void replies_of_the_venue_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t count;
        const char *title, *event, *outcome;
        price_t tick, bid;
        enum market_status status;
        const char *source; /* NULL: whatever it is */
        struct fee fee;
    } replies[] = {
        {"gamma_market.json",
         1,
         "Bitcoin Up or Down - March 12, 5:20AM-5:25AM ET",
         "Bitcoin Up or Down - March 12, 5:20AM-5:25AM ET",
         "Down",
         100,
         5000,
         MARKET_OPEN,
         "https://data.chain.link/streams/btc-usd",
         {FEE_CHARGED, 0, 0, false, ""}},
        {"gamma_event.json",
         2,
         "Will Stephen A. Smith win the 2028 Democratic presidential nomination?",
         "Democratic Presidential Nominee 2028",
         "No",
         10,
         100,
         MARKET_OPEN,
         NULL,
         {FEE_UNKNOWN, 0, 0, false, ""}},
        {"gamma_market_sports_market_money_line.json",
         1,
         NULL,
         NULL,
         "illwill",
         PRICE_NONE,
         PRICE_NONE,
         MARKET_CLOSED,
         "https://hltv.org",
         {FEE_CURVE, 30000000, 1, true, ""}},
        {"search_response.json",
         1,
         NULL,
         "Bitcoin above ___ on March 11?",
         "No",
         10,
         PRICE_NONE,
         MARKET_OPEN,
         NULL,
         {FEE_UNKNOWN, 0, 0, false, ""}},
    };
    const char *root = getenv("BOOKTOP_CORPUS");
    static char body[1 << 16];
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++) {
        char path[512];
        snprintf(path, sizeof path, "%s/polymarket/rest/%s", root ? root : "../shared/corpus", replies[i].name);
        FILE *file = fopen(path, "rb");
        if (!file) {
            print_message("no corpus at %s: skipped\n", path);
            skip();
        }
        size_t length = fread(body, 1, sizeof body, file);
        fclose(file);
        const char *why = NULL;
        catalogue_clear(&catalogue);
        if (!polymarket_read_catalogue(&catalogue, (struct text){body, length}, &why)) fail_msg("%s: %s", path, why);
        assert_int_equal(catalogue.count, replies[i].count);
        const struct catalogue_entry *entry = catalogue.entries;
        if (replies[i].title) assert_string_equal(entry->instrument.title, replies[i].title);
        if (replies[i].event) assert_string_equal(entry->instrument.event_title, replies[i].event);
        assert_string_equal(entry->instrument.outcomes[1].name, replies[i].outcome);
        if (replies[i].tick != PRICE_NONE) assert_true(entry->instrument.tick == replies[i].tick);
        if (replies[i].bid != PRICE_NONE) assert_true(entry->best_bid == replies[i].bid);
        assert_int_equal(entry->status, replies[i].status);
        assert_int_equal(strlen(entry->instrument.symbol), 66);
        assert_true(entry->volume_24h >= 0 || replies[i].status == MARKET_CLOSED);
        struct details details = details_of(entry);
        if (replies[i].source == NULL) continue;
        assert_string_equal(details.source, replies[i].source);
        assert_true(strlen(details.rules) > 400 && strchr(details.rules, '\n') && !details.rules_cut);
        assert_int_equal(details.fee.kind, replies[i].fee.kind);
        assert_true(details.fee.rate == replies[i].fee.rate && details.fee.taker_only == replies[i].fee.taker_only);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(rules_and_source_are_kept, start_empty),
        cmocka_unit_test_setup(rules_are_the_markets_own, start_empty),
        cmocka_unit_test_setup(long_rules_are_cut, start_empty),
        cmocka_unit_test_setup(fees_are_told_as_the_venue_tells_them, start_empty),
        cmocka_unit_test_setup(a_refused_body_leaves_no_details, start_empty),
        cmocka_unit_test_setup(replies_of_the_venue_are_read, start_empty),
    };
    return cmocka_run_group_tests_name("polymarket_details", tests, NULL, release);
}
