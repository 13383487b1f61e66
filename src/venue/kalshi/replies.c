/* What is asked by REST of watched markets, and what becomes of the replies. */
#include <string.h>

#include "sync.h"

#define SEED_TRADES 64
/* Without a key the trades of a market that is shown are asked for so often. */
#define TRADES_INTERVAL (5 * NANOSECONDS_PER_SECOND)

/* One that is asked already is not asked twice. */
bool kalshi_replies_ask(struct venue_sync *sync, struct stamp stamp, unsigned kind, const struct market *market)
{
    static const char *const whats[] = {
        [REQUEST_TRADES] = "trades", [REQUEST_BOOK] = "book", [REQUEST_NEWS] = "market"};
    char url[KALSHI_URL_SIZE];
    const char *root = sync->rest_url, *ticker = market->instrument.symbol;
    if (requests_find(&sync->requests, kind, market->handle)) return true;
    size_t length = kind == REQUEST_TRADES ? kalshi_url_trades(root, ticker, SEED_TRADES, url, sizeof url)
                    : kind == REQUEST_BOOK ? kalshi_url_book(root, ticker, url, sizeof url)
                                           : kalshi_url_market(root, ticker, url, sizeof url);
    struct request request = {.kind = kind, .market = market->handle};
    return length && kalshi_poll_get(sync, stamp, &request, whats[kind], url);
}

/* Who asks for trades looks at the market. */
void kalshi_replies_seed(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = kalshi_sync_tracked(sync, handle, &market);
    if (!tracked || tracked->watchers == 0) return;
    tracked->shown = tracked->wants_trades = true;
    tracked->trades_due = stamp.mono + TRADES_INTERVAL;
    tracked->news_due = stamp.mono;
    kalshi_poll_advance(sync, stamp);
}

static void polled(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked, struct market *market,
                   struct text body)
{
    kalshi_frames_book_reply(sync, stamp, market, body);
    /* The stream that would announce them is closed to us. */
    if (!tracked->shown || tracked->trades_due > stamp.mono) return;
    tracked->wants_trades = true;
    tracked->trades_due = stamp.mono + TRADES_INTERVAL;
}

/* One that was asked for before the stream opened is of no interest any more, not even if that is lost again. */
static void book_replied(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked, struct market *market,
                         const struct request *request, const struct venue_reply *reply)
{
    if (sync->open || !kalshi_sync_polls(sync)) return;
    if (reply->status == 200 || reply->status == 404)
        kalshi_poll_succeeded(sync, tracked, stamp);
    else
        kalshi_poll_failed(sync, tracked, reply->status, stamp);
    if (reply->status == 404) {
        kalshi_sync_set_state(sync, market, PROOF_SYNCING, "the venue keeps no order book for it", stamp);
        return;
    }
    kalshi_poll_again(sync, tracked, request->asked, stamp);
    if (reply->status == 200)
        polled(sync, stamp, tracked, market, reply->body);
    else
        kalshi_sync_set_state(sync, market, market->has_book ? PROOF_STALE : PROOF_SYNCING,
                              reply_failure(reply->status), stamp);
}

static bool has_changed(const struct market *market, const struct kalshi_market_news *news)
{
    const struct instrument *now = &news->entry.instrument, *before = &market->instrument;
    size_t size = now->range_count * sizeof now->ranges[0];
    return market->status != news->status || market->winner != news->winner ||
           (now->close_time && now->close_time != before->close_time) ||
           (now->range_count &&
            (now->range_count != before->range_count || memcmp(now->ranges, before->ranges, size) != 0));
}

static void news_replied(struct venue_sync *sync, struct stamp stamp, struct market *market,
                         const struct venue_reply *reply)
{
    struct kalshi_market_news news;
    const char *why;
    if (reply->status != 200 || !kalshi_read_market(&news, reply->body, &why)) return;
    const struct instrument *now = &news.entry.instrument;
    if (strcmp(now->symbol, market->instrument.symbol) != 0 || !has_changed(market, &news)) return;
    market->status = news.status;
    market->winner = news.winner;
    if (now->close_time) market->instrument.close_time = now->close_time;
    if (now->range_count) instrument_set_ranges(&market->instrument, now->ranges, now->range_count);
    market->version++;
    sync->outlet->state(sync->outlet->context, market);
    kalshi_subscriptions_changed(sync, stamp);
}

static void replied(struct venue_sync *sync, struct stamp stamp, const struct request *request,
                    const struct venue_reply *reply)
{
    kalshi_poll_heard(sync, reply, stamp);
    if (request->kind == REQUEST_LOOKUP) {
        kalshi_lookup_reply(sync, stamp, request->index, reply);
        return;
    }
    if (request->kind == REQUEST_SCAN) {
        kalshi_scan_reply(sync, stamp, reply);
        return;
    }
    if (request->kind == REQUEST_COMPARE) {
        kalshi_freeze_reply(sync, stamp, request, reply);
        return;
    }
    struct market *market;
    struct tracked *tracked = kalshi_sync_tracked(sync, request->market, &market);
    if (!tracked || tracked->watchers == 0) return;
    if (request->kind == REQUEST_TRADES && reply->status == 200) kalshi_frames_trades_reply(sync, stamp, reply->body);
    if (request->kind == REQUEST_BOOK) book_replied(sync, stamp, tracked, market, request, reply);
    if (request->kind == REQUEST_NEWS) news_replied(sync, stamp, market, reply);
}

void kalshi_replies_reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply)
{
    struct request request;
    if (!requests_take(&sync->requests, reply->request, &request)) return;
    replied(sync, stamp, &request, reply);
    kalshi_poll_advance(sync, stamp); /* what the reply makes ask for more */
}

void kalshi_replies_advance(struct venue_sync *sync, struct stamp stamp)
{
    struct request request;
    while (requests_take_overdue(&sync->requests, stamp, &request))
        replied(sync, stamp, &request, &(struct venue_reply){.request = request.number, .reason = "no answer"});
}
