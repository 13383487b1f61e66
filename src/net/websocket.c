#include "booktop/net/websocket.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "header.h"
#include "reason.h"
#include "websocket_core.h"

int64_t websocket_now(const struct websocket *websocket)
{
    return net_loop_now(websocket->member.loop).mono;
}

static void tell(struct websocket *websocket)
{
    if (!websocket->closed && websocket->options.handlers.state)
        websocket->options.handlers.state(websocket->options.context, &websocket->status);
}

void websocket_step(struct websocket *websocket, enum websocket_state state)
{
    websocket->status.state = state;
    tell(websocket);
}

/* --- the way down --- */

/* Leaves the connection as it is before the first attempt, but for what is counted. */
static void connection_forget(struct websocket *websocket)
{
    dial_stop(&websocket->dial);
    net_timer_cancel(&websocket->look);
    outgoing_clear(&websocket->outgoing);
    message_clear(&websocket->message);
    liveness_end(&websocket->liveness);
    websocket->write_wanted = false;
    websocket->status.waiting = 0;
}

static void reason_put(struct websocket *websocket, enum websocket_failure kind, const char *reason)
{
    struct websocket_status *status = &websocket->status;
    status->failure = kind;
    text_sanitize(text_from(reason), status->reason, sizeof status->reason, false);
}

/* The one way down: the state and the next attempt, if there is to be one. Telling is left to the caller. */
static void fall(struct websocket *websocket, enum websocket_failure kind, const char *reason)
{
    struct websocket_status *status = &websocket->status;
    connection_forget(websocket);
    reason_put(websocket, kind, reason);
    int refusal = kind == WEBSOCKET_FAILURE_UPGRADE ? status->http_status : 0;
    bool ours = kind == WEBSOCKET_FAILURE_ASKED;
    int64_t delay =
        ours ? retry_asked(&websocket->policy) : retry_failed(&websocket->policy, refusal, websocket->retry_after);
    bool over = delay == TIME_NEVER;
    status->attempts = websocket->policy.failures;
    status->state = over ? WEBSOCKET_GIVEN_UP : WEBSOCKET_DOWN;
    status->retry_at = over ? TIME_NEVER : websocket_now(websocket) + delay;
    if (!over) net_timer_set(websocket->member.loop, &websocket->retry, delay);
}

void websocket_fall(struct websocket *websocket, enum websocket_failure kind, const char *reason)
{
    fall(websocket, kind, reason);
    tell(websocket);
}

static void farewell_put(struct websocket *websocket, enum websocket_failure kind, const char *words)
{
    websocket->farewell.kind = kind;
    text_copy(text_from(words), websocket->farewell.words, sizeof websocket->farewell.words);
}

/* What the peer said, "" where it said what nobody is to read. */
static const char *refusal_body(const struct websocket *websocket, const char *body)
{
    return websocket_echoes(websocket, text_from(body)) ? "" : body;
}

static void dial_failed(struct dial *dial, const struct dial_failure *failure)
{
    struct websocket *websocket = dial->handle.owner;
    struct farewell *farewell = &websocket->farewell;
    websocket->status.http_status = failure->http_status;
    websocket->retry_after = failure->retry_after;
    if (websocket->status.state == WEBSOCKET_OPEN) {
        if (!farewell->kind && websocket_open_broken(websocket))
            farewell_put(websocket, WEBSOCKET_FAILURE_PROTOCOL, "the peer sent what the protocol forbids");
    } else if (failure->http_status && failure->kind == WEBSOCKET_FAILURE_UPGRADE) {
        farewell->kind = failure->kind;
        reason_refusal(failure->http_status, failure->reason, refusal_body(websocket, failure->body),
                       websocket->options.headers != NULL, farewell->words, sizeof farewell->words);
    }
    if (farewell->kind)
        websocket_fall(websocket, farewell->kind, farewell->words);
    else
        websocket_fall(websocket, failure->kind, failure->reason);
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
    websocket_step(websocket, states[dial->phase]);
}

static void attempt(void *context)
{
    struct websocket *websocket = context;
    websocket->status.reason[0] = '\0';
    websocket->status.failure = WEBSOCKET_FAILURE_NONE;
    websocket->status.close_code = 0;
    websocket->status.http_status = 0;
    websocket->status.retry_at = 0;
    websocket->farewell.kind = WEBSOCKET_FAILURE_NONE;
    websocket->retry_after = 0;
    websocket->header_count = 0;
    if (!dial_start(&websocket->dial)) websocket_fall(websocket, WEBSOCKET_FAILURE_MEMORY, "out of memory");
}

