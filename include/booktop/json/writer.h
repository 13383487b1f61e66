/* Writes JSON text into a buffer that grows and is used again. Commas are the writer's business.
 *
 * The buffer belongs to the writer. Growing is the only allocation; when memory runs out the writer is `failed` and
 * its text empty, until it is reset. Strings are escaped as RFC 8259 asks; a byte in them that is no part of a
 * well-formed UTF-8 character becomes U+FFFD, so that what is written is always valid JSON. One writer belongs to one
 * caller; there is no shared state.
 */
#ifndef BOOKTOP_JSON_WRITER_H
#define BOOKTOP_JSON_WRITER_H

#include "booktop/base/text.h"

struct json_writer {
    char *buffer; /* owned */
    size_t length, capacity;
    bool comma; /* a value stands before: the next one needs a comma */
    bool failed;
};

/* A zeroed writer is ready to use; after json_writer_free it is zeroed again. */
void json_writer_free(struct json_writer *writer);
/* Forgets the text and a failure, keeps the buffer. */
void json_writer_reset(struct json_writer *writer);
/* What was written so far: borrowed until the next call. */
struct text json_writer_text(const struct json_writer *writer);

void json_write_object(struct json_writer *writer);
void json_write_object_end(struct json_writer *writer);
void json_write_array(struct json_writer *writer);
void json_write_array_end(struct json_writer *writer);
/* `key` is a literal of ours: not escaped. */
void json_write_key(struct json_writer *writer, const char *key);
void json_write_string(struct json_writer *writer, struct text text);
void json_write_integer(struct json_writer *writer, int64_t value);
/* A decimal (base/decimal.h), canonical, as a string ("0.62") or as a number (0.62). */
void json_write_decimal(struct json_writer *writer, int64_t units, unsigned scale);
void json_write_decimal_number(struct json_writer *writer, int64_t units, unsigned scale);
void json_write_bool(struct json_writer *writer, bool value);
void json_write_null(struct json_writer *writer);
/* Text that is JSON already, or part of a line: put in as it is; a comma before it as for any value.
 * Empty text writes nothing. */
void json_write_raw(struct json_writer *writer, struct text json);
/* A line feed between documents; the next value starts anew. */
void json_write_newline(struct json_writer *writer);

#endif
