/* What is copied, and how a terminal is asked to take it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../src/ui/clipboard.h"
#include "booktop/ui/copy.h"
#include "booktop/ui/terminal.h"
#include "sample_scene.h"

static struct scene *scene;
static struct copy copied;

static int set_up(void **state)
{
    (void)state;
    scene = sample_scene();
    copied = (struct copy){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(copied.text);
    sample_scene_free(scene);
    return 0;
}

static bool copy(bool whole_book)
{
    free(copied.text);
    bool made = copy_make(scene, whole_book, &copied);
    assert_true(copied.words[0] != '\0');
    assert_int_equal(strlen(copied.text), copied.length);
    return made;
}

static void a_level_is_copied_with_all_its_digits(void **state)
{
    (void)state;
    assert_false(copy(false));
    assert_int_equal(copied.length, 0);
    scene_act(scene, ACTION_DOWN);
    scene_act(scene, ACTION_DOWN);
    assert_true(copy(false));
    assert_string_equal(copied.text, "bid\t0.41\t44300\t46200\n");
    scene_act(scene, ACTION_FLIP);
    assert_true(copy(false));
    assert_string_equal(copied.text, "ask\t0.59\t44300\t46200\n");
}

static void the_first_trade_shown_is_copied(void **state)
{
    (void)state;
    scene->focus = PANE_TAPE;
    assert_true(copy(false));
    assert_string_equal(copied.text, "1795246862000\t0.43\t120\tbuy\n");
    scene->ladder.outcome = 1;
    assert_true(copy(false));
    assert_string_equal(copied.text, "1795246862000\t0.57\t120\tsell\n");
    scene->book.tape.trades[0].has_aggressor = false;
    scene->book.tape.trades[0].venue_ms = EVENT_NO_TIME;
    assert_true(copy(false));
    assert_string_equal(copied.text, "\t0.57\t120\t\n");
    scene->book.tape.count = 0;
    assert_false(copy(false));
}

static void the_whole_book_is_copied_from_the_farthest_ask_to_the_farthest_bid(void **state)
{
    (void)state;
    static const char first[] = "polymarket:0xharbour\tWill the harbour bridge open in December?\tYes\tlive\n"
                                "side\tprice\tsize\tsum\n"
                                "ask\t0.65\t640\t206";
    unsigned lines = 0;
    assert_true(copy(true));
    assert_memory_equal(copied.text, first, sizeof first - 1);
    assert_non_null(strstr(copied.text, "\nask\t0.43\t1240\t1240\nbid\t0.42\t1900\t1900\n"));
    for (const char *c = copied.text; *c != '\0'; c++) lines += *c == '\n';
    assert_int_equal(lines, 2 + 23 + 30);
    assert_non_null(strstr(copied.words, "53 levels"));
    scene->book.has_book = false;
    assert_false(copy(true));
}

/* It says so itself, and so does the notice: what is pasted elsewhere is not taken for the venue's book. */
static void a_book_that_is_grouped_or_longer_says_so(void **state)
{
    (void)state;
    scene->prefs.group = 5;
    scene->book.depth.bids_in_book += 12;
    ladder_take(&scene->ladder, &scene->book, &scene->prefs);
    assert_true(copy(true));
    static const char first[] = "polymarket:0xharbour\tWill the harbour bridge open in December?\tYes\tlive\t"
                                "grouped by 5 ticks, the best 30 bids of 42\n";
    assert_memory_equal(copied.text, first, sizeof first - 1);
    assert_non_null(strstr(copied.words, "grouped by 5 ticks, the best 30 bids of 42"));
    scene->book.depth.asks_in_book += 1;
    scene->prefs.group = 1;
    scene_act(scene, ACTION_FLIP);
    assert_true(copy(true));
    assert_non_null(strstr(copied.words, "levels, the best 23 bids of 24, the best 30 asks of 42"));
}

static void a_market_of_the_watch_list_is_copied(void **state)
{
    (void)state;
    struct catalogue_entry entry = {.instrument = scene->book.instrument, .best_bid = 4200, .best_ask = PRICE_NONE};
    scene->watch_open = true;
    assert_false(copy(false));
    assert_true(watch_list_add(&scene->watch, &entry, true));
    assert_true(copy(false));
    assert_string_equal(copied.text, "polymarket:0xharbour\tWill the harbour bridge open in December?\t0.42\t\n");
    assert_true(watch_list_group(&scene->watch, 0, TEXT("mine")));
    scene->watch_selected = 0;
    assert_false(copy(false)); /* a group's row is no market */
}

/* Titles have no say in what is a field, a line, or a control sequence. */
static void hostile_names_stay_in_their_fields(void **state)
{
    (void)state;
    sample_text(scene->book.instrument.title, INSTRUMENT_TEXT_SIZE, "a\tb\nc\x1b]52;c;AAAA\x07\xff");
    sample_text(scene->book.instrument.outcomes[0].name, INSTRUMENT_NAME_SIZE, "\r\n\t");
    assert_true(copy(true));
    unsigned tabs = 0;
    for (const char *c = copied.text; *c != '\n'; c++) {
        tabs += *c == '\t';
        assert_true(*c == '\t' || (unsigned char)*c >= ' ');
    }
    assert_int_equal(tabs, 3);
}

