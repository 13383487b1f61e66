/* What the decoder reads of what REST replies. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "decoding.h"

static void book_replies_are_read(void **state)
{
    (void)state;
    const char *body = "{" NAMES STAMP "\"hash\":\"" HASH "\",\"bids\":[" LEVEL(
        "0.01",
        "80.01") "],\"asks\":[],"
                 "\"min_order_size\":\"5\",\"tick_size\":\"0.01\",\"neg_risk\":false,\"last_trade_price\":\"0.050\"}";
    assert_int_equal(polymarket_decode_book_reply(decoder, text_from(body)), 1);
    const struct event *event = polymarket_decoder_events(decoder);
    assert_int_equal(event->kind, EVENT_SNAPSHOT);
    assert_text(event->snapshot.min_order_size, "5");
    assert_true(event->snapshot.has_negative_risk && event->snapshot.last_trade == 500);
    static const struct {
        const char *body, *why;
    } bad[] = {{"{\"error\":\"No orderbook exists for the requested token id\"}", "no market"},
               {"[]", "neither an object nor a list of objects"},
               {"", "the text ends where a value is due"},
               {"<html>", "a value is due here"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(polymarket_decode_book_reply(decoder, text_from(bad[i].body)), 1);
        assert_int_equal(polymarket_decoder_events(decoder)->kind, EVENT_ERROR);
        assert_why(polymarket_decoder_events(decoder), bad[i].why);
    }
}

#define REPLY_TRADE(price, size, stamp)                                                                                \
    "{\"asset\":\"" YES "\",\"conditionId\":\"" MARKET "\",\"side\":\"BUY\",\"price\":" price ",\"size\":" size        \
    ",\"timestamp\":" stamp ",\"transactionHash\":\"0xabc\",\"title\":\"t\"}"

static void trade_replies_are_read(void **state)
{
    (void)state;
    uint64_t id = kind(TRADE(",\"side\":\"BUY\",\"transaction_hash\":\"0xabc\""), EVENT_TRADE)->trade.id;
    size_t count = polymarket_decode_trades_reply(
        decoder,
        TEXT("[" REPLY_TRADE("0.42", "21.428570000000001", "1710000000") "," REPLY_TRADE(
            "7", "1",
            "1") ",5," REPLY_TRADE("0.5", "-1",
                                   "1") "," REPLY_TRADE("0.5", "1",
                                                        "9223372037") ",{\"asset\":\"1\"}," REPLY_TRADE("5.0e-1", "1e2",
                                                                                                        "922337203"
                                                                                                        "5") "]"));
    const struct event *events = polymarket_decoder_events(decoder);
    assert_int_equal(count, 2);
    assert_int_equal(events[0].kind, EVENT_TRADE);
    assert_text(events[0].market, MARKET);
    assert_text(events[0].asset, YES);
    assert_true(events[0].venue_ms == INT64_C(1710000000000));
    assert_true(events[0].trade.price == 4200 && events[0].trade.quantity == 21428570);
    assert_true(events[0].trade.id == id);
    assert_true(events[1].trade.price == 5000 && events[1].trade.quantity == 100000000);
    assert_int_equal(polymarket_decode_trades_reply(decoder, TEXT("[]")), 0);
    static const char *const bad[] = {"{\"error\":\"x\"}", "", "[" REPLY_TRADE("0.5", "1", "1") ",", "7", "[1]]"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(polymarket_decode_trades_reply(decoder, text_from(bad[i])), 1);
        assert_int_equal(polymarket_decoder_events(decoder)->kind, EVENT_ERROR);
    }
    assert_int_equal(polymarket_decode_trades_reply(decoder, TEXT("{}")), 1);
    assert_why(polymarket_decoder_events(decoder), "no list of trades");
}

/* Figures of a trade that are none leave it out; those beside it are read. */
static void figures_of_the_wrong_type_leave_a_trade_out(void **state)
{
    static const char *const figures[][2] = {{"null", "1"},   {"true", "1"},    {"[]", "1"},          {"\"x\"", "1"},
                                             {"0.5", "null"}, {"0.5", "true"},  {"0.5", "{}"},        {"0.5", "\"x\""},
                                             {"1e400", "1"},  {"0.5", "1e400"}, {"\"\\u0030\"", "1"}, {"0.5", "\"\""},
                                             {"0", "1"},      {"1", "1"}};
    (void)state;
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        char body[2048];
        snprintf(body, sizeof body,
                 "[{\"asset\":\"1\",\"conditionId\":\"m\",\"side\":\"BUY\",\"price\":%s,\"size\":%s,"
                 "\"timestamp\":1},{\"asset\":\"2\",\"conditionId\":\"m\",\"side\":\"BUY\",\"price\":0.5,"
                 "\"size\":1,\"timestamp\":1}]",
                 figures[i][0], figures[i][1]);
        assert_int_equal(polymarket_decode_trades_reply(decoder, text_from(body)), 1);
        assert_text(polymarket_decoder_events(decoder)->asset, "2");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(book_replies_are_read),
        cmocka_unit_test(trade_replies_are_read),
        cmocka_unit_test(figures_of_the_wrong_type_leave_a_trade_out),
    };
    return cmocka_run_group_tests_name("polymarket_decode_replies", tests, make, unmake);
}
