/* Frames into books: what each kind of message does to its market. */
#include <stdlib.h>
#include <string.h>

#include "sync.h"

static const char no_book_seen[] = "its book was not seen";
static const char after_gap[] = "a snapshot is awaited";
static const char not_watched[] = "not a watched market";
static const char old_number[] = "an old sequence number";
static const char other_stream[] = "not of its book's subscription";

void kalshi_frames_report(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                          const struct market *market, enum event_fate fate, const char *why)
{
    struct event_report report = {
        .event = event,
        .market = market ? market->handle : MARKET_NONE,
        .outcome = market ? 0 : -1,
        .fate = fate,
        .why = why,
        .stamp = reading->stamp,
        .message = reading->message,
    };
    sync->outlet->event(sync->outlet->context, &report);
}

static struct market *find_market(const struct venue_sync *sync, struct text ticker)
{
    return registry_find(sync->registry, VENUE_KALSHI, ticker, NULL);
}

/* For input that comes without a catalogue. NULL, with *why, when out of memory or of a ticker that is none. */
static struct market *make_market(struct venue_sync *sync, struct text ticker, const char **why)
{
    struct instrument instrument;
    *why = "not a ticker";
    if (!instrument_init(&instrument, VENUE_KALSHI, ticker, KALSHI_PRICE_SCALE, KALSHI_SIZE_SCALE)) return NULL;
    text_copy(TEXT("Yes"), instrument.outcomes[0].name, sizeof instrument.outcomes[0].name);
    text_copy(TEXT("No"), instrument.outcomes[1].name, sizeof instrument.outcomes[1].name);
    *why = "out of memory";
    return registry_market(sync->registry, registry_add(sync->registry, &instrument));
}

static bool was_left(const struct venue_sync *sync, const struct market *market)
{
    if (market->handle.index >= sync->tracked_count) return false;
    const struct tracked *tracked = &sync->tracked[market->handle.index];
    return market_handle_equal(tracked->market, market->handle) && tracked->left;
}

/* One that has no number cannot be missed. */
static bool is_numbered(const struct event *event)
{
    return event->stream != EVENT_NO_SEQUENCE && event->sequence_last != EVENT_NO_SEQUENCE;
}

static void book_changed(struct tracked *tracked, struct market *market, const struct event *event, struct stamp stamp)
{
    int64_t venue_ms = event->venue_ms != EVENT_NO_TIME ? event->venue_ms : event->sent_ms;
    if (venue_ms != EVENT_NO_TIME) market->venue_ms = venue_ms;
    market->changed = market->heard = stamp;
    market->messages++;
    market->version++;
    kalshi_witness_compare(tracked, market);
}

/* === Snapshots === */

/* The asks of a snapshot with their prices on the other scale. NULL when out of memory. */
static const struct level *mirrored(struct venue_sync *sync, const struct market *market,
                                    const struct event_snapshot *snapshot)
{
    size_t count = snapshot->ask_count;
    if (count > sync->mirror_capacity) {
        struct level *grown = realloc(sync->mirror, count * 2 * sizeof *grown);
        if (!grown) return NULL;
        sync->mirror = grown;
        sync->mirror_capacity = count * 2;
    }
    price_t one = instrument_one(&market->instrument);
    for (size_t i = 0; i < count; i++)
        sync->mirror[i] = (struct level){one - snapshot->asks[i].price, snapshot->asks[i].quantity};
    return sync->mirror;
}

/* How far the best bid is above the best ask: 0 locked, below 0 neither, or a side is empty. */
static price_t levels_overlap(const struct event_snapshot *got, const struct level *asks)
{
    price_t bid = 0, ask = INT64_MAX;
    for (size_t i = 0; i < got->bid_count; i++)
        if (got->bids[i].price > bid) bid = got->bids[i].price;
    for (size_t i = 0; i < got->ask_count; i++)
        if (asks[i].price < ask) ask = asks[i].price;
    return got->bid_count && got->ask_count ? bid - ask : -1;
}

/* The snapshot's asks in YES terms. Which scale its NO prices are on the messages do not say. Where the one that was
 * asked for makes a crossed book and the other does not, the request was not honoured; the other way round it was, and
 * then no crossed book is a reason to turn it any more. */
static const struct level *snapshot_asks(struct venue_sync *sync, const struct market *market,
                                         const struct event *event, struct stamp stamp)
{
    const struct event_snapshot *got = &event->snapshot;
    struct stream *stream = event->stream != EVENT_NO_SEQUENCE ? kalshi_stream_open(sync, event->stream, stamp) : NULL;
    if (!stream || got->ask_count == 0) return got->asks;
    const struct level *other = mirrored(sync, market, got);
    if (!other) return NULL;
    const struct level *expected = stream->yes_price ? other : got->asks;
    const struct level *instead = stream->yes_price ? got->asks : other;
    if (stream->settled) return expected;
    price_t overlap = levels_overlap(got, expected), other_overlap = levels_overlap(got, instead);
    if (overlap > 0 && other_overlap < 0) {
        kalshi_stream_turn(sync, stream, stamp);
        return instead;
    }
    stream->settled = overlap < 0 && other_overlap > 0;
    return expected;
}

