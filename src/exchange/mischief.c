#include "booktop/exchange/mischief.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "booktop/base/log.h"

#include "wire.h"

#define REDIRECT_STATUS 302
#define REDIRECT_PLACE  "https://elsewhere.invalid/"
#define HEADERS_STATUS  503
#define HEADERS_SIZE    (32u << 10)
#define BUSY_STATUS     429
/* Neither venue's clients can read this. */
#define GARBAGE "{\"event_type\":\"price_change\",\"type\":\"orderbook_delta\",\"price_changes\":[{\"price\":"

/* === Queues === */

static void queue_add(struct mischief_queue *queue, const struct fault *fault)
{
    if (queue->count == MISCHIEF_WAITING) {
        log_write(LOG_LEVEL_WARN, "exchange", "a fault is lost: %d wait already", MISCHIEF_WAITING);
        return;
    }
    queue->faults[queue->count++] = *fault;
}

static bool queue_take(struct mischief_queue *queue, struct fault *fault)
{
    if (queue->count == 0) return false;
    *fault = queue->faults[0];
    memmove(&queue->faults[0], &queue->faults[1], --queue->count * sizeof queue->faults[0]);
    return true;
}

/* === Holding === */

static int64_t now_ns(const struct mischief *mischief)
{
    return net_loop_now(mischief->loop).mono;
}

/* Holds what is to be held now, and looks again when that changes. */
static void hold(void *context)
{
    struct mischief_peer *own = context;
    int64_t now = now_ns(own->mischief), next = TIME_NEVER;
    bool stalled = own->stalled_until > now, lagging = own->lagging_until > now;
    server_hold(own->peer, stalled, lagging);
    if (stalled) next = own->stalled_until;
    if (lagging && own->lagging_until < next) next = own->lagging_until;
    if (next != TIME_NEVER) net_timer_set(own->mischief->loop, &own->timer, next - now);
}

/* === What is done to one connection === */

/* Nothing more reaches it. */
static void peer_end(struct mischief_peer *own)
{
    own->over = true;
    if (own->ended != NULL) own->ended(own->context);
}

static void cut_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    peer_end(own);
    server_cut(own->peer);
}

static void rst_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    peer_end(own);
    server_reset(own->peer);
}

static void fin_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    peer_end(own);
    server_half_close(own->peer);
}

static void close_do(struct mischief_peer *own, const struct fault *fault)
{
    peer_end(own);
    server_close(own->peer, (unsigned)fault->value, fault->words);
}

static void stall_do(struct mischief_peer *own, const struct fault *fault)
{
    int64_t until = now_ns(own->mischief) + fault->value;
    if (until > own->stalled_until) own->stalled_until = until;
    hold(own);
}

static void lag_do(struct mischief_peer *own, const struct fault *fault)
{
    int64_t until = now_ns(own->mischief) + fault->value;
    if (until > own->lagging_until) own->lagging_until = until;
    hold(own);
}

/* It stays as it is until the client ends it; what would be sent is not kept. */
static void half_open_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    own->stalled_until = own->lagging_until = TIME_NEVER;
    own->frozen = true;
    hold(own);
}

static void freeze_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    own->frozen = true;
}

static void pings_do(struct mischief_peer *own, const struct fault *fault)
{
    char words[32];
    for (int64_t i = 1; i <= fault->value; i++) {
        (void)snprintf(words, sizeof words, "ping %" PRId64, i);
        server_ping(own->peer, text_from(words));
    }
}

static void dribble_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    own->dribbles = true;
}

static void fragments_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    own->fragments = true;
}

static void bomb_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    (void)wire_send_bomb(own->peer);
}

static void illegal_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    (void)wire_send_frame(own->peer, WIRE_ILLEGAL, TEXT("?"));
}

static void binary_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    (void)wire_send_frame(own->peer, WIRE_BINARY, TEXT("{}"));
}

static void garbage_do(struct mischief_peer *own, const struct fault *fault)
{
    (void)fault;
    (void)server_send(own->peer, TEXT(GARBAGE));
}

typedef void peer_act(struct mischief_peer *own, const struct fault *fault);

static peer_act *const peer_acts[FAULT_KIND_COUNT] = {
    [FAULT_CUT] = cut_do,
    [FAULT_RST] = rst_do,
    [FAULT_FIN] = fin_do,
    [FAULT_CLOSE] = close_do,
    [FAULT_STALL] = stall_do,
    [FAULT_HALF_OPEN] = half_open_do,
    [FAULT_FREEZE] = freeze_do,
    [FAULT_LAG] = lag_do,
    [FAULT_PINGS] = pings_do,
    [FAULT_DRIBBLE] = dribble_do,
    [FAULT_FRAGMENTS] = fragments_do,
    [FAULT_BOMB] = bomb_do,
    [FAULT_ILLEGAL] = illegal_do,
    [FAULT_BINARY] = binary_do,
    [FAULT_GARBAGE] = garbage_do,
};

/* Does it to every connection. False: there is none. */
static bool peers_do(struct mischief *mischief, peer_act *act, const struct fault *fault)
{
    bool found = false;
    for (struct mischief_peer *own = mischief->peers, *next; own != NULL; own = next) {
        next = own->next;
        if (own->over) continue;
        found = true;
        act(own, fault);
    }
    return found;
}

