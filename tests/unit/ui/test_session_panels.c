/* What a session opens over the book: help, proof, log; and keys that are not of one view alone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <locale.h>

#include "listed_session.h"

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
    /* From market to market it stays; what is searched for closes it. */
    press("vn");
    publish(2, "0x02");
    assert_true(proof_shown());
    press(":search x\n");
    assert_false(proof_shown());
    answer(ANSWER_LIST, &catalogue, "");
    press("q");
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_false(proof_shown());
}

static void the_terminals_keys_are_passed_on(void **state)
{
    (void)state;
    begin(NULL, 0);
    session_press(session, PRESS_CONTROL('L'));
    assert_int_equal(session->for_owner, ACTION_REPAINT);
    session_press(session, PRESS_CONTROL('Z'));
    assert_int_equal(session->for_owner, ACTION_SUSPEND);
    session_press(session, 'j');
    assert_int_equal(session->for_owner, ACTION_NONE);
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
    press(":search zebra\n");
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
    return cmocka_run_group_tests_name("ui/session_panels", tests, NULL, NULL);
}
