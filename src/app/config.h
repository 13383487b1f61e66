/* The config file: what a user sets once. Lines `name = value`; `#` at the beginning of a line or after a blank starts
 * a comment. It lies where the XDG base directory specification says: $XDG_CONFIG_HOME/booktop/config, else
 * ~/.config/booktop/config. Main thread.
 */
#ifndef BOOKTOP_SRC_APP_CONFIG_H
#define BOOKTOP_SRC_APP_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#define CONFIG_VALUE_SIZE 1024

struct config {
    char kalshi_key_id[CONFIG_VALUE_SIZE];
    char kalshi_key_file[CONFIG_VALUE_SIZE]; /* `~/` at its start is the home folder */
};

/* Reads `path`, or the default place where it is NULL: there a file that does not exist is an empty one. False, with
 * "FILE, line N: why" in `error`, for one that cannot be read or understood. */
bool config_read(struct config *config, const char *path, char *error, size_t error_size);

/* What holds of a setting: the option, if it was given; else the environment's `variable` and then the config file's
 * value, where they are not empty; else NULL. */
const char *config_choose(const char *option, const char *variable, const char *value);

#endif
