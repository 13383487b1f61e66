#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>

#include <openssl/ssl.h>

#include "reason.h"
#include "websocket_core.h"

#define ESTABLISHED   1 /* TCP_ESTABLISHED of <netinet/tcp.h>, which does not go together with <linux/tcp.h> */
#define SETTLED_AFTER (30 * NANOSECONDS_PER_SECOND)

/* --- is it alive? --- */

static struct tcp_info tcp_look(const struct websocket *websocket)
{
    struct tcp_info info = {0};
    socklen_t size = sizeof info;
    (void)getsockopt(lws_get_socket_fd(websocket->wsi), IPPROTO_TCP, TCP_INFO, &info, &size);
    return info;
}

/* How many bytes the peer has acknowledged: the system knows, where libwebsockets says nothing until all it holds back
 * is gone. */
static uint64_t taken(const struct websocket *websocket)
{
    return tcp_look(websocket).tcpi_bytes_acked;
}

bool websocket_open_broken(const struct websocket *websocket)
{
    SSL *tls = lws_get_ssl(websocket->wsi);
    if (tls && SSL_get_shutdown(tls) & SSL_RECEIVED_SHUTDOWN) return false;
    return tcp_look(websocket).tcpi_state == ESTABLISHED;
}

static void look_set(struct websocket *websocket)
{
    net_timer_set(websocket->member.loop, &websocket->look,
                  liveness_due(&websocket->liveness) - websocket_now(websocket));
}

/* The next look is never later than it is due. It may be earlier: then it sets itself anew. */
static void look_hasten(struct websocket *websocket)
{
    if (!websocket->look.loop || websocket->look.due > liveness_due(&websocket->liveness)) look_set(websocket);
}

void websocket_open_write(struct websocket *websocket)
{
    websocket->write_wanted = true;
    lws_callback_on_writable(websocket->dial.wsi);
    if (websocket->liveness.writing) return;
    liveness_waits(&websocket->liveness, websocket_now(websocket), taken(websocket));
    look_hasten(websocket);
}

static int opened(struct websocket *websocket, struct lws *wsi)
{
    websocket->opened = websocket_now(websocket);
    websocket->policy.was_open = true;
    websocket->wsi = wsi;
    net_timer_cancel(&websocket->look);
    liveness_begin(&websocket->liveness, websocket->opened);
    websocket_open_write(websocket); /* a ping */
    websocket_step(websocket, WEBSOCKET_OPEN);
    return websocket_verdict(wsi);
}

static void life_over(struct websocket *websocket, enum life life)
{
    const struct net_limits *limits = &websocket->member.loop->limits;
    char words[WEBSOCKET_REASON_SIZE];
    if (life == LIFE_CLOGGED) {
        (void)snprintf(words, sizeof words, "the peer takes nothing: %s", reason_time(limits->write).words);
        websocket_fall(websocket, WEBSOCKET_FAILURE_WRITE, words);
        return;
    }
    (void)snprintf(words, sizeof words, "silent for %s, %s", reason_time(limits->silence).words,
                   life == LIFE_STALLED ? "in the midst of a message" : "pings unanswered");
    websocket_fall(websocket, WEBSOCKET_FAILURE_SILENT, words);
}

void websocket_open_look(void *context)
{
    struct websocket *websocket = context;
    int64_t now = websocket_now(websocket);
    struct tcp_info tcp = tcp_look(websocket);
    liveness_arrived(&websocket->liveness, now, tcp.tcpi_bytes_received);
    enum life life = liveness_judge(&websocket->liveness, now, tcp.tcpi_bytes_acked);
    if (life != LIFE_GOOD) {
        life_over(websocket, life);
        return;
    }
    if (now - websocket->opened >= SETTLED_AFTER) websocket_confirm(websocket);
    if (websocket->liveness.ping_wanted && !websocket->write_wanted) websocket_open_write(websocket);
    look_set(websocket);
}

/* --- what comes --- */

/* Ends the connection for what the peer sent, with a close frame that says why. */
static int refuse(struct websocket *websocket, struct lws *wsi, enum lws_close_status code, const char *reason)
{
    bool ours = code == LWS_CLOSE_STATUS_UNEXPECTED_CONDITION;
    net_handle_close(websocket->member.loop, wsi, code);
    websocket->dial.wsi = NULL;
    websocket_fall(websocket, ours ? WEBSOCKET_FAILURE_MEMORY : WEBSOCKET_FAILURE_PROTOCOL, reason);
    return 0;
}

static int refuse_long(struct websocket *websocket, struct lws *wsi)
{
    char words[WEBSOCKET_REASON_SIZE];
    (void)snprintf(words, sizeof words, "a message is longer than %s", reason_size(websocket->message.cap).words);
    return refuse(websocket, wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, words);
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
}

