/* What a server does to a peer on purpose. Peers tell the server what to do to the one that was on "/victim" last. */
#include "server_scene.h"
#include "trusted.h"
static struct server_peer *victim; /* the server's thread */
static unsigned heard;             /* messages from it; the server's thread */

static void answer(struct server_peer *peer, const char *words)
{
    assert_true(server_send(peer, text_from(words)));
}

static void answer_number(struct server_peer *peer, size_t number)
{
    char words[32];
    (void)snprintf(words, sizeof words, "%zu", number);
    answer(peer, words);
}

static void raw_send(const char *frames, size_t length, size_t piece)
{
    assert_true(server_send(victim, TEXT("before")));
    assert_true(server_send_raw(victim, (struct text){frames, length}, piece));
    assert_true(server_send(victim, TEXT("after")));
}

static void raw_long_send(void)
{
    char frame[2 + 125] = {(char)0x81, 125};
    memset(frame + 2, 'x', 125);
    raw_send(frame, sizeof frame, 1);
}

static void on_message(void *context, struct server_peer *peer, struct text message)
{
    static const char fragments[] = "\x01\x02he\x00\x03llo\x89\x01p\x80\x00";
    (void)context;
    if (peer == victim) {
        heard++;
        if (text_is(message, "again?")) answer(peer, "again");
    }
    if (text_is(message, "reset")) server_reset(victim);
    if (text_is(message, "half close")) server_half_close(victim);
    if (text_is(message, "mute")) server_hold(victim, true, false);
    if (text_is(message, "deaf")) server_hold(victim, false, true);
    if (text_is(message, "hold")) server_hold(victim, true, true);
    if (text_is(message, "release")) server_hold(victim, false, false);
    if (text_is(message, "tell")) answer(victim, "told");
    if (text_is(message, "try")) (void)server_send(victim, TEXT("are you there"));
    if (text_is(message, "close")) server_close(victim, 1001, "away");
    if (text_is(message, "dribble")) raw_send("\x81\x05hello", 7, 1);
    if (text_is(message, "long")) raw_long_send();
    if (text_is(message, "fragments")) raw_send(fragments, sizeof fragments - 1, 0);
    if (text_is(message, "backlog")) answer_number(peer, server_backlog(victim));
    if (text_is(message, "heard")) answer_number(peer, heard);
    if (text_is(message, "gone")) answer(peer, victim ? "no" : "yes");
    if (text_is(message, "turn")) answer(peer, "done");
}

static bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context;
    if (!text_is(path, "/victim")) return true;
    victim = peer;
    heard = 0;
    return true;
}

static void on_closed(void *context, struct server_peer *peer)
{
    (void)context;
    if (peer == victim) victim = NULL;
}

/* --- the test's side: the victim, and one who gives orders --- */

static struct raw_tls peer, master;

static void order(const char *words, const char *wanted)
{
    char payload[126];
    raw_tls_say(&master, words);
    assert_int_equal(raw_tls_hear(&master, payload), 0x81);
    assert_string_equal(payload, wanted);
}

/* Asks until the answer is the one. */
static void order_until(const char *words, const char *wanted)
{
    char payload[126] = "";
    while (strcmp(payload, wanted) != 0) {
        raw_tls_say(&master, words);
        assert_int_equal(raw_tls_hear(&master, payload), 0x81);
    }
}

/* The server goes round a few times. */
static void turns(void)
{
    for (unsigned n = 0; n < 5; n++) order("turn", "done");
}

/* The server has done `words`, which it does not answer, and gone round since. */
static void obeyed(const char *words)
{
    raw_tls_say(&master, words);
    turns();
}

static void hears(const char *message)
{
    char payload[126];
    assert_int_equal(raw_tls_hear(&peer, payload), 0x81);
    assert_string_equal(payload, message);
}

static int setup(void **state)
{
    (void)state;
    raw_tls_open(&master, served.port, authority.ca_pem, "/master");
    raw_tls_open(&peer, served.port, authority.ca_pem, "/victim");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    raw_tls_leave(&peer);
    order_until("gone", "yes");
    raw_tls_leave(&master);
    return 0;
}

static void a_reset_is_a_reset(void **state)
{
    (void)state;
    char byte;
    raw_tls_say(&master, "reset");
    assert_true(raw_tls_read(&peer, &byte, 1) < 0);
    assert_int_equal(errno, ECONNRESET);
    order_until("gone", "yes");
}

static void half_closed_it_waits_for_the_other_half(void **state)
{
    (void)state;
    char byte;
    raw_tls_say(&master, "half close");
    assert_true(raw_tls_read(&peer, &byte, 1) <= 0);
    assert_int_equal(SSL_get_shutdown(peer.ssl), 0); /* no word of TLS */
    assert_int_equal(recv(peer.socket, &byte, 1, 0), 0);
    obeyed("tell"); /* lost */
    assert_int_equal(send(peer.socket, "?", 1, 0), 1);
    turns();
    order("gone", "no");
    assert_int_equal(shutdown(peer.socket, SHUT_WR), 0);
    order_until("gone", "yes");
}

