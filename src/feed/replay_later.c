/* What came of a recording after it was gone through: noted as it is played, and by reading on beside the playing, so
 * that what a seek passes over is known too. All of it belongs to the feed thread.
 */
#include <string.h>

#include "replay_inside.h"

/* The clock is read once in so many records. */
#define RECORDS_BETWEEN_LOOKS 32

/* Room for one more is found at the cost of the oldest that is no mark, for a mark alone. */
static bool make_room(struct survey *survey, enum landmark_kind kind)
{
    if (survey->landmark_count < REPLAY_LANDMARKS) return true;
    for (uint32_t i = 0; kind == LANDMARK_MARK && i < survey->landmark_count; i++) {
        if (survey->landmarks[i].kind == LANDMARK_MARK) continue;
        size_t behind = --survey->landmark_count - i;
        memmove(&survey->landmarks[i], &survey->landmarks[i + 1], behind * sizeof survey->landmarks[0]);
        return true;
    }
    return false;
}

static bool is_same(const struct recording_landmark *a, const struct recording_landmark *b)
{
    return a->m == b->m && a->kind == b->kind && strcmp(a->words, b->words) == 0;
}

/* Once, though it may be met often. */
static void add_landmark(struct survey *survey, const struct recording_landmark *landmark)
{
    int64_t m = landmark->m;
    for (uint32_t i = survey->landmark_count; i > 0 && survey->landmarks[i - 1].m >= m; i--)
        if (is_same(&survey->landmarks[i - 1], landmark)) return;
    if (!make_room(survey, landmark->kind)) return;
    uint32_t at = survey->landmark_count++;
    for (; at > 0 && survey->landmarks[at - 1].m > m; at--) survey->landmarks[at] = survey->landmarks[at - 1];
    survey->landmarks[at] = *landmark;
}

static void note(struct survey *survey, const struct record *record)
{
    struct recording_landmark landmark;
    if (recording_landmark_of(record, &landmark)) add_landmark(survey, &landmark);
    if (atomic_load(&survey->has_markets) && survey->markets) survey_note_record(survey, record);
}

static void note_fault(struct survey *survey, const struct recording_fault *fault)
{
    struct recording_landmark landmark;
    if (recording_landmark_of_fault(fault, &landmark)) add_landmark(survey, &landmark);
}

/* === As it is played === */

static bool is_later(const struct survey *survey, int64_t m)
{
    return atomic_load(&survey->has_landmarks) && m > survey->looked;
}

void survey_note(struct survey *survey, const struct record *record)
{
    if (record->kind != RECORD_UNKNOWN && is_later(survey, record->stamp.mono)) note(survey, record);
}

void survey_note_fault(struct survey *survey, const struct recording_fault *fault)
{
    if (is_later(survey, fault->from >= 0 ? fault->from : fault->to)) note_fault(survey, fault);
}

/* === Beside the playing === */

/* The next thing that came later. False: that is all so far. */
static bool read_one(struct survey *survey)
{
    struct record record;
    struct recording_fault fault;
    switch (recording_next(survey->recording, &record, &fault)) {
    case RECORDING_RECORD:
        if (record.kind == RECORD_UNKNOWN) return true;
        survey_grown(survey, replay_place(record.stamp.mono));
        note(survey, &record);
        return true;
    case RECORDING_FAULT:
        note_fault(survey, &fault);
        return true;
    default:
        return false;
    }
}

/* What is written no more, and had nothing new, is at its end. */
static void look(struct survey *survey)
{
    bool written = recording_is_written(survey->recording);
    survey->reading = recording_continue(survey->recording);
    if (survey->reading || written) return;
    recording_close(survey->recording);
    survey->recording = NULL;
}

bool survey_reads_on(const struct survey *survey)
{
    return atomic_load(&survey->has_markets) && survey->recording;
}

bool survey_read_on(struct survey *survey, const struct clock *clock, int64_t most)
{
    if (!survey_reads_on(survey)) return false;
    if (!survey->reading) look(survey);
    if (!survey->reading) return false;
    int64_t begun = clock_now(clock).mono;
    for (unsigned count = 1; (survey->reading = read_one(survey)); count++)
        if (count % RECORDS_BETWEEN_LOOKS == 0 && clock_now(clock).mono - begun > most) break;
    return true;
}
