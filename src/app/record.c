/* booktop record: a feed without a screen, and a recorder that has all it hears.
 *
 * Each name is looked up on a panel, a few at a time; the markets that were found are put on one list, which keeps the
 * feed watching them: panels alone would not hold that many.
 */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "booktop/ui/figure.h"
#include "booktop/ui/plain.h"
#include "booktop/ui/signals.h"
#include "choices.h"
#include "files.h"
#include "progress.h"
#include "recorded.h"
#include "start.h"
#include "told.h"

#define MARKETS_MAX   QUOTES_MAX
#define LOOK_INTERVAL (NANOSECONDS_PER_SECOND / 4)
#define ERROR_SIZE    512
#define TROUBLE_SIZE  (VENUE_COUNT * (PLAIN_LINK_SIZE + 2) + 64)

/* A name that is being looked up, on the panel of its own number. */
struct inquiry {
    const char *words;           /* NULL: the panel is free */
    struct market_handle market; /* MARKET_NONE until it was opened: its view tells which market that is */
};

struct session {
    const struct options *options;
    struct feed *feed;
    struct recorder *recorder;
    struct inquiry inquiries[FEED_PANELS];
    size_t asked;             /* of the words */
    struct catalogue markets; /* with room for MARKETS_MAX: what the feed was given of it stays where it is */
    struct catalogue *lists;  /* what the feed was given: the same entries, ever more of them */
    size_t list_count;
    bool refused; /* a name is none, or of nothing that has a book: nothing is recorded */
    struct recorder_status status;
    char told[RECORDER_PATH];                /* the file that was said to be recorded to */
    const struct quote_table *quotes;        /* the newest, NULL: none came yet */
    enum link_state links_told[VENUE_COUNT]; /* LINK_STATE_IDLE: nothing was */
    bool losses_told;
    struct stamp began;
    int64_t end, next_look;
    int signals; /* descriptor */
    struct progress progress;
    char trouble[TROUBLE_SIZE]; /* of venues and books, as it was said last */
    char error[ERROR_SIZE];
};

enum step { STEP_GO_ON, STEP_END, STEP_FAIL };

/* === Markets === */

/* A name that is none, or of nothing that can be recorded: the user has to name another, and begins anew. */
static enum step refuse_name(struct session *session)
{
    session->refused = true;
    return STEP_FAIL;
}

/* What was asked for and is not known yet; NULL: every name has its markets. */
static const char *open_name(const struct session *session)
{
    for (size_t i = 0; i < FEED_PANELS; i++)
        if (session->inquiries[i].words) return session->inquiries[i].words;
    return session->asked < session->options->word_count ? session->options->words[session->asked] : NULL;
}

static bool has_market(const struct session *session, const struct instrument *instrument)
{
    for (size_t i = 0; i < session->markets.count; i++) {
        const struct instrument *known = &session->markets.entries[i].instrument;
        if (known->venue == instrument->venue && strcmp(known->symbol, instrument->symbol) == 0) return true;
    }
    return false;
}

static enum step add_market(struct session *session, const struct catalogue_entry *entry)
{
    if (has_market(session, &entry->instrument)) return STEP_GO_ON;
    if (session->markets.count == MARKETS_MAX) {
        snprintf(session->error, ERROR_SIZE, "at most %d markets are recorded at once", MARKETS_MAX);
        return refuse_name(session);
    }
    session->markets.entries[session->markets.count++] = *entry;
    return STEP_GO_ON;
}

/* The feed keeps watching what is on this list. It reads the list a little later: each stays as it is. */
static void watch_all(struct session *session)
{
    size_t known = session->list_count ? session->lists[session->list_count - 1].count : 0;
    if (session->markets.count == known) return;
    struct catalogue *list = &session->lists[session->list_count++];
    *list = session->markets;
    feed_list(session->feed, list);
}

/* Whether a list is what the words name: the markets of one event, and that is its name. */
static bool names_event(const char *words, const struct catalogue *catalogue)
{
    const char *name = strrchr(words, '/'), *colon = strrchr(words, ':');
    name = name ? name + 1 : colon ? colon + 1 : words;
    size_t length = strcspn(name, "?#");
    for (size_t i = 0; i < catalogue->count; i++) {
        const char *event = catalogue->entries[i].instrument.event_slug;
        if (strlen(event) != length || strncasecmp(event, name, length) != 0) return false;
    }
    return catalogue->count > 0;
}

static enum step refuse_list(struct session *session, const char *words, const struct catalogue *catalogue)
{
    progress_clear(&session->progress);
    choices_print(catalogue);
    snprintf(session->error, ERROR_SIZE, "'%s' names no market", words);
    return refuse_name(session);
}

