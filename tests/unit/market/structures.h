/* The same operations on books kept by different structures, and on a ladder that cannot be wrong: a quantity for every
 * price. After each of them all must agree. Driven by random numbers in test_structures, by a fuzzer's bytes in
 * fuzz_book_side; what does not hold aborts.
 */
#ifndef TEST_STRUCTURES_H
#define TEST_STRUCTURES_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../../src/market/side_bounds.h"
#include "booktop/base/blake3.h"
#include "booktop/market/digest.h"
#include "booktop/market/statistics.h"

#define LADDER_LIMIT 160 /* prices are 1..159 */
#define LADDER_TICK  3
#define MESSAGE_MAX  12
#define SNAPSHOT_MAX (LADDER_LIMIT + 16)

#define REQUIRE(condition)                                                                                             \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition);                              \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

enum structure { STRUCTURE_ARRAY, STRUCTURE_TREE, STRUCTURE_MOVING, STRUCTURE_MEASURED, STRUCTURE_COUNT };

static const struct side_bounds structure_bounds[STRUCTURE_COUNT] = {
    [STRUCTURE_ARRAY] = {UINT32_MAX, UINT32_MAX},
    [STRUCTURE_TREE] = {0, 0},
    [STRUCTURE_MOVING] = {90, 60},
    [STRUCTURE_MEASURED] = {0}, /* not used: its bounds are the program's */
};

/* Where numbers come from: bytes where there are any, else a generator (Marsaglia, "Xorshift RNGs", 2003). */
struct dice {
    const uint8_t *at, *end;
    uint64_t state;
};

/* How often what happened: a run in which something never did would prove nothing about it. */
struct tally {
    unsigned long sets, messages, snapshots, assigns, clears, moves, refused[BOOK_NO_MEMORY + 1];
};

struct comparison {
    struct dice dice;
    struct order_book books[STRUCTURE_COUNT];
    quantity_t ladder[2][LADDER_LIMIT]; /* by side and price */
    uint64_t version;
    unsigned drift; /* of 8 quantities, how many are 0: moves the depth up and down */
    struct tally tally;
};

static inline unsigned dice_below(struct dice *dice, unsigned n)
{
    if (dice->end != NULL) return dice->at < dice->end ? *dice->at++ % n : 0;
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return (unsigned)(dice->state >> 33) % n;
}

static inline bool one_in(struct dice *dice, unsigned n)
{
    return dice_below(dice, n) == n - 1;
}

static inline void comparison_start(struct comparison *c, struct dice dice)
{
    memset(c, 0, sizeof *c);
    c->dice = dice;
    c->drift = 2;
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) {
        order_book_init(&c->books[n], LADDER_LIMIT);
        if (n == STRUCTURE_MEASURED) continue;
        REQUIRE(book_side_bound(&c->books[n].bids, &structure_bounds[n]));
        REQUIRE(book_side_bound(&c->books[n].asks, &structure_bounds[n]));
    }
}

static inline void comparison_end(struct comparison *c)
{
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) order_book_free(&c->books[n]);
}

/* ---- what the ladder says ---- */

/* Best first. */
static inline uint32_t ladder_levels(const struct comparison *c, enum side side, struct level out[LADDER_LIMIT])
{
    uint32_t count = 0;
    for (price_t step = 1; step < LADDER_LIMIT; step++) {
        price_t price = side == SIDE_BID ? LADDER_LIMIT - step : step;
        if (c->ladder[side][price] != 0) out[count++] = (struct level){price, c->ladder[side][price]};
    }
    return count;
}

static inline enum book_error ladder_change(quantity_t ladder[2][LADDER_LIMIT], const struct book_change *change)
{
    if (change->price < 1 || change->price >= LADDER_LIMIT) return BOOK_PRICE_RANGE;
    quantity_t *at = &ladder[change->side][change->price];
    if (change->mode == CHANGE_SET) {
        if (change->quantity < 0) return BOOK_BAD_QUANTITY;
        *at = change->quantity;
        return BOOK_OK;
    }
    if (change->quantity > 0 && *at > INT64_MAX - change->quantity) return BOOK_OVERFLOW;
    if (*at + change->quantity < 0) return BOOK_BELOW_ZERO;
    *at += change->quantity;
    return BOOK_OK;
}

