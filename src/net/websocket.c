#include "booktop/net/websocket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/net/backoff.h"
#include "dial.h"
#include "header.h"
#include "message.h"

#define QUEUE_SIZE    64
#define OPEN_PATIENCE (15 * NANOSECONDS_PER_SECOND)
#define PING_INTERVAL (10 * NANOSECONDS_PER_SECOND)
#define SILENCE_MOST  (25 * NANOSECONDS_PER_SECOND)
#define LOOK_INTERVAL (5 * NANOSECONDS_PER_SECOND)
#define SETTLED_AFTER (30 * NANOSECONDS_PER_SECOND)
#define PING_SIZE     8
/* After a refusal of who we are the same words would be refused again. */
#define REFUSED_WAIT (60 * NANOSECONDS_PER_SECOND)

/* A text that waits to be sent; LWS_PRE bytes of room before it. */
struct outgoing {
    unsigned char *bytes; /* owned */
    size_t length;
};

struct websocket {
    struct net_member member;
    struct dial dial;
    struct websocket_options options;
    struct websocket_status status;
    struct backoff backoff;
    struct message message;
    struct net_timer retry; /* down: the next attempt */
    struct net_timer told;  /* down, by websocket_reconnect: the handler has still to hear of it */
    struct net_timer look;  /* before open: our patience; open: whether the peer is alive */
    struct outgoing queue[QUEUE_SIZE];
    unsigned first, waiting; /* of `queue` */
    int64_t opened, heard;   /* mono ns: when it was opened, when the peer last said anything */
    int64_t ping_sent;       /* mono ns: our last ping, and its payload */
    bool ping_wanted;
    bool write_wanted;                    /* we asked libwebsockets for CLIENT_WRITEABLE */
    bool closed;                          /* by the caller: no handler is called any more */
    char farewell[WEBSOCKET_REASON_SIZE]; /* why it will end, where we know better than libwebsockets; "": we do not */
    int64_t retry_after;
    uint64_t turn; /* of `stamp`: one stamp for all that one turn of the loop read */
    struct stamp stamp;
};

static const char *close_words(unsigned code)
{
    static const struct {
        unsigned code;
        const char *words;
    } meanings[] = {
        {1000, "normal"},
        {1001, "going away"},
        {1002, "protocol error, or a service restart"}, /* libwebsockets 4.1.6 shows 1012 to 1014 as 1002 */
        {1003, "unsupported data"},
        {1007, "invalid data"},
        {1008, "policy violation"},
        {1009, "message too big"},
        {1010, "extension missing"},
        {1011, "server error"},
    };
    for (size_t n = 0; n < sizeof meanings / sizeof meanings[0]; n++)
        if (meanings[n].code == code) return meanings[n].words;
    return "";
}

static int64_t now_of(const struct websocket *websocket)
{
    return net_loop_now(websocket->member.loop).mono;
}

static void tell(struct websocket *websocket)
{
    if (!websocket->closed && websocket->options.handlers.state)
        websocket->options.handlers.state(websocket->options.context, &websocket->status);
}

static void state_set(struct websocket *websocket, enum websocket_state state)
{
    websocket->status.state = state;
    tell(websocket);
}

/* --- the way down --- */

static void queue_clear(struct websocket *websocket)
{
    for (; websocket->waiting; websocket->waiting--) {
        free(websocket->queue[websocket->first].bytes);
        websocket->first = (websocket->first + 1) % QUEUE_SIZE;
    }
}

/* Leaves the connection as it is before the first attempt, but for what is counted. */
static void connection_forget(struct websocket *websocket)
{
    dial_stop(&websocket->dial);
    net_timer_cancel(&websocket->look);
    queue_clear(websocket);
    message_clear(&websocket->message);
    websocket->ping_wanted = false;
    websocket->write_wanted = false;
    websocket->status.round_trip = -1;
    websocket->status.pinged = 0;
}

/* The one way down: the state and the next attempt. Telling is left to the caller. */
static void fall(struct websocket *websocket, const char *reason)
{
    connection_forget(websocket);
    int64_t delay = backoff_next(&websocket->backoff);
    if (delay < websocket->retry_after) delay = websocket->retry_after;
    struct websocket_status *status = &websocket->status;
    status->state = WEBSOCKET_DOWN;
    status->attempts = websocket->backoff.attempts;
    status->retry_at = now_of(websocket) + delay;
    text_sanitize(text_from(reason), status->reason, sizeof status->reason, false);
    net_timer_set(websocket->member.loop, &websocket->retry, delay);
}

static void go_down(struct websocket *websocket, const char *reason)
{
    fall(websocket, reason);
    tell(websocket);
}

