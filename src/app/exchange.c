/* booktop exchange: the local exchange on its own. */
#include "booktop/exchange/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "booktop/app/options.h"
#include "start.h"

static bool print_line(void *context, struct text line)
{
    FILE *out = context;
    return fwrite(line.at, 1, line.length, out) == line.length && putc('\n', out) != EOF;
}

static int print_messages(const struct exchange_options *exchange_options, uint64_t count)
{
    bool printed = exchange_print(exchange_options, count, print_line, stdout);
    /* A reader that had enough closes the pipe: that is no failure. */
    if ((!printed || fflush(stdout)) && errno != EPIPE) {
        fprintf(stderr, "booktop: cannot write the messages: %s\n", strerror(errno));
        return EXIT_FAILED;
    }
    return EXIT_DONE;
}

static bool write_certificate(const char *path, struct text pem)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return false;
    bool written = write(file, pem.at, pem.length) == (ssize_t)pem.length;
    return close(file) == 0 && written;
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

int command_exchange(const struct options *options)
{
    struct exchange_options exchange_options = start_exchange_options(options);
    signal(SIGPIPE, SIG_IGN);
    if (options->print) return print_messages(&exchange_options, options->print);
    start_block_signals();
    start_log(options);
    char error[256];
    struct exchange *exchange = exchange_start(&exchange_options, error, sizeof error);
    if (!exchange) {
        fprintf(stderr, "booktop: the local exchange does not start: %s\n", error);
        return EXIT_FAILED;
    }
    int code = EXIT_DONE;
    if (options->ca_out && !write_certificate(options->ca_out, exchange_ca_pem(exchange))) {
        fprintf(stderr, "booktop: cannot write %s: %s\n", options->ca_out, strerror(errno));
        code = EXIT_FAILED;
    } else {
        printf("the local exchange listens on 127.0.0.1, port %u\n", exchange_port(exchange));
        fflush(stdout);
        int ended_by = wait_for_end(options->for_ns);
        code = ended_by ? 128 + ended_by : EXIT_DONE;
    }
    exchange_stop(exchange);
    start_log_end();
    return code;
}
