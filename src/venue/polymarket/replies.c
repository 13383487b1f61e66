/* What is asked by REST of watched markets, and what becomes of the replies. */
#include "links.h"

#define SEED_TRADES 64

bool sync_get(struct venue_sync *sync, struct stamp stamp, const struct request *request, const char *what,
              const char *url)
{
    return requests_get(&sync->requests, sync->outlet, VENUE_POLYMARKET, stamp, request, what, url);
}

bool sync_is_refused(const struct venue_sync *sync, unsigned kind, struct stamp stamp)
{
    return sync->refused_until[kind] > stamp.mono;
}

/* Each kind has a server of its own, but both kinds of book. */
static void heed(struct venue_sync *sync, unsigned kind, const struct venue_reply *reply, struct stamp stamp)
{
    int64_t until = reply_pause(reply, stamp);
    if (until <= sync->refused_until[kind]) return;
    sync->refused_until[kind] = until;
    if (kind == REQUEST_BOOK || kind == REQUEST_COMPARE)
        sync->refused_until[REQUEST_BOOK] = sync->refused_until[REQUEST_COMPARE] = until;
}

void sync_seed(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    const struct market *market = registry_market(sync->registry, handle);
    if (!market || sync_is_refused(sync, REQUEST_TRADES, stamp)) return;
    char url[POLYMARKET_URL_SIZE];
    if (polymarket_url_trades(sync->endpoints.trades, market->instrument.symbol, SEED_TRADES, url, sizeof url))
        sync_get(sync, stamp, &(struct request){.kind = REQUEST_TRADES, .market = handle}, "trades", url);
}

const char *sync_book_token(const struct market *market)
{
    const struct outcome *outcomes = market->instrument.outcomes;
    return outcomes[0].token[0] ? outcomes[0].token : outcomes[1].token;
}

void sync_ask_book(struct venue_sync *sync, struct stamp stamp, const struct market *market)
{
    char url[POLYMARKET_URL_SIZE];
    if (!sync_is_subscribed(sync, market->handle) || sync_is_refused(sync, REQUEST_BOOK, stamp)) return;
    struct request *asked = requests_find(&sync->requests, REQUEST_BOOK, market->handle);
    if (asked)
        asked->again = true;
    else if (polymarket_url_book(sync->endpoints.books, sync_book_token(market), url, sizeof url))
        sync_get(sync, stamp, &(struct request){.kind = REQUEST_BOOK, .market = market->handle}, "book", url);
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
        sync_book_exists(sync, stamp, tracked);
    } else if (reply->status == 404) {
        sync_no_book(sync, stamp, tracked, market);
    } else {
        sync_book_unknown(sync, stamp, tracked, market, reply->status);
    }
    resync_unanswered(sync, tracked, stamp);
    if (request->again) sync_ask_book(sync, stamp, market);
}

static void replied(struct venue_sync *sync, struct stamp stamp, const struct request *request,
                    const struct venue_reply *reply)
{
    heed(sync, request->kind, reply, stamp);
    if (request->kind == REQUEST_LOOKUP) sync_lookup_reply(sync, stamp, request->index, reply);
    if (request->kind == REQUEST_TRADES && reply->status == 200) sync_trades_reply(sync, stamp, reply->body);
    if (request->kind == REQUEST_BOOK) book_replied(sync, stamp, request, reply);
    if (request->kind == REQUEST_COMPARE) sync_compared(sync, stamp, request, reply);
}

void sync_reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply)
{
    struct request request;
    if (requests_take(&sync->requests, reply->request, &request)) replied(sync, stamp, &request, reply);
}

/* A reply may ask anew, which is due later. */
void sync_requests_advance(struct venue_sync *sync, struct stamp stamp)
{
    struct request request;
    while (requests_take_overdue(&sync->requests, stamp, &request))
        replied(sync, stamp, &request, &(struct venue_reply){.request = request.number, .reason = "no answer"});
}
