/* What is kept of a market to prove its books by, and what the proof asks of the other sources; see proving.c (what a
 * hash is tried with), checks.c (verdicts and what follows from them), book_texts.c and resync.c.
 */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_PROVING_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_PROVING_H

#include "../resync_clock.h"
#include "booktop/market/registry.h"
#include "booktop/venue/polymarket/decode.h"
#include "booktop/venue/polymarket/hash.h"

/* Prices that the last trade may have had: those that were proved, those that were announced. */
#define TRADES_REMEMBERED 4
/* Levels that a burst changed, each once as a rule. */
#define LEVELS_REMEMBERED 24
/* All prices of three decimals are tried at most so often. */
#define FULL_SEARCH_INTERVAL NANOSECONDS_PER_SECOND
/* What is tried to mend a book, one after the other. */
#define RESYNC_STEPS 5
/* Books whose text is kept. */
#define BOOK_TEXTS 256

/* Prices, the newest overwriting the oldest. */
struct price_ring {
    price_t prices[TRADES_REMEMBERED];
    uint32_t count; /* ever put in */
};

/* What enters a market's hashes beside levels and names, as far as it is known. */
struct hash_inputs {
    enum polymarket_recipe recipe;
    bool calibrated; /* a hash was explained by this recipe */
    price_t tick;    /* PRICE_NONE: unknown */
    price_t tick_before;
    quantity_t min_order_size; /* 0: unknown */
    bool negative_risk, negative_risk_known;
    price_t last_trade; /* PRICE_NONE: never traded */
    bool last_trade_known;
};

struct changed_level {
    price_t price;
    enum side side;
};

struct proving {
    struct hash_inputs inputs; /* tick, min_order_size and negative_risk: the instrument's hold */
    struct price_ring proved, announced;
    int64_t searched_at; /* ns of the last full search */
    bool searched_ever;
    unsigned failures; /* checks that failed, in a row */
    bool refused;      /* a message, since the last check that makes up for it */
    /* Fresh snapshots in a row that nothing explains, and whether one of them came by REST. */
    unsigned unexplained;
    bool unexplained_by_rest;
    enum proof_verdict verdict; /* of the burst that ended last */
    /* The levels changed by the burst, in the book's terms, and the book's version before them. */
    struct changed_level levels[LEVELS_REMEMBERED];
    uint32_t level_count; /* more than LEVELS_REMEMBERED: not all are kept */
    uint64_t version;
    uint32_t text; /* where its book's text was kept last (book_texts.c) */
    /* The resync that is under way or will be (resync.c). */
    int64_t resync_due; /* mono ns of its next step, TIME_NEVER: none */
    struct resync_clock clock;
    unsigned resync_tries; /* at most RESYNC_STEPS */
};

/* A hash that a token's book is said to have. */
struct claim {
    int outcome;
    struct text hash;
    int64_t venue_ms;
};

/* What explained a claim, or whether everything was tried. */
struct finding {
    struct hash_inputs inputs;
    const struct claim *claim;
    bool searched;  /* the last trade's price was not the one that was expected */
    bool exhausted; /* nothing explains it: it was this market's turn for the full search, too */
};

struct venue_sync;
struct tracked;
struct reading;

/* The texts of the books proved last; a struct of the sync's. */
struct book_texts {
    struct kept_text {
        struct market_handle market;
        uint64_t version, used;
        struct polymarket_levels levels;
        bool valid;
    } kept[BOOK_TEXTS];
    uint64_t turns;
    struct polymarket_levels scratch;
};

/* proving.c */
/* Nothing is known. */
void proving_init(struct proving *proving);
/* What is known of a market; where `snapshot` is given, what it says of itself goes before that. */
struct hash_inputs proving_inputs(const struct market *market, const struct proving *proving,
                                  const struct event_snapshot *snapshot);
/* What is to be explained: the claims are of one book. */
struct puzzle {
    const struct market *market;
    const struct order_book *book; /* the market's, or one to be looked at by itself */
    const struct hash_inputs *inputs;
    const struct claim *claims;
    size_t claim_count;
    bool wide;   /* recipes and terms other than those that held so far are worth a try */
    int64_t now; /* ns, for the limit on full searches */
};

/* True, with *finding, if one of the claims is explained. */
bool proving_explain(struct venue_sync *sync, struct tracked *tracked, const struct puzzle *puzzle,
                     struct finding *finding);
/* What explained a book of this market holds until something else does. */
void proving_adopt(struct market *market, struct proving *proving, const struct hash_inputs *inputs);
/* What a snapshot says of itself holds, proved or not; `inputs` are those with which it was proved, if it was. */
void proving_learn(struct market *market, struct proving *proving, const struct event_snapshot *snapshot,
                   const struct hash_inputs *inputs);
/* A trade was announced for an outcome. */
void proving_announced(const struct market *market, struct proving *proving, price_t price);
/* A message changes a level of the market's book. */
void proving_changed(struct proving *proving, enum side side, price_t price);

/* checks.c */
/* The book at the end of a burst. `superseded`: by a newer book in full, so that failing means nothing. */
void check_burst(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp,
                 bool superseded);
/* A snapshot that was applied. */
void check_snapshot(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                    const struct reading *reading, const struct event *event, int outcome);
/* One that came late, its levels by themselves in `book`. */
void check_late_snapshot(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                         const struct order_book *book, const struct reading *reading, const struct event *event,
                         int outcome);
/* A message of this market could not be read or applied: what it changed is missing, until a check succeeds. */
void check_refused(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp);
/* The verdict on the burst that ended last is taken back: it goes on. */
void check_take_back(struct tracked *tracked, struct market *market);
/* A new connection: what failed before is over. */
void check_begin_anew(struct tracked *tracked);
/* The state that the last check leads to, once more. */
void check_settle(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp);

/* book_texts.c */
/* The text of a market's book as an outcome sees it; NULL when out of memory. Valid until the next call. */
const struct polymarket_levels *book_texts_of(struct venue_sync *sync, struct tracked *tracked,
                                              const struct market *market, unsigned outcome);
const struct polymarket_levels *book_texts_write(struct venue_sync *sync, const struct order_book *book,
                                                 unsigned outcome);
void book_texts_free(struct book_texts *texts);

/* resync.c */
/* The book is not to be trusted: it is asked for anew after a second, or `at_once`. */
void resync_wish(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp, bool at_once);
/* There was no reason after all: what is not under way yet is called off. */
void resync_not_yet(struct tracked *tracked);
/* A check succeeded. `burst`: of a burst, which alone shows that changes arrive whole: the waits start anew. */
void resync_over(struct tracked *tracked, bool burst);
/* There is a snapshot to replace the book: what a resync that waits for it makes of the difference. */
void resync_compare(struct tracked *tracked, struct market *market, const struct order_book *snapshot,
                    struct stamp stamp);
/* A reply to the question for the book came; where the resync is not over by it, the next step is due soon. */
void resync_unanswered(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp);
/* What is being done about it, NULL: nothing. */
const char *resync_text(const struct proving *proving);
void resync_forget(struct tracked *tracked);
/* One that waits is due at once. */
void resync_hurry(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp);
void sync_resyncs_advance(struct venue_sync *sync, struct stamp stamp);

#endif
