#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "booktop/base/decimal.h"
#include "booktop/json/reader.h"
#include "booktop/json/writer.h"

static bool is_json(struct text json)
{
    struct json_reader reader;
    json_start(&reader, json);
    return json_skip(&reader) && json_finish(&reader);
}

static void assert_written(struct json_writer *writer, const char *expected)
{
    struct text text = json_writer_text(writer);
    if (!text_is(text, expected)) fail_msg("%.*s\ninstead of\n%s", TEXT_ARGS(text), expected);
}

static void a_zeroed_writer_is_empty(void **state)
{
    (void)state;
    struct json_writer writer = {0};
    assert_int_equal(json_writer_text(&writer).length, 0);
    json_writer_reset(&writer);
    json_writer_free(&writer);
    json_writer_free(&writer);
    json_write_null(&writer); /* still ready to use */
    assert_written(&writer, "null");
    json_writer_free(&writer);
}

static void commas_stand_between_values(void **state)
{
    (void)state;
    struct json_writer writer = {0};
    json_write_object(&writer);
    json_write_key(&writer, "n");
    json_write_integer(&writer, 1);
    json_write_key(&writer, "bids");
    json_write_array(&writer);
    for (int i = 0; i < 2; i++) {
        json_write_array(&writer);
        json_write_decimal(&writer, 6200 + i * 100, 4);
        json_write_decimal_number(&writer, 126, 0);
        json_write_array_end(&writer);
    }
    json_write_array_end(&writer);
    json_write_key(&writer, "empty");
    json_write_object(&writer);
    json_write_object_end(&writer);
    json_write_key(&writer, "asks");
    json_write_array(&writer);
    json_write_array_end(&writer);
    json_write_key(&writer, "flags");
    json_write_array(&writer);
    json_write_bool(&writer, true);
    json_write_bool(&writer, false);
    json_write_null(&writer);
    json_write_string(&writer, TEXT("x"));
    json_write_raw(&writer, TEXT("{\"raw\": 1}"));
    json_write_raw(&writer, TEXT(""));
    json_write_raw(&writer, TEXT("2"));
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    assert_written(&writer, "{\"n\":1,\"bids\":[[\"0.62\",126],[\"0.63\",126]],\"empty\":{},\"asks\":[],"
                            "\"flags\":[true,false,null,\"x\",{\"raw\": 1},2]}");
    assert_true(is_json(json_writer_text(&writer)));

    json_writer_reset(&writer);
    json_write_object(&writer);
    json_write_object_end(&writer);
    json_write_newline(&writer);
    json_write_array(&writer);
    json_write_array_end(&writer);
    json_write_newline(&writer);
    assert_written(&writer, "{}\n[]\n");
    json_writer_free(&writer);
}

static void numbers_are_exact(void **state)
{
    (void)state;
    struct json_writer writer = {0};
    json_write_array(&writer);
    json_write_integer(&writer, 0);
    json_write_integer(&writer, -1);
    json_write_integer(&writer, INT64_MAX);
    json_write_integer(&writer, INT64_MIN);
    json_write_decimal_number(&writer, -5, 1);
    json_write_decimal_number(&writer, 7000000, 6);
    json_write_decimal(&writer, INT64_MAX, 18);
    json_write_decimal(&writer, INT64_MIN, 18);
    json_write_decimal(&writer, 1, 18);
    json_write_decimal(&writer, 0, 4);
    json_write_array_end(&writer);
    assert_written(&writer, "[0,-1,9223372036854775807,-9223372036854775808,-0.5,7,\"9.223372036854775807\","
                            "\"-9.223372036854775808\",\"0.000000000000000001\",\"0\"]");
    assert_true(is_json(json_writer_text(&writer)));
    json_writer_free(&writer);
}

#define CASE(text, json)                                                                                               \
    {                                                                                                                  \
        {text, sizeof(text) - 1}, json                                                                                 \
    }