static inline void ladder_digest_side(struct blake3 *hash, const struct level *levels, uint32_t count)
{
    uint8_t bytes[4 + 16 * LADDER_LIMIT];
    size_t filled = 0;
    for (unsigned n = 0; n < 4; n++) bytes[filled++] = (uint8_t)(count >> (8 * n));
    for (uint32_t level = 0; level < count; level++) {
        for (unsigned n = 0; n < 8; n++) bytes[filled++] = (uint8_t)((uint64_t)levels[level].price >> (8 * n));
        for (unsigned n = 0; n < 8; n++) bytes[filled++] = (uint8_t)((uint64_t)levels[level].quantity >> (8 * n));
    }
    blake3_update(hash, bytes, filled);
}

static inline void ladder_digest(const struct depth *depth, char out[DIGEST_TEXT_SIZE])
{
    struct blake3 hash;
    uint8_t sum[BLAKE3_SIZE];
    blake3_init(&hash);
    blake3_update(&hash, "booktop book 1\n\4\6", 17);
    ladder_digest_side(&hash, depth->bids, depth->bid_count);
    ladder_digest_side(&hash, depth->asks, depth->ask_count);
    blake3_final(&hash, sum);
    memcpy(out, "b3:", 3);
    for (size_t n = 0; n < BLAKE3_SIZE; n++) snprintf(out + 3 + 2 * n, 3, "%02x", sum[n]);
}

/* ---- agreement ---- */

static inline void require_side(const struct book_side *side, const struct level *levels, uint32_t count)
{
    REQUIRE(side->count == count);
    const struct level *level = book_side_best(side), *last = NULL;
    for (uint32_t n = 0; n < count; n++, last = level, level = book_side_worse(side, level)) {
        REQUIRE(level != NULL && level->price == levels[n].price && level->quantity == levels[n].quantity);
        REQUIRE(book_side_better(side, level) == last);
    }
    REQUIRE(level == NULL && book_side_worst(side) == last);
}

static inline void require_statistics(const struct depth *depth)
{
    struct statistics s;
    statistics_compute(&s, depth, LADDER_TICK, 1);
    if (depth->bid_count == 0 || depth->ask_count == 0) {
        REQUIRE(!s.two_sided);
        return;
    }
    price_t bid = depth->bids[0].price, ask = depth->asks[0].price;
    REQUIRE(s.best_bid == bid && s.best_ask == ask && s.spread == ask - bid && s.mid == 5 * (bid + ask));
    /* A quotient q of a and b rounded half up: 2bq <= 2a + b < 2b(q + 1). */
    int64_t ticks = 200 * s.spread + LADDER_TICK - 2 * LADDER_TICK * s.spread_ticks;
    REQUIRE(ticks >= 0 && ticks < 2 * LADDER_TICK);
    int64_t sum = bid + ask, points = 4000000 * s.spread + sum - 2 * sum * s.spread_points;
    REQUIRE(points >= 0 && points < 2 * sum);
}

static inline void require_digests(const struct comparison *c, const struct depth *depth)
{
    static const struct instrument instrument = {.price_scale = 4, .size_scale = 6, .price_limit = LADDER_LIMIT};
    char expected[DIGEST_TEXT_SIZE], digest[DIGEST_TEXT_SIZE];
    ladder_digest(depth, expected);
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) {
        digest_book(&instrument, &c->books[n], 0, digest);
        REQUIRE(strcmp(digest, expected) == 0);
    }
}

static inline void require_agreement(const struct comparison *c, bool digests)
{
    static struct depth expected, depth;
    expected.bid_count = expected.bids_in_book = ladder_levels(c, SIDE_BID, expected.bids);
    expected.ask_count = expected.asks_in_book = ladder_levels(c, SIDE_ASK, expected.asks);
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) {
        const struct order_book *book = &c->books[n];
        require_side(&book->bids, expected.bids, expected.bid_count);
        require_side(&book->asks, expected.asks, expected.ask_count);
        REQUIRE(book->version == c->version);
        REQUIRE(order_book_best_bid(book) == depth_best_bid(&expected));
        REQUIRE(order_book_best_ask(book) == depth_best_ask(&expected));
    }
    REQUIRE(!c->books[STRUCTURE_ARRAY].bids.is_tree && !c->books[STRUCTURE_ARRAY].asks.is_tree);
    REQUIRE(c->books[STRUCTURE_TREE].bids.is_tree || expected.bid_count == 0 || c->version == 0);
    depth_copy(&depth, &c->books[STRUCTURE_TREE], LADDER_LIMIT);
    REQUIRE(depth.bid_count == expected.bid_count && depth.asks_in_book == expected.asks_in_book);
    require_statistics(&depth);
    if (digests) require_digests(c, &expected);
}

