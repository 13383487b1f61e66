/* WebSocket peers that lws would never be: written byte by byte. */
#include "client.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#define SECOND NANOSECONDS_PER_SECOND

/* --- the peer's side: each connection gets the bytes of `script`, after the upgrade or in place of it --- */

enum then { THEN_CLOSE, THEN_RESET, THEN_WAIT, THEN_READ };

struct script {
    const char *answer; /* in place of the upgrade; NULL: upgrade properly */
    const char *frames; /* after it */
    size_t length;
    enum then then;
    bool silent; /* not even an answer */
};

/* What came from the client. */
struct seen {
    atomic_uint requests, pongs, closes;
    atomic_uint close_code;
};

#define FRAMES(literal) .frames = (literal), .length = sizeof(literal) - 1

static void accept_key(const char *head, char *out)
{
    static const char magic[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 section 1.3 */
    static const char name[] = "Sec-WebSocket-Key: ";
    char joined[128] = "";
    unsigned char hash[SHA_DIGEST_LENGTH];
    const char *key = strstr(head, name);
    if (key) text_copy((struct text){key + sizeof name - 1, 24}, joined, sizeof joined);
    strcat(joined, magic);
    (void)SHA1((const unsigned char *)joined, strlen(joined), hash);
    (void)EVP_EncodeBlock((unsigned char *)out, hash, sizeof hash);
}

/* The upgrade's answer and the first frames in one segment. */
static void upgrade(int connection, const char *head, const struct script *script)
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

static bool read_exactly(int connection, void *out, size_t length)
{
    return recv(connection, out, length, MSG_WAITALL) == (ssize_t)length;
}

/* Reads short masked frames until the end, or a close frame, which it answers. */
static void read_frames(int connection, struct seen *seen)
{
    unsigned char head[6];
    unsigned char payload[128];
    while (read_exactly(connection, head, sizeof head)) {
        size_t length = head[1] & 0x7f;
        if (length > 125 || !read_exactly(connection, payload, length)) return;
        for (size_t n = 0; n < length; n++) payload[n] ^= head[2 + n % 4];
        if (head[0] == 0x8a && length == 4 && memcmp(payload, "ping", 4) == 0) atomic_fetch_add(&seen->pongs, 1);
        if (head[0] != 0x88) continue;
        if (length >= 2) atomic_store(&seen->close_code, (unsigned)payload[0] << 8 | payload[1]);
        atomic_fetch_add(&seen->closes, 1);
        raw_write(connection, "\x88\x02\x03\xe8", 4);
        return;
    }
}

static void finish(int connection, const struct script *script, struct seen *seen)
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
        read_frames(connection, seen);
        break;
    }
}

struct scene {
    struct script script, second; /* of the first connection, and of all others */
    struct seen seen;
    struct raw_peer peer;
    struct net_loop *loop;
    struct client client;
};

static void follow(int connection, unsigned number, void *context)
{
    struct scene *scene = context;
    const struct script *script = number ? &scene->second : &scene->script;
    char head[4096];
    if (script->silent) {
        raw_drain(connection);
        return;
    }
    if (!raw_read_head(connection, head, sizeof head)) return;
    atomic_fetch_add(&scene->seen.requests, 1);
    if (script->answer)
        raw_write(connection, script->answer, strlen(script->answer));
    else
        upgrade(connection, head, script);
    finish(connection, script, &scene->seen);
}

/* --- the client's side --- */

static void scene_start(struct scene *scene, const char *scheme)
{
    scene->peer.script = follow;
    scene->peer.context = scene;
    raw_start(&scene->peer);
    scene->loop = manual_loop(NULL);
    client_open(&scene->client, scene->loop, scheme, "127.0.0.1", scene->peer.port, "/ws?a=b");
}

static void scene_end(struct scene *scene)
{
    net_loop_destroy(scene->loop);
    raw_stop(&scene->peer);
}

/* Plays it until it is down; time stands still. */
static void play(struct scene *scene)
{
    scene_start(scene, "ws");
    until_downs(&scene->client, 1);
    scene->client.close_when_down = true; /* the end of the loop is not of interest */
}

static void fragments_pings_and_empty_pieces_make_one_message(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x01\x03"
                                            "abc"
                                            "\x89\x02hi" /* a ping in between */
                                            "\x00\x00"   /* an empty fragment */
                                            "\x00\x02"
                                            "de"
                                            "\x80\x00" /* the last one is empty, too */
                                            "\x81\x03xyz"
                                            "\x81\x00"
                                            "\x81\x7e\x00\x04long")}};
    play(&scene);
    assert_int_equal(scene.client.messages, 4);
    assert_string_equal(scene.client.last, "long");
    assert_true(scene.client.sum == 'a' + 'b' + 'c' + 'd' + 'e' + 'x' + 'y' + 'z' + 'l' + 'o' + 'n' + 'g');
    assert_string_equal(scene.client.status.reason, "the connection was cut");
    assert_string_equal(scene.client.steps, "RCHOD");
    scene_end(&scene);
}

