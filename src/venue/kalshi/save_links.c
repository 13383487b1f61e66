/* What is kept of the stream, for recordings; see save.c. Questions to the catalogue are not: a reply to one of before
 * finds no request, and nothing comes of it.
 */
#include "save.h"

/* What stands at a place of its own is written with it: the order is of before. */
struct placed_stream {
    uint32_t place;
    struct stream stream;
};

static const struct snap_field stream_fields[] = {
    FIELD_BELOW(struct placed_stream, place, STREAMS_MAX),
    FIELD_NAMED(struct placed_stream, stream.sid, "sid", SNAP_NUMBER),
    FIELD_NAMED(struct placed_stream, stream.last, "last", SNAP_NUMBER),
    FIELD_NAMED(struct placed_stream, stream.subscribed, "subscribed", SNAP_FLAG),
    FIELD_NAMED(struct placed_stream, stream.yes_price, "yes_price", SNAP_FLAG),
    FIELD_NAMED(struct placed_stream, stream.settled, "settled", SNAP_FLAG),
    FIELD_NAMED(struct placed_stream, stream.books, "books", SNAP_FLAG),
    FIELD_NAMED(struct placed_stream, stream.old_last, "old_last", SNAP_NUMBER),
    FIELD_NAMED(struct placed_stream, stream.old_run, "old_run", SNAP_COUNT),
    FIELD_NAMED(struct placed_stream, stream.unread_due, "unread_due", SNAP_DUE),
    FIELD_NAMED(struct placed_stream, stream.unread, "unread", SNAP_FLAG),
};

struct placed_command {
    uint32_t place;
    struct command command;
};

static const struct snap_field command_fields[] = {
    FIELD_BELOW(struct placed_command, place, COMMANDS_MAX),
    FIELD_NAMED(struct placed_command, command.id, "id", SNAP_QUANTITY),
    SNAP_FIELD(struct placed_command, command.kind, "kind", SNAP_COUNT, COMMAND_UNSUBSCRIBE + 1),
    SNAP_FIELD(struct placed_command, command.channel, "channel", SNAP_COUNT, CHANNELS_WANTED),
    FIELD_NAMED(struct placed_command, command.sid, "sid", SNAP_NUMBER),
    FIELD_NAMED(struct placed_command, command.due, "due", SNAP_DUE),
};

static const struct snap_field link_fields[] = {
    FIELD_EACH(struct venue_sync, channel_sid, "channel_sid", SNAP_NUMBER),
    FIELD_EACH(struct venue_sync, channel_asked, "channel_asked", SNAP_FLAG),
    FIELD_EACH(struct venue_sync, channel_refused, "channel_refused", SNAP_FLAG),
    FIELD_EACH(struct venue_sync, channel_ended, "channel_ended", SNAP_TIME),
    FIELD_EACH(struct venue_sync, channel_allowed, "channel_allowed", SNAP_UNTIL),
    FIELD_NAMED(struct venue_sync, next_command, "sent", SNAP_QUANTITY),
    FIELD(struct venue_sync, wanted, SNAP_FLAG),
    FIELD(struct venue_sync, open, SNAP_FLAG),
    FIELD(struct venue_sync, answered, SNAP_FLAG),
    FIELD(struct venue_sync, confirmed, SNAP_FLAG),
    FIELD(struct venue_sync, reconnecting, SNAP_FLAG),
    FIELD(struct venue_sync, given_up, SNAP_FLAG),
    FIELD_BELOW(struct venue_sync, phase, LINK_DOWN + 1),
    FIELD(struct venue_sync, phase_why, SNAP_WORD),
    FIELD_BELOW(struct venue_sync, watched, COUNTER_LIMIT),
    FIELD_BELOW(struct venue_sync, awaited, COUNTER_LIMIT),
    FIELD(struct venue_sync, opened_at, SNAP_PAST),
    FIELD(struct venue_sync, proved_at, SNAP_PAST),
    FIELD(struct venue_sync, tell_due, SNAP_DUE),
    FIELD_EACH(struct venue_sync, gets, "gets", SNAP_PAST),
    FIELD_NAMED(struct venue_sync, get_count, "got", SNAP_COUNT),
    FIELD(struct venue_sync, refused_until, SNAP_UNTIL),
    FIELD(struct venue_sync, backoff, SNAP_SPAN),
};

static size_t collect_streams(const struct venue_sync *sync, struct placed_stream *streams)
{
    size_t count = 0;
    for (uint32_t i = 0; i < STREAMS_MAX; i++)
        if (sync->streams[i].sid != EVENT_NO_SEQUENCE) streams[count++] = (struct placed_stream){i, sync->streams[i]};
    return count;
}

static size_t collect_commands(const struct venue_sync *sync, struct placed_command *commands)
{
    size_t count = 0;
    for (uint32_t i = 0; i < COMMANDS_MAX; i++)
        if (sync->commands[i].id) commands[count++] = (struct placed_command){i, sync->commands[i]};
    return count;
}

