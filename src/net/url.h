/* The addresses this room connects to: wss:// and https://, and their plain forms for loopback. Pure. */
#ifndef NET_URL_H
#define NET_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "booktop/base/text.h"

/* libwebsockets cuts longer ones silently: the request line at 2048 bytes, the Host line at 128. */
#define URL_HOST_SIZE 112
#define URL_PATH_SIZE 1984

struct url {
    bool tls;
    unsigned port;
    char host[URL_HOST_SIZE];          /* a name or an IPv4 address */
    char authority[URL_HOST_SIZE + 6]; /* host, and the port where it is not the scheme's */
    char path[URL_PATH_SIZE];          /* with the query */
};

enum url_kind { URL_WEBSOCKET, URL_HTTP };

/* False, with a reason (may be cut), for what is not such an address. IPv6 addresses in place of a name are refused:
 * libwebsockets would not verify the certificate's name against them. */
bool url_parse(struct url *url, const char *string, enum url_kind kind, char *error, size_t error_size);

/* A name or an IPv4 address as they may stand in an address. */
bool url_is_host(struct text host);
/* localhost, or an address of 127.0.0.0/8. */
bool url_is_loopback(const char *host);
/* 1 to 65535 in decimal digits. */
bool url_port_parse(struct text digits, unsigned *port);

#endif