/* The new book is built apart, and takes the old one's place once they were compared. */
static void exchange_books(struct venue_sync *sync, struct market *market)
{
    uint64_t version = market->book.version + 1;
    struct order_book before = market->book;
    market->book = sync->trial;
    market->book.version = version;
    sync->trial = before;
}

/* A book that replaces one that was given up is compared with it. */
static enum book_error replace_book(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                                    const struct event_snapshot *snapshot, const struct level *asks, struct stamp stamp)
{
    bool compares = tracked->rebuilding && market->had_book;
    struct order_book *book = compares ? &sync->trial : &market->book;
    book->limit = market->book.limit;
    enum book_error error = order_book_replace(book, snapshot->bids, snapshot->bid_count, asks, snapshot->ask_count);
    if (error || !compares) return error;
    uint32_t wrong = order_book_difference(&market->book, book);
    exchange_books(sync, market);
    enum proof_happening what = wrong ? HAPPENED_MENDED : HAPPENED_CONFIRMED;
    proof_note(&market->proof, tracked->returning ? HAPPENED_RETURN : what, wrong, stamp);
    /* The connection before was ended for this book's sake. */
    if (tracked->freeze.froze && sync->open) freeze_judge(&sync->freeze, wrong);
    tracked->freeze.froze = false;
    market->epoch++;
    return BOOK_OK;
}

static enum event_fate refuse_snapshot(struct venue_sync *sync, const struct reading *reading, struct tracked *tracked,
                                       struct market *market, enum book_error error, const char **why)
{
    *why = book_error_text(error);
    market->proof.refused++;
    if (tracked && market->has_book && reading->message) {
        proof_note(&market->proof, HAPPENED_CORRUPTION, 0, reading->stamp);
        kalshi_fetch_anew(sync, tracked, market, PROOF_STALE, "its snapshot cannot be true", reading->stamp);
    }
    return FATE_REFUSED;
}

static void settle_snapshot(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                            struct tracked *tracked, struct market *market)
{
    struct stream *stream = kalshi_stream_find(sync, event->stream);
    if (stream) stream->books = true;
    tracked->rebuilding = tracked->returning = tracked->reconnected = false;
    tracked->sid = event->stream;
    market->has_book = market->had_book = true;
    market->newest = (struct clean_rule){SIDE_BID, PRICE_NONE, PRICE_NONE};
    book_changed(tracked, market, event, reading->stamp);
    kalshi_fetch_end(sync, tracked);
    if (reading->message)
        kalshi_burst_check_snapshot(sync, tracked, market, reading, is_numbered(event));
    else
        kalshi_sync_set_state(sync, market, PROOF_POLLED, kalshi_poll_why(sync), reading->stamp);
}

static enum event_fate apply_snapshot(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                                      struct market *market, const char **why)
{
    const struct event_snapshot *got = &event->snapshot;
    struct tracked *tracked = kalshi_sync_track(sync, market);
    if (tracked && tracked->left) {
        *why = not_watched;
        return FATE_IGNORED;
    }
    const struct level *asks = tracked ? snapshot_asks(sync, market, event, reading->stamp) : NULL;
    if (!tracked || (got->ask_count && !asks))
        return refuse_snapshot(sync, reading, tracked, market, BOOK_NO_MEMORY, why);
    kalshi_burst_end(sync, tracked, market, reading->stamp);
    enum book_error error = replace_book(sync, tracked, market, got, asks, reading->stamp);
    if (error) return refuse_snapshot(sync, reading, tracked, market, error, why);
    settle_snapshot(sync, reading, event, tracked, market);
    return FATE_APPLIED;
}

static void on_snapshot(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    const char *why = not_watched;
    struct market *market = find_market(sync, event->market);
    if (!market && sync->discover) market = make_market(sync, event->market, &why);
    if (!market) {
        kalshi_frames_report(sync, reading, event, NULL, FATE_IGNORED, why);
        return;
    }
    why = NULL;
    enum event_fate fate = apply_snapshot(sync, reading, event, market, &why);
    kalshi_frames_report(sync, reading, event, market, fate, why);
}

/* === Changes === */