/* === What is done to those who come next, and to REST === */

static void upgrade_act(struct mischief *mischief, const struct fault *fault)
{
    queue_add(&mischief->refusals, fault);
    (void)peers_do(mischief, cut_do, fault);
}

static void certificate_act(struct mischief *mischief, const struct fault *fault)
{
    door_disguise(mischief->door, (enum tls_flaw)fault->value);
    (void)peers_do(mischief, cut_do, fault);
}

static void busy_act(struct mischief *mischief, const struct fault *fault)
{
    mischief->busy_until = now_ns(mischief) + fault->value;
}

static void deaf_act(struct mischief *mischief, const struct fault *fault)
{
    mischief->deaf_until = now_ns(mischief) + fault->value;
}

static void (*const acts[FAULT_KIND_COUNT])(struct mischief *mischief, const struct fault *fault) = {
    [FAULT_UPGRADE] = upgrade_act,
    [FAULT_CERTIFICATE] = certificate_act,
    [FAULT_BUSY] = busy_act,
    [FAULT_DEAF] = deaf_act,
};

void mischief_do(struct mischief *mischief, const struct fault *fault)
{
    peer_act *act = peer_acts[fault->kind];
    if (acts[fault->kind] != NULL) acts[fault->kind](mischief, fault);
    if (act != NULL && !peers_do(mischief, act, fault)) queue_add(&mischief->waiting, fault);
}

/* Somebody came: what waited is done, or waits on. */
static void waiting_do(void *context)
{
    struct mischief *mischief = context;
    struct fault fault;
    for (size_t i = mischief->waiting.count; i > 0 && queue_take(&mischief->waiting, &fault); i--)
        mischief_do(mischief, &fault);
}

/* === Peers === */

void mischief_join(struct mischief *mischief, struct mischief_peer *own, struct server_peer *peer)
{
    own->mischief = mischief;
    own->peer = peer;
    own->timer = (struct net_timer){.expired = hold, .context = own};
    own->next = mischief->peers;
    own->link = &mischief->peers;
    if (own->next != NULL) own->next->link = &own->next;
    mischief->peers = own;
    /* Not at once: the upgrade is still being answered. */
    if (mischief->waiting.count > 0) net_timer_set(mischief->loop, &mischief->timer, 0);
}

void mischief_leave(struct mischief_peer *own)
{
    net_timer_cancel(&own->timer);
    *own->link = own->next;
    if (own->next != NULL) own->next->link = own->link;
}

bool mischief_send(struct mischief_peer *own, struct text message)
{
    if (own->over || own->frozen) return true;
    if (own->dribbles) {
        own->dribbles = false;
        return wire_send_dribble(own->peer, message);
    }
    if (own->fragments) {
        own->fragments = false;
        return wire_send_fragments(own->peer, message);
    }
    return server_send(own->peer, message);
}

/* === Answers === */

static const char *refusal_body(int64_t status)
{
    static const struct {
        int status;
        const char *body;
    } bodies[] = {
        {401, "unauthorized"},          {403, "forbidden"},           {404, "not found"}, {429, "too many requests"},
        {500, "internal server error"}, {503, "service unavailable"},
    };
    for (size_t i = 0; i < sizeof bodies / sizeof bodies[0]; i++)
        if (bodies[i].status == status) return bodies[i].body;
    return NULL;
}

int mischief_admit(struct mischief *mischief, struct server_refusal *refusal)
{
    struct fault fault;
    if (!queue_take(&mischief->refusals, &fault)) return 0;
    switch (fault.value) {
    case UPGRADE_SILENT:
        return SERVER_SILENT;
    case UPGRADE_REDIRECT:
        refusal->location = REDIRECT_PLACE;
        return REDIRECT_STATUS;
    case UPGRADE_HEADERS:
        refusal->padding = HEADERS_SIZE;
        return HEADERS_STATUS;
    default:
        (void)snprintf(mischief->retry_after, sizeof mischief->retry_after, "%" PRId64, fault.after);
        if (fault.after > 0) refusal->retry_after = mischief->retry_after;
        refusal->body = refusal_body(fault.value);
        return (int)fault.value;
    }
}

bool mischief_request(struct mischief *mischief, struct server_request *request)
{
    int64_t now = now_ns(mischief);
    if (now < mischief->deaf_until) {
        server_ignore(request);
        return true;
    }
    if (now >= mischief->busy_until) return false;
    int64_t seconds = (mischief->busy_until - now + NANOSECONDS_PER_SECOND - 1) / NANOSECONDS_PER_SECOND;
    (void)snprintf(mischief->retry_after, sizeof mischief->retry_after, "%" PRId64, seconds);
    server_reply_later(request, BUSY_STATUS, mischief->retry_after);
    return true;
}

/* === Life === */

void mischief_begin(struct mischief *mischief, struct net_loop *loop, struct door *door)
{
    mischief->loop = loop;
    mischief->door = door;
    mischief->timer = (struct net_timer){.expired = waiting_do, .context = mischief};
}

void mischief_end(struct mischief *mischief)
{
    net_timer_cancel(&mischief->timer);
}
