/* The watch list's order and groups, and the lines that were typed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "booktop/ui/history.h"
#include "booktop/ui/watch_list.h"

static struct watch_list list;

static struct catalogue_entry entry_of(const char *symbol)
{
    struct catalogue_entry entry = {.volume_24h = -1, .liquidity = -1, .has_book = true};
    assert_true(instrument_init(&entry.instrument, VENUE_KALSHI, text_from(symbol), 4, 2));
    return entry;
}

static uint32_t at(const char *symbol)
{
    struct catalogue_entry entry = entry_of(symbol);
    int place = watch_list_find(&list, &entry.instrument);
    assert_true(place >= 0);
    return (uint32_t)place;
}

/* One letter for each market. */
static void fill(const char *symbols)
{
    list = (struct watch_list){.count = 0};
    for (; *symbols != '\0'; symbols++) {
        char symbol[2] = {*symbols, '\0'};
        struct catalogue_entry entry = entry_of(symbol);
        assert_true(watch_list_add(&list, &entry, true));
    }
}

/* "ab one:cd two:e": what stands where. */
static void expect(const char *picture)
{
    char text[256] = "";
    uint32_t group = WATCH_NO_GROUP;
    for (uint32_t i = 0; i < list.count; i++) {
        const struct watch_item *item = &list.items[i];
        size_t length = strlen(text);
        if (item->group != group)
            snprintf(text + length, sizeof text - length, "%s%s:", length > 0 ? " " : "",
                     list.groups[item->group].name);
        group = item->group;
        strncat(text, item->entry.instrument.symbol, 1);
    }
    assert_string_equal(text, picture);
}

static bool into(const char *symbol, const char *group)
{
    return watch_list_group(&list, at(symbol), text_from(group));
}

static void a_market_is_on_it_once(void **state)
{
    (void)state;
    fill("ab");
    struct catalogue_entry again = entry_of("a");
    assert_false(watch_list_add(&list, &again, true));
    again.instrument.venue = VENUE_POLYMARKET;
    assert_true(watch_list_add(&list, &again, true));
    assert_int_equal(list.count, 3);
    char name[WATCH_NAME_SIZE];
    watch_name(&again.instrument, name);
    assert_string_equal(name, "polymarket:a");
}

static void it_is_full_at_its_end(void **state)
{
    (void)state;
    list = (struct watch_list){.count = 0};
    char symbol[16];
    for (int i = 0; i < WATCH_MOST; i++) {
        snprintf(symbol, sizeof symbol, "M%d", i);
        struct catalogue_entry entry = entry_of(symbol);
        assert_true(watch_list_add(&list, &entry, true));
    }
    struct catalogue_entry more = entry_of("more");
    assert_false(watch_list_add(&list, &more, true));
    watch_list_remove(&list, 0);
    assert_true(watch_list_add(&list, &more, true));
    assert_int_equal(at("more"), WATCH_MOST - 1);
}

static void groups_hold_together(void **state)
{
    (void)state;
    fill("abcde");
    assert_true(into("b", "one") && into("d", " two ") && into("a", "one"));
    expect("ce one:ba two:d");
    assert_true(into("d", "one"));
    expect("ce one:bad");
    assert_int_equal(list.group_count, 1);
    assert_true(into("a", ""));
    expect("cea one:bd");
    struct catalogue_entry entry = entry_of("f");
    assert_true(watch_list_add(&list, &entry, true));
    expect("ceaf one:bd");
    watch_list_remove(&list, at("b"));
    watch_list_remove(&list, at("d"));
    expect("ceaf");
    assert_int_equal(list.group_count, 0);
}

static void there_are_so_many_groups(void **state)
{
    (void)state;
    fill("abcdefghijklmnopqr");
    char name[WATCH_GROUP_SIZE];
    for (int i = 0; i < WATCH_GROUPS; i++) {
        snprintf(name, sizeof name, "g%d", i);
        assert_true(watch_list_group(&list, 0, text_from(name)));
    }
    assert_false(watch_list_group(&list, 0, TEXT("another")));
    assert_true(watch_list_group(&list, 0, TEXT("g3")));
    /* A long name is cut at a character's border. */
    fill("a");
    assert_true(into("a", "1234567890123456789012345678901234567\xC3\xA9\xC3\xA9"));
    assert_string_equal(list.groups[0].name, "1234567890123456789012345678901234567\xC3\xA9");
}

