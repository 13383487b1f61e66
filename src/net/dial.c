#include "dial.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESOLVE_PATIENCE (10 * NANOSECONDS_PER_SECOND)
#define ADDRESS_PATIENCE (5 * NANOSECONDS_PER_SECOND)
#define RETRY_AFTER_MOST 600 /* s */

/* --- reasons --- */

struct phrase {
    const char *theirs; /* how libwebsockets' reason begins */
    const char *ours;
};

static const struct phrase phrases[] = {
    {"connect SYSCALL", "the connection was cut during the TLS handshake"},
    {"connect SSL err", "TLS handshake failed"},
    {"Timed out waiting SSL", "TLS handshake timed out"},
    {"problems parsing header", "the reply's head is malformed or too long"},
    {"Peer hung up", "the connection was cut before there was an answer"},
    {"read failed", "the connection was cut before there was an answer"},
    {"closed before", "the connection was cut before there was an answer"},
    {"Closed before", "the connection was cut before there was an answer"},
    {"HS: ", "the answer is not a WebSocket's"},
    {"EXT: ", "the answer names an extension that was not asked for"},
    {"PROTOCOL ", "the answer names a protocol that was not asked for"},
    {"Accept hash", "the answer is not a WebSocket's (wrong accept key)"},
};

#define PHRASES (sizeof phrases / sizeof phrases[0])

static void words_put(struct dial_failure *failure, struct text words)
{
    text_sanitize(words, failure->reason, sizeof failure->reason, false);
}

static void phrase_put(struct dial_failure *failure, struct text theirs)
{
    for (size_t n = 0; n < PHRASES; n++) {
        if (!text_starts_with(theirs, text_from(phrases[n].theirs))) continue;
        words_put(failure, text_from(phrases[n].ours));
        return;
    }
    words_put(failure, theirs.length ? theirs : TEXT("the connection was lost"));
}

static void status_put(struct dial_failure *failure, int status)
{
    char words[DIAL_REASON_SIZE];
    (void)snprintf(words, sizeof words, "HTTP %d %s", status, http_status_words(status));
    words_put(failure, text_trim(text_from(words)));
    failure->http_status = status;
}

/* Connecting failed: at once, with this errno, or later (0), when libwebsockets has read the socket's error and thrown
 * it away. */
static void connect_put(struct dial_failure *failure, int number)
{
    switch (number) {
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EACCES:
        words_put(failure, TEXT("network or host unreachable"));
        break;
    case EMFILE:
    case ENFILE:
        words_put(failure, TEXT("no file descriptor is left"));
        break;
    default:
        words_put(failure, TEXT("connection refused, or the host is unreachable"));
    }
}

const char *dial_lacks(const struct dial *dial)
{
    switch (dial->phase) {
    case DIAL_IDLE:
        return "not begun";
    case DIAL_RESOLVING:
        return "name resolution not done";
    case DIAL_CONNECTING:
        return "no answer to the connection attempt";
    case DIAL_HANDSHAKING:
        return "TLS handshake not done";
    case DIAL_REQUESTED:
        return dial->method ? "no reply" : "no answer to the upgrade";
    }
    return "";
}

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

/* --- the way down --- */

static void socket_drop(struct dial *dial)
{
    if (!dial->wsi) return;
    net_handle_drop(dial->wsi);
    dial->wsi = NULL;
}

static void dial_rest(struct dial *dial)
{
    net_timer_cancel(&dial->timer);
    if (dial->query) resolver_cancel(dial->query);
    dial->query = NULL;
    dial->phase = DIAL_IDLE;
}

static void dial_fail(struct dial *dial, const struct dial_failure *failure)
{
    socket_drop(dial);
    dial_rest(dial);
    dial->failed(dial, failure);
}

static void fail_words(struct dial *dial, struct text words)
{
    struct dial_failure failure = {0};
    words_put(&failure, words);
    dial_fail(dial, &failure);
}

/* --- the way up --- */

static void dial_step(struct dial *dial, enum dial_phase phase)
{
    dial->phase = phase;
    if (dial->stepped) dial->stepped(dial);
}

static const char *address_now(const struct dial *dial)
{
    return dial->answer.addresses[(dial->rotation + dial->tried) % dial->answer.count];
}

