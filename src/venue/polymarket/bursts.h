/* What a market's bursts remember; see bursts.c. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_BURSTS_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_BURSTS_H

#include "sync.h"

/* 64 bits of all of a hash, never 0: enough to recognise it. */
uint64_t burst_hash_key(struct text hash);
/* Of which burst that ended a hash is, if of any. With its stamp: a recipe without one gives the same hash again
 * whenever the book is the same again. */
enum burst_age { BURST_UNKNOWN, BURST_NEWEST, BURST_OLDER };
enum burst_age burst_find(const struct tracked *tracked, int outcome, struct text hash, int64_t venue_ms);
/* An entry with this hash belongs to the open burst, as far as this outcome's hash tells. */
bool burst_continues(const struct tracked *tracked, int outcome, struct text hash);
void burst_set_hash(struct tracked *tracked, int outcome, const struct level_change *change, int64_t venue_ms);
/* A message of this fingerprint is one of the last MESSAGES_REMEMBERED of the open burst, or of the one that may be
 * reopened. One whose size goes from 50 to 20 and back to 50 under one stamp and hash looks just like a repetition of
 * the first message; repetitions are routine, and the hash proves the book in the end. */
bool burst_has_message(const struct tracked *tracked, uint64_t fingerprint);
/* A message was applied: it opens the burst or belongs to it. */
void burst_extend(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp,
                  uint64_t message, uint64_t fingerprint);
/* The open burst of a recording takes its place in the list. */
void burst_list(struct venue_sync *sync, struct tracked *tracked);
void burst_unlist(struct venue_sync *sync, struct tracked *tracked);
/* The newest burst goes on: it was only silent for a while. It was reported and counted as ended; the count is taken
 * back, and it will be reported again, whole. */
void burst_reopen(struct tracked *tracked, struct market *market);
/* A snapshot is whole in itself: its hash is that of a burst that has ended, the same one as the other token's snapshot
 * of the same stamp. */
void burst_remember(struct tracked *tracked, int outcome, struct text hash, int64_t venue_ms, bool same_stamp);

#endif
