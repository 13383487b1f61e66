/* Which proxy a connection goes through: as curl and others read it from the environment. Pure but for proxy_from_
 * environment. Nothing here is ever logged or shown but `place`: an address may hold a password.
 *
 * Only HTTP proxies that know CONNECT: libwebsockets of Debian 12 is built without SOCKS, and speaks to the proxy
 * itself in the clear (http://), the TLS to the venue goes through it end to end. The proxy resolves the venue's name.
 */
#ifndef BOOKTOP_NET_PROXY_H
#define BOOKTOP_NET_PROXY_H

#include <stdbool.h>
#include <stddef.h>

#define PROXY_HOST_SIZE  112
#define PROXY_LOGIN_SIZE 128
#define PROXY_RULES_SIZE 1024

struct proxy {
    char host[PROXY_HOST_SIZE]; /* a name or an IPv4 address; "": no proxy, everything is direct */
    unsigned port;
    char login[PROXY_LOGIN_SIZE];    /* "user:password", percent-decoded; "": none. Cleansed by proxy_forget. */
    char place[PROXY_HOST_SIZE + 8]; /* "host:port", for the screen and the log */
    char direct[PROXY_RULES_SIZE];   /* no_proxy: hosts that are reached without it, as it stands there */
};

/* `address`: [http://][user[:password]@]host[:port] (port 80 where none is said, as curl: 1080 is for SOCKS). Empty: no
 * proxy. `direct` may be NULL. False, with a reason that does not quote the address, for what cannot be used (https://
 * and socks://… proxies, IPv6 literals, what is malformed or too long). */
bool proxy_parse(struct proxy *proxy, const char *address, const char *direct, char *error, size_t error_size);

/* From https_proxy, HTTPS_PROXY, all_proxy, ALL_PROXY (the first that is set, also if it is empty: then there is none)
 * and no_proxy, NO_PROXY. Main thread. */
bool proxy_from_environment(struct proxy *proxy, char *error, size_t error_size);

/* True if `host` is reached directly: no proxy, a loopback name or address, or named by `direct` ("*", a host, a domain
 * with or without a leading dot that it ends with, IPv4 networks like 10.0.0.0/8; separated by commas or blanks). */
bool proxy_bypassed(const struct proxy *proxy, const char *host);

void proxy_forget(struct proxy *proxy);

#endif
