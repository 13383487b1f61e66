#include "booktop/net/loop.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "booktop/base/log.h"
#include "loop_core.h"
#include "tls_context.h"

/* Descriptors of one loop, its own two included. Looking one up is a walk over this many. */
#define DESCRIPTORS 512
/* One TLS record at a time: SSL_read never gives more. */
#define READ_SIZE 16384
/* The largest piece of a message that libwebsockets hands over at once. */
#define PIECE_SIZE 65536
/* The reply headers of a server behind a content network do not fit into the default 4 KiB. */
#define HEADER_SIZE 16384

/* libwebsockets' own patience, in seconds: longer than ours (dial.c, websocket.c, http.c), because its ends come
 * without a reason. The first must be the smaller one. */
#define TIMEOUT         90
#define CONNECT_TIMEOUT 120

static const struct lws_retry_bo idle_policy = {.secs_since_valid_ping = 60, .secs_since_valid_hangup = 90};

/* --- libwebsockets, process-wide --- */

static void log_emit(int level, const char *line)
{
    /* libwebsockets formats into one static buffer; a line may be torn where two loops speak at once. */
    char clean[LOG_LINE_SIZE];
    text_sanitize(text_trim(text_from(line)), clean, sizeof clean, false);
    log_write(level & LLL_ERR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARN, "net", "%s", clean);
}

const char *net_library_version(void)
{
    return lws_get_library_version();
}

void net_log_start(void)
{
    lws_set_log_level(LLL_ERR | LLL_WARN, log_emit);
}

/* Every context that is created with DO_SSL_GLOBAL_INIT moves the process-wide index under which libwebsockets 4.1.6
 * finds a socket's data in an SSL, under the feet of the loops that are already running. So one short-lived context
 * does the initialisation, once, and the loops' contexts do without: only their vhosts say that they want TLS. */
static void tls_initialise(void)
{
    struct lws_context_creation_info info = {.port = CONTEXT_PORT_NO_LISTEN, .fd_limit_per_thread = 4};
    info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT | LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    lws_context_destroy(lws_create_context(&info));
}

/* --- handles --- */

static int gone_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in,
                      size_t length)
{
    (void)handle, (void)wsi, (void)in, (void)length;
    switch (why) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
    case LWS_CALLBACK_CLIENT_RECEIVE:
    case LWS_CALLBACK_CLIENT_WRITEABLE:
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
    case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
        return -1;
    default:
        return 0;
    }
}

static int closing_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in,
                         size_t length)
{
    (void)handle, (void)in, (void)length;
    if (why != LWS_CALLBACK_CLIENT_WRITEABLE) return 0;
    lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, NULL, 0);
    return -1;
}

struct net_handle net_handle_gone = {.event = gone_event};
struct net_handle net_handle_closing = {.event = closing_event};

void net_handle_drop(struct lws *wsi)
{
    lws_set_opaque_user_data(wsi, &net_handle_gone);
    lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
}

/* libwebsockets asks about each certificate of the chain. The verdict is OpenSSL's and is kept; only its words are
 * noted, which libwebsockets would throw away. */
static void certificate_seen(struct net_handle *handle, X509_STORE_CTX *store, bool good)
{
    if (good || handle == &net_handle_gone || handle == &net_handle_closing) return;
    handle->tls_error = tls_verify_words(X509_STORE_CTX_get_error(store));
}

static int client_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t length)
{
    struct net_handle *handle = wsi ? lws_get_opaque_user_data(wsi) : NULL;
    if (!handle) return 0;
    if (why == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) {
        certificate_seen(handle, user, length != 0);
        return 0;
    }
    return handle->event(handle, wsi, why, in, length);
}

static const struct lws_protocols client_protocols[] = {
    {.name = "booktop", .callback = client_callback, .rx_buffer_size = PIECE_SIZE},
    {0},
};

/* --- members --- */

static void member_unlink(struct net_member *member)
{
    if (member->previous)
        member->previous->next = member->next;
    else
        member->loop->members = member->next;
    if (member->next) member->next->previous = member->previous;
    member->previous = NULL;
}

