#include "header.h"

#include <stdio.h>
#include <string.h>

#define NAME_SIZE 64

static bool is_header(const struct websocket_header *header)
{
    size_t length = strlen(header->name);
    if (length == 0 || length + 2 > NAME_SIZE || strpbrk(header->name, ": \t\r\n")) return false;
    return !strpbrk(header->value, "\r\n");
}

bool header_add(struct lws *wsi, const struct websocket_header *header, unsigned char **at, unsigned char *end)
{
    char name[NAME_SIZE];
    if (!is_header(header)) return false;
    (void)snprintf(name, sizeof name, "%s:", header->name); /* libwebsockets wants the colon */
    return lws_add_http_header_by_name(wsi, (const unsigned char *)name, (const unsigned char *)header->value,
                                       (int)strlen(header->value), at, end) == 0;
}
