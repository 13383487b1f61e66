/* Which proxy a connection goes through: addresses, the environment, and who is reached directly. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "booktop/net/proxy.h"

#define CANARY "CANARY-4711"

static void an_address_gives_host_port_and_login(void **state)
{
    (void)state;
    static const struct {
        const char *address, *host, *login, *place;
        unsigned port;
    } cases[] = {
        {"http://proxy.corp:3128", "proxy.corp", "", "proxy.corp:3128", 3128},
        {"http://proxy.corp:3128/", "proxy.corp", "", "proxy.corp:3128", 3128},
        {"  http://proxy.corp:3128 \n", "proxy.corp", "", "proxy.corp:3128", 3128},
        {"HTTP://Proxy.Corp", "Proxy.Corp", "", "Proxy.Corp:80", 80},
        {"proxy.corp:8080", "proxy.corp", "", "proxy.corp:8080", 8080},
        {"proxy", "proxy", "", "proxy:80", 80},
        {"socks.corp:3128", "socks.corp", "", "socks.corp:3128", 3128}, /* a name like another */
        {"10.1.2.3:65535", "10.1.2.3", "", "10.1.2.3:65535", 65535},
        {"http://ann:secret@proxy:1", "proxy", "ann:secret", "proxy:1", 1},
        {"ann:secret@proxy:1", "proxy", "ann:secret", "proxy:1", 1},
        {"http://ann@proxy:1", "proxy", "ann:", "proxy:1", 1},
        {"http://ann:@proxy:1", "proxy", "ann:", "proxy:1", 1},
        {"http://:secret@proxy:1", "proxy", ":secret", "proxy:1", 1},
        {"http://@proxy:1", "proxy", "", "proxy:1", 1},
        {"http://ann:p%40ss%3aw%2Frd%25@proxy:1", "proxy", "ann:p@ss:w/rd%", "proxy:1", 1},
        {"http://ann:p@ss@proxy:1", "proxy", "ann:p@ss", "proxy:1", 1},
        {"http://ann:p:w@proxy:1", "proxy", "ann:p:w", "proxy:1", 1},
        {"http://%C3%A4nn:%e2%82%ac@proxy:1", "proxy", "\xc3\xa4nn:\xe2\x82\xac", "proxy:1", 1},
        {"", "", "", "", 0},
        {" \t", "", "", "", 0},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct proxy proxy;
        memset(&proxy, 0x55, sizeof proxy);
        if (!proxy_parse(&proxy, cases[n].address, NULL, NULL, 0)) fail_msg("refused: %s", cases[n].address);
        assert_string_equal(proxy.host, cases[n].host);
        assert_string_equal(proxy.login, cases[n].login);
        assert_string_equal(proxy.place, cases[n].place);
        assert_int_equal(proxy.port, cases[n].port);
        assert_string_equal(proxy.direct, "");
    }
}

static void expect_refused(const char *address, const char *words)
{
    struct proxy proxy;
    char error[128] = "";
    struct proxy nothing = {0};
    if (proxy_parse(&proxy, address, NULL, error, sizeof error)) fail_msg("accepted: %s", address);
    if (!strstr(error, words)) fail_msg("%s: %s", address, error);
    assert_null(strstr(error, CANARY));
    assert_null(strstr(error, "ann:"));
    assert_memory_equal(&proxy, &nothing, sizeof proxy); /* nothing of it is left */
}

