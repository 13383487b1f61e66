#include "booktop/venue/kalshi/decode.h"

#include <stdlib.h>

#include "../talk.h"
#include "decode_events.h"
#include "decode_scan.h"

#define FIRST_EVENTS      16
#define FIRST_FRAME_BYTES 4096

struct kalshi_decoder {
    struct json_reader reader;
    struct ground ground; /* its levels are owned */
    struct event *events; /* owned, room for one at least */
    size_t event_count, event_capacity;
    size_t frame_capacity; /* bytes of the longest frame that there is room for */
    bool no_memory;
};

static const char why_no_memory[] = "out of memory";

/* === Memory === */

static bool make_room(struct kalshi_decoder *decoder, size_t frame_length)
{
    size_t capacity = decoder->frame_capacity;
    if (frame_length <= capacity) return true;
    if (capacity < FIRST_FRAME_BYTES) capacity = FIRST_FRAME_BYTES;
    while (capacity < frame_length && capacity <= SIZE_MAX / 2) capacity *= 2;
    if (capacity < frame_length) return false;

    struct stage *stage = &decoder->ground.stage;
    decoder->frame_capacity = 0;
    free(stage->levels);
    /* Pages that nothing is written to are never real. */
    stage->levels = calloc(capacity / LEVEL_BYTES_MIN + 1, sizeof *stage->levels);
    if (!stage->levels) return false;
    decoder->frame_capacity = capacity;
    return true;
}

/* An event that says nothing yet; NULL when out of memory, which then refuses the frame. */
static struct event *event_append(struct kalshi_decoder *decoder)
{
    if (decoder->event_count == decoder->event_capacity) {
        size_t capacity = decoder->event_capacity * 2 + FIRST_EVENTS;
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
    kalshi_event_start(event);
    return event;
}

static struct event *start(struct kalshi_decoder *decoder)
{
    decoder->event_count = decoder->ground.stage.level_count = 0;
    decoder->no_memory = false;
    return event_append(decoder);
}

/* One event without content for the whole frame, whatever was made of it before. */
static struct event *answer_alone(struct kalshi_decoder *decoder, enum event_kind kind, const char *why)
{
    struct event *event = start(decoder);
    event->kind = kind;
    event->why = why;
    return event;
}

/* === Frames === */

/* Begins to read a body; NULL, or what to answer for want of memory. */
static struct event *body_start(struct kalshi_decoder *decoder, struct text body)
{
    start(decoder);
    if (!make_room(decoder, body.length)) return answer_alone(decoder, EVENT_ERROR, why_no_memory);
    json_start(&decoder->reader, body);
    return NULL;
}

/* Reads an object that is the whole of a body. NULL, or what to answer if it is none, or its JSON is bad. */
static struct event *object_read(struct kalshi_decoder *decoder, struct message *message,
                                 void (*read)(struct json_reader *, struct stage *, struct message *))
{
    struct json_reader *reader = &decoder->reader;
    struct json_value value;
    bool object = json_read(reader, &value) && value.type == JSON_OBJECT;
    if (object)
        read(reader, &decoder->ground.stage, message);
    else
        json_leave(reader, &value);
    if (!json_finish(reader)) return answer_alone(decoder, EVENT_ERROR, reader->error);
    return object ? NULL : answer_alone(decoder, EVENT_ERROR, "not an object");
}

/* === Public === */

struct kalshi_decoder *kalshi_decoder_create(void)
{
    struct kalshi_decoder *decoder = calloc(1, sizeof *decoder);
    if (!decoder) return NULL;
    decoder->events = calloc(FIRST_EVENTS, sizeof *decoder->events);
    decoder->event_capacity = FIRST_EVENTS;
    if (decoder->events && make_room(decoder, FIRST_FRAME_BYTES)) return decoder;
    kalshi_decoder_destroy(decoder);
    return NULL;
}

void kalshi_decoder_destroy(struct kalshi_decoder *decoder)
{
    if (!decoder) return;
    free(decoder->events);
    free(decoder->ground.stage.levels);
    free(decoder);
}

const struct event *kalshi_decode(struct kalshi_decoder *decoder, struct text frame, bool yes_price)
{
    struct event *event = start(decoder);
    if (scan_delta(frame, event, &decoder->ground.change)) {
        kalshi_change_finish(&decoder->ground.change, yes_price, event);
        return event;
    }
    const char *word = talk_word(frame);
    if (word) return answer_alone(decoder, EVENT_CONTROL, word);

    struct message message;
    const struct event *failed = body_start(decoder, frame);
    if (!failed) failed = object_read(decoder, &message, kalshi_frame_read);
    if (failed) return failed;
    kalshi_event_build(&decoder->ground, &message, yes_price, decoder->events);
    return decoder->events;
}

const struct event *kalshi_decode_book_reply(struct kalshi_decoder *decoder, struct text body)
{
    struct message message;
    const struct event *failed = body_start(decoder, body);
    if (!failed) failed = object_read(decoder, &message, kalshi_book_reply_read);
    if (failed) return failed;
    kalshi_book_reply_build(&decoder->ground, &message, decoder->events);
    return decoder->events;
}

/* === Lists of trades === */

/* Entries that cannot be read are left out. */
static void trade_decode(struct kalshi_decoder *decoder, const struct json_value *value)
{
    struct message message;
    if (value->type != JSON_OBJECT) {
        json_leave(&decoder->reader, value);
        return;
    }
    kalshi_trade_reply_read(&decoder->reader, &decoder->ground.stage, &message);
    struct event *event = decoder->reader.error ? NULL : event_append(decoder);
    if (!event) return;
    kalshi_trade_reply_build(&decoder->ground, &message, event);
    if (event->kind == EVENT_ERROR) decoder->event_count--;
}

/* Reads the value of "trades". False if it is no list. */
static bool trades_read(struct kalshi_decoder *decoder)
{
    struct json_reader *reader = &decoder->reader;
    struct json_value value;
    decoder->event_count = 0;
    if (!json_read(reader, &value) || value.type != JSON_ARRAY) {
        json_leave(reader, &value);
        return false;
    }
    while (json_next_element(reader) && json_read(reader, &value)) trade_decode(decoder, &value);
    return true;
}

size_t kalshi_decode_trades_reply(struct kalshi_decoder *decoder, struct text body)
{
    struct json_reader *reader = &decoder->reader;
    struct json_value value;
    struct text key;
    bool list = false;
    if (body_start(decoder, body)) return 1;
    decoder->event_count = 0;
    if (json_read(reader, &value) && value.type == JSON_OBJECT) {
        while (json_next_key(reader, &key))
            if (text_is(key, "trades"))
                list = trades_read(decoder);
            else
                json_skip(reader);
    } else {
        json_leave(reader, &value);
    }
    const char *why = !json_finish(reader) ? reader->error : decoder->no_memory ? why_no_memory : NULL;
    if (!why && !list) why = "no list of trades";
    if (why) answer_alone(decoder, EVENT_ERROR, why);
    return decoder->event_count;
}

const struct event *kalshi_decoder_events(const struct kalshi_decoder *decoder)
{
    return decoder->events;
}