static void markets_move_over_borders(void **state)
{
    (void)state;
    fill("abcd");
    assert_true(into("c", "one") && into("d", "two"));
    list.groups[0].folded = true;
    assert_int_equal(watch_list_move(&list, at("a"), -1), 0);
    expect("ab one:c two:d");
    assert_int_equal(watch_list_move(&list, at("a"), 1), 1);
    expect("ba one:c two:d");
    assert_int_equal(watch_list_move(&list, at("a"), 1), 1);
    expect("b one:ac two:d");
    assert_false(list.groups[0].folded); /* what moves stays in sight */
    assert_int_equal(watch_list_move(&list, at("d"), 1), 3);
    assert_int_equal(watch_list_move(&list, at("d"), -1), 3);
    expect("b one:acd");
    assert_int_equal(list.group_count, 1);
    assert_int_equal(watch_list_move(&list, at("a"), -1), 1);
    expect("ba one:cd");
    watch_list_remove(&list, 0);
    watch_list_remove(&list, 0);
    expect("one:cd");
    assert_int_equal(watch_list_move(&list, 0, -1), 0);
    expect("c one:d");
}

static void groups_move(void **state)
{
    (void)state;
    fill("abcdef");
    assert_true(into("b", "one") && into("c", "one") && into("d", "two") && into("e", "three") && into("f", "three"));
    list.groups[0].folded = true;
    assert_int_equal(watch_list_move_group(&list, 0, 1), 1);
    expect("a two:d one:bc three:ef");
    assert_true(list.groups[1].folded && !list.groups[0].folded);
    assert_int_equal(watch_list_move_group(&list, 2, -1), 1);
    expect("a two:d three:ef one:bc");
    assert_int_equal(watch_list_move_group(&list, 2, 1), 2);
    assert_int_equal(watch_list_move_group(&list, 0, -1), 0);
    watch_list_rename(&list, 0, TEXT(" 2 "));
    watch_list_rename(&list, 1, TEXT("  "));
    expect("a 2:d three:ef one:bc");
}

static void descriptions_come_later(void **state)
{
    (void)state;
    list = (struct watch_list){.count = 0};
    struct catalogue_entry entry = entry_of("a");
    assert_true(watch_list_add(&list, &entry, false));
    list.items[0].missing = true;
    entry.volume_24h = 5;
    watch_list_describe(&list, &entry); /* from a view */
    assert_true(list.items[0].known && !list.items[0].missing);
    entry.liquidity = 7;
    watch_list_describe(&list, &entry);
    assert_int_equal(list.items[0].entry.liquidity, 7);
    entry.liquidity = -1; /* which knows less than the catalogue did */
    watch_list_describe(&list, &entry);
    assert_int_equal(list.items[0].entry.liquidity, 7);
    entry = entry_of("b");
    watch_list_describe(&list, &entry);
    assert_int_equal(list.count, 1);
}

static void lines_are_remembered(void **state)
{
    (void)state;
    struct history history = {.count = 0};
    char line[32];
    assert_null(history_line(&history, 1));
    history_add(&history, "");
    assert_int_equal(history.count, 0);
    history_add(&history, "set group 5");
    history_add(&history, "flip");
    history_add(&history, "set group 5");
    assert_int_equal(history.count, 2);
    assert_string_equal(history_line(&history, 1), "set group 5");
    assert_string_equal(history_line(&history, 2), "flip");
    assert_null(history_line(&history, 0));
    assert_null(history_line(&history, 3));
    for (int i = 0; i < HISTORY_LINES; i++) {
        snprintf(line, sizeof line, "line %d", i);
        history_add(&history, line);
    }
    assert_int_equal(history.count, HISTORY_LINES);
    assert_string_equal(history_line(&history, HISTORY_LINES), "line 0");
    history_add(&history, history_line(&history, HISTORY_LINES)); /* one of its own */
    assert_string_equal(history_line(&history, 1), "line 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_market_is_on_it_once),    cmocka_unit_test(it_is_full_at_its_end),
        cmocka_unit_test(groups_hold_together),      cmocka_unit_test(there_are_so_many_groups),
        cmocka_unit_test(markets_move_over_borders), cmocka_unit_test(groups_move),
        cmocka_unit_test(descriptions_come_later),   cmocka_unit_test(lines_are_remembered),
    };
    return cmocka_run_group_tests_name("ui/watch_list", tests, NULL, NULL);
}
