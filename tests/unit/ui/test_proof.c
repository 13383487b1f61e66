/* The panel that tells how a book is proved: what it says in every case, and how it is read. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <time.h>

#include "booktop/venue/venue.h"
#include "sample_scene.h"

#define PAGE_SIZE 32768

static struct scene *scene;
static char page[PAGE_SIZE];

static int set_up(void **state)
{
    (void)state;
    scene = sample_scene();
    sample_change(scene, sample_verify);
    assert_true(scene_act(scene, ACTION_PROOF));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    sample_scene_free(scene);
    return 0;
}

/* Everything on the screen, row by row. */
static const char *draw(int width, int height)
{
    struct canvas canvas = {0};
    size_t length = 0;
    assert_true(canvas_resize(&canvas, height, width));
    scene_draw(scene, &canvas);
    for (int row = 0; row < height; row++) {
        length += canvas_row_text(&canvas, row, page + length, PAGE_SIZE - length - 1);
        page[length++] = '\n';
    }
    page[length] = '\0';
    canvas_free(&canvas);
    return page;
}

/* The whole panel in a window that it fits. */
static bool says(const char *text)
{
    return strstr(draw(120, 80), text) != NULL;
}

static void tells_every_state(void **state)
{
    (void)state;
    for (int proof = 0; proof < PROOF_STATE_COUNT; proof++) {
        char title[64];
        scene->book.proof.state = (enum proof_state)proof;
        scene->book.proof.why = "of a reason";
        bool stale = scene_stale(scene);
        snprintf(title, sizeof title, " %s%s for %s%s of a reason\n",
                 proof_state_text(stale ? PROOF_STALE : (enum proof_state)proof),
                 proof == PROOF_VERIFIED ? " by SHA-1" : "", "30 min", proof == PROOF_POLLED ? "," : ":");
        assert_true(says(title));
        const char *sentence = strchr(strstr(page, title), '\n') + 1;
        assert_true(strspn(sentence, " ") == 3 && strcspn(sentence, "\n") > 20);
    }
}

/* Before there is a book to be stale the state is its own. */
static void tells_of_a_market_without_a_book(void **state)
{
    (void)state;
    scene->book.has_book = false;
    scene->book.proof =
        (struct proof){.state = PROOF_SYNCING, .since = sample_now().mono, .why = "waiting for its book"};
    assert_true(says("syncing for 0 s: waiting for its book\n"));
    scene->book.proof.since = 0;
    assert_true(says("syncing: waiting for its book\n"));
    assert_true(says("There is no book yet"));
    assert_true(says("   nothing yet\n"));
    assert_true(says("nothing out of the ordinary"));
}

static void tells_the_last_check(void **state)
{
    (void)state;
    struct proof_check *check = &scene->book.proof.last;
    check->stamp.mono -= 75 * NANOSECONDS_PER_SECOND;
    check->stamp.wall -= 75 * NANOSECONDS_PER_SECOND;
    assert_true(says("07:39:48, 1 min ago\n"));
    assert_true(says("the book at the end of a burst\n"));
    assert_true(says("verified by recipe C\n"));
    assert_true(says("none had to be searched for\n"));
    check->searched = check->snapshot = true;
    check->recipe = NULL;
    check->outcome = 1;
    assert_true(says("outcome   No\n"));
    assert_true(says("a snapshot\n"));
    assert_true(says("result    verified, by SHA-1\n"));
    assert_true(says("some had to be searched for"));
    check->verdict = VERDICT_FAILED;
    check->why = "no recipe fits";
    assert_true(says("result    failed: no recipe fits\n"));
    assert_false(says("\n   values "));
    check->verdict = VERDICT_UNVERIFIABLE;
    check->why = NULL;
    assert_true(says("result    could not be checked\n"));
}

/* A venue that counts its messages: one book, no values to search for, and gaps instead. */
static void count_messages(struct book_view *view)
{
    view->instrument.venue = VENUE_KALSHI;
    view->instrument.outcomes[0].token[0] = view->instrument.outcomes[1].token[0] = '\0';
    view->proof.last.recipe = NULL;
    view->proof.searched = 0;
    view->proof.gaps = 7;
}

static void tells_of_a_book_that_is_proved_in_sequence(void **state)
{
    (void)state;
    sample_change(scene, count_messages);
    assert_true(says(" verified in sequence for 30 min\n   Nothing is missing"));
    assert_true(says("result    verified, in sequence\n\n"));
    assert_false(says(" outcome "));
    assert_false(says("search"));
    assert_true(says("gaps: messages missing             7 "));
    scene->book.proof.last.verdict = VERDICT_FAILED;
    scene->book.proof.last.why = "a gap";
    assert_true(says("result    failed: a gap\n\n"));
    scene->book.proof.state = PROOF_SUSPECT;
    assert_false(says("Nothing is missing"));
}

