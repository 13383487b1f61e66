#include "uri.h"

#include <string.h>

#include "booktop/net/server.h"

struct writer {
    char *at, *end; /* room for a terminator is kept */
    bool full;
};

static void put(struct writer *writer, char c)
{
    if (writer->at == writer->end)
        writer->full = true;
    else
        *writer->at++ = c;
}

/* The characters that stand for themselves in a path and in the value of a query (RFC 3986, section 3). */
static bool is_plain(unsigned char c)
{
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) return true;
    return c && strchr("-._~!$'()*,:@/", c);
}

static void put_encoded(struct writer *writer, const char *bytes, size_t length)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t n = 0; n < length; n++) {
        unsigned char c = (unsigned char)bytes[n];
        if (is_plain(c)) {
            put(writer, (char)c);
            continue;
        }
        put(writer, '%');
        put(writer, digits[c >> 4]);
        put(writer, digits[c & 15]);
    }
}

static struct text finish(struct writer *writer, char *out)
{
    *writer->at = '\0';
    struct text text = {.at = out, .length = (size_t)(writer->at - out)};
    if (writer->full) text = (struct text){0};
    return text;
}

struct text uri_path(struct lws *wsi, char *out, size_t size)
{
    char path[URI_SIZE];
    struct writer writer = {.at = out, .end = out + size - 1};
    int length = lws_hdr_copy(wsi, path, sizeof path, WSI_TOKEN_GET_URI);
    if (length < 0)
        writer.full = true;
    else
        put_encoded(&writer, path, (size_t)length);
    return finish(&writer, out);
}

/* One "name=value", or a name alone. */
static void put_argument(struct writer *writer, const char *argument, size_t length)
{
    const char *equals = memchr(argument, '=', length);
    if (!equals) {
        put_encoded(writer, argument, length);
        return;
    }
    size_t name = (size_t)(equals - argument);
    put_encoded(writer, argument, name);
    put(writer, '=');
    put_encoded(writer, equals + 1, length - name - 1);
}

struct text uri_query(struct lws *wsi, char *out, size_t size)
{
    char argument[URI_SIZE];
    struct writer writer = {.at = out, .end = out + size - 1};
    int length;
    for (int n = 0; (length = lws_hdr_copy_fragment(wsi, argument, sizeof argument, WSI_TOKEN_HTTP_URI_ARGS, n)) >= 0;
         n++) {
        if (n) put(&writer, '&');
        put_argument(&writer, argument, (size_t)length);
    }
    return finish(&writer, out);
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

static void decode(struct text value, char *out, size_t size)
{
    size_t length = 0;
    for (size_t n = 0; n < value.length && length + 1 < size; n++) {
        char c = value.at[n] == '+' ? ' ' : value.at[n];
        int high = c == '%' && n + 2 < value.length ? hex_digit(value.at[n + 1]) : -1;
        int low = high >= 0 ? hex_digit(value.at[n + 2]) : -1;
        if (low >= 0) {
            c = (char)(high * 16 + low);
            n += 2;
        }
        out[length++] = c;
    }
    out[length] = '\0';
}

/* Cuts the next argument off the front of a query. */
static struct text argument_next(struct text *query)
{
    const char *end = memchr(query->at, '&', query->length);
    struct text argument = {query->at, end ? (size_t)(end - query->at) : query->length};
    size_t used = argument.length + (end ? 1 : 0);
    *query = (struct text){query->at + used, query->length - used};
    return argument;
}

bool server_query_value(struct text query, const char *name, char *out, size_t size)
{
    size_t name_length = strlen(name);
    out[0] = '\0';
    while (query.length) {
        struct text argument = argument_next(&query);
        if (!text_starts_with(argument, (struct text){name, name_length})) continue;
        if (argument.length == name_length) return true;
        if (argument.at[name_length] != '=') continue;
        size_t before = name_length + 1;
        decode((struct text){argument.at + before, argument.length - before}, out, size);
        return true;
    }
    return false;
}
