#include "booktop/market/book_side.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "side_bounds.h"
#include "side_tree.h"

/* Measured by bench_book_side, gcc -O2, one core of a small virtual machine; ns a set, and ns a level of a walk:
 *
 *              set near the touch     set anywhere     walk
 *     levels       array    tree     array    tree     array    tree
 *        256          29      32        59      37       0.6     3.0
 *        512          30      35        75      40       0.6     3.0
 *       1024          30      37        95      47       0.5     3.3
 *       2048          32      54       130      56       0.5     3.3
 *       8192          31      61       830      72       0.6     3.4
 *
 * Most changes come near the touch, and a proof walks the whole side: so the array is kept for every book of a
 * prediction market (999 prices at the finest tick), and left where a set far off costs twice the tree's. */
static const struct side_bounds measured_bounds = {.tree_above = 1024, .array_below = 512};

/* So that doubling stays within 32 bits. */
#define SIDE_LEVELS_MAX (UINT32_MAX / 2)

/* ---- the array ---- */

/* The index of the first level that is not worse than `price`, count if all are.
 *
 * Steps of 1, 2, 4, … back from the best level first, since most changes come close to the touch; then the last step is
 * halved. Asks descend, so they are compared complemented: ~a < ~b exactly where a > b, and no price overflows. */
static size_t array_find(const struct book_side *side, price_t price)
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

static bool array_holds(const struct book_side *side, size_t at, price_t price)
{
    return at < side->count && side->levels[at].price == price;
}

static void array_remove(struct book_side *side, size_t at)
{
    struct level *hole = &side->levels[at];
    side->count--;
    memmove(hole, hole + 1, (side->count - at) * sizeof *hole);
}

static bool array_reserve(struct book_side *side, size_t count)
{
    if (count <= side->capacity) return true;
    size_t capacity = side->capacity;
    struct level *grown = memory_grow(side->levels, sizeof *side->levels, count, &capacity);
    if (grown == NULL) return false;
    side->levels = grown;
    side->capacity = (uint32_t)capacity;
    return true;
}

static bool array_insert(struct book_side *side, size_t at, struct level level)
{
    if (side->count == side->capacity && !book_side_reserve(side, (size_t)side->count + 1)) return false;
    struct level *place = &side->levels[at];
    memmove(place + 1, place, (side->count - at) * sizeof *place);
    *place = level;
    side->count++;
    return true;
}

/* ---- moving between the two ---- */

static bool side_suits_tree(const struct book_side *side, size_t count)
{
    const struct side_bounds *bounds = side->bounds != NULL ? side->bounds : &measured_bounds;
    return side->is_tree ? count >= bounds->array_below : count > bounds->tree_above;
}

/* The structure that a side moves to has at least the room of the one it leaves, so that what was reserved stays
 * reserved. Both keep theirs, so moving to and fro asks for no more. */
static bool tree_prepare(struct book_side *side, uint32_t count)
{
    if (side->tree == NULL) side->tree = side_tree_create(side->side);
    return side->tree != NULL && side_tree_reserve(side->tree, count > side->capacity ? count : side->capacity);
}

static bool array_prepare(struct book_side *side, uint32_t count)
{
    return array_reserve(side, count > side->tree->room ? count : side->tree->room);
}

static bool side_to_tree(struct book_side *side, uint32_t room)
{
    if (!tree_prepare(side, room)) return false;
    side_tree_assign(side->tree, side->levels, side->count);
    side->is_tree = true;
    return true;
}

static bool side_to_array(struct book_side *side)
{
    if (!array_prepare(side, side->count)) return false;
    struct level *out = side->levels;
    for (const struct level *level = book_side_worst(side); level != NULL; level = book_side_better(side, level))
        *out++ = *level;
    side_tree_clear(side->tree);
    side->is_tree = false;
    return true;
}

/* ---- changes, where the side is a tree and where it is an array ---- */

static void tree_remove(struct book_side *side, struct level *level)
{
    side_tree_remove(side->tree, level);
    side->count--;
    if (!side_suits_tree(side, side->count)) side_to_array(side);
}

static bool tree_insert(struct book_side *side, struct level level)
{
    if (side->count == side->tree->room && !book_side_reserve(side, (size_t)side->count + 1)) return false;
    side_tree_insert(side->tree, level);
    side->count++;
    return true;
}

