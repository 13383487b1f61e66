/* What the screen says of a book that is not current, of its proof, and of how fast things are. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "rows.h"

/* Every proof on every connection: stale is what is of before a loss, or cannot hear of changes. */
static void tells_what_is_stale(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    for (int proof = 0; proof < PROOF_STATE_COUNT; proof++) {
        for (int link = 0; link < LINK_STATE_COUNT; link++) {
            scene->book.proof.state = (enum proof_state)proof;
            scene->book.link.state = (enum link_state)link;
            bool carried = link >= LINK_STATE_SUBSCRIBING && link <= LINK_STATE_DEGRADED;
            bool of_before = proof == PROOF_STALE || proof == PROOF_SYNCING;
            bool stale = of_before || (!carried && proof != PROOF_POLLED);
            assert_int_equal(scene_stale(scene), stale);
            assert_int_equal(second_row_has(scene, 100, "stale 0 s"), stale);
        }
    }
    scene->book.link.state = LINK_STATE_LIVE;
    scene->book.proof.state = PROOF_SUSPECT;
    scene->book.proof.why = "its hash differs";
    assert_true(second_row_has(scene, 80, "suspect: its hash differs"));
    sample_scene_free(scene);
}

/* Where a text of the second row begins, in columns; -1: it is not there. In `role` how it is drawn. */
static int place_of(struct scene *scene, int width, const char *text, enum role *role)
{
    struct canvas canvas = {0};
    char row[400];
    assert_true(canvas_resize(&canvas, 24, width));
    scene_draw(scene, &canvas);
    canvas_row_text(&canvas, 1, row, sizeof row);
    const char *at = strstr(row, text);
    int column = at == NULL ? -1 : (int)text_width((struct text){row, (size_t)(at - row)});
    if (at != NULL && role != NULL) *role = (enum role)canvas.cells[width + column].role;
    canvas_free(&canvas);
    return column;
}

/* Counts that grow, checks that fail and reasons move nothing: a figure keeps its place, or is covered by a reason. */
static void nothing_jumps_while_counts_grow(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    static const uint64_t counts[] = {0, 9, 999, 1000, 99999, 999999, 1000000, 9999999, 10000000, UINT64_MAX};
    static const char *const reasons[] = {"its hash does not match", "the venue sent no hash", "its best prices differ",
                                          "no known recipe explains its hash", "its book is asked for anew"};
    for (int width = 40; width < 160; width += 3) {
        int pace = place_of(scene, width, "38 ms", NULL), resyncs = place_of(scene, width, "resyncs", NULL);
        assert_true(pace > 0);
        for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
            scene->book.proof.state = i % 3 == 0 ? PROOF_LIVE : PROOF_VERIFIED;
            scene->book.proof.verified = scene->book.proof.failed = counts[i];
            assert_int_equal(place_of(scene, width, "38 ms", NULL), pace);
            assert_int_equal(place_of(scene, width, "resyncs", NULL), resyncs);
        }
        int rate = place_of(scene, width, "212 msg/s", NULL), failed = place_of(scene, width, "failed", NULL);
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
            scene->book.proof.state = i % 2 == 0 ? PROOF_SUSPECT : PROOF_UNVERIFIABLE;
            scene->book.proof.why = reasons[i];
            int pace_now = place_of(scene, width, "38 ms", NULL), rate_now = place_of(scene, width, "212 msg/s", NULL);
            assert_true(pace_now == pace || pace_now < 0);
            assert_true(rate_now == rate || rate_now < 0);
            assert_int_equal(place_of(scene, width, "failed", NULL), failed);
            assert_int_equal(place_of(scene, width, "resyncs", NULL), resyncs);
        }
        scene->book.proof.why = NULL;
    }
    assert_true(place_of(scene, 100, "resyncs", NULL) > 0);
    assert_true(place_of(scene, 60, "failed", NULL) > 0);
    scene->book.proof.state = PROOF_SUSPECT;
    scene->book.proof.why = "its book is asked for anew";
    assert_true(second_row_has(scene, 60, "suspect: its book is asked for anew         failed"));
    assert_true(second_row_has(scene, 80, "suspect: its book is asked for anew   lag 38 ms    212 msg/s  failed"));
    assert_true(second_row_has(scene, 120, "suspect: its book is asked for anew    lag 38 ms    212 msg/s  failed"));
    sample_scene_free(scene);
}

/* True if a text is there; with `figure`, its number, it may not stand there in other words. */
static bool row_tells(const char *row, const char *text, const char *figure)
{
    bool told = strstr(row, text) != NULL;
    if (!told) assert_null(strstr(row, figure));
    return told;
}

