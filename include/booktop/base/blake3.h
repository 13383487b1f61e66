/* BLAKE3 in hash mode, from its specification ("BLAKE3: one function, fast everywhere", 2021-10-25, section 2),
 * portable C, one thread. For our own state digest (market/digest.h) and nothing else: venues and recordings use what
 * they use.
 */
#ifndef BOOKTOP_BASE_BLAKE3_H
#define BOOKTOP_BASE_BLAKE3_H

#include <stddef.h>
#include <stdint.h>

#define BLAKE3_SIZE 32
/* The tree over 2^64 bytes is at most 54 chunks' chaining values deep. */
#define BLAKE3_MAX_DEPTH 54

struct blake3 {
    uint32_t chunk_value[8]; /* chaining value of the open chunk */
    uint64_t chunk_count;    /* chunks closed so far */
    uint8_t block[64];       /* the block not yet compressed */
    uint8_t block_length;
    uint8_t blocks_done; /* in the open chunk */
    uint8_t stack_depth;
    uint32_t stack[BLAKE3_MAX_DEPTH][8]; /* finished subtrees, one for each 1 bit of chunk_count */
};

void blake3_init(struct blake3 *hash);
void blake3_update(struct blake3 *hash, const void *bytes, size_t length);
/* May be called more than once; the state stays usable for more updates. */
void blake3_final(const struct blake3 *hash, uint8_t out[BLAKE3_SIZE]);

#endif
