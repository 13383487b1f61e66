/* The watch list in a session: its keys, what is asked of the feed for it, and what is kept of all that. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "listed_session.h"

static struct kept *kept;

static void begin_kept(const char *notice)
{
    begin_with((struct ui_options){.kept = kept, .notice = notice});
}

static void begin_anew(void)
{
    kept = calloc(1, sizeof *kept);
    assert_non_null(kept);
    prefs_init(&kept->prefs);
    begin_kept(NULL);
}

static int forget(void **state)
{
    int result = tear_down(state);
    free(kept);
    return result;
}

/* The list, then its first market. */
static void begin_with_book(void)
{
    begin_anew();
    answer(ANSWER_LIST, &catalogue, "");
    show_book();
}

static struct scene *scene(void)
{
    return &session->scene;
}

/* Of the n-th market of the watch list. */
static const char *watched(unsigned n)
{
    assert_true(n < scene()->watch.count);
    return scene()->watch.items[n].entry.instrument.symbol;
}

static void answer_found(const char *symbol)
{
    struct catalogue found = {0};
    struct catalogue_entry *entry = catalogue_append(&found);
    assert_non_null(entry);
    sample_instrument(&entry->instrument);
    sample_rename(&entry->instrument, symbol);
    entry->has_book = true;
    answer(ANSWER_LIST, &found, "");
    catalogue_free(&found);
}

static void w_adds_and_takes_away(void **state)
{
    (void)state;
    begin_anew();
    press("w");
    assert_string_equal(scene()->notice, "no market is open or selected");
    answer(ANSWER_LIST, &catalogue, "");
    press("jw");
    assert_string_equal(watched(0), "0x01");
    assert_string_equal(scene()->notice, "on the watch list: 1 shows it, W the list; nothing is kept in this run");
    press("w");
    assert_int_equal(scene()->watch.count, 0);
    scene()->demo = true;
    press("w");
    assert_string_equal(scene()->notice, "on the watch list: 1 shows it, W the list; in the demo nothing is kept");
    press("w");
    scene()->demo = scene()->forgets = false;
    press("w");
    assert_string_equal(scene()->notice, "on the watch list: 1 shows it, W the list");
    press("w");
    press("jw\n");
    publish(3, "0x02");
    press("n");
    publish(4, "0x03");
    press("w");
    assert_string_equal(watched(1), "0x03");
    press("w");
    assert_int_equal(scene()->watch.count, 1);
}

/* The list first, then what was opened and is not on it. */
static void numbers_show_markets(void **state)
{
    (void)state;
    begin_with_book();
    press("n");
    publish(2, "0x01");
    press("w");
    assert_string_equal(watched(0), "0x01");
    press("2");
    assert_string_equal(fake.selected, "0x00");
    publish(1, "0x00");
    press("1");
    assert_string_equal(fake.selected, "0x01");
    publish(2, "0x01");
    press("3");
    assert_string_equal(scene()->notice, "no market has the number 3: w puts the open one on the watch list");
    assert_int_equal(fake.selections, 4);
}

static void b_goes_back_and_forth(void **state)
{
    (void)state;
    begin_with_book();
    press("b");
    assert_string_equal(scene()->notice, "no other market was open before");
    press("n");
    publish(2, "0x01");
    press("b");
    assert_string_equal(fake.selected, "0x00");
    publish(1, "0x00");
    press("b");
    assert_string_equal(fake.selected, "0x01");
    publish(2, "0x01");
    /* Before the next one is there the last one is the one before. */
    press("nb");
    assert_string_equal(fake.selected, "0x01");
}

static void publish_quotes(void)
{
    sample_quotes(&fake.quotes, &catalogue, 1);
    fake.quotes.quotes[0].best_bid = 3100;
    fake.quotes.quotes[0].best_ask = 7700;
    fake.fresh_quotes = true;
    session_pump(session);
}

