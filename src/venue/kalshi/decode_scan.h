/* The fast way over levels and deltas, which are nearly all that a busy market sends. Private to the room.
 *
 * What is written in the venue's own order of keys, without blanks and escapes, is read here. What is accepted here
 * means the same to the JSON reader; what is not it has to look at.
 */
#ifndef BOOKTOP_SRC_VENUE_KALSHI_DECODE_SCAN_H
#define BOOKTOP_SRC_VENUE_KALSHI_DECODE_SCAN_H

#include "../dates.h"
#include "../scanning.h"
#include "booktop/venue/kalshi/decode.h"

/* Below 10^18, without leading zeros. What follows it the caller looks at: a point or an exponent is not its shape. */
static inline bool scan_count(struct scan *scan, int64_t *count)
{
    const char *at = scan->at;
    int64_t read = 0;
    unsigned digit;
    for (; at < scan->end && at - scan->at < 18 && (digit = (unsigned char)*at - (unsigned)'0') <= 9; at++)
        read = read * 10 + digit;
    if (at == scan->at || (*scan->at == '0' && at - scan->at > 1)) return false;
    *count = read;
    scan->at = at;
    return true;
}

static inline bool scan_stamp(struct scan *scan, int64_t *ms)
{
    return scan_count(scan, ms) && *ms <= VALUE_STAMP_MAX;
}

static inline bool scan_signed_size(struct scan *scan, quantity_t *size)
{
    bool negative = SCAN(scan, "-");
    if (!scan_decimal(scan, KALSHI_SIZE_SCALE, 100, size)) return false;
    if (negative) *size = -*size;
    return true;
}

/* ["0.6200","126.00"] where the reader stands. The size may be 0. */
static inline bool scan_level(struct json_reader *reader, struct level *level)
{
    struct scan scan = {reader->at, reader->end};
    if (!SCAN(&scan, "[\"") || !scan_price(&scan, &level->price) || level->price == 0) return false;
    if (!SCAN(&scan, ",\"") || !scan_decimal(&scan, KALSHI_SIZE_SCALE, 100, &level->quantity)) return false;
    if (!SCAN(&scan, "]")) return false;
    reader->at = scan.at;
    reader->done = true;
    return true;
}

/* A date behind its opening quote, into Unix milliseconds. One that is read has no character that JSON minds, but for
 * the blanks around it. */
static inline bool scan_date(struct scan *scan, int64_t *ms)
{
    const char *quote = memchr(scan->at, '"', (size_t)(scan->end - scan->at));
    if (!quote) return false;
    struct text date = {scan->at, (size_t)(quote - scan->at)};
    int64_t seconds;
    int milliseconds;
    if (text_trim(date).length != date.length || !date_read(date, &seconds, &milliseconds)) return false;
    if (seconds < 0 || seconds >= VALUE_STAMP_MAX / 1000) return false;
    *ms = seconds * 1000 + milliseconds;
    scan->at = quote + 1;
    return true;
}

/* "ts":"…" and "ts_ms":…, each of which may be missing. The first is read only where the second is not there. */
static inline bool scan_times(struct scan *scan, int64_t *ms)
{
    struct text skipped;
    struct scan date = *scan;
    bool dated = SCAN(&date, ",\"ts\":\"");
    struct scan stamp = date;
    if (dated && !scan_symbol(&stamp, &skipped)) stamp = *scan;
    if (SCAN(&stamp, ",\"ts_ms\":")) {
        *scan = stamp;
        return scan_stamp(scan, ms);
    }
    if (!dated) return true;
    *scan = date;
    return scan_date(scan, ms);
}

/* A whole frame into an event that says nothing yet; where it is not of that shape it says something wrong. */
static inline bool scan_delta(struct text frame, struct event *event, struct level_change *change)
{
    struct scan scan = {frame.at, frame.at + frame.length};
    struct text id;
    if (!SCAN(&scan, "{\"type\":\"orderbook_delta\",\"sid\":") || !scan_count(&scan, &event->stream)) return false;
    if (!SCAN(&scan, ",\"seq\":") || !scan_count(&scan, &event->sequence_first)) return false;
    if (!SCAN(&scan, ",\"msg\":{\"market_ticker\":\"") || !scan_symbol(&scan, &event->market)) return false;
    if (!SCAN(&scan, ",\"market_id\":\"") || (!SCAN(&scan, "\"") && !scan_symbol(&scan, &id))) return false;
    if (!SCAN(&scan, ",\"price_dollars\":\"") || !scan_price(&scan, &change->price)) return false;
    if (!SCAN(&scan, ",\"delta_fp\":\"") || !scan_signed_size(&scan, &change->quantity)) return false;
    bool yes = SCAN(&scan, ",\"side\":\"yes\"");
    if (!yes && !SCAN(&scan, ",\"side\":\"no\"")) return false;
    if (!scan_times(&scan, &event->venue_ms) || !SCAN(&scan, "}")) return false;
    if (SCAN(&scan, ",\"sending_ts_ms\":") && !scan_stamp(&scan, &event->sent_ms)) return false;
    if (!SCAN(&scan, "}") || change->price == 0) return false;
    SCAN(&scan, "\n");
    if (scan.at != scan.end) return false;
    event->sequence_last = event->sequence_first;
    change->side = yes ? SIDE_BID : SIDE_ASK;
    return true;
}

#endif
