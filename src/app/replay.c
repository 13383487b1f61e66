/* booktop replay: a recording on the screen; or, where no screen is opened, its books as they were at a time. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "book_line.h"
#include "booktop/feed/playback.h"
#include "booktop/feed/replay.h"
#include "booktop/ui/plain.h"
#include "booktop/ui/ui.h"
#include "files.h"
#include "local_time.h"
#include "moment.h"
#include "moment_in.h"
#include "progress.h"
#include "screen.h"
#include "start.h"
#include "told.h"

#define PRINT_INTERVAL NANOSECONDS_PER_SECOND
#define ERROR_SIZE     MOMENT_IN_REASON

/* What went wrong on the way. */
struct damage {
    bool open;                    /* nothing: it is still being recorded */
    uint64_t faults, sessions;    /* and of them files that do not follow each other */
    char words[RECORDING_REASON]; /* of the last one */
};

static void note_fault(struct damage *damage, const struct recording_fault *fault)
{
    if (fault->damage == DAMAGE_OPEN) {
        damage->open = true;
        return;
    }
    damage->faults++;
    damage->sessions += fault->damage == DAMAGE_SESSION;
    text_sanitize(text_from(fault->words), damage->words, sizeof damage->words, false);
}

/* On standard error. Returns the exit code. */
static int tell_damage(const struct damage *damage, int code)
{
    if (damage->open) fputs("booktop: the recording is still being written: these books are its newest ones\n", stderr);
    if (damage->faults == 0) return code;
    bool files = damage->sessions == damage->faults; /* which no repair puts right */
    fprintf(stderr, "booktop: the recording is %s%s%s", files ? "not whole" : "damaged", damage->words[0] ? ": " : "",
            damage->words);
    if (damage->faults > 1) fprintf(stderr, " (and %llu more)", (unsigned long long)damage->faults - 1);
    fputs(files ? "\n" : "\nTry 'booktop verify' for all of it, and 'booktop repair'.\n", stderr);
    return code == EXIT_DONE ? EXIT_DAMAGED : code;
}

static void tell_lacking(unsigned lacking)
{
    if (lacking == 0) return;
    fputs("booktop: this is ", stderr);
    told_lacking(stderr, lacking);
    fputc('\n', stderr);
}

static struct playback *open_files(const struct options *options, struct progress *progress, char *error)
{
    struct playback_options playback_options = {
        .paths = options->words, .path_count = options->word_count, .watch = {progress_tell, progress}};
    return playback_open(&playback_options, error, ERROR_SIZE);
}

/* The m that --at means, that of the begin without it. False: a signal has ended it; or, with a reason, it is no time
 * of the recording. */
static bool find_moment(const struct options *options, struct playback *playback, int64_t *m, char *error)
{
    *m = playback_first(playback);
    return !options->at || moment_in(playback, "at", options->at, m, error);
}

/* What a signal has ended has no other reason. */
static int stopped_or(int code, char *error)
{
    if (!progress_signal()) return code;
    error[0] = '\0';
    return 128 + progress_signal();
}

/* === Without a screen === */

struct printer {
    const struct options *options;
    struct progress progress;
    struct playback *playback;
    struct damage damage;
    struct json_writer out;
    struct book_view *view; /* scratch of the plain text */
    size_t printed;         /* books */
    int64_t known;          /* the last m at which there was one, -1: never */
    int64_t first, length;  /* m of the recording's begin and of its end, ns */
};

