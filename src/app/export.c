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
#include "export_market.h"
#include "files.h"
#include "moment_in.h"
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
    int64_t first, length; /* m of the session's begin and of its end, ns */
    int64_t base;          /* the wall time of m 0, by the last record */
    int64_t from, to;      /* m */
    bool begun;            /* there was a record, or a begin that was asked for */
    int64_t newest;        /* and its wall time */
    uint64_t faults;
    char market[EXPORT_MARKET_SIZE];
    bool unknown; /* the market that is wanted is not in it */
};

static const struct export_format *find_format(const char *name)
{
    for (size_t i = 0; name && i < FORMAT_COUNT; i++)
        if (strcmp(formats[i]->name, name) == 0) return formats[i];
    return NULL;
}

static int64_t wall_of(const struct export_run *run, int64_t m)
{
    return m < 0 ? EVENT_NO_TIME : run->base + m;
}

/* What is wrong behind the records, and an end so far, are no gaps. */
static void tell_missing(struct export_run *run, const struct playback_next *next)
{
    const struct recording_fault *fault = next->kind == PLAYBACK_FAULT ? next->fault : NULL;
    const struct record *record = next->record;
    struct export_gap gap = {.from = run->begun ? run->newest : EVENT_NO_TIME};
    if (fault && fault->damage != DAMAGE_OPEN && fault->damage != DAMAGE_END) {
        gap.to = wall_of(run, fault->to);
        gap.why = text_from(fault->words);
        export_events_gap(run->events, &gap);
    } else if (record && record->kind == RECORD_EVENT && record->happening.event == RECORD_DROPPED) {
        gap.to = record->stamp.wall;
        gap.why = record->happening.why;
        export_events_gap(run->events, &gap);
    }
}

static void note_time(struct export_run *run, const struct record *record)
{
    if (record->kind == RECORD_UNKNOWN || record->kind == RECORD_HEADER) return;
    run->begun = true;
    run->newest = record->stamp.wall;
    run->base = record->stamp.wall - record->stamp.mono;
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
    tell_missing(run, next);
    if (record) note_time(run, record);
    playback_step(run->playback);
    if (snap) export_events_restored(run->events, venue, symbol);
}

static void tell_fault(struct export_run *run, const struct recording_fault *fault)
{
    run->faults += fault->damage != DAMAGE_OPEN;
    progress_clear(&run->progress);
    told_fault(stderr, run->options->words, fault, run->base);
}

/* It begins where something is missing: that was met on the way. */
static void tell_gap(struct export_run *run, const struct recording_fault *fault)
{
    int64_t to = fault->to >= 0 && fault->to < run->from ? run->from : fault->to;
    const struct export_gap gap = {.from = run->newest, .to = wall_of(run, to), .why = text_from(fault->words)};
    if (fault->damage != DAMAGE_NONE) tell_fault(run, fault);
    export_events_gap(run->events, &gap);
}

/* To the first record that is wanted. False: a signal has ended it, or reading failed. */
static bool go_to_begin(struct export_run *run)
{
    if (run->from <= run->first) return true;
    export_events_wait(run->events);
    if (!playback_seek(run->playback, run->from - 1, progress_goes_on, NULL)) return false;
    const struct recording_fault *fault = playback_gap(run->playback);
    run->begun = true;
    run->newest = run->base + run->from;
    if (fault) tell_gap(run, fault);
    export_events_begin(run->events, (struct stamp){PLAYBACK_BASE + run->from, run->newest},
                        !playback_is_behind_gap(run->playback));
    return true;
}

/* False: it was ended, by a signal or because writing failed. */
static bool play(struct export_run *run)
{
    const struct playback_next *next;
    if (!go_to_begin(run)) return false;
    do {
        next = playback_peek(run->playback);
        if (next->m > run->to) break;
        if (!progress_step(&run->progress, next->m - run->first, run->length - run->first)) return false;
        if (next->kind == PLAYBACK_FAULT) tell_fault(run, next->fault);
        bool end = next->kind == PLAYBACK_AT_END;
        step(run, next);
        if (export_events_failed(run->events)) return false;
        if (end) break;
    } while (true);
    if (progress_signal()) return false; /* it was no end */
    run->unknown = !export_events_known(run->events);
    if (run->unknown) return false;
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
    if (run->events && run->options->market) export_events_only(run->events, run->market);
    bool played = run->events && play(run);
    export_events_destroy(run->events);
    progress_clear(&run->progress);
    snprintf(error, sizeof error, "out of memory");
    bool written = run->format->close(context, played, error, sizeof error);
    if (!written && strcmp(path, "-") == 0 && reader_gone()) return EXIT_DONE; /* it had enough */
    if (!played && progress_signal()) return 128 + progress_signal();
    if (!played && written) (void)playback_failed(run->playback, error, sizeof error);
    if (run->unknown)
        snprintf(error, sizeof error, "no market %.100s%s: 'booktop info' lists all", run->options->market,
                 run->options->to ? " up to there" : "");
    if (!written || !played) return told_error(error);
    return run->faults > 0 ? EXIT_DAMAGED : EXIT_DONE;
}

/* False: a signal has ended it; or, with a reason, there is no such time. */
static bool find_times(struct export_run *run, char error[MOMENT_IN_REASON])
{
    const struct options *options = run->options;
    run->from = run->first;
    run->to = INT64_MAX;
    if (options->from && !moment_in(run->playback, "from", options->from, &run->from, error)) return false;
    if (options->to && !moment_in(run->playback, "to", options->to, &run->to, error)) return false;
    if (run->to < run->from) snprintf(error, MOMENT_IN_REASON, "--to is before --from");
    return run->to >= run->from;
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

    char error[FILES_REASON] = "", why[MOMENT_IN_REASON] = "";
    const struct playback_options how = {
        .paths = options->words, .path_count = options->word_count, .watch = {progress_tell, &run.progress}};
    signal(SIGPIPE, SIG_IGN);
    int code = files_check(options->words, options->word_count, error, sizeof error);
    if (code != EXIT_DONE) return told_refusal(error, code);
    progress_begin(&run.progress, "exporting");
    run.playback = playback_open(&how, error, sizeof error);
    if (run.playback) run.first = playback_first(run.playback);
    if (run.playback) run.length = playback_length(run.playback, progress_goes_on, NULL);
    int stopped = progress_signal();
    if (run.playback && !stopped) {
        run.base = told_base(playback_header(run.playback));
        bool found = find_times(&run, why);
        if (found && options->market) code = export_market_find(options, &run.progress, run.market);
        stopped = progress_signal();
        if (!found)
            code = moment_in_code(run.playback);
        else if (code == EXIT_DONE && !stopped)
            code = export_to(&run, path);
    }
    progress_end(&run.progress);
    if (!run.playback && !stopped) code = told_error(error);
    if (why[0] && !stopped) told_error(why);
    playback_close(run.playback);
    return stopped ? 128 + stopped : code;
}