void net_member_join(struct net_loop *loop, struct net_member *member)
{
    member->loop = loop;
    member->previous = NULL;
    member->next = loop->members;
    if (loop->members) loop->members->previous = member;
    loop->members = member;
}

void net_member_leave(struct net_member *member)
{
    member_unlink(member);
    member->next = member->loop->left;
    member->loop->left = member;
}

void net_member_keep(struct net_member *member)
{
    member_unlink(member);
    member->next = member->loop->kept;
    member->loop->kept = member;
}

static void members_release(struct net_member **list)
{
    while (*list) {
        struct net_member *member = *list;
        *list = member->next;
        member->release(member);
    }
}

/* --- watches --- */

static int watch_event(struct net_handle *handle, struct lws *wsi, enum lws_callback_reasons why, void *in,
                       size_t length)
{
    (void)wsi, (void)in, (void)length;
    if (why != LWS_CALLBACK_RAW_RX_FILE) return 0;
    struct net_watch *watch = (struct net_watch *)handle;
    uint64_t count;
    if (read(watch->descriptor, &count, sizeof count) == (ssize_t)sizeof count) watch->ready(watch->context);
    return 0;
}

bool net_watch_start(struct net_loop *loop, struct net_watch *watch, int descriptor, void (*ready)(void *context),
                     void *context)
{
    *watch =
        (struct net_watch){.handle.event = watch_event, .descriptor = descriptor, .ready = ready, .context = context};
    if (descriptor < 0) return false;
    lws_adopt_desc_t adopt = {.vh = loop->vhost, .type = LWS_ADOPT_RAW_FILE_DESC, .opaque = &watch->handle};
    adopt.fd.filefd = descriptor;
    return lws_adopt_descriptor_vhost_via_info(&adopt) != NULL;
}

/* --- timers --- */

static int64_t mono_now(const struct net_loop *loop)
{
    return clock_now(loop->clock).mono;
}

static bool timer_unlink(struct net_timer **list, struct net_timer *timer)
{
    for (; *list; list = &(*list)->next) {
        if (*list != timer) continue;
        *list = timer->next;
        timer->next = NULL;
        return true;
    }
    return false;
}

void net_timer_cancel(struct net_timer *timer)
{
    struct net_loop *loop = timer->loop;
    if (!loop) return;
    if (!timer_unlink(&loop->timers, timer)) (void)timer_unlink(&loop->expiring, timer);
    timer->loop = NULL;
}

void net_timer_set(struct net_loop *loop, struct net_timer *timer, int64_t delay)
{
    net_timer_cancel(timer);
    int64_t now = mono_now(loop);
    if (delay < 0) delay = 0;
    timer->due = delay < TIME_NEVER - now ? now + delay : TIME_NEVER;
    timer->loop = loop;
    struct net_timer **place = &loop->timers;
    while (*place && (*place)->due <= timer->due) place = &(*place)->next;
    timer->next = *place;
    *place = timer;
}

/* Timers that are set while others expire wait for the next turn, however short their delay. */
static void timers_expire(struct net_loop *loop)
{
    if (!loop->timers) return;
    int64_t now = mono_now(loop);
    struct net_timer **end = &loop->timers;
    while (*end && (*end)->due <= now) end = &(*end)->next;
    struct net_timer *later = *end;
    *end = NULL;
    loop->expiring = loop->timers;
    loop->timers = later;
    while (loop->expiring) {
        struct net_timer *timer = loop->expiring;
        loop->expiring = timer->next;
        timer->next = NULL;
        timer->loop = NULL;
        timer->expired(timer->context);
    }
}

/* The alarm wakes libwebsockets' poll when the first timer is due: to the nanosecond, where its own timers poll busily
 * through their last millisecond. The delay is taken from the loop's clock and waited for in real time. */
