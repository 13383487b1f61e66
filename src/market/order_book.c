#include "booktop/market/order_book.h"

#include <stdlib.h>
#include <string.h>

#include "level_sort.h"
#include "memory.h"

/* A side of a snapshot on its way into the book: `levels` is the caller's array where it was in order already, else a
 * piece of the book's scratch. */
struct arriving {
    const struct level *levels;
    size_t count;
    enum side side;
    bool in_order; /* strictly, worst to best */
};

static bool price_allowed(price_t price, price_t limit)
{
    return price > 0 && (limit == 0 || price < limit);
}

/* Checks what can be checked level by level, and looks whether they are in order. */
static enum book_error arriving_check(struct arriving *arriving, price_t limit)
{
    const int64_t flip = arriving->side == SIDE_ASK ? -1 : 0;
    int64_t last = INT64_MIN;
    arriving->in_order = true;
    for (size_t n = 0; n < arriving->count; n++) {
        const struct level *level = &arriving->levels[n];
        if (!price_allowed(level->price, limit)) return BOOK_PRICE_RANGE;
        if (level->quantity <= 0) return BOOK_BAD_QUANTITY;
        int64_t rank = level->price ^ flip;
        if (rank <= last) arriving->in_order = false;
        last = rank;
    }
    return BOOK_OK;
}

/* Puts levels in order within `scratch` and makes one of those that occur twice. */
static enum book_error arriving_sort(struct arriving *arriving, struct level *scratch)
{
    memcpy(scratch, arriving->levels, arriving->count * sizeof *scratch);
    level_sort(scratch, arriving->count, arriving->side);
    size_t kept = 0;
    for (size_t n = 0; n < arriving->count; n++) {
        if (kept == 0 || scratch[kept - 1].price != scratch[n].price)
            scratch[kept++] = scratch[n];
        else if (scratch[kept - 1].quantity != scratch[n].quantity)
            return BOOK_PRICE_TWICE;
    }
    arriving->levels = scratch;
    arriving->count = kept;
    return BOOK_OK;
}

static bool staged_reserve(struct order_book *book, size_t count)
{
    if (count <= book->staged_capacity) return true;
    struct level *grown = memory_grow(book->staged, sizeof *book->staged, count, &book->staged_capacity);
    if (grown == NULL) return false;
    book->staged = grown;
    return true;
}

/* Sorts the sides that need it, one behind the other in the book's scratch. */
static enum book_error arriving_stage(struct order_book *book, struct arriving sides[2])
{
    size_t bids = sides[SIDE_BID].in_order ? 0 : sides[SIDE_BID].count;
    size_t asks = sides[SIDE_ASK].in_order ? 0 : sides[SIDE_ASK].count;
    if (bids + asks == 0) return BOOK_OK;
    if (!staged_reserve(book, bids + asks)) return BOOK_NO_MEMORY;
    enum book_error error = BOOK_OK;
    if (bids > 0) error = arriving_sort(&sides[SIDE_BID], book->staged);
    if (asks > 0 && error == BOOK_OK) error = arriving_sort(&sides[SIDE_ASK], book->staged + bids);
    return error;
}

/* What a level holds after a change. */
static enum book_error change_result(const struct book_side *side, const struct book_change *change, quantity_t *result)
{
    quantity_t stood = 0;
    if (change->mode == CHANGE_ADD)
        stood = book_side_quantity(side, change->price);
    else if (change->quantity < 0)
        return BOOK_BAD_QUANTITY;
    if (__builtin_add_overflow(stood, change->quantity, result)) return BOOK_OVERFLOW;
    return *result < 0 ? BOOK_BELOW_ZERO : BOOK_OK;
}

static enum book_error change_apply(struct order_book *book, const struct book_change *change, quantity_t *before)
{
    if (!price_allowed(change->price, book->limit)) return BOOK_PRICE_RANGE;
    struct book_side *side = order_book_side(book, change->side);
    quantity_t result;
    enum book_error error = change_result(side, change, &result);
    if (error != BOOK_OK) return error;
    return book_side_set(side, change->price, result, before) ? BOOK_OK : BOOK_NO_MEMORY;
}

/* Takes back the first `count` changes, newest first. Needs no memory: no side becomes longer than it was before the
 * message or at some point within it, and neither changes nor moves between structures make room less. */
static void changes_undo(struct order_book *book, const struct book_change *changes, size_t count)
{
    while (count-- > 0)
        book_side_set(order_book_side(book, changes[count].side), changes[count].price, book->undo[count], NULL);
}

static bool undo_reserve(struct order_book *book, size_t count)
{
    if (count <= book->undo_capacity) return true;
    quantity_t *grown = memory_grow(book->undo, sizeof *book->undo, count, &book->undo_capacity);
    if (grown == NULL) return false;
    book->undo = grown;
    return true;
}

