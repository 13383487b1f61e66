/* Streams: what the venue numbers. Each subscription to a channel is one, with a count of its own over all its markets
 * and over some answers to commands. A number that is missing may have been any market's: all books of the stream are
 * stale.
 */
#include "../snap.h"
#include "sync.h"

/* So many old numbers in a row are a count that began again. */
#define OLD_RUN 3

/* Told from other reasons for doubt by its words. */
static const char unread[] = "a message could not be read, and may have been of it";

static bool is_present(const struct venue_sync *sync, int64_t sid)
{
    for (size_t i = 0; i < KALSHI_CHANNELS; i++)
        if (sync->channel_sid[i] == sid) return true;
    return false;
}

/* More than were ever asked for: one that is not of our subscriptions is forgotten, and what it counted is unknown. */
static struct stream *free_stream(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < STREAMS_MAX; i++)
        if (sync->streams[i].sid == EVENT_NO_SEQUENCE) return &sync->streams[i];
    struct stream *stream = sync->streams;
    while (is_present(sync, stream->sid)) stream++;
    kalshi_stream_give_up(sync, stream->sid, "too many streams", HAPPENED_DISCONNECT, 0, stamp);
    return stream;
}

struct stream *kalshi_stream_find(struct venue_sync *sync, int64_t sid)
{
    if (sid == EVENT_NO_SEQUENCE) return NULL;
    for (size_t i = 0; i < STREAMS_MAX; i++)
        if (sync->streams[i].sid == sid) return &sync->streams[i];
    return NULL;
}

struct stream *kalshi_stream_open(struct venue_sync *sync, int64_t sid, struct stamp stamp)
{
    struct stream *stream = kalshi_stream_find(sync, sid);
    if (stream) return stream;
    stream = free_stream(sync, stamp);
    *stream = (struct stream){
        .sid = sid,
        .last = EVENT_NO_SEQUENCE,
        .yes_price = sync->has_key, /* what we subscribe has them so */
        .old_last = EVENT_NO_SEQUENCE,
        .unread_due = TIME_NEVER,
    };
    return stream;
}

void kalshi_stream_close(struct venue_sync *sync, int64_t sid)
{
    struct stream *stream = kalshi_stream_find(sync, sid);
    if (stream) stream->sid = EVENT_NO_SEQUENCE;
}

void kalshi_stream_begin_anew(struct venue_sync *sync, struct stream *stream, struct stamp stamp)
{
    if (stream->last == EVENT_NO_SEQUENCE) return;
    kalshi_stream_give_up(sync, stream->sid, "subscribed anew", HAPPENED_DISCONNECT, 0, stamp);
    stream->last = stream->old_last = EVENT_NO_SEQUENCE;
    stream->yes_price = sync->has_key;
    stream->settled = stream->books = stream->unread = false;
    stream->unread_due = TIME_NEVER;
}

void kalshi_streams_clear(struct venue_sync *sync)
{
    for (size_t i = 0; i < STREAMS_MAX; i++) sync->streams[i].sid = EVENT_NO_SEQUENCE;
    for (size_t i = 0; i < KALSHI_CHANNELS; i++) {
        sync->channel_sid[i] = EVENT_NO_SEQUENCE;
        sync->channel_asked[i] = sync->channel_refused[i] = false;
    }
}

void kalshi_stream_give_up(struct venue_sync *sync, int64_t sid, const char *why, enum proof_happening what,
                           uint32_t number, struct stamp stamp)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked || tracked->sid != sid || !market->has_book) continue;
        kalshi_burst_drop(sync, tracked, market);
        proof_note(&market->proof, what, number, stamp);
        market->has_book = false;
        tracked->rebuilding = true;
        kalshi_sync_set_state(sync, market, PROOF_STALE, why, stamp);
        kalshi_fetch_await(sync, tracked, market, stamp);
    }
}

/* === Books that are doubted === */

void kalshi_stream_turn(struct venue_sync *sync, struct stream *stream, struct stamp stamp)
{
    stream->yes_price = !stream->yes_price;
    stream->settled = true;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked || tracked->sid != stream->sid || !market->has_book) continue;
        proof_note(&market->proof, HAPPENED_CORRUPTION, 0, stamp);
        kalshi_fetch_anew(sync, tracked, market, PROOF_STALE, "its prices were on another scale", stamp);
    }
}

static void doubt_books(struct venue_sync *sync, int64_t sid, struct stamp stamp)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked || tracked->sid != sid || market->proof.state != PROOF_VERIFIED) continue;
        kalshi_burst_distrust(sync, tracked, market, HAPPENED_REFUSAL, unread, stamp);
    }
}

static void doubt_stream(struct venue_sync *sync, struct stream *stream, struct stamp stamp)
{
    stream->unread_due = TIME_NEVER;
    stream->unread = true;
    doubt_books(sync, stream->sid, stamp);
}

