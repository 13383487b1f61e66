#include "booktop/json/writer.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/base/decimal.h"
#include "plain.h"

#define FIRST_CAPACITY 512
#define CAPACITY_MAX   (SIZE_MAX / 4)
#define INTEGER_SIZE   20 /* of INT64_MIN, which is the longest */

/* === The buffer === */

static bool grow(struct json_writer *writer, size_t needed)
{
    size_t capacity = writer->capacity > 0 ? writer->capacity : FIRST_CAPACITY;
    while (capacity < needed && capacity <= CAPACITY_MAX) capacity *= 2;
    char *buffer = capacity >= needed ? realloc(writer->buffer, capacity) : NULL;
    if (!buffer) {
        writer->failed = true;
        writer->length = 0;
        return false;
    }
    writer->buffer = buffer;
    writer->capacity = capacity;
    return true;
}

/* Makes room for so many bytes behind what there is. */
static inline bool reserve(struct json_writer *writer, size_t length)
{
    if (writer->failed) return false;
    if (length <= writer->capacity - writer->length) return true;
    return grow(writer, length <= SIZE_MAX - writer->length ? writer->length + length : SIZE_MAX);
}

static inline void put(struct json_writer *writer, const char *bytes, size_t length)
{
    if (length == 0 || !reserve(writer, length)) return;
    memcpy(writer->buffer + writer->length, bytes, length);
    writer->length += length;
}

static inline void put_char(struct json_writer *writer, char c)
{
    if (reserve(writer, 1)) writer->buffer[writer->length++] = c;
}

/* A whole value or the start of one, with the comma that is due before it. */
static void put_value(struct json_writer *writer, const char *bytes, size_t length)
{
    if (writer->comma) put_char(writer, ',');
    put(writer, bytes, length);
    writer->comma = true;
}

static void put_open(struct json_writer *writer, const char *bracket)
{
    put_value(writer, bracket, 1);
    writer->comma = false;
}

static void put_close(struct json_writer *writer, const char *bracket)
{
    put(writer, bracket, 1);
    writer->comma = true;
}

/* === Strings === */

/* A quote, a backslash or a control character: those behind ASCII (U+0080 to U+009F) are two bytes, of which the second
 * is their number. */
static void put_escape(struct json_writer *writer, char c)
{
    static const char short_forms[256] = {
        ['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
    };
    static const char hex[] = "0123456789abcdef";
    unsigned char byte = (unsigned char)c;

    if (short_forms[byte])
        put(writer, (const char[]){'\\', short_forms[byte]}, 2);
    else
        put(writer, (const char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
}

/* Bytes that need no escape but for DEL, which JSON lets stand and terminals may not. */
static void put_plain(struct json_writer *writer, const char *at, const char *end)
{
    while (at < end) {
        const char *delete = memchr(at, 0x7F, (size_t)(end - at));
        const char *plain_end = delete ? delete : end;
        put(writer, at, (size_t)(plain_end - at));
        if (delete) put_escape(writer, *delete);
        at = plain_end + (delete ? 1 : 0);
    }
}

/* Bytes of the well-formed character at `at`, which is not ASCII; 0 where it is ill-formed. */
static size_t character_length(const char *at, const char *end)
{
    unsigned char lead = (unsigned char)*at;
    size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if ((size_t)(end - at) < length) return 0;
    return text_is_utf8((struct text){at, length}) ? length : 0;
}

/* === Integers === */

/* Writes the digits, and a sign, so that they end before `end`; returns where they begin. Two digits at a time: records
 * have four long numbers each. */
static char *digits_write(int64_t value, char *end)
{
    static const char pairs[] =
        "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445"
        "464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990"
        "919293949596979899";
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    for (; left >= 100; left /= 100) memcpy(end -= 2, pairs + 2 * (left % 100), 2);
    if (left >= 10)
        memcpy(end -= 2, pairs + 2 * left, 2);
    else
        *--end = (char)('0' + left);
    if (value < 0) *--end = '-';
    return end;
}

/* === Public === */

void json_writer_free(struct json_writer *writer)
{
    free(writer->buffer);
    *writer = (struct json_writer){0};
}

void json_writer_reset(struct json_writer *writer)
{
    writer->length = 0;
    writer->comma = false;
    writer->failed = false;
}

struct text json_writer_text(const struct json_writer *writer)
{
    return (struct text){writer->buffer, writer->length};
}

void json_write_object(struct json_writer *writer)
{
    put_open(writer, "{");
}

void json_write_object_end(struct json_writer *writer)
{
    put_close(writer, "}");
}

void json_write_array(struct json_writer *writer)
{
    put_open(writer, "[");
}

void json_write_array_end(struct json_writer *writer)
{
    put_close(writer, "]");
}

void json_write_key(struct json_writer *writer, const char *key)
{
    struct text name = text_from(key);
    if (!reserve(writer, name.length + 4)) return; /* a comma, two quotes, a colon */
    char *at = writer->buffer + writer->length;
    if (writer->comma) *at++ = ',';
    *at++ = '"';
    memcpy(at, name.at, name.length);
    at += name.length;
    *at++ = '"';
    *at++ = ':';
    writer->length = (size_t)(at - writer->buffer);
    writer->comma = false;
}

void json_write_string(struct json_writer *writer, struct text text)
{
    if (writer->comma) put_char(writer, ',');
    put_char(writer, '"');
    const char *at = text.length > 0 ? text.at : "", *end = at + text.length;
    while (at < end) {
        const char *plain = at;
        at = json_plain_end(at, end);
        put_plain(writer, plain, at);
        if (at == end) break;
        if ((unsigned char)*at < 0x80) {
            put_escape(writer, *at++);
            continue;
        }
        size_t length = character_length(at, end);
        if (length == 2 && at[0] == '\xC2' && (unsigned char)at[1] < 0xA0)
            put_escape(writer, at[1]);
        else if (length > 0)
            put(writer, at, length);
        else
            put(writer, "\xEF\xBF\xBD", 3);
        at += length > 0 ? length : 1;
    }
    put_char(writer, '"');
    writer->comma = true;
}

void json_write_integer(struct json_writer *writer, int64_t value)
{
    char digits[INTEGER_SIZE];
    const char *start = digits_write(value, digits + sizeof digits);
    put_value(writer, start, (size_t)(digits + sizeof digits - start));
}

void json_write_decimal(struct json_writer *writer, int64_t units, unsigned scale)
{
    char quoted[DECIMAL_TEXT_SIZE + 2] = "\"";
    size_t length = decimal_format(units, scale, quoted + 1);
    quoted[length + 1] = '"';
    put_value(writer, quoted, length + 2);
}

void json_write_decimal_number(struct json_writer *writer, int64_t units, unsigned scale)
{
    char digits[DECIMAL_TEXT_SIZE];
    put_value(writer, digits, decimal_format(units, scale, digits));
}

void json_write_bool(struct json_writer *writer, bool value)
{
    struct text word = value ? TEXT("true") : TEXT("false");
    put_value(writer, word.at, word.length);
}

void json_write_null(struct json_writer *writer)
{
    put_value(writer, "null", 4);
}

void json_write_raw(struct json_writer *writer, struct text json)
{
    if (json.length > 0) put_value(writer, json.at, json.length);
}

void json_write_newline(struct json_writer *writer)
{
    put_char(writer, '\n');
    writer->comma = false;
}