/* No number stands bare, in whatever window; the least needed one is the first to go. */
static void every_figure_has_its_word(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    bool recording = false;
    do {
        for (int width = 40; width <= 200; width++) {
            char row[400];
            int64_t due;
            draw_row(scene, width, 1, row, &due);
            row_tells(row, "  resyncs 1", "resyncs");
            bool proofs = row_tells(row, "  1,204 proofs", "1,204");
            bool method = row_tells(row, " verified by SHA-1", "SHA"), failed = row_tells(row, "  failed 4", "failed");
            bool rate = row_tells(row, "  212 msg/s", "212"), lag = row_tells(row, " lag 38 ms", "8 ms");
            assert_true(method || !proofs);
            assert_true(failed || !method);
            assert_true(rate || !failed);
            assert_true(lag || !rate);
            assert_true(lag || recording);
        }
        scene->can_record = recording = !recording;
        scene->taping.state = TAPING_ON;
    } while (recording);
    scene->can_record = false;
    assert_true(second_row_has(scene, 40, " verified   lag 38 ms    212 msg/s"));
    assert_true(second_row_has(scene, 60, " verified by SHA-1   lag 38 ms    212 msg/s  failed 4"));
    assert_true(second_row_has(scene, 80, " verified by SHA-1  1,204 proofs       lag 38 ms    212 msg/s  failed 4"));
    scene->can_record = true;
    assert_true(second_row_has(scene, 80, " verified by SHA-1   lag 38 ms    212 msg/s  failed 4"));
    sample_scene_free(scene);
}

/* A number that lost its end would be another number. */
static void the_pace_is_never_cut(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_suspect);
    static char why[64];
    scene->book.proof.why = why;
    scene->book.proof.searched = 0;
    for (size_t length = 0; length < sizeof why - 1; length++) {
        why[length] = 'w';
        for (int width = 40; width < 120; width++) {
            char row[400];
            int64_t due;
            draw_row(scene, width, 1, row, &due);
            assert_true(strstr(row, " lag 38 ms") != NULL ||
                        (strpbrk(row, "38") == NULL && strstr(row, "lag") == NULL));
            assert_true(strstr(row, " 212 msg/s") != NULL || (strpbrk(row, "/2") == NULL && strstr(row, "sg") == NULL));
            assert_true(strstr(row, " failed 5") != NULL || strpbrk(row, "i5") == NULL);
        }
    }
    sample_scene_free(scene);
}

static void what_is_new_is_told_apart(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    enum role role = ROLE_TEXT;
    assert_true(place_of(scene, 100, "0      resyncs", &role) > 0);
    assert_int_equal(role, ROLE_MUTED);
    sample_change(scene, sample_verify);
    assert_true(place_of(scene, 100, "4      resyncs", &role) > 0);
    assert_int_equal(role, ROLE_TEXT);
    sample_change(scene, sample_suspect);
    scene->book.proof.state = PROOF_VERIFIED;
    assert_true(place_of(scene, 100, "5      resyncs", &role) > 0);
    assert_int_equal(role, ROLE_WARNING);
    sample_advance(scene, 60 * NANOSECONDS_PER_SECOND - 1);
    assert_true(place_of(scene, 100, "5      resyncs", &role) > 0);
    assert_int_equal(role, ROLE_WARNING);
    assert_int_equal(scene->due - scene->machine, 1);
    sample_advance(scene, 1);
    assert_true(place_of(scene, 100, "5      resyncs", &role) > 0);
    assert_int_equal(role, ROLE_TEXT);
    sample_scene_free(scene);
}

/* The note of a recovery takes the place of the failures'. */
static void failures_are_news_after_the_recovery(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    enum role role = ROLE_TEXT;
    sample_change(scene, sample_suspect);
    scene->book.proof.state = PROOF_VERIFIED;
    proof_note(&scene->book.proof, HAPPENED_RECOVERY, 1, sample_now());
    assert_int_equal(proof_noted(&scene->book.proof, 1)->what, HAPPENED_RECOVERY);
    assert_true(place_of(scene, 100, "5      resyncs", &role) > 0);
    assert_int_equal(role, ROLE_WARNING);
    sample_scene_free(scene);
}

/* While the venue goes on speaking of the market, a gap's age counts from the gap; the connection is well, so the book
 * says why. */
static void says_why_a_book_is_stale(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    scene->book.proof =
        (struct proof){PROOF_STALE, "a gap", sample_now().mono - 3 * NANOSECONDS_PER_SECOND, .bursts = 9};
    assert_true(second_row_has(scene, 80, "stale 3 s: a gap"));
    assert_false(second_row_has(scene, 80, "/s"));
    assert_false(second_row_has(scene, 80, " ms"));
    sample_scene_free(scene);
}

static void mutes_a_stale_book(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    assert_true(cells_in_colour(scene) > 100);
    sample_change(scene, sample_lose_link);
    assert_int_equal(cells_in_colour(scene), 0);
    sample_change(scene, sample_regain_link);
    assert_int_equal(cells_in_colour(scene), 0);
    sample_scene_free(scene);
}

