#include "booktop/ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

#include "booktop/base/clock.h"
#include "crash.h"

static const struct {
    int number;
    unsigned bit;
} caught[] = {
    {SIGINT, SIGNALS_END},      {SIGTERM, SIGNALS_END},     {SIGHUP, SIGNALS_END},
    {SIGWINCH, SIGNALS_RESIZE}, {SIGTSTP, SIGNALS_SUSPEND}, {SIGCONT, SIGNALS_CONTINUE},
};

#define CAUGHT (sizeof caught / sizeof *caught)

static struct sigaction before[CAUGHT];
static int wake[2] = {-1, -1};
static atomic_uint pending;
static atomic_int ending;
static _Atomic int64_t ending_since; /* mono */

/* From then on somebody who asks again means it: nothing is waited for. */
#define INSIST NANOSECONDS_PER_SECOND

static int64_t now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time); /* may be called by handlers */
    return time.tv_sec * NANOSECONDS_PER_SECOND + time.tv_nsec;
}

static void end_at_once(int number)
{
    sigset_t own;
    crash_give_back();
    signal(number, SIG_DFL);
    sigemptyset(&own);
    sigaddset(&own, number);
    pthread_sigmask(SIG_UNBLOCK, &own, NULL);
    raise(number);
}

/* A terminal that goes away says so more than once, and each of those who hear of it tells the others. */
void signals_on_end(int number)
{
    int error = errno, none = 0;
    if (atomic_load(&ending) == 0) atomic_store(&ending_since, now());
    bool again = !atomic_compare_exchange_strong(&ending, &none, number);
    if (again && number != SIGHUP && now() - atomic_load(&ending_since) >= INSIST) end_at_once(number);
    errno = error;
}

static void on_signal(int number)
{
    int error = errno;
    unsigned bits = 0;
    for (size_t i = 0; i < CAUGHT; i++) {
        if (caught[i].number == number) bits = caught[i].bit;
    }
    if (bits == SIGNALS_END) signals_on_end(number);
    atomic_fetch_or(&pending, bits);
    /* A full pipe wakes as well as one more byte in it. */
    ssize_t written = write(wake[1], "", 1);
    (void)written;
    errno = error;
}

bool signals_install(void)
{
    if (pipe2(wake, O_CLOEXEC | O_NONBLOCK) != 0) return false;
    atomic_store(&pending, 0);
    atomic_store(&ending, 0);
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
    sigfillset(&action.sa_mask);
    for (size_t i = 0; i < CAUGHT; i++) sigaction(caught[i].number, &action, &before[i]);
    return true;
}

void signals_restore(void)
{
    if (wake[0] < 0) return;
    for (size_t i = 0; i < CAUGHT; i++)
        if (caught[i].bit != SIGNALS_END) sigaction(caught[i].number, &before[i], NULL);
    signals_put_away(atomic_load(&ending));
    close(wake[0]);
    close(wake[1]);
    wake[0] = wake[1] = -1;
}

void signals_put_away(int number)
{
    const struct sigaction action = {.sa_handler = signals_on_end, .sa_flags = SA_RESTART};
    sigset_t ends;
    sigemptyset(&ends);
    if (atomic_load(&ending) == 0) atomic_store(&ending_since, now());
    atomic_store(&ending, number);
    for (size_t i = 0; i < CAUGHT; i++) {
        struct sigaction present;
        if (caught[i].bit != SIGNALS_END) continue;
        sigaddset(&ends, caught[i].number);
        if (sigaction(caught[i].number, NULL, &present) == 0 && present.sa_handler == SIG_IGN) continue;
        sigaction(caught[i].number, &action, NULL);
    }
    pthread_sigmask(SIG_UNBLOCK, &ends, NULL);
}

int signals_fd(void)
{
    return wake[0];
}

unsigned signals_take(void)
{
    char bytes[64];
    while (read(wake[0], bytes, sizeof bytes) > 0) {
    }
    return atomic_exchange(&pending, 0);
}

int signals_ending(void)
{
    return atomic_load(&ending);
}

void signals_interrupt(int terminal)
{
    bool in_front = tcgetpgrp(terminal) == getpgrp();
    if (!in_front || kill(0, SIGINT) != 0) raise(SIGINT);
}

void signals_stop_self(void)
{
    struct sigaction ours, standard = {.sa_handler = SIG_DFL};
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaction(SIGTSTP, &standard, &ours);
    pthread_sigmask(SIG_UNBLOCK, &stop, NULL);
    raise(SIGTSTP);
    sigaction(SIGTSTP, &ours, NULL);
}
