/* What the reader's calls give: values, keys, decoded escapes, and errors that stick. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "booktop/json/reader.h"

static void every_escaped_unit_is_judged(void **state)
{
    (void)state;
    for (unsigned unit = 0; unit <= 0xFFFF; unit++) {
        char json[16], decoded[8];
        struct json_reader reader;
        struct json_value value;
        int length = snprintf(json, sizeof json, "\"\\u%04x\"", unit);
        json_start(&reader, (struct text){json, (size_t)length});
        assert_int_equal(json_read(&reader, &value), unit < 0xD800 || unit > 0xDFFF);
        if (reader.error) continue;
        size_t bytes = json_unescape(&value, decoded, sizeof decoded);
        assert_int_equal(bytes, unit < 0x80 ? 1 : unit < 0x800 ? 2 : 3);
        assert_true(text_is_utf8((struct text){decoded, bytes}));
        unsigned char *out = (unsigned char *)decoded;
        unsigned code = bytes == 1   ? out[0]
                        : bytes == 2 ? (out[0] & 0x1Fu) << 6 | (out[1] & 0x3Fu)
                                     : (out[0] & 0x0Fu) << 12 | (out[1] & 0x3Fu) << 6 | (out[2] & 0x3Fu);
        assert_int_equal(code, unit);
    }
}

static void start_value(struct json_reader *reader, struct text json, struct json_value *value)
{
    json_start(reader, json);
    assert_true(json_read(reader, value));
}

static void values_have_type_and_text(void **state)
{
    (void)state;
    struct json_reader reader;
    struct json_value value;
    static const struct {
        const char *text;
        enum json_type type;
        bool escaped;
    } expected[] = {{"", JSON_NULL, false},           {"", JSON_TRUE, false},          {"", JSON_FALSE, false},
                    {"-1.50e+3", JSON_NUMBER, false}, {"", JSON_STRING, false},        {"0.62", JSON_STRING, false},
                    {"a\\n", JSON_STRING, true},      {"\xC3\xA9", JSON_STRING, false}};
    start_value(&reader, TEXT("[null,true,false,-1.50e+3 ,\"\",\"0.62\",\"a\\n\",\"\xC3\xA9\"]"), &value);
    assert_int_equal(value.type, JSON_ARRAY);
    assert_int_equal(value.text.length, 0);
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_true(json_next_element(&reader));
        assert_true(json_read(&reader, &value));
        assert_int_equal(value.type, expected[i].type);
        assert_true(text_is(value.text, expected[i].text));
        if (value.type == JSON_STRING) assert_int_equal(value.escaped, expected[i].escaped);
    }
    assert_false(json_next_element(&reader));
    assert_true(json_finish(&reader));
    assert_true(json_finish(&reader));
}

static void escapes_are_decoded_and_cut_at_characters(void **state)
{
    (void)state;
    struct json_reader reader;
    struct json_value value;
    char out[64];
    start_value(&reader, TEXT("\"\\\"\\\\\\/\\b\\f\\n\\r\\t|\\u0041\\u00e9\\u20AC\\ud83d\\ude00\xE2\x82\xAC\""),
                &value);
    static const char decoded[] = "\"\\/\b\f\n\r\t|A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xE2\x82\xAC";
    assert_true(value.escaped);
    assert_int_equal(json_unescape(&value, out, sizeof out), sizeof decoded - 1);
    assert_string_equal(out, decoded);

    for (size_t size = 1; size <= sizeof decoded; size++) {
        char small[sizeof decoded + 1];
        memset(small, '#', sizeof small);
        size_t length = json_unescape(&value, small, size);
        assert_in_range(length, size > 4 ? size - 4 : 0, size - 1);
        assert_int_equal(small[length], '\0');
        assert_int_equal(small[size], '#');
        assert_memory_equal(small, decoded, length);
        assert_true(text_is_utf8((struct text){small, length}));
    }

    start_value(&reader, TEXT("\"a\\u0000b\""), &value);
    assert_int_equal(json_unescape(&value, out, sizeof out), 3);
    assert_memory_equal(out, "a\0b", 4);
    start_value(&reader, TEXT("\"plain \xE2\x82\xAC\""), &value);
    assert_false(value.escaped);
    assert_int_equal(json_unescape(&value, out, sizeof out), 9);
    assert_string_equal(out, "plain \xE2\x82\xAC");
    assert_int_equal(json_unescape(&value, out, 9), 6);
    assert_string_equal(out, "plain ");
}

static void keys_are_decoded(void **state)
{
    (void)state;
    struct json_reader reader;
    struct json_value value;
    struct text key;
    static const char json[] =
        "{\"price\":1,\"pr\\u0069ce\":2,\"\":3,\"" /* 69 bytes follow: cut inside the last euro */
        "\\u0061bcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij\xE2\x82\xAC"
        "zz\":4,\"next\":5}";
    start_value(&reader, TEXT(json), &value);
    assert_true(json_next_key(&reader, &key));
    assert_true(text_is(key, "price"));
    assert_ptr_equal(key.at, json + 2); /* borrowed from the message */
    assert_true(json_skip(&reader));
    assert_true(json_next_key(&reader, &key));
    assert_true(text_is(key, "price"));
    assert_true(json_skip(&reader));
    assert_true(json_next_key(&reader, &key));
    assert_int_equal(key.length, 0);
    assert_true(json_skip(&reader));
    assert_true(json_next_key(&reader, &key));
    assert_true(text_is(key, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghij"));
    assert_true(json_skip(&reader));
    assert_true(json_next_key(&reader, &key));
    assert_true(text_is(key, "next"));
    assert_true(json_skip(&reader));
    assert_false(json_next_key(&reader, &key));
    assert_true(json_finish(&reader));
}

static void containers_are_left_where_wanted(void **state)
{
    (void)state;
    struct json_reader reader;
    struct json_value value;
    struct text key;
    start_value(&reader, TEXT("[[],[1,[2,{\"a\":[3]}],4],{\"b\":{\"c\":[]},\"d\":5},6,{}]"), &value);
    for (int i = 0; i < 3; i++) {
        assert_true(json_next_element(&reader));
        assert_true(json_read(&reader, &value));
        assert_int_equal(reader.depth, 2);
        assert_true(json_leave(&reader, &value));
        assert_int_equal(reader.depth, 1);
    }
    assert_true(json_next_element(&reader));
    assert_true(json_read(&reader, &value));
    assert_true(json_leave(&reader, &value)); /* a scalar: nothing to leave */
    assert_true(text_is(value.text, "6"));
    assert_true(json_next_element(&reader));
    assert_true(json_skip(&reader));
    assert_false(json_next_element(&reader));
    assert_int_equal(reader.depth, 0);
    assert_true(json_finish(&reader));

    /* out of the middle, once what was looked for is found */
    start_value(&reader, TEXT("{\"a\":{\"x\":1,\"y\":[1,2],\"z\":3},\"b\":2}"), &value);
    assert_true(json_next_key(&reader, &key));
    assert_true(json_read(&reader, &value));
    struct json_value outer = value;
    assert_true(json_next_key(&reader, &key));
    assert_true(json_read(&reader, &value));
    assert_true(json_leave(&reader, &outer));
    assert_true(json_next_key(&reader, &key));
    assert_true(text_is(key, "b"));

    /* what is left is checked */
    start_value(&reader, TEXT("[1,01]"), &value);
    assert_false(json_leave(&reader, &value));
    assert_string_equal(reader.error, "a number has leading zeros");
    start_value(&reader, TEXT("[\"\xFF\"]"), &value);
    assert_false(json_leave(&reader, &value));
}

static void errors_stick(void **state)
{
    (void)state;
    struct json_reader reader;
    struct json_value value;
    struct text key;
    start_value(&reader, TEXT("[1, 02, {\"a\":3}]"), &value);
    struct json_value array = value;
    assert_true(json_next_element(&reader));
    assert_true(json_skip(&reader));
    assert_true(json_next_element(&reader));
    assert_false(json_read(&reader, &value));
    for (int i = 0; i < 2; i++) {
        assert_false(json_read(&reader, &value));
        assert_false(json_next_element(&reader));
        assert_false(json_next_key(&reader, &key));
        assert_false(json_skip(&reader));
        assert_false(json_leave(&reader, &array));
        assert_false(json_leave(&reader, &value));
        assert_false(json_finish(&reader));
        assert_string_equal(reader.error, "a number has leading zeros");
        assert_int_equal(json_offset(&reader), 4);
    }
    json_start(&reader, TEXT("2")); /* a new start forgets */
    assert_true(json_skip(&reader));
    assert_true(json_finish(&reader));
}

/* Calls out of order must not let bad JSON through. */
static void calls_out_of_order_are_errors(void **state)
{
    (void)state;
    struct json_reader reader;
    struct json_value value;
    struct text key;

    json_start(&reader, TEXT("1"));
    assert_false(json_finish(&reader)); /* nothing was read */
    json_start(&reader, TEXT("[1]"));
    assert_false(json_next_element(&reader)); /* nothing was entered */
    json_start(&reader, TEXT("{}"));
    assert_false(json_next_key(&reader, &key));
    assert_non_null(reader.error);

    start_value(&reader, TEXT("1 2"), &value);
    assert_false(json_read(&reader, &value)); /* a second value at the top */
    start_value(&reader, TEXT("[1 2]"), &value);
    assert_false(json_read(&reader, &value)); /* without json_next_element */
    start_value(&reader, TEXT("[1]"), &value);
    assert_false(json_finish(&reader)); /* not left */
    start_value(&reader, TEXT("["), &value);
    assert_false(json_finish(&reader));
    start_value(&reader, TEXT("[1,]"), &value);
    assert_true(json_next_element(&reader));
    assert_false(json_next_element(&reader)); /* the element was not read */
    assert_non_null(reader.error);
    start_value(&reader, TEXT("{\"a\":}"), &value);
    assert_true(json_next_key(&reader, &key));
    assert_false(json_next_key(&reader, &key)); /* the member was not read */
    assert_non_null(reader.error);
    start_value(&reader, TEXT("{\"a\":1}"), &value);
    assert_false(json_next_element(&reader)); /* an object is no array */
    assert_non_null(reader.error);
    start_value(&reader, TEXT("[\"a\"]"), &value);
    assert_false(json_next_key(&reader, &key));
    assert_non_null(reader.error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_escaped_unit_is_judged),
        cmocka_unit_test(values_have_type_and_text),
        cmocka_unit_test(escapes_are_decoded_and_cut_at_characters),
        cmocka_unit_test(keys_are_decoded),
        cmocka_unit_test(containers_are_left_where_wanted),
        cmocka_unit_test(errors_stick),
        cmocka_unit_test(calls_out_of_order_are_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
