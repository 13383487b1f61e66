/* A WebSocket peer of the tests that lws would never be, written byte by byte, and a client of ours that meets it. */
#ifndef NET_SCENE_H
#define NET_SCENE_H

#include "client.h"

#include <poll.h>

#include <openssl/evp.h>
#include <openssl/sha.h>

#define SECOND NANOSECONDS_PER_SECOND

/* --- the peer's side: each connection gets the bytes of `script`, after the upgrade or in place of it --- */

enum then {
    THEN_CLOSE,
    THEN_RESET,
    THEN_WAIT,
    THEN_READ,
    THEN_PING,   /* pings are answered by pings */
    THEN_PONG,   /* by pongs */
    THEN_IGNORE, /* what comes stays where it is, but for what `appetite` says */
};

struct script {
    const char *answer; /* in place of the upgrade; NULL: upgrade properly */
    const char *frames; /* after it */
    size_t length;
    enum then then;
    bool silent; /* not even an answer */
};

/* What came from the client. */
struct seen {
    atomic_uint requests, pings, pongs, closes;
    atomic_uint close_code;
    int appetite;    /* of THEN_IGNORE: a socket, each byte of which says "read a piece", and is echoed when done */
    char head[4096]; /* of the last request; to be read when `requests` counts it */
};

#define FRAMES(literal) .frames = (literal), .length = sizeof(literal) - 1

static inline void accept_key(const char *head, char *out)
{
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 section 1.3 */
    static const char name[] = "Sec-WebSocket-Key: ";
    char joined[128];
    unsigned char hash[SHA_DIGEST_LENGTH];
    const char *key = strstr(head, name);
    (void)snprintf(joined, sizeof joined, "%.24s%s", key ? key + sizeof name - 1 : "", magic);
    (void)SHA1((const unsigned char *)joined, strlen(joined), hash);
    (void)EVP_EncodeBlock((unsigned char *)out, hash, sizeof hash);
}

/* The upgrade's answer and the first frames in one segment. */
static inline void upgrade(int connection, const char *head, const struct script *script)
{
    char key[32];
    static char reply[65536];
    accept_key(head, key);
    int length = snprintf(reply, sizeof reply,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n",
                          key);
    if (script->length) memcpy(reply + length, script->frames, script->length);
    raw_write(connection, reply, (size_t)length + script->length);
}

static inline bool read_exactly(int connection, void *out, size_t length)
{
    return recv(connection, out, length, MSG_WAITALL) == (ssize_t)length;
}

static inline void answer_ping(int connection, const unsigned char *payload, size_t length)
{
    unsigned char pong[2 + 125] = {0x8a, (unsigned char)length};
    memcpy(pong + 2, payload, length);
    raw_write(connection, pong, length + 2);
}

/* Until the connection is shut down; neither side closing it does so while it holds what was not read. */
static inline void ignore(int connection, struct seen *seen)
{
    static char piece[256u << 10];
    struct pollfd sockets[2] = {{.fd = connection, .events = POLLRDHUP}, {.fd = seen->appetite, .events = POLLIN}};
    while (poll(sockets, 2, -1) >= 0 && !sockets[0].revents) {
        char wish;
        if (recv(seen->appetite, &wish, 1, 0) != 1) return;
        (void)recv(connection, piece, sizeof piece, MSG_WAITALL);
        (void)send(seen->appetite, &wish, 1, MSG_NOSIGNAL);
    }
}

/* Reads short masked frames until the end, or a close frame, which it answers. */
static inline void read_frames(int connection, struct seen *seen, enum then then)
{
    unsigned char head[6];
    unsigned char payload[128];
    while (read_exactly(connection, head, sizeof head)) {
        size_t length = head[1] & 0x7f;
        if (length > 125 || !read_exactly(connection, payload, length)) return;
        for (size_t n = 0; n < length; n++) payload[n] ^= head[2 + n % 4];
        if (head[0] == 0x8a && length == 4 && memcmp(payload, "ping", 4) == 0) atomic_fetch_add(&seen->pongs, 1);
        if (head[0] == 0x89) atomic_fetch_add(&seen->pings, 1);
        if (head[0] == 0x89 && then == THEN_PING) raw_write(connection, "\x89\x04ping", 6);
        if (head[0] == 0x89 && then == THEN_PONG) answer_ping(connection, payload, length);
        if (head[0] != 0x88) continue;
        if (length >= 2) atomic_store(&seen->close_code, (unsigned)payload[0] << 8 | payload[1]);
        atomic_fetch_add(&seen->closes, 1);
        raw_write(connection, "\x88\x02\x03\xe8", 4);
        return;
    }
}

static inline void finish(int connection, const struct script *script, struct seen *seen)
{
    struct linger at_once = {.l_onoff = 1};
    switch (script->then) {
    case THEN_CLOSE:
        break;
    case THEN_RESET:
        (void)setsockopt(connection, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        break;
    case THEN_WAIT:
        raw_drain(connection);
        break;
    case THEN_READ:
    case THEN_PING:
    case THEN_PONG:
        read_frames(connection, seen, script->then);
        break;
    case THEN_IGNORE:
        ignore(connection, seen);
        break;
    }
}

struct scene {
    struct script script, second;    /* of the first connection, and of all others */
    const struct net_limits *limits; /* NULL: the default */
    struct seen seen;
    struct raw_peer peer;
    struct net_loop *loop;
    struct client client;
};

static inline void follow(int connection, unsigned number, void *context)
{
    struct scene *scene = context;
    const struct script *script = number ? &scene->second : &scene->script;
    char *head = scene->seen.head;
    if (script->silent) {
        raw_drain(connection);
        return;
    }
    if (!raw_read_head(connection, head, sizeof scene->seen.head)) return;
    atomic_fetch_add(&scene->seen.requests, 1);
    if (script->answer)
        raw_write(connection, script->answer, strlen(script->answer));
    else
        upgrade(connection, head, script);
    finish(connection, script, &scene->seen);
}

/* --- the client's side --- */

static inline void scene_start(struct scene *scene, const char *scheme)
{
    scene->peer.script = follow;
    scene->peer.context = scene;
    raw_start(&scene->peer);
    scene->loop = manual_limited_loop(NULL, scene->limits);
    client_open(&scene->client, scene->loop, scheme, "127.0.0.1", scene->peer.port, "/ws?a=b");
}

static inline void scene_end(struct scene *scene)
{
    net_loop_destroy(scene->loop);
    raw_stop(&scene->peer);
}

/* Plays it until it is down; time stands still. */
static inline void play(struct scene *scene)
{
    scene_start(scene, "ws");
    until_downs(&scene->client, 1);
    scene->client.close_when_down = true; /* the end of the loop is not of interest */
}

#endif
