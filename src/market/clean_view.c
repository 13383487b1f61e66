#include "booktop/market/clean_view.h"

#include <string.h>

/* The side opposite to the newest change, and what rules out levels of it. */
struct suspect {
    const struct book_side *side;
    price_t said;     /* the best price it has, as the venue said; PRICE_NONE: it did not */
    price_t opposite; /* the best price of the side that changed: a level that reaches it crosses or locks */
};

static bool price_beyond(price_t price, price_t best, enum side side)
{
    return side == SIDE_BID ? price > best : price < best;
}

static bool level_ruled_out(const struct suspect *suspect, enum side side, price_t price)
{
    if (suspect->said != PRICE_NONE && price_beyond(price, suspect->said, side)) return true;
    return price == suspect->opposite || price_beyond(price, suspect->opposite, side);
}

static struct suspect suspect_side(const struct order_book *book, const struct clean_rule *rule)
{
    if (rule->newest == SIDE_BID) return (struct suspect){&book->asks, rule->said_ask, order_book_best_bid(book)};
    return (struct suspect){&book->bids, rule->said_bid, order_book_best_ask(book)};
}

struct clean_cut clean_view_cut(const struct order_book *book, const struct clean_rule *rule)
{
    struct clean_cut cut = {.side = rule->newest == SIDE_BID ? SIDE_ASK : SIDE_BID};
    if (!order_book_locked(book) && !order_book_crossed(book)) return cut;
    struct suspect suspect = suspect_side(book, rule);
    const struct level *level = book_side_best(suspect.side);
    for (; level != NULL && level_ruled_out(&suspect, cut.side, level->price); cut.levels++)
        level = book_side_worse(suspect.side, level);
    return cut;
}

static void levels_drop(struct level *levels, uint32_t *count, uint32_t dropped)
{
    if (dropped > *count) dropped = *count;
    *count -= dropped;
    memmove(levels, &levels[dropped], *count * sizeof *levels);
}

void clean_view_apply(struct depth *depth, const struct clean_cut *cut)
{
    if (cut->side == SIDE_BID)
        levels_drop(depth->bids, &depth->bid_count, cut->levels);
    else
        levels_drop(depth->asks, &depth->ask_count, cut->levels);
}
