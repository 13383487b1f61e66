#include "booktop/exchange/exchange.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/log.h"
#include "booktop/base/thread.h"
#include "booktop/exchange/delivery.h"
#include "booktop/exchange/kalshi/front.h"
#include "booktop/exchange/polymarket/rest.h"
#include "booktop/exchange/polymarket/audience.h"
#include "booktop/net/loop.h"
#include "booktop/net/server.h"
#include "booktop/net/tls.h"

#include "stage.h"

#define SPEED_MAX 1000
/* So many messages at a stretch: then the sockets have their turn. */
#define MESSAGES_AT_A_STRETCH 512
/* The longest sleep: faults that go by the clock come at most so much late when nothing else is due. */
#define IDLE_NS (50 * NANOSECONDS_PER_MILLISECOND)
/* Faults that may wait to be injected. */
#define INJECTED_MOST 64

#define EVERY_VENUE (-1)

/* Faults from other threads, until the next turn; first in, first out. */
struct injected {
    pthread_mutex_t lock; /* of the rest; held for a copy, never while a fault is done */
    struct injection {
        int venue;
        struct fault fault;
    } list[INJECTED_MOST];
    unsigned count;
};

struct exchange {
    struct stage stage;
    struct audience *audience;
    struct rest *rest;
    struct delivery delivery;
    struct front *front; /* Kalshi's side */
    struct mischief mischief[DOOR_VENUES];
    struct door door;
    struct injected injected;
    struct tls_authority authority;
    struct net_loop *loop;
    struct server *server;
    struct net_timer timer;
    const struct clock *clock;
    int64_t began_ns; /* mono, when the simulated time began */
    int64_t speed;
    pthread_t thread;
    bool running; /* the thread was started */
    atomic_bool stopping;
};

/* === Simulated time === */

static int64_t simulated_ms(const struct exchange *exchange)
{
    int64_t elapsed = clock_now(exchange->clock).mono - exchange->began_ns;
    int64_t whole = elapsed / NANOSECONDS_PER_SECOND, part = elapsed % NANOSECONDS_PER_SECOND;
    return exchange->stage.flow.start_ms + whole * exchange->speed * 1000 +
           part * exchange->speed / NANOSECONDS_PER_MILLISECOND;
}

/* Real nanoseconds until the next message is due. */
static int64_t pause_ns(const struct exchange *exchange)
{
    int64_t next = channel_next_ms(exchange->stage.channel), other = front_next_ms(exchange->front);
    if (other < next) next = other;
    if (next == TIME_NEVER) return IDLE_NS;
    int64_t ahead = next - simulated_ms(exchange);
    if (ahead >= IDLE_NS / NANOSECONDS_PER_MILLISECOND * exchange->speed) return IDLE_NS;
    return ahead <= 0 ? 0 : ahead * NANOSECONDS_PER_MILLISECOND / exchange->speed;
}

static void time_passed(void *context)
{
    struct exchange *exchange = context;
    int64_t now_ms = simulated_ms(exchange);
    bool all = delivery_run(&exchange->delivery, now_ms, MESSAGES_AT_A_STRETCH);
    all = front_run(exchange->front, now_ms, MESSAGES_AT_A_STRETCH) && all;
    if (channel_failed(exchange->stage.channel)) {
        log_write(LOG_LEVEL_ERROR, "exchange", "messages were lost: out of memory, or no SHA-1; all clients are cut");
        audience_cut(exchange->audience);
    }
    net_timer_set(exchange->loop, &exchange->timer, all ? pause_ns(exchange) : 0);
}

/* === Injected faults === */

static void fault_make(struct exchange *exchange, int venue, const struct fault *fault)
{
    if (venue != EXCHANGE_KALSHI) delivery_fault(&exchange->delivery, fault);
    if (venue != EXCHANGE_POLYMARKET) front_fault(exchange->front, fault, simulated_ms(exchange));
}

static bool injection_take(struct injected *injected, struct injection *out)
{
    pthread_mutex_lock(&injected->lock);
    bool any = injected->count > 0;
    if (any) {
        *out = injected->list[0];
        memmove(&injected->list[0], &injected->list[1], --injected->count * sizeof injected->list[0]);
    }
    pthread_mutex_unlock(&injected->lock);
    return any;
}

