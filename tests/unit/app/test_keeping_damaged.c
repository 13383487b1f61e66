/* What becomes of a file of what was kept that is damaged, foreign, or cannot be read. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "keeping_folder.h"

/* Under the name that is said, which nothing had before. */
static void expect_aside(const char *words)
{
    char bad[160];
    assert_non_null(strstr(notice, words));
    const char *name = strstr(notice, "put aside as state.bad");
    assert_non_null(name);
    snprintf(bad, sizeof bad, "%s%s", path, name + strlen("put aside as state"));
    assert_int_equal(access(bad, F_OK), 0);
    assert_int_equal(access(path, F_OK), -1);
}

static void a_foreign_file_is_put_aside(void **state)
{
    (void)state;
    static const char *const foreign[] = {"", "hello\n", "booktop-state 2\nend\t1\n", "\n", "booktop-state 1x\n"};
    for (size_t i = 0; i < sizeof foreign / sizeof foreign[0]; i++) {
        write_file(foreign[i], strlen(foreign[i]));
        start(KEEPING_ALL);
        expect_aside("is no state file of this booktop");
        assert_int_equal(kept->watch.count, 0);
        free(keeping);
    }
    /* What is no file neither keeps us waiting. */
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    start(KEEPING_ALL);
    expect_aside("is no state file of this booktop");
    assert_true(end());
}

/* True if this line stands whole among the first bytes. */
static bool stands_whole(const char *text, size_t bytes, const char *line)
{
    const char *at = strstr(text, line);
    return at && (size_t)(at - text) + strlen(line) <= bytes;
}

/* What stands before the cut is there. */
static void expect_lines_before(const struct kept *read, const char *text, size_t bytes)
{
    static const char *const symbols[] = {"watch\tkalshi\tA\t1795246863\t\tAlpha\t\t\n",
                                          "watch\tkalshi\tB\t1795246863\t\tBe ta\t\t\n",
                                          "watch\tkalshi\tC\t1795246863\t\tGamma\t\t\n"};
    assert_non_null(strstr(text, symbols[2]));
    if (stands_whole(text, bytes, "set\tgroup\t10\n")) assert_int_equal(read->prefs.group, 10);
    if (stands_whole(text, bytes, "set\tprice-unit\tdecimal\n")) assert_int_equal(read->prefs.price_unit, UNIT_DECIMAL);
    if (stands_whole(text, bytes, "focus\ttape\n")) assert_int_equal(read->focus, PANE_TAPE);
    if (stands_whole(text, bytes, "alone\ton\n")) assert_true(read->full_pane);
    if (stands_whole(text, bytes, "command\tflip\n")) assert_string_equal(history_line(&read->history, 1), "flip");
    for (uint32_t i = 0; i < 3; i++)
        if (stands_whole(text, bytes, symbols[i])) assert_true(read->watch.count > i);
}

/* Cut at every byte, and with every byte another one: it never ends the program, and what can be read holds. */
static void a_damaged_file_is_put_aside(void **state)
{
    (void)state;
    char whole[KEPT_TEXT];
    keep_filled(whole);
    size_t length = strlen(whole);
    struct kept *read = calloc(1, sizeof *read);
    assert_non_null(read);
    for (size_t cut = 0; cut < length; cut++) {
        /* The last line's end may be missing. */
        memset(read, 0, sizeof *read);
        size_t bad = keeping_read_text(read, (struct text){whole, cut});
        if (cut < length - 1) assert_true(bad > 0);
        expect_lines_before(read, whole, cut);
        char kept_byte = whole[cut];
        for (int other = 0; other < 256; other += 51) {
            memset(read, 0, sizeof *read);
            whole[cut] = (char)other;
            keeping_read_text(read, (struct text){whole, length});
            assert_true(read->watch.count <= 3 && read->watch.group_count <= 3);
        }
        whole[cut] = kept_byte;
    }
    free(read);
    write_file(whole, length - 8);
    start(KEEPING_ALL);
    expect_aside("is damaged: the rest of it holds");
    expect_lines_before(kept, whole, length - 8);
    assert_int_equal(kept->watch.count, 3);
    assert_true(end());
    start(KEEPING_ALL);
    assert_string_equal(notice, "");
    expect_lines_before(kept, whole, length);
    assert_string_equal(kept->watch.groups[0].name, "letters of Greece");
    assert_string_equal(kept->market, "kalshi:A");
    assert_true(end());
    /* A line amid it is lost alone. */
    char *line = strstr(whole, "watch\tkalshi\tB\t");
    assert_non_null(line);
    memcpy(line, "w\xff", 2);
    write_file(whole, length);
    start(KEEPING_ALL);
    expect_aside("is damaged: the rest of it holds");
    assert_int_equal(kept->watch.count, 2);
    assert_string_equal(kept->watch.items[1].entry.instrument.symbol, "C");
    assert_int_equal(kept->prefs.group, 10);
    assert_true(end());
}

