/* What the screen says of the connection, and of a book that waits for one or needs none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "rows.h"

static void cuts_the_reason_before_the_countdown(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_lose_link);
    assert_true(second_row_has(scene, 40, "down \xc2\xb7 next try in 4 s"));
    memset(scene->book.link.reason, 'x', sizeof scene->book.link.reason - 1);
    scene->book.link.reason[70] = '\0';
    assert_true(second_row_has(scene, 120, "down \xc2\xb7 next try in 4 s"));
    scene->book.link.reason[64] = '\0';
    assert_true(second_row_has(scene, 120, "down: xxxx"));
    assert_true(second_row_has(scene, 120, "xxx \xc2\xb7 next try in 4 s"));
    /* While it tries again the reason of before would be taken for one of now. */
    scene->book.link.state = LINK_STATE_CONNECTING;
    assert_false(second_row_has(scene, 80, "xxxx"));
    assert_true(second_row_has(scene, 80, "connecting"));
    sample_scene_free(scene);
}

/* A loss before the first book: what was done is to be done again. */
static void undoes_the_steps_of_a_lost_connection(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    char row[400];
    int64_t due;
    scene->book.has_book = false;
    scene->book.proof.state = PROOF_SYNCING;
    scene->book.link.state = LINK_STATE_DOWN;
    unsigned ticks = 0;
    for (int i = 0; i < 24; i++) {
        draw_row(scene, 80, i, row, &due);
        if (strstr(row, "\xe2\x9c\x93") != NULL) ticks++;
    }
    assert_int_equal(ticks, 1);
    assert_true(second_row_has(scene, 80, "down"));
    sample_scene_free(scene);
}

/* Wherever there is a book: the reason can be read, and stays where it is while time passes. */
static void tells_the_reason_at_every_width(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    sample_catalogue(&catalogue);
    assert_true(market_list_set(&scene->list, &catalogue));
    for (int list = 0; list < 2; list++) {
        scene->screen = list ? SCREEN_LIST : SCREEN_BOOK;
        for (int width = 40; width < 200; width += 1 + width / 24) {
            int row, later;
            sample_change(scene, sample_lose_link);
            scene->now = sample_now();
            assert_true(some_row_has(scene, width, "connection refused", &row));
            assert_true(some_row_has(scene, width, "next try in 4 s", NULL));
            assert_true(some_row_has(scene, width, "R try again", NULL));
            sample_advance(scene, NANOSECONDS_PER_SECOND);
            assert_true(some_row_has(scene, width, "connection refused", &later));
            assert_true(some_row_has(scene, width, "next try in 3 s", NULL));
            assert_int_equal(row, later);
            scene->now = sample_now();
            sample_change(scene, sample_give_up);
            assert_true(some_row_has(scene, width, "HTTP 401 Unauthorized: the venue refu", NULL));
            assert_true(some_row_has(scene, width, "given up", NULL));
            assert_true(some_row_has(scene, width, width < 80 ? "R try again" : "R tries again", NULL));
        }
    }
    scene->screen = SCREEN_BOOK;
    sample_change(scene, sample_give_up);
    /* A book by REST of a venue that lets us read no stream. */
    scene->book.proof = (struct proof){.state = PROOF_POLLED, .since = 1};
    scene->book.heard.mono = scene->now.mono - 12 * NANOSECONDS_PER_SECOND;
    assert_true(second_row_has(scene, 80, "polled 12 s"));
    assert_true(second_row_has(scene, 80, "given up \xc2\xb7 R tries again"));
    assert_true(some_row_has(scene, 80, "HTTP 401", NULL));
    sample_link_live(&scene->book.link);
    assert_false(some_row_has(scene, 80, "try again", NULL));
    catalogue_free(&catalogue);
    sample_scene_free(scene);
}

static void lose_at(struct scene *scene, enum link_state reached)
{
    struct book_view *view = malloc(sizeof *view);
    assert_non_null(view);
    *view = scene->book;
    for (int i = LINK_STATE_RESOLVING; i <= (int)reached; i++) view->link.entered[i]++;
    view->link.entered[LINK_STATE_DOWN]++;
    view->link.state = LINK_STATE_DOWN;
    sample_text(view->link.reason, sizeof view->link.reason, "no luck");
    scene_take(scene, view);
    free(view);
}

