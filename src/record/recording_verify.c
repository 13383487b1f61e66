#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "recording_inside.h"

/* `tell` is asked every so many records. */
#define TELL_EVERY 4096

/* Reads all of it. False: `tell` has ended it. */
static bool read_all(struct recording *recording, void (*found)(void *context, const struct recording_fault *fault),
                     void *context, bool (*tell)(void *context, unsigned thousandths), int64_t *faults)
{
    struct record record;
    struct recording_fault fault;
    uint64_t steps = 0;
    enum recording_step step;
    while ((step = recording_next(recording, &record, &fault)) != RECORDING_AT_END) {
        if (step == RECORDING_FAULT) {
            *faults += recording_damage_counts(fault.damage);
            if (found) found(context, &fault);
        }
        if (tell && ++steps % TELL_EVERY == 0 && !tell(context, recording_progress(recording))) return false;
    }
    return true;
}

int64_t recording_verify(const char *const *paths, size_t count,
                         void (*found)(void *context, const struct recording_fault *fault), void *context,
                         bool (*tell)(void *context, unsigned thousandths), char *error, size_t error_size)
{
    const struct recording_watch watch = {tell, context};
    struct recording *recording = recording_open_files(paths, count, true, watch, error, error_size);
    if (!recording) return -1;
    struct audit audit = {0};
    int64_t faults = 0;
    recording->audit = &audit;
    if (!read_all(recording, found, context, tell, &faults) || recording->watch.ended) {
        snprintf(error, error_size, "stopped");
        faults = -1;
    } else if (recording->error || audit.failed) {
        window_error_text(recording->error ? recording->error : ENOMEM, error, error_size);
        faults = -1;
    }
    audit_free(&audit);
    recording_close(recording);
    return faults;
}
