/* What is kept from one start to the next, in a file of its own: $XDG_STATE_HOME/booktop/state, else
 * ~/.local/state/booktop/state. Nothing depends on it: what is none of ours, or damaged, is put aside as state.bad, or
 * state.bad.1 and so on where there is one, and told of. What cannot be read, or not be put aside, is told of and
 * stays, and nothing is written over it in this run; what cannot be written is told of, too, and that is all.
 *
 * The file is written whole or not at all, by a thread of its own while the screen is open, which also reads what
 * another program has written there. Of two programs that run at the same time the one that writes last wins; but the
 * watch list of one that has not changed its own is the other's. Of the user's choices only those stand there that
 * differ from the config file's, so that a change in that one is not lost. Main thread.
 */
#ifndef BOOKTOP_SRC_APP_KEEPING_H
#define BOOKTOP_SRC_APP_KEEPING_H

#include "booktop/ui/ui.h"

enum keeping_use {
    KEEPING_ALL,   /* what was kept is there, what changes is kept */
    KEEPING_LOOKS, /* the choices and the commands alone, and nothing is written: markets are not the venues' */
    KEEPING_NONE,  /* neither read nor written */
};

struct keeping;

/* Reads what there is; `config` are the choices without it. What the user has to be told of stands in `notice`, else
 * "". NULL when out of memory. */
struct keeping *keeping_open(enum keeping_use use, const struct prefs *config, char *notice, size_t notice_size);
/* To be changed by options, then given to ui_run. The keeping's. */
struct kept *keeping_kept(struct keeping *keeping);
/* For ui_run, once options have changed what they change: that is in force, but not kept. */
struct keeper keeping_begin(struct keeping *keeping);
/* Writes what there is in keeping_kept, if that is new, and frees. False, with a reason, if it could not be written. */
bool keeping_close(struct keeping *keeping, char *error, size_t error_size);

/* Of the text alone (keeping_text.c). `base`: choices that need no line. */
#define KEEPING_SIZE_MAX (1u << 20)
/* With `watch` in place of the watch list of `kept`. */
bool keeping_write_text(FILE *out, const struct kept *kept, const struct watch_list *watch, const struct prefs *base);
/* Over what `kept` holds. Returns how many lines could not be read; SIZE_MAX: it is no such text at all. */
size_t keeping_read_text(struct kept *kept, struct text text);
/* True if they have the same markets in the same order and groups. */
bool keeping_same_watch(const struct watch_list *a, const struct watch_list *b);

#endif
