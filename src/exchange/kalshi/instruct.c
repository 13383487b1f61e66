/* What a client's commands do to its subscriptions. */
#include <stdlib.h>
#include <string.h>

#include "booktop/exchange/kalshi/instruction.h"
#include "booktop/exchange/scan.h"

#include "listener.h"

/* Codes of the venue's list (frame.c has their words). */
enum {
    NOT_UNDERSTOOD = 1,
    PARAMS_REQUIRED = 2,
    CHANNELS_REQUIRED = 3,
    SIDS_REQUIRED = 4,
    UNKNOWN_COMMAND = 5,
    UNKNOWN_SID = 7,
    UNKNOWN_CHANNEL = 8,
    INVALID_PARAMETER = 11,
    ONE_SID_REQUIRED = 12,
    UNSUPPORTED_ACTION = 13,
    TICKER_REQUIRED = 14,
    ACTION_REQUIRED = 15,
    TOO_MANY_MARKETS = 26,
};

/* A command while it is carried out. */
struct task {
    struct listener *listener;
    const struct instruction *asked;
    int64_t now_ms;
};

static void refuse(const struct task *task, int code)
{
    struct subscription_state none = {0};
    struct frame_label label = listener_label(task->listener, &none, task->asked->id, task->now_ms);
    label.seq = 0;
    frame_write_error(&task->listener->writer, &label, code);
    listener_flush(task->listener);
}

static void subscribed_send(const struct task *task, enum frame_channel channel)
{
    struct subscription_state *state = &task->listener->channels[channel];
    struct frame_label label = listener_label(task->listener, state, task->asked->id, task->now_ms);
    state->seq--; /* it takes no number */
    frame_write_subscribed(&task->listener->writer, &label, channel);
    listener_flush(task->listener);
}

/* `ok`, with the tickers of the subscription as they are now. */
static void ok_send(const struct task *task, struct subscription_state *state)
{
    struct json_writer *writer = &task->listener->writer;
    struct frame_label label = listener_label(task->listener, state, task->asked->id, task->now_ms);
    frame_begin_ok(writer, &label);
    if (!state->skip_ticker_ack) {
        json_write_key(writer, "msg");
        json_write_object(writer);
        json_write_key(writer, "market_tickers");
        json_write_array(writer);
        for (unsigned i = 0; i < state->count; i++) json_write_string(writer, text_from(state->entries[i].ticker));
        json_write_array_end(writer);
        json_write_object_end(writer);
    }
    frame_end(writer, &label);
    listener_flush(task->listener);
}

static void snapshot_send(const struct task *task, struct subscription_state *state, int market, struct text ticker,
                          int64_t id)
{
    struct listener *listener = task->listener;
    struct frame_label label = listener_label(listener, state, id, task->now_ms);
    if (market < 0)
        frame_write_empty_snapshot(&listener->writer, &label, ticker);
    else
        frame_write_snapshot(&listener->writer, &label, listener->board, (unsigned)market, state->yes_price);
    listener_flush(listener);
}

/* === Tickers of a subscription === */

static int entry_find(const struct subscription_state *state, int market, struct text ticker)
{
    if (market >= 0 && state->has[market] == 0) return -1;
    for (unsigned i = 0; i < state->count; i++)
        if (market >= 0 ? state->entries[i].market == market : text_is(ticker, state->entries[i].ticker)) return (int)i;
    return -1;
}

/* 0, or the code of what was wrong. */
static int entry_add(struct subscription_state *state, int market, struct text ticker)
{
    if (entry_find(state, market, ticker) >= 0) return 0;
    if (state->count == LISTENER_TICKERS_MAX) return TOO_MANY_MARKETS;
    if (state->count == state->capacity) {
        unsigned capacity = state->capacity == 0 ? 8 : 2 * state->capacity;
        struct ticker_entry *entries = realloc(state->entries, capacity * sizeof *entries);
        if (entries == NULL) return TOO_MANY_MARKETS;
        state->entries = entries;
        state->capacity = capacity;
    }
    struct ticker_entry *entry = &state->entries[state->count++];
    entry->market = market;
    text_copy(ticker, entry->ticker, sizeof entry->ticker);
    if (market >= 0) state->has[market] = 1;
    return 0;
}

static void entry_remove(struct subscription_state *state, int market, struct text ticker)
{
    int at = entry_find(state, market, ticker);
    if (at < 0) return;
    if (market >= 0) state->has[market] = 0;
    state->count--;
    memmove(&state->entries[at], &state->entries[at + 1], (state->count - (unsigned)at) * sizeof state->entries[0]);
}

/* Takes the next market off the command's tickers, or ids. */
static bool market_next(const struct task *task, struct text *list, bool ids, int *market, struct text *ticker)
{
    const struct roster *roster = task->listener->board->roster;
    if (!instruction_next_text(list, ticker)) return false;
    *market = ids ? roster_find_id(roster, *ticker) : roster_find_market(roster, *ticker);
    if (*market >= 0) *ticker = text_from(roster->markets[*market].ticker);
    return true;
}

