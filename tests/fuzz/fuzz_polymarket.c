/* rooms: base json market venue */
/* Whatever a peer may send: through the decoder of the channel, the catalogue and the readers of both replies.
 *
 * Besides what the sanitizers see: events are sound in themselves, and the decoder's fast way over levels and changes
 * finds what its careful way finds. For that the frame is read once more with a line feed behind every comma outside
 * of strings: the same JSON, in a shape that the fast way does not know.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/polymarket/catalogue.h"
#include "booktop/venue/polymarket/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static bool is_price(price_t price)
{
    return price > 0 && price < decimal_one(POLYMARKET_PRICE_SCALE);
}

static bool is_best(price_t price)
{
    return price == PRICE_NONE || is_price(price);
}

static void check_levels(const struct level *levels, size_t count)
{
    for (size_t i = 0; i < count; i++) require(is_price(levels[i].price) && levels[i].quantity > 0);
}

static void check_changes(const struct event_changes *changes)
{
    require(changes->count > 0);
    for (size_t i = 0; i < changes->count; i++) {
        const struct level_change *change = &changes->changes[i];
        require(change->asset.length > 0 && change->asset.length < SYMBOL_SIZE);
        require(change->hash.length == 0 || change->hash.length == POLYMARKET_HASH_LENGTH);
        require(is_price(change->price) && change->quantity >= 0 && change->mode == CHANGE_SET);
        require(is_best(change->best_bid) && is_best(change->best_ask));
    }
}

static void check_event(const struct event *event)
{
    require(event->market.length < SYMBOL_SIZE && event->asset.length < SYMBOL_SIZE);
    switch (event->kind) {
    case EVENT_SNAPSHOT:
        require(event->market.length > 0 && event->asset.length > 0 && event->venue_ms >= 0);
        check_levels(event->snapshot.bids, event->snapshot.bid_count);
        check_levels(event->snapshot.asks, event->snapshot.ask_count);
        break;
    case EVENT_CHANGES:
        require(event->market.length > 0 && event->venue_ms >= 0);
        check_changes(&event->changes);
        break;
    case EVENT_TRADE:
        require(event->asset.length > 0 && is_price(event->trade.price) && event->trade.quantity >= 0);
        break;
    case EVENT_TICK_SIZE:
        require(is_price(event->tick_size.after) && is_best(event->tick_size.before));
        break;
    case EVENT_TICKER:
        require(is_best(event->ticker.best_bid) && is_best(event->ticker.best_ask));
        break;
    case EVENT_LIFECYCLE:
        require(event->market.length > 0);
        break;
    default:
        require(event->why != NULL);
    }
}

static void check_events(const struct polymarket_decoder *decoder, size_t count)
{
    for (size_t i = 0; i < count; i++) check_event(&polymarket_decoder_events(decoder)[i]);
}

static size_t spread(const uint8_t *data, size_t size, char *out)
{
    size_t length = 0;
    bool inside = false;
    for (size_t i = 0; i < size; i++) {
        out[length++] = (char)data[i];
        if (inside && data[i] == '\\' && i + 1 < size)
            out[length++] = (char)data[++i];
        else if (data[i] == '"')
            inside = !inside;
        else if (!inside && data[i] == ',')
            out[length++] = '\n';
    }
    return length;
}

static bool same_levels(const struct level *a, const struct level *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (a[i].price != b[i].price || a[i].quantity != b[i].quantity) return false;
    return true;
}

static bool same_changes(const struct event_changes *a, const struct event_changes *b)
{
    if (a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++) {
        const struct level_change *x = &a->changes[i], *y = &b->changes[i];
        if (!text_equal(x->asset, y->asset) || !text_equal(x->hash, y->hash)) return false;
        if (x->price != y->price || x->quantity != y->quantity || x->side != y->side) return false;
        if (x->best_bid != y->best_bid || x->best_ask != y->best_ask) return false;
    }
    return true;
}

static bool same_event(const struct event *a, const struct event *b)
{
    const struct event_snapshot *x = &a->snapshot, *y = &b->snapshot;
    if (a->kind != b->kind || a->why != b->why || a->venue_ms != b->venue_ms) return false;
    if (a->kind == EVENT_CHANGES) return same_changes(&a->changes, &b->changes);
    if (a->kind != EVENT_SNAPSHOT) return true;
    return x->bid_count == y->bid_count && x->ask_count == y->ask_count &&
           same_levels(x->bids, y->bids, x->bid_count) && same_levels(x->asks, y->asks, x->ask_count);
}

/* `first` has just read the frame. */
static void compare_ways(const struct polymarket_decoder *first, size_t count, struct polymarket_decoder *second,
                         const uint8_t *data, size_t size)
{
    char *frame = malloc(size * 2 + 1);
    require(frame != NULL);
    size_t again = polymarket_decode(second, (struct text){frame, spread(data, size, frame)});
    require(count == again);
    for (size_t i = 0; i < count; i++) {
        const struct event *a = &polymarket_decoder_events(first)[i], *b = &polymarket_decoder_events(second)[i];
        /* Plain text may be a known word or not, and broken JSON be broken elsewhere. */
        bool whole_frame = count == 1 && (a->kind == EVENT_CONTROL || a->kind == EVENT_ERROR);
        require(whole_frame ? a->kind == b->kind : same_event(a, b));
    }
    free(frame);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct polymarket_decoder *decoder, *second;
    static struct catalogue catalogue;
    if (!decoder) decoder = polymarket_decoder_create();
    if (!second) second = polymarket_decoder_create();
    require(decoder != NULL && second != NULL);

    struct text frame = {(const char *)data, size};
    size_t count = polymarket_decode(decoder, frame);
    require(count > 0);
    check_events(decoder, count);
    compare_ways(decoder, count, second, data, size);
    require(polymarket_decode_book_reply(decoder, frame) == 1);
    check_events(decoder, 1);
    check_events(decoder, polymarket_decode_trades_reply(decoder, frame));

    const char *why = NULL;
    catalogue_clear(&catalogue);
    bool read = polymarket_read_catalogue(&catalogue, frame, &why);
    require(read || (why != NULL && catalogue.count == 0));
    for (size_t i = 0; i < catalogue.count; i++) {
        const struct catalogue_entry *entry = &catalogue.entries[i];
        require(entry->instrument.symbol[0] && entry->instrument.outcomes[0].token[0]);
        require(is_best(entry->best_bid) && is_best(entry->best_ask) && is_best(entry->last_trade));
        require(is_best(entry->instrument.tick) && entry->instrument.min_order_size >= 0);
        struct details details;
        require(catalogue_details(&catalogue, entry, &details) && text_is_utf8(text_from(details.rules)));
        require(text_is_utf8(text_from(details.source)) && details.fee.rate >= 0 && details.fee.rate <= FEE_RATE_MAX);
    }
    return 0;
}
