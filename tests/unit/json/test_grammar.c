/* What is JSON and what is not: RFC 8259, rule by rule, read and skipped. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/json/reader.h"

/* Looks at everything, as a careful caller would. */
static void walk(struct json_reader *reader)
{
    struct json_value value;
    struct text key;
    if (!json_read(reader, &value)) return;
    if (value.type == JSON_ARRAY)
        while (json_next_element(reader)) walk(reader);
    if (value.type == JSON_OBJECT)
        while (json_next_key(reader, &key)) walk(reader);
}

/* Why the text is refused, or NULL. It is read from a block of its exact size, so that a sanitizer sees every step
 * beyond it, and skipped as well: both ways must agree, also on the place. */
static const char *refusal(struct text json)
{
    char *exact = malloc(json.length > 0 ? json.length : 1);
    assert_non_null(exact);
    if (json.length > 0) memcpy(exact, json.at, json.length);

    struct json_reader walked, skipped;
    json_start(&walked, (struct text){exact, json.length});
    walk(&walked);
    bool whole = json_finish(&walked);
    json_start(&skipped, (struct text){exact, json.length});
    json_skip(&skipped);
    assert_int_equal(json_finish(&skipped), whole);
    assert_int_equal(json_offset(&skipped), json_offset(&walked));
    assert_ptr_equal(skipped.error, walked.error);
    assert_int_equal(whole, walked.error == NULL);
    if (whole) assert_int_equal(json_offset(&walked), json.length);

    free(exact);
    return walked.error;
}

#define JSON(literal)                                                                                                  \
    {                                                                                                                  \
        literal, sizeof(literal) - 1                                                                                   \
    }

static const struct text accepted[] = {
    /* values at the top */
    JSON("null"),
    JSON("true"),
    JSON("false"),
    JSON("\"\""),
    JSON("[]"),
    JSON("{}"),
    /* numbers: grammar only, whatever their size */
    JSON("0"),
    JSON("-0"),
    JSON("-0.0"),
    JSON("0.62"),
    JSON("10"),
    JSON("1e400"),
    JSON("1E+2"),
    JSON("1e-0"),
    JSON("0e0"),
    JSON("-12.5E-007"),
    JSON("123456789012345678901234567890.000000000000000000000000001"),
    /* white space */
    JSON(" \t\r\n1 \t\r\n"),
    JSON("[ ]"),
    JSON("{\n}"),
    JSON("\t[\r1\n,\t2 ]\r\n"),
    JSON(" { \"a\" : 1 , \"b\" : [ ] } "),
    /* structure */
    JSON("[[],{},[[]],[{}]]"),
    JSON("[null,true,false,0,\"\"]"),
    JSON("{\"a\":{\"b\":{\"c\":[]}}}"),
    JSON("{\"a\":1,\"a\":2}"),
    JSON("{\"\":0}"),
    JSON("[\"]\",\"}\",\",\",\":\"]"),
    /* strings */
    JSON("\"/\""),
    JSON("\"\x7F\""),
    JSON("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""),
    JSON("\"\\u0000\""),
    JSON("\"\\uABCD\\uabcd\""),
    JSON("\"\\ud83d\\ude00\""),
    JSON("\"\\uD800\\uDC00\\uDBFF\\uDFFF\""),
    JSON("\"\\uD7FF\\uE000\\uFFFF\""),
    JSON("\"\xC2\x80 \xDF\xBF \xE0\xA0\x80 \xED\x9F\xBF \xEE\x80\x80 \xEF\xBF\xBF\""),
    JSON("\"\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\""),
    JSON("\"\xEF\xBB\xBF\""),
};

static void every_form_of_json_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof accepted / sizeof *accepted; i++) {
        const char *why = refusal(accepted[i]);
        if (why) fail_msg("%.*s: %s", TEXT_ARGS(accepted[i]), why);
    }
}

#define WHY_VALUE   "a value is due here"
#define WHY_END     "the text ends where a value is due"
#define WHY_INSIDE  "the text ends inside an array or object"
#define WHY_COMMA   "a comma or the end of an array or object is due here"
#define WHY_KEY     "a key is due here"
#define WHY_COLON   "a colon is due here"
#define WHY_FOLLOWS "something follows the value"
#define WHY_DIGITS  "digits are missing in a number"
#define WHY_ZEROS   "a number has leading zeros"
#define WHY_OPEN    "the text ends inside a string"
#define WHY_ESCAPE  "a wrong escape in a string"
#define WHY_CONTROL "a control character in a string"
#define WHY_UTF8    "a string is not UTF-8"

