/* Web addresses, taken apart (what a user names a market by) and put together (what is asked of a venue). Private to
 * the room. */
#ifndef BOOKTOP_SRC_VENUE_ADDRESS_H
#define BOOKTOP_SRC_VENUE_ADDRESS_H

#include "booktop/base/text.h"

/* ASCII, whatever the locale. */
bool address_is_digit(char c);
bool address_is_letter(char c);
char address_lower(char c);

/* Takes a prefix off, compared without case; `prefix` is lower case. */
bool address_take_prefix(struct text *rest, struct text prefix);

/* Takes "http(s)://" and "www." off. False where there was neither. */
bool address_take_scheme(struct text *rest);

/* A path without query and fragment. */
struct text address_path(struct text path);

/* Takes the next part of a path off, and the slashes before it; the empty text at its end. */
struct text address_take_segment(struct text *path);

/* A URL while it is put together. Once something did not fit it stays `full`. */
struct url {
    char *out;
    size_t size, length;
    bool full;
};

struct url url_start(const char *root, const char *path, char *out, size_t size);
/* As it is. */
void url_put(struct url *url, struct text text);
/* Percent-encoded but for RFC 3986's unreserved characters. */
void url_put_encoded(struct url *url, struct text text);
/* `before` as it is, then the number. */
void url_put_number(struct url *url, const char *before, unsigned number);
/* Terminates it. Returns its length, 0 (and an empty text) if it did not fit. */
size_t url_finish(struct url *url);

/* Nearly all of them: a path and one foreign text behind it. */
size_t url_make(const char *root, const char *path, struct text name, char *out, size_t size);

#endif
