/* What the screen says of markets, in the list and above their books: names, venues, marks, what became of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "rows.h"

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

/* What is traded most is not all there is; how to come to the rest is said where there is room for it. */
static void a_list_says_where_the_others_are(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    sample_catalogue(&catalogue);
    assert_true(market_list_set(&scene->list, &catalogue));
    scene->screen = SCREEN_LIST;
    assert_true(second_row_has(scene, 80, " 1/10 markets, / searches all "));
    assert_true(second_row_has(scene, 40, " 1/10 markets, / searches all "));
    sample_text(scene->list_words, sizeof scene->list_words, "harbour");
    assert_false(second_row_has(scene, 80, "searches"));
    scene->list_words[0] = '\0';
    scene->prompt_open = true;
    assert_false(second_row_has(scene, 80, "searches"));
    scene->prompt_open = false;
    scene->replaying = true; /* the recording's markets are all listed */
    assert_false(second_row_has(scene, 80, "searches"));
    scene->replaying = false;
    market_list_filter(&scene->list, "Ada");
    assert_false(second_row_has(scene, 80, "searches"));
    catalogue_free(&catalogue);
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
    assert_true(second_row_has(scene, 80, " 1/10 markets  Kalshi:   1,400 events read"));
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
        cmocka_unit_test(marks_differ_without_colour),
        cmocka_unit_test(mutes_stale_quotes),
        cmocka_unit_test(tells_venues_apart_where_there_are_several),
        cmocka_unit_test(tells_what_became_of_a_market),
        cmocka_unit_test(a_list_says_where_the_others_are),
        cmocka_unit_test(tells_how_far_a_catalogue_is_read),
        cmocka_unit_test(names_a_market_by_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