/* The upgrade was refused for who we are. What is signed holds the time: 401 may mean the clock. */
static void refusal_heard(struct websocket *websocket, const struct dial_failure *failure)
{
    if (websocket->retry_after < REFUSED_WAIT) websocket->retry_after = REFUSED_WAIT;
    bool by_key = websocket->options.headers && failure->http_status == 401;
    const char *words = by_key ? ": the venue refuses the key or its signature, or this machine's clock is wrong" : "";
    const char *body = failure->body ? failure->body : "";
    if (*body == '<') body = ""; /* a web page says nothing in one line */
    (void)snprintf(websocket->farewell, sizeof websocket->farewell, "%.24s%s%s%.54s", failure->reason, words,
                   *body ? ": " : "", body);
}

static void dial_failed(struct dial *dial, const struct dial_failure *failure)
{
    struct websocket *websocket = dial->handle.owner;
    websocket->status.http_status = failure->http_status;
    websocket->retry_after = failure->retry_after;
    if (failure->http_status == 401 || failure->http_status == 403) refusal_heard(websocket, failure);
    go_down(websocket, websocket->farewell[0] ? websocket->farewell : failure->reason);
}

/* --- the way up --- */

static void dial_stepped(struct dial *dial)
{
    struct websocket *websocket = dial->handle.owner;
    static const enum websocket_state states[] = {
        [DIAL_RESOLVING] = WEBSOCKET_RESOLVING,
        [DIAL_CONNECTING] = WEBSOCKET_CONNECTING,
        [DIAL_HANDSHAKING] = WEBSOCKET_HANDSHAKING,
    };
    if (dial->phase == DIAL_CONNECTING) net_timer_set(websocket->member.loop, &websocket->look, OPEN_PATIENCE);
    state_set(websocket, states[dial->phase]);
}

static void attempt(void *context)
{
    struct websocket *websocket = context;
    websocket->status.reason[0] = '\0';
    websocket->status.close_code = 0;
    websocket->status.http_status = 0;
    websocket->status.retry_at = 0;
    websocket->farewell[0] = '\0';
    websocket->retry_after = 0;
    if (!dial_start(&websocket->dial)) go_down(websocket, "out of memory");
}

/* What a callback answers after a handler ran, which may have let go of the connection: -1 closes it at once, 0 leaves
 * it to its close frame, or to go on. */
static int verdict(struct lws *wsi)
{
    return lws_get_opaque_user_data(wsi) == &net_handle_gone ? -1 : 0;
}

static void write_want(struct websocket *websocket)
{
    websocket->write_wanted = true;
    lws_callback_on_writable(websocket->dial.wsi);
}

static int opened(struct websocket *websocket, struct lws *wsi)
{
    websocket->opened = websocket->heard = now_of(websocket);
    websocket->ping_wanted = true; /* the first round trip is known soon */
    net_timer_set(websocket->member.loop, &websocket->look, LOOK_INTERVAL);
    write_want(websocket);
    state_set(websocket, WEBSOCKET_OPEN);
    return verdict(wsi);
}

/* --- an open connection --- */

static void look_at_open(struct websocket *websocket)
{
    int64_t now = now_of(websocket);
    if (now - websocket->heard >= SILENCE_MOST) {
        char words[WEBSOCKET_REASON_SIZE];
        (void)snprintf(words, sizeof words, "silent for %lld s, pings unanswered",
                       (long long)((now - websocket->heard) / NANOSECONDS_PER_SECOND));
        go_down(websocket, words);
        return;
    }
    if (now - websocket->opened >= SETTLED_AFTER) backoff_reset(&websocket->backoff);
    if (now - websocket->ping_sent >= PING_INTERVAL) {
        websocket->ping_wanted = true;
        write_want(websocket);
    }
    net_timer_set(websocket->member.loop, &websocket->look, LOOK_INTERVAL);
}

static void look_expired(void *context)
{
    struct websocket *websocket = context;
    if (websocket->status.state == WEBSOCKET_OPEN) {
        look_at_open(websocket);
        return;
    }
    char words[WEBSOCKET_REASON_SIZE];
    (void)snprintf(words, sizeof words, "%s within %lld s", dial_lacks(&websocket->dial),
                   (long long)(OPEN_PATIENCE / NANOSECONDS_PER_SECOND));
    go_down(websocket, words);
}

/* Ends the connection for what the peer sent, with a close frame that says why. */
static int refuse(struct websocket *websocket, struct lws *wsi, enum lws_close_status code, const char *reason)
{
    lws_close_reason(wsi, code, NULL, 0);
    lws_set_opaque_user_data(wsi, &net_handle_gone);
    websocket->dial.wsi = NULL;
    go_down(websocket, reason);
    return -1;
}

