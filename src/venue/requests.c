#include "requests.h"

#include <stdlib.h>
#include <string.h>

void requests_init(struct requests *requests)
{
    *requests = (struct requests){.due = TIME_NEVER, .next = 1};
}

void requests_free(struct requests *requests)
{
    free(requests->places);
    requests_init(requests);
}

static struct request *free_place(struct requests *requests)
{
    for (; requests->first_free < requests->count; requests->first_free++)
        if (requests->places[requests->first_free].kind == 0) return &requests->places[requests->first_free];
    size_t count = requests->count ? requests->count * 2 : 16;
    struct request *grown = realloc(requests->places, count * sizeof *grown);
    if (!grown) return NULL;
    struct request *place = grown + requests->count;
    memset(place, 0, (count - requests->count) * sizeof *grown);
    requests->places = grown;
    requests->count = count;
    return place;
}

bool requests_get(struct requests *requests, const struct venue_outlet *outlet, enum venue_id venue, struct stamp stamp,
                  const struct request *request, const char *what, const char *url)
{
    struct request *place = free_place(requests);
    if (!place) return false;
    *place = *request;
    place->number = requests->next++;
    place->asked = stamp.mono;
    if (requests->due == TIME_NEVER) requests->due = stamp.mono + REQUEST_LIFE;
    struct wish wish = {
        .kind = WISH_GET, .venue = venue, .request = place->number, .url = text_from(url), .what = what};
    outlet->wish(outlet->context, &wish);
    return true;
}

bool requests_put(struct requests *requests, const struct request *request)
{
    struct request *place = free_place(requests);
    if (!place || place >= requests->places + REQUESTS_PUT_MAX) return false;
    *place = *request;
    if (request->asked + REQUEST_LIFE < requests->due) requests->due = request->asked + REQUEST_LIFE;
    return true;
}

struct request *requests_find(struct requests *requests, unsigned kind, struct market_handle market)
{
    for (size_t i = 0; i < requests->count; i++) {
        struct request *request = &requests->places[i];
        if (request->kind == kind && market_handle_equal(request->market, market)) return request;
    }
    return NULL;
}

static void take(struct requests *requests, struct request *request, struct request *taken)
{
    size_t place = (size_t)(request - requests->places);
    *taken = *request;
    request->kind = 0;
    if (place < requests->first_free) requests->first_free = place;
    requests->due = TIME_NEVER;
    for (size_t i = 0; i < requests->count; i++) {
        const struct request *other = &requests->places[i];
        if (other->kind != 0 && other->asked + REQUEST_LIFE < requests->due)
            requests->due = other->asked + REQUEST_LIFE;
    }
}

void requests_drop(struct requests *requests, struct market_handle market)
{
    struct request dropped;
    for (size_t i = 0; i < requests->count; i++) {
        struct request *request = &requests->places[i];
        if (request->kind != 0 && market_handle_equal(request->market, market)) take(requests, request, &dropped);
    }
}

bool requests_take(struct requests *requests, uint32_t number, struct request *taken)
{
    for (size_t i = 0; i < requests->count; i++) {
        struct request *request = &requests->places[i];
        if (request->kind == 0 || request->number != number) continue;
        take(requests, request, taken);
        return true;
    }
    return false;
}

bool requests_take_overdue(struct requests *requests, struct stamp stamp, struct request *taken)
{
    struct request *first = NULL;
    if (requests->due > stamp.mono) return false;
    for (size_t i = 0; i < requests->count; i++) {
        struct request *request = &requests->places[i];
        if (request->kind == 0 || request->asked + REQUEST_LIFE > stamp.mono) continue;
        if (!first || request->number < first->number) first = request;
    }
    if (!first) return false;
    take(requests, first, taken);
    return true;
}

#define PAUSE_MAX (600 * NANOSECONDS_PER_SECOND)

const char *reply_failure(int status)
{
    static const struct {
        int status;
        const char *text;
    } known[] = {
        {0, "no answer"},
        {400, "HTTP 400"},
        {401, "HTTP 401"},
        {403, "HTTP 403"},
        {404, "HTTP 404"},
        {408, "HTTP 408"},
        {429, "HTTP 429: the venue wants us to wait"},
        {500, "HTTP 500"},
        {502, "HTTP 502"},
        {503, "HTTP 503"},
        {504, "HTTP 504"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].status == status) return known[i].text;
    return "an HTTP error";
}

int64_t reply_pause(const struct venue_reply *reply, struct stamp stamp)
{
    if (reply->status == 200 || reply->retry_after <= 0) return stamp.mono;
    return stamp.mono + (reply->retry_after < PAUSE_MAX ? reply->retry_after : PAUSE_MAX);
}