/* Where no time passes there is none to wait for. */
void kalshi_streams_unread(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &sync->streams[i];
        if (stream->sid == EVENT_NO_SEQUENCE || !stream->books || stream->unread_due != TIME_NEVER) continue;
        if (sync->stampless) {
            doubt_stream(sync, stream, stamp);
            continue;
        }
        stream->unread_due = stamp.mono + UNREAD_PATIENCE;
        kalshi_sync_due(sync, stream->unread_due);
    }
}

void kalshi_streams_advance(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < STREAMS_MAX; i++) {
        struct stream *stream = &sync->streams[i];
        if (stream->sid == EVENT_NO_SEQUENCE || stream->unread_due > stamp.mono) continue;
        doubt_stream(sync, stream, stamp);
    }
}

/* The count went on: what could not be read was none of the stream's, and its books miss nothing. */
static void trust_books(struct venue_sync *sync, struct stream *stream, const struct reading *reading)
{
    stream->unread_due = TIME_NEVER;
    if (!stream->unread) return;
    stream->unread = false;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked || tracked->sid != stream->sid || !word_equal(market->proof.why, unread)) continue;
        kalshi_burst_trust(sync, market, reading);
    }
}

/* === The count === */

/* The market whose gap it is to count, so that one hole is one gap: the one that the frame names, else the first whose
 * book is of the stream. A stream of trades has none. */
static struct market *market_of_gap(struct venue_sync *sync, const struct event *event)
{
    struct market *market = registry_find(sync->registry, VENUE_KALSHI, event->market, NULL);
    const struct tracked *tracked = market ? kalshi_sync_tracked(sync, market->handle, &market) : NULL;
    if (tracked && tracked->sid == event->stream) return market;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (tracked && tracked->sid == event->stream) return market;
    }
    return NULL;
}

/* From here on the stream counts from this number; what its books miss nobody knows. */
static enum stream_order begin_after_hole(struct venue_sync *sync, const struct event *event, const char *why,
                                          uint32_t missing, struct stamp stamp)
{
    struct stream *stream = kalshi_stream_find(sync, event->stream);
    struct market *market = market_of_gap(sync, event);
    if (market) market->proof.gaps++;
    stream->last = event->sequence_last;
    stream->old_last = EVENT_NO_SEQUENCE;
    stream->unread = false;
    stream->unread_due = TIME_NEVER;
    kalshi_stream_give_up(sync, event->stream, why, HAPPENED_GAP, missing, stamp);
    if (event->stream == sync->channel_sid[KALSHI_BOOKS]) kalshi_subscriptions_lost(sync, KALSHI_BOOKS, stamp);
    return STREAM_GAP;
}

/* Old numbers that rise one by one are no repetitions: the count began again. An old snapshot alone may be a
 * repetition, or the first of a new count: which it is nobody can tell. */
static bool began_again(struct stream *stream, const struct event *event)
{
    int64_t number = event->sequence_last;
    bool rises = stream->old_last != EVENT_NO_SEQUENCE && number - 1 == stream->old_last;
    stream->old_run = rises ? stream->old_run + 1 : 1;
    stream->old_last = number;
    if (event->kind == EVENT_CONTROL) return false; /* it is an answer, whatever its number */
    return stream->old_run >= OLD_RUN;
}

/* What came after it is missing if it was meant. It is not applied, and no book of the stream is trusted. */
static enum stream_order refuse_snapshot(struct venue_sync *sync, const struct event *event, struct stamp stamp)
{
    struct market *market = market_of_gap(sync, event);
    if (market) market->proof.gaps++;
    kalshi_stream_give_up(sync, event->stream, "a snapshot with an old number", HAPPENED_GAP, 0, stamp);
    if (event->stream == sync->channel_sid[KALSHI_BOOKS]) kalshi_subscriptions_lost(sync, KALSHI_BOOKS, stamp);
    return STREAM_OLD;
}

enum stream_order kalshi_stream_count(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    if (event->stream == EVENT_NO_SEQUENCE || event->sequence_last == EVENT_NO_SEQUENCE) return STREAM_IN_ORDER;
    struct stream *stream = kalshi_stream_open(sync, event->stream, reading->stamp);
    int64_t last = stream->last, number = event->sequence_last;
    if (last != EVENT_NO_SEQUENCE && number <= last) {
        bool snapshot = event->kind == EVENT_SNAPSHOT;
        if (snapshot && number == last) return STREAM_OLD; /* the newest frame once more */
        if (!began_again(stream, event)) return snapshot ? refuse_snapshot(sync, event, reading->stamp) : STREAM_OLD;
        return begin_after_hole(sync, event, "the venue's count began again", 0, reading->stamp);
    }
    stream->old_last = EVENT_NO_SEQUENCE;
    /* The first frame that is heard of a stream may have any number. */
    if (last == EVENT_NO_SEQUENCE || number - 1 == last) {
        stream->last = number;
        trust_books(sync, stream, reading);
        return STREAM_IN_ORDER;
    }
    int64_t missing = number - last - 1;
    return begin_after_hole(sync, event, "a gap in the venue's count",
                            missing > UINT32_MAX ? UINT32_MAX : (uint32_t)missing, reading->stamp);
}