/* The newest attempt says which step is the one that fails, whatever succeeded earlier. */
static void the_start_names_the_step_that_failed(void **state)
{
    (void)state;
    static const struct {
        enum link_state reached;
        const char *step;
    } attempts[] = {
        {LINK_STATE_RESOLVING, "\xe2\x9c\x97  resolve the name"},
        {LINK_STATE_SUBSCRIBING, "\xe2\x9c\x97  subscribe"},
        {LINK_STATE_CONNECTING, "\xe2\x9c\x97  connect"},
        {LINK_STATE_SYNCING, "\xe2\x9c\x97  first book"},
        {LINK_STATE_HANDSHAKING, "\xe2\x9c\x97  connect"},
        {LINK_STATE_RESOLVING, "\xe2\x9c\x97  resolve the name"},
    };
    struct scene *scene = sample_scene();
    scene->book.has_book = false;
    scene->book.proof = (struct proof){.state = PROOF_SYNCING};
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++) {
        lose_at(scene, attempts[i].reached);
        assert_true(some_row_has(scene, 80, attempts[i].step, NULL));
        assert_true(some_row_has(scene, 40, "no luck", NULL));
        unsigned failed = 0;
        char row[400];
        for (int n = 3; n < 20; n++) {
            int64_t due;
            draw_row(scene, 80, n, row, &due);
            failed += strstr(row, "\xe2\x9c\x97") != NULL;
        }
        assert_int_equal(failed, 1);
    }
    /* Another connection, whose counters are lower: what is known of it alone counts. */
    memset(scene->book.link.entered, 0, sizeof scene->book.link.entered);
    scene->book.link.entered[LINK_STATE_RESOLVING] = 9;
    lose_at(scene, LINK_STATE_RESOLVING);
    assert_true(some_row_has(scene, 80, "\xe2\x9c\x97  resolve the name", NULL));
    sample_scene_free(scene);
}

static void poll(struct book_view *view)
{
    view->instrument.venue = VENUE_KALSHI;
    view->proof = (struct proof){.state = PROOF_POLLED, .why = "by REST: the stream wants a key"};
    view->heard.mono -= 4 * NANOSECONDS_PER_SECOND;
    view->link = (struct link_view){.state = LINK_STATE_IDLE, .retry_at = TIME_NEVER, .round_trip = -1};
}

/* A connection that nobody wants is not told of as if it failed. */
static void tells_of_a_book_that_is_polled(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, poll);
    for (int width = 40; width < 130; width++) {
        assert_true(second_row_has(scene, width, " polled 4 s"));
        assert_false(second_row_has(scene, width, "idle"));
        assert_int_equal(second_row_has(scene, width, "by REST: the stream wants a key"), width >= 47);
    }
    scene->book.proof.why = NULL;
    assert_false(second_row_has(scene, 80, "REST"));
    /* Where the stream is there, and only this book is not in it, the connection is told of. */
    scene->book.link.state = LINK_STATE_DEGRADED;
    assert_true(second_row_has(scene, 80, "degraded"));
    sample_scene_free(scene);
}

/* What is awaited before there is a book, where the connection does not say it. */
static void tells_what_a_book_waits_for(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    char row[400];
    int64_t due;
    sample_change(scene, poll);
    scene->book.has_book = false;
    scene->book.proof.state = PROOF_SYNCING;
    scene->book.proof.why = "asking for its book";
    assert_true(second_row_has(scene, 80, " syncing: asking for its book"));
    int step = 0;
    for (int line = 0; line < 24; line++) {
        draw_row(scene, 80, line, row, &due);
        if (strstr(row, "\u25b8  first book") != NULL) step = line;
        assert_null(strstr(row, "\u25b8  resolve"));
    }
    assert_true(step > 0);
    scene->book.link.state = LINK_STATE_CONNECTING;
    assert_false(second_row_has(scene, 80, "asking"));
    scene->book.link.state = LINK_STATE_LIVE;
    assert_true(second_row_has(scene, 80, "asking"));
    scene->opening = true;
    assert_false(second_row_has(scene, 80, "asking"));
    sample_scene_free(scene);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cuts_the_reason_before_the_countdown), cmocka_unit_test(undoes_the_steps_of_a_lost_connection),
        cmocka_unit_test(tells_the_reason_at_every_width),      cmocka_unit_test(the_start_names_the_step_that_failed),
        cmocka_unit_test(tells_of_a_book_that_is_polled),       cmocka_unit_test(tells_what_a_book_waits_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
