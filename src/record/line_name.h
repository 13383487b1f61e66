/* The names that lines use. Static tables; any thread. */
#ifndef BOOKTOP_RECORD_LINE_NAME_H
#define BOOKTOP_RECORD_LINE_NAME_H

#include "booktop/record/line.h"

/* Links of one venue that c can tell apart. */
#define LINE_LINKS 64

/* "polymarket", "kalshi". */
const char *line_venue_text(enum venue_id venue);

/* VENUE_COUNT, RECORD_UNKNOWN, RECORD_EVENT_COUNT: no such name. */
enum venue_id line_venue(struct text name);
enum record_kind line_kind(struct text name);
enum record_event line_event(struct text name);

#endif
