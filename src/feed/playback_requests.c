#include "playback_requests.h"

#include <stdlib.h>
#include <string.h>

/* Nobody waits so long for an answer. */
#define LIFE (120 * NANOSECONDS_PER_SECOND)
/* And nobody asks so much at once: then the oldest is forgotten. */
#define MOST 4096

static void wished_remove(struct playback_requests *requests, size_t at)
{
    struct playback_wished *wished = requests->wished + at;
    free(wished->path);
    memmove(wished, wished + 1, (--requests->wished_count - at) * sizeof *wished);
}

static void asked_remove(struct playback_requests *requests, size_t at)
{
    struct playback_asked *asked = requests->asked + at;
    memmove(asked, asked + 1, (--requests->asked_count - at) * sizeof *asked);
}

static void wished_drop(struct playback_requests *requests, size_t oldest)
{
    struct playback_wished *wished = requests->wished;
    if (oldest == 0) return;
    for (size_t i = 0; i < oldest; i++) free(wished[i].path);
    requests->wished_count -= oldest;
    memmove(wished, wished + oldest, requests->wished_count * sizeof *wished);
}

static void asked_drop(struct playback_requests *requests, size_t oldest)
{
    struct playback_asked *asked = requests->asked;
    if (oldest == 0) return;
    requests->asked_count -= oldest;
    memmove(asked, asked + oldest, requests->asked_count * sizeof *asked);
}

/* What waits in vain goes; where there is no place left, a quarter of them, so that not all are moved each time. */
static void expire(struct playback_requests *requests, int64_t now)
{
    size_t wished = requests->wished_count >= MOST ? MOST / 4 : 0, asked = requests->asked_count >= MOST ? MOST / 4 : 0;
    while (wished < requests->wished_count && now - requests->wished[wished].at > LIFE) wished++;
    while (asked < requests->asked_count && now - requests->asked[asked].at > LIFE) asked++;
    wished_drop(requests, wished);
    asked_drop(requests, asked);
}

/* Room for one more; the array, moved perhaps, or NULL. */
static void *grown(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) return array;
    size_t more = *capacity > 0 ? 2 * *capacity : 16;
    void *moved = realloc(array, more * size);
    if (moved) *capacity = more;
    return moved;
}

/* An address from its third slash on: who answers differs, a local exchange for one. */
static struct text path_of(struct text url)
{
    unsigned slashes = 0;
    for (size_t i = 0; i < url.length; i++)
        if (url.at[i] == '/' && ++slashes == 3) return (struct text){url.at + i, url.length - i};
    return url;
}

/* A recorded address may have more before our path, where a venue has several services under one host. */
static bool is_same_path(struct text url, const char *path)
{
    struct text whole = path_of(url);
    size_t length = strlen(path);
    return length > 0 && whole.length >= length && memcmp(whole.at + whole.length - length, path, length) == 0;
}

/* The request of that address: the one with the same number, else the oldest; or `wished_count`. */
static size_t find_wished(const struct playback_requests *requests, enum venue_id venue, uint32_t number,
                          struct text url)
{
    size_t found = requests->wished_count;
    for (size_t i = requests->wished_count; i-- > 0;) {
        const struct playback_wished *wished = &requests->wished[i];
        if (wished->venue != venue || !is_same_path(url, wished->path)) continue;
        if (wished->number == number) return i;
        found = i;
    }
    return found;
}

/* === For playback === */

void playback_requests_reset(struct playback_requests *requests)
{
    while (requests->wished_count > 0) free(requests->wished[--requests->wished_count].path);
    requests->asked_count = 0;
    memset(requests->first, 0, sizeof requests->first);
}

void playback_requests_free(struct playback_requests *requests)
{
    playback_requests_reset(requests);
    free(requests->wished);
    free(requests->asked);
    *requests = (struct playback_requests){0};
}

void playback_requests_wished(struct playback_requests *requests, const struct wish *wish, int64_t now)
{
    expire(requests, now);
    if (requests->first[wish->venue] == 0) requests->first[wish->venue] = wish->request;
    struct playback_wished *wished =
        grown(requests->wished, requests->wished_count, &requests->wished_capacity, sizeof *wished);
    if (!wished) return;
    requests->wished = wished;
    struct text path = path_of(wish->url);
    wished += requests->wished_count;
    *wished = (struct playback_wished){
        .venue = wish->venue, .number = wish->request, .at = now, .path = strndup(path.at, path.length)};
    if (wished->path) requests->wished_count++;
}

void playback_requests_asked(struct playback_requests *requests, enum venue_id venue, uint32_t recorded,
                             struct text url, int64_t now)
{
    expire(requests, now);
    size_t found = find_wished(requests, venue, recorded, url);
    bool known = found < requests->wished_count;
    uint32_t ours = known ? requests->wished[found].number : 0;
    if (known) wished_remove(requests, found);
    if (ours == recorded) return; /* it goes by its number */
    struct playback_asked *asked =
        grown(requests->asked, requests->asked_count, &requests->asked_capacity, sizeof *asked);
    if (!asked) return;
    requests->asked = asked;
    asked[requests->asked_count++] =
        (struct playback_asked){.venue = venue, .recorded = recorded, .ours = ours, .at = now};
}

uint32_t playback_requests_answered(struct playback_requests *requests, enum venue_id venue, uint32_t recorded)
{
    for (size_t i = requests->asked_count; i-- > 0;) {
        const struct playback_asked asked = requests->asked[i];
        if (asked.venue != venue || asked.recorded != recorded) continue;
        asked_remove(requests, i);
        /* One that was wished for before the state that ours was given, and put only then, is in that state. */
        bool before = requests->first[venue] == 0 || recorded < requests->first[venue];
        return asked.ours == 0 && before ? recorded : asked.ours;
    }
    return recorded;
}
