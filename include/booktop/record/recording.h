/* Recordings that are read: one record after the other, from any point, and however damaged.
 *
 * Several files are one session when each one's header names the last h of the one before; they may be given in any
 * order. Compressed and plain files are told apart by their first bytes. Nothing is believed: sizes are bounded
 * (RECORD_LINE_MOST, RECORDING_FRAME_MOST, windows of 128 MiB), checksums and the chain are checked, lines are strict
 * JSON. What is damaged is named, never skipped in silence, and never read as if it were whole: no record of a block is
 * given before all of it was checked. Of a plain file a block is whole if it makes the hash in its chk together with
 * the hash before; so its header is proved by block 1 alone, and a block of which nothing is left before it is lost.
 *
 * A file that is cut or written over while it is open is not read on: that is DAMAGE_BLOCK, and reading has failed. Its
 * size and its blocks tell; that its time of writing is another does not by itself.
 *
 * One thread. A recording that is still being written, which its lock tells (record/archive.h), can be read: as it was
 * when it was opened, up to its last whole block, behind which stands DAMAGE_OPEN, which is no damage. Where the lock
 * cannot be seen (another machine's file system) it is DAMAGE_TORN.
 */
#ifndef BOOKTOP_RECORD_RECORDING_H
#define BOOKTOP_RECORD_RECORDING_H

#include "booktop/record/line.h"

/* The longest block, uncompressed, that is read. */
#define RECORDING_FRAME_MOST (64u << 20)
#define RECORDING_REASON     240

/* Of true times: records are never further apart (rounds of keyframes come far more often), and stamps go back by a
 * trifle at most, where two threads have read the clock. Beyond that something is missing, or times are forged; ns. */
#define RECORDING_SILENCE_MOST (INT64_C(3600) * NANOSECONDS_PER_SECOND)
#define RECORDING_BACK_MOST    NANOSECONDS_PER_SECOND

enum recording_damage {
    DAMAGE_NONE,
    DAMAGE_HEADER,  /* no header, or one of another format */
    DAMAGE_TORN,    /* the file ends within a block, or without its end: what a crash leaves */
    DAMAGE_BLOCK,   /* a block's checksum, count, size or frame is wrong */
    DAMAGE_CHAIN,   /* blocks are whole, but one was removed, put in or moved */
    DAMAGE_LINE,    /* a line is no record, or time goes back */
    DAMAGE_END,     /* something stands behind the end, or index and table differ from the blocks */
    DAMAGE_SESSION, /* files do not follow each other */
    DAMAGE_OPEN,    /* none: it is still being recorded, and this is its end so far */
    DAMAGE_NEXT,    /* none: it is whole, but a file in which it may go on cannot be taken (recording_continue) */
    DAMAGE_COUNT
};

const char *recording_damage_text(enum recording_damage damage);
/* False of those that are none. */
bool recording_damage_counts(enum recording_damage damage);

/* A piece of damage: where, and between which times. */
struct recording_fault {
    enum recording_damage damage;
    unsigned file;    /* which of the paths, from 0; of files it has gone on in: the last one's */
    uint64_t block;   /* from 0, the header's; behind damage and without an index: as far as it can be counted */
    uint64_t offset;  /* bytes into the file */
    int64_t from, to; /* m of the last record before it and of the first behind it, ns; -1: none */
    uint64_t lost;    /* blocks of which nothing can be given */
    uint64_t records; /* in them, as far as what is left of them tells */
    bool more;        /* blocks that left no trace may be missing there, too */
    char words[RECORDING_REASON];
};

struct recording;

/* Opens the files of a session, borrowed for the call. NULL, with a reason, where one cannot be opened or is not a
 * recording at all, or was compressed anew by another program; what is damaged is opened. What does not begin as a
 * recording is one if a block is found near its begin; or anywhere in it, if it is named as one or ends as a compressed
 * one. */
struct recording *recording_open(const char *const *paths, size_t count, char *error, size_t error_size);
/* The same, and whenever much is read, now or later and within one step too, `tell` is asked, with how far that is:
 * what is damaged may have to be searched through for gigabytes. By false it is ended: nothing more is read, as if the
 * file could not be read on. */
struct recording_watch {
    bool (*tell)(void *context, unsigned thousandths); /* NULL: nobody is asked */
    void *context;
};
struct recording *recording_open_watched(const char *const *paths, size_t count, struct recording_watch watch,
                                         char *error, size_t error_size);
void recording_close(struct recording *recording);

/* What the end of its name says of a file. */
enum recording_naming {
    RECORDING_UNNAMED,
    RECORDING_PLAIN,      /* .obr */
    RECORDING_COMPRESSED, /* .obr.zst */
};
enum recording_naming recording_naming(const char *path);

/* Of the first file whose header is whole. Of none: what the first whole round of keyframes tells of the source (demo,
 * venues, keys), or `untold`; texts are empty then, and the begin is what the first record makes it. Borrowed; never
 * NULL. */
const struct record_header *recording_header(const struct recording *recording);

/* m at which what was given begins, ns: of a session's first file 0, of later ones not. */
int64_t recording_first(const struct recording *recording);
/* How many files of the session come before the first that was given, as its header says; 0: none, or it is damaged. */
unsigned recording_lacking(const struct recording *recording);

