/* Frames as a broken or hostile peer sends them, the two ways of reading levels held against each other, and memory:
 * failing, growing, and left alone once warm. Also the messages of the real venue, where they are at hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

/* The decoder with failure as a parameter: its source, with its allocations counted and refused here. */
static unsigned long requests, failing; /* the number of the request that fails; 0: none does */

static bool memory_refuses(void)
{
    return ++requests == failing;
}

static void *test_calloc_counted(size_t count, size_t size)
{
    return memory_refuses() ? NULL : calloc(count, size);
}

static void *test_realloc_counted(void *memory, size_t size)
{
    return memory_refuses() ? NULL : realloc(memory, size);
}

#define calloc  test_calloc_counted
#define realloc test_realloc_counted
#include "../../../src/venue/polymarket/decode.c" /* NOLINT(bugprone-suspicious-include) */
#undef calloc
#undef realloc

#include "polymarket_frames.h"

#define FRAME_SIZE (1 << 20)

/* Decodes from a copy that ends where the frame ends, so that an address sanitizer sees the first byte read too far. */
static size_t decode_exactly(const char *frame, size_t length)
{
    char *copy = malloc(length ? length : 1);
    assert_non_null(copy);
    memcpy(copy, frame, length);
    size_t count = polymarket_decode(decoder, (struct text){copy, length});
    free(copy);
    return count;
}

static void refused_whole(const char *frame, size_t length)
{
    size_t count = decode_exactly(frame, length);
    const struct event *event = polymarket_decoder_events(decoder);
    if (count == 1 && event->kind == EVENT_ERROR && event->why) return;
    fail_msg("%zu events, the first of kind %d, of %.*s", count, (int)event->kind, (int)length, frame);
}

/* Without a terminator. Returns the bytes written. */
static size_t text_put(char *out, const char *text)
{
    size_t length = 0;
    for (; text[length]; length++) out[length] = text[length];
    return length;
}

/* === Broken frames === */

static void a_truncated_frame_is_refused_whole(void **state)
{
    (void)state;
    static const char *const frames[] = {
        "[" SMALL_BOOK "," PAIR "]",
        PAIR,
        "{\"market\": \"m\", \"price_changes\": [{\"asset_id\": \"1\", \"price\": \"0.63\", \"size\": \"9.5\", "
        "\"side\": "
        "\"SELL\", \"hash\": \"" HASH "\", \"best_bid\": \"0\", \"best_ask\": \"1\"}]}",
        "[{\"bids\":[{\"price\": \"0.1234\", \"size\": \"12345678.123456\"}]}]",
        "[" TRADE(",\"side\":\"BUY\",\"x\":[1e5,true,null,\"\\u00e9\\ud83d\\ude00\xC3\xA9\"]") "]",
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) {
        size_t whole = strlen(frames[i]);
        for (size_t length = 1; length < whole; length++) refused_whole(frames[i], length);
        assert_true(decode_exactly(frames[i], whole) > 0);
        assert_int_not_equal(polymarket_decoder_events(decoder)->kind, EVENT_ERROR);
    }
}

