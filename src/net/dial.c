#include "dial.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "failure.h"
#include "handshake.h"
#include "reason.h"
#include "reserve.h"

#define RESOLVE_PATIENCE (10 * NANOSECONDS_PER_SECOND)

/* --- what an owner asks --- */

const char *dial_lacks(const struct dial *dial)
{
    switch (dial->phase) {
    case DIAL_IDLE:
        return "not begun";
    case DIAL_RESOLVING:
        return "name resolution not done";
    case DIAL_CONNECTING:
        return "no answer to the connection attempt";
    case DIAL_TUNNELLING:
        return "no answer from the proxy";
    case DIAL_HANDSHAKING:
        return dial->url.tls ? "TLS handshake not done" : "the request could not be sent";
    case DIAL_REQUESTED:
        return dial->method ? "no reply" : "no answer to the upgrade";
    case DIAL_OPEN:
        return "";
    }
    return "";
}

/* --- the way down --- */

static void socket_drop(struct dial *dial)
{
    tcp_stop(&dial->tcp);
    if (!dial->wsi) return;
    net_handle_drop(dial->wsi);
    dial->wsi = NULL;
}

static void dial_rest(struct dial *dial)
{
    tcp_stop(&dial->tcp);
    net_timer_cancel(&dial->timer);
    if (dial->query) resolver_cancel(dial->query);
    dial->query = NULL;
    dial->phase = DIAL_IDLE;
}

void dial_fail(struct dial *dial, struct dial_failure failure)
{
    socket_drop(dial);
    dial_rest(dial);
    dial->failed(dial, &failure);
}

/* --- the way up: the name --- */

static const struct proxy *proxy_of(const struct dial *dial)
{
    return &dial->loop->proxy;
}

/* Whose name is resolved and whose addresses are tried. */
static const char *host_of(const struct dial *dial)
{
    return dial->proxied ? proxy_of(dial)->host : dial->url.host;
}

/* Who is meant, where it is not the host itself; NULL: it is. */
static const char *via(const struct dial *dial, char *words, size_t size)
{
    if (!dial->proxied) return NULL;
    (void)snprintf(words, size, "the proxy (%s)", proxy_of(dial)->place);
    return words;
}

static void fail_name(struct dial *dial, const char *why)
{
    char who[DIAL_REASON_SIZE], words[2 * DIAL_REASON_SIZE];
    const char *proxy = via(dial, who, sizeof who);
    (void)snprintf(words, sizeof words, "%s%sname resolution %s", proxy ? proxy : "", proxy ? ": " : "", why);
    dial_fail(dial, failure_of(WEBSOCKET_FAILURE_NAME, text_from(words)));
}

static void dial_step(struct dial *dial, enum dial_phase phase)
{
    dial->phase = phase;
    if (dial->stepped) dial->stepped(dial);
}

/* --- the way up: TCP, and the way through the proxy --- */

static const char *address_now(const struct dial *dial)
{
    return dial->answer.addresses[(dial->rotation + dial->tried) % dial->answer.count];
}

/* The present address is given up. Goes on with the next one at the next turn, out of libwebsockets' callbacks. When
 * none is left the name may have other addresses by now. */
static void address_failed(struct dial *dial, int number)
{
    char words[DIAL_REASON_SIZE];
    tcp_stop(&dial->tcp);
    /* That a machine without IPv6 reaches no IPv6 address says less than what the others said. */
    if (!dial->number || number != ENETUNREACH) dial->number = number;
    if (dial->tried + 1 == dial->answer.count) {
        resolver_forget(dial->loop->resolver, host_of(dial));
        dial_fail(dial, failure_connect(dial->number, dial->loop->limits.dial, via(dial, words, sizeof words)));
        return;
    }
    dial->tried++;
    net_timer_set(dial->loop, &dial->timer, 0);
}

static void address_try(struct dial *dial)
{
    unsigned port = dial->proxied ? proxy_of(dial)->port : dial->url.port;
    net_timer_set(dial->loop, &dial->timer, dial->loop->limits.dial);
    int number = tcp_start(&dial->tcp, dial->loop, address_now(dial), port);
    if (number) address_failed(dial, number);
}

static void tunnel_fail(struct dial *dial, enum tunnel_state state)
{
    dial_fail(dial, failure_tunnel(state, dial->tunnel.status, proxy_of(dial)->place));
}

static void tunnel_begin(struct dial *dial)
{
    dial->phase = DIAL_TUNNELLING;
    net_timer_set(dial->loop, &dial->timer, dial->loop->limits.dial);
    if (!tunnel_ask(&dial->tunnel, dial->tcp.descriptor, proxy_of(dial), dial->url.host, dial->url.port))
        tunnel_fail(dial, TUNNEL_CUT);
}

/* --- the way up: the handshake --- */

