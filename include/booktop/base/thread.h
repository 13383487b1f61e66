/* Starting threads that leave signals alone.
 *
 * Signals are the main thread's business: every other thread is started with all of them blocked, but for those that a
 * fault raises in the thread itself (SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, and SIGABRT). Were these
 * blocked, the kernel would end the process at once, and nobody would give the terminal back.
 */
#ifndef BOOKTOP_BASE_THREAD_H
#define BOOKTOP_BASE_THREAD_H

#include <pthread.h>

/* Starts a thread named `name` (at most 15 characters, as the kernel shows it). With `thread` NULL it is detached.
 * Returns 0 or an error number. */
int thread_start(pthread_t *thread, const char *name, void *(*run)(void *context), void *context);

#endif
