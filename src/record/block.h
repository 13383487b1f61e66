/* A recording's blocks, one after the other, each checked whole before any of it is given away.
 *
 * A block of a compressed file is proved by its frame's checksum, its chk line and the chain. One of a plain file has
 * nothing but the chain: it is whole if its bytes and the hash of the block before it, as that one's chk line has it or
 * as its bytes give it, make the hash of its own chk line. What is between whole blocks is damage, and is told with the
 * block behind it.
 */
#ifndef BOOKTOP_RECORD_BLOCK_H
#define BOOKTOP_RECORD_BLOCK_H

#include "booktop/record/recording.h"

#include "chain.h"
#include "frame.h"
#include "recording_index.h"

struct block_damage {
    enum recording_damage damage; /* DAMAGE_NONE: none */
    uint64_t block, offset;
    uint64_t lost;    /* blocks of which nothing is given */
    uint64_t records; /* in them, as far as that is known */
    bool more;        /* blocks may be missing that left no trace */
    char words[RECORDING_REASON];
};

struct block {
    uint64_t number;     /* from 0, the header's; after damage: at least */
    uint64_t offset;     /* in the file */
    struct text stored;  /* its bytes in the file; borrowed until the next block */
    struct text content; /* its bytes, uncompressed; borrowed likewise */
    struct text lines;   /* of them those before its chk line */
    uint64_t records;    /* lines, the header not counted */
    uint32_t checksum;   /* of its frame */
    struct chain before; /* the chain before it */
    bool before_known;
};

/* Where a reader goes on. */
struct block_place {
    uint64_t offset, number;
    bool chained;        /* a block stands before, and these are its hashes: */
    struct chain made;   /* as its bytes give it */
    struct chain stated; /* as its chk line has it; in a whole block the same */
};

struct block_reader {
    bool compressed;
    struct window window;
    struct frame_reader frames;
    struct record_parser *parser; /* for headers, chk and end */
    struct block_place place;
    bool closed;   /* `end` was read: nothing follows but index and table */
    bool finished; /* so was what follows */
    bool complete; /* every block from 0 on was read and whole: `records` counts all */
    uint64_t records;
    /* Of compressed files, while they are damaged: */
    bool hunting;                /* the begin of the next frame is not known */
    uint64_t wasted;             /* bytes that cost time in vain */
    struct block_entry *entries; /* owned; the index, where there is one, read when it is first needed */
    size_t entry_count;
    bool entries_tried;
};

/* Takes an open file, borrowed, of which the encoding is known. False: out of memory. */
bool block_reader_init(struct block_reader *reader, int file, uint64_t size, bool compressed);
void block_reader_free(struct block_reader *reader);
/* Goes to another place: a block's begin. */
void block_reader_move(struct block_reader *reader, const struct block_place *place);

/* True: the next whole block, and what damage there was before it. False: the end, and what damage there was before
 * that; a file that has no `end` is DAMAGE_TORN. A file that cannot be read ends there: the window has an error. */
bool block_next(struct block_reader *reader, struct block *block, struct block_damage *damage);

/* --- of its parts --- */

bool block_next_compressed(struct block_reader *reader, struct block *block, struct block_damage *damage);
bool block_next_plain(struct block_reader *reader, struct block *block, struct block_damage *damage);

/* Takes the content apart: the header's line, or lines and chk. False, with `*why`, where it is no block. `*stated`:
 * the hash that the chk line has. Sizes and counts are checked, the hash is not. */
bool block_take_header(struct block_reader *reader, struct text content, struct block *block, const char **why);
bool block_take_lines(struct block_reader *reader, struct text content, struct block *block, struct chain *stated,
                      const char **why);
/* The hash that a chk or an end has; false for one that is not 64 lowercase digits. */
bool block_read_hash(const char *text, struct chain *chain);
/* True if `lines` behind `before` make `stated`. */
bool block_follows(struct block_reader *reader, const struct chain *before, struct text lines,
                   const struct chain *stated);
/* The place behind a whole block. */
void block_pass(struct block_reader *reader, const struct block *block, const struct chain *stated);
/* Notes the first damage of a stretch. */
void block_note(struct block_damage *damage, enum recording_damage kind, const struct block_place *place,
                const char *why);

#endif
