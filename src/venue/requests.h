/* GETs that a sync wished for and that are not answered yet: what each is for. One that is never answered fails after
 * REQUEST_LIFE, so that what waits for it waits no longer. Every request lives equally long, so a new one never fails
 * first.
 */
#ifndef BOOKTOP_SRC_VENUE_REQUESTS_H
#define BOOKTOP_SRC_VENUE_REQUESTS_H

#include "booktop/venue/venue.h"

/* Whoever carries a GET out gives up before. */
#define REQUEST_LIFE (60 * NANOSECONDS_PER_SECOND)

struct request {
    unsigned kind; /* the venue's own, from 1; 0: the place is free */
    uint32_t number;
    uint32_t index; /* the venue's own */
    struct market_handle market;
    int64_t asked; /* mono ns */
    bool again;    /* asked for once more since, so the reply may be of before */
};

struct requests {
    struct request *places; /* owned */
    size_t count;
    size_t first_free; /* no place before it is free */
    int64_t due;       /* mono ns at which the oldest one fails, TIME_NEVER: none */
    uint32_t next;
};

void requests_init(struct requests *requests);
void requests_free(struct requests *requests);

/* Wishes a GET and remembers what for: `request` without number and time; `what` is the wish's. False when out of
 * memory. */
bool requests_get(struct requests *requests, const struct venue_outlet *outlet, enum venue_id venue, struct stamp stamp,
                  const struct request *request, const char *what, const char *url);

/* Puts one back that was asked for once, number and time and all: of a recording, which may put back so many (they are
 * looked through one by one). False beyond, and when out of memory. */
#define REQUESTS_PUT_MAX 4096
bool requests_put(struct requests *requests, const struct request *request);

/* The open request of that kind for a market, or NULL. */
struct request *requests_find(struct requests *requests, unsigned kind, struct market_handle market);

/* Takes one out: the one that a reply is for, or the first of those that were due to fail by now. False if there is
 * none. */
bool requests_take(struct requests *requests, uint32_t number, struct request *taken);
bool requests_take_overdue(struct requests *requests, struct stamp stamp, struct request *taken);

/* Takes out all of a market's. */
void requests_drop(struct requests *requests, struct market_handle market);

/* What a reply that is no 200 says, in words: "HTTP 503", "no answer". Static. */
const char *reply_failure(int status);

/* The mono ns until which the server asked us to wait, not after `stamp` if it did not ask. */
int64_t reply_pause(const struct venue_reply *reply, struct stamp stamp);

#endif
