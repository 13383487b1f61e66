#include "booktop/market/digest.h"

#include <string.h>

#include "booktop/base/blake3.h"

#define LEVEL_BYTES  16
#define LEVELS_A_PUT 64

_Static_assert(DIGEST_TEXT_SIZE == 3 + 2 * BLAKE3_SIZE + 1, "\"b3:\", the hex digits, the terminator");

static void put_little(uint8_t *at, uint64_t value, unsigned bytes)
{
    for (unsigned n = 0; n < bytes; n++) at[n] = (uint8_t)(value >> (8 * n));
}

/* One side, best first; `one` is 0 for the book's own terms, else prices are those of the complement. */
static void digest_side(struct blake3 *hash, const struct book_side *side, price_t one)
{
    uint8_t bytes[LEVELS_A_PUT * LEVEL_BYTES];
    put_little(bytes, side->count, 4);
    blake3_update(hash, bytes, 4);
    size_t filled = 0;
    for (const struct level *level = book_side_best(side); level != NULL; level = book_side_worse(side, level)) {
        put_little(bytes + filled, (uint64_t)(one != 0 ? one - level->price : level->price), 8);
        put_little(bytes + filled + 8, (uint64_t)level->quantity, 8);
        filled += LEVEL_BYTES;
        if (filled < sizeof bytes) continue;
        blake3_update(hash, bytes, filled);
        filled = 0;
    }
    blake3_update(hash, bytes, filled);
}

static void hex_text(const uint8_t *bytes, size_t count, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t n = 0; n < count; n++) {
        *out++ = digits[bytes[n] >> 4];
        *out++ = digits[bytes[n] & 15];
    }
    *out = '\0';
}

void digest_book(const struct instrument *instrument, const struct order_book *book, unsigned outcome,
                 char out[DIGEST_TEXT_SIZE])
{
    static const char title[] = "booktop book 1\n";
    const uint8_t scales[] = {instrument->price_scale, instrument->size_scale};
    const price_t one = outcome == 0 ? 0 : instrument_one(instrument);
    struct blake3 hash;
    blake3_init(&hash);
    blake3_update(&hash, title, sizeof title - 1);
    blake3_update(&hash, scales, sizeof scales);
    digest_side(&hash, outcome == 0 ? &book->bids : &book->asks, one);
    digest_side(&hash, outcome == 0 ? &book->asks : &book->bids, one);

    uint8_t sum[BLAKE3_SIZE];
    blake3_final(&hash, sum);
    memcpy(out, "b3:", sizeof "b3:");
    hex_text(sum, sizeof sum, out + 3);
}
