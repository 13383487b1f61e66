/* All markets that are known, found by venue and symbol.
 *
 * Markets live here and move never; they cross threads as handles (index and generation), never as pointers, so that a
 * handle that outlived its market finds nothing. Owned by the feed thread (or whichever owns the engine).
 * A symbol is the market's own (condition id, ticker) or one of its outcomes' tokens; both lead to the market. Lookup
 * is an open-addressed table hashed with a key of the process (SipHash), since symbols come from outside.
 */
#ifndef BOOKTOP_MARKET_REGISTRY_H
#define BOOKTOP_MARKET_REGISTRY_H

#include "booktop/base/clock.h"
#include "booktop/market/clean_view.h"
#include "booktop/market/proof.h"
#include "booktop/market/tape.h"

struct market_handle {
    uint32_t index;
    uint32_t generation; /* 0: no market */
};

#define MARKET_NONE ((struct market_handle){0, 0})

static inline bool market_handle_equal(struct market_handle a, struct market_handle b)
{
    return a.index == b.index && a.generation == b.generation;
}

/* Written by the venue's sync, read by sinks. */
struct market {
    struct market_handle handle;
    struct instrument instrument;
    struct order_book book;
    struct tape tape;
    struct proof proof;
    enum market_status status;
    int winner;               /* outcome that won, -1 while unknown */
    price_t last_trade;       /* in terms of outcome 0; PRICE_NONE: none known */
    uint32_t epoch;           /* raised when what was gathered from this market no longer holds: resync, seek, switch */
    unsigned link;            /* of its venue, on which it is subscribed (venue/venue.h) */
    bool has_book;            /* a snapshot was applied in this epoch: changes may follow */
    bool had_book;            /* `book` is a book, of this epoch or of one before: it may be shown, with its state */
    bool burst_open;          /* changes were applied whose burst has not ended */
    struct clean_rule newest; /* what is known of the newest change */
    int64_t venue_ms;         /* newest venue stamp applied to the book, or EVENT_NO_TIME */
    struct stamp changed;     /* when the book last changed */
    struct stamp heard;       /* when the venue last said anything about it */
    uint64_t messages;        /* applied to this market */
    uint64_t version;         /* raised with everything a view shows */
};

/* What a view of this market leaves out: nothing of a book that is proved, or that is not crossed. */
struct clean_cut market_cut(const struct market *market);

/* Puts a trade on the market's tape; one that is the newest becomes the last trade. `live`: of the stream, so that it
 * counts as a message, and one that is there already as a duplicate. False: it is there already, or is older than the
 * tape. */
bool market_add_trade(struct market *market, const struct trade *trade, bool live, struct stamp stamp);

/* A market that is not watched costs no memory, and starts as new when it is watched again: book, tape, prices go. */
void market_empty(struct market *market);

/* As it was when it was added, but for its handle and what is known of its instrument; its epoch is raised. */
void market_reset(struct market *market);

struct registry;

/* `key`: 16 random bytes of this process (a fixed key in tests and in decode, where order must not depend on it).
 * NULL when out of memory. */
struct registry *registry_create(const uint8_t key[16]);
void registry_destroy(struct registry *registry);

/* Adds a market, or finds the one that has the symbol or a token already and fills in what it did not know (outcome
 * names, titles, tick, the other token). An instrument whose token order is the reverse of the known one is turned
 * first: the order of a known market never changes. Its outcomes are left as they are where a token contradicts what
 * is known. MARKET_NONE when out of memory, or without a symbol. */
struct market_handle registry_add(struct registry *registry, const struct instrument *instrument);

/* Frees a market; its handles find nothing from then on. */
void registry_remove(struct registry *registry, struct market_handle handle);

/* NULL if the handle is stale. */
struct market *registry_market(const struct registry *registry, struct market_handle handle);

/* By symbol or token. *outcome (may be NULL) gets the token's outcome, or -1 if `symbol` is the market's own. NULL if
 * unknown. */
struct market *registry_find(const struct registry *registry, enum venue_id venue, struct text symbol, int *outcome);

/* Gives a market its second token once it is learnt. False if that token is in use already (true where it is this very
 * outcome's), another one is known, it is no symbol (empty, too long, a NUL in it), or out of memory. */
bool registry_set_token(struct registry *registry, struct market *market, unsigned outcome, struct text token);

/* Markets in the order in which they were added: start with position 0; NULL at the end. Removing a market moves those
 * behind it one position forward. */
struct market *registry_next(const struct registry *registry, size_t *position);
size_t registry_count(const struct registry *registry);

#endif