/* One level by so much. What cannot be true of the book gives it away. */
static enum event_fate apply_change(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                                    struct tracked *tracked, struct market *market, const char **why)
{
    const struct level_change *got = &event->changes.changes[0];
    struct book_change change = {got->price, got->quantity, got->side, got->mode};
    const struct stream *stream = kalshi_stream_find(sync, event->stream);
    if (stream && stream->yes_price && got->side == SIDE_ASK)
        change.price = instrument_one(&market->instrument) - got->price;
    if (market->burst_open && event->venue_ms != tracked->burst_ms)
        kalshi_burst_end(sync, tracked, market, reading->stamp);
    enum book_error error = order_book_apply(&market->book, &change, 1);
    if (error) {
        *why = book_error_text(error);
        market->proof.refused++;
        proof_note(&market->proof, HAPPENED_CORRUPTION, 0, reading->stamp);
        kalshi_fetch_anew(sync, tracked, market, PROOF_STALE, "a change that cannot be true of it", reading->stamp);
        return FATE_REFUSED;
    }
    market->newest = (struct clean_rule){change.side, PRICE_NONE, PRICE_NONE};
    kalshi_burst_extend(sync, tracked, market, reading, event->venue_ms);
    activity_add(&tracked->freeze.activity, reading->stamp.mono);
    kalshi_burst_number(sync, market, is_numbered(event), reading->stamp);
    book_changed(tracked, market, event, reading->stamp);
    return FATE_APPLIED;
}

/* A message of a book's without the stream that it belongs to, or that cannot be read. */
static void doubt_book(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    kalshi_burst_distrust(sync, tracked, market, HAPPENED_REFUSAL, "a message of it could not be placed", stamp);
}

static void on_changes(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    struct market *market = find_market(sync, event->market);
    struct tracked *tracked = NULL;
    if (market) tracked = kalshi_sync_tracked(sync, market->handle, &market);
    if (!tracked || tracked->left || !market->has_book) {
        bool awaited = tracked && !tracked->left && market->had_book;
        kalshi_frames_report(sync, reading, event, market, FATE_IGNORED, awaited ? after_gap : no_book_seen);
        return;
    }
    if (event->stream != tracked->sid) {
        if (event->stream == EVENT_NO_SEQUENCE) doubt_book(sync, tracked, market, reading->stamp);
        kalshi_frames_report(sync, reading, event, market, FATE_IGNORED, other_stream);
        return;
    }
    const char *why = NULL;
    enum event_fate fate = apply_change(sync, reading, event, tracked, market, &why);
    kalshi_frames_report(sync, reading, event, market, fate, why);
}

/* === The rest === */

static void on_trade(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    struct market *market = find_market(sync, event->market);
    if (!market || was_left(sync, market)) {
        kalshi_frames_report(sync, reading, event, market, FATE_IGNORED, market ? not_watched : no_book_seen);
        return;
    }
    const struct event_trade *got = &event->trade;
    struct trade trade = {
        .venue_ms = event->venue_ms,
        .price = got->price,
        .quantity = got->quantity,
        .id = got->id,
        .aggressor = got->aggressor,
        .has_aggressor = got->has_aggressor,
    };
    bool added = market_add_trade(market, &trade, reading->message != 0, reading->stamp);
    kalshi_frames_report(sync, reading, event, market, added ? FATE_APPLIED : FATE_DUPLICATE,
                         added ? NULL : "the same trade again, or older than the tape");
}

static void on_ticker(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    struct market *market = find_market(sync, event->market);
    struct tracked *tracked = NULL;
    if (market) tracked = kalshi_sync_tracked(sync, market->handle, &market);
    if (tracked && !tracked->left) {
        market->heard = reading->stamp;
        if (event->ticker.last_trade != PRICE_NONE && market->last_trade == PRICE_NONE) {
            market->last_trade = event->ticker.last_trade;
            market->version++;
        }
        kalshi_witness_hear(sync, tracked, market, event, reading->stamp);
    }
    kalshi_frames_report(sync, reading, event, market, market ? FATE_APPLIED : FATE_IGNORED,
                         market ? NULL : no_book_seen);
}

static void on_lifecycle(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    const struct event_lifecycle *news = &event->lifecycle;
    struct market *market = event->market.length ? find_market(sync, event->market) : NULL;
    if (market && !news->is_new) {
        if (news->has_status) market->status = news->status;
        if (news->has_status) kalshi_subscriptions_changed(sync, reading->stamp);
        if (text_is(news->winner, "yes")) market->winner = 0;
        if (text_is(news->winner, "no")) market->winner = 1;
        if (news->close_time) market->instrument.close_time = news->close_time;
        if (news->range_count) instrument_set_ranges(&market->instrument, news->ranges, news->range_count);
        market->version++;
        market->heard = reading->stamp;
        sync->outlet->state(sync->outlet->context, market);
    }
    kalshi_frames_report(sync, reading, event, market, FATE_APPLIED, NULL);
}

static void on_control(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    kalshi_command_answer(sync, reading, event);
    kalshi_frames_report(sync, reading, event, NULL, FATE_APPLIED, event->why);
}

