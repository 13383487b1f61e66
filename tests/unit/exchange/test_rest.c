#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "booktop/base/decimal.h"
#include "booktop/exchange/polymarket/rest.h"
#include "booktop/json/reader.h"

#define START_MS INT64_C(1795252000000)
#define LATE     12 /* the market that opens later, and the one that is resolved */
#define TIDE     6

struct venue {
    struct cast cast;
    struct flow flow;
    struct channel *channel;
    struct rest *rest;
};

static int venue_create_of(void **state, unsigned markets)
{
    static struct venue venue;
    assert_true(cast_create(&venue.cast, 21, markets));
    assert_true(flow_create(&venue.flow, &venue.cast, START_MS));
    venue.channel = channel_create(&venue.cast, &venue.flow, 21);
    assert_non_null(venue.channel);
    venue.rest = rest_create(&venue.cast, &venue.flow, venue.channel);
    assert_non_null(venue.rest);
    *state = &venue;
    return 0;
}

static int venue_create(void **state)
{
    return venue_create_of(state, 0);
}

static int large_venue_create(void **state)
{
    return venue_create_of(state, 200);
}

static int venue_destroy(void **state)
{
    struct venue *venue = *state;
    rest_destroy(venue->rest);
    channel_destroy(venue->channel);
    flow_free(&venue->flow);
    cast_free(&venue->cast);
    return 0;
}

static void venue_advance(struct venue *venue, int64_t elapsed_ms)
{
    while (channel_next(venue->channel, START_MS + elapsed_ms) != NULL) {
    }
}

/* The body of an answer, which must be strict JSON. */
static struct text ask(struct venue *venue, const char *path, const char *query, int status)
{
    struct text body;
    struct json_reader reader;
    assert_int_equal(rest_answer(venue->rest, text_from(path), text_from(query), &body), status);
    json_start(&reader, body);
    assert_true(json_skip(&reader));
    assert_true(json_finish(&reader));
    return body;
}

static bool has(struct text body, const char *part)
{
    return memmem(body.at, body.length, part, strlen(part)) != NULL;
}

static unsigned count(struct text body, const char *part)
{
    unsigned found = 0;
    for (const char *at = body.at; (at = memmem(at, (size_t)(body.at + body.length - at), part, strlen(part))); at++)
        found++;
    return found;
}

static void a_book_has_all_that_the_hash_takes(void **state)
{
    struct venue *venue = *state;
    char query[128];
    snprintf(query, sizeof query, "token_id=%s", venue->cast.markets[1].token[1]);
    struct text body = ask(venue, "/clob/book", query, 200);
    static const char *const keys[] = {"{\"market\":\"0x",           ",\"asset_id\":\"",
                                       ",\"timestamp\":\"",          ",\"hash\":\"",
                                       ",\"bids\":[{\"price\":\"",   "],\"asks\":[{\"price\":\"",
                                       "],\"min_order_size\":\"5\"", ",\"tick_size\":\"0.01\"",
                                       ",\"neg_risk\":true",         ",\"last_trade_price\":\"0."};
    const char *at = body.at;
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        at = memmem(at, (size_t)(body.at + body.length - at), keys[i], strlen(keys[i]));
        assert_non_null(at);
    }
    assert_true(has(body, venue->cast.markets[1].token[1]));
    snprintf(query, sizeof query, "token_id=%s", venue->cast.markets[11].token[0]);
    assert_true(has(ask(venue, "/clob/book", query, 200), "\"neg_risk\":false,\"last_trade_price\":\"\"}"));
    body = ask(venue, "/clob/book", "token_id=123", 404);
    assert_true(text_is(body, "{\"error\":\"No orderbook exists for the requested token id\"}"));
    (void)ask(venue, "/clob/book", "", 400);
}

static void markets_come_and_go(void **state)
{
    struct venue *venue = *state;
    char late[128], tide[128], slug[128];
    snprintf(late, sizeof late, "token_id=%s", venue->cast.markets[LATE].token[0]);
    snprintf(tide, sizeof tide, "token_id=%s", venue->cast.markets[TIDE].token[0]);
    snprintf(slug, sizeof slug, "/gamma/markets/slug/%s", venue->cast.markets[LATE].slug);
    (void)ask(venue, "/clob/book", late, 404);
    (void)ask(venue, "/clob/book", tide, 200);
    (void)ask(venue, slug, "", 404);
    assert_int_equal(count(ask(venue, "/gamma/markets", "limit=100", 200), "\"conditionId\""), 12);
    venue_advance(venue, 300000);
    (void)ask(venue, "/clob/book", late, 200);
    (void)ask(venue, "/clob/book", tide, 404);
    (void)ask(venue, slug, "", 200);
    assert_int_equal(count(ask(venue, "/gamma/markets", "limit=100", 200), "\"conditionId\""), 13);
    struct text body = ask(venue, "/gamma/markets", "limit=100&closed=true", 200);
    assert_int_equal(count(body, "\"conditionId\""), 1);
    assert_true(has(body, "\"outcomes\":\"[\\\"Up\\\", \\\"Down\\\"]\""));
    assert_true(has(body, "\"outcomePrices\":\"[\\\"1\\\", \\\"0\\\"]\""));
    assert_int_equal(count(ask(venue, "/gamma/markets", "limit=100&closed=false", 200), "\"conditionId\""), 12);
}

