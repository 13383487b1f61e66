/* What a client of the market channel asks for: read from its JSON object by a small scanner of the exchange's own.
 *
 *   {"assets_ids":["…"],"type":"market","custom_feature_enabled":true}        the first one
 *   {"assets_ids":["…"],"operation":"subscribe"}   {"assets_ids":["…"],"operation":"unsubscribe"}
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_SUBSCRIPTION_H
#define BOOKTOP_EXCHANGE_POLYMARKET_SUBSCRIPTION_H

#include "booktop/base/text.h"

struct subscription {
    struct text assets; /* inside of the array; borrowed from the message */
    bool unsubscribe;
    bool dump; /* books are wanted (default) */
    bool custom, custom_given;
};

/* False if the message is no object with a list of assets, or neither of type market nor with an operation. */
bool subscription_parse(struct text message, struct subscription *out);

/* Takes the next asset id off the list; false at its end. */
bool subscription_next(struct text *assets, struct text *id);

#endif
