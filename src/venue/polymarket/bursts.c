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

/* `previous` may be BURST_END: at the beginning. */
static void list_behind(struct venue_sync *sync, struct tracked *tracked, uint32_t previous)
{
    uint32_t self = (uint32_t)(tracked - sync->tracked);
    uint32_t next = previous == BURST_END ? sync->burst_first : sync->tracked[previous].burst_next;
    tracked->burst_next = next;
    tracked->burst_previous = previous;
    if (previous == BURST_END)
        sync->burst_first = self;
    else
        sync->tracked[previous].burst_next = self;
    if (next == BURST_END)
        sync->burst_last = self;
    else
        sync->tracked[next].burst_previous = self;
    tracked->burst_listed = true;
    sync->burst_count++;
}

void burst_unlist(struct venue_sync *sync, struct tracked *tracked)
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
    sync->burst_count--;
}

void burst_list(struct venue_sync *sync, struct tracked *tracked)
{
    uint32_t previous = sync->burst_last;
    while (previous != BURST_END) {
        const struct tracked *other = &sync->tracked[previous];
        if (other->quiet_at < tracked->quiet_at) break;
        if (other->quiet_at == tracked->quiet_at && other->burst_rank <= tracked->burst_rank) break;
        previous = other->burst_previous;
    }
    list_behind(sync, tracked, previous);
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

static uint64_t closed_key(struct text hash, int64_t venue_ms)
{
    uint64_t key = (burst_hash_key(hash) ^ (uint64_t)venue_ms) * UINT64_C(0x9e3779b97f4a7c15);
    key ^= key >> 32;
    return key ? key : 1;
}

static unsigned closed_newest(const struct tracked *tracked)
{
    return (tracked->closed_next + BURSTS_REMEMBERED - 1) % BURSTS_REMEMBERED;
}

/* Returns which outcomes had a hash. */
static unsigned close_hashes(struct tracked *tracked)
{
    uint64_t *place = tracked->closed[tracked->closed_next];
    unsigned had = 0;
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++) {
        struct pending_hash *pending = &tracked->pending[outcome];
        struct text hash = {pending->hash, sizeof pending->hash};
        place[outcome] = pending->set ? closed_key(hash, pending->venue_ms) : 0;
        if (pending->set) had |= 1u << outcome;
        pending->set = pending->named = false;
    }
    if (had) tracked->closed_next = (tracked->closed_next + 1) % BURSTS_REMEMBERED;
    return had;
}

enum burst_age burst_find(const struct tracked *tracked, int outcome, struct text hash, int64_t venue_ms)
{
    if (hash.length == 0) return BURST_UNKNOWN;
    uint64_t key = closed_key(hash, venue_ms);
    for (unsigned i = 0; i < BURSTS_REMEMBERED; i++)
        if (tracked->closed[i][outcome] == key) return i == closed_newest(tracked) ? BURST_NEWEST : BURST_OLDER;
    return BURST_UNKNOWN;
}

bool burst_continues(const struct tracked *tracked, int outcome, struct text hash)
{
    const struct pending_hash *pending = &tracked->pending[outcome];
    return hash.length == 0 || !pending->set || memcmp(pending->hash, hash.at, POLYMARKET_HASH_LENGTH) == 0;
}

void burst_set_hash(struct tracked *tracked, int outcome, const struct level_change *change, int64_t venue_ms)
{
    struct pending_hash *pending = &tracked->pending[outcome];
    pending->named = true;
    pending->named_ms = venue_ms;
    pending->best_bid = change->best_bid;
    pending->best_ask = change->best_ask;
    if (change->hash.length != POLYMARKET_HASH_LENGTH) return;
    memcpy(pending->hash, change->hash.at, POLYMARKET_HASH_LENGTH);
    pending->venue_ms = venue_ms;
    pending->set = true;
}

bool burst_has_message(const struct tracked *tracked, uint64_t fingerprint)
{
    uint64_t count = tracked->burst_messages < MESSAGES_REMEMBERED ? tracked->burst_messages : MESSAGES_REMEMBERED;
    for (uint64_t i = 0; i < count; i++)
        if (tracked->fingerprints[i] == fingerprint) return true;
    return false;
}

void burst_extend(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp,
                  uint64_t message, uint64_t fingerprint)
{
    if (!market->burst_open) tracked->burst_messages = 0;
    market->burst_open = true;
    tracked->reopenable = 0;
    tracked->fingerprints[tracked->burst_messages++ % MESSAGES_REMEMBERED] = fingerprint;
    tracked->burst_message = message;
    /* Where no time passes only rules end a burst. */
    tracked->quiet_at = sync->stampless ? TIME_NEVER : stamp.mono + BURST_QUIET;
    burst_unlist(sync, tracked);
    tracked->burst_rank = UINT32_MAX;
    list_behind(sync, tracked, sync->burst_last);
}

void burst_reopen(struct tracked *tracked, struct market *market)
{
    tracked->closed_next = closed_newest(tracked);
    memset(tracked->closed[tracked->closed_next], 0, sizeof tracked->closed[0]);
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++)
        tracked->pending[outcome].set = tracked->pending[outcome].named = tracked->reopenable & 1u << outcome;
    tracked->reopenable = 0;
    market->burst_open = true;
    market->proof.bursts--;
    if (tracked->ended_crossed) market->proof.crossed--;
    check_take_back(tracked, market);
}

void burst_remember(struct tracked *tracked, int outcome, struct text hash, int64_t venue_ms, bool same_stamp)
{
    tracked->reopenable = 0;
    if (hash.length == 0) return;
    unsigned place = closed_newest(tracked);
    uint64_t key = closed_key(hash, venue_ms);
    if (tracked->closed[place][outcome] == key) return;
    if (!same_stamp || tracked->closed[place][outcome]) {
        place = tracked->closed_next;
        memset(tracked->closed[place], 0, sizeof tracked->closed[place]);
        tracked->closed_next = (place + 1) % BURSTS_REMEMBERED;
    }
    tracked->closed[place][outcome] = key;
}

void sync_end_burst(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp, bool superseded)
{
    burst_unlist(sync, tracked);
    struct market *market = registry_market(sync->registry, tracked->market);
    if (!market || !market->burst_open) return;
    market->burst_open = false;
    market->version++;
    market->proof.bursts++;
    tracked->ended_crossed = order_book_crossed(&market->book) || order_book_locked(&market->book);
    if (tracked->ended_crossed) market->proof.crossed++;
    struct burst_report report = {
        .market = tracked->market,
        .message = tracked->burst_message,
        .messages = tracked->burst_messages,
        .stamp = stamp,
        .crossed = tracked->ended_crossed,
    };
    sync->outlet->burst(sync->outlet->context, &report);
    check_burst(sync, tracked, market, stamp, superseded);
    tracked->reopenable = close_hashes(tracked);
    /* What is proved is whole: nothing of it can be missing. */
    if (tracked->proving.verdict == VERDICT_VERIFIED) tracked->reopenable = 0;
}

void sync_drop_burst(struct venue_sync *sync, struct tracked *tracked)
{
    burst_unlist(sync, tracked);
    struct market *market = registry_market(sync->registry, tracked->market);
    if (market) market->burst_open = false;
    memset(tracked->pending, 0, sizeof tracked->pending);
    memset(tracked->closed, 0, sizeof tracked->closed);
    tracked->reopenable = 0;
}