static void the_view_has_quotes(void **state)
{
    (void)state;
    begin_with_book();
    press("wW");
    assert_false(row_has(4, " 31\xc2\xa2"));
    publish_quotes();
    assert_true(row_has(4, " 31\xc2\xa2") && row_has(4, " 77\xc2\xa2") && row_has(4, " 46\xc2\xa2"));
    assert_true(scene()->watch_open);
    assert_int_equal(scene_context(scene()), CONTEXT_WATCH);
    assert_non_null(fake.listed);
    assert_int_equal(fake.listed->count, 1);
    assert_string_equal(fake.listed->entries[0].instrument.symbol, "0x00");
    assert_int_equal(fake.catalogues, 1);
    /* The same markets need no other catalogue. */
    press("W");
    assert_false(scene()->watch_open);
    assert_null(fake.listed);
    press("W");
    assert_false(row_has(4, " 31\xc2\xa2")); /* what is of before is not shown as if it were of now */
    assert_int_equal(fake.catalogues, 1);
    assert_non_null(fake.listed);
    press("q");
    assert_false(scene()->watch_open);
    assert_int_equal(scene()->screen, SCREEN_BOOK);
    press("q");
    assert_ptr_equal(fake.listed, &catalogue);
}

static void what_was_kept_is_looked_up(void **state)
{
    (void)state;
    begin_anew();
    for (int i = 0; i < 3; i++) {
        char symbol[24];
        struct catalogue_entry entry = {.volume_24h = -1, .liquidity = -1};
        snprintf(symbol, sizeof symbol, "0xk%d", i);
        assert_true(instrument_init(&entry.instrument, VENUE_POLYMARKET, text_from(symbol), 4, 4));
        sample_text(entry.instrument.title, INSTRUMENT_TEXT_SIZE, "Kept");
        assert_true(watch_list_add(&scene()->watch, &entry, false));
    }
    answer(ANSWER_LIST, &catalogue, "");
    uint32_t asked = fake.lookups;
    press("W");
    assert_int_equal(fake.lookups, asked + 1);
    assert_string_equal(fake.words, "polymarket:0xk0");
    assert_true(fake.panel == FEED_NO_PANEL);
    answer_found("0xk0");
    assert_int_equal(fake.catalogues, 0);
    assert_string_equal(fake.words, "polymarket:0xk1");
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_string_equal(fake.words, "polymarket:0xk2");
    answer_found("0xk2");
    assert_int_equal(fake.lookups, asked + 3);
    assert_true(scene()->watch.items[0].known && scene()->watch.items[2].known);
    assert_true(scene()->watch.items[1].missing);
    assert_int_equal(fake.listed->count, 2);
    assert_int_equal(fake.catalogues, 1); /* one for all of them */
    /* One that was not found is opened by its name all the same; the next opening asks again. */
    press("j\n");
    assert_false(scene()->watch_open);
    assert_true(fake.opens && fake.panel == 0);
    assert_string_equal(fake.words, "polymarket:0xk1");
    assert_string_equal(scene()->opening_words, "Kept");
    press("W");
    assert_false(scene()->watch.items[1].missing);
}

static void keep(const char *symbol)
{
    struct catalogue_entry entry = {.volume_24h = -1, .liquidity = -1};
    assert_true(instrument_init(&entry.instrument, VENUE_POLYMARKET, text_from(symbol), 4, 4));
    assert_true(watch_list_add(&scene()->watch, &entry, false));
}

/* A venue that does not answer says nothing about a market: it is asked again. */
static void an_outage_is_no_missing_market(void **state)
{
    (void)state;
    begin_anew();
    keep("0xk0");
    keep("0xk1");
    answer(ANSWER_LIST, &catalogue, "");
    press("W");
    assert_true(row_has(4, "asking"));
    answer(ANSWER_FAILED, NULL, "polymarket: HTTP 503");
    assert_string_equal(fake.words, "polymarket:0xk1");
    assert_true(row_has(4, "no answer"));
    /* Quotes are there as soon as the first of them is known. */
    answer_found("0xk1");
    assert_non_null(fake.listed);
    assert_int_equal(fake.listed->count, 1);
    uint32_t asked = fake.lookups;
    int64_t again = scene()->watch.items[0].again;
    assert_true(again > scene()->machine);
    row_has(4, "");
    assert_in_range(scene()->due, scene()->machine + 1, again);
    scene()->machine = again - 1;
    session_look(session);
    assert_int_equal(fake.lookups, asked);
    scene()->machine = again;
    session_look(session);
    assert_int_equal(fake.lookups, asked + 1);
    assert_string_equal(fake.words, "polymarket:0xk0");
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_true(row_has(4, "not found"));
    scene()->machine += 3600 * NANOSECONDS_PER_SECOND;
    session_look(session);
    assert_int_equal(fake.lookups, asked + 1);
}

