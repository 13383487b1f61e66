#include "level_sort.h"

static inline bool level_worse(const struct level *a, const struct level *b, enum side side)
{
    return side == SIDE_BID ? a->price < b->price : a->price > b->price;
}

static inline void level_swap(struct level *a, struct level *b)
{
    struct level held = *a;
    *a = *b;
    *b = held;
}

static void levels_reverse(struct level *levels, size_t count)
{
    for (size_t n = 0; n < count / 2; n++) level_swap(&levels[n], &levels[count - 1 - n]);
}

static bool levels_in_order(const struct level *levels, size_t count, enum side side)
{
    for (size_t n = 1; n < count; n++)
        if (level_worse(&levels[n], &levels[n - 1], side)) return false;
    return true;
}

/* Lets the level at `root` sink in a heap of `count` whose top is the best, until none below it is better. */
static void heap_sink(struct level *heap, size_t root, size_t count, enum side side)
{
    struct level sinking = heap[root];
    for (size_t child; (child = 2 * root + 1) < count; root = child) {
        if (child + 1 < count && level_worse(&heap[child], &heap[child + 1], side)) child++;
        if (!level_worse(&sinking, &heap[child], side)) break;
        heap[root] = heap[child];
    }
    heap[root] = sinking;
}

void level_sort(struct level *levels, size_t count, enum side side)
{
    if (count < 2) return;
    if (level_worse(&levels[count - 1], &levels[0], side)) levels_reverse(levels, count);
    if (levels_in_order(levels, count, side)) return;
    for (size_t root = count / 2; root-- > 0;) heap_sink(levels, root, count, side);
    for (size_t last = count - 1; last > 0; last--) {
        level_swap(&levels[0], &levels[last]);
        heap_sink(levels, 0, last, side);
    }
}
