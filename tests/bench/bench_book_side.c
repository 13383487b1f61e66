/* rooms: market */
/* What a set costs in each structure of a side, by its depth, for changes near the touch and anywhere: whence the
 * depths at which a side moves (src/market/book_side.c). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../../src/market/side_bounds.h"

#define SETS   ((size_t)1 << 20)
#define ROUNDS 5

#define LEVELS_MIN 64
#define LEVELS_MAX 16384

/* Where changes fall: from the touch on, or anywhere. */
enum spread { NEAR_THE_TOUCH, ANYWHERE, SPREAD_COUNT };

#define NEAR_LEVELS 16

/* Marsaglia, "Xorshift RNGs", 2003. */
static uint64_t random_state = 0x9E3779B97F4A7C15;

static uint64_t random_next(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

static double now_ns(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static const struct side_bounds always_array = {UINT32_MAX, UINT32_MAX}, always_tree = {0, 0};

/* Odd prices hold the levels, even ones are free at first. */
static bool side_fill(struct book_side *side, uint32_t levels, bool tree)
{
    book_side_init(side, SIDE_BID);
    for (uint32_t n = 0; n < levels; n++)
        if (!book_side_set(side, 1 + 2 * (price_t)n, 1000, NULL)) return false;
    return book_side_bound(side, tree ? &always_tree : &always_array);
}

/* What to set, drawn before the clock runs: levels at odd prices change, those at even ones come and go in turn and are
 * all gone in the end. So the side keeps about its depth, and half of the sets put a level in or take one out. */
static void sets_draw(struct level *sets, uint32_t levels, enum spread spread)
{
    static size_t came[(size_t)2 * LEVELS_MAX + 1]; /* by even price: the set that put it in, plus one; 0: not there */
    uint64_t reach = 2 * (spread == NEAR_THE_TOUCH ? (uint64_t)NEAR_LEVELS : levels);
    memset(came, 0, sizeof came);
    for (size_t n = 0; n < SETS; n++) {
        price_t price = 2 * (price_t)levels - (price_t)((random_next() >> 20) % reach);
        bool stays = price % 2 != 0, goes = !stays && came[price] != 0;
        sets[n] = (struct level){price, goes ? 0 : (quantity_t)n + 1};
        if (!stays) came[price] = goes ? 0 : n + 1;
    }
    for (uint32_t price = 2; price <= 2 * levels; price += 2)
        if (came[price] != 0) sets[came[price] - 1].quantity = 0; /* it never came */
}

static double sets_run(struct book_side *side, const struct level *sets)
{
    double start = now_ns();
    for (size_t n = 0; n < SETS; n++) book_side_set(side, sets[n].price, sets[n].quantity, NULL);
    return (now_ns() - start) / (double)SETS;
}

/* From the touch to the far end, as a proof goes. */
static double walk_run(const struct book_side *side)
{
    static volatile quantity_t seen; /* so that the walk is not thought needless */
    quantity_t sum = 0;
    double start = now_ns();
    for (size_t n = 0; n < SETS / side->count; n++)
        for (const struct level *level = book_side_best(side); level != NULL; level = book_side_worse(side, level))
            sum += level->quantity;
    double took = now_ns() - start;
    seen = sum;
    (void)seen;
    return took / (double)SETS;
}

struct figures {
    double set[SPREAD_COUNT], walk; /* ns; the best of some rounds */
};

static void keep_best(double *best, double took)
{
    if (*best == 0 || took < *best) *best = took;
}

/* All 0 when out of memory. The walk comes last, when levels lie as they do after many changes. */
static struct figures measure(struct level *sets, uint32_t levels, bool tree)
{
    struct figures figures = {0};
    struct book_side side;
    if (side_fill(&side, levels, tree)) {
        for (int round = 0; round < ROUNDS * SPREAD_COUNT; round++) {
            enum spread spread = round / ROUNDS == 0 ? NEAR_THE_TOUCH : ANYWHERE;
            sets_draw(sets, levels, spread);
            keep_best(&figures.set[spread], sets_run(&side, sets));
        }
        for (int round = 0; round < ROUNDS; round++) keep_best(&figures.walk, walk_run(&side));
    }
    book_side_free(&side);
    return figures;
}

int main(void)
{
    struct level *sets = calloc(SETS, sizeof *sets);
    if (sets == NULL) return EXIT_FAILURE;
    printf("ns           set near the touch       set anywhere     a level walked\n");
    printf("levels          array      tree      array    tree      array    tree\n");
    for (uint32_t levels = LEVELS_MIN; levels <= LEVELS_MAX; levels *= 2) {
        struct figures array = measure(sets, levels, false), tree = measure(sets, levels, true);
        printf("%6u     %10.1f%10.1f %10.1f%8.1f %10.1f%8.1f\n", (unsigned)levels, array.set[NEAR_THE_TOUCH],
               tree.set[NEAR_THE_TOUCH], array.set[ANYWHERE], tree.set[ANYWHERE], array.walk, tree.walk);
    }
    free(sets);
    return EXIT_SUCCESS;
}
