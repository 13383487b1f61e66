/* What came is had again byte for byte, whatever it was; and every line can be read by any tool. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/json/reader.h"
#include "booktop/record/line.h"

#define LINES 2000
#define MOST  4096

static uint64_t dice = 20261121;

static unsigned roll(unsigned sides)
{
    dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)((dice >> 33) % sides);
}

/* === Payloads of all sorts === */

struct sample {
    char bytes[MOST];
    size_t length;
};

static void add(struct sample *sample, const char *bytes, size_t length)
{
    if (length > MOST - sample->length) length = MOST - sample->length;
    memcpy(sample->bytes + sample->length, bytes, length);
    sample->length += length;
}

static void add_blanks(struct sample *sample, bool lines)
{
    for (unsigned i = roll(4); i > 0; i--) add(sample, &" \t\r\n"[roll(lines ? 4 : 2)], 1);
}

static void add_string(struct sample *sample)
{
    static const char *const parts[] = {"a",    "price",   "\\n",  "\\u0000", "\\ud83d\\ude00", "\xC3\xA9",
                                        "\x7F", "\\\\\\/", "\\\"", "\\ud800", "\xE2\x80\xA8",   "\xEF\xBB\xBF",
                                        "",     "0.48"};
    add(sample, "\"", 1);
    for (unsigned i = roll(4); i > 0; i--) {
        const char *part = parts[roll(sizeof parts / sizeof *parts)];
        add(sample, part, strlen(part));
    }
    add(sample, "\"", 1);
}

static void add_json(struct sample *sample, unsigned depth, bool lines)
{
    static const char *const scalars[] = {"0", "-0", "1e999", "12345678901234567890123", "0.10", "true", "null"};
    unsigned what = roll(depth > 0 ? 6 : 4);
    if (what < 2) {
        const char *scalar = scalars[roll(sizeof scalars / sizeof *scalars)];
        add(sample, scalar, strlen(scalar));
    } else if (what < 4) {
        add_string(sample);
    } else {
        bool object = what == 5;
        add(sample, object ? "{" : "[", 1);
        for (unsigned i = roll(4); i > 0; i--) {
            add_blanks(sample, lines);
            if (object) {
                add_string(sample);
                add(sample, ":", 1);
            }
            add_json(sample, depth - 1, lines);
            add_blanks(sample, lines);
            if (i > 1) add(sample, ",", 1);
        }
        add(sample, object ? "}" : "]", 1);
    }
}

static void add_bytes(struct sample *sample)
{
    for (unsigned i = roll(60); i > 0; i--) add(sample, (const char[]){(char)roll(256)}, 1);
}

static void add_text(struct sample *sample)
{
    static const char *const parts[] = {"PONG", "\n", "\r\n", "\"", "\\", "{", "}", "\xF0\x9F\x98\x80",
                                        "\x01", " ",  "\x7F"};
    for (unsigned i = roll(12); i > 0; i--) {
        const char *part = parts[roll(sizeof parts / sizeof *parts)];
        add(sample, part, strlen(part));
    }
    if (roll(4) == 0) add(sample, "\0", 1);
}

static void make_sample(struct sample *sample)
{
    sample->length = 0;
    unsigned what = roll(10);
    bool lines = roll(3) == 0;
    if (what == 0) {
        add_bytes(sample);
    } else if (what == 1) {
        add_text(sample);
    } else {
        add_blanks(sample, true);
        add_json(sample, 4, lines);
        add_blanks(sample, true);
        if (what == 2) add_text(sample);                          /* something behind the value */
        if (what == 3 && sample->length > 0) sample->length -= 1; /* cut */
    }
}

/* === Checks === */

static const struct stamp stamp = {.mono = 1000, .wall = INT64_C(1763712000042854870)};

static bool contains(struct text line, const char *part)
{
    return memmem(line.at, line.length, part, strlen(part)) != NULL;
}

