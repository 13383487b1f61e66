/* booktop and booktop demo: the screen, or plain text where standard output is no terminal. */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "book_line.h"
#include "booktop/feed/taping.h"
#include "booktop/ui/plain.h"
#include "booktop/ui/scene.h"
#include "booktop/ui/search.h"
#include "booktop/ui/signals.h"
#include "booktop/ui/ui.h"
#include "choices.h"
#include "files.h"
#include "recorded.h"
#include "screen.h"
#include "start.h"
#include "told.h"

#define PRINT_INTERVAL NANOSECONDS_PER_SECOND
#define DEMO_FOR       (10 * NANOSECONDS_PER_SECOND)
#define ERROR_SIZE     512
/* After it the user is told why it takes so long. */
#define TAPING_PATIENCE NANOSECONDS_PER_SECOND

/* Plain output: what was asked for, and what has come of it. */
struct plain {
    const struct options *options;
    struct feed *feed;
    struct taping *taping;
    size_t panels; /* markets that were asked for */
    const struct book_view *views[FEED_PANELS];
    bool seen[FEED_PANELS]; /* it had a book at some time */
    int64_t end, next_print;
    int signals; /* descriptor */
    char error[ERROR_SIZE];
    struct json_writer out;
    struct order_book book; /* scratch of the JSON lines */
};

enum step { STEP_GO_ON, STEP_END, STEP_FAIL };

static struct stamp now(void)
{
    return clock_now(&clock_system);
}

static enum step take_answer(struct plain *plain, const struct answer_view *answer)
{
    bool asked_for_top = plain->options->word_count == 0;
    switch (answer->result) {
    case ANSWER_OPENED:
        return STEP_GO_ON;
    case ANSWER_LIST:
        if (asked_for_top && answer->catalogue->count) {
            feed_select(plain->feed, 0, &answer->catalogue->entries[0]);
            feed_release(plain->feed, answer->catalogue);
            return STEP_GO_ON;
        }
        choices_print(answer->catalogue);
        feed_release(plain->feed, answer->catalogue);
        plain->error[0] = '\0';
        return STEP_FAIL;
    case ANSWER_NONE:
    case ANSWER_FAILED:
        snprintf(plain->error, sizeof plain->error, "%s%s%s",
                 asked_for_top ? "the most traded markets" : plain->options->words[answer->panel],
                 answer->result == ANSWER_NONE ? ": " : " could not be looked up: ", answer->why);
        return STEP_FAIL;
    }
    return STEP_GO_ON;
}

static void write_json(struct plain *plain, const struct book_view *view)
{
    const struct depth *depth = &view->depth;
    bool whole = depth->bid_count == depth->bids_in_book && depth->ask_count == depth->asks_in_book;
    if (order_book_replace(&plain->book, depth->bids, depth->bid_count, depth->asks, depth->ask_count)) return;
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++)
        if (view->instrument.outcomes[outcome].token[0] || outcome == 0)
            book_line_write(&plain->out, &view->instrument, &plain->book, outcome, book_proof(view, now()),
                            view->cut.levels, whole, NULL);
    struct text text = json_writer_text(&plain->out);
    fwrite(text.at, 1, text.length, stdout);
    json_writer_reset(&plain->out);
}

/* Prints what there is. A reader that closed the pipe ends it quietly. */
static enum step print_books(struct plain *plain)
{
    bool all = true;
    for (size_t i = 0; i < plain->panels; i++) all &= plain->seen[i];
    if (plain->options->once && !all) return STEP_GO_ON;
    for (size_t i = 0; i < plain->panels; i++) {
        if (!plain->seen[i]) continue;
        if (plain->options->json)
            write_json(plain, plain->views[i]);
        else
            plain_write(stdout, plain->views[i], now(), plain->options->ascii || !told_speaks_utf8());
    }
    if (fflush(stdout)) {
        if (errno == EPIPE) return STEP_END;
        snprintf(plain->error, sizeof plain->error, "cannot write: %s", strerror(errno));
        return STEP_FAIL;
    }
    return plain->options->once ? STEP_END : STEP_GO_ON;
}

static enum step take_news(struct plain *plain)
{
    struct taping_status recording;
    feed_woken(plain->feed);
    taping_status(plain->taping, &recording);
    struct answer_view answer;
    while (feed_answer(plain->feed, &answer)) {
        enum step step = take_answer(plain, &answer);
        if (step != STEP_GO_ON) return step;
    }
    for (unsigned i = 0; i < plain->panels; i++) {
        const struct book_view *view = feed_view(plain->feed, i);
        if (!view) continue;
        plain->views[i] = view;
        plain->seen[i] |= view->has_book;
        if (!view->has_book && view->market.generation && view->status != MARKET_OPEN) {
            char name[CHOICE_NAME_SIZE];
            choice_name(&view->instrument, name);
            snprintf(plain->error, sizeof plain->error, "%.400s is %s: the venue keeps no order book for it", name,
                     market_status_text(view->status));
            return STEP_FAIL;
        }
    }
    return plain->options->once ? print_books(plain) : STEP_GO_ON;
}

