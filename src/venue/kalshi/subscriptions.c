/* Which markets are watched, what the venue was told of them, and the one link to it.
 *
 * Each channel is subscribed once; markets join and leave its subscription later. A repeated subscribe is no help: it
 * gives no snapshot for what is there already. What is wanted is told a few milliseconds later, of all that changed at
 * once.
 */
#include <stdlib.h>

#include "sync.h"

static void tell_at(struct venue_sync *sync, int64_t at)
{
    if (at < sync->tell_due) sync->tell_due = at;
    kalshi_sync_due(sync, sync->tell_due);
}

void kalshi_subscriptions_changed(struct venue_sync *sync, struct stamp stamp)
{
    if (!sync->open || !sync->wanted) return;
    tell_at(sync, stamp.mono + TELL_GATHER);
}

void kalshi_link_reconnect(struct venue_sync *sync, const char *why)
{
    if (!sync->open || sync->reconnecting) return;
    sync->reconnecting = true;
    kalshi_sync_wish(sync, WISH_RECONNECT, why);
}

/* === Telling === */

/* What could not be told for want of memory is told so much later. */
#define TELL_AGAIN NANOSECONDS_PER_SECOND

static bool keep_ticker(struct venue_sync *sync, size_t count, const char *ticker)
{
    if (count == sync->ticker_capacity) {
        size_t capacity = count ? count * 2 : 64;
        const char **grown = realloc(sync->tickers, capacity * sizeof *grown);
        if (!grown) return false;
        sync->tickers = grown;
        sync->ticker_capacity = capacity;
    }
    sync->tickers[count] = ticker;
    return true;
}

/* The markets that have to join a channel, or to leave it, by the command `id`; `told` is settled. */
static size_t gather(struct venue_sync *sync, enum kalshi_channel channel, bool join, int64_t id, struct stamp stamp)
{
    size_t count = 0;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked) continue;
        bool again = channel == KALSHI_BOOKS && tracked->retell && tracked->told[channel];
        bool wanted = kalshi_sync_wants(tracked, market) && !(again && !join);
        if (tracked->told[channel] == join || wanted != join) continue;
        if (!keep_ticker(sync, count, market->instrument.symbol)) {
            tell_at(sync, stamp.mono + TELL_AGAIN);
            break;
        }
        count++;
        tracked->told[channel] = join;
        tracked->joined_by[channel] = id;
        if (channel == KALSHI_BOOKS && join) tracked->retell = false;
    }
    return count;
}

static void tell_update(struct venue_sync *sync, enum kalshi_channel channel, enum kalshi_update update,
                        struct stamp stamp)
{
    size_t count = gather(sync, channel, update == KALSHI_ADD, sync->next_command + 1, stamp);
    if (count == 0) return;
    const struct command command = {kalshi_command_next(sync), COMMAND_UPDATE, channel, EVENT_NO_SEQUENCE, 0};
    kalshi_write_update(&sync->text, command.id, sync->channel_sid[channel], update, sync->tickers, count);
    kalshi_command_sent(sync, &command, update == KALSHI_ADD ? "subscribe" : "unsubscribe", stamp);
}

static void tell_subscribe(struct venue_sync *sync, enum kalshi_channel channel, struct stamp stamp)
{
    size_t count = gather(sync, channel, true, sync->next_command + 1, stamp);
    if (count == 0) return;
    const struct command command = {kalshi_command_next(sync), COMMAND_SUBSCRIBE, channel, EVENT_NO_SEQUENCE, 0};
    kalshi_write_subscribe(&sync->text, command.id, channel, sync->tickers, count, true);
    sync->channel_asked[channel] = true;
    kalshi_command_sent(sync, &command, "subscribe", stamp);
}

/* The snapshots that are to be asked for by name, all at once. */
static size_t gather_asked(struct venue_sync *sync, struct stamp stamp)
{
    size_t count = 0;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked || !tracked->asks || !tracked->told[KALSHI_BOOKS] || !kalshi_sync_wants(tracked, market)) continue;
        if (!keep_ticker(sync, count, market->instrument.symbol)) {
            tell_at(sync, stamp.mono + TELL_AGAIN);
            break;
        }
        count++;
        tracked->asks = false;
    }
    return count;
}

