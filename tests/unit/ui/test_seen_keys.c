/* Keys of what is seen of a book: the market's info, the cost of a size, copying. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "../../../src/ui/session_keys.h"
#include "keyboard.h"

static struct catalogue catalogue;

static void begin_with(const char *const *markets, size_t count)
{
    fake_reset();
    catalogue = (struct catalogue){0};
    begin_session((struct ui_options){.markets = markets, .market_count = count});
}

static int begin_list(void **state)
{
    (void)state;
    begin_with(NULL, 0);
    sample_catalogue(&catalogue);
    fake_answer(fake.lookups, ANSWER_LIST, &catalogue, "");
    session_pump(session);
    return 0;
}

static int begin(void **state)
{
    (void)state;
    static const char *const markets[] = {"harbour"};
    begin_with(markets, 1);
    fake_answer_opened(fake.lookups, 3);
    session_pump(session);
    fake_publish(0, 3, "0xharbour");
    session_pump(session);
    return 0;
}

static int end(void **state)
{
    int result = end_session(state);
    keymap_reset();
    catalogue_free(&catalogue);
    return result;
}

static void the_info_opens_and_closes(void **state)
{
    (void)state;
    press("i");
    assert_int_equal(scene_context(&session->scene), CONTEXT_INFO);
    assert_true(row_has(3, "Market"));
    assert_true(row_has(4, "Will the harbour bridge open"));
    press("i");
    assert_int_equal(scene_context(&session->scene), CONTEXT_LADDER);
    press("iq");
    assert_int_equal(session->state, SESSION_RUNS);
    assert_int_equal(scene_context(&session->scene), CONTEXT_LADDER);
    /* From the proof it lies over that. */
    press("vi");
    assert_int_equal(scene_context(&session->scene), CONTEXT_INFO);
    press("q");
    assert_int_equal(scene_context(&session->scene), CONTEXT_PROOF);
}

static void the_info_of_a_list_is_of_the_selected_market(void **state)
{
    (void)state;
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    press("ji");
    assert_true(row_has(4, market_list_selected(&session->scene.list)->instrument.title));
    press("q");
    assert_false(session->scene.info_open);
    assert_int_equal(session->scene.screen, SCREEN_LIST);
    /* What is shown next is not hidden by it. */
    press("i");
    session_select(session, &catalogue.entries[0]);
    fake_publish(0, 3, catalogue.entries[0].instrument.symbol);
    session_pump(session);
    assert_int_equal(session->scene.screen, SCREEN_BOOK);
    assert_false(session->scene.info_open);
}

static bool page_has(const char *words)
{
    bool found = false;
    for (int row = 2; row < 28; row++) found = found || row_has(row, words);
    return found;
}

/* Every line of the page, from its start on. */
static bool info_has(const char *words)
{
    bool found = false;
    session->scene.info_top = 0;
    for (int page = 0; page < 60 && !found; page++) {
        found = page_has(words);
        press("j");
        press("j");
        press("j");
    }
    session->scene.info_top = 0;
    return found;
}

static void describe(size_t entry, struct fee fee)
{
    struct details details = {.rules = "The bell\x1b[31m rings.\r\n\r\n\r\n\tTwice.", .source = "the bell", .fee = fee};
    assert_true(catalogue_describe(&catalogue, &catalogue.entries[entry], &details));
}

static void the_info_of_a_list_has_rules_source_and_fee(void **state)
{
    (void)state;
    describe(1, (struct fee){FEE_CURVE, 25000000, 1, true, ""});
    while (market_list_selected(&session->scene.list) != &catalogue.entries[1]) press("j");
    press("i");
    assert_true(info_has("of a taker: 0.025 × shares × price × (1 − price), at most 0.625¢ a share at 50¢"));
    assert_true(info_has("The bell\xef\xbf\xbd[31m rings."));
    assert_true(info_has("Twice.") && info_has("the bell"));
    assert_false(info_has("not told"));
    /* The next one is not described. */
    press("ij");
    assert_ptr_equal(market_list_selected(&session->scene.list), &catalogue.entries[2]);
    press("i");
    assert_true(info_has("not kept, too much was found at once: search for less"));
    assert_false(info_has("rings.") || info_has("not told"));
}

static void describe_in_words(struct details *details, const char *rules, enum fee_kind fee)
{
    *details = (struct details){.fee = {.kind = fee}};
    sample_text(details->rules, sizeof details->rules, rules);
}

/* Over the book of the list's first market: that one, the second, which the list describes, and one that is only known
 * by its name. */
