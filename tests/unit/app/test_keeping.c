/* What is kept between starts: that it is there again, and that it is written while the program runs. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <signal.h>
#include <sys/resource.h>

#include "keeping_folder.h"

static void what_was_kept_is_there_again(void **state)
{
    (void)state;
    struct stat status;
    start(KEEPING_ALL);
    assert_string_equal(notice, "");
    keeping_begin(keeping);
    fill();
    assert_true(end());
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    start(KEEPING_ALL);
    assert_string_equal(notice, "");
    assert_int_equal(kept->prefs.group, 10);
    assert_int_equal(kept->prefs.price_unit, UNIT_DECIMAL);
    assert_true(kept->focus == PANE_TAPE && kept->full_pane);
    assert_string_equal(kept->market, "kalshi:A");
    assert_string_equal(kept->market_title, "Will \xC3\xA4 it  [31m rain?");
    assert_int_equal(kept->history.count, 2);
    assert_string_equal(history_line(&kept->history, 1), "flip");
    assert_int_equal(kept->watch.count, 3);
    const struct watch_item *item = &kept->watch.items[1];
    assert_string_equal(item->entry.instrument.symbol, "B");
    assert_string_equal(item->entry.instrument.title, "Be ta");
    assert_int_equal(item->entry.instrument.close_time, 1795246863);
    assert_int_equal(item->entry.instrument.venue, VENUE_KALSHI);
    assert_false(item->known);
    assert_int_equal(kept->watch.group_count, 1);
    assert_string_equal(kept->watch.groups[0].name, "letters of Greece");
    assert_true(kept->watch.groups[0].folded);
    assert_true(end());
}

/* A file that is as it would be written is left alone. */
static void nothing_new_writes_nothing(void **state)
{
    (void)state;
    struct stat before, after;
    start(KEEPING_ALL);
    fill();
    assert_true(end());
    assert_int_equal(stat(path, &before), 0);
    start(KEEPING_ALL);
    struct keeper keeper = keeping_begin(keeping);
    assert_false(keeper.keep(keeper.context, kept, notice, sizeof notice));
    assert_true(end());
    assert_int_equal(stat(path, &after), 0);
    assert_true(before.st_ino == after.st_ino);
}

/* What an option said holds for this start alone; what the config file says now holds unless a key changed it. */
static void options_and_config_are_not_kept(void **state)
{
    (void)state;
    start(KEEPING_ALL);
    kept->prefs.depth = 5;
    keeping_begin(keeping);
    snprintf(kept->prefs.theme, sizeof kept->prefs.theme, "light");
    kept->prefs.mouse = false; /* not of the kind that is kept */
    assert_true(end());
    assert_null(strstr(read_file(path), "depth"));
    assert_null(strstr(read_file(path), "mouse"));
    assert_non_null(strstr(read_file(path), "set\ttheme\tlight\n"));
    config.group = 50;
    start(KEEPING_ALL);
    assert_int_equal(kept->prefs.group, 50);
    assert_string_equal(kept->prefs.theme, "light");
    snprintf(kept->prefs.theme, sizeof kept->prefs.theme, "mono");
    keeping_begin(keeping);
    kept->prefs.group = 2;
    assert_true(end());
    assert_non_null(strstr(read_file(path), "set\ttheme\tlight\n"));
    assert_non_null(strstr(read_file(path), "set\tgroup\t2\n"));
    config.group = 2; /* as the key has it */
    start(KEEPING_ALL);
    kept->prefs.depth = 5;
    assert_true(end());
    assert_null(strstr(read_file(path), "group"));
}

/* Not the venues' markets: none are read, and nothing is written. */
static void invented_markets_are_not_mixed_in(void **state)
{
    (void)state;
    char before[KEPT_TEXT];
    keep_filled(before);
    start(KEEPING_LOOKS);
    assert_int_equal(kept->prefs.group, 10);
    assert_int_equal(kept->history.count, 2);
    assert_int_equal(kept->watch.count, 0);
    assert_string_equal(kept->market, "");
    assert_null(keeping_begin(keeping).keep);
    watch("DEMO", "Invented", "");
    assert_true(end());
    assert_string_equal(read_file(path), before);
    start(KEEPING_NONE);
    assert_int_equal(kept->prefs.group, 1);
    assert_int_equal(kept->history.count, 0);
    watch("D", "Delta", "");
    assert_true(end());
    assert_string_equal(read_file(path), before);
}

