/* A server that does what it is told: a message says what is wanted. */
#ifndef NET_OBLIGING_H
#define NET_OBLIGING_H

#include "own_loop.h"

#define LARGE       (5u << 20)
#define MESSAGE_CAP (16u << 20) /* the default */

static char *large; /* MESSAGE_CAP + 1 bytes */
static atomic_uint peers_open, peers_closed;

static inline void server_obey(struct server_peer *peer, struct text wish)
{
    if (text_is(wish, "close"))
        server_close(peer, 1001, "the harbour is shut\x1b[31m");
    else if (text_is(wish, "send and close")) {
        (void)server_send(peer, TEXT("first"));
        (void)server_send(peer, (struct text){large, LARGE});
        server_close(peer, 1000, "");
        assert_false(server_send(peer, TEXT("too late")));
    } else if (text_is(wish, "restart"))
        server_close(peer, 1012, "service restart");
    else if (text_is(wish, "cut"))
        server_cut(peer);
    else if (text_is(wish, "large"))
        (void)server_send(peer, (struct text){large, LARGE});
    else if (text_is(wish, "too large"))
        (void)server_send(peer, (struct text){large, MESSAGE_CAP + 1});
    else if (text_is(wish, "bad text"))
        (void)server_send(peer, TEXT("caf\xe9"));
    else if (text_is(wish, "many")) {
        for (unsigned n = 0; n < 1000; n++) (void)server_send(peer, TEXT("one of many"));
    } else
        (void)server_send(peer, wish);
}

static inline bool on_open(void *context, struct server_peer *peer, struct text path)
{
    (void)context;
    if (text_is(path, "/closed")) return false;
    atomic_fetch_add(&peers_open, 1);
    assert_null(server_data(peer));
    server_set_data(peer, &peers_open);
    if (text_is(path, "/greets")) (void)server_send(peer, TEXT("welcome"));
    return true;
}

static inline void on_message(void *context, struct server_peer *peer, struct text message)
{
    (void)context;
    assert_ptr_equal(server_data(peer), &peers_open);
    server_obey(peer, message);
}

static inline void on_closed(void *context, struct server_peer *peer)
{
    (void)context;
    assert_ptr_equal(server_data(peer), &peers_open);
    atomic_fetch_add(&peers_closed, 1);
}

static inline int obliging_start(void **state)
{
    (void)state;
    large = malloc(MESSAGE_CAP + 1);
    assert_non_null(large);
    for (size_t n = 0; n <= MESSAGE_CAP; n++) large[n] = (char)('a' + n % 23);
    trusted_start((struct server_handlers){.open = on_open, .message = on_message, .closed = on_closed});
    return 0;
}

static inline int obliging_stop(void **state)
{
    trusted_stop(state);
    assert_int_equal(atomic_load(&peers_open), atomic_load(&peers_closed));
    free(large);
    return 0;
}

#endif
