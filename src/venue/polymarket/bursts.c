/* Bursts: which messages belong together, and which were seen before.
 *
 * The venue gives every message of a burst the hash and best prices of the book after the whole of it, so a burst, not
 * a message, is what can be proved. It belongs to the market: both tokens' entries are parts of one burst. Open bursts
 * stand in a list by the time at which they end by themselves; as that time is always "now plus BURST_QUIET", adding at
 * the end keeps the order.
 */
#include <stdlib.h>
#include <string.h>

#include "bursts.h"

static void unlist(struct venue_sync *sync, struct tracked *tracked)
{
    if (!tracked->burst_listed) return;
    uint32_t next = tracked->burst_next, previous = tracked->burst_previous;
    if (previous == BURST_END)
        sync->burst_first = next;
    else
        sync->tracked[previous].burst_next = next;
    if (next == BURST_END)
        sync->burst_last = previous;
    else
        sync->tracked[next].burst_previous = previous;
    tracked->burst_listed = false;
}

static void list_last(struct venue_sync *sync, struct tracked *tracked)
{
    uint32_t self = (uint32_t)(tracked - sync->tracked);
    tracked->burst_next = BURST_END;
    tracked->burst_previous = sync->burst_last;
    if (sync->burst_last == BURST_END)
        sync->burst_first = self;
    else
        sync->tracked[sync->burst_last].burst_next = self;
    sync->burst_last = self;
    tracked->burst_listed = true;
}

static void close_hashes(struct tracked *tracked)
{
    uint64_t *place = tracked->closed[tracked->closed_next];
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++) {
        struct pending_hash *pending = &tracked->pending[outcome];
        place[outcome] = pending->set ? burst_hash_key((struct text){pending->hash, sizeof pending->hash}) : 0;
        pending->set = false;
    }
    if (place[0] || place[1]) tracked->closed_next = (tracked->closed_next + 1) % BURSTS_REMEMBERED;
}

uint64_t burst_hash_key(struct text hash)
{
    uint64_t key = 0, word;
    for (size_t i = 0; i + sizeof word <= hash.length; i += sizeof word) {
        memcpy(&word, hash.at + i, sizeof word);
        key = (key ^ word) * UINT64_C(0x9e3779b97f4a7c15);
        key ^= key >> 32;
    }
    return key ? key : 1;
}

bool burst_was_closed(const struct tracked *tracked, int outcome, struct text hash, bool *newest)
{
    if (hash.length == 0) return false;
    uint64_t key = burst_hash_key(hash);
    unsigned last = (tracked->closed_next + BURSTS_REMEMBERED - 1) % BURSTS_REMEMBERED;
    for (unsigned i = 0; i < BURSTS_REMEMBERED; i++) {
        if (tracked->closed[i][outcome] != key) continue;
        *newest = i == last;
        return true;
    }
    return false;
}

bool burst_continues(const struct tracked *tracked, int outcome, struct text hash)
{
    const struct pending_hash *pending = &tracked->pending[outcome];
    return hash.length == 0 || !pending->set || memcmp(pending->hash, hash.at, POLYMARKET_HASH_LENGTH) == 0;
}

void burst_set_hash(struct tracked *tracked, int outcome, struct text hash)
{
    if (hash.length != POLYMARKET_HASH_LENGTH) return;
    memcpy(tracked->pending[outcome].hash, hash.at, POLYMARKET_HASH_LENGTH);
    tracked->pending[outcome].set = true;
}

void burst_extend(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp,
                  uint64_t message)
{
    if (!market->burst_open) tracked->burst_messages = 0;
    market->burst_open = true;
    tracked->burst_message = message;
    tracked->burst_messages++;
    /* Input without stamps: only rules end a burst. */
    tracked->quiet_at = stamp.mono == 0 ? TIME_NEVER : stamp.mono + BURST_QUIET;
    unlist(sync, tracked);
    list_last(sync, tracked);
}

void burst_remember(struct tracked *tracked, int outcome, struct text hash, bool same_stamp)
{
    if (hash.length == 0) return;
    unsigned last = (tracked->closed_next + BURSTS_REMEMBERED - 1) % BURSTS_REMEMBERED;
    uint64_t key = burst_hash_key(hash);
    if (tracked->closed[last][outcome] == key) return;
    if (!same_stamp || tracked->closed[last][outcome]) {
        last = tracked->closed_next;
        memset(tracked->closed[last], 0, sizeof tracked->closed[last]);
        tracked->closed_next = (last + 1) % BURSTS_REMEMBERED;
    }
    tracked->closed[last][outcome] = key;
}

void sync_end_burst(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    unlist(sync, tracked);
    struct market *market = registry_market(sync->registry, tracked->market);
    if (!market || !market->burst_open) return;
    market->burst_open = false;
    market->version++;
    market->proof.bursts++;
    tracked->burst_fingerprint = 0;
    close_hashes(tracked);
    struct burst_report report = {
        .market = tracked->market,
        .message = tracked->burst_message,
        .messages = tracked->burst_messages,
        .stamp = stamp,
        .crossed = order_book_crossed(&market->book) || order_book_locked(&market->book),
    };
    if (report.crossed) market->proof.crossed++;
    sync->outlet->burst(sync->outlet->context, &report);
}

void sync_drop_burst(struct venue_sync *sync, struct tracked *tracked)
{
    unlist(sync, tracked);
    struct market *market = registry_market(sync->registry, tracked->market);
    if (market) market->burst_open = false;
    memset(tracked->pending, 0, sizeof tracked->pending);
    memset(tracked->closed, 0, sizeof tracked->closed);
    tracked->burst_fingerprint = 0;
}