/* A book that is too long loses whole lines at its end, and says how many. */
static void a_long_book_is_cut_between_lines(void **state)
{
    (void)state;
    struct book_view *view = malloc(sizeof *view);
    assert_non_null(view);
    *view = scene->book;
    view->instrument.price_limit = 0;
    for (uint32_t i = 0; i < DEPTH_LEVELS; i++) {
        view->depth.bids[i] = (struct level){INT64_MAX / 4 - i, INT64_C(1000000000000007) + i};
        view->depth.asks[i] = (struct level){INT64_MAX / 4 + 1 + i, INT64_C(1000000000000009) + i};
    }
    view->depth.bid_count = view->depth.ask_count = DEPTH_LEVELS;
    view->depth.bids_in_book = view->depth.asks_in_book = DEPTH_LEVELS;
    scene_take(scene, view);
    free(view);
    assert_true(copy(true));
    assert_true(copied.length <= COPY_MOST && copied.length > COPY_MOST - 200);
    assert_int_equal(copied.text[copied.length - 1], '\n');
    assert_non_null(strstr(copied.words, "did not fit"));
}

static void the_selected_market_and_an_address_are_copied(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    sample_catalogue(&catalogue);
    scene->screen = SCREEN_LIST;
    assert_false(copy(false));
    assert_true(market_list_set(&scene->list, &catalogue));
    assert_true(copy(false));
    assert_memory_equal(copied.text, "polymarket:", 11);
    assert_int_equal(copied.text[copied.length - 1], '\n');
    assert_true(scene_act(scene, ACTION_INFO));
    catalogue.entries[0].instrument.slug[0] = '\0';
    scene->screen = SCREEN_BOOK;
    assert_false(copy(false)); /* a demo's market has no page */
    scene->demo = scene->book.demo = false;
    assert_true(copy(false));
    assert_string_equal(copied.text, "https://polymarket.com/market/harbour-bridge-open-in-december");
    scene->book.instrument.slug[0] = '\0';
    assert_false(copy(false));
    scene->book.instrument.venue = VENUE_KALSHI;
    sample_text(scene->book.instrument.symbol, SYMBOL_SIZE, "KXHIGHNY-26NOV21-B50");
    assert_true(copy(false));
    assert_string_equal(copied.text, "https://kalshi.com/markets/kxhighny");
    catalogue_free(&catalogue);
}

static void where_there_is_no_row_it_is_said(void **state)
{
    (void)state;
    scene->help_open = true;
    assert_false(copy(false));
    assert_non_null(strstr(copied.words, "no row"));
}

/* The vectors of RFC 4648, section 10. */
static void texts_go_to_the_terminal_in_base64(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sequence;
    } cases[] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xfe\xfd", "//79"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char expected[64];
        snprintf(expected, sizeof expected, "\033]52;c;%s\033\\", cases[i].sequence);
        char *sequence = clipboard_sequence(text_from(cases[i].text));
        assert_non_null(sequence);
        assert_string_equal(sequence, expected);
        free(sequence);
    }
}

/* Whether the terminal was asked, and with what. */
static bool asks(const char *type)
{
    static struct theme theme;
    char error[200] = "", bytes[4096] = "";
    int output = memfd_create("terminal", MFD_CLOEXEC), input = memfd_create("keys", MFD_CLOEXEC);
    assert_true(output >= 0 && input >= 0 && theme_builtin(&theme, "dark"));
    struct terminal_options options = {
        .type = type, .input = input, .output = output, .theme = &theme, .height = 24, .width = 80};
    struct terminal *terminal = terminal_open(&options, error, sizeof error);
    if (terminal == NULL) fail_msg("%s", error);
    bool asked = terminal_copy(terminal, TEXT("foobar"));
    assert_true(pread(output, bytes, sizeof bytes - 1, 0) >= 0);
    assert_int_equal(strstr(bytes, "\033]52;c;Zm9vYmFy\033\\") != NULL, asked);
    terminal_close(terminal);
    close(output);
    close(input);
    return asked;
}

static void only_terminals_that_know_it_are_asked(void **state)
{
    (void)state;
    assert_true(asks("xterm-256color"));
    assert_false(asks("linux"));
    assert_false(asks("vt100"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_level_is_copied_with_all_its_digits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_trade_shown_is_copied, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_whole_book_is_copied_from_the_farthest_ask_to_the_farthest_bid, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_book_that_is_grouped_or_longer_says_so, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_market_of_the_watch_list_is_copied, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hostile_names_stay_in_their_fields, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_long_book_is_cut_between_lines, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_selected_market_and_an_address_are_copied, set_up, tear_down),
        cmocka_unit_test_setup_teardown(where_there_is_no_row_it_is_said, set_up, tear_down),
        cmocka_unit_test(texts_go_to_the_terminal_in_base64),
        cmocka_unit_test(only_terminals_that_know_it_are_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
