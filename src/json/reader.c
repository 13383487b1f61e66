#include "booktop/json/reader.h"

#include <string.h>

#include "plain.h"

/* === Errors and blanks === */

static bool refuse(struct json_reader *reader, const char *at, const char *why)
{
    reader->error = why;
    reader->at = at;
    return false;
}

static const char *blanks_end(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
    return at;
}

/* === Strings === */

/* What the character behind a backslash stands for; 0 where there is no such escape. */
static const char escape_meaning[256] = {
    ['"'] = '"', ['\\'] = '\\', ['/'] = '/', ['b'] = '\b', ['f'] = '\f', ['n'] = '\n', ['r'] = '\r', ['t'] = '\t',
};

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* Reads "\uXXXX" at `at`. */
static bool escaped_unit(const char *at, const char *end, uint32_t *unit)
{
    if (end - at < 6 || at[0] != '\\' || at[1] != 'u') return false;
    *unit = 0;
    for (int i = 2; i < 6; i++) {
        int digit = hex_digit(at[i]);
        if (digit < 0) return false;
        *unit = *unit << 4 | (uint32_t)digit;
    }
    return true;
}

/* Reads the escape at `at`, which is a backslash. Returns its length, a surrogate pair being one escape; 0 where it is
 * none. */
static size_t escape_read(const char *at, const char *end, uint32_t *code)
{
    if (end - at < 2) return 0;
    if (at[1] != 'u') {
        *code = (unsigned char)escape_meaning[(unsigned char)at[1]];
        return *code ? 2 : 0;
    }
    if (!escaped_unit(at, end, code)) return 0;
    if (*code < 0xD800 || *code > 0xDFFF) return 6;
    uint32_t low;
    if (*code > 0xDBFF || !escaped_unit(at + 6, end, &low) || low < 0xDC00 || low > 0xDFFF) return 0;
    *code = 0x10000 + ((*code - 0xD800) << 10) + (low - 0xDC00);
    return 12;
}

/* The rest of a string that holds more than plain characters, from `at` on: to its closing quote, or NULL. */
static const char *read_string_rest(struct json_reader *reader, const char *at, bool *escaped, bool *foreign)
{
    const char *end = reader->end;
    uint32_t code;
    while (at < end && *at != '"') {
        if (*at == '\\') {
            size_t length = escape_read(at, end, &code);
            if (length == 0) {
                refuse(reader, at, "a wrong escape in a string");
                return NULL;
            }
            at += length;
            *escaped = true;
        } else if ((unsigned char)*at >= 0x80) {
            while (at < end && (unsigned char)*at >= 0x80) at++;
            *foreign = true;
        } else {
            refuse(reader, at, "a control character in a string");
            return NULL;
        }
        at = json_plain_end(at, end);
    }
    return at;
}

/* `at` is just behind the opening quote. Returns what follows the closing quote; NULL on error. */
static inline const char *read_string(struct json_reader *reader, const char *at, struct text *text, bool *escaped)
{
    const char *start = at;
    bool foreign = false;
    *escaped = false;
    at = json_plain_end(at, reader->end);
    if (at < reader->end && *at != '"') at = read_string_rest(reader, at, escaped, &foreign);
    if (!at) return NULL;
    if (at == reader->end) {
        refuse(reader, at, "the text ends inside a string");
        return NULL;
    }
    *text = (struct text){start, (size_t)(at - start)};
    if (foreign && !text_is_utf8(*text)) {
        refuse(reader, start, "a string is not UTF-8");
        return NULL;
    }
    return at + 1;
}

static size_t utf8_write(uint32_t code, char *out)
{
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    size_t length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, code >>= 6) out[i] = (char)(0x80 | (code & 0x3F));
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(leads[length] | code);
    return length;
}

static size_t utf8_length(char lead)
{
    unsigned char byte = (unsigned char)lead;
    return byte < 0x80 ? 1 : byte < 0xE0 ? 2 : byte < 0xF0 ? 3 : 4;
}

