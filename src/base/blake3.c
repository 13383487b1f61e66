#include "booktop/base/blake3.h"

#include <stdbool.h>
#include <string.h>

#define BLOCK_SIZE   64
#define CHUNK_BLOCKS 16
#define ROUNDS       7

/* Domain flags, table 3. */
enum { CHUNK_START = 1 << 0, CHUNK_END = 1 << 1, PARENT = 1 << 2, ROOT = 1 << 3 };

/* Table 1: the initial value, and in hash mode the key. */
static const uint32_t initial[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372, 0xA54FF53A,
                                    0x510E527F, 0x9B05688C, 0x1F83D9AB, 0x5BE0CD19};

/* Table 2: the order in which the next round takes the message words of this one. */
static const uint8_t permutation[16] = {2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8};

/* The four words that one G works on, and the order of G's in a round: columns, then diagonals. */
static const uint8_t mixes[8][4] = {{0, 4, 8, 12},  {1, 5, 9, 13},  {2, 6, 10, 14}, {3, 7, 11, 15},
                                    {0, 5, 10, 15}, {1, 6, 11, 12}, {2, 7, 8, 13},  {3, 4, 9, 14}};

/* What a compression takes besides the chaining value. */
struct node {
    uint32_t words[16];
    uint64_t counter;
    uint32_t length; /* bytes of input in `words` */
    uint32_t flags;
};

static uint32_t rotate_right(uint32_t word, unsigned bits)
{
    return word >> bits | word << (32 - bits);
}

/* The quarter round G, section 2.2. */
static void mix(uint32_t state[16], const uint8_t at[4], uint32_t x, uint32_t y)
{
    uint32_t a = state[at[0]];
    uint32_t b = state[at[1]];
    uint32_t c = state[at[2]];
    uint32_t d = state[at[3]];
    a = a + b + x;
    d = rotate_right(d ^ a, 16);
    c = c + d;
    b = rotate_right(b ^ c, 12);
    a = a + b + y;
    d = rotate_right(d ^ a, 8);
    c = c + d;
    b = rotate_right(b ^ c, 7);
    state[at[0]] = a;
    state[at[1]] = b;
    state[at[2]] = c;
    state[at[3]] = d;
}

/* The compression function, section 2.2, cut to the 8 words that make a chaining value or the first 32 bytes of the
 * root's output. `value` is replaced. */
static void compress(uint32_t value[8], const struct node *node)
{
    uint32_t state[16];
    memcpy(state, value, 8 * sizeof value[0]);
    memcpy(state + 8, initial, 4 * sizeof initial[0]);
    state[12] = (uint32_t)node->counter;
    state[13] = (uint32_t)(node->counter >> 32);
    state[14] = node->length;
    state[15] = node->flags;
    uint8_t order[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < 8; i++) mix(state, mixes[i], node->words[order[2 * i]], node->words[order[2 * i + 1]]);
        for (int i = 0; i < 16; i++) order[i] = permutation[order[i]];
    }
    for (int i = 0; i < 8; i++) value[i] = state[i] ^ state[i + 8];
}

static void words_read(uint32_t words[16], const uint8_t block[BLOCK_SIZE])
{
    for (int i = 0; i < 16; i++, block += 4)
        words[i] = (uint32_t)block[0] | (uint32_t)block[1] << 8 | (uint32_t)block[2] << 16 | (uint32_t)block[3] << 24;
}

/* The block that is open; its unused end counts as zeros. */
static struct node block_node(const struct blake3 *hash)
{
    uint8_t block[BLOCK_SIZE] = {0};
    memcpy(block, hash->block, hash->block_length);
    struct node node = {
        .counter = hash->chunk_count, .length = hash->block_length, .flags = hash->blocks_done == 0 ? CHUNK_START : 0};
    words_read(node.words, block);
    return node;
}

static struct node parent_node(const uint32_t left[8], const uint32_t right[8])
{
    struct node node = {.length = BLOCK_SIZE, .flags = PARENT};
    memcpy(node.words, left, 8 * sizeof left[0]);
    memcpy(node.words + 8, right, 8 * sizeof right[0]);
    return node;
}

static void chunk_open(struct blake3 *hash)
{
    memcpy(hash->chunk_value, initial, sizeof initial);
    hash->blocks_done = 0;
}

/* Puts the closed chunk into the tree: every subtree it completes, one for each 0 bit at the end of the new chunk
 * count, becomes one value. Only called when more input follows, so that none of these parents is the root. */
static void chunk_close(struct blake3 *hash)
{
    uint32_t value[8];
    memcpy(value, hash->chunk_value, sizeof value);
    hash->chunk_count++;
    for (uint64_t count = hash->chunk_count; (count & 1) == 0; count >>= 1) {
        struct node parent = parent_node(hash->stack[--hash->stack_depth], value);
        memcpy(value, initial, sizeof initial);
        compress(value, &parent);
    }
    memcpy(hash->stack[hash->stack_depth++], value, sizeof value);
    chunk_open(hash);
}

/* Compresses the open block, full and known not to be the last one. */
static void block_close(struct blake3 *hash)
{
    bool last_of_chunk = hash->blocks_done == CHUNK_BLOCKS - 1;
    struct node node = block_node(hash);
    node.flags |= last_of_chunk ? CHUNK_END : 0;
    compress(hash->chunk_value, &node);
    hash->blocks_done++;
    hash->block_length = 0;
    if (last_of_chunk) chunk_close(hash);
}

void blake3_init(struct blake3 *hash)
{
    memset(hash, 0, sizeof *hash);
    chunk_open(hash);
}

void blake3_update(struct blake3 *hash, const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    while (length > 0) {
        if (hash->block_length == BLOCK_SIZE) block_close(hash);
        size_t room = (size_t)(BLOCK_SIZE - hash->block_length);
        size_t taken = length < room ? length : room;
        memcpy(hash->block + hash->block_length, at, taken);
        hash->block_length = (uint8_t)(hash->block_length + taken);
        at += taken;
        length -= taken;
    }
}

void blake3_final(const struct blake3 *hash, uint8_t out[BLAKE3_SIZE])
{
    uint32_t value[8];
    memcpy(value, hash->chunk_value, sizeof value);
    struct node node = block_node(hash);
    node.flags |= CHUNK_END;
    for (unsigned depth = hash->stack_depth; depth > 0; depth--) {
        compress(value, &node);
        node = parent_node(hash->stack[depth - 1], value);
        memcpy(value, initial, sizeof initial);
    }
    node.flags |= ROOT;
    compress(value, &node);
    for (int i = 0; i < BLAKE3_SIZE; i++) out[i] = (uint8_t)(value[i / 4] >> 8 * (i % 4));
}
