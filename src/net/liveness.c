#include "liveness.h"

#include <string.h>

/* A peer that talked and stopped is pinged after this part of the time between pings. */
#define SOON 4
/* So many bytes in the time between two or three pings are a message on its way. Fewer may be the pongs of a peer that
 * stopped in the midst of a frame, or promised one that will never end. */
#define ARRIVED_LEAST 256
/* How often within limits.write it is looked whether the peer takes anything. */
#define SAMPLES 4

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* --- pings --- */

static void ping_want(struct liveness *liveness, int64_t now)
{
    liveness->ping_wanted = true;
    liveness->talked = false;
    liveness->asked = now;
}

static int64_t ping_due(const struct liveness *liveness)
{
    const struct net_limits *limits = liveness->limits;
    if (liveness->ping_wanted) return TIME_NEVER;
    int64_t due = liveness->asked + limits->ping;
    if (!liveness->talked) return due;
    return sooner(due, later(liveness->asked, liveness->status->heard) + limits->ping / SOON);
}

/* Since when an answer is waited for, TIME_NEVER: none is. */
static int64_t waiting_since(const struct liveness *liveness)
{
    if (liveness->unanswered) return liveness->pings[0];
    return liveness->ping_wanted ? liveness->asked : TIME_NEVER;
}

/* A ping that lies just before the end has time to be answered: a machine that slept, or a process that was stopped,
 * pings first. */
static int64_t silence_due(const struct liveness *liveness)
{
    const struct net_limits *limits = liveness->limits;
    int64_t since = waiting_since(liveness);
    if (since == TIME_NEVER) return TIME_NEVER;
    return later(liveness->status->heard + limits->silence, since + limits->silence - limits->ping);
}

static void unanswered_show(struct liveness *liveness)
{
    liveness->status->unanswered = liveness->unanswered ? liveness->pings[0] : 0;
}

void liveness_ping(struct liveness *liveness, int64_t now, unsigned char payload[LIVENESS_PING_SIZE])
{
    liveness->ping_wanted = false;
    liveness->talked = false;
    liveness->asked = now;
    if (liveness->unanswered < LIVENESS_PINGS) liveness->pings[liveness->unanswered++] = now;
    unanswered_show(liveness);
    memcpy(payload, &now, LIVENESS_PING_SIZE);
}

/* A peer may answer only the newest of several pings (RFC 6455 section 5.5.3): the older ones are answered with it. */
void liveness_ponged(struct liveness *liveness, int64_t now, const void *payload, size_t length)
{
    int64_t sent = 0;
    unsigned answered = 0;
    liveness->status->heard = now;
    if (length != LIVENESS_PING_SIZE) return; /* not to one of ours */
    memcpy(&sent, payload, sizeof sent);
    while (answered < liveness->unanswered && liveness->pings[answered] <= sent) answered++;
    if (!answered || sent > liveness->asked) return;
    liveness->unanswered -= answered;
    memmove(liveness->pings, liveness->pings + answered, liveness->unanswered * sizeof liveness->pings[0]);
    unanswered_show(liveness);
    liveness->status->round_trip = now - sent;
    liveness->status->pongs++;
}

/* --- what comes --- */

void liveness_begin(struct liveness *liveness, int64_t now)
{
    liveness_end(liveness);
    liveness->status->heard = now; /* the upgrade's answer */
    ping_want(liveness, now);      /* the first round trip is known soon */
}

void liveness_end(struct liveness *liveness)
{
    struct websocket_status *status = liveness->status;
    *liveness = (struct liveness){.limits = liveness->limits, .status = status};
    status->heard = status->unanswered = status->pinged = 0;
    status->round_trip = -1;
}

void liveness_received(struct liveness *liveness, int64_t now, bool in_message)
{
    liveness->status->heard = now;
    liveness->talked = true;
    liveness->in_message = in_message;
    liveness->grown = now;
}

void liveness_pinged(struct liveness *liveness, int64_t now)
{
    liveness->status->heard = liveness->status->pinged = now;
    liveness->status->pings++;
}

/* --- what goes --- */

void liveness_waits(struct liveness *liveness, int64_t now, uint64_t taken)
{
    if (liveness->writing) return;
    liveness->writing = true;
    liveness->moved = liveness->sampled = now;
    liveness->taken = taken;
}

void liveness_wrote(struct liveness *liveness, int64_t now, bool more)
{
    liveness->moved = now;
    liveness->writing = more;
}

static void taken_look(struct liveness *liveness, int64_t now, uint64_t taken)
{
    liveness->sampled = now;
    if (taken == liveness->taken) return;
    liveness->taken = taken;
    liveness->moved = now;
}

/* --- the judgement --- */

static bool is_stalled(const struct liveness *liveness, int64_t now)
{
    return liveness->in_message && now - liveness->grown >= liveness->limits->silence;
}

/* What came up to the last word of it that was heard was there at the look before: pings have looks of their own. */
void liveness_arrived(struct liveness *liveness, int64_t now, uint64_t bytes)
{
    bool more = bytes - liveness->arrived_before >= ARRIVED_LEAST;
    bool over = now >= silence_due(liveness) || is_stalled(liveness, now);
    if (over && more) liveness->status->heard = liveness->grown = now;
    if (!over && now - liveness->arrived_at < liveness->limits->ping) return; /* too soon to say anything */
    liveness->arrived_before = liveness->arrived;
    liveness->arrived = bytes;
    liveness->arrived_at = now;
}

static bool is_clogged(struct liveness *liveness, int64_t now, uint64_t taken)
{
    if (!liveness->writing) return false;
    taken_look(liveness, now, taken);
    return now - liveness->moved >= liveness->limits->write;
}

enum life liveness_judge(struct liveness *liveness, int64_t now, uint64_t taken)
{
    if (is_clogged(liveness, now, taken)) return LIFE_CLOGGED;
    if (now >= silence_due(liveness)) return LIFE_SILENT;
    if (is_stalled(liveness, now)) return LIFE_STALLED;
    if (now >= ping_due(liveness)) ping_want(liveness, now);
    return LIFE_GOOD;
}

int64_t liveness_due(const struct liveness *liveness)
{
    const struct net_limits *limits = liveness->limits;
    int64_t due = sooner(ping_due(liveness), silence_due(liveness));
    if (liveness->in_message) due = sooner(due, liveness->grown + limits->silence);
    if (!liveness->writing) return due;
    int64_t sample = liveness->sampled + later(limits->write / SAMPLES, 1);
    return sooner(due, sooner(sample, liveness->moved + limits->write));
}
