/* A stream that stops while its connection lives; see ../freeze.h.
 *
 * The book is asked for by REST, which needs no key, and not by a command: a server whose stream hangs may still answer
 * commands, and would mend the one book that was asked for without the stream going on; and whether such a snapshot
 * takes part in the count is not documented.
 */
#include "sync.h"

static bool book_at(struct venue_sync *sync, unsigned number, size_t place, struct freeze_book *book)
{
    struct market *market;
    struct tracked *tracked = kalshi_sync_tracked(sync, sync->tracked[place].market, &market);
    (void)number; /* there is one link only */
    if (!tracked) return false;
    /* While the link is open no book comes by REST. */
    bool streamed = kalshi_sync_wants(tracked, market) && market->has_book && tracked->fetch_due == TIME_NEVER;
    *book = (struct freeze_book){tracked, market, &tracked->freeze, streamed};
    return true;
}

static uint32_t ask(struct venue_sync *sync, struct stamp stamp, unsigned number, const struct market *market)
{
    char url[KALSHI_URL_SIZE];
    const struct request request = {.kind = REQUEST_COMPARE, .market = market->handle, .index = number};
    bool asked = kalshi_url_book(sync->rest_url, market->instrument.symbol, url, sizeof url) &&
                 kalshi_poll_get(sync, stamp, &request, "book", url);
    return asked ? sync->requests.next - 1 : 0;
}

static void settle_book(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    const struct proof_check *last = &market->proof.last;
    bool verified = last->verdict == VERDICT_VERIFIED;
    (void)tracked;
    kalshi_sync_set_state(sync, market, verified ? PROOF_VERIFIED : PROOF_UNVERIFIABLE, last->why, stamp);
}

static void set_phase(struct venue_sync *sync, struct stamp stamp, unsigned number, enum link_phase phase,
                      const char *why)
{
    (void)number;
    kalshi_sync_set_phase(sync, stamp, phase, why);
}

static void settle_link(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    (void)number;
    kalshi_subscriptions_settle(sync, stamp);
}

static void reconnect(struct venue_sync *sync, unsigned number, const char *why)
{
    (void)number;
    kalshi_link_reconnect(sync, why);
}

static const struct freeze_venue freezes = {
    .book = book_at,
    .ask = ask,
    .compare = kalshi_frames_compare,
    .set_state = kalshi_sync_set_state,
    .settle_book = settle_book,
    .set_phase = set_phase,
    .settle_link = settle_link,
    .reconnect = reconnect,
};

static struct freeze_link only_link(struct venue_sync *sync)
{
    return (struct freeze_link){.venue = &freezes,
                                .sync = sync,
                                .freeze = &sync->freeze,
                                .places = sync->tracked_count,
                                .refused_until = sync->refused_until};
}

void kalshi_freeze_hear(struct venue_sync *sync, struct stamp stamp)
{
    if (!sync->open) return;
    const struct freeze_link link = only_link(sync);
    freeze_link_hear(&link, stamp);
    kalshi_sync_due(sync, sync->freeze.due);
}

bool kalshi_freeze_ask(struct venue_sync *sync, struct stamp stamp)
{
    const struct freeze_link link = only_link(sync);
    return freeze_link_ask(&link, stamp);
}

void kalshi_freeze_reply(struct venue_sync *sync, struct stamp stamp, const struct request *request,
                         const struct venue_reply *reply)
{
    const struct freeze_link link = only_link(sync);
    freeze_link_reply(&link, stamp, request, reply);
}
