/* What libwebsockets does of a dial: TLS, the request, and the words of what fails. */
#include "handshake.h"

#include <errno.h>
#include <stdlib.h>

#include "failure.h"
#include "tls_context.h"

#define RETRY_AFTER_MOST 600 /* s */

int64_t dial_retry_after(struct lws *wsi)
{
    char value[16];
    if (lws_hdr_copy(wsi, value, sizeof value, WSI_TOKEN_HTTP_RETRY_AFTER) <= 0) return 0;
    char *end;
    errno = 0;
    long seconds = strtol(value, &end, 10);
    if (errno || end == value || *end || seconds <= 0) return 0;
    if (seconds > RETRY_AFTER_MOST) seconds = RETRY_AFTER_MOST;
    return seconds * NANOSECONDS_PER_SECOND;
}

/* --- what failed --- */

static struct dial_failure handshake_failure(struct dial *dial, struct text theirs)
{
    unsigned long number = dial->loop->tls_failure;
    dial->loop->tls_failure = 0;
    if (!dial->wsi) return failure_hand_over(dial->lost);
    if (!dial->url.tls)
        return failure_of(WEBSOCKET_FAILURE_CUT, TEXT("the connection was cut before the request was sent"));
    if (dial->tls_error[0]) {
        dial->loop->distrusted = true;
        return failure_of(WEBSOCKET_FAILURE_TLS, text_from(dial->tls_error));
    }
    return failure_tls(number, theirs);
}

static struct dial_failure refusal(struct dial *dial, struct lws *wsi, struct text theirs)
{
    if (dial->phase == DIAL_HANDSHAKING) return handshake_failure(dial, theirs);
    int status = (int)lws_http_client_http_response(wsi);
    bool refused = status && status != 101;
    struct dial_failure failure =
        refused ? failure_status(status) : failure_handshake(WEBSOCKET_FAILURE_UPGRADE, theirs);
    if (status) failure.retry_after = dial_retry_after(wsi);
    failure.body = dial->body;
    return failure;
}

/* The socket is closed, and it was open or at least not refused. A handshake that fails before libwebsockets has
 * returned from connecting ends so, too. */
static struct dial_failure ending(struct dial *dial)
{
    if (dial->phase == DIAL_HANDSHAKING) return handshake_failure(dial, TEXT("connect SSL err"));
    return failure_of(dial->phase == DIAL_OPEN ? WEBSOCKET_FAILURE_CUT : WEBSOCKET_FAILURE_UPGRADE,
                      TEXT("the connection was cut"));
}

/* --- the connection goes over to libwebsockets --- */

/* The socket to nowhere, on which our connection is put (handshake_event, WSI_CREATE). In here libwebsockets may
 * already ask for headers, and fail. */
static struct lws *socket_open(struct dial *dial, const char *nowhere)
{
    struct lws_client_connect_info info = {
        .context = dial->loop->context,
        .vhost = dial->loop->vhost,
        .address = nowhere,
        .host = dial->url.authority, /* SNI and the certificate's name follow it, up to the colon */
        .port = (int)dial->url.port,
        .path = dial->url.path,
        .method = dial->method,
        .alpn = "http/1.1", /* with h2 libwebsockets 4.1.6 hangs silently */
        .ssl_connection = LCCSCF_HTTP_NO_FOLLOW_REDIRECT,
        .local_protocol_name = "booktop",
        .opaque_user_data = &dial->handle,
        .ietf_version_or_minus_one = -1,
    };
    if (dial->url.tls) info.ssl_connection |= LCCSCF_USE_SSL;
    dial->tls_error[0] = '\0';
    return lws_client_connect_via_info(&info);
}

void handshake_give(struct dial *dial)
{
    struct tcp_nowhere nowhere;
    struct lws *wsi = NULL;
    net_timer_set(dial->loop, &dial->timer, dial->loop->limits.handshake);
    if (dial->url.tls) net_trust_anew(dial->loop);
    dial->loop->tls_failure = 0;
    dial->lost = tcp_nowhere_open(&nowhere);
    if (!dial->lost) {
        wsi = socket_open(dial, nowhere.address);
        tcp_nowhere_close(&nowhere);
    }
    if (!wsi) dial->wsi = NULL; /* libwebsockets may have begun, and freed it without a word */
    bool under_way = dial->phase == DIAL_HANDSHAKING || dial->phase == DIAL_REQUESTED;
    if (dial->wsi || !under_way) return; /* all is well; or it has failed, or was stopped, in there */
    if (wsi) net_handle_drop(wsi);
    dial_fail(dial, failure_hand_over(dial->lost));
}

/* --- its callbacks --- */

/* An upgrade was answered, and not by 101: libwebsockets throws the body away unless it is read now. What came with the
 * head is taken; more is not waited for. Only of a stated length: at the end of other bodies libwebsockets begins the
 * connection's next transaction. */
static void refusal_read(struct lws *wsi)
{
    char bytes[DIAL_REASON_SIZE];
    char *at = bytes;
    int length = sizeof bytes;
    if (lws_http_client_http_response(wsi) == 101 || lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_CONTENT_LENGTH) == 0 ||
        lws_hdr_total_length(wsi, WSI_TOKEN_HTTP_TRANSFER_ENCODING) != 0)
        return;
    (void)lws_http_client_read(wsi, &at, &length);
}

/* -1 ends refusal_read: libwebsockets must not go on to the end of the body. */
static int refusal_take(struct dial *dial, const char *bytes, size_t length)
{
    text_copy(text_trim((struct text){bytes, length}), dial->body, sizeof dial->body);
    return -1;
}

/* libwebsockets lets go of the socket. */
static void socket_gone(struct dial *dial, struct lws *wsi, struct dial_failure failure)
{
    net_handle_forget(wsi);
    dial->wsi = NULL;
    dial_fail(dial, failure);
}

int handshake_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in, size_t length)
{
    struct dial *dial = (struct dial *)handle;
    switch (why) {
    case LWS_CALLBACK_WSI_CREATE: /* it is connected to nowhere, and has not written yet */
        dial->lost = tcp_give(&dial->tcp, lws_get_socket_fd(wsi));
        if (!dial->lost) dial->wsi = wsi;
        return 0;
    case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION: /* the verdict is OpenSSL's; only its words are noted */
        if (!length) tls_verify_words(in, dial->tls_error, sizeof dial->tls_error);
        return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        socket_gone(dial, wsi, refusal(dial, wsi, (struct text){in, in ? length : 0}));
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
    case LWS_CALLBACK_WSI_DESTROY:
        socket_gone(dial, wsi, ending(dial));
        return 0;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        if (!dial->wsi) return -1; /* it is connected to nowhere still: the request would say nothing to nobody */
        dial->phase = DIAL_REQUESTED;
        dial->body[0] = '\0';
        if (dial->method) net_timer_cancel(&dial->timer); /* the owner waits for the reply */
        return dial->event(dial, wsi, why, in, length);
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        dial->phase = DIAL_OPEN;
        net_timer_cancel(&dial->timer);
        return dial->event(dial, wsi, why, in, length);
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
        if (dial->method) return dial->event(dial, wsi, why, in, length);
        refusal_read(wsi);
        return 0;
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
        if (dial->method) return dial->event(dial, wsi, why, in, length);
        return refusal_take(dial, in, length);
    default:
        return dial->event(dial, wsi, why, in, length);
    }
}
