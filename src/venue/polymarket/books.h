/* How frames become books; see books.c, snapshots.c and changes.c. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_BOOKS_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_BOOKS_H

#include "sync.h"

/* The frame being read. */
struct reading {
    struct stamp stamp;
    uint64_t message;
};

/* The market of that very symbol (a token is no market), or NULL. */
struct market *sync_market(const struct venue_sync *sync, struct text symbol);

void sync_snapshot(struct venue_sync *sync, const struct reading *reading, const struct event *event);
void sync_changes(struct venue_sync *sync, const struct reading *reading, const struct event *event);

/* `market` may be NULL; `asset` may be empty. */
void sync_report(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                 struct market *market, int outcome, struct text asset, enum event_fate fate, const char *why);
void sync_book_changed(struct market *market, const struct event *event, struct stamp stamp);
void sync_count_fate(struct market *market, enum event_fate fate);
/* Counts it too, and distrusts the book if a message of its market was refused. */
void sync_refused(struct venue_sync *sync, struct market *market, enum event_fate fate, struct stamp stamp);
/* The outcome that an asset is, -1 for a stranger's. Of a market that knows one token only, *learnt (empty at first)
 * becomes the first other asset that is nobody else's: its second, once the message is applied. */
int sync_outcome(const struct venue_sync *sync, const struct market *market, struct text asset, struct text *learnt);

extern const char sync_no_book_seen[], sync_strange_asset[], sync_not_watched[];

#endif