#define CASE(json, why)                                                                                                \
    {                                                                                                                  \
        JSON(json), why                                                                                                \
    }

static const struct {
    struct text json;
    const char *why;
} refused[] = {
    /* nothing, or no value */
    CASE("", WHY_END),
    CASE(" \n", WHY_END),
    CASE("\0", WHY_VALUE),
    CASE("\xEF\xBB\xBF{}", WHY_VALUE),
    CASE("\xC2\xA0{}", WHY_VALUE),
    CASE("\f1", WHY_VALUE),
    CASE("\v1", WHY_VALUE),
    CASE("// c\n1", WHY_VALUE),
    CASE("/**/1", WHY_VALUE),
    CASE("'a'", WHY_VALUE),
    CASE("undefined", WHY_VALUE),
    CASE("}", WHY_VALUE),
    CASE("]", WHY_VALUE),
    CASE(",", WHY_VALUE),
    CASE(":", WHY_VALUE),
    /* words */
    CASE("NaN", WHY_VALUE),
    CASE("Infinity", WHY_VALUE),
    CASE("inf", WHY_VALUE),
    CASE("True", WHY_VALUE),
    CASE("NULL", WHY_VALUE),
    CASE("tru", WHY_VALUE),
    CASE("nul", WHY_VALUE),
    CASE("nulls", WHY_FOLLOWS),
    CASE("truefalse", WHY_FOLLOWS),
    CASE("[nullnull]", WHY_COMMA),
    /* numbers */
    CASE("-", WHY_DIGITS),
    CASE("--1", WHY_DIGITS),
    CASE("-a", WHY_DIGITS),
    CASE("-Infinity", WHY_DIGITS),
    CASE("-NaN", WHY_DIGITS),
    CASE("1.", WHY_DIGITS),
    CASE("1.e1", WHY_DIGITS),
    CASE("0.", WHY_DIGITS),
    CASE("-.5", WHY_DIGITS),
    CASE("1e", WHY_DIGITS),
    CASE("1e+", WHY_DIGITS),
    CASE("1E-x", WHY_DIGITS),
    CASE("+1", WHY_VALUE),
    CASE(".5", WHY_VALUE),
    CASE("01", WHY_ZEROS),
    CASE("00", WHY_ZEROS),
    CASE("-01", WHY_ZEROS),
    CASE("00.5", WHY_ZEROS),
    CASE("0x10", WHY_FOLLOWS),
    CASE("1_000", WHY_FOLLOWS),
    CASE("1.5.2", WHY_FOLLOWS),
    CASE("1e5.2", WHY_FOLLOWS),
    CASE("1 2", WHY_FOLLOWS),
    CASE("1\0", WHY_FOLLOWS),
    CASE("\xD9\xA1", WHY_VALUE),
    /* arrays */
    CASE("[", WHY_INSIDE),
    CASE("[ ", WHY_INSIDE),
    CASE("[1", WHY_INSIDE),
    CASE("[1,", WHY_END),
    CASE("[1,]", WHY_VALUE),
    CASE("[,1]", WHY_VALUE),
    CASE("[,]", WHY_VALUE),
    CASE("[1,,2]", WHY_VALUE),
    CASE("[1 2]", WHY_COMMA),
    CASE("[1:2]", WHY_COMMA),
    CASE("[\"a\":1]", WHY_COMMA),
    CASE("[1}", WHY_COMMA),
    CASE("[}", WHY_VALUE),
    CASE("[]]", WHY_FOLLOWS),
    CASE("[][]", WHY_FOLLOWS),
    CASE("[],", WHY_FOLLOWS),
    /* objects */
    CASE("{", WHY_INSIDE),
    CASE("{\"a\"", WHY_COLON),
    CASE("{\"a\":", WHY_END),
    CASE("{\"a\":1", WHY_INSIDE),
    CASE("{\"a\":1,", WHY_KEY),
    CASE("{\"a\":1,}", WHY_KEY),
    CASE("{,}", WHY_KEY),
    CASE("{,\"a\":1}", WHY_KEY),
    CASE("{\"a\":1,,\"b\":2}", WHY_KEY),
    CASE("{\"a\":1 \"b\":2}", WHY_COMMA),
    CASE("{\"a\":}", WHY_VALUE),
    CASE("{\"a\"}", WHY_COLON),
    CASE("{\"a\",1}", WHY_COLON),
    CASE("{\"a\"::1}", WHY_VALUE),
    CASE("{a:1}", WHY_KEY),
    CASE("{'a':1}", WHY_KEY),
    CASE("{1:1}", WHY_KEY),
    CASE("{null:1}", WHY_KEY),
    CASE("{\"a\":1]", WHY_COMMA),
    CASE("{]", WHY_KEY),
    CASE("{}}", WHY_FOLLOWS),
    CASE("{}{}", WHY_FOLLOWS),
    CASE("{} x", WHY_FOLLOWS),
    CASE("{\"a\\x\":1}", WHY_ESCAPE),
    CASE("{\"\xFF\":1}", WHY_UTF8),
    /* strings */
    CASE("\"", WHY_OPEN),
    CASE("\"abcdefghijklmnop", WHY_OPEN),
    CASE("\"\\\"", WHY_OPEN),
    CASE("\"\\", WHY_ESCAPE),
    CASE("\"a\"b\"", WHY_FOLLOWS),
    CASE("\"\n\"", WHY_CONTROL),
    CASE("\"\t\"", WHY_CONTROL),
    CASE("\"\0\"", WHY_CONTROL),
    CASE("\"\x1F\"", WHY_CONTROL),
    CASE("\"\\x41\"", WHY_ESCAPE),
    CASE("\"\\a\"", WHY_ESCAPE),
    CASE("\"\\'\"", WHY_ESCAPE),
    CASE("\"\\\0\"", WHY_ESCAPE),
    CASE("\"\\\n\"", WHY_ESCAPE),
    CASE("\"\\\xC3\xA9\"", WHY_ESCAPE),
    CASE("\"\\U0041\"", WHY_ESCAPE),
    CASE("\"\\u\"", WHY_ESCAPE),
    CASE("\"\\u12\"", WHY_ESCAPE),
    CASE("\"\\u123\"", WHY_ESCAPE),
    CASE("\"\\u123", WHY_ESCAPE),
    CASE("\"\\u00g0\"", WHY_ESCAPE),
    CASE("\"\\u+041\"", WHY_ESCAPE),
    CASE("\"\\u 041\"", WHY_ESCAPE),
    /* surrogates that stand alone */
    CASE("\"\\ud800\"", WHY_ESCAPE),
    CASE("\"\\udc00\"", WHY_ESCAPE),
    CASE("\"\\uDFFF\"", WHY_ESCAPE),
    CASE("\"\\ud800x\"", WHY_ESCAPE),
    CASE("\"\\ud800\\n\"", WHY_ESCAPE),
    CASE("\"\\ud800\\u0041\"", WHY_ESCAPE),
    CASE("\"\\ud800\\ud800\"", WHY_ESCAPE),
    CASE("\"\\udc00\\ud800\"", WHY_ESCAPE),
    CASE("\"\\udc00\\udc00\"", WHY_ESCAPE),
    CASE("\"\\ud800\\ue000\"", WHY_ESCAPE),
    CASE("\"\\ud800\\udc0\"", WHY_ESCAPE),
    CASE("\"\\ud83d\\ude00\\ude00\"", WHY_ESCAPE),
    /* ill-formed UTF-8 */
    CASE("\"\x80\"", WHY_UTF8),
    CASE("\"\xC3\"", WHY_UTF8),
    CASE("\"\xC3(\"", WHY_UTF8),
    CASE("\"\xC0\xAF\"", WHY_UTF8),
    CASE("\"\xC1\xBF\"", WHY_UTF8),
    CASE("\"\xE2\x82\"", WHY_UTF8),
    CASE("\"\xE0\x9F\xBF\"", WHY_UTF8),
    CASE("\"\xED\xA0\x80\"", WHY_UTF8),
    CASE("\"\xF0\x8F\xBF\xBF\"", WHY_UTF8),
    CASE("\"\xF4\x90\x80\x80\"", WHY_UTF8),
    CASE("\"\xF8\x88\x80\x80\x80\"", WHY_UTF8),
    CASE("\"\xFE\xFF\"", WHY_UTF8),
    CASE("\"\xE2\x82\\u00AC\"", WHY_UTF8),
    CASE("\"\xC3", WHY_OPEN),
    /* the wrong kind of text */
    CASE("\xFF\xFE[\0]\0", WHY_VALUE),
    CASE("PONG", WHY_VALUE),
    CASE("INVALID OPERATION", WHY_VALUE),
};

