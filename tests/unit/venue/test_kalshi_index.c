/* The index of open events: what is kept of a page, what is found in it, and its way through a text and back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../market/failing_memory.h"

static void *counted_realloc(void *block, size_t size)
{
    return memory_refuses() ? NULL : realloc(block, size);
}

#define realloc counted_realloc
#include "../../../src/venue/kalshi/index.c" /* NOLINT(bugprone-suspicious-include) */
#undef realloc

#define HEAD "booktop kalshi events 1\n"

static struct kalshi_index tested;
static struct catalogue page;
static struct json_writer out;

static int start(void **state)
{
    (void)state;
    memory_fail(0, false);
    tested = (struct kalshi_index){0};
    page = (struct catalogue){0};
    out = (struct json_writer){0};
    return 0;
}

static int finish(void **state)
{
    (void)state;
    kalshi_index_free(&tested);
    catalogue_free(&page);
    json_writer_free(&out);
    return 0;
}

/* Puts a market into the page. */
static struct instrument *put(const char *event, const char *event_title, const char *symbol, const char *group,
                              int64_t volume)
{
    struct catalogue_entry *entry = catalogue_append(&page);
    assert_non_null(entry);
    assert_true(instrument_init(&entry->instrument, VENUE_KALSHI, text_from(symbol), 4, 2));
    text_copy(text_from(event), entry->instrument.event_slug, sizeof entry->instrument.event_slug);
    text_copy(text_from(event_title), entry->instrument.event_title, sizeof entry->instrument.event_title);
    text_copy(text_from(group), entry->instrument.group_title, sizeof entry->instrument.group_title);
    entry->volume_24h = volume;
    return &entry->instrument;
}

static void add_page(void)
{
    assert_true(kalshi_index_add(&tested, &page));
    catalogue_clear(&page);
}

static void expect_found(const char *words, size_t most, const char *expected)
{
    const char *tickers[100];
    char found[1024] = "";
    size_t count = kalshi_index_search(&tested, text_from(words), tickers, most);
    for (size_t i = 0; i < count; i++) {
        strcat(found, i ? " " : "");
        strcat(found, tickers[i]);
    }
    assert_string_equal(found, expected);
}

static void expect_text(const char *expected)
{
    json_writer_reset(&out);
    kalshi_index_write(&tested, &out);
    struct text text = json_writer_text(&out);
    if (!text_is(text, expected)) fail_msg("%.*s", TEXT_ARGS(text));
}

static void put_mayor_and_tide(void)
{
    put("KXMAYOR-26", "Who becomes mayor?", "KXMAYOR-26-ANN", "Ann Oak", 700);
    put("KXMAYOR-26", "Who becomes mayor?", "KXMAYOR-26-BOB", "Bob Elm", 500);
    put("KXTIDE-26", "How high is the tide?", "KXTIDE-26-T4", "4 m", 900);
    add_page();
}

static void events_are_kept_with_their_markets_names(void **state)
{
    (void)state;
    put_mayor_and_tide();
    assert_int_equal(tested.count, 2);
    expect_text(HEAD
                "KXMAYOR-26\t1200\tWho becomes mayor? Ann Oak Bob Elm\nKXTIDE-26\t900\tHow high is the tide? 4 m\n");
    kalshi_index_clear(&tested);
    expect_text(HEAD);
    expect_found("", 20, "");
}

/* Words in the ticker, the title, the markets' names; in any case and order. */
static void all_words_have_to_occur(void **state)
{
    (void)state;
    expect_found("mayor", 20, "");
    put_mayor_and_tide();
    expect_found("mayor", 20, "KXMAYOR-26");
    expect_found("  MAYOR   bob ", 20, "KXMAYOR-26");
    expect_found("elm kxmayor becomes", 20, "KXMAYOR-26");
    expect_found("kxtide-26 4", 20, "KXTIDE-26");
    expect_found("mayor tide", 20, "");
    expect_found("26", 20, "KXMAYOR-26 KXTIDE-26");
    expect_found("", 20, "KXMAYOR-26 KXTIDE-26");
    expect_found(" ", 20, "KXMAYOR-26 KXTIDE-26");
    expect_found("\xc3\xa9t\xc3\xa9", 20, "");
}

