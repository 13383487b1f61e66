#include "booktop/base/thread.h"

#include <signal.h>

static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT};

static void all_but_faults(sigset_t *set)
{
    sigfillset(set);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) sigdelset(set, faults[i]);
}

int thread_start(pthread_t *thread, const char *name, void *(*run)(void *context), void *context)
{
    pthread_t started;
    pthread_attr_t attributes;
    int error = pthread_attr_init(&attributes);
    if (error) return error;
    if (!thread) (void)pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    sigset_t blocked, before;
    all_but_faults(&blocked);
    /* A new thread inherits the mask. */
    (void)pthread_sigmask(SIG_SETMASK, &blocked, &before);
    error = pthread_create(&started, &attributes, run, context);
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    (void)pthread_attr_destroy(&attributes);
    if (error) return error;
    if (!thread) return 0; /* it may be gone already */
    (void)pthread_setname_np(started, name);
    *thread = started;
    return 0;
}