/* From what was asked for last, past what has no book or is not there, whether it has come or not. */
static void n_goes_around_the_list(void **state)
{
    (void)state;
    begin_anew();
    catalogue.entries[1].has_book = false;
    for (int i = 0; i < 4; i++) assert_true(watch_list_add(&scene()->watch, &catalogue.entries[i], true));
    keep("0xk0");
    scene()->watch.items[4].missing = true;
    fake_answer_opened(fake.lookups, 1);
    session_pump(session);
    publish(1, "0x00");
    press("n");
    assert_string_equal(fake.selected, "0x02");
    press("n");
    assert_string_equal(fake.selected, "0x03");
    press("n");
    assert_string_equal(fake.selected, "0x00");
    press("p");
    assert_string_equal(fake.selected, "0x03");
    /* One that is only known by its name is looked up, and stepped on from. */
    scene()->watch.items[4].missing = false;
    press("n");
    assert_true(fake.opens);
    assert_string_equal(fake.words, "polymarket:0xk0");
    press("n");
    assert_string_equal(fake.selected, "0x00");
    publish(1, "0x00");
    press("p");
    assert_string_equal(fake.words, "polymarket:0xk0");
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_true(scene()->watch.items[4].missing);
    press("p");
    assert_string_equal(fake.selected, "0x03");
}

/* Until it is time to ask again: then it is as good as any that is not known. */
static void n_passes_over_an_outage_for_a_while(void **state)
{
    (void)state;
    begin_anew();
    keep("0xk0");
    assert_true(watch_list_add(&scene()->watch, &catalogue.entries[0], true));
    assert_true(watch_list_add(&scene()->watch, &catalogue.entries[2], true));
    fake_answer_opened(fake.lookups, 1);
    session_pump(session);
    publish(1, "0x00");
    press("W");
    assert_string_equal(fake.words, "polymarket:0xk0");
    answer(ANSWER_FAILED, NULL, "polymarket: HTTP 503");
    press("p");
    assert_string_equal(fake.selected, "0x02");
    publish(3, "0x02");
    scene()->machine = scene()->watch.items[0].again;
    uint32_t asked = fake.lookups;
    press("n");
    assert_int_equal(fake.lookups, asked + 1);
    assert_true(fake.opens && fake.panel == 0);
    assert_string_equal(fake.words, "polymarket:0xk0");
}

/* Quotes of what is known do not wait for a venue that is away. */
static void a_failure_holds_up_no_quotes(void **state)
{
    (void)state;
    begin_anew();
    keep("0xk0");
    keep("0xk1");
    keep("0xk2");
    answer(ANSWER_LIST, &catalogue, "");
    press("W");
    answer_found("0xk0");
    assert_int_equal(fake.catalogues, 0);
    answer(ANSWER_FAILED, NULL, "polymarket: HTTP 503");
    assert_string_equal(fake.words, "polymarket:0xk2");
    assert_int_equal(fake.catalogues, 1);
    assert_int_equal(fake.listed->count, 1);
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_int_equal(fake.catalogues, 1);
}

/* The line begins with the group that it is in: taken as it is it changes nothing. */
static void the_line_of_the_group_begins_with_its_name(void **state)
{
    (void)state;
    begin_anew();
    answer(ANSWER_LIST, &catalogue, "");
    press("wjwWggood ones\n");
    assert_int_equal(scene()->watch.group_count, 1);
    press("g");
    assert_string_equal(scene()->prompt.text, "good ones");
    press("\n");
    assert_int_equal(scene()->watch.group_count, 1);
    press("kg");
    assert_string_equal(scene()->prompt.text, "good ones");
    assert_true(row_has(-1, " 9/39"));
    for (int i = 0; i < 40; i++) press("x");
    assert_int_equal(scene()->prompt.length, 39);
    assert_true(row_has(-1, "full: 39/39"));
    session_press(session, PRESS_ESCAPE);
    press("g indeed\n");
    assert_string_equal(scene()->watch.groups[0].name, "good ones indeed");
    press("jg");
    for (int i = 0; i < 20; i++) session_press(session, PRESS_BACKSPACE);
    press("\n");
    assert_int_equal(scene()->watch.group_count, 0);
}

