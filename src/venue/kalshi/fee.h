/* A market's fee, which is that of its series: GET /series/TICKER {"series":{"ticker","fee_type","fee_multiplier",…}}.
 * Pure. The types ("quadratic", "quadratic_with_maker_fees", "flat") are explained in the venue's fee schedule alone,
 * which its protocol does not have: they are told by name. Source: Kalshi's OpenAPI document as of 2026-10.
 */
#ifndef BOOKTOP_SRC_VENUE_KALSHI_FEE_H
#define BOOKTOP_SRC_VENUE_KALSHI_FEE_H

#include "booktop/base/text.h"
#include "booktop/market/details.h"

/* The series of a market or event, "KXFED" of "KXFED-26DEC-T4.25". Borrowed from `ticker`. */
struct text kalshi_series(struct text ticker);

/* FEE_NONE for a series whose fee is multiplied by nothing. False, *fee untouched, for a body that does not tell, or is
 * another series'. */
bool kalshi_read_fee(struct fee *fee, struct text series, struct text body);

#endif