/* ---- operations ---- */

static inline price_t draw_price(struct dice *dice)
{
    static const price_t bad[] = {0, -1, LADDER_LIMIT, LADDER_LIMIT + 1, INT64_MAX, PRICE_NONE};
    if (one_in(dice, 251)) return bad[dice_below(dice, 6)];
    return 1 + (price_t)dice_below(dice, LADDER_LIMIT - 1);
}

static inline quantity_t draw_quantity(struct comparison *c)
{
    if (dice_below(&c->dice, 8) < c->drift) return 0;
    if (one_in(&c->dice, 200)) return INT64_MAX - (quantity_t)dice_below(&c->dice, 3);
    return 1 + (quantity_t)dice_below(&c->dice, 200);
}

static inline struct book_change draw_change(struct comparison *c)
{
    struct book_change change = {.price = draw_price(&c->dice),
                                 .side = one_in(&c->dice, 2) ? SIDE_BID : SIDE_ASK,
                                 .mode = one_in(&c->dice, 6) ? CHANGE_ADD : CHANGE_SET,
                                 .quantity = draw_quantity(c)};
    if (change.mode == CHANGE_ADD && one_in(&c->dice, 4)) change.quantity = -change.quantity;
    if (one_in(&c->dice, 250)) change.quantity = -change.quantity;
    return change;
}

/* One level by the side itself, without the book's checks. */
static inline void set_step(struct comparison *c)
{
    enum side side = one_in(&c->dice, 2) ? SIDE_BID : SIDE_ASK;
    price_t price = 1 + (price_t)dice_below(&c->dice, LADDER_LIMIT - 1);
    quantity_t quantity = draw_quantity(c), *at = &c->ladder[side][price];
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) {
        struct book_side *own = order_book_side(&c->books[n], side);
        quantity_t before = -1;
        REQUIRE(book_side_quantity(own, price) == *at);
        REQUIRE(book_side_set(own, price, quantity, &before));
        REQUIRE(before == *at);
    }
    *at = quantity;
    c->tally.sets++;
}

static inline void message_step(struct comparison *c)
{
    struct book_change changes[MESSAGE_MAX];
    quantity_t after[2][LADDER_LIMIT];
    size_t count = dice_below(&c->dice, MESSAGE_MAX + 1);
    for (size_t n = 0; n < count; n++) changes[n] = draw_change(c);
    memcpy(after, c->ladder, sizeof after);
    enum book_error expected = BOOK_OK;
    for (size_t n = 0; n < count && expected == BOOK_OK; n++) expected = ladder_change(after, &changes[n]);
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) REQUIRE(order_book_apply(&c->books[n], changes, count) == expected);
    c->tally.messages++;
    c->tally.refused[expected]++;
    if (expected != BOOK_OK) return;
    memcpy(c->ladder, after, sizeof after);
    c->version++;
}

/* Levels worst to best, each price once; then, for a snapshot, perhaps out of order, with repetitions and faults. */
static inline size_t draw_levels(struct comparison *c, enum side side, struct level *levels)
{
    size_t count = 0;
    unsigned density = 1 + dice_below(&c->dice, 8);
    for (price_t step = 1; step < LADDER_LIMIT; step++)
        if (dice_below(&c->dice, 8) < density)
            levels[count++] = (struct level){side == SIDE_BID ? step : LADDER_LIMIT - step,
                                             1 + (quantity_t)dice_below(&c->dice, 200)};
    return count;
}