static void on_ignored(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    kalshi_frames_report(sync, reading, event, NULL, FATE_IGNORED, event->why);
}

/* A message of a book's that cannot be read may have changed it; one that names no market, any book of its stream; one
 * without a stream, any book at all. */
static void on_error(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    static const char unread[] = "a message of it could not be read";
    struct market *market = event->market.length ? find_market(sync, event->market) : NULL;
    struct tracked *tracked = NULL;
    if (market) tracked = kalshi_sync_tracked(sync, market->handle, &market);
    if (market) market->proof.refused++;
    const struct stream *stream = kalshi_stream_find(sync, event->stream);
    bool could_be = market && tracked && market->has_book && reading->message;
    if (could_be && is_numbered(event) && event->stream == tracked->sid) {
        proof_note(&market->proof, HAPPENED_CORRUPTION, 0, reading->stamp);
        kalshi_fetch_anew(sync, tracked, market, PROOF_STALE, unread, reading->stamp);
    } else if (could_be && (event->stream == EVENT_NO_SEQUENCE || event->stream == tracked->sid)) {
        doubt_book(sync, tracked, market, reading->stamp);
    } else if (reading->message && event->market.length == 0 && !is_numbered(event) && (!stream || stream->books)) {
        kalshi_streams_unread(sync, reading->stamp);
    } else if (event->market.length == 0 && is_numbered(event)) {
        kalshi_stream_give_up(sync, event->stream, unread, HAPPENED_CORRUPTION, 0, reading->stamp);
        if (event->stream == sync->channel_sid[KALSHI_BOOKS])
            kalshi_subscriptions_lost(sync, KALSHI_BOOKS, reading->stamp);
    }
    kalshi_frames_report(sync, reading, event, market, FATE_REFUSED, event->why);
}

static void (*const handlers[EVENT_KIND_COUNT])(struct venue_sync *, const struct reading *, const struct event *) = {
    [EVENT_SNAPSHOT] = on_snapshot, [EVENT_CHANGES] = on_changes,     [EVENT_TRADE] = on_trade,
    [EVENT_TICKER] = on_ticker,     [EVENT_LIFECYCLE] = on_lifecycle, [EVENT_CONTROL] = on_control,
    [EVENT_IGNORED] = on_ignored,   [EVENT_ERROR] = on_error,
};

/* What a stream that has stopped does not send. */
static bool is_of_a_book(const struct event *event)
{
    return event->kind == EVENT_SNAPSHOT || event->kind == EVENT_CHANGES || event->kind == EVENT_TRADE ||
           event->kind == EVENT_TICKER;
}

void kalshi_frames_receive(struct venue_sync *sync, struct stamp stamp, uint64_t message, struct text frame)
{
    const struct reading reading = {stamp, message};
    const struct event *event = kalshi_decode(sync->decoder, frame, false);
    if (is_of_a_book(event)) kalshi_freeze_hear(sync, stamp);
    enum stream_order order = kalshi_stream_count(sync, &reading, event);
    /* An answer is one, whatever its number; only data may not come twice. */
    if (order != STREAM_OLD || event->kind == EVENT_CONTROL) {
        handlers[event->kind](sync, &reading, event);
        return;
    }
    struct market *market = event->market.length ? find_market(sync, event->market) : NULL;
    if (market) market->proof.duplicates++;
    kalshi_frames_report(sync, &reading, event, market, FATE_DUPLICATE, old_number);
}

/* === Replies === */

void kalshi_frames_trades_reply(struct venue_sync *sync, struct stamp stamp, struct text body)
{
    const struct reading reading = {stamp, 0};
    size_t count = kalshi_decode_trades_reply(sync->decoder, body);
    const struct event *events = kalshi_decoder_events(sync->decoder);
    while (count-- > 0) handlers[events[count].kind](sync, &reading, &events[count]);
}

void kalshi_frames_book_reply(struct venue_sync *sync, struct stamp stamp, struct market *market, struct text body)
{
    const struct reading reading = {stamp, 0};
    struct event event = *kalshi_decode_book_reply(sync->decoder, body);
    event.market = text_from(market->instrument.symbol);
    handlers[event.kind](sync, &reading, &event);
}

enum freeze_finding kalshi_frames_compare(struct venue_sync *sync, const struct market *market, struct text body)
{
    const struct event *event = kalshi_decode_book_reply(sync->decoder, body);
    const struct event_snapshot *got = &event->snapshot;
    sync->trial.limit = market->book.limit;
    if (event->kind != EVENT_SNAPSHOT ||
        order_book_replace(&sync->trial, got->bids, got->bid_count, got->asks, got->ask_count) != BOOK_OK)
        return FOUND_NOTHING;
    return order_book_difference(&market->book, &sync->trial) > 0 ? FOUND_AHEAD : FOUND_SAME;
}
