#include <stdio.h>
#include <stdlib.h>

#include "line_name.h"
#include "recording_inside.h"

/* `tell` is asked every so many records. */
#define TELL_EVERY 4096

const char *recording_landmark_name(enum landmark_kind kind)
{
    static const char *const names[] = {[LANDMARK_MARK] = "mark",
                                        [LANDMARK_GAP] = "gap",
                                        [LANDMARK_LOST] = "lost",
                                        [LANDMARK_DAMAGE] = "damage",
                                        [LANDMARK_SLEEP] = "sleep"};
    return names[kind];
}

static bool make_landmark(struct recording_landmark *landmark, enum landmark_kind kind, int64_t m, struct text words)
{
    *landmark = (struct recording_landmark){.m = m, .kind = kind};
    text_sanitize(words, landmark->words, sizeof landmark->words, false);
    return true;
}

/* Whose connection it was, and why, as far as there is room for it. */
static bool make_loss(struct recording_landmark *landmark, const struct record *record)
{
    struct text why = record->happening.why;
    char words[2 * sizeof landmark->words];
    const char *venue = record->venue < VENUE_COUNT ? line_venue_text(record->venue) : "";
    size_t room = sizeof landmark->words, length = why.length < room ? why.length : room;
    const char *between = venue[0] && length > 0 ? ": " : "";
    snprintf(words, sizeof words, "%s%s%.*s", venue, between, (int)length, length > 0 ? why.at : "");
    return make_landmark(landmark, LANDMARK_LOST, record->stamp.mono, text_from(words));
}

bool recording_landmark_of(const struct record *record, struct recording_landmark *landmark)
{
    const struct record_happening *happening = &record->happening;
    char words[80];
    if (record->kind != RECORD_EVENT) return false;
    switch (happening->event) {
    case RECORD_MARK:
        return make_landmark(landmark, LANDMARK_MARK, record_mark_place(record), happening->why);
    case RECORD_LOST:
    case RECORD_GIVEN_UP:
        return make_loss(landmark, record);
    case RECORD_DROPPED:
        snprintf(words, sizeof words, "%lld records were dropped", (long long)happening->amount);
        return make_landmark(landmark, LANDMARK_GAP, record->stamp.mono,
                             happening->why.length > 0 ? happening->why : text_from(words));
    case RECORD_AWOKE:
        return make_landmark(landmark, LANDMARK_SLEEP, record->stamp.mono, TEXT("the machine slept"));
    default:
        return false;
    }
}

bool recording_landmark_of_fault(const struct recording_fault *fault, struct recording_landmark *landmark)
{
    int64_t m = fault->from >= 0 ? fault->from : fault->to >= 0 ? fault->to : 0;
    return recording_damage_counts(fault->damage) &&
           make_landmark(landmark, LANDMARK_DAMAGE, m, text_from(fault->words));
}

/* What is counted on the way. */
struct survey {
    struct recording_info *info;
    size_t capacity; /* of landmarks */
    bool failed;
};

/* Makes room among others than the user's marks: every second of them goes. */
static void thin_out(struct survey *survey)
{
    struct recording_info *info = survey->info;
    size_t kept = 0;
    bool goes = false;
    for (size_t i = 0; i < info->landmark_count; i++) {
        bool mark = info->landmarks[i].kind == LANDMARK_MARK;
        if (!mark) goes = !goes;
        if (mark || !goes) info->landmarks[kept++] = info->landmarks[i];
    }
    info->landmark_count = kept;
}

static bool landmarks_grow(struct survey *survey)
{
    size_t more = survey->capacity > 0 ? 2 * survey->capacity : 64;
    struct recording_landmark *landmarks = realloc(survey->info->landmarks, more * sizeof *landmarks);
    if (!landmarks) return false;
    survey->info->landmarks = landmarks;
    survey->capacity = more;
    return true;
}