static void frames_that_are_not_strict_json_are_refused_whole(void **state)
{
    (void)state;
    static const char *const frames[] = {
        "[" SMALL_BOOK "," PAIR ",]",
        "[" SMALL_BOOK "," PAIR "]]",
        "[" SMALL_BOOK " " PAIR "]",
        SMALL_BOOK PAIR,
        SMALL_BOOK "x",
        "\xEF\xBB\xBF" SMALL_BOOK,
        "[" SMALL_BOOK ",{\"x\":NaN}]",
        "[" SMALL_BOOK ",{\"x\":01}]",
        "[" SMALL_BOOK ",{\"x\":+1}]",
        "[" SMALL_BOOK ",{\"x\":'1'}]",
        "[" SMALL_BOOK ",{x:1}]",
        "[" SMALL_BOOK ",{\"x\":\"\\ud800\"}]",
        "[" SMALL_BOOK ",{\"x\":\"\\x41\"}]",
        "[" SMALL_BOOK ",{\"x\":\"a\nb\"}]",
        "[" SMALL_BOOK ",{\"x\":\"\xC0\xAF\"}]",
        "[" SMALL_BOOK ",{\"x\":\"\xED\xA0\x80\"}]",
        "[" SMALL_BOOK ",{\"\xFF\":1}]",
        "[" SMALL_BOOK ",{\"x\":1,}]",
        BOOK("[" LEVEL("0.5", "1") LEVEL("0.6", "1") "]", "[]", ""),
        BOOK("[" LEVEL("0.5", "1") ",]", "[]", ""),
        BOOK("[{\"price\":\"0.5\",\"size\":\"1\",}]", "[]", ""),
        BOOK("[{\"price\":\"0.5\",\"size\":\"1\"", "[]", ""),
        BOOK("[{\"price\":\"0.5\xFF\",\"size\":\"1\"}]", "[]", ""),
        BOOK("[{,\"price\":\"0.5\",\"size\":\"1\"}]", "[]", ""),
        CHANGE("[{\"asset_id\":\"1\xC3\",\"price\":\"0.5\"}]"),
        CHANGE("[" ENTRY("1\n", "0.5", "1", "BUY", HASH, "0", "1") "]"),
        CHANGE("[" ENTRY("1\\q", "0.5", "1", "BUY", HASH, "0", "1") "]"),
        "}",
        ",",
        "\x01",
        "-",
    };
    for (size_t i = 0; i < sizeof frames / sizeof *frames; i++) refused_whole(frames[i], strlen(frames[i]));
    refused_whole("[{\"x\":\"a\0b\"}]", sizeof("[{\"x\":\"a\0b\"}]") - 1);
    refused_whole("\0", 1);
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    static char frame[32768];
    static const char *const starts[] = {"", "[{\"bids\":", "[{\"price_changes\":[{\"price\":", "[{\"x\":"};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        size_t length = text_put(frame, starts[i]);
        memset(frame + length, '[', 10000);
        memset(frame + length + 10000, ']', 10000);
        refused_whole(frame, length + 20000);
        for (size_t n = 0; n < 10000; n += 5) text_put(frame + length + n, "{\"a\":");
        refused_whole(frame, length + 10000);
    }
}

static void every_changed_byte_has_a_clear_result(void **state)
{
    (void)state;
    static const char frame[] = "[" SMALL_BOOK "," PAIR "]";
    static const unsigned char bytes[] = {0,   '"', '\\', '{', '}', '[',  ']',  ',',
                                          ':', '0', '-',  'e', '.', 0x7F, 0x80, 0xFF};
    char changed[sizeof frame];
    for (size_t at = 0; at < sizeof frame - 1; at++) {
        for (size_t i = 0; i < sizeof bytes; i++) {
            memcpy(changed, frame, sizeof frame);
            changed[at] = (char)bytes[i];
            size_t count = decode_exactly(changed, sizeof frame - 1);
            const struct event *events = polymarket_decoder_events(decoder);
            assert_true(count == 2 || (count == 1 && (events->kind == EVENT_ERROR || events->kind == EVENT_CONTROL)));
            for (size_t n = 0; n < count; n++) assert_true(events[n].kind != EVENT_ERROR || events[n].why);
        }
    }
}

/* === Two ways of reading === */

static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

/* A number of digits with maybe a point among them, as hostile as it comes. */
static size_t number_put(char *out, uint64_t *seed)
{
    size_t digits = random_next(seed) % 12, length = 0;
    size_t point = random_next(seed) % 2 ? random_next(seed) % (digits + 1) : SIZE_MAX;
    for (size_t i = 0; i <= digits; i++) {
        if (i == point) out[length++] = '.';
        if (i < digits) out[length++] = (char)('0' + random_next(seed) % 10);
    }
    if (random_next(seed) % 16 == 0) out[length++] = "-e .\"\\x/:"[random_next(seed) % 9];
    return length;
}

static size_t price_put(char *out, uint64_t *seed)
{
    if (random_next(seed) % 4 == 0) return number_put(out, seed);
    size_t length = text_put(out, "0.");
    for (size_t digits = random_next(seed) % 6; digits > 0; digits--)
        out[length++] = (char)('0' + random_next(seed) % 10);
    return length;
}

