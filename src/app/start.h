/* What commands start with: log, signals, the local exchange, the feed, recordings. Main thread. */
#ifndef BOOKTOP_SRC_APP_START_H
#define BOOKTOP_SRC_APP_START_H

#include "booktop/app/options.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/feed.h"
#include "booktop/record/recorder.h"
#include "booktop/ui/terminal.h"
#include "booktop/venue/kalshi/auth.h"
#include "config.h"
#include "place.h"

#define START_BOOT_SIZE 40

/* Opens the log where the options or XDG_STATE_HOME say, and tells libwebsockets to use it. A log that cannot be opened
 * is no reason not to start; it is said on standard error if it was asked for. */
void start_log(const struct options *options);
void start_log_end(void);

/* Says on standard error that a theme which was asked for cannot be read: nothing depends on it. */
void start_check_theme(const struct options *options);

/* Blocks the signals that end a program, before threads are started: whoever handles them waits for them. */
void start_block_signals(void);

/* Whether books are drawn: on a terminal that can place a cursor, unless plain output is asked for. */
bool start_wants_screen(const struct options *options);

enum colour_choice start_colour(const struct options *options);

struct exchange_options start_exchange_options(const struct options *options);

/* A feed and, for demo, the exchange that it watches. */
struct backend {
    struct exchange *exchange; /* NULL but in demo */
    struct feed *feed;
    char *ca_pem; /* read from a file; owned */
    char urls[6][64];
    struct kalshi_key *kalshi_key;     /* NULL: there is none */
    struct kalshi_signature signature; /* of the handshake that is under way; feed thread */
    /* How this feed is recorded: where to, and what is said in the head. */
    struct recorder_options recording;
    char recording_path[PLACE_SIZE], boot[START_BOOT_SIZE];
    const char *no_place;      /* why the path is empty: what is not set, and what would help; static */
    struct recorder *recorder; /* NULL unless it records from the first input on; closed after backend_stop */
};

enum backend_kind {
    BACKEND_WATCH,
    BACKEND_DEMO,   /* on an exchange of its own */
    BACKEND_RECORD, /* with a recorder */
};

/* Names on the command line that nobody could mean: "polymarket::". EXIT_DONE, or EXIT_USAGE with a reason. */
int start_check_names(const struct options *options, char *error, size_t error_size);
/* The venues that can be asked for what the options name: all of them, unless each name is of a venue by itself. */
void start_named_venues(const struct options *options, bool named[VENUE_COUNT]);
/* Of something that failed: if --exchange names a port where nobody listens, that takes the place of the reason. */
void start_explain(const struct options *options, char *error, size_t error_size);

/* Starts a feed on the venues, on the exchange of --exchange, or on one of its own. False, with a reason. */
bool backend_start(struct backend *backend, const struct options *options, const struct config *config,
                   enum backend_kind kind, char *error, size_t error_size);
/* Leaves the recorder, which can be closed then. */
void backend_stop(struct backend *backend);

#endif
