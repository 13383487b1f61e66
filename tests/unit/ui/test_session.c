#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/ui/session.h"
#include "fake_feed.h"

static struct session *session;
static struct stamp stamp;
static struct clock manual;
static struct catalogue catalogue;

static void begin(const char *const *markets, size_t count)
{
    fake_reset();
    stamp = sample_now();
    manual = clock_manual(&stamp);
    catalogue = (struct catalogue){0};
    sample_catalogue(&catalogue);
    session = calloc(1, sizeof *session);
    assert_non_null(session);
    struct ui_options options = {.clock = &manual, .markets = markets, .market_count = count};
    session_begin(session, &options);
}

static int tear_down(void **state)
{
    (void)state;
    session_end(session);
    free(session);
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

static void answer_opened(uint32_t index)
{
    fake_answer_opened(fake.lookups, index);
    session_pump(session);
}

static void publish(uint32_t index, const char *symbol)
{
    fake_publish(0, index, symbol);
    session_pump(session);
}

/* What a name that means one market is answered with where no panel is asked for. */
static void answer_found(const char *symbol)
{
    struct catalogue found = {0};
    struct catalogue_entry *entry = catalogue_append(&found);
    assert_non_null(entry);
    sample_instrument(&entry->instrument);
    sample_rename(&entry->instrument, symbol);
    answer(ANSWER_LIST, &found, "");
    catalogue_free(&found);
}

static void without_words_the_list_comes_first(void **state)
{
    (void)state;
    begin(NULL, 0);
    assert_false(fake.opens);
    assert_string_equal(fake.words, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    answer(ANSWER_LIST, &catalogue, "");
    assert_ptr_equal(fake.listed, &catalogue);
    press("q");
    assert_int_equal(session->state, SESSION_LEFT);
}

static void enter_opens_and_q_comes_back(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("j\n");
    assert_string_equal(fake.selected, "0x01");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_null(fake.listed);
    assert_true(session->scene.opening);
    fake_publish(0, 9, "0xother");
    session_pump(session);
    assert_true(session->scene.opening);
    fake_publish(0, 1, "0x01");
    session_pump(session);
    assert_false(session->scene.opening);
    press("q");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    assert_ptr_equal(fake.listed, &catalogue);
    assert_int_equal(session->state, SESSION_RUNS);
}

static void n_and_p_walk_through_the_list(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    press("p");
    assert_string_equal(fake.selected, "0x00");
    assert_string_equal(session->scene.notice, "the first market of the list");
    press("nn");
    assert_string_equal(fake.selected, "0x02");
    press("p");
    assert_string_equal(fake.selected, "0x01");
    press("q");
    assert_string_equal(market_list_selected(&session->scene.list)->instrument.symbol, "0x01");
}

static void words_open_and_the_rest_is_watched(void **state)
{
    (void)state;
    static const char *const words[] = {"first", "second", "several", "third"};
    begin(words, 4);
    assert_true(fake.opens);
    assert_string_equal(fake.words, "first");
    assert_int_equal(fake.panel, 0);
    answer_opened(1);
    assert_true(session->scene.opening);
    publish(1, "0xa");
    assert_false(session->scene.opening);
    assert_string_equal(fake.words, "second");
    assert_true(fake.panel == FEED_NO_PANEL);
    answer_found("0xb");
    assert_int_equal(fake.released, 1);
    assert_string_equal(fake.words, "several");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(fake.released, 2);
    assert_string_equal(session->scene.notice, "several: names several markets; search for it to choose");
    assert_string_equal(fake.words, "third");
    answer_found("0xc");
    assert_int_equal(session->scene.watched_count, 3);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    press("3");
    assert_string_equal(fake.selected, "0xc");
    assert_int_equal(fake.panel, 0);
    publish(3, "0xc");
    press("n");
    assert_string_equal(fake.selected, "0xa");
    press("7");
    assert_string_equal(session->scene.notice, "no market has the number 7: w puts the open one on the watch list");
    press("q");
    assert_int_equal(session->state, SESSION_LEFT);
}

/* A word given twice, and one that means nothing, do not keep those behind it from the watch list. */
static void a_repeated_word_does_not_drop_the_rest(void **state)
{
    (void)state;
    static const char *const words[] = {"a", "b", "b", "nothing", "a", "c"};
    begin(words, 6);
    answer_opened(1);
    publish(1, "0xa");
    answer_found("0xb");
    answer_found("0xb");
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_string_equal(session->scene.notice, "nothing: no market of that name");
    answer_found("0xa");
    assert_string_equal(fake.words, "c");
    answer_found("0xc");
    assert_int_equal(session->scene.watched_count, 3);
    assert_string_equal(session->scene.watched[2].instrument.symbol, "0xc");
    assert_int_equal(fake.lookups, 6);
}

static void the_prompt_searches_or_opens(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/harbour zebra\n");
    assert_false(fake.opens);
    assert_string_equal(fake.words, "harbour zebra");
    static const char *const names[] = {"will-it-open", "polymarket:0x12", "https://example.org/event/x", "0xabc"};
    for (size_t i = 0; i < 4; i++) {
        press("/");
        press(names[i]);
        press("\n");
        assert_true(fake.opens);
        assert_string_equal(fake.words, names[i]);
    }
    press("/quit?");
    assert_string_equal(session->scene.prompt.text, "quit?");
    session_press(session, PRESS_ESCAPE);
    assert_false(session->scene.prompt_open);
    assert_string_equal(fake.words, "0xabc");
}

static void what_is_not_found_leaves_the_screen(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/no-such-market\n");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    assert_ptr_equal(fake.listed, &catalogue);
    assert_string_equal(session->scene.notice, "no-such-market: no market of that name");
    press("j");
    assert_string_equal(session->scene.notice, "");
}

static void a_new_list_gives_the_old_one_back(void **state)
{
    (void)state;
    struct catalogue other = {0};
    sample_catalogue(&other);
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/x\n");
    answer(ANSWER_LIST, &other, "");
    assert_int_equal(fake.released, 1);
    assert_ptr_equal(fake.listed, &other);
    /* An answer nobody waits for is given back too. */
    fake_answer(999, ANSWER_LIST, &catalogue, "");
    session_pump(session);
    assert_int_equal(fake.released, 2);
    assert_ptr_equal(session->scene.list.catalogue, &other);
    assert_true(market_list_set(&session->scene.list, NULL));
    catalogue_free(&other);
}

static void a_name_that_means_nothing_ends_the_start(void **state)
{
    (void)state;
    static const char *const words[] = {"nothing"};
    begin(words, 1);
    answer(ANSWER_NONE, NULL, "no market of that name");
    assert_int_equal(session->state, SESSION_FAILED);
    assert_string_equal(session->why, "no market of that name");
}

/* Something was typed before the start had anything: from then on only the user ends it. */
static void a_search_before_the_first_book_ends_nothing(void **state)
{
    (void)state;
    static const char *const words[] = {"nothing"};
    begin(words, 1);
    press("/q foo\n");
    assert_string_equal(fake.words, "q foo");
    assert_false(fake.opens);
    answer(ANSWER_NONE, NULL, "nothing of that name");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_string_equal(session->scene.notice, "q foo: nothing of that name");
    /* What the start was to show is asked for again; and not even its failure ends the session now. */
    assert_string_equal(fake.words, "nothing");
    assert_true(fake.opens);
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_string_equal(session->scene.notice, "nothing: connection refused");
    press("j");
    assert_string_equal(session->scene.list_trouble, "nothing: connection refused");
    press("/snow\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_ptr_equal(session->scene.list.catalogue, &catalogue);
    assert_string_equal(session->scene.list_trouble, "");
    press("q");
    assert_int_equal(session->state, SESSION_LEFT);
}

static void the_start_may_fail_while_a_search_is_typed(void **state)
{
    (void)state;
    begin(NULL, 0);
    press("/fo");
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_RUNS);
    press("o\n");
    assert_string_equal(fake.words, "foo");
}

/* The demo opens the first market of its list; but not of one that was searched for meanwhile. */
static void what_was_searched_for_is_not_opened_by_itself(void **state)
{
    (void)state;
    begin(NULL, 0);
    session->open_first = true;
    press("/foo\n");
    answer(ANSWER_NONE, NULL, "nothing of that name");
    assert_string_equal(fake.words, "");
    press("/snow\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    assert_int_equal(fake.selections, 0);
}

static void the_failure_of_a_search_is_read_in_a_small_window(void **state)
{
    (void)state;
    struct canvas canvas = {0};
    char text[400], all[800] = "";
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/a search with very many words that is longer than anything that fits\n");
    answer(ANSWER_NONE, NULL, "the recording has no market of that name");
    assert_true(canvas_resize(&canvas, 12, 40));
    scene_draw(&session->scene, &canvas);
    for (int row = 9; row < 12; row++) {
        canvas_row_text(&canvas, row, text, sizeof text);
        strcat(all, text);
    }
    canvas_free(&canvas);
    assert_non_null(strstr(all, "a search with"));
    assert_non_null(strstr(all, "the recording"));
    assert_non_null(strstr(all, "name"));
    assert_null(strstr(all, "\xe2\x80\xa6"));
}

static void q_leads_back_from_a_search(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    fake.views[0].market = (struct market_handle){1, 1};
    fake.views[0].instrument = catalogue.entries[0].instrument;
    fake.fresh[0] = true;
    session_pump(session);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    press("/zebra\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    press("q");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    press("qq");
    assert_int_equal(session->state, SESSION_LEFT);
}

static void a_failed_start_says_why(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_FAILED);
    assert_string_equal(session->why, "connection refused");
}

static void the_first_of_the_list_can_be_opened_at_once(void **state)
{
    (void)state;
    begin(NULL, 0);
    session->open_first = true;
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_true(session->scene.opening);
    assert_string_equal(fake.selected, catalogue.entries[0].instrument.symbol);
    press("q");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    /* Only at the start: a list that was asked for later is shown. */
    press("/\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
}

static void once_found_nothing_ends_it(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    begin(words, 1);
    answer_opened(1);
    press("/x\n");
    answer(ANSWER_FAILED, NULL, "connection refused");
    assert_int_equal(session->state, SESSION_RUNS);
}

/* Views of the market of before go on coming until the feed has obeyed: the answer says which one is meant. */
static void a_name_waits_for_the_market_of_its_answer(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    begin(words, 1);
    answer_opened(1);
    publish(1, "0xa");
    press("/the-other\n");
    publish(1, "0xa");
    assert_true(session->scene.opening);
    answer_opened(2);
    clock_manual_advance(&stamp, 10 * NANOSECONDS_PER_SECOND);
    publish(1, "0xa");
    assert_true(session->scene.opening);
    publish(2, "0xb");
    assert_false(session->scene.opening);
    assert_int_equal(session->scene.watched_count, 2);
}

/* Opening what is open already: its view is there. */
static void the_same_market_can_be_opened_again(void **state)
{
    (void)state;
    static const char *const words[] = {"market"};
    begin(words, 1);
    answer_opened(1);
    publish(1, "0xa");
    press("/the-market\n");
    assert_true(session->scene.opening);
    answer_opened(1);
    assert_false(session->scene.opening);
    assert_int_equal(session->scene.watched_count, 1);
}

/* The feed may know a market of the catalogue under another symbol: a token tells that it is the same. */
static void a_token_is_enough_to_know_a_market(void **state)
{
    (void)state;
    begin(NULL, 0);
    snprintf(catalogue.entries[0].instrument.outcomes[1].token, SYMBOL_SIZE, "777");
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    fake_publish(0, 1, "0xof-the-stream");
    session_pump(session);
    assert_true(session->scene.opening);
    fake_publish(0, 1, "0xof-the-stream");
    snprintf(fake.views[0].instrument.outcomes[0].token, SYMBOL_SIZE, "777");
    session_pump(session);
    assert_false(session->scene.opening);
}

/* The answer to a name comes after another market was chosen, and moves the panel: that market comes back. */
static void a_late_answer_does_not_change_the_market(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("/the-slow-one\n");
    uint32_t slow = fake.lookups;
    press("qj\n");
    assert_string_equal(fake.selected, "0x01");
    publish(1, "0x01");
    assert_int_equal(fake.selections, 1);
    fake_answer_opened(slow, 9);
    publish(9, "0xslow");
    assert_int_equal(fake.selections, 2);
    assert_string_equal(fake.selected, "0x01");
}

static void help_opens_and_closes(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("?jjq");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_false(session->scene.help_open);
    press("?Q");
    assert_int_equal(session->state, SESSION_LEFT);
}

static bool proof_shown(void)
{
    return scene_shows_proof(&session->scene);
}

static void proof_starts_at_its_top_for_every_market(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    publish(1, "0x00");
    press("vjjj");
    assert_int_equal(session->scene.proof_top, 3);
    publish(1, "0x00");
    assert_int_equal(session->scene.proof_top, 3);
    press("n");
    publish(2, "0x01");
    assert_true(proof_shown());
    assert_int_equal(session->scene.proof_top, 0);
}

static void proof_opens_and_closes(void **state)
{
    (void)state;
    static const int ways_back[] = {'v', 'q', PRESS_ESCAPE};
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("v");
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    press("j\n");
    publish(1, "0x01");
    for (size_t i = 0; i < sizeof ways_back / sizeof *ways_back; i++) {
        press(i == 1 ? "\tv" : "v");
        assert_true(proof_shown());
        press("?");
        assert_int_equal(scene_context(&session->scene), CONTEXT_HELP);
        press("q");
        assert_true(proof_shown());
        session_press(session, ways_back[i]);
        assert_false(proof_shown());
        assert_int_equal(session->scene.screen, SCREEN_BOOK);
        assert_int_equal(session->state, SESSION_RUNS);
    }
    /* From market to market it stays; the list closes it. */
    press("vn");
    publish(2, "0x02");
    assert_true(proof_shown());
    press("/x\n");
    assert_true(proof_shown());
    answer(ANSWER_LIST, &catalogue, "");
    press("q");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_false(proof_shown());
}

static void the_terminals_keys_are_passed_on(void **state)
{
    (void)state;
    begin(NULL, 0);
    assert_int_equal(session_press(session, PRESS_CONTROL('L')), ACTION_REPAINT);
    assert_int_equal(session_press(session, PRESS_CONTROL('Z')), ACTION_SUSPEND);
    assert_int_equal(session_press(session, 'j'), ACTION_NONE);
}

static void quotes_find_their_rows(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    sample_quotes(&fake.quotes, &catalogue, 10);
    struct quote first = fake.quotes.quotes[0];
    fake.quotes.quotes[0] = fake.quotes.quotes[5];
    fake.quotes.quotes[5] = first;
    fake.quotes.count = 6;
    fake.fresh_quotes = true;
    assert_true(session_pump(session));
    const struct market_list *list = &session->scene.list;
    assert_string_equal(market_list_quote(list, 5)->symbol, "0x05");
    assert_string_equal(market_list_quote(list, 0)->symbol, "0x00");
    assert_string_equal(market_list_quote(list, 3)->symbol, "0x03");
    assert_null(market_list_quote(list, 7));
}

static void an_empty_list_can_be_walked(void **state)
{
    (void)state;
    struct catalogue none = {0};
    begin(NULL, 0);
    answer(ANSWER_LIST, &none, "");
    press("jk\njn?q");
    static const int keys[] = {PRESS_HOME, PRESS_END, PRESS_PAGE_DOWN, PRESS_PAGE_UP};
    for (size_t i = 0; i < 4; i++) session_press(session, keys[i]);
    assert_null(market_list_selected(&session->scene.list));
    assert_true(market_list_set(&session->scene.list, NULL));
}

/* `l` opens the log over whatever is there and closes it again; the feed publishes connections only meanwhile. */
static void l_opens_the_log(void **state)
{
    (void)state;
    static const char *const ways_back[] = {"l", "q", "\033"};
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    for (int on_book = 0; on_book < 2; on_book++) {
        for (size_t i = 0; i < sizeof ways_back / sizeof *ways_back; i++) {
            press("l");
            assert_true(session->scene.log_open);
            assert_true(fake.watches_connections);
            assert_int_equal(session->state, SESSION_RUNS);
            sample_connections(&fake.connections);
            fake.fresh_connections = true;
            assert_true(session_pump(session));
            assert_int_equal(session->scene.connections.count, 4);
            press("?");
            assert_true(session->scene.help_open);
            press("q");
            assert_true(session->scene.log_open);
            press(ways_back[i]);
            assert_false(session->scene.log_open);
            assert_false(fake.watches_connections);
            assert_int_equal(session->scene.screen, on_book ? SCREEN_BOOK : SCREEN_LIST);
        }
        if (on_book) break;
        press("\n");
        publish(1, "0x00");
    }
    /* Figures that come too late are not those of the next time. */
    press("l");
    assert_false(session->scene.has_connections);
    fake.fresh_connections = true;
    session_pump(session);
    assert_true(session->scene.has_connections);
    press("l");
    fake.fresh_connections = true;
    session_pump(session);
    press("vl");
    assert_true(session->scene.log_open);
    press("q");
    assert_true(session->scene.proof_open);
    press("q");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
}

/* What leads elsewhere closes it. */
static void what_is_opened_closes_the_log(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    press("\n");
    publish(1, "0x00");
    press("l1");
    assert_false(session->scene.log_open);
    press("l9");
    assert_true(session->scene.log_open);
    press("/zebra\n");
    assert_false(session->scene.log_open);
    assert_false(fake.watches_connections);
    assert_string_equal(fake.words, "zebra");
    /* Before anything is there, too; and the end of the session closes it. */
    press("l");
    assert_true(fake.watches_connections);
}

static void r_tries_again(void **state)
{
    (void)state;
    begin(NULL, 0);
    press("R");
    assert_int_equal(fake.retries, 1);
    assert_string_equal(session->scene.notice, "asking again"); /* nothing is known to be wrong */
    answer(ANSWER_LIST, &catalogue, "");
    press("R");
    press("\n");
    publish(1, "0x00");
    session->scene.book.link.state = LINK_STATE_DOWN;
    press("R");
    assert_string_equal(session->scene.notice, "trying again what failed");
    session->scene.book.link.state = LINK_STATE_LIVE;
    press("lR");
    assert_string_equal(session->scene.notice, "asking again");
    press("q");
    press("vR");
    assert_int_equal(fake.retries, 5);
    press("?R");
    assert_int_equal(fake.retries, 5);
    press("q/R");
    assert_int_equal(fake.retries, 5);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(without_words_the_list_comes_first, tear_down),
        cmocka_unit_test_teardown(enter_opens_and_q_comes_back, tear_down),
        cmocka_unit_test_teardown(n_and_p_walk_through_the_list, tear_down),
        cmocka_unit_test_teardown(words_open_and_the_rest_is_watched, tear_down),
        cmocka_unit_test_teardown(the_prompt_searches_or_opens, tear_down),
        cmocka_unit_test_teardown(what_is_not_found_leaves_the_screen, tear_down),
        cmocka_unit_test_teardown(a_new_list_gives_the_old_one_back, tear_down),
        cmocka_unit_test_teardown(a_name_that_means_nothing_ends_the_start, tear_down),
        cmocka_unit_test_teardown(a_search_before_the_first_book_ends_nothing, tear_down),
        cmocka_unit_test_teardown(the_start_may_fail_while_a_search_is_typed, tear_down),
        cmocka_unit_test_teardown(what_was_searched_for_is_not_opened_by_itself, tear_down),
        cmocka_unit_test_teardown(the_failure_of_a_search_is_read_in_a_small_window, tear_down),
        cmocka_unit_test_teardown(a_failed_start_says_why, tear_down),
        cmocka_unit_test_teardown(q_leads_back_from_a_search, tear_down),
        cmocka_unit_test_teardown(the_first_of_the_list_can_be_opened_at_once, tear_down),
        cmocka_unit_test_teardown(once_found_nothing_ends_it, tear_down),
        cmocka_unit_test_teardown(a_repeated_word_does_not_drop_the_rest, tear_down),
        cmocka_unit_test_teardown(a_name_waits_for_the_market_of_its_answer, tear_down),
        cmocka_unit_test_teardown(a_token_is_enough_to_know_a_market, tear_down),
        cmocka_unit_test_teardown(a_late_answer_does_not_change_the_market, tear_down),
        cmocka_unit_test_teardown(the_same_market_can_be_opened_again, tear_down),
        cmocka_unit_test_teardown(help_opens_and_closes, tear_down),
        cmocka_unit_test_teardown(proof_opens_and_closes, tear_down),
        cmocka_unit_test_teardown(proof_starts_at_its_top_for_every_market, tear_down),
        cmocka_unit_test_teardown(the_terminals_keys_are_passed_on, tear_down),
        cmocka_unit_test_teardown(quotes_find_their_rows, tear_down),
        cmocka_unit_test_teardown(an_empty_list_can_be_walked, tear_down),
        cmocka_unit_test_teardown(l_opens_the_log, tear_down),
        cmocka_unit_test_teardown(what_is_opened_closes_the_log, tear_down),
        cmocka_unit_test_teardown(r_tries_again, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
