/* What is kept between starts: that it is there again, and what becomes of a file that is damaged, foreign, or cannot
 * be written.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "booktop/ui/figure.h"
#include "../../../src/app/keeping.h"

static char folder[40], path[128], notice[1280], error[1280];
static struct keeping *keeping;
static struct kept *kept;
static struct prefs config;

/* Every read() of the program: by whom, and what it comes to where a test says so. */
static struct {
    pthread_t main;
    unsigned by_main;
    int error;      /* 0: none */
    unsigned fails; /* so many times */
} reads;

ssize_t noted_read(int file, void *out, size_t size) __asm__("read");

ssize_t noted_read(int file, void *out, size_t size)
{
    reads.by_main += pthread_equal(pthread_self(), reads.main) != 0;
    if (reads.fails == 0) return syscall(SYS_read, file, out, size);
    reads.fails--;
    errno = reads.error;
    return -1;
}

static int open_folder(void **state)
{
    (void)state;
    memset(&reads, 0, sizeof reads);
    reads.main = pthread_self();
    snprintf(folder, sizeof folder, "/tmp/booktop-keeping-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/booktop/state", folder);
    prefs_init(&config);
    return setenv("XDG_STATE_HOME", folder, 1);
}

static int close_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "chmod -R u+w '%s'; rm -rf '%s'", folder, folder);
    return system(command);
}

static void start(enum keeping_use use)
{
    keeping = keeping_open(use, &config, notice, sizeof notice);
    assert_non_null(keeping);
    kept = keeping_kept(keeping);
}

static bool end(void)
{
    return keeping_close(keeping, error, sizeof error);
}

static char *read_file(const char *place)
{
    static char text[1 << 16];
    FILE *file = fopen(place, "r");
    if (!file) return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static void write_file(const char *text, size_t length)
{
    char place[128];
    snprintf(place, sizeof place, "%s/booktop", folder);
    mkdir(place, 0700);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

static void watch(const char *symbol, const char *title, const char *group)
{
    struct catalogue_entry entry = {.volume_24h = 12, .liquidity = 13, .has_book = true};
    assert_true(instrument_init(&entry.instrument, VENUE_KALSHI, text_from(symbol), 4, 2));
    snprintf(entry.instrument.title, sizeof entry.instrument.title, "%s", title);
    entry.instrument.close_time = 1795246863;
    assert_true(watch_list_add(&kept->watch, &entry, true));
    int place = watch_list_find(&kept->watch, &entry.instrument);
    assert_true(watch_list_group(&kept->watch, (uint32_t)place, text_from(group)));
}

static void fill(void)
{
    kept->prefs.group = 10;
    kept->prefs.price_unit = UNIT_DECIMAL;
    kept->focus = PANE_TAPE;
    kept->full_pane = true;
    snprintf(kept->market, sizeof kept->market, "kalshi:A");
    snprintf(kept->market_title, sizeof kept->market_title, "Will \xC3\xA4\tit\n\x1B[31m rain?");
    history_add(&kept->history, "set group 10");
    history_add(&kept->history, "flip");
    watch("A", "Alpha", "");
    watch("B", "Be\tta", "letters of Greece");
    watch("C", "Gamma", "letters of Greece");
    kept->watch.groups[0].folded = true;
}

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
    start(KEEPING_ALL);
    fill();
    assert_true(end());
    char whole[1 << 16];
    size_t length = strlen(read_file(path));
    memcpy(whole, read_file(path), length + 1);
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

/* Not the venues' markets: none are read, and nothing is written. */
static void invented_markets_are_not_mixed_in(void **state)
{
    (void)state;
    start(KEEPING_ALL);
    fill();
    assert_true(end());
    char before[1 << 16];
    snprintf(before, sizeof before, "%s", read_file(path));
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

static unsigned files_in_folder(void)
{
    char place[128];
    snprintf(place, sizeof place, "%s/booktop", folder);
    DIR *dir = opendir(place);
    unsigned count = 0;
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

/* Asks until the thread has come to something. */
static void keep_and_wait(struct keeper keeper)
{
    notice[0] = '\0';
    while (keeper.keep(keeper.context, kept, notice, sizeof notice)) poll(NULL, 0, 1);
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
    start(KEEPING_ALL);
    struct keeping *first = keeping;
    struct kept *of_first = kept;
    struct keeper keeper = keeping_begin(first);
    start(KEEPING_ALL);
    keeping_begin(keeping);
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
    assert_true(keeping_close(first, error, sizeof error));
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
    first = keeping;
    of_first = kept;
    start(KEEPING_ALL);
    watch("T", "Third", "");
    assert_true(end());
    watch_list_remove(&of_first->watch, 0);
    assert_true(keeping_close(first, error, sizeof error));
    assert_null(strstr(read_file(path), "\tA\t"));
    assert_null(strstr(read_file(path), "\tT\t"));
}

/* Of two programs each keeps what its own user chose, in whatever order they end. */
static void choices_that_were_not_touched_are_the_others(void **state)
{
    (void)state;
    for (unsigned round = 0; round < 2; round++) {
        unlink(path);
        start(KEEPING_ALL);
        struct keeping *first = keeping;
        struct kept *of_first = kept;
        struct keeper keeper = keeping_begin(first);
        start(KEEPING_ALL);
        keeping_begin(keeping);
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
        assert_true(keeping_close(first, error, sizeof error));
        start(KEEPING_ALL);
        assert_int_equal(kept->prefs.group, 5);
        assert_int_equal(kept->prefs.utc, config.utc);
        assert_true(end());
    }
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
    char before[1 << 16];
    start(KEEPING_ALL);
    fill();
    assert_true(end());
    snprintf(before, sizeof before, "%s", read_file(path));
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
    char before[1 << 16];
    start(KEEPING_ALL);
    fill();
    assert_true(end());
    snprintf(before, sizeof before, "%s", read_file(path));
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

/* A full disk, as far as a process can make one of its own: no file may grow past some bytes. */
static void a_full_disk_is_told_of_once(void **state)
{
    (void)state;
    struct rlimit limit, before;
    start(KEEPING_ALL);
    fill();
    assert_true(end());
    char whole[1 << 16];
    snprintf(whole, sizeof whole, "%s", read_file(path));
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
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)
    const struct CMUnitTest tests[] = {
        TEST(what_was_kept_is_there_again),
        TEST(nothing_new_writes_nothing),
        TEST(options_and_config_are_not_kept),
        TEST(a_foreign_file_is_put_aside),
        TEST(a_damaged_file_is_put_aside),
        TEST(hostile_lines_are_refused),
        TEST(invented_markets_are_not_mixed_in),
        TEST(it_is_written_meanwhile),
        TEST(an_unchanged_watch_list_is_the_others),
        TEST(choices_that_were_not_touched_are_the_others),
        TEST(what_was_put_aside_stays),
        TEST(what_cannot_be_opened_is_left),
        TEST(what_cannot_be_read_is_left),
        TEST(what_cannot_be_read_later_is_not_written_over),
        TEST(the_thread_alone_reads),
        TEST(what_cannot_be_put_aside_is_not_written_over),
        TEST(two_programs_do_not_tear_it),
        TEST(a_full_disk_is_told_of_once),
        TEST(without_a_folder_it_goes_on),
        TEST(a_theme_that_went_is_told_of),
    };
    return cmocka_run_group_tests_name("app/keeping", tests, NULL, NULL);
}