static void tells_of_the_connection(void **state)
{
    (void)state;
    struct link_view *link = &scene->book.link;
    *link = (struct link_view){.state = LINK_STATE_LIVE, .round_trip = -1, .retry_at = TIME_NEVER, .messages = 12345};
    link->since = scene->now.mono - 75 * NANOSECONDS_PER_SECOND;
    assert_true(says("Connection\n   state     live for 1 min\n   messages  12,345\n\n"));
    link->pinged = scene->now.mono - 4 * NANOSECONDS_PER_SECOND;
    link->round_trip = 38 * NANOSECONDS_PER_MILLISECOND;
    link->reconnects = 1;
    assert_true(says("state     live for 1 min, 1 reconnect\n"));
    assert_true(says("heartbeat 4 s ago\n   answers   38 ms there and back\n"));
    link->reconnects = 1200;
    assert_true(says("state     live for 1 min, 1,200 reconnects\n"));
    link->state = LINK_STATE_IDLE;
    assert_true(says("Connection\n   none\n\n"));
    scene->book.proof.state = PROOF_POLLED;
    assert_true(says("Connection\n   none: the book comes by REST\n\n"));
}

static void tells_what_happened_newest_first(void **state)
{
    (void)state;
    static const struct {
        enum proof_happening what;
        uint32_t number;
        const char *words;
    } cases[] = {
        {HAPPENED_FAILURE, 1, "1 check failed"},
        {HAPPENED_CROSSED, 1, "crossed or locked at the end of a burst, and not proved"},
        {HAPPENED_CROSSED, 3, "crossed or locked at the end of 3 bursts in a row, and not proved"},
        {HAPPENED_FAILURE, 3, "3 checks in a row failed"},
        {HAPPENED_RESYNC, 0, "asked for the book anew"},
        {HAPPENED_RESYNC, 1, "asked for the book anew"},
        {HAPPENED_RESYNC, 2, "asked for the book anew by a new subscription"},
        {HAPPENED_RESYNC, 3, "asked for the book anew by reconnecting"},
        {HAPPENED_RESYNC, 4000000000, "asked for the book anew"},
        {HAPPENED_MENDED, 1, "the new book differed in 1 level"},
        {HAPPENED_MENDED, 2, "the new book differed in 2 levels"},
        {HAPPENED_CONFIRMED, 0, "the new book was the same"},
        {HAPPENED_RECOVERY, 1, "recovered after 1 failed check"},
        {HAPPENED_REFUSAL, 1, "1 message could not be read or applied"},
        {HAPPENED_REFUSAL, 2, "2 messages could not be read or applied"},
        {HAPPENED_FAILURE, 4, "4 checks in a row failed"},
        {HAPPENED_RECOVERY, 4, "recovered after 4 failed checks"},
        {HAPPENED_GAP, 0, "messages are missing in the venue's count"},
        {HAPPENED_GAP, 1, "1 message is missing in the venue's count"},
        {HAPPENED_GAP, 2, "2 messages are missing in the venue's count"},
        {HAPPENED_WITNESS, 0, "the venue's ticker said other best prices"},
        {HAPPENED_CORRUPTION, 0, "a change that cannot be true of the book"},
        {HAPPENED_DISCONNECT, 0, "the connection was lost"},
        {HAPPENED_RETURN, 0, "connected again, the book is the same"},
        {HAPPENED_RETURN, 1, "connected again, the book differs in 1 level"},
        {HAPPENED_RETURN, 12, "connected again, the book differs in 12 levels"},
        {HAPPENED_COUNT, 3, "something that has no name here"},
        {(enum proof_happening)4000, 0, "something that has no name here"},
    };
    scene->book.proof.note_count = 0;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char newest[128];
        proof_note(&scene->book.proof, cases[i].what, cases[i].number, sample_now());
        snprintf(newest, sizeof newest, "What happened\n   07:41:03  %s\n", cases[i].words);
        assert_true(says(newest));
        uint32_t made = scene->book.proof.note_count;
        if (made > PROOF_NOTES) {
            snprintf(newest, sizeof newest, "             and %u before that\n", made - PROOF_NOTES);
            assert_true(says(newest));
        } else {
            assert_false(says("before that"));
        }
    }
}

static void every_happening_has_words(void **state)
{
    (void)state;
    for (int what = 0; what < HAPPENED_COUNT; what++) {
        scene->book.proof.note_count = 0;
        proof_note(&scene->book.proof, (enum proof_happening)what, 2, sample_now());
        assert_true(says("What happened\n   07:41:03  "));
        assert_null(strstr(page, "no name here"));
        assert_null(strstr(page, "(null)"));
    }
}

/* A letter-by-letter copy of the text without blanks, to compare what is broken into lines with what was meant. */
static void squeeze(const char *text, char *out)
{
    for (; *text != '\0'; text++) {
        if (*text != ' ' && *text != '\n') *out++ = *text;
    }
    *out = '\0';
}

