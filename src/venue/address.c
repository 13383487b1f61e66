#include "address.h"

#include <string.h>

#include "booktop/base/decimal.h"

/* === Taking apart === */

bool address_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool address_is_letter(char c)
{
    char folded = (char)(c | 0x20);
    return folded >= 'a' && folded <= 'z';
}

char address_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static struct text text_after(struct text text, size_t length)
{
    return (struct text){text.at + length, text.length - length};
}

bool address_take_prefix(struct text *rest, struct text prefix)
{
    if (rest->length < prefix.length) return false;
    for (size_t i = 0; i < prefix.length; i++)
        if (address_lower(rest->at[i]) != prefix.at[i]) return false;
    *rest = text_after(*rest, prefix.length);
    return true;
}

bool address_take_scheme(struct text *rest)
{
    bool taken = address_take_prefix(rest, TEXT("https://")) || address_take_prefix(rest, TEXT("http://"));
    return address_take_prefix(rest, TEXT("www.")) || taken;
}

struct text address_path(struct text path)
{
    size_t length = 0;
    while (length < path.length && path.at[length] != '?' && path.at[length] != '#') length++;
    return (struct text){path.at, length};
}

struct text address_take_segment(struct text *path)
{
    while (path->length > 0 && *path->at == '/') *path = text_after(*path, 1);
    size_t length = 0;
    while (length < path->length && path->at[length] != '/') length++;
    struct text segment = {path->at, length};
    *path = text_after(*path, length);
    return segment;
}

/* === Putting together === */

struct url url_start(const char *root, const char *path, char *out, size_t size)
{
    struct url url = {.out = out, .size = size, .full = size == 0};
    url_put(&url, text_from(root));
    url_put(&url, text_from(path));
    return url;
}

void url_put(struct url *url, struct text text)
{
    url->full |= text.length >= url->size - url->length;
    if (url->full || text.length == 0) return;
    memcpy(url->out + url->length, text.at, text.length);
    url->length += text.length;
}

void url_put_encoded(struct url *url, struct text text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (size_t i = 0; i < text.length; i++) {
        char c = text.at[i];
        unsigned char byte = (unsigned char)c;
        char escape[3] = {'%', hex[byte >> 4], hex[byte & 15]};
        bool plain = address_is_digit(c) || address_is_letter(c) || (c != '\0' && strchr("-._~", c));
        url_put(url, plain ? (struct text){&c, 1} : (struct text){escape, sizeof escape});
    }
}

void url_put_number(struct url *url, const char *before, unsigned number)
{
    char digits[DECIMAL_TEXT_SIZE];
    url_put(url, text_from(before));
    url_put(url, (struct text){digits, decimal_format(number, 0, digits)});
}

size_t url_finish(struct url *url)
{
    if (url->full) url->length = 0;
    if (url->size > 0) url->out[url->length] = '\0';
    return url->length;
}

size_t url_make(const char *root, const char *path, struct text name, char *out, size_t size)
{
    struct url url = url_start(root, path, out, size);
    url_put_encoded(&url, name);
    return url_finish(&url);
}
