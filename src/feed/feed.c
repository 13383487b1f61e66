/* The feed thread, its commands, and the ui's side of everything. */
#include "booktop/feed/feed.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>

#include "booktop/base/log.h"
#include "booktop/base/thread.h"
#include "inside.h"

#define COMMANDS_SIZE (256u << 10)
#define ANSWERS_SIZE  (64u << 10)
#define MARK_SIZE     81 /* 80 bytes, terminated */

struct stamp feed_now(const struct feed *feed)
{
    return feed->replay ? replay_now(feed->replay) : net_loop_now(feed->loop);
}

int64_t feed_real(const struct feed *feed)
{
    return net_loop_now(feed->loop).mono;
}

/* ---- the feed thread ---- */

static void select_market(struct feed *feed, const struct command *command)
{
    struct panel *panel = &feed->panels[command->panel];
    panel->opened = feed_now(feed);
    panel->looked_up = 0;
    publisher_show(feed, command->panel, &command->instrument, command->volume_24h);
}

static void obey(struct feed *feed, const struct command *command)
{
    switch (command->kind) {
    case COMMAND_OPEN:
    case COMMAND_SEARCH:
        answers_ask(feed, command);
        break;
    case COMMAND_SELECT:
        select_market(feed, command);
        break;
    case COMMAND_LIST:
        publisher_list(feed, command->catalogue);
        break;
    case COMMAND_RELEASE:
        answers_release(feed, command->catalogue);
        break;
    case COMMAND_RETRY:
        if (!feed->replay) wires_retry(feed, true);
        break;
    case COMMAND_CONNECTIONS:
        connections_watch(feed, command->open);
        break;
    case COMMAND_MARK:
        rounds_mark(feed, text_from(command->words), command->amount);
        break;
    case COMMAND_REPLAY_PAUSE:
    case COMMAND_REPLAY_SPEED:
    case COMMAND_REPLAY_STEP:
    case COMMAND_REPLAY_SEEK:
        if (feed->replay) replay_obey(feed, command);
        break;
    }
}

static void engine_due(void *context)
{
    struct feed *feed = context;
    engine_advance(feed->engine, feed_now(feed));
}

static void set_engine_timer(struct feed *feed)
{
    int64_t deadline = engine_deadline(feed->engine);
    if (feed->engine_timer.loop && feed->engine_due == deadline) return;
    feed->engine_due = deadline;
    if (deadline == TIME_NEVER)
        net_timer_cancel(&feed->engine_timer);
    else
        net_timer_set(feed->loop, &feed->engine_timer, deadline - feed_now(feed).mono);
}

static void obey_all(struct feed *feed)
{
    const struct command *command;
    size_t length;
    while ((command = ring_peek(feed->commands, &length))) {
        obey(feed, command);
        ring_pop(feed->commands);
    }
}

/* What is left to do after the network was heard. What was due by now is done before anything is shown. */
static void turn(struct feed *feed)
{
    if (feed->replay) {
        if (!replay_is_opening(feed->replay)) obey_all(feed);
        replay_turn(feed);
        return;
    }
    rounds_turn(feed);
    if (awake_is_due(feed)) awake_look(feed);
    if (engine_deadline(feed->engine) <= feed_now(feed).mono) engine_due(feed);
    obey_all(feed);
    rounds_let_go(feed);
    answers_turn(feed);
    wires_turn(feed);
    wishes_turn(feed);
    set_engine_timer(feed);
    publisher_turn(feed);
}

static void *run(void *context)
{
    struct feed *feed = context;
    turn(feed);
    while (!atomic_load(&feed->stopping) && net_loop_service(feed->loop)) turn(feed);
    if (!atomic_load(&feed->stopping)) log_write(LOG_LEVEL_ERROR, "feed", "the network loop failed");
    rounds_end(feed);
    return NULL;
}

/* ---- start and stop ---- */

static void free_made(struct feed *feed)
{
    while (feed->made) {
        struct lent *made = feed->made;
        feed->made = made->next;
        catalogue_free(&made->catalogue);
        free(made);
    }
}

static void release(struct feed *feed)
{
    if (feed->loop) {
        answers_close(feed);
        wires_close(feed);
        gets_close(feed);
        wishes_close(feed);
        connections_close(feed);
        rounds_close(feed);
        net_timer_cancel(&feed->engine_timer);
        publisher_close(feed);
        net_loop_destroy(feed->loop);
    }
    if (feed->options.replay)
        replay_close(feed); /* the engine is its */
    else
        engine_destroy(feed->engine);
    ring_destroy(feed->commands);
    ring_destroy(feed->answers);
    free_made(feed);
    if (feed->wake_fd >= 0) close(feed->wake_fd);
    free(feed);
}

