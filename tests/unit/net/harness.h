/* What the tests of this room share: a loop for the client in the test's thread, a server or a raw TCP peer in a thread
 * of its own, and names that resolve to what the test wants.
 */
#ifndef NET_HARNESS_H
#define NET_HARNESS_H

#include <assert.h>
#include <dirent.h>
#include <netdb.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include "booktop/net/loop.h"
#include "booktop/net/server.h"
#include "booktop/net/tls.h"

/* A test that hangs is ended by SIGALRM. */
#define PATIENCE_SECONDS 600

/* The main of a test program: its tests, and what is done before and after all of them, NULL: nothing. */
#define TEST_MAIN(tests, before, after)                                                                                \
    int main(void)                                                                                                     \
    {                                                                                                                  \
        (void)alarm(PATIENCE_SECONDS);                                                                                 \
        net_start();                                                                                                   \
        return cmocka_run_group_tests(tests, before, after);                                                           \
    }

/* With limits other than the default; NULL: the default. */
static inline struct net_loop *limited_loop(const struct clock *clock, const char *ca_pem,
                                            const struct net_limits *limits)
{
    char error[128] = "";
    struct net_loop_options options = {.clock = clock, .ca_pem = text_from(ca_pem), .limits = limits};
    struct net_loop *loop = net_loop_create(&options, error, sizeof error);
    if (!loop) fail_msg("no loop: %s", error);
    return loop;
}

static inline struct net_loop *client_loop(const struct clock *clock, const char *ca_pem)
{
    return limited_loop(clock, ca_pem, NULL);
}

/* Of this process, "." and ".." and the one that looks included. */
static inline unsigned descriptors_open(void)
{
    unsigned count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder)) count++;
    (void)closedir(folder);
    return count;
}

/* Serves until `*flag` is set by a handler. */
static inline void serve_until(struct net_loop *loop, const bool *flag)
{
    while (!*flag) assert_true(net_loop_service(loop));
}

/* --- a server in a thread --- */

struct served {
    struct server_handlers handlers;
    void *context;
    const struct tls_authority *authority;
    struct net_loop *loop;
    unsigned port;
    atomic_bool stop;
    pthread_barrier_t started;
    pthread_t thread;
};

static inline void *served_run(void *argument)
{
    struct served *served = argument;
    char error[128] = "";
    struct net_loop_options loop_options = {.clock = &clock_system, .server = true};
    served->loop = net_loop_create(&loop_options, error, sizeof error);
    struct server_options options = {
        .authority = served->authority, .handlers = served->handlers, .context = served->context};
    struct server *server = served->loop ? server_start(served->loop, &options, error, sizeof error) : NULL;
    served->port = server ? server_port(server) : 0;
    if (!server) print_message("no server: %s\n", error);
    (void)pthread_barrier_wait(&served->started);
    while (server && !atomic_load(&served->stop)) (void)net_loop_service(served->loop);
    return NULL;
}

static inline void served_start(struct served *served)
{
    atomic_init(&served->stop, false);
    assert_int_equal(pthread_barrier_init(&served->started, NULL, 2), 0);
    assert_int_equal(pthread_create(&served->thread, NULL, served_run, served), 0);
    (void)pthread_barrier_wait(&served->started);
    assert_true(served->port > 0);
}

static inline void served_stop(struct served *served)
{
    atomic_store(&served->stop, true);
    net_loop_wake(served->loop);
    assert_int_equal(pthread_join(served->thread, NULL), 0);
    net_loop_destroy(served->loop); /* here, not there: the wake must not meet the end */
    (void)pthread_barrier_destroy(&served->started);
}

/* --- a raw TCP peer in a thread: one connection after the other, each handled by `script` --- */

struct raw_peer {
    void (*script)(int connection, unsigned number, void *context);
    void *context;
    int listener;
    unsigned port;
    atomic_int connection; /* the present one, -1: none */
    pthread_t thread;
};

static inline void *raw_run(void *argument)
{
    struct raw_peer *peer = argument;
    for (unsigned number = 0;; number++) {
        int connection = accept(peer->listener, NULL, NULL);
        if (connection < 0) return NULL;
        atomic_store(&peer->connection, connection);
        peer->script(connection, number, peer->context);
        atomic_store(&peer->connection, -1);
        (void)close(connection);
    }
}

static inline void raw_start(struct raw_peer *peer)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    atomic_init(&peer->connection, -1);
    peer->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(peer->listener, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(listen(peer->listener, 8), 0);
    assert_int_equal(getsockname(peer->listener, (struct sockaddr *)&address, &size), 0);
    peer->port = ntohs(address.sin_port);
    assert_int_equal(pthread_create(&peer->thread, NULL, raw_run, peer), 0);
}

static inline void raw_stop(struct raw_peer *peer)
{
    (void)shutdown(peer->listener, SHUT_RDWR);
    int connection = atomic_load(&peer->connection);
    if (connection >= 0) (void)shutdown(connection, SHUT_RDWR);
    assert_int_equal(pthread_join(peer->thread, NULL), 0);
    (void)close(peer->listener);
}

/* Reads a request's head, up to the empty line. */
static inline bool raw_read_head(int connection, char *head, size_t size)
{
    size_t length = 0;
    while (length + 1 < size) {
        ssize_t got = recv(connection, head + length, 1, 0);
        if (got <= 0) return false;
        length += (size_t)got;
        head[length] = '\0';
        if (length >= 4 && memcmp(head + length - 4, "\r\n\r\n", 4) == 0) return true;
    }
    return false;
}

static inline void raw_write(int connection, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length) {
        ssize_t sent = send(connection, at, length, MSG_NOSIGNAL);
        if (sent <= 0) return;
        at += sent;
        length -= (size_t)sent;
    }
}

/* Waits until the other side is gone. */
static inline void raw_drain(int connection)
{
    char sink[4096];
    while (recv(connection, sink, sizeof sink, 0) > 0) {
    }
}

/* A port of loopback on which nobody listens. */
static inline unsigned free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(descriptor, (struct sockaddr *)&address, sizeof address), 0);
    assert_int_equal(getsockname(descriptor, (struct sockaddr *)&address, &size), 0);
    (void)close(descriptor);
    return ntohs(address.sin_port);
}

#endif
