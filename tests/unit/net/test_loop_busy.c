/* A loop that gathers: it leaves its sockets alone for a pause, and nothing else. The peer sends so many messages at a
 * time, and goes on when it has heard that they came: a loop that heard it has to wait for the next.
 */
#include "scene.h"

#include <sched.h>

#include "../../../src/net/loop_core.h"

/* Longer than any turn takes, on any machine, in which nobody waits for it. */
#define LONG_PAUSE (20 * SECOND)

#define NUMBER_SIZE 8 /* digits of a message: its place among all */
#define AT_ONCE     50

/* --- the peer --- */

struct flood {
    unsigned clump; /* messages at a time */
};

static size_t frame_write(char *out, unsigned number)
{
    char digits[NUMBER_SIZE + 1];
    (void)snprintf(digits, sizeof digits, "%0*u", NUMBER_SIZE, number);
    out[0] = (char)0x81;
    out[1] = NUMBER_SIZE;
    memcpy(out + 2, digits, NUMBER_SIZE);
    return 2 + NUMBER_SIZE;
}

/* Pings are none. */
static bool word_taken(int connection)
{
    unsigned char head[6], payload[125];
    do {
        size_t length;
        if (!read_exactly(connection, head, sizeof head)) return false;
        length = head[1] & 0x7fu;
        if (length > sizeof payload || !read_exactly(connection, payload, length)) return false;
    } while (head[0] != 0x81);
    return true;
}

static void flood(int connection, unsigned number, void *context)
{
    const struct flood *flood = context;
    const struct script script = {0};
    char head[4096];
    unsigned sent = 0;
    (void)number;
    if (!raw_read_head(connection, head, sizeof head)) return;
    upgrade(connection, head, &script);
    do {
        char frames[AT_ONCE * (2 + NUMBER_SIZE)];
        size_t length = 0;
        for (unsigned n = 0; n < flood->clump; n++) length += frame_write(frames + length, sent++);
        raw_write(connection, frames, length);
    } while (word_taken(connection));
}

/* --- the client --- */

struct reader {
    struct flood flood;
    struct raw_peer peer;
    struct net_loop *loop;
    struct websocket *websocket;
    unsigned heard, enough; /* messages; the peer is not told to go on when it is enough */
    struct stamp newest;
};

static void go_on(struct reader *reader)
{
    assert_true(websocket_send(reader->websocket, TEXT("on")));
}

static void state_heard(void *context, const struct websocket_status *status)
{
    (void)context, (void)status;
}

static void message_heard(void *context, struct stamp at, struct text message)
{
    struct reader *reader = context;
    char expected[NUMBER_SIZE + 1];
    (void)snprintf(expected, sizeof expected, "%0*u", NUMBER_SIZE, reader->heard++);
    assert_true(text_is(message, expected));
    assert_true(at.mono >= reader->newest.mono);
    reader->newest = at;
    if (reader->heard % reader->flood.clump == 0 && reader->heard < reader->enough) go_on(reader);
}

static void reader_open(struct reader *reader)
{
    char url[64], error[128] = "";
    reader->peer.script = flood;
    reader->peer.context = &reader->flood;
    raw_start(&reader->peer);
    reader->loop = client_loop(&clock_system, NULL);
    (void)snprintf(url, sizeof url, "ws://127.0.0.1:%u/", reader->peer.port);
    struct websocket_options options = {
        .url = url, .handlers = {state_heard, message_heard}, .context = reader, .seed = 1};
    reader->websocket = websocket_open(reader->loop, &options, error, sizeof error);
    if (!reader->websocket) fail_msg("refused: %s", error);
}

static void reader_close(struct reader *reader)
{
    net_loop_destroy(reader->loop);
    raw_stop(&reader->peer);
}

static void read_all(struct reader *reader)
{
    while (reader->heard < reader->enough) assert_true(net_loop_service(reader->loop));
}

/* Until it has paused so often: no window is busy before its end. */
static void until_pauses(struct reader *reader, uint64_t count)
{
    while (reader->loop->pauses < count) assert_true(net_loop_service(reader->loop));
}

/* All that the peer sends before it waits for a word, which it is not given. */
static void read_the_rest(struct reader *reader)
{
    reader->enough = (reader->heard / AT_ONCE + 1) * AT_ONCE;
    read_all(reader);
    assert_int_equal(reader->heard, reader->enough);
}

/* --- tests --- */

static void of_many_messages_none_is_lost_and_all_keep_their_order(void **state)
{
    (void)state;
    struct reader reader = {.flood.clump = AT_ONCE, .enough = UINT32_MAX};
    reader_open(&reader);
    until_pauses(&reader, 10);
    read_the_rest(&reader);
    reader_close(&reader);
}