static void hostile_lines_are_refused(void **state)
{
    (void)state;
    static const char *const lines[] = {"set\tgroup\t3",
                                        "set\tmouse\toff",
                                        "set\tgroup",
                                        "set\tgroup\t5\t5",
                                        "focus\tnowhere",
                                        "alone\toff",
                                        "market\t\tx",
                                        "market\ta b\tx",
                                        "command\t",
                                        "group\t \topen",
                                        "group\tx\tmaybe",
                                        "watch\tnowhere\tA\t0\t\t\t\t",
                                        "watch\tkalshi\t\t0\t\t\t\t",
                                        "watch\tkalshi\tA\t-1\t\t\t\t",
                                        "watch\tkalshi\tA\t0\t\t\t",
                                        "nonsense",
                                        "watch\tkalshi\tA\x1B\t0\t\t\t\t",
                                        "command\t\xC3",
                                        "end\t7"};
    struct kept *read = calloc(1, sizeof *read);
    assert_non_null(read);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        char text[256];
        prefs_init(&read->prefs);
        snprintf(text, sizeof text, "booktop-state 1\n%s\nend\t2\n", lines[i]);
        assert_true(keeping_read_text(read, text_from(text)) > 0);
        assert_true(read->watch.count == 0 && read->history.count == 0 && read->market[0] == '\0');
        assert_int_equal(read->prefs.group, 1);
    }
    assert_int_equal(keeping_read_text(read, TEXT("booktop-state 1\nset\tgroup\t5\nend\t2\n")), 0);
    /* More than fit are too many, and no more than that. */
    char *many = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&many, &length);
    assert_non_null(out);
    fputs("booktop-state 1\n", out);
    for (int i = 0; i < WATCH_MOST + 5; i++) fprintf(out, "group\tg%d\topen\nwatch\tkalshi\tM%d\t0\t\t\t\t\n", i, i);
    fclose(out);
    assert_true(keeping_read_text(read, (struct text){many, length}) >= 5);
    assert_int_equal(read->watch.count, WATCH_MOST);
    assert_int_equal(read->watch.group_count, WATCH_GROUPS);
    free(many);
    free(read);
}

static void put_damage(const char *words)
{
    char text[128];
    snprintf(text, sizeof text, "booktop-state 1\n%s\n", words);
    write_file(text, strlen(text));
}

/* What was put aside before is what the user may still want. */
static void what_was_put_aside_stays(void **state)
{
    (void)state;
    static const char *const asides[] = {"state.bad", "state.bad.1", "state.bad.2"};
    for (size_t i = 0; i < sizeof asides / sizeof asides[0]; i++) {
        put_damage(asides[i]);
        start(KEEPING_ALL);
        expect_aside(asides[i]);
        assert_true(end());
        unlink(path);
    }
    for (size_t i = 0; i < sizeof asides / sizeof asides[0]; i++) {
        char place[160];
        snprintf(place, sizeof place, "%s/booktop/%s", folder, asides[i]);
        assert_non_null(read_file(place));
        assert_non_null(strstr(read_file(place), asides[i]));
    }
}

static void expect_left(const char *words)
{
    char bad[160];
    assert_non_null(strstr(notice, words));
    assert_non_null(strstr(notice, "left there: nothing is kept of this run"));
    assert_null(keeping_begin(keeping).keep);
    watch("X", "Not to be written", "");
    assert_true(end());
    snprintf(bad, sizeof bad, "%s.bad", path);
    assert_int_equal(access(bad, F_OK), -1);
}

/* A link to itself cannot be opened: nobody knows what is there. */
static void what_cannot_be_opened_is_left(void **state)
{
    (void)state;
    char place[160];
    struct stat status;
    snprintf(place, sizeof place, "%s/booktop", folder);
    assert_int_equal(mkdir(place, 0700), 0);
    assert_int_equal(symlink("state", path), 0);
    start(KEEPING_ALL);
    expect_left("cannot be read: Too many levels of symbolic links");
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISLNK(status.st_mode));
}

/* A disk that cannot be read today has the user's watch list all the same. */
static void what_cannot_be_read_is_left(void **state)
{
    (void)state;
    char before[KEPT_TEXT];
    keep_filled(before);
    reads.error = EIO;
    reads.fails = 1;
    start(KEEPING_ALL);
    assert_int_equal(reads.fails, 0);
    expect_left("cannot be read: Input/output error");
    assert_string_equal(read_file(path), before);
    /* A signal is no error. */
    reads.error = EINTR;
    reads.fails = 3;
    start(KEEPING_ALL);
    assert_int_equal(reads.fails, 0);
    assert_string_equal(notice, "");
    assert_int_equal(kept->watch.count, 3);
    assert_true(end());
}

/* What another program may have written there cannot be known: it is not written over. */
static void what_cannot_be_read_later_is_not_written_over(void **state)
{
    (void)state;
    char before[KEPT_TEXT];
    keep_filled(before);
    start(KEEPING_ALL);
    struct keeper keeper = keeping_begin(keeping);
    kept->prefs.group = 5;
    reads.error = EIO;
    reads.fails = 1;
    keep_and_wait(keeper);
    assert_non_null(strstr(notice, "cannot be written: Input/output error"));
    assert_string_equal(read_file(path), before);
    keep_and_wait(keeper);
    assert_non_null(strstr(read_file(path), "set\tgroup\t5\n"));
    assert_true(end());
}

/* Where it cannot be put aside either it stays as it is: a folder takes the name of no file. */
static void what_cannot_be_put_aside_is_not_written_over(void **state)
{
    (void)state;
    char place[160];
    struct stat status;
    snprintf(place, sizeof place, "%s/booktop", folder);
    assert_int_equal(mkdir(place, 0700), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    start(KEEPING_ALL);
    expect_left("is no state file of this booktop");
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISDIR(status.st_mode));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        KEEPING_TEST(a_foreign_file_is_put_aside),
        KEEPING_TEST(a_damaged_file_is_put_aside),
        KEEPING_TEST(hostile_lines_are_refused),
        KEEPING_TEST(what_was_put_aside_stays),
        KEEPING_TEST(what_cannot_be_opened_is_left),
        KEEPING_TEST(what_cannot_be_read_is_left),
        KEEPING_TEST(what_cannot_be_read_later_is_not_written_over),
        KEEPING_TEST(what_cannot_be_put_aside_is_not_written_over),
    };
    return cmocka_run_group_tests_name("app/keeping_damaged", tests, NULL, NULL);
}
