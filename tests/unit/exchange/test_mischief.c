/* What faults do to an open connection, on both venues, as a real client sees it over TLS. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "mischief_client.h"

/* === Ends === */

static void connections_are_cut_reset_and_ended(void **state)
{
    static const char *const faults[] = {"cut", "rst", "fin"};
    client_watch(state);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        expect_end(faults[i]);
        assert_int_equal(client.fall.failure, WEBSOCKET_FAILURE_CUT);
        assert_int_equal(client.fall.close_code, 0);
        expect_return();
    }
    assert_int_equal(client.downs, 3);
    client_end();
}

static void connections_are_closed_with_words(void **state)
{
    client_watch(state);
    expect_end("close 4001 gone fishing, back soon");
    assert_int_equal(client.fall.failure, WEBSOCKET_FAILURE_CLOSED);
    assert_int_equal(client.fall.close_code, 4001);
    assert_non_null(strstr(client.fall.reason, "gone fishing, back soon"));
    expect_return();
    expect_end("close 1000 all markets resolved");
    assert_int_equal(client.fall.close_code, 1000);
    assert_non_null(strstr(client.fall.reason, "all markets resolved"));
    expect_return();
    client_end();
}

static void what_may_not_be_sent_ends_a_connection(void **state)
{
    static const char *const faults[] = {"bomb", "illegal", "binary"};
    client_watch(state);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        expect_end(faults[i]);
        assert_int_equal(client.fall.close_code, 0);
        expect_return();
    }
    client_end();
}

static void a_half_open_connection_is_silent(void **state)
{
    client_watch(state);
    expect_pongs(1);
    expect_end("half-open");
    assert_int_equal(client.fall.failure, WEBSOCKET_FAILURE_SILENT);
    expect_return();
    client_end();
}

/* === What a connection survives === */

static void a_stall_ends(void **state)
{
    client_watch(state);
    client.longest_gap = 0;
    inject("stall 300ms");
    while (client.longest_gap < MILLISECONDS(250)) turn();
    expect_news(5);
    expect_unbroken();
    client_end();
}

static void a_lag_makes_pongs_late(void **state)
{
    client_watch(state);
    inject("lag 200ms");
    while (websocket_status_now(client.websocket)->round_trip < MILLISECONDS(100)) turn();
    while (websocket_status_now(client.websocket)->round_trip > MILLISECONDS(50)) turn();
    expect_unbroken();
    client_end();
}

static void frozen_books_stand_while_pings_are_answered(void **state)
{
    client_watch(state);
    inject("freeze");
    /* Ten pongs without a change between the first and the last. */
    const struct websocket_status *status = websocket_status_now(client.websocket);
    for (uint64_t news = 0, pongs = 0; pongs == 0 || status->pongs < pongs + 10;) {
        if (pongs == 0 || client.news != news) {
            news = client.news;
            pongs = status->pongs;
        }
        turn();
        status = websocket_status_now(client.websocket);
    }
    uint64_t messages = client.messages;
    if (client.terms->venue == EXCHANGE_POLYMARKET) {
        say("PING");
        expect("PONG");
        messages++;
    }
    /* What is asked for is not answered either: the pong of a later ping comes instead. */
    client_subscribe();
    expect_pongs(4);
    assert_int_equal(client.messages, messages);
    /* The books themselves go on. */
    assert_int_equal(get_book(client.terms), 200);
    static char before[REPLY_SIZE];
    memcpy(before, client.reply, REPLY_SIZE);
    while (get_book(client.terms) != 200 || strcmp(before, client.reply) == 0) {
    }
    expect_unbroken();
    websocket_reconnect(client.websocket, "frozen");
    expect_down();
    expect_return();
    client_end();
}

/* A ping of the peer's came with the fault: one that meets a frame of the client's own goes unnoticed, so again. */
static void expect_ping(const char *fault)
{
    uint64_t pings = websocket_status_now(client.websocket)->pings;
    while (websocket_status_now(client.websocket)->pings == pings) {
        inject(fault);
        expect_pongs(2);
    }
}

static void pings_are_answered(void **state)
{
    client_watch(state);
    expect_ping("pings 1");
    inject("pings 1000");
    expect_pongs(2);
    expect_news(5);
    expect_unbroken();
    client_end();
}

static void messages_in_pieces_are_whole(void **state)
{
    client_watch(state);
    expect_ping("fragments");
    inject("dribble");
    expect_news(10);
    expect_unbroken();
    client_end();
}

/* A whole opening message, several records long. */
static void a_snapshot_may_dribble(void **state)
{
    client_watch(state);
    inject("dribble");
    inject("fragments");
    expect_end("cut");
    inject("dribble");
    expect_return();
    assert_int_equal(client.downs, 1);
    client_end();
}

static void garbage_is_a_message(void **state)
{
    client_watch(state);
    inject("garbage");
    expect("\"price_changes\":[{\"price\":");
    expect_news(2);
    expect_unbroken();
    client_end();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_BOTH(connections_are_cut_reset_and_ended),
        ON_BOTH(connections_are_closed_with_words),
        ON_BOTH(what_may_not_be_sent_ends_a_connection),
        ON_BOTH(a_half_open_connection_is_silent),
        ON_BOTH(a_stall_ends),
        ON_BOTH(a_lag_makes_pongs_late),
        ON_BOTH(frozen_books_stand_while_pings_are_answered),
        ON_BOTH(pings_are_answered),
        ON_BOTH(messages_in_pieces_are_whole),
        ON_BOTH(a_snapshot_may_dribble),
        ON_BOTH(garbage_is_a_message),
    };
    net_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