/* As a panel of a feed would show it; the connections are not played: what they were is in the proof's state. */
static void fill_view(struct book_view *view, const struct market *market, const struct record_header *header)
{
    *view = (struct book_view){
        .market = market->handle,
        .instrument = market->instrument,
        .status = market->status,
        .winner = market->winner,
        .has_book = market->had_book,
        .cut = market_cut(market),
        .crossed = order_book_crossed(&market->book),
        .locked = order_book_locked(&market->book),
        .last_trade = market->last_trade,
        .volume_24h = -1,
        .proof = market->proof,
        .link = {.state = LINK_STATE_LIVE, .round_trip = -1, .retry_at = TIME_NEVER},
        .venue_ms = market->venue_ms,
        .changed = market->changed,
        .heard = market->heard,
        .latency = LATENCY_UNKNOWN,
        .demo = header->demo,
        .maybe_demo = header->untold,
    };
    depth_copy(&view->depth, &market->book, DEPTH_LEVELS);
    if (view->cut.levels) clean_view_apply(&view->depth, &view->cut);
    statistics_compute(&view->statistics, &view->depth, market->instrument.tick, STATISTICS_IMBALANCE_LEVELS);
    if (view->cut.levels) depth_copy(&view->depth, &market->book, DEPTH_LEVELS);
    size_t count = tape_count(&market->tape);
    view->tape.count = (uint32_t)(count < VIEW_TRADES ? count : VIEW_TRADES);
    view->tape.total = market->tape.total;
    for (size_t i = 0; i < view->tape.count; i++) view->tape.trades[i] = *tape_trade(&market->tape, i);
}

static void write_json(struct printer *printer, const struct market *market, const struct book_time *time)
{
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++)
        if (outcome == 0 || market->instrument.outcomes[outcome].token[0])
            book_line_write(&printer->out, &market->instrument, &market->book, outcome, market->proof.state,
                            market_cut(market).levels, true, time);
    struct text text = json_writer_text(&printer->out);
    fwrite(text.at, 1, text.length, stdout);
    json_writer_reset(&printer->out);
}

/* Of a row of states each begins with its time. False: standard output takes no more. */
static bool print_books(struct printer *printer, struct stamp now)
{
    if (progress_signal()) return true;
    progress_clear(&printer->progress);
    int64_t m = now.mono > PLAYBACK_BASE ? now.mono - PLAYBACK_BASE : 0;
    char at[TOLD_TIME_SIZE];
    const struct book_time time = {m, told_time(told_base(playback_header(printer->playback)), m, at)};
    bool timed = printer->options->for_ns > 0;
    if (timed && !printer->options->json) printf("%s\n\n", at);
    const struct registry *registry = engine_registry(playback_engine(printer->playback));
    const struct market *market;
    for (size_t position = 0; (market = registry_next(registry, &position));) {
        if (!market->had_book) continue;
        printer->printed++;
        if (printer->options->json) {
            write_json(printer, market, timed ? &time : NULL);
        } else {
            fill_view(printer->view, market, playback_header(printer->playback));
            plain_write(stdout, printer->view, now, printer->options->ascii || !told_speaks_utf8());
        }
    }
    return fflush(stdout) == 0;
}

/* What was due between two records; `now` is the stamp of the one before, or zero. */
static void advance(struct playback *playback, int64_t m, struct stamp *now)
{
    int64_t passed = PLAYBACK_BASE + m - now->mono;
    if (now->mono == 0 || passed <= 0) return;
    /* Records are never so far apart: what was due in between nobody knows (forged times would take years of it). */
    if (passed > RECORDING_SILENCE_MOST) return;
    now->mono += passed;
    now->wall += passed;
    playback_advance(playback, *now);
}

/* Plays up to and with `m`, seeing what is damaged on the way. False at the end of the recording, and where a signal
 * ends it. */
static bool play_to(struct printer *printer, int64_t m, struct stamp *now)
{
    const struct playback_next *next;
    while ((next = playback_peek(printer->playback))->kind != PLAYBACK_AT_END && next->m <= m) {
        if (!progress_step(&printer->progress, next->m - printer->first, printer->length - printer->first))
            return false;
        if (next->kind == PLAYBACK_FAULT) note_fault(&printer->damage, next->fault);
        if (now->mono > 0 && playback_any_book(printer->playback)) printer->known = now->mono - PLAYBACK_BASE;
        *now = next->stamp;
        playback_step(printer->playback);
    }
    bool more = next->kind != PLAYBACK_AT_END;
    if (more)
        advance(printer->playback, m, now);
    else
        playback_step(printer->playback);
    return more;
}

