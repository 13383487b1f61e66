/* The command line: one table of commands and one of options make the parser and --help.
 *
 * Main thread, before anything else runs. What is parsed borrows from argv; what comes from the config file is owned.
 */
#ifndef BOOKTOP_APP_OPTIONS_H
#define BOOKTOP_APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "booktop/base/text.h"
#include "booktop/net/limits.h"

enum exit_code { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_DAMAGED = 3 };

struct options;

struct command_row {
    const char *name;      /* "" for the command that needs no word */
    const char *arguments; /* as --help shows them */
    const char *help;
    int (*run)(const struct options *options); /* returns the exit code */
    size_t least_words, most_words;            /* arguments it takes, SIZE_MAX: any */
    const char *example;                       /* of its own help; lines of shell */
};

enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* Rows of the table: each is a bit. */
#define OPTIONS_ROWS_MAX 64

/* Everything that can be said, with the defaults that options_parse sets. */
struct options {
    const struct command_row *command;
    const char *const *words; /* arguments of the command */
    size_t word_count;
    bool help, version, default_config;
    bool no_mouse;
    bool fresh; /* what was kept of earlier starts is left alone */
    /* Watching. */
    bool once, json, ascii;
    int64_t for_ns; /* 0: not given */
    enum color_choice color;
    const char *theme;                      /* NULL: the default */
    unsigned exchange;                      /* port of a local exchange to use in place of the venues, 0: none */
    const char *ca_file;                    /* NULL: the system's store */
    const char *log_file;                   /* NULL: the default place */
    const char *config_file;                /* NULL: the default place */
    const char *kalshi_key_id, *kalshi_key; /* the key's id and its file; NULL: environment or config file */
    bool debug;
    /* Connections. */
    struct net_limits limits;
    const char *proxy;   /* NULL: as the environment says; "": none */
    const char *metrics; /* [ADDRESS:]PORT, NULL: nowhere */
    /* The local exchange. */
    unsigned port, speed, markets;
    uint64_t seed, print;
    int64_t start_ms;
    const char *fault_file, *ca_out, *kalshi_key_out;
    /* Decode. */
    const char *venue;
    bool books, summary;
    /* Recordings. */
    bool record;           /* begin at once */
    const char *output;    /* a file or folder, NULL: the default place; of export "-": standard output */
    unsigned replay_speed; /* thousandths, as feed/replay.h has them; 0: as fast as it goes */
    const char *at;        /* where a replay begins: 90s, 3.7s, 1h2m3s, 40%, or a time of day, NULL: the begin */
    int64_t idle_ns;       /* longest silence of a replay, 0: as recorded */
    const char *format;    /* of export: book-csv, trades-csv, npy, ndjson or sqlite */
    const char *market;    /* of export: [VENUE:]SYMBOL, NULL: all */
    const char *from, *to; /* of export: times as `at`, NULL: the begin, the end */
    /* Which rows of the table were given; the texts that came from the config file, each in its row's place. */
    uint64_t given;
    char *kept[OPTIONS_ROWS_MAX]; /* owned */
};

/* Fills `options` from the arguments. On a mistake: false, with one line (terminated, no line feed) in `error`. */
bool options_parse(struct options *options, int argc, char **argv, char *error, size_t error_size);

/* A line of the config file, `name = value`: any option that says how things look or how connections are kept may stand
 * there, by its name without dashes (a flag: on or off). What was given on the command line goes before it, what
 * belongs to another command is left alone. False, with `*why` (static), if there is no such setting, or for a wrong
 * value. */
bool options_take_setting(struct options *options, struct text name, struct text value, const char **why);
void options_free(struct options *options);
/* Whether the values make sense together: options_parse has checked it, and config_read does. */
bool options_check(const struct options *options, char *error, size_t error_size);

/* What --help prints: of a command its own usage, options and example; of "", the command that needs no word,
 * everything. */
void options_print_help(FILE *out, const struct command_row *command);

/* The same as a part of the manual page: all options, by groups. */
void options_print_manual(FILE *out);

/* Takes [ADDRESS:]PORT apart, ADDRESS being numeric (IPv4), by default 127.0.0.1. False if it is not of that form. */
#define OPTIONS_ADDRESS_SIZE 16
bool options_parse_listen(const char *text, char address[OPTIONS_ADDRESS_SIZE], unsigned *port);

/* "10s", "500ms", "2m", "1h", or plain seconds. False if it is none, or not positive. */
bool options_parse_duration(const char *text, int64_t *nanoseconds);

/* "0.1" to "1000", with up to three decimals, in thousandths; "max" is 0. False if it is neither. */
bool options_parse_replay_speed(const char *text, unsigned *thousandths);

/* The commands, one file each. */
int command_watch(const struct options *options);
int command_demo(const struct options *options);
int command_decode(const struct options *options);
int command_exchange(const struct options *options);
int command_replay(const struct options *options);
int command_record(const struct options *options);
int command_verify(const struct options *options);
int command_info(const struct options *options);
int command_repair(const struct options *options);
int command_export(const struct options *options);
int command_man(const struct options *options);

#endif
