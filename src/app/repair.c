/* booktop repair: what is whole of a damaged recording, in a new file. The old one is only read. Exit code 0: it was
 * saved, whatever was lost; 1: nothing was. */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/app/options.h"
#include "booktop/record/recording.h"
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

static void tell_saved(const char *path, const char *repaired, const struct recording_saved *saved)
{
    told_text(stdout, text_from(repaired));
    printf(": %" PRIu64 " record%s in %" PRIu64 " block%s saved of ", saved->records, saved->records == 1 ? "" : "s",
           saved->blocks, saved->blocks == 1 ? "" : "s");
    told_text(stdout, text_from(path));
    if (saved->faults == 0)
        printf("; nothing was damaged\n");
    else
        printf("; %" PRIu64 " block%s lost at %" PRIu64 " fault%s\n", saved->lost_blocks,
               saved->lost_blocks == 1 ? "" : "s", saved->faults, saved->faults == 1 ? "" : "s");
}

int command_repair(const struct options *options)
{
    signal(SIGPIPE, SIG_IGN);
    char error[RECORDING_REASON] = "out of memory";
    char *made = options->output ? strdup(options->output) : repaired_name(options->words[0]);
    struct recording_saved saved = {0};
    bool done = made && recording_repair(options->words[0], made, &saved, error, sizeof error);
    if (done)
        tell_saved(options->words[0], made, &saved);
    else
        told_error(error);
    free(made);
    return done && told_out() ? EXIT_DONE : EXIT_FAILED;
}