struct waker {
    struct net_loop *loop;
    atomic_bool heeded;
};

static void *wake_until_heeded(void *argument)
{
    struct waker *waker = argument;
    while (!atomic_load(&waker->heeded)) {
        net_loop_wake(waker->loop);
        (void)sched_yield();
    }
    return NULL;
}

/* A timer of the connection's may be due in a pause, too, but not in several in a row. */
static bool pauses_until_woken(struct net_loop *loop)
{
    for (unsigned tries = 0; tries < 3; tries++) {
        uint64_t before = loop->pauses;
        while (loop->pauses == before) assert_true(net_loop_service(loop));
        if (loop->alarm_due != TIME_NEVER) return true; /* the alarm did not ring */
    }
    return false;
}

static void a_wake_of_another_thread_ends_a_pause(void **state)
{
    (void)state;
    struct reader reader = {.flood.clump = AT_ONCE, .enough = UINT32_MAX};
    reader_open(&reader);
    until_pauses(&reader, 1);
    assert_non_null(reader.loop->timers);
    struct waker waker = {.loop = reader.loop};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wake_until_heeded, &waker), 0);
    reader.loop->pause = LONG_PAUSE;
    assert_true(pauses_until_woken(reader.loop));
    atomic_store(&waker.heeded, true);
    assert_int_equal(pthread_join(thread, NULL), 0);
    reader_close(&reader);
}

static void expired(void *context)
{
    *(bool *)context = true;
}

/* The timer is set anew until a pause fell into its time. */
static void a_timer_ends_a_pause(void **state)
{
    (void)state;
    struct reader reader = {.flood.clump = AT_ONCE, .enough = UINT32_MAX};
    reader_open(&reader);
    until_pauses(&reader, 1);
    int64_t start = net_loop_now(reader.loop).mono;
    uint64_t before = reader.loop->pauses;
    reader.loop->pause = LONG_PAUSE;
    while (reader.loop->pauses == before) {
        bool due = false;
        struct net_timer timer = {.expired = expired, .context = &due};
        net_timer_set(reader.loop, &timer, NANOSECONDS_PER_MILLISECOND);
        serve_until(reader.loop, &due);
    }
    assert_true(net_loop_now(reader.loop).mono - start < LONG_PAUSE);
    reader_close(&reader);
}

/* Each message is waited for, as fast as two threads can; but they are few, and then comes nothing for a while. */
static void a_short_burst_is_read_at_once(void **state)
{
    (void)state;
    struct reader reader = {.flood.clump = 1, .enough = 25};
    reader_open(&reader);
    for (unsigned burst = 0; burst < 4; burst++) {
        bool over = false;
        struct net_timer calm = {.expired = expired, .context = &over};
        if (burst > 0) go_on(&reader);
        read_all(&reader);
        net_timer_set(reader.loop, &calm, 20 * NANOSECONDS_PER_MILLISECOND);
        serve_until(reader.loop, &over);
        reader.enough += 25;
    }
    assert_int_equal(reader.heard, 100);
    assert_int_equal(reader.loop->pauses, 0);
    reader_close(&reader);
}

static void a_busy_loop_that_falls_silent_is_calm(void **state)
{
    (void)state;
    struct reader reader = {.flood.clump = AT_ONCE, .enough = UINT32_MAX};
    reader_open(&reader);
    until_pauses(&reader, 1);
    read_the_rest(&reader);
    bool over = false;
    struct net_timer calm = {.expired = expired, .context = &over};
    net_timer_set(reader.loop, &calm, SECOND / 2);
    serve_until(reader.loop, &over);
    uint64_t before = reader.loop->pauses;
    reader.enough += AT_ONCE;
    go_on(&reader);
    read_all(&reader);
    assert_int_equal(reader.loop->pauses, before);
    reader_close(&reader);
}

static void a_serving_loop_does_not_gather(void **state)
{
    (void)state;
    struct net_loop_options options = {.clock = &clock_system, .server = true};
    struct net_loop *loop = net_loop_create(&options, NULL, 0);
    assert_non_null(loop);
    assert_false(loop->gathers);
    net_loop_destroy(loop);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test(of_many_messages_none_is_lost_and_all_keep_their_order),
    cmocka_unit_test(a_wake_of_another_thread_ends_a_pause),
    cmocka_unit_test(a_timer_ends_a_pause),
    cmocka_unit_test(a_short_burst_is_read_at_once),
    cmocka_unit_test(a_busy_loop_that_falls_silent_is_calm),
    cmocka_unit_test(a_serving_loop_does_not_gather),
};

TEST_MAIN(tests, NULL, NULL)
