#include "booktop/venue/polymarket/request.h"

#include "../address.h"

#define CONDITION_LENGTH 66

/* === Messages === */

static void tokens_write(struct json_writer *out, const char *const *tokens, size_t count)
{
    json_writer_reset(out);
    json_write_object(out);
    /* Spelled so by the venue. */
    json_write_key(out, "assets_ids");
    json_write_array(out);
    for (size_t i = 0; i < count; i++) json_write_string(out, text_from(tokens[i]));
    json_write_array_end(out);
}

static void word_write(struct json_writer *out, const char *key, struct text word)
{
    json_write_key(out, key);
    json_write_string(out, word);
}

static void custom_features_write(struct json_writer *out)
{
    json_write_key(out, "custom_feature_enabled");
    json_write_bool(out, true);
}

void polymarket_write_opening(struct json_writer *out, const char *const *tokens, size_t count)
{
    tokens_write(out, tokens, count);
    word_write(out, "type", TEXT("market"));
    custom_features_write(out);
    json_write_object_end(out);
}

void polymarket_write_subscribe(struct json_writer *out, const char *const *tokens, size_t count)
{
    tokens_write(out, tokens, count);
    word_write(out, "operation", TEXT("subscribe"));
    custom_features_write(out);
    json_write_object_end(out);
}

void polymarket_write_unsubscribe(struct json_writer *out, const char *const *tokens, size_t count)
{
    tokens_write(out, tokens, count);
    word_write(out, "operation", TEXT("unsubscribe"));
    json_write_object_end(out);
}

/* === Names === */

static bool is_condition(struct text name)
{
    if (name.length != CONDITION_LENGTH || !address_take_prefix(&name, TEXT("0x"))) return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = address_lower(name.at[i]);
        if (!address_is_digit(c) && (c < 'a' || c > 'f')) return false;
    }
    return true;
}

static bool is_token(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!address_is_digit(name.at[i])) return false;
    return name.length > 0 && name.length < SYMBOL_SIZE;
}

static bool is_slug(struct text name)
{
    bool named = false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        named |= address_is_digit(c) || address_is_letter(c);
        if (!address_is_digit(c) && !address_is_letter(c) && c != '-' && c != '_') return false;
    }
    return named;
}

static enum polymarket_name name_keep(enum polymarket_name kind, struct text name, char *out, size_t size)
{
    if (name.length >= size) return POLYMARKET_NAME_NONE;
    for (size_t i = 0; i < name.length; i++) out[i] = address_lower(name.at[i]);
    out[name.length] = '\0';
    return kind;
}

/* A path of the web site: [LANGUAGE/]event/EVENT[/MARKET] or [LANGUAGE/]market/MARKET. */
static enum polymarket_name path_parse(struct text path, char *out, size_t size)
{
    path = address_path(path);
    struct text section = address_take_segment(&path);
    bool language = section.length == 2 || (section.length == 5 && section.at[2] == '-');
    if (language) section = address_take_segment(&path);
    struct text first = address_take_segment(&path), second = address_take_segment(&path);
    bool event = text_is(section, "event");
    if ((!event && !text_is(section, "market")) || !is_slug(first)) return POLYMARKET_NAME_NONE;
    if (event && second.length == 0) return name_keep(POLYMARKET_NAME_SLUG, first, out, size);
    if (event && !is_slug(second)) return POLYMARKET_NAME_NONE;
    return name_keep(POLYMARKET_NAME_MARKET_SLUG, event ? second : first, out, size);
}

enum polymarket_name polymarket_parse_name(struct text words, char *out, size_t size)
{
    struct text name = text_trim(words);
    out[0] = '\0';
    bool address = address_take_scheme(&name);
    if (address_take_prefix(&name, TEXT("polymarket.com/"))) return path_parse(name, out, size);
    if (address) return POLYMARKET_NAME_NONE;
    if (is_condition(name)) return name_keep(POLYMARKET_NAME_CONDITION, name, out, size);
    if (is_token(name)) return name_keep(POLYMARKET_NAME_TOKEN, name, out, size);
    if (is_slug(name)) return name_keep(POLYMARKET_NAME_SLUG, name, out, size);
    return POLYMARKET_NAME_NONE;
}

/* === URLs === */

size_t polymarket_url_market_by_slug(const char *root, const char *slug, char *out, size_t size)
{
    return url_make(root, "/markets/slug/", text_from(slug), out, size);
}

size_t polymarket_url_event_by_slug(const char *root, const char *slug, char *out, size_t size)
{
    return url_make(root, "/events/slug/", text_from(slug), out, size);
}

size_t polymarket_url_market_by_condition(const char *root, const char *condition, char *out, size_t size)
{
    return url_make(root, "/markets?condition_ids=", text_from(condition), out, size);
}

size_t polymarket_url_market_by_token(const char *root, const char *token, char *out, size_t size)
{
    return url_make(root, "/markets?clob_token_ids=", text_from(token), out, size);
}

size_t polymarket_url_search(const char *root, struct text words, char *out, size_t size)
{
    return url_make(root, "/public-search?limit_per_type=10&page=1&events_status=active&q=", text_trim(words), out,
                    size);
}

size_t polymarket_url_top_events(const char *root, unsigned limit, char *out, size_t size)
{
    struct url url = url_start(root, "/events?active=true&closed=false&order=volume24hr&ascending=false", out, size);
    url_put_number(&url, "&limit=", limit);
    return url_finish(&url);
}

size_t polymarket_url_book(const char *root, const char *token, char *out, size_t size)
{
    return url_make(root, "/book?token_id=", text_from(token), out, size);
}

size_t polymarket_url_trades(const char *root, const char *condition, unsigned limit, char *out, size_t size)
{
    struct url url = url_start(root, "/trades?market=", out, size);
    url_put_encoded(&url, text_from(condition));
    url_put_number(&url, "&limit=", limit);
    return url_finish(&url);
}
