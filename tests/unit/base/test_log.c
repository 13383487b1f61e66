#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/base/log.h"
#include "booktop/base/text.h"

#define QUEUE_LINES 256

/* 2026-11-21T09:41:02.123Z */
static struct stamp moment = {.mono = 1, .wall = INT64_C(1795254062123456789)};
static struct clock the_clock;
static char folder[] = "/tmp/booktop_log_XXXXXX";
static char path[64];
static char contents[1 << 22];

static int folder_make(void **state)
{
    (void)state;
    the_clock = clock_manual(&moment);
    if (mkdtemp(folder) == NULL) return -1;
    (void)snprintf(path, sizeof path, "%s/log", folder);
    return 0;
}

static int folder_remove(void **state)
{
    (void)state;
    return rmdir(folder);
}

static int file_remove(void **state)
{
    (void)state;
    log_close();
    (void)unlink(path);
    return 0;
}

static const char *read_log(void)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    size_t length = fread(contents, 1, sizeof contents - 1, file);
    contents[length] = '\0';
    fclose(file);
    return contents;
}

static void open_log(enum log_level least)
{
    assert_true(log_open(path, least, &the_clock));
}

static void lines_look_as_promised(void **state)
{
    (void)state;
    open_log(LOG_LEVEL_DEBUG);
    log_write(LOG_LEVEL_DEBUG, "app", "start");
    log_write(LOG_LEVEL_INFO, "net", "connected in %d ms", 38);
    log_write(LOG_LEVEL_WARN, "net", "%s", "slow");
    log_write(LOG_LEVEL_ERROR, "feed", "gone");
    log_close();
    assert_string_equal(read_log(), "2026-11-21T09:41:02.123Z debug app: start\n"
                                    "2026-11-21T09:41:02.123Z info  net: connected in 38 ms\n"
                                    "2026-11-21T09:41:02.123Z warn  net: slow\n"
                                    "2026-11-21T09:41:02.123Z error feed: gone\n");
    assert_int_equal(log_lost(), 0);
}

static void levels_below_the_least_are_left_out(void **state)
{
    (void)state;
    open_log(LOG_LEVEL_WARN);
    log_write(LOG_LEVEL_DEBUG, "app", "no");
    log_write(LOG_LEVEL_INFO, "app", "no");
    log_write(LOG_LEVEL_WARN, "app", "yes");
    log_close();
    assert_string_equal(read_log(), "2026-11-21T09:41:02.123Z warn  app: yes\n");
}

static void hostile_text_is_sanitized_and_long_lines_are_cut(void **state)
{
    (void)state;
    open_log(LOG_LEVEL_INFO);
    log_write(LOG_LEVEL_INFO, "net", "%s", "a\nb\x1B[2J\xC2\x9B\xE2\x80\xAE");
    char longest[2000];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    log_write(LOG_LEVEL_INFO, "net", "%s", longest);
    char bells[600];
    memset(bells, '\a', sizeof bells - 1); /* each becomes three bytes */
    bells[sizeof bells - 1] = '\0';
    log_write(LOG_LEVEL_INFO, "net", "%s", bells);
    log_close();
    const char *at = read_log();
    const char *first = "2026-11-21T09:41:02.123Z info  net: a b\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD\n";
    assert_memory_equal(at, first, strlen(first));
    at += strlen(first);
    assert_int_equal(strcspn(at, "\n"), LOG_LINE_SIZE - 1);
    at += LOG_LINE_SIZE;
    size_t length = strcspn(at, "\n");
    assert_true(length > LOG_LINE_SIZE - 4 && length < LOG_LINE_SIZE && at[length + 1] == '\0');
    assert_true(text_is_utf8(text_from(at)));
}

static void the_file_is_private_and_appended_to(void **state)
{
    (void)state;
    mode_t mask = umask(0);
    open_log(LOG_LEVEL_INFO);
    umask(mask);
    log_write(LOG_LEVEL_INFO, "app", "one");
    log_close();
    open_log(LOG_LEVEL_INFO);
    log_write(LOG_LEVEL_INFO, "app", "two");
    log_close();
    struct stat status;
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 07777, 0600);
    assert_string_equal(read_log(), "2026-11-21T09:41:02.123Z info  app: one\n"
                                    "2026-11-21T09:41:02.123Z info  app: two\n");
}

static void what_is_no_plain_file_is_refused(void **state)
{
    (void)state;
    assert_int_equal(symlink("/dev/null", path), 0);
    assert_false(log_open(path, LOG_LEVEL_INFO, &the_clock));
    assert_int_equal(errno, ELOOP);
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(log_open(path, LOG_LEVEL_INFO, &the_clock)); /* and does not wait for a reader */
    assert_int_equal(errno, ENXIO);
    unlink(path);
    assert_false(log_open(folder, LOG_LEVEL_INFO, &the_clock));
    assert_int_equal(errno, EISDIR);
    assert_false(log_open("/nonexistent/log", LOG_LEVEL_INFO, &the_clock));
    assert_int_equal(errno, ENOENT);
}

