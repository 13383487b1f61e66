/* What a peer may send instead of Kalshi's messages, replies of REST, want of memory, and real messages where they are
 * at hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "booktop/venue/kalshi/decode.h"

/* The source under test with its memory counted and refused here. */
static unsigned long requests, failing; /* the number of the request that fails; 0: none does */

static void *test_calloc_counted(size_t count, size_t size)
{
    return ++requests == failing ? NULL : calloc(count, size);
}

static void *test_realloc_counted(void *block, size_t size)
{
    return ++requests == failing ? NULL : realloc(block, size);
}

#define calloc  test_calloc_counted
#define realloc test_realloc_counted
#include "../../../src/venue/kalshi/decode.c" /* NOLINT(bugprone-suspicious-include) */
#undef calloc
#undef realloc

#include "kalshi_frames.h"

/* === Shapes === */

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    char frame[2048];
    size_t length = (size_t)snprintf(frame, sizeof frame, "{\"type\":\"orderbook_snapshot\",\"msg\":{" NAMES ",\"x\":");
    memset(frame + length, '[', 500);
    memset(frame + length + 500, ']', 500);
    length += 1000;
    length += (size_t)snprintf(frame + length, sizeof frame - length, "}}");
    assert_string_equal(kind_of((struct text){frame, length}, false, EVENT_ERROR)->why, "nested too deeply");
}

static void keys_that_come_twice_count_at_the_end(void **state)
{
    (void)state;
    const struct event *event =
        kind(DELTA(PRICE("0.9") PRICE("0.1") SIZE("5") SIZE("1") SIDE_TEXT("no") "," SIDE_TEXT("yes")), EVENT_CHANGES);
    assert_level((struct level){event->changes.changes->price, event->changes.changes->quantity}, 1000, 100);
    assert_int_equal(event->changes.changes->side, SIDE_BID);
    event = kind("{\"type\":\"fill\",\"seq\":1,\"sid\":1,\"seq\":2,\"type\":\"ok\"}", EVENT_CONTROL);
    assert_true(event->sequence_first == 2 && event->sequence_last == 2);

    /* The second msg stands for all, with its own lists. */
    event = kind("{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1,\"msg\":{" NAMES
                 ",\"yes\":1,\"yes_dollars_fp\":[[\"0.1\",\"1\"],[\"0.2\",\"1\"]]},\"msg\":{\"market_ticker\":\"B\","
                 "\"yes_dollars_fp\":[[\"0.3\",\"4\"]]}}",
                 EVENT_SNAPSHOT);
    assert_text(event->market, "B");
    assert_true(event->stream == 1 && event->snapshot.bid_count == 1);
    assert_level(event->snapshot.bids[0], 3000, 400);
    refused("{\"type\":\"orderbook_delta\",\"msg\":{" NAMES "," PRICE("0.1") SIZE("1")
                SIDE_TEXT("yes") "},\"msg\":null}",
            "no market");
}

