#include "booktop/venue/polymarket/decode.h"

#include <stdlib.h>
#include <string.h>

#include "../talk.h"
#include "events.h"

#define FIRST_EVENTS      16
#define FIRST_FRAME_BYTES 4096

struct polymarket_decoder {
    struct json_reader reader;
    struct stage stage;   /* its arrays are owned */
    struct event *events; /* owned, room for one at least */
    size_t event_count, event_capacity;
    size_t frame_capacity; /* bytes of the longest frame that the stage has room for */
    bool no_memory;
};

static const char why_no_memory[] = "out of memory";

/* === Memory === */

static bool make_room(struct polymarket_decoder *decoder, size_t frame_length)
{
    size_t capacity = decoder->frame_capacity;
    if (frame_length <= capacity) return true;
    if (capacity < FIRST_FRAME_BYTES) capacity = FIRST_FRAME_BYTES;
    while (capacity < frame_length && capacity <= SIZE_MAX / 2) capacity *= 2;
    if (capacity < frame_length || capacity > SIZE_MAX / sizeof(struct level_change)) return false;

    decoder->frame_capacity = 0;
    struct stage *stage = &decoder->stage;
    free(stage->levels);
    free(stage->changes);
    /* Pages that nothing is written to are never real. */
    stage->levels = calloc(capacity / LEVEL_BYTES_MIN + 1, sizeof *stage->levels);
    stage->changes = calloc(capacity / CHANGE_BYTES_MIN + 1, sizeof *stage->changes);
    if (!stage->levels || !stage->changes) return false;
    decoder->frame_capacity = capacity;
    return true;
}

/* An event that says nothing yet; NULL when out of memory, which then refuses the frame. */
static struct event *event_append(struct polymarket_decoder *decoder)
{
    if (decoder->event_count == decoder->event_capacity) {
        size_t capacity = decoder->event_capacity > 0 ? decoder->event_capacity * 2 : FIRST_EVENTS;
        struct event *events =
            capacity <= SIZE_MAX / sizeof *events ? realloc(decoder->events, capacity * sizeof *events) : NULL;
        if (!events) {
            decoder->no_memory = true;
            return NULL;
        }
        decoder->events = events;
        decoder->event_capacity = capacity;
    }
    struct event *event = &decoder->events[decoder->event_count++];
    memset(event, 0, sizeof *event);
    event->venue_ms = EVENT_NO_TIME;
    event->sequence_first = event->sequence_last = event->sequence_previous = EVENT_NO_SEQUENCE;
    event->stream = EVENT_NO_SEQUENCE;
    event->sent_ms = EVENT_NO_TIME;
    return event;
}

static void start(struct polymarket_decoder *decoder)
{
    decoder->event_count = decoder->stage.level_count = decoder->stage.change_count = 0;
    decoder->no_memory = false;
}

/* One event without content for the whole frame, whatever was made of it before. */
static size_t answer_alone(struct polymarket_decoder *decoder, enum event_kind kind, const char *why)
{
    start(decoder);
    struct event *event = event_append(decoder);
    event->kind = kind;
    event->why = why;
    return 1;
}

/* === Objects and frames === */

/* Makes an event of an object that was read. NULL if its JSON was bad or memory ran out. */
static struct event *object_finish(struct polymarket_decoder *decoder, const struct object *object,
                                   const struct message_type *type)
{
    struct event *event = decoder->reader.error ? NULL : event_append(decoder);
    if (event) polymarket_event_build(&decoder->stage, object, type, event);
    return event;
}

/* One entry of a frame's array, or its only value, which was just read (objects and arrays: entered). */
static void entry_decode(struct polymarket_decoder *decoder, const struct json_value *value,
                         const struct message_type *type)
{
    struct object object;
    if (value->type == JSON_OBJECT) {
        polymarket_object_read(&decoder->reader, &decoder->stage, &object);
        object_finish(decoder, &object, type);
        return;
    }
    json_leave(&decoder->reader, value);
    struct event *event = event_append(decoder);
    if (!event) return;
    event->kind = EVENT_ERROR;
    event->why = "neither an object nor a list of objects";
}

