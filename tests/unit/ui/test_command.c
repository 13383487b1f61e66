/* The command line: what is taken, what is offered, and what a session makes of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/ui/command.h"
#include "listed_session.h"

static const char *find_place(const char *words, int64_t began, int64_t length, int64_t *m)
{
    (void)began;
    if (strcmp(words, "beyond") == 0) {
        *m = -1;
        return NULL;
    }
    if (strcmp(words, "half") != 0) return "a place of this test";
    *m = length / 2;
    return NULL;
}

static int set_up(void **state)
{
    (void)state;
    begin_with((struct ui_options){.find_place = find_place});
    answer(ANSWER_LIST, &catalogue, "");
    return 0;
}

static void expect_choices(const char *line, enum context context, const char *expected)
{
    struct choices choices;
    char all[4096] = "";
    command_choices(text_from(line), context, false, &choices);
    for (size_t i = 0; i < choices.count; i++) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof all - used, "%s%s", i > 0 ? " " : "", choices.names[i]);
    }
    assert_string_equal(all, expected);
}

static void words_that_fit_are_offered(void **state)
{
    (void)state;
    expect_choices("se", CONTEXT_LADDER, "search set");
    expect_choices("gr", CONTEXT_LADDER, "group");
    expect_choices("set size", CONTEXT_LADDER, "size-unit");
    expect_choices("set size-unit ", CONTEXT_LADDER, "shares money");
    expect_choices("set  size-unit m", CONTEXT_LADDER, "money");
    expect_choices("set size-unit money ", CONTEXT_LADDER, "");
    expect_choices("group ", CONTEXT_LADDER, "1 2 5 10 50 100");
    expect_choices("depth 5", CONTEXT_LADDER, "50 5");
    expect_choices("theme dar", CONTEXT_LADDER, "dark");
    expect_choices("set theme dar", CONTEXT_LADDER, "dark");
    expect_choices("open x", CONTEXT_LADDER, "");
    expect_choices("flip ", CONTEXT_LADDER, "");
    expect_choices("fli", CONTEXT_LADDER, "flip");
    /* What means nothing there is not offered. */
    expect_choices("fli", CONTEXT_LIST, "");
    expect_choices("cost", CONTEXT_LIST, "");
    expect_choices("goto", CONTEXT_LADDER, "");
    expect_choices("jump", CONTEXT_LADDER, "");
}

static void tab_types_what_they_have_in_common(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *completed;
    } cases[] = {
        {"s", "s"},
        {"sea", "search "},
        {"set pri", "set price-unit "},
        {"set price-unit c", "set price-unit cents"},
        {"fl", "flip"},
        {"zzz", "zzz"},
        {"theme da", "theme dark"},
        {"next-m", "next-market"},
        {"quit", "quit"},
        {"op", "open "},
    };
    show_book();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        press(":");
        press(cases[i].typed);
        session_press(session, PRESS_TAB);
        assert_string_equal(session->scene.prompt.text, cases[i].completed);
        session_press(session, PRESS_ESCAPE);
        assert_false(session->scene.prompt_open);
    }
    /* Amid a line: what stands behind the cursor stays. */
    press(":set pri money");
    for (int i = 0; i < 6; i++) session_press(session, PRESS_LEFT);
    session_press(session, PRESS_TAB);
    assert_string_equal(session->scene.prompt.text, "set price-unit  money");
}

static void actions_are_done_by_their_names(void **state)
{
    (void)state;
    show_book();
    unsigned outcome = session->scene.ladder.outcome;
    press(":flip\n");
    assert_int_equal(session->scene.ladder.outcome, 1 - outcome);
    assert_false(session->scene.prompt_open);
    press(":help\n");
    assert_true(session->scene.help_open);
    press("q:log\n");
    assert_true(session->scene.log_open);
    press("q:repai\n"); /* the beginning of one alone */
    assert_int_equal(session->for_owner, ACTION_REPAINT);
    press(":\n");
    assert_false(session->scene.prompt_open);
    press(":quit\n");
    assert_int_equal(session->state, SESSION_LEFT);
}

/* What is short for a command does what the whole word does. */
static void short_words_ask_like_whole_ones(void **state)
{
    (void)state;
    static const char *const words[][2] = {{":search\n", ":sea\n"}, {":theme\n", ":th\n"}, {":cost\n", ":cos\n"}};
    show_book();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        for (int brief = 0; brief < 2; brief++) {
            const struct scene *scene = &session->scene;
            uint32_t lookups = fake.lookups;
            press(words[i][brief]);
            assert_int_equal(fake.lookups, lookups);
            assert_int_equal(scene->themes.open, i == 1);
            assert_int_equal(scene->prompt_open, i != 1);
            if (i != 1) assert_int_equal(scene->prompt_use, i == 0 ? PROMPT_SEARCH : PROMPT_COST);
            session_press(session, PRESS_ESCAPE);
        }
    }
}

