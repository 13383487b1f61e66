#include "url.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "booktop/base/text.h"
#include "loop_core.h"

struct scheme {
    const char *prefix;
    enum url_kind kind;
    bool tls;
    unsigned port;
};

static const struct scheme schemes[] = {
    {"wss://", URL_WEBSOCKET, true, 443},
    {"ws://", URL_WEBSOCKET, false, 80},
    {"https://", URL_HTTP, true, 443},
    {"http://", URL_HTTP, false, 80},
};

#define SCHEMES (sizeof schemes / sizeof schemes[0])

static const struct scheme *scheme_find(const char *string, enum url_kind kind)
{
    for (size_t n = 0; n < SCHEMES; n++)
        if (schemes[n].kind == kind && strncmp(string, schemes[n].prefix, strlen(schemes[n].prefix)) == 0)
            return &schemes[n];
    return NULL;
}

bool url_is_host(struct text host)
{
    if (!host.length || host.length >= URL_HOST_SIZE) return false;
    for (size_t n = 0; n < host.length; n++) {
        char c = host.at[n];
        bool alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alphanumeric && c != '-' && c != '.' && c != '_') return false;
    }
    return true;
}

bool url_is_loopback(const char *host)
{
    struct in_addr address;
    if (strcmp(host, "localhost") == 0) return true;
    return inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

bool url_port_parse(struct text digits, unsigned *port)
{
    unsigned value = 0;
    if (!digits.length || digits.length > 5) return false;
    for (size_t n = 0; n < digits.length; n++) {
        if (digits.at[n] < '0' || digits.at[n] > '9') return false;
        value = value * 10 + (unsigned)(digits.at[n] - '0');
    }
    *port = value;
    return value > 0 && value <= 65535;
}

/* Visible ASCII only: whatever else there is must have been percent-encoded. A fragment is not the server's business.
 */
static bool is_path(const char *path)
{
    for (; *path; path++)
        if (*path <= ' ' || *path > '~' || *path == '#') return false;
    return true;
}

static bool path_set(struct url *url, const char *rest)
{
    const char *slash = *rest == '/' ? "" : "/"; /* "https://host?query" */
    int length = snprintf(url->path, sizeof url->path, "%s%s", slash, rest);
    return length > 0 && (size_t)length < sizeof url->path && is_path(url->path);
}

static bool authority_set(struct url *url, struct text authority, unsigned usual_port)
{
    const char *colon = memchr(authority.at, ':', authority.length);
    struct text host = {authority.at, colon ? (size_t)(colon - authority.at) : authority.length};
    if (!url_is_host(host)) return false;
    text_copy(host, url->host, sizeof url->host);
    url->port = usual_port;
    if (colon && !url_port_parse((struct text){colon + 1, authority.length - host.length - 1}, &url->port))
        return false;
    if (url->port == usual_port)
        (void)snprintf(url->authority, sizeof url->authority, "%s", url->host);
    else
        (void)snprintf(url->authority, sizeof url->authority, "%s:%u", url->host, url->port);
    return true;
}

bool url_parse(struct url *url, const char *string, enum url_kind kind, char *error, size_t error_size)
{
    const struct scheme *scheme = scheme_find(string, kind);
    if (!scheme) {
        net_refuse(error, error_size, kind == URL_WEBSOCKET ? "not a wss:// address" : "not an https:// address");
        return false;
    }
    const char *start = string + strlen(scheme->prefix);
    size_t length = strcspn(start, "/?");
    *url = (struct url){.tls = scheme->tls};
    if (!authority_set(url, (struct text){start, length}, scheme->port)) {
        net_refuse(error, error_size, "the address has no usable host name and port");
        return false;
    }
    if (!path_set(url, start + length)) {
        net_refuse(error, error_size, "the address is too long, or has characters that it may not have");
        return false;
    }
    if (!url->tls && !url_is_loopback(url->host)) {
        net_refuse(error, error_size, "refused: without TLS only loopback is connected to");
        return false;
    }
    return true;
}
