/* Whose answer an answer is. A recorded number is that of the recorded engine's request; ours of the same address may
 * have another one.
 */
#ifndef BOOKTOP_SRC_FEED_PLAYBACK_REQUESTS_H
#define BOOKTOP_SRC_FEED_PLAYBACK_REQUESTS_H

#include "booktop/venue/venue.h"

/* A GET that our engine wished for. */
struct playback_wished {
    enum venue_id venue;
    uint32_t number;
    int64_t at; /* mono ns */
    char *path; /* owned: the address without scheme and host */
};

/* A recorded question. */
struct playback_asked {
    enum venue_id venue;
    uint32_t recorded;
    uint32_t ours; /* 0: ours did not ask that */
    int64_t at;
};

/* Zeroed: empty. Each array has an end: the oldest are forgotten, and their answers go by their numbers. */
struct playback_requests {
    struct playback_wished *wished; /* owned; oldest first */
    struct playback_asked *asked;   /* owned; oldest first */
    size_t wished_count, wished_capacity, asked_count, asked_capacity;
    /* The first of our numbers since the engine was given a state: those before are the recorded engine's own, in that
     * state. 0: none yet. */
    uint32_t first[VENUE_COUNT];
};

void playback_requests_free(struct playback_requests *requests);
/* The engine was reset: nothing is open. */
void playback_requests_reset(struct playback_requests *requests);

/* Ours wished; the recorded one asked. Without memory one is forgotten: its answer goes by its number. */
void playback_requests_wished(struct playback_requests *requests, const struct wish *wish, int64_t now);
void playback_requests_asked(struct playback_requests *requests, enum venue_id venue, uint32_t recorded,
                             struct text url, int64_t now);
/* Our number of what the recorded number is the answer to; 0: ours never asked. */
uint32_t playback_requests_answered(struct playback_requests *requests, enum venue_id venue, uint32_t recorded);

#endif
