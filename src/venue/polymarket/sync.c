#include "sync.h"

#include <stdlib.h>

#include "../venues.h"

static struct venue_sync *create(struct registry *registry, const struct venue_outlet *outlet,
                                 const struct venue_endpoints *endpoints)
{
    struct venue_sync *sync = calloc(1, sizeof *sync);
    if (!sync) return NULL;
    sync->decoder = polymarket_decoder_create();
    if (!sync->decoder) {
        free(sync);
        return NULL;
    }
    sync->registry = registry;
    sync->outlet = outlet;
    sync->endpoints = (struct venue_endpoints){
        .stream = endpoints->stream ? endpoints->stream : POLYMARKET_STREAM_URL,
        .books = endpoints->books ? endpoints->books : POLYMARKET_BOOKS_URL,
        .catalogue = endpoints->catalogue ? endpoints->catalogue : POLYMARKET_CATALOGUE_URL,
        .trades = endpoints->trades ? endpoints->trades : POLYMARKET_TRADES_URL,
    };
    for (size_t i = 0; i < LINKS_MAX; i++) sync->links[i].first_book_due = TIME_NEVER;
    sync->burst_first = sync->burst_last = BURST_END;
    sync->next_request = 1;
    return sync;
}

static void destroy(struct venue_sync *sync)
{
    if (!sync) return;
    polymarket_decoder_destroy(sync->decoder);
    json_writer_free(&sync->text);
    catalogue_free(&sync->catalogue);
    free(sync->tracked);
    free(sync->changes);
    free(sync->order);
    free(sync->mirror);
    order_book_free(&sync->trial);
    free(sync->requests);
    free(sync);
}

static void receive(struct venue_sync *sync, struct stamp stamp, unsigned link, uint64_t message, struct text frame)
{
    sync_link_heard(sync, stamp, link);
    sync_receive(sync, stamp, message, frame);
    sync_link_settle(sync, stamp, link);
}

static void link_changed(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_change change,
                         const char *reason)
{
    (void)reason; /* the feed shows it */
    sync_link(sync, stamp, link, change);
}

/* A book that is not wanted any more, or whose link is gone, would look alive and never change. */
static void book_replied(struct venue_sync *sync, struct stamp stamp, struct market_handle handle,
                         const struct venue_reply *got)
{
    if (!sync_is_subscribed(sync, handle)) return;
    if (got->status == 200) {
        sync_book_reply(sync, stamp, registry_market(sync->registry, handle), got->body);
        sync_book_exists(sync, stamp, handle);
    } else if (got->status == 404) {
        sync_no_book(sync, stamp, handle);
    }
}

static void reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *got)
{
    for (size_t i = 0; i < sync->request_count; i++) {
        if (sync->requests[i].kind == REQUEST_FREE || sync->requests[i].number != got->request) continue;
        struct request request = sync->requests[i];
        sync->requests[i].kind = REQUEST_FREE;
        switch (request.kind) {
        case REQUEST_LOOKUP:
            sync_lookup_reply(sync, stamp, request.lookup, got);
            break;
        case REQUEST_TRADES:
            if (got->status == 200) sync_trades_reply(sync, stamp, got->body);
            break;
        case REQUEST_BOOK:
            book_replied(sync, stamp, request.market, got);
            break;
        case REQUEST_FREE:
            break;
        }
        return;
    }
}

static int64_t burst_deadline(const struct venue_sync *sync)
{
    return sync->burst_first == BURST_END ? TIME_NEVER : sync->tracked[sync->burst_first].quiet_at;
}

static int64_t deadline(const struct venue_sync *sync)
{
    int64_t bursts = burst_deadline(sync), links = sync_links_deadline(sync);
    return bursts < links ? bursts : links;
}

/* Deadline by deadline, bursts before links where both are due, each at its own time. */
static void advance(struct venue_sync *sync, struct stamp stamp)
{
    int64_t due;
    while ((due = deadline(sync)) <= stamp.mono) {
        struct stamp at = {due, stamp.wall - (stamp.mono - due)};
        while (burst_deadline(sync) <= due) sync_end_burst(sync, &sync->tracked[sync->burst_first], at);
        sync_links_advance(sync, at);
    }
}

static void finish(struct venue_sync *sync, struct stamp stamp)
{
    while (sync->burst_first != BURST_END) sync_end_burst(sync, &sync->tracked[sync->burst_first], stamp);
}

const struct venue venue_polymarket = {
    .id = VENUE_POLYMARKET,
    .name = "polymarket",
    .badge = "POLY",
    .proof = "by SHA-1",
    .create = create,
    .destroy = destroy,
    .watch = sync_watch,
    .unwatch = sync_unwatch,
    .seed = sync_seed,
    .lookup = sync_lookup,
    .link = link_changed,
    .receive = receive,
    .reply = reply,
    .advance = advance,
    .deadline = deadline,
    .finish = finish,
};
