/* Keys that hold on every screen: what they do there, and that what they lead to is not hidden by what was open. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "listed_session.h"

static int set_up(void **state)
{
    (void)state;
    begin(NULL, 0);
    answer(ANSWER_LIST, &catalogue, "");
    return 0;
}

static enum context seen(void)
{
    return scene_context(&session->scene);
}

/* From each of the panels to each of the others. */
static void panels_lead_to_each_other(void **state)
{
    (void)state;
    static const struct {
        char key;
        enum context context;
    } panels[] = {{'i', CONTEXT_INFO}, {'v', CONTEXT_PROOF}, {'l', CONTEXT_LOG}, {'W', CONTEXT_WATCH}};
    show_book();
    press("w");
    for (size_t from = 0; from < sizeof panels / sizeof *panels; from++) {
        for (size_t to = 0; to < sizeof panels / sizeof *panels; to++) {
            if (from == to) continue;
            press((char[]){panels[from].key, '\0'});
            assert_int_equal(seen(), panels[from].context);
            press((char[]){panels[to].key, '\0'});
            if (seen() != panels[to].context)
                fail_msg("%c, then %c: %s is seen", panels[from].key, panels[to].key, context_name(seen()));
            for (int i = 0; i < 4 && seen() != CONTEXT_LADDER; i++) press("q");
            assert_int_equal(seen(), CONTEXT_LADDER);
            assert_int_equal(session->state, SESSION_RUNS);
        }
    }
}

/* The next market is gone to, and is seen. */
static void n_and_p_work_in_every_panel(void **state)
{
    (void)state;
    static const struct {
        char key;
        enum context then;
    } panels[] = {{'i', CONTEXT_INFO}, {'v', CONTEXT_PROOF}, {'l', CONTEXT_LADDER}, {'W', CONTEXT_LADDER}};
    show_book();
    for (size_t i = 0; i < sizeof panels / sizeof *panels; i++) {
        press((char[]){panels[i].key, 'n', '\0'});
        assert_string_equal(fake.selected, "0x01");
        publish(2, "0x01");
        assert_int_equal(seen(), panels[i].then);
        press((char[]){panels[i].key, '\0'});
        if (panels[i].then == CONTEXT_LADDER) assert_int_not_equal(seen(), CONTEXT_LADDER);
        press("p");
        assert_string_equal(fake.selected, "0x00");
        publish(1, "0x00");
        assert_int_equal(seen(), CONTEXT_LADDER);
    }
}

/* Around the watch list, where there is no other, it is the same. */
static int begin_named(void **state)
{
    (void)state;
    static const char *const names[] = {"x"};
    begin(names, 1);
    answer_opened(1);
    publish(1, "0x00");
    return 0;
}

static void n_and_p_work_around_the_watch_list(void **state)
{
    (void)state;
    press("w");
    press(":open y\n");
    answer_opened(2);
    publish(2, "0x01");
    press("w");
    assert_int_equal(session->scene.watch.count, 2);
    press("vn");
    assert_string_equal(fake.selected, "0x00");
    publish(1, "0x00");
    assert_int_equal(seen(), CONTEXT_PROOF);
    press("ln");
    assert_string_equal(fake.selected, "0x01");
    publish(2, "0x01");
    assert_int_equal(seen(), CONTEXT_PROOF);
    assert_false(fake.watches_connections);
}

/* A page that was scrolled begins anew with another market. */
static void the_info_begins_at_its_top_for_every_market(void **state)
{
    (void)state;
    show_book();
    press("ij");
    assert_int_equal(session->scene.info_top, 1);
    press("n");
    publish(2, "0x01");
    assert_int_equal(seen(), CONTEXT_INFO);
    assert_int_equal(session->scene.info_top, 0);
}

/* What is opened from elsewhere is seen at once. */
static void no_panel_stays_over_what_is_opened(void **state)
{
    (void)state;
    static const char *const ways[] = {"b", "2", ":open x\n"};
    show_book();
    press("w");
    press("n");
    publish(2, "0x01");
    press("w");
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        for (int proof = 0; proof < 2; proof++) {
            press(proof ? "vj" : "ij");
            assert_int_equal(seen(), proof ? CONTEXT_PROOF : CONTEXT_INFO);
            press(ways[way]);
            assert_false(session->scene.info_open);
            assert_false(session->scene.proof_open);
            assert_int_equal(session->scene.info_top + session->scene.proof_top, 0);
            session_pump(session);
            if (way == 2) answer_opened(3);
            publish(way == 2 ? 3 : 2, way == 2 ? "0xx" : fake.selected);
            assert_int_equal(seen(), CONTEXT_LADDER);
        }
    }
}

static void the_info_is_of_the_selected_market_of_the_watch_list(void **state)
{
    (void)state;
    show_book();
    press("i");
    assert_int_equal(seen(), CONTEXT_INFO);
    press("iWi");
    assert_int_equal(seen(), CONTEXT_INFO);
    assert_true(row_has(4, session->scene.watched[0].instrument.title));
    press("q");
    assert_int_equal(seen(), CONTEXT_WATCH);
    press("wJg");
    press("mine\n");
    assert_int_equal(session->scene.watch.group_count, 1);
    session->scene.watch_selected = 0;
    press("i"); /* a group's row */
    assert_int_equal(seen(), CONTEXT_WATCH);
    assert_true(row_has(-1, "no market is selected"));
    press("j");
    press("i");
    assert_int_equal(seen(), CONTEXT_INFO);
    assert_true(row_has(4, session->scene.watch.items[0].entry.instrument.title));
}

static void the_list_has_no_proof(void **state)
{
    (void)state;
    press("v");
    assert_int_equal(seen(), CONTEXT_LIST);
    assert_true(row_has(-1, "no book is open here"));
    show_book();
    press("qv");
    assert_int_equal(seen(), CONTEXT_LIST);
    press("n");
    publish(2, "0x01");
    assert_int_equal(seen(), CONTEXT_LADDER);
}

/* What the list is sorted by is a choice like others: it holds for the next list too, and is kept. */
static void the_order_of_the_list_stays(void **state)
{
    (void)state;
    struct kept *kept = calloc(1, sizeof *kept);
    struct market_list *list = &session->scene.list;
    assert_non_null(kept);
    press("sssS");
    enum list_order order = list->order;
    assert_int_not_equal(order, ORDER_FOUND);
    assert_int_equal(session->scene.prefs.sort, order);
    assert_true(session->scene.prefs.reversed && list->reversed);
    press(":search x\n");
    answer(ANSWER_LIST, &catalogue, "");
    assert_int_equal(list->order, order);
    assert_true(list->reversed);
    session_keep(session, kept);
    assert_int_equal(kept->prefs.sort, order);
    free(kept);
    press(":set sort closes\n:set reversed off\n");
    assert_int_equal(list->order, ORDER_CLOSES);
    assert_false(list->reversed);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(panels_lead_to_each_other, set_up, tear_down),
        cmocka_unit_test_setup_teardown(n_and_p_work_in_every_panel, set_up, tear_down),
        cmocka_unit_test_setup_teardown(n_and_p_work_around_the_watch_list, begin_named, tear_down),
        cmocka_unit_test_setup_teardown(the_info_begins_at_its_top_for_every_market, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_panel_stays_over_what_is_opened, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_info_is_of_the_selected_market_of_the_watch_list, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_list_has_no_proof, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_order_of_the_list_stays, set_up, tear_down),
    };
    return cmocka_run_group_tests_name("ui/everywhere_keys", tests, NULL, NULL);
}
