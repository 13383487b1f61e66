/* What the screen says of a book that is not current, of the connection, and of how fast things are. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "sample_scene.h"

/* A row of the scene's picture; in `due`, how long it holds. */
static void draw_row(struct scene *scene, int width, int row, char text[400], int64_t *due)
{
    struct canvas canvas = {0};
    assert_true(canvas_resize(&canvas, 24, width));
    scene_draw(scene, &canvas);
    canvas_row_text(&canvas, row, text, 400);
    *due = scene->due == TIME_NEVER ? TIME_NEVER : scene->due - scene->machine;
    canvas_free(&canvas);
}

static bool second_row_has(struct scene *scene, int width, const char *text)
{
    char row[400];
    int64_t due;
    draw_row(scene, width, 1, row, &due);
    return strstr(row, text) != NULL;
}

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
        int rate = place_of(scene, width, "212/s", NULL), failed = place_of(scene, width, "failed", NULL);
        for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
            scene->book.proof.state = i % 2 == 0 ? PROOF_SUSPECT : PROOF_UNVERIFIABLE;
            scene->book.proof.why = reasons[i];
            int pace_now = place_of(scene, width, "38 ms", NULL), rate_now = place_of(scene, width, "212/s", NULL);
            assert_true(pace_now == pace || pace_now < 0);
            assert_true(rate_now == rate || rate_now < 0);
            assert_int_equal(place_of(scene, width, "failed", NULL), failed);
            assert_int_equal(place_of(scene, width, "resyncs", NULL), resyncs);
        }
        scene->book.proof.why = NULL;
    }
    assert_true(place_of(scene, 80, "resyncs", NULL) > 0);
    assert_true(place_of(scene, 60, "failed", NULL) > 0);
    scene->book.proof.state = PROOF_SUSPECT;
    scene->book.proof.why = "its book is asked for anew";
    assert_true(second_row_has(scene, 60, "suspect: its book is asked for anew  failed"));
    assert_true(second_row_has(scene, 80, "suspect: its book is asked for anew      212/s  failed"));
    assert_true(second_row_has(scene, 120, "suspect: its book is asked for anew     38 ms    212/s  failed"));
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
            assert_true(strstr(row, " 38 ms") != NULL || strstr(row, "38") == NULL);
            assert_true(strstr(row, " ms") != NULL || strchr(row, 'm') == NULL);
            assert_true(strstr(row, " 212/s") != NULL || strpbrk(row, "/2") == NULL);
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

