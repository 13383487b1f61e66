/* Streams that stop while their connection lives; see ../freeze.h. The venue is known for it: a connection that is
 * open, answers every PING, and sends no book any more, for hours.
 */
#include "links.h"

static bool book_at(struct venue_sync *sync, unsigned number, size_t place, struct freeze_book *book)
{
    struct tracked *tracked = &sync->tracked[place];
    struct market *market = registry_market(sync->registry, tracked->market);
    if (!market || tracked->link != number) return false;
    bool streamed = tracked->first_book_due == TIME_NEVER && market->has_book && market->status != MARKET_RESOLVED;
    *book = (struct freeze_book){tracked, market, &tracked->freeze, streamed};
    return true;
}

static uint32_t ask(struct venue_sync *sync, struct stamp stamp, unsigned number, const struct market *market)
{
    char url[POLYMARKET_URL_SIZE];
    const struct request request = {.kind = REQUEST_COMPARE, .market = market->handle, .index = number};
    bool asked = polymarket_url_book(sync->endpoints.books, sync_book_token(market), url, sizeof url) &&
                 sync_get(sync, stamp, &request, "book", url);
    return asked ? sync->requests.next - 1 : 0;
}

static void reconnect(struct venue_sync *sync, unsigned number, const char *why)
{
    link_wish(sync, WISH_RECONNECT, number, why);
}

static const struct freeze_venue freezes = {
    .book = book_at,
    .ask = ask,
    .compare = sync_compare_book,
    .set_state = sync_set_state,
    .settle_book = check_settle,
    .set_phase = link_set_phase,
    .settle_link = sync_link_settle,
    .reconnect = reconnect,
};

static struct freeze_link link_at(struct venue_sync *sync, unsigned number)
{
    return (struct freeze_link){.venue = &freezes,
                                .sync = sync,
                                .number = number,
                                .freeze = &sync->links[number].freeze,
                                .places = sync->tracked_count,
                                .refused_until = sync->refused_until[REQUEST_COMPARE]};
}

bool sync_stream_is_doubted(const struct venue_sync *sync, const struct tracked *tracked)
{
    if (tracked->link == NO_LINK) return false;
    return sync->links[tracked->link].freeze.state != FREEZE_NONE;
}

void sync_stream_heard(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    if (number >= LINKS_MAX || !sync->links[number].open) return;
    const struct freeze_link link = link_at(sync, number);
    freeze_link_hear(&link, stamp);
}

void freeze_advance(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    const struct freeze_link link = link_at(sync, number);
    freeze_link_ask(&link, stamp);
}

void sync_compared(struct venue_sync *sync, struct stamp stamp, const struct request *request,
                   const struct venue_reply *reply)
{
    const struct freeze_link link = link_at(sync, request->index);
    freeze_link_reply(&link, stamp, request, reply);
}
