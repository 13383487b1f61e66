/* The picture that is about to be shown: a grid of cells in memory, drawn by the views and then handed to the terminal,
 * which sends what differs from the picture before (terminal_show). Views know neither escape sequences nor ncurses,
 * and a test can read what they drew.
 *
 * Drawing happens inside an area: coordinates count from its upper left corner, and what lies outside is not drawn.
 * A cell holds one character with at most four combining marks; a wide character takes two cells, the second is empty.
 * Texts given to canvas_text are our own; everything foreign goes through canvas_foreign. Main thread.
 */
#ifndef BOOKTOP_UI_CANVAS_H
#define BOOKTOP_UI_CANVAS_H

#include <wchar.h>

#include "booktop/ui/theme.h"

#define CELL_CHARACTERS 5
/* Longer foreign texts are cut before they are clipped to their columns. */
#define FOREIGN_SIZE 512

struct cell {
    wchar_t text[CELL_CHARACTERS]; /* padded with 0; all 0 in the second cell of a wide character */
    uint8_t role;                  /* enum role */
    uint8_t ground;                /* the role whose ground lies under it; ROLE_TEXT: none */
    uint8_t width;                 /* 1, 2, or 0: the second cell of a wide character */
    uint8_t unused;                /* always 0, so that cells compare as bytes */
};

struct area {
    int row, column, height, width;
};

/* What lies where, for the mouse: views say it while they draw. Where zones overlap the one that was said last counts.
 */
enum zone_kind {
    ZONE_ACTION, /* does it; value: enum action */
    ZONE_PANE,   /* value: enum pane */
    ZONE_ROW,    /* of the list, or of the watch list; value: its number there */
    ZONE_FOUND,  /* the same of what is found while it is typed */
    ZONE_THEME,  /* the same of the list of themes */
    ZONE_BID,    /* a level of the ladder; value: its price */
    ZONE_ASK,
    ZONE_BAR, /* of a recording that is watched; value: the length it is drawn for, -1: that is not known */
};

struct zone {
    struct area area; /* on the whole canvas */
    enum zone_kind kind;
    int64_t value;
};

/* What is said beyond that is not heard: more rows than that no screen has. */
#define ZONES_MOST 640

struct canvas {
    struct cell *cells; /* height * width, owned */
    int height, width;
    struct area area; /* where is drawn now */
    bool ascii;       /* the terminal shows ASCII only */
    int cursor_row,
        cursor_column; /* where the terminal's cursor rests, on the whole canvas; -1: nowhere in particular */
    bool cursor_visible;
    struct zone zones[ZONES_MOST];
    int zone_count;
};

/* Marks, with a stand-in for terminals that show ASCII only. */
enum glyph {
    GLYPH_RULE,
    GLYPH_DIVIDER,
    GLYPH_TEE_DOWN,
    GLYPH_TEE_UP,
    GLYPH_TEE_LEFT,
    GLYPH_TEE_RIGHT,
    GLYPH_CROSS,
    GLYPH_ELLIPSIS,
    GLYPH_DOT,
    GLYPH_CENT,
    GLYPH_TIMES,
    GLYPH_UP,
    GLYPH_DOWN,
    GLYPH_BOUGHT, /* the side of a trade that took it; a sign would be taken for that of a number */
    GLYPH_SOLD,
    GLYPH_DONE,
    GLYPH_FAILED,
    GLYPH_LIVE,
    GLYPH_WAITING,
    GLYPH_PARTLY,
    GLYPH_DOUBT,
    GLYPH_UNKNOWN,
    GLYPH_POINTER,
    GLYPH_PLAY,
    GLYPH_PAUSE,
    GLYPH_PLAYED, /* of the bar of a recording: what lies behind; what is to come is a rule */
    GLYPH_PLACE,
    GLYPH_MARK,
    GLYPH_GAP,
    GLYPH_STOP,
    GLYPH_COUNT
};

/* A zeroed canvas has no size. canvas_resize clears it; false when out of memory (nothing changed then). */
bool canvas_resize(struct canvas *canvas, int height, int width);
void canvas_free(struct canvas *canvas);

/* Blanks everything, the area is the whole canvas again. */
void canvas_clear(struct canvas *canvas);
/* Draws inside this part of the canvas from now on. */
void canvas_enter(struct canvas *canvas, struct area area);

/* Draw at (row, column), at most `width` columns; return the columns taken. A foreign text that is cut ends with an
 * ellipsis. canvas_right ends at the last of `width` columns; a text that is too long loses its end. */
int canvas_text(struct canvas *canvas, int row, int column, int width, enum role role, const char *text);
int canvas_right(struct canvas *canvas, int row, int column, int width, enum role role, const char *text);
int canvas_foreign(struct canvas *canvas, int row, int column, int width, enum role role, struct text text);
/* Columns that canvas_foreign would take without a limit. */
int canvas_foreign_width(const struct canvas *canvas, struct text text);

/* The glyph's text, for use in longer ones. Static. */
const char *canvas_glyph(const struct canvas *canvas, enum glyph glyph);
void canvas_rule(struct canvas *canvas, int row, int column, int width, enum role role);
/* Puts a glyph into a rule of this role; where something else was written over the rule that stays. */
void canvas_joint(struct canvas *canvas, int row, int column, enum role role, enum glyph glyph);
/* A line downwards, joined to the rules of this role that touch it: draw those first. */
void canvas_divider(struct canvas *canvas, int row, int column, int height, enum role role);
/* A bar to the right of `eighths` eighths of a column, `width` columns at most. ASCII: whole columns, rounded up. */
void canvas_bar(struct canvas *canvas, int row, int column, int width, enum role role, int eighths);
/* Lays a ground under cells that are drawn already. */
void canvas_ground(struct canvas *canvas, int row, int column, int width, enum role ground);
/* Where the terminal's cursor shall rest: the row that is selected, for readers of the screen who follow the cursor. */
void canvas_cursor(struct canvas *canvas, int row, int column, bool visible);

/* Says what lies in one row of the area, or in all of it. */
void canvas_zone(struct canvas *canvas, int row, int column, int width, enum zone_kind kind, int64_t value);
void canvas_zone_area(struct canvas *canvas, enum zone_kind kind, int64_t value);
/* What lies at a place of the whole canvas; NULL: nothing that was said. Of zones of one kind, or of all. */
const struct zone *canvas_zone_at(const struct canvas *canvas, int row, int column);
const struct zone *canvas_zone_of(const struct canvas *canvas, int row, int column, enum zone_kind kind);

/* A row of the whole canvas as UTF-8 without blanks at its end, terminated, cut to fit; the length without terminator.
 */
size_t canvas_row_text(const struct canvas *canvas, int row, char *out, size_t size);

#endif
