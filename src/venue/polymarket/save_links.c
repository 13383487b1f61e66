/* What belongs to no market, for a recording and out of one: which markets there are and what the venue was told of
 * them, links, GETs that are not answered. Questions to the catalogue are left out.
 */
#include <stdlib.h>

#include "links.h"
#include "save.h"

#define LINK(member, key, kind, limit) SNAP_FIELD(struct link, member, key, kind, limit)

/* How many markets it has, and awaits, is counted again. */
static const struct snap_field link_fields[] = {
    LINK(wanted, "wanted", SNAP_FLAG, 0),
    LINK(open, "open", SNAP_FLAG, 0),
    LINK(given_up, "given_up", SNAP_FLAG, 0),
    LINK(answered, "answered", SNAP_FLAG, 0),
    LINK(book_came, "book_came", SNAP_FLAG, 0),
    LINK(confirmed, "confirmed", SNAP_FLAG, 0),
    LINK(blamed, "blamed", SNAP_FLAG, 0),
    LINK(phase, "phase", SNAP_COUNT, LINK_DOWN + 1),
    LINK(why, "why", SNAP_WORD, 0),
    LINK(first_book_due, "first_book_due", SNAP_DUE, 0),
    LINK(subscribe_due, "subscribe_due", SNAP_DUE, 0),
    LINK(ping_due, "ping_due", SNAP_DUE, 0),
    LINK(heard, "heard", SNAP_PAST, 0),
};

static const struct snap_field sync_fields[] = {
    SNAP_FIELD(struct venue_sync, link_count, "opened", SNAP_COUNT, LINKS_MAX + 1),
    SNAP_FIELD(struct venue_sync, resync_due, "resync_due", SNAP_DUE, 0),
    SNAP_FIELDS(struct venue_sync, refused_until, refused_until[0], "refused_until", SNAP_UNTIL, 0),
};

/* A market's names: of one whose snap has not come yet nothing may be learnt from frames. */
static const struct snap_field name_fields[] = {
    SNAP_FIELD(struct instrument, symbol, "market", SNAP_TEXT, 0),
    SNAP_FIELD(struct instrument, outcomes[0].token, "token_0", SNAP_TEXT, 0),
    SNAP_FIELD(struct instrument, outcomes[1].token, "token_1", SNAP_TEXT, 0),
};

/* Of one that is not watched any more: as in save_write_subscription, alone. */
static const struct snap_field left_fields[] = {
    SNAP_FIELD(struct tracked, left, "left", SNAP_FLAG, 0),
};

/* === Markets === */

/* Of those that are on no link: all that were ever watched stay known, and a frame of the live stream waits while they
 * are written. What is on a link is always written. */
#define OTHERS_WRITTEN_MAX 4096
_Static_assert(OTHERS_WRITTEN_MAX + 2 * LINKS_MAX * LINK_MARKETS_MAX <= SNAP_MARKETS_MAX, "what is written is read");

static bool is_on_link(const struct tracked *tracked)
{
    return tracked && (tracked->link != NO_LINK || tracked->subscribed != NO_LINK);
}

/* NULL: nothing is kept of it. */
static const struct tracked *find_kept(const struct venue_sync *sync, struct market_handle handle)
{
    if (handle.index >= sync->tracked_count) return NULL;
    const struct tracked *tracked = &sync->tracked[handle.index];
    return market_handle_equal(tracked->market, handle) ? tracked : NULL;
}

/* Of many of them nothing is wanted any more. */
static void write_market(struct json_writer *out, struct stamp stamp, const struct tracked *tracked,
                         const struct market *market)
{
    json_write_object(out);
    snap_write(out, stamp, SNAP_TABLE(name_fields), &market->instrument);
    if (is_on_link(tracked) || (tracked && tracked->watchers))
        save_write_subscription(out, stamp, tracked);
    else if (tracked && tracked->left)
        snap_write(out, stamp, SNAP_TABLE(left_fields), tracked);
    json_write_object_end(out);
}

/* In the order in which they were added: so they are gone through in the same order there. */
static void write_markets(struct json_writer *out, const struct venue_sync *sync, struct stamp stamp)
{
    size_t position = 0, others = 0;
    const struct market *market;
    json_write_key(out, "markets");
    json_write_array(out);
    while ((market = registry_next(sync->registry, &position))) {
        if (market->instrument.venue != VENUE_POLYMARKET) continue;
        const struct tracked *tracked = find_kept(sync, market->handle);
        if (is_on_link(tracked) || others++ < OTHERS_WRITTEN_MAX) write_market(out, stamp, tracked, market);
    }
    json_write_array_end(out);
}