/* What the input comes from, and the engine. False, with a reason. */
static bool open_input(struct feed *feed, char *error, size_t error_size)
{
    if (feed->options.replay) return replay_open(feed, error, error_size);
    struct engine_options engine_options;
    for (size_t i = 0; i < VENUE_COUNT; i++)
        engine_options.venues[i] = (struct venue_options){.endpoints = feed->options.endpoints[i],
                                                          .has_key = feed->options.signers[i].headers != NULL,
                                                          .kept = feed->options.kept[i]};
    if (getrandom(engine_options.key, sizeof engine_options.key, 0) != sizeof engine_options.key ||
        getrandom(&feed->seed, sizeof feed->seed, 0) != sizeof feed->seed) {
        snprintf(error, error_size, "no random numbers: %s", strerror(errno));
        return false;
    }
    feed->engine = engine_create(&engine_options);
    if (!feed->engine) snprintf(error, error_size, "out of memory");
    return feed->engine != NULL;
}

static bool open_parts(struct feed *feed, char *error, size_t error_size)
{
    struct net_loop_options loop_options = {
        .clock = feed->options.clock,
        .server = feed->options.replay != NULL, /* nobody is connected to */
        .ca_pem = feed->options.ca_pem,
        .limits = feed->options.limits,
        .proxy = feed->options.proxy,
    };
    feed->loop = net_loop_create(&loop_options, error, error_size);
    if (!feed->loop || !open_input(feed, error, error_size)) return false;
    feed->commands = ring_create(COMMANDS_SIZE);
    feed->answers = ring_create(ANSWERS_SIZE);
    feed->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    feed->engine_timer = (struct net_timer){.expired = engine_due, .context = feed};
    feed->metrics.started = feed_now(feed).mono;
    feed->log_lost = log_lost();
    rounds_open(feed);
    awake_look(feed);
    memset(feed->options.kept, 0, sizeof feed->options.kept); /* borrowed until here, as these: */
    feed->retry_most = (feed->options.limits ? feed->options.limits : &net_limits_default)->retry_most;
    feed->options.limits = NULL;
    feed->options.proxy = NULL;
    bool all = publisher_open(feed) && wishes_open(feed) && feed->commands && feed->answers && feed->wake_fd >= 0;
    if (all) all = engine_add_sink(feed->engine, &publisher_sink, feed);
    if (!all) snprintf(error, error_size, "out of memory");
    return all && connections_open(feed, error, error_size);
}

struct feed *feed_start(const struct feed_options *options, char *error, size_t error_size)
{
    struct feed *feed = calloc(1, sizeof *feed);
    if (!feed) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    feed->options = *options;
    if (options->replay && !options->clock) feed->options.clock = &clock_system;
    if (options->replay) {
        feed->options.metrics_address = NULL; /* no network at all */
        feed->options.recorder = NULL;        /* it is recorded already */
    }
    feed->wake_fd = -1;
    if (!open_parts(feed, error, error_size)) {
        release(feed);
        return NULL;
    }
    int failed = thread_start(&feed->thread, "booktop-feed", run, feed);
    if (failed) {
        snprintf(error, error_size, "no thread: %s", strerror(failed));
        release(feed);
        return NULL;
    }
    if (error_size > 0) error[0] = '\0'; /* whatever was tried on the way */
    return feed;
}

/* ---- the ui's side ---- */

/* The ring holds hundreds of commands; while it is full the feed thread is not running, and nothing would come of one
 * more. */
void feed_give(struct feed *feed, const struct command *command)
{
    size_t size = command->kind == COMMAND_SELECT ? sizeof *command : offsetof(struct command, volume_24h);
    if (!ring_push(feed->commands, command, size))
        log_write(LOG_LEVEL_ERROR, "feed", "a command was lost: the feed does not take them");
    net_loop_wake(feed->loop);
}

/* After the thread's end: the engine is ours. */
static void keep_for_next_run(struct feed *feed)
{
    struct json_writer out = {0};
    for (size_t i = 0; i < VENUE_COUNT && feed->options.keep && !feed->replay; i++) {
        json_writer_reset(&out);
        engine_keep(feed->engine, (enum venue_id)i, &out);
        struct text text = json_writer_text(&out);
        if (text.length) feed->options.keep(feed->options.keep_context, (enum venue_id)i, text);
    }
    json_writer_free(&out);
}