static bool tree_set(struct book_side *side, price_t price, quantity_t quantity, quantity_t *before)
{
    struct level *level = side_tree_find(side->tree, price);
    quantity_t stood = level != NULL ? level->quantity : 0;
    if (level != NULL && quantity != 0)
        level->quantity = quantity;
    else if (level != NULL)
        tree_remove(side, level);
    else if (quantity != 0 && !tree_insert(side, (struct level){price, quantity}))
        return false;
    if (before != NULL) *before = stood;
    return true;
}

static bool side_insert(struct book_side *side, size_t at, struct level level)
{
    if (side_suits_tree(side, (size_t)side->count + 1) && side_to_tree(side, side->count + 1))
        return tree_insert(side, level);
    return array_insert(side, at, level);
}

void book_side_init(struct book_side *side, enum side which)
{
    *side = (struct book_side){.side = which};
}

void book_side_free(struct book_side *side)
{
    free(side->levels);
    side_tree_free(side->tree);
    book_side_init(side, side->side);
}

bool book_side_reserve(struct book_side *side, size_t count)
{
    if (count > SIDE_LEVELS_MAX) return false;
    if (!side->is_tree) return array_reserve(side, count);
    if (count <= side->tree->room) return true;
    uint32_t doubled = 2 * side->tree->room;
    return side_tree_reserve(side->tree, count > doubled ? (uint32_t)count : doubled);
}

bool book_side_assign(struct book_side *side, const struct level *levels, size_t count)
{
    if (count > SIDE_LEVELS_MAX) return false;
    bool moves = side_suits_tree(side, count) != side->is_tree;
    if (moves && (side->is_tree ? array_prepare(side, (uint32_t)count) : tree_prepare(side, (uint32_t)count)))
        side->is_tree = !side->is_tree;
    else if (!book_side_reserve(side, count))
        return false;
    if (side->tree != NULL) side_tree_clear(side->tree);
    if (side->is_tree)
        side_tree_assign(side->tree, levels, (uint32_t)count);
    else if (count > 0)
        memcpy(side->levels, levels, count * sizeof *levels);
    side->count = (uint32_t)count;
    return true;
}

void book_side_clear(struct book_side *side)
{
    side->count = 0;
    if (!side->is_tree) return;
    side_tree_clear(side->tree);
    if (!side_suits_tree(side, 0)) side_to_array(side);
}

bool book_side_bound(struct book_side *side, const struct side_bounds *bounds)
{
    side->bounds = bounds;
    if (side_suits_tree(side, side->count) == side->is_tree) return true;
    return side->is_tree ? side_to_array(side) : side_to_tree(side, side->count);
}

bool book_side_set(struct book_side *side, price_t price, quantity_t quantity, quantity_t *before)
{
    if (side->is_tree) return tree_set(side, price, quantity, before);
    size_t at = array_find(side, price);
    bool holds = array_holds(side, at, price);
    quantity_t stood = holds ? side->levels[at].quantity : 0;
    if (holds && quantity != 0)
        side->levels[at].quantity = quantity;
    else if (holds)
        array_remove(side, at);
    else if (quantity != 0 && !side_insert(side, at, (struct level){price, quantity}))
        return false;
    if (before != NULL) *before = stood;
    return true;
}

quantity_t book_side_quantity(const struct book_side *side, price_t price)
{
    if (side->is_tree) {
        const struct level *level = side_tree_find(side->tree, price);
        return level != NULL ? level->quantity : 0;
    }
    size_t at = array_find(side, price);
    return array_holds(side, at, price) ? side->levels[at].quantity : 0;
}

const struct level *book_side_best(const struct book_side *side)
{
    if (side->count == 0) return NULL;
    return side->is_tree ? &side->tree->best->level : &side->levels[side->count - 1];
}

const struct level *book_side_worst(const struct book_side *side)
{
    if (side->count == 0) return NULL;
    return side->is_tree ? side_tree_worst(side->tree) : side->levels;
}

const struct level *book_side_worse(const struct book_side *side, const struct level *level)
{
    if (side->is_tree) return side_tree_worse(side->tree, level);
    return level > side->levels ? level - 1 : NULL;
}

const struct level *book_side_better(const struct book_side *side, const struct level *level)
{
    if (side->is_tree) return side_tree_better(side->tree, level);
    return level + 1 < side->levels + side->count ? level + 1 : NULL;
}

const struct level *book_side_level(const struct book_side *side, size_t n)
{
    if (n >= side->count) return NULL;
    if (!side->is_tree) return &side->levels[side->count - 1 - n];
    const struct level *level = book_side_best(side);
    while (n-- > 0) level = book_side_worse(side, level);
    return level;
}
