/* The theme of the screen, and the choice of another: a list of all there are; the one that is selected is seen on the
 * whole screen at once, until it is taken or what was before is back.
 *
 * Themes of the user are read from their files when they are selected. Who owns the terminal compares `changes` with
 * what it has shown (terminal_retheme). Main thread.
 */
#ifndef BOOKTOP_UI_THEMES_H
#define BOOKTOP_UI_THEMES_H

#include "booktop/ui/keymap.h"
#include "booktop/ui/layout.h"
#include "booktop/ui/theme.h"

struct themes {
    struct theme shown;
    unsigned changes;             /* of `shown` */
    char name[THEME_NAME_SIZE];   /* the theme that was chosen: that of `shown`, unless the list is open */
    char wanted[THEME_NAME_SIZE]; /* what themes_follow was told last */

    bool open; /* the list */
    struct theme_list list;
    size_t selected, top;
    int page;                             /* rows shown at the last drawing */
    struct theme before;                  /* what is back where none is taken */
    char trouble[THEME_ERROR_SIZE + 128]; /* why the selected theme cannot be shown; "": it is */
};

/* The built-in dark theme, the list closed. */
void themes_init(struct themes *themes);
/* At the start: what theme_load made of a name. Where nothing of that could be had, it is the default under its own
 * name. */
void themes_begin(struct themes *themes, const struct theme *theme, const char *name);
/* What is shown from now on, and the name it is known by. Closes the list. */
void themes_set(struct themes *themes, const struct theme *theme, const char *name);
/* The same for a theme that has to be found first; nothing is done where it is the one chosen already. False with a
 * reason in `error`; nothing changed then. */
bool themes_choose(struct themes *themes, const char *name, char *error, size_t error_size);

/* Shows the theme of a setting that may have changed. What cannot be had is told of once, and tried no further. Does
 * nothing while the list is open. False with a reason in `error`; nothing changed then. */
bool themes_follow(struct themes *themes, const char *wanted, char *error, size_t error_size);

/* Opens the list, with the chosen theme selected. */
void themes_open(struct themes *themes);
/* Takes the theme that is selected. False, and the list stays open, if it cannot be shown. */
bool themes_take(struct themes *themes);
/* Closes the list; what was chosen before is shown again. */
void themes_cancel(struct themes *themes);
/* Selects the theme of a row; false if there is no such row. */
bool themes_select(struct themes *themes, size_t place);
/* Moves the selection; false for actions that mean nothing to a list. */
bool themes_act(struct themes *themes, enum action action);

/* Columns that the list takes at the right of the screen's body. */
#define THEMES_WIDTH 27

#endif
