/* What is kept between starts, in a folder of its own for each test. Included once in a program, behind cmocka. */
#ifndef KEEPING_FOLDER_H
#define KEEPING_FOLDER_H

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "booktop/ui/figure.h"
#include "../../../src/app/keeping.h"

#define KEPT_TEXT (1 << 16)

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

static inline int open_folder(void **state)
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

static inline int close_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "chmod -R u+w '%s'; rm -rf '%s'", folder, folder);
    return system(command);
}

static inline void start(enum keeping_use use)
{
    keeping = keeping_open(use, &config, notice, sizeof notice);
    assert_non_null(keeping);
    kept = keeping_kept(keeping);
}

static inline bool end(void)
{
    return keeping_close(keeping, error, sizeof error);
}

static inline char *read_file(const char *place)
{
    static char text[KEPT_TEXT];
    FILE *file = fopen(place, "r");
    if (!file) return NULL;
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    return text;
}

static inline void write_file(const char *text, size_t length)
{
    char place[128];
    snprintf(place, sizeof place, "%s/booktop", folder);
    mkdir(place, 0700);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    fclose(file);
}

static inline void watch(const char *symbol, const char *title, const char *group)
{
    struct catalogue_entry entry = {.volume_24h = 12, .liquidity = 13, .has_book = true};
    assert_true(instrument_init(&entry.instrument, VENUE_KALSHI, text_from(symbol), 4, 2));
    snprintf(entry.instrument.title, sizeof entry.instrument.title, "%s", title);
    entry.instrument.close_time = 1795246863;
    assert_true(watch_list_add(&kept->watch, &entry, true));
    int place = watch_list_find(&kept->watch, &entry.instrument);
    assert_true(watch_list_group(&kept->watch, (uint32_t)place, text_from(group)));
}

static inline void fill(void)
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

/* An earlier start has kept all that; `text` gets what stands in the file. */
static inline void keep_filled(char text[KEPT_TEXT])
{
    start(KEEPING_ALL);
    fill();
    assert_true(end());
    snprintf(text, KEPT_TEXT, "%s", read_file(path));
}

static inline unsigned files_in_folder(void)
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
static inline void keep_and_wait(struct keeper keeper)
{
    notice[0] = '\0';
    while (keeper.keep(keeper.context, kept, notice, sizeof notice)) poll(NULL, 0, 1);
}

#define KEEPING_TEST(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)

#endif