static void message_deliver(struct websocket *websocket, struct text message)
{
    websocket->status.messages++;
    if (websocket->options.handlers.message)
        websocket->options.handlers.message(websocket->options.context, websocket->stamp, message);
}

static void stamp_take(struct websocket *websocket)
{
    struct net_loop *loop = websocket->member.loop;
    if (websocket->turn == loop->turn) return;
    websocket->turn = loop->turn;
    websocket->stamp = net_loop_now(loop);
    websocket->heard = websocket->stamp.mono;
}

static int received(struct websocket *websocket, struct lws *wsi, const char *bytes, size_t length)
{
    struct text whole;
    stamp_take(websocket);
    websocket->status.bytes += length;
    switch (message_add(&websocket->message, wsi, bytes, length, &whole)) {
    case MESSAGE_OPEN:
        return 0;
    case MESSAGE_WHOLE:
        if (!text_is_utf8(whole))
            return refuse(websocket, wsi, LWS_CLOSE_STATUS_INVALID_PAYLOAD, "a message is not valid UTF-8");
        message_deliver(websocket, whole);
        message_clear(&websocket->message);
        return verdict(wsi);
    case MESSAGE_BINARY:
        return refuse(websocket, wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, "a binary message came");
    case MESSAGE_TOO_LONG:
        return refuse(websocket, wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, "a message is longer than 16 MiB");
    case MESSAGE_NO_MEMORY:
        return refuse(websocket, wsi, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION, "out of memory for a message");
    }
    return -1;
}

static int ponged(struct websocket *websocket, const void *payload, size_t length)
{
    stamp_take(websocket);
    if (length == PING_SIZE && memcmp(payload, &websocket->ping_sent, PING_SIZE) == 0)
        websocket->status.round_trip = now_of(websocket) - websocket->ping_sent;
    return 0;
}

static void farewell_heard(struct websocket *websocket, const unsigned char *payload, size_t length)
{
    if (length < 2) {
        (void)snprintf(websocket->farewell, sizeof websocket->farewell, "closed by the peer");
        return;
    }
    unsigned code = (unsigned)payload[0] << 8 | payload[1];
    const char *words = close_words(code);
    char text[128];
    text_sanitize((struct text){(const char *)payload + 2, length - 2}, text, sizeof text, false);
    websocket->status.close_code = (int)code;
    (void)snprintf(websocket->farewell, sizeof websocket->farewell, "closed by the peer: %u%s%s%s%s", code,
                   *words ? " " : "", words, *text ? ": " : "", text);
}

static bool ping_write(struct websocket *websocket, struct lws *wsi)
{
    unsigned char buffer[LWS_PRE + PING_SIZE];
    websocket->ping_wanted = false;
    websocket->ping_sent = now_of(websocket);
    memcpy(buffer + LWS_PRE, &websocket->ping_sent, PING_SIZE);
    return lws_write(wsi, buffer + LWS_PRE, PING_SIZE, LWS_WRITE_PING) >= 0;
}

static bool outgoing_write(struct websocket *websocket, struct lws *wsi)
{
    struct outgoing *outgoing = &websocket->queue[websocket->first];
    int written = lws_write(wsi, outgoing->bytes + LWS_PRE, outgoing->length, LWS_WRITE_TEXT);
    free(outgoing->bytes);
    websocket->first = (websocket->first + 1) % QUEUE_SIZE;
    websocket->waiting--;
    return written >= 0;
}

/* libwebsockets answers the peer's pings itself and tells nobody; but after each pong it calls this without having been
 * asked to. That is how we know of them, but for one that falls together with a frame of our own. */
static void ping_answered(struct websocket *websocket)
{
    websocket->heard = websocket->status.pinged = now_of(websocket);
}

/* One frame a turn. What libwebsockets could not write at once it writes later, and then calls this, too. */
static int writable(struct websocket *websocket, struct lws *wsi)
{
    if (!websocket->write_wanted) {
        ping_answered(websocket);
        return 0;
    }
    bool written = true;
    websocket->write_wanted = false;
    if (websocket->waiting)
        written = outgoing_write(websocket, wsi);
    else if (websocket->ping_wanted)
        written = ping_write(websocket, wsi);
    if (!written) return -1;
    if (websocket->waiting || websocket->ping_wanted || lws_partial_buffered(wsi)) write_want(websocket);
    return 0;
}

/* --- the request's headers --- */

/* The venue's own, made anew for each handshake. Their values are nobody else's business: no word of them goes into a
 * reason or the log. */
