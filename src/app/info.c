/* booktop info: what is in a recording, for people, or as one object (--json). */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/app/options.h"
#include "booktop/json/writer.h"
#include "booktop/record/recording.h"
#include "booktop/venue/venue.h"
#include "files.h"
#include "local_time.h"
#include "progress.h"
#include "told.h"

/* Landmarks and markets that are printed for people; --json has them all. */
#define LINES_MOST 100

struct named_market {
    enum venue_id venue;
    char symbol[SYMBOL_SIZE];
    char title[INSTRUMENT_TEXT_SIZE];
};

struct summary {
    const struct options *options;
    struct progress progress;
    struct recording_info info;
    int64_t base;
    struct named_market *markets; /* owned, in order of venue and symbol */
    size_t count, capacity;
};

/* === Markets === */

static int compare(const void *a, const void *b)
{
    const struct named_market *left = a, *right = b;
    if (left->venue != right->venue) return left->venue < right->venue ? -1 : 1;
    return strcmp(left->symbol, right->symbol);
}

static void add_market(struct summary *summary, const struct instrument *instrument)
{
    struct named_market *market = &summary->markets[summary->count++];
    market->venue = instrument->venue;
    memcpy(market->symbol, instrument->symbol, sizeof market->symbol);
    memcpy(market->title, instrument->title, sizeof market->title);
}

/* One of each; a title that is known counts more than none. */
static void fold_markets(struct summary *summary)
{
    if (summary->count == 0) return;
    qsort(summary->markets, summary->count, sizeof *summary->markets, compare);
    size_t kept = 0;
    for (size_t i = 1; i < summary->count; i++) {
        struct named_market *last = &summary->markets[kept];
        const struct named_market *next = &summary->markets[i];
        if (compare(last, next) != 0)
            summary->markets[++kept] = *next;
        else if (next->title[0])
            memcpy(last->title, next->title, sizeof last->title);
    }
    summary->count = kept + 1;
}

static const struct instrument *instrument_in(const struct record *record)
{
    if (record->kind == RECORD_SNAP) return &record->instrument;
    bool watched = record->kind == RECORD_EVENT && record->happening.event == RECORD_WATCHED;
    return watched ? record->happening.instrument : NULL;
}

/* Rounds repeat them: what was gathered is folded, and only if most of it remains does it grow. */
static bool make_room(struct summary *summary)
{
    fold_markets(summary);
    if (summary->count < summary->capacity / 2) return true;
    size_t capacity = summary->capacity ? 2 * summary->capacity : 64;
    struct named_market *markets = realloc(summary->markets, capacity * sizeof *markets);
    if (!markets) return false;
    summary->markets = markets;
    summary->capacity = capacity;
    return true;
}

static bool name_markets(struct summary *summary, struct recording *recording, struct progress *progress)
{
    struct record record;
    struct recording_fault fault;
    enum recording_step step;
    uint64_t steps = 0;
    while ((step = recording_next(recording, &record, &fault)) != RECORDING_AT_END) {
        if (++steps % 4096 == 0 && !progress_tell(progress, 999)) return false;
        const struct instrument *instrument = step == RECORDING_RECORD ? instrument_in(&record) : NULL;
        if (!instrument) continue;
        if (summary->count == summary->capacity && !make_room(summary)) return false;
        add_market(summary, instrument);
    }
    fold_markets(summary);
    return true;
}

/* As many as are listed: all that there ever were. */
static uint64_t markets_of(const struct summary *summary, unsigned venue)
{
    uint64_t count = 0;
    for (size_t i = 0; i < summary->count; i++) count += summary->markets[i].venue == venue;
    return count;
}

/* === For people === */

static void print_files(const struct summary *summary)
{
    const struct recording_info *info = &summary->info;
    for (size_t i = 0; i < summary->options->word_count; i++) {
        fputs(i == 0 ? "files      " : "           ", stdout);
        told_text(stdout, text_from(summary->options->words[i]));
        putchar('\n');
    }
    if (summary->info.lacking > 0) {
        fputs("given      ", stdout);
        told_lacking(stdout, summary->info.lacking);
        putchar('\n');
    }
    printf("tool       ");
    if (info->header.lost)
        fputs("not known: the header is damaged", stdout);
    else
        told_text(stdout, text_from(info->header.tool));
    printf("\nvenues     ");
    const char *between = "";
    for (unsigned i = 0; i < VENUE_COUNT; i++) {
        if (!info->header.venues[i]) continue;
        printf("%s%s%s", between, venue_get((enum venue_id)i)->name, info->header.keys[i] ? " (with a key)" : "");
        between = ", ";
    }
    if (info->header.untold)
        puts("not known, nor whether it is a demo: nothing of it may be real");
    else
        puts(info->header.demo ? "; a demo: nothing of it is real" : "");
}

static int64_t end_of(const struct recording_info *info)
{
    return info->length > info->first ? info->length : info->first;
}

