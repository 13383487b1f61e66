/* A recorded session of a feed with both venues, played back: the engine does the same again, has the same at every
 * keyframe, wherever one goes to, and behind damage claims nothing that was not so.
 *
 * BOOKTOP_SECONDS: so long is recorded at least, and BOOKTOP_MARKETS: so many markets of each venue.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "booktop/exchange/dice.h"
#include "truth.h"

#define POINTS      24
#define ROUNDS_MOST 16

/* === Playing === */

static bool begins_round(const struct playback_next *next)
{
    return next->record && next->record->kind == RECORD_ROUND && !next->record->done;
}

/* What the feed's engine had come to before the last round: for that it did what was due, which the shadow was not
 * told.
 */
static void the_same_is_reported_and_saved(void **state)
{
    const struct stage *stage = *state;
    for (unsigned time = 0; time < 2; time++) {
        unsigned differences = 0;
        struct playback *playback = play_all(stage, &differences);
        struct fingerprint print;
        uint64_t hash = FINGERPRINT_BEGIN, reports = 0, all = 0;
        fingerprint_open(&print, playback_engine(playback));
        for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
            bool input = next->kind == PLAYBACK_INPUT;
            if (begins_round(next)) {
                all = fingerprint_of_all(playback_engine(playback));
                reports = print.reports;
            }
            playback_step(playback);
            if (input) hash = print.hash;
        }
        struct playback_counts counts = playback_counts(playback);
        if (time == 0)
            print_message("%zu files, %llu inputs, %llu frames of Polymarket, %llu of Kalshi, %llu rounds, %llu snaps "
                          "compared, %llu proofs\n",
                          stage->files, (unsigned long long)counts.inputs, (unsigned long long)counts.frames[0],
                          (unsigned long long)counts.frames[1], (unsigned long long)counts.rounds,
                          (unsigned long long)counts.compared, (unsigned long long)print.proved);
        assert_int_equal(counts.faults, 0);
        assert_int_equal(counts.dropped, 0);
        assert_int_equal(counts.resets, 0);
        assert_true(counts.rounds > 2 && counts.compared > MARKETS);
        assert_int_equal(counts.differing, differences);
        assert_int_equal(differences, 0);
        assert_int_equal(reports, stage->live.reports);
        assert_true(hash == stage->live.hash);
        assert_true(all == fingerprint_of_all(stage->shadow.engine));
        playback_close(playback);
    }
}

/* === Seeking === */

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void play_to(struct playback *playback, int64_t m)
{
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END && next->m <= m;)
        playback_step(playback);
}

/* Says which market's save is another than where it was played till there, and from where on. */
static void say_what_differs(const struct stage *stage, struct playback *sought, int64_t m)
{
    struct playback *played = play_all(stage, NULL);
    struct json_writer texts[2] = {0};
    const struct market *market;
    play_to(played, m);
    const struct stamp stamp = {PLAYBACK_BASE + m, 0};
    for (size_t position = 0; (market = registry_next(engine_registry(playback_engine(played)), &position));) {
        const struct market *other = registry_find(engine_registry(playback_engine(sought)), market->instrument.venue,
                                                   text_from(market->instrument.symbol), NULL);
        json_writer_reset(&texts[0]);
        json_writer_reset(&texts[1]);
        engine_save(playback_engine(played), stamp, market->handle, &texts[0]);
        if (other) engine_save(playback_engine(sought), stamp, other->handle, &texts[1]);
        struct text one = json_writer_text(&texts[0]), two = json_writer_text(&texts[1]);
        size_t at = 0;
        while (at < one.length && at < two.length && one.at[at] == two.at[at]) at++;
        if (at == one.length && at == two.length) continue;
        size_t from = at < 80 ? 0 : at - 80;
        print_message("    %s: %.160s\n    not %.160s\n", market->instrument.symbol, one.at + from,
                      two.length > from ? two.at + from : "");
    }
    json_writer_free(&texts[0]);
    json_writer_free(&texts[1]);
    playback_close(played);
}

/* The places right before rounds: there the way from the round before is the longest, and the block is one that has a
 * round which is of no use yet. */
