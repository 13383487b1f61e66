/* booktop export: a recording in other programs' formats.
 *
 * The recording is played into an engine, and a sink writes what was applied. What is damaged is left out, told of, and
 * makes the exit code 3: behind it every book begins anew with a snapshot.
 */
#include "export.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "booktop/app/options.h"
#include "booktop/feed/playback.h"
#include "export_events.h"
#include "files.h"
#include "progress.h"
#include "told.h"

static const struct export_format *const formats[] = {
    &export_book_csv, &export_trades_csv, &export_npy, &export_ndjson, &export_sqlite,
};

#define FORMAT_COUNT (sizeof formats / sizeof formats[0])

struct export_run {
    const struct options *options;
    const struct export_format *format;
    struct playback *playback;
    struct export_events *events;
    struct progress progress;
    int64_t length, base; /* of the session, ns; its first wall time */
    uint64_t faults;
};

static const struct export_format *find_format(const char *name)
{
    for (size_t i = 0; name && i < FORMAT_COUNT; i++)
        if (strcmp(formats[i]->name, name) == 0) return formats[i];
    return NULL;
}

/* A snap is looked at after it was done: if the market was restored from it, its book is a snapshot. */
static void step(struct export_run *run, const struct playback_next *next)
{
    const struct record *record = next->record;
    bool snap = next->kind == PLAYBACK_OTHER && record && record->kind == RECORD_SNAP;
    enum venue_id venue = snap ? record->instrument.venue : VENUE_COUNT;
    char symbol[SYMBOL_SIZE] = "";
    if (snap) text_copy(text_from(record->instrument.symbol), symbol, sizeof symbol);
    export_events_at(run->events, next->stamp);
    playback_step(run->playback);
    if (snap) export_events_restored(run->events, venue, symbol);
}

static void tell_fault(struct export_run *run, const struct recording_fault *fault)
{
    run->faults += fault->damage != DAMAGE_OPEN;
    progress_clear(&run->progress);
    told_fault(stderr, run->options->words, fault, run->base);
}

/* False: it was ended, by a signal or because writing failed. */
static bool play(struct export_run *run)
{
    const struct playback_next *next;
    do {
        next = playback_peek(run->playback);
        if (!progress_step(&run->progress, next->m, run->length)) return false;
        if (next->kind == PLAYBACK_FAULT) tell_fault(run, next->fault);
        bool end = next->kind == PLAYBACK_AT_END;
        step(run, next);
        if (export_events_failed(run->events)) return false;
        if (end) break;
    } while (true);
    if (progress_signal()) return false; /* it was no end */
    export_events_finish(run->events);
    return !export_events_failed(run->events);
}

/* Whoever reads our standard output, a pipe, has closed it. */
static bool reader_gone(void)
{
    struct pollfd output = {.fd = STDOUT_FILENO, .events = POLLOUT};
    return poll(&output, 1, 0) == 1 && output.revents & POLLERR;
}

/* Opened, played, closed: signals end it in order from before the first file is made to behind the last. */
static int export_to(struct export_run *run, const char *path)
{
    char error[EXPORT_REASON] = "out of memory";
    void *context = run->format->open(path, error, sizeof error);
    if (!context) return told_error(error);
    run->events = export_events_create(playback_engine(run->playback), run->format, context);
    bool played = run->events && play(run);
    export_events_destroy(run->events);
    progress_clear(&run->progress);
    snprintf(error, sizeof error, "out of memory");
    bool written = run->format->close(context, played, error, sizeof error);
    if (!written && strcmp(path, "-") == 0 && reader_gone()) return EXIT_DONE; /* it had enough */
    if (!played && progress_signal()) return 128 + progress_signal();
    if (!written || !played) return told_error(error);
    return run->faults > 0 ? EXIT_DAMAGED : EXIT_DONE;
}

static int refuse(const char *why)
{
    fprintf(stderr, "booktop: %s\nTry 'booktop --help'.\n", why);
    return EXIT_USAGE;
}

int command_export(const struct options *options)
{
    struct export_run run = {.options = options, .format = find_format(options->format)};
    if (!run.format) return refuse("export wants --format book-csv, trades-csv, npy, ndjson or sqlite");
    const char *path = options->output ? options->output : "-";
    if (strcmp(path, "-") == 0 && !run.format->text) return refuse("this format wants a file: -o FILE");

    char error[FILES_REASON] = "";
    const struct playback_options how = {
        .paths = options->words, .path_count = options->word_count, .watch = {progress_tell, &run.progress}};
    signal(SIGPIPE, SIG_IGN);
    int code = files_check(options->words, options->word_count, error, sizeof error);
    if (code != EXIT_DONE) return told_refusal(error, code);
    progress_begin(&run.progress, "exporting");
    run.playback = playback_open(&how, error, sizeof error);
    if (run.playback) run.length = playback_length(run.playback, progress_goes_on, NULL);
    int stopped = progress_signal();
    if (run.playback && !stopped) {
        run.base = told_base(playback_header(run.playback));
        code = export_to(&run, path);
    }
    progress_end(&run.progress);
    if (!run.playback && !stopped) code = told_error(error);
    playback_close(run.playback);
    return stopped ? 128 + stopped : code;
}