static void print_times(const struct summary *summary)
{
    char time[TOLD_TIME_SIZE], length[LOCAL_TIME_SIZE];
    const struct recording_info *info = &summary->info;
    bool known = summary->base > 0;
    printf("begin      %s\n", known ? told_time(summary->base, info->first, time) : "not known");
    printf("end        %s\n", known ? told_time(summary->base, end_of(info), time) : "not known");
    printf("length     %s\n", local_time_length(end_of(info) - info->first, length));
    printf("closed     %s\n", info->closed ? "yes"
                              : info->open ? "no: it is still being recorded"
                                           : "no: its end was lost");
}

static void print_counts(const struct summary *summary)
{
    const struct recording_info *info = &summary->info;
    uint64_t records = 0;
    for (unsigned i = 0; i < RECORD_KIND_COUNT; i++) records += info->records[i];
    printf("records    %" PRIu64 ":", records);
    for (unsigned i = 0; i < RECORD_KIND_COUNT; i++)
        if (info->records[i])
            printf(" %s %" PRIu64, i == RECORD_UNKNOWN ? "unknown" : record_kind_text((enum record_kind)i),
                   info->records[i]);
    printf("\nevents    ");
    for (unsigned i = 0; i < RECORD_EVENT_COUNT; i++)
        if (info->events[i]) printf(" %s %" PRIu64, record_event_text((enum record_event)i), info->events[i]);
    printf("\nframes    ");
    for (unsigned i = 0; i < VENUE_COUNT; i++) {
        uint64_t markets = markets_of(summary, i);
        printf(" %s %" PRIu64 " (%" PRIu64 " market%s)", venue_get((enum venue_id)i)->name, info->frames[i], markets,
               told_plural(markets));
    }
    uint64_t tenths = info->stored > 0 ? info->bytes * 10 / info->stored : 0;
    printf("\nsize       %" PRIu64 " bytes in %" PRIu64 " blocks, %" PRIu64 " uncompressed (%" PRIu64 ".%" PRIu64
           " times)\n",
           info->stored, info->blocks, info->bytes, tenths / 10, tenths % 10);
    printf("keyframes  %" PRIu64 " round%s\n", info->rounds, info->rounds == 1 ? "" : "s");
    printf("dropped    %" PRIu64 " record%s\n", info->dropped, info->dropped == 1 ? "" : "s");
    printf("damage     %" PRIu64 " fault%s\n", info->faults, info->faults == 1 ? "" : "s");
}

static void print_rest(size_t count)
{
    if (count > LINES_MOST) printf("  and %zu more\n", count - LINES_MOST);
}

static void print_markets(const struct summary *summary)
{
    puts("markets");
    for (size_t i = 0; i < summary->count && i < LINES_MOST; i++) {
        const struct named_market *market = &summary->markets[i];
        printf("  %s:", venue_get(market->venue)->name);
        told_text(stdout, text_from(market->symbol));
        fputs("  ", stdout);
        told_text(stdout, text_from(market->title));
        putchar('\n');
    }
    print_rest(summary->count);
}

static void print_landmarks(const struct summary *summary)
{
    const struct recording_info *info = &summary->info;
    char time[TOLD_TIME_SIZE], offset[LOCAL_TIME_SIZE];
    if (info->landmark_count == 0) return;
    puts("marks and gaps");
    for (size_t i = 0; i < info->landmark_count && i < LINES_MOST; i++) {
        const struct recording_landmark *landmark = &info->landmarks[i];
        printf("  %s  %s  %-6s ", told_time(summary->base, landmark->m, time),
               local_time_offset(landmark->m - info->first, offset), recording_landmark_name(landmark->kind));
        told_text(stdout, text_from(landmark->words));
        putchar('\n');
    }
    print_rest(info->landmark_count);
}

static void print(const struct summary *summary)
{
    print_files(summary);
    print_times(summary);
    print_counts(summary);
    print_markets(summary);
    print_landmarks(summary);
}

/* === As JSON === */

static void put_integer(struct json_writer *out, const char *key, uint64_t value)
{
    json_write_key(out, key);
    json_write_integer(out, value < INT64_MAX ? (int64_t)value : INT64_MAX);
}

static void put_text(struct json_writer *out, const char *key, const char *text)
{
    json_write_key(out, key);
    json_write_string(out, text_from(text));
}

static void put_bool(struct json_writer *out, const char *key, bool value)
{
    json_write_key(out, key);
    json_write_bool(out, value);
}

static void put_header(struct json_writer *out, const struct summary *summary)
{
    const struct recording_info *info = &summary->info;
    json_write_key(out, "files");
    json_write_array(out);
    for (size_t i = 0; i < summary->options->word_count; i++)
        json_write_string(out, text_from(summary->options->words[i]));
    json_write_array_end(out);
    put_text(out, "tool", info->header.tool ? info->header.tool : "");
    json_write_key(out, "demo");
    if (info->header.untold)
        json_write_null(out);
    else
        json_write_bool(out, info->header.demo);
    put_bool(out, "closed", info->closed);
    put_bool(out, "open", info->open);
    put_integer(out, "part", info->lacking + 1);
    put_integer(out, "begin_ns", summary->base > 0 ? (uint64_t)(summary->base + info->first) : 0);
    put_integer(out, "end_ns", summary->base > 0 ? (uint64_t)(summary->base + end_of(info)) : 0);
    put_integer(out, "first_m", (uint64_t)info->first);
    put_integer(out, "length_ns", (uint64_t)(end_of(info) - info->first));
}