static void a_message_after_an_unfinished_one_does_not_begin_with_its_rest(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x01\x03"
                                            "abc")},
                          .second = {FRAMES("\x81\x02ok")}};
    scene_start(&scene, "ws");
    until_downs(&scene.client, 1);
    assert_int_equal(scene.client.messages, 0);
    until_downs(&scene.client, 2);
    assert_int_equal(scene.client.messages, 1);
    assert_string_equal(scene.client.last, "ok");
    scene_end(&scene);
}

static void closes_of_all_kinds_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *frames;
        size_t length;
        int code;
        const char *reason;
    } cases[] = {
        {"\x88\x00", 2, 0, "closed by the peer"},
        {"\x88\x01!", 3, 0, "closed by the peer"},
        {"\x88\x02\x03\xe8", 4, 1000, "closed by the peer: 1000 normal"},
        {"\x88\x04\x0f\xa0no", 6, 4000, "closed by the peer: 4000: no"},
        {"\x88\x04\x03\xe9\xff\xfe", 6, 1001, "closed by the peer: 1001 going away: \xef\xbf\xbd\xef\xbf\xbd"},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.frames = cases[n].frames, .length = cases[n].length, .then = THEN_WAIT}};
        play(&scene);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        assert_int_equal(scene.client.status.close_code, cases[n].code);
        scene_end(&scene);
    }
}

static void frames_against_the_rules_end_the_connection(void **state)
{
    (void)state;
    static const struct {
        const char *frames;
        size_t length;
        const char *reason;
    } cases[] = {
        {"\x82\x03"
         "abc",
         5, "a binary message came"},
        {"\x83\x00", 2, "the connection was cut"}, /* reserved opcode */
        {"\xc1\x01"
         "a",
         3, "the connection was cut"}, /* reserved bit */
        {"\x80\x01"
         "a",
         3, "the connection was cut"},                     /* continuation of nothing */
        {"\x09\x00", 2, "the connection was cut"},         /* fragmented ping */
        {"\x89\x7e\x00\x7e", 4, "the connection was cut"}, /* ping of 126 bytes */
        {"\x81\x7f\xff\xff\xff\xff\xff\xff\xff\xff", 10, "the connection was cut"},
        {"\x01\x01"
         "a\x81\x01"
         "b",
         6, "the connection was cut"}, /* a message inside another */
        {"\x81\x02\xc3(", 4, "a message is not valid UTF-8"},
        {"\x81\x01\xc3", 3, "a message is not valid UTF-8"},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.frames = cases[n].frames, .length = cases[n].length, .then = THEN_WAIT}};
        play(&scene);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        assert_int_equal(scene.client.messages, 0);
        assert_true(scene.client.status.retry_at > stamp.mono);
        scene_end(&scene);
    }
}

static void a_reset_is_told(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_RESET}};
    play(&scene);
    assert_string_equal(scene.client.steps, "RCHOD");
    scene_end(&scene);
}

static void refusals_of_the_upgrade_are_told(void **state)
{
    (void)state;
    static const struct {
        const char *answer;
        int status;
        const char *reason;
        int64_t least_wait;
    } cases[] = {
        {"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n", 401, "HTTP 401 Unauthorized", 0},
        {"HTTP/1.1 429 Whatever\r\nRetry-After: 7\r\nContent-Length: 0\r\n\r\n", 429, "HTTP 429 Too Many Requests",
         7 * SECOND},
        {"HTTP/1.1 429 Whatever\r\nRetry-After: 99999999\r\n\r\n", 429, "HTTP 429 Too Many Requests", 600 * SECOND},
        {"HTTP/1.1 503 x\r\nRetry-After: soon\r\n\r\n", 503, "HTTP 503 Service Unavailable", 0},
        {"HTTP/1.1 299 x\r\n\r\n", 299, "HTTP 299", 0},
        {"HTTP/1.1 302 Found\r\nLocation: wss://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n", 302, "HTTP 302 Found", 0},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.answer = cases[n].answer}};
        play(&scene);
        assert_string_equal(scene.client.steps, "RCHD");
        assert_int_equal(scene.client.status.http_status, cases[n].status);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        assert_true(scene.client.status.retry_at - stamp.mono >= cases[n].least_wait);
        assert_true(scene.client.status.retry_at - stamp.mono <= cases[n].least_wait + SECOND);
        assert_int_equal(atomic_load(&scene.seen.requests), 1); /* a redirect is not followed */
        scene_end(&scene);
    }
}

