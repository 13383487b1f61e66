/* Frames as a broken or hostile peer sends them, and memory: failing, growing, and left alone once warm. */
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

static void refused_whole(const char *frame, size_t length)
{
    size_t count = decode_exactly(frame, length);
    const struct event *event = polymarket_decoder_events(decoder);
    if (count == 1 && event->kind == EVENT_ERROR && event->why) return;
    fail_msg("%zu events, the first of kind %d, of %.*s", count, (int)event->kind, (int)length, frame);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_truncated_frame_is_refused_whole),
        cmocka_unit_test(frames_that_are_not_strict_json_are_refused_whole),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(every_changed_byte_has_a_clear_result),
        cmocka_unit_test(large_frames_are_read_whole),
        cmocka_unit_test(the_shortest_entries_have_room),
        cmocka_unit_test(a_long_string_is_no_matter),
        cmocka_unit_test(nothing_is_allocated_once_warm),
        cmocka_unit_test(failing_memory_refuses_the_frame),
    };
    return cmocka_run_group_tests_name("venue/polymarket_hostile", tests, make, unmake);
}
