/* Quotes: what the list on the screen is told of each of its markets, and of the venues. */
#include <string.h>

#include "inside.h"

/* What the venues do in the background; true if that is not what was published last. */
static bool view_progress(const struct feed *feed, struct venue_progress progress[VENUE_COUNT])
{
    bool changed = false;
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        const struct venue_progress *before = &feed->progress[i];
        engine_progress(feed->engine, (enum venue_id)i, &progress[i]);
        changed |= progress[i].running != before->running || progress[i].events != before->events;
    }
    return changed;
}

/* The states from the one that matters least to the one that matters most. */
static unsigned gravity(enum link_state state)
{
    static const unsigned order[LINK_STATE_COUNT] = {
        [LINK_STATE_LIVE] = 1,        [LINK_STATE_SYNCING] = 2,    [LINK_STATE_SUBSCRIBING] = 3,
        [LINK_STATE_HANDSHAKING] = 4, [LINK_STATE_CONNECTING] = 5, [LINK_STATE_RESOLVING] = 6,
        [LINK_STATE_DEGRADED] = 7,    [LINK_STATE_DOWN] = 8,       [LINK_STATE_GIVEN_UP] = 9,
    };
    return order[state];
}

static void view_links(const struct feed *feed, struct venue_link links[VENUE_COUNT])
{
    memset(links, 0, VENUE_COUNT * sizeof *links);
    for (size_t i = 0; i < feed->wire_count; i++) {
        const struct wire *wire = &feed->wires[i];
        struct venue_link *link = &links[wire->venue];
        if (gravity(wire->view.state) <= gravity(link->state)) continue;
        *link = (struct venue_link){.state = wire->view.state, .retry_at = wire->view.retry_at};
        text_copy(text_from(wire->view.reason), link->reason, sizeof link->reason);
    }
}

/* As the screen of the book itself would tell it. */
static enum proof_state proof_of(struct feed *feed, const struct market *market)
{
    static const struct link_view none = {.state = LINK_STATE_IDLE};
    const struct wire *wire = wires_find(feed, market->instrument.venue, market->link);
    enum proof_state state = market->proof.state;
    bool stale = proof_stale(state, market->had_book, wire ? &wire->view : &none, feed_now(feed));
    return market->had_book && stale ? PROOF_STALE : state;
}

static void publish_quotes(struct feed *feed)
{
    struct quote_table *table = triple_buffer_slot(feed->quotes);
    view_progress(feed, table->progress);
    memcpy(feed->progress, table->progress, sizeof feed->progress);
    view_links(feed, table->links);
    table->count = 0;
    for (size_t i = 0; i < feed->watched_count && table->count < QUOTES_MAX; i++) {
        const struct market *market = registry_market(engine_registry(feed->engine), feed->watched[i].market);
        if (!market || !feed->watched[i].by_list) continue;
        struct quote *quote = &table->quotes[table->count++];
        *quote = (struct quote){
            .market = market->handle,
            .venue = market->instrument.venue,
            .best_bid = order_book_best_bid(&market->book),
            .best_ask = order_book_best_ask(&market->book),
            .last_trade = market->last_trade,
            .proof = proof_of(feed, market),
            .status = market->status,
            .live = market->had_book,
        };
        text_copy(text_from(market->instrument.symbol), quote->symbol, sizeof quote->symbol);
    }
    feed->quotes_dirty = false;
    feed->quotes_published = feed_real(feed);
    triple_buffer_publish(feed->quotes);
    publisher_wake_ui(feed);
}

static void quotes_due(void *context)
{
    (void)context; /* the turn that follows publishes */
}

void quotes_turn(struct feed *feed)
{
    if (!feed->list || !feed->quotes_dirty) return;
    int64_t wait = feed->quotes_published + QUOTES_INTERVAL - feed_real(feed);
    if (feed->quotes_published == 0 || wait <= 0)
        publish_quotes(feed);
    else if (!feed->quotes_timer.loop)
        net_timer_set(feed->loop, &feed->quotes_timer, wait);
}

void quotes_look_at_progress(struct feed *feed)
{
    struct venue_progress progress[VENUE_COUNT];
    if (feed->list && view_progress(feed, progress)) feed->quotes_dirty = true;
}

bool quotes_open(struct feed *feed)
{
    feed->quotes = triple_buffer_create(sizeof(struct quote_table));
    feed->quotes_timer = (struct net_timer){.expired = quotes_due, .context = feed};
    return feed->quotes != NULL;
}

void quotes_close(struct feed *feed)
{
    net_timer_cancel(&feed->quotes_timer);
    triple_buffer_destroy(feed->quotes);
}