/* Decodes escapes of a string that was read, character by character, as many as fit. */
static size_t unescape(struct text text, char *out, size_t size)
{
    const char *at = text.at, *end = text.at + text.length;
    size_t written = 0;
    while (at < end) {
        char decoded[4];
        const char *character = at;
        size_t length = utf8_length(*at), consumed = length;
        if (*at == '\\') {
            uint32_t code;
            consumed = escape_read(at, end, &code);
            if (consumed == 0) break;
            length = utf8_write(code, decoded);
            character = decoded;
        }
        if (consumed > (size_t)(end - at) || length >= size - written) break;
        memcpy(out + written, character, length);
        written += length;
        at += consumed;
    }
    out[written] = '\0';
    return written;
}

/* === Numbers and words === */

/* Passes over at least one digit; NULL where there is none. */
static const char *digits_end(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at > start ? at : NULL;
}

static bool read_number(struct json_reader *reader, const char *at, struct json_value *value)
{
    static const char missing[] = "digits are missing in a number";
    const char *start = at, *end = reader->end;
    if (*at == '-') at++;
    const char *whole = at;
    if (!(at = digits_end(at, end))) return refuse(reader, start, missing);
    if (*whole == '0' && at > whole + 1) return refuse(reader, start, "a number has leading zeros");
    if (at < end && *at == '.' && !(at = digits_end(at + 1, end))) return refuse(reader, start, missing);
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        if (!(at = digits_end(at, end))) return refuse(reader, start, missing);
    }
    *value = (struct json_value){JSON_NUMBER, false, {start, (size_t)(at - start)}};
    reader->at = at;
    reader->done = true;
    return true;
}

static bool read_word(struct json_reader *reader, const char *at, struct json_value *value)
{
    static const struct {
        struct text word;
        enum json_type type;
    } words[] = {{{"true", 4}, JSON_TRUE}, {{"false", 5}, JSON_FALSE}, {{"null", 4}, JSON_NULL}};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct text word = words[i].word;
        if ((size_t)(reader->end - at) < word.length || memcmp(at, word.at, word.length) != 0) continue;
        *value = (struct json_value){words[i].type, false, {at, 0}};
        reader->at = at + word.length;
        reader->done = true;
        return true;
    }
    return refuse(reader, at, at == reader->end ? "the text ends where a value is due" : "a value is due here");
}

/* === Containers === */

static bool inside_object(const struct json_reader *reader)
{
    return reader->depth > 0 && (reader->objects >> (reader->depth - 1) & 1);
}

static bool enter(struct json_reader *reader, const char *at, struct json_value *value)
{
    if (reader->depth == JSON_DEPTH_MAX) return refuse(reader, at, "nested too deeply");
    bool object = *at == '{';
    uint64_t bit = UINT64_C(1) << reader->depth++;
    reader->objects = object ? reader->objects | bit : reader->objects & ~bit;
    reader->first = true;
    reader->done = true;
    reader->at = at + 1;
    *value = (struct json_value){object ? JSON_OBJECT : JSON_ARRAY, false, {at, 0}};
    return true;
}

/* Goes to the next element or member, behind the comma. False when the container ended, which leaves it, or on error.
 */
static bool advance(struct json_reader *reader, char close)
{
    if (!reader->done) return refuse(reader, reader->at, "the value before was not read");
    const char *at = blanks_end(reader->at, reader->end);
    if (at == reader->end) return refuse(reader, at, "the text ends inside an array or object");
    if (*at == close) {
        reader->depth--;
        reader->first = false;
        reader->at = at + 1;
        return false;
    }
    if (!reader->first) {
        if (*at != ',') return refuse(reader, at, "a comma or the end of an array or object is due here");
        at = blanks_end(at + 1, reader->end);
    }
    reader->first = false;
    reader->done = false;
    reader->at = at;
    return true;
}

