/* A record as it lies in the queue: what the feed knew of it, in plain bytes, and its texts behind. */
#ifndef BOOKTOP_RECORD_RECORDER_ENTRY_H
#define BOOKTOP_RECORD_RECORDER_ENTRY_H

#include "booktop/record/line.h"

#define ENTRY_TEXTS 4

/* What the texts are, by kind:
 *   RECEIVED, SENT frame · ASKED what, url · REPLIED reason, body · EVENT why, url, words, instrument (its bytes)
 *   ROUND venues · SNAP market, instrument (its bytes) */
struct recorder_entry {
    struct stamp stamp;
    uint64_t number; /* of a frame or a round */
    uint64_t lost;   /* records that were dropped before this one */
    int64_t amount;  /* of an event; of a reply: its retry_after */
    enum record_kind kind;
    enum record_event event;
    enum venue_id venue;
    unsigned link;
    uint32_t request; /* or look-up */
    unsigned lookup_kind;
    int status;
    bool done, has_reason;
    size_t lengths[ENTRY_TEXTS];
};

/* Writes its line; false when it is too long, or there is no memory. `header` is the file's. */
bool recorder_entry_write(struct json_writer *out, const struct recorder_entry *entry,
                          const struct text texts[ENTRY_TEXTS], int64_t from, const struct record_header *header);

/* Takes what was queued apart. The texts borrow from it. */
void recorder_entry_read(struct text queued, struct recorder_entry *entry, struct text texts[ENTRY_TEXTS]);

#endif