int websocket_verdict(struct lws *wsi)
{
    return net_handle_is_gone(wsi) ? -1 : 0;
}

/* --- the request's headers --- */

/* A peer may say a piece of one back, or write some of its characters otherwise: a run of this length is enough. What
 * is shorter than a secret can be is none. */
#define SECRET_LEAST 8
#define ECHO_RUN     12

static bool echoes(struct text said, const char *value)
{
    size_t length = strlen(value);
    if (length < SECRET_LEAST) return false;
    size_t run = length < ECHO_RUN ? length : ECHO_RUN;
    for (size_t at = 0; at + run <= length; at++)
        if (memmem(said.at, said.length, value + at, run)) return true;
    return false;
}

bool websocket_echoes(const struct websocket *websocket, struct text said)
{
    for (size_t n = 0; n < websocket->header_count; n++)
        if (echoes(said, websocket->headers[n].value)) return true;
    return false;
}

/* The venue's own, made anew for each handshake. Their values are nobody else's business: no word of them goes into a
 * reason or the log. */
static int headers_add(struct websocket *websocket, struct lws *wsi, unsigned char **at, size_t size)
{
    static const struct websocket_header agent = {"User-Agent", "booktop"};
    struct websocket_header *headers = websocket->headers;
    unsigned char *end = *at + size;
    size_t count = 0;
    if (websocket->options.headers)
        count = websocket->options.headers(websocket->options.context, net_loop_now(websocket->member.loop), headers);
    if (websocket_verdict(wsi)) return -1; /* it was closed meanwhile */
    websocket->header_count = count == WEBSOCKET_HEADERS_FAILED ? 0 : count;
    if (count == WEBSOCKET_HEADERS_FAILED) {
        farewell_put(websocket, WEBSOCKET_FAILURE_UPGRADE, "the handshake could not be signed");
        return -1;
    }
    bool added = header_add(wsi, &agent, at, end);
    for (size_t n = 0; added && n < count; n++) added = header_add(wsi, &headers[n], at, end);
    if (added) return 0;
    farewell_put(websocket, WEBSOCKET_FAILURE_UPGRADE, "a header of the request is malformed or too long");
    return -1;
}

static int dial_event(struct dial *dial, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length)
{
    struct websocket *websocket = dial->handle.owner;
    if (why == LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER) return headers_add(websocket, wsi, in, length);
    return websocket_open_event(websocket, wsi, why, in, length);
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
    connection_forget(websocket);
    reason_put(websocket, WEBSOCKET_FAILURE_NONE, "the network loop ends");
    websocket_step(websocket, WEBSOCKET_DOWN);
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
    websocket->turn = UINT64_MAX;
    websocket->liveness = (struct liveness){.limits = &loop->limits, .status = &websocket->status};
    liveness_end(&websocket->liveness); /* nothing is known yet */
    websocket->outgoing.cap = loop->limits.queue;
    websocket->member.end = websocket_end;
    websocket->member.release = websocket_release;
    websocket->retry = (struct net_timer){.expired = attempt, .context = websocket};
    websocket->told = (struct net_timer){.expired = told_expired, .context = websocket};
    websocket->look = (struct net_timer){.expired = websocket_open_look, .context = websocket};
    retry_init(&websocket->policy, &loop->limits, options->seed);
    message_init(&websocket->message, loop->limits.message_cap);
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
    bool added = websocket->status.state == WEBSOCKET_OPEN && outgoing_add(&websocket->outgoing, message);
    if (!added) {
        websocket->status.refused_sends++;
        return false;
    }
    websocket->status.waiting = websocket->outgoing.waiting;
    websocket_open_write(websocket);
    return true;
}

const struct websocket_status *websocket_status_now(const struct websocket *websocket)
{
    return &websocket->status;
}

void websocket_confirm(struct websocket *websocket)
{
    retry_reset(&websocket->policy);
    websocket->status.attempts = 0;
}

static bool is_at_rest(const struct websocket *websocket)
{
    enum websocket_state state = websocket->status.state;
    return state == WEBSOCKET_IDLE || state == WEBSOCKET_DOWN || state == WEBSOCKET_GIVEN_UP;
}

void websocket_reconnect(struct websocket *websocket, const char *why)
{
    if (is_at_rest(websocket)) return;
    fall(websocket, WEBSOCKET_FAILURE_ASKED, why);
    net_timer_set(websocket->member.loop, &websocket->told, 0);
}

void websocket_retry(struct websocket *websocket)
{
    if (!is_at_rest(websocket)) return;
    websocket_confirm(websocket);
    websocket->status.retry_at = websocket_now(websocket);
    net_timer_set(websocket->member.loop, &websocket->retry, 0);
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
