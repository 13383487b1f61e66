/* Two programs that keep what their users chose in the same file. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "keeping_folder.h"

/* The program that was started first; the second one is the folder's own. */
struct first {
    struct keeping *keeping;
    struct kept *kept;
    struct keeper keeper;
};

static struct first start_two(void)
{
    start(KEEPING_ALL);
    struct first first = {keeping, kept, keeping_begin(keeping)};
    start(KEEPING_ALL);
    keeping_begin(keeping);
    return first;
}

/* Of two the last one to write wins; nothing is torn. */
static void two_programs_do_not_tear_it(void **state)
{
    (void)state;
    start(KEEPING_ALL);
    struct keeping *first = keeping;
    watch("F", "First", "");
    start(KEEPING_ALL);
    watch("S", "Second", "");
    assert_true(end());
    assert_true(keeping_close(first, error, sizeof error));
    start(KEEPING_ALL);
    assert_string_equal(notice, "");
    assert_int_equal(kept->watch.count, 1);
    assert_string_equal(kept->watch.items[0].entry.instrument.symbol, "F");
    assert_true(end());
}

/* Who did not touch his own list leaves the other's alone, whatever else he writes. */
static void an_unchanged_watch_list_is_the_others(void **state)
{
    (void)state;
    start(KEEPING_ALL);
    watch("A", "Alpha", "");
    assert_true(end());
    struct first first = start_two();
    struct kept *of_first = first.kept;
    struct keeper keeper = first.keeper;
    watch("S", "Second", "mine");
    assert_true(end());
    of_first->prefs.group = 10;
    kept = of_first;
    keep_and_wait(keeper);
    assert_non_null(strstr(read_file(path), "\tS\t"));
    assert_non_null(strstr(read_file(path), "set\tgroup\t10\n"));
    /* That is what is there now: nothing new, nothing to write. */
    assert_false(keeper.keep(keeper.context, of_first, notice, sizeof notice));
    of_first->prefs.group = 5;
    assert_true(keeping_close(first.keeping, error, sizeof error));
    start(KEEPING_ALL);
    assert_int_equal(kept->watch.count, 2);
    assert_string_equal(kept->watch.groups[0].name, "mine");
    assert_int_equal(kept->prefs.group, 5);
    /* What is known of its markets is kept all the same. */
    snprintf(kept->watch.items[0].entry.instrument.title, INSTRUMENT_TEXT_SIZE, "Another title");
    assert_true(end());
    assert_non_null(strstr(read_file(path), "\tAnother title\t"));
    start(KEEPING_ALL);
    /* Who changed his own has the last word. */
    first.keeping = keeping;
    of_first = kept;
    start(KEEPING_ALL);
    watch("T", "Third", "");
    assert_true(end());
    watch_list_remove(&of_first->watch, 0);
    assert_true(keeping_close(first.keeping, error, sizeof error));
    assert_null(strstr(read_file(path), "\tA\t"));
    assert_null(strstr(read_file(path), "\tT\t"));
}

/* Of two programs each keeps what its own user chose, in whatever order they end. */
static void choices_that_were_not_touched_are_the_others(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        unlink(path);
        struct first first = start_two();
        struct kept *of_first = first.kept;
        struct keeper keeper = first.keeper;
        kept->prefs.group = 10;
        if (round == 1) watch("W", "Watched", ""); /* the file is looked at all the same */
        assert_true(end());
        of_first->prefs.utc = !config.utc;
        kept = of_first;
        if (round == 1) watch("V", "Ours", "");
        keep_and_wait(keeper);
        assert_non_null(strstr(read_file(path), "set\tgroup\t10\n"));
        /* That is what is there now: nothing new, nothing to write. */
        assert_false(keeper.keep(keeper.context, of_first, notice, sizeof notice));
        /* Another time the other changes his mind, and then we do. */
        start(KEEPING_ALL);
        assert_int_equal(kept->prefs.group, 10);
        assert_int_equal(kept->prefs.utc, !config.utc);
        kept->prefs.group = 5;
        assert_true(end());
        of_first->prefs.utc = config.utc;
        assert_true(keeping_close(first.keeping, error, sizeof error));
        start(KEEPING_ALL);
        assert_int_equal(kept->prefs.group, 5);
        assert_int_equal(kept->prefs.utc, config.utc);
        assert_true(end());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEEPING_TEST(an_unchanged_watch_list_is_the_others),
        KEEPING_TEST(choices_that_were_not_touched_are_the_others),
        KEEPING_TEST(two_programs_do_not_tear_it),
    };
    return cmocka_run_group_tests_name("app/keeping_two", tests, NULL, NULL);
}
