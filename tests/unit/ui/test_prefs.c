/* The settings: each by its name, what is refused and in which words, and that what is written is read back. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "booktop/ui/figure.h"
#include "booktop/ui/prefs.h"

static struct prefs prefs;
static char error[200];

static int set_up(void **state)
{
    (void)state;
    memset(&prefs, 0xA5, sizeof prefs);
    prefs_init(&prefs);
    return 0;
}

static bool set(const char *name, const char *value)
{
    error[0] = '\0';
    return prefs_set(&prefs, text_from(name), text_from(value), error, sizeof error);
}

static void settings_are_set_by_name(void **state)
{
    (void)state;
    assert_true(set("price-unit", "percent") && prefs.price_unit == UNIT_PERCENT);
    assert_true(set("size-unit", "money") && prefs.size_unit == SIZE_MONEY);
    assert_true(set("times", "utc") && prefs.utc);
    assert_true(set("times", "local") && !prefs.utc);
    assert_true(set("group", "50") && prefs.group == 50);
    assert_true(set("depth", "5") && prefs.depth == 5);
    assert_true(set("depth", "all") && prefs.depth == 0);
    assert_true(set("mouse", "off") && !prefs.mouse);
    assert_true(set("volume", "on") && prefs.volume);
    assert_true(set("frames", "60") && prefs.frames == 60);
    assert_true(set("theme", "./a b.theme"));
    assert_string_equal(prefs.theme, "./a b.theme");
}

static void refuse(const char *name, const char *value, const char *words)
{
    struct prefs before = prefs;
    assert_false(set(name, value));
    assert_string_equal(error, words);
    assert_memory_equal(&before, &prefs, sizeof prefs);
}

static void what_is_no_value_is_refused(void **state)
{
    (void)state;
    char longer[PREFS_NAME_SIZE + 1];
    refuse("size-unit", "pounds", "size-unit is shares or money");
    refuse("size-unit", "", "size-unit is shares or money");
    refuse("tape", "yes", "tape is off or on");
    refuse("group", "3", "group is 1, 2, 5, 10, 50 or 100");
    refuse("frames", "0", "frames is a whole number from 1 to 60");
    refuse("frames", "61", "frames is a whole number from 1 to 60");
    refuse("frames", "4294967297", "frames is a whole number from 1 to 60");
    refuse("frames", "-1", "frames is a whole number from 1 to 60");
    refuse("frames", "", "frames is a whole number from 1 to 60");
    refuse("Group", "5", "there is no setting of that name");
    refuse("", "5", "there is no setting of that name");
    memset(longer, 'x', PREFS_NAME_SIZE);
    longer[PREFS_NAME_SIZE] = '\0';
    refuse("theme", longer, "theme is a name of up to 255 bytes");
    refuse("theme", "", "theme is a name of up to 255 bytes");
    longer[PREFS_NAME_SIZE - 1] = '\0';
    assert_true(set("theme", longer));
}

/* A reason that does not fit is cut, and nothing is written behind it. */
static void reasons_are_cut(void **state)
{
    (void)state;
    char small[12];
    memset(small, 'z', sizeof small);
    assert_false(prefs_set(&prefs, TEXT("group"), TEXT("3"), small, 8));
    assert_int_equal(strlen(small), 7);
    assert_int_equal(small[8], 'z');
}

static void every_choice_is_read_back(void **state)
{
    (void)state;
    char value[PREFS_NAME_SIZE];
    for (size_t i = 0; i < prefs_count(); i++) {
        assert_true(strlen(prefs_help(i)) > 0);
        for (size_t choice = 0; prefs_choice(i, choice) != NULL; choice++) {
            assert_true(set(prefs_name(i), prefs_choice(i, choice)));
            prefs_format(&prefs, i, value, sizeof value);
            assert_string_equal(value, prefs_choice(i, choice));
        }
        assert_null(prefs_choice(i, 99));
        prefs_format(&prefs, i, value, sizeof value);
        assert_true(set(prefs_name(i), value));
        for (size_t j = 0; j < i; j++) assert_string_not_equal(prefs_name(i), prefs_name(j));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(settings_are_set_by_name, set_up),
        cmocka_unit_test_setup(what_is_no_value_is_refused, set_up),
        cmocka_unit_test_setup(reasons_are_cut, set_up),
        cmocka_unit_test_setup(every_choice_is_read_back, set_up),
    };
    return cmocka_run_group_tests_name("ui/prefs", tests, NULL, NULL);
}
