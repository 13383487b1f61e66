/* What a recording holds, for a format to write: books and trades in the terms of outcome 0 of their market, exact.
 *
 * Main thread. Everything that is handed over is borrowed during the call.
 */
#ifndef BOOKTOP_SRC_APP_EXPORT_H
#define BOOKTOP_SRC_APP_EXPORT_H

#include "booktop/market/registry.h"

#define EXPORT_REASON 256

/* A level as it is now: its whole quantity, 0: it is gone. */
struct export_level {
    enum side side;
    price_t price;
    quantity_t quantity;
};

/* A market's book, whole, or what one message changed of it. */
struct export_book {
    const struct market *market;
    size_t number; /* of the market: from 0, in the order of their first rows */
    struct stamp stamp;
    int64_t venue_ms; /* EVENT_NO_TIME: the venue gave none */
    bool snapshot;
    const struct export_level *levels; /* bids, then asks; of a snapshot: all, best first */
    size_t count;
    const struct export_level *gone; /* of a snapshot: those before it that it has not, as 0 */
    size_t gone_count;
};

struct export_trade {
    const struct market *market;
    size_t number;
    struct stamp stamp;
    struct trade trade;
    bool rest; /* it came with an answer of the venue, not with its stream: it may be older than what is before it */
};

/* The proof's state changed. */
struct export_state {
    const struct market *market;
    size_t number;
    int64_t wall;
};

/* Something is missing here: damage, or what the recorder lost. Behind it each book begins anew with a snapshot. */
struct export_gap {
    int64_t from, to; /* wall times of the last record before it and of the first behind it; EVENT_NO_TIME: none */
    struct text why;
};

/* A way to write them. The functions return false when writing failed; the reason is in the errno of the call, or what
 * `reason` says. Those that are NULL have nothing to write. */
struct export_format {
    const char *name; /* "book-csv" */
    bool text;        /* may go to standard output */
    /* NULL, with a reason. */
    void *(*open)(const char *path, char *error, size_t error_size);
    /* When a market is first seen, and at the end once more: then all is known that will be. */
    bool (*market)(void *context, const struct instrument *instrument, size_t number, bool again);
    bool (*book)(void *context, const struct export_book *book);
    bool (*trade)(void *context, const struct export_trade *trade);
    bool (*state)(void *context, const struct export_state *state);
    bool (*gap)(void *context, const struct export_gap *gap);
    /* Frees everything. `keep`: what was written is to stand under its name; otherwise nothing remains of it. False,
     * with a reason, if that failed, or if anything had failed before. */
    bool (*close)(void *context, bool keep, char *error, size_t error_size);
};

extern const struct export_format export_book_csv, export_trades_csv, export_npy, export_ndjson, export_sqlite;

#endif