static void the_most_traded_come_first(void **state)
{
    char ticker[16], expected[1024] = "";
    (void)state;
    for (unsigned i = 0; i < 90; i++) { /* volumes in no order, each once */
        snprintf(ticker, sizeof ticker, "E%u", i * 37 % 90);
        put(ticker, "Boats", ticker, "", i * 37 % 90);
    }
    put("SAME", "Boats", "SAME-1", "", 88);
    put("NONE", "Boats", "NONE-1", "", -1); /* volume not known */
    add_page();
    expect_found("boats", 1, "E89");
    expect_found("boats", 4, "E89 E88 SAME E87"); /* what came first stands first */
    expect_found("boats", 0, "");
    strcpy(expected, "E89 E88 SAME");
    for (unsigned i = 87; i > 26; i--) sprintf(expected + strlen(expected), " E%u", i);
    expect_found("", 100, expected); /* 64 at most */
    expect_found("none", 3, "NONE");
}

static void events_without_a_name_are_their_market(void **state)
{
    (void)state;
    struct instrument *alone = put("", "", "KXALONE", "", 5);
    text_copy(TEXT("Does it rain?"), alone->title, sizeof alone->title);
    alone = put("", "", "KXOTHER", "Yes, much", 6);
    text_copy(TEXT("Does it snow?"), alone->title, sizeof alone->title);
    add_page();
    expect_text(HEAD "KXALONE\t5\tDoes it rain?\nKXOTHER\t6\tDoes it snow? Yes, much\n");
}

/* A market without a short name is known by its title, where that is not the event's. */
static void titles_tell_markets_apart(void **state)
{
    (void)state;
    struct instrument *market = put("EV", "Boats", "EV-1", "", 1);
    text_copy(TEXT("Boats"), market->title, sizeof market->title);
    market = put("EV", "Boats", "EV-2", "", 1);
    text_copy(TEXT("Red boats"), market->title, sizeof market->title);
    add_page();
    expect_text(HEAD "EV\t2\tBoats Red boats\n");
}

static void long_lists_of_names_are_cut_between_names(void **state)
{
    (void)state;
    char name[64];
    for (unsigned i = 0; i < 60; i++) {
        snprintf(name, sizeof name, "Name number %03u", i);
        put("EV", "Boats", "EV-1", name, 1);
    }
    add_page();
    expect_found("028", 20, "EV"); /* 6 + 29 * 16 = 470: one more would be too much */
    expect_found("029", 20, "");
    struct text words = text_from(tested.texts + tested.events[0].text + 3);
    assert_in_range(words.length, 400, WORDS_MOST);
    assert_string_equal(words.at + words.length - 15, "Name number 028");
}

static void sums_stay_in_their_limits(void **state)
{
    (void)state;
    put("EV", "Boats", "EV-1", "", INT64_MAX);
    put("EV", "Boats", "EV-2", "", INT64_MAX - 5);
    add_page();
    assert_true(tested.events[0].volume > INT64_MAX - 10);
    json_writer_reset(&out);
    kalshi_index_write(&tested, &out);
    assert_true(kalshi_index_read(&tested, json_writer_text(&out)));
    assert_true(tested.events[0].volume > INT64_MAX - 10);
}

/* What would end a line or a field, or is too long for a ticker. */
static void hostile_texts_do_no_harm(void **state)
{
    (void)state;
    char long_ticker[SYMBOL_SIZE + 1];
    memset(long_ticker, 'X', SYMBOL_SIZE);
    long_ticker[SYMBOL_SIZE] = '\0';
    put(long_ticker, "Boats", "EV-1", "", 1);
    put("E\tV\n", "\tA\nB\tC\r\x01\x1b[2J\xff", "EV-2", "\n", 7);
    long_ticker[SYMBOL_SIZE - 1] = '\0';
    put(long_ticker, "", "EV-3", "", 1);
    add_page();
    assert_int_equal(tested.count, 2);
    expect_found("A B C [2J", 20, "E V ");
    json_writer_reset(&out);
    kalshi_index_write(&tested, &out);
    struct kalshi_index again = {0};
    assert_true(kalshi_index_read(&again, json_writer_text(&out)));
    assert_int_equal(again.count, 2);
    assert_int_equal(again.events[0].volume, 7);
    struct json_writer twice = {0};
    kalshi_index_write(&again, &twice);
    assert_true(text_equal(json_writer_text(&twice), json_writer_text(&out)));
    json_writer_free(&twice);
    kalshi_index_free(&again);
}

static void a_text_is_read_back(void **state)
{
    (void)state;
    static const char text[] = HEAD "KXB\t0\t\nKXA-26.5\t12345678901\tBoats \xc3\xa0 la mer\n";
    assert_true(kalshi_index_read(&tested, TEXT(text)));
    assert_int_equal(tested.count, 2);
    expect_found("", 20, "KXA-26.5 KXB");
    expect_found("MER boats", 20, "KXA-26.5");
    expect_text(text);
    assert_true(kalshi_index_read(&tested, TEXT(HEAD)));
    assert_int_equal(tested.count, 0);
    assert_true(kalshi_index_read(&tested, TEXT(HEAD "A\t1\tx\ty\n"))); /* a tab among the words is a blank */
    expect_text(HEAD "A\t1\tx y\n");
}