/* Every key we look for with every type of value: an event comes, of whatever kind, and nothing breaks. */
static void wrong_types_break_nothing(void **state)
{
    (void)state;
    static const char *const types[] = {"orderbook_snapshot",
                                        "orderbook_delta",
                                        "trade",
                                        "ticker",
                                        "market_lifecycle_v2",
                                        "subscribed",
                                        "ok",
                                        "error",
                                        "fill",
                                        "unheard of"};
    static const char *const keys[] = {
        "market_ticker",
        "yes_dollars_fp",
        "no_dollars_fp",
        "price_dollars",
        "delta_fp",
        "side",
        "ts",
        "ts_ms",
        "trade_id",
        "count_fp",
        "taker_side",
        "code",
        "msg",
        "sid",
        "yes_bid_dollars",
        "yes_price_dollars",
        "event_type",
        "result",
        "close_ts",
        "price_ranges",
        "channel",
        "yes_ask_dollars",
        "is_deactivated",
        "taker_outcome_side",
    };
    static const char *const values[] = {"null",
                                         "true",
                                         "0",
                                         "-1",
                                         "1e999",
                                         "1234567890123456789012345678901234567890",
                                         "\"\"",
                                         "\"x\"",
                                         "\"\\u0000\"",
                                         "\"\\ud83d\\ude00\"",
                                         "[]",
                                         "[[]]",
                                         "[[\"0.5\",\"1\"]]",
                                         "{}",
                                         "{\"a\":[1]}",
                                         "\"0.5\"",
                                         "\"yes\""};
    for (size_t t = 0; t < sizeof types / sizeof *types; t++)
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            for (size_t v = 0; v < sizeof values / sizeof *values; v++) {
                char frame[1024];
                snprintf(frame, sizeof frame,
                         "{\"type\":\"%s\",\"sid\":1,\"seq\":2,\"msg\":{" NAMES "," PRICE("0.5") SIZE("1")
                             SIDE_TEXT("yes") ",\"yes_bid_dollars\":\"0.1\",\"yes_ask_dollars\":\"0.2\",\"%s\":%s}}",
                         types[t], keys[k], values[v]);
                const struct event *event = kalshi_decode(decoder, text_from(frame), false);
                assert_true(
                    event->stream ==
                    (strcmp(types[t], "subscribed") || strcmp(keys[k], "sid") || strcmp(values[v], "0") ? 1 : 0));
                assert_true(event->sequence_last == 2);
                if (event->kind == EVENT_ERROR) assert_non_null(event->why);
            }
}

/* Each shortened form of a good frame is refused, or says something else; none is read beyond its end. */
static void cut_frames_are_refused(void **state)
{
    (void)state;
    static const char *const frames[] = {
        DELTA(PRICE("0.3200") SIZE("-94.69")
                  SIDE_TEXT("no") ",\"ts\":\"2026-08-27T13:56:23.9Z\",\"ts_ms\":1787838983996"),
        DELTA(PRICE("0.3200") SIZE("-94.69") SIDE_TEXT("no") ",\"ts\":\"2026-08-27T13:56:23.9Z\""),
        SNAPSHOT(YES_LEVELS("[[\"0.0100\",\"1410.00\"],[\"0.0200\",\"1.00\"]]")),
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++)
        for (size_t length = 1; length < strlen(frames[i]); length++) {
            char *cut = malloc(length);
            assert_non_null(cut);
            memcpy(cut, frames[i], length);
            kind_of((struct text){cut, length}, false, EVENT_ERROR);
            free(cut);
        }
}

/* One byte of a delta changed to every other: the glance and the reader agree. The reader alone is reached by a blank
 * at the end. */
static void both_ways_agree(void **state)
{
    (void)state;
    static const char frame[] = DELTA(PRICE("0.3200") SIZE("-94.69")
                                          SIDE_TEXT("no") ",\"ts\":\"2026-08-27T13:56:23.9Z\",\"ts_ms\":1787838983996");
    for (size_t at = 0; at < sizeof frame - 1; at++)
        for (int byte = 0; byte < 256; byte++) {
            char one[sizeof frame + 1];
            memcpy(one, frame, sizeof frame);
            one[at] = (char)byte;
            struct event glance = *kalshi_decode(decoder, (struct text){one, sizeof frame - 1}, false);
            struct level_change change = decoder->ground.change;
            one[sizeof frame - 1] = ' ';
            const struct event *event = kalshi_decode(decoder, (struct text){one, sizeof frame}, false);
            if (glance.kind != event->kind || glance.stream != event->stream || glance.venue_ms != event->venue_ms ||
                glance.sequence_last != event->sequence_last || !text_equal(glance.market, event->market))
                fail_msg("byte %d at %zu", byte, at);
            if (event->kind != EVENT_CHANGES) continue;
            const struct level_change *other = event->changes.changes;
            assert_true(change.price == other->price && change.quantity == other->quantity &&
                        change.side == other->side);
        }
}

/* === REST === */

