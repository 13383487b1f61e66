/* The venue's open events, gone through in the background.
 *
 * It begins when somebody asks what there is, and again when somebody asks much later; the index of before answers
 * until the new one is whole. A page goes out when nothing else has to. One that fails is tried again with back-off;
 * one that the venue refuses several times has a cursor that is worth nothing any more, and everything is read anew.
 */
#include <string.h>

#include "sync.h"

#define SCAN_AGAIN (600 * NANOSECONDS_PER_SECOND)
/* An index that only begins to grow is let grow for so long before a question is answered from it. */
#define GROWING_PATIENCE (2 * NANOSECONDS_PER_SECOND)
/* What is polled goes first, but not for longer. */
#define PAGE_PATIENCE (3 * NANOSECONDS_PER_SECOND)
#define BACKOFF_FIRST NANOSECONDS_PER_SECOND
#define BACKOFF_MOST  (30 * NANOSECONDS_PER_SECOND)
#define REFUSALS_MOST 3
/* More than the venue ever had. */
#define PAGES_MOST 1000

/* === Beginning and end === */

static void begin(struct venue_sync *sync, int64_t due)
{
    struct event_scan *scan = &sync->scan;
    kalshi_index_clear(&scan->index);
    scan->running = true;
    scan->cursor[0] = '\0';
    scan->pages = scan->refusals = 0;
    scan->due = due;
}

static void swap_indexes(struct venue_sync *sync)
{
    struct kalshi_index before = sync->index;
    sync->index = sync->scan.index;
    sync->scan.index = before;
}

static void end(struct venue_sync *sync, struct stamp stamp)
{
    swap_indexes(sync);
    kalshi_index_free(&sync->scan.index);
    sync->whole = true;
    sync->scan.running = false;
    sync->scan.ended = stamp.mono;
}

/* What was read so far answers meanwhile, if there is nothing better. */
static void begin_anew(struct venue_sync *sync)
{
    if (!sync->whole && sync->scan.index.count > sync->index.count) swap_indexes(sync);
    begin(sync, sync->scan.due);
}

static bool has_nothing(const struct venue_sync *sync)
{
    return !sync->whole && sync->index.count == 0 && sync->scan.pages == 0;
}

void kalshi_scan_want(struct venue_sync *sync, struct stamp stamp)
{
    struct event_scan *scan = &sync->scan;
    bool old = scan->ended == TIME_NEVER || stamp.mono - scan->ended > SCAN_AGAIN;
    if (!scan->running && old)
        begin(sync, stamp.mono);
    else if (scan->running && has_nothing(sync) && scan->due > stamp.mono)
        scan->due = stamp.mono; /* somebody waits for the first page */
}

/* === What there is === */

int64_t kalshi_scan_ready(const struct venue_sync *sync, bool fresh, int64_t asked)
{
    const struct event_scan *scan = &sync->scan;
    if (!scan->running || (sync->whole && !fresh)) return asked;
    if (scan->pages == 0 && (fresh || has_nothing(sync))) return TIME_NEVER;
    return asked + GROWING_PATIENCE;
}

size_t kalshi_scan_search(const struct venue_sync *sync, struct text words, bool fresh, const char **tickers,
                          size_t most)
{
    const struct kalshi_index *index = &sync->index, *growing = &sync->scan.index;
    if (sync->scan.running && (fresh || (!sync->whole && growing->count > index->count))) index = growing;
    return kalshi_index_search(index, words, tickers, most);
}

void kalshi_scan_progress(const struct venue_sync *sync, struct venue_progress *progress)
{
    progress->running = sync->scan.running;
    progress->events = (uint32_t)(sync->scan.running ? sync->scan.index.count : sync->index.count);
}

/* What was kept of an earlier run and not read anew since is as old as it was. */
void kalshi_scan_keep(const struct venue_sync *sync, struct json_writer *out)
{
    if (sync->scan.ended != TIME_NEVER && sync->index.count > 0) kalshi_index_write(&sync->index, out);
}

/* === Pages === */

int64_t kalshi_scan_due(const struct venue_sync *sync)
{
    return sync->scan.running && !sync->scan.asked ? sync->scan.due : TIME_NEVER;
}

bool kalshi_scan_starves(const struct venue_sync *sync, struct stamp stamp)
{
    int64_t due = kalshi_scan_due(sync);
    return due != TIME_NEVER && stamp.mono - due >= PAGE_PATIENCE;
}

static void try_later(struct event_scan *scan, struct stamp stamp)
{
    scan->backoff = scan->backoff ? scan->backoff * 2 : BACKOFF_FIRST;
    if (scan->backoff > BACKOFF_MOST) scan->backoff = BACKOFF_MOST;
    scan->due = stamp.mono + scan->backoff;
}

void kalshi_scan_ask(struct venue_sync *sync, struct stamp stamp)
{
    char url[KALSHI_URL_SIZE];
    const struct request request = {.kind = REQUEST_SCAN};
    struct event_scan *scan = &sync->scan;
    if (kalshi_scan_due(sync) > stamp.mono) return;
    scan->asked = kalshi_url_events(sync->rest_url, scan->cursor, url, sizeof url) &&
                  kalshi_poll_get(sync, stamp, &request, "catalogue", url);
    if (!scan->asked) try_later(scan, stamp);
}

void kalshi_scan_hurry(struct venue_sync *sync, struct stamp stamp)
{
    if (sync->scan.due > stamp.mono) sync->scan.due = stamp.mono;
}

/* Adds the page's events; `cursor` gets the next page's. NULL, or why nothing was added. */
static const char *take_page(struct venue_sync *sync, const struct venue_reply *reply, char *cursor)
{
    struct kalshi_index *index = &sync->scan.index;
    size_t count = index->count, length = index->text_length;
    const char *why;
    if (reply->status == 429) return "the venue wants us to wait";
    if (reply->status != 200) return reply->reason;
    catalogue_clear(&sync->catalogue);
    sync->catalogue.plain = true; /* no index has room for rules */
    bool read = kalshi_read_catalogue(&sync->catalogue, reply->body, cursor, &why);
    sync->catalogue.plain = false;
    if (!read) return "the reply is not what this venue sends";
    if (kalshi_index_add(index, &sync->catalogue)) return NULL;
    index->count = count;
    index->text_length = length;
    return "out of memory";
}

static void failed(struct venue_sync *sync, struct stamp stamp, int status, const char *why)
{
    struct event_scan *scan = &sync->scan;
    bool refused = status >= 400 && status < 500 && status != 429;
    try_later(scan, stamp);
    scan->refusals = refused ? scan->refusals + 1 : 0;
    if (scan->refusals == REFUSALS_MOST) begin_anew(sync);
    kalshi_lookups_fail(sync, stamp, why);
}

void kalshi_scan_reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply)
{
    struct event_scan *scan = &sync->scan;
    char cursor[KALSHI_CURSOR_SIZE] = "";
    scan->asked = false;
    const char *why = take_page(sync, reply, cursor);
    if (why) {
        failed(sync, stamp, reply->status, why);
        return;
    }
    /* A page that names itself as the next one would lead nowhere. */
    bool last = !cursor[0] || strcmp(cursor, scan->cursor) == 0;
    memcpy(scan->cursor, cursor, sizeof cursor);
    scan->backoff = 0;
    scan->refusals = 0;
    scan->due = stamp.mono;
    if (++scan->pages == PAGES_MOST || last) end(sync, stamp);
}