/* How a payload stands in a line: as "d" if, and only if, it can. */
static char form_wanted(struct text payload)
{
    struct text json = text_trim(payload);
    struct json_reader reader;
    json_start(&reader, json);
    json_skip(&reader);
    bool strict = json_finish(&reader);
    bool one_line = json.length > 0 && !memchr(json.at, '\n', json.length) && !memchr(json.at, '\r', json.length);
    return strict && one_line ? 'd' : text_is_utf8(payload) ? 's' : 'b';
}

static void check_payload(struct record_parser *parser, struct json_writer *out, struct text payload)
{
    struct record record;
    const char *why;
    size_t start = out->length;
    assert_true(record_write_received(out, stamp, 400, VENUE_KALSHI, 3, 17, payload));
    struct text line = {out->buffer + start, out->length - start};
    assert_null(memchr(line.at, '\n', line.length));
    assert_null(memchr(line.at, '\r', line.length));
    char member[] = ",\"?\":";
    member[2] = form_wanted(payload);
    assert_true(contains(line, member));

    if (!record_parse(parser, line, &record, &why)) fail_msg("%s: %.*s", why, TEXT_ARGS(line));
    assert_int_equal(record.kind, RECORD_RECEIVED);
    assert_int_equal(record.venue, VENUE_KALSHI);
    assert_int_equal(record.link, 3);
    assert_int_equal(record.number, 17);
    assert_int_equal(record.stamp.wall, stamp.wall);
    assert_int_equal(record.stamp.mono, 600);
    if (!text_equal(record.payload, payload)) fail_msg("not the same: %.*s", TEXT_ARGS(line));
}

static void what_came_is_had_again(void **state)
{
    (void)state;
    struct record_parser *parser = record_parser_create();
    struct json_writer out = {0};
    struct sample sample;
    for (unsigned i = 0; i < 15000; i++) {
        json_writer_reset(&out);
        make_sample(&sample);
        check_payload(parser, &out, (struct text){sample.bytes, sample.length});
    }
    json_writer_free(&out);
    record_parser_destroy(parser);
}

static void edges_are_had_again(void **state)
{
    (void)state;
    static const struct text payloads[] = {
        {NULL, 0},          {"", 0},           {" ", 1},           {"\n", 1},
        {"{}\n", 3},        {"\r\n[1]\t ", 8}, {"[1,\n2]", 6},     {"1,\"x\":2", 7},
        {"\0", 1},          {"[1]\0", 4},      {"\xFF", 1},        {"\xEF\xBB\xBF{}", 5},
        {"\"\\ud800\"", 8}, {"{} {}", 5},      {"\"a\tb\"", 5},    {"[\"\x7F\"]", 5},
        {"\xC2\x85", 2},    {"nul", 3},        {"\"\\u0000\"", 8},
    };
    struct record_parser *parser = record_parser_create();
    struct json_writer out = {0};
    for (size_t i = 0; i < sizeof payloads / sizeof *payloads; i++) {
        json_writer_reset(&out);
        check_payload(parser, &out, payloads[i]);
    }
    json_writer_free(&out);
    record_parser_destroy(parser);
}

/* A payload as deep as the reader goes is one too deep for a line. */
static void depth_leaves_room_for_the_line(void **state)
{
    (void)state;
    struct record_parser *parser = record_parser_create();
    for (size_t depth = JSON_DEPTH_MAX - 1; depth <= JSON_DEPTH_MAX; depth++) {
        struct json_writer out = {0};
        struct record record;
        const char *why;
        char payload[2 * JSON_DEPTH_MAX];
        memset(payload, '[', depth);
        memset(payload + depth, ']', depth);
        struct text text = {payload, 2 * depth};
        assert_true(record_write_sent(&out, stamp, 0, VENUE_POLYMARKET, 0, text));
        assert_int_equal(contains(json_writer_text(&out), "\"d\":"), depth < JSON_DEPTH_MAX);
        assert_true(record_parse(parser, json_writer_text(&out), &record, &why));
        assert_true(text_equal(record.payload, text));
        json_writer_free(&out);
    }
    record_parser_destroy(parser);
}