/* A mark means a moment before it was written: it goes to where that is among the last ones. */
static void sort_last(struct recording_info *info)
{
    for (size_t i = info->landmark_count - 1; i > 0 && info->landmarks[i].m < info->landmarks[i - 1].m; i--) {
        struct recording_landmark earlier = info->landmarks[i];
        info->landmarks[i] = info->landmarks[i - 1];
        info->landmarks[i - 1] = earlier;
    }
}

static void add_landmark(struct survey *survey, const struct recording_landmark *landmark)
{
    struct recording_info *info = survey->info;
    bool grows = info->landmark_count == survey->capacity && survey->capacity < RECORDING_LANDMARKS;
    if (grows && !landmarks_grow(survey)) survey->failed = true;
    if (survey->failed) return;
    if (info->landmark_count == survey->capacity) thin_out(survey);
    if (info->landmark_count == survey->capacity) return; /* marks all of them */
    info->landmarks[info->landmark_count++] = *landmark;
    if (landmark->kind == LANDMARK_MARK) sort_last(info);
}

static void count_event(struct survey *survey, const struct record *record)
{
    const struct record_happening *happening = &record->happening;
    struct recording_landmark landmark;
    survey->info->events[happening->event]++;
    bool dropped = happening->event == RECORD_DROPPED && happening->amount > 0;
    if (dropped) survey->info->dropped += (uint64_t)happening->amount;
    if (recording_landmark_of(record, &landmark)) add_landmark(survey, &landmark);
}

static void count_record(struct survey *survey, const struct record *record)
{
    struct recording_info *info = survey->info;
    info->records[record->kind]++;
    if (record->kind != RECORD_HEADER && info->length < record->stamp.mono) info->length = record->stamp.mono;
    switch (record->kind) {
    case RECORD_RECEIVED:
        if (record->venue < VENUE_COUNT) info->frames[record->venue]++;
        break;
    case RECORD_EVENT:
        count_event(survey, record);
        break;
    case RECORD_ROUND:
        info->rounds += !record->done;
        break;
    default:
        break;
    }
}

static void count_fault(struct survey *survey, const struct recording_fault *fault)
{
    struct recording_landmark landmark;
    survey->info->open |= fault->damage == DAMAGE_OPEN;
    if (!recording_landmark_of_fault(fault, &landmark)) return;
    survey->info->faults++;
    add_landmark(survey, &landmark);
}

static void begin_info(const struct recording *recording, struct recording_info *info)
{
    const struct recording_file *first = &recording->files[0];
    *info = (struct recording_info){.files = (unsigned)recording->count};
    info->header = recording->header;
    info->began = first->first.wall == INT64_MAX ? 0 : first->first.wall;
    info->first = recording_first(recording);
    info->lacking = recording_lacking(recording);
    for (size_t i = 0; i < recording->count; i++) info->stored += recording->files[i].size;
}

bool recording_survey(struct recording *recording, struct recording_info *info,
                      bool (*tell)(void *context, unsigned thousandths), void *context)
{
    struct survey survey = {.info = info};
    struct record record;
    struct recording_fault fault;
    begin_info(recording, info);
    struct recording *twin = recording_twin(recording);
    if (!twin) return false;

    bool going = true;
    uint64_t steps = 0;
    enum recording_step step;
    while (going && !survey.failed && (step = recording_next(twin, &record, &fault)) != RECORDING_AT_END) {
        if (step == RECORDING_FAULT)
            count_fault(&survey, &fault);
        else
            count_record(&survey, &record);
        if (tell && ++steps % TELL_EVERY == 0) going = tell(context, recording_progress(twin));
    }
    info->blocks = twin->blocks;
    info->bytes = twin->bytes;
    info->closed = twin->follows;
    bool good = going && !survey.failed && twin->error == 0;
    recording_close(twin);
    if (!good) recording_info_free(info);
    return good;
}

void recording_info_free(struct recording_info *info)
{
    free(info->landmarks);
    info->landmarks = NULL;
    info->landmark_count = 0;
}
