#include "booktop/json/writer.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/base/decimal.h"
#include "plain.h"

#define FIRST_CAPACITY 512
#define CAPACITY_MAX   (SIZE_MAX / 4)

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

static void put(struct json_writer *writer, const char *bytes, size_t length)
{
    if (writer->failed || length == 0) return;
    size_t needed = length <= SIZE_MAX - writer->length ? writer->length + length : SIZE_MAX;
    if (needed > writer->capacity && !grow(writer, needed)) return;
    memcpy(writer->buffer + writer->length, bytes, length);
    writer->length += length;
}

/* A whole value or the start of one, with the comma that is due before it. */
static void put_value(struct json_writer *writer, const char *bytes, size_t length)
{
    if (writer->comma) put(writer, ",", 1);
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

/* A quote, a backslash or a control character. */
static void put_escape(struct json_writer *writer, char c)
{
    static const char short_forms[128] = {
        ['"'] = '"', ['\\'] = '\\', ['\b'] = 'b', ['\f'] = 'f', ['\n'] = 'n', ['\r'] = 'r', ['\t'] = 't',
    };
    static const char hex[] = "0123456789abcdef";
    unsigned char byte = (unsigned char)c;

    if (short_forms[byte])
        put(writer, (const char[]){'\\', short_forms[byte]}, 2);
    else
        put(writer, (const char[]){'\\', 'u', '0', '0', hex[byte >> 4], hex[byte & 15]}, 6);
}

/* Bytes of the well-formed character at `at`, which is not ASCII; 0 where it is ill-formed. */
static size_t character_length(const char *at, const char *end)
{
    unsigned char lead = (unsigned char)*at;
    size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    if ((size_t)(end - at) < length) return 0;
    return text_is_utf8((struct text){at, length}) ? length : 0;
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
    put_value(writer, "\"", 1);
    put(writer, key, strlen(key));
    put(writer, "\":", 2);
    writer->comma = false;
}

void json_write_string(struct json_writer *writer, struct text text)
{
    put_value(writer, "\"", 1);
    const char *at = text.length > 0 ? text.at : "", *end = at + text.length;
    while (at < end) {
        const char *plain = at;
        at = json_plain_end(at, end);
        put(writer, plain, (size_t)(at - plain));
        if (at == end) break;
        if ((unsigned char)*at < 0x80) {
            put_escape(writer, *at++);
            continue;
        }
        size_t length = character_length(at, end);
        if (length > 0)
            put(writer, at, length);
        else
            put(writer, "\xEF\xBF\xBD", 3);
        at += length > 0 ? length : 1;
    }
    put(writer, "\"", 1);
}

void json_write_integer(struct json_writer *writer, int64_t value)
{
    json_write_decimal_number(writer, value, 0);
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
    put(writer, "\n", 1);
    writer->comma = false;
}
