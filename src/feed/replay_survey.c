/* Going through all of a recording beside the playing, by a thread and a handle of its own: first for what the bar on
 * the screen shows, then for the markets that can be asked for.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/base/thread.h"
#include "booktop/json/reader.h"
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

void survey_grown(struct survey *survey, int64_t m)
{
    int64_t length = atomic_load(&survey->length);
    while (length < m && !atomic_compare_exchange_weak(&survey->length, &length, m)) continue;
}

static void note_length(struct survey *survey, int64_t length)
{
    survey_grown(survey, length);
    atomic_store(&survey->measured, true);
}

int64_t survey_bounded(const struct survey *survey, int64_t m)
{
    if (!atomic_load(&survey->measured)) return m; /* only behind it is the length there */
    int64_t length = atomic_load(&survey->length);
    return m > length ? length : m;
}

static void measure(struct survey *survey, struct recording *recording)
{
    for (size_t i = 0; i < survey->path_count; i++)
        if (!has_index(survey->paths[i])) return;
    int64_t length = recording_length(recording, goes_on, survey);
    if (length > 0) note_length(survey, length);
}

static bool tell(void *context, unsigned thousandths)
{
    struct survey *survey = context;
    atomic_store(&survey->surveyed, thousandths < REPLAY_SURVEYED_ALL ? thousandths : REPLAY_SURVEYED_ALL - 1);
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
        note_length(survey, info.length);
        survey->looked = info.length;
        survey->was_open = info.open;
        atomic_store(&survey->has_landmarks, true);
    }
    recording_info_free(&info);
    if (!atomic_load(&survey->ending)) atomic_store(&survey->surveyed, REPLAY_SURVEYED_ALL);
}

static const struct instrument *instrument_of(const struct record *record)
{
    if (record->kind == RECORD_SNAP) return &record->instrument;
    enum record_event event = record->happening.event;
    bool told = record->kind == RECORD_EVENT && (event == RECORD_WATCHED || event == RECORD_LEARNT);
    return told ? record->happening.instrument : NULL;
}

/* NULL: there is no memory, and nothing is told of the books behind. */
static struct known_book *book_of(struct survey *survey, struct market_handle market)
{
    if (market.index >= survey->book_capacity) {
        size_t capacity = 2 * ((size_t)market.index + 1);
        struct known_book *books = realloc(survey->books, capacity * sizeof *books);
        if (!books) return NULL;
        for (size_t i = survey->book_capacity; i < capacity; i++) books[i] = (struct known_book){-1, -1, -1};
        survey->books = books;
        survey->book_capacity = capacity;
    }
    return &survey->books[market.index];
}

static void note_watched(struct survey *survey, struct market_handle market, int64_t m)
{
    struct known_book *book = book_of(survey, market);
    if (book && m > book->watched) book->watched = m;
}

static void note_book(struct survey *survey, struct market_handle market, int64_t m)
{
    struct known_book *book = book_of(survey, market);
    if (!book) return;
    if (book->first < 0) book->first = m;
    if (m > book->last) book->last = m;
}

static void note_round(struct survey *survey, int64_t m)
{
    if (survey->round_count > 0 && survey->rounds[survey->round_count - 1] >= m) return; /* played again */
    if (survey->round_count == survey->round_capacity) {
        size_t capacity = survey->round_capacity ? 2 * survey->round_capacity : 64;
        int64_t *rounds = realloc(survey->rounds, capacity * sizeof *rounds);
        if (!rounds) return;
        survey->rounds = rounds;
        survey->round_capacity = capacity;
    }
    survey->rounds[survey->round_count++] = m;
}

/* Keyframes are also of markets that are watched and have no book yet. */
static bool holds_book(const struct record *record)
{
    struct json_reader reader;
    struct json_value value;
    struct text key;
    json_start(&reader, record->payload);
    if (!json_read(&reader, &value) || value.type != JSON_OBJECT) return false;
    while (json_next_key(&reader, &key)) {
        if (text_is(key, "had_book")) return json_read(&reader, &value) && value.type == JSON_TRUE;
        if (!json_skip(&reader)) return false;
    }
    return false;
}

/* Of new ones no more are taken than the playback takes. What was learnt of one later is filled in. */
static struct market_handle known_market(struct survey *survey, const struct instrument *instrument)
{
    const struct market *market =
        registry_find(survey->markets, instrument->venue, text_from(instrument->symbol), NULL);
    if (!market && registry_count(survey->markets) >= PLAYBACK_MARKETS_MOST) return MARKET_NONE;
    return registry_add(survey->markets, instrument);
}

void survey_note_record(struct survey *survey, const struct record *record)
{
    const struct instrument *instrument = instrument_of(record);
    struct market_handle market = MARKET_NONE;
    if (instrument) market = known_market(survey, instrument);
    bool known = !market_handle_equal(market, MARKET_NONE);
    bool watched = record->kind == RECORD_EVENT && record->happening.event == RECORD_WATCHED;
    if (known && watched) note_watched(survey, market, record->stamp.mono);
    if (known && record->kind == RECORD_SNAP && holds_book(record)) note_book(survey, market, record->stamp.mono);
    if (record->kind == RECORD_ROUND && record->done) note_round(survey, record->stamp.mono);
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
        if (step == RECORDING_RECORD) survey_note_record(survey, &record);
    }
}

/* Also amid a stretch of damage it is ended at once. */
static bool reads_on(void *context, unsigned thousandths)
{
    (void)thousandths;
    return goes_on(context);
}

static struct recording *open_all(struct survey *survey)
{
    char error[RECORDING_REASON];
    const struct recording_watch watch = {reads_on, survey};
    return recording_open_watched((const char *const *)survey->paths, survey->path_count, watch, error, sizeof error);
}

static void *run(void *context)
{
    struct survey *survey = context;
    struct recording *recording = open_all(survey);
    if (recording) {
        measure(survey, recording);
        find_landmarks(survey, recording); /* which leaves it at its begin */
        find_markets(survey, recording);
        survey->recording = recording;
    }
    atomic_store(&survey->surveyed, REPLAY_SURVEYED_ALL);
    atomic_store(&survey->has_markets, true);
    return NULL;
}

/* The end of the first round behind `m`; -1: none is. */
static int64_t next_round(const struct survey *survey, int64_t m)
{
    size_t low = 0, high = survey->round_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (survey->rounds[middle] > m)
            high = middle;
        else
            low = middle + 1;
    }
    return low < survey->round_count ? survey->rounds[low] : -1;
}

int64_t survey_next_book(const struct survey *survey, const struct instrument *instrument, int64_t m, bool blind)
{
    if (!atomic_load(&survey->has_markets) || !survey->markets) return -1;
    const struct market *market =
        registry_find(survey->markets, instrument->venue, text_from(instrument->symbol), NULL);
    if (!market || market->handle.index >= survey->book_capacity) return -1;
    const struct known_book *book = &survey->books[market->handle.index];
    if (!blind && m < book->first) return book->first;
    int64_t round = next_round(survey, m < book->first ? book->first - 1 : m);
    if (round < 0 || m >= book->last) return -1;
    return round;
}

bool survey_has_book(const struct survey *survey, const struct market *market)
{
    if (market->handle.index >= survey->book_capacity) return false;
    const struct known_book *book = &survey->books[market->handle.index];
    int64_t newest = survey->round_count > 0 ? survey->rounds[survey->round_count - 1] : -1;
    return book->first >= 0 || book->watched > newest;
}

/* === Start and end === */

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
    if (survey->recording) recording_close(survey->recording);
    if (survey->markets) registry_destroy(survey->markets);
    free(survey->books);
    free(survey->rounds);
}