static void tell_asked(struct venue_sync *sync, struct stamp stamp)
{
    size_t count = gather_asked(sync, stamp);
    if (count == 0) return;
    const struct command command = {kalshi_command_next(sync), COMMAND_SNAPSHOT, KALSHI_BOOKS, EVENT_NO_SEQUENCE, 0};
    kalshi_write_update(&sync->text, command.id, sync->channel_sid[KALSHI_BOOKS], KALSHI_GET_SNAPSHOT, sync->tickers,
                        count);
    kalshi_command_sent(sync, &command, "snapshot", stamp);
}

static void tell_channel(struct venue_sync *sync, enum kalshi_channel channel, struct stamp stamp)
{
    if (sync->channel_asked[channel]) return; /* its answer comes first */
    if (sync->channel_allowed[channel] > stamp.mono) {
        tell_at(sync, sync->channel_allowed[channel]);
    } else if (sync->channel_sid[channel] == EVENT_NO_SEQUENCE) {
        tell_subscribe(sync, channel, stamp);
    } else {
        tell_update(sync, channel, KALSHI_DELETE, stamp);
        tell_update(sync, channel, KALSHI_ADD, stamp);
        if (channel == KALSHI_BOOKS) tell_asked(sync, stamp);
    }
}

static void lose_book(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    kalshi_burst_drop(sync, tracked, market);
    kalshi_fetch_end(sync, tracked);
    tracked->sid = EVENT_NO_SEQUENCE;
    if (market->has_book && market->proof.state != PROOF_POLLED)
        proof_note(&market->proof, HAPPENED_DISCONNECT, 0, stamp);
    tracked->rebuilding |= market->has_book;
    tracked->returning |= market->has_book;
    market->has_book = false;
    /* What never was in sync is not stale: it goes on waiting. */
    if (market->proof.state != PROOF_SYNCING) kalshi_sync_set_state(sync, market, PROOF_STALE, "disconnected", stamp);
}

static void lose_books(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (tracked && !tracked->left) lose_book(sync, tracked, market, stamp);
    }
}

static void release(struct venue_sync *sync, struct stamp stamp)
{
    sync->wanted = sync->open = sync->reconnecting = sync->given_up = false;
    sync->tell_due = TIME_NEVER;
    freeze_end(&sync->freeze);
    kalshi_streams_clear(sync);
    kalshi_commands_clear(sync);
    lose_books(sync, stamp);
    kalshi_sync_set_phase(sync, stamp, LINK_IDLE, NULL);
    kalshi_sync_wish(sync, WISH_DISCONNECT, "nothing is watched");
}

void kalshi_subscriptions_advance(struct venue_sync *sync, struct stamp stamp)
{
    if (sync->tell_due > stamp.mono) return;
    sync->tell_due = TIME_NEVER;
    if (!sync->open) return;
    if (sync->watched == 0) {
        release(sync, stamp);
        return;
    }
    for (enum kalshi_channel channel = 0; channel < CHANNELS_WANTED; channel++) tell_channel(sync, channel, stamp);
    kalshi_subscriptions_settle(sync, stamp);
}

/* The books of a subscription that is made anew come anew. */
static void await_anew(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    if (!kalshi_sync_wants(tracked, market)) return;
    market->proof.resyncs++;
    proof_note(&market->proof, HAPPENED_RESYNC, 2, stamp);
    tracked->clock.last = stamp.mono;
    tracked->asks = false;
    kalshi_fetch_begin(sync, tracked, FETCH_SUBSCRIBED, stamp.mono + BOOK_PATIENCE);
    kalshi_sync_set_phase(sync, stamp, LINK_SYNCING, NULL);
}

/* The old one, if it lives, is ended: a new one gives every book anew. */
void kalshi_subscriptions_lost(struct venue_sync *sync, enum kalshi_channel channel, struct stamp stamp)
{
    if (channel >= CHANNELS_WANTED || !sync->open || !sync->wanted) return;
    int64_t sid = sync->channel_sid[channel];
    if (sid != EVENT_NO_SEQUENCE) {
        const struct command command = {kalshi_command_next(sync), COMMAND_UNSUBSCRIBE, channel, sid, 0};
        kalshi_write_unsubscribe(&sync->text, command.id, sid);
        sync->channel_sid[channel] = EVENT_NO_SEQUENCE;
        kalshi_command_sent(sync, &command, "unsubscribe", stamp);
    }
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked) continue;
        tracked->told[channel] = false;
        if (channel == KALSHI_BOOKS) await_anew(sync, tracked, market, stamp);
    }
    kalshi_subscriptions_changed(sync, stamp);
}

