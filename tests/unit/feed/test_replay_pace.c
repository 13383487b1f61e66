/* Pace, connections and damage, by recordings that were written by hand. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/feed/playback.h"
#include "booktop/feed/replay.h"
#include "booktop/net/loop.h"
#include "booktop/record/archive.h"
#include "onlooker.h"

#define SECOND NANOSECONDS_PER_SECOND
#define MINUTE (60 * SECOND)
#define LIMIT  (60 * SECOND)
#define WALL   (1700000000 * SECOND)
#define REASON 400

/* === Writing === */

struct script {
    char path[64];
    struct archive *archive;
    struct json_writer line;
};

static struct script script_open(size_t block_bytes)
{
    static unsigned made;
    char error[REASON];
    struct script script = {0};
    snprintf(script.path, sizeof script.path, "/tmp/booktop-test-%ld-%u.obr", (long)getpid(), made++);
    struct archive_options options = {
        .path = script.path,
        .block_bytes = block_bytes,
        .header = {.tool = "booktop", .boot = "test", .venues = {true, true}, .stamp = {0, WALL}},
        .stamp = {0, WALL},
    };
    script.archive = archive_create(&options, error, sizeof error);
    if (!script.archive) fail_msg("%s", error);
    return script;
}

static struct stamp moment(int64_t m)
{
    return (struct stamp){m, WALL + m};
}

static void add(struct script *script, int64_t m, bool good)
{
    assert_true(good);
    assert_true(archive_add(script->archive, json_writer_text(&script->line), moment(m), false));
    json_writer_reset(&script->line);
}

static void happens(struct script *script, int64_t m, enum record_event event, const char *why)
{
    const struct record_happening happening = {.event = event, .why = text_from(why)};
    add(script, m, record_write_event(&script->line, moment(m), 0, &happening));
}

static void watches(struct script *script, int64_t m, const char *symbol)
{
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    snprintf(instrument.outcomes[0].token, SYMBOL_SIZE, "1%s", symbol);
    snprintf(instrument.title, sizeof instrument.title, "Market %s", symbol);
    const struct record_happening happening = {.event = RECORD_WATCHED, .instrument = &instrument};
    add(script, m, record_write_event(&script->line, moment(m), 0, &happening));
}

static void hears(struct script *script, int64_t m, const char *frame)
{
    add(script, m, record_write_received(&script->line, moment(m), 0, VENUE_POLYMARKET, 0, 1, text_from(frame)));
}

static void script_close(struct script *script, int64_t m)
{
    char error[REASON];
    if (!archive_close(script->archive, moment(m), error, sizeof error)) fail_msg("%s", error);
    json_writer_free(&script->line);
}

/* === Watching === */

static struct onlooker watch(const struct script *script, struct feed_replay_options options)
{
    char error[REASON] = "";
    const char *path = script->path;
    options.paths = &path;
    options.path_count = 1;
    struct feed_options feed_options = {.clock = &clock_system, .replay = &options};
    struct onlooker onlooker = {.feed = feed_start(&feed_options, error, sizeof error)};
    if (!onlooker.feed) fail_msg("%s", error);
    return onlooker;
}

static void end(struct onlooker *onlooker, const struct script *script)
{
    feed_stop(onlooker->feed);
    unlink(script->path);
}

#define AT(onlooker) feed_replay((onlooker)->feed)

/* Ten minutes of it. */
static struct script write_silences(void)
{
    struct script script = script_open(0);
    happens(&script, SECOND, RECORD_OPENED, "");
    for (int64_t minute = 1; minute <= 10; minute++) hears(&script, minute * MINUTE, "PONG");
    script_close(&script, 10 * MINUTE);
    return script;
}

static void silences_are_shortened(void **state)
{
    (void)state;
    struct script script = write_silences();
    int64_t began = clock_now(&clock_system).mono, idle = SECOND / 50;
    struct onlooker onlooker = watch(&script, (struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .idle = idle});
    int64_t last = 0;
    while (!AT(&onlooker)->ended) {
        assert_true(onlooker_look(&onlooker, began + LIMIT));
        int64_t now = clock_now(feed_clock(onlooker.feed)).mono - PLAYBACK_BASE;
        assert_true(now >= last && now <= 10 * MINUTE);
        last = now;
    }
    assert_int_equal(AT(&onlooker)->position, 10 * MINUTE);
    assert_int_equal(AT(&onlooker)->messages, 10);
    assert_int_equal(AT(&onlooker)->began, WALL);
    assert_true(clock_now(&clock_system).mono - began >= 10 * idle);
    assert_int_equal(clock_now(feed_clock(onlooker.feed)).wall, WALL + 10 * MINUTE);
    end(&onlooker, &script);
}

