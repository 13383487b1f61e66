/* booktop repair: what is whole of a damaged recording, in a new file. The old one is only read. Exit code 0: it was
 * saved, whatever was lost; 1: nothing was. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/app/options.h"
#include "booktop/record/recording.h"
#include "files.h"
#include "progress.h"
#include "told.h"

/* NAME.obr.zst: NAME.repaired.obr.zst. Owned by the caller; NULL: out of memory. */
static char *repaired_name(const char *path)
{
    static const char *const endings[] = {".obr.zst", ".obr"};
    size_t length = strlen(path);
    char *name;
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        size_t ending = strlen(endings[i]);
        if (length <= ending || strcmp(path + length - ending, endings[i]) != 0) continue;
        return asprintf(&name, "%.*s.repaired%s", (int)(length - ending), path, endings[i]) < 0 ? NULL : name;
    }
    return asprintf(&name, "%s.repaired", path) < 0 ? NULL : name;
}

/* What was lost, and when. */
struct losses {
    const char *path;
    struct progress progress;
    int64_t base;     /* wall ns at which m is 0 */
    uint64_t places;  /* where something is missing */
    bool torn;        /* at the last of them the file ends */
    int64_t from, to; /* m: the last record before the first of them, and the first behind the last; -1: none */
};

static void on_fault(void *context, const struct recording_fault *fault)
{
    struct losses *losses = context;
    progress_clear(&losses->progress);
    told_fault(stdout, &losses->path, fault, losses->base);
    /* What is wrong is behind the records, or nothing is. */
    if (fault->damage == DAMAGE_END || fault->damage == DAMAGE_OPEN) return;
    if (losses->places++ == 0) losses->from = fault->from;
    losses->to = fault->to;
    losses->torn = fault->damage == DAMAGE_TORN;
}

static bool on_tell(void *context, unsigned thousandths)
{
    struct losses *losses = context;
    return progress_tell(&losses->progress, thousandths);
}

static void tell_saved(const struct losses *losses, const char *repaired, const struct recording_saved *saved)
{
    char from[TOLD_TIME_SIZE], to[TOLD_TIME_SIZE];
    printf("saved: %" PRIu64 " record%s of ", saved->records, told_plural(saved->records));
    told_text(stdout, text_from(losses->path));
    printf(", %s to %s, in ", told_time(losses->base, saved->from, from), told_time(losses->base, saved->to, to));
    told_text(stdout, text_from(repaired));
    putchar('\n');
}

/* "4 blocks", "at least 1 block". */
static void tell_blocks(const struct recording_saved *saved)
{
    if (saved->lost_blocks > 0)
        printf("lost: %s%" PRIu64 " block%s", saved->lost_more ? "at least " : "", saved->lost_blocks,
               told_plural(saved->lost_blocks));
    else
        printf("lost: blocks that cannot be counted");
}

static void tell_lost(const struct losses *losses, const struct recording_saved *saved)
{
    char from[TOLD_TIME_SIZE] = "the begin", to[TOLD_TIME_SIZE] = "the end";
    if (saved->faults == 0) {
        puts("lost: nothing; it was not damaged");
        return;
    }
    if (losses->places == 0) {
        puts("lost: no record; what is wrong stands behind the last one");
        return;
    }
    if (losses->from >= 0) told_time(losses->base, losses->from, from);
    if (losses->to >= 0) told_time(losses->base, losses->to, to);
    if (saved->lost_blocks > 0 || saved->lost_more) {
        tell_blocks(saved);
        printf(" in %" PRIu64 " place%s, between %s and %s\n", losses->places, told_plural(losses->places), from, to);
    } else if (losses->places == 1 && losses->torn) {
        printf("lost: what was to be written behind %s; no block that is there is damaged\n",
               told_time(losses->base, saved->to, from));
    } else {
        printf("lost: no whole block; %" PRIu64 " fault%s between %s and %s\n", losses->places,
               told_plural(losses->places), from, to);
    }
}

/* Says when m was 0, for what is told on the way. */
static int64_t find_base(const char *path, struct progress *progress)
{
    char ignored[RECORDING_REASON];
    const struct recording_watch watch = {progress_tell, progress};
    struct recording *recording = recording_open_watched(&path, 1, watch, ignored, sizeof ignored);
    int64_t base = recording ? told_base(recording_header(recording)) : 0;
    if (recording) recording_close(recording);
    return base;
}

/* Returns the exit code. */
static int repair_to(struct losses *losses, const char *repaired)
{
    char error[RECORDING_REASON] = "";
    struct recording_saved saved;
    progress_begin(&losses->progress, "repairing");
    losses->base = find_base(losses->path, &losses->progress);
    bool done = recording_repair(losses->path, repaired, &saved, on_fault, losses, on_tell, error, sizeof error);
    progress_end(&losses->progress);
    if (!done && progress_signal()) return 128 + progress_signal();
    if (!done) return told_error(error);
    tell_saved(losses, repaired, &saved);
    tell_lost(losses, &saved);
    return told_out() ? EXIT_DONE : EXIT_FAILED;
}

int command_repair(const struct options *options)
{
    signal(SIGPIPE, SIG_IGN);
    char error[FILES_REASON] = "";
    struct losses losses = {.path = options->words[0], .from = -1, .to = -1};
    const char *why = options->output ? files_why_no_file(options->output) : NULL;
    if (why) {
        snprintf(error, sizeof error, "-o %.200s: %s", options->output, why);
        return told_refusal(error, EXIT_USAGE);
    }
    int code = files_check(options->words, 1, error, sizeof error);
    if (code != EXIT_DONE) return told_refusal(error, code);
    char *made = options->output ? strdup(options->output) : repaired_name(options->words[0]);
    if (made && !options->output && access(made, F_OK) == 0) {
        snprintf(error, sizeof error, "%.200s is there already, and nothing is written over: name another with -o",
                 made);
        code = told_error(error);
    } else {
        code = made ? repair_to(&losses, made) : told_error("out of memory");
    }
    free(made);
    return code;
}
