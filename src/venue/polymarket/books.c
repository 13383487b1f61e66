/* Frames into books: what each kind of event does to its market. */
#include "books.h"

#include <stdlib.h>
#include <string.h>

const char sync_no_book_seen[] = "its book was not seen";
const char sync_strange_asset[] = "asset of no known outcome";
const char sync_not_watched[] = "not watched any more";

bool sync_make_room(struct venue_sync *sync, size_t index)
{
    if (index < sync->tracked_count) return true;
    size_t count = sync->tracked_count ? sync->tracked_count * 2 : TRACKED_FIRST;
    while (count <= index) count *= 2;
    struct tracked *grown = realloc(sync->tracked, count * sizeof *grown);
    if (!grown) return false;
    memset(grown + sync->tracked_count, 0, (count - sync->tracked_count) * sizeof *grown);
    sync->tracked = grown;
    sync->tracked_count = count;
    return true;
}

struct tracked *sync_track(struct venue_sync *sync, const struct market *market)
{
    if (!sync_make_room(sync, market->handle.index)) return NULL;
    struct tracked *tracked = &sync->tracked[market->handle.index];
    if (market_handle_equal(tracked->market, market->handle)) return tracked;
    sync_drop_burst(sync, tracked); /* of a market that was removed */
    sync_set_subscribed(sync, tracked, NO_LINK);
    *tracked = (struct tracked)TRACKED_NOTHING(market->handle);
    proving_init(&tracked->proving);
    return tracked;
}

void sync_report(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                 struct market *market, int outcome, struct text asset, enum event_fate fate, const char *why)
{
    struct event_report report = {
        .event = event,
        .market = market ? market->handle : MARKET_NONE,
        .outcome = outcome,
        .asset = asset,
        .fate = fate,
        .why = why,
        .stamp = reading->stamp,
        .message = reading->message,
    };
    sync->outlet->event(sync->outlet->context, &report);
}

void sync_book_changed(struct market *market, const struct event *event, struct stamp stamp)
{
    if (event->venue_ms != EVENT_NO_TIME) market->venue_ms = event->venue_ms;
    market->changed = stamp;
    market->heard = stamp;
    market->messages++;
    market->version++;
}

void sync_count_fate(struct market *market, enum event_fate fate)
{
    if (fate == FATE_DUPLICATE) market->proof.duplicates++;
    if (fate == FATE_REFUSED) market->proof.refused++;
}

void sync_refused(struct venue_sync *sync, struct market *market, enum event_fate fate, struct stamp stamp)
{
    sync_count_fate(market, fate);
    struct tracked *tracked = fate == FATE_REFUSED && market->has_book ? sync_track(sync, market) : NULL;
    if (!tracked) return;
    /* If it was a part of the open burst, that fails; if not, that has ended. */
    sync_end_burst(sync, tracked, stamp, false);
    check_refused(sync, tracked, market, stamp);
}

void sync_set_state(struct venue_sync *sync, struct market *market, enum proof_state state, const char *why,
                    struct stamp stamp)
{
    if (market->proof.state != state) market->proof.since = stamp.mono;
    market->proof.state = state;
    market->proof.why = why;
    market->version++;
    sync->outlet->state(sync->outlet->context, market);
}

struct market *sync_market(const struct venue_sync *sync, struct text symbol)
{
    int outcome;
    struct market *market = registry_find(sync->registry, VENUE_POLYMARKET, symbol, &outcome);
    return market && outcome < 0 ? market : NULL;
}

int sync_outcome(const struct venue_sync *sync, const struct market *market, struct text asset, struct text *learnt)
{
    int outcome = instrument_outcome(&market->instrument, asset);
    if (outcome >= 0 || market->instrument.outcomes[1].token[0]) return outcome;
    if (learnt->length == 0 && !registry_find(sync->registry, VENUE_POLYMARKET, asset, NULL)) *learnt = asset;
    return text_equal(*learnt, asset) ? 1 : -1;
}

/* The market that an event names, and which outcome its asset is; *why says what is unknown of them. */
static struct market *named_market(const struct venue_sync *sync, const struct event *event, int *outcome,
                                   const char **why)
{
    struct market *market = sync_market(sync, event->market);
    *outcome = market ? instrument_outcome(&market->instrument, event->asset) : -1;
    *why = !market ? sync_no_book_seen : *outcome < 0 ? sync_strange_asset : NULL;
    return market;
}

/* A trade in the market's terms: token 1 bought at p is token 0 sold at one - p. */
static struct trade market_trade(const struct market *market, const struct event *event, int outcome)
{
    const struct event_trade *got = &event->trade;
    struct trade trade = {
        .venue_ms = event->venue_ms,
        .price = got->price,
        .quantity = got->quantity,
        .id = got->id,
        .aggressor = got->aggressor,
        .has_aggressor = got->has_aggressor,
        .outcome = (uint8_t)outcome,
    };
    if (outcome == 1) {
        trade.price = instrument_one(&market->instrument) - got->price;
        trade.aggressor = side_other(got->aggressor);
    }
    return trade;
}

/* What is still on its way when a market is unwatched must not fill it again. */
static bool was_left(const struct venue_sync *sync, const struct market *market)
{
    if (market->handle.index >= sync->tracked_count) return false;
    const struct tracked *tracked = &sync->tracked[market->handle.index];
    return market_handle_equal(tracked->market, market->handle) && tracked->left;
}

