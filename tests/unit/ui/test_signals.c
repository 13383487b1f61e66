/* Who asks for the end twice: at once is once, later is meant. The time is the test's. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "booktop/ui/signals.h"

#define SECOND_MS 1000
#define NO_SIGNAL 0

static int64_t now_ms;

/* In place of the library's: what waits is not this process. */
int clock_gettime(clockid_t id, struct timespec *time)
{
    (void)id;
    time->tv_sec = 100 + now_ms / 1000;
    time->tv_nsec = now_ms % 1000 * 1000000;
    return 0;
}

static const int ends[] = {SIGINT, SIGTERM, SIGHUP};

/* How one that runs `what` ends: its exit code, or 1000 and the signal that killed it. */
static int outcome(void (*what)(int first, int second, int64_t between), int first, int second, int64_t between)
{
    int status = 0;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        what(first, second, between);
        _exit(signals_ending());
    }
    while (waitpid(child, &status, 0) < 0) assert_int_equal(errno, EINTR);
    return WIFSIGNALED(status) ? 1000 + WTERMSIG(status) : WEXITSTATUS(status);
}

static void ask(int number)
{
    if (number != NO_SIGNAL) raise(number);
}

/* The second while the screen is there. */
static void on_the_screen(int first, int second, int64_t between)
{
    if (!signals_install()) _exit(99);
    ask(first);
    now_ms += between;
    ask(second);
    if (!(signals_take() & SIGNALS_END)) _exit(98);
}

/* The second while files are closed behind it. */
static void behind_the_screen(int first, int second, int64_t between)
{
    if (!signals_install()) _exit(99);
    ask(first);
    signals_restore();
    now_ms += between;
    ask(second);
}

/* A command that has them blocked; what came meanwhile comes now. */
static void without_a_screen(int first, int second, int64_t between)
{
    sigset_t set;
    sigemptyset(&set);
    for (size_t i = 0; i < 3; i++) sigaddset(&set, ends[i]);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (between == 0) ask(second);
    signals_put_away(first);
    now_ms += between;
    if (between != 0) ask(second);
}

static void (*const ways[])(int, int, int64_t) = {on_the_screen, behind_the_screen, without_a_screen};

static void twice_at_once_is_once(void **state)
{
    (void)state;
    for (size_t way = 0; way < 3; way++) {
        for (size_t i = 0; i < 9; i++) {
            int first = ends[i / 3], second = ends[i % 3];
            assert_int_equal(outcome(ways[way], first, second, 0), first);
            assert_int_equal(outcome(ways[way], first, second, SECOND_MS - 1), first);
        }
    }
}

static void who_insists_ends_it(void **state)
{
    (void)state;
    for (size_t way = 0; way < 3; way++) {
        for (size_t i = 0; i < 3; i++) {
            assert_int_equal(outcome(ways[way], ends[i], SIGINT, SECOND_MS), 1000 + SIGINT);
            assert_int_equal(outcome(ways[way], ends[i], SIGTERM, 60 * SECOND_MS), 1000 + SIGTERM);
        }
    }
}

static void a_terminal_that_goes_never_insists(void **state)
{
    (void)state;
    for (size_t way = 0; way < 3; way++)
        for (size_t i = 0; i < 3; i++) assert_int_equal(outcome(ways[way], ends[i], SIGHUP, 60 * SECOND_MS), ends[i]);
}

/* The user left by a key; the first signal comes while files are closed, and is one. */
static void the_first_may_come_late(void **state)
{
    (void)state;
    assert_int_equal(outcome(behind_the_screen, NO_SIGNAL, SIGHUP, 60 * SECOND_MS), SIGHUP);
    assert_int_equal(outcome(behind_the_screen, NO_SIGNAL, SIGINT, 60 * SECOND_MS), SIGINT);
    assert_int_equal(outcome(without_a_screen, NO_SIGNAL, SIGTERM, 60 * SECOND_MS), SIGTERM);
}

static void ignored(int first, int second, int64_t between)
{
    signal(SIGHUP, SIG_IGN);
    without_a_screen(first, second, between);
}

static void what_is_ignored_stays_so(void **state)
{
    (void)state;
    assert_int_equal(outcome(ignored, NO_SIGNAL, SIGHUP, SECOND_MS), NO_SIGNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(twice_at_once_is_once),
        cmocka_unit_test(who_insists_ends_it),
        cmocka_unit_test(a_terminal_that_goes_never_insists),
        cmocka_unit_test(the_first_may_come_late),
        cmocka_unit_test(what_is_ignored_stays_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
