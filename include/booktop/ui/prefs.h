/* How the user wants things shown: chosen in the config file and with the keys, kept from one start to the next. Plain
 * data, in one table of settings: the config file, `:set`, the state file and --default-config come from its rows.
 * Main thread.
 */
#ifndef BOOKTOP_UI_PREFS_H
#define BOOKTOP_UI_PREFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "booktop/base/text.h"

#define PREFS_NAME_SIZE 256

enum size_unit { SIZE_SHARES, SIZE_MONEY };
enum mouse_choice { MOUSE_ON, MOUSE_OFF };

#define FRAMES_LEAST   1
#define FRAMES_DEFAULT 30
#define FRAMES_MOST    60

struct prefs {
    char theme[PREFS_NAME_SIZE]; /* as theme_load takes it */
    unsigned price_unit;         /* enum price_unit */
    unsigned size_unit;          /* enum size_unit */
    bool utc;                    /* times of the tape and the log; else local */
    bool mouse;
    bool tape, chart; /* panes beside the ladder, where there is room */
    bool volume;      /* the ladder's column of what was traded at each price */
    unsigned group;   /* ticks: one of the ladder's steps */
    unsigned depth;   /* levels of a side, 0: as many as there is room for */
    unsigned sort;    /* of the market list: enum list_order */
    bool reversed;    /* the other way round than is usual for that */
    unsigned frames;  /* a second at most, FRAMES_LEAST to FRAMES_MOST */
};

void prefs_init(struct prefs *prefs);

/* The settings, in the order in which they are listed. `kept`: what the keys change and the state file keeps. */
size_t prefs_count(void);
const char *prefs_name(size_t setting);                  /* "size-unit" */
const char *prefs_help(size_t setting);                  /* one line */
const char *prefs_choice(size_t setting, size_t choice); /* "shares", "money", NULL; numbers have none */
bool prefs_kept(size_t setting);
/* As it would be written: "money". */
void prefs_format(const struct prefs *prefs, size_t setting, char *out, size_t size);
/* False with a reason ("size-unit is shares or money") in `error`; nothing changed then. */
bool prefs_set(struct prefs *prefs, struct text name, struct text value, char *error, size_t error_size);

#endif