static bool injection_add(struct injected *injected, const struct injection *injection)
{
    pthread_mutex_lock(&injected->lock);
    bool room = injected->count < INJECTED_MOST;
    if (room) injected->list[injected->count++] = *injection;
    pthread_mutex_unlock(&injected->lock);
    return room;
}

static void injected_make(struct exchange *exchange)
{
    struct injection injection;
    while (injection_take(&exchange->injected, &injection)) fault_make(exchange, injection.venue, &injection.fault);
}

bool exchange_inject(struct exchange *exchange, int venue, struct text fault, char *error, size_t error_size)
{
    struct injection injection = {.venue = venue < 0 ? EVERY_VENUE : venue};
    if (!fault_parse(&injection.fault, fault, error, error_size)) return false;
    if (!injection_add(&exchange->injected, &injection)) {
        snprintf(error, error_size, "%d faults wait already", INJECTED_MOST);
        return false;
    }
    net_loop_wake(exchange->loop);
    return true;
}

/* === The server's handlers === */

static void request_answer(void *context, struct server_request *request, struct text path, struct text query)
{
    struct exchange *exchange = context;
    struct text body;
    if (front_request(exchange->front, request, path, query)) return;
    if (mischief_request(&exchange->mischief[EXCHANGE_POLYMARKET], request)) return;
    int status = rest_answer(exchange->rest, path, query, &body);
    server_reply(request, status, "application/json; charset=utf-8", body);
}

/* Whose stream has this path; below 0: nobody's. */
static int stream_venue(struct text path)
{
    if (text_is(path, FRONT_PATH)) return EXCHANGE_KALSHI;
    return text_is(path, AUDIENCE_PATH) ? EXCHANGE_POLYMARKET : -1;
}

static bool peer_open(void *context, struct server_peer *peer, struct text path)
{
    struct exchange *exchange = context;
    int venue = stream_venue(path);
    if (venue == EXCHANGE_KALSHI) return front_open(exchange->front, peer);
    return venue == EXCHANGE_POLYMARKET && audience_open(exchange->audience, peer);
}

/* Only Kalshi looks at who comes; faults stand before that. */
static int peer_admit(void *context, struct server_request *request, struct text path, struct server_refusal *refusal)
{
    struct exchange *exchange = context;
    int venue = stream_venue(path);
    door_upgrade(&exchange->door, venue);
    if (venue < 0) return 0;
    int status = mischief_admit(&exchange->mischief[venue], refusal);
    if (status != 0 || venue != EXCHANGE_KALSHI) return status;
    return front_admit(exchange->front, request, &refusal->body);
}

static void peer_message(void *context, struct server_peer *peer, struct text message)
{
    struct exchange *exchange = context;
    if (front_has(exchange->front, peer))
        front_message(exchange->front, peer, message, simulated_ms(exchange));
    else
        exchange->delivery.sent += audience_message(exchange->audience, peer, message);
}

static void peer_closed(void *context, struct server_peer *peer)
{
    struct exchange *exchange = context;
    if (front_has(exchange->front, peer))
        front_closed(exchange->front, peer);
    else
        audience_closed(exchange->audience, peer);
}

/* === The delivery's sink === */

static bool sink_wants(void *context, const struct channel_message *message)
{
    struct exchange *exchange = context;
    return audience_wants(exchange->audience, message);
}

static void sink_send(void *context, const struct channel_message *message, struct text text)
{
    struct exchange *exchange = context;
    if (message == NULL)
        audience_tell(exchange->audience, text);
    else
        audience_send(exchange->audience, message, text);
}

static void sink_mischief(void *context, const struct fault *fault)
{
    struct exchange *exchange = context;
    mischief_do(&exchange->mischief[EXCHANGE_POLYMARKET], fault);
}

/* === Life === */

static void *thread_run(void *context)
{
    struct exchange *exchange = context;
    for (unsigned i = 0; i < DOOR_VENUES; i++) mischief_begin(&exchange->mischief[i], exchange->loop, &exchange->door);
    door_begin(&exchange->door, exchange->loop, exchange->server, &exchange->authority);
    front_begin(exchange->front, exchange->loop);
    time_passed(exchange);
    while (!atomic_load(&exchange->stopping) && net_loop_service(exchange->loop)) {
        injected_make(exchange);
        door_turn(&exchange->door);
    }
    net_timer_cancel(&exchange->timer);
    front_end(exchange->front);
    door_end(&exchange->door);
    for (unsigned i = 0; i < DOOR_VENUES; i++) mischief_end(&exchange->mischief[i]);
    return NULL;
}