static unsigned before_rounds(const struct stage *stage, int64_t *points)
{
    unsigned count = 0;
    struct playback *playback = play_all(stage, NULL);
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
        if (begins_round(next) && next->m > 0 && count < ROUNDS_MOST) points[count++] = next->m - 1;
        playback_step(playback);
    }
    playback_close(playback);
    return count;
}

static void wherever_one_goes_it_is_the_same(void **state)
{
    const struct stage *stage = *state;
    struct dice dice = dice_from(SEED, 1);
    int64_t points[POINTS + ROUNDS_MOST];
    uint64_t prints[POINTS + ROUNDS_MOST];
    struct playback *playback = play_all(stage, NULL);
    int64_t length = playback_length(playback, NULL, NULL);
    assert_true(length > 10 * NANOSECONDS_PER_SECOND);
    for (unsigned i = 0; i < POINTS; i++) points[i] = (int64_t)dice_below(&dice, 1000001) * (length / 1000) / 1000;
    points[0] = length;
    const unsigned count = POINTS + before_rounds(stage, points + POINTS);
    qsort(points, count, sizeof points[0], by_time);
    for (unsigned i = 0; i < count; i++) {
        play_to(playback, points[i]);
        prints[i] = fingerprint_of_all(playback_engine(playback));
    }
    playback_close(playback);

    playback = play_all(stage, NULL);
    unsigned wrong = 0;
    for (unsigned n = 0; n < 4 * count; n++) {
        /* Anywhere; then, of all in turn, the next one, which may be near. */
        unsigned i = n % 2 == 0 ? dice_below(&dice, count) : (n / 2) % count;
        assert_true(playback_seek(playback, points[i], NULL, NULL));
        if (fingerprint_of_all(playback_engine(playback)) == prints[i]) continue;
        if (wrong++ >= 2) continue;
        print_message("  at %lld of %lld it is not the same\n", (long long)points[i], (long long)length);
        say_what_differs(stage, playback, points[i]);
    }
    assert_int_equal(wrong, 0);
    assert_true(playback_counts(playback).resets > POINTS / 2);
    playback_close(playback);
}

/* === Damage === */

static uint64_t check_damaged(struct truth *truth, const char *const *names, size_t count)
{
    uint64_t faults, verified = check_verified(truth, play_files(names, count, NULL), &faults);
    assert_true(faults > 0);
    return verified;
}

static void behind_damage_nothing_false_is_verified(void **state)
{
    const struct stage *stage = *state;
    struct dice dice = dice_from(SEED, 2);
    struct truth truth = find_truth(stage->names, stage->files);
    char damaged[600];
    const char *names[FILES_MOST];
    uint64_t verified = 0;
    snprintf(damaged, sizeof damaged, "%s/damaged.obr.zst", stage->folder);
    for (unsigned n = 0; n < 4; n++) {
        size_t which = dice_below(&dice, (unsigned)stage->files);
        memcpy(names, stage->names, sizeof names);
        names[which] = damaged;
        FILE *file = fopen(stage->names[which], "rb"), *out = fopen(damaged, "wb");
        assert_true(file && out);
        fseek(file, 0, SEEK_END);
        size_t size = (size_t)ftell(file);
        rewind(file);
        unsigned char *bytes = malloc(size);
        assert_non_null(bytes);
        assert_int_equal(fread(bytes, 1, size, file), size);
        size_t at = size / 8 + dice_below(&dice, (unsigned)(size / 2));
        size_t cut = n % 4 == 3 ? size / 3 + dice_below(&dice, (unsigned)(size / 3)) : size;
        if (n % 4 < 2) bytes[at] ^= (unsigned char)(1 + dice_below(&dice, 255));
        if (n % 4 == 2) memset(bytes + at, 0, size / 16);
        assert_int_equal(fwrite(bytes, 1, cut, out), cut);
        fclose(file);
        fclose(out);
        free(bytes);
        verified += check_damaged(&truth, names, stage->files);
    }
    assert_true(verified > 0);
    unlink(damaged);
    free(truth.books);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_reported_and_saved),
        cmocka_unit_test(wherever_one_goes_it_is_the_same),
        cmocka_unit_test(behind_damage_nothing_false_is_verified),
    };
    net_start();
    return cmocka_run_group_tests_name("feed/playback_live", tests, open_stage, close_stage);
}