#define FFFD "\xEF\xBF\xBD"

static void strings_are_escaped_and_repaired(void **state)
{
    (void)state;
    static const struct {
        struct text text;
        const char *json;
    } cases[] = {
        CASE("", "\"\""),
        CASE("a/b \x7F", "\"a/b \\u007f\""),
        CASE("\x7F"
             "12345678 \x7F\x7F",
             "\"\\u007f12345678 \\u007f\\u007f\""),
        CASE("\xC2\x80 \xC2\x9B"
             "2J\xC2\x9F\xC2\xA0",
             "\"\\u0080 \\u009b2J\\u009f\xC2\xA0\""),
        CASE("\"quoted\" \\ back", "\"\\\"quoted\\\" \\\\ back\""),
        CASE("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""),
        CASE("\0\x01\x0B\x1B[2J\x1F", "\"\\u0000\\u0001\\u000b\\u001b[2J\\u001f\""),
        CASE("caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80", "\"caf\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80\""),
        CASE("\xC2\xA0\xE0\xA0\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF",
             "\"\xC2\xA0\xE0\xA0\x80\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\""),
        CASE("\x80", "\"" FFFD "\""),
        CASE("a\xFFz", "\"a" FFFD "z\""),
        CASE("\xC3", "\"" FFFD "\""),
        CASE("\xC3(", "\"" FFFD "(\""),
        CASE("\xC0\xAF", "\"" FFFD FFFD "\""),
        CASE("\xED\xA0\x80", "\"" FFFD FFFD FFFD "\""),
        CASE("\xE2\x82", "\"" FFFD FFFD "\""),
        CASE("\xE2\x82\xC3\xA9", "\"" FFFD FFFD "\xC3\xA9\""),
        CASE("\xF0\x9F\x98", "\"" FFFD FFFD FFFD "\""),
        CASE("\xF4\x90\x80\x80", "\"" FFFD FFFD FFFD FFFD "\""),
        CASE("\xF8\"", "\"" FFFD "\\\"\""),
    };
    struct json_writer writer = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        json_writer_reset(&writer);
        json_write_string(&writer, cases[i].text);
        assert_written(&writer, cases[i].json);
        assert_true(is_json(json_writer_text(&writer)));
    }
    json_writer_reset(&writer);
    json_write_string(&writer, (struct text){NULL, 0});
    assert_written(&writer, "\"\"");
    json_writer_free(&writer);
}

static void the_buffer_is_kept_and_used_again(void **state)
{
    (void)state;
    struct json_writer writer = {0};
    char plain[5000];
    memset(plain, 'p', sizeof plain);
    json_write_array(&writer);
    json_write_string(&writer, (struct text){plain, sizeof plain});
    json_write_array_end(&writer);
    assert_int_equal(json_writer_text(&writer).length, sizeof plain + 4);
    const char *buffer = writer.buffer;
    for (int i = 0; i < 3; i++) {
        json_writer_reset(&writer);
        json_write_string(&writer, (struct text){plain, sizeof plain});
        assert_ptr_equal(writer.buffer, buffer);
        assert_int_equal(json_writer_text(&writer).length, sizeof plain + 2);
    }
    json_writer_free(&writer);
}

/* A text longer than memory: the block asked for is refused before a byte of it is read. */
static void no_memory_is_a_failure_that_sticks(void **state)
{
    (void)state;
    const struct text endless[] = {{"x", SIZE_MAX}, {"x", SIZE_MAX - 1}, {"x", SIZE_MAX - 3}};
    struct json_writer writer = {0};
    for (size_t i = 0; i < sizeof endless / sizeof *endless; i++) {
        json_write_array(&writer);
        json_write_string(&writer, TEXT("before"));
        assert_false(writer.failed);
        json_write_raw(&writer, endless[i]);
        assert_true(writer.failed);
        assert_int_equal(json_writer_text(&writer).length, 0);
        json_write_array_end(&writer);
        json_write_integer(&writer, 1);
        json_write_newline(&writer);
        assert_true(writer.failed);
        assert_int_equal(json_writer_text(&writer).length, 0);
        json_writer_reset(&writer); /* the next document gets its chance */
        assert_false(writer.failed);
        json_write_bool(&writer, true);
        assert_written(&writer, "true");
        json_writer_reset(&writer);
    }
    json_write_raw(&writer, endless[0]);
    json_writer_free(&writer);
    assert_false(writer.failed);
}