/* Adds what the command names; *first gets the index of the first new one. False if it was refused. */
static bool entries_add(const struct task *task, struct subscription_state *state, unsigned *first)
{
    bool ids = task->asked->tickers.at == NULL;
    struct text list = ids ? task->asked->ids : task->asked->tickers, ticker;
    int market, code = 0;
    *first = state->count;
    while (code == 0 && market_next(task, &list, ids, &market, &ticker)) code = entry_add(state, market, ticker);
    if (code != 0) refuse(task, code);
    return code == 0;
}

/* What is sent first for tickers that are new. */
static void entries_open(const struct task *task, enum frame_channel channel, unsigned first)
{
    struct listener *listener = task->listener;
    struct subscription_state *state = &listener->channels[channel];
    bool ticker = channel == FRAME_TICKER && task->asked->send_initial_snapshot;
    for (unsigned i = first; i < state->count; i++) {
        const struct ticker_entry *entry = &state->entries[i];
        if (channel == FRAME_BOOKS) snapshot_send(task, state, entry->market, text_from(entry->ticker), 0);
        if (!ticker || entry->market < 0) continue;
        struct frame_label label = {.sid = state->sid, .sending_ms = task->now_ms};
        frame_write_ticker(&listener->writer, &label, listener->board, (unsigned)entry->market);
        listener_flush(listener);
    }
}

/* === Commands === */

static bool state_open(struct listener *listener, enum frame_channel channel, const struct instruction *asked)
{
    struct subscription_state *state = &listener->channels[channel];
    uint8_t *has = calloc(listener->board->roster->cast.market_count, sizeof *has);
    if (has == NULL) {
        listener->failed = true;
        return false;
    }
    *state = (struct subscription_state){.sid = ++listener->last_sid,
                                         .yes_price = channel == FRAME_BOOKS && asked->use_yes_price,
                                         .skip_ticker_ack = asked->skip_ticker_ack,
                                         .has = has};
    return true;
}

static bool list_empty(struct text list)
{
    return scan_ended(list);
}

/* 0, or why this channel cannot be had with these parameters. */
static int channel_refusal(enum frame_channel channel, const struct instruction *asked)
{
    bool tickers = !list_empty(asked->tickers), ids = asked->ids.at != NULL;
    if (channel == FRAME_CHANNELS) return UNKNOWN_CHANNEL;
    if (channel == FRAME_BOOKS && !tickers) return TICKER_REQUIRED;
    if (channel == FRAME_LIFECYCLE) return 0;
    if (ids && channel != FRAME_TICKER) return INVALID_PARAMETER;
    return 0;
}

static void channel_subscribe(const struct task *task, enum frame_channel channel)
{
    struct subscription_state *state = &task->listener->channels[channel];
    const struct instruction *asked = task->asked;
    int code = channel_refusal(channel, asked);
    if (code != 0) {
        refuse(task, code);
        return;
    }
    bool new = state->sid == 0;
    if (new && !state_open(task->listener, channel, asked)) return;
    if (channel == FRAME_LIFECYCLE || (list_empty(asked->tickers) && list_empty(asked->ids))) state->all = true;
    if (new) subscribed_send(task, channel);
    unsigned first = 0;
    bool added = channel == FRAME_LIFECYCLE || entries_add(task, state, &first);
    if (!new &&added) ok_send(task, state);
    entries_open(task, channel, channel == FRAME_LIFECYCLE ? state->count : first);
}

static void subscribe(const struct task *task)
{
    const struct instruction *asked = task->asked;
    struct text channels = asked->channels, name;
    if (!asked->params) {
        refuse(task, PARAMS_REQUIRED);
    } else if (asked->invalid || (asked->tickers.at != NULL && asked->ids.at != NULL)) {
        refuse(task, INVALID_PARAMETER);
    } else if (list_empty(channels)) {
        refuse(task, CHANNELS_REQUIRED);
    } else {
        while (instruction_next_text(&channels, &name)) channel_subscribe(task, frame_channel_find(name));
    }
}

static struct subscription_state *state_find(struct listener *listener, int64_t sid)
{
    for (unsigned i = 0; i < FRAME_CHANNELS; i++)
        if (listener->channels[i].sid == sid) return &listener->channels[i];
    return NULL;
}

static void unsubscribe(const struct task *task)
{
    struct text sids = task->asked->sids;
    int64_t sid;
    if (!task->asked->params) {
        refuse(task, PARAMS_REQUIRED);
        return;
    }
    if (task->asked->invalid || task->asked->sid_single || list_empty(sids)) {
        refuse(task, task->asked->invalid ? INVALID_PARAMETER : SIDS_REQUIRED);
        return;
    }
    while (instruction_next_number(&sids, &sid)) {
        struct subscription_state *state = state_find(task->listener, sid);
        if (state == NULL) {
            refuse(task, UNKNOWN_SID);
            continue;
        }
        struct frame_label label = listener_label(task->listener, state, task->asked->id, task->now_ms);
        frame_write_unsubscribed(&task->listener->writer, &label);
        listener_flush(task->listener);
        listener_forget(state);
    }
}