static void silences_last_as_long_as_they_did(void **state)
{
    (void)state;
    struct script script = write_silences();
    int64_t began = clock_now(&clock_system).mono;
    struct onlooker onlooker = watch(&script, (struct feed_replay_options){.speed = 1000 * REPLAY_SPEED_NORMAL});
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->ended);
    assert_true(clock_now(&clock_system).mono - began >= 10 * MINUTE / 1000);
    end(&onlooker, &script);
}

static void a_command_is_heard_within_a_silence(void **state)
{
    (void)state;
    struct script script = write_silences();
    struct onlooker onlooker = watch(&script, (struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL});
    feed_replay_seek(onlooker.feed, 3 * MINUTE + 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->position > 3 * MINUTE && !AT(&onlooker)->seeking);
    feed_replay_step(onlooker.feed, REPLAY_CHANGE); /* without a panel: a message */
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->position == 4 * MINUTE);
    assert_true(AT(&onlooker)->paused);
    feed_replay_step(onlooker.feed, REPLAY_MESSAGE);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->position == 5 * MINUTE);
    feed_replay_seek(onlooker.feed, 7 * MINUTE);
    feed_replay_seek(onlooker.feed, 2 * MINUTE);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->position == 2 * MINUTE && !AT(&onlooker)->seeking);
    end(&onlooker, &script);
}

static enum link_state state_of(const struct onlooker *onlooker)
{
    return onlooker->connections.count ? onlooker->connections.connections[0].view.state : LINK_STATE_COUNT;
}

static void connections_are_as_they_were(void **state)
{
    (void)state;
    struct script script = script_open(0);
    watches(&script, SECOND, "M1");
    happens(&script, 2 * SECOND, RECORD_OPENED, "");
    hears(&script, 3 * SECOND, "PONG");
    happens(&script, 4 * SECOND, RECORD_LOST, "the peer\x1b[31m is gone");
    happens(&script, 5 * SECOND, RECORD_GIVEN_UP, "refused for good");
    hears(&script, 8 * SECOND, "PONG");
    script_close(&script, 8 * SECOND);
    struct onlooker onlooker =
        watch(&script, (struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .paused = true});
    const struct connection *connection = &onlooker.connections.connections[0];
    feed_watch_connections(onlooker.feed, true);
    feed_replay_seek(onlooker.feed, 2 * SECOND + 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT, link_carries(state_of(&onlooker)));
    feed_replay_seek(onlooker.feed, 3 * SECOND + 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT, connection->view.heard == PLAYBACK_BASE + 3 * SECOND);
    assert_int_equal(connection->view.messages, 1);
    feed_replay_seek(onlooker.feed, 4 * SECOND + 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT, state_of(&onlooker) == LINK_STATE_DOWN);
    assert_non_null(strstr(connection->view.reason, "is gone"));
    assert_null(strchr(connection->view.reason, '\x1b'));
    feed_replay_seek(onlooker.feed, 5 * SECOND + 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT, state_of(&onlooker) == LINK_STATE_GIVEN_UP);
    assert_string_equal(connection->view.reason, "refused for good");
    feed_replay_seek(onlooker.feed, 7 * SECOND + 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->position > 7 * SECOND && !AT(&onlooker)->seeking);
    feed_replay_step(onlooker.feed, REPLAY_MESSAGE); /* a frame comes of nothing but an open connection */
    ONLOOKER_AWAIT(&onlooker, LIMIT, link_carries(state_of(&onlooker)));
    feed_replay_seek(onlooker.feed, 2 * SECOND + 1);
    ONLOOKER_AWAIT(&onlooker, LIMIT,
                   link_carries(state_of(&onlooker)) && connection->view.since <= PLAYBACK_BASE + 2 * SECOND + 1 &&
                       connection->view.messages == 0);
    end(&onlooker, &script);
}

