/* The command line: commands with an argument, in one table, and every action by its name. Help, manual page and
 * completion come from the same rows. Main thread.
 */
#ifndef BOOKTOP_UI_COMMAND_H
#define BOOKTOP_UI_COMMAND_H

#include "booktop/ui/keymap.h"

struct scene;

enum typed_command {
    COMMAND_OPEN,
    COMMAND_SEARCH,
    COMMAND_THEME,
    COMMAND_SET,
    COMMAND_GROUP,
    COMMAND_DEPTH,
    COMMAND_COST,
    COMMAND_GOTO,
    COMMAND_QUIT,
    COMMAND_COUNT
};

struct command {
    const char *name;
    const char *argument; /* "NAME"; "": it takes none */
    const char *help;
};

/* By enum typed_command. */
extern const struct command commands[COMMAND_COUNT];

/* What a line says, taken apart. */
struct command_line {
    struct text word, argument; /* parts of the line, trimmed */
    int command;                /* enum typed_command, -1: it is an action, or nothing */
    enum action action;         /* ACTION_NONE: it is a command, or nothing */
};

/* A word that is the beginning of one command, or else of one action, is taken for that one. False, with what was
 * expected in `error`: it is neither. */
bool command_parse(struct text line, struct command_line *parsed, char *error, size_t error_size);

#define CHOICES_MOST 160
#define CHOICE_SIZE  64

/* The words that may stand where the end of the line is. */
struct choices {
    char names[CHOICES_MOST][CHOICE_SIZE]; /* raw: names of themes may be the user's */
    size_t count;
    size_t start; /* of the word they complete, bytes from the begin of the line */
};

/* Those of the actions that mean something in `context`. */
void command_choices(struct text line, enum context context, bool replay, struct choices *choices);
/* What the choices have in common, with a blank behind it if there is but one, and something may follow. The length
 * without terminator; never shorter than what is typed of the word. */
size_t command_complete(struct text line, const struct choices *choices, char out[CHOICE_SIZE]);

/* What is said of the line while it is typed: "theme NAME  colours…", or "" where choices say more. */
void command_explain(struct text line, char *out, size_t size);

#endif