static void open_watch_list(void)
{
    struct catalogue_entry named = {.volume_24h = -1, .liquidity = -1};
    assert_true(instrument_init(&named.instrument, VENUE_POLYMARKET, text_from("0xk0"), 4, 4));
    session_select(session, &catalogue.entries[0]);
    fake_publish(0, 3, catalogue.entries[0].instrument.symbol);
    session_pump(session);
    struct watch_list *watch = &session->scene.watch;
    assert_true(watch_list_add(watch, &catalogue.entries[0], true));
    assert_true(watch_list_add(watch, &catalogue.entries[1], true));
    assert_true(watch_list_add(watch, &named, false));
    press("W");
    session->scene.watch_selected = 0;
}

/* Whatever book lies below. */
static void the_info_of_the_watch_list_is_of_the_selected_market(void **state)
{
    (void)state;
    struct details details;
    struct scene *scene = &session->scene;
    describe_in_words(&details, "What the second one says.", FEE_NONE);
    assert_true(catalogue_describe(&catalogue, &catalogue.entries[1], &details));
    open_watch_list();
    assert_string_equal(scene->book.instrument.symbol, catalogue.entries[0].instrument.symbol);
    scene->book.described = 1;
    describe_in_words(&scene->book.details, "What the first one says.", FEE_OF_SERIES);
    press("ji");
    assert_true(scene->info_open && scene->watch_open);
    assert_true(info_has(catalogue.entries[1].instrument.title));
    assert_true(info_has("What the second one says.") && info_has("fee       none"));
    assert_false(info_has("What the first one says.") || info_has("fee       its series'"));
    /* The open book's own are the book's, where no list has them. */
    press("iki");
    assert_true(info_has("What the first one says.") && info_has("fee       its series'"));
    /* Of one that nobody asked about nothing is claimed, and it gets none of the others'. */
    press("ijji");
    assert_true(info_has("fee       not asked for yet: search for its name"));
    assert_false(info_has("one says.") || info_has("not told"));
}

static void the_key_that_copies_is_the_one_that_is_bound(void **state)
{
    (void)state;
    char error[200];
    session->scene.demo = session->scene.book.demo = false;
    press("i");
    assert_true(info_has("y copies the address"));
    assert_true(keymap_bind(text_from("bind info F6 copy"), error, sizeof error));
    assert_true(info_has("F6 copies the address"));
}

static void a_fee_is_told_in_words(void **state)
{
    (void)state;
    static const struct {
        struct fee fee;
        const char *words;
    } cases[] = {
        {{FEE_UNKNOWN, 0, 0, false, ""}, "fee       not told"},
        {{FEE_NONE, 0, 0, false, ""}, "fee       none"},
        {{FEE_CHARGED, 0, 0, false, ""}, "fee       charged, but how much is not told"},
        {{FEE_OF_SERIES, 0, 0, false, ""}, "fee       its series' (kalshi.com/fee-schedule)"},
        {{FEE_OF_SERIES, 0, 0, false, "flat"}, "fee       flat, as its series (kalshi.com/fee-schedule)"},
        {{FEE_OF_SERIES, FEE_RATE_ONE, 0, false, "flat"}, "fee       flat, as its series (kalshi.com/fee-schedule)"},
        {{FEE_OF_SERIES, FEE_RATE_ONE / 2, 0, false, "two ways"},
         "fee       two ways × 0.5, as its series (kalshi.com/fee-schedule)"},
        {{FEE_CURVE, 20000000, 0, false, ""}, "fee       0.02 × shares, 2¢ a share at any price"},
        {{FEE_CURVE, 250000000, 2, true, ""},
         "of a taker: 0.25 × shares × (price × (1 − price))², at most 1.5625¢ a share at"},
        {{FEE_CURVE, FEE_RATE_MAX, 3, false, ""},
         "100 × shares × (price × (1 − price))³, at most 156.25¢ a share at 50¢"},
    };
    struct book_view *book = &session->scene.book;
    press("i");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        book->described = i + 1;
        book->details = (struct details){.fee = cases[i].fee};
        if (!info_has(cases[i].words)) fail_msg("%s", cases[i].words);
    }
    assert_true(info_has("no source is named") && info_has("none are told"));
    book->described = 0;
    book->details.fee.kind = FEE_NONE; /* of before: it means nothing */
    assert_true(info_has("fee       not known here"));
    assert_false(info_has("not told"));
}

/* As much as is kept of rules without a blank, in wide characters: the page is drawn at once, and has an end. */
static void long_rules_are_read_to_their_end(void **state)
{
    (void)state;
    struct book_view *book = &session->scene.book;
    book->described = 1;
    book->details = (struct details){.rules_cut = true};
    for (int i = 0; i < 1360; i++) strcat(book->details.rules, "\xe6\xb8\xaf");
    strcat(book->details.rules, "end");
    press("i");
    session->scene.info_top = 10000;
    assert_true(row_has(-3, "cut here"));
    assert_true(page_has("港end"));
    assert_in_range(session->scene.info_top, 10, 100);
}