static int wait_time(const struct plain *plain)
{
    int64_t due = plain->end;
    if (!plain->options->once && plain->next_print < due) due = plain->next_print;
    if (due == TIME_NEVER) return -1;
    int64_t left = due - now().mono;
    if (left <= 0) return 0;
    return left > INT_MAX / 2 * NANOSECONDS_PER_MILLISECOND ? INT_MAX / 2
                                                            : (int)(left / NANOSECONDS_PER_MILLISECOND) + 1;
}

/* True if standard output's reader is gone: known without writing to it, so that a pipe closed before the first book
 * ends us too. */
static bool reader_is_gone(const struct pollfd *output)
{
    return output->revents & (POLLERR | POLLHUP | POLLNVAL);
}

/* Returns the exit code. */
static int watch_loop(struct plain *plain)
{
    enum step step = STEP_GO_ON;
    while (step == STEP_GO_ON) {
        struct pollfd ready[] = {
            {.fd = feed_wake_fd(plain->feed), .events = POLLIN},
            {.fd = plain->signals, .events = POLLIN},
            {.fd = STDOUT_FILENO, .events = 0},
        };
        poll(ready, sizeof ready / sizeof ready[0], wait_time(plain));
        struct signalfd_siginfo got;
        if (ready[1].revents && read(plain->signals, &got, sizeof got) == sizeof got) return 128 + (int)got.ssi_signo;
        if (reader_is_gone(&ready[2])) return EXIT_DONE;
        if (ready[0].revents) step = take_news(plain);
        if (step != STEP_GO_ON) break;
        int64_t time = now().mono;
        bool last = time >= plain->end;
        if (!plain->options->once && (last || time >= plain->next_print)) {
            plain->next_print += PRINT_INTERVAL;
            step = print_books(plain);
        }
        if (last && step == STEP_GO_ON) step = STEP_END;
    }
    if (step == STEP_FAIL) return EXIT_FAILED;
    for (size_t i = 0; i < plain->panels; i++) {
        if (plain->seen[i]) continue;
        const struct book_view *view = plain->views[i];
        snprintf(plain->error, sizeof plain->error, "no book came%s%s", view && view->link.reason[0] ? ": " : "",
                 view ? view->link.reason : "");
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

static int watch_plain(struct feed *feed, struct taping *taping, const struct options *options, bool demo, char *error)
{
    struct plain plain = {.options = options, .feed = feed, .taping = taping};
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    plain.signals = signalfd(-1, &ends, SFD_CLOEXEC);
    plain.panels = options->word_count ? options->word_count : 1;
    order_book_init(&plain.book, 0);
    int64_t for_ns = options->for_ns ? options->for_ns : demo ? DEMO_FOR : TIME_NEVER;
    int64_t start = now().mono;
    plain.end = for_ns > TIME_NEVER - start ? TIME_NEVER : start + for_ns;
    plain.next_print = start + PRINT_INTERVAL;
    for (unsigned i = 0; i < options->word_count; i++) feed_open(feed, i, options->words[i]);
    if (options->word_count == 0) feed_search(feed, "");
    int code = watch_loop(&plain);
    signals_put_away(code > 128 ? code - 128 : 0);
    bool any = false;
    for (size_t i = 0; i < plain.panels; i++) any |= plain.seen[i];
    if (code == EXIT_FAILED && !any && plain.error[0]) start_explain(options, plain.error, sizeof plain.error);
    text_copy(text_from(plain.error), error, ERROR_SIZE);
    close(plain.signals);
    order_book_free(&plain.book);
    json_writer_free(&plain.out);
    return code;
}

/* A demo of many markets begins with one of them. */
static void tell_of_others(unsigned markets, char notice[NOTICE_SIZE])
{
    char list[KEYS_SIZE], search[KEYS_SIZE];
    keymap_key(CONTEXT_LADDER, false, ACTION_QUIT, list);
    keymap_key(CONTEXT_LADDER, false, ACTION_SEARCH, search);
    snprintf(notice, NOTICE_SIZE, "%u markets on each venue: %s lists those traded most, %s searches all", markets,
             list, search);
}

/* Invented markets never get among those that are kept. */
static int watch_screen(struct feed *feed, struct taping *taping, const struct options *options,
                        const struct config *config, bool demo, char *error)
{
    struct ui_options ui_options = {
        .feed = feed,
        .clock = &clock_system,
        .taping = taping,
        .demo = demo,
        .markets = options->words,
        .market_count = options->word_count,
        .open_first = demo && options->word_count == 0,
    };
    char others[NOTICE_SIZE];
    if (ui_options.open_first && options->markets > 1) {
        tell_of_others(options->markets, others);
        ui_options.notice = others;
    }
    enum keeping_use use = demo || options->exchange ? KEEPING_LOOKS : KEEPING_ALL;
    return screen_run(&ui_options, options, config, use, error, ERROR_SIZE);
}

/* === Recording beside === */

/* Waits for the end of what is being recorded, where that does not take long. */
static bool ends_soon(struct feed *feed, struct taping *taping)
{
    int64_t end = now().mono + TAPING_PATIENCE;
    struct taping_status status;
    for (taping_status(taping, &status); status.state == TAPING_ENDING; taping_status(taping, &status)) {
        int64_t left = end - now().mono;
        if (left <= 0) return false;
        struct pollfd ready = {.fd = feed_wake_fd(feed), .events = POLLIN};
        poll(&ready, 1, (int)(left / NANOSECONDS_PER_MILLISECOND) + 1);
        feed_woken(feed);
    }
    return true;
}

/* Returns the exit code. */
static int end_taping(struct feed *feed, struct taping *taping, int code)
{
    struct taping_status status;
    char why[ERROR_SIZE] = "";
    taping_stop(taping);
    if (!ends_soon(feed, taping)) fputs("booktop: the end of the recording is being written...\n", stderr);
    bool closed = taping_finish(taping, why, sizeof why);
    if (!closed) { /* the failure first: what is said last stays in mind */
        taping_status(taping, &status);
        fprintf(stderr, "booktop: recording %s: ", status.recorder.whole ? "ended" : "failed");
        told_text(stderr, text_from(why));
        fputc('\n', stderr);
    }
    const struct taping_file *files;
    size_t count = taping_files(taping, &files);
    recorded_tell(stderr, files, count);
    taping_close(taping, why, sizeof why);
    return !closed && code == EXIT_DONE ? EXIT_FAILED : code;
}

static int watch_feed(struct backend *backend, const struct options *options, const struct config *config, bool demo,
                      char *error)
{
    struct taping *taping = taping_create(backend->feed, &backend->recording, backend->no_place);
    int code = EXIT_FAILED;
    if (!taping)
        snprintf(error, ERROR_SIZE, "out of memory");
    else if (options->record &&
             !(taping_start(taping, error, ERROR_SIZE) && taping_await_begin(taping, error, ERROR_SIZE)))
        taping_close(taping, (char[ERROR_SIZE]){0}, ERROR_SIZE);
    else {
        code = start_wants_screen(options) ? watch_screen(backend->feed, taping, options, config, demo, error)
                                           : watch_plain(backend->feed, taping, options, demo, error);
        code = end_taping(backend->feed, taping, code);
    }
    return code;
}

/* Once the options are complete: the log, the network, and what is seen of it. */
static int watch_with(const struct options *options, const struct config *config, bool demo, bool *started,
                      char error[ERROR_SIZE])
{
    config_tell(config);
    start_check_theme(options);
    if (!start_wants_screen(options)) start_block_signals(); /* the screen has handlers of its own */
    start_log(options);
    struct backend backend;
    int code = EXIT_FAILED;
    *started = backend_start(&backend, options, config, demo ? BACKEND_DEMO : BACKEND_WATCH, error, ERROR_SIZE);
    if (*started) {
        code = watch_feed(&backend, options, config, demo, error);
        backend_stop(&backend);
    }
    start_log_end();
    return code;
}

static int watch(const struct options *given, bool demo)
{
    struct options options = *given;
    struct config config = {0};
    char error[ERROR_SIZE] = "", searched[PROMPT_SIZE];
    const char *const words[] = {searched};
    if (search_join_words(options.words, options.word_count, searched, sizeof searched)) {
        options.words = words;
        options.word_count = 1;
    }
    if (!start_wants_screen(&options) && options.word_count > FEED_PANELS) {
        fprintf(stderr, "booktop: without a terminal at most %d markets are watched at once\n", FEED_PANELS);
        return EXIT_USAGE;
    }
    if (options.output && !options.record && !start_wants_screen(&options)) { /* on a screen `r` records there */
        fputs("booktop: without a terminal -o goes with --record\n", stderr);
        return EXIT_USAGE;
    }
    signal(SIGPIPE, SIG_IGN);
    bool started = false;
    int code = files_check_words(given->words, given->word_count, error, sizeof error);
    if (code == EXIT_DONE) code = files_check_output(options.output, error, sizeof error);
    if (code == EXIT_DONE) code = start_check_names(&options, error, sizeof error);
    if (code == EXIT_DONE)
        code = config_read(&config, &options, error, sizeof error)
                   ? watch_with(&options, &config, demo, &started, error)
                   : EXIT_FAILED;
    options_free(&options);
    if (error[0]) told_error(error);
    /* It would not help against a mistake in what we were told. */
    if (code == EXIT_FAILED && !demo && started && error[0])
        fprintf(stderr, "Try 'booktop demo': it needs no network and no account.\n");
    return code;
}

int command_watch(const struct options *options)
{
    return watch(options, false);
}

int command_demo(const struct options *options)
{
    return watch(options, true);
}