/* The frame with a line feed behind each comma between members and entries, which the fast way does not know. */
static size_t spread(char *out, const char *frame, size_t length)
{
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        out[written++] = frame[i];
        if (i > 0 && frame[i] == ',' && (frame[i - 1] == '"' || frame[i - 1] == '}')) out[written++] = '\n';
    }
    return written;
}

static void assert_same_texts(struct text a, struct text b)
{
    assert_true(text_equal(a, b));
}

static void assert_same_event(const struct event *a, const struct event *b)
{
    assert_int_equal(a->kind, b->kind);
    /* The reasons may differ where the line feed fell into a string. */
    if (a->kind == EVENT_ERROR) return;
    assert_int_equal(a->kind == EVENT_CHANGES ? a->changes.count : 0, b->kind == EVENT_CHANGES ? b->changes.count : 0);
    for (size_t i = 0; a->kind == EVENT_CHANGES && i < a->changes.count; i++) {
        const struct level_change *x = &a->changes.changes[i], *y = &b->changes.changes[i];
        assert_same_texts(x->asset, y->asset);
        assert_same_texts(x->hash, y->hash);
        assert_true(x->price == y->price && x->quantity == y->quantity && x->side == y->side && x->mode == y->mode);
        assert_true(x->best_bid == y->best_bid && x->best_ask == y->best_ask);
    }
    if (a->kind != EVENT_SNAPSHOT) return;
    assert_int_equal(a->snapshot.bid_count, b->snapshot.bid_count);
    for (size_t i = 0; i < a->snapshot.bid_count; i++) {
        assert_true(a->snapshot.bids[i].price == b->snapshot.bids[i].price);
        assert_true(a->snapshot.bids[i].quantity == b->snapshot.bids[i].quantity);
    }
}

static void both_ways_agree(const char *frame, size_t length, struct polymarket_decoder *other)
{
    static char spread_frame[4096];
    size_t count = decode_exactly(frame, length);
    size_t spread_length = spread(spread_frame, frame, length);
    assert_int_equal(polymarket_decode(other, (struct text){spread_frame, spread_length}), count);
    assert_int_equal(count, 1);
    count = polymarket_decode(decoder, (struct text){frame, length});
    assert_int_equal(count, 1);
    assert_same_event(polymarket_decoder_events(decoder), polymarket_decoder_events(other));
}

static void the_fast_way_reads_what_the_careful_one_reads(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    unsigned kinds[EVENT_KIND_COUNT] = {0};
    struct polymarket_decoder *other = polymarket_decoder_create();
    assert_non_null(other);
    char frame[2048];
    for (unsigned round = 0; round < 20000; round++) {
        size_t length = text_put(frame, "{" NAMES STAMP BOOK_TYPE ",\"asks\":[],\"bids\":[{\"price\":\"");
        length += price_put(frame + length, &seed);
        length += text_put(frame + length, "\",\"size\":\"");
        length += number_put(frame + length, &seed);
        length += text_put(frame + length, "\"}]}");
        both_ways_agree(frame, length, other);
        kinds[polymarket_decoder_events(decoder)->kind]++;

        length = text_put(frame, "{" NAMES STAMP "\"event_type\":\"price_change\",\"price_changes\":[{\"asset_id\":\"");
        for (size_t i = random_next(&seed) % 100; i > 0; i--) frame[length++] = (char)('0' + i % 10);
        if (random_next(&seed) % 8 == 0) frame[length++] = (char)random_next(&seed);
        length += text_put(frame + length, "\",\"price\":\"");
        length += price_put(frame + length, &seed);
        length += text_put(frame + length, "\",\"size\":\"5\",\"side\":\"");
        static const char *const sides[] = {"BUY", "SELL", "sell", "BUYS", "HOLD"};
        length += text_put(frame + length,
                           sides[random_next(&seed) % 32 < 28 ? random_next(&seed) % 2 : random_next(&seed) % 5]);
        length += text_put(frame + length, "\",\"hash\":\"" HASH "\",\"best_bid\":\"");
        length += price_put(frame + length, &seed);
        length += text_put(frame + length, "\",\"best_ask\":\"1\"}]}");
        both_ways_agree(frame, length, other);
        kinds[polymarket_decoder_events(decoder)->kind]++;
    }
    assert_true(kinds[EVENT_SNAPSHOT] > 2000 && kinds[EVENT_CHANGES] > 2000 && kinds[EVENT_ERROR] > 2000);
    polymarket_decoder_destroy(other);
}

