/* Folders that were made for an -o and go again; files of several sessions, and what is none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../src/app/files.h"
#include "booktop/app/options.h"
#include "booktop/record/archive.h"

static char folder[] = "/tmp/booktop-test-XXXXXX";

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static bool is_there(const char *path)
{
    struct stat about;
    return stat(path, &about) == 0;
}

static void folders_that_were_made_go_again(void **state)
{
    (void)state;
    assert_int_equal(mkdir("old", 0700), 0);
    size_t there = files_there("old/new//deep/");
    assert_int_equal(there, 3);
    assert_int_equal(mkdir("old/new", 0700), 0);
    assert_int_equal(mkdir("old/new/deep", 0700), 0);
    files_remove_made("old/new//deep/", there);
    assert_false(is_there("old/new"));
    assert_true(is_there("old"));
    assert_int_equal(rmdir("old"), 0);
}

static void what_was_there_before_stays(void **state)
{
    (void)state;
    assert_int_equal(mkdir("old", 0700), 0);
    size_t there = files_there("new/../old/");
    assert_int_equal(there, 0);
    assert_int_equal(mkdir("new", 0700), 0);
    files_remove_made("new/../old/", there);
    assert_int_equal(rmdir("old"), 0);
    assert_int_equal(rmdir("new"), 0);
    assert_int_equal(mkdir("..x", 0700), 0); /* which leads nowhere back */
    files_remove_made("..x", 0);
    assert_false(is_there("..x"));
}

/* === Sessions === */

static void make(const char *path, const char *boot, unsigned sequence)
{
    char error[200];
    const struct stamp stamp = {1000, 1763712000000000000};
    const struct archive_options options = {
        .path = path,
        .reserve = -1,
        .header = {.tool = "test", .boot = boot, .sequence = sequence, .venues = {true}, .stamp = stamp},
        .stamp = stamp,
        .from = 1000,
    };
    struct archive *archive = archive_create(&options, error, sizeof error);
    assert_non_null(archive);
    assert_true(archive_close(archive, stamp, error, sizeof error));
}

static char refused[4][FILES_REASON];
static size_t refused_count;

static void on_refused(const char *why)
{
    assert_true(refused_count < 4);
    snprintf(refused[refused_count++], FILES_REASON, "%s", why);
}

static void one_that_is_none_keeps_the_others_from_nothing(void **state)
{
    (void)state;
    size_t sessions[8], count;
    make("a-0.obr", "a", 0);
    make("a-0.repaired.obr", "a", 0);
    make("a-1.obr", "a", 1);
    make("b-0.obr", "b", 0);
    FILE *stray = fopen("stray.txt", "w");
    assert_non_null(stray);
    fputs("no recording", stray);
    fclose(stray);
    static const char *const paths[] = {"stray.txt", "a-0.obr", "a-0.repaired.obr", "a-1.obr", "missing", "b-0.obr"};
    refused_count = 0;
    assert_int_equal(files_sessions(paths, 6, sessions, &count, on_refused), EXIT_FAILED);
    static const size_t expected[] = {FILES_NO_SESSION, 0, 1, 0, FILES_NO_SESSION, 2};
    assert_int_equal(count, 3);
    for (size_t i = 0; i < 6; i++) assert_int_equal(sessions[i], expected[i]);
    assert_int_equal(refused_count, 2);
    assert_non_null(strstr(refused[0], "stray.txt"));
    assert_non_null(strstr(refused[1], "missing: No such file"));

    static const char *const twice[] = {"b-0.obr", "./b-0.obr", "a-1.obr"};
    refused_count = 0;
    assert_int_equal(files_sessions(twice, 3, sessions, &count, on_refused), EXIT_USAGE);
    assert_int_equal(count, 2);
    assert_int_equal(sessions[1], FILES_NO_SESSION);
    assert_int_equal(refused_count, 1);
    assert_non_null(strstr(refused[0], "is the same file as"));

    refused_count = 0;
    assert_int_equal(files_sessions(paths + 4, 1, sessions, &count, on_refused), EXIT_FAILED);
    assert_int_equal(count, 0);
    assert_int_equal(refused_count, 1);
    unlink("stray.txt");
    for (size_t i = 1; i < 6; i++) unlink(paths[i]);
}

static void names_of_new_files(void **state)
{
    (void)state;
    assert_null(files_why_no_file("new.obr"));
    assert_non_null(strstr(files_why_no_file("new/"), "there is none"));
    assert_non_null(strstr(files_why_no_file("."), "it is a directory"));
    make("old.obr", "a", 0);
    assert_non_null(strstr(files_why_no_file("old.obr"), "it is there already"));
    unlink("old.obr");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_that_were_made_go_again),
        cmocka_unit_test(what_was_there_before_stays),
        cmocka_unit_test(one_that_is_none_keeps_the_others_from_nothing),
        cmocka_unit_test(names_of_new_files),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