static void put_venues(struct json_writer *out, const struct summary *summary)
{
    const struct recording_info *info = &summary->info;
    json_write_key(out, "venues");
    json_write_array(out);
    for (unsigned i = 0; i < VENUE_COUNT; i++) {
        if (!info->header.venues[i] && info->frames[i] == 0 && markets_of(summary, i) == 0) continue;
        json_write_object(out);
        put_text(out, "venue", venue_get((enum venue_id)i)->name);
        put_bool(out, "key", info->header.keys[i]);
        put_integer(out, "frames", info->frames[i]);
        put_integer(out, "markets", markets_of(summary, i));
        json_write_object_end(out);
    }
    json_write_array_end(out);
}

static void put_counts(struct json_writer *out, const struct recording_info *info)
{
    json_write_key(out, "records");
    json_write_object(out);
    for (unsigned i = 0; i < RECORD_UNKNOWN; i++)
        if (i != RECORD_CHECK) put_integer(out, record_kind_text((enum record_kind)i), info->records[i]);
    put_integer(out, "unknown", info->records[RECORD_UNKNOWN]);
    json_write_object_end(out);
    json_write_key(out, "events");
    json_write_object(out);
    for (unsigned i = 0; i < RECORD_EVENT_COUNT; i++)
        put_integer(out, record_event_text((enum record_event)i), info->events[i]);
    json_write_object_end(out);
    put_integer(out, "blocks", info->blocks);
    put_integer(out, "bytes", info->bytes);
    put_integer(out, "stored", info->stored);
    put_integer(out, "rounds", info->rounds);
    put_integer(out, "dropped", info->dropped);
    put_integer(out, "faults", info->faults);
}

static void put_markets(struct json_writer *out, const struct summary *summary)
{
    json_write_key(out, "markets");
    json_write_array(out);
    for (size_t i = 0; i < summary->count; i++) {
        json_write_object(out);
        put_text(out, "venue", venue_get(summary->markets[i].venue)->name);
        put_text(out, "symbol", summary->markets[i].symbol);
        put_text(out, "title", summary->markets[i].title);
        json_write_object_end(out);
    }
    json_write_array_end(out);
}

static void put_landmarks(struct json_writer *out, const struct summary *summary)
{
    const struct recording_info *info = &summary->info;
    json_write_key(out, "landmarks");
    json_write_array(out);
    for (size_t i = 0; i < info->landmark_count; i++) {
        const struct recording_landmark *landmark = &info->landmarks[i];
        json_write_object(out);
        put_text(out, "kind", recording_landmark_name(landmark->kind));
        put_integer(out, "m", landmark->m > 0 ? (uint64_t)landmark->m : 0);
        put_text(out, "words", landmark->words);
        json_write_object_end(out);
    }
    json_write_array_end(out);
}

static bool print_json(const struct summary *summary)
{
    struct json_writer out = {0};
    json_write_object(&out);
    put_header(&out, summary);
    put_venues(&out, summary);
    put_counts(&out, &summary->info);
    put_markets(&out, summary);
    put_landmarks(&out, summary);
    json_write_object_end(&out);
    json_write_newline(&out);
    struct text text = json_writer_text(&out);
    bool good = !out.failed && fwrite(text.at, 1, text.length, stdout) == text.length;
    json_writer_free(&out);
    return good;
}

/* === The command === */

static int tell(struct summary *summary, struct recording *recording)
{
    struct progress *progress = &summary->progress;
    bool read = recording_survey(recording, &summary->info, progress_tell, progress);
    if (read) summary->base = told_base(&summary->info.header);
    bool named = read && name_markets(summary, recording, progress);
    progress_end(progress);
    int code = summary->info.faults > 0 ? EXIT_DAMAGED : EXIT_DONE;
    if (progress_signal()) {
        code = 128 + progress_signal();
    } else if (!named) {
        fprintf(stderr, "booktop: the recording cannot be read to its end\n");
        code = EXIT_FAILED;
    } else {
        bool printed = true;
        if (summary->options->json)
            printed = print_json(summary);
        else
            print(summary);
        if (!told_out() || !printed) code = EXIT_FAILED;
    }
    if (read) recording_info_free(&summary->info);
    free(summary->markets);
    return code;
}

int command_info(const struct options *options)
{
    struct summary summary = {.options = options};
    signal(SIGPIPE, SIG_IGN);
    char error[FILES_REASON] = "";
    int code = files_check(options->words, options->word_count, error, sizeof error);
    if (code != EXIT_DONE) return told_refusal(error, code);
    progress_begin(&summary.progress, "reading");
    struct recording *recording =
        recording_open_watched(options->words, options->word_count,
                               (struct recording_watch){progress_tell, &summary.progress}, error, sizeof error);
    if (!recording) progress_end(&summary.progress);
    if (!recording) return progress_signal() ? 128 + progress_signal() : told_error(error);
    code = tell(&summary, recording);
    recording_close(recording);
    return code;
}
