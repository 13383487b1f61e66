/* The config file: what a user sets once. Lines `name = value`; `#` at the beginning of a line or after a blank starts
 * a comment. It lies where the XDG base directory specification says: $XDG_CONFIG_HOME/booktop/config, else
 * ~/.config/booktop/config. What may stand there beside the settings below are options (app/options.h). Main thread.
 */
#ifndef BOOKTOP_SRC_APP_CONFIG_H
#define BOOKTOP_SRC_APP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "booktop/app/options.h"

#define CONFIG_VALUE_SIZE 1024

struct config {
    char kalshi_key_id[CONFIG_VALUE_SIZE];
    char kalshi_key_file[CONFIG_VALUE_SIZE]; /* `~/` at its start is the home folder */
};

/* Reads options->config_file, or the default place where it is NULL: there a file that does not exist is an empty one.
 * Options are put where they belong, but for those given on the command line, and checked. False, with
 * "FILE, line N: why" or "FILE: why" in `error`, for a file that cannot be read or understood. */
bool config_read(struct config *config, struct options *options, char *error, size_t error_size);

/* What holds of a setting: the option, if it was given; else the environment's `variable` and then the config file's
 * value, where they are not empty; else NULL. */
const char *config_choose(const char *option, const char *variable, const char *value);

#endif