static int headers_add(struct websocket *websocket, struct lws *wsi, unsigned char **at, size_t size)
{
    static const struct websocket_header agent = {"User-Agent", "booktop"};
    struct websocket_header headers[WEBSOCKET_HEADERS_MAX];
    unsigned char *end = *at + size;
    size_t count = 0;
    if (websocket->options.headers)
        count = websocket->options.headers(websocket->options.context, net_loop_now(websocket->member.loop), headers);
    if (verdict(wsi)) return -1; /* it was closed meanwhile */
    if (count == WEBSOCKET_HEADERS_FAILED) {
        (void)snprintf(websocket->farewell, sizeof websocket->farewell, "the handshake could not be signed");
        return -1;
    }
    bool added = header_add(wsi, &agent, at, end);
    for (size_t n = 0; added && n < count; n++) added = header_add(wsi, &headers[n], at, end);
    if (added) return 0;
    (void)snprintf(websocket->farewell, sizeof websocket->farewell, "a header of the request is malformed or too long");
    return -1;
}

static int dial_event(struct dial *dial, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length)
{
    struct websocket *websocket = dial->handle.owner;
    switch (why) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return headers_add(websocket, wsi, in, length);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        return opened(websocket, wsi);
    case LWS_CALLBACK_CLIENT_RECEIVE:
        return received(websocket, wsi, in, length);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        return ponged(websocket, in, length);
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return writable(websocket, wsi);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        farewell_heard(websocket, in, length);
        return 0;
    default:
        return 0;
    }
}

/* --- public --- */

static void websocket_release(struct net_member *member)
{
    struct websocket *websocket = (struct websocket *)member;
    message_free(&websocket->message);
    free(websocket);
}

static void websocket_end(struct net_member *member)
{
    struct websocket *websocket = (struct websocket *)member;
    websocket->status.http_status = 0;
    go_down(websocket, "the network loop ends");
    if (!websocket->closed) websocket_close(websocket);
}

static void told_expired(void *context)
{
    tell(context);
}

struct websocket *websocket_open(struct net_loop *loop, const struct websocket_options *options, char *error,
                                 size_t error_size)
{
    struct websocket *websocket = loop->ending ? NULL : calloc(1, sizeof *websocket);
    if (!websocket) {
        net_refuse(error, error_size, loop->ending ? "the network loop ends" : "out of memory");
        return NULL;
    }
    if (!url_parse(&websocket->dial.url, options->url, URL_WEBSOCKET, error, error_size)) {
        free(websocket);
        return NULL;
    }
    websocket->options = *options;
    websocket->options.url = NULL; /* borrowed for this call only */
    websocket->status.round_trip = -1;
    websocket->turn = UINT64_MAX;
    websocket->member.end = websocket_end;
    websocket->member.release = websocket_release;
    websocket->retry = (struct net_timer){.expired = attempt, .context = websocket};
    websocket->told = (struct net_timer){.expired = told_expired, .context = websocket};
    websocket->look = (struct net_timer){.expired = look_expired, .context = websocket};
    backoff_init(&websocket->backoff, options->seed);
    message_init(&websocket->message, WEBSOCKET_MESSAGE_CAP);
    dial_init(&websocket->dial, loop);
    websocket->dial.handle.owner = websocket;
    websocket->dial.stepped = dial_stepped;
    websocket->dial.failed = dial_failed;
    websocket->dial.event = dial_event;
    net_member_join(loop, &websocket->member);
    net_timer_set(loop, &websocket->retry, 0);
    return websocket;
}

bool websocket_send(struct websocket *websocket, struct text message)
{
    if (websocket->status.state != WEBSOCKET_OPEN || websocket->waiting == QUEUE_SIZE) return false;
    struct outgoing *place = &websocket->queue[(websocket->first + websocket->waiting) % QUEUE_SIZE];
    place->bytes = malloc(LWS_PRE + message.length + 1);
    if (!place->bytes) return false;
    if (message.length) memcpy(place->bytes + LWS_PRE, message.at, message.length);
    place->length = message.length;
    websocket->waiting++;
    write_want(websocket);
    return true;
}

const struct websocket_status *websocket_status_now(const struct websocket *websocket)
{
    return &websocket->status;
}

void websocket_confirm(struct websocket *websocket)
{
    backoff_reset(&websocket->backoff);
    websocket->status.attempts = 0;
}

void websocket_reconnect(struct websocket *websocket, const char *why)
{
    if (websocket->status.state == WEBSOCKET_IDLE || websocket->status.state == WEBSOCKET_DOWN) return;
    fall(websocket, why);
    net_timer_set(websocket->member.loop, &websocket->told, 0);
}

void websocket_close(struct websocket *websocket)
{
    websocket->closed = true;
    if (websocket->status.state == WEBSOCKET_OPEN) dial_close(&websocket->dial);
    connection_forget(websocket);
    net_timer_cancel(&websocket->retry);
    net_timer_cancel(&websocket->told);
    net_member_leave(&websocket->member);
}
