/* A book as one line of JSON: the line of `decode --books` and of `--json`. */
#ifndef BOOKTOP_SRC_APP_BOOK_LINE_H
#define BOOKTOP_SRC_APP_BOOK_LINE_H

#include "booktop/json/writer.h"
#include "booktop/market/registry.h"

/* When the book was so. */
struct book_time {
    int64_t m;      /* ns */
    const char *at; /* as people read it */
};

/* Appends
 * {"m":..,"at":..,"venue":..,"market":..,"asset":..,"bids":[["0.62","126"],…],"asks":[…],"digest":"b3:…","state":..,
 * "hidden":0} and a line feed: best price first, in the terms of `outcome`. `time`, with "m" and
 * "at", may be NULL. `hidden`: levels that a view leaves out.
 * Without `whole` (the book is cut to what a view holds) the digest is null: it would be another book's. */
void book_line_write(struct json_writer *out, const struct instrument *instrument, const struct order_book *book,
                     unsigned outcome, enum proof_state state, uint32_t hidden, bool whole,
                     const struct book_time *time);

#endif
