#include "booktop/ui/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <unistd.h>

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

static void on_signal(int number)
{
    int error = errno;
    unsigned bits = 0;
    for (size_t i = 0; i < CAUGHT; i++) {
        if (caught[i].number == number) bits = caught[i].bit;
    }
    if (bits == SIGNALS_END) atomic_store(&ending, number);
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
    for (size_t i = 0; i < CAUGHT; i++) sigaction(caught[i].number, &before[i], NULL);
    close(wake[0]);
    close(wake[1]);
    wake[0] = wake[1] = -1;
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
