#include "recorder_entry.h"

#include <string.h>

/* A text that its function wants terminated. Longer ones are cut: they are reasons and addresses of our own making. */
struct string {
    char at[4096];
};

static const char *terminated(struct string *string, struct text text)
{
    text_copy(text, string->at, sizeof string->at);
    return string->at;
}

static bool write_asked(struct json_writer *out, const struct recorder_entry *entry, const struct text *texts,
                        int64_t from)
{
    struct string what, url;
    return record_write_asked(out, entry->stamp, from, entry->venue, entry->request, terminated(&what, texts[0]),
                              terminated(&url, texts[1]));
}

static bool write_replied(struct json_writer *out, const struct recorder_entry *entry, const struct text *texts,
                          int64_t from)
{
    struct string reason;
    const struct record_reply reply = {
        .venue = entry->venue,
        .request = entry->request,
        .status = entry->status,
        .retry_after = entry->amount,
        .reason = entry->has_reason ? terminated(&reason, texts[0]) : NULL,
        .body = texts[1],
    };
    return record_write_replied(out, entry->stamp, from, &reply);
}

/* Plain bytes in the queue, aligned anyhow. */
static bool take_instrument(struct text bytes, struct instrument *instrument)
{
    if (bytes.length != sizeof *instrument) return false;
    memcpy(instrument, bytes.at, sizeof *instrument);
    return true;
}

static bool write_event(struct json_writer *out, const struct recorder_entry *entry, const struct text *texts,
                        int64_t from)
{
    struct instrument instrument;
    bool has_instrument = take_instrument(texts[3], &instrument);
    const struct record_happening happening = {
        .event = entry->event,
        .venue = entry->venue,
        .link = entry->link,
        .why = texts[0],
        .url = texts[1],
        .words = texts[2],
        .instrument = has_instrument ? &instrument : NULL,
        .lookup = entry->request,
        .lookup_kind = entry->lookup_kind,
        .amount = entry->amount,
    };
    return record_write_event(out, entry->stamp, from, &happening);
}

static bool write_snap(struct json_writer *out, const struct recorder_entry *entry, const struct text *texts,
                       int64_t from)
{
    struct instrument instrument;
    return take_instrument(texts[1], &instrument) &&
           record_write_snap(out, entry->stamp, from, entry->number, &instrument, texts[0]);
}

bool recorder_entry_write(struct json_writer *out, const struct recorder_entry *entry,
                          const struct text texts[ENTRY_TEXTS], int64_t from, const struct record_header *header)
{
    switch (entry->kind) {
    case RECORD_RECEIVED:
        return record_write_received(out, entry->stamp, from, entry->venue, entry->link, entry->number, texts[0]);
    case RECORD_SENT:
        return record_write_sent(out, entry->stamp, from, entry->venue, entry->link, texts[0]);
    case RECORD_ASKED:
        return write_asked(out, entry, texts, from);
    case RECORD_REPLIED:
        return write_replied(out, entry, texts, from);
    case RECORD_EVENT:
        return write_event(out, entry, texts, from);
    case RECORD_ROUND:
        return record_write_round(out, entry->stamp, from, entry->number, entry->done, texts[0], header);
    case RECORD_SNAP:
        return write_snap(out, entry, texts, from);
    default:
        return false; /* the archive writes the others */
    }
}

void recorder_entry_read(struct text queued, struct recorder_entry *entry, struct text texts[ENTRY_TEXTS])
{
    memcpy(entry, queued.at, sizeof *entry);
    const char *at = queued.at + sizeof *entry;
    for (unsigned i = 0; i < ENTRY_TEXTS; i++) {
        texts[i] = (struct text){at, entry->lengths[i]};
        at += entry->lengths[i];
    }
}