static void it_is_written_meanwhile(void **state)
{
    (void)state;
    start(KEEPING_ALL);
    struct keeper keeper = keeping_begin(keeping);
    fill();
    keep_and_wait(keeper);
    assert_string_equal(notice, "");
    assert_non_null(strstr(read_file(path), "\tC\t"));
    assert_int_equal(files_in_folder(), 1);
    watch("D", "Delta", "");
    keep_and_wait(keeper);
    assert_non_null(strstr(read_file(path), "\tD\t"));
    assert_true(end());
}

/* The screen does not wait for a disk, whatever is kept. */
static void the_thread_alone_reads(void **state)
{
    (void)state;
    start(KEEPING_ALL);
    watch("A", "Alpha", "");
    assert_true(end());
    start(KEEPING_ALL);
    struct keeper keeper = keeping_begin(keeping);
    reads.by_main = 0;
    kept->prefs.group = 10;
    keep_and_wait(keeper);
    watch("B", "Beta", "");
    keep_and_wait(keeper);
    assert_int_equal(reads.by_main, 0);
    assert_non_null(strstr(read_file(path), "set\tgroup\t10\n"));
    assert_true(end());
}

/* A full disk, as far as a process can make one of its own: no file may grow past some bytes. */
static void a_full_disk_is_told_of_once(void **state)
{
    (void)state;
    struct rlimit limit, before;
    char whole[KEPT_TEXT];
    keep_filled(whole);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    limit = before;
    limit.rlim_cur = 20;
    start(KEEPING_ALL);
    struct keeper keeper = keeping_begin(keeping);
    watch("D", "Delta", "");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    keep_and_wait(keeper);
    char told[1280];
    snprintf(told, sizeof told, "%s", notice);
    keep_and_wait(keeper);
    char again[1280];
    snprintf(again, sizeof again, "%s", notice);
    bool closed = end();
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_non_null(strstr(told, "state cannot be written: File too large"));
    assert_string_equal(again, "");
    assert_false(closed);
    assert_non_null(strstr(error, "cannot be written"));
    assert_string_equal(read_file(path), whole);
    assert_int_equal(files_in_folder(), 1);
}

static void without_a_folder_it_goes_on(void **state)
{
    (void)state;
    char place[128];
    snprintf(place, sizeof place, "%s/file", folder);
    FILE *file = fopen(place, "w");
    assert_non_null(file);
    fclose(file);
    setenv("XDG_STATE_HOME", place, 1); /* no folder */
    start(KEEPING_ALL);
    assert_string_equal(notice, "");
    fill();
    assert_false(end());
    assert_non_null(strstr(error, "cannot be written: Not a directory"));
    unsetenv("XDG_STATE_HOME");
    unsetenv("HOME");
    start(KEEPING_ALL);
    assert_null(keeping_begin(keeping).keep);
    assert_true(end());
}

static void a_theme_that_went_is_told_of(void **state)
{
    (void)state;
    static const char text[] = "booktop-state 1\nset\ttheme\tnowhere\nend\t2\n";
    write_file(text, sizeof text - 1);
    start(KEEPING_ALL);
    assert_non_null(strstr(notice, "the theme chosen before is not there"));
    assert_string_equal(kept->prefs.theme, "dark");
    keeping_begin(keeping);
    kept->prefs.group = 10;
    assert_true(end());
    assert_non_null(strstr(read_file(path), "set\ttheme\tnowhere\n"));
    /* Both are told of. */
    static const char damaged[] = "booktop-state 1\nset\ttheme\tnowhere\nnonsense\n";
    write_file(damaged, sizeof damaged - 1);
    start(KEEPING_ALL);
    assert_non_null(strstr(notice, "put aside as state.bad; the theme chosen before is not there"));
    assert_true(end());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEEPING_TEST(what_was_kept_is_there_again),    KEEPING_TEST(nothing_new_writes_nothing),
        KEEPING_TEST(options_and_config_are_not_kept), KEEPING_TEST(invented_markets_are_not_mixed_in),
        KEEPING_TEST(it_is_written_meanwhile),         KEEPING_TEST(the_thread_alone_reads),
        KEEPING_TEST(a_full_disk_is_told_of_once),     KEEPING_TEST(without_a_folder_it_goes_on),
        KEEPING_TEST(a_theme_that_went_is_told_of),
    };
    return cmocka_run_group_tests_name("app/keeping", tests, NULL, NULL);
}