/* === Large frames and memory === */

static char *many_levels(size_t books, size_t levels, size_t *length)
{
    char *frame = malloc(FRAME_SIZE);
    assert_non_null(frame);
    size_t at = text_put(frame, "[");
    for (size_t book = 0; book < books; book++) {
        at += text_put(frame + at, book ? ",{" NAMES "\"bids\":[" : "{" NAMES "\"bids\":[");
        for (size_t i = 0; i < levels; i++)
            at += (size_t)snprintf(frame + at, FRAME_SIZE - at, "%s{\"price\":0.%04zu,\"size\":%zu}", i ? "," : "",
                                   i + 1, book + 1);
        at += text_put(frame + at, "],\"asks\":[{\"price\":0.9,\"size\":1}]," STAMP BOOK_TYPE "}");
    }
    at += text_put(frame + at, "]");
    *length = at;
    return frame;
}

static void large_frames_are_read_whole(void **state)
{
    (void)state;
    size_t length;
    char *frame = many_levels(100, 200, &length);
    struct polymarket_decoder *fresh = polymarket_decoder_create();
    assert_non_null(fresh);
    assert_int_equal(polymarket_decode(fresh, (struct text){frame, length}), 100);
    const struct event *events = polymarket_decoder_events(fresh);
    for (size_t book = 0; book < 100; book++) {
        assert_int_equal(events[book].kind, EVENT_SNAPSHOT);
        assert_int_equal(events[book].snapshot.bid_count, 200);
        assert_true(events[book].snapshot.asks[0].price == 9000);
        for (size_t i = 0; i < 200; i++) {
            assert_int_equal(events[book].snapshot.bids[i].price, i + 1);
            assert_int_equal(events[book].snapshot.bids[i].quantity, (int64_t)(book + 1) * 1000000);
        }
    }
    polymarket_decoder_destroy(fresh);
    free(frame);
}

/* As many entries as bytes can hold: the shortest ones there are. */
static void the_shortest_entries_have_room(void **state)
{
    (void)state;
    static char frame[400000];
    size_t at = text_put(frame, "{\"bids\":[");
    for (size_t i = 0; i < 8000; i++)
        at += text_put(frame + at, i ? ",{\"price\":0.1,\"size\":1}" : "{\"price\":0.1,\"size\":1}");
    at += text_put(frame + at, "],\"changes\":[");
    for (size_t i = 0; i < 4000; i++)
        at += text_put(frame + at, i ? ",{\"price\":0.1,\"size\":1,\"side\":\"BUY\"}"
                                     : "{\"price\":0.1,\"size\":1,\"side\":\"BUY\"}");
    at += text_put(frame + at, "]," STAMP NAMES "\"event_type\":\"price_change\"}");
    assert_int_equal(decode_exactly(frame, at), 1);
    assert_int_equal(polymarket_decoder_events(decoder)->kind, EVENT_CHANGES);
    assert_int_equal(polymarket_decoder_events(decoder)->changes.count, 4000);
}

static void a_long_string_is_no_matter(void **state)
{
    (void)state;
    char *frame = malloc(16 << 20);
    assert_non_null(frame);
    size_t at = text_put(frame, "[{\"x\":\"");
    memset(frame + at, 'a', 15 << 20);
    at += 15 << 20;
    at += text_put(frame + at, "\",\"market\":\"");
    memset(frame + at, 'b', 1000);
    at += 1000;
    at += text_put(frame + at, "\",\"event_type\":\"new_market\"}]");
    assert_int_equal(polymarket_decode(decoder, (struct text){frame, at}), 1);
    assert_why(polymarket_decoder_events(decoder), "bad market");
    free(frame);
}