/* The folder of themes is read when the line changes, and not for every picture. */
static void what_is_offered_is_found_once(void **state)
{
    (void)state;
    char folder[] = "/tmp/booktop-offer-XXXXXX", command[256];
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "mkdir -p %s/booktop/themes; : > %s/booktop/themes/zz-one.theme", folder, folder);
    assert_int_equal(system(command), 0);
    setenv("XDG_CONFIG_HOME", folder, 1);
    press(":theme z");
    assert_true(row_has(-2, "zz-one"));
    snprintf(command, sizeof command, ": > %s/booktop/themes/zz-two.theme", folder);
    assert_int_equal(system(command), 0);
    assert_false(row_has(-2, "zz-two"));
    press("z");
    assert_true(row_has(-2, "zz-one") && row_has(-2, "zz-two"));
    snprintf(command, sizeof command, "rm %s/booktop/themes/zz-one.theme", folder);
    assert_int_equal(system(command), 0);
    assert_true(row_has(-2, "zz-one"));
    session_press(session, PRESS_ESCAPE);
    press(":theme zz");
    assert_false(row_has(-2, "zz-one"));
    snprintf(command, sizeof command, "rm -r %s", folder);
    assert_int_equal(system(command), 0);
    setenv("XDG_CONFIG_HOME", "/nonexistent", 1);
}

static void what_cannot_be_done_stays_to_be_mended(void **state)
{
    (void)state;
    static const struct {
        const char *line, *says;
    } cases[] = {
        {"nonsense", "no command \"nonsense\""},
        {"replay x.obr.zst", "booktop replay FILE"},
        {"f", "no command"}, /* of several */
        {"flip twice", "takes no argument"},
        {"set", "expected one of those"},
        {"set nothing 1", "there is no setting"},
        {"set size-unit stones", "shares or money"},
        {"group 3", "group is 1, 2"},
        {"depth x", "depth is all"},
        {"theme /nowhere/at/all", "/nowhere/at/all"},
        {"cost lots", ""},
        {"open", "expected a market"},
        {"goto 90s", "expected a replay"},
        {"pause-not", "no command"},
        {"quit now", "takes no argument"},
        {"watched", "no command"},
    };
    show_book();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        press(":");
        press(cases[i].line);
        press("\n");
        assert_true(session->scene.prompt_open);
        assert_string_equal(session->scene.prompt.text, cases[i].line);
        if (session->scene.command_error[0] == '\0' || strstr(session->scene.command_error, cases[i].says) == NULL)
            fail_msg("%s: %s", cases[i].line, session->scene.command_error);
        assert_true(row_has(-2, session->scene.command_error));
        press("x");
        assert_string_equal(session->scene.command_error, "");
        session_press(session, PRESS_ESCAPE);
    }
    assert_int_equal(session->state, SESSION_RUNS);
}

static void an_action_of_elsewhere_says_where(void **state)
{
    (void)state;
    press(":flip\n");
    assert_string_equal(session->scene.command_error, "flip means nothing here, it is for: book");
    session_press(session, PRESS_ESCAPE);
    fake.replays = true;
    fake.replay = (struct replay_view){.length = 10, .measured = true, .speed = REPLAY_SPEED_NORMAL};
    session_look(session);
    press(":record\n");
    assert_string_equal(session->scene.command_error, "record means nothing here, it is for: live books");
}

static void settings_are_set_and_told(void **state)
{
    (void)state;
    show_book();
    press(":group 10\n:depth 20\n:set size-unit money\n:set mouse off\n:cost 500\n:theme light\n");
    assert_int_equal(session->scene.prefs.group, 10);
    assert_int_equal(session->scene.prefs.depth, 20);
    assert_int_equal(session->scene.prefs.size_unit, SIZE_MONEY);
    assert_int_equal(session->scene.ladder.size_unit, SIZE_MONEY);
    assert_false(session->scene.prefs.mouse);
    assert_true(session->scene.cost.on);
    assert_string_equal(session->scene.prefs.theme, "light");
    assert_string_equal(session->scene.themes.name, "light");
    press(":set group\n");
    assert_string_equal(session->scene.notice, "group is 10");
}

static void markets_are_opened_and_searched(void **state)
{
    (void)state;
    press(":open some words that search would take\n");
    assert_true(fake.opens);
    assert_string_equal(fake.words, "some words that search would take");
    press(":search  harbour \n");
    assert_false(fake.opens);
    assert_string_equal(fake.words, "harbour");
}

static void a_place_of_a_replay_is_gone_to(void **state)
{
    (void)state;
    fake.replays = true;
    fake.replay = (struct replay_view){.length = 1000, .measured = true, .speed = REPLAY_SPEED_NORMAL};
    session_look(session);
    press(":goto half\n");
    assert_int_equal(fake.sought, 500);
    press(":goto nowhere\n");
    assert_string_equal(session->scene.command_error, "expected a place of this test");
    assert_int_equal(fake.seeks, 1);
}

