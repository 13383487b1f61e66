/* The way to an open connection: names and addresses, certificates, and the upgrade that is refused. */
#include "obliging.h"
#include "names.h"

static void the_second_address_is_tried_at_once(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "ws", "localhost", free_port(), "/"); /* two refusals, or one */
    until_downs(&client, 1);
    assert_string_equal(client.steps, "RCD");
    assert_string_equal(client.status.reason, "connection refused");
    websocket_close(client.websocket);
    struct client two = {0};
    client_open(&two, loop, "wss", "two.test", served.port, "/");
    until_downs(&two, 1);
    assert_string_equal(two.steps, "RCHD"); /* reached; the name is not the certificate's */
    websocket_close(two.websocket);
}

static void a_name_that_cannot_be_resolved_is_tried_again(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "wss", "does-not-exist.invalid", 443, "/");
    until_downs(&client, 2);
    assert_string_equal(client.steps, "RDRD");
    assert_string_equal(client.status.reason, "name resolution failed: Name or service not known");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_NAME);
    websocket_close(client.websocket);
}

static void a_certificate_for_another_host_is_refused(void **state)
{
    (void)state;
    static const char *const hosts[] = {"wrong.test", NAMES_ELSEWHERE};
    for (unsigned n = 0; n < sizeof hosts / sizeof hosts[0]; n++) {
        struct client client = {0};
        client_open(&client, loop, "wss", hosts[n], served.port, "/");
        until_downs(&client, 1);
        assert_string_equal(client.steps, "RCHD");
        assert_string_equal(client.status.reason, "host name mismatch: the certificate is for another host");
        websocket_close(client.websocket);
    }
}

static void a_certificate_may_name_an_address(void **state)
{
    (void)state;
    struct client client = {.greeting = "hello"};
    client_open(&client, loop, "wss", "127.0.0.1", served.port, "/echo");
    until_messages(&client, 1);
    assert_string_equal(client.steps, "RCHO");
    websocket_close(client.websocket);
}

static void a_certificate_of_a_stranger_is_refused(void **state)
{
    (void)state;
    struct tls_authority stranger;
    assert_true(tls_authority_create(&stranger));
    struct net_loop *distrusts = manual_loop(stranger.ca_pem);
    struct client client = {0};
    client_open(&client, distrusts, "wss", "localhost", served.port, "/");
    until_downs(&client, 1);
    assert_non_null(strstr(client.status.reason, "certificate"));
    assert_int_equal(client.opens, 0);
    net_loop_destroy(distrusts);
    tls_authority_free(&stranger);
}

static void an_expired_certificate_is_refused(void **state)
{
    (void)state;
    struct tls_certificate expired;
    assert_true(tls_certificate_create(&expired, &authority, TLS_EXPIRED));
    struct tls_authority old = {.ca_pem = authority.ca_pem, .certificate_pem = expired.pem, .key_pem = expired.key_pem};
    struct served other = {.authority = &old, .handlers = served.handlers};
    served_start(&other);
    struct net_loop *trusts = manual_loop(authority.ca_pem);
    struct client client = {0};
    client_open(&client, trusts, "wss", "localhost", other.port, "/");
    until_downs(&client, 1);
    assert_string_equal(client.status.reason, "the certificate has expired");
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_TLS);
    net_loop_destroy(trusts);
    served_stop(&other);
    tls_certificate_free(&expired);
}

static void a_trusted_file_serves_as_well(void **state)
{
    (void)state;
    char path[] = "/tmp/booktop-test-XXXXXX";
    int descriptor = mkstemp(path);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, authority.ca_pem, strlen(authority.ca_pem)), strlen(authority.ca_pem));
    (void)close(descriptor);
    struct net_loop_options options = {.clock = &clock_system, .ca_file = path};
    struct net_loop *trusts = net_loop_create(&options, NULL, 0);
    assert_non_null(trusts);
    (void)unlink(path);
    struct client client = {0};
    client_open(&client, trusts, "wss", "localhost", served.port, "/");
    until_opens(&client, 1);
    net_loop_destroy(trusts);
}

static void a_refused_upgrade_has_its_status(void **state)
{
    (void)state;
    struct client client = {0};
    client_open(&client, loop, "wss", "localhost", served.port, "/closed");
    until_downs(&client, 1);
    assert_string_equal(client.steps, "RCHG"); /* the next attempt would hear it again */
    assert_int_equal(client.status.http_status, 404);
    assert_int_equal(client.status.failure, WEBSOCKET_FAILURE_UPGRADE);
    assert_string_equal(client.status.reason, "HTTP 404 Not Found");
    websocket_close(client.websocket);
}

static const struct CMUnitTest tests[] = {
    TEST(the_second_address_is_tried_at_once),
    TEST(a_name_that_cannot_be_resolved_is_tried_again),
    TEST(a_certificate_for_another_host_is_refused),
    TEST(a_certificate_may_name_an_address),
    TEST(a_certificate_of_a_stranger_is_refused),
    TEST(an_expired_certificate_is_refused),
    TEST(a_trusted_file_serves_as_well),
    TEST(a_refused_upgrade_has_its_status),
};

TEST_MAIN(tests, obliging_start, obliging_stop)