/* All that can be traded of an event. */
static enum step add_event(struct session *session, const char *words, const struct catalogue *catalogue)
{
    enum step step = STEP_GO_ON;
    size_t books = 0;
    for (size_t i = 0; i < catalogue->count && step == STEP_GO_ON; i++) {
        if (!catalogue->entries[i].has_book) continue;
        step = add_market(session, &catalogue->entries[i]);
        books++;
    }
    if (books > 0) return step;
    snprintf(session->error, ERROR_SIZE, "%s: the venue keeps no order book for any of its markets", words);
    return refuse_name(session);
}

static enum step take_answer(struct session *session, const struct answer_view *answer)
{
    struct inquiry *inquiry = &session->inquiries[answer->panel];
    const char *words = inquiry->words;
    enum step step;
    if (answer->result == ANSWER_OPENED) {
        inquiry->market = answer->market;
        return STEP_GO_ON;
    }
    inquiry->words = NULL;
    if (answer->result == ANSWER_LIST) {
        step = names_event(words, answer->catalogue) ? add_event(session, words, answer->catalogue)
                                                     : refuse_list(session, words, answer->catalogue);
        feed_release(session->feed, answer->catalogue);
        return step;
    }
    snprintf(session->error, ERROR_SIZE, "%s%s%s", words,
             answer->result == ANSWER_NONE ? ": " : " could not be looked up: ", answer->why);
    return answer->result == ANSWER_NONE ? refuse_name(session) : STEP_FAIL;
}

/* Which market was opened its view tells; then the panel is free for the next name. */
static enum step take_view(struct session *session, unsigned panel)
{
    struct inquiry *inquiry = &session->inquiries[panel];
    const struct book_view *view = feed_view(session->feed, panel);
    if (!view || !inquiry->words || !inquiry->market.generation || !market_handle_equal(view->market, inquiry->market))
        return STEP_GO_ON;
    if (view->status != MARKET_OPEN && !view->has_book) {
        snprintf(session->error, ERROR_SIZE, "%s is %s: the venue keeps no order book for it", inquiry->words,
                 market_status_text(view->status));
        return refuse_name(session);
    }
    inquiry->words = NULL;
    return add_market(session, &(struct catalogue_entry){.instrument = view->instrument,
                                                         .best_bid = PRICE_NONE,
                                                         .best_ask = PRICE_NONE,
                                                         .last_trade = PRICE_NONE,
                                                         .volume_24h = view->volume_24h,
                                                         .liquidity = -1,
                                                         .status = view->status,
                                                         .has_book = true});
}

static void ask_more(struct session *session)
{
    for (unsigned i = 0; i < FEED_PANELS && session->asked < session->options->word_count; i++) {
        struct inquiry *inquiry = &session->inquiries[i];
        if (inquiry->words) continue;
        *inquiry = (struct inquiry){session->options->words[session->asked++], MARKET_NONE};
        feed_open(session->feed, i, inquiry->words);
    }
}

static enum step take_news(struct session *session)
{
    struct answer_view answer;
    enum step step = STEP_GO_ON;
    feed_woken(session->feed);
    while (step == STEP_GO_ON && feed_answer(session->feed, &answer)) step = take_answer(session, &answer);
    for (unsigned i = 0; i < FEED_PANELS && step == STEP_GO_ON; i++) step = take_view(session, i);
    watch_all(session);
    ask_more(session);
    return step;
}

/* === The file === */

/* What is not there any more is nothing to go on with. */
static void print_path(struct session *session, const struct recorder_status *status)
{
    progress_clear(&session->progress);
    if (archive_is_at(status->file, status->path)) {
        printf("%s\n", status->path);
        fflush(stdout);
    } else {
        recorded_tell_gone(stderr, status->path);
    }
}

/* Nothing is in it. What another program has put under its name stays. */
static void remove_file(const struct recorder_status *status)
{
    if (archive_is_at(status->file, status->path))
        (void)unlink(status->path);
    else
        recorded_tell_gone(stderr, status->path);
}

/* It is being recorded to from now on. Not before each name is known to be one: else the file goes again. */
static void tell_path(struct session *session)
{
    if (open_name(session) || strcmp(session->told, session->status.path) == 0) return;
    memcpy(session->told, session->status.path, sizeof session->told);
    progress_clear(&session->progress);
    fputs("booktop: recording to ", stderr);
    told_text(stderr, text_from(session->told));
    fputc('\n', stderr);
}

static unsigned stale_books(const struct session *session)
{
    unsigned count = 0;
    for (uint32_t i = 0; session->quotes && i < session->quotes->count; i++)
        count += session->quotes->quotes[i].live && session->quotes->quotes[i].proof == PROOF_STALE;
    return count;
}