static void note_end(struct feed *feed)
{
    char took[DURATION_SIZE];
    unsigned open = 0;
    for (size_t i = 0; i < feed->wire_count; i++) open += feed->wires[i].opened;
    duration_text(feed_now(feed).mono - feed->metrics.started, took, sizeof took);
    journal_write(&feed->journal, feed_now(feed), JOURNAL_SHUT_DOWN, VENUE_COUNT, 0, "after %s, %u connection%s open",
                  took, open, open == 1 ? "" : "s");
}

void feed_stop(struct feed *feed)
{
    if (!feed) return;
    atomic_store(&feed->stopping, true);
    net_loop_wake(feed->loop);
    pthread_join(feed->thread, NULL);
    note_end(feed);
    keep_for_next_run(feed);
    release(feed);
}

int feed_wake_fd(const struct feed *feed)
{
    return feed->wake_fd;
}

void feed_woken(struct feed *feed)
{
    eventfd_t count;
    (void)!eventfd_read(feed->wake_fd, &count);
}

static uint32_t put_question(struct feed *feed, enum command_kind kind, unsigned panel, const char *words)
{
    struct command command = {.kind = kind, .lookup = ++feed->next_lookup, .panel = panel};
    text_copy(text_from(words), command.words, sizeof command.words);
    feed_give(feed, &command);
    return command.lookup;
}

uint32_t feed_open(struct feed *feed, unsigned panel, const char *words)
{
    return put_question(feed, COMMAND_OPEN, panel, words);
}

uint32_t feed_search(struct feed *feed, const char *words)
{
    return put_question(feed, COMMAND_SEARCH, 0, words);
}

void feed_select(struct feed *feed, unsigned panel, const struct catalogue_entry *entry)
{
    struct command command = {.kind = COMMAND_SELECT, .panel = panel, .volume_24h = entry->volume_24h};
    command.instrument = entry->instrument;
    feed_give(feed, &command);
}

void feed_list(struct feed *feed, const struct catalogue *catalogue)
{
    feed_give(feed, &(struct command){.kind = COMMAND_LIST, .catalogue = catalogue});
}

const struct catalogue *feed_catalogue(struct feed *feed, const struct catalogue_entry *const *entries, size_t count)
{
    struct lent *made = calloc(1, sizeof *made);
    if (!made) return NULL;
    for (size_t i = 0; i < count; i++) {
        struct catalogue_entry *entry = catalogue_append(&made->catalogue);
        if (!entry) {
            catalogue_free(&made->catalogue);
            free(made);
            return NULL;
        }
        *entry = *entries[i];
    }
    made->next = feed->made;
    feed->made = made;
    return &made->catalogue;
}

void feed_release(struct feed *feed, const struct catalogue *catalogue)
{
    feed_give(feed, &(struct command){.kind = COMMAND_RELEASE, .catalogue = catalogue});
}

void feed_retry(struct feed *feed)
{
    feed_give(feed, &(struct command){.kind = COMMAND_RETRY});
}

void feed_mark(struct feed *feed, const char *note, int64_t at)
{
    struct command command = {.kind = COMMAND_MARK, .amount = at};
    text_copy(text_from(note), command.words, MARK_SIZE);
    feed_give(feed, &command);
}

const struct clock *feed_clock(const struct feed *feed)
{
    return feed->replay ? replay_clock(feed->replay) : feed->options.clock;
}

void feed_watch_connections(struct feed *feed, bool open)
{
    feed_give(feed, &(struct command){.kind = COMMAND_CONNECTIONS, .open = open});
}

const struct connections_view *feed_connections(struct feed *feed)
{
    return triple_buffer_take(feed->connections);
}

unsigned feed_metrics_port(const struct feed *feed)
{
    return feed->page_server ? server_port(feed->page_server) : 0;
}

const struct quote_table *feed_quotes(struct feed *feed)
{
    return triple_buffer_take(feed->quotes);
}

bool feed_answer(struct feed *feed, struct answer_view *answer)
{
    size_t length;
    const struct answer_view *oldest = ring_peek(feed->answers, &length);
    if (!oldest) return false;
    *answer = *oldest;
    ring_pop(feed->answers);
    return true;
}
