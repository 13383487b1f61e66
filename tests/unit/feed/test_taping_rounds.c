/* Rounds of keyframes as the feed writes them: when, at which stamps, and the one at the end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/feed/playback.h"
#include "inquiry.h"
#include "taping_stage.h"

/* Where seconds pass that nobody looks at. */
#define QUICK 12

static int open_quick_stage(void **state)
{
    (void)state;
    stage_prepare(&stage, QUICK);
    stage_start(&stage);
    return 0;
}

/* The second one after two, and the last one when it ends. */
static void rounds_come_every_ten_seconds(void **state)
{
    (void)state;
    struct tape_files files;
    stage_show(&stage, HARBOUR);
    stage_record(&stage);
    int64_t began = clock_now(&moved).mono;
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, clock_now(&moved).mono - began > 23 * SECOND);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    struct tape_sum sum = tape_sum(tape_file(&files, 0));
    assert_true(sum.begins_with_round);
    assert_true(sum.rounds >= 4);
    assert_int_equal(sum.snaps, sum.rounds);
    assert_int_equal(sum.done, sum.rounds);
    assert_true(sum.round_at[1] - sum.round_at[0] >= 2 * SECOND);
    for (uint64_t i = 2; i + 1 < sum.rounds; i++) assert_true(sum.round_at[i] - sum.round_at[i - 1] >= 10 * SECOND);
    tape_files_close(&files);
}

/* Whether each round's records have one stamp; the last kinds of records. */
struct stamps {
    int64_t began; /* the present round */
    uint64_t split;
    enum record_kind kinds[4]; /* the last of them last */
};

static void see_stamps(void *context, const struct record *record)
{
    struct stamps *stamps = context;
    memmove(stamps->kinds, stamps->kinds + 1, sizeof stamps->kinds - sizeof stamps->kinds[0]);
    stamps->kinds[3] = record->kind;
    if (record->kind == RECORD_ROUND && !record->done) stamps->began = record->stamp.mono;
    if (record->kind == RECORD_ROUND || (record->kind == RECORD_SNAP && record->number > 0))
        stamps->split += record->stamp.mono != stamps->began;
}

/* A market of each venue, for a while, to its end. Opens what was recorded: one file. */
static struct tape_files record_both(void)
{
    struct tape_files files;
    stage_show(&stage, HARBOUR);
    stage_show(&stage, TIDE);
    stage_record(&stage);
    stage_await_changes(&stage, 20);
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    return files;
}

/* Two looks at the clock are two times. */
static void a_round_is_one_moment(void **state)
{
    (void)state;
    struct tape_files files = record_both();
    struct stamps stamps = {0};
    tape_read(tape_file(&files, 0), see_stamps, &stamps);
    assert_int_equal(stamps.split, 0);
    tape_files_close(&files);
}

static void count_difference(void *context, const struct record *snap, const char *words)
{
    print_message("round %llu, %s: %s\n", (unsigned long long)snap->number, snap->instrument.symbol, words);
    (*(unsigned *)context)++;
}

/* Plays a file to its end. Returns how many markets have a book then. */
static unsigned books_at_end(const char *path, struct playback_counts *counts)
{
    char error[REASON];
    unsigned differences = 0, books = 0;
    struct playback_options options = {
        .paths = &path, .path_count = 1, .differs = count_difference, .context = &differences};
    struct playback *playback = playback_open(&options, error, sizeof error);
    if (!playback) fail_msg("%s", error);
    while (playback_peek(playback)->kind != PLAYBACK_AT_END) playback_step(playback);
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(playback_engine(playback)), &position));)
        books += market->had_book;
    *counts = playback_counts(playback);
    playback_close(playback);
    assert_int_equal(differences, 0);
    return books;
}

static void flip_bit(const char *path, long at)
{
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, at, SEEK_SET), 0);
    assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
    fclose(file);
}

/* Where the block begins that follows the header's. */
static long behind_header(const char *path)
{
    char bytes[4096];
    FILE *file = fopen(path, "r");
    size_t got = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    const char *next = memmem(bytes + 4, got - 4, "\x28\xb5\x2f\xfd", 4);
    assert_non_null(next);
    return next - bytes;
}

