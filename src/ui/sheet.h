/* A text that is read from top to bottom and may be longer than the window: lines are written one after the other, and
 * those inside the canvas's area are drawn. Nothing is kept: written once with nothing drawn, it tells its length.
 */
#ifndef BOOKTOP_UI_SHEET_H
#define BOOKTOP_UI_SHEET_H

#include "booktop/ui/canvas.h"

#define SHEET_HEADINGS 48

struct sheet {
    struct canvas *canvas;
    int left;   /* for the writer's use */
    int width;  /* columns that are written on */
    int line;   /* lines written so far */
    int top;    /* the first line that is drawn */
    int height; /* lines that are drawn; 0: only counted */

    int headings[SHEET_HEADINGS]; /* the lines of the first ones written */
    int heading_count;
};

/* A number of lines to draw from `top` on, at most `height`, so that the last one is no heading without its section. */
int sheet_fitting(const struct sheet *written, int top, int height);

/* The row of the present line in the area, or -1 where it is not drawn. */
int sheet_row(const struct sheet *sheet);
void sheet_next(struct sheet *sheet);

/* A blank line before every section but the first, and its title. */
void sheet_heading(struct sheet *sheet, const char *title);
/* Lines broken between words, from `indent` on. Texts of ours. */
void sheet_text(struct sheet *sheet, int indent, enum role role, const char *text);
/* The same behind a dot. */
void sheet_item(struct sheet *sheet, const char *text);
/* Words and marks in the present line, from `column` on, at most `width` columns; the line goes on. */
void sheet_put(struct sheet *sheet, int column, int width, enum role role, const char *text);
void sheet_put_right(struct sheet *sheet, int column, int width, enum role role, const char *text);
/* Lines broken between words from `column` on, the first one being the present line. */
void sheet_flow(struct sheet *sheet, int column, enum role role, const char *text);
/* A label, and its text in lines of their own column. */
void sheet_entry(struct sheet *sheet, const char *label, enum role role, const char *text);
/* The same with a foreign text in one line, cut where it is too long. */
void sheet_foreign_entry(struct sheet *sheet, const char *label, enum role role, struct text text);

#endif
