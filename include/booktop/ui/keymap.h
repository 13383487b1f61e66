/* Keys: one table of actions, one table of bindings. Dispatch, the footer's hints, the help, the manual page and the
 * README's list of keys come from the same rows; nothing is bound that does not work. The user's own bindings
 * (keymap_bind) change the table before anything is drawn; there is one for the process. Main thread.
 */
#ifndef BOOKTOP_UI_KEYMAP_H
#define BOOKTOP_UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "booktop/base/text.h"

/* A key that was pressed: a character (Unicode), or one of these. */
enum press {
    PRESS_NONE = 0,
    PRESS_TAB = 9,
    PRESS_ENTER = 13,
    PRESS_ESCAPE = 27,
    PRESS_BACKSPACE = 127,
    PRESS_UP = 0x110000, /* behind the last character */
    PRESS_DOWN,
    PRESS_LEFT,
    PRESS_RIGHT,
    PRESS_HOME,
    PRESS_END,
    PRESS_PAGE_UP,
    PRESS_PAGE_DOWN,
    PRESS_DELETE,
    PRESS_INSERT,
    PRESS_BACK_TAB, /* Shift-Tab */
    PRESS_F1,       /* up to F12 they follow each other */
    PRESS_F12 = PRESS_F1 + 11,
    PRESS_MOUSE,     /* terminal_mouse tells what it did */
    PRESS_INTERRUPT, /* Ctrl-C, or what the terminal's user has in its place: the program is to end, whatever is open */
    PRESS_UNKNOWN,
};

#define PRESS_CONTROL(letter) ((letter) - 'A' + 1)

/* Where a binding holds. A context falls back on a wider one: ladder, tape and chart on the book; book, list, the
 * panels that tell how the book is proved and all about the market, and the log on what is watched, a live feed or a
 * replay, and that on every screen; everything ends at "always". */
enum context {
    CONTEXT_ALWAYS,
    CONTEXT_SCREEN,
    CONTEXT_LIVE,   /* only where a live feed is watched */
    CONTEXT_REPLAY, /* only where a recording is */
    CONTEXT_JUMP,   /* the same, while digits of a place in it are being typed */
    CONTEXT_BOOK,
    CONTEXT_LADDER,
    CONTEXT_TAPE,
    CONTEXT_CHART,
    CONTEXT_INFO,
    CONTEXT_PROOF,
    CONTEXT_LOG,
    CONTEXT_LIST,
    CONTEXT_LIVE_LIST, /* what of the list's keys a replay needs for itself */
    CONTEXT_WATCH,
    CONTEXT_THEMES,
    CONTEXT_HELP,
    CONTEXT_PROMPT,
    CONTEXT_SEARCH,  /* the line that is typed finds markets: above it they are chosen from */
    CONTEXT_COMMAND, /* the line that is typed is a command */
    CONTEXT_COUNT
};

/* name (NEXT_MARKET is "next-market" to the user), what the footer says, what the help says */
/* clang-format off */
#define ACTION_TABLE(row) \
    row(REPAINT, "repaint", "paint the screen anew") \
    row(SUSPEND, "suspend", "suspend") \
    row(QUIT, "quit", "back, or quit") \
    row(QUIT_ALL, "quit", "quit at once") \
    row(HELP, "help", "these keys") \
    row(COMMAND, "command", "a command, or an action") \
    row(FIND_KEY, "find", "find keys by their words") \
    row(SEARCH, "search", "search, or open by name") \
    row(THEME, "theme", "colours, from a list") \
    row(TAKE_THEME, "take it", "take this theme") \
    row(LOG, "log", "connections, their log") \
    row(RETRY, "try again", "try again at once") \
    row(RECORD, "record", "record, or end it") \
    row(MARK, "mark", "a mark in the recording") \
    row(WATCHED, "watched", "the market of that number") \
    row(WATCH, "watch", "watch it, or no longer") \
    row(WATCH_LIST, "watch list", "the watch list") \
    row(UNWATCH, "remove", "off the watch list") \
    row(MOVE_DOWN, "reorder", "move it down the list") \
    row(MOVE_UP, "reorder", "move it up the list") \
    row(INTO_GROUP, "group", "into a group, by its name") \
    row(FOLD_GROUP, "fold", "fold the group, or unfold") \
    row(MARKET_BEFORE, "before", "the market before this") \
    row(PAUSE, "pause", "pause, or go on") \
    row(ONE_MESSAGE, "message", "one message on") \
    row(ONE_CHANGE, "change", "to the book's next change") \
    row(BACKWARD, "10 s", "10 s back") \
    row(FORWARD, "10 s", "10 s on") \
    row(SLOWER, "speed", "slower, down to 0.1") \
    row(FASTER, "speed", "faster, up to max") \
    row(PREVIOUS_MARK, "mark", "previous mark or gap") \
    row(NEXT_MARK, "mark", "next mark or gap") \
    row(JUMP_DIGIT, "jump", "digits, then %: jump") \
    row(JUMP, "go", "jump: 100% is the newest") \
    row(NEXT_MARKET, "market", "next market of the list") \
    row(PREVIOUS_MARKET, "market", "previous market") \
    row(PROOF, "proof", "how the book is checked") \
    row(BACK, "back", "back to what was before") \
    row(NEXT_PANE, "pane", "next pane") \
    row(FULL_PANE, "full", "this pane alone, or all") \
    row(FLIP, "flip", "book of the other outcome") \
    row(COARSER, "group", "group by 1 to 100 ticks") \
    row(FINER, "group", "group finer") \
    row(UNIT, "unit", "cents, percent, decimals") \
    row(SIZE_UNIT, "sizes", "sizes in shares or money") \
    row(VOLUME, "traded", "column of what was traded") \
    row(COST, "cost", "cost of a size, typed") \
    row(TAPE, "tape", "to the tape; there: away") \
    row(CHART, "chart", "to the chart; there: away") \
    row(INFO, "info", "rules, fee, all about it") \
    row(COPY, "copy", "copy the selected row") \
    row(COPY_BOOK, "copy", "copy the whole book") \
    row(DEEPER, "depth", "more levels, 5 to all") \
    row(SHALLOWER, "depth", "fewer levels") \
    row(CENTRE, "centre", "centre, cursor away") \
    row(DOWN, "move", "down") \
    row(UP, "move", "up") \
    row(PAGE_DOWN, "page", "a page down") \
    row(PAGE_UP, "page", "a page up") \
    row(HOME, "start", "to the start") \
    row(END, "end", "to the end") \
    row(TOUCH, "touch", "best price of this side") \
    row(FAR_END, "far end", "far end of this side") \
    row(OPEN, "open", "open the market") \
    row(FILTER, "filter", "only what has these words") \
    row(UNFILTER, "all", "all markets again") \
    row(SORT, "sort", "sort by the next column") \
    row(REVERSE, "reverse", "sort the other way") \
    row(FOLD, "fold", "fold the event") \
    row(UNFOLD, "unfold", "unfold it") \
    row(FOLD_OR_UNFOLD, "fold", "fold the event, or unfold") \
    row(ACCEPT, "go", "take what was typed") \
    row(CANCEL, "cancel", "leave the line") \
    row(ERASE, "erase", "erase before the cursor") \
    row(ERASE_NEXT, "erase", "erase under the cursor") \
    row(ERASE_WORD, "erase", "erase a word") \
    row(ERASE_LINE, "erase", "erase to the start") \
    row(CURSOR_LEFT, "left", "left") \
    row(CURSOR_RIGHT, "right", "right") \
    row(LINE_START, "start", "start of the line") \
    row(LINE_END, "end", "end of the line") \
    row(COMPLETE, "complete", "complete what is typed") \
    row(OLDER, "older", "the line typed before") \
    row(NEWER, "newer", "the line typed after")
