/* Colours by role. Drawing code names a role (bid, muted, verified), never a colour; a theme gives each role a style.
 *
 * A theme is plain data. Its text is lines `role = style` and comments (`# ` and what follows); a style is
 *     [COLOUR] [on COLOUR] [bold] [dim] [underline] [reverse]
 * and a COLOUR is #rrggbb, `default` (the terminal's own), or one of the sixteen names (`red`, `bright-blue`, …).
 * Roles that a file does not name keep the style of the built-in dark theme.
 * The ground of `text` is that of the whole screen: a theme without one leaves the terminal its own, and one that has
 * it writes what is `default` in the colour of `text`.
 * Terminals with fewer colours get the nearest they have; without colour, the attributes of the built-in mono theme.
 * Main thread.
 */
#ifndef BOOKTOP_UI_THEME_H
#define BOOKTOP_UI_THEME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "booktop/base/text.h"

/* Every role, and its name in theme files. */
#define ROLE_TABLE(row)                                                                                                \
    row(TEXT, "text")           /* what is read */                                                                     \
        row(MUTED, "muted")     /* what is there when looked for: titles of columns, a book that is stale */           \
        row(STRONG, "strong")   /* what is read first */                                                               \
        row(BORDER, "border")   /* rules between parts */                                                              \
        row(HEADING, "heading") /* an event above its markets, a group of keys */                                      \
        row(BADGE, "badge")     /* the venue */                                                                        \
        row(DEMO, "demo")       /* the mark of a screen fed by the local exchange */                                   \
        row(BID, "bid") row(ASK, "ask") row(BEST_BID, "best-bid") row(BEST_ASK, "best-ask") row(BID_BAR, "bid-bar")    \
            row(ASK_BAR, "ask-bar") row(MID, "mid") /* the middle of the book */                                       \
        row(GOOD, "good")                           /* states: live, verified */                                       \
        row(WARNING, "warning")                     /* syncing, suspect, degraded */                                   \
        row(BAD, "bad")                             /* stale, down, refused */                                         \
        row(KEY, "key")                             /* a key in the footer and in the help */                          \
        row(CURSOR, "cursor") /* the row the cursor is on; its ground lies under the row's own colours */

enum role {
#define ROLE_ROW(name, text) ROLE_##name,
    ROLE_TABLE(ROLE_ROW)
#undef ROLE_ROW
        ROLE_COUNT
};

/* The name in theme files. Static. */
const char *role_name(enum role role);

enum colour_kind { COLOUR_DEFAULT, COLOUR_ANSI, COLOUR_RGB };

struct colour {
    enum colour_kind kind;
    uint32_t value; /* 0..15, or 0xrrggbb; 0 for the default */
};

enum { STYLE_BOLD = 1, STYLE_DIM = 2, STYLE_UNDERLINE = 4, STYLE_REVERSE = 8 };

struct style {
    struct colour text, ground;
    unsigned attributes; /* STYLE_… */
};

struct theme {
    struct style styles[ROLE_COUNT];
};

/* What a terminal can show. */
enum colour_depth { DEPTH_NONE, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_DIRECT };

/* A style as a terminal takes it: numbers of its palette (0xrrggbb at DEPTH_DIRECT), -1 for its default. */
struct paint {
    int text, ground;
    unsigned attributes;
};

/* Room for why a theme cannot be used. Longer reasons are cut. */
#define THEME_ERROR_SIZE 320

/* Reads lines into *theme, over what it holds. False at the first line that cannot be read, with "line 3: …" and what
 * was expected in `error`, sanitized; the lines before it are in force then. */
bool theme_parse(struct theme *theme, struct text source, char *error, size_t error_size);

/* The files of themes/, built into the program: "dark", which is the default, "light", "mono", …, by name. False if
 * there is no such theme. */
bool theme_builtin(struct theme *theme, const char *name);
size_t theme_builtin_count(void);
const char *theme_builtin_name(size_t place);
/* What a built-in theme says of itself in its first line; empty for others. Static. */
struct text theme_note(const char *name);

/* A built-in theme, a file (a name with a slash in it), or NAME.theme in the user's folder
 * ($XDG_CONFIG_HOME/booktop/themes, else ~/.config/booktop/themes). NULL: the default. False with a reason in `error`:
 * "PATH, line 3: …"; it has the name and the path as they were given.
 */
bool theme_load(struct theme *theme, const char *name, char *error, size_t error_size);

#define THEME_NAME_SIZE 256 /* also of a file's path, as prefs.theme has it */
#define THEMES_MOST     96

/* The names of the themes there are: the built-in ones, and behind them those of the user's folder, each part sorted.
 * What cannot be had is left out: a file named as a built-in theme, one of a longer name, and what is too many. The
 * user's names are raw. */
struct theme_list {
    char names[THEMES_MOST][THEME_NAME_SIZE];
    size_t count, builtin;
};

void theme_list_read(struct theme_list *list);

/* The style of `role`; where it has no ground of its own it lies on that of `ground` (ROLE_TEXT: nothing special). Text
 * never gets the colour of its own ground. */
struct paint theme_paint(const struct theme *theme, enum role role, enum role ground, enum colour_depth depth);

/* The nearest colour of the 256 of xterm (its 16 first ones, which users redefine, are left out). */
int colour_to_256(uint32_t rgb);
/* The nearest of the 16 by hue, so that a soft red is red and not grey. */
int colour_to_16(uint32_t rgb);

#endif