static void nothing_is_allocated_once_warm(void **state)
{
    (void)state;
    size_t length;
    char *frame = many_levels(20, 100, &length);
    polymarket_decode(decoder, (struct text){frame, length});
    requests = 0;
    for (unsigned i = 0; i < 100; i++) {
        assert_int_equal(polymarket_decode(decoder, (struct text){frame, length}), 20);
        assert_int_equal(polymarket_decode(decoder, TEXT(PAIR)), 1);
        refused_whole(frame, length - 1);
    }
    assert_int_equal(requests, 0);
    free(frame);
}

static void failing_memory_refuses_the_frame(void **state)
{
    (void)state;
    size_t length, survived = 0;
    char *frame = many_levels(100, 100, &length);
    for (unsigned long n = 1; n < 100; n++) {
        requests = 0;
        failing = n;
        struct polymarket_decoder *fresh = polymarket_decoder_create();
        if (fresh) {
            size_t count = polymarket_decode(fresh, (struct text){frame, length});
            bool failed = requests >= failing;
            assert_int_equal(count, failed ? 1 : 100);
            if (failed) assert_why(polymarket_decoder_events(fresh), "out of memory");
            /* The next frame finds a decoder in order. */
            failing = 0;
            assert_int_equal(polymarket_decode(fresh, TEXT(PAIR)), 1);
            assert_int_equal(polymarket_decoder_events(fresh)->kind, EVENT_CHANGES);
            assert_int_equal(polymarket_decode(fresh, (struct text){frame, length}), 100);
            polymarket_decoder_destroy(fresh);
            if (!failed) break;
        }
        failing = 0;
        survived++;
    }
    assert_true(survived >= 8 && survived < 99);
    polymarket_decoder_destroy(NULL);
    free(frame);
}

/* === Messages of the venue === */

static const char *corpus(void)
{
    const char *path = getenv("BOOKTOP_CORPUS");
    return path ? path : "../shared/corpus";
}

/* NULL if there is no such file. */
static char *file_read(const char *name, size_t *length)
{
    char path[512];
    snprintf(path, sizeof path, "%s/polymarket/%s", corpus(), name);
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *bytes = malloc(FRAME_SIZE);
    assert_non_null(bytes);
    *length = fread(bytes, 1, FRAME_SIZE, file);
    fclose(file);
    return bytes;
}

static void count_kinds(const char *frame, size_t length, unsigned kinds[EVENT_KIND_COUNT])
{
    size_t count = polymarket_decode(decoder, (struct text){frame, length});
    const struct event *events = polymarket_decoder_events(decoder);
    for (size_t i = 0; i < count; i++) {
        if (events[i].kind == EVENT_ERROR) print_message("refused: %s\n", events[i].why);
        kinds[events[i].kind]++;
    }
}

static void recorded_sessions_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned snapshots, changes, trades, tickers;
    } sessions[] = {
        {"2025-12-23_btc15m_book_pc_book.jsonl", 3, 1, 0, 0},
        {"2026-03-13_btc5m_grouped.jsonl", 3, 3, 3, 3},
        {"2026-04-09_small_pair.json", 2, 0, 0, 0},
        {"2026-09-11_crossed_fill.jsonl", 4, 2, 0, 2},
    };
    for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++) {
        size_t length = 0;
        char *bytes = file_read(sessions[i].name, &length);
        if (!bytes) {
            print_message("no corpus at %s: skipped\n", corpus());
            skip();
        }
        unsigned kinds[EVENT_KIND_COUNT] = {0};
        for (char *line = bytes, *end; line < bytes + length; line = end + 1) {
            end = memchr(line, '\n', length - (size_t)(line - bytes));
            if (!end) end = bytes + length;
            if (end > line) count_kinds(line, (size_t)(end - line), kinds);
        }
        assert_int_equal(kinds[EVENT_SNAPSHOT], sessions[i].snapshots);
        assert_int_equal(kinds[EVENT_CHANGES], sessions[i].changes);
        assert_int_equal(kinds[EVENT_TRADE], sessions[i].trades);
        assert_int_equal(kinds[EVENT_TICKER], sessions[i].tickers);
        assert_int_equal(kinds[EVENT_ERROR] + kinds[EVENT_IGNORED] + kinds[EVENT_CONTROL], 0);
        free(bytes);
    }
}