enum recording_step {
    RECORDING_RECORD, /* `*record` is the next one; borrowed until the next call */
    RECORDING_FAULT,  /* `*fault` stands between the last record and the next one */
    RECORDING_AT_END,
};
/* Gives also the headers (RECORD_HEADER) and ends (RECORD_END) of the files, and kinds that are not known; no chk. */
enum recording_step recording_next(struct recording *recording, struct record *record, struct recording_fault *fault);

/* Behind RECORDING_AT_END where the last file was still being recorded: looks at it again. True: there is more of it by
 * now, or it has its end, and recording_next goes on right behind what it gave; it may be DAMAGE_OPEN again. Once it
 * has its end, files of its folder in which the recorder has gone on are the recording's, too. One that has the next
 * one's number and does not follow is not taken, nor what cannot be read: that is DAMAGE_NEXT behind the end. Where it
 * cannot be looked for just now (no handles, no memory) it counts as still being recorded. */
bool recording_continue(struct recording *recording);
/* It was, when it was looked at last, and is so now. */
bool recording_is_written(const struct recording *recording);

/* The next record is the first of the last block that holds the begin of a round of keyframes and lies at or before
 * `m`; else the first of all. Costs the reading of two blocks where there is an index; of all of a file, once, where
 * there is none (plain files, and compressed ones that were not closed): there `tell` (may be NULL) is called for each
 * block, and ends it by false. False: it was ended, and stands where it stood, or reading failed. */
bool recording_seek(struct recording *recording, int64_t m, bool (*tell)(void *context), void *context);

/* The last m of the session; costs as much as a seek, and asks as it does. -1: it was ended, or reading failed. */
int64_t recording_length(struct recording *recording, bool (*tell)(void *context), void *context);
/* Reading has failed, and why. */
bool recording_failed(const struct recording *recording, char *error, size_t error_size);

/* Marks, and what is missing, in order of time: for the bar on the screen. Made by going through all of it once; `tell`
 * is called now and then with how far that is, in thousandths, and ends it by false. Where there are more of them than
 * RECORDING_LANDMARKS every second one but the marks is left out, and so on; marks go where the others have gone. */
#define RECORDING_LANDMARKS 8192
enum landmark_kind { LANDMARK_MARK, LANDMARK_GAP, LANDMARK_LOST, LANDMARK_DAMAGE, LANDMARK_SLEEP };
/* "mark", "gap", "lost", "damage", "sleep" */
const char *recording_landmark_name(enum landmark_kind kind);
struct recording_landmark {
    int64_t m;
    enum landmark_kind kind;
    char words[84]; /* sanitized, cut; a mark's note whole; of a connection that was lost its venue first */
};
/* What the record is a landmark of; false: of none. */
bool recording_landmark_of(const struct record *record, struct recording_landmark *landmark);
bool recording_landmark_of_fault(const struct recording_fault *fault, struct recording_landmark *landmark);
struct recording_info {
    struct record_header header; /* of the first file; its texts borrow from the recording */
    int64_t first;               /* as recording_first has it */
    int64_t length;              /* the last m, ns */
    int64_t began;               /* wall ns */
    unsigned lacking;            /* as recording_lacking has it */
    uint64_t records[RECORD_KIND_COUNT], events[RECORD_EVENT_COUNT];
    uint64_t frames[VENUE_COUNT];
    uint64_t blocks, bytes, stored, rounds, dropped;
    uint64_t faults; /* that count */
    unsigned files;
    bool closed;                          /* the last file has its end */
    bool open;                            /* it is still being recorded */
    struct recording_landmark *landmarks; /* owned */
    size_t landmark_count;
};
bool recording_survey(struct recording *recording, struct recording_info *info,
                      bool (*tell)(void *context, unsigned thousandths), void *context);
void recording_info_free(struct recording_info *info);

/* Checks everything that can be checked without an engine: every block, checksum, count and size, the chain, every
 * line, and byte for byte what index and table have to be. `found` is called for each fault. Returns how many,
 * DAMAGE_OPEN not counted, or -1 with a reason when a file cannot be read or `tell` has ended it. A torn or missing end
 * is a fault, and so is a frame that is stored otherwise than it was written though it holds the same. */
int64_t recording_verify(const char *const *paths, size_t count,
                         void (*found)(void *context, const struct recording_fault *fault), void *context,
                         bool (*tell)(void *context, unsigned thousandths), char *error, size_t error_size);

struct recording_saved {
    uint64_t records, blocks, lost_blocks;
    bool lost_more; /* there may be more of those than could be counted */
    uint64_t faults;
    int64_t from, to; /* m of the first record that was saved and of the last, ns */
    bool open;        /* it is still being recorded: what is saved is what there was */
};
/* Writes what is whole of one file into a new one (O_EXCL; compressed or plain by its name's end, else as it was), with
 * a chain of its own, an `ev` dropped (count 0, why names block and time range) where something is missing, and a
 * proper end. The original is only read. `found` and `tell` as for recording_verify; either may be NULL. False, with a
 * reason: then nothing is left of the new file. */
bool recording_repair(const char *path, const char *repaired, struct recording_saved *saved,
                      void (*found)(void *context, const struct recording_fault *fault), void *context,
                      bool (*tell)(void *context, unsigned thousandths), char *error, size_t error_size);

#endif