static void what_cannot_be_used_is_refused_without_being_quoted(void **state)
{
    (void)state;
    static const struct {
        const char *address, *words;
    } cases[] = {
        {"https://ann:" CANARY "@proxy:3128", "over TLS"},
        {"socks5://ann:" CANARY "@proxy:1080", "SOCKS"},
        {"SOCKS5H://ann:" CANARY "@proxy:1080", "SOCKS"},
        {"socks://proxy", "SOCKS"},
        {"ftp://ann:" CANARY "@proxy:21", "scheme"},
        {"://ann:" CANARY "@proxy:21", "scheme"},
        {"http://[::1]:3128", "IPv6"},
        {"http://ann:" CANARY "@[2001:db8::1]:3128", "IPv6"},
        {"http://ann:" CANARY "@", "host name"},
        {"http://", "host name"},
        {"http://:3128", "host name"},
        {"http://ann:" CANARY "@pro xy:3128", "host name"},
        {"http://ann:" CANARY "@pro\nxy:3128", "host name"},
        {"http://ann:" CANARY "@proxy/path", "host name"},
        {"http://ann:" CANARY "/@proxy:x", "port"},
        {"http://ann:" CANARY "@proxy:", "port"},
        {"http://ann:" CANARY "@proxy:0", "port"},
        {"http://ann:" CANARY "@proxy:65536", "port"},
        {"http://ann:" CANARY "@proxy:3128x", "port"},
        {"http://ann:" CANARY "@proxy:-1", "port"},
        {"http://ann:" CANARY "%@proxy:1", "password"},
        {"http://ann:" CANARY "%4@proxy:1", "password"},
        {"http://ann:" CANARY "%4g@proxy:1", "password"},
        {"http://ann:" CANARY "%0d%0aX-Evil: 1@proxy:1", "password"},
        {"http://ann:" CANARY "%00@proxy:1", "password"},
        {"http://ann:" CANARY "%7f@proxy:1", "password"},
        {"http://ann:" CANARY "\t@proxy:1", "password"},
        {"http://ann%3a:" CANARY "@proxy:1", "password"},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++) expect_refused(cases[n].address, cases[n].words);
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    char address[2000], filler[1500];
    memset(filler, 'a', sizeof filler);
    (void)snprintf(address, sizeof address, "http://%.*s:3128", PROXY_HOST_SIZE - 1, filler);
    struct proxy proxy;
    assert_true(proxy_parse(&proxy, address, NULL, NULL, 0));
    assert_int_equal(strlen(proxy.place), PROXY_HOST_SIZE - 1 + 5);
    (void)snprintf(address, sizeof address, "http://%.*s:3128", PROXY_HOST_SIZE, filler);
    assert_false(proxy_parse(&proxy, address, NULL, NULL, 0));

    (void)snprintf(address, sizeof address, "http://u:%.*s@proxy", PROXY_LOGIN_SIZE - 3, filler);
    assert_true(proxy_parse(&proxy, address, NULL, NULL, 0));
    assert_int_equal(strlen(proxy.login), PROXY_LOGIN_SIZE - 1);
    (void)snprintf(address, sizeof address, "http://u:%.*s@proxy", PROXY_LOGIN_SIZE - 2, filler);
    assert_false(proxy_parse(&proxy, address, NULL, NULL, 0));

    char error[8];
    filler[PROXY_RULES_SIZE - 1] = '\0';
    assert_true(proxy_parse(&proxy, "proxy", filler, NULL, 0));
    filler[PROXY_RULES_SIZE - 1] = 'a';
    filler[PROXY_RULES_SIZE] = '\0';
    assert_false(proxy_parse(&proxy, "proxy", filler, error, sizeof error));
    assert_int_equal(strlen(error), sizeof error - 1);
    assert_string_equal(proxy.host, "");
    assert_true(proxy_parse(&proxy, "", filler, NULL, 0)); /* nobody needs it */
}

/* --- the environment --- */

static const char *const names[] = {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY",
                                    "no_proxy",    "NO_PROXY",    "http_proxy"};

static int forget_all(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof names / sizeof names[0]; n++) (void)unsetenv(names[n]);
    return 0;
}

static void expect_environment(const char *host, const char *direct)
{
    struct proxy proxy;
    char error[128] = "";
    if (!proxy_from_environment(&proxy, error, sizeof error)) fail_msg("refused: %s", error);
    assert_string_equal(proxy.host, host);
    assert_string_equal(proxy.direct, direct);
}

static void the_first_name_that_is_set_counts(void **state)
{
    (void)state;
    expect_environment("", "");
    (void)setenv("http_proxy", "http://plain:1", 1); /* for http:// alone, and no venue is reached by it */
    expect_environment("", "");
    (void)setenv("ALL_PROXY", "http://d:1", 1);
    expect_environment("d", "");
    (void)setenv("all_proxy", "http://c:1", 1);
    expect_environment("c", "");
    (void)setenv("HTTPS_PROXY", "http://b:1", 1);
    expect_environment("b", "");
    (void)setenv("https_proxy", "http://a:1", 1);
    expect_environment("a", "");
    (void)setenv("NO_PROXY", "two", 1);
    expect_environment("a", "two");
    (void)setenv("no_proxy", "one", 1);
    expect_environment("a", "one");
    (void)setenv("no_proxy", "", 1);
    expect_environment("a", "");
    (void)setenv("https_proxy", "", 1); /* set and empty: none, whatever the others say */
    expect_environment("", "");
}

static void a_wrong_environment_is_refused_without_being_quoted(void **state)
{
    (void)state;
    struct proxy proxy;
    char error[128] = "";
    (void)setenv("ALL_PROXY", "socks5://ann:" CANARY "@proxy:1080", 1);
    assert_false(proxy_from_environment(&proxy, error, sizeof error));
    assert_non_null(strstr(error, "SOCKS"));
    assert_null(strstr(error, CANARY));
    assert_string_equal(proxy.host, "");
}

/* --- who is reached directly --- */

