/* booktop exchange: the local exchange on its own. */
#include "booktop/exchange/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/app/options.h"
#include "booktop/exchange/fault.h"
#include "booktop/ui/signals.h"
#include "start.h"

#define PATH_SIZE 1024

static bool print_line(void *context, struct text line)
{
    FILE *out = context;
    return fwrite(line.at, 1, line.length, out) == line.length && putc('\n', out) != EOF;
}

static int print_messages(const struct exchange_options *exchange_options, uint64_t count)
{
    errno = ENOMEM; /* the only failure that leaves no word of its own */
    bool printed = exchange_print(exchange_options, count, print_line, stdout);
    /* A reader that had enough closes the pipe: that is no failure. */
    if ((!printed || fflush(stdout)) && errno != EPIPE) {
        fprintf(stderr, "booktop: cannot write the messages: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

/* Printing says only that it failed: a plan that cannot be read is said before. */
static bool plan_is_good(const char *path)
{
    struct fault_plan plan;
    char error[160];
    if (!path || fault_plan_load(&plan, path, error, sizeof error)) {
        if (path) fault_plan_free(&plan);
        return true;
    }
    fprintf(stderr, "booktop: %s: %s\n", path, error);
    return false;
}

static bool write_all(int file, struct text text)
{
    bool written = write(file, text.at, text.length) == (ssize_t)text.length;
    return close(file) == 0 && written;
}

static bool write_certificate(const char *path, struct text pem)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    return file >= 0 && write_all(file, pem);
}

/* A new file, for the user alone, takes the place of one that is there. What is no regular file, a link above all, is
 * left alone: EEXIST. */
static bool write_key(const char *path, struct text pem)
{
    char made[PATH_SIZE];
    struct stat there;
    if (lstat(path, &there) == 0 && !S_ISREG(there.st_mode)) {
        errno = EEXIST;
        return false;
    }
    if (snprintf(made, sizeof made, "%s.XXXXXX", path) >= (int)sizeof made) {
        errno = ENAMETOOLONG;
        return false;
    }
    int file = mkostemp(made, O_CLOEXEC); /* of mode 0600 */
    if (file < 0) return false;
    if (write_all(file, pem) && rename(made, path) == 0) return true;
    int why = errno;
    unlink(made);
    errno = why;
    return false;
}

/* Writes what clients need. False, having said why. */
static bool write_files(const struct options *options, const struct exchange *exchange)
{
    const char *ca = options->ca_out, *key = options->kalshi_key_out;
    if (ca && !write_certificate(ca, exchange_ca_pem(exchange))) {
        fprintf(stderr, "booktop: cannot write %s: %s\n", ca, strerror(errno));
        return false;
    }
    if (key && !write_key(key, exchange_kalshi_key_pem(exchange))) {
        fprintf(stderr, "booktop: cannot write %s: %s\n", key,
                errno == EEXIST ? "it is there and no regular file" : strerror(errno));
        return false;
    }
    return true;
}

/* Waits for a signal to end, or for the time to pass. Returns the signal, 0 for the time. */
static int wait_for_end(int64_t for_ns)
{
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    struct timespec time = {for_ns / NANOSECONDS_PER_SECOND, for_ns % NANOSECONDS_PER_SECOND};
    int got;
    do got = sigtimedwait(&ends, NULL, for_ns ? &time : NULL);
    while (got < 0 && errno == EINTR);
    return got < 0 ? 0 : got;
}

static int serve(const struct options *options, const struct exchange *exchange)
{
    if (!write_files(options, exchange)) return EXIT_FAILED;
    printf("the local exchange listens on 127.0.0.1, port %u\n", exchange_port(exchange));
    if (options->kalshi_key_out)
        printf("Kalshi key %s is in %s\n", exchange_kalshi_key_id(exchange), options->kalshi_key_out);
    fflush(stdout);
    int ended_by = wait_for_end(options->for_ns);
    signals_put_away(ended_by);
    return ended_by ? 128 + ended_by : EXIT_DONE;
}

/* Whose messages are printed. False for a name that the exchange does not know. */
static bool choose_venue(const char *name, enum exchange_venue *venue)
{
    static const char *const names[] = {[EXCHANGE_POLYMARKET] = "polymarket", [EXCHANGE_KALSHI] = "kalshi"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (name && strcmp(name, names[i]) != 0) continue;
        *venue = (enum exchange_venue)i;
        return true;
    }
    return false;
}

int command_exchange(const struct options *options)
{
    struct exchange_options exchange_options = start_exchange_options(options);
    signal(SIGPIPE, SIG_IGN);
    if (!choose_venue(options->venue, &exchange_options.venue)) {
        fprintf(stderr, "booktop: the local exchange knows the venues polymarket and kalshi, not '%s'\n",
                options->venue);
        return EXIT_USAGE;
    }
    if (!plan_is_good(options->fault_file)) return EXIT_FAILED;
    if (options->print) return print_messages(&exchange_options, options->print);
    start_block_signals();
    start_log(options);
    char error[256];
    struct exchange *exchange = exchange_start(&exchange_options, error, sizeof error);
    int code = EXIT_FAILED;
    if (exchange) {
        code = serve(options, exchange);
        exchange_stop(exchange);
    } else {
        fprintf(stderr, "booktop: the local exchange does not start: %s\n", error);
    }
    start_log_end();
    return code;
}