const char *book_error_text(enum book_error error)
{
    static const char *const texts[] = {
        [BOOK_OK] = "accepted",
        [BOOK_PRICE_RANGE] = "price out of range",
        [BOOK_BAD_QUANTITY] = "quantity not positive",
        [BOOK_PRICE_TWICE] = "price twice with different quantities",
        [BOOK_BELOW_ZERO] = "level would fall below zero",
        [BOOK_OVERFLOW] = "quantity too large",
        [BOOK_NO_MEMORY] = "out of memory",
    };
    return (size_t)error < sizeof texts / sizeof *texts ? texts[error] : "unknown";
}

static uint32_t side_difference(const struct book_side *a, const struct book_side *b)
{
    uint32_t difference = 0;
    for (const struct level *level = book_side_best(a); level; level = book_side_worse(a, level))
        if (book_side_quantity(b, level->price) != level->quantity) difference++;
    for (const struct level *level = book_side_best(b); level; level = book_side_worse(b, level))
        if (book_side_quantity(a, level->price) == 0) difference++;
    return difference;
}

void order_book_init(struct order_book *book, price_t limit)
{
    *book = (struct order_book){.limit = limit};
    book_side_init(&book->bids, SIDE_BID);
    book_side_init(&book->asks, SIDE_ASK);
}

void order_book_free(struct order_book *book)
{
    book_side_free(&book->bids);
    book_side_free(&book->asks);
    free(book->staged);
    free(book->undo);
    order_book_init(book, book->limit);
}

enum book_error order_book_replace(struct order_book *book, const struct level *bids, size_t bid_count,
                                   const struct level *asks, size_t ask_count)
{
    struct arriving sides[] = {
        [SIDE_BID] = {.levels = bids, .count = bid_count, .side = SIDE_BID},
        [SIDE_ASK] = {.levels = asks, .count = ask_count, .side = SIDE_ASK},
    };
    enum book_error error = arriving_check(&sides[SIDE_BID], book->limit);
    if (error == BOOK_OK) error = arriving_check(&sides[SIDE_ASK], book->limit);
    if (error == BOOK_OK) error = arriving_stage(book, sides);
    if (error != BOOK_OK) return error;

    struct book_side *own_bids = order_book_side(book, SIDE_BID), *own_asks = order_book_side(book, SIDE_ASK);
    if (!book_side_reserve(own_bids, sides[SIDE_BID].count)) return BOOK_NO_MEMORY;
    if (!book_side_reserve(own_asks, sides[SIDE_ASK].count)) return BOOK_NO_MEMORY;
    book_side_assign(own_bids, sides[SIDE_BID].levels, sides[SIDE_BID].count); /* there is room: cannot fail */
    book_side_assign(own_asks, sides[SIDE_ASK].levels, sides[SIDE_ASK].count);
    book->version++;
    return BOOK_OK;
}

enum book_error order_book_apply(struct order_book *book, const struct book_change *changes, size_t count)
{
    if (!undo_reserve(book, count)) return BOOK_NO_MEMORY;
    for (size_t n = 0; n < count; n++) {
        enum book_error error = change_apply(book, &changes[n], &book->undo[n]);
        if (error == BOOK_OK) continue;
        changes_undo(book, changes, n);
        return error;
    }
    book->version++;
    return BOOK_OK;
}

void order_book_clear(struct order_book *book)
{
    book_side_clear(&book->bids);
    book_side_clear(&book->asks);
    book->version++;
}

uint32_t order_book_difference(const struct order_book *a, const struct order_book *b)
{
    return side_difference(&a->bids, &b->bids) + side_difference(&a->asks, &b->asks);
}

struct book_side *order_book_side(struct order_book *book, enum side side)
{
    struct book_side *found = side == SIDE_BID ? &book->bids : &book->asks;
    found->side = side; /* a zeroed book does not know yet which of its sides are the asks */
    return found;
}

price_t order_book_best_bid(const struct order_book *book)
{
    const struct level *best = book_side_best(&book->bids);
    return best != NULL ? best->price : PRICE_NONE;
}

price_t order_book_best_ask(const struct order_book *book)
{
    const struct level *best = book_side_best(&book->asks);
    return best != NULL ? best->price : PRICE_NONE;
}

bool order_book_locked(const struct order_book *book)
{
    price_t bid = order_book_best_bid(book);
    return bid != PRICE_NONE && bid == order_book_best_ask(book);
}

bool order_book_crossed(const struct order_book *book)
{
    price_t ask = order_book_best_ask(book);
    return ask != PRICE_NONE && order_book_best_bid(book) > ask;
}
