/* The user's Kalshi key: where it is named, and whether it can be used.
 *
 * From the first key on the process writes no core dumps, and no other one may look into it. Reasons are for the user,
 * sanitized: they name the file, never the id or a word of the key. Main thread.
 */
#ifndef BOOKTOP_SRC_APP_KALSHI_KEY_H
#define BOOKTOP_SRC_APP_KALSHI_KEY_H

#include "booktop/app/options.h"
#include "booktop/venue/kalshi/auth.h"
#include "config.h"

/* What names a key. Borrowed from options, environment and configuration. */
struct kalshi_key_names {
    const char *id, *file; /* NULL: not named */
    bool by_option;        /* an option names one of them: without this key the user does not want to start */
};

/* Options go before KALSHI_KEY_ID and KALSHI_KEY_FILE, and these before the config file. With --exchange there are only
 * options: no key is shown to whoever listens on a port because it happens to be at hand. */
struct kalshi_key_names kalshi_key_names(const struct options *options, const struct config *config);

/* The key that is named; without a name there is none. NULL, with a reason, if it cannot be used: its file must be what
 * key_file.h asks for. */
struct kalshi_key *kalshi_key_load(const struct kalshi_key_names *names, char *error, size_t error_size);

#endif
