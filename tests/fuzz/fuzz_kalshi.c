/* rooms: base json market venue */
/* Whatever a peer may send: through the decoder of the stream, the readers of REST's replies and the catalogue.
 *
 * Besides what the sanitizers see: events are sound in themselves, and the decoder's fast way over deltas and levels
 * finds what its careful way finds. For that the frame is read once more with a line feed behind every comma outside
 * of strings: the same JSON, in a shape that the fast way does not know. So that the fuzzer gets there at all, every
 * input is read a second time as the values of well-formed messages.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/kalshi/catalogue.h"
#include "booktop/venue/kalshi/command.h"
#include "booktop/venue/kalshi/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
    if (!condition) abort();
}

static bool is_price(price_t price)
{
    return price > 0 && price < decimal_one(KALSHI_PRICE_SCALE);
}

static bool is_best(price_t price)
{
    return price == PRICE_NONE || is_price(price);
}

static void check_levels(const struct level *levels, size_t count)
{
    for (size_t i = 0; i < count; i++) require(is_price(levels[i].price) && levels[i].quantity > 0);
}

static void check_change(const struct event_changes *changes)
{
    const struct level_change *change = changes->changes;
    require(changes->count == 1 && change->mode == CHANGE_ADD && change->asset.length == 0);
    require(is_price(change->price) && change->quantity > INT64_MIN);
    require(change->best_bid == PRICE_NONE && change->best_ask == PRICE_NONE);
}

static void check_lifecycle(const struct event_lifecycle *life)
{
    require(life->winner.length == 0 || text_is(life->winner, "yes") || text_is(life->winner, "no"));
    require(life->close_time >= 0 && (life->has_status || life->status == MARKET_OPEN));
    for (size_t i = 0; i < life->range_count; i++) require(life->ranges[i].start >= 0 && life->ranges[i].step >= 0);
}

static void check_event(const struct event *event, bool reply)
{
    require(event->market.length < SYMBOL_SIZE && event->asset.length == 0);
    require(event->sequence_first == event->sequence_last && event->sequence_last >= EVENT_NO_SEQUENCE);
    require(event->stream >= EVENT_NO_SEQUENCE && (event->venue_ms >= 0 || event->venue_ms == EVENT_NO_TIME));
    switch (event->kind) {
    case EVENT_SNAPSHOT:
        require(reply == (event->market.length == 0));
        check_levels(event->snapshot.bids, event->snapshot.bid_count);
        check_levels(event->snapshot.asks, event->snapshot.ask_count);
        break;
    case EVENT_CHANGES:
        require(event->market.length > 0);
        check_change(&event->changes);
        break;
    case EVENT_TRADE:
        require(event->market.length > 0 && is_price(event->trade.price) && event->trade.quantity >= 0);
        break;
    case EVENT_TICKER:
        require(event->market.length > 0 && is_best(event->ticker.best_bid) && is_best(event->ticker.best_ask));
        require(is_best(event->ticker.last_trade));
        break;
    case EVENT_LIFECYCLE:
        check_lifecycle(&event->lifecycle);
        break;
    default:
        require(event->kind >= EVENT_CONTROL && event->why != NULL);
    }
}

static size_t spread(struct text frame, char *out)
{
    size_t length = 0;
    bool inside = false;
    for (size_t i = 0; i < frame.length; i++) {
        out[length++] = frame.at[i];
        if (inside && frame.at[i] == '\\' && i + 1 < frame.length)
            out[length++] = frame.at[++i];
        else if (frame.at[i] == '"')
            inside = !inside;
        else if (!inside && frame.at[i] == ',')
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

static bool same_event(const struct event *a, const struct event *b)
{
    if (a->kind != b->kind || a->venue_ms != b->venue_ms || a->sent_ms != b->sent_ms) return false;
    if (a->stream != b->stream || a->sequence_last != b->sequence_last || !text_equal(a->market, b->market))
        return false;
    if (a->kind == EVENT_CHANGES) {
        const struct level_change *x = a->changes.changes, *y = b->changes.changes;
        return x->price == y->price && x->quantity == y->quantity && x->side == y->side;
    }
    if (a->kind != EVENT_SNAPSHOT) return true;
    const struct event_snapshot *x = &a->snapshot, *y = &b->snapshot;
    return x->bid_count == y->bid_count && x->ask_count == y->ask_count &&
           same_levels(x->bids, y->bids, x->bid_count) && same_levels(x->asks, y->asks, x->ask_count);
}

static void read_frame(struct text frame, bool yes_price)
{
    static struct kalshi_decoder *decoder, *second;
    if (!decoder) decoder = kalshi_decoder_create();
    if (!second) second = kalshi_decoder_create();
    require(decoder != NULL && second != NULL);

    const struct event *event = kalshi_decode(decoder, frame, yes_price);
    check_event(event, false);
    char *spaced = malloc(frame.length * 2 + 1);
    require(spaced != NULL);
    const struct event *again = kalshi_decode(second, (struct text){spaced, spread(frame, spaced)}, yes_price);
    require(same_event(event, again));
    free(spaced);
}

static void read_reply(struct text body)
{
    static struct kalshi_decoder *decoder;
    static struct catalogue catalogue;
    if (!decoder) decoder = kalshi_decoder_create();
    require(decoder != NULL);
    check_event(kalshi_decode_book_reply(decoder, body), true);
    size_t count = kalshi_decode_trades_reply(decoder, body);
    for (size_t i = 0; i < count; i++) check_event(&kalshi_decoder_events(decoder)[i], false);

    const char *why = NULL;
    char cursor[KALSHI_CURSOR_SIZE];
    struct kalshi_market_news news;
    catalogue_clear(&catalogue);
    bool read = kalshi_read_catalogue(&catalogue, body, cursor, &why);
    require(read || (why != NULL && catalogue.count == 0 && cursor[0] == '\0'));
    for (size_t i = 0; i < catalogue.count; i++) {
        const struct catalogue_entry *entry = &catalogue.entries[i];
        require(entry->instrument.symbol[0] && strcmp(entry->instrument.symbol, entry->instrument.slug) == 0);
        require(is_best(entry->best_bid) && is_best(entry->best_ask) && is_best(entry->last_trade));
        require(entry->instrument.tick == PRICE_NONE || entry->instrument.tick > 0);
        struct details details;
        require(catalogue_details(&catalogue, entry, &details) && text_is_utf8(text_from(details.rules)));
    }
    require(kalshi_read_market(&news, body, &why) == (catalogue.count > 0));
}

static void read_name(struct text words)
{
    char name[SYMBOL_SIZE], url[KALSHI_URL_SIZE];
    enum kalshi_name kind = kalshi_parse_name(words, name, sizeof name);
    require((kind == KALSHI_NAME_TICKER) == (name[0] != '\0'));
    require(kalshi_url_market(KALSHI_REST_URL, name, url, sizeof url) > 0);
}

/* The input in pieces, in the holes of messages that are otherwise good. */
static void read_filled(const uint8_t *data, size_t size)
{
    static const char *const shapes[] = {
        "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":%.*s,\"msg\":{\"market_ticker\":\"%.*s\",\"market_id\":\"\","
        "\"price_dollars\":\"%.*s\",\"delta_fp\":\"%.*s\",\"side\":\"no\",\"ts\":\"%.*s\"}}",
        "{\"type\":\"orderbook_delta\",\"sid\":%.*s,\"seq\":2,\"msg\":{\"market_ticker\":\"%.*s\",\"market_id\":\"x\","
        "\"price_dollars\":\"0.%.*s\",\"delta_fp\":\"-%.*s\",\"side\":\"yes\",\"ts_ms\":%.*s}}",
        "{\"type\":\"orderbook_snapshot\",\"sid\":%.*s,\"seq\":2,\"msg\":{\"market_ticker\":\"%.*s\","
        "\"yes_dollars_fp\":[[\"0.%.*s\",\"%.*s\"],[\"0.0100\",\"7.00\"]],\"no_dollars_fp\":[%.*s]}}",
        "{\"type\":\"trade\",\"sid\":%.*s,\"msg\":{\"trade_id\":\"%.*s\",\"market_ticker\":\"A\",\"yes_price_dollars\":"
        "\"%.*s"
        "\",\"count_fp\":\"%.*s\",\"taker_outcome_side\":\"yes\",\"ts\":%.*s}}",
        "{\"type\":\"market_lifecycle_v2\",\"seq\":%.*s,\"msg\":{\"event_type\":\"%.*s\",\"market_ticker\":\"A\","
        "\"price_ranges\":[{\"start\":\"%.*s\",\"end\":\"%.*s\",\"step\":\"%.*s\"}]}}",
    };
    const char *text = (const char *)data + 1;
    if (size < 2) return;
    int piece[5];
    const char *at[5];
    for (size_t i = 0; i < 5; i++) {
        const char *end = memchr(text, '\n', size - 1 - (size_t)(text - (const char *)data - 1));
        const char *stop = end ? end : (const char *)data + size;
        piece[i] = (int)(stop - text < 200 ? stop - text : 200);
        at[i] = text;
        text = end ? end + 1 : stop;
    }
    char frame[2048];
    int length = snprintf(frame, sizeof frame, shapes[data[0] % (sizeof shapes / sizeof *shapes)], piece[0], at[0],
                          piece[1], at[1], piece[2], at[2], piece[3], at[3], piece[4], at[4]);
    read_frame((struct text){frame, (size_t)length}, data[0] >> 7);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct text text = {(const char *)data, size};
    read_frame(text, size > 0 && data[size - 1] == '\n');
    read_reply(text);
    read_name(text);
    read_filled(data, size);
    return 0;
}