static void there_is_one_log_and_closed_it_swallows_lines(void **state)
{
    (void)state;
    log_close();
    log_write(LOG_LEVEL_ERROR, "app", "before");
    open_log(LOG_LEVEL_INFO);
    assert_false(log_open(path, LOG_LEVEL_INFO, &the_clock));
    assert_int_equal(errno, EBUSY);
    log_close();
    log_write(LOG_LEVEL_ERROR, "app", "after");
    log_close();
    assert_string_equal(read_log(), "");
    assert_int_equal(log_lost(), 0);
}

static void no_file_descriptor_is_left_open(void **state)
{
    (void)state;
    int before = dup(0);
    close(before);
    for (int i = 0; i < 20; i++) {
        open_log(LOG_LEVEL_INFO);
        log_close();
        assert_false(log_open("/nonexistent/log", LOG_LEVEL_INFO, &the_clock));
    }
    int after = dup(0);
    close(after);
    assert_int_equal(after, before);
}

static void a_full_disk_loses_lines_and_counts_them(void **state)
{
    (void)state;
    assert_true(log_open("/dev/full", LOG_LEVEL_INFO, &the_clock));
    for (int i = 0; i < 1000; i++) log_write(LOG_LEVEL_INFO, "app", "line %d", i);
    log_close();
    assert_int_equal(log_lost(), 1000);
}

static void wait_for_lost(uint64_t count)
{
    while (log_lost() < count) sched_yield();
}

static void a_line_torn_by_a_full_disk_does_not_spoil_the_next(void **state)
{
    (void)state;
    struct rlimit former;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &former), 0);
    struct rlimit narrow = {.rlim_cur = 60, .rlim_max = former.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &narrow), 0); /* SIGXFSZ is blocked in the disk thread, or we die here */
    open_log(LOG_LEVEL_INFO);
    log_write(LOG_LEVEL_INFO, "app", "this line is longer than sixty bytes in all");
    wait_for_lost(1);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &former), 0);
    log_write(LOG_LEVEL_INFO, "app", "room again");
    log_close();
    assert_string_equal(read_log(), "2026-11-21T09:41:02.123Z info  app: this line is longer than\n"
                                    "2026-11-21T09:41:02.123Z warn  log: lines lost: 1\n"
                                    "2026-11-21T09:41:02.123Z info  app: room again\n");
}

/* A clock that holds up the first thread that asks for the time, within log_write. */
struct holding_clock {
    sem_t asked;
    sem_t answer;
    bool first;
};

static struct stamp holding_now(void *context)
{
    struct holding_clock *holding = context;
    if (holding->first) {
        holding->first = false;
        sem_post(&holding->asked);
        while (sem_wait(&holding->answer) != 0) continue;
    }
    return moment;
}

static void *write_held_line(void *context)
{
    (void)context;
    log_write(LOG_LEVEL_INFO, "app", "held");
    return NULL;
}

static void a_full_queue_loses_lines_and_says_how_many(void **state)
{
    (void)state;
    struct holding_clock holding = {.first = true};
    sem_init(&holding.asked, 0, 0);
    sem_init(&holding.answer, 0, 0);
    const struct clock clock = {.now = holding_now, .context = &holding};
    assert_true(log_open(path, LOG_LEVEL_INFO, &clock));
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_held_line, NULL), 0);
    while (sem_wait(&holding.asked) != 0) continue;
    /* The oldest place in the queue is taken and not filled: nothing can leave it. */
    for (int i = 0; i < QUEUE_LINES - 1 + 45; i++) log_write(LOG_LEVEL_INFO, "app", "line");
    assert_int_equal(log_lost(), 45);
    sem_post(&holding.answer);
    pthread_join(writer, NULL);
    log_close();
    const char *log = read_log();
    assert_non_null(strstr(log, "warn  log: lines lost: 45\n"));
    assert_non_null(strstr(log, "app: held\n"));
    size_t lines = 0;
    for (const char *at = log; (at = strchr(at, '\n')) != NULL; at++) lines++;
    assert_int_equal(lines, QUEUE_LINES + 1);
    sem_destroy(&holding.asked);
    sem_destroy(&holding.answer);
}

#define WRITERS      4
#define WRITER_LINES 4000

static void *write_many(void *context)
{
    const int *writer = context;
    for (int i = 0; i < WRITER_LINES; i++) log_write(LOG_LEVEL_INFO, "app", "writer %d line %d.", *writer, i);
    return NULL;
}

