#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "booktop/base/thread.h"

struct seen {
    sigset_t mask;
    sem_t done;
};

static void *look(void *context)
{
    struct seen *seen = context;
    pthread_sigmask(SIG_SETMASK, NULL, &seen->mask);
    sem_post(&seen->done);
    return NULL;
}

static void only_faults_reach_a_thread(void **state)
{
    (void)state;
    struct seen seen;
    sem_init(&seen.done, 0, 0);
    sigset_t before, after;
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    pthread_t thread;
    assert_int_equal(thread_start(&thread, "booktop-test", look, &seen), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    static const int blocked[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP, SIGUSR1, SIGPIPE, SIGALRM};
    for (size_t i = 0; i < sizeof blocked / sizeof blocked[0]; i++) assert_true(sigismember(&seen.mask, blocked[i]));
    static const int open[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++) assert_false(sigismember(&seen.mask, open[i]));
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    for (int number = 1; number < 32; number++)
        assert_int_equal(sigismember(&before, number), sigismember(&after, number));
    sem_destroy(&seen.done);
}

static void a_detached_thread_runs(void **state)
{
    (void)state;
    static struct seen seen; /* outlives the thread, whenever it ends */
    sem_init(&seen.done, 0, 0);
    assert_int_equal(thread_start(NULL, "booktop-test", look, &seen), 0);
    sem_wait(&seen.done);
    assert_true(sigismember(&seen.mask, SIGINT));
}

static void on_fault(int number)
{
    _exit(number == SIGSEGV ? 42 : 43);
}

static void *fault(void *context)
{
    (void)context;
    raise(SIGSEGV);
    return NULL;
}

/* The handler of the process sees a fault in a thread: it is what gives the terminal back. */
static void a_fault_in_a_thread_is_handled(void **state)
{
    (void)state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        signal(SIGSEGV, on_fault);
        pthread_t thread;
        if (thread_start(&thread, "booktop-test", fault, NULL) == 0) pthread_join(thread, NULL);
        _exit(1);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 42);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_faults_reach_a_thread),
        cmocka_unit_test(a_detached_thread_runs),
        cmocka_unit_test(a_fault_in_a_thread_is_handled),
    };
    return cmocka_run_group_tests_name("base/thread", tests, NULL, NULL);
}
