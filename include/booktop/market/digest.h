/* Our own state digest of a book: equal books have equal digests, whichever structure holds them.
 *
 * "b3:" and 64 hex digits of BLAKE3 over: the bytes "booktop book 1\n", u8 price scale, u8 size scale, then for bids
 * and for asks, best first: u32 count, per level i64 price, i64 size; little endian, in the asset's own terms.
 * Never to be called a venue hash. Feed thread, or any that owns the book.
 */
#ifndef BOOKTOP_MARKET_DIGEST_H
#define BOOKTOP_MARKET_DIGEST_H

#include "booktop/market/order_book.h"

#define DIGEST_TEXT_SIZE 68

/* The digest of the book as outcome `outcome` sees it (0 as it is, 1 mirrored). */
void digest_book(const struct instrument *instrument, const struct order_book *book, unsigned outcome,
                 char out[DIGEST_TEXT_SIZE]);

#endif
