/* What books a recorded session had at which message, and that nothing else is verified when it is played damaged. */
#ifndef BOOKTOP_TESTS_TRUTH_H
#define BOOKTOP_TESTS_TRUTH_H

#include "recorded_session.h"

/* What books there were, at which message. */
struct truth {
    uint64_t *books; /* owned: a set, by message and market */
    size_t count;
    struct market_cache {
        uint64_t version, book;
    } caches[2 * MARKETS_MOST + 16];
};

static inline uint64_t book_of(struct truth *truth, const struct market *market)
{
    struct market_cache *cache = &truth->caches[market->handle.index % (2 * MARKETS_MOST + 16)];
    if (cache->version != market->version || cache->book == 0)
        *cache = (struct market_cache){market->version, fingerprint_book(market)};
    return cache->book;
}

static inline uint64_t entry_of(struct truth *truth, const struct market *market, uint64_t message)
{
    uint64_t hash = fingerprint_text(book_of(truth, market), text_from(market->instrument.symbol));
    return fingerprint_number(hash, (int64_t)message);
}

static inline int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static inline struct truth find_truth(const char *const *names, size_t count)
{
    struct truth truth = {0};
    size_t capacity = 0;
    struct playback *playback = play_files(names, count, NULL);
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
        const struct market *market;
        bool frame = next->record && next->record->kind == RECORD_RECEIVED;
        uint64_t message = frame ? next->record->number : 0;
        playback_step(playback);
        for (size_t position = 0;
             frame && (market = registry_next(engine_registry(playback_engine(playback)), &position));) {
            if (truth.count == capacity) {
                capacity = capacity ? 2 * capacity : 4096;
                truth.books = realloc(truth.books, capacity * sizeof *truth.books);
                assert_non_null(truth.books);
            }
            truth.books[truth.count++] = entry_of(&truth, market, message);
        }
    }
    playback_close(playback);
    qsort(truth.books, truth.count, sizeof *truth.books, by_value);
    memset(truth.caches, 0, sizeof truth.caches);
    return truth;
}

/* Plays it to its end. Returns how often a market was verified; `*faults`: what damage was told. */
static inline uint64_t check_verified(struct truth *truth, struct playback *playback, uint64_t *faults)
{
    uint64_t verified = 0;
    memset(truth->caches, 0, sizeof truth->caches);
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
        const struct market *market;
        bool frame = next->record && next->record->kind == RECORD_RECEIVED;
        uint64_t message = frame ? next->record->number : 0;
        playback_step(playback);
        for (size_t position = 0;
             frame && (market = registry_next(engine_registry(playback_engine(playback)), &position));) {
            if (market->proof.state != PROOF_VERIFIED) continue;
            uint64_t entry = entry_of(truth, market, message);
            if (!bsearch(&entry, truth->books, truth->count, sizeof entry, by_value))
                fail_msg("%s is said to be verified at message %llu, and was never so", market->instrument.symbol,
                         (unsigned long long)message);
            verified++;
        }
    }
    *faults = playback_counts(playback).faults;
    playback_close(playback);
    return verified;
}

#endif
