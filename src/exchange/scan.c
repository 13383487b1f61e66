#include "booktop/exchange/scan.h"

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
    return c == ',' || c == '}' || c == ']' || c == '"' || c == '{' || c == '[';
}

static bool nested_take(struct text *rest, struct scan_value *out)
{
    char opening = rest->at[0], closing = opening == '[' ? ']' : '}';
    size_t length = nested_length(*rest);
    if (length == 0 || rest->at[length - 1] != closing) return false;
    struct text whole = cut(rest, length);
    out->kind = opening == '[' ? SCAN_ARRAY : SCAN_OBJECT;
    out->text = (struct text){whole.at + 1, whole.length - 2};
    return true;
}

static bool value_take(struct text *rest, struct scan_value *out)
{
    blanks_skip(rest);
    if (rest->length == 0) return false;
    if (rest->at[0] == '"') {
        out->kind = SCAN_STRING;
        return string_take(rest, &out->text);
    }
    if (rest->at[0] == '[' || rest->at[0] == '{') return nested_take(rest, out);
    size_t length = 0;
    while (length < rest->length && !is_blank(rest->at[length]) && !is_end(rest->at[length])) length++;
    out->kind = SCAN_WORD;
    out->text = cut(rest, length);
    return length > 0;
}

bool scan_object(struct text message, struct text *inside)
{
    struct scan_value value;
    if (!value_take(&message, &value) || value.kind != SCAN_OBJECT || !scan_ended(message)) return false;
    *inside = value.text;
    return true;
}

/* Takes the comma between two members or elements; at the end there is none. */
static bool comma_take(struct text *rest)
{
    struct text before = *rest;
    blanks_skip(rest);
    if (rest->length == 0) return true;
    if (take(rest, ',') && !scan_ended(*rest)) return true;
    *rest = before;
    return false;
}

bool scan_member(struct text *rest, struct text *key, struct scan_value *value)
{
    return string_take(rest, key) && take(rest, ':') && value_take(rest, value) && comma_take(rest);
}

bool scan_element(struct text *rest, struct scan_value *value)
{
    return value_take(rest, value) && comma_take(rest);
}

bool scan_ended(struct text rest)
{
    blanks_skip(&rest);
    return rest.length == 0;
}