static void long_frames_fit(void **state)
{
    (void)state;
    struct record_parser *parser = record_parser_create();
    for (unsigned i = 0; i < 4; i++) {
        size_t length = i == 3 ? 16u << 20 : (4u << 20) + 1;
        char *bytes = malloc(length);
        assert_non_null(bytes);
        /* The worst of texts, the worst of bytes, and JSON. */
        memset(bytes, "\x01\xFF "[i % 3], length);
        bytes[length / 2] = i % 3 == 2 ? '7' : bytes[0];
        struct json_writer out = {0};
        struct record record;
        const char *why;
        struct text text = {bytes, length};
        assert_true(record_write_received(&out, stamp, 0, VENUE_POLYMARKET, 0, 1, text));
        assert_true(out.length <= RECORD_LINE_MOST);
        assert_true(record_parse(parser, json_writer_text(&out), &record, &why));
        assert_true(text_equal(record.payload, text));
        json_writer_free(&out);
        free(bytes);
    }
    record_parser_destroy(parser);
}

static void what_is_too_long_is_taken_back(void **state)
{
    (void)state;
    struct json_writer out = {0};
    size_t length = RECORD_LINE_MOST;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, '7', length);
    assert_true(record_write_sent(&out, stamp, 0, VENUE_POLYMARKET, 0, TEXT("[]")));
    size_t before = out.length;
    assert_false(record_write_sent(&out, stamp, 0, VENUE_POLYMARKET, 0, (struct text){bytes, length}));
    assert_int_equal(out.length, before);
    assert_false(record_write_sent(&out, stamp, 0, VENUE_POLYMARKET, 64, TEXT("[]"))); /* c has no room for it */
    assert_int_equal(out.length, before);
    json_writer_free(&out);
    free(bytes);
}

/* === Other tools === */

static const char *const tools[][3] = {
    {"jq", "jq --version >/dev/null 2>&1", "test \"$(jq -r '.k' <%s | wc -l)\" -eq %d"},
    {"python3", "python3 --version >/dev/null 2>&1",
     "python3 -c 'import json,sys; n=[json.loads(l)[\"k\"] for l in open(\"%s\",newline=\"\\n\")]; "
     "sys.exit(len(n)!=%d)'"},
};

static void other_tools_read_every_line(void **state)
{
    (void)state;
    char path[] = "/tmp/booktop-lines-XXXXXX", command[400];
    int handle = mkstemp(path);
    assert_true(handle >= 0);
    FILE *file = fdopen(handle, "w");
    struct json_writer out = {0};
    struct sample sample;
    char digits[6000];
    memset(digits, '7', sizeof digits); /* more than Python reads as a number */
    for (unsigned i = 0; i < LINES; i++) {
        json_writer_reset(&out);
        make_sample(&sample);
        struct text payload =
            i == 0 ? (struct text){digits, sizeof digits} : (struct text){sample.bytes, sample.length};
        assert_true(record_write_received(&out, stamp, 0, VENUE_KALSHI, 0, i, payload));
        json_write_newline(&out);
        assert_int_equal(fwrite(out.buffer, 1, out.length, file), out.length);
    }
    fclose(file);
    json_writer_free(&out);
    for (size_t i = 0; i < sizeof tools / sizeof *tools; i++) {
        if (system(tools[i][1]) != 0) {
            print_message("%s is not here: not tried\n", tools[i][0]);
            continue;
        }
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        snprintf(command, sizeof command, tools[i][2], path, LINES);
#pragma GCC diagnostic pop
        int result = system(command);
        if (result != 0) fail_msg("%s does not read all of %s", tools[i][0], path);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_is_had_again),         cmocka_unit_test(edges_are_had_again),
        cmocka_unit_test(depth_leaves_room_for_the_line), cmocka_unit_test(long_frames_fit),
        cmocka_unit_test(what_is_too_long_is_taken_back), cmocka_unit_test(other_tools_read_every_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