static void life_heard(struct websocket *websocket, bool in_message)
{
    bool talked = websocket->liveness.talked;
    liveness_received(&websocket->liveness, websocket->stamp.mono, in_message);
    if (!talked) look_hasten(websocket);
}

static int received(struct websocket *websocket, struct lws *wsi, const char *bytes, size_t length)
{
    struct text whole;
    stamp_take(websocket);
    websocket->status.bytes += length;
    enum message_outcome outcome = message_add(&websocket->message, wsi, bytes, length, &whole);
    life_heard(websocket, outcome == MESSAGE_OPEN);
    switch (outcome) {
    case MESSAGE_OPEN:
        return 0;
    case MESSAGE_WHOLE:
        if (!text_is_utf8(whole))
            return refuse(websocket, wsi, LWS_CLOSE_STATUS_INVALID_PAYLOAD, "a message is not valid UTF-8");
        message_deliver(websocket, whole);
        message_clear(&websocket->message);
        return websocket_verdict(wsi);
    case MESSAGE_BINARY:
        return refuse(websocket, wsi, LWS_CLOSE_STATUS_UNACCEPTABLE_OPCODE, "a binary message came");
    case MESSAGE_TOO_LONG:
        return refuse_long(websocket, wsi);
    case MESSAGE_NO_MEMORY:
        return refuse(websocket, wsi, LWS_CLOSE_STATUS_UNEXPECTED_CONDITION, "out of memory for a message");
    }
    return -1;
}

static int ponged(struct websocket *websocket, const void *payload, size_t length)
{
    stamp_take(websocket);
    liveness_ponged(&websocket->liveness, websocket->stamp.mono, payload, length);
    return 0;
}

static int farewell_heard(struct websocket *websocket, const unsigned char *payload, size_t length)
{
    struct farewell *farewell = &websocket->farewell;
    farewell->kind = WEBSOCKET_FAILURE_CLOSED;
    if (length > 2 && websocket_echoes(websocket, (struct text){(const char *)payload, length})) length = 2;
    websocket->status.close_code = reason_close(payload, length, farewell->words, sizeof farewell->words);
    return 0;
}

/* --- what goes --- */

static bool ping_write(struct websocket *websocket, struct lws *wsi)
{
    unsigned char buffer[LWS_PRE + LIVENESS_PING_SIZE];
    liveness_ping(&websocket->liveness, websocket_now(websocket), buffer + LWS_PRE);
    return lws_write(wsi, buffer + LWS_PRE, LIVENESS_PING_SIZE, LWS_WRITE_PING) >= 0;
}

static bool text_write(struct websocket *websocket, struct lws *wsi)
{
    int64_t length = outgoing_write(&websocket->outgoing, wsi);
    if (length < 0) return false;
    websocket->status.sent++;
    websocket->status.sent_bytes += (uint64_t)length;
    return true;
}

/* A ping goes first: it is small, and what waits may wait long. */
static bool frame_write(struct websocket *websocket, struct lws *wsi)
{
    if (websocket->liveness.ping_wanted) return ping_write(websocket, wsi);
    return !websocket->outgoing.first || text_write(websocket, wsi);
}

/* libwebsockets answers the peer's pings itself and tells nobody; but after each pong it calls this without having been
 * asked to. That is how we know of them, but for one that falls together with a frame of our own.
 * One frame a turn. What libwebsockets could not write at once it writes later, and then calls this, too. */
static int writable(struct websocket *websocket, struct lws *wsi)
{
    int64_t now = websocket_now(websocket);
    if (!websocket->write_wanted) {
        liveness_pinged(&websocket->liveness, now);
        return 0;
    }
    websocket->write_wanted = false;
    if (!lws_partial_buffered(wsi)) {
        outgoing_landed(&websocket->outgoing);
        if (!frame_write(websocket, wsi)) return -1;
    }
    bool more = websocket->outgoing.first || lws_partial_buffered(wsi);
    websocket->status.waiting = websocket->outgoing.waiting;
    liveness_wrote(&websocket->liveness, now, more);
    if (more)
        websocket_open_write(websocket);
    else
        look_set(websocket); /* nobody has to see that it moves */
    return 0;
}

int websocket_open_event(struct websocket *websocket, struct lws *wsi, enum lws_callback_reasons why, void *in,
                         size_t length)
{
    switch (why) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        return opened(websocket, wsi);
    case LWS_CALLBACK_CLIENT_RECEIVE:
        return received(websocket, wsi, in, length);
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG:
        return ponged(websocket, in, length);
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return writable(websocket, wsi);
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
        return farewell_heard(websocket, in, length);
    default:
        return 0;
    }
}