/* What is not as it ought to be, each behind a gap: "  2 books stale  polymarket down: ..., next try in 4 s". */
static void write_trouble(struct session *session)
{
    char *out = session->trouble;
    struct stamp now = clock_now(&clock_system);
    unsigned stale = stale_books(session);
    size_t length = 0;
    char words[PLAIN_LINK_SIZE];
    out[0] = '\0';
    if (stale > 0) length += (size_t)snprintf(out, TROUBLE_SIZE, "  %u book%s stale", stale, told_plural(stale));
    for (enum venue_id id = 0; id < VENUE_COUNT && session->quotes; id++)
        if (plain_link(&session->quotes->links[id], id, now, true, words))
            length += (size_t)snprintf(out + length, TROUBLE_SIZE - length, "  %s", words);
}

static void show_line(struct session *session, int64_t time)
{
    int64_t seconds = (time - session->began.mono) / NANOSECONDS_PER_SECOND;
    const struct recorder_status *status = &session->status;
    char words[192 + TROUBLE_SIZE], stored[FIGURE_SIZE], dropped[40] = "";
    figure_bytes(status->stored, stored);
    if (status->dropped > 0) snprintf(dropped, sizeof dropped, "  %llu dropped", (unsigned long long)status->dropped);
    snprintf(words, sizeof words, "%02lld:%02lld:%02lld  %zu market%s  %llu record%s  %s%s%s",
             (long long)(seconds / 3600), (long long)(seconds / 60 % 60), (long long)(seconds % 60),
             session->markets.count, told_plural(session->markets.count), (unsigned long long)status->records,
             told_plural(status->records), stored, dropped, session->trouble);
    progress_line(&session->progress, words);
}

static void show_progress(struct session *session, int64_t time)
{
    write_trouble(session);
    show_line(session, time);
}

/* That a connection is made anew each time is no news: it is down until it is live. */
static void tell_link(struct session *session, enum venue_id id)
{
    const struct venue_link *link = &session->quotes->links[id];
    enum link_state *told = &session->links_told[id];
    char words[PLAIN_LINK_SIZE];
    bool live = link->state == LINK_STATE_LIVE;
    if (link->state == *told || (live ? *told == LINK_STATE_IDLE : link->state < LINK_STATE_DEGRADED)) return;
    if (live) snprintf(words, sizeof words, "%s live again", venue_get(id)->name);
    if (!live) (void)plain_link(link, id, clock_now(&clock_system), false, words);
    *told = live ? LINK_STATE_IDLE : link->state;
    (void)told_error(words);
}

/* Where there is no line that is written anew: what changed. */
static void tell_changes(struct session *session)
{
    if (session->progress.terminal) return;
    for (enum venue_id id = 0; id < VENUE_COUNT && session->quotes; id++) tell_link(session, id);
    if (session->status.dropped == 0 || session->losses_told || session->status.failed) return;
    session->losses_told = true;
    (void)told_error("records are dropped: the disk is too slow");
}

static void say_failure(struct session *session)
{
    snprintf(session->error, ERROR_SIZE, "recording %s: %s", session->status.whole ? "ended" : "failed",
             session->status.reason);
}

/* How the recorder fares. A file that another has followed is complete: its name is printed. */
static enum step look(struct session *session, int64_t time)
{
    struct recorder_status before = session->status;
    recorder_status(session->recorder, &session->status);
    if (before.path[0] && strcmp(before.path, session->status.path) != 0) print_path(session, &before);
    tell_path(session);
    const struct quote_table *quotes = feed_quotes(session->feed);
    if (quotes) session->quotes = quotes;
    tell_changes(session);
    show_progress(session, time);
    session->next_look = time + LOOK_INTERVAL;
    if (!session->status.failed) return STEP_GO_ON;
    say_failure(session);
    return STEP_FAIL;
}

/* === The loop === */

static int wait_time(const struct session *session)
{
    int64_t due = session->next_look < session->end ? session->next_look : session->end;
    int64_t left = due - clock_now(&clock_system).mono;
    return left <= 0 ? 0 : (int)(left / NANOSECONDS_PER_MILLISECOND) + 1;
}

/* The time is over. What was named and has not been found by then is not in the recording. */
static enum step end_in_time(struct session *session)
{
    const char *words = open_name(session);
    if (!words) return STEP_END;
    snprintf(session->error, ERROR_SIZE, "%s could not be looked up in time", words);
    return STEP_FAIL;
}

