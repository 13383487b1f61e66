/* Lists of markets and events over REST, and single ones. */
#include <stdio.h>
#include <string.h>

#include "booktop/net/server.h"

#include "booktop/exchange/kalshi/notation.h"

#include "../query.h"
#include "desk.h"

#define MARKETS_LIMIT 100
#define MARKETS_MAX   1000
#define EVENTS_LIMIT  200
#define EVENTS_MAX    200

/* The words of the `status` filter, which are others than those of a market's status. */
static const struct {
    const char *word;
    enum flow_state first, last;
} filters[] = {
    {"unopened", FLOW_UNOPENED, FLOW_UNOPENED}, {"open", FLOW_OPEN, FLOW_OPEN},
    {"paused", FLOW_PAUSED, FLOW_PAUSED},       {"closed", FLOW_RESOLVED, FLOW_DETERMINED},
    {"settled", FLOW_SETTLED, FLOW_SETTLED},    {"", FLOW_UNOPENED, FLOW_SETTLED},
};

/* What a list is narrowed to. Empty: not by this. */
struct filter {
    enum flow_state first, last;
    char event[VALUE_SIZE], series[VALUE_SIZE], tickers[LIST_SIZE];
    bool combos; /* only combos are wanted: there are none here */
};

static void value_read(struct text query, const char *name, char *out, size_t size)
{
    if (!server_query_value(query, name, out, size)) out[0] = '\0';
}

/* False for a status, or another word, that there is not. */
static bool filter_read(struct text query, struct filter *filter)
{
    char status[VALUE_SIZE], combos[VALUE_SIZE];
    value_read(query, "event_ticker", filter->event, sizeof filter->event);
    value_read(query, "series_ticker", filter->series, sizeof filter->series);
    value_read(query, "tickers", filter->tickers, sizeof filter->tickers);
    value_read(query, "mve_filter", combos, sizeof combos);
    value_read(query, "status", status, sizeof status);
    filter->combos = strcmp(combos, "only") == 0;
    if (combos[0] != '\0' && !filter->combos && strcmp(combos, "exclude") != 0) return false;
    for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++) {
        if (strcmp(filters[i].word, status) != 0) continue;
        filter->first = filters[i].first;
        filter->last = filters[i].last;
        return true;
    }
    return false;
}

static bool ticker_named(const char *ticker, const char *tickers)
{
    struct text list = text_from(tickers), value;
    while (query_value_take(&list, &value))
        if (text_is(value, ticker)) return true;
    return false;
}

static bool state_wanted(const struct desk *desk, unsigned market, const struct filter *filter)
{
    enum flow_state state = desk->board->flow->markets[market].state;
    return !filter->combos && state >= filter->first && state <= filter->last;
}

static bool market_wanted(const struct desk *desk, unsigned market, const struct filter *filter)
{
    const struct roster *roster = desk->board->roster;
    const struct roster_event *event = &roster->events[roster->cast.markets[market].event];
    if (filter->event[0] != '\0' && strcmp(filter->event, event->ticker) != 0) return false;
    if (filter->series[0] != '\0' && strcmp(filter->series, event->series) != 0) return false;
    if (filter->tickers[0] != '\0' && !ticker_named(roster->markets[market].ticker, filter->tickers)) return false;
    return state_wanted(desk, market, filter);
}

int desk_markets(struct desk *desk, const struct question *question)
{
    struct filter filter;
    struct page page;
    size_t count = 0;
    if (!filter_read(question->query, &filter) || !desk_page(question->query, MARKETS_LIMIT, MARKETS_MAX, &page))
        return desk_refuse(desk, STATUS_INVALID, "bad_request", "limit, cursor or a filter");
    json_write_object(&desk->writer);
    json_write_key(&desk->writer, "markets");
    json_write_array(&desk->writer);
    for (unsigned i = 0; i < desk->board->roster->cast.market_count; i++) {
        if (!market_wanted(desk, i, &filter)) continue;
        if (count >= page.first && count - page.first < page.limit) desk_market_write(&desk->writer, desk->board, i);
        count++;
    }
    json_write_array_end(&desk->writer);
    desk_cursor_member(&desk->writer, &page, count);
    json_write_object_end(&desk->writer);
    return STATUS_OK;
}

int desk_market(struct desk *desk, const struct question *question)
{
    int market = roster_find_market(desk->board->roster, question->ticker);
    if (market < 0) return desk_not_found(desk);
    json_write_object(&desk->writer);
    json_write_key(&desk->writer, "market");
    desk_market_write(&desk->writer, desk->board, (unsigned)market);
    json_write_object_end(&desk->writer);
    return STATUS_OK;
}

/* === Events === */

