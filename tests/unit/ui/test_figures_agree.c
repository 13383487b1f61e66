/* A market's figures are the same wherever they are told: in its row, in its info, in what is copied of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/ui/copy.h"
#include "rows.h"

static struct catalogue catalogue;

static struct scene *begin(void)
{
    struct scene *scene = sample_scene();
    static struct quote_table quotes;
    catalogue = (struct catalogue){0};
    sample_catalogue(&catalogue);
    sample_quotes(&quotes, &catalogue, 6);
    quotes.quotes[0].best_bid = 3100;
    quotes.quotes[0].best_ask = 7700;
    quotes.quotes[0].last_trade = 7600;
    quotes.quotes[0].status = MARKET_PAUSED;
    assert_true(market_list_set(&scene->list, &catalogue));
    market_list_quotes(&scene->list, &quotes);
    scene->screen = SCREEN_LIST;
    return scene;
}

static void end(struct scene *scene)
{
    sample_scene_free(scene);
    catalogue_free(&catalogue);
}

static void expect_copied(struct scene *scene, const char *words)
{
    struct copy copied;
    assert_true(copy_make(scene, false, &copied));
    if (strstr(copied.text, words) == NULL) fail_msg("%s is not in: %s", words, copied.text);
    free(copied.text);
}

static void expect_info(struct scene *scene, const char *label, const char *figure)
{
    int row;
    int64_t due;
    char text[400];
    assert_true(scene_act(scene, ACTION_INFO));
    assert_true(some_row_has(scene, 120, label, &row));
    draw_row(scene, 120, row, text, &due);
    if (strstr(text, figure) == NULL) fail_msg("%s: %s is not in: %s", label, figure, text);
    scene->info_open = false;
}

static void what_is_live_in_the_row_is_so_in_its_info(void **state)
{
    (void)state;
    struct scene *scene = begin();
    int row;
    assert_true(some_row_has(scene, 120, "31\u00a2     77\u00a2     46\u00a2     76\u00a2", &row));
    expect_info(scene, "best bid", " 31\u00a2");
    expect_info(scene, "best ask", " 77\u00a2");
    expect_info(scene, "   last ", " 76\u00a2");
    expect_info(scene, "status", market_status_text(MARKET_PAUSED));
    expect_copied(scene, "\t0.31\t0.77\n");
    /* Without a live quote the catalogue's. */
    for (int i = 0; i < 7; i++) market_list_act(&scene->list, ACTION_DOWN);
    expect_info(scene, "best bid", " 5\u00a2");
    expect_copied(scene, "\t0.05\t0.06\n");
    end(scene);
}

static void the_watch_list_is_no_exception(void **state)
{
    (void)state;
    struct scene *scene = begin();
    assert_true(watch_list_add(&scene->watch, &catalogue.entries[0], true));
    scene->watch_open = true;
    int row;
    assert_true(some_row_has(scene, 120, "31\u00a2     77\u00a2     46\u00a2     76\u00a2", &row));
    assert_false(some_row_has(scene, 120, "10 markets", NULL)); /* those of the list behind it */
    expect_copied(scene, "\t0.31\t0.77\n");
    end(scene);
}

/* The book of the other outcome: its prices are those that stand in the ladder above. */
static void the_info_of_a_flipped_book_has_its_prices(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    expect_info(scene, "best bid", " 42\u00a2");
    scene_act(scene, ACTION_FLIP);
    expect_info(scene, "best bid", " 57\u00a2");
    expect_info(scene, "best ask", " 58\u00a2");
    expect_info(scene, "   last ", " 57\u00a2");
    sample_scene_free(scene);
}

static void close_far_away(struct book_view *view)
{
    view->instrument.close_time = INT64_MAX;
}

/* A venue may say that a market closes when no clock of ours counts any more. */
static void what_closes_too_far_away_has_no_time(void **state)
{
    (void)state;
    static const int64_t times[] = {INT64_MAX, INT64_MIN, TIME_NEVER / NANOSECONDS_PER_SECOND + 1};
    struct scene *scene = begin();
    assert_true(watch_list_add(&scene->watch, &catalogue.entries[0], true));
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        catalogue.entries[0].instrument.close_time = scene->watch.items[0].entry.instrument.close_time = times[i];
        for (int open = 0; open < 2; open++) {
            int row;
            scene->watch_open = open == 1;
            assert_true(some_row_has(scene, 200, "Will the harbour bridge open", &row) ||
                        some_row_has(scene, 200, "December", &row));
        }
    }
    end(scene);
    scene = sample_scene();
    assert_true(some_row_has(scene, 120, "closes", NULL));
    sample_change(scene, close_far_away);
    assert_false(some_row_has(scene, 120, "closes", NULL));
    sample_scene_free(scene);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_live_in_the_row_is_so_in_its_info),
        cmocka_unit_test(the_watch_list_is_no_exception),
        cmocka_unit_test(the_info_of_a_flipped_book_has_its_prices),
        cmocka_unit_test(what_closes_too_far_away_has_no_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
