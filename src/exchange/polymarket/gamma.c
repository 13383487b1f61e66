#include "booktop/exchange/polymarket/gamma.h"

#include <stdio.h>
#include <time.h>

#include "booktop/exchange/polymarket/book_text.h"

#define DOLLAR_SCALE 2 /* figures are kept in hundredths of a dollar */
#define PRICE_SCALE  3
#define LISTED_MS    (INT64_C(30) * 86400000) /* how long before the start markets were listed */
#define DESCRIPTION  "Invented for the local exchange; nothing behind it is real."

static void pair(struct json_writer *writer, const char *key, const char *value)
{
    json_write_key(writer, key);
    json_write_string(writer, text_from(value));
}

static void pair_bool(struct json_writer *writer, const char *key, bool value)
{
    json_write_key(writer, key);
    json_write_bool(writer, value);
}

static void pair_number(struct json_writer *writer, const char *key, int64_t units, unsigned scale)
{
    json_write_key(writer, key);
    json_write_decimal_number(writer, units, scale);
}

/* An ISO 8601 time, or with `day` only its date. */
static void pair_time(struct json_writer *writer, const char *key, int64_t unix_ms, bool day)
{
    char text[32] = "";
    struct tm parts;
    time_t seconds = (time_t)(unix_ms / 1000);
    if (gmtime_r(&seconds, &parts) != NULL)
        (void)strftime(text, sizeof text, day ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%SZ", &parts);
    pair(writer, key, text);
}

/* Two strings as a JSON array within a string. They need no escapes of their own. */
static void pair_encoded(struct json_writer *writer, const char *key, const char *first, const char *second)
{
    char text[2 * CAST_TITLE_SIZE + 16];
    snprintf(text, sizeof text, "[\"%s\", \"%s\"]", first, second);
    pair(writer, key, text);
}

static void pair_prices(struct json_writer *writer, int mark)
{
    char first[BOOK_TEXT_PRICE], second[BOOK_TEXT_PRICE];
    (void)book_text_price(mark, first);
    (void)book_text_price(LADDER_ONE - mark, second);
    pair_encoded(writer, "outcomePrices", first, second);
}

/* What is offered on both sides, at its price, in hundredths of a dollar. */
static int64_t liquidity(const struct flow_market *market)
{
    const struct orders *orders = &market->orders;
    int64_t sum = 0;
    for (unsigned i = 0; i < orders->count; i++) {
        int paid = orders->list[i].side == LADDER_BID ? orders->list[i].price : LADDER_ONE - orders->list[i].price;
        sum += orders->list[i].size * paid / LADDER_ONE;
    }
    return sum;
}

static void volumes_write(struct json_writer *writer, int64_t day, int64_t all)
{
    int64_t week = day * 6 < all ? day * 6 : all, month = day * 21 < all ? day * 21 : all;
    pair_number(writer, "volume24hr", day, DOLLAR_SCALE);
    pair_number(writer, "volume1wk", week, DOLLAR_SCALE);
    pair_number(writer, "volume1mo", month, DOLLAR_SCALE);
    pair_number(writer, "volume1yr", all, DOLLAR_SCALE);
}

static void touch_write(struct json_writer *writer, const struct flow_market *market)
{
    int bid = ladder_best(&market->orders.ladder, LADDER_BID), ask = ladder_best(&market->orders.ladder, LADDER_ASK);
    bid = bid == LADDER_NONE ? 0 : bid;
    ask = ask == LADDER_NONE ? LADDER_ONE : ask;
    pair_number(writer, "spread", ask - bid, PRICE_SCALE);
    if (market->trade_count > 0)
        pair_number(writer, "lastTradePrice", market->trades[(market->trade_count - 1) % FLOW_TRADES].price,
                    PRICE_SCALE);
    if (bid > 0) pair_number(writer, "bestBid", bid, PRICE_SCALE);
    pair_number(writer, "bestAsk", ask, PRICE_SCALE);
}

/* Nobody trades it, or nobody did a day ago: then there is nothing to compare. */
static void change_write(struct json_writer *writer, const struct flow_market *market)
{
    if (market->trade_count == 0 || market->cast->before == 0) return;
    int last = market->trades[(market->trade_count - 1) % FLOW_TRADES].price;
    pair_number(writer, "oneDayPriceChange", last - market->cast->before, PRICE_SCALE);
}

static void rules_write(struct json_writer *writer, const struct cast_market *cast, const struct cast_event *event,
                        bool sourced)
{
    char rules[1024];
    int length =
        snprintf(rules, sizeof rules, "%s It resolves to \"%s\" if that is so by the end date, otherwise to \"%s\".",
                 cast->title, cast->outcomes[0], cast->outcomes[1]);
    if (event->neg_risk)
        length +=
            snprintf(rules + length, sizeof rules - (size_t)length,
                     "\n\nOf the markets of \"%s\" one alone resolves to \"%s\".", event->title, cast->outcomes[0]);
    snprintf(
        rules + length, sizeof rules - (size_t)length,
        "\n\nThis market is invented: its places and people do not exist. It belongs to a local exchange that plays "
        "the venue for a demonstration. The exchange itself decides it, and nobody is paid.%s",
        sourced ? " The address that is named as its source leads nowhere." : "");
    pair(writer, "description", rules);
}

static void source_write(struct json_writer *writer, const struct cast_market *cast, bool sourced)
{
    char source[CAST_TITLE_SIZE + 64] = "";
    if (sourced) snprintf(source, sizeof source, "https://port-lumen.example/notices/%s", cast->slug);
    pair(writer, "resolutionSource", source);
}

/* The fees that markets of this venue have: by a curve, none, and one of which only is told that there is one. */
static const struct fee_row {
    const char *type; /* NULL: none */
    int64_t rate;     /* 0: not told */
} fee_rows[] = {{"sports_fees_v2", 300}, {NULL, 0}, {"crypto_fees", 0}, {"culture_fees", 500}};

#define RATE_SCALE   4
#define REBATE_SCALE 2

static void fee_write(struct json_writer *writer, unsigned market)
{
    const struct fee_row *row = &fee_rows[market % (sizeof fee_rows / sizeof fee_rows[0])];
    pair_bool(writer, "feesEnabled", row->type != NULL);
    if (row->type == NULL) return;
    pair(writer, "feeType", row->type);
    if (row->rate == 0) return;
    json_write_key(writer, "feeSchedule");
    json_write_object(writer);
    pair_number(writer, "exponent", 1, 0);
    pair_number(writer, "rate", row->rate, RATE_SCALE);
    pair_bool(writer, "takerOnly", true);
    pair_number(writer, "rebateRate", 25, REBATE_SCALE);
    json_write_object_end(writer);
}

static void event_begin(struct json_writer *writer, const struct flow *flow, unsigned event)
{
    const struct cast_event *own = &flow->cast->events[event];
    const struct flow_market *first = &flow->markets[own->first];
    int64_t volume = 0, offered = 0;
    for (unsigned i = own->first; i < own->first + own->count; i++) {
        if (flow->markets[i].state == FLOW_UNOPENED) continue;
        volume += flow->markets[i].volume;
        offered += liquidity(&flow->markets[i]);
    }
    json_write_object(writer);
    pair(writer, "id", own->id);
    pair(writer, "ticker", own->slug);
    pair(writer, "slug", own->slug);
    pair(writer, "title", own->title);
    pair(writer, "description", DESCRIPTION);
    pair(writer, "resolutionSource", "");
    pair_time(writer, "startDate", flow->start_ms - LISTED_MS, false);
    pair_time(writer, "endDate", flow->start_ms + first->cast->end_ms, false);
    pair_bool(writer, "active", true);
    pair_bool(writer, "closed", gamma_event_closed(flow, event));
    pair_bool(writer, "archived", false);
    pair_number(writer, "liquidity", offered, DOLLAR_SCALE);
    pair_number(writer, "volume", volume, DOLLAR_SCALE);
    volumes_write(writer, gamma_event_volume_day(flow, event), volume);
    pair_bool(writer, "enableOrderBook", true);
    pair_bool(writer, "negRisk", own->neg_risk);
}

void gamma_write_market(struct json_writer *writer, const struct flow *flow, unsigned market, bool with_event)
{
    const struct flow_market *own = &flow->markets[market];
    const struct cast_market *cast = own->cast;
    bool closed = own->state == FLOW_RESOLVED, sourced = market % 2 == 0;
    int64_t offered = liquidity(own);
    json_write_object(writer);
    pair(writer, "id", cast->id);
    pair(writer, "question", cast->title);
    pair(writer, "conditionId", cast->condition);
    pair(writer, "slug", cast->slug);
    source_write(writer, cast, sourced);
    pair_time(writer, "endDate", flow->start_ms + cast->end_ms, false);
    json_write_key(writer, "liquidity");
    json_write_decimal(writer, offered, DOLLAR_SCALE);
    pair_time(writer, "startDate", flow->start_ms - LISTED_MS, false);
    rules_write(writer, cast, &flow->cast->events[cast->event], sourced);
    pair_encoded(writer, "outcomes", cast->outcomes[0], cast->outcomes[1]);
    pair_prices(writer, flow_mark(own));
    json_write_key(writer, "volume");
    json_write_decimal(writer, own->volume, DOLLAR_SCALE);
    pair_bool(writer, "active", true);
    pair_bool(writer, "closed", closed);
    pair_bool(writer, "archived", false);
    if (cast->group[0] != '\0') pair(writer, "groupItemTitle", cast->group);
    pair_bool(writer, "enableOrderBook", true);
    pair_number(writer, "orderPriceMinTickSize", own->tick, PRICE_SCALE);
    pair_number(writer, "orderMinSize", 5, 0);
    pair_number(writer, "volumeNum", own->volume, DOLLAR_SCALE);
    pair_number(writer, "liquidityNum", offered, DOLLAR_SCALE);
    pair_time(writer, "endDateIso", flow->start_ms + cast->end_ms, true);
    pair_time(writer, "startDateIso", flow->start_ms - LISTED_MS, true);
    volumes_write(writer, own->volume_day, own->volume);
    pair_encoded(writer, "clobTokenIds", cast->token[0], cast->token[1]);
    pair_bool(writer, "acceptingOrders", !closed);
    pair_bool(writer, "negRisk", flow->cast->events[cast->event].neg_risk);
    touch_write(writer, own);
    change_write(writer, own);
    fee_write(writer, market);
    if (with_event) {
        json_write_key(writer, "events");
        json_write_array(writer);
        event_begin(writer, flow, cast->event);
        json_write_object_end(writer);
        json_write_array_end(writer);
    }
    json_write_object_end(writer);
}

void gamma_write_event(struct json_writer *writer, const struct flow *flow, unsigned event)
{
    const struct cast_event *own = &flow->cast->events[event];
    event_begin(writer, flow, event);
    json_write_key(writer, "markets");
    json_write_array(writer);
    for (unsigned i = own->first; i < own->first + own->count; i++)
        if (flow->markets[i].state != FLOW_UNOPENED) gamma_write_market(writer, flow, i, false);
    json_write_array_end(writer);
    json_write_object_end(writer);
}

int64_t gamma_event_volume_day(const struct flow *flow, unsigned event)
{
    const struct cast_event *own = &flow->cast->events[event];
    int64_t sum = 0;
    for (unsigned i = own->first; i < own->first + own->count; i++)
        if (flow->markets[i].state != FLOW_UNOPENED) sum += flow->markets[i].volume_day;
    return sum;
}

bool gamma_event_listed(const struct flow *flow, unsigned event)
{
    const struct cast_event *own = &flow->cast->events[event];
    for (unsigned i = own->first; i < own->first + own->count; i++)
        if (flow->markets[i].state != FLOW_UNOPENED) return true;
    return false;
}

bool gamma_event_closed(const struct flow *flow, unsigned event)
{
    const struct cast_event *own = &flow->cast->events[event];
    for (unsigned i = own->first; i < own->first + own->count; i++)
        if (flow->markets[i].state != FLOW_RESOLVED) return false;
    return true;
}
