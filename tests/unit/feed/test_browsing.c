/* A recording of somebody who looks at many markets: rounds have what is watched, each market comes back when it is
 * looked at again, and what is learnt of one on the way is in the recording.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/feed/playback.h"
#include "tape.h"

#define FAST 20
/* A round is due when that has passed, and ten times the bytes of the one before. */
#define ROUND   (11 * SECOND)
#define RECORDS 1500

static struct tape_stage stage;
static struct tape_files files;
/* One in which each market is watched from its begin on, and one that begins when nobody watches most of them. */
static const char *whole, *later;

static const struct catalogue *search(const char *words)
{
    struct answer_view answer = {0};
    feed_search(stage.onlooker.feed, words);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, feed_answer(stage.onlooker.feed, &answer));
    assert_int_equal(answer.result, ANSWER_LIST);
    return answer.catalogue;
}

static bool all_live(void)
{
    const struct quote_table *quotes = &stage.onlooker.quotes;
    for (size_t i = 0; i < quotes->count; i++)
        if (!quotes->quotes[i].live || quotes->quotes[i].proof != PROOF_VERIFIED) return false;
    return quotes->count > 2;
}

static void list(const struct catalogue *catalogue)
{
    memset(&stage.onlooker.quotes, 0, sizeof stage.onlooker.quotes);
    feed_list(stage.onlooker.feed, catalogue);
    if (catalogue) ONLOOKER_AWAIT(&stage.onlooker, LIMIT, all_live());
}

static void await_round(void)
{
    int64_t began = clock_now(&moved).mono;
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, clock_now(&moved).mono - began > ROUND);
    stage_await_records(&stage, RECORDS);
}

/* The same market, of which less is known. */
static struct catalogue_entry poorer(const struct catalogue_entry *entry)
{
    struct catalogue_entry poor = *entry;
    poor.instrument.title[0] = poor.instrument.slug[0] = '\0';
    poor.instrument.outcomes[0].name[0] = '\0';
    return poor;
}

static void select_entry(const struct catalogue_entry *entry)
{
    feed_select(stage.onlooker.feed, 0, entry);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT,
                   onlooker_sees(&stage.onlooker, &entry->instrument) && stage_shows_live(&stage));
}

static int record_browsing(void **state)
{
    (void)state;
    stage_prepare(&stage, FAST);
    stage_start(&stage);
    const struct catalogue *harbour = search("harbour bridge"), *all = search("");
    const struct catalogue_entry poor = poorer(&harbour->entries[0]);
    select_entry(&poor);
    stage_record(&stage);
    stage_await_records(&stage, 5);
    list(all);
    list(NULL);
    list(all);
    await_round();
    taping_stop(stage.taping);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, stage_status(&stage).state == TAPING_OFF);
    list(NULL);
    select_entry(&harbour->entries[0]);
    feed_release(stage.onlooker.feed, search("")); /* the list is gone when this is answered */
    stage_record(&stage);
    stage_await_records(&stage, 5);
    list(all);
    await_round();
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 2);
    whole = tape_file(&files, 0);
    later = tape_file(&files, 1);
    return 0;
}

static int forget_browsing(void **state)
{
    (void)state;
    tape_files_close(&files);
    stage_forget(&stage);
    return 0;
}

/* === What was recorded === */

struct sum {
    uint64_t first, last; /* snaps of the first and of the last round that is done */
    uint64_t rounds, round, snaps, alone, learnt;
};

static void see(void *context, const struct record *record)
{
    struct sum *sum = context;
    sum->learnt += record->kind == RECORD_EVENT && record->happening.event == RECORD_LEARNT;
    sum->alone += record->kind == RECORD_SNAP && record->number == 0;
    sum->snaps += record->kind == RECORD_SNAP && record->number == sum->round;
    if (record->kind != RECORD_ROUND) return;
    if (!record->done) {
        sum->round = record->number;
        sum->snaps = 0;
        return;
    }
    sum->last = sum->snaps;
    if (sum->rounds++ == 0) sum->first = sum->snaps;
}

static struct sum sum_up(const char *path)
{
    struct sum sum = {.round = UINT64_MAX};
    tape_read(path, see, &sum);
    return sum;
}

static void rounds_leave_out_what_nobody_watches(void **state)
{
    (void)state;
    struct sum sum = sum_up(later);
    assert_true(sum.rounds > 1);
    assert_int_equal(sum.first, 1);
    assert_true(sum.last > 3);
    assert_int_equal(sum.alone, sum.last - 1);
}

static void what_is_learnt_is_told_once(void **state)
{
    (void)state;
    assert_int_equal(sum_up(whole).learnt, 1);
    assert_int_equal(sum_up(later).learnt, 0);
}

static void told(void *context, const struct record *snap, const char *words)
{
    (void)context;
    print_message("%s, round %llu, m %lld: %s\n", snap->instrument.symbol, (unsigned long long)snap->number,
                  (long long)snap->stamp.mono, words);
}

static struct playback_counts play(const char *path)
{
    char error[REASON];
    struct playback_options options = {.paths = &path, .path_count = 1, .differs = told};
    struct playback *playback = playback_open(&options, error, sizeof error);
    if (!playback) fail_msg("%s", error);
    while (playback_peek(playback)->kind != PLAYBACK_AT_END) playback_step(playback);
    struct playback_counts counts = playback_counts(playback);
    playback_close(playback);
    assert_int_equal(counts.differing, 0);
    return counts;
}

static void what_was_watched_from_the_begin_is_the_same(void **state)
{
    (void)state;
    struct sum sum = sum_up(whole);
    struct playback_counts counts = play(whole);
    assert_int_equal(counts.restored, 1);
    assert_true(sum.rounds > 1);
    assert_true(counts.compared >= sum.alone + sum.last);
}

/* Each of the others with all that was counted before. */
static void what_was_left_out_comes_back_as_it_was(void **state)
{
    (void)state;
    struct sum sum = sum_up(later);
    struct playback_counts counts = play(later);
    assert_int_equal(counts.restored, 1 + sum.alone);
    assert_int_equal(counts.by_rounds, 1);
    assert_true(counts.compared >= sum.last);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_leave_out_what_nobody_watches),
        cmocka_unit_test(what_is_learnt_is_told_once),
        cmocka_unit_test(what_was_watched_from_the_begin_is_the_same),
        cmocka_unit_test(what_was_left_out_comes_back_as_it_was),
    };
    return cmocka_run_group_tests(tests, record_browsing, forget_browsing);
}
