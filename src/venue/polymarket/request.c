#include "booktop/venue/polymarket/request.h"

#include <string.h>

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

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    char folded = (char)(c | 0x20);
    return folded >= 'a' && folded <= 'z';
}

static char to_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct text text_after(struct text text, size_t length)
{
    return (struct text){text.at + length, text.length - length};
}

/* Takes a prefix off, compared without case; `prefix` is lower case. */
static bool take_prefix(struct text *rest, struct text prefix)
{
    if (rest->length < prefix.length) return false;
    for (size_t i = 0; i < prefix.length; i++)
        if (to_lower(rest->at[i]) != prefix.at[i]) return false;
    *rest = text_after(*rest, prefix.length);
    return true;
}

/* Takes the next part of a path off, and the slashes around it. */
static struct text take_segment(struct text *path)
{
    while (path->length > 0 && *path->at == '/') *path = text_after(*path, 1);
    size_t length = 0;
    while (length < path->length && path->at[length] != '/') length++;
    struct text segment = {path->at, length};
    *path = text_after(*path, length);
    return segment;
}

static bool is_condition(struct text name)
{
    if (name.length != CONDITION_LENGTH || !take_prefix(&name, TEXT("0x"))) return false;
    for (size_t i = 0; i < name.length; i++) {
        char c = to_lower(name.at[i]);
        if (!is_digit(c) && (c < 'a' || c > 'f')) return false;
    }
    return true;
}

static bool is_token(struct text name)
{
    for (size_t i = 0; i < name.length; i++)
        if (!is_digit(name.at[i])) return false;
    return name.length > 0 && name.length < SYMBOL_SIZE;
}

static bool is_slug(struct text name)
{
    bool named = false;
    for (size_t i = 0; i < name.length; i++) {
        char c = name.at[i];
        named |= is_digit(c) || is_letter(c);
        if (!is_digit(c) && !is_letter(c) && c != '-' && c != '_') return false;
    }
    return named;
}

static enum polymarket_name name_keep(enum polymarket_name kind, struct text name, char *out, size_t size)
{
    if (name.length >= size) return POLYMARKET_NAME_NONE;
    for (size_t i = 0; i < name.length; i++) out[i] = to_lower(name.at[i]);
    out[name.length] = '\0';
    return kind;
}

/* A path of the web site: [LANGUAGE/]event/EVENT[/MARKET] or [LANGUAGE/]market/MARKET. */
static enum polymarket_name path_parse(struct text path, char *out, size_t size)
{
    size_t length = 0;
    while (length < path.length && path.at[length] != '?' && path.at[length] != '#') length++;
    path.length = length;
    struct text section = take_segment(&path);
    bool language = section.length == 2 || (section.length == 5 && section.at[2] == '-');
    if (language) section = take_segment(&path);
    struct text first = take_segment(&path), second = take_segment(&path);
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
    bool address = take_prefix(&name, TEXT("https://")) || take_prefix(&name, TEXT("http://"));
    address |= take_prefix(&name, TEXT("www."));
    if (take_prefix(&name, TEXT("polymarket.com/"))) return path_parse(name, out, size);
    if (address) return POLYMARKET_NAME_NONE;
    if (is_condition(name)) return name_keep(POLYMARKET_NAME_CONDITION, name, out, size);
    if (is_token(name)) return name_keep(POLYMARKET_NAME_TOKEN, name, out, size);
    if (is_slug(name)) return name_keep(POLYMARKET_NAME_SLUG, name, out, size);
    return POLYMARKET_NAME_NONE;
}

/* === URLs === */

/* A URL while it is put together. Once something did not fit it stays `full`. */
struct url {
    char *out;
    size_t size, length;
    bool full;
};

static void put(struct url *url, const char *bytes, size_t length)
{
    url->full |= length >= url->size - url->length;
    if (url->full) return;
    memcpy(url->out + url->length, bytes, length);
    url->length += length;
}

static struct url url_start(const char *root, const char *path, char *out, size_t size)
{
    struct url url = {.out = out, .size = size, .full = size == 0};
    put(&url, root, strlen(root));
    put(&url, path, strlen(path));
    return url;
}

/* Percent-encoded but for RFC 3986's unreserved characters. */
static void put_encoded(struct url *url, struct text text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        unsigned char byte = (unsigned char)c;
        if (is_digit(c) || is_letter(c) || (c != '\0' && strchr("-._~", c)))
            put(url, &c, 1);
        else
            put(url, (const char[]){'%', hex[byte >> 4], hex[byte & 15]}, 3);
    }
}

static void put_number(struct url *url, const char *before, unsigned number)
{
    char digits[DECIMAL_TEXT_SIZE];
    put(url, before, strlen(before));
    put(url, digits, decimal_format(number, 0, digits));
}

static size_t url_finish(struct url *url)
{
    if (url->full) url->length = 0;
    if (url->size > 0) url->out[url->length] = '\0';
    return url->length;
}

/* Nearly all of them: a path and one foreign text behind it. */
static size_t url_make(const char *root, const char *path, struct text name, char *out, size_t size)
{
    struct url url = url_start(root, path, out, size);
    put_encoded(&url, name);
    return url_finish(&url);
}

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
    put_number(&url, "&limit=", limit);
    return url_finish(&url);
}

size_t polymarket_url_book(const char *root, const char *token, char *out, size_t size)
{
    return url_make(root, "/book?token_id=", text_from(token), out, size);
}

size_t polymarket_url_trades(const char *root, const char *condition, unsigned limit, char *out, size_t size)
{
    struct url url = url_start(root, "/trades?market=", out, size);
    put_encoded(&url, text_from(condition));
    put_number(&url, "&limit=", limit);
    return url_finish(&url);
}
