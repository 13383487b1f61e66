/* What is told of recordings at the end: the command that is printed plays all that belongs together. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../src/app/recorded.h"

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

static bool moved, failed;

static void touch(const char *path)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fclose(file);
}

/* Files 0.obr, 1.obr, …, of these recordings; the one of this number is gone, or was moved and another has its name, or
 * has failed. */
static void says(const char *recordings, size_t gone, const char *words)
{
    char paths[9][8], *text = NULL;
    size_t length, count = strlen(recordings);
    struct taping_file files[9];
    for (size_t i = 0; i < count; i++) {
        snprintf(paths[i], sizeof paths[i], "%c.obr", (char)('0' + i));
        touch(paths[i]);
        struct stat about;
        assert_int_equal(stat(paths[i], &about), 0);
        files[i] =
            (struct taping_file){paths[i], {about.st_dev, about.st_ino}, (unsigned)recordings[i], failed && i == gone};
        if (i != gone || failed) continue;
        assert_int_equal(rename(paths[i], "moved"), 0);
        if (moved) touch(paths[i]);
    }
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    recorded_tell(out, files, count);
    fclose(out);
    for (size_t i = 0; i < count; i++) unlink(paths[i]);
    unlink("moved");
    assert_string_equal(text, words);
    free(text);
}

#define NONE SIZE_MAX

static void tells_what_plays_it(void **state)
{
    (void)state;
    says("", NONE, "");
    says("1", NONE, "booktop: recorded 0.obr\nPlay it with 'booktop replay 0.obr'.\n");
    says("11", NONE, "booktop: recorded 2 files: 0.obr 1.obr\nPlay them with 'booktop replay 0.obr 1.obr'.\n");
    says("111111", NONE,
         "booktop: recorded 6 files: 0.obr to 5.obr\n"
         "Play them with 'booktop replay 0.obr 1.obr 2.obr 3.obr 4.obr 5.obr'.\n");
}

/* Files of two recordings are not played together. */
static void each_recording_has_its_own(void **state)
{
    (void)state;
    says("122", NONE,
         "booktop: recorded 0.obr\nPlay it with 'booktop replay 0.obr'.\n"
         "booktop: recorded 2 files: 1.obr 2.obr\nPlay them with 'booktop replay 1.obr 2.obr'.\n");
}

static void what_is_gone_is_not_named(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        moved = i == 1;
        says("1", 0, "booktop: 0.obr was moved or removed meanwhile\n");
        says("11", 0,
             "booktop: 0.obr was moved or removed meanwhile\n"
             "booktop: recorded 1.obr\nPlay it with 'booktop replay 1.obr'.\n");
    }
}

static void what_failed_is_said(void **state)
{
    (void)state;
    failed = true;
    says("12", 1,
         "booktop: recorded 0.obr\nPlay it with 'booktop replay 0.obr'.\n"
         "booktop: 1.obr is not whole: 'booktop verify' says what is in it\n"
         "booktop: recorded 1.obr\nPlay it with 'booktop replay 1.obr'.\n");
    failed = false;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_plays_it),
        cmocka_unit_test(each_recording_has_its_own),
        cmocka_unit_test(what_is_gone_is_not_named),
        cmocka_unit_test(what_failed_is_said),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
