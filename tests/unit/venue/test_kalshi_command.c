/* What is sent to Kalshi and asked of it, to the byte, and what a user may call a market. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/json/reader.h"
#include "booktop/venue/kalshi/command.h"

static struct json_writer out;

static int writer_free(void **state)
{
    (void)state;
    json_writer_free(&out);
    return 0;
}

/* The command is exactly this, and JSON. */
static void assert_command(const char *expected)
{
    struct text text = json_writer_text(&out);
    if (!text_is(text, expected)) fail_msg("%.*s\nis not\n%s", TEXT_ARGS(text), expected);
    struct json_reader reader;
    json_start(&reader, text);
    assert_true(json_skip(&reader) && json_finish(&reader));
}

static const char *const tickers[] = {"KXA-26DEC-T4615.99", "KX\"B"};

static void commands_are_written(void **state)
{
    (void)state;
    kalshi_write_subscribe(&out, 1, KALSHI_BOOKS, tickers, 1, true);
    assert_command("{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_tickers\":[\"KXA-26DEC-T4615.99\"],\"use_yes_price\":true}}");
    kalshi_write_subscribe(&out, 2, KALSHI_BOOKS, tickers, 2, false);
    assert_command("{\"id\":2,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\"],"
                   "\"market_tickers\":[\"KXA-26DEC-T4615.99\",\"KX\\\"B\"],\"use_yes_price\":false}}");
    kalshi_write_subscribe(&out, 3, KALSHI_TICKER, tickers, 1, true);
    assert_command("{\"id\":3,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"ticker\"],"
                   "\"market_tickers\":[\"KXA-26DEC-T4615.99\"]}}");
    kalshi_write_subscribe(&out, 4, KALSHI_LIFECYCLE, NULL, 0, true);
    assert_command("{\"id\":4,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"market_lifecycle_v2\"]}}");

    kalshi_write_update(&out, 5, 456, KALSHI_ADD, tickers, 1);
    assert_command("{\"id\":5,\"cmd\":\"update_subscription\",\"params\":{\"sids\":[456],"
                   "\"market_tickers\":[\"KXA-26DEC-T4615.99\"],\"action\":\"add_markets\"}}");
    kalshi_write_update(&out, 6, 456, KALSHI_DELETE, tickers, 1);
    assert_command("{\"id\":6,\"cmd\":\"update_subscription\",\"params\":{\"sids\":[456],"
                   "\"market_tickers\":[\"KXA-26DEC-T4615.99\"],\"action\":\"delete_markets\"}}");
    kalshi_write_update(&out, 7, 456, KALSHI_GET_SNAPSHOT, tickers, 1);
    assert_command("{\"id\":7,\"cmd\":\"update_subscription\",\"params\":{\"sids\":[456],"
                   "\"market_tickers\":[\"KXA-26DEC-T4615.99\"],\"action\":\"get_snapshot\"}}");
    kalshi_write_unsubscribe(&out, INT64_MAX, 2);
    assert_command("{\"id\":9223372036854775807,\"cmd\":\"unsubscribe\",\"params\":{\"sids\":[2]}}");
    kalshi_write_list(&out, 9);
    assert_command("{\"id\":9,\"cmd\":\"list_subscriptions\"}");
}

static void channels_have_names(void **state)
{
    (void)state;
    for (unsigned channel = 0; channel < KALSHI_CHANNELS; channel++) {
        struct text name = text_from(kalshi_channel_name((enum kalshi_channel)channel));
        assert_int_equal(kalshi_channel_find(name), channel);
    }
    assert_string_equal(kalshi_channel_name(KALSHI_TRADES), "trade");
    assert_int_equal(kalshi_channel_find(TEXT("fill")), KALSHI_CHANNELS);
    assert_int_equal(kalshi_channel_find(TEXT("")), KALSHI_CHANNELS);
}

