#include "booktop/exchange/ladder.h"

#include <assert.h>

#define WORDS ((LADDER_ONE + 64) / 64)

int64_t ladder_add(struct ladder *ladder, enum ladder_side side, int price, int64_t size)
{
    assert(price > 0 && price < LADDER_ONE);
    int64_t before = ladder->size[side][price];
    int64_t after = before + size;
    assert(after >= 0);
    ladder->size[side][price] = after;
    uint64_t bit = UINT64_C(1) << (price % 64);
    if (after > 0)
        ladder->used[side][price / 64] |= bit;
    else
        ladder->used[side][price / 64] &= ~bit;
    if ((before > 0) != (after > 0)) ladder->levels[side] += after > 0 ? 1U : -1U;
    return after;
}

int ladder_above(const struct ladder *ladder, enum ladder_side side, int price)
{
    int from = price + 1;
    if (from > LADDER_ONE) return LADDER_NONE;
    int word = from / 64;
    uint64_t bits = ladder->used[side][word] & (UINT64_MAX << (from % 64));
    while (bits == 0 && ++word < WORDS) bits = ladder->used[side][word];
    return bits == 0 ? LADDER_NONE : word * 64 + __builtin_ctzll(bits);
}

int ladder_below(const struct ladder *ladder, enum ladder_side side, int price)
{
    int from = price - 1;
    if (from < 0) return LADDER_NONE;
    int word = from / 64;
    uint64_t bits = ladder->used[side][word] & (UINT64_MAX >> (63 - from % 64));
    while (bits == 0 && --word >= 0) bits = ladder->used[side][word];
    return bits == 0 ? LADDER_NONE : word * 64 + 63 - __builtin_clzll(bits);
}

int ladder_best(const struct ladder *ladder, enum ladder_side side)
{
    return side == LADDER_BID ? ladder_below(ladder, side, LADDER_ONE + 1) : ladder_above(ladder, side, -1);
}
