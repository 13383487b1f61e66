/* A pull reader over one complete JSON text in memory. No allocation, no copy, one pass.
 *
 * Strict: what RFC 8259 forbids is refused (trailing commas, leading zeros, bare words, raw control characters in
 * strings, ill-formed UTF-8, lone surrogates, a byte order mark, anything behind the value). Duplicate keys are passed
 * through: the caller decides. Nesting deeper than JSON_DEPTH_MAX is refused.
 * Errors stick: after the first one every call returns false and the reader stays where it was, so that callers check
 * once, at the end, with json_finish. Also what is skipped is checked. Calls out of order (a value read without
 * json_next_key, a key whose value was not read) are errors of the same kind: they never let bad JSON through.
 *
 *     struct json_reader reader;
 *     struct json_value value;
 *     struct text key;
 *     json_start(&reader, frame);
 *     if (json_read(&reader, &value) && value.type == JSON_OBJECT)
 *         while (json_next_key(&reader, &key))
 *             if (text_is(key, "price")) json_read(&reader, &value); else json_skip(&reader);
 *     if (!json_finish(&reader)) … reader.error …
 *
 * One reader belongs to one caller; there is no shared state.
 */
#ifndef BOOKTOP_JSON_READER_H
#define BOOKTOP_JSON_READER_H

#include "booktop/base/text.h"

#define JSON_DEPTH_MAX 64
#define JSON_KEY_SIZE  64

enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* `text` borrows from the message: the number as written; the string between its quotes, still escaped where `escaped`
 * says so; empty for the rest. */
struct json_value {
    enum json_type type;
    bool escaped;
    struct text text;
};

struct json_reader {
    const char *start, *at, *end;
    const char *error;       /* NULL, or why reading stopped: a static text */
    unsigned depth;          /* containers entered and not yet left */
    uint64_t objects;        /* bit n: the container at depth n + 1 is an object */
    bool first;              /* just inside a container: no comma is due */
    bool done;               /* the value that was due was begun: no other before json_next_element or json_next_key */
    char key[JSON_KEY_SIZE]; /* a key that was written with escapes, decoded */
};

void json_start(struct json_reader *reader, struct text message);

/* Reads the next value. Scalars are consumed whole; an array or object is entered, and must be left by calling
 * json_next_element or json_next_key until it returns false. */
bool json_read(struct json_reader *reader, struct json_value *value);

/* In an array: true if another element follows (then json_read or json_skip it); false when the array ended, which
 * leaves it, or on error. */
bool json_next_element(struct json_reader *reader);

/* In an object: true if another member follows; its key is in *key, escapes decoded. The key borrows from the message,
 * or, where it was written with escapes, from the reader until the next key (cut at JSON_KEY_SIZE there: longer than
 * any key we look for). False when the object ended, which leaves it, or on error. */
bool json_next_key(struct json_reader *reader, struct text *key);

/* Reads over the next value, whatever it is, checking it as strictly. */
bool json_skip(struct json_reader *reader);

/* Where json_read has entered a container of which no more is wanted: reads to its end and leaves it. To be called
 * between its elements or members, the first as well as a later one. A no-op for scalars. */
bool json_leave(struct json_reader *reader, const struct json_value *value);

/* The length of the JSON text that stands at the begin of `text`, where it is of the plain kind that nearly every
 * message is: no escapes, ASCII alone, no blanks but spaces, numbers without exponent of at most JSON_SIMPLE_NUMBER
 * characters, at most JSON_SIMPLE_DEPTH containers in each other. Several times as fast as reading it. 0 says only that
 * the careful way must look: what has a length here is strict JSON, and never the other way round. */
#define JSON_SIMPLE_DEPTH  32
#define JSON_SIMPLE_NUMBER 64
size_t json_simple_length(struct text text);

/* True if the message was read without error to its very end. Only white space may follow the value. */
bool json_finish(struct json_reader *reader);

/* Byte offset of the reader, for messages. */
size_t json_offset(const struct json_reader *reader);

/* The string that a JSON_STRING stands for, its escapes decoded to UTF-8, cut to fit at a character border, terminated.
 * Returns the bytes written, without the terminator; an escaped U+0000 is one of them. `size` at least 1. */
size_t json_unescape(const struct json_value *value, char *out, size_t size);

#endif