static void alarm_set(struct net_loop *loop)
{
    int64_t due = loop->timers ? loop->timers->due : TIME_NEVER;
    if (due == loop->alarm_due) return;
    struct itimerspec when = {0};
    if (due != TIME_NEVER) {
        int64_t delay = due - mono_now(loop);
        if (delay < 1) delay = 1;
        when.it_value.tv_sec = delay / NANOSECONDS_PER_SECOND;
        when.it_value.tv_nsec = delay % NANOSECONDS_PER_SECOND;
    }
    if (timerfd_settime(loop->alarm.descriptor, 0, &when, NULL) == 0) loop->alarm_due = due;
}

static void alarm_rang(void *context)
{
    struct net_loop *loop = context;
    loop->alarm_due = TIME_NEVER; /* what was set is used up; the timers are looked at after every turn anyway */
}

static void timers_forget(struct net_timer *timer)
{
    while (timer) {
        struct net_timer *next = timer->next;
        timer->loop = NULL;
        timer->next = NULL;
        timer = next;
    }
}

/* --- loops --- */

void net_refuse(char *error, size_t error_size, const char *words)
{
    if (error && error_size) text_copy(text_from(words), error, error_size);
}

static bool context_create(struct net_loop *loop, bool server)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, tls_initialise);
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .timeout_secs = TIMEOUT,
        .max_http_header_data = HEADER_SIZE,
        .pt_serv_buf_size = READ_SIZE,
        .fd_limit_per_thread = DESCRIPTORS,
        .retry_and_idle_policy = &idle_policy,
    };
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    if (server) info.options |= LWS_SERVER_OPTION_VALIDATE_UTF8; /* clients check whole messages themselves */
    loop->context = lws_create_context(&info);
    return loop->context != NULL;
}

static bool vhost_create(struct net_loop *loop)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .vhost_name = "clients",
        .protocols = client_protocols,
        .connect_timeout_secs = CONNECT_TIMEOUT,
        .retry_and_idle_policy = &idle_policy,
        .provided_client_ssl_ctx = loop->tls,
        .http_proxy_address = "none:0", /* port 0: none; without this the environment's http_proxy would be taken */
    };
    if (loop->tls) info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    loop->vhost = lws_create_vhost(loop->context, &info);
    return loop->vhost != NULL;
}

/* NULL, or what failed. */
static const char *loop_fill(struct net_loop *loop, const struct net_loop_options *options)
{
    const char *why = NULL;
    if (!options->server && !(loop->tls = tls_client_context(options->ca_pem, options->ca_file, &why))) return why;
    if (!context_create(loop, options->server) || !vhost_create(loop)) return "libwebsockets cannot be set up";
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (!net_watch_start(loop, &loop->alarm, descriptor, alarm_rang, loop)) return "no descriptor for timers";
    loop->resolver = resolver_create(loop);
    return loop->resolver ? NULL : "out of memory";
}

static void loop_free(struct net_loop *loop)
{
    if (loop->context) lws_context_destroy(loop->context); /* to the last it looks at the watches */
    if (loop->resolver) resolver_destroy(loop->resolver);
    timers_forget(loop->timers);
    members_release(&loop->left);
    members_release(&loop->kept);
    SSL_CTX_free(loop->tls);
    free(loop);
}

struct net_loop *net_loop_create(const struct net_loop_options *options, char *error, size_t error_size)
{
    struct net_loop *loop = calloc(1, sizeof *loop);
    if (!loop) {
        net_refuse(error, error_size, "out of memory");
        return NULL;
    }
    loop->clock = options->clock;
    loop->alarm_due = TIME_NEVER;
    const char *why = loop_fill(loop, options);
    if (!why) return loop;
    net_refuse(error, error_size, why);
    loop_free(loop);
    return NULL;
}

void net_loop_destroy(struct net_loop *loop)
{
    loop->ending = true;
    while (loop->members) loop->members->end(loop->members);
    loop_free(loop);
}

bool net_loop_service(struct net_loop *loop)
{
    loop->turn++;
    alarm_set(loop);
    if (lws_service(loop->context, 0) < 0) return false;
    timers_expire(loop);
    members_release(&loop->left);
    return true;
}

void net_loop_wake(struct net_loop *loop)
{
    lws_cancel_service(loop->context);
}

struct stamp net_loop_now(const struct net_loop *loop)
{
    return clock_now(loop->clock);
}