/* Known only later, and lost in between: a panel keeps its market over all of it. */
static void a_panel_waits_for_its_market(void **state)
{
    (void)state;
    struct answer_view answer = {.result = ANSWER_NONE};
    struct script script = script_open(0);
    watches(&script, SECOND, "M1");
    watches(&script, 30 * SECOND, "M2");
    script_close(&script, MINUTE);
    struct onlooker onlooker =
        watch(&script, (struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .paused = true});
    /* The survey tells when it knows the length; the markets a little later. */
    for (int64_t limit = clock_now(&clock_system).mono + LIMIT; answer.result != ANSWER_OPENED;) {
        uint32_t lookup = feed_open(onlooker.feed, 0, "M2");
        while (answer.lookup != lookup)
            if (!feed_answer(onlooker.feed, &answer)) assert_true(onlooker_look(&onlooker, limit));
    }
    ONLOOKER_AWAIT(&onlooker, LIMIT, strcmp(onlooker.view.instrument.symbol, "M2") == 0);
    assert_false(onlooker.view.has_book);
    struct market_handle handle = onlooker.view.market;
    const int64_t places[] = {40 * SECOND, 0, 35 * SECOND};
    for (size_t i = 0; i < 3; i++) {
        uint32_t epoch = onlooker.view.epoch;
        feed_replay_seek(onlooker.feed, places[i]);
        ONLOOKER_AWAIT(&onlooker, LIMIT, onlooker.view.epoch > epoch);
        assert_true(market_handle_equal(onlooker.view.market, handle));
        assert_string_equal(onlooker.view.instrument.title, "Market M2");
    }
    end(&onlooker, &script);
}

static void damage_is_passed_and_told(void **state)
{
    (void)state;
    struct script script = script_open(1024);
    happens(&script, 1, RECORD_OPENED, "");
    for (int64_t i = 2; i < 200; i++) hears(&script, i * NANOSECONDS_PER_MILLISECOND, "PONG");
    script_close(&script, SECOND);
    FILE *file = fopen(script.path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    long size = ftell(file);
    assert_int_equal(fseek(file, size / 2, SEEK_SET), 0);
    assert_int_equal(fwrite("damage damage", 1, 13, file), 13);
    assert_int_equal(fclose(file), 0);
    struct onlooker onlooker = watch(&script, (struct feed_replay_options){.speed = REPLAY_SPEED_ALL});
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->ended && AT(&onlooker)->surveyed == 1000);
    assert_true(AT(&onlooker)->faults >= 1);
    assert_true(AT(&onlooker)->trouble[0]);
    assert_true(AT(&onlooker)->landmark_count >= 1);
    assert_int_equal(AT(&onlooker)->landmarks[0].kind, LANDMARK_DAMAGE);
    end(&onlooker, &script);
}

/* Times that no clock gives are no reason to stop. */
static void hostile_times_are_passed(void **state)
{
    (void)state;
    struct script script = script_open(0);
    happens(&script, 1, RECORD_OPENED, "");
    hears(&script, INT64_C(500000000000000000), "PONG");
    hears(&script, 2, "PONG");
    script_close(&script, 3);
    struct onlooker onlooker =
        watch(&script, (struct feed_replay_options){.speed = REPLAY_SPEED_NORMAL, .idle = SECOND / 100});
    feed_replay_seek(onlooker.feed, INT64_MAX);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->ended);
    assert_int_equal(AT(&onlooker)->messages, 2);
    end(&onlooker, &script);
}

static void as_fast_as_it_goes_hears_commands(void **state)
{
    (void)state;
    struct script script = script_open(0);
    happens(&script, 1, RECORD_OPENED, "");
    for (int64_t i = 2; i < 40000; i++) hears(&script, i * NANOSECONDS_PER_MILLISECOND, "PONG");
    script_close(&script, 40 * SECOND);
    struct onlooker onlooker = watch(&script, (struct feed_replay_options){.speed = REPLAY_SPEED_ALL});
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->messages > 100);
    feed_replay_pause(onlooker.feed, true);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->paused);
    assert_false(AT(&onlooker)->ended);
    int64_t position = AT(&onlooker)->position;
    assert_int_equal(clock_now(feed_clock(onlooker.feed)).mono, PLAYBACK_BASE + position);
    feed_replay_seek(onlooker.feed, 39 * SECOND);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->position == 39 * SECOND && !AT(&onlooker)->seeking);
    feed_replay_pause(onlooker.feed, false);
    ONLOOKER_AWAIT(&onlooker, LIMIT, AT(&onlooker)->ended);
    end(&onlooker, &script);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(silences_are_shortened),
        cmocka_unit_test(silences_last_as_long_as_they_did),
        cmocka_unit_test(a_command_is_heard_within_a_silence),
        cmocka_unit_test(connections_are_as_they_were),
        cmocka_unit_test(a_panel_waits_for_its_market),
        cmocka_unit_test(damage_is_passed_and_told),
        cmocka_unit_test(hostile_times_are_passed),
        cmocka_unit_test(as_fast_as_it_goes_hears_commands),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
