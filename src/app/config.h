/* The config file: what a user sets once. Lines `name = value`, `bind CONTEXT KEY ACTION` and `unbind CONTEXT KEY`; `#`
 * at the beginning of a line or after a blank starts a comment. It lies where the XDG base directory specification
 * says: $XDG_CONFIG_HOME/booktop/config, else ~/.config/booktop/config. What may stand there beside the settings below
 * are the user's choices (ui/prefs.h) and options (app/options.h). Main thread.
 */
#ifndef BOOKTOP_SRC_APP_CONFIG_H
#define BOOKTOP_SRC_APP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "booktop/app/options.h"
#include "booktop/ui/prefs.h"

#define CONFIG_VALUE_SIZE 1024

/* Mistakes that are told one by one; more are counted. */
#define CONFIG_FAULTS     16
#define CONFIG_FAULT_SIZE 320

struct config {
    char kalshi_key_id[CONFIG_VALUE_SIZE];
    char kalshi_key_file[CONFIG_VALUE_SIZE]; /* `~/` at its start is the home folder */
    struct prefs prefs;                      /* the defaults, and over them what the file says */
    /* "FILE:LINE: what is wrong", raw: such a line changes nothing. */
    char faults[CONFIG_FAULTS][CONFIG_FAULT_SIZE];
    unsigned fault_count; /* of all; the first CONFIG_FAULTS are there */
};

/* Reads options->config_file, or the default place where it is NULL: there a file that does not exist is an empty one.
 * Options are put where they belong, but for those given on the command line; keys are bound. Mistakes are noted, and
 * the defaults kept there. False, with a reason in `error`, only for a file that was named and cannot be read. */
bool config_read(struct config *config, struct options *options, char *error, size_t error_size);
/* The mistakes, on standard error. */
void config_tell(const struct config *config);
/* Puts the first one behind what `out` says already, and how many more there are; nothing where there are none. False:
 * it had to be cut, at a word, but never that number. What is not said there config_tell says. */
bool config_notice(const struct config *config, char *out, size_t size);

/* A file that says what holds without one, each setting with what it is: for --default-config. */
void config_print_default(FILE *out);

/* What holds of a setting: the option, if it was given; else the environment's `variable` and then the config file's
 * value, where they are not empty; else NULL. */
const char *config_choose(const char *option, const char *variable, const char *value);

#endif
