#include "line_name.h"

static const char *const kinds[RECORD_KIND_COUNT] = {
    [RECORD_HEADER] = "hdr",   [RECORD_RECEIVED] = "rx", [RECORD_SENT] = "tx",   [RECORD_ASKED] = "ask",
    [RECORD_REPLIED] = "http", [RECORD_EVENT] = "ev",    [RECORD_ROUND] = "key", [RECORD_SNAP] = "snap",
    [RECORD_CHECK] = "chk",    [RECORD_END] = "end",     [RECORD_UNKNOWN] = "",
};

static const char *const events[RECORD_EVENT_COUNT] = {
    [RECORD_OPENED] = "opened",       [RECORD_LOST] = "lost",           [RECORD_GIVEN_UP] = "given_up",
    [RECORD_WATCHED] = "watched",     [RECORD_UNWATCHED] = "unwatched", [RECORD_SEEDED] = "seeded",
    [RECORD_LOOKED_UP] = "looked_up", [RECORD_RETRIED] = "retried",     [RECORD_MARK] = "mark",
    [RECORD_LEARNT] = "learnt",       [RECORD_DROPPED] = "dropped",     [RECORD_CLOCK] = "clock",
    [RECORD_AWOKE] = "awoke",         [RECORD_SHOWN] = "shown",
};

static const char *const venues[VENUE_COUNT] = {[VENUE_POLYMARKET] = "polymarket", [VENUE_KALSHI] = "kalshi"};

/* The place of a name, or `count`. */
static unsigned name_find(const char *const *names, unsigned count, struct text name)
{
    unsigned i = 0;
    while (i < count && !text_is(name, names[i])) i++;
    return i;
}

const char *record_kind_text(enum record_kind kind)
{
    return kinds[kind];
}

const char *record_event_text(enum record_event event)
{
    return events[event];
}

const char *line_venue_text(enum venue_id venue)
{
    return venues[venue];
}

enum venue_id line_venue(struct text name)
{
    return (enum venue_id)name_find(venues, VENUE_COUNT, name);
}

enum record_kind line_kind(struct text name)
{
    return (enum record_kind)name_find(kinds, RECORD_UNKNOWN, name);
}

enum record_event line_event(struct text name)
{
    return (enum record_event)name_find(events, RECORD_EVENT_COUNT, name);
}
