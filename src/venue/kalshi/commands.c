/* Commands over the socket: which are not answered yet, and what the answers mean. */
#include "sync.h"

#include <string.h>

/* A subscription that ended twice within so long is made anew only after a pause. */
#define ENDED_RECENTLY (60 * NANOSECONDS_PER_SECOND)
#define ENDED_PAUSE    (2 * NANOSECONDS_PER_SECOND)

#define ERROR_UNKNOWN_STREAM 7
#define ERROR_TOO_MANY       27 /* commands, for the moment */

/* Errors after which a subscription is dead or unknown: its books cannot be trusted any more. All others but one are
 * mistakes of ours: they are shown, and not tried again. */
static bool is_terminal(int64_t code)
{
    static const int64_t callers[] = {1,  2,  3,  4,  5,  ERROR_UNKNOWN_STREAM, 8, 9, 11, 12, 13, 14, 15, 19, 20,
                                      21, 22, 23, 24, 26, ERROR_TOO_MANY,       28};
    for (size_t i = 0; i < sizeof callers / sizeof callers[0]; i++)
        if (callers[i] == code) return false;
    return true;
}

int64_t kalshi_command_next(struct venue_sync *sync)
{
    return ++sync->next_command;
}

static struct command *find(struct venue_sync *sync, int64_t id)
{
    for (size_t i = 0; i < COMMANDS_MAX; i++)
        if (sync->commands[i].id == id) return &sync->commands[i];
    return NULL;
}

/* The place of a request for snapshots may be taken again: that a book does not come is seen elsewhere. */
static struct command *find_place(struct venue_sync *sync)
{
    struct command *place = find(sync, 0);
    for (size_t i = 0; !place && i < COMMANDS_MAX; i++)
        if (sync->commands[i].kind == COMMAND_SNAPSHOT) place = &sync->commands[i];
    return place;
}

void kalshi_command_sent(struct venue_sync *sync, const struct command *sent, const char *what, struct stamp stamp)
{
    struct text text = json_writer_text(&sync->text);
    struct command *command = find_place(sync);
    /* A new connection is told everything anew. */
    if (text.length == 0 || !command) {
        kalshi_link_reconnect(sync, command ? "out of memory" : "commands are not answered");
        return;
    }
    *command = *sent;
    command->due = stamp.mono + COMMAND_PATIENCE;
    kalshi_sync_due(sync, command->due);
    struct wish wish = {
        .kind = WISH_SEND, .venue = VENUE_KALSHI, .url = text_from(sync->stream_url), .text = text, .what = what};
    sync->outlet->wish(sync->outlet->context, &wish);
}

void kalshi_commands_clear(struct venue_sync *sync)
{
    memset(sync->commands, 0, sizeof sync->commands);
}

/* === Whose answer it is === */

static bool fits(const struct venue_sync *sync, const struct command *command, const struct event *event)
{
    bool updates = command->kind == COMMAND_UPDATE || command->kind == COMMAND_SNAPSHOT;
    switch (event->control.kind) {
    case CONTROL_SUBSCRIBED:
        return command->kind == COMMAND_SUBSCRIBE && command->channel == kalshi_channel_find(event->control.channel);
    case CONTROL_OK:
        return updates && event->stream != EVENT_NO_SEQUENCE && sync->channel_sid[command->channel] == event->stream;
    case CONTROL_UNSUBSCRIBED:
        return command->kind == COMMAND_UNSUBSCRIBE && command->sid == event->stream;
    default:
        return false;
    }
}

/* Answers may come without the command's id: then it is the oldest one's that they can be an answer to. */
static struct command *find_answered(struct venue_sync *sync, const struct event *event)
{
    if (event->control.command > 0) return find(sync, event->control.command);
    struct command *oldest = NULL;
    for (size_t i = 0; i < COMMANDS_MAX; i++) {
        struct command *command = &sync->commands[i];
        if (command->id && fits(sync, command, event) && (!oldest || command->id < oldest->id)) oldest = command;
    }
    return oldest;
}

/* === What it means === */

static void subscribed(struct venue_sync *sync, enum kalshi_channel channel, int64_t sid, struct stamp stamp)
{
    sync->channel_sid[channel] = sid;
    sync->channel_asked[channel] = sync->channel_refused[channel] = false;
    kalshi_subscriptions_changed(sync, stamp); /* what was wanted meanwhile */
}

/* A number that was subscribed already begins anew: the input is of another connection. */
static void on_subscribed(struct venue_sync *sync, const struct event *event, struct stamp stamp)
{
    enum kalshi_channel channel = kalshi_channel_find(event->control.channel);
    struct stream *stream = kalshi_stream_open(sync, event->stream, stamp);
    if (stream->subscribed) kalshi_stream_begin_anew(sync, stream, stamp);
    stream->subscribed = true;
    if (channel < KALSHI_CHANNELS) subscribed(sync, channel, event->stream, stamp);
}

/* A subscription to what was subscribed already is answered so, too. */
static void on_ok(struct venue_sync *sync, const struct event *event, const struct command *command, struct stamp stamp)
{
    if (!command) return;
    if (command->kind == COMMAND_SUBSCRIBE && event->stream != EVENT_NO_SEQUENCE)
        subscribed(sync, command->channel, event->stream, stamp);
    if (command->kind == COMMAND_UPDATE) sync->channel_refused[command->channel] = false;
}

