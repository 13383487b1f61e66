#include "booktop/net/loop.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "booktop/base/log.h"
#include "loop_core.h"
#include "reserve.h"
#include "tls_context.h"

/* Descriptors of one loop, its own included. Looking one up is a walk over this many. */
#define DESCRIPTORS 512
/* One TLS record at a time: SSL_read never gives more. */
#define READ_SIZE 16384
/* The largest piece of a message that libwebsockets hands over at once. */
#define PIECE_SIZE 65536
/* The reply headers of a server behind a content network do not fit into the default 4 KiB. */
#define HEADER_SIZE 16384

/* libwebsockets' own patience, in seconds: longer than ours (dial.c, liveness.c, http.c), because its ends come
 * without a reason. The first must be the smaller one. */
#define TIMEOUT         90
#define CLIENT_TIMEOUT  (3 * 3600)
#define CONNECT_TIMEOUT (4 * 3600)

/* How often the authorities are read again at most. */
#define TRUST_EVERY (60 * NANOSECONDS_PER_SECOND)

/* A client's loop is busy while its sockets have brought at least so many messages in a window as in the last. A busy
 * one reads all that is there, or so often, in one turn, and then leaves the sockets alone for a pause, so that the
 * next messages are there several at a time. What that saves, and costs, is in tests/bench/bench_terminal.py. */
#define BUSY_WINDOW   (10 * NANOSECONDS_PER_MILLISECOND)
#define BUSY_MESSAGES 30
#define BUSY_PAUSE    (1 * NANOSECONDS_PER_MILLISECOND)
#define BUSY_READS    40

/* The only timeout that lws_service heeds: below 0. */
#define NO_WAIT (-1)

/* How long the peers have to hear that a loop ends. */
#define FAREWELL (300 * NANOSECONDS_PER_MILLISECOND)

static const struct lws_retry_bo idle_policy = {.secs_since_valid_ping = 60, .secs_since_valid_hangup = 90};
static const struct lws_retry_bo client_idle_policy = {.secs_since_valid_ping = 3 * 3600,
                                                       .secs_since_valid_hangup = 4 * 3600};

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

void net_start(void)
{
    reserve_start();
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

/* --- libwebsockets' callbacks --- */

static int client_callback(struct lws *wsi, enum lws_callback_reasons why, void *user, void *in, size_t length)
{
    struct net_handle *handle = wsi ? lws_get_opaque_user_data(wsi) : NULL;
    if (!handle) return 0;
    if (why == LWS_CALLBACK_CLIENT_RECEIVE) ((struct net_loop *)lws_context_user(lws_get_context(wsi)))->heard++;
    if (why == LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION) in = user;
    return handle->event(handle, wsi, why, in, length);
}

static const struct lws_protocols client_protocols[] = {
    {.name = "booktop", .callback = client_callback, .rx_buffer_size = PIECE_SIZE},
    {0},
};

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
        if (loop->clock->speed) delay /= loop->clock->speed;
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

/* What the waker wants is looked at after every turn. */
static void bell_rang(void *context)
{
    (void)context;
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
        .timeout_secs = server ? TIMEOUT : CLIENT_TIMEOUT,
        .max_http_header_data = HEADER_SIZE,
        .pt_serv_buf_size = READ_SIZE,
        .fd_limit_per_thread = DESCRIPTORS,
        .retry_and_idle_policy = &idle_policy,
        .user = loop,
    };
    info.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS;
    if (server) info.options |= LWS_SERVER_OPTION_VALIDATE_UTF8; /* clients check whole messages themselves */
    loop->context = lws_create_context(&info);
    return loop->context != NULL;
}

static struct lws_vhost *vhost_create(struct net_loop *loop, SSL_CTX *tls)
{
    struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .vhost_name = "clients",
        .protocols = client_protocols,
        .connect_timeout_secs = CONNECT_TIMEOUT,
        .retry_and_idle_policy = &client_idle_policy,
        .provided_client_ssl_ctx = tls,
        .http_proxy_address = "none:0", /* port 0: none; without this the environment's http_proxy would be taken */
    };
    if (tls) info.options = LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
    return lws_create_vhost(loop->context, &info);
}

static struct text authorities(const struct net_loop *loop)
{
    return (struct text){loop->ca_pem, loop->ca_length};
}

void net_trust_anew(struct net_loop *loop)
{
    int64_t now = mono_now(loop);
    if (!loop->tls || !loop->distrusted) return;
    if (loop->trusted != TIME_NEVER && now - loop->trusted < TRUST_EVERY) return;
    loop->trusted = now;
    loop->distrusted = !tls_trust_anew(loop->tls, authorities(loop));
}

/* What is trusted is kept in memory: what becomes of the file in the days that a loop lives does not matter. */
static const char *authorities_take(struct net_loop *loop, const struct net_loop_options *options)
{
    if (options->server) return NULL;
    if (options->ca_pem.length) {
        loop->ca_pem = malloc(options->ca_pem.length);
        if (!loop->ca_pem) return "out of memory";
        memcpy(loop->ca_pem, options->ca_pem.at, options->ca_pem.length);
        loop->ca_length = options->ca_pem.length;
        return NULL;
    }
    return options->ca_file ? tls_file_read(options->ca_file, &loop->ca_pem, &loop->ca_length) : NULL;
}

