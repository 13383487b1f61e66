#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "booktop/app/options.h"
#include "booktop/base/text.h"
#include "booktop/net/loop.h"
#include "booktop/net/tls.h"
#include "booktop/record/archive.h"
#include "booktop/ui/terminal.h"
#include "config.h"
#include "told.h"

static int print_version(void)
{
    printf("booktop %s\n", BOOKTOP_VERSION);
    printf("libwebsockets %s\n", net_library_version());
    printf("%s\n", tls_library_version());
    printf("%s\n", terminal_library_version());
    printf("utf8proc %s\n", text_library_version());
    printf("zstd %s\n", archive_library_version());
    printf("SQLite %s\n", sqlite3_libversion());
    return fflush(stdout) ? EXIT_FAILED : EXIT_DONE;
}

/* What is closed there would be given to a file or a socket of ours, and messages written into it. Standard output is
 * opened so that it takes nothing: what was asked for and goes nowhere has failed. */
static bool reserve_standard_descriptors(void)
{
    static const int modes[] = {[STDIN_FILENO] = O_RDWR, [STDOUT_FILENO] = O_RDONLY, [STDERR_FILENO] = O_RDWR};
    for (int file = STDIN_FILENO; file <= STDERR_FILENO; file++) {
        if (fcntl(file, F_GETFD) >= 0) continue;
        if (open("/dev/null", modes[file] | O_CLOEXEC) != file) return false; /* the lowest that is free */
    }
    return true;
}

int main(int argc, char **argv)
{
    if (!reserve_standard_descriptors()) return EXIT_FAILED;
    /* A file that may not grow any further (ulimit -f) is a write that fails, and that is told of. */
    signal(SIGXFSZ, SIG_IGN);
    setlocale(LC_ALL, "");
    tzset();
    struct options options;
    char error[256];
    if (!options_parse(&options, argc, argv, error, sizeof error)) {
        told_error(error); /* it may repeat what was typed */
        fputs("Try 'booktop --help'.\n", stderr);
        return EXIT_USAGE;
    }
    if (options.help) {
        options_print_help(stdout, options.command);
        return fflush(stdout) ? EXIT_FAILED : EXIT_DONE;
    }
    if (options.version) return print_version();
    if (options.default_config) {
        config_print_default(stdout);
        return fflush(stdout) ? EXIT_FAILED : EXIT_DONE;
    }
    return options.command->run(&options);
}