/* Beside a market of the list the mark stands without a word. */
static void marks_differ_without_colour(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    static struct quote_table quotes;
    struct canvas canvas = {0};
    sample_catalogue(&catalogue);
    sample_quotes(&quotes, &catalogue, SAMPLE_MARKETS);
    assert_true(market_list_set(&scene->list, &catalogue));
    assert_true(canvas_resize(&canvas, 24, 80));
    scene->screen = SCREEN_LIST;
    for (int ascii = 0; ascii < 2; ascii++) {
        wchar_t marks[PROOF_STATE_COUNT];
        canvas.ascii = ascii == 1;
        for (size_t i = 0; i < PROOF_STATE_COUNT; i++) {
            quotes.quotes[0].proof = (enum proof_state)i;
            market_list_quotes(&scene->list, &quotes);
            scene_draw(scene, &canvas);
            marks[i] = canvas.cells[5 * 80 + 1].text[0];
            assert_int_not_equal(marks[i], L' ');
            for (size_t n = 0; n < i; n++) assert_int_not_equal(marks[n], marks[i]);
        }
    }
    canvas_free(&canvas);
    catalogue_free(&catalogue);
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

static unsigned cells_in_colour(struct scene *scene)
{
    static const enum role colours[] = {ROLE_BID, ROLE_ASK, ROLE_BEST_BID, ROLE_BEST_ASK, ROLE_BID_BAR, ROLE_ASK_BAR};
    struct canvas canvas = {0};
    unsigned count = 0;
    assert_true(canvas_resize(&canvas, 24, 80));
    scene_draw(scene, &canvas);
    for (int i = 0; i < 24 * 80; i++) {
        for (size_t c = 0; c < sizeof colours / sizeof *colours; c++) count += canvas.cells[i].role == colours[c];
    }
    canvas_free(&canvas);
    return count;
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

/* In the list too, prices of before a loss do not look like those of now. */
static void mutes_stale_quotes(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    static struct quote_table quotes;
    sample_catalogue(&catalogue);
    sample_quotes(&quotes, &catalogue, SAMPLE_MARKETS);
    assert_true(market_list_set(&scene->list, &catalogue));
    scene->screen = SCREEN_LIST;
    static const enum proof_state states[] = {PROOF_LIVE, PROOF_STALE, PROOF_SYNCING, PROOF_SUSPECT};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
        for (uint32_t n = 0; n < quotes.count; n++) quotes.quotes[n].proof = states[i];
        market_list_quotes(&scene->list, &quotes);
        bool current = states[i] == PROOF_LIVE || states[i] == PROOF_SUSPECT;
        assert_int_equal(cells_in_colour(scene) > 0, current);
    }
    catalogue_free(&catalogue);
    sample_scene_free(scene);
}

/* Only where there is more than one venue is it said which. */
static void tells_venues_apart_where_there_are_several(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    char row[400];
    int64_t due;
    sample_catalogue(&catalogue);
    scene->screen = SCREEN_LIST;
    catalogue.entries[SAMPLE_MARKETS - 1].instrument.venue = VENUE_COUNT; /* not drawn */
    assert_true(market_list_set(&scene->list, &catalogue));
    assert_true(scene->list.several_venues);
    catalogue.entries[SAMPLE_MARKETS - 1].instrument.venue = VENUE_POLYMARKET;
    draw_row(scene, 80, 9, row, &due);
    assert_ptr_equal(strstr(row, "POLY Will the lighthouse"), row + 3);
    draw_row(scene, 80, 5, row, &due);
    assert_non_null(strstr(row, "POLY    November"));
    assert_true(market_list_set(&scene->list, &catalogue));
    assert_false(scene->list.several_venues);
    draw_row(scene, 80, 9, row, &due);
    assert_ptr_equal(strstr(row, "Will the lighthouse"), row + 3);
    catalogue_free(&catalogue);
    sample_scene_free(scene);
}

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

/* True if some row has the text; `row` gets the number of the last one. */
static bool some_row_has(struct scene *scene, int width, const char *text, int *row)
{
    struct canvas canvas = {0};
    bool found = false;
    assert_true(canvas_resize(&canvas, 24, width));
    scene_draw(scene, &canvas);
    for (int i = 0; i < 24; i++) {
        char line[1000];
        canvas_row_text(&canvas, i, line, sizeof line);
        if (strstr(line, text) == NULL) continue;
        found = true;
        if (row != NULL) *row = i;
    }
    canvas_free(&canvas);
    return found;
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
    assert_non_null(strstr(with, "38 ms"));
    scene->book.latency = LATENCY_UNKNOWN;
    draw_row(scene, 80, 1, without, &due);
    assert_null(strstr(without, "ms"));
    /* And nothing else moves. */
    assert_ptr_equal(strstr(with, "212/s") - with, strstr(without, "212/s") - without);
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

static void counts_what_its_venue_gives(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    assert_true(second_row_has(scene, 120, "  searched 38 "));
    assert_false(second_row_has(scene, 120, "gaps"));
    scene->book.instrument.outcomes[0].token[0] = scene->book.instrument.outcomes[1].token[0] = '\0';
    scene->book.proof.gaps = 3;
    assert_true(second_row_has(scene, 120, "  gaps 3 "));
    assert_false(second_row_has(scene, 120, "searched"));
    sample_scene_free(scene);
}

static void tells_what_became_of_a_market(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    scene->book.winner = 1;
    assert_false(second_row_has(scene, 80, "No"));
    scene->book.status = MARKET_PAUSED;
    assert_true(second_row_has(scene, 80, "  paused "));
    assert_false(second_row_has(scene, 80, "No"));
    scene->book.status = MARKET_CLOSED;
    assert_true(second_row_has(scene, 80, "  closed: No "));
    scene->book.status = MARKET_RESOLVED;
    assert_true(second_row_has(scene, 80, "resolved: No"));
    assert_false(second_row_has(scene, 80, "verified"));
    scene->book.winner = -1;
    assert_false(second_row_has(scene, 80, ":"));
    sample_scene_free(scene);
}

static void tells_how_far_a_catalogue_is_read(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    static struct quote_table quotes;
    sample_catalogue(&catalogue);
    sample_quotes(&quotes, &catalogue, SAMPLE_MARKETS);
    scene->screen = SCREEN_LIST;
    quotes.progress[VENUE_KALSHI] = (struct venue_progress){.running = true, .events = 1400};
    market_list_quotes(&scene->list, &quotes);
    assert_true(second_row_has(scene, 80, " Kalshi:   1,400 events read"));
    assert_true(market_list_set(&scene->list, &catalogue));
    assert_true(second_row_has(scene, 80, " 10 markets  Kalshi:   1,400 events read"));
    for (int width = 40; width < 80; width++) {
        assert_int_equal(second_row_has(scene, width, "Kalshi"), second_row_has(scene, width, " events read "));
    }
    quotes.progress[VENUE_KALSHI].running = false;
    market_list_quotes(&scene->list, &quotes);
    assert_false(second_row_has(scene, 80, "Kalshi"));
    catalogue_free(&catalogue);
    sample_scene_free(scene);
}

static bool first_row_has(struct scene *scene, const char *text)
{
    char row[400];
    int64_t due;
    draw_row(scene, 100, 0, row, &due);
    return strstr(row, text) != NULL;
}

/* Markets that have only their event's question are told apart by their own names, where the list has several of them.
 */
static void names_a_market_by_its_own_name(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    struct instrument *instrument = &scene->book.instrument;
    sample_catalogue(&catalogue);
    *instrument = catalogue.entries[5].instrument;
    sample_text(instrument->title, sizeof instrument->title, instrument->event_title);
    assert_true(first_row_has(scene, "  Mayor of Port Ellery  "));
    assert_true(market_list_set(&scene->list, &catalogue));
    assert_true(first_row_has(scene, "  Ada Quill - Mayor of Port Ellery  "));
    instrument->title[0] = '\0';
    assert_true(first_row_has(scene, "  Ada Quill - Mayor of Port Ellery  "));
    sample_text(instrument->title, sizeof instrument->title, "Will Ada Quill win?");
    assert_true(first_row_has(scene, "  Will Ada Quill win?  "));
    *instrument = catalogue.entries[4].instrument;
    sample_text(instrument->group_title, sizeof instrument->group_title, "Found");
    assert_false(first_row_has(scene, "Found"));
    instrument->title[0] = '\0';
    assert_true(first_row_has(scene, "  0x04  "));
    sample_text(instrument->slug, sizeof instrument->slug, "cat-found");
    assert_true(first_row_has(scene, "  cat-found  "));
    catalogue_free(&catalogue);
    sample_scene_free(scene);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_is_stale),
        cmocka_unit_test(nothing_jumps_while_counts_grow),
        cmocka_unit_test(the_pace_is_never_cut),
        cmocka_unit_test(what_is_new_is_told_apart),
        cmocka_unit_test(failures_are_news_after_the_recovery),
        cmocka_unit_test(marks_differ_without_colour),
        cmocka_unit_test(says_why_a_book_is_stale),
        cmocka_unit_test(mutes_a_stale_book),
        cmocka_unit_test(mutes_stale_quotes),
        cmocka_unit_test(tells_venues_apart_where_there_are_several),
        cmocka_unit_test(cuts_the_reason_before_the_countdown),
        cmocka_unit_test(undoes_the_steps_of_a_lost_connection),
        cmocka_unit_test(silence_makes_a_book_stale),
        cmocka_unit_test(tells_the_reason_at_every_width),
        cmocka_unit_test(the_start_names_the_step_that_failed),
        cmocka_unit_test(resolved_books_do_not_age),
        cmocka_unit_test(an_unknown_latency_shows_nothing),
        cmocka_unit_test(the_next_change_is_never_in_the_past),
        cmocka_unit_test(tells_of_a_book_that_is_polled),
        cmocka_unit_test(tells_what_a_book_waits_for),
        cmocka_unit_test(counts_what_its_venue_gives),
        cmocka_unit_test(tells_what_became_of_a_market),
        cmocka_unit_test(tells_how_far_a_catalogue_is_read),
        cmocka_unit_test(names_a_market_by_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
