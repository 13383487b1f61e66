/* An order book: two sides, changed by whole messages only.
 *
 * The book stays exactly as the venue sends it, also while it is locked or crossed: cleaning is the view's business.
 * Every operation is atomic: what is refused leaves the book as it was. Feed thread.
 */
#ifndef BOOKTOP_MARKET_ORDER_BOOK_H
#define BOOKTOP_MARKET_ORDER_BOOK_H

#include "booktop/market/book_side.h"

enum book_error {
    BOOK_OK,
    BOOK_PRICE_RANGE,  /* a price that is not positive, or not below the limit given */
    BOOK_BAD_QUANTITY, /* negative, or 0 in a snapshot */
    BOOK_PRICE_TWICE,  /* a price that occurs twice in one side of a snapshot with different quantities */
    BOOK_BELOW_ZERO,   /* an added change that would leave less than nothing */
    BOOK_OVERFLOW,     /* an added change beyond 63 bits */
    BOOK_NO_MEMORY,
};

/* In words: static, never NULL. */
const char *book_error_text(enum book_error error);

/* A change as the book takes it: in its own terms, mirrored already where that was needed. */
struct book_change {
    price_t price;
    quantity_t quantity;
    enum side side;
    enum change_mode mode;
};

struct order_book {
    struct book_side bids, asks;
    price_t limit;    /* prices are 0 < price < limit (prediction markets: one); 0: no upper limit */
    uint64_t version; /* raised by every accepted snapshot and message of changes */
    /* Scratch of order_book_apply (what stood before, for undoing) and of order_book_replace; owned. */
    quantity_t *undo;
    size_t undo_capacity;
    struct level *staged;
    size_t staged_capacity;
};

/* A zeroed book is empty, without a price limit. */
void order_book_init(struct order_book *book, price_t limit);
void order_book_free(struct order_book *book);

/* Replaces both sides by a snapshot. Levels may come in any order (the venues' own order, worst to best, is the fast
 * one). Quantities of 0 are left out by no one: they refuse the snapshot, and so does what book_error names. */
enum book_error order_book_replace(struct order_book *book, const struct level *bids, size_t bid_count,
                                   const struct level *asks, size_t ask_count);

/* Applies the changes of one message, in order, all or none. Removing a level that is not there is fine. */
enum book_error order_book_apply(struct order_book *book, const struct book_change *changes, size_t count);

/* Empties both sides; raises the version too. */
void order_book_clear(struct order_book *book);

/* How many levels two books do not have in common: that one of them lacks, or has with another quantity. */
uint32_t order_book_difference(const struct order_book *a, const struct order_book *b);

struct book_side *order_book_side(struct order_book *book, enum side side);

/* PRICE_NONE for an empty side. */
price_t order_book_best_bid(const struct order_book *book);
price_t order_book_best_ask(const struct order_book *book);

/* Both sides there and best bid == best ask, or best bid > best ask. */
bool order_book_locked(const struct order_book *book);
bool order_book_crossed(const struct order_book *book);

#endif
