#include "sync.h"

#include <stdlib.h>
#include <string.h>

#include "../venues.h"

static struct venue_sync *create(struct registry *registry, const struct venue_outlet *outlet,
                                 const struct venue_options *options)
{
    struct venue_sync *sync = calloc(1, sizeof *sync);
    if (!sync) return NULL;
    sync->decoder = polymarket_decoder_create();
    sync->hasher = polymarket_hasher_create();
    if (!sync->decoder || !sync->hasher || !sync_make_room(sync, 0)) {
        polymarket_decoder_destroy(sync->decoder);
        polymarket_hasher_destroy(sync->hasher);
        free(sync->tracked);
        free(sync);
        return NULL;
    }
    const struct venue_endpoints *endpoints = &options->endpoints;
    sync->registry = registry;
    sync->outlet = outlet;
    sync->discover = options->discover;
    sync->stampless = options->stampless;
    sync->endpoints = (struct venue_endpoints){
        .stream = endpoints->stream ? endpoints->stream : POLYMARKET_STREAM_URL,
        .books = endpoints->books ? endpoints->books : POLYMARKET_BOOKS_URL,
        .catalogue = endpoints->catalogue ? endpoints->catalogue : POLYMARKET_CATALOGUE_URL,
        .trades = endpoints->trades ? endpoints->trades : POLYMARKET_TRADES_URL,
    };
    requests_init(&sync->requests);
    sync_begin_anew(sync);
    return sync;
}

void sync_begin_anew(struct venue_sync *sync)
{
    memset(sync->tracked, 0, sync->tracked_count * sizeof *sync->tracked);
    sync->burst_first = sync->burst_last = BURST_END;
    sync->burst_count = 0;
    for (size_t i = 0; i < LINKS_MAX; i++)
        sync->links[i] = (struct link){.freeze = {.due = TIME_NEVER},
                                       .first_book_due = TIME_NEVER,
                                       .subscribe_due = TIME_NEVER,
                                       .ping_due = TIME_NEVER};
    sync->link_count = 0;
    memset(sync->subscribed, 0, sizeof sync->subscribed);
    for (size_t i = 0; i < REQUEST_KINDS; i++) sync->refused_until[i] = INT64_MIN;
    sync->resync_due = TIME_NEVER;
    requests_free(&sync->requests);
}

static void destroy(struct venue_sync *sync)
{
    if (!sync) return;
    polymarket_decoder_destroy(sync->decoder);
    polymarket_hasher_destroy(sync->hasher);
    book_texts_free(&sync->texts);
    json_writer_free(&sync->text);
    catalogue_free(&sync->catalogue);
    free(sync->tracked);
    free(sync->changes);
    free(sync->order);
    free(sync->mirror);
    order_book_free(&sync->trial);
    requests_free(&sync->requests);
    free(sync);
}

static void receive(struct venue_sync *sync, struct stamp stamp, unsigned link, uint64_t message, struct text frame)
{
    sync_link_heard(sync, stamp, link);
    sync_receive(sync, stamp, link, message, frame);
    sync_link_settle(sync, stamp, link);
}

static void link_changed(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_change change,
                         const char *reason)
{
    (void)reason; /* the feed shows it */
    sync_link(sync, stamp, link, change);
}

static int64_t burst_deadline(const struct venue_sync *sync)
{
    return sync->burst_first == BURST_END ? TIME_NEVER : sync->tracked[sync->burst_first].quiet_at;
}

static int64_t deadline(const struct venue_sync *sync)
{
    int64_t due = burst_deadline(sync), links = sync_links_deadline(sync);
    if (links < due) due = links;
    if (sync->resync_due < due) due = sync->resync_due;
    return sync->requests.due < due ? sync->requests.due : due;
}

/* Deadline by deadline, each at its own time; of what is due at the same one bursts come first. */
static void advance(struct venue_sync *sync, struct stamp stamp)
{
    int64_t due;
    while ((due = deadline(sync)) <= stamp.mono) {
        struct stamp at = {due, stamp.wall - (stamp.mono - due)};
        while (burst_deadline(sync) <= due) sync_end_burst(sync, &sync->tracked[sync->burst_first], at, false);
        sync_requests_advance(sync, at);
        sync_links_advance(sync, at);
        sync_resyncs_advance(sync, at);
    }
}

static void finish(struct venue_sync *sync, struct stamp stamp)
{
    while (sync->burst_first != BURST_END) sync_end_burst(sync, &sync->tracked[sync->burst_first], stamp, false);
}

static const char *const proof_method[] = {
    "The venue sends with each change a SHA-1 hash of the whole book as it is after all changes of the same moment.",
    /* clang-format off */
    "When such a burst has ended, booktop makes the same hash of its own book and compares the two: every price and every size of both sides is in it, and one wrong digit anywhere makes another hash.",
    "The price of the last trade is in the hash too, but is announced later. Where it is not known yet it is searched for: a hash that is met with any price still proves all levels.",
    "Whole books are checked the same way. After five failed checks in a row, one second without success, or a crossed book, it is asked for anew and compared with the old one; if that is needed again and again, ever more rarely.",
    /* clang-format on */
    NULL,
};

static const char *const proof_limits[] = {
    "A change that never reached us and was overtaken by a later one of the same level leaves no trace.",
    /* clang-format off */
    "The hash shows that our book is the venue's. It does not show that the venue's book is true, nor how old a message was when it came.",
    "Each outcome has a hash of its own. One that is met is enough: the other outcome's book is the same, mirrored.",
    /* clang-format on */
    "The trades on the tape are not part of the hash.",
    NULL,
};

const struct venue venue_polymarket = {
    .id = VENUE_POLYMARKET,
    .name = "polymarket",
    .badge = "POLY",
    .proof = "by SHA-1",
    .proof_method = proof_method,
    .proof_limits = proof_limits,
    .create = create,
    .destroy = destroy,
    .watch = sync_watch,
    .unwatch = sync_unwatch,
    .seed = sync_seed,
    .lookup = sync_lookup,
    .link = link_changed,
    .retry = sync_retry,
    .receive = receive,
    .reply = sync_reply,
    .advance = advance,
    .deadline = deadline,
    .finish = finish,
    .save = sync_save,
    .save_links = sync_save_links,
    .restore = sync_restore,
    .restore_links = sync_restore_links,
};