static void everything_else_is_refused_with_its_reason(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *why = refusal(refused[i].json);
        if (!why || strcmp(why, refused[i].why) != 0)
            fail_msg("%.*s: %s", TEXT_ARGS(refused[i].json), why ? why : "accepted");
    }
    assert_non_null(refusal((struct text){NULL, 0}));
}

/* The scan goes eight bytes at a time: every byte must be seen at every place of a word and of the rest. */
static void every_byte_is_judged_at_every_place(void **state)
{
    (void)state;
    char json[64];
    for (size_t length = 1; length <= 26; length++) {
        for (size_t place = 0; place < length; place++) {
            for (unsigned byte = 0; byte < 256; byte++) {
                memset(json, 'x', sizeof json);
                json[0] = json[length + 1] = '"';
                json[place + 1] = (char)byte;
                struct json_reader reader;
                struct json_value value;
                json_start(&reader, (struct text){json, length + 2});
                bool read = json_read(&reader, &value);
                if (byte == '"') {
                    assert_true(read);
                    assert_int_equal(value.text.length, place);
                    assert_false(json_finish(&reader));
                } else {
                    assert_int_equal(read, byte >= 0x20 && byte < 0x80 && byte != '\\');
                    if (read) assert_int_equal(value.text.length, length);
                    if (read) assert_true(json_finish(&reader));
                }
            }
        }
    }
}

