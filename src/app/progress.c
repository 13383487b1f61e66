#include "progress.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/time.h>
#include <unistd.h>

#include "booktop/base/text.h"
#include "booktop/ui/signals.h"

#define PATIENCE NANOSECONDS_PER_SECOND
#define PACE     (NANOSECONDS_PER_SECOND / 5)
/* Steps, of which one is told of. */
#define STEPS 4096

/* === Where nothing is told for long === */

/* What stands on the line, where the work itself says nothing; for how many seconds it has not, whether that stands
 * there, and whether the work has told of itself since it was looked at. */
static const char *volatile silent_what;
static volatile sig_atomic_t silent, silent_told, alive;

/* Of what a signal may do there is only write: "checking, 12 s". */
static void on_alarm(int number)
{
    (void)number;
    int kept = errno;
    char line[96] = "\r";
    size_t length = 1;
    silent = alive ? 0 : silent + 1;
    alive = 0;
    unsigned seconds = (unsigned)silent, worth = 1;
    const char *what = silent_what;
    if (!what || seconds == 0) return;
    while (*what && length < sizeof line - 32) line[length++] = *what++;
    line[length++] = ',';
    line[length++] = ' ';
    while (seconds / worth > 9) worth *= 10;
    for (; worth > 0; worth /= 10) line[length++] = (char)('0' + seconds / worth % 10);
    for (const char *end = " s\033[K"; *end; end++) line[length++] = *end;
    silent_told = 1;
    (void)!write(STDERR_FILENO, line, length);
    errno = kept;
}

static void watch_silence(const char *what)
{
    struct sigaction ours = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
    const struct itimerval each = {.it_interval = {.tv_sec = what ? 1 : 0}, .it_value = {.tv_sec = what ? 1 : 0}};
    silent_what = what;
    silent = alive = 0;
    if (what) sigaction(SIGALRM, &ours, NULL);
    setitimer(ITIMER_REAL, &each, NULL);
    if (!what) signal(SIGALRM, SIG_DFL);
}

/* === Signals that end it === */

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};

/* One that is ignored (nohup, a background job) stays so. */
static void listen_to(int number)
{
    struct sigaction now;
    struct sigaction ours = {.sa_handler = signals_on_end};
    if (sigaction(number, NULL, &now) == 0 && now.sa_handler != SIG_IGN) sigaction(number, &ours, NULL);
}

static void stop_listening(int number)
{
    struct sigaction now;
    if (sigaction(number, NULL, &now) == 0 && now.sa_handler == signals_on_end) signal(number, SIG_DFL);
}

/* === Public === */

void progress_prepare(struct progress *progress)
{
    *progress = (struct progress){.clock = &clock_system, .terminal = isatty(STDERR_FILENO) == 1};
    progress->began = clock_now(progress->clock).mono;
}

void progress_line(struct progress *progress, const char *words)
{
    if (!progress->terminal) return;
    struct winsize size = {0};
    struct text shown = text_from(words);
    /* What went on in a second row would stay there. */
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1)
        shown = text_clip(shown, size.ws_col - 1u, NULL);
    fprintf(stderr, "\r%.*s\033[K", (int)shown.length, shown.at);
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
    if (progress->terminal) watch_silence(what);
}

bool progress_tell(void *context, unsigned thousandths)
{
    struct progress *progress = context;
    if (signals_ending()) return false;
    if (!progress->terminal) return true;
    int64_t now = clock_now(progress->clock).mono;
    if (now - progress->began < PATIENCE || (progress->told && now - progress->told < PACE)) return true;
    alive = 1;
    char words[80];
    snprintf(words, sizeof words, "%s %u %%", progress->what, thousandths / 10);
    progress_line(progress, words);
    return true;
}

bool progress_goes_on(void *context)
{
    (void)context;
    return !signals_ending();
}

bool progress_step(struct progress *progress, int64_t m, int64_t length)
{
    if (progress->steps++ % STEPS != 0) return true;
    int64_t share = m / ((length > 0 ? length : 0) / 1000 + 1); /* below 0: it is not known */
    return progress_tell(progress, share < 0 ? 0 : share < 1000 ? (unsigned)share : 999);
}

void progress_clear(struct progress *progress)
{
    if (!progress->told && !silent_told) return;
    fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->told = 0;
    silent_told = 0;
}

void progress_end(struct progress *progress)
{
    if (progress->terminal) watch_silence(NULL);
    progress_clear(progress);
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) stop_listening(signals[i]);
}

int progress_signal(void)
{
    return signals_ending();
}
