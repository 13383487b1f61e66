/* What faults do to upgrades, handshakes and REST on both venues; and how faults come: by plans and by injection. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>

#include "mischief_client.h"

/* === Upgrades and handshakes === */

static void upgrades_are_refused(void **state)
{
    static const struct {
        const char *fault, *reason;
        int status;
    } cases[] = {
        {"upgrade 401", "unauthorized", 401}, {"upgrade 403", "forbidden", 403}, {"upgrade 404", "not found", 404},
        {"upgrade 429 7", "", 429},           {"upgrade 500", "", 500},          {"upgrade 503", "", 503},
        {"upgrade redirect", "", 302},
    };
    client_watch(state);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expect_end(cases[i].fault);
        assert_int_equal(client.fall.failure, WEBSOCKET_FAILURE_CUT);
        const int64_t before = clock_now(&clock_system).mono; /* the refusal: however late we look at it */
        expect_down();
        assert_int_equal(client.fall.failure, WEBSOCKET_FAILURE_UPGRADE);
        assert_int_equal(client.fall.http_status, cases[i].status);
        assert_non_null(strstr(client.fall.reason, cases[i].reason));
        if (cases[i].status == 429) {
            assert_true(client.fall.retry_at - before >= MILLISECONDS(5000));
            assert_true(client.fall.retry_at - clock_now(&clock_system).mono <= MILLISECONDS(11000));
        }
        expect_return();
    }
    client_end();
}

static void upgrades_are_no_answer(void **state)
{
    static const char *const faults[] = {"upgrade silent", "upgrade headers"};
    client_watch(state);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        expect_end(faults[i]);
        expect_down();
        assert_int_equal(client.fall.failure, WEBSOCKET_FAILURE_UPGRADE);
        expect_return();
    }
    client_end();
}

static void wrong_certificates_are_shown_once(void **state)
{
    static const char *const faults[] = {"certificate expired",     "certificate future",  "certificate other-host",
                                         "certificate self-signed", "certificate unknown", "certificate weak"};
    client_watch(state);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        uint64_t attempts = exchange_attempts(client.exchange, client.terms->venue);
        expect_end(faults[i]);
        expect_down();
        if (client.fall.failure != WEBSOCKET_FAILURE_TLS) fail_msg("%s: %s", faults[i], client.fall.reason);
        expect_return();
        /* One that failed at least, and the one that did not. */
        assert_true(exchange_attempts(client.exchange, client.terms->venue) >= attempts + 2);
    }
    client_end();
}

/* === REST === */

static void rest_is_busy_for_a_while(void **state)
{
    client_watch(state);
    const struct venue_terms *other = client.terms == venue_terms ? venue_terms + 1 : venue_terms;
    inject("busy 300ms");
    while (get_book(client.terms) == 200) {
    }
    assert_int_equal(client.status, 429);
    assert_int_equal(client.retry_after, NANOSECONDS_PER_SECOND);
    assert_int_equal(get_book(other), 200);
    while (get_book(client.terms) == 429) {
    }
    assert_int_equal(client.status, 200);
    /* Questions are no attempts. */
    while (exchange_attempts(client.exchange, client.terms->venue) != 1) turn();
    expect_unbroken();
    client_end();
}

static void rest_is_deaf_for_a_while(void **state)
{
    client_watch(state);
    inject("deaf 300ms");
    while (get_book(client.terms) == 200) {
    }
    assert_int_equal(client.status, 0);
    while (get_book(client.terms) == 0) {
    }
    assert_int_equal(client.status, 200);
    expect_unbroken();
    client_end();
}

/* === Plans and injections === */

static void a_fault_waits_for_a_connection(void **state)
{
    client_begin(*state, &clock_system, NULL);
    inject("close 4002 first");
    inject("close 4003 second");
    expect_down();
    assert_int_equal(client.fall.close_code, 4002);
    expect_down();
    assert_int_equal(client.fall.close_code, 4003);
    expect_return();
    client_end();
}

static void plans_reach_connections(void **state)
{
    static const char text[] = "5, close 4004 planned\n8, pause\n9, omit\n";
    char plan[] = "/tmp/booktop-fault-XXXXXX";
    int descriptor = mkstemp(plan);
    assert_int_equal(write(descriptor, text, sizeof text - 1), sizeof text - 1);
    close(descriptor);
    client_begin(*state, &clock_system, plan);
    unlink(plan);
    expect_down();
    assert_int_equal(client.fall.close_code, 4004);
    assert_true(client.messages <= 5);
    expect_return();
    client_end();
}

static void a_fault_of_one_venue_leaves_the_other(void **state)
{
    client_watch(state);
    inject_into(1 - (int)client.terms->venue, "cut");
    inject_into(1 - (int)client.terms->venue, "garbage");
    expect_news(10);
    expect_unbroken();
    inject_into(-1, "cut");
    expect_down();
    expect_return();
    assert_int_equal(exchange_attempts(client.exchange, client.terms->venue), 2);
    assert_int_equal(exchange_attempts(client.exchange, 1 - client.terms->venue), 0);
    client_end();
}

static void an_empty_array_is_polymarkets(void **state)
{
    client_watch(state);
    inject("empty");
    if (client.terms->venue == EXCHANGE_POLYMARKET)
        expect("[]");
    else
        expect_news(5);
    expect_unbroken();
    client_end();
}

/* While the test holds it, the exchange's thread stands still at its clock. */
static pthread_mutex_t standstill = PTHREAD_MUTEX_INITIALIZER;

static struct stamp clock_read(void *context)
{
    (void)context;
    pthread_mutex_lock(&standstill);
    pthread_mutex_unlock(&standstill);
    return clock_now(&clock_system);
}

static void injections_are_looked_at(void **state)
{
    static const struct clock clock = {.now = clock_read};
    char error[160] = "";
    client_begin(*state, &clock, NULL);
    assert_false(exchange_inject(client.exchange, -1, TEXT("1s, cut"), error, sizeof error));
    assert_string_equal(error, "FAULT is none of those in --help: \"1s,\"");
    assert_false(exchange_inject(client.exchange, -1, TEXT("pings many"), error, sizeof error));
    assert_string_equal(error, "pings wants a number from 1 to 100000");
    expect_news(2);
    pthread_mutex_lock(&standstill);
    unsigned taken = 0;
    while (taken < 1000 && exchange_inject(client.exchange, -1, TEXT("halt"), error, sizeof error)) taken++;
    pthread_mutex_unlock(&standstill);
    assert_in_range(taken, 64, 999);
    assert_string_equal(error, "64 faults wait already");
    client_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(upgrades_are_refused),
        ON_BOTH(upgrades_are_no_answer),
        ON_BOTH(wrong_certificates_are_shown_once),
        ON_BOTH(rest_is_busy_for_a_while),
        ON_BOTH(rest_is_deaf_for_a_while),
        ON_BOTH(a_fault_waits_for_a_connection),
        ON_BOTH(plans_reach_connections),
        ON_BOTH(a_fault_of_one_venue_leaves_the_other),
        ON_BOTH(an_empty_array_is_polymarkets),
        ON_BOTH(injections_are_looked_at),
    };
    net_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