static void many_writers_lose_nothing_uncounted(void **state)
{
    (void)state;
    open_log(LOG_LEVEL_INFO);
    pthread_t threads[WRITERS];
    int numbers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        numbers[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, write_many, &numbers[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) pthread_join(threads[i], NULL);
    log_close();
    int next[WRITERS] = {0};
    uint64_t lines = 0;
    unsigned long long said = 0;
    for (const char *at = read_log(); *at != '\0'; at = strchr(at, '\n') + 1) {
        int writer = -1;
        int line = -1;
        unsigned long long lost = 0;
        if (sscanf(at, "2026-11-21T09:41:02.123Z info  app: writer %d line %d.\n", &writer, &line) == 2) {
            assert_true(writer >= 0 && writer < WRITERS && line >= next[writer]); /* in each writer's order */
            next[writer] = line + 1;
            lines++;
        } else {
            assert_int_equal(sscanf(at, "2026-11-21T09:41:02.123Z warn  log: lines lost: %llu\n", &lost), 1);
            said += lost;
        }
    }
    assert_int_equal(lines + log_lost(), WRITERS * WRITER_LINES);
    assert_int_equal(said, log_lost());
}

static void *write_until_told(void *context)
{
    sem_t *stop = context;
    while (sem_trywait(stop) != 0) log_write(LOG_LEVEL_INFO, "app", "still here");
    return NULL;
}

static void closing_under_a_writer_is_safe(void **state)
{
    (void)state;
    sem_t stop;
    sem_init(&stop, 0, 0);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_until_told, &stop), 0);
    for (int i = 0; i < 50; i++) {
        open_log(LOG_LEVEL_INFO);
        log_write(LOG_LEVEL_INFO, "app", "round %d", i);
        log_close();
    }
    sem_post(&stop);
    pthread_join(writer, NULL);
    sem_destroy(&stop);
}

/* The line of /proc/self/task/ID/status for the thread of that name; 0 if there is none. */
static unsigned long long blocked_signals(const char *thread)
{
    unsigned long long blocked = 0;
    DIR *tasks = opendir("/proc/self/task");
    assert_non_null(tasks);
    for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
        char name[300];
        char line[256];
        (void)snprintf(name, sizeof name, "/proc/self/task/%s/status", task->d_name);
        FILE *file = task->d_name[0] == '.' ? NULL : fopen(name, "r");
        bool found = false;
        while (file != NULL && fgets(line, sizeof line, file) != NULL) {
            if (strncmp(line, "Name:\t", 6) == 0) found = strncmp(line + 6, thread, strlen(thread)) == 0;
            if (found && strncmp(line, "SigBlk:\t", 8) == 0) blocked = strtoull(line + 8, NULL, 16);
        }
        if (file != NULL) fclose(file);
    }
    closedir(tasks);
    return blocked;
}

static void the_disk_thread_takes_no_signals(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGPIPE, SIGXFSZ, SIGCHLD, SIGUSR1};
    open_log(LOG_LEVEL_INFO);
    unsigned long long blocked = blocked_signals("booktop-disk");
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) assert_true((blocked >> (signals[i] - 1) & 1) == 1);
    sigset_t own;
    assert_int_equal(pthread_sigmask(SIG_BLOCK, NULL, &own), 0);
    assert_false(sigismember(&own, SIGINT)); /* the caller's mask is as it was */
    log_close();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(lines_look_as_promised, file_remove),
        cmocka_unit_test_teardown(levels_below_the_least_are_left_out, file_remove),
        cmocka_unit_test_teardown(hostile_text_is_sanitized_and_long_lines_are_cut, file_remove),
        cmocka_unit_test_teardown(the_file_is_private_and_appended_to, file_remove),
        cmocka_unit_test_teardown(what_is_no_plain_file_is_refused, file_remove),
        cmocka_unit_test_teardown(there_is_one_log_and_closed_it_swallows_lines, file_remove),
        cmocka_unit_test_teardown(no_file_descriptor_is_left_open, file_remove),
        cmocka_unit_test_teardown(a_full_disk_loses_lines_and_counts_them, file_remove),
        cmocka_unit_test_teardown(a_line_torn_by_a_full_disk_does_not_spoil_the_next, file_remove),
        cmocka_unit_test_teardown(a_full_queue_loses_lines_and_says_how_many, file_remove),
        cmocka_unit_test_teardown(many_writers_lose_nothing_uncounted, file_remove),
        cmocka_unit_test_teardown(closing_under_a_writer_is_safe, file_remove),
        cmocka_unit_test_teardown(the_disk_thread_takes_no_signals, file_remove),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