/* Of a channel's markets only those that the command was about. */
void kalshi_subscriptions_refused(struct venue_sync *sync, const struct command *command, struct stamp stamp)
{
    sync->channel_refused[command->channel] = true;
    for (size_t i = 0; command->channel == KALSHI_BOOKS && i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked || tracked->joined_by[KALSHI_BOOKS] != command->id) continue;
        if (tracked->fetch_due == TIME_NEVER || market->has_book) continue;
        kalshi_fetch_end(sync, tracked);
        kalshi_sync_set_state(sync, market, PROOF_STALE, "the venue refused to send its book", stamp);
    }
}

void kalshi_subscriptions_delayed(struct venue_sync *sync, const struct command *command, struct stamp stamp)
{
    enum kalshi_channel channel = command->channel;
    for (size_t i = 0; channel < CHANNELS_WANTED && i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        if (command->kind == COMMAND_SNAPSHOT)
            tracked->asks |= tracked->fetch_due != TIME_NEVER && tracked->step == FETCH_SNAPSHOT;
        else if (tracked->joined_by[channel] == command->id)
            tracked->told[channel] = !tracked->told[channel];
    }
    sync->channel_allowed[channel] = stamp.mono + REFUSED_PAUSE;
    kalshi_subscriptions_changed(sync, stamp);
}

/* === Watching === */

static void begin(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    kalshi_burst_drop(sync, tracked, market);
    if (market->messages) market->epoch++;
    market->has_book = false;
    tracked->sid = EVENT_NO_SEQUENCE;
    if (tracked->watchers == 0) return;
    if (market->status == MARKET_RESOLVED) {
        kalshi_sync_set_state(sync, market, PROOF_STALE, "resolved: it has no book any more", stamp);
        return;
    }
    tracked->clock.last = stamp.mono;
    kalshi_fetch_begin(sync, tracked, FETCH_SUBSCRIBED, stamp.mono + BOOK_PATIENCE);
    kalshi_sync_set_state(sync, market, PROOF_SYNCING, "waiting for its book", stamp);
}

static void watch_streamed(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    if (!sync->wanted) {
        sync->wanted = true;
        kalshi_sync_set_phase(sync, stamp, LINK_CONNECTING, NULL);
        kalshi_sync_wish(sync, WISH_CONNECT, NULL);
    }
    if (!sync->open) {
        kalshi_sync_set_state(sync, market, PROOF_SYNCING, "connecting", stamp);
        return;
    }
    /* Unwatched a moment ago: the venue sends its book only to who joins anew. */
    tracked->retell = tracked->told[KALSHI_BOOKS];
    begin(sync, tracked, market, stamp);
    kalshi_subscriptions_changed(sync, stamp);
    if (sync->awaited) kalshi_sync_set_phase(sync, stamp, LINK_SYNCING, NULL);
}

void kalshi_subscriptions_watch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market = registry_market(sync->registry, handle);
    struct tracked *tracked = market ? kalshi_sync_track(sync, market) : NULL;
    if (market && !tracked) kalshi_sync_set_state(sync, market, PROOF_STALE, "out of memory", stamp);
    if (!tracked || tracked->watchers++ > 0) return;
    tracked->left = false;
    sync->watched++;
    tracked->freeze.froze = false;
    if (!kalshi_sync_polls(sync)) {
        watch_streamed(sync, tracked, market, stamp);
        return;
    }
    if (market->messages) market->epoch++;
    kalshi_poll_begin(sync, tracked, market, stamp);
}

static void leave(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    sync->watched--;
    kalshi_burst_drop(sync, tracked, market);
    kalshi_fetch_end(sync, tracked);
    tracked->left = true;
    tracked->shown = tracked->wants_trades = tracked->reconnected = false;
    tracked->poll_due = tracked->news_due = TIME_NEVER;
    tracked->poll_wait = 0;
    market_empty(market);
    kalshi_sync_set_state(sync, market, PROOF_STALE, "not watched", stamp);
}

