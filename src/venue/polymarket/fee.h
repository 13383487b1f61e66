/* What a market's description tells of its fee. makerBaseFee and takerBaseFee are not what is charged, and not read. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_FEE_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_FEE_H

#include "booktop/json/reader.h"
#include "booktop/market/details.h"

/* As far as it was read. Zeroed: nothing is told. */
struct fee_terms {
    bool told, enabled; /* feesEnabled */
    bool has_curve;     /* feeSchedule: rate and exponent were read */
    struct fee curve;
};

/* `feesEnabled`. */
void fee_terms_enabled(struct fee_terms *terms, const struct json_value *value);
/* `feeSchedule`, whose value was just read; reads it to its end. */
void fee_terms_schedule(struct fee_terms *terms, struct json_reader *reader, const struct json_value *value);

struct fee fee_terms_fee(const struct fee_terms *terms);

#endif