/* Without a sign of life a book is no longer taken for current, by itself and at the right moment. */
static void silence_makes_a_book_stale(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    char row[400];
    int64_t due;
    sample_change(scene, sample_verify);
    struct link_view *link = &scene->book.link;
    link->heard = scene->now.mono - 6 * NANOSECONDS_PER_SECOND;
    link->unanswered = scene->now.mono - LINK_DOUBT + 7 * NANOSECONDS_PER_MILLISECOND;
    draw_row(scene, 80, 1, row, &due);
    assert_false(scene_stale(scene));
    assert_non_null(strstr(row, "verified"));
    assert_int_equal(due, 7 * NANOSECONDS_PER_MILLISECOND);
    sample_advance(scene, due);
    draw_row(scene, 80, 1, row, &due);
    assert_true(scene_stale(scene));
    assert_null(strstr(row, "verified"));
    assert_non_null(strstr(row, "stale 6 s"));
    assert_non_null(strstr(row, "no sign of life for 6 s"));
    assert_int_equal(cells_in_colour(scene), 0);
    sample_advance(scene, due);
    assert_true(second_row_has(scene, 40, "no sign of life for 7 s"));
    assert_true(second_row_has(scene, 40, "stale 7 s"));
    /* What is asked for by REST does not hang on it. */
    scene->book.proof.state = PROOF_POLLED;
    assert_false(scene_stale(scene));
    scene->book.proof.state = PROOF_VERIFIED;
    link->unanswered = 0;
    assert_false(scene_stale(scene));
    assert_true(second_row_has(scene, 80, "verified"));
    sample_scene_free(scene);
}

static void resolved_books_do_not_age(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    scene->book.status = MARKET_RESOLVED;
    scene->book.winner = 0;
    scene->book.link.state = LINK_STATE_IDLE;
    assert_true(scene_stale(scene));
    assert_false(second_row_has(scene, 80, "stale"));
    assert_true(second_row_has(scene, 80, "resolved: Yes"));
    sample_scene_free(scene);
}

static void an_unknown_latency_shows_nothing(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    char with[400], without[400];
    int64_t due;
    draw_row(scene, 80, 1, with, &due);
    assert_non_null(strstr(with, "lag 38 ms"));
    scene->book.latency = LATENCY_UNKNOWN;
    draw_row(scene, 80, 1, without, &due);
    assert_true(strstr(without, "lag") == NULL && strstr(without, " ms ") == NULL);
    /* And nothing else moves. */
    assert_non_null(strstr(with, " 212 msg/s"));
    assert_ptr_equal(strstr(with, " 212 msg/s") - with, strstr(without, " 212 msg/s") - without);
    sample_scene_free(scene);
}

/* A picture that changed already would be drawn again without end. */
static void the_next_change_is_never_in_the_past(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    char row[400];
    int64_t due;
    sample_change(scene, sample_lose_link);
    for (int i = 0; i < 400; i++) {
        scene->book.has_book = i % 2 == 0;
        scene->opening = i % 3 == 0;
        scene->book.latency = i;
        scene->book.link.state = (enum link_state)(i % LINK_STATE_COUNT);
        draw_row(scene, 80, 1, row, &due);
        assert_true(due > 0);
        sample_advance(scene, 49999999);
        scene->now.wall += 49999999;
    }
    sample_scene_free(scene);
}

static void counts_what_its_venue_gives(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    assert_true(second_row_has(scene, 130, "  searched 38 "));
    assert_false(second_row_has(scene, 130, "gaps"));
    scene->book.instrument.outcomes[0].token[0] = scene->book.instrument.outcomes[1].token[0] = '\0';
    scene->book.proof.gaps = 3;
    assert_true(second_row_has(scene, 130, "  gaps 3 "));
    assert_false(second_row_has(scene, 130, "searched"));
    sample_scene_free(scene);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_stale),
        cmocka_unit_test(nothing_jumps_while_counts_grow),
        cmocka_unit_test(every_figure_has_its_word),
        cmocka_unit_test(the_pace_is_never_cut),
        cmocka_unit_test(what_is_new_is_told_apart),
        cmocka_unit_test(failures_are_news_after_the_recovery),
        cmocka_unit_test(says_why_a_book_is_stale),
        cmocka_unit_test(mutes_a_stale_book),
        cmocka_unit_test(silence_makes_a_book_stale),
        cmocka_unit_test(resolved_books_do_not_age),
        cmocka_unit_test(an_unknown_latency_shows_nothing),
        cmocka_unit_test(the_next_change_is_never_in_the_past),
        cmocka_unit_test(counts_what_its_venue_gives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
