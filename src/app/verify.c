/* booktop verify: is a recording whole, and, with --books, does what it says of the books follow from the messages?
 *
 * A line on standard output for each fault and each keyframe that differs, then one line that sums it up; for each
 * recording, where the files are of several.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "booktop/app/options.h"
#include "booktop/feed/playback.h"
#include "files.h"
#include "progress.h"
#include "told.h"

struct verification {
    const struct options *options;
    struct progress progress;
    int64_t base; /* wall ns at which m is 0 */
    bool open;    /* it is still being recorded */
    unsigned lacking;
    struct playback_counts counts;
};

static void on_fault(void *context, const struct recording_fault *fault)
{
    struct verification *verification = context;
    if (fault->damage == DAMAGE_OPEN) verification->open = true;
    progress_clear(&verification->progress);
    told_fault(stdout, verification->options->words, fault, verification->base);
}

static bool on_tell(void *context, unsigned thousandths)
{
    struct verification *verification = context;
    return progress_tell(&verification->progress, thousandths);
}

static void on_difference(void *context, const struct record *snap, const char *words)
{
    struct verification *verification = context;
    char time[TOLD_TIME_SIZE];
    progress_clear(&verification->progress);
    printf("keyframe of ");
    told_text(stdout, text_from(snap->instrument.symbol));
    printf(" at %s differs from what its messages make: ", told_time(verification->base, snap->stamp.mono, time));
    told_text(stdout, text_from(words));
    putchar('\n');
}

/* A header says when m was 0; whether it is right is looked at later. False, with a reason: the files cannot be read.
 */
static bool find_base(struct verification *verification, char *error, size_t error_size)
{
    const struct options *options = verification->options;
    const struct recording_watch watch = {on_tell, verification};
    struct recording *recording = recording_open_watched(options->words, options->word_count, watch, error, error_size);
    if (!recording) return false;
    verification->base = told_base(recording_header(recording));
    verification->lacking = recording_lacking(recording);
    recording_close(recording);
    return true;
}

/* False, with a reason; or a signal has ended it. */
static bool verify_books(struct verification *verification, char *error, size_t error_size)
{
    const struct options *options = verification->options;
    const struct playback_options how = {.paths = options->words,
                                         .path_count = options->word_count,
                                         .differs = on_difference,
                                         .context = verification,
                                         .watch = {on_tell, verification}};
    struct playback *playback = playback_open(&how, error, error_size);
    if (!playback) return false;
    int64_t length = playback_length(playback, progress_goes_on, &verification->progress);
    int64_t first = playback_first(playback);
    bool going = true, end = false;
    while (going && !end) {
        const struct playback_next *next = playback_peek(playback);
        end = next->kind == PLAYBACK_AT_END;
        going = progress_step(&verification->progress, next->m - first, length - first);
        playback_step(playback);
    }
    verification->counts = playback_counts(playback);
    playback_close(playback);
    return going;
}

static uint64_t size_of(const struct options *options)
{
    uint64_t size = 0;
    struct stat file;
    for (size_t i = 0; i < options->word_count; i++)
        if (stat(options->words[i], &file) == 0) size += (uint64_t)file.st_size;
    return size;
}

/* "night-0.obr.zst and 1 more: " */
static void tell_names(const struct options *options)
{
    told_text(stdout, text_from(options->words[0]));
    if (options->word_count > 1) printf(" and %zu more", options->word_count - 1);
    fputs(": ", stdout);
}

static void summarize(const struct verification *verification, uint64_t faults)
{
    const struct options *options = verification->options;
    const struct playback_counts *counts = &verification->counts;
    printf("%zu file%s, %" PRIu64 " bytes: ", options->word_count, told_plural(options->word_count), size_of(options));
    if (faults > 0)
        printf("%" PRIu64 " fault%s", faults, told_plural(faults));
    else
        printf(verification->open ? "whole up to there" : "whole");
    if (options->books) {
        printf("; %" PRIu64 " keyframe%s of %" PRIu64 " round%s recomputed from the messages, ", counts->compared,
               told_plural(counts->compared), counts->rounds, told_plural(counts->rounds));
        if (counts->differing > 0)
            printf("%" PRIu64 " differ%s", counts->differing, counts->differing == 1 ? "s" : "");
        else
            printf(counts->compared > 0 ? "all the same" : "so nothing was compared");
    }
    if (verification->lacking > 0) {
        fputs("; it is ", stdout);
        told_lacking(stdout, verification->lacking);
    }
    putchar('\n');
}

/* One session. Returns the exit code, and of a signal its own. */
static int verify_session(const struct options *options, bool named)
{
    struct verification verification = {.options = options};
    char error[FILES_REASON] = "";
    int64_t faults = -1;
    progress_begin(&verification.progress, "checking");
    bool done = find_base(&verification, error, sizeof error);
    if (done)
        faults = recording_verify(options->words, options->word_count, on_fault, &verification, on_tell, error,
                                  sizeof error);
    done = faults >= 0;
    if (done && options->books) {
        verification.progress.what = "recomputing";
        done = verify_books(&verification, error, sizeof error);
    }
    progress_end(&verification.progress);
    if (progress_signal()) return 128 + progress_signal();
    if (!done) return told_error(error);
    if (named) tell_names(options);
    summarize(&verification, (uint64_t)faults);
    if (!told_out()) return EXIT_FAILED;
    return faults > 0 || verification.counts.differing > 0 ? EXIT_DAMAGED : EXIT_DONE;
}

/* One after the other; what could not be checked counts more than what is damaged. `code`: of what is in no session. */
static int verify_sessions(const struct options *options, const size_t *sessions, size_t session_count,
                           const char **words, int code)
{
    bool named = session_count > 1 || code != EXIT_DONE;
    for (size_t session = 0; session < session_count && code <= EXIT_DAMAGED; session++) {
        struct options one = *options;
        one.words = words;
        one.word_count = 0;
        for (size_t i = 0; i < options->word_count; i++)
            if (sessions[i] == session) words[one.word_count++] = options->words[i];
        int found = verify_session(&one, named);
        if (found > EXIT_DAMAGED || code == EXIT_DONE || (found == EXIT_FAILED && code == EXIT_DAMAGED)) code = found;
    }
    return code;
}

static void tell_refused(const char *why)
{
    (void)told_error(why);
}

int command_verify(const struct options *options)
{
    size_t session_count = 0;
    signal(SIGPIPE, SIG_IGN);
    size_t *sessions = calloc(options->word_count, sizeof *sessions);
    const char **words = calloc(options->word_count, sizeof *words);
    int code = EXIT_FAILED;
    if (sessions && words)
        code = files_sessions(options->words, options->word_count, sessions, &session_count, tell_refused);
    else
        tell_refused("out of memory");
    code = verify_sessions(options, sessions, session_count, words, code);
    free(sessions);
    free(words);
    return code;
}