/* The way is open. Goes on at the end of the turn, out of libwebsockets' callbacks. */
static void handshake_begin(struct dial *dial)
{
    dial_step(dial, DIAL_HANDSHAKING);
    if (dial->phase == DIAL_HANDSHAKING) net_timer_set(dial->loop, &dial->timer, 0);
}

static void tcp_connected(struct tcp *tcp, int number)
{
    struct dial *dial = tcp->owner;
    if (number && dial->phase == DIAL_TUNNELLING)
        tunnel_fail(dial, TUNNEL_CUT);
    else if (number && dial->phase == DIAL_HANDSHAKING) /* it was up already, and no other address is better */
        dial_fail(dial, failure_of(WEBSOCKET_FAILURE_CUT, TEXT("the connection was cut as soon as it was made")));
    else if (number)
        address_failed(dial, number);
    else if (dial->proxied)
        tunnel_begin(dial);
    else
        handshake_begin(dial);
}

static void tcp_readable(struct tcp *tcp)
{
    struct dial *dial = tcp->owner;
    if (dial->phase != DIAL_TUNNELLING) return;
    enum tunnel_state state = tunnel_read(&dial->tunnel, tcp->descriptor);
    if (state == TUNNEL_OPEN)
        handshake_begin(dial);
    else if (state != TUNNEL_WAITING)
        tunnel_fail(dial, state);
}

static void resolved(void *context, const struct resolver_answer *answer)
{
    struct dial *dial = context;
    dial->query = NULL;
    net_timer_cancel(&dial->timer);
    if (!answer->count) {
        char words[DIAL_REASON_SIZE];
        (void)snprintf(words, sizeof words, "failed: %s", answer->error);
        fail_name(dial, words);
        return;
    }
    dial->answer = *answer;
    dial->tried = 0;
    dial->number = 0;
    dial_step(dial, DIAL_CONNECTING);
    if (dial->phase == DIAL_CONNECTING) address_try(dial); /* it may have been stopped */
}

/* --- patience --- */

static void fail_late(struct dial *dial, enum websocket_failure kind, int64_t patience)
{
    char who[DIAL_REASON_SIZE], words[2 * DIAL_REASON_SIZE];
    const char *proxy = dial->phase == DIAL_TUNNELLING ? via(dial, who, sizeof who) : NULL;
    (void)snprintf(words, sizeof words, "%s%s within %s", proxy ? proxy : dial_lacks(dial),
                   proxy ? " does not answer" : "", reason_time(patience).words);
    dial_fail(dial, failure_of(kind, text_from(words)));
}

static void timer_expired(void *context)
{
    struct dial *dial = context;
    const struct net_limits *limits = &dial->loop->limits;
    switch (dial->phase) {
    case DIAL_RESOLVING:
        fail_name(dial, "timed out");
        break;
    case DIAL_CONNECTING:
        if (dial->tcp.wsi)
            address_failed(dial, ETIMEDOUT);
        else
            address_try(dial);
        break;
    case DIAL_TUNNELLING:
        fail_late(dial, WEBSOCKET_FAILURE_PROXY, limits->dial);
        break;
    case DIAL_HANDSHAKING:
        if (dial->wsi)
            fail_late(dial, dial->url.tls ? WEBSOCKET_FAILURE_TLS : WEBSOCKET_FAILURE_UPGRADE, limits->handshake);
        else
            handshake_give(dial);
        break;
    case DIAL_REQUESTED:
        fail_late(dial, WEBSOCKET_FAILURE_UPGRADE, limits->handshake);
        break;
    case DIAL_IDLE:
    case DIAL_OPEN:
        break;
    }
}

/* --- dials --- */

void dial_init(struct dial *dial, struct net_loop *loop)
{
    dial->handle = (struct net_handle){.event = handshake_event};
    dial->loop = loop;
    dial->rotation = UINT_MAX; /* the first attempt makes it 0 */
    dial->timer = (struct net_timer){.expired = timer_expired, .context = dial};
    dial->tcp = (struct tcp){.connected = tcp_connected, .readable = tcp_readable, .owner = dial};
}

bool dial_start(struct dial *dial)
{
    if (!reserve_ready()) return false;
    dial->proxied = !proxy_bypassed(&dial->loop->proxy, dial->url.host);
    dial->query = resolver_ask(dial->loop->resolver, host_of(dial), resolved, dial);
    if (!dial->query) return false;
    dial->rotation++;
    net_timer_set(dial->loop, &dial->timer, RESOLVE_PATIENCE);
    dial_step(dial, DIAL_RESOLVING);
    return true;
}

void dial_stop(struct dial *dial)
{
    socket_drop(dial);
    dial_rest(dial);
}

void dial_close(struct dial *dial)
{
    if (dial->wsi) {
        net_handle_close(dial->loop, dial->wsi, LWS_CLOSE_STATUS_NORMAL);
        dial->wsi = NULL;
    }
    dial_rest(dial);
}