/* What came of the frame, once it was read: nothing of it counts if its JSON broke anywhere. */
static size_t frame_finish(struct polymarket_decoder *decoder)
{
    if (!json_finish(&decoder->reader)) return answer_alone(decoder, EVENT_ERROR, decoder->reader.error);
    if (decoder->no_memory) return answer_alone(decoder, EVENT_ERROR, why_no_memory);
    return decoder->event_count;
}

static bool frame_start(struct polymarket_decoder *decoder, struct text frame)
{
    start(decoder);
    decoder->no_memory = !make_room(decoder, frame.length);
    json_start(&decoder->reader, frame);
    return !decoder->no_memory;
}

/* Why a frame is the connection's own talk, NULL if it is to be read as JSON. */
static const char *control_word(struct text frame)
{
    static const char *const words[] = {"PONG", "NO NEW ASSETS", "INVALID OPERATION"};
    const char *word = talk_word(frame);
    for (size_t i = 0; word && i < sizeof words / sizeof *words; i++)
        if (text_is(text_trim(frame), words[i])) return words[i];
    return word;
}

/* === Public === */

struct polymarket_decoder *polymarket_decoder_create(void)
{
    struct polymarket_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) return NULL;
    decoder->events = calloc(FIRST_EVENTS, sizeof *decoder->events);
    decoder->event_capacity = FIRST_EVENTS;
    if (decoder->events && make_room(decoder, FIRST_FRAME_BYTES)) return decoder;
    polymarket_decoder_destroy(decoder);
    return NULL;
}

void polymarket_decoder_destroy(struct polymarket_decoder *decoder)
{
    if (!decoder) return;
    free(decoder->events);
    free(decoder->stage.levels);
    free(decoder->stage.changes);
    free(decoder);
}

size_t polymarket_decode(struct polymarket_decoder *decoder, struct text frame)
{
    const char *word = control_word(frame);
    if (word) return answer_alone(decoder, EVENT_CONTROL, word);
    if (!frame_start(decoder, frame)) return answer_alone(decoder, EVENT_ERROR, why_no_memory);

    struct json_reader *reader = &decoder->reader;
    struct json_value value;
    if (json_read(reader, &value)) {
        if (value.type == JSON_ARRAY)
            while (json_next_element(reader) && json_read(reader, &value)) entry_decode(decoder, &value, NULL);
        else
            entry_decode(decoder, &value, NULL);
    }
    size_t count = frame_finish(decoder);
    return count > 0 ? count : answer_alone(decoder, EVENT_CONTROL, "empty list");
}

size_t polymarket_decode_book_reply(struct polymarket_decoder *decoder, struct text body)
{
    if (!frame_start(decoder, body)) return answer_alone(decoder, EVENT_ERROR, why_no_memory);
    struct json_value value;
    if (json_read(&decoder->reader, &value)) entry_decode(decoder, &value, &polymarket_book_reply);
    return frame_finish(decoder);
}

/* Entries that cannot be read are left out. */
static void trade_decode(struct polymarket_decoder *decoder, const struct json_value *value)
{
    struct object object;
    if (value->type != JSON_OBJECT) {
        json_leave(&decoder->reader, value);
        return;
    }
    polymarket_trade_read(&decoder->reader, &object);
    struct event *event = object_finish(decoder, &object, &polymarket_trade_reply);
    if (event && event->kind == EVENT_ERROR) decoder->event_count--;
}

size_t polymarket_decode_trades_reply(struct polymarket_decoder *decoder, struct text body)
{
    if (!frame_start(decoder, body)) return answer_alone(decoder, EVENT_ERROR, why_no_memory);
    struct json_reader *reader = &decoder->reader;
    struct json_value value;
    bool list = json_read(reader, &value) && value.type == JSON_ARRAY;
    if (list)
        while (json_next_element(reader) && json_read(reader, &value)) trade_decode(decoder, &value);
    else
        json_leave(reader, &value);
    size_t count = frame_finish(decoder);
    return reader->error || list ? count : answer_alone(decoder, EVENT_ERROR, "no list of trades");
}

const struct event *polymarket_decoder_events(const struct polymarket_decoder *decoder)
{
    return decoder->events;
}