/* No word of the venue's sentences is lost or cut, however narrow the window is. */
static void every_sentence_is_whole_at_every_width(void **state)
{
    (void)state;
    static char drawn[PAGE_SIZE], wanted[2048];
    const struct venue *venue = venue_get(VENUE_POLYMARKET);
    const char *const *const lists[] = {venue->proof_method, venue->proof_limits};
    for (int width = 40; width < 140; width++) {
        squeeze(strstr(draw(width, 160), "for 30 min"), drawn); /* without the header, which may cut the title */
        assert_null(strstr(drawn, "\u2026"));
        for (size_t list = 0; list < 2; list++) {
            for (size_t i = 0; lists[list] != NULL && lists[list][i] != NULL; i++) {
                squeeze(lists[list][i], wanted);
                assert_non_null(strstr(drawn, wanted));
            }
        }
    }
}

static int lines_below(void)
{
    const char *more = strstr(page, " more lines\n");
    if (more == NULL) return 0;
    while (more > page && more[-1] >= '0' && more[-1] <= '9') more--;
    return atoi(more);
}

/* True if the lines end with two blank ones: a section's end, and the place of a heading that is not drawn. */
static bool ends_with_blanks(int height)
{
    const char *line = page;
    for (int row = 0; row < height - 5; row++) line = strchr(line, '\n') + 1;
    return line[0] == '\n' && line[1] == '\n';
}

static bool is_heading(const char *line)
{
    return line[0] == ' ' && line[1] >= 'A' && line[1] <= 'Z';
}

/* However the panel is scrolled and whatever the window's height, no heading stands without a line of its section. */
static void no_heading_is_left_alone(void **state)
{
    (void)state;
    for (int height = 12; height < 60; height++) {
        scene->proof_top = 0;
        draw(70, height);
        for (bool more = true; more; draw(70, height)) {
            more = lines_below() > 0;
            const char *line = page;
            for (int row = 0; row < height - (more ? 3 : 2); row++) line = strchr(line, '\n') + 1;
            while (line[-2] == '\n') line--;
            const char *last = line - 1;
            while (last[-1] != '\n') last--;
            assert_false(is_heading(last));
            assert_true(scene_act(scene, ACTION_DOWN));
        }
    }
}

/* Line by line from the top to the end: what is drawn and what is said to be below make up the whole, and there is an
 * end. */
static void scrolls_through_all_of_it(void **state)
{
    (void)state;
    draw(60, 20);
    int below = lines_below(), steps = 0;
    bool waited = ends_with_blanks(20);
    assert_true(below > 10);
    while (lines_below() > 0) {
        int before = lines_below();
        assert_true(scene_act(scene, ACTION_DOWN));
        draw(60, 20);
        /* The last line takes the place of the mark; a heading waits for the line behind it. */
        int expected = before == 2 ? 0 : before - 1;
        bool heading_waits = ends_with_blanks(20), heading_came = waited;
        waited = heading_waits;
        assert_int_equal(lines_below(), expected + heading_waits - heading_came);
        assert_true(++steps < 200);
    }
    int end = scene->proof_top;
    assert_true(scene_act(scene, ACTION_DOWN));
    draw(60, 20);
    assert_int_equal(scene->proof_top, end);
    assert_true(scene_act(scene, ACTION_HOME));
    assert_int_equal(scene->proof_top, 0);
    assert_true(scene_act(scene, ACTION_UP));
    assert_int_equal(scene->proof_top, 0);
    assert_true(scene_act(scene, ACTION_END));
    draw(60, 20);
    assert_int_equal(scene->proof_top, end);
    assert_true(scene_act(scene, ACTION_PAGE_UP));
    assert_true(scene->proof_top < end && scene->proof_top > 0);
    assert_true(scene_act(scene, ACTION_PAGE_DOWN));
    draw(60, 20);
    assert_int_equal(scene->proof_top, end);
    /* A window that grows shows the end at its end. */
    draw(60, 100);
    assert_int_equal(scene->proof_top, 0);
    assert_false(scene_act(scene, ACTION_FLIP));
}

static void is_drawn_anew_when_an_age_changes(void **state)
{
    (void)state;
    struct stamp *checked = &scene->book.proof.last.stamp;
    checked->mono = sample_now().mono - NANOSECONDS_PER_SECOND / 4;
    draw(80, 24);
    assert_int_equal(scene->due - scene->machine, 3 * NANOSECONDS_PER_SECOND / 4);
}

static void needs_a_market(void **state)
{
    (void)state;
    scene->proof_open = false;
    scene->book.market.generation = 0;
    assert_true(scene_act(scene, ACTION_PROOF));
    assert_false(scene_shows_proof(scene));
    assert_string_equal(scene->notice, "no market is open yet");
    scene->book.market.generation = 1;
    assert_true(scene_act(scene, ACTION_PROOF));
    assert_true(scene_shows_proof(scene));
    assert_int_equal(scene_context(scene), CONTEXT_PROOF);
    scene->opening = true;
    assert_false(scene_shows_proof(scene));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(tells_every_state, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_of_a_market_without_a_book, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_the_last_check, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_of_a_book_that_is_proved_in_sequence, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_of_the_connection, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_what_happened_newest_first, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_sentence_is_whole_at_every_width, set_up, tear_down),
        cmocka_unit_test_setup_teardown(every_happening_has_words, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_heading_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(scrolls_through_all_of_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(is_drawn_anew_when_an_age_changes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(needs_a_market, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