static void answers_that_are_none_are_told(void **state)
{
    (void)state;
    static char endless[40000];
    memset(endless, 'a', sizeof endless - 1);
    static const char start[] = "HTTP/1.1 101 x\r\nX-A: ";
    memcpy(endless, start, sizeof start - 1);
    static const struct {
        const char *answer, *reason;
    } cases[] = {
        {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
         "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n",
         "the answer is not a WebSocket's"},
        {"HTTP/1.1 101 Switching Protocols\r\n\r\n", "the answer is not a WebSocket's"},
        {endless, "the reply's head is malformed or too long"},
        {"nonsense\r\n\r\n", ""},
        {"", "cut"},
    };
    for (unsigned n = 0; n < sizeof cases / sizeof cases[0]; n++) {
        struct scene scene = {.script = {.answer = cases[n].answer}};
        play(&scene);
        assert_string_equal(scene.client.steps, "RCHD");
        if (!strstr(scene.client.status.reason, cases[n].reason))
            fail_msg("case %u: %s", n, scene.client.status.reason);
        assert_true(strlen(scene.client.status.reason) > 0);
        scene_end(&scene);
    }
}

static void a_peer_that_accepts_and_never_answers_is_given_up(void **state)
{
    (void)state;
    static const struct {
        const char *scheme, *reason;
    } cases[] = {
        {"ws", "no answer to the upgrade within 15 s"},
        {"wss", "TLS handshake not done within 15 s"},
    };
    for (unsigned n = 0; n < 2; n++) {
        struct scene scene = {.script = {.silent = true}};
        scene_start(&scene, cases[n].scheme);
        while (!strchr(scene.client.steps, 'H')) assert_true(net_loop_service(scene.loop));
        for (unsigned turn = 0; turn < 3; turn++) client_pass(&scene.client, 0);
        client_pass(&scene.client, 15 * SECOND - 1);
        assert_int_equal(scene.client.downs, 0);
        client_pass(&scene.client, 1);
        assert_int_equal(scene.client.downs, 1);
        assert_string_equal(scene.client.status.reason, cases[n].reason);
        if (n == 0) until_downs(&scene.client, 2); /* the next attempt is made */
        if (n == 0) assert_string_equal(scene.client.steps, "RCHDRCHOD");
        scene_end(&scene);
    }
}

static void a_peer_that_falls_silent_is_given_up(void **state)
{
    (void)state;
    static const char stalled[] = "\x81\x7f\x3f\xff\xff\xff\xff\xff\xff\xff"
                                  "abc"; /* a message that will never be whole */
    for (unsigned n = 0; n < 2; n++) {
        struct scene scene = {.script = {.then = THEN_WAIT}};
        scene.script.frames = stalled;
        scene.script.length = n ? sizeof stalled - 1 : 0;
        scene_start(&scene, "ws");
        until_opens(&scene.client, 1);
        int64_t start = stamp.mono;
        while (!scene.client.downs) client_pass(&scene.client, SECOND);
        int64_t passed = stamp.mono - start;
        assert_true(passed >= 25 * SECOND && passed <= 35 * SECOND);
        assert_non_null(strstr(scene.client.status.reason, "silent for"));
        scene_end(&scene);
    }
}

static void pings_are_answered(void **state)
{
    (void)state;
    struct scene scene = {.script = {FRAMES("\x89\x04ping"
                                            "\x81\x02go"),
                                     .then = THEN_READ}};
    scene_start(&scene, "ws");
    until_messages(&scene.client, 1);
    while (atomic_load(&scene.seen.pongs) == 0) client_pass(&scene.client, 0);
    assert_int_equal(scene.client.downs, 0);
    scene_end(&scene);
}

static void a_close_sends_a_close_frame(void **state)
{
    (void)state;
    struct scene scene = {.script = {.then = THEN_READ}};
    scene_start(&scene, "ws");
    until_opens(&scene.client, 1);
    websocket_close(scene.client.websocket);
    while (atomic_load(&scene.seen.closes) == 0) client_pass(&scene.client, 0);
    assert_int_equal(atomic_load(&scene.seen.close_code), 1000);
    assert_string_equal(scene.client.steps, "RCHO");
    scene_end(&scene);
}

int main(void)
{
    (void)alarm(PATIENCE_SECONDS);
    net_log_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fragments_pings_and_empty_pieces_make_one_message),
        cmocka_unit_test(a_message_after_an_unfinished_one_does_not_begin_with_its_rest),
        cmocka_unit_test(closes_of_all_kinds_are_told),
        cmocka_unit_test(frames_against_the_rules_end_the_connection),
        cmocka_unit_test(a_reset_is_told),
        cmocka_unit_test(refusals_of_the_upgrade_are_told),
        cmocka_unit_test(answers_that_are_none_are_told),
        cmocka_unit_test(a_peer_that_accepts_and_never_answers_is_given_up),
        cmocka_unit_test(a_peer_that_falls_silent_is_given_up),
        cmocka_unit_test(pings_are_answered),
        cmocka_unit_test(a_close_sends_a_close_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
