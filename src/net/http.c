#include "booktop/net/http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dial.h"
#include "header.h"
#include "message.h"
#include "reason.h"

#define PATIENCE_MOST (60 * NANOSECONDS_PER_SECOND)

struct http_request {
    struct net_member member;
    struct dial dial;
    struct net_timer timer; /* first: to begin; then: our patience */
    int64_t patience;
    void (*replied)(void *context, struct stamp stamp, const struct http_reply *reply);
    void *context;
    struct http_reply reply;
    struct message body;
    bool begun;
    bool chunked;   /* then a cut connection must not pass for the end of the body */
    bool completed; /* libwebsockets says so */
    bool reading;   /* inside lws_http_client_read */
    bool over;      /* replied, or cancelled */
};

/* --- the end --- */

static void request_over(struct http_request *request)
{
    request->over = true;
    dial_stop(&request->dial);
    net_timer_cancel(&request->timer);
    net_member_leave(&request->member);
}

static void request_reply(struct http_request *request)
{
    if (request->over) return;
    request_over(request);
    request->replied(request->context, net_loop_now(request->member.loop), &request->reply);
}

static void request_fail(struct http_request *request, const char *reason)
{
    request->reply.status = 0;
    request->reply.body = (struct text){0};
    (void)snprintf(request->reply.reason, sizeof request->reply.reason, "%s", reason);
    request_reply(request);
}

static void request_succeed(struct http_request *request)
{
    request->reply.body = (struct text){request->body.bytes, request->body.length};
    request_reply(request);
}

static void dial_failed(struct dial *dial, const struct dial_failure *failure)
{
    struct http_request *request = dial->handle.owner;
    if (request->reply.status)
        request_fail(request, "the connection was cut before the reply was complete");
    else
        request_fail(request, failure->reason);
}

/* --- the reply --- */

static int head_add(struct lws *wsi, unsigned char **at, size_t size)
{
    static const struct websocket_header lines[] = {
        {"User-Agent", "booktop"},
        {"Accept", "application/json"},
        {"Accept-Encoding", "identity"},
    };
    unsigned char *end = *at + size;
    for (size_t n = 0; n < sizeof lines / sizeof lines[0]; n++)
        if (!header_add(wsi, &lines[n], at, end)) return -1;
    return 0;
}

static int head_received(struct http_request *request, struct lws *wsi)
{
    request->reply.status = (int)lws_http_client_http_response(wsi);
    request->reply.retry_after = dial_retry_after(wsi);
    request->chunked = lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) > 0;
    if (request->reply.status >= 100 && request->reply.status <= 599) return 0;
    request_fail(request, "the reply has no valid status");
    return -1;
}

static int body_received(struct http_request *request, const char *bytes, size_t length)
{
    if (message_append(&request->body, bytes, length)) return 0;
    if (length <= request->body.cap - request->body.length) {
        request_fail(request, "out of memory for the reply");
        return -1;
    }
    char words[HTTP_REASON_SIZE];
    (void)snprintf(words, sizeof words, "the reply is longer than %s", reason_size(request->body.cap).words);
    request_fail(request, words);
    return -1;
}

/* libwebsockets 4.1.6 also calls a body in chunks complete when the connection is cut in its midst: then the read that
 * found the end fails. Without chunks and without a length, that is how a body ends. */
static int body_read(struct http_request *request, struct lws *wsi)
{
    char buffer[LWS_PRE + 16384];
    char *at = buffer + LWS_PRE;
    int size = (int)sizeof buffer - LWS_PRE;
    request->reading = true;
    int failed = lws_http_client_read(wsi, &at, &size);
    request->reading = false;
    if (request->over) return -1;
    if (request->completed) {
        if (failed && request->chunked)
            request_fail(request, "the connection was cut before the reply was complete");
        else
            request_succeed(request);
        return -1;
    }
    return failed ? -1 : 0;
}

static int completed(struct http_request *request)
{
    request->completed = true;
    if (!request->reading) request_succeed(request);
    return 0;
}

static int dial_event(struct dial *dial, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length)
{
    struct http_request *request = dial->handle.owner;
    switch (why) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        return head_add(wsi, in, length);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
        return head_received(request, wsi);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
        return body_read(request, wsi);
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
        return body_received(request, in, length);
    case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
        return completed(request);
    default:
        return 0;
    }
}

/* --- the beginning --- */

static void timer_expired(void *context)
{
    struct http_request *request = context;
    if (!request->begun) {
        request->begun = true;
        net_timer_set(request->member.loop, &request->timer, request->patience);
        if (!dial_start(&request->dial)) request_fail(request, "out of memory");
        return;
    }
    char words[HTTP_REASON_SIZE];
    (void)snprintf(words, sizeof words, "%s within %s",
                   request->reply.status ? "reply not complete" : dial_lacks(&request->dial),
                   reason_time(request->patience).words);
    request_fail(request, words);
}

static void request_end(struct net_member *member)
{
    request_fail((struct http_request *)member, "the network loop ends");
}

static void request_release(struct net_member *member)
{
    struct http_request *request = (struct http_request *)member;
    message_free(&request->body);
    free(request);
}

static int64_t patience_of(const struct net_loop *loop, int64_t timeout)
{
    int64_t wanted = timeout > 0 ? timeout : loop->limits.reply;
    return wanted < PATIENCE_MOST ? wanted : PATIENCE_MOST;
}

struct http_request *http_get(struct net_loop *loop, const char *url, int64_t timeout,
                              void (*replied)(void *context, struct stamp stamp, const struct http_reply *reply),
                              void *context, char *error, size_t error_size)
{
    struct http_request *request = loop->ending ? NULL : calloc(1, sizeof *request);
    if (!request) {
        net_refuse(error, error_size, loop->ending ? "the network loop ends" : "out of memory");
        return NULL;
    }
    if (!url_parse(&request->dial.url, url, URL_HTTP, error, error_size)) {
        free(request);
        return NULL;
    }
    request->patience = patience_of(loop, timeout);
    request->replied = replied;
    request->context = context;
    request->member.end = request_end;
    request->member.release = request_release;
    request->timer = (struct net_timer){.expired = timer_expired, .context = request};
    message_init(&request->body, loop->limits.message_cap);
    dial_init(&request->dial, loop);
    request->dial.handle.owner = request;
    request->dial.method = "GET";
    request->dial.failed = dial_failed;
    request->dial.event = dial_event;
    net_member_join(loop, &request->member);
    net_timer_set(loop, &request->timer, 0);
    return request;
}

void http_cancel(struct http_request *request)
{
    if (!request->over) request_over(request);
}