static void damaged_texts_are_refused(void **state)
{
    (void)state;
    static const struct text texts[] = {
        {NULL, 0},
        TEXT("\n"),
        TEXT("booktop kalshi events 1"),
        TEXT("booktop kalshi events 2\nA\t1\tx\n"),
        TEXT("something else\nA\t1\tx\n"),
        TEXT(HEAD "A\t1\tx"),
        TEXT(HEAD "A\t1\tx\nB\t2"),
        TEXT(HEAD "\n"),
        TEXT(HEAD "A\n"),
        TEXT(HEAD "A\t1\n"),
        TEXT(HEAD "\t1\tx\n"),
        TEXT(HEAD "A\t\tx\n"),
        TEXT(HEAD "A\t-1\tx\n"),
        TEXT(HEAD "A\t1.5\tx\n"),
        TEXT(HEAD "A\tmany\tx\n"),
        TEXT(HEAD "A\t99999999999999999999\tx\n"),
        TEXT(HEAD "A\t1\tx\0y\n"),
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put_mayor_and_tide();
        if (kalshi_index_read(&tested, texts[i])) fail_msg("%zu is read", i);
        assert_int_equal(tested.count, 0);
    }
    char line[1024];
    int length = snprintf(line, sizeof line, HEAD "%0*d\t1\tx\n", SYMBOL_SIZE, 0);
    assert_false(kalshi_index_read(&tested, (struct text){line, (size_t)length}));
    length = snprintf(line, sizeof line, HEAD "A\t1\t%0*d\n", WORDS_MOST + 1, 0);
    assert_false(kalshi_index_read(&tested, (struct text){line, (size_t)length}));
    length = snprintf(line, sizeof line, HEAD "A\t1\t%0*d\n", WORDS_MOST, 0);
    assert_true(kalshi_index_read(&tested, (struct text){line, (size_t)length}));
}

/* Every start of a good text is refused or is a whole number of lines. */
static void no_cut_is_taken_for_whole(void **state)
{
    (void)state;
    static const char text[] = HEAD "KXA\t10\tBoats and more\nKXB\t20\tTides\n";
    for (size_t length = 0; length < sizeof text - 1; length++) {
        char *copy = malloc(length + 1);
        memcpy(copy, text, length);
        bool whole = length >= strlen(HEAD) && text[length - 1] == '\n';
        assert_int_equal(kalshi_index_read(&tested, (struct text){copy, length}), whole);
        free(copy);
    }
}

static void there_is_room_for_so_many(void **state)
{
    (void)state;
    char ticker[16];
    for (unsigned i = 0; i < 2000; i++) {
        snprintf(ticker, sizeof ticker, "E%u", i);
        put(ticker, "", ticker, "", 1);
    }
    for (unsigned i = 0; i < 33; i++) assert_true(kalshi_index_add(&tested, &page));
    assert_int_equal(tested.count, KALSHI_INDEX_MAX);
}

static void memory_may_fail(void **state)
{
    (void)state;
    unsigned long requests;
    put("A", "Boats", "A-1", "", 1);
    put("B", "Boats", "B-1", "", 2);
    memory_fail(0, false);
    assert_true(kalshi_index_add(&tested, &page));
    requests = memory_requests;
    assert_in_range(requests, 2, 10);
    for (unsigned long failing = 1; failing <= requests; failing++) {
        kalshi_index_free(&tested);
        memory_fail(failing, false);
        assert_false(kalshi_index_add(&tested, &page));
        memory_fail(failing, false);
        kalshi_index_free(&tested);
        assert_false(kalshi_index_read(&tested, TEXT(HEAD "A\t1\tBoats\nB\t2\tBoats\n")));
        assert_int_equal(tested.count, 0);
        memory_fail(0, false);
        assert_true(kalshi_index_read(&tested, TEXT(HEAD "A\t1\tBoats\nB\t2\tBoats\n")));
        expect_found("boats", 20, "B A");
    }
    memory_fail(0, false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, finish)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(events_are_kept_with_their_markets_names),
        TEST(all_words_have_to_occur),
        TEST(the_most_traded_come_first),
        TEST(events_without_a_name_are_their_market),
        TEST(titles_tell_markets_apart),
        TEST(long_lists_of_names_are_cut_between_names),
        TEST(sums_stay_in_their_limits),
        TEST(hostile_texts_do_no_harm),
        TEST(a_text_is_read_back),
        TEST(damaged_texts_are_refused),
        TEST(no_cut_is_taken_for_whole),
        TEST(there_is_room_for_so_many),
        TEST(memory_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