static void single_messages_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum event_kind kind;
        unsigned count;
    } messages[] = {
        {"events/2026-07_ws_market_book.json", EVENT_SNAPSHOT, 1},
        {"events/2026-07_ws_market_last_trade_price.json", EVENT_TRADE, 1},
        {"events/2026-07_ws_market_price_change.json", EVENT_CHANGES, 3},
        {"events/2026-07_ws_user_order_cancellation.json", EVENT_IGNORED, 1},
        {"events/2026-07_ws_user_order_placement.json", EVENT_IGNORED, 1},
        {"events/ws_book_snapshot.json", EVENT_IGNORED, 1},
        {"events/ws_last_trade.json", EVENT_IGNORED, 1},
        {"events/ws_market_best_bid_ask_msg.json", EVENT_TICKER, 1},
        {"events/ws_market_last_trade_msg.json", EVENT_TRADE, 1},
        {"events/ws_market_new_market_msg.json", EVENT_LIFECYCLE, 1},
        {"events/ws_market_price_change_msg.json", EVENT_CHANGES, 1},
        {"events/ws_market_resolved_msg.json", EVENT_LIFECYCLE, 1},
        {"events/ws_market_tick_size_msg.json", EVENT_TICK_SIZE, 1},
        {"events/ws_user_order_cancellation.json", EVENT_IGNORED, 1},
        {"events/ws_user_order_msg.json", EVENT_IGNORED, 1},
        {"events/ws_user_order_placement.json", EVENT_IGNORED, 1},
        {"events/ws_user_trade_msg.json", EVENT_IGNORED, 1},
    };
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        size_t length = 0;
        char *bytes = file_read(messages[i].name, &length);
        if (!bytes) {
            print_message("no corpus at %s: skipped\n", corpus());
            skip();
        }
        size_t count = polymarket_decode(decoder, (struct text){bytes, length});
        assert_int_equal(count, messages[i].count);
        for (size_t n = 0; n < count; n++) {
            const struct event *event = &polymarket_decoder_events(decoder)[n];
            if (event->kind != messages[i].kind)
                fail_msg("%s: kind %d, %s", messages[i].name, (int)event->kind, event->why ? event->why : "-");
        }
        free(bytes);
    }
}

static void replies_of_the_venue_are_read(void **state)
{
    (void)state;
    size_t length = 0;
    char *bytes = file_read("rest/clob_book_response.json", &length);
    if (!bytes) {
        print_message("no corpus at %s: skipped\n", corpus());
        skip();
    }
    assert_int_equal(polymarket_decode_book_reply(decoder, (struct text){bytes, length}), 1);
    assert_int_equal(polymarket_decoder_events(decoder)->kind, EVENT_SNAPSHOT);
    assert_int_equal(polymarket_decoder_events(decoder)->snapshot.bid_count, 3);
    free(bytes);
    bytes = file_read("rest/data_api_trades_response.json", &length);
    assert_non_null(bytes);
    assert_int_equal(polymarket_decode_trades_reply(decoder, (struct text){bytes, length}), 3);
    const struct event *trades = polymarket_decoder_events(decoder);
    assert_true(trades[0].trade.price == 5500 && trades[0].trade.quantity == 100000000);
    assert_true(trades[1].trade.aggressor == SIDE_ASK && trades[2].venue_ms == INT64_C(1709999800000));
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_truncated_frame_is_refused_whole),
        cmocka_unit_test(frames_that_are_not_strict_json_are_refused_whole),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(every_changed_byte_has_a_clear_result),
        cmocka_unit_test(the_fast_way_reads_what_the_careful_one_reads),
        cmocka_unit_test(large_frames_are_read_whole),
        cmocka_unit_test(the_shortest_entries_have_room),
        cmocka_unit_test(a_long_string_is_no_matter),
        cmocka_unit_test(nothing_is_allocated_once_warm),
        cmocka_unit_test(failing_memory_refuses_the_frame),
        cmocka_unit_test(recorded_sessions_are_read),
        cmocka_unit_test(single_messages_are_read),
        cmocka_unit_test(replies_of_the_venue_are_read),
    };
    return cmocka_run_group_tests_name("polymarket_hostile", tests, make, unmake);
}