static bool bypassed(const char *direct, const char *host)
{
    struct proxy proxy;
    assert_true(proxy_parse(&proxy, "proxy:3128", direct, NULL, 0));
    return proxy_bypassed(&proxy, host);
}

static void loopback_never_goes_through_it(void **state)
{
    (void)state;
    struct proxy none = {0};
    assert_true(proxy_bypassed(&none, "venue.example"));
    assert_true(bypassed(NULL, "localhost"));
    assert_true(bypassed(NULL, "LocalHost"));
    assert_true(bypassed(NULL, "a.localhost"));
    assert_true(bypassed(NULL, "127.0.0.1"));
    assert_true(bypassed(NULL, "127.9.9.9"));
    assert_false(bypassed(NULL, "128.0.0.1"));
    assert_false(bypassed(NULL, "notlocalhost"));
    assert_false(bypassed(NULL, "localhost.example"));
    assert_false(bypassed(NULL, "venue.example"));
}

static void rules_name_hosts_and_domains(void **state)
{
    (void)state;
    static const struct {
        const char *direct, *host;
        bool bypassed;
    } cases[] = {
        {"*", "venue.example", true},
        {"other, *", "venue.example", true},
        {"*x", "venue.example", false},
        {"venue.example", "venue.example", true},
        {"venue.example", "VENUE.Example", true},
        {"VENUE.EXAMPLE", "venue.example", true},
        {"venue.example", "ws.venue.example", true},
        {".venue.example", "ws.venue.example", true},
        {".venue.example", "venue.example", true},
        {"*.venue.example", "ws.venue.example", true},
        {"venue.example.", "ws.venue.example", true},
        {"venue.example", "ws.venue.example.", true},
        {"venue.example", "myvenue.example", false},
        {".venue.example", "myvenue.example", false},
        {"ws.venue.example", "venue.example", false},
        {"example", "venue.example", true},
        {"venue", "venue.example", false},
        {"a,b , venue.example", "venue.example", true},
        {"a b\tvenue.example", "venue.example", true},
        {",, ,", "venue.example", false},
        {".", "venue.example", false},
        {"*.", "venue.example", false},
        {"", "venue.example", false},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++)
        if (bypassed(cases[n].direct, cases[n].host) != cases[n].bypassed)
            fail_msg("%s of %s", cases[n].host, cases[n].direct);
}

static void rules_name_addresses_and_networks(void **state)
{
    (void)state;
    static const struct {
        const char *direct, *host;
        bool bypassed;
    } cases[] = {
        {"10.1.2.3", "10.1.2.3", true},
        {"10.1.2.3", "10.1.2.30", false},
        {"10.0.0.0/8", "10.255.1.2", true},
        {"10.0.0.0/8", "11.0.0.1", false},
        {"10.1.2.3/8", "10.9.9.9", true}, /* bits behind the mask say nothing */
        {"192.168.4.0/22", "192.168.7.255", true},
        {"192.168.4.0/22", "192.168.8.0", false},
        {"10.1.2.3/32", "10.1.2.3", true},
        {"10.1.2.3/32", "10.1.2.2", false},
        {"10.1.2.3/31", "10.1.2.2", true},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"10.0.0.0/33", "10.0.0.0", false},
        {"10.0.0.0/", "10.0.0.0", false},
        {"10.0.0.0/x", "10.0.0.0", false},
        {"10.0.0/8", "10.0.0.0", false},
        {"2.3", "10.1.2.3", false}, /* the end of an address is no domain */
        {"10.0.0.0/8", "10.example", false},
        {"x, 10.0.0.0/8", "10.1.1.1", true},
    };
    for (size_t n = 0; n < sizeof cases / sizeof cases[0]; n++)
        if (bypassed(cases[n].direct, cases[n].host) != cases[n].bypassed)
            fail_msg("%s of %s", cases[n].host, cases[n].direct);
}

static void a_forgotten_proxy_is_none(void **state)
{
    (void)state;
    struct proxy proxy, nothing = {0};
    assert_true(proxy_parse(&proxy, "http://ann:" CANARY "@proxy:1", "a", NULL, 0));
    proxy_forget(&proxy);
    assert_memory_equal(&proxy, &nothing, sizeof proxy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_gives_host_port_and_login),
        cmocka_unit_test(what_cannot_be_used_is_refused_without_being_quoted),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test_setup_teardown(the_first_name_that_is_set_counts, forget_all, forget_all),
        cmocka_unit_test_setup_teardown(a_wrong_environment_is_refused_without_being_quoted, forget_all, forget_all),
        cmocka_unit_test(loopback_never_goes_through_it),
        cmocka_unit_test(rules_name_hosts_and_domains),
        cmocka_unit_test(rules_name_addresses_and_networks),
        cmocka_unit_test(a_forgotten_proxy_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