static bool server_create(struct exchange *exchange, unsigned port, char *error, size_t error_size)
{
    const struct net_loop_options loop = {.clock = exchange->clock, .server = true};
    const struct server_options server = {.port = port,
                                          .authority = &exchange->authority,
                                          .handlers = {.request = request_answer,
                                                       .open = peer_open,
                                                       .admit = peer_admit,
                                                       .message = peer_message,
                                                       .closed = peer_closed},
                                          .context = exchange};
    if (!tls_authority_create(&exchange->authority)) {
        snprintf(error, error_size, "no certificate could be made");
        return false;
    }
    exchange->loop = net_loop_create(&loop, error, error_size);
    if (exchange->loop == NULL) return false;
    exchange->server = server_start(exchange->loop, &server, error, error_size);
    return exchange->server != NULL;
}

static bool parts_create(struct exchange *exchange, const struct exchange_options *options, char *error,
                         size_t error_size)
{
    struct stage *stage = &exchange->stage;
    exchange->audience =
        audience_create(&stage->cast, &stage->flow, stage->channel, &exchange->mischief[EXCHANGE_POLYMARKET]);
    exchange->rest = rest_create(&stage->cast, &stage->flow, stage->channel);
    if (exchange->audience == NULL || exchange->rest == NULL) {
        snprintf(error, error_size, "out of memory");
        return false;
    }
    exchange->front = front_create(options, &exchange->mischief[EXCHANGE_KALSHI], error, error_size);
    return exchange->front != NULL;
}

struct exchange *exchange_start(const struct exchange_options *options, char *error, size_t error_size)
{
    struct exchange *exchange = calloc(1, sizeof *exchange);
    if (exchange == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    struct stamp now = clock_now(options->clock);
    struct exchange_options staged = *options;
    if (staged.start_ms == 0) staged.start_ms = now.wall / NANOSECONDS_PER_MILLISECOND;
    exchange->began_ns = now.mono;
    exchange->clock = options->clock;
    exchange->speed = options->speed == 0 ? 1 : options->speed > SPEED_MAX ? SPEED_MAX : options->speed;
    pthread_mutex_init(&exchange->injected.lock, NULL);
    exchange->timer = (struct net_timer){.expired = time_passed, .context = exchange};
    bool ready = stage_create(&exchange->stage, &staged, error, error_size) &&
                 parts_create(exchange, &staged, error, error_size) &&
                 server_create(exchange, options->port, error, error_size);
    exchange->delivery = (struct delivery){.flow = &exchange->stage.flow,
                                           .channel = exchange->stage.channel,
                                           .plan = &exchange->stage.plan,
                                           .sink = {sink_wants, sink_send, sink_mischief, exchange}};
    if (ready) exchange->running = thread_start(&exchange->thread, "booktop-exch", thread_run, exchange) == 0;
    if (exchange->running) return exchange;
    if (ready) snprintf(error, error_size, "no thread could be started");
    exchange_stop(exchange);
    return NULL;
}

void exchange_stop(struct exchange *exchange)
{
    if (exchange == NULL) return;
    if (exchange->running) {
        atomic_store(&exchange->stopping, true);
        net_loop_wake(exchange->loop);
        pthread_join(exchange->thread, NULL);
    }
    if (exchange->loop != NULL) net_loop_destroy(exchange->loop);
    delivery_free(&exchange->delivery);
    front_destroy(exchange->front);
    rest_destroy(exchange->rest);
    audience_destroy(exchange->audience);
    stage_free(&exchange->stage);
    tls_authority_free(&exchange->authority);
    pthread_mutex_destroy(&exchange->injected.lock);
    free(exchange);
}

unsigned exchange_port(const struct exchange *exchange)
{
    return server_port(exchange->server);
}

uint64_t exchange_attempts(const struct exchange *exchange, enum exchange_venue venue)
{
    return door_attempts(&exchange->door, venue);
}

struct text exchange_ca_pem(const struct exchange *exchange)
{
    return text_from(exchange->authority.ca_pem);
}

const char *exchange_kalshi_key_id(const struct exchange *exchange)
{
    return gate_key_id(front_gate(exchange->front));
}

struct text exchange_kalshi_key_pem(const struct exchange *exchange)
{
    return gate_key_pem(front_gate(exchange->front));
}