static void names_are_taken_apart(void **state)
{
    (void)state;
    static const struct {
        const char *words, *ticker;
    } cases[] = {
        {"KXFED-27APR-T4.25", "KXFED-27APR-T4.25"},
        {" kxfed \n", "KXFED"},
        {"kx_a.b-C9", "KX_A.B-C9"},
        {"https://kalshi.com/markets/kxfed", "KXFED"},
        {"https://kalshi.com/markets/kxfed/fed-decision", "KXFED"},
        {"https://kalshi.com/markets/kxfed/fed-decision/kxfed-27apr", "KXFED-27APR"},
        {"https://kalshi.com/markets/kxfed/fed-decision/kxfed-27apr/", "KXFED-27APR"},
        {"HTTP://WWW.Kalshi.Com/markets/kxfed/fed-decision/kxfed-27apr?op=1&x=/y#z", "KXFED-27APR"},
        {"kalshi.com/markets//kxfed/", "KXFED"},
        {"www.kalshi.com/events/KXFED-27APR", "KXFED-27APR"},
        {"https://kalshi.com/markets/kxfed#frag/x/y", "KXFED"},
        {"", ""},
        {"  ", ""},
        {"two words", ""},
        {"-._", ""},
        {"a/b", ""},
        {"a%20b", ""},
        {"caf\xc3\xa9", ""},
        {"https://kalshi.com/", ""},
        {"https://kalshi.com/markets", ""},
        {"https://kalshi.com/markets/", ""},
        {"https://kalshi.com/markets/a b", ""},
        {"https://kalshi.com/markets/kxfed/x/y z", ""},
        {"https://kalshi.com/portfolio/kxfed", ""},
        {"https://kalshi.com/events", ""},
        {"https://polymarket.com/markets/kxfed", ""},
        {"https://kalshi.com.example/markets/kxfed", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char ticker[96];
        enum kalshi_name name = kalshi_parse_name(text_from(cases[i].words), ticker, sizeof ticker);
        if (strcmp(ticker, cases[i].ticker) != 0) fail_msg("\"%s\" of \"%s\"", ticker, cases[i].words);
        assert_int_equal(name, cases[i].ticker[0] ? KALSHI_NAME_TICKER : KALSHI_NAME_NONE);
    }
    char small[4], long_name[200], large[256];
    assert_int_equal(kalshi_parse_name(TEXT("KXA"), small, sizeof small), KALSHI_NAME_TICKER);
    assert_int_equal(kalshi_parse_name(TEXT("KXAB"), small, sizeof small), KALSHI_NAME_NONE);
    assert_string_equal(small, "");
    memset(long_name, 'A', sizeof long_name);
    assert_int_equal(kalshi_parse_name((struct text){long_name, 95}, large, sizeof large), KALSHI_NAME_TICKER);
    assert_int_equal(kalshi_parse_name((struct text){long_name, 96}, large, sizeof large), KALSHI_NAME_NONE);
}

#define ROOT "https://x.example/trade-api/v2"
#define PAGE ROOT "/events?status=open&with_nested_markets=true&mve_filter=exclude&limit=100"

static void urls_are_put_together(void **state)
{
    (void)state;
    char url[KALSHI_URL_SIZE];
    assert_int_equal(kalshi_url_market(ROOT, "KXA-T4.25", url, sizeof url), strlen(ROOT "/markets/KXA-T4.25"));
    assert_string_equal(url, ROOT "/markets/KXA-T4.25");
    kalshi_url_event(ROOT, "KX/A?", url, sizeof url);
    assert_string_equal(url, ROOT "/events/KX%2FA%3F?with_nested_markets=true");
    kalshi_url_series(ROOT, "KX&A", url, sizeof url);
    assert_string_equal(url, ROOT "/events?status=open&with_nested_markets=true&limit=200&series_ticker=KX%26A");
    kalshi_url_events(ROOT, NULL, url, sizeof url);
    assert_string_equal(url, PAGE);
    kalshi_url_events(ROOT, "", url, sizeof url);
    assert_string_equal(url, PAGE);
    kalshi_url_events(ROOT, "Cg+/=", url, sizeof url);
    assert_string_equal(url, PAGE "&cursor=Cg%2B%2F%3D");
    const char *const names[] = {"KXA", "KX&B", "KXC"};
    kalshi_url_events_named(ROOT, names, 3, url, sizeof url);
    assert_string_equal(url, ROOT "/events?tickers=KXA,KX%26B,KXC&with_nested_markets=true&limit=200");
    kalshi_url_events_named(ROOT, names, 1, url, sizeof url);
    assert_string_equal(url, ROOT "/events?tickers=KXA&with_nested_markets=true&limit=200");
    kalshi_url_book(ROOT, "KXA", url, sizeof url);
    assert_string_equal(url, ROOT "/markets/KXA/orderbook?depth=0");
    kalshi_url_trades(ROOT, "KXA", 100, url, sizeof url);
    assert_string_equal(url, ROOT "/markets/trades?ticker=KXA&limit=100");
}

static void urls_that_do_not_fit_are_none(void **state)
{
    (void)state;
    char url[128];
    size_t length = kalshi_url_trades(ROOT, "KXA", 7, url, sizeof url);
    assert_int_equal(kalshi_url_trades(ROOT, "KXA", 7, url, length + 1), length);
    for (size_t size = 0; size <= length; size++) {
        url[0] = 'x';
        assert_int_equal(kalshi_url_trades(ROOT, "KXA", 7, url, size), 0);
        assert_int_equal(url[0], size > 0 ? '\0' : 'x');
    }
    assert_int_equal(kalshi_url_market(ROOT, "KXA", url, 10), 0);
    assert_int_equal(kalshi_url_event(ROOT, "KXA", url, 40), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_are_written),          cmocka_unit_test(channels_have_names),
        cmocka_unit_test(names_are_taken_apart),         cmocka_unit_test(urls_are_put_together),
        cmocka_unit_test(urls_that_do_not_fit_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, writer_free);
}