static const char message[] =
    "[{\"market\":\"0x5eed0000000000000000000000000000000000000000000000000000000000aa\",\"price_changes\":[\r\n"
    "{\"asset_id\":\"11111111111111111111111111111111111111111111111111111111111111111111111111111\", "
    "\"price\":\"0.49\","
    "\"size\":\"55\",\"side\":\"BUY\",\"hash\":\"bad0000000000000000000000000000000000000\",\"best_bid\":\"0.49\"},"
    "{\"title\":\"caf\\u00e9 \\ud83d\\ude00 \xE2\x82\xAC\",\"n\":-12.5e+3,\"t\":true,\"f\":false,\"z\":null,\"o\":{}}],"
    "\"timestamp\":\"1766481546776\",\"event_type\":\"price_change\"}]";

static void a_message_cut_anywhere_is_refused(void **state)
{
    (void)state;
    assert_null(refusal(TEXT(message)));
    for (size_t length = 0; length < sizeof message - 1; length++)
        assert_non_null(refusal((struct text){message, length}));
}

static size_t append(char *out, const char *string)
{
    return text_copy(text_from(string), out, 32);
}

static void white_space_is_allowed_between_tokens_only(void **state)
{
    (void)state;
    static const char *const tokens[] = {"{", "\"a b\"", ":",     "[", "-1.5e3", ",", "null",
                                         "]", ",",       "\"c\"", ":", "{",      "}", "}"};
    static const char *const blanks[] = {"", " ", "\t", "\n", "\r", "\r\n", " \t\n\r  \t\n\r  "};
    static const char *const others[] = {"\v", "\f", "\xC2\xA0", "\xE2\x80\xA8", "\xEF\xBB\xBF"};
    size_t count = sizeof tokens / sizeof *tokens;

    for (size_t place = 0; place <= count; place++) {
        for (size_t i = 0; i < 12; i++) {
            char json[256];
            size_t length = 0;
            for (size_t n = 0; n <= count; n++) {
                if (n == place) length += append(json + length, i < 7 ? blanks[i] : others[i - 7]);
                if (n < count) length += append(json + length, tokens[n]);
            }
            assert_int_equal(refusal((struct text){json, length}) == NULL, i < 7);
        }
    }
    assert_non_null(refusal(TEXT("[1 .5]")));
    assert_non_null(refusal(TEXT("[- 1]")));
    assert_non_null(refusal(TEXT("[1 e5]")));
    assert_non_null(refusal(TEXT("[tr ue]")));
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    char json[2 * (size_t)JSON_DEPTH_MAX + 2];
    memset(json, '[', JSON_DEPTH_MAX);
    memset(json + JSON_DEPTH_MAX, ']', JSON_DEPTH_MAX);
    assert_null(refusal((struct text){json, sizeof json - 2}));
    memset(json, '[', JSON_DEPTH_MAX + 1);
    memset(json + JSON_DEPTH_MAX + 1, ']', JSON_DEPTH_MAX + 1);
    assert_string_equal(refusal((struct text){json, sizeof json}), "nested too deeply");

    size_t deep = 10000;
    char *tower = malloc(6 * deep);
    assert_non_null(tower);
    memset(tower, '[', deep);
    memset(tower + deep, ']', deep);
    assert_string_equal(refusal((struct text){tower, 2 * deep}), "nested too deeply");
    for (size_t i = 0; i < 6 * deep; i++) tower[i] = "{\"a\":["[i % 6];
    assert_string_equal(refusal((struct text){tower, 6 * deep}), "nested too deeply");
    free(tower);
}