static void a_place_outside_is_told_what_there_is(void **state)
{
    (void)state;
    const char *error = session->scene.command_error;
    fake.replays = true;
    fake.replay = (struct replay_view){.began = INT64_C(1795876200) * NANOSECONDS_PER_SECOND, /* 2026-11-28 14:30 */
                                       .length = 3723 * NANOSECONDS_PER_SECOND,
                                       .measured = true,
                                       .speed = REPLAY_SPEED_NORMAL};
    session->scene.prefs.utc = true;
    session_look(session);
    press(":goto beyond\n");
    assert_string_equal(error, "outside: it runs 1:02:03, from 2026-11-28 14:30:00 to 15:32:03 UTC");
    assert_true(session->scene.prompt_open);
    session_press(session, PRESS_ESCAPE);
    fake.replay.length = 36000 * NANOSECONDS_PER_SECOND;
    session_look(session);
    press(":goto beyond\n");
    assert_string_equal(error, "outside: it runs 10:00:00, from 2026-11-28 14:30:00 to 2026-11-29 00:30:00 UTC");
    session_press(session, PRESS_ESCAPE);
    fake.replay.measured = false;
    session_look(session);
    press(":goto beyond\n");
    assert_string_equal(error, "outside: it begins at 2026-11-28 14:30:00 UTC");
    assert_int_equal(fake.seeks, 0);
}

static void lines_come_back(void **state)
{
    (void)state;
    press(":group 5\n:group 5\n:depth 10\n:nonsense\n");
    session_press(session, PRESS_ESCAPE);
    press(":half");
    static const struct {
        int key;
        const char *line;
    } steps[] = {
        {PRESS_UP, "nonsense"},   {PRESS_UP, "depth 10"},   {PRESS_UP, "group 5"}, {PRESS_UP, "group 5"},
        {PRESS_DOWN, "depth 10"}, {PRESS_DOWN, "nonsense"}, {PRESS_DOWN, "half"},  {PRESS_DOWN, "half"},
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        session_press(session, steps[i].key);
        assert_string_equal(session->scene.prompt.text, steps[i].line);
    }
}

static void the_row_above_shows_what_may_come(void **state)
{
    (void)state;
    show_book();
    press(":");
    assert_true(row_has(-2, "open  search  theme  set"));
    assert_true(row_has(-1, ":"));
    press("set size-unit ");
    assert_true(row_has(-2, "shares  money"));
    session_press(session, PRESS_CONTROL('U'));
    press("flip");
    assert_true(row_has(-2, "flip: book of the other outcome"));
    session_press(session, PRESS_CONTROL('U'));
    press("open ");
    assert_true(row_has(-2, "open NAME: a market"));
}

static void pasted_text_goes_into_the_line_alone(void **state)
{
    (void)state;
    for (const char *c = "qQ:\nq"; *c != '\0'; c++) assert_false(session_paste(session, *c == '\n' ? PRESS_ENTER : *c));
    assert_int_equal(session->state, SESSION_RUNS);
    assert_false(session->scene.prompt_open);
    press(":");
    for (const char *c = "open a\nb\tq"; *c != '\0'; c++) session_paste(session, *c == '\n' ? PRESS_ENTER : *c);
    session_paste(session, 0xe9);
    assert_string_equal(session->scene.prompt.text, "open a b q\xc3\xa9");
    for (int i = 0; i < 100000; i++) session_paste(session, i % 300);
    assert_true(session->scene.prompt_open);
    assert_true(session->scene.prompt.length < PROMPT_SIZE);
}

static void every_command_says_what_it_is_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        assert_non_null(commands[i].name);
        assert_true(strlen(commands[i].help) > 0);
        struct command_line parsed;
        char error[100];
        assert_true(command_parse(text_from(commands[i].name), &parsed, error, sizeof error));
        assert_int_equal(parsed.command, i);
    }
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_says_what_it_is_for),
        cmocka_unit_test_setup_teardown(words_that_fit_are_offered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tab_types_what_they_have_in_common, set_up, tear_down),
        cmocka_unit_test_setup_teardown(actions_are_done_by_their_names, set_up, tear_down),
        cmocka_unit_test_setup_teardown(short_words_ask_like_whole_ones, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_offered_is_found_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_done_stays_to_be_mended, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_action_of_elsewhere_says_where, set_up, tear_down),
        cmocka_unit_test_setup_teardown(settings_are_set_and_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(markets_are_opened_and_searched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_place_of_a_replay_is_gone_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_place_outside_is_told_what_there_is, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lines_come_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_row_above_shows_what_may_come, set_up, tear_down),
        cmocka_unit_test_setup_teardown(pasted_text_goes_into_the_line_alone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
