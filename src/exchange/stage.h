/* All that plays: the cast, its flow, the channel that tells of it, and the plan of faults. */
#ifndef BOOKTOP_EXCHANGE_STAGE_H
#define BOOKTOP_EXCHANGE_STAGE_H

#include "booktop/exchange/exchange.h"
#include "booktop/exchange/fault.h"
#include "booktop/exchange/polymarket/channel.h"

struct stage {
    struct cast cast;
    struct flow flow;
    struct channel *channel;
    struct fault_plan plan;
};

/* False, with a reason; stage_free is due in any case. Must not be moved afterwards. */
bool stage_create(struct stage *stage, const struct exchange_options *options, char *error, size_t error_size);
void stage_free(struct stage *stage);

#endif
