/* The tables of commands and options, from which the parser (options.c) and --help (options_help.c) are made. */
#ifndef BOOKTOP_SRC_APP_OPTIONS_TABLE_H
#define BOOKTOP_SRC_APP_OPTIONS_TABLE_H

#include "booktop/app/options.h"

enum command_id {
    WATCH,
    DEMO,
    RECORD,
    REPLAY,
    VERIFY,
    INFO,
    REPAIR,
    EXPORT,
    DECODE,
    EXCHANGE,
    MAN,
    COMMAND_ROWS_COUNT
};

extern const struct command_row command_rows[COMMAND_ROWS_COUNT];

/* Where --help tells of an option. */
enum group {
    LOOKS,
    RUNNING,
    RECORDING,
    REPLAYING,
    CONNECTIONS,
    VENUES,
    CHECKING,
    EXPORTING,
    MESSAGES,
    DECODING,
    ORDER_FLOW,
    SERVING,
    EVERYWHERE,
    GROUP_COUNT
};

enum value_kind {
    VALUE_FLAG,
    VALUE_SWITCH, /* on, off */
    VALUE_TEXT,
    VALUE_UNSIGNED,
    VALUE_COUNT,
    VALUE_SIZE,
    VALUE_STAMP,
    VALUE_DURATION,
    VALUE_COLOR,
    VALUE_REPLAY_SPEED,
    VALUE_MOMENT
};

/* Rows of one name are the same option, which means something else to other commands; the letter is the first one's.
 * NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding): in this order a row can be read. */
struct option_row {
    char letter; /* 0: none */
    const char *name;
    const char *argument; /* NULL: none */
    const char *help;
    enum group group;
    bool in_file; /* may stand in the config file, too */
    unsigned commands;
    enum value_kind kind;
    size_t offset;        /* in struct options */
    uint64_t least, most; /* of numbers */
};

extern const struct option_row option_rows[];
extern const size_t option_row_count; /* OPTIONS_ROWS_MAX at most */

/* Puts a value where its row says (options_value.c); texts are borrowed. False: it is none. */
bool option_store(struct options *options, const struct option_row *row, const char *text);
/* "on", "off". */
bool option_parse_switch(const char *text, bool *on);

#endif