/* === What is written is read back ===
 *
 * A source of random choices is run twice from the same seed: once to write a document, once to read it, comparing each
 * value with the one that the same choices make. */

static uint64_t draw(uint64_t *source) /* splitmix64, Steele, Lea, Flood 2014 */
{
    uint64_t z = *source += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return z ^ z >> 31;
}

static unsigned draw_below(uint64_t *source, unsigned bound)
{
    return (unsigned)(draw(source) % bound);
}

/* A well-formed string, rich in what must be escaped. */
static struct text draw_string(uint64_t *source, char *buffer, size_t size)
{
    static const struct text pieces[] = {
        {"\"", 1},
        {"\\", 1},
        {"\0", 1},
        {"\n", 1},
        {"\x1F", 1},
        {"\x7F", 1},
        {"\xC2\x9B", 2},
        {"\xC3\xA9", 2},
        {"\xE2\x82\xAC", 3},
        {"\xEF\xBF\xBF", 3},
        {"\xF0\x9F\x98\x80", 4},
    };
    size_t length = 0;
    for (unsigned left = draw_below(source, 40); left > 0 && length + 4 <= size; left--) {
        unsigned choice = draw_below(source, 40);
        if (choice >= sizeof pieces / sizeof *pieces) {
            buffer[length++] = (char)(' ' + draw_below(source, 95));
            continue;
        }
        memcpy(buffer + length, pieces[choice].at, pieces[choice].length);
        length += pieces[choice].length;
    }
    return (struct text){buffer, length};
}

static void draw_key(uint64_t *source, char *key, size_t size)
{
    snprintf(key, size, "key %" PRIx64, draw(source) >> draw_below(source, 60));
}

enum shape { A_NULL, A_BOOL, AN_INTEGER, A_DECIMAL, A_DECIMAL_NUMBER, A_STRING, AN_ARRAY, AN_OBJECT };

static enum shape draw_shape(uint64_t *source, unsigned depth)
{
    if (depth < 5 && draw_below(source, 2)) return draw_below(source, 2) ? AN_ARRAY : AN_OBJECT;
    return (enum shape)draw_below(source, depth < JSON_DEPTH_MAX ? AN_OBJECT + 1 : AN_ARRAY);
}

static void write_drawn(uint64_t *source, unsigned depth, struct json_writer *writer)
{
    char buffer[200];
    int64_t units;
    switch (draw_shape(source, depth)) {
    case A_NULL:
        json_write_null(writer);
        break;
    case A_BOOL:
        json_write_bool(writer, draw_below(source, 2));
        break;
    case AN_INTEGER:
        json_write_integer(writer, (int64_t)draw(source));
        break;
    case A_DECIMAL:
        units = (int64_t)draw(source);
        json_write_decimal(writer, units, draw_below(source, DECIMAL_SCALE_MAX + 1));
        break;
    case A_DECIMAL_NUMBER:
        units = (int64_t)draw(source);
        json_write_decimal_number(writer, units, draw_below(source, DECIMAL_SCALE_MAX + 1));
        break;
    case A_STRING:
        json_write_string(writer, draw_string(source, buffer, sizeof buffer));
        break;
    case AN_ARRAY:
        json_write_array(writer);
        for (unsigned left = draw_below(source, 7); left > 0; left--) write_drawn(source, depth + 1, writer);
        json_write_array_end(writer);
        break;
    case AN_OBJECT:
        json_write_object(writer);
        for (unsigned left = draw_below(source, 7); left > 0; left--) {
            draw_key(source, buffer, sizeof buffer);
            json_write_key(writer, buffer);
            write_drawn(source, depth + 1, writer);
        }
        json_write_object_end(writer);
        break;
    }
}

