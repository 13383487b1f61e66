/* What a market's bursts remember; see bursts.c. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_BURSTS_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_BURSTS_H

#include "sync.h"

/* 64 bits of all of a hash, never 0: enough to recognise it. */
uint64_t burst_hash_key(struct text hash);
/* The hash is of a burst that ended; *newest: of the last one. */
bool burst_was_closed(const struct tracked *tracked, int outcome, struct text hash, bool *newest);
/* An entry with this hash belongs to the open burst, as far as this outcome's hash tells. */
bool burst_continues(const struct tracked *tracked, int outcome, struct text hash);
void burst_set_hash(struct tracked *tracked, int outcome, struct text hash);
/* A message was applied: it opens the burst or belongs to it. */
void burst_extend(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp,
                  uint64_t message);
/* A snapshot is whole in itself: its hash is that of a burst that has ended, the same one as the other token's snapshot
 * of the same stamp. */
void burst_remember(struct tracked *tracked, int outcome, struct text hash, bool same_stamp);

#endif
