#include "answer.h"

#include <string.h>

#include "booktop/base/decimal.h"
#include "booktop/exchange/polymarket/gamma.h"
#include "booktop/net/server.h"

#include "../query.h"

#define LIST_LIMIT     20
#define LIST_LIMIT_MAX 500

/* === Queries === */

static bool value_is(struct text query, const char *name, const char *expected)
{
    char value[VALUE_SIZE];
    return server_query_value(query, name, value, sizeof value) && strcmp(value, expected) == 0;
}

/* === Lists === */

/* Which of a list are wanted, and how. */
struct page {
    size_t limit, offset;
    bool by_volume, ascending;
    bool closed_given, closed;
};

static struct page page_read(struct text query)
{
    struct page page = {.limit = answer_number(query, "limit", LIST_LIMIT),
                        .offset = answer_number(query, "offset", 0)};
    char value[VALUE_SIZE];
    if (page.limit > LIST_LIMIT_MAX) page.limit = LIST_LIMIT_MAX;
    page.by_volume = value_is(query, "order", "volume24hr");
    page.ascending = !value_is(query, "ascending", "false");
    page.closed_given = server_query_value(query, "closed", value, sizeof value);
    page.closed = page.closed_given && strcmp(value, "true") == 0;
    return page;
}

/* Sorts indices by volume (stable, so that ties keep the order of the cast). Lists are short. */
static void sort_by_volume(const struct flow *flow, unsigned *order, size_t count, bool ascending,
                           int64_t (*volume)(const struct flow *flow, unsigned index))
{
    for (size_t i = 1; i < count; i++) {
        unsigned moved = order[i];
        int64_t own = volume(flow, moved);
        size_t at = i;
        for (; at > 0; at--) {
            int64_t before = volume(flow, order[at - 1]);
            if (ascending ? before <= own : before >= own) break;
            order[at] = order[at - 1];
        }
        order[at] = moved;
    }
}

static int64_t market_volume_day(const struct flow *flow, unsigned market)
{
    return flow->markets[market].volume_day;
}

static void markets_write(struct rest *rest, size_t count, const struct page *page)
{
    if (page->by_volume) sort_by_volume(rest->flow, rest->order, count, page->ascending, market_volume_day);
    json_write_array(&rest->writer);
    for (size_t i = page->offset; i < count && i - page->offset < page->limit; i++)
        gamma_write_market(&rest->writer, rest->flow, rest->order[i], true);
    json_write_array_end(&rest->writer);
}

static bool market_listed(const struct rest *rest, unsigned market, const struct page *page)
{
    enum flow_state state = rest->flow->markets[market].state;
    return state != FLOW_UNOPENED && (!page->closed_given || page->closed == (state == FLOW_RESOLVED));
}

/* The market that a value names, by token, condition id or slug; -1: none. */
static int market_named(const struct rest *rest, const char *name, struct text value)
{
    unsigned market, token;
    if (strcmp(name, "clob_token_ids") == 0)
        return cast_find_token(rest->cast, value, &market, &token) ? (int)market : -1;
    return strcmp(name, "condition_ids") == 0 ? cast_find_condition(rest->cast, value)
                                              : cast_find_slug(rest->cast, value);
}

/* Gathers the markets that the query names. False if it names none (which is not: names unknown ones). */
static bool named_gather(struct rest *rest, struct text query, const struct page *page, size_t *count)
{
    static const char *const names[] = {"clob_token_ids", "condition_ids", "slug"};
    char values[4096];
    bool named = false;
    for (struct text part; query_part_take(&query, &part);) {
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) {
            if (!server_query_value(part, names[n], values, sizeof values)) continue;
            named = true;
            struct text rest_of = text_from(values), value;
            while (query_value_take(&rest_of, &value) && *count < rest->cast->market_count) {
                int market = market_named(rest, names[n], value);
                if (market >= 0 && market_listed(rest, (unsigned)market, page))
                    rest->order[(*count)++] = (unsigned)market;
            }
        }
    }
    return named;
}

