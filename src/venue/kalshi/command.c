#include "booktop/venue/kalshi/command.h"

#include "../address.h"
#include "booktop/market/instrument.h"

/* === Messages === */

static const char *const channel_names[KALSHI_CHANNELS] = {
    [KALSHI_BOOKS] = "orderbook_delta",
    [KALSHI_TICKER] = "ticker",
    [KALSHI_TRADES] = "trade",
    [KALSHI_LIFECYCLE] = "market_lifecycle_v2",
};

static const char *const update_actions[] = {
    [KALSHI_ADD] = "add_markets",
    [KALSHI_DELETE] = "delete_markets",
    [KALSHI_GET_SNAPSHOT] = "get_snapshot",
};

const char *kalshi_channel_name(enum kalshi_channel channel)
{
    return channel_names[channel];
}

enum kalshi_channel kalshi_channel_find(struct text name)
{
    enum kalshi_channel channel = KALSHI_BOOKS;
    while (channel < KALSHI_CHANNELS && !text_is(name, channel_names[channel])) channel++;
    return channel;
}

static void command_start(struct json_writer *out, int64_t id, struct text name)
{
    json_writer_reset(out);
    json_write_object(out);
    json_write_key(out, "id");
    json_write_integer(out, id);
    json_write_key(out, "cmd");
    json_write_string(out, name);
}

static void params_start(struct json_writer *out)
{
    json_write_key(out, "params");
    json_write_object(out);
}

/* The end of the params, and of the command. */
static void params_end(struct json_writer *out)
{
    json_write_object_end(out);
    json_write_object_end(out);
}

static void streams_write(struct json_writer *out, int64_t sid)
{
    json_write_key(out, "sids");
    json_write_array(out);
    json_write_integer(out, sid);
    json_write_array_end(out);
}

/* None at all: the whole channel. */
static void tickers_write(struct json_writer *out, const char *const *tickers, size_t count)
{
    if (count == 0) return;
    json_write_key(out, "market_tickers");
    json_write_array(out);
    for (size_t i = 0; i < count; i++) json_write_string(out, text_from(tickers[i]));
    json_write_array_end(out);
}

void kalshi_write_subscribe(struct json_writer *out, int64_t id, enum kalshi_channel channel,
                            const char *const *tickers, size_t count, bool use_yes_price)
{
    command_start(out, id, TEXT("subscribe"));
    params_start(out);
    json_write_key(out, "channels");
    json_write_array(out);
    json_write_string(out, text_from(kalshi_channel_name(channel)));
    json_write_array_end(out);
    tickers_write(out, tickers, count);
    if (channel == KALSHI_BOOKS) {
        json_write_key(out, "use_yes_price");
        json_write_bool(out, use_yes_price);
    }
    params_end(out);
}

void kalshi_write_update(struct json_writer *out, int64_t id, int64_t sid, enum kalshi_update update,
                         const char *const *tickers, size_t count)
{
    command_start(out, id, TEXT("update_subscription"));
    params_start(out);
    streams_write(out, sid);
    tickers_write(out, tickers, count);
    json_write_key(out, "action");
    json_write_string(out, text_from(update_actions[update]));
    params_end(out);
}

void kalshi_write_unsubscribe(struct json_writer *out, int64_t id, int64_t sid)
{
    command_start(out, id, TEXT("unsubscribe"));
    params_start(out);
    streams_write(out, sid);
    params_end(out);
}

void kalshi_write_list(struct json_writer *out, int64_t id)
{
    command_start(out, id, TEXT("list_subscriptions"));
    json_write_object_end(out);
}

/* === Names === */

static char to_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

/* Tickers of the venue have points in them, whatever its documents say. */
static bool is_ticker(struct text name)
{
    bool named = false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        bool plain = address_is_digit(c) || address_is_letter(c);
        named |= plain;
        if (!plain && c != '-' && c != '.' && c != '_') return false;
    }
    return named && name.length < SYMBOL_SIZE;
}

static enum kalshi_name ticker_keep(struct text name, char *out, size_t size)
{
    if (!is_ticker(name) || name.length >= size) return KALSHI_NAME_NONE;
    for (size_t i = 0; i < name.length; i++) out[i] = to_upper(name.at[i]);
    out[name.length] = '\0';
    return KALSHI_NAME_TICKER;
}

/* A path of the web site: markets/SERIES[/SLUG[/TICKER]] or events/EVENT. */
static enum kalshi_name path_parse(struct text path, char *out, size_t size)
{
    path = address_path(path);
    struct text section = address_take_segment(&path);
    struct text first = address_take_segment(&path);
    if (text_is(section, "events")) return ticker_keep(first, out, size);
    if (!text_is(section, "markets")) return KALSHI_NAME_NONE;
    address_take_segment(&path);
    struct text last = address_take_segment(&path);
    return ticker_keep(last.length > 0 ? last : first, out, size);
}

enum kalshi_name kalshi_parse_name(struct text words, char *out, size_t size)
{
    struct text name = text_trim(words);
    out[0] = '\0';
    bool address = address_take_scheme(&name);
    if (address_take_prefix(&name, TEXT("kalshi.com/"))) return path_parse(name, out, size);
    return address ? KALSHI_NAME_NONE : ticker_keep(name, out, size);
}

/* === URLs === */

size_t kalshi_url_market(const char *root, const char *ticker, char *out, size_t size)
{
    return url_make(root, "/markets/", text_from(ticker), out, size);
}

size_t kalshi_url_event(const char *root, const char *ticker, char *out, size_t size)
{
    struct url url = url_start(root, "/events/", out, size);
    url_put_encoded(&url, text_from(ticker));
    url_put(&url, TEXT("?with_nested_markets=true"));
    return url_finish(&url);
}

size_t kalshi_url_series(const char *root, const char *ticker, char *out, size_t size)
{
    struct url url = url_start(root, "/events?status=open&with_nested_markets=true&limit=200", out, size);
    url_put(&url, TEXT("&series_ticker="));
    url_put_encoded(&url, text_from(ticker));
    return url_finish(&url);
}

size_t kalshi_url_fee(const char *root, const char *series, char *out, size_t size)
{
    return url_make(root, "/series/", text_from(series), out, size);
}

size_t kalshi_url_events(const char *root, const char *cursor, char *out, size_t size)
{
    static const char open_events[] = "/events?status=open&with_nested_markets=true&mve_filter=exclude&limit=100";
    struct url url = url_start(root, open_events, out, size);
    struct text page = text_from(cursor);
    if (page.length > 0) {
        url_put(&url, TEXT("&cursor="));
        url_put_encoded(&url, page);
    }
    return url_finish(&url);
}

size_t kalshi_url_events_named(const char *root, const char *const *tickers, size_t count, char *out, size_t size)
{
    struct url url = url_start(root, "/events?tickers=", out, size);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) url_put(&url, TEXT(","));
        url_put_encoded(&url, text_from(tickers[i]));
    }
    url_put(&url, TEXT("&with_nested_markets=true&limit=200"));
    return url_finish(&url);
}

size_t kalshi_url_book(const char *root, const char *ticker, char *out, size_t size)
{
    struct url url = url_start(root, "/markets/", out, size);
    url_put_encoded(&url, text_from(ticker));
    url_put(&url, TEXT("/orderbook?depth=0"));
    return url_finish(&url);
}

size_t kalshi_url_trades(const char *root, const char *ticker, unsigned limit, char *out, size_t size)
{
    struct url url = url_start(root, "/markets/trades?ticker=", out, size);
    url_put_encoded(&url, text_from(ticker));
    url_put_number(&url, "&limit=", limit);
    return url_finish(&url);
}