static struct lws *socket_open(struct dial *dial)
{
    struct lws_client_connect_info info = {
        .context = dial->loop->context,
        .vhost = dial->loop->vhost,
        .address = address_now(dial),
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
    dial->handle.tls_error = NULL;
    dial->calling = true;
    dial->lost = false;
    errno = 0;
    struct lws *wsi = lws_client_connect_via_info(&info);
    dial->calling = false;
    return dial->lost ? NULL : wsi;
}

static bool more_addresses(const struct dial *dial)
{
    return dial->tried + 1 < dial->answer.count;
}

/* The present address is given up. Goes on with the next one at the next turn, out of libwebsockets' callbacks. */
static void address_failed(struct dial *dial, const struct dial_failure *failure)
{
    if (!more_addresses(dial)) {
        dial_fail(dial, failure);
        return;
    }
    socket_drop(dial);
    dial->tried++;
    net_timer_set(dial->loop, &dial->timer, 0);
}

static void address_try(struct dial *dial)
{
    if (more_addresses(dial)) net_timer_set(dial->loop, &dial->timer, ADDRESS_PATIENCE);
    dial->wsi = socket_open(dial);
    if (dial->wsi) return;
    struct dial_failure failure = {0};
    connect_put(&failure, errno);
    address_failed(dial, &failure);
}

static void resolved(void *context, const struct resolver_answer *answer)
{
    struct dial *dial = context;
    dial->query = NULL;
    net_timer_cancel(&dial->timer);
    if (!answer->count) {
        char words[DIAL_REASON_SIZE];
        (void)snprintf(words, sizeof words, "name resolution failed: %s", answer->error);
        fail_words(dial, text_from(words));
        return;
    }
    dial->answer = *answer;
    dial->tried = 0;
    dial_step(dial, DIAL_CONNECTING);
    if (dial->phase == DIAL_CONNECTING) address_try(dial); /* it may have been stopped */
}

static void timer_expired(void *context)
{
    struct dial *dial = context;
    if (dial->phase == DIAL_RESOLVING) {
        fail_words(dial, TEXT("name resolution timed out"));
        return;
    }
    if (dial->wsi) { /* no answer from this address, and there is another one */
        socket_drop(dial);
        dial->tried++;
    }
    address_try(dial);
}

/* --- libwebsockets' callbacks --- */

static void socket_refused(struct dial *dial, struct lws *wsi, struct text theirs)
{
    struct dial_failure failure = {0};
    if (dial->phase == DIAL_CONNECTING) {
        connect_put(&failure, 0);
        address_failed(dial, &failure);
        return;
    }
    int status = dial->phase == DIAL_REQUESTED ? (int)lws_http_client_http_response(wsi) : 0;
    if (dial->handle.tls_error)
        words_put(&failure, text_from(dial->handle.tls_error));
    else if (status && status != 101)
        status_put(&failure, status);
    else
        phrase_put(&failure, theirs);
    if (status) failure.retry_after = dial_retry_after(wsi);
    failure.body = dial->body;
    dial_fail(dial, &failure);
}

/* The socket is closed, and it was open or at least not refused. */
static void socket_ended(struct dial *dial)
{
    fail_words(dial, TEXT("the connection was cut"));
}

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

static int dial_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in,
                      size_t length)
{
    struct dial *dial = (struct dial *)handle;
    switch (why) {
    case LWS_CALLBACK_WSI_CREATE: /* TCP is up */
        if (dial->phase != DIAL_CONNECTING) return 0;
        net_timer_cancel(&dial->timer);
        if (!dial->calling) dial_step(dial, DIAL_HANDSHAKING);
        return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        lws_set_opaque_user_data(wsi, &net_handle_gone);
        dial->lost = true;
        dial->wsi = NULL;
        if (!dial->calling) socket_refused(dial, wsi, (struct text){in, in ? length : 0});
        return 0;
    case LWS_CALLBACK_CLIENT_CLOSED:
    case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
    case LWS_CALLBACK_WSI_DESTROY:
        lws_set_opaque_user_data(wsi, &net_handle_gone);
        dial->lost = true;
        dial->wsi = NULL;
        if (!dial->calling) socket_ended(dial);
        return 0;
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
        dial->phase = DIAL_REQUESTED;
        dial->body[0] = '\0';
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

/* --- dials --- */

void dial_init(struct dial *dial, struct net_loop *loop)
{
    dial->handle = (struct net_handle){.event = dial_event};
    dial->loop = loop;
    dial->rotation = UINT_MAX; /* the first attempt makes it 0 */
    dial->timer = (struct net_timer){.expired = timer_expired, .context = dial};
}

bool dial_start(struct dial *dial)
{
    dial->query = resolver_ask(dial->loop->resolver, dial->url.host, resolved, dial);
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
        lws_set_opaque_user_data(dial->wsi, &net_handle_closing);
        lws_callback_on_writable(dial->wsi);
        dial->wsi = NULL;
    }
    dial_rest(dial);
}
