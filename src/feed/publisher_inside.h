/* The inside of the publisher, shared by its sources: publisher.c (what has changed, and when it is published),
 * publisher_looks.c (the ui's looks and rests, and who wakes whom), publisher_views.c (what a view holds),
 * publisher_watched.c (the markets that are watched).
 */
#ifndef BOOKTOP_SRC_FEED_PUBLISHER_INSIDE_H
#define BOOKTOP_SRC_FEED_PUBLISHER_INSIDE_H

#include "inside.h"

/* publisher.c: the panels and the list that show this market are to be published. */
void publisher_mark(struct feed *feed, struct market_handle handle);

/* publisher_looks.c */
void publisher_looks_open(struct feed *feed);
/* True if the panel's view may be written now. If not, the ui wakes the feed as soon as it may. */
bool publisher_may_write(struct feed *feed, struct panel *panel);
/* Hands it over. */
void publisher_hand_over(struct feed *feed, struct panel *panel);
/* It is not written, whether it may be or not: nobody is to wait for it. */
void publisher_hold_back(struct panel *panel);

/* publisher_views.c: all but the serial. */
void publisher_view(struct feed *feed, const struct panel *panel, struct book_view *view);

/* publisher_watched.c */
/* NULL: it is none of the registry's. */
struct market *publisher_market(const struct feed *feed, struct market_handle handle);
/* NULL: it is not watched. */
struct watched *publisher_watched(const struct feed *feed, struct market_handle handle);
/* A market's recent trades are to be asked for. */
void publisher_tell_seed(struct feed *feed, struct market_handle handle);

#endif