static void markets_add(const struct task *task, struct subscription_state *state)
{
    unsigned first;
    if (!entries_add(task, state, &first)) return;
    ok_send(task, state);
    entries_open(task, (enum frame_channel)(state - task->listener->channels), first);
}

static void markets_delete(const struct task *task, struct subscription_state *state)
{
    bool ids = task->asked->tickers.at == NULL;
    struct text list = ids ? task->asked->ids : task->asked->tickers, ticker;
    int market;
    while (market_next(task, &list, ids, &market, &ticker)) entry_remove(state, market, ticker);
    ok_send(task, state);
}

static void snapshots_get(const struct task *task, struct subscription_state *state)
{
    struct text list = task->asked->tickers, ticker;
    int market;
    while (market_next(task, &list, false, &market, &ticker))
        snapshot_send(task, state, market, ticker, task->asked->id);
}

/* 0, or why a subscription cannot be changed in this way. */
static int update_refusal(const struct instruction *asked, enum frame_channel channel)
{
    bool books = channel == FRAME_BOOKS, snapshot = asked->action == ACTION_SNAPSHOT;
    if (asked->action == ACTION_NONE) return ACTION_REQUIRED;
    if (asked->action == ACTION_UNKNOWN || channel == FRAME_LIFECYCLE || (snapshot && !books))
        return UNSUPPORTED_ACTION;
    if (asked->ids.at != NULL && channel != FRAME_TICKER) return books ? TICKER_REQUIRED : INVALID_PARAMETER;
    if (list_empty(asked->tickers) && list_empty(asked->ids)) return TICKER_REQUIRED;
    return snapshot && asked->ticker_single ? TICKER_REQUIRED : 0;
}

static void update(const struct task *task)
{
    static void (*const act[])(const struct task *task, struct subscription_state *state) = {
        [ACTION_ADD] = markets_add,
        [ACTION_DELETE] = markets_delete,
        [ACTION_SNAPSHOT] = snapshots_get,
    };
    const struct instruction *asked = task->asked;
    struct text sids = asked->sids;
    int64_t sid, more;
    if (!asked->params) {
        refuse(task, PARAMS_REQUIRED);
        return;
    }
    if (asked->sids_twice || !instruction_next_number(&sids, &sid) || instruction_next_number(&sids, &more)) {
        refuse(task, ONE_SID_REQUIRED);
        return;
    }
    struct subscription_state *state = state_find(task->listener, sid);
    int code = asked->invalid  ? INVALID_PARAMETER
               : state == NULL ? UNKNOWN_SID
                               : update_refusal(asked, (enum frame_channel)(state - task->listener->channels));
    if (code != 0)
        refuse(task, code);
    else
        act[asked->action](task, state);
}

static void list(const struct task *task)
{
    struct json_writer *writer = &task->listener->writer;
    struct subscription_state none = {0};
    struct frame_label label = listener_label(task->listener, &none, 0, task->now_ms);
    json_write_object(writer);
    if (task->asked->id > 0) {
        json_write_key(writer, "id");
        json_write_integer(writer, task->asked->id);
    }
    json_write_key(writer, "type");
    json_write_string(writer, TEXT("ok"));
    json_write_key(writer, "msg");
    json_write_array(writer);
    for (unsigned sid = 1; sid <= task->listener->last_sid; sid++) {
        const struct subscription_state *state = state_find(task->listener, sid);
        if (state == NULL) continue;
        json_write_object(writer);
        json_write_key(writer, "channel");
        json_write_string(writer,
                          text_from(frame_channel_name((enum frame_channel)(state - task->listener->channels))));
        json_write_key(writer, "sid");
        json_write_integer(writer, sid);
        json_write_object_end(writer);
    }
    json_write_array_end(writer);
    frame_end(writer, &label);
    listener_flush(task->listener);
}

static void unknown(const struct task *task)
{
    refuse(task, UNKNOWN_COMMAND);
}

void listener_instruct(struct listener *listener, struct text message, int64_t now_ms)
{
    static void (*const carry_out[])(const struct task *task) = {
        [INSTRUCTION_UNKNOWN] = unknown, [INSTRUCTION_SUBSCRIBE] = subscribe, [INSTRUCTION_UNSUBSCRIBE] = unsubscribe,
        [INSTRUCTION_UPDATE] = update,   [INSTRUCTION_LIST] = list,
    };
    struct instruction asked;
    bool understood = instruction_parse(message, &asked);
    const struct task task = {listener, &asked, now_ms};
    if (understood)
        carry_out[asked.kind](&task);
    else
        refuse(&task, NOT_UNDERSTOOD);
}