/* Objects and arrays in every order down to the full depth: each is closed by its own bracket. */
static void brackets_match_at_every_depth(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 64; seed++) {
        char json[8 * JSON_DEPTH_MAX];
        size_t length = 0, closing[JSON_DEPTH_MAX];
        bool object[JSON_DEPTH_MAX];
        for (unsigned i = 0; i < JSON_DEPTH_MAX; i++) {
            object[i] = ((seed * 2654435761u) >> (i % 31) ^ i / 31 * seed) & 1;
            const char *open = object[i] ? i + 1 < JSON_DEPTH_MAX ? "{\"\":" : "{" : "[";
            length += append(json + length, open);
        }
        for (unsigned i = JSON_DEPTH_MAX; i-- > 0; length++) {
            closing[i] = length;
            json[length] = object[i] ? '}' : ']';
        }
        assert_null(refusal((struct text){json, length}));
        for (unsigned i = 0; i < JSON_DEPTH_MAX; i++) {
            json[closing[i]] = object[i] ? ']' : '}';
            assert_non_null(refusal((struct text){json, length}));
            json[closing[i]] = object[i] ? '}' : ']';
        }
    }
}

/* Every line of every file that matches is one JSON text; cut anywhere, it is none. Returns the lines read. */
static size_t read_lines(const char *folder, const char *pattern)
{
    char path[512], line[65536];
    glob_t files;
    size_t lines = 0;
    snprintf(path, sizeof path, "%s/%s", folder, pattern);
    if (glob(path, 0, NULL, &files) != 0) return 0;
    for (size_t i = 0; i < files.gl_pathc; i++) {
        FILE *file = fopen(files.gl_pathv[i], "r");
        assert_non_null(file);
        while (fgets(line, sizeof line, file)) {
            struct text json = text_trim(text_from(line));
            if (json.length == 0) continue;
            const char *why = refusal(json);
            if (why) fail_msg("%s: %s", files.gl_pathv[i], why);
            for (size_t cut = 0; json.length <= 1000 && cut < json.length; cut++)
                assert_non_null(refusal((struct text){json.at, cut}));
            lines++;
        }
        fclose(file);
    }
    globfree(&files);
    return lines;
}

static void real_messages_are_read(void **state)
{
    (void)state;
    const char *folder = getenv("BOOKTOP_CORPUS");
    if (!folder) folder = "../shared/corpus";
    size_t lines = read_lines(folder, "polymarket/2*.json*") + read_lines(folder, "kalshi/*.jsonl");
    if (lines == 0) {
        print_message("no corpus at %s\n", folder);
        skip();
    }
    print_message("%zu real messages\n", lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_json_is_accepted),
        cmocka_unit_test(everything_else_is_refused_with_its_reason),
        cmocka_unit_test(every_byte_is_judged_at_every_place),
        cmocka_unit_test(a_message_cut_anywhere_is_refused),
        cmocka_unit_test(white_space_is_allowed_between_tokens_only),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(brackets_match_at_every_depth),
        cmocka_unit_test(real_messages_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
