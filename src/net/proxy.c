#include "booktop/net/proxy.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <openssl/crypto.h>

#include "booktop/base/text.h"
#include "loop_core.h"
#include "url.h"

#define USUAL_PORT 80

/* --- the address; every reason is static, so that none can quote it --- */

static struct text text_before(struct text text, const char *end)
{
    return (struct text){text.at, (size_t)(end - text.at)};
}

static struct text text_after(struct text text, const char *separator)
{
    return (struct text){separator + 1, text.length - (size_t)(separator - text.at) - 1};
}

/* Takes the scheme off. NULL, or why this kind of proxy cannot be used. */
static const char *scheme_take(struct text *address)
{
    static const struct {
        const char *start; /* of the scheme */
        const char *why;   /* NULL: it can */
    } schemes[] = {
        {"https:", "a proxy that is spoken to over TLS (https://) cannot be used, only one over http://"},
        {"http:", NULL},
        {"socks", "a SOCKS proxy cannot be used, only an HTTP one (http://)"},
    };
    const char *end = memmem(address->at, address->length, "://", 3);
    if (!end) return NULL;
    struct text rest = text_after(*address, end + 2);
    for (size_t n = 0; n < sizeof schemes / sizeof schemes[0]; n++) {
        if (strncasecmp(address->at, schemes[n].start, strlen(schemes[n].start)) != 0) continue;
        *address = rest;
        return schemes[n].why;
    }
    return "the proxy's address has an unknown scheme";
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/* One character of a percent-encoded text, taken off it; -1: a broken escape. */
static int character_take(struct text *text)
{
    unsigned char c = (unsigned char)*text->at;
    size_t taken = 1;
    int value = c;
    if (c == '%') {
        if (text->length < 3) return -1;
        int high = hex_value(text->at[1]), low = hex_value(text->at[2]);
        if (high < 0 || low < 0) return -1;
        value = high * 16 + low;
        taken = 3;
    }
    text->at += taken;
    text->length -= taken;
    return value;
}

/* Appends the decoded text to the login. Control characters could end the header that it goes into, and a colon in the
 * user's name would end the name. */
static bool login_add(struct proxy *proxy, struct text encoded, bool is_name)
{
    size_t length = strlen(proxy->login);
    while (encoded.length) {
        int c = character_take(&encoded);
        if (c < ' ' || c == 0x7f || (is_name && c == ':') || length + 2 > sizeof proxy->login) return false;
        proxy->login[length++] = (char)c;
        proxy->login[length] = '\0';
    }
    return true;
}

static const char *login_take(struct proxy *proxy, struct text *authority)
{
    const char *at = memrchr(authority->at, '@', authority->length);
    if (!at) return NULL;
    struct text login = text_before(*authority, at);
    *authority = text_after(*authority, at);
    if (!login.length) return NULL;
    const char *colon = memchr(login.at, ':', login.length);
    bool added = login_add(proxy, colon ? text_before(login, colon) : login, true) &&
                 login_add(proxy, TEXT(":"), false) && (!colon || login_add(proxy, text_after(login, colon), false));
    return added ? NULL : "the proxy's user name or password is malformed or too long";
}

static const char *place_take(struct proxy *proxy, struct text authority)
{
    const char *colon = memchr(authority.at, ':', authority.length);
    struct text host = colon ? text_before(authority, colon) : authority;
    if (authority.length && authority.at[0] == '[') return "a proxy cannot be given as an IPv6 address";
    if (!url_is_host(host)) return "the proxy's address has no usable host name";
    proxy->port = USUAL_PORT;
    if (colon && !url_port_parse(text_after(authority, colon), &proxy->port))
        return "the proxy's address has no usable port";
    text_copy(host, proxy->host, sizeof proxy->host);
    (void)snprintf(proxy->place, sizeof proxy->place, "%s:%u", proxy->host, proxy->port);
    return NULL;
}

static const char *address_read(struct proxy *proxy, struct text address)
{
    const char *why = scheme_take(&address);
    if (why) return why;
    if (address.length && address.at[address.length - 1] == '/') address.length--;
    why = login_take(proxy, &address);
    return why ? why : place_take(proxy, address);
}

bool proxy_parse(struct proxy *proxy, const char *address, const char *direct, char *error, size_t error_size)
{
    const char *why = NULL;
    struct text text = text_trim(text_from(address));
    *proxy = (struct proxy){0};
    if (!text.length) return true;
    if (direct && strlen(direct) >= sizeof proxy->direct)
        why = "the list of hosts without proxy (no_proxy) is too long";
    else
        why = address_read(proxy, text);
    if (why) {
        proxy_forget(proxy);
        net_refuse(error, error_size, why);
        return false;
    }
    text_copy(text_from(direct), proxy->direct, sizeof proxy->direct);
    return true;
}

static const char *environment_first(const char *const *names)
{
    const char *value = NULL;
    for (; *names && !value; names++) value = getenv(*names);
    return value;
}

bool proxy_from_environment(struct proxy *proxy, char *error, size_t error_size)
{
    static const char *const addresses[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", NULL};
    static const char *const directs[] = {"no_proxy", "NO_PROXY", NULL};
    return proxy_parse(proxy, environment_first(addresses), environment_first(directs), error, error_size);
}

/* --- who is reached directly --- */

/* The trailing dot of a complete name says nothing more. */
static struct text undotted(struct text name)
{
    if (name.length && name.at[name.length - 1] == '.') name.length--;
    return name;
}

static bool equal_folded(struct text a, struct text b)
{
    return a.length == b.length && strncasecmp(a.at, b.at, a.length) == 0;
}

static bool is_within_domain(struct text host, struct text domain)
{
    if (domain.length >= 2 && domain.at[0] == '*' && domain.at[1] == '.') domain = text_after(domain, domain.at);
    if (domain.length && domain.at[0] == '.') domain = text_after(domain, domain.at);
    if (!domain.length || domain.length > host.length) return false;
    size_t before = host.length - domain.length;
    if (before && host.at[before - 1] != '.') return false;
    return equal_folded((struct text){host.at + before, domain.length}, domain);
}

static bool address_parse(struct text text, uint32_t *address)
{
    char digits[INET_ADDRSTRLEN];
    struct in_addr binary;
    if (text.length >= sizeof digits) return false;
    text_copy(text, digits, sizeof digits);
    if (inet_pton(AF_INET, digits, &binary) != 1) return false;
    *address = ntohl(binary.s_addr);
    return true;
}

/* `network`: "10.0.0.0/8", or one address. */
static bool is_within_network(uint32_t host, struct text network)
{
    const char *slash = memchr(network.at, '/', network.length);
    uint32_t base;
    unsigned bits = 32;
    if (!address_parse(slash ? text_before(network, slash) : network, &base)) return false;
    if (slash) {
        struct text digits = text_after(network, slash);
        if (text_is(digits, "0")) return true;
        if (!url_port_parse(digits, &bits) || bits > 32) return false;
    }
    return (host ^ base) >> (32 - bits) == 0;
}

static bool rule_names(struct text rule, struct text host)
{
    uint32_t address;
    if (text_is(rule, "*")) return true;
    if (address_parse(host, &address)) return is_within_network(address, rule);
    return is_within_domain(host, undotted(rule));
}

bool proxy_bypassed(const struct proxy *proxy, const char *host)
{
    static const char separators[] = ", \t\r\n";
    struct text name = undotted(text_from(host));
    if (!proxy->host[0] || url_is_loopback(host) || is_within_domain(name, TEXT("localhost"))) return true;
    for (const char *at = proxy->direct; *at;) {
        struct text rule = {at, strcspn(at, separators)};
        if (rule.length && rule_names(rule, name)) return true;
        at += rule.length;
        at += strspn(at, separators);
    }
    return false;
}

void proxy_forget(struct proxy *proxy)
{
    OPENSSL_cleanse(proxy, sizeof *proxy);
}
