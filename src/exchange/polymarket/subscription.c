#include "booktop/exchange/polymarket/subscription.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void blanks_skip(struct text *rest)
{
    while (rest->length > 0 && is_blank(rest->at[0])) {
        rest->at++;
        rest->length--;
    }
}

/* Takes `c`, and the blanks before it. */
static bool take(struct text *rest, char c)
{
    blanks_skip(rest);
    if (rest->length == 0 || rest->at[0] != c) return false;
    rest->at++;
    rest->length--;
    return true;
}

static struct text cut(struct text *rest, size_t length)
{
    struct text start = {rest->at, length};
    rest->at += length;
    rest->length -= length;
    return start;
}

/* The inside of a string, escapes as they are. */
static bool string_take(struct text *rest, struct text *out)
{
    if (!take(rest, '"')) return false;
    for (size_t i = 0; i < rest->length; i++) {
        if (rest->at[i] == '\\') {
            i++;
        } else if (rest->at[i] == '"') {
            *out = cut(rest, i);
            return take(rest, '"');
        }
    }
    return false;
}

/* The length of an array or object at the start of `rest`, brackets included; 0 when it does not end. */
static size_t nested_length(struct text rest)
{
    unsigned depth = 0;
    bool quoted = false;
    for (size_t i = 0; i < rest.length; i++) {
        char c = rest.at[i];
        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '[' || c == '{'))
            depth++;
        else if (!quoted && (c == ']' || c == '}') && --depth == 0)
            return i + 1;
    }
    return 0;
}

/* What ends a bare word, besides blanks. */
static bool is_end(char c)
{
    return c == ',' || c == '}' || c == ']';
}

/* A value: the inside of a string or of brackets, or a bare word. */
static bool value_take(struct text *rest, struct text *out)
{
    blanks_skip(rest);
    if (rest->length == 0) return false;
    if (rest->at[0] == '"') return string_take(rest, out);
    if (rest->at[0] == '[' || rest->at[0] == '{') {
        size_t length = nested_length(*rest);
        if (length == 0) return false;
        *out = cut(rest, length);
        *out = (struct text){out->at + 1, out->length - 2};
        return true;
    }
    size_t length = 0;
    while (length < rest->length && !is_blank(rest->at[length]) && !is_end(rest->at[length])) length++;
    *out = cut(rest, length);
    return length > 0;
}

/* Reads the members of an object; `seen` says whether a type or operation was there. */
static bool members_read(struct text rest, struct subscription *out, bool *seen)
{
    if (!take(&rest, '{')) return false;
    for (;;) {
        struct text key, value;
        if (!string_take(&rest, &key) || !take(&rest, ':') || !value_take(&rest, &value)) return false;
        if (text_is(key, "assets_ids"))
            out->assets = value;
        else if (text_is(key, "custom_feature_enabled")) {
            out->custom_given = true;
            out->custom = text_is(value, "true");
        } else if (text_is(key, "initial_dump"))
            out->dump = !text_is(value, "false");
        else if (text_is(key, "operation")) {
            out->unsubscribe = text_is(value, "unsubscribe");
            *seen = out->unsubscribe || text_is(value, "subscribe");
        } else if (text_is(key, "type") && text_is(value, "market"))
            *seen = true;
        if (take(&rest, '}')) break;
        if (!take(&rest, ',')) return false;
    }
    blanks_skip(&rest);
    return rest.length == 0;
}

bool subscription_parse(struct text message, struct subscription *out)
{
    bool seen = false;
    *out = (struct subscription){.dump = true};
    return members_read(message, out, &seen) && seen && out->assets.at != NULL;
}

bool subscription_next(struct text *assets, struct text *id)
{
    (void)take(assets, ',');
    return string_take(assets, id);
}