/* clang-format on */

enum action {
    ACTION_NONE,
#define ACTION_ROW(name, hint, help) ACTION_##name,
    ACTION_TABLE(ACTION_ROW)
#undef ACTION_ROW
        ACTION_COUNT
};

struct binding {
    enum context context;
    int key;
    enum action action;
};

/* The binding table as it is now, by context; the help lists it in this order. Valid until a binding changes. */
const struct binding *keymap_bindings(size_t *count);
/* The table as it is before the user changes it. Static. */
const struct binding *keymap_defaults(size_t *count);

/* Takes a line: "bind CONTEXT KEY ACTION" or "unbind CONTEXT KEY", like "bind ladder x flip". What the key meant there
 * before is forgotten. False, with what was expected in `error`, for anything else; nothing changed then. Refused is
 * also an action that means nothing in that context, and Ctrl-Z, which terminals make a signal of. In a wide context a
 * key acts where its action means something (keymap_reaches), and elsewhere it is none. */
bool keymap_bind(struct text line, char *error, size_t error_size);
/* Everything as it was before the first keymap_bind. */
void keymap_reset(void);

/* True if the action means something in this context: in it, or in a wider one, it is bound before the user changes
 * that. */
bool keymap_reaches(enum context context, bool replay, enum action action);

/* What a key means in a context, ACTION_NONE: nothing. `replay`: a recording is watched. */
enum action keymap_action(enum context context, bool replay, int key);

/* The next wider context, or the same for the widest. */
enum context context_wider(enum context context, bool replay);
/* False for what is only there in a replay, or only without one. */
bool context_exists(enum context context, bool replay);
/* "everywhere", "ladder", …; contexts of one name stand under one heading. Static. */
const char *context_name(enum context context);
/* The context as the user writes it, one word for each: "live", "list". Static. */
const char *context_id(enum context context);
/* False if there is no such context. */
bool context_find(struct text id, enum context *context);

/* "next-market". Static, never NULL. */
const char *action_name(enum action action);
/* ACTION_NONE: there is none of that name. */
enum action action_find(struct text name);
/* The action in one word, for the footer, and in a few, for the help. Static, never NULL. */
const char *action_hint(enum action action);
const char *action_help(enum action action);

/* Room for the names of all keys of an action. */
#define KEYS_SIZE 40

/* The names of the keys bound to an action in this very context: "j Down", "1-9". With `first_only` the first alone. */
void keymap_keys(enum context context, enum action action, bool first_only, char out[KEYS_SIZE]);

/* A key as it is written: "j", "Space", "Ctrl-L", "F1". PRESS_NONE: it is none. */
int press_find(struct text name);
/* Its name, cut to fit. */
void press_name(int key, char *out, size_t size);
/* The first key of an action, found from `context` outwards; where it has none, what is typed in its place: ":flip". */
void keymap_key(enum context context, bool replay, enum action action, char out[KEYS_SIZE]);

/* What the footer offers, the most needed first; two actions with one word share a hint ("j/k move"). */
struct hint {
    enum action first, second; /* second: ACTION_NONE where there is one */
};

/* The hints of a context, ended by a row of ACTION_NONE. Static. */
const struct hint *keymap_hints(enum context context);
/* The hint's keys, found from `context` outwards: "j/k". "": it has none there. */
void hint_keys(enum context context, bool replay, const struct hint *hint, char out[KEYS_SIZE]);

#endif
