/* What links.c, subscriptions.c, first_books.c and freeze.c share. */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_LINKS_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_LINKS_H

#include "sync.h"

/* links.c */
/* The tracked market of a handle, NULL if the handle is stale or nothing is kept of it. */
struct tracked *link_find_tracked(struct venue_sync *sync, struct market_handle handle, struct market **market);
void link_set_phase(struct venue_sync *sync, struct stamp stamp, unsigned number, enum link_phase phase,
                    const char *why);
/* The same again. */
void link_tell_phase(const struct venue_sync *sync, struct stamp stamp, unsigned number);
void link_wish(struct venue_sync *sync, enum wish_kind kind, unsigned number, const char *why);
void link_send(struct venue_sync *sync, unsigned number, struct text text, const char *what);

/* subscriptions.c */
/* What is wanted of a link changed: the venue is told soon, of all at once. */
void subscriptions_changed(struct venue_sync *sync, struct stamp stamp, unsigned number);
void subscriptions_tell(struct venue_sync *sync, struct stamp stamp, unsigned number);
/* The first message of a connection names every token of the link. */
void subscriptions_open(struct venue_sync *sync, unsigned number);
/* What the venue was told is gone with the connection. */
void subscriptions_forget(struct venue_sync *sync, struct stamp stamp, unsigned number);

/* first_books.c */
extern const char first_books_text[]; /* why a link is degraded */
/* The first book of a market on its link is awaited from now on; it is awaited no more. */
void first_book_await(struct venue_sync *sync, struct tracked *tracked, int64_t now);
void first_book_await_no_more(struct venue_sync *sync, struct tracked *tracked);
/* Sees to the books of a link that are overdue. */
void first_books_check(struct venue_sync *sync, struct stamp stamp, unsigned number);
/* Those that were asked for in vain, and wait, are due as soon as may be. */
void first_books_hurry(struct venue_sync *sync, struct stamp stamp, unsigned number);

/* freeze.c */
/* Where the link was silent for long one of its books is asked for. */
void freeze_advance(struct venue_sync *sync, struct stamp stamp, unsigned number);

#endif
