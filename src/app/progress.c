#include "progress.h"

#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define PATIENCE NANOSECONDS_PER_SECOND
#define PACE     (NANOSECONDS_PER_SECOND / 5)
/* Steps, of which one is told of. */
#define STEPS 4096

static volatile sig_atomic_t asked; /* which signal */

static void on_signal(int number)
{
    asked = number;
}

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

/* One that is ignored (nohup, a background job) stays so. */
static void listen_to(int number)
{
    struct sigaction now;
    struct sigaction ours = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
    if (sigaction(number, NULL, &now) == 0 && now.sa_handler != SIG_IGN) sigaction(number, &ours, NULL);
}

static void stop_listening(int number)
{
    struct sigaction now;
    if (sigaction(number, NULL, &now) == 0 && now.sa_handler == on_signal) signal(number, SIG_DFL);
}

void progress_prepare(struct progress *progress)
{
    *progress = (struct progress){.clock = &clock_system, .terminal = isatty(STDERR_FILENO) == 1};
    progress->began = clock_now(progress->clock).mono;
}

void progress_line(struct progress *progress, const char *words)
{
    if (!progress->terminal) return;
    fprintf(stderr, "\r%s\033[K", words);
    fflush(stderr);
    progress->told = clock_now(progress->clock).mono;
}

void progress_keep(struct progress *progress)
{
    if (progress->told) fputc('\n', stderr);
    progress->told = 0;
}

void progress_begin(struct progress *progress, const char *what)
{
    progress_prepare(progress);
    progress->what = what;
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) listen_to(signals[i]);
}

bool progress_tell(void *context, unsigned thousandths)
{
    struct progress *progress = context;
    if (asked) return false;
    if (!progress->terminal) return true;
    int64_t now = clock_now(progress->clock).mono;
    if (now - progress->began < PATIENCE || (progress->told && now - progress->told < PACE)) return true;
    char words[80];
    snprintf(words, sizeof words, "%s %u %%", progress->what, thousandths / 10);
    progress_line(progress, words);
    return true;
}

bool progress_step(struct progress *progress, int64_t m, int64_t length)
{
    if (progress->steps++ % STEPS != 0) return true;
    int64_t share = m / (length / 1000 + 1);
    return progress_tell(progress, share < 1000 ? (unsigned)share : 999);
}

void progress_clear(struct progress *progress)
{
    if (!progress->told) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->told = 0;
}

void progress_end(struct progress *progress)
{
    progress_clear(progress);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) stop_listening(signals[i]);
}

int progress_signal(void)
{
    return asked;
}