static void markets_are_found_by_name(void **state)
{
    struct venue *venue = *state;
    const struct cast_market *first = &venue->cast.markets[0], *second = &venue->cast.markets[2];
    char query[512];
    snprintf(query, sizeof query, "clob_token_ids=%s", first->token[1]);
    struct text body = ask(venue, "/gamma/markets", query, 200);
    assert_int_equal(count(body, "\"conditionId\""), 1);
    assert_true(has(body, first->title));
    snprintf(query, sizeof query, "[\\\"%s\\\", \\\"%s\\\"]", first->token[0], first->token[1]);
    assert_true(has(body, query));
    assert_true(has(body, "\"orderPriceMinTickSize\":0.01,\"orderMinSize\":5,"));
    assert_true(has(body, "\"negRisk\":false"));
    assert_true(has(body, "\"events\":[{"));
    /* What it is about, what decides it, what it costs, how its price has moved: each market's own. */
    assert_true(has(body, "\"resolutionSource\":\"https://port-lumen.example/notices/will-the-harbour"));
    assert_true(has(body, "\"description\":\"Will the harbour bridge") && has(body, "This market is invented"));
    assert_true(has(body, "\"feesEnabled\":true") && has(body, "\"feeSchedule\":{\"exponent\":1,\"rate\":0.03,"));
    assert_true(first->before > 0 && has(body, "\"oneDayPriceChange\":"));
    snprintf(query, sizeof query, "condition_ids=%s", venue->cast.markets[1].condition);
    body = ask(venue, "/gamma/markets", query, 200);
    assert_true(has(body, "\"feesEnabled\":false") && !has(body, "feeSchedule"));
    assert_true(has(body, "\"description\":\"Will Odile Marrow"));
    snprintf(query, sizeof query, "condition_ids=%s", venue->cast.markets[11].condition); /* nobody has traded it */
    body = ask(venue, "/gamma/markets", query, 200);
    assert_true(venue->cast.markets[11].before == 0 && !has(body, "oneDayPriceChange"));
    snprintf(query, sizeof query, "clob_token_ids=%s&clob_token_ids=%s", first->token[0], second->token[0]);
    assert_int_equal(count(ask(venue, "/gamma/markets", query, 200), "\"conditionId\""), 2);
    snprintf(query, sizeof query, "condition_ids=%s,%s", first->condition, second->condition);
    assert_int_equal(count(ask(venue, "/gamma/markets", query, 200), "\"conditionId\""), 2);
    snprintf(query, sizeof query, "slug=%s", second->slug);
    assert_true(has(ask(venue, "/gamma/markets", query, 200), "\"groupItemTitle\":\"Tobin Hale\""));
    assert_true(text_is(ask(venue, "/gamma/markets", "slug=no-such-thing", 200), "[]"));
    (void)ask(venue, "/gamma/markets/slug/no-such-thing", "", 404);
    (void)ask(venue, "/gamma/events/slug/no-such-thing", "", 404);
    (void)ask(venue, "/gamma/unknown", "", 404);
    (void)ask(venue, "", "", 404);
}

static void lists_are_sorted_and_cut(void **state)
{
    struct venue *venue = *state;
    struct text body = ask(venue, "/gamma/markets", "order=volume24hr&ascending=false&limit=3", 200);
    assert_int_equal(count(body, "\"conditionId\""), 3);
    assert_true(text_starts_with(body, TEXT("[{\"id\":\"910001\"")));
    body = ask(venue, "/gamma/markets", "order=volume24hr&ascending=true&limit=1", 200);
    assert_true(has(body, venue->cast.markets[11].title));
    body = ask(venue, "/gamma/markets", "offset=1&limit=1", 200);
    assert_true(text_starts_with(body, TEXT("[{\"id\":\"910002\"")));
    assert_true(text_is(ask(venue, "/gamma/markets", "offset=100", 200), "[]"));
    assert_true(text_is(ask(venue, "/gamma/markets", "limit=0", 200), "[]"));
    body = ask(venue, "/gamma/events", "closed=false&order=volume24hr&ascending=false&limit=2", 200);
    assert_int_equal(count(body, "\"conditionId\""), 6);
    assert_true(has(body, "Who becomes mayor of Port Lumen?"));
    body = ask(venue, "/gamma/events/slug/who-becomes-mayor-of-port-lumen", "", 200);
    assert_int_equal(count(body, "\"conditionId\""), 5);
    assert_true(has(body, "\"negRisk\":true"));
}

