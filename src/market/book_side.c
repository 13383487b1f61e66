#include "booktop/market/book_side.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* The index of the first level that is not worse than `price`, count if all are.
 *
 * Steps of 1, 2, 4, … back from the best level first, since most changes come close to the touch; then the last step is
 * halved. Asks descend, so they are compared complemented: ~a < ~b exactly where a > b, and no price overflows. */
static size_t side_find(const struct book_side *side, price_t price)
{
    const struct level *levels = side->levels;
    const int64_t flip = side->side == SIDE_ASK ? -1 : 0;
    const int64_t rank = price ^ flip;
    size_t end = side->count, step = 1; /* levels[end] and what follows are not worse */
    while (step <= end && (levels[end - step].price ^ flip) >= rank) {
        end -= step;
        step *= 2;
    }
    size_t begin = step <= end ? end - step + 1 : 0; /* what is before levels[begin] is worse */
    while (begin < end) {
        size_t middle = begin + (end - begin) / 2;
        if ((levels[middle].price ^ flip) >= rank)
            end = middle;
        else
            begin = middle + 1;
    }
    return end;
}

static bool side_holds(const struct book_side *side, size_t at, price_t price)
{
    return at < side->count && side->levels[at].price == price;
}

static void side_remove(struct book_side *side, size_t at)
{
    struct level *hole = &side->levels[at];
    side->count--;
    memmove(hole, hole + 1, (side->count - at) * sizeof *hole);
}

static bool side_insert(struct book_side *side, size_t at, struct level level)
{
    if (side->count == side->capacity && !book_side_reserve(side, (size_t)side->count + 1)) return false;
    struct level *place = &side->levels[at];
    memmove(place + 1, place, (side->count - at) * sizeof *place);
    *place = level;
    side->count++;
    return true;
}

void book_side_init(struct book_side *side, enum side which)
{
    *side = (struct book_side){.side = which};
}

void book_side_free(struct book_side *side)
{
    free(side->levels);
    book_side_init(side, side->side);
}

bool book_side_reserve(struct book_side *side, size_t count)
{
    if (count <= side->capacity) return true;
    if (count > UINT32_MAX / 2) return false; /* so that doubling stays within 32 bits */
    size_t capacity = side->capacity;
    struct level *grown = memory_grow(side->levels, sizeof *side->levels, count, &capacity);
    if (grown == NULL) return false;
    side->levels = grown;
    side->capacity = (uint32_t)capacity;
    return true;
}

bool book_side_set(struct book_side *side, price_t price, quantity_t quantity, quantity_t *before)
{
    size_t at = side_find(side, price);
    bool holds = side_holds(side, at, price);
    quantity_t stood = holds ? side->levels[at].quantity : 0;
    if (holds && quantity != 0)
        side->levels[at].quantity = quantity;
    else if (holds)
        side_remove(side, at);
    else if (quantity != 0 && !side_insert(side, at, (struct level){price, quantity}))
        return false;
    if (before != NULL) *before = stood;
    return true;
}

quantity_t book_side_quantity(const struct book_side *side, price_t price)
{
    size_t at = side_find(side, price);
    return side_holds(side, at, price) ? side->levels[at].quantity : 0;
}

const struct level *book_side_best(const struct book_side *side)
{
    return book_side_level(side, 0);
}

const struct level *book_side_level(const struct book_side *side, size_t n)
{
    return n < side->count ? &side->levels[side->count - 1 - n] : NULL;
}