static inline size_t disturb_levels(struct comparison *c, struct level *levels, size_t count)
{
    if (count < 2) return count;
    for (unsigned swaps = one_in(&c->dice, 3) ? 40 : 0; swaps > 0; swaps--) {
        size_t a = dice_below(&c->dice, 200) % count, b = dice_below(&c->dice, 200) % count;
        struct level held = levels[a];
        levels[a] = levels[b];
        levels[b] = held;
    }
    for (unsigned more = 0; more < 8 && one_in(&c->dice, 4); more++) {
        levels[count] = levels[dice_below(&c->dice, 200) % count];
        if (one_in(&c->dice, 4)) levels[count].quantity++;
        count++;
    }
    if (one_in(&c->dice, 20)) levels[count - 1].quantity = -(quantity_t)dice_below(&c->dice, 2);
    if (one_in(&c->dice, 20)) levels[0].price = draw_price(&c->dice);
    return count;
}

/* Fills a ladder of one side; bit `error` of the result says that there is this reason to refuse. */
static inline unsigned ladder_snapshot(quantity_t ladder[LADDER_LIMIT], const struct level *levels, size_t count)
{
    unsigned reasons = 0;
    memset(ladder, 0, LADDER_LIMIT * sizeof *ladder);
    for (size_t n = 0; n < count; n++) {
        if (levels[n].quantity <= 0) reasons |= 1U << BOOK_BAD_QUANTITY;
        if (levels[n].price < 1 || levels[n].price >= LADDER_LIMIT) {
            reasons |= 1U << BOOK_PRICE_RANGE;
            continue;
        }
        quantity_t *at = &ladder[levels[n].price];
        if (*at != 0 && *at != levels[n].quantity) reasons |= 1U << BOOK_PRICE_TWICE;
        *at = levels[n].quantity;
    }
    return reasons;
}

static inline void snapshot_step(struct comparison *c)
{
    struct level bids[SNAPSHOT_MAX], asks[SNAPSHOT_MAX];
    quantity_t after[2][LADDER_LIMIT];
    size_t bid_count = disturb_levels(c, bids, draw_levels(c, SIDE_BID, bids));
    size_t ask_count = disturb_levels(c, asks, draw_levels(c, SIDE_ASK, asks));
    unsigned reasons = ladder_snapshot(after[SIDE_BID], bids, bid_count);
    reasons |= ladder_snapshot(after[SIDE_ASK], asks, ask_count);
    enum book_error first = BOOK_OK;
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) {
        enum book_error error = order_book_replace(&c->books[n], bids, bid_count, asks, ask_count);
        REQUIRE(error == BOOK_OK ? reasons == 0 : (reasons & 1U << error) != 0);
        REQUIRE(n == 0 || error == first);
        first = error;
    }
    c->tally.snapshots++;
    c->tally.refused[first]++;
    if (first != BOOK_OK) return;
    memcpy(c->ladder, after, sizeof after);
    c->version++;
}

/* A whole side by the side itself. */
static inline void assign_step(struct comparison *c)
{
    struct level levels[SNAPSHOT_MAX];
    enum side side = one_in(&c->dice, 2) ? SIDE_BID : SIDE_ASK;
    size_t count = draw_levels(c, side, levels);
    ladder_snapshot(c->ladder[side], levels, count);
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++)
        REQUIRE(book_side_assign(order_book_side(&c->books[n], side), levels, count));
    c->tally.assigns++;
}

static inline void clear_step(struct comparison *c)
{
    memset(c->ladder, 0, sizeof c->ladder);
    for (unsigned n = 0; n < STRUCTURE_COUNT; n++) order_book_clear(&c->books[n]);
    c->version++;
    c->tally.clears++;
}

static inline void operation_step(struct comparison *c, bool digests)
{
    bool was_tree = c->books[STRUCTURE_MOVING].bids.is_tree;
    unsigned kind = dice_below(&c->dice, 251);
    if (kind < 150)
        set_step(c);
    else if (kind < 247)
        message_step(c);
    else if (kind == 247)
        snapshot_step(c);
    else if (kind == 248)
        assign_step(c);
    else if (kind == 249)
        c->drift = 1 + dice_below(&c->dice, 6);
    else if (one_in(&c->dice, 8))
        clear_step(c);
    if (c->books[STRUCTURE_MOVING].bids.is_tree != was_tree) c->tally.moves++;
    require_agreement(c, digests);
}

#endif
