/* The cache: what is read, what is left alone, and that writing never leaves half a file. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../../../src/app/cache.h"
#include "../../../src/app/place.c" /* NOLINT(bugprone-suspicious-include): it has no library of its own */

#define NAME "events"
#define DAY  86400

static char home[64], path[160];

static int open_home(void **state)
{
    (void)state;
    snprintf(home, sizeof home, "/tmp/booktop-cache-XXXXXX");
    assert_non_null(mkdtemp(home));
    snprintf(path, sizeof path, "%s/.cache/booktop/" NAME, home);
    return setenv("HOME", home, 1) || unsetenv("XDG_CACHE_HOME");
}

static int close_home(void **state)
{
    (void)state;
    char command[192];
    snprintf(command, sizeof command, "chmod -R u+rwX '%s' && rm -rf '%s'", home, home);
    return system(command);
}

static void expect_read(const char *expected)
{
    struct text text = cache_read(NAME);
    if (!text_is(text, expected)) fail_msg("\"%.*s\"", TEXT_ARGS(text));
    cache_free(text);
}

static unsigned files_in_folder(void)
{
    char folder[160];
    unsigned count = 0;
    snprintf(folder, sizeof folder, "%s/.cache/booktop", home);
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void set_age(int64_t seconds)
{
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) - seconds}};
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    expect_read(""); /* not even a folder */
    cache_write(NAME, TEXT("one\ntwo\n"));
    expect_read("one\ntwo\n");
    cache_write(NAME, TEXT("three"));
    expect_read("three");
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_int_equal(files_in_folder(), 1); /* nothing is left of the making */
    cache_write(NAME, TEXT(""));
    expect_read("");
}

static void it_lies_where_it_should(void **state)
{
    (void)state;
    char other[128];
    snprintf(other, sizeof other, "%s/else/where", home);
    setenv("XDG_CACHE_HOME", other, 1);
    cache_write(NAME, TEXT("there"));
    expect_read("there");
    snprintf(other, sizeof other, "%s/else/where/booktop/" NAME, home);
    assert_int_equal(access(other, R_OK), 0);
    assert_int_not_equal(access(path, R_OK), 0);
    setenv("XDG_CACHE_HOME", "relative", 1); /* is ignored */
    cache_write(NAME, TEXT("here"));
    assert_int_equal(access(path, R_OK), 0);
    setenv("HOME", "nowhere", 1);
    cache_write(NAME, TEXT("nowhere"));
    expect_read("");
    char deep[PLACE_SIZE + 1];
    memset(deep, '/', PLACE_SIZE);
    deep[PLACE_SIZE] = '\0';
    setenv("HOME", deep, 1);
    cache_write(NAME, TEXT("too deep"));
    expect_read("");
}

static void what_is_old_is_left_alone(void **state)
{
    (void)state;
    cache_write(NAME, TEXT("old"));
    set_age(CACHE_DAYS * DAY - 60);
    expect_read("old");
    set_age(CACHE_DAYS * DAY + 60);
    expect_read("");
    cache_write(NAME, TEXT("new"));
    expect_read("new");
}

static void what_is_too_large_is_left_alone(void **state)
{
    (void)state;
    cache_write(NAME, TEXT("x"));
    assert_int_equal(truncate(path, CACHE_SIZE_MAX), 0);
    struct text text = cache_read(NAME);
    assert_int_equal(text.length, CACHE_SIZE_MAX);
    assert_int_equal(text.at[0], 'x');
    char *larger = calloc(1, CACHE_SIZE_MAX + 1);
    assert_non_null(larger);
    cache_write(NAME, (struct text){larger, CACHE_SIZE_MAX + 1}); /* nobody could read it */
    free(larger);
    cache_free(text);
    text = cache_read(NAME);
    assert_int_equal(text.length, CACHE_SIZE_MAX);
    cache_free(text);
    assert_int_equal(truncate(path, CACHE_SIZE_MAX + 1), 0);
    expect_read("");
}

/* A pipe would keep us waiting, a link lead elsewhere. */
static void only_files_are_read(void **state)
{
    (void)state;
    cache_write(NAME, TEXT("file"));
    char elsewhere[160];
    snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", home);
    assert_int_equal(rename(path, elsewhere), 0);
    assert_int_equal(mkfifo(path, 0600), 0);
    expect_read("");
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink(elsewhere, path), 0);
    expect_read("");
    cache_write(NAME, TEXT("own")); /* takes the link's place, and leaves alone what it led to */
    expect_read("own");
    struct stat status;
    assert_int_equal(stat(elsewhere, &status), 0);
    assert_int_equal(status.st_size, 4);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    expect_read("");
    cache_write(NAME, TEXT("in place of a folder"));
    expect_read("");
    assert_int_equal(files_in_folder(), 1);
}

static void a_folder_that_cannot_be_written_to_is_no_harm(void **state)
{
    (void)state;
    char folder[128];
    snprintf(folder, sizeof folder, "%s/.cache", home);
    int file = open(folder, O_WRONLY | O_CREAT, 0600); /* in the folder's place: holds for every user */
    assert_true(file >= 0);
    close(file);
    cache_write(NAME, TEXT("lost"));
    expect_read("");
    assert_int_equal(unlink(folder), 0);
    cache_write(NAME, TEXT("kept"));
    expect_read("kept");
    if (geteuid() == 0) return; /* is not kept out by modes */
    snprintf(folder, sizeof folder, "%s/.cache/booktop", home);
    assert_int_equal(chmod(folder, 0500), 0);
    cache_write(NAME, TEXT("lost"));
    expect_read("kept");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_home, close_home)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_written_is_read),   TEST(it_lies_where_it_should),
        TEST(what_is_old_is_left_alone), TEST(what_is_too_large_is_left_alone),
        TEST(only_files_are_read),       TEST(a_folder_that_cannot_be_written_to_is_no_harm),
    };
    return cmocka_run_group_tests_name("app/cache", tests, NULL, NULL);
}