static enum kalshi_channel channel_of(const struct venue_sync *sync, int64_t sid)
{
    enum kalshi_channel channel = 0;
    while (channel < KALSHI_CHANNELS && (sid == EVENT_NO_SEQUENCE || sync->channel_sid[channel] != sid)) channel++;
    return channel;
}

static void on_unsubscribed(struct venue_sync *sync, const struct event *event, const struct command *command,
                            struct stamp stamp)
{
    int64_t sid = event->stream != EVENT_NO_SEQUENCE || !command ? event->stream : command->sid;
    if (sid == EVENT_NO_SEQUENCE) return;
    enum kalshi_channel channel = channel_of(sync, sid);
    kalshi_stream_give_up(sync, sid, "not subscribed any more", HAPPENED_DISCONNECT, 0, stamp);
    kalshi_stream_close(sync, sid);
    if (channel == KALSHI_CHANNELS) return;
    sync->channel_sid[channel] = EVENT_NO_SEQUENCE; /* nobody asked for that */
    kalshi_subscriptions_lost(sync, channel, stamp);
}

/* The subscription is gone, whatever it was to. One that ends again and again is not to be made without a pause. */
static void end_subscription(struct venue_sync *sync, enum kalshi_channel channel, int64_t sid, struct stamp stamp)
{
    if (sid != EVENT_NO_SEQUENCE)
        kalshi_stream_give_up(sync, sid, "the venue ended the subscription", HAPPENED_GAP, 0, stamp);
    if (channel == KALSHI_CHANNELS) {
        kalshi_stream_close(sync, sid);
        return;
    }
    bool again =
        sync->channel_ended[channel] != TIME_NEVER && stamp.mono - sync->channel_ended[channel] < ENDED_RECENTLY;
    sync->channel_ended[channel] = stamp.mono;
    sync->channel_allowed[channel] = stamp.mono + (again ? ENDED_PAUSE : 0);
    kalshi_subscriptions_lost(sync, channel, stamp);
}

static void on_terminal(struct venue_sync *sync, const struct event *event, const struct command *command,
                        struct stamp stamp)
{
    int64_t sid = event->stream;
    enum kalshi_channel channel = channel_of(sync, sid);
    if (sid == EVENT_NO_SEQUENCE && !command) {
        kalshi_link_reconnect(sync, "the venue reports an error of its own");
        return;
    }
    if (sid == EVENT_NO_SEQUENCE) {
        channel = command->channel;
        sid = sync->channel_sid[channel];
    }
    end_subscription(sync, channel, sid, stamp);
}

static void on_error(struct venue_sync *sync, const struct event *event, const struct command *command,
                     struct stamp stamp)
{
    int64_t code = event->control.code;
    /* What was to be left is gone already. */
    if (command && command->kind == COMMAND_UNSUBSCRIBE) {
        kalshi_stream_close(sync, command->sid);
        return;
    }
    bool tells = command && command->kind != COMMAND_SNAPSHOT;
    if (command && command->kind == COMMAND_SUBSCRIBE) sync->channel_asked[command->channel] = false;
    if (command && code == ERROR_TOO_MANY)
        kalshi_subscriptions_delayed(sync, command, stamp);
    else if (is_terminal(code) || (code == ERROR_UNKNOWN_STREAM && tells && command->kind == COMMAND_UPDATE))
        on_terminal(sync, event, command, stamp);
    else if (tells)
        kalshi_subscriptions_refused(sync, command, stamp);
}

/* An answer that says nothing of the stream to a subscription: it goes on being awaited. */
static bool is_answered(const struct command *command, const struct event *event)
{
    bool begun = event->stream != EVENT_NO_SEQUENCE || event->control.kind == CONTROL_ERROR;
    return command->kind != COMMAND_SUBSCRIBE || begun;
}

void kalshi_command_answer(struct venue_sync *sync, const struct reading *reading, const struct event *event)
{
    struct command *open = find_answered(sync, event);
    const struct command answered = open ? *open : (struct command){0};
    const struct command *command = open ? &answered : NULL;
    if (open && is_answered(open, event)) open->id = 0;
    switch (event->control.kind) {
    case CONTROL_SUBSCRIBED:
        on_subscribed(sync, event, reading->stamp);
        break;
    case CONTROL_OK:
        on_ok(sync, event, command, reading->stamp);
        break;
    case CONTROL_UNSUBSCRIBED:
        on_unsubscribed(sync, event, command, reading->stamp);
        break;
    case CONTROL_ERROR:
        on_error(sync, event, command, reading->stamp);
        break;
    case CONTROL_TALK:
        break;
    }
}

/* A snapshot that was asked for by name may be its own answer: if it does not come, that is seen elsewhere. */
void kalshi_commands_advance(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < COMMANDS_MAX; i++) {
        struct command *command = &sync->commands[i];
        if (command->id == 0 || command->due > stamp.mono) continue;
        command->id = 0;
        if (command->kind != COMMAND_SNAPSHOT) kalshi_link_reconnect(sync, "a command was not answered");
    }
}
