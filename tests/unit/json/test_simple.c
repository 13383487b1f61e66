/* The quick way over JSON of the plain kind: it takes what it is made for, and never more than the reader does. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/json/reader.h"

#define CHANGES 40000u

static const char change[] =
    "{\"market\":\"0x0936baff284871821b1ab5c64d33d67f117392dba34d461fe04360df893dfde4\",\"price_changes\":[{"
    "\"asset_id\":\"2524543362820848697636402343230659912559794832462557897743689064193015825969\",\"price\":\"0.42\","
    "\"size\":\"120.5\",\"side\":\"BUY\",\"hash\":\"56621a121a47ed9333273e21c83b660cff37ae50\"},{}],\"a\":[],"
    "\"timestamp\":\"1766481546487\",\"n\":[-1.5,0,true,false,null],\"event_type\":\"price_change\"}";
static const char spaced[] = "{ \"sid\" : 12, \"msg\": { \"yes\": [ [ 8, 300 ], [ 22, 333 ] ] , \"ok\" :true } }";

/* Everything is read, and judged beside: are there more containers, or longer numbers, than simple JSON has? */
static bool is_read(struct text json, bool *bounded)
{
    struct json_reader reader;
    struct json_value value;
    struct text key;
    *bounded = true;
    json_start(&reader, json);
    bool more = json_read(&reader, &value);
    while (!reader.error) {
        if (reader.depth > JSON_SIMPLE_DEPTH) *bounded = false;
        if (more && value.type == JSON_NUMBER && value.text.length > JSON_SIMPLE_NUMBER) *bounded = false;
        if (reader.depth == 0) break;
        more = reader.objects >> (reader.depth - 1) & 1 ? json_next_key(&reader, &key) : json_next_element(&reader);
        if (more) json_read(&reader, &value);
    }
    return json_finish(&reader);
}

/* In a block of its exact size, so that a sanitizer sees every step beyond it. Returns the length. */
static size_t judge(struct text json)
{
    char *exact = malloc(json.length > 0 ? json.length : 1);
    bool bounded;
    assert_non_null(exact);
    if (json.length > 0) memcpy(exact, json.at, json.length);
    size_t length = json_simple_length((struct text){exact, json.length});
    assert_true(length <= json.length);
    if (length > 0) {
        assert_true(is_read((struct text){exact, length}, &bounded));
        assert_true(bounded);
        assert_null(memchr(exact, '\n', length));
        assert_null(memchr(exact, '\r', length));
    }
    free(exact);
    return length;
}

static void what_is_simple_is_taken_whole(void **state)
{
    (void)state;
    static const char *const simple[] = {
        change, spaced, "{}",   "[]",   "[ ]",   "{ }",   "\"\"",        "\"a\"", "0",         "-0",      "-12.50",
        "true", "null", "[[]]", "[{}]", "[1,2]", "false", "{\"\":[{}]}", "[0.0]", "{\"a\":1}", "[\"~\"]",
    };
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        assert_int_equal(judge(text_from(simple[i])), strlen(simple[i]));
        char behind[1024];
        int length = snprintf(behind, sizeof behind, "%s ]}\n", simple[i]);
        assert_int_equal(judge((struct text){behind, (size_t)length}), strlen(simple[i]));
    }
}

static void the_rest_is_left_to_the_reader(void **state)
{
    (void)state;
    static const char *const others[] = {
        "",
        " 1",
        "\t{}",
        "[\"\\n\"]",
        "[\"\xC3\xA9\"]",
        "[1e5]",
        "[1E5]",
        "[1,]",
        "[,1]",
        "[01]",
        "[1.]",
        "[.5]",
        "[-]",
        "[tru]",
        "[nul]",
        "[1 2]",
        "{\"a\"}",
        "{1:2}",
        "{,}",
        "[}",
        "{]",
        "{\"a\":}",
        "[\"a]",
        "[1\n]",
        "[1,\r2]",
        "[\t]",
        "[\"\t\"]",
        "'a'",
        "[1}",
        "[",
        "{\"a\"",
        "{\"a\":1,}",
        "\"a",
        "\"",
        "[\"a\"\"b\"]",
        "[1\"a\"]",
        "[\"\x7F\",\x01]",
        "{\"a\" \"b\"}",
    };
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) assert_int_equal(judge(text_from(others[i])), 0);
}

static void the_bounds_are_kept(void **state)
{
    (void)state;
    char json[4 * JSON_SIMPLE_NUMBER];
    for (size_t depth = 1; depth <= JSON_SIMPLE_DEPTH + 1; depth++) {
        memset(json, '[', depth);
        memset(json + depth, ']', depth);
        assert_int_equal(judge((struct text){json, 2 * depth}), depth <= JSON_SIMPLE_DEPTH ? 2 * depth : 0);
    }
    for (size_t length = 1; length <= JSON_SIMPLE_NUMBER + 1; length++) {
        memset(json, '7', length);
        assert_int_equal(judge((struct text){json, length}), length <= JSON_SIMPLE_NUMBER ? length : 0);
    }
}

/* Strings of every length, ended at every place of a block, and each byte in each place of one. */
static void every_byte_counts_in_every_place(void **state)
{
    (void)state;
    char json[200];
    for (size_t length = 0; length < 140; length++) {
        memset(json, 'x', sizeof json);
        json[0] = json[length + 1] = '"';
        assert_int_equal(judge((struct text){json, length + 2}), length + 2);
        assert_int_equal(judge((struct text){json, length + 1}), 0);
    }
    for (size_t place = 1; place < 80; place++)
        for (unsigned byte = 0; byte < 256; byte++) {
            memset(json, 'x', 82);
            json[0] = json[81] = '"';
            json[place] = (char)byte;
            bool plain = byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
            assert_int_equal(judge((struct text){json, 82}), plain ? 82 : byte == '"' ? place + 1 : 0);
        }
}

/* Messages with a few bytes changed, cut out or put in: what is taken then the reader takes too. */
static void it_never_takes_more_than_the_reader(void **state)
{
    (void)state;
    static const char *const messages[] = {change, spaced};
    static const char bytes[] = "\"\"\"{}[]:,,  \\\t\n0123.-eE+tfnu\x80\xC3\x01";
    uint64_t dice = 11;
    size_t taken = 0;
    for (unsigned n = 0; n < CHANGES; n++) {
        char json[1024];
        const char *message = messages[n % 2];
        size_t length = strlen(message);
        memcpy(json, message, length);
        for (unsigned i = 0; i <= n % 3; i++) {
            dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            size_t place = (size_t)(dice >> 33) % length;
            char byte = bytes[(size_t)(dice >> 20) % (sizeof bytes - 1)];
            bool cut = dice >> 60 & 1, put = dice >> 61 & 1;
            if (cut || put) memmove(json + place + put, json + place + cut, length - place - cut);
            if (!cut || put) json[place] = byte;
            length = length - cut + put;
        }
        taken += judge((struct text){json, length}) > 0;
    }
    assert_true(taken > CHANGES / 20);
    assert_true(taken < CHANGES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_simple_is_taken_whole),
        cmocka_unit_test(the_rest_is_left_to_the_reader),
        cmocka_unit_test(the_bounds_are_kept),
        cmocka_unit_test(every_byte_counts_in_every_place),
        cmocka_unit_test(it_never_takes_more_than_the_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