/* Where none is known yet: on to the first one, whose time is said. False at the end. */
static bool play_to_first(struct printer *printer, int64_t m, struct stamp *now)
{
    bool more = play_to(printer, m, now);
    int64_t asked = m;
    while (more && !playback_any_book(printer->playback)) {
        const struct playback_next *next = playback_peek(printer->playback);
        if (next->kind != PLAYBACK_AT_END && next->m > m) m = next->m;
        more = play_to(printer, m, now);
    }
    if (m == asked || progress_signal() || !playback_any_book(printer->playback)) return more;
    char first[LOCAL_TIME_SIZE], wanted[LOCAL_TIME_SIZE];
    int64_t begin = printer->first;
    progress_clear(&printer->progress);
    fprintf(stderr, "booktop: no book is known %s after the begin: these are those of %s\n",
            local_time_length(asked - begin, wanted), local_time_length(m - begin, first));
    return more;
}

/* The books at --at, or at the end; with --for those of each second from there on, or with --once too those at its end.
 */
static bool print_all(struct printer *printer, int64_t at)
{
    const struct options *options = printer->options;
    struct stamp now = {0, 0};
    int64_t m = options->at || options->for_ns ? at : INT64_MAX;
    int64_t last = options->for_ns > INT64_MAX - m ? INT64_MAX : m + options->for_ns;
    if (options->once) m = last;
    bool moment = options->at && !options->for_ns;
    bool more = moment ? play_to_first(printer, m, &now) : play_to(printer, m, &now);
    bool printed = print_books(printer, now);
    while (printed && more && last - m >= PRINT_INTERVAL) {
        m += PRINT_INTERVAL;
        more = play_to(printer, m, &now);
        printed = print_books(printer, now);
    }
    return printed;
}

/* Damage may lie behind the last of them. */
static void say_none(const struct printer *printer, char *error)
{
    const struct options *options = printer->options;
    char last[TOLD_TIME_SIZE];
    if (printer->known >= 0)
        snprintf(error, ERROR_SIZE, "no book is known %s: the last were those of %s (--at goes there)",
                 options->at || options->for_ns ? "then" : "at the end",
                 told_time(told_base(playback_header(printer->playback)), printer->known, last));
    else
        snprintf(error, ERROR_SIZE, "there is no book in the recording%s", options->for_ns ? " by then" : "");
}

/* Returns the exit code. */
static int print_from(struct printer *printer, int64_t at, char *error)
{
    if (!print_all(printer, at) && errno != EPIPE) {
        snprintf(error, ERROR_SIZE, "cannot write: %s", strerror(errno));
        return tell_damage(&printer->damage, EXIT_FAILED);
    }
    if (progress_signal()) return 128 + progress_signal();
    bool none = printer->printed == 0;
    if (none) say_none(printer, error);
    return tell_damage(&printer->damage, none && printer->damage.faults == 0 ? EXIT_FAILED : EXIT_DONE);
}

static int replay_plain(const struct options *options, char *error)
{
    struct printer printer = {.options = options, .known = -1};
    progress_begin(&printer.progress, "playing");
    printer.playback = open_files(options, &printer.progress, error);
    if (!printer.playback) {
        progress_end(&printer.progress);
        return stopped_or(EXIT_FAILED, error);
    }
    printer.first = playback_first(printer.playback);
    printer.length = playback_length(printer.playback, progress_goes_on, NULL);
    printer.view = malloc(sizeof *printer.view);
    int code = EXIT_FAILED;
    int64_t at;
    if (!printer.view)
        snprintf(error, ERROR_SIZE, "out of memory");
    else if (!find_moment(options, printer.playback, &at, error))
        code = moment_in_code(printer.playback);
    else
        code = print_from(&printer, at, error);
    progress_end(&printer.progress);
    tell_lacking(playback_lacking(printer.playback));
    playback_close(printer.playback);
    json_writer_free(&printer.out);
    free(printer.view);
    return stopped_or(code, error);
}

/* === The screen === */

