#include "booktop/exchange/kalshi/front.h"

#include <stdio.h>
#include <stdlib.h>

#define HEARTBEAT_NS (10 * NANOSECONDS_PER_SECOND)

/* A client of the WebSocket. */
struct front_peer {
    struct mischief_peer line;
    struct server_peer *peer;
    struct pit_seat *seat;
    struct front_peer *next, **link;
    bool cut;
};

struct front {
    struct pit pit;
    struct desk *desk;
    struct gate *gate;
    struct mischief *mischief;
    struct front_peer *peers;
    const struct clock *clock;
    struct net_loop *loop;
    struct net_timer heartbeat;
};

/* === Life === */

static void heartbeat_send(void *context)
{
    struct front *front = context;
    for (struct front_peer *own = front->peers; own != NULL; own = own->next)
        if (!own->cut && !own->line.over) server_ping(own->peer, TEXT("heartbeat"));
    net_timer_set(front->loop, &front->heartbeat, HEARTBEAT_NS);
}

static void fault_do(void *context, const struct fault *fault)
{
    struct front *front = context;
    mischief_do(front->mischief, fault);
}

struct front *front_create(const struct exchange_options *options, struct mischief *mischief, char *error,
                           size_t error_size)
{
    struct front *front = calloc(1, sizeof *front);
    if (front == NULL) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    front->clock = options->clock;
    front->mischief = mischief;
    front->heartbeat = (struct net_timer){.expired = heartbeat_send, .context = front};
    if (pit_create(&front->pit, options, error, error_size))
        front->gate = gate_create(options->seed, options->kalshi_keys_file, error, error_size);
    front->pit.mischief = fault_do;
    front->pit.mischief_context = front;
    if (front->gate != NULL) {
        front->desk = desk_create(&front->pit.board);
        if (front->desk != NULL) return front;
        snprintf(error, error_size, "out of memory");
    }
    front_destroy(front);
    return NULL;
}

void front_destroy(struct front *front)
{
    if (front == NULL) return;
    desk_destroy(front->desk);
    gate_destroy(front->gate);
    pit_free(&front->pit);
    free(front);
}

void front_begin(struct front *front, struct net_loop *loop)
{
    front->loop = loop;
    net_timer_set(loop, &front->heartbeat, HEARTBEAT_NS);
}

void front_end(struct front *front)
{
    if (front != NULL) net_timer_cancel(&front->heartbeat);
}

const struct gate *front_gate(const struct front *front)
{
    return front->gate;
}

bool front_run(struct front *front, int64_t until_ms, uint64_t most)
{
    return pit_run(&front->pit, until_ms, most);
}

int64_t front_next_ms(const struct front *front)
{
    return pit_next_ms(&front->pit);
}

/* === A seat's sink === */

static bool frame_send(void *context, struct text frame)
{
    struct front_peer *own = context;
    return mischief_send(&own->line, frame);
}

static bool peer_slow(void *context)
{
    struct front_peer *own = context;
    return server_backlog(own->peer) > FRONT_BACKLOG_MAX;
}

static void peer_cut(void *context)
{
    struct front_peer *own = context;
    own->cut = true;
    server_cut(own->peer);
}

static void peer_ended(void *context)
{
    struct front_peer *own = context;
    pit_silence(own->seat);
}

/* === The server's handlers === */

int front_admit(struct front *front, struct server_request *request, const char **reason)
{
    char key[GATE_HEADER_SIZE] = "", timestamp[GATE_HEADER_SIZE] = "", signature[GATE_HEADER_SIZE] = "";
    char origin[GATE_HEADER_SIZE];
    if (!server_header(request, "kalshi-access-key", key, sizeof key)) key[0] = '\0';
    if (!server_header(request, "kalshi-access-timestamp", timestamp, sizeof timestamp)) timestamp[0] = '\0';
    if (!server_header(request, "kalshi-access-signature", signature, sizeof signature)) signature[0] = '\0';
    const struct gate_headers headers = {key, timestamp, signature,
                                         server_header(request, "origin", origin, sizeof origin)};
    int64_t now_ms = clock_now(front->clock).wall / NANOSECONDS_PER_MILLISECOND;
    return gate_admit(front->gate, &headers, FRONT_PATH, now_ms, reason);
}

bool front_open(struct front *front, struct server_peer *peer)
{
    struct front_peer *own = calloc(1, sizeof *own);
    if (own == NULL) return false;
    *own = (struct front_peer){.peer = peer, .line = {.ended = peer_ended, .context = own}};
    own->seat = pit_join(&front->pit, &(struct pit_sink){frame_send, peer_slow, peer_cut, own});
    if (own->seat == NULL) {
        free(own);
        return false;
    }
    own->next = front->peers;
    own->link = &front->peers;
    if (own->next != NULL) own->next->link = &own->next;
    front->peers = own;
    server_set_data(peer, own);
    mischief_join(front->mischief, &own->line, peer);
    return true;
}

bool front_has(const struct front *front, const struct server_peer *peer)
{
    const struct front_peer *own = front->peers;
    while (own != NULL && own->peer != peer) own = own->next;
    return own != NULL;
}

void front_message(struct front *front, struct server_peer *peer, struct text message, int64_t now_ms)
{
    struct front_peer *own = server_data(peer);
    pit_instruct(&front->pit, own->seat, message, now_ms);
}

void front_closed(struct front *front, struct server_peer *peer)
{
    struct front_peer *own = server_data(peer);
    (void)front;
    server_set_data(peer, NULL);
    mischief_leave(&own->line);
    pit_leave(own->seat);
    *own->link = own->next;
    if (own->next != NULL) own->next->link = own->link;
    free(own);
}

void front_fault(struct front *front, const struct fault *fault, int64_t now_ms)
{
    pit_fault(&front->pit, fault, now_ms);
}

bool front_request(struct front *front, struct server_request *request, struct text path, struct text query)
{
    struct text root = TEXT(DESK_ROOT "/"), body;
    if (!text_starts_with(path, root)) return false;
    if (mischief_request(front->mischief, request)) return true;
    path = (struct text){path.at + root.length - 1, path.length - root.length + 1};
    int64_t mono = clock_now(front->clock).mono;
    int status = desk_answer(front->desk, path, query, mono, &body);
    server_reply(request, status, "application/json", body);
    return true;
}