/* However it is ended: the end is known by itself, whatever is damaged before, and it is what the messages make. */
static void check_end(const char *path)
{
    struct playback_counts counts;
    struct stamps stamps = {0};
    tape_verify(path);
    tape_read(path, see_stamps, &stamps);
    static const enum record_kind last[] = {RECORD_SNAP, RECORD_SNAP, RECORD_ROUND, RECORD_END};
    for (unsigned i = 0; i < 4; i++) assert_int_equal(stamps.kinds[i], last[i]);
    assert_int_equal(books_at_end(path, &counts), 2);
    assert_true(counts.compared >= 2);
    flip_bit(path, behind_header(path) + 40);
    assert_int_equal(books_at_end(path, &counts), 2);
    assert_true(counts.faults > 0);
    assert_int_equal(counts.restored, 2); /* by the last round alone */
}

static void the_end_is_known_when_it_is_stopped(void **state)
{
    (void)state;
    struct tape_files files = record_both();
    check_end(tape_file(&files, 0));
    tape_files_close(&files);
}

static void the_end_is_known_when_the_feed_ends(void **state)
{
    (void)state;
    char path[128], error[REASON];
    stage_show(&stage, HARBOUR);
    stage_show(&stage, TIDE);
    snprintf(path, sizeof path, "%s/lent.obr.zst", stage.folder);
    stage.recording.path = path;
    struct recorder *recorder = recorder_create(&stage.recording, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    feed_record(stage.onlooker.feed, recorder);
    stage_await_changes(&stage, 20);
    taping_close(stage.taping, error, sizeof error);
    stage.taping = NULL;
    feed_stop(stage.onlooker.feed); /* with the recorder in its hands */
    stage.onlooker.feed = NULL;
    if (!recorder_close(recorder, error, sizeof error)) fail_msg("%s", error);
    check_end(path);
}

/* --- of many markets --- */

#define AT_ONCE 64
#define MANY    100

static int open_wide_stage(void **state)
{
    (void)state;
    stage_prepare_markets(&stage, SPEED, MANY);
    stage_start(&stage);
    return 0;
}

static bool all_have_books(size_t count)
{
    const struct quote_table *quotes = &stage.onlooker.quotes;
    for (size_t i = 0; i < quotes->count; i++)
        if (!quotes->quotes[i].live) return false;
    return quotes->count == count;
}

/* The last round that was done: how many markets, and when. */
struct last_round {
    uint64_t snaps, count;
    int64_t began, done;
};

static void see_last(void *context, const struct record *record)
{
    struct last_round *last = context;
    last->snaps += record->kind == RECORD_SNAP && record->number > 0;
    if (record->kind != RECORD_ROUND) return;
    last->count = record->done ? last->snaps : 0;
    *(record->done ? &last->done : &last->began) = record->stamp.mono;
    if (!record->done) last->snaps = 0;
}

/* Records that many of the exchange's markets for a moment, until the user ends it. */
static struct last_round record_many(const struct catalogue *all, size_t count)
{
    struct catalogue some = *all;
    struct last_round last = {0};
    char error[REASON];
    char path[128];
    assert_true(all->count >= count);
    some.count = count;
    memset(&stage.onlooker.quotes, 0, sizeof stage.onlooker.quotes);
    feed_list(stage.onlooker.feed, &some);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, all_have_books(count));
    snprintf(path, sizeof path, "%s/of-%zu.obr.zst", stage.folder, count);
    struct recorder_options options = stage.recording;
    options.path = path;
    struct recorder *recorder = recorder_create(&options, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    feed_record(stage.onlooker.feed, recorder);
    struct recorder_status status;
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, (recorder_status(recorder, &status), status.records > 0));
    feed_record(stage.onlooker.feed, NULL);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, !feed_records(stage.onlooker.feed));
    if (!recorder_close(recorder, error, sizeof error)) fail_msg("%s", error);
    tape_verify(path);
    tape_read(path, see_last, &last);
    return last;
}

/* What fits into a turn is one moment; of more the network is heard in between, also where it is the last round. */
static void the_end_of_many_markets_comes_in_turns(void **state)
{
    (void)state;
    struct catalogue all = {0};
    inquiry_list(&all, &(struct exchange_options){.seed = 4, .markets = MANY, .clock = &clock_system}, 1);
    struct last_round last = record_many(&all, AT_ONCE);
    assert_int_equal(last.count, AT_ONCE);
    assert_int_equal(last.done, last.began);
    last = record_many(&all, AT_ONCE + 6);
    assert_int_equal(last.count, AT_ONCE + 6);
    assert_true(last.done > last.began);
    catalogue_free(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rounds_come_every_ten_seconds, open_quick_stage, close_stage),
        cmocka_unit_test_setup_teardown(the_end_of_many_markets_comes_in_turns, open_wide_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_round_is_one_moment, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(the_end_is_known_when_it_is_stopped, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(the_end_is_known_when_the_feed_ends, open_stage, close_stage),
    };
    net_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