static void read_drawn(uint64_t *source, unsigned depth, struct json_reader *reader)
{
    char buffer[200], decoded[200];
    struct json_value value;
    struct text key, string;
    enum shape shape = draw_shape(source, depth);
    assert_true(json_read(reader, &value));
    switch (shape) {
    case A_NULL:
        assert_int_equal(value.type, JSON_NULL);
        break;
    case A_BOOL:
        assert_int_equal(value.type, draw_below(source, 2) ? JSON_TRUE : JSON_FALSE);
        break;
    case AN_INTEGER:
        assert_int_equal(value.type, JSON_NUMBER);
        snprintf(buffer, sizeof buffer, "%" PRId64, (int64_t)draw(source));
        assert_true(text_is(value.text, buffer));
        break;
    case A_DECIMAL:
    case A_DECIMAL_NUMBER: {
        assert_int_equal(value.type, shape == A_DECIMAL ? JSON_STRING : JSON_NUMBER);
        int64_t units = (int64_t)draw(source), read;
        unsigned scale = draw_below(source, DECIMAL_SCALE_MAX + 1);
        decimal_format(units, scale, buffer);
        assert_true(text_is(value.text, buffer));
        if (units < 0) break;
        assert_int_equal(decimal_parse(value.text, scale, &read), DECIMAL_OK);
        assert_int_equal(read, units);
        break;
    }
    case A_STRING:
        assert_int_equal(value.type, JSON_STRING);
        string = draw_string(source, buffer, sizeof buffer);
        assert_int_equal(json_unescape(&value, decoded, sizeof decoded), string.length);
        assert_memory_equal(decoded, string.at, string.length);
        break;
    case AN_ARRAY:
        assert_int_equal(value.type, JSON_ARRAY);
        for (unsigned left = draw_below(source, 7); left > 0; left--) {
            assert_true(json_next_element(reader));
            read_drawn(source, depth + 1, reader);
        }
        assert_false(json_next_element(reader));
        break;
    case AN_OBJECT:
        assert_int_equal(value.type, JSON_OBJECT);
        for (unsigned left = draw_below(source, 7); left > 0; left--) {
            assert_true(json_next_key(reader, &key));
            draw_key(source, buffer, sizeof buffer);
            assert_true(text_is(key, buffer));
            read_drawn(source, depth + 1, reader);
        }
        assert_false(json_next_key(reader, &key));
        break;
    }
    assert_null(reader->error);
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    struct json_writer writer = {0};
    size_t bytes = 0, longest = 0;
    for (uint64_t seed = 0; seed < 5000; seed++) {
        uint64_t source = seed;
        json_writer_reset(&writer);
        write_drawn(&source, 0, &writer);
        struct text json = json_writer_text(&writer);
        bytes += json.length;
        if (json.length > longest) longest = json.length;

        struct json_reader reader;
        json_start(&reader, json);
        source = seed;
        read_drawn(&source, 0, &reader);
        assert_true(json_finish(&reader));
        assert_true(is_json(json));
    }
    assert_true(longest > 2000); /* the documents are not all trivial */
    print_message("%zu bytes, the longest document %zu\n", bytes, longest);
    json_writer_free(&writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_zeroed_writer_is_empty),
        cmocka_unit_test(commas_stand_between_values),
        cmocka_unit_test(numbers_are_exact),
        cmocka_unit_test(strings_are_escaped_and_repaired),
        cmocka_unit_test(the_buffer_is_kept_and_used_again),
        cmocka_unit_test(no_memory_is_a_failure_that_sticks),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