static void markets_are_put_in_order(void **state)
{
    (void)state;
    begin_anew();
    answer(ANSWER_LIST, &catalogue, "");
    press("wjwjwW");
    press("J");
    assert_string_equal(watched(1), "0x00");
    assert_int_equal(scene()->watch_selected, 1);
    press(">");
    assert_string_equal(watched(2), "0x00");
    press("K<");
    assert_string_equal(watched(0), "0x00");
    press("ggood ones\n");
    assert_int_equal(scene()->watch.group_count, 1);
    assert_string_equal(scene()->watch.groups[0].name, "good ones");
    assert_string_equal(watched(2), "0x00");
    assert_int_equal(scene()->watch_selected, 3); /* below its heading */
    press(" ");
    assert_true(scene()->watch.groups[0].folded);
    assert_int_equal(scene()->watch_selected, 2);
    press("3"); /* what is folded is there */
    assert_string_equal(fake.selected, "0x00");
    publish(1, "0x00");
    press("W\n");
    assert_false(scene()->watch.groups[0].folded);
    press("g, and best\n");
    assert_string_equal(scene()->watch.groups[0].name, "good ones, and best");
    press("d");
    assert_string_equal(scene()->notice, "a group goes with its last market");
    press("jd");
    assert_int_equal(scene()->watch.count, 2);
    assert_int_equal(scene()->watch.group_count, 0);
}

static void the_last_market_returns(void **state)
{
    (void)state;
    kept = calloc(1, sizeof *kept);
    assert_non_null(kept);
    prefs_init(&kept->prefs);
    kept->prefs.group = 10;
    sample_text(kept->market, sizeof kept->market, "polymarket:0x05");
    sample_text(kept->market_title, sizeof kept->market_title, "Mayor");
    begin_kept("config:3: no value");
    assert_string_equal(scene()->notice, "config:3: no value");
    assert_int_equal(scene()->prefs.group, 10);
    assert_true(fake.opens);
    assert_string_equal(fake.words, "polymarket:0x05");
    assert_string_equal(scene()->opening_words, "Mayor");
    fake_answer_opened(fake.lookups, 6);
    session_pump(session);
    publish(6, "0x05");
    assert_false(scene()->opening);
}

/* Then it starts as without it, and says why. */
static void a_market_that_is_gone_keeps_nobody(void **state)
{
    (void)state;
    kept = calloc(1, sizeof *kept);
    assert_non_null(kept);
    prefs_init(&kept->prefs);
    sample_text(kept->market, sizeof kept->market, "polymarket:0xgone");
    begin_kept(NULL);
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_false(fake.opens);
    assert_string_equal(scene()->notice, "polymarket:0xgone: no market of that name");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(scene()->screen, SCREEN_LIST);
    session_keep(session, kept);
    assert_string_equal(kept->market, "polymarket:0xgone"); /* nothing else was open */
}

static void what_is_kept_is_what_is_there(void **state)
{
    (void)state;
    begin_with_book();
    press("wg");
    history_add(&scene()->history, "flip");
    session->to_keep = false;
    press("z");
    assert_true(session->to_keep);
    session_keep(session, kept);
    assert_string_equal(kept->market, "polymarket:0x00");
    assert_int_equal(kept->watch.count, 1);
    assert_int_equal(kept->prefs.group, 2);
    assert_int_equal(kept->history.count, 1);
    assert_true(kept->full_pane);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
#define TEST(name) cmocka_unit_test_teardown(name, forget)
    const struct CMUnitTest tests[] = {
        TEST(w_adds_and_takes_away),
        TEST(numbers_show_markets),
        TEST(b_goes_back_and_forth),
        TEST(the_view_has_quotes),
        TEST(what_was_kept_is_looked_up),
        TEST(markets_are_put_in_order),
        TEST(the_last_market_returns),
        TEST(a_market_that_is_gone_keeps_nobody),
        TEST(what_is_kept_is_what_is_there),
        TEST(an_outage_is_no_missing_market),
        TEST(n_goes_around_the_list),
        TEST(the_line_of_the_group_begins_with_its_name),
        TEST(n_passes_over_an_outage_for_a_while),
        TEST(a_failure_holds_up_no_quotes),
    };
    return cmocka_run_group_tests_name("ui/watch", tests, NULL, NULL);
}