/* === Answers === */

int answer_markets(struct rest *rest, const struct question *question)
{
    struct page page = page_read(question->query);
    size_t count = 0;
    if (!named_gather(rest, question->query, &page, &count)) {
        for (unsigned i = 0; i < rest->cast->market_count; i++)
            if (market_listed(rest, i, &page)) rest->order[count++] = i;
    }
    markets_write(rest, count, &page);
    return STATUS_OK;
}

int answer_events(struct rest *rest, const struct question *question)
{
    struct page page = page_read(question->query);
    char slug[VALUE_SIZE];
    bool named = server_query_value(question->query, "slug", slug, sizeof slug);
    size_t count = 0;
    for (unsigned i = 0; i < rest->cast->event_count; i++) {
        bool closed = gamma_event_closed(rest->flow, i);
        bool wanted = gamma_event_listed(rest->flow, i) && (!page.closed_given || page.closed == closed);
        if (wanted && (!named || strcmp(rest->cast->events[i].slug, slug) == 0)) rest->order[count++] = i;
    }
    if (page.by_volume) sort_by_volume(rest->flow, rest->order, count, page.ascending, gamma_event_volume_day);
    json_write_array(&rest->writer);
    for (size_t i = page.offset; i < count && i - page.offset < page.limit; i++)
        gamma_write_event(&rest->writer, rest->flow, rest->order[i]);
    json_write_array_end(&rest->writer);
    return STATUS_OK;
}

/* True if every word of `words` is in the title. */
static bool title_has(const char *title, struct text words)
{
    while (words.length > 0) {
        const char *blank = memchr(words.at, ' ', words.length);
        size_t length = blank == NULL ? words.length : (size_t)(blank - words.at);
        if (!text_contains_folded(text_from(title), (struct text){words.at, length})) return false;
        size_t used = blank == NULL ? length : length + 1;
        words = (struct text){words.at + used, words.length - used};
    }
    return true;
}

static bool event_matches(const struct rest *rest, unsigned event, struct text words)
{
    const struct cast_event *own = &rest->cast->events[event];
    if (title_has(own->title, words)) return true;
    for (unsigned i = own->first; i < own->first + own->count; i++)
        if (rest->flow->markets[i].state != FLOW_UNOPENED && title_has(rest->cast->markets[i].title, words))
            return true;
    return false;
}

int answer_search(struct rest *rest, const struct question *question)
{
    char words[VALUE_SIZE] = "";
    bool asked = server_query_value(question->query, "q", words, sizeof words);
    size_t limit = answer_number(question->query, "limit_per_type", 10),
           page = answer_number(question->query, "page", 1);
    bool active = value_is(question->query, "events_status", "active");
    size_t first = page > 1 && page < CAST_MARKETS_MAX && limit < CAST_MARKETS_MAX ? (page - 1) * limit : 0;
    size_t found = 0;
    struct json_writer *writer = &rest->writer;
    json_write_object(writer);
    json_write_key(writer, "events");
    json_write_array(writer);
    for (unsigned i = 0; asked && i < rest->cast->event_count; i++) {
        bool listed = gamma_event_listed(rest->flow, i) && !(active && gamma_event_closed(rest->flow, i));
        if (!listed || !event_matches(rest, i, text_trim(text_from(words)))) continue;
        if (found >= first && found - first < limit) gamma_write_event(writer, rest->flow, i);
        found++;
    }
    json_write_array_end(writer);
    json_write_key(writer, "pagination");
    json_write_object(writer);
    json_write_key(writer, "hasMore");
    json_write_bool(writer, found > first && found - first > limit);
    json_write_key(writer, "totalResults");
    json_write_integer(writer, (int64_t)found);
    json_write_object_end(writer);
    json_write_object_end(writer);
    return STATUS_OK;
}