/* NULL, or what failed. */
static const char *loop_fill(struct net_loop *loop, const struct net_loop_options *options)
{
    const char *why = authorities_take(loop, options);
    if (why) return why;
    if (!options->server && !(loop->tls = tls_client_context(authorities(loop), &why))) return why;
    if (loop->tls) tls_context_watch(loop->tls, &loop->tls_failure);
    if (context_create(loop, options->server)) loop->vhost = vhost_create(loop, loop->tls);
    if (!loop->vhost) return "libwebsockets cannot be set up";
    int descriptor = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    if (!net_watch_start(loop, &loop->alarm, descriptor, alarm_rang, loop)) return "no descriptor for timers";
    descriptor = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!net_watch_start(loop, &loop->bell, descriptor, bell_rang, loop)) return "no descriptor for wakes";
    loop->resolver = resolver_create(loop);
    return loop->resolver ? NULL : "out of memory";
}

static void loop_free(struct net_loop *loop)
{
    if (loop->context) lws_context_destroy(loop->context); /* to the last it looks at the watches */
    if (loop->resolver) resolver_destroy(loop->resolver);
    timers_forget(loop->timers);
    net_members_release(&loop->left);
    net_members_release(&loop->kept);
    SSL_CTX_free(loop->tls);
    free(loop->ca_pem);
    proxy_forget(&loop->proxy);
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
    loop->gathers = !options->server && options->clock->speed <= 1; /* a server's turns are its messages */
    loop->pause = BUSY_PAUSE;
    loop->limits = options->limits ? *options->limits : net_limits_default;
    if (options->proxy) loop->proxy = *options->proxy;
    loop->alarm_due = TIME_NEVER;
    loop->trusted = TIME_NEVER;
    const char *why = loop_fill(loop, options);
    if (!why) return loop;
    net_refuse(error, error_size, why);
    loop_free(loop);
    return NULL;
}

/* --- turns --- */

/* A window that is over says what the next one is like. One that ended late was followed by silence. */
static bool is_busy(struct net_loop *loop)
{
    int64_t now = clock_now(&clock_system).mono, passed = now - loop->busy_from;
    if (passed < BUSY_WINDOW) return loop->busy;
    loop->busy = loop->heard >= BUSY_MESSAGES && passed < 2 * BUSY_WINDOW;
    loop->busy_from = now;
    loop->heard = 0;
    return loop->busy;
}

/* A wake or a timer ends the pause at once: nobody but the sockets waits. */
static void gather(struct net_loop *loop)
{
    if (!loop->gathers || !is_busy(loop) || !loop->drained) return;
    struct pollfd ends[] = {{.fd = loop->alarm.descriptor, .events = POLLIN},
                            {.fd = loop->bell.descriptor, .events = POLLIN}};
    const struct timespec pause = {.tv_sec = loop->pause / NANOSECONDS_PER_SECOND,
                                   .tv_nsec = loop->pause % NANOSECONDS_PER_SECOND};
    (void)ppoll(ends, sizeof ends / sizeof *ends, &pause, NULL);
    loop->pauses++;
}

/* libwebsockets takes one TLS record of each socket at a time, which often is one message. A busy loop goes on until no
 * more is there, without waiting: so whoever looks after the turn sees all that came before it. */
static bool drain(struct net_loop *loop)
{
    loop->drained = false;
    for (unsigned reads = 0; loop->busy && !loop->drained && reads < BUSY_READS; reads++) {
        uint64_t heard = loop->heard;
        loop->turn++;
        if (lws_service(loop->context, NO_WAIT) < 0) return false;
        loop->drained = loop->heard == heard;
    }
    return true;
}

bool net_loop_service(struct net_loop *loop)
{
    loop->turn++;
    alarm_set(loop);
    gather(loop);
    if (lws_service(loop->context, 0) < 0 || !drain(loop)) return false;
    timers_expire(loop);
    net_members_release(&loop->left);
    return true;
}

static void leave_taken(void *context)
{
    (void)context; /* the timer is looked at */
}

/* Close frames are sent, and answered, but not waited for any longer than this. */
static void take_leave(struct net_loop *loop)
{
    struct net_timer limit = {.expired = leave_taken};
    int64_t begin = clock_now(&clock_system).mono; /* the loop's clock may stand still */
    unsigned speed = loop->clock->speed ? loop->clock->speed : 1;
    net_timer_set(loop, &limit, FAREWELL * speed);
    while (loop->farewells && limit.loop && clock_now(&clock_system).mono - begin < FAREWELL)
        if (!net_loop_service(loop)) break;
    net_timer_cancel(&limit);
}

void net_loop_destroy(struct net_loop *loop)
{
    loop->ending = true;
    loop->gathers = false;
    while (loop->members) loop->members->end(loop->members);
    take_leave(loop);
    loop_free(loop);
}

void net_loop_wake(struct net_loop *loop)
{
    const uint64_t one = 1;
    (void)!write(loop->bell.descriptor, &one, sizeof one); /* full is as good as rung */
}

struct stamp net_loop_now(const struct net_loop *loop)
{
    return clock_now(loop->clock);
}
