/* rooms: json */
/* Any bytes as one JSON text. Three things must hold:
 *   - reading everything and skipping everything agree on acceptance, place and reason;
 *   - a string that was accepted stands for well-formed UTF-8, whatever its escapes, also cut short;
 *   - what was accepted, written again, is accepted, and writing that again changes nothing.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "booktop/json/reader.h"
#include "booktop/json/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static void copy_string(const struct json_value *value, struct json_writer *writer)
{
    char cut[16];
    require(text_is_utf8((struct text){cut, json_unescape(value, cut, sizeof cut)}));

    char *decoded = malloc(value->text.length + 1);
    if (!decoded) return;
    size_t length = json_unescape(value, decoded, value->text.length + 1);
    require(length <= value->text.length);
    require(text_is_utf8((struct text){decoded, length}));
    json_write_string(writer, (struct text){decoded, length});
    free(decoded);
}

/* Reads a value and writes it. The writer's keys are literals, so an object becomes an array of keys and values.
 * JSON_DEPTH_MAX bounds the recursion. */
static void copy_value(struct json_reader *reader, struct json_writer *writer)
{
    struct json_value value;
    struct text key;
    if (!json_read(reader, &value)) return;
    switch (value.type) {
    case JSON_NULL:
        json_write_null(writer);
        break;
    case JSON_FALSE:
    case JSON_TRUE:
        json_write_bool(writer, value.type == JSON_TRUE);
        break;
    case JSON_NUMBER:
        json_write_raw(writer, value.text);
        break;
    case JSON_STRING:
        copy_string(&value, writer);
        break;
    case JSON_ARRAY:
        json_write_array(writer);
        while (json_next_element(reader)) copy_value(reader, writer);
        json_write_array_end(writer);
        break;
    case JSON_OBJECT:
        json_write_array(writer);
        while (json_next_key(reader, &key)) {
            require(text_is_utf8(key));
            json_write_string(writer, key);
            copy_value(reader, writer);
        }
        json_write_array_end(writer);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct json_writer first, second;
    struct text message = {(const char *)data, size};
    struct json_reader reader, skipper;

    json_writer_reset(&first);
    json_start(&reader, message);
    copy_value(&reader, &first);
    bool accepted = json_finish(&reader);
    require(json_offset(&reader) <= size);

    json_start(&skipper, message);
    json_skip(&skipper);
    require(json_finish(&skipper) == accepted);
    require(skipper.error == reader.error);
    require(json_offset(&skipper) == json_offset(&reader));
    if (!accepted) return 0;

    json_writer_reset(&second);
    json_start(&reader, json_writer_text(&first));
    copy_value(&reader, &second);
    require(json_finish(&reader));
    require(text_equal(json_writer_text(&first), json_writer_text(&second)));
    return 0;
}