static void books_are_replied(void **state)
{
    (void)state;
    const struct event *event = kalshi_decode_book_reply(
        decoder,
        TEXT("{\"orderbook_fp\":{\"no_dollars\":[[\"0.7000\",\"11.00\"]],\"yes_dollars\":[[\"0.1100\",\"97.22\"],"
             "[\"0.2\",\"1\"]]}}"));
    assert_int_equal(event->kind, EVENT_SNAPSHOT);
    assert_true(event->market.length == 0 && event->stream == EVENT_NO_SEQUENCE && event->venue_ms == EVENT_NO_TIME);
    assert_int_equal(event->snapshot.bid_count, 2);
    assert_level(event->snapshot.asks[0], 3000, 1100);
    assert_level(event->snapshot.bids[0], 1100, 9722);
    event = kalshi_decode_book_reply(decoder, TEXT("{\"x\":[1],\"orderbook_fp\":{\"y\":{}}}"));
    assert_int_equal(event->kind, EVENT_SNAPSHOT);
    assert_int_equal(event->snapshot.bid_count + event->snapshot.ask_count, 0);

    static const struct {
        const char *body, *why;
    } cases[] = {
        {"{}", "no order book"},
        {"{\"orderbook_fp\":null}", "no order book"},
        {"{\"orderbook_fp\":[1]}", "no order book"},
        {"[]", "not an object"},
        {"", "the text ends where a value is due"},
        {"{\"orderbook_fp\":{\"yes_dollars\":7}}", "a list is no list"},
        {"{\"orderbook_fp\":{\"yes_dollars\":[[\"2\",\"1\"]]}}", "price outside 0..1"},
        {"{\"code\":\"not_found\"}", "no order book"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        event = kalshi_decode_book_reply(decoder, text_from(cases[i].body));
        assert_int_equal(event->kind, EVENT_ERROR);
        assert_string_equal(event->why, cases[i].why);
    }
}

#define REPLY_TRADE(price)                                                                                             \
    "{\"trade_id\":\"t1\",\"ticker\":\"A.1\",\"count_fp\":\"8.94\",\"created_time\":\"2026-09-26T22:52:42.728645Z\","  \
    "\"taker_outcome_side\":\"yes\",\"yes_price_dollars\":\"" price "\"}"

static void trades_are_replied(void **state)
{
    (void)state;
    size_t count =
        kalshi_decode_trades_reply(decoder, TEXT("{\"cursor\":\"\",\"trades\":[" REPLY_TRADE(
                                                "0.77") ",7,[]," REPLY_TRADE("1.77") "," REPLY_TRADE("0.78") "]}"));
    assert_int_equal(count, 2);
    const struct event *events = kalshi_decoder_events(decoder);
    assert_text(events[0].market, "A.1");
    assert_true(events[0].kind == EVENT_TRADE && events[0].trade.price == 7700 && events[0].trade.quantity == 894);
    assert_true(events[0].trade.aggressor == SIDE_BID && events[0].venue_ms == INT64_C(1790463162728));
    assert_true(events[1].trade.price == 7800);
    /* The same trade on the channel has the same id. */
    uint64_t id = events[0].trade.id;
    assert_true(
        id ==
        kind(TRADE("\"trade_id\":\"t1\",\"yes_price_dollars\":\"0.77\",\"count_fp\":\"8.94\""), EVENT_TRADE)->trade.id);

    assert_int_equal(kalshi_decode_trades_reply(decoder, TEXT("{\"trades\":[]}")), 0);
    char *many = malloc(100000);
    assert_non_null(many);
    size_t length = (size_t)snprintf(many, 100000, "{\"trades\":[");
    for (int i = 0; i < 200; i++)
        length += (size_t)snprintf(many + length, 100000 - length, "%s" REPLY_TRADE("0.5"), i ? "," : "");
    length += (size_t)snprintf(many + length, 100000 - length, "]}");
    assert_int_equal(kalshi_decode_trades_reply(decoder, (struct text){many, length}), 200);

    failing = requests + 1;
    kalshi_decoder_destroy(decoder);
    decoder = NULL;
    assert_null(kalshi_decoder_create());
    failing = 0;
    decoder = kalshi_decoder_create();
    assert_non_null(decoder);
    failing = requests + 1; /* the longer frame */
    assert_int_equal(kalshi_decode_trades_reply(decoder, (struct text){many, length}), 1);
    assert_string_equal(kalshi_decoder_events(decoder)->why, why_no_memory);
    failing = requests + 2; /* the longer list of events */
    assert_int_equal(kalshi_decode_trades_reply(decoder, (struct text){many, length}), 1);
    assert_string_equal(kalshi_decoder_events(decoder)->why, why_no_memory);
    failing = 0;
    assert_int_equal(kalshi_decode_trades_reply(decoder, (struct text){many, length}), 200);
    free(many);

    static const struct {
        const char *body, *why;
    } cases[] = {
        {"{}", "no list of trades"},
        {"{\"trades\":{}}", "no list of trades"},
        {"{\"trades\":[],\"trades\":1}", "no list of trades"},
        {"[]", "no list of trades"},
        {"x", "a value is due here"},
        {"{\"trades\":", "the text ends where a value is due"},
        {"{\"trades\":[1,", "the text ends where a value is due"},
        {"{\"x\":[1],\"trades\":\"\"}", "no list of trades"},
        {"{\"trades\":[" REPLY_TRADE("0.5") ",{\"a\"]}", "a colon is due here"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(kalshi_decode_trades_reply(decoder, text_from(cases[i].body)), 1);
        assert_int_equal(kalshi_decoder_events(decoder)->kind, EVENT_ERROR);
        assert_string_equal(kalshi_decoder_events(decoder)->why, cases[i].why);
    }
}

static void want_of_memory_is_an_answer(void **state)
{
    (void)state;
    for (unsigned long n = 1; n <= 3; n++) {
        failing = requests + n;
        assert_null(kalshi_decoder_create());
    }
    failing = 0;
    kalshi_decoder_destroy(NULL);

    char *frame = malloc(100000);
    assert_non_null(frame);
    size_t length = (size_t)snprintf(frame, 100000, "{\"type\":\"ok\",\"x\":\"");
    memset(frame + length, 'y', 60000);
    length += 60000;
    length += (size_t)snprintf(frame + length, 100000 - length, "\"}");
    struct text text = {frame, length};
    struct kalshi_decoder *kept = decoder;
    decoder = kalshi_decoder_create();
    assert_non_null(decoder);
    failing = requests + 1;
    assert_string_equal(kind_of(text, false, EVENT_ERROR)->why, why_no_memory);
    failing = requests + 1;
    assert_string_equal(kalshi_decode_book_reply(decoder, text)->why, why_no_memory);
    failing = 0;
    kind_of(text, false, EVENT_CONTROL);
    unsigned long before = requests;
    kind_of(text, false, EVENT_CONTROL);
    kind(SNAPSHOT(""), EVENT_SNAPSHOT);
    assert_true(requests == before);
    kalshi_decoder_destroy(decoder);
    decoder = kept;
    free(frame);
}

/* === Real messages === */

static char corpus[1 << 16];

/* Skips the test where they are not at hand. */
static char *corpus_need(const char *name)
{
    char path[512];
    const char *root = getenv("BOOKTOP_CORPUS");
    snprintf(path, sizeof path, "%s/kalshi/%s", root ? root : "../shared/corpus", name);
    FILE *file = fopen(path, "rb");
    if (!file) {
        puts("no corpus of real messages here: skipped");
        skip();
    }
    size_t length = fread(corpus, 1, sizeof corpus - 1, file);
    fclose(file);
    corpus[length] = '\0';
    return corpus;
}

/* Decodes every line, and counts what came of them. */
static void corpus_count(const char *name, unsigned kinds[EVENT_KIND_COUNT])
{
    memset(kinds, 0, EVENT_KIND_COUNT * sizeof *kinds);
    for (char *rest = corpus_need(name), *line; (line = strsep(&rest, "\n"));)
        if (*line) kinds[kalshi_decode(decoder, text_from(line), false)->kind]++;
}

static void a_real_session_is_understood(void **state)
{
    (void)state;
    int64_t sequence = 0;
    unsigned deltas = 0;
    for (char *rest = corpus_need("2026-09-11_fed_decision_first60.jsonl"), *line; (line = strsep(&rest, "\n"));) {
        if (!*line) continue;
        const struct event *event = kalshi_decode(decoder, text_from(line), false);
        if (event->kind == EVENT_CONTROL) continue;
        assert_true(event->kind == EVENT_SNAPSHOT || event->kind == EVENT_CHANGES);
        assert_true(event->stream == 1 && event->sequence_first == sequence + 1);
        assert_text(event->market, "KXFEDDECISION-26SEP-H25");
        sequence = event->sequence_last;
        if (event->kind == EVENT_SNAPSHOT) {
            assert_level(event->snapshot.bids[0], 100, 35712200);
        } else {
            assert_true(event->venue_ms > INT64_C(1789000000000) && event->venue_ms < INT64_C(1790000000000));
            deltas++;
        }
    }
    assert_true(sequence > 50 && deltas + 1 == (unsigned)sequence);
}

static void real_frames_are_understood(void **state)
{
    (void)state;
    unsigned kinds[EVENT_KIND_COUNT];
    corpus_count("demo_frames_2026-08-27.jsonl", kinds);
    assert_true(kinds[EVENT_CONTROL] == 3 && kinds[EVENT_SNAPSHOT] == 2 && kinds[EVENT_CHANGES] == 1 &&
                kinds[EVENT_TICKER] == 1 && kinds[EVENT_ERROR] + kinds[EVENT_IGNORED] == 0);
    corpus_count("asyncapi-official/examples.jsonl", kinds);
    assert_true(kinds[EVENT_CONTROL] == 9 && kinds[EVENT_SNAPSHOT] == 1 && kinds[EVENT_CHANGES] == 1 &&
                kinds[EVENT_TICKER] == 1 && kinds[EVENT_TRADE] == 1 && kinds[EVENT_LIFECYCLE] == 8 &&
                kinds[EVENT_ERROR] == 0);
    corpus_count("legacy_cents_2025.jsonl", kinds);
    assert_int_equal(kinds[EVENT_ERROR], 2);
    refused(strstr(corpus_need("legacy_cents_2025.jsonl"), "{"), "something follows the value");
    corpus_count("snapshot_KXHIGHNY-26JUN24-T82.json", kinds);
    assert_int_equal(kinds[EVENT_SNAPSHOT], 1);
    const struct event *event =
        kalshi_decode(decoder, text_from(corpus_need("cfbenchmarks_value_2026-10-05.json")), false);
    assert_int_equal(event->kind, EVENT_IGNORED);
    assert_true(event->sent_ms == INT64_C(1791180714077));
    event =
        kalshi_decode_book_reply(decoder, text_from(corpus_need("rest/orderbook_KXFED-27APR-T4.25_2026-07-18.json")));
    assert_int_equal(event->kind, EVENT_SNAPSHOT);
    assert_level(event->snapshot.bids[2], 2700, 3154);
    assert_level(event->snapshot.asks[2], 2800, 2000);

    static char reply[66000];
    snprintf(reply, sizeof reply, "{\"trades\":[%s]}", corpus_need("rest/trade_KXBTC15M_2026-09-26.json"));
    assert_int_equal(kalshi_decode_trades_reply(decoder, text_from(reply)), 1);
    assert_true(kalshi_decoder_events(decoder)->trade.price == 7700);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(keys_that_come_twice_count_at_the_end),
        cmocka_unit_test(wrong_types_break_nothing),
        cmocka_unit_test(cut_frames_are_refused),
        cmocka_unit_test(both_ways_agree),
        cmocka_unit_test(books_are_replied),
        cmocka_unit_test(trades_are_replied),
        cmocka_unit_test(want_of_memory_is_an_answer),
        cmocka_unit_test(a_real_session_is_understood),
        cmocka_unit_test(real_frames_are_understood),
    };
    return cmocka_run_group_tests(tests, decoder_make, decoder_unmake);
}