static void a_size_is_typed_and_taken_back(void **state)
{
    (void)state;
    press("$");
    assert_true(row_has(-1, "cost of the size:"));
    press("2,000\n");
    assert_true(session->scene.cost.on);
    assert_true(row_has(-2, "2,000 ") && row_has(-2, "buy avg "));
    press("$");
    assert_true(row_has(-1, "500, or $250; empty takes it away"));
    press("12345678901234567890\n");
    assert_true(row_has(-2, "this size is too large"));
    session_press(session, PRESS_ESCAPE);
    press("$$123,456,789,012,345,678,901,234,567,890,123,456\n");
    assert_true(row_has(-2, "this size is too large"));
    session_press(session, PRESS_ESCAPE);
    assert_true(session->scene.cost.on);
    press("$\n");
    assert_false(session->scene.cost.on);
    assert_false(row_has(-2, "buy"));
}

/* What is typed on is no command. */
static void a_wrong_size_stays_to_be_mended(void **state)
{
    (void)state;
    struct scene *scene = &session->scene;
    static const char *const wrong[] = {"none", "1e5", "5k"};
    press("$700\n");
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        press("$");
        press(wrong[i]);
        press("\n");
        assert_true(scene->prompt_open);
        assert_string_equal(scene->prompt.text, wrong[i]);
        assert_true(row_has(-2, "a size is a number above 0, in digits"));
        assert_true(row_has(-1, wrong[i]));
        press("q");
        assert_int_equal(session->state, SESSION_RUNS);
        assert_false(row_has(-2, "a size is"));
        session_press(session, PRESS_ESCAPE);
        assert_int_equal(scene->cost.amount, INT64_C(700000000));
    }
    press("$5k\n");
    session_press(session, PRESS_BACKSPACE);
    assert_false(row_has(-2, "a size is"));
    press("00\n");
    assert_false(scene->prompt_open);
    assert_int_equal(scene->cost.amount, INT64_C(500000000));
    for (int width = 40; width < 100; width++) {
        char text[400];
        press("$");
        draw(width, 12, -1, text);
        assert_non_null(strstr(text, "$250"));
        press("5k\n");
        draw(width, 12, -2, text);
        assert_non_null(strstr(text, " a size is"));
        session_press(session, PRESS_ESCAPE);
    }
}

/* The text is made for whoever owns the terminal. */
static void copying_is_left_to_who_owns_the_terminal(void **state)
{
    (void)state;
    session_press(session, 'y');
    assert_int_equal(session->for_owner, ACTION_COPY);
    session_press(session, 'Y');
    assert_int_equal(session->for_owner, ACTION_COPY_BOOK);
    session_press(session, 'j');
    assert_int_equal(session->for_owner, ACTION_NONE);
}

static void choices_are_kept_where_all_of_them_are(void **state)
{
    (void)state;
    const struct prefs *prefs = &session->scene.prefs;
    press("UVgg-u");
    assert_int_equal(prefs->size_unit, SIZE_MONEY);
    assert_false(prefs->volume);
    assert_int_equal(prefs->group, 5);
    assert_int_equal(prefs->depth, 50);
    assert_int_equal(prefs->price_unit, UNIT_PERCENT);
    assert_true(row_has(3, "money") && !row_has(3, "traded"));
    assert_true(row_has(3, "5 ticks, 50 levels"));
    press("UVGGGG++u");
    assert_int_equal(prefs->group, 1);
    assert_int_equal(prefs->depth, 0);
    assert_true(row_has(3, "traded") && !row_has(3, "levels"));
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_info_opens_and_closes, begin, end),
        cmocka_unit_test_setup_teardown(the_info_of_a_list_is_of_the_selected_market, begin_list, end),
        cmocka_unit_test_setup_teardown(the_info_of_a_list_has_rules_source_and_fee, begin_list, end),
        cmocka_unit_test_setup_teardown(the_info_of_the_watch_list_is_of_the_selected_market, begin_list, end),
        cmocka_unit_test_setup_teardown(the_key_that_copies_is_the_one_that_is_bound, begin, end),
        cmocka_unit_test_setup_teardown(a_fee_is_told_in_words, begin, end),
        cmocka_unit_test_setup_teardown(long_rules_are_read_to_their_end, begin, end),
        cmocka_unit_test_setup_teardown(a_size_is_typed_and_taken_back, begin, end),
        cmocka_unit_test_setup_teardown(a_wrong_size_stays_to_be_mended, begin, end),
        cmocka_unit_test_setup_teardown(copying_is_left_to_who_owns_the_terminal, begin, end),
        cmocka_unit_test_setup_teardown(choices_are_kept_where_all_of_them_are, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
