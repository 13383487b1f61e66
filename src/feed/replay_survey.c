/* Going through all of a recording beside the playing, by a thread and a handle of its own: first for what the bar on
 * the screen shows, then for the markets that can be asked for.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/base/thread.h"
#include "replay_inside.h"

/* The end of a compressed file that has an index (record/archive.h): of zstd's seekable format. Little endian. */
#define SEEKABLE_MAGIC UINT32_C(0x8F92EAB1)
#define MAGIC_SIZE     4

/* Then the length costs little; else all of a file has to be read, and it is had from the survey. */
static bool has_index(const char *path)
{
    unsigned char end[MAGIC_SIZE];
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (file < 0) return false;
    off_t size = lseek(file, 0, SEEK_END);
    bool got = size > MAGIC_SIZE && pread(file, end, sizeof end, size - MAGIC_SIZE) == MAGIC_SIZE;
    close(file);
    uint32_t magic = 0;
    for (size_t i = MAGIC_SIZE; got && i > 0; i--) magic = magic << 8 | end[i - 1];
    return magic == SEEKABLE_MAGIC;
}

static bool goes_on(void *context)
{
    const struct survey *survey = context;
    return !atomic_load(&survey->ending);
}

static void measure(struct survey *survey, struct recording *recording)
{
    for (size_t i = 0; i < survey->path_count; i++)
        if (!has_index(survey->paths[i])) return;
    atomic_store(&survey->length, recording_length(recording, goes_on, survey));
}

static bool tell(void *context, unsigned thousandths)
{
    struct survey *survey = context;
    atomic_store(&survey->surveyed, thousandths < 999 ? thousandths : 999);
    return !atomic_load(&survey->ending);
}

/* Where there are too many, the user's marks go first. */
static void keep_landmarks(struct survey *survey, const struct recording_info *info)
{
    size_t marks = 0, count = 0;
    for (size_t i = 0; i < info->landmark_count; i++) marks += info->landmarks[i].kind == LANDMARK_MARK;
    if (marks > REPLAY_LANDMARKS) marks = REPLAY_LANDMARKS;
    size_t others = REPLAY_LANDMARKS - marks;
    for (size_t i = 0; i < info->landmark_count && count < REPLAY_LANDMARKS; i++) {
        size_t *left = info->landmarks[i].kind == LANDMARK_MARK ? &marks : &others;
        if (*left == 0) continue;
        --*left;
        survey->landmarks[count++] = info->landmarks[i];
    }
    survey->landmark_count = (uint32_t)count;
}

static void find_landmarks(struct survey *survey, struct recording *recording)
{
    struct recording_info info = {0};
    bool all = recording_survey(recording, &info, tell, survey);
    if (all) {
        keep_landmarks(survey, &info);
        atomic_store(&survey->length, info.length);
        atomic_store(&survey->has_landmarks, true);
    }
    recording_info_free(&info);
    if (!atomic_load(&survey->ending)) atomic_store(&survey->surveyed, 1000);
}

static const struct instrument *instrument_of(const struct record *record)
{
    if (record->kind == RECORD_SNAP) return &record->instrument;
    enum record_event event = record->happening.event;
    bool told = record->kind == RECORD_EVENT && (event == RECORD_WATCHED || event == RECORD_LEARNT);
    return told ? record->happening.instrument : NULL;
}

static void find_markets(struct survey *survey, struct recording *recording)
{
    static const uint8_t key[16]; /* the names are the recording's alone */
    struct record record;
    struct recording_fault fault;
    survey->markets = registry_create(key);
    while (survey->markets && !atomic_load(&survey->ending)) {
        enum recording_step step = recording_next(recording, &record, &fault);
        if (step == RECORDING_AT_END) break;
        const struct instrument *instrument = step == RECORDING_RECORD ? instrument_of(&record) : NULL;
        if (instrument && registry_count(survey->markets) < PLAYBACK_MARKETS_MOST)
            (void)registry_add(survey->markets, instrument);
    }
}

static struct recording *open_all(const struct survey *survey)
{
    char error[RECORDING_REASON];
    return recording_open((const char *const *)survey->paths, survey->path_count, error, sizeof error);
}

static void *run(void *context)
{
    struct survey *survey = context;
    struct recording *recording = open_all(survey);
    if (recording) {
        measure(survey, recording);
        find_landmarks(survey, recording);
        recording_close(recording);
    }
    recording = open_all(survey);
    if (recording) {
        find_markets(survey, recording);
        recording_close(recording);
    }
    atomic_store(&survey->surveyed, 1000);
    atomic_store(&survey->has_markets, true);
    return NULL;
}

/* What is borrowed from the caller's command line may go. */
static bool copy_paths(struct survey *survey, const char *const *paths, size_t count)
{
    survey->paths = calloc(count, sizeof *survey->paths);
    if (!survey->paths) return false;
    for (size_t i = 0; i < count; i++) {
        survey->paths[i] = strdup(paths[i]);
        if (!survey->paths[i]) return false;
        survey->path_count++;
    }
    return true;
}

bool survey_start(struct survey *survey, const char *const *paths, size_t count)
{
    if (!copy_paths(survey, paths, count)) return false;
    survey->started = thread_start(&survey->thread, "booktop-survey", run, survey) == 0;
    return survey->started;
}

void survey_end(struct survey *survey)
{
    atomic_store(&survey->ending, true);
    if (survey->started) pthread_join(survey->thread, NULL);
    for (size_t i = 0; i < survey->path_count; i++) free(survey->paths[i]);
    free(survey->paths);
    if (survey->markets) registry_destroy(survey->markets);
}