/* One that is not known to be watched may be one that is to be restored yet. */
void kalshi_subscriptions_unwatch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = kalshi_sync_tracked(sync, handle, &market);
    bool known = tracked && tracked->watchers > 0;
    if (known ? --tracked->watchers > 0 : sync->owed == 0) return;
    if (known) {
        leave(sync, tracked, market, stamp);
    } else {
        sync->watched--;
        kalshi_restore_settle(sync, stamp);
    }
    if (sync->open)
        kalshi_subscriptions_changed(sync, stamp);
    else if (sync->watched == 0 && sync->wanted)
        release(sync, stamp);
    if (sync->watched) kalshi_subscriptions_settle(sync, stamp);
    kalshi_poll_settle(sync, stamp);
}

/* === The connection === */

/* A replay's link opens without having been wanted, and what it brings need not be watched. */
static void opened(struct venue_sync *sync, struct stamp stamp)
{
    lose_books(sync, stamp); /* nothing lives on from another connection */
    kalshi_poll_end(sync);
    sync->open = true;
    sync->given_up = false;
    freeze_hear(&sync->freeze, stamp.mono);
    kalshi_sync_due(sync, sync->freeze.due);
    sync->opened_at = stamp.mono;
    sync->answered = sync->confirmed = sync->reconnecting = false;
    kalshi_streams_clear(sync);
    kalshi_commands_clear(sync);
    kalshi_sync_set_phase(sync, stamp, LINK_SUBSCRIBING, NULL);
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (!tracked) continue;
        for (size_t channel = 0; channel < CHANNELS_WANTED; channel++) tracked->told[channel] = false;
        tracked->retell = false;
        if (!tracked->left) begin(sync, tracked, market, stamp);
    }
    if (!sync->wanted) return;
    sync->tell_due = stamp.mono;
    kalshi_subscriptions_advance(sync, stamp);
}

static void lost(struct venue_sync *sync, struct stamp stamp)
{
    sync->open = sync->reconnecting = false;
    sync->tell_due = TIME_NEVER;
    freeze_end(&sync->freeze);
    kalshi_streams_clear(sync);
    kalshi_commands_clear(sync);
    kalshi_sync_set_phase(sync, stamp, LINK_DOWN, NULL);
    lose_books(sync, stamp);
    if (sync->watched == 0 && sync->wanted) release(sync, stamp);
}

/* Books can be had without the stream: all that are watched are polled, as without a key. */
static void give_up(struct venue_sync *sync, struct stamp stamp)
{
    if (!sync->wanted || sync->given_up) return;
    sync->given_up = true;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct market *market;
        struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[i].market, &market);
        if (tracked && kalshi_sync_wants(tracked, market)) kalshi_poll_begin(sync, tracked, market, stamp);
    }
    kalshi_poll_settle(sync, stamp);
}

void kalshi_subscriptions_link(struct venue_sync *sync, struct stamp stamp, enum link_change change)
{
    if (change == LINK_OPENED) {
        opened(sync, stamp);
        return;
    }
    if (sync->open) lost(sync, stamp);
    if (change == LINK_GIVEN_UP) give_up(sync, stamp);
}

void kalshi_subscriptions_heard(struct venue_sync *sync)
{
    sync->answered = true;
}

static bool is_refused(const struct venue_sync *sync)
{
    for (size_t i = 0; i < CHANNELS_WANTED; i++)
        if (sync->channel_refused[i]) return true;
    return false;
}

void kalshi_subscriptions_settle(struct venue_sync *sync, struct stamp stamp)
{
    if (!sync->open || !sync->answered) return;
    bool waits = sync->awaited > 0;
    if (sync->freeze.state != FREEZE_NONE) return; /* that it answers says nothing about its books */
    if (is_refused(sync))
        kalshi_sync_set_phase(sync, stamp, LINK_DEGRADED, "the venue refused a command");
    else if (!waits)
        kalshi_sync_set_phase(sync, stamp, LINK_LIVE, NULL);
    else if (sync->phase == LINK_SUBSCRIBING || sync->phase == LINK_DEGRADED)
        kalshi_sync_set_phase(sync, stamp, LINK_SYNCING, NULL);
    if (waits || sync->confirmed || sync->channel_refused[KALSHI_BOOKS]) return;
    sync->confirmed = true;
    kalshi_sync_wish(sync, WISH_CONFIRM, NULL);
}
