/* The recorder: what the feed heard and did, into files, without holding it up.
 *
 * The feed thread puts records into a bounded ring (64 MiB, touched only as far as it is used); a disk thread of the
 * recorder's own makes lines, blocks and files of them (record/archive.h). When the ring is full a record is dropped,
 * counted, and told of by the next one that fits (`ev` dropped); then a round of keyframes is wanted at once. When the
 * disk fails recording ends, with a reason, and everything else goes on.
 *
 * One feed thread puts records and rounds. recorder_status: any thread. Whoever creates a recorder closes it, when the
 * feed thread is joined or has let go of it (feed_records); that may be the feed thread itself.
 */
#ifndef BOOKTOP_RECORD_RECORDER_H
#define BOOKTOP_RECORD_RECORDER_H

#include "booktop/record/archive.h"

#define RECORDER_RING   (64u << 20)
#define RECORDER_REASON 200
#define RECORDER_PATH   1024

struct recorder_options {
    /* A file that does not exist yet, ending in .obr or .obr.zst; or a folder: then the name is made of the venue and
     * the time (booktop-polymarket-20261121T094102Z-0.obr.zst), and there may be several in turn. */
    const char *path;
    struct record_header header;    /* sequence, previous and stamp are the recorder's */
    const struct clock *clock;      /* borrowed */
    uint64_t rotate_bytes;          /* uncompressed, 0: 1 GiB; of a file that was named: never */
    int64_t rotate_time;            /* ns, 0: 24 h, and at midnight UTC */
    size_t ring;                    /* bytes, 0: RECORDER_RING */
    struct archive_options archive; /* block_bytes, block_time, sync_time, reserve, system: for tests */
};

struct recorder_status {
    bool failed;
    bool whole; /* failed; but what was recorded ended properly: the disk is full, or there can be no next file */
    char reason[RECORDER_REASON]; /* why it failed; sanitized */
    char path[RECORDER_PATH];     /* of the present file; as given, raw */
    struct archive_identity file; /* that file: its name may be another's by now */
    uint64_t records, dropped, bytes, stored;
    uint64_t waiting; /* bytes in the ring */
    unsigned files;
    int64_t since; /* mono ns at which it began */
};

struct recorder;

/* Creates the first file and starts the disk thread. NULL, with a reason. */
struct recorder *recorder_create(const struct recorder_options *options, char *error, size_t error_size);

/* What is in the ring goes to the disk, the file is closed, the thread joined, everything freed. False, with a reason,
 * if the end of the file could not be written. Waits for the disk. */
bool recorder_close(struct recorder *recorder, char *error, size_t error_size);
/* The same; `last` gets the status as it is when all is written. */
bool recorder_close_status(struct recorder *recorder, struct recorder_status *last, char *error, size_t error_size);

/* Each of these puts one record. False: it was dropped, or recording has ended; that is counted already. */
bool recorder_received(struct recorder *recorder, struct stamp stamp, enum venue_id venue, unsigned link,
                       uint64_t number, struct text frame);
bool recorder_sent(struct recorder *recorder, struct stamp stamp, enum venue_id venue, unsigned link,
                   struct text frame);
bool recorder_asked(struct recorder *recorder, struct stamp stamp, enum venue_id venue, uint32_t request,
                    const char *what, const char *url);
bool recorder_replied(struct recorder *recorder, struct stamp stamp, const struct record_reply *reply);
bool recorder_event(struct recorder *recorder, struct stamp stamp, const struct record_happening *happening);
bool recorder_round(struct recorder *recorder, struct stamp stamp, uint64_t round, bool done, struct text venues);
bool recorder_snap(struct recorder *recorder, struct stamp stamp, uint64_t round, const struct instrument *instrument,
                   struct text market);

/* A round of keyframes ought to begin now: none was written in this file yet; or records were dropped; or the
 * file's first one, which is often of nothing yet, began 2 s ago; or the last one began 10 s ago and ten times its
 * bytes have been recorded since. Not while the ring is more than half full after a loss: the round would be lost as
 * well. */
bool recorder_wants_round(struct recorder *recorder, struct stamp now);
/* A keyframe could not be made: a round ought to begin as if records were dropped. */
void recorder_want_round(struct recorder *recorder);

/* As of a moment ago. Any thread, until recorder_close. */
void recorder_status(struct recorder *recorder, struct recorder_status *status);

#endif