static void a_mute_server_keeps_what_it_would_say(void **state)
{
    (void)state;
    obeyed("mute");
    raw_tls_say(&peer, "again?");
    order_until("backlog", "5");
    obeyed("tell");
    assert_true(raw_tls_is_quiet(&peer));
    order("backlog", "9");
    obeyed("release");
    hears("again");
    hears("told");
    order("backlog", "0");
}

static void a_deaf_server_speaks_but_does_not_listen(void **state)
{
    (void)state;
    char payload[126];
    obeyed("deaf");
    raw_tls_say(&peer, "again?");
    raw_tls_frame(&peer, 0x89, "ping");
    obeyed("tell");
    hears("told");
    turns();
    order("heard", "0");
    assert_true(raw_tls_is_quiet(&peer));
    obeyed("release");
    order_until("heard", "1");
    assert_int_equal(raw_tls_hear(&peer, payload) + raw_tls_hear(&peer, payload), 0x81 + 0x8a);
}

static void held_both_ways_it_is_dead_until_released(void **state)
{
    (void)state;
    obeyed("hold");
    raw_tls_say(&peer, "again?");
    raw_tls_frame(&peer, 0x89, "ping");
    obeyed("tell");
    assert_true(raw_tls_is_quiet(&peer));
    order("heard", "0");
    obeyed("close");
    assert_true(raw_tls_is_quiet(&peer));
    obeyed("release");
    hears("told");
}

static void who_leaves_while_he_is_held_is_missed_at_the_next_message(void **state)
{
    (void)state;
    obeyed("hold");
    raw_tls_say(&peer, "again?");
    assert_int_equal(shutdown(peer.socket, SHUT_WR), 0);
    turns();
    order("gone", "no");
    obeyed("try");
    order_until("gone", "yes");
}

static void a_dribbled_frame_comes_in_records_of_a_byte(void **state)
{
    (void)state;
    char record[64];
    static const char frame[] = "\x81\x05hello";
    raw_tls_say(&master, "dribble");
    hears("before");
    for (unsigned n = 0; n < sizeof frame - 1; n++) {
        assert_int_equal(raw_tls_read(&peer, record, sizeof record), 1);
        assert_int_equal(record[0], frame[n]);
    }
    assert_int_equal(raw_tls_read(&peer, record, sizeof record), 2 + 5);
    assert_memory_equal(record + 2, "after", 5);
    order("backlog", "0");
}

/* The next frame that is no pong; its first byte. Counts those before it. */
static unsigned char hear_past_pongs(unsigned *pongs, char payload[126])
{
    for (;; (*pongs)++) {
        unsigned char first = raw_tls_hear(&peer, payload);
        if (first != 0x8a) return first;
    }
}

static void nothing_comes_between_the_pieces_of_a_frame(void **state)
{
    (void)state;
    char payload[126];
    unsigned pongs = 0;
    raw_tls_say(&master, "long");
    for (unsigned n = 0; n < 50; n++) raw_tls_frame(&peer, 0x89, "ping");
    assert_int_equal(hear_past_pongs(&pongs, payload), 0x81);
    assert_string_equal(payload, "before");
    assert_int_equal(hear_past_pongs(&pongs, payload), 0x81);
    assert_int_equal(strlen(payload), 125);
    assert_int_equal(strspn(payload, "x"), 125);
    assert_int_equal(hear_past_pongs(&pongs, payload), 0x81);
    assert_string_equal(payload, "after");
    raw_tls_say(&peer, "again?");
    assert_int_equal(hear_past_pongs(&pongs, payload), 0x81);
    assert_string_equal(payload, "again");
    assert_true(pongs >= 1);
}

static void frames_of_any_kind_go_out_as_they_stand(void **state)
{
    (void)state;
    char record[64];
    static const char fragments[] = "\x01\x02he\x00\x03llo\x89\x01p\x80\x00";
    raw_tls_say(&master, "fragments");
    hears("before");
    assert_int_equal(raw_tls_read(&peer, record, sizeof record), sizeof fragments - 1);
    assert_memory_equal(record, fragments, sizeof fragments - 1);
    hears("after");
}

static int group_setup(void **state)
{
    (void)state;
    alarm(PATIENCE_SECONDS);
    net_start();
    trusted_start((struct server_handlers){.open = on_open, .message = on_message, .closed = on_closed});
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_reset_is_a_reset),
        TEST(half_closed_it_waits_for_the_other_half),
        TEST(a_mute_server_keeps_what_it_would_say),
        TEST(a_deaf_server_speaks_but_does_not_listen),
        TEST(held_both_ways_it_is_dead_until_released),
        TEST(who_leaves_while_he_is_held_is_missed_at_the_next_message),
        TEST(a_dribbled_frame_comes_in_records_of_a_byte),
        TEST(nothing_comes_between_the_pieces_of_a_frame),
        TEST(frames_of_any_kind_go_out_as_they_stand),
    };
    return cmocka_run_group_tests(tests, group_setup, trusted_stop);
}
