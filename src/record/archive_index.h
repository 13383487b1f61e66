/* What stands behind the last block of a compressed file: the index of time and zstd's seek table (record/archive.h
 * says their form). */
#ifndef BOOKTOP_RECORD_ARCHIVE_INDEX_H
#define BOOKTOP_RECORD_ARCHIVE_INDEX_H

#include "booktop/base/text.h"

#define INDEX_MAGIC      0x184D2A50u
#define SEEK_TABLE_MAGIC 0x184D2A5Eu
#define SEEK_TABLE_END   0x8F92EAB1u
#define INDEX_ENTRY      48
#define INDEX_DIGEST     8
#define INDEX_ROUND      1u /* flag: a round of keyframes begins in the block */

/* A block of the file. */
struct block_entry {
    uint64_t offset; /* of its frame in the file */
    uint64_t begin;  /* of its first line in the uncompressed text */
    int64_t m, t;    /* of its first record */
    uint32_t records, flags;
    unsigned char digest[INDEX_DIGEST];
    uint32_t stored, bytes; /* of its frame, compressed and not */
    uint32_t checksum;      /* of its frame, as it stands at its end */
};

size_t archive_index_size(size_t count);
/* Writes archive_index_size(count) bytes: both skippable frames. */
void archive_index_write(const struct block_entry *entries, size_t count, unsigned char *out);

#endif