static void event_markets_member(struct desk *desk, unsigned event)
{
    const struct cast_event *own = &desk->board->roster->cast.events[event];
    json_write_key(&desk->writer, "markets");
    json_write_array(&desk->writer);
    for (unsigned i = own->first; i < own->first + own->count; i++) desk_market_write(&desk->writer, desk->board, i);
    json_write_array_end(&desk->writer);
}

static void event_write(struct desk *desk, unsigned event, bool with_markets)
{
    const struct roster_event *own = &desk->board->roster->events[event];
    const struct cast_event *cast = &desk->board->roster->cast.events[event];
    struct json_writer *writer = &desk->writer;
    json_write_object(writer);
    notation_text_member(writer, "category", own->category);
    notation_text_member(writer, "collateral_return_type", cast->count > 1 ? "MECNET" : "");
    notation_text_member(writer, "event_ticker", own->ticker);
    if (with_markets) event_markets_member(desk, event);
    notation_bool_member(writer, "mutually_exclusive", cast->count > 1);
    notation_text_member(writer, "series_ticker", own->series);
    notation_text_member(writer, "strike_period", "");
    notation_text_member(writer, "sub_title", own->sub_title);
    notation_text_member(writer, "title", cast->title);
    json_write_object_end(writer);
}

static bool nested_wanted(struct text query)
{
    char value[VALUE_SIZE];
    value_read(query, "with_nested_markets", value, sizeof value);
    return strcmp(value, "true") == 0;
}

/* An event is in a list when one of its markets would be. */
static bool event_wanted(const struct desk *desk, unsigned event, const struct filter *filter)
{
    const struct cast_event *own = &desk->board->roster->cast.events[event];
    const struct roster_event *listed = &desk->board->roster->events[event];
    if (filter->series[0] != '\0' && strcmp(filter->series, listed->series) != 0) return false;
    if (filter->tickers[0] != '\0' && !ticker_named(listed->ticker, filter->tickers)) return false;
    for (unsigned i = own->first; i < own->first + own->count; i++)
        if (state_wanted(desk, i, filter)) return true;
    return false;
}

int desk_events(struct desk *desk, const struct question *question)
{
    struct filter filter;
    struct page page;
    size_t count = 0;
    bool nested = nested_wanted(question->query);
    if (!filter_read(question->query, &filter) || !desk_page(question->query, EVENTS_LIMIT, EVENTS_MAX, &page))
        return desk_refuse(desk, STATUS_INVALID, "bad_request", "limit, cursor or a filter");
    json_write_object(&desk->writer);
    json_write_key(&desk->writer, "events");
    json_write_array(&desk->writer);
    for (unsigned i = 0; i < desk->board->roster->cast.event_count; i++) {
        if (!event_wanted(desk, i, &filter)) continue;
        if (count >= page.first && count - page.first < page.limit) event_write(desk, i, nested);
        count++;
    }
    json_write_array_end(&desk->writer);
    desk_cursor_member(&desk->writer, &page, count);
    json_write_object_end(&desk->writer);
    return STATUS_OK;
}

int desk_event(struct desk *desk, const struct question *question)
{
    int event = roster_find_event(desk->board->roster, question->ticker);
    bool nested = nested_wanted(question->query);
    if (event < 0) return desk_not_found(desk);
    json_write_object(&desk->writer);
    json_write_key(&desk->writer, "event");
    event_write(desk, (unsigned)event, nested);
    if (!nested) event_markets_member(desk, (unsigned)event);
    json_write_object_end(&desk->writer);
    return STATUS_OK;
}

static void empty_list_member(struct json_writer *writer, const char *key)
{
    json_write_key(writer, key);
    json_write_array(writer);
    json_write_array_end(writer);
}

int desk_series(struct desk *desk, const struct question *question)
{
    const struct roster *roster = desk->board->roster;
    int event = roster_find_series(roster, question->ticker);
    struct json_writer *writer = &desk->writer;
    if (event < 0) return desk_not_found(desk);
    json_write_object(writer);
    json_write_key(writer, "series");
    json_write_object(writer);
    empty_list_member(writer, "additional_prohibitions");
    notation_text_member(writer, "category", roster->events[event].category);
    notation_text_member(writer, "contract_terms_url", "");
    notation_text_member(writer, "contract_url", "");
    json_write_key(writer, "fee_multiplier");
    json_write_raw(writer, text_from(roster->events[event].fee_multiplier));
    notation_text_member(writer, "fee_type", roster->events[event].fee_type);
    notation_text_member(writer, "frequency", "custom");
    empty_list_member(writer, "settlement_sources");
    empty_list_member(writer, "tags");
    notation_text_member(writer, "ticker", roster->events[event].series);
    notation_text_member(writer, "title", roster->cast.events[event].title);
    json_write_object_end(writer);
    json_write_object_end(writer);
    return STATUS_OK;
}