static void searching_is_by_words(void **state)
{
    struct venue *venue = *state;
    assert_true(has(ask(venue, "/gamma/public-search", "q=BRIDGE%20harbour", 200), "harbour bridge at Port Lumen"));
    struct text body = ask(venue, "/gamma/public-search", "q=odile+marrow&limit_per_type=10", 200);
    assert_true(has(body, "Odile Marrow"));
    assert_true(has(body, "\"pagination\":{\"hasMore\":false,\"totalResults\":1}"));
    assert_true(has(ask(venue, "/gamma/public-search", "q=zebra", 200), "{\"events\":[],"));
    body = ask(venue, "/gamma/public-search", "q=lumen&limit_per_type=2", 200);
    assert_int_equal(count(body, "\"ticker\""), 2);
    assert_true(has(body, "\"hasMore\":true"));
    body = ask(venue, "/gamma/public-search", "q=lumen&limit_per_type=2&page=2", 200);
    assert_true(count(body, "\"ticker\"") > 0);
    (void)ask(venue, "/gamma/public-search", "", 200);
}

static void trades_are_newest_first(void **state)
{
    struct venue *venue = *state;
    char query[128];
    venue_advance(venue, 30000);
    snprintf(query, sizeof query, "market=%s&limit=10", venue->cast.markets[0].condition);
    struct text body = ask(venue, "/data/trades", query, 200);
    assert_int_equal(count(body, "\"transactionHash\":\"0x"), 10);
    int64_t before = INT64_MAX;
    for (const char *at = body.at; (at = memmem(at, (size_t)(body.at + body.length - at), "\"timestamp\":", 12));
         at++) {
        int64_t seconds;
        assert_int_equal(decimal_parse((struct text){at + 12, 10}, 0, &seconds), DECIMAL_OK);
        assert_true(seconds <= before);
        before = seconds;
    }
    assert_true(before > START_MS / 1000 - 100);
    assert_true(text_is(ask(venue, "/data/trades", "market=0x00", 200), "[]"));
    assert_true(text_is(ask(venue, "/data/trades", "", 200), "[]"));
}

/* 200 markets, one of which opens later: all are listed, at once or in pages, and each has its book. */
static void two_hundred_are_listed_and_have_books(void **state)
{
    struct venue *venue = *state;
    assert_int_equal(count(ask(venue, "/gamma/markets", "closed=false&limit=500", 200), "\"conditionId\""), 199);
    unsigned listed = 0;
    for (unsigned offset = 0; offset < 200; offset += 50) {
        char query[64];
        snprintf(query, sizeof query, "order=volume24hr&ascending=false&limit=50&offset=%u", offset);
        listed += count(ask(venue, "/gamma/markets", query, 200), "\"conditionId\"");
    }
    assert_int_equal(listed, 199);
    venue_advance(venue, 2000);
    for (unsigned i = 0; i < venue->cast.market_count; i++) {
        for (unsigned token = 0; token < 2 && i != LATE; token++) {
            char query[128];
            snprintf(query, sizeof query, "token_id=%s", venue->cast.markets[i].token[token]);
            struct text body = ask(venue, "/clob/book", query, 200);
            assert_true(has(body, venue->cast.markets[i].condition));
            assert_true(has(body, "\"hash\":\""));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_book_has_all_that_the_hash_takes, venue_create, venue_destroy),
        cmocka_unit_test_setup_teardown(markets_come_and_go, venue_create, venue_destroy),
        cmocka_unit_test_setup_teardown(markets_are_found_by_name, venue_create, venue_destroy),
        cmocka_unit_test_setup_teardown(lists_are_sorted_and_cut, venue_create, venue_destroy),
        cmocka_unit_test_setup_teardown(searching_is_by_words, venue_create, venue_destroy),
        cmocka_unit_test_setup_teardown(trades_are_newest_first, venue_create, venue_destroy),
        cmocka_unit_test_setup_teardown(two_hundred_are_listed_and_have_books, large_venue_create, venue_destroy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