/* Returns the exit code. */
static int record_loop(struct session *session)
{
    enum step step = STEP_GO_ON;
    ask_more(session);
    while (step == STEP_GO_ON) {
        struct pollfd ready[] = {
            {.fd = feed_wake_fd(session->feed), .events = POLLIN},
            {.fd = session->signals, .events = POLLIN},
        };
        poll(ready, sizeof ready / sizeof ready[0], wait_time(session));
        struct signalfd_siginfo got;
        if (ready[1].revents && read(session->signals, &got, sizeof got) == sizeof got) return 128 + (int)got.ssi_signo;
        if (ready[0].revents) step = take_news(session);
        int64_t time = clock_now(&clock_system).mono;
        if (step == STEP_GO_ON && time >= session->next_look) step = look(session, time);
        if (step == STEP_GO_ON && time >= session->end) step = end_in_time(session);
    }
    return step == STEP_FAIL ? EXIT_FAILED : EXIT_DONE;
}

static bool open_session(struct session *session)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    session->signals = signalfd(-1, &ends, SFD_CLOEXEC);
    progress_prepare(&session->progress);
    session->began = clock_now(&clock_system);
    session->next_look = session->began.mono;
    int64_t for_ns = session->options->for_ns ? session->options->for_ns : TIME_NEVER;
    session->end = for_ns > TIME_NEVER - session->began.mono ? TIME_NEVER : session->began.mono + for_ns;
    session->markets.entries = calloc(MARKETS_MAX, sizeof *session->markets.entries);
    session->markets.capacity = MARKETS_MAX;
    session->lists = calloc(MARKETS_MAX, sizeof *session->lists);
    return session->signals >= 0 && session->markets.entries && session->lists;
}

/* What is left on the line is how it was at the end, of all that was written; where there is none, what was lost is
 * said. */
static void tell_end(struct session *session, int64_t ended)
{
    char words[64];
    show_line(session, ended);
    progress_keep(&session->progress);
    if (session->progress.terminal || session->status.dropped == 0) return;
    uint64_t dropped = session->status.dropped;
    snprintf(words, sizeof words, "%llu record%s dropped", (unsigned long long)dropped, told_plural(dropped));
    (void)told_error(words);
}

/* What was written is closed, whatever ended it. A file in which no market ever was is removed, and so is the one that
 * was begun before a name was refused: the next attempt may be made with the same -o. Returns the exit code. */
static int close_recorder(struct session *session, int64_t ended, int code)
{
    char why[ERROR_SIZE];
    struct recorder_status before;
    const struct recorder_status *last = &session->status;
    recorder_status(session->recorder, &before);
    bool said = last->failed;
    bool closed = recorder_close_status(session->recorder, &session->status, why, sizeof why);
    tell_end(session, ended);
    bool another = strcmp(last->path, before.path) != 0; /* by what was still to be written */
    bool nothing = session->markets.count == 0 || (session->refused && last->files <= 1);
    if (!nothing && another) print_path(session, &before);
    if (nothing)
        remove_file(last);
    else
        print_path(session, last);
    if (closed || said) return code;
    if (session->error[0]) (void)told_error(session->error);
    say_failure(session);
    return EXIT_FAILED;
}

static int record_with(const struct options *options, const struct config *config, char error[ERROR_SIZE])
{
    struct backend backend;
    struct session session = {.options = options};
    size_t there = options->output ? files_there(options->output) : 0;
    config_tell(config);
    start_block_signals();
    start_log(options);
    int code = EXIT_FAILED;
    if (!open_session(&session)) {
        snprintf(session.error, ERROR_SIZE, "%s", strerror(errno));
    } else if (backend_start(&backend, options, config, BACKEND_RECORD, session.error, ERROR_SIZE)) {
        session.feed = backend.feed;
        session.recorder = backend.recorder;
        code = record_loop(&session);
        signals_put_away(code > 128 ? code - 128 : 0);
        int64_t ended = clock_now(&clock_system).mono;
        show_progress(&session, ended);
        session.quotes = NULL; /* the feed's */
        backend_stop(&backend);
        code = close_recorder(&session, ended, code);
        if (code == EXIT_FAILED && session.markets.count == 0 && !session.status.failed)
            start_explain(options, session.error, ERROR_SIZE);
    }
    if (options->output && (session.markets.count == 0 || session.refused)) files_remove_made(options->output, there);
    if (session.signals >= 0) close(session.signals);
    free(session.markets.entries);
    free(session.lists);
    start_log_end();
    memcpy(error, session.error, ERROR_SIZE);
    return code;
}

int command_record(const struct options *options)
{
    struct options complete = *options;
    struct config config = {0};
    char error[ERROR_SIZE] = "";
    signal(SIGPIPE, SIG_IGN);
    int code = files_check_output(options->output, error, sizeof error);
    if (code == EXIT_DONE) code = start_check_names(options, error, sizeof error);
    if (code == EXIT_DONE)
        code =
            config_read(&config, &complete, error, sizeof error) ? record_with(&complete, &config, error) : EXIT_FAILED;
    options_free(&complete);
    if (error[0]) told_error(error);
    return code;
}
