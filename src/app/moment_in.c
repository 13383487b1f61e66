#include "moment_in.h"

#include "booktop/app/options.h"
#include "local_time.h"
#include "moment.h"
#include "progress.h"
#include "told.h"

bool moment_in(struct playback *playback, const char *name, const char *words, int64_t *m, char error[MOMENT_IN_REASON])
{
    struct moment moment;
    snprintf(error, MOMENT_IN_REASON, "--%s does not understand '%.100s'", name, words);
    if (!moment_parse(&moment, words)) return false;
    error[0] = '\0';
    int64_t first = playback_first(playback), base = told_base(playback_header(playback)) + first;
    int64_t end = playback_length(playback, progress_goes_on, NULL);
    if (progress_signal() || (end < 0 && playback_failed(playback, error, MOMENT_IN_REASON))) return false;
    int64_t length = end > first ? end - first : 0;
    *m = moment_find(&moment, base, length);
    bool found = *m >= 0;
    *m += first;
    if (found) return true;
    char begin[TOLD_TIME_SIZE], ending[TOLD_TIME_SIZE], lasts[LOCAL_TIME_SIZE];
    snprintf(error, MOMENT_IN_REASON, "--%s %.40s is not in the recording, which runs %s from %s to %s", name, words,
             local_time_length(length, lasts), told_time(base, 0, begin), told_time(base, length, ending));
    return false;
}

int moment_in_code(const struct playback *playback)
{
    char error[RECORDING_REASON];
    return playback_failed(playback, error, sizeof error) ? EXIT_FAILED : EXIT_USAGE;
}