/* Trades by REST are the past: they fill the tape, and those it has already are no duplicates of the stream's. */
static void add_trade(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    int outcome;
    const char *why;
    struct market *market = named_market(sync, event, &outcome, &why);
    if (!why && was_left(sync, market)) why = sync_not_watched;
    if (why) {
        sync_report(sync, reading, event, market, outcome, event->asset, FATE_IGNORED, why);
        return;
    }
    struct tracked *tracked = reading->message ? sync_track(sync, market) : NULL;
    if (tracked) proving_announced(market, &tracked->proving, event->trade.price);
    struct trade trade = market_trade(market, event, outcome);
    bool added = market_add_trade(market, &trade, reading->message != 0, reading->stamp);
    sync_report(sync, reading, event, market, outcome, event->asset, added ? FATE_APPLIED : FATE_DUPLICATE,
                added ? NULL : "the same trade again, or older than the tape");
}

/* A coarser tick leaves levels behind that the venue drops: the book is asked for anew. */
static void on_tick_size(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    int outcome;
    const char *why;
    struct market *market = named_market(sync, event, &outcome, &why);
    if (why) {
        sync_report(sync, reading, event, market, outcome, event->asset, FATE_IGNORED, why);
        return;
    }
    price_t before = market->instrument.tick;
    bool known = before == event->tick_size.after;
    if (!known) {
        struct tracked *tracked = sync_track(sync, market);
        if (tracked) tracked->proving.inputs.tick_before = before;
        market->instrument.tick = event->tick_size.after;
        market->version++;
        if (before != PRICE_NONE && before < event->tick_size.after) sync_ask_book(sync, reading->stamp, market);
    }
    sync_report(sync, reading, event, market, outcome, event->asset, known ? FATE_DUPLICATE : FATE_APPLIED,
                known ? "the tick size is that already" : NULL);
}

static void on_ticker(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    int outcome;
    const char *why;
    struct market *market = named_market(sync, event, &outcome, &why);
    if (!why) market->heard = reading->stamp;
    sync_report(sync, reading, event, market, outcome, event->asset, why ? FATE_IGNORED : FATE_APPLIED, why);
}

static void on_lifecycle(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    int outcome;
    const char *unknown; /* mostly: it is about markets that are not watched, and names no asset */
    struct market *market = named_market(sync, event, &outcome, &unknown);
    if (market && !event->lifecycle.is_new) {
        market->status = event->lifecycle.status;
        market->winner = instrument_outcome(&market->instrument, event->lifecycle.winner);
        market->version++;
        market->heard = reading->stamp;
        sync->outlet->state(sync->outlet->context, market);
    }
    sync_report(sync, reading, event, market, outcome, event->asset, FATE_APPLIED, NULL);
}

static void pass_on(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    static const enum event_fate fates[EVENT_KIND_COUNT] = {
        [EVENT_CONTROL] = FATE_APPLIED, [EVENT_IGNORED] = FATE_IGNORED, [EVENT_ERROR] = FATE_REFUSED};
    struct market *market = sync_market(sync, event->market);
    if (market) sync_refused(sync, market, fates[event->kind], reading->stamp);
    sync_report(sync, reading, event, market, -1, event->asset, fates[event->kind], event->why);
}

static void (*const handlers[EVENT_KIND_COUNT])(struct venue_sync *, const struct reading *, const struct event *) = {
    [EVENT_SNAPSHOT] = sync_snapshot, [EVENT_CHANGES] = sync_changes, [EVENT_TRADE] = add_trade,
    [EVENT_TICK_SIZE] = on_tick_size, [EVENT_TICKER] = on_ticker,     [EVENT_LIFECYCLE] = on_lifecycle,
    [EVENT_CONTROL] = pass_on,        [EVENT_IGNORED] = pass_on,      [EVENT_ERROR] = pass_on,
};

static void handle_event(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    handlers[event->kind](sync, reading, event);
}

/* What a stream that has stopped does not send. Controls and news of markets may come from elsewhere. */
static bool is_of_a_book(const struct event *event)
{
    return event->kind == EVENT_SNAPSHOT || event->kind == EVENT_CHANGES || event->kind == EVENT_TRADE ||
           event->kind == EVENT_TICKER;
}

void sync_receive(struct venue_sync *sync, struct stamp stamp, unsigned link, uint64_t message, struct text frame)
{
    const struct reading reading = {stamp, message};
    size_t count = polymarket_decode(sync->decoder, frame), first = 0;
    const struct event *events = polymarket_decoder_events(sync->decoder);
    while (first < count && !is_of_a_book(&events[first])) first++;
    if (first < count) sync_stream_heard(sync, stamp, link);
    for (size_t i = 0; i < count; i++) handle_event(sync, &reading, &events[i]);
}

/* Replies are no frames of the stream: their message number is 0. */

void sync_book_reply(struct venue_sync *sync, struct stamp stamp, const struct market *market, struct text body)
{
    const struct reading reading = {stamp, 0};
    polymarket_decode_book_reply(sync->decoder, body);
    const struct event *event = polymarket_decoder_events(sync->decoder);
    if (event->kind == EVENT_SNAPSHOT && !text_is(event->market, market->instrument.symbol))
        sync_report(sync, &reading, event, NULL, -1, event->asset, FATE_REFUSED, "not the book that was asked for");
    else
        handle_event(sync, &reading, event);
}

/* The newest comes first there, and many within one second: the other way round they come as they happened. */
void sync_trades_reply(struct venue_sync *sync, struct stamp stamp, struct text body)
{
    const struct reading reading = {stamp, 0};
    size_t count = polymarket_decode_trades_reply(sync->decoder, body);
    const struct event *events = polymarket_decoder_events(sync->decoder);
    while (count > 0) handle_event(sync, &reading, &events[--count]);
}