/* === Public === */

void json_start(struct json_reader *reader, struct text message)
{
    reader->start = message.length > 0 ? message.at : "";
    reader->at = reader->start;
    reader->end = reader->start + message.length;
    reader->error = NULL;
    reader->depth = 0;
    reader->objects = 0;
    reader->first = false;
    reader->done = false;
}

bool json_read(struct json_reader *reader, struct json_value *value)
{
    if (reader->error) return false;
    if (reader->done) return refuse(reader, reader->at, "no value is due here");
    const char *at = blanks_end(reader->at, reader->end);
    char c = at < reader->end ? *at : '\0';
    if (c == '"') {
        value->type = JSON_STRING;
        at = read_string(reader, at + 1, &value->text, &value->escaped);
        if (!at) return false;
        reader->at = at;
        reader->done = true;
        return true;
    }
    if (c == '{' || c == '[') return enter(reader, at, value);
    if (c == '-' || (c >= '0' && c <= '9')) return read_number(reader, at, value);
    return read_word(reader, at, value);
}

bool json_next_element(struct json_reader *reader)
{
    if (reader->error) return false;
    if (reader->depth == 0 || inside_object(reader)) return refuse(reader, reader->at, "not inside an array");
    return advance(reader, ']');
}

bool json_next_key(struct json_reader *reader, struct text *key)
{
    if (reader->error) return false;
    if (!inside_object(reader)) return refuse(reader, reader->at, "not inside an object");
    if (!advance(reader, '}')) return false;

    const char *at = reader->at, *end = reader->end;
    bool escaped;
    if (at == end || *at != '"') return refuse(reader, at, "a key is due here");
    at = read_string(reader, at + 1, key, &escaped);
    if (!at) return false;
    at = blanks_end(at, end);
    if (at == end || *at != ':') return refuse(reader, at, "a colon is due here");
    reader->at = at + 1;
    if (escaped) *key = (struct text){reader->key, unescape(*key, reader->key, sizeof reader->key)};
    return true;
}

/* True if the container that was just entered could be left at once. */
static bool leave_simple(struct json_reader *reader, const char *opening)
{
    if (!reader->first || reader->at != opening + 1 || reader->depth > JSON_DEPTH_MAX - JSON_SIMPLE_DEPTH) return false;
    size_t length = json_simple_length((struct text){opening, (size_t)(reader->end - opening)});
    if (length == 0) return false;
    reader->at = opening + length;
    reader->depth--;
    reader->first = false;
    return true;
}

bool json_skip(struct json_reader *reader)
{
    struct json_value value;
    return json_read(reader, &value) && json_leave(reader, &value);
}

bool json_leave(struct json_reader *reader, const struct json_value *value)
{
    if (reader->error) return false;
    if ((value->type != JSON_ARRAY && value->type != JSON_OBJECT) || reader->depth == 0) return true;
    if (leave_simple(reader, value->text.at)) return true;

    unsigned outer = reader->depth - 1;
    struct json_value inner;
    struct text key;
    while (!reader->error && reader->depth > outer) {
        bool more = inside_object(reader) ? json_next_key(reader, &key) : json_next_element(reader);
        if (more) json_read(reader, &inner);
    }
    return !reader->error;
}

bool json_finish(struct json_reader *reader)
{
    if (reader->error) return false;
    if (!reader->done || reader->depth > 0) return refuse(reader, reader->at, "the value was not read to its end");
    const char *at = blanks_end(reader->at, reader->end);
    if (at < reader->end) return refuse(reader, at, "something follows the value");
    reader->at = at;
    return true;
}

size_t json_offset(const struct json_reader *reader)
{
    return (size_t)(reader->at - reader->start);
}

size_t json_unescape(const struct json_value *value, char *out, size_t size)
{
    return value->escaped ? unescape(value->text, out, size) : text_copy(value->text, out, size);
}
