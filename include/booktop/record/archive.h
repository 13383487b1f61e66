/* A recording on its way to the disk: lines into blocks, blocks into a file. Disk thread, or a test.
 *
 * A block is whole lines, closed after `block_bytes` or `block_time`, whichever comes first; its last line is `chk`. In
 * a compressed file (.obr.zst) each block is one zstd frame of its own (RFC 8878, with content size and checksum); in a
 * plain one (.obr) blocks follow each other. The chain: h0 = SHA-256(header line with its line feed),
 * hi = SHA-256(h(i-1) as 32 bytes, block i's bytes before its chk line). It shows what was removed, put in or moved; it
 * has no key, so it does not show who wrote it. The header line is block 0, without chk, in a compressed file a frame
 * of its own; `end` is the last record of the last block, so that the chain covers it too. At a clean close a
 * compressed file gets, in skippable frames that zstdcat does not see, our index of time (magic 0x184D2A50) and behind
 * it the seek table of zstd's seekable format 0.1.0 (github.com/facebook/zstd, contrib/seekable_format; checksums on).
 * An entry of the index, little endian, for each block, block 0 too: u64 offset in the file, u64 uncompressed offset,
 * i64 m and i64 t of its first record, u32 records (of block 0 none: the header is not counted), u32 flags (1: a round
 * of keyframes begins in it), and the first 8 bytes of the SHA-256 of its frame as it is stored: a frame has bits that
 * can be flipped without changing what it decompresses to. The table has an entry for each block and one for the
 * index's frame (its size, 0 bytes, the checksum of nothing: 0x51d8e999).
 *
 * The file is new (O_EXCL), of mode 0600, and locked (flock) while it is written. Nothing that was written is ever
 * changed but to cut a block that could not be written whole. A failure ends the archive: the file then holds whole
 * blocks alone, and `archive_error` says why. That another program has cut it or added to it ends it, too, as far as
 * its size tells, before each block, at each sync and at the end; it is left as it was found then. That it was removed
 * is seen by syncs and at the end; one that is moved is gone on with where it is. When less is free on the disk than
 * the reserve, the archive takes no more lines, and `archive_error` says so, too; but it can still be ended: for that
 * there is room.
 */
#ifndef BOOKTOP_RECORD_ARCHIVE_H
#define BOOKTOP_RECORD_ARCHIVE_H

#include <sys/types.h>

#include "booktop/record/line.h"

/* The system's calls, so that tests can make them fail. */
struct archive_system {
    int (*open)(const char *path, int flags, mode_t mode);
    ssize_t (*write)(int file, const void *bytes, size_t length);
    int (*sync)(int file);
    int (*truncate)(int file, off_t length);
    /* Bytes free for us on the file's disk, -1: unknown. */
    int64_t (*free_space)(int file);
    int (*close)(int file);
};
extern const struct archive_system archive_system;

struct archive_options {
    const char *path; /* of the file; its folder exists */
    bool compressed;
    size_t block_bytes; /* 0: 256 KiB */
    int64_t block_time; /* ns, 0: 0.9 s */
    int64_t sync_time;  /* ns between two fdatasync, 0: 5 s */
    int64_t reserve;    /* bytes of the disk that are left free, 0: 64 MiB, less: none */
    struct record_header header;
    struct stamp stamp;                  /* of the header */
    int64_t from;                        /* the mono at which m is 0 */
    const struct archive_system *system; /* NULL: the real one */
};

struct archive;

/* Creates the file and writes its header (block 0 is the header line alone). NULL, with a reason that names the file;
 * also where less is free than the reserve. */
struct archive *archive_create(const struct archive_options *options, char *error, size_t error_size);

/* Adds a line (without line feed; of a record with this stamp). `round`: a round of keyframes begins with it. False:
 * the archive has failed or the disk is full; the line is not in it. */
bool archive_add(struct archive *archive, struct text line, struct stamp stamp, bool round);

/* Closes the block and syncs where that is due. False: it has failed, or the disk is full. */
bool archive_advance(struct archive *archive, struct stamp now);
/* The mono ns at which archive_advance has something to do; TIME_NEVER: nothing. */
int64_t archive_deadline(const struct archive *archive);

struct archive_counts {
    uint64_t records, blocks; /* of an archive that has failed: those that are in the file */
    uint64_t bytes;           /* of lines, line feeds included */
    uint64_t stored;          /* bytes of the file */
    uint64_t synced;          /* of them, on the disk for sure */
};
struct archive_counts archive_counts(const struct archive *archive);

/* NULL, or why it takes no more, in words ("no space left on the disk: 63.9 MiB free, 64 MiB kept free"); borrowed. */
const char *archive_error(const struct archive *archive);

/* Writes the last block, with `end`, the index and the table, and syncs: nothing can be added then. archive_close does
 * it where it was not done; by itself it is for who wants the last hash. False: it has failed. */
bool archive_end(struct archive *archive, struct stamp now);

/* The chain as it stands; after archive_end that is what the next file of the session has to name. */
void archive_hash(const struct archive *archive, char hash[RECORD_HASH_SIZE]);

/* Which file it is: its name may have come to be another's. */
struct archive_identity {
    dev_t device;
    ino_t inode;
};
struct archive_identity archive_identity(const struct archive *archive);
/* Whether a name is of that file. */
bool archive_is_at(struct archive_identity identity, const char *path);

/* Closes it without an end, removes it, and frees. What has its name but is another program's stays. */
void archive_discard(struct archive *archive, const char *path);

/* Ends it, closes and frees. False, with a reason, if that failed: the file then ends with its last whole block. That
 * the disk was full is no failure here. */
bool archive_close(struct archive *archive, struct stamp now, char *error, size_t error_size);

/* Of zstd: "1.5.4". Static. */
const char *archive_library_version(void);

#endif
