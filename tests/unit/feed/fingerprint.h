/* What an engine does and has, as numbers that can be compared: all that it reported, and a market as it stands. */
#ifndef BOOKTOP_TESTS_FINGERPRINT_H
#define BOOKTOP_TESTS_FINGERPRINT_H

#include <string.h>

#include "booktop/engine/engine.h"
#include "booktop/market/digest.h"

/* FNV-1a, 64 bits. */
#define FINGERPRINT_BEGIN UINT64_C(14695981039346656037)

static inline uint64_t fingerprint_bytes(uint64_t hash, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++) hash = (hash ^ at[i]) * UINT64_C(1099511628211);
    return hash;
}

static inline uint64_t fingerprint_text(uint64_t hash, struct text text)
{
    hash = fingerprint_bytes(hash, &text.length, sizeof text.length);
    return text.length > 0 ? fingerprint_bytes(hash, text.at, text.length) : hash;
}

static inline uint64_t fingerprint_number(uint64_t hash, int64_t number)
{
    return fingerprint_bytes(hash, &number, sizeof number);
}

/* Sums up every report of an engine, in order, but for its own time: the wall's is told. */
struct fingerprint {
    struct engine *engine;
    uint64_t hash;
    uint64_t reports, proved;
};

static inline void fingerprint_add(struct fingerprint *print, int64_t number)
{
    print->hash = fingerprint_number(print->hash, number);
}

static inline void fingerprint_market(struct fingerprint *print, struct market_handle handle)
{
    const struct market *market = registry_market(engine_registry(print->engine), handle);
    print->reports++;
    print->hash = fingerprint_text(print->hash, text_from(market ? market->instrument.symbol : ""));
}

static inline void fingerprint_event(void *context, const struct event_report *report)
{
    struct fingerprint *print = context;
    fingerprint_market(print, report->market);
    fingerprint_add(print, report->event->kind);
    fingerprint_add(print, report->event->venue_ms);
    fingerprint_add(print, report->fate);
    fingerprint_add(print, report->outcome);
    fingerprint_add(print, (int64_t)report->message);
    fingerprint_add(print, report->stamp.wall);
    print->hash = fingerprint_text(print->hash, report->asset);
    print->hash = fingerprint_text(print->hash, text_from(report->why));
}

static inline void fingerprint_burst(void *context, const struct burst_report *report)
{
    struct fingerprint *print = context;
    fingerprint_market(print, report->market);
    fingerprint_add(print, (int64_t)report->message);
    fingerprint_add(print, (int64_t)report->messages);
    fingerprint_add(print, report->stamp.wall);
    fingerprint_add(print, report->crossed);
}

static inline void fingerprint_proof(void *context, const struct proof_report *report)
{
    struct fingerprint *print = context;
    const struct proof_check *check = &report->check;
    fingerprint_market(print, report->market);
    print->proved += check->verdict == VERDICT_VERIFIED;
    fingerprint_add(print, (int64_t)report->message);
    fingerprint_add(print, report->late);
    fingerprint_add(print, check->verdict);
    fingerprint_add(print, check->snapshot);
    fingerprint_add(print, check->searched);
    fingerprint_add(print, check->outcome);
    fingerprint_add(print, check->stamp.wall);
    print->hash = fingerprint_text(print->hash, report->asset);
    print->hash = fingerprint_text(print->hash, text_from(check->recipe));
    print->hash = fingerprint_text(print->hash, text_from(check->why));
}

static inline void fingerprint_state(void *context, const struct market *market)
{
    struct fingerprint *print = context;
    fingerprint_market(print, market->handle);
    fingerprint_add(print, market->proof.state);
    fingerprint_add(print, market->status);
    print->hash = fingerprint_text(print->hash, text_from(market->proof.why));
}

static const struct engine_sink fingerprint_sink = {
    .on_event = fingerprint_event,
    .on_burst = fingerprint_burst,
    .on_proof = fingerprint_proof,
    .on_state = fingerprint_state,
};

static inline void fingerprint_open(struct fingerprint *print, struct engine *engine)
{
    *print = (struct fingerprint){.engine = engine, .hash = FINGERPRINT_BEGIN};
    assert_true(engine_add_sink(engine, &fingerprint_sink, print));
}

static inline uint64_t fingerprint_book(const struct market *market)
{
    char digest[DIGEST_TEXT_SIZE];
    digest_book(&market->instrument, &market->book, 0, digest);
    return fingerprint_text(FINGERPRINT_BEGIN, text_from(digest));
}

/* A market that can be compared with another engine's, or with itself elsewhere. */
static inline uint64_t fingerprint_of_market(const struct market *market)
{
    const struct proof *proof = &market->proof;
    const int64_t numbers[] = {
        proof->state,
        (int64_t)proof->bursts,
        (int64_t)proof->verified,
        (int64_t)proof->searched,
        (int64_t)proof->failed,
        (int64_t)proof->unverifiable,
        (int64_t)proof->gaps,
        (int64_t)proof->duplicates,
        (int64_t)proof->refused,
        (int64_t)proof->crossed,
        (int64_t)proof->resyncs,
        (int64_t)proof->note_count,
        market->status,
        market->last_trade,
        market->venue_ms,
        market->has_book,
        market->had_book,
        market->burst_open,
    };
    uint64_t hash = fingerprint_text(fingerprint_book(market), text_from(proof->why));
    hash = fingerprint_bytes(hash, numbers, sizeof numbers);
    return fingerprint_text(hash, text_from(market->instrument.symbol));
}

/* All markets, in whatever order they are known. */
static inline uint64_t fingerprint_of_all(struct engine *engine)
{
    const struct market *market;
    uint64_t sum = 0;
    for (size_t position = 0; (market = registry_next(engine_registry(engine), &position));)
        if (market->had_book || market->proof.state != PROOF_SYNCING) sum += fingerprint_of_market(market);
    return sum;
}

#endif
