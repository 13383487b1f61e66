/* GETs: which were wished for, and what their replies are for. One that is never answered fails after REQUEST_LIFE, so
 * that what waits for it waits no longer and its place is free again. */
#include <stdlib.h>
#include <string.h>

#include "links.h"

#define SEED_TRADES 64

static struct request *free_place(struct venue_sync *sync)
{
    for (size_t i = 0; i < sync->request_count; i++)
        if (sync->requests[i].kind == REQUEST_FREE) return &sync->requests[i];
    size_t count = sync->request_count ? sync->request_count * 2 : 16;
    struct request *grown = realloc(sync->requests, count * sizeof *grown);
    if (!grown) return NULL;
    struct request *place = grown + sync->request_count;
    memset(place, 0, (count - sync->request_count) * sizeof *grown);
    sync->requests = grown;
    sync->request_count = count;
    return place;
}

/* Every request lives equally long, so a new one never fails first. */
bool sync_get(struct venue_sync *sync, struct stamp stamp, const struct request *what, const char *url)
{
    struct request *request = free_place(sync);
    if (!request) return false;
    *request = *what;
    request->number = sync->next_request++;
    request->asked = stamp.mono;
    if (sync->request_due == TIME_NEVER) sync->request_due = stamp.mono + REQUEST_LIFE;
    struct wish wish = {
        .kind = WISH_GET,
        .venue = VENUE_POLYMARKET,
        .request = request->number,
        .url = text_from(url),
    };
    sync->outlet->wish(sync->outlet->context, &wish);
    return true;
}

static void free_request(struct venue_sync *sync, struct request *request)
{
    request->kind = REQUEST_FREE;
    sync->request_due = TIME_NEVER;
    for (size_t i = 0; i < sync->request_count; i++) {
        const struct request *other = &sync->requests[i];
        if (other->kind != REQUEST_FREE && other->asked + REQUEST_LIFE < sync->request_due)
            sync->request_due = other->asked + REQUEST_LIFE;
    }
}

void sync_seed(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    const struct market *market = registry_market(sync->registry, handle);
    if (!market) return;
    char url[POLYMARKET_URL_SIZE];
    if (polymarket_url_trades(sync->endpoints.trades, market->instrument.symbol, SEED_TRADES, url, sizeof url))
        sync_get(sync, stamp, &(struct request){.kind = REQUEST_TRADES, .market = handle}, url);
}

static struct request *book_request(struct venue_sync *sync, struct market_handle handle)
{
    for (size_t i = 0; i < sync->request_count; i++) {
        struct request *request = &sync->requests[i];
        if (request->kind == REQUEST_BOOK && market_handle_equal(request->market, handle)) return request;
    }
    return NULL;
}

static const char *first_token(const struct market *market)
{
    const struct outcome *outcomes = market->instrument.outcomes;
    return outcomes[0].token[0] ? outcomes[0].token : outcomes[1].token;
}

void sync_ask_book(struct venue_sync *sync, struct stamp stamp, const struct market *market)
{
    char url[POLYMARKET_URL_SIZE];
    if (!sync_is_subscribed(sync, market->handle)) return;
    struct request *asked = book_request(sync, market->handle);
    if (asked)
        asked->again = true;
    else if (polymarket_url_book(sync->endpoints.books, first_token(market), url, sizeof url))
        sync_get(sync, stamp, &(struct request){.kind = REQUEST_BOOK, .market = market->handle}, url);
}

/* A book that is not wanted any more, or whose link is gone, would look alive and never change. */
static void book_replied(struct venue_sync *sync, struct stamp stamp, const struct request *request,
                         const struct venue_reply *reply)
{
    if (!sync_is_subscribed(sync, request->market)) return;
    struct market *market;
    struct tracked *tracked = link_find_tracked(sync, request->market, &market);
    if (!tracked) return;
    if (reply->status == 200) {
        sync_book_reply(sync, stamp, market, reply->body);
        sync_book_exists(sync, stamp, request->market);
    } else if (reply->status == 404) {
        sync_no_book(sync, stamp, request->market);
    }
    resync_unanswered(sync, tracked, stamp);
    if (request->again) sync_ask_book(sync, stamp, market);
}

static void replied(struct venue_sync *sync, struct stamp stamp, struct request *place, const struct venue_reply *reply)
{
    struct request request = *place;
    free_request(sync, place);
    switch (request.kind) {
    case REQUEST_LOOKUP:
        sync_lookup_reply(sync, stamp, request.lookup, reply);
        break;
    case REQUEST_TRADES:
        if (reply->status == 200) sync_trades_reply(sync, stamp, reply->body);
        break;
    case REQUEST_BOOK:
        book_replied(sync, stamp, &request, reply);
        break;
    case REQUEST_FREE:
        break;
    }
}

void sync_reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply)
{
    for (size_t i = 0; i < sync->request_count; i++) {
        struct request *request = &sync->requests[i];
        if (request->kind == REQUEST_FREE || request->number != reply->request) continue;
        replied(sync, stamp, request, reply);
        return;
    }
}

/* Deadlines may fall together; a reply may ask anew, which is due later. */
void sync_requests_advance(struct venue_sync *sync, struct stamp stamp)
{
    for (size_t i = 0; i < sync->request_count && sync->request_due <= stamp.mono; i++) {
        struct request *request = &sync->requests[i];
        if (request->kind == REQUEST_FREE || request->asked + REQUEST_LIFE > stamp.mono) continue;
        replied(sync, stamp, request, &(struct venue_reply){.request = request->number, .reason = "no answer"});
    }
}