void kalshi_save_links(const struct venue_sync *sync, struct stamp stamp, struct json_writer *out)
{
    struct placed_stream streams[STREAMS_MAX];
    struct placed_command commands[COMMANDS_MAX];
    snap_write_markets(out, sync->registry, &sync->tracked->market, sizeof *sync->tracked, sync->tracked_count);
    snap_write(out, stamp, SNAP_TABLE(link_fields), sync);
    snap_write_objects(out, "streams", stamp, SNAP_TABLE(stream_fields), streams, sizeof *streams,
                       collect_streams(sync, streams));
    snap_write_objects(out, "commands", stamp, SNAP_TABLE(command_fields), commands, sizeof *commands,
                       collect_commands(sync, commands));
    snap_write_freeze(out, stamp, &sync->freeze, sync->registry);
    snap_write_requests(out, stamp, &sync->requests, sync->registry, 0); /* a market has its own */
}

/* No number twice: nothing else looks for that. */
static bool place_streams(struct venue_sync *sync, const struct placed_stream *streams, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct stream *place = &sync->streams[streams[i].place];
        bool twice = kalshi_stream_find(sync, streams[i].stream.sid) != NULL;
        if (twice || place->sid != EVENT_NO_SEQUENCE || streams[i].stream.sid == EVENT_NO_SEQUENCE) return false;
        *place = streams[i].stream;
    }
    return true;
}

static bool read_streams(struct venue_sync *sync, struct stamp stamp, struct text links)
{
    struct placed_stream streams[STREAMS_MAX];
    size_t count;
    for (size_t i = 0; i < STREAMS_MAX; i++)
        streams[i] = (struct placed_stream){0,
                                            {.sid = EVENT_NO_SEQUENCE,
                                             .last = EVENT_NO_SEQUENCE,
                                             .old_last = EVENT_NO_SEQUENCE,
                                             .unread_due = TIME_NEVER}};
    return snap_read_objects(links, "streams", stamp, SNAP_TABLE(stream_fields), streams, sizeof *streams, STREAMS_MAX,
                             &count) &&
           place_streams(sync, streams, count);
}

static bool read_commands(struct venue_sync *sync, struct stamp stamp, struct text links)
{
    struct placed_command commands[COMMANDS_MAX] = {0};
    size_t count;
    if (!snap_read_objects(links, "commands", stamp, SNAP_TABLE(command_fields), commands, sizeof *commands,
                           COMMANDS_MAX, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        struct command *place = &sync->commands[commands[i].place];
        if (place->id || commands[i].command.id == 0 || commands[i].command.kind == 0) return false;
        *place = commands[i].command;
    }
    return true;
}

/* As in a sync that was just made, but for the markets. */
static void clear_links(struct venue_sync *sync)
{
    kalshi_streams_clear(sync);
    kalshi_commands_clear(sync);
    for (size_t i = 0; i < KALSHI_CHANNELS; i++) {
        sync->channel_ended[i] = TIME_NEVER;
        sync->channel_allowed[i] = 0;
    }
    sync->next_command = 0;
    sync->wanted = sync->open = sync->answered = sync->confirmed = sync->reconnecting = sync->given_up = false;
    sync->phase = LINK_IDLE;
    sync->phase_why = NULL;
    sync->freeze = (struct freeze){.due = TIME_NEVER};
    sync->opened_at = sync->proved_at = 0;
    sync->tell_due = TIME_NEVER;
    for (size_t i = 0; i < GETS_A_SECOND; i++) sync->gets[i] = 0;
    sync->get_count = 0;
    sync->refused_until = sync->backoff = 0;
    sync->owed = sync->owed_awaited = 0;
    kalshi_sync_recount(sync);
}

static bool read_links(struct venue_sync *sync, struct stamp stamp, struct text links)
{
    struct requests requests;
    requests_init(&requests);
    bool read = snap_read_markets(links, sync->registry, VENUE_KALSHI, KALSHI_PRICE_SCALE, KALSHI_SIZE_SCALE) &&
                snap_read(links, stamp, SNAP_TABLE(link_fields), sync) && read_streams(sync, stamp, links) &&
                read_commands(sync, stamp, links) &&
                snap_read_freeze(links, stamp, &sync->freeze, sync->registry, VENUE_KALSHI) &&
                snap_read_requests(links, stamp, &requests, sync->registry, VENUE_KALSHI, 0, 1);
    if (read) sync->requests.next = requests.next;
    requests_free(&requests);
    return read && sync->next_command < COMMANDS_MOST;
}

bool kalshi_restore_links(struct venue_sync *sync, struct stamp stamp, struct text links)
{
    clear_links(sync);
    if (!read_links(sync, stamp, links)) {
        clear_links(sync);
        return false;
    }
    sync->owed = sync->watched;
    sync->owed_awaited = sync->awaited = sync->watched ? sync->awaited : 0;
    kalshi_sync_due(sync, stamp.mono);
    kalshi_sync_tell_phase(sync, stamp);
    return true;
}
