#include "booktop/market/depth.h"

#include <string.h>

static uint32_t levels_copy(struct level *out, const struct book_side *side, uint32_t limit)
{
    uint32_t count = 0;
    for (const struct level *level = book_side_best(side); level != NULL && count < limit;
         level = book_side_worse(side, level))
        out[count++] = *level;
    return count;
}

static quantity_t add_saturating(quantity_t a, quantity_t b)
{
    quantity_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

static void levels_complement(struct level *levels, uint32_t count, price_t one)
{
    for (uint32_t n = 0; n < count; n++) levels[n].price = one - levels[n].price;
}

/* Exchanges the contents of both sides; each may be longer. */
static void levels_exchange(struct level *a, uint32_t a_count, struct level *b, uint32_t b_count)
{
    uint32_t common = a_count < b_count ? a_count : b_count;
    for (uint32_t n = 0; n < common; n++) {
        struct level held = a[n];
        a[n] = b[n];
        b[n] = held;
    }
    memcpy(&b[common], &a[common], (a_count - common) * sizeof *a);
    memcpy(&a[common], &b[common], (b_count - common) * sizeof *b);
}

static inline void exchange_counts(uint32_t *a, uint32_t *b)
{
    uint32_t held = *a;
    *a = *b;
    *b = held;
}

static price_t step_down(price_t price, price_t step)
{
    price_t over = price % step;
    if (over < 0) over += step;
    price_t down;
    return __builtin_sub_overflow(price, over, &down) ? price : down;
}

/* A price without room for a whole step above it stays as it is. */
static price_t step_up(price_t price, price_t step)
{
    price_t over = price % step;
    if (over < 0) over += step;
    if (over == 0) return price;
    price_t up;
    return __builtin_add_overflow(price, step - over, &up) ? price : up;
}

/* Rounding keeps the order, so levels of one step stand together. */
static uint32_t levels_group(struct level *levels, uint32_t count, price_t step, price_t (*round)(price_t, price_t))
{
    uint32_t kept = 0;
    for (uint32_t n = 0; n < count; n++) {
        struct level level = {round(levels[n].price, step), levels[n].quantity};
        if (kept > 0 && levels[kept - 1].price == level.price)
            levels[kept - 1].quantity = add_saturating(levels[kept - 1].quantity, level.quantity);
        else
            levels[kept++] = level;
    }
    return kept;
}

void depth_copy(struct depth *depth, const struct order_book *book, uint32_t limit)
{
    if (limit > DEPTH_LEVELS) limit = DEPTH_LEVELS;
    depth->bids_in_book = book->bids.count;
    depth->asks_in_book = book->asks.count;
    depth->bid_count = levels_copy(depth->bids, &book->bids, limit);
    depth->ask_count = levels_copy(depth->asks, &book->asks, limit);
}

void depth_assign(struct depth *to, const struct depth *from)
{
    if (to == from) return;
    to->bid_count = from->bid_count;
    to->ask_count = from->ask_count;
    to->bids_in_book = from->bids_in_book;
    to->asks_in_book = from->asks_in_book;
    memcpy(to->bids, from->bids, from->bid_count * sizeof *to->bids);
    memcpy(to->asks, from->asks, from->ask_count * sizeof *to->asks);
}

void depth_mirror(struct depth *depth, price_t one)
{
    levels_complement(depth->bids, depth->bid_count, one);
    levels_complement(depth->asks, depth->ask_count, one);
    levels_exchange(depth->bids, depth->bid_count, depth->asks, depth->ask_count);
    exchange_counts(&depth->bid_count, &depth->ask_count);
    exchange_counts(&depth->bids_in_book, &depth->asks_in_book);
}

void depth_group(struct depth *depth, price_t step)
{
    if (step <= 1) return;
    depth->bid_count = levels_group(depth->bids, depth->bid_count, step, step_down);
    depth->ask_count = levels_group(depth->asks, depth->ask_count, step, step_up);
}

void depth_cumulate(const struct level *levels, size_t count, quantity_t *out)
{
    quantity_t sum = 0;
    for (size_t n = 0; n < count; n++) out[n] = sum = add_saturating(sum, levels[n].quantity);
}

price_t depth_best_bid(const struct depth *depth)
{
    return depth->bid_count > 0 ? depth->bids[0].price : PRICE_NONE;
}

price_t depth_best_ask(const struct depth *depth)
{
    return depth->ask_count > 0 ? depth->asks[0].price : PRICE_NONE;
}