/* The words of `goto` on the screen, as ui.h has it. */
static const char *find_place(const char *words, int64_t began, int64_t length, int64_t *m)
{
    struct moment moment;
    bool known = length >= 0;
    if (!moment_parse(&moment, words)) return "a place: 90s, +3:12.5, 40%, 14:30:05 or 2026-11-21 14:30";
    if (!known && moment.kind == MOMENT_SHARE) return "a time, for how long it is is not known yet";
    *m = moment_find(&moment, began, known ? length : TIME_NEVER / 4);
    return NULL;
}

/* The screen is left at once where there is no book: what is damaged is looked for, as it is without a screen. */
static void find_damage(const struct options *options, struct damage *damage)
{
    char ignored[ERROR_SIZE];
    struct record record;
    struct recording_fault fault;
    enum recording_step step;
    struct recording *recording = recording_open(options->words, options->word_count, ignored, sizeof ignored);
    if (!recording) return;
    while ((step = recording_next(recording, &record, &fault)) != RECORDING_AT_END)
        if (step == RECORDING_FAULT) note_fault(damage, &fault);
    recording_close(recording);
}

static int watch(struct feed *feed, const struct options *options, const struct config *config, char *error)
{
    struct ui_options ui_options = {
        .feed = feed,
        .clock = feed_clock(feed),
        .open_first = true,
        .find_place = find_place,
    };
    int code = screen_run(&ui_options, options, config, KEEPING_LOOKS, error, ERROR_SIZE);
    struct damage damage = {0};
    const struct replay_view *view = feed_replay(feed);
    if (code == EXIT_FAILED && strstr(error, REPLAY_NO_BOOKS)) {
        find_damage(options, &damage);
        return damage.faults > 0 ? tell_damage(&damage, EXIT_DONE) : code;
    }
    if (view) {
        tell_lacking(view->lacking);
        damage.faults = view->faults;
        if (view->open) fputs("booktop: the recording is still being written\n", stderr);
        text_copy(text_from(view->trouble), damage.words, sizeof damage.words);
    }
    return tell_damage(&damage, code);
}

/* Where it begins, which the files may have to be asked. Returns the exit code. */
static int find_begin(const struct options *options, int64_t *from, char *error)
{
    if (!options->at) return EXIT_DONE;
    struct progress progress;
    progress_begin(&progress, "reading");
    struct playback *playback = open_files(options, &progress, error);
    int code = EXIT_FAILED;
    if (playback) code = find_moment(options, playback, from, error) ? EXIT_DONE : moment_in_code(playback);
    if (playback) playback_close(playback);
    progress_end(&progress);
    return stopped_or(code, error);
}

static int replay_screen(const struct options *options, const struct config *config, char *error)
{
    struct feed_replay_options replay = {
        .paths = options->words,
        .path_count = options->word_count,
        .speed = options->replay_speed,
        .idle = options->idle_ns,
    };
    struct feed_options feed_options = {.clock = &clock_system, .replay = &replay};
    int code = find_begin(options, &replay.from, error);
    if (code != EXIT_DONE) return code;
    struct progress progress;
    progress_begin(&progress, "opening");
    replay.watch = (struct recording_watch){progress_tell, &progress};
    struct feed *feed = feed_start(&feed_options, error, ERROR_SIZE);
    progress_end(&progress);
    if (!feed) return stopped_or(EXIT_FAILED, error);
    code = watch(feed, options, config, error);
    feed_stop(feed);
    return code;
}

int command_replay(const struct options *options)
{
    struct options complete = *options;
    struct config config = {0};
    char error[ERROR_SIZE] = "";
    signal(SIGPIPE, SIG_IGN);
    int code = files_check(options->words, options->word_count, error, sizeof error);
    if (code == EXIT_DONE && !config_read(&config, &complete, error, sizeof error)) code = EXIT_FAILED;
    if (code == EXIT_DONE) {
        start_log(&complete);
        config_tell(&config);
        start_check_theme(&complete);
        code =
            start_wants_screen(&complete) ? replay_screen(&complete, &config, error) : replay_plain(&complete, error);
        start_log_end();
    }
    options_free(&complete);
    if (error[0]) told_error(error);
    return code;
}