static bool read_market(struct venue_sync *sync, struct stamp stamp, struct text object)
{
    struct instrument names = {.symbol = ""}, instrument;
    if (!snap_read(object, stamp, SNAP_TABLE(name_fields), &names)) return false;
    if (!instrument_init(&instrument, VENUE_POLYMARKET, text_from(names.symbol), POLYMARKET_PRICE_SCALE,
                         POLYMARKET_SIZE_SCALE))
        return false;
    memcpy(instrument.outcomes, names.outcomes, sizeof instrument.outcomes);
    const struct market *market = snap_add_market(sync->registry, &instrument);
    struct tracked *tracked = market ? sync_track(sync, market) : NULL;
    return tracked && save_read_subscription(sync, stamp, tracked, object);
}

static bool read_markets(struct venue_sync *sync, struct stamp stamp, struct text object)
{
    struct snap_list list = {.begun = false};
    struct text array, element;
    if (!snap_member(object, "markets", &array)) return true;
    for (size_t i = 0; snap_next(&list, array, &element); i++)
        if (i == SNAP_MARKETS_MAX || !read_market(sync, stamp, element)) return false;
    return !list.failed;
}

/* === Links === */

/* Only those that were ever of use. */
static unsigned links_used(const struct venue_sync *sync)
{
    unsigned used = sync->link_count;
    for (unsigned i = used; i < LINKS_MAX; i++)
        if (sync->links[i].wanted) used = i + 1;
    return used;
}

static void write_links(struct json_writer *out, const struct venue_sync *sync, struct stamp stamp)
{
    unsigned used = links_used(sync);
    json_write_key(out, "links");
    json_write_array(out);
    for (unsigned i = 0; i < used; i++) {
        json_write_object(out);
        snap_write(out, stamp, SNAP_TABLE(link_fields), &sync->links[i]);
        snap_write_freeze(out, stamp, &sync->links[i].freeze, sync->registry);
        json_write_object_end(out);
    }
    json_write_array_end(out);
}

/* A link that is open has every deadline, none of them long ago: what is due again and again would take long. */
static bool is_sane(const struct venue_sync *sync, unsigned number, struct stamp stamp)
{
    const struct link *link = &sync->links[number];
    const struct freeze *freeze = &link->freeze;
    if (!link->open) return true;
    bool due = freeze->due == TIME_NEVER || freeze->due >= stamp.mono - 2 * LINK_SILENCE;
    return due && number < sync->link_count && link->ping_due != TIME_NEVER &&
           link->heard >= stamp.mono - 2 * LINK_SILENCE;
}

static bool read_links(struct venue_sync *sync, struct stamp stamp, struct text object)
{
    struct snap_list list = {.begun = false};
    struct text array, element;
    if (!snap_member(object, "links", &array)) return true;
    for (unsigned i = 0; snap_next(&list, array, &element); i++) {
        if (i == LINKS_MAX) return false;
        struct link *link = &sync->links[i];
        if (!snap_read(element, stamp, SNAP_TABLE(link_fields), link)) return false;
        if (!snap_read_freeze(element, stamp, &link->freeze, sync->registry, VENUE_POLYMARKET)) return false;
        if (!is_sane(sync, i, stamp)) return false;
    }
    return !list.failed;
}

static bool read_all(struct venue_sync *sync, struct stamp stamp, struct text links)
{
    return snap_stamp_is_sane(stamp) && read_markets(sync, stamp, links) &&
           snap_read(links, stamp, SNAP_TABLE(sync_fields), sync) && read_links(sync, stamp, links) &&
           snap_read_requests(links, stamp, &sync->requests, sync->registry, VENUE_POLYMARKET, REQUESTS_SAVED,
                              LINKS_MAX);
}

/* === The outside === */

void sync_save_links(const struct venue_sync *sync, struct stamp stamp, struct json_writer *out)
{
    write_markets(out, sync, stamp);
    snap_write(out, stamp, SNAP_TABLE(sync_fields), sync);
    write_links(out, sync, stamp);
    snap_write_requests(out, stamp, &sync->requests, sync->registry, REQUESTS_SAVED);
}

bool sync_restore_links(struct venue_sync *sync, struct stamp stamp, struct text links)
{
    sync_begin_anew(sync);
    if (!read_all(sync, stamp, links)) {
        sync_begin_anew(sync);
        return false;
    }
    unsigned used = links_used(sync);
    for (unsigned i = 0; i < used; i++) link_tell_phase(sync, stamp, i);
    return true;
}
