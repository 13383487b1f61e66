/* The watch list in a session: its keys, what is asked of the feed for it, and what is kept of all that. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/ui/session.h"
#include "fake_feed.h"

static struct session *session;
static struct kept *kept;
static struct stamp stamp;
static struct clock manual;
static struct catalogue catalogue;

static void begin_kept(const char *notice)
{
    fake_reset();
    stamp = sample_now();
    manual = clock_manual(&stamp);
    catalogue = (struct catalogue){0};
    sample_catalogue(&catalogue);
    session = calloc(1, sizeof *session);
    assert_non_null(session);
    struct ui_options options = {.clock = &manual, .kept = kept, .notice = notice};
    session_begin(session, &options);
}

static void begin(void)
{
    kept = calloc(1, sizeof *kept);
    assert_non_null(kept);
    prefs_init(&kept->prefs);
    begin_kept(NULL);
}

static int tear_down(void **state)
{
    (void)state;
    session_end(session);
    free(session);
    free(kept);
    catalogue_free(&catalogue);
    return 0;
}

static void press(const char *keys)
{
    for (; *keys != '\0'; keys++) session_press(session, *keys == '\n' ? PRESS_ENTER : *keys);
}

static void answer(enum answer_result result, const struct catalogue *list, const char *why)
{
    fake_answer(fake.lookups, result, list, why);
    session_pump(session);
}

static void publish(uint32_t index, const char *symbol)
{
    fake_publish(0, index, symbol);
    session_pump(session);
}

/* The list, then its first market. */
static void begin_with_book(void)
{
    begin();
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    publish(1, "0x00");
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
    begin();
    press("w");
    assert_string_equal(scene()->notice, "no market is open or selected");
    answer(ANSWER_LIST, &catalogue, "");
    press("jw");
    assert_string_equal(watched(0), "0x01");
    assert_string_equal(scene()->notice, "on the watch list: 1 shows it, W the list");
    press("w");
    assert_int_equal(scene()->watch.count, 0);
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

static void the_view_has_quotes(void **state)
{
    (void)state;
    begin_with_book();
    press("wW");
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
    begin();
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
    assert_string_equal(fake.words, "polymarket:0xk1");
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_string_equal(fake.words, "polymarket:0xk2");
    answer_found("0xk2");
    assert_int_equal(fake.lookups, asked + 3);
    assert_true(scene()->watch.items[0].known && scene()->watch.items[2].known);
    assert_true(scene()->watch.items[1].missing);
    assert_int_equal(fake.listed->count, 2);
    /* One that was not found is opened by its name all the same; the next opening asks again. */
    press("j\n");
    assert_false(scene()->watch_open);
    assert_true(fake.opens && fake.panel == 0);
    assert_string_equal(fake.words, "polymarket:0xk1");
    assert_string_equal(scene()->opening_words, "Kept");
    press("W");
    assert_false(scene()->watch.items[1].missing);
}

static void markets_are_put_in_order(void **state)
{
    (void)state;
    begin();
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
    press("gbest\n");
    assert_string_equal(scene()->watch.groups[0].name, "best");
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
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(w_adds_and_takes_away),         TEST(numbers_show_markets),
        TEST(b_goes_back_and_forth),         TEST(the_view_has_quotes),
        TEST(what_was_kept_is_looked_up),    TEST(markets_are_put_in_order),
        TEST(the_last_market_returns),       TEST(a_market_that_is_gone_keeps_nobody),
        TEST(what_is_kept_is_what_is_there),
    };
    return cmocka_run_group_tests_name("ui/watch", tests, NULL, NULL);
}
