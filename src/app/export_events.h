/* A sink that makes an export's rows of what the engine reports: only of what was applied.
 *
 * For each market it keeps the book as it was exported, so that every row says something new, whatever the message
 * that led to it looked like (both tokens' terms, amounts that are added, entries that change nothing).
 */
#ifndef BOOKTOP_SRC_APP_EXPORT_EVENTS_H
#define BOOKTOP_SRC_APP_EXPORT_EVENTS_H

#include "booktop/engine/engine.h"
#include "export.h"

struct export_events;

/* `format` and its `context` are borrowed. NULL: out of memory. */
struct export_events *export_events_create(struct engine *engine, const struct export_format *format, void *context);
void export_events_destroy(struct export_events *events);

/* Of this market alone, "[VENUE:]SYMBOL", borrowed. */
void export_events_only(struct export_events *events, const char *market);
/* Whether there is such a market by now; true where all are wanted. */
bool export_events_known(const struct export_events *events);
/* Nothing is exported until it begins: then each book, if they are known, as a snapshot of that moment. */
void export_events_wait(struct export_events *events);
void export_events_begin(struct export_events *events, struct stamp stamp, bool known);

/* Before the engine is told something: when that is. */
void export_events_at(struct export_events *events, struct stamp stamp);
/* After a market may have been restored: if so, its book is a snapshot. */
void export_events_restored(struct export_events *events, enum venue_id venue, const char *symbol);
/* Before the engine is told that something is missing. */
void export_events_gap(struct export_events *events, const struct export_gap *gap);
/* At the end: markets are told of once more. */
void export_events_finish(struct export_events *events);

/* A row could not be written: nothing more is. */
bool export_events_failed(const struct export_events *events);

#endif
