#include <libwebsockets.h>
#include <locale.h>
#include <ncurses.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <utf8proc.h>

#include "booktop/app/options.h"

static int print_version(void)
{
    printf("booktop %s\n", BOOKTOP_VERSION);
    printf("libwebsockets %s\n", lws_get_library_version());
    printf("%s\n", OpenSSL_version(OPENSSL_VERSION));
    printf("%s\n", curses_version());
    printf("utf8proc %s\n", utf8proc_version());
    return EXIT_DONE;
}

int main(int argc, char **argv)
{
    setlocale(LC_ALL, "");
    struct options options;
    char error[256];
    if (!options_parse(&options, argc, argv, error, sizeof error)) {
        fprintf(stderr, "booktop: %s\nTry 'booktop --help'.\n", error);
        return EXIT_USAGE;
    }
    if (options.help) {
        options_print_help(stdout);
        return fflush(stdout) ? EXIT_FAILED : EXIT_DONE;
    }
    if (options.version) return print_version();
    return options.command->run(&options);
}
