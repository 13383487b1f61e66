#include "sheet.h"

#define MARGIN       1
#define INDENT       3
#define LABEL_COLUMN 13

int sheet_row(const struct sheet *sheet)
{
    int row = sheet->line - sheet->top;
    return row >= 0 && row < sheet->height ? row : -1;
}

void sheet_next(struct sheet *sheet)
{
    sheet->line++;
}

int sheet_fitting(const struct sheet *written, int top, int height)
{
    for (int i = 0; i < written->heading_count; i++) {
        if (written->headings[i] == top + height - 1) return height - 1;
    }
    return height;
}

/* The words at the start of *rest that fit into `width` columns, and takes them off it. A word that is longer than a
 * line is broken where the line ends. */
static struct text take_line(struct text *rest, int width)
{
    size_t end = 0;
    for (size_t i = 1; i <= rest->length; i++) {
        if (i < rest->length && rest->at[i] != ' ') continue;
        if ((int)text_width((struct text){rest->at, i}) > width) break;
        end = i;
    }
    if (end == 0) end = text_clip(*rest, (unsigned)width, NULL).length;
    if (end == 0) end = rest->length;
    struct text line = {rest->at, end};
    while (end < rest->length && rest->at[end] == ' ') end++;
    *rest = (struct text){rest->at + end, rest->length - end};
    return line;
}

static void draw(struct sheet *sheet, int column, enum role role, struct text text)
{
    int row = sheet_row(sheet);
    if (row >= 0) canvas_foreign(sheet->canvas, row, column, sheet->width - column, role, text);
}

static void write_lines(struct sheet *sheet, int column, enum role role, struct text text)
{
    int width = sheet->width - column;
    do {
        draw(sheet, column, role, take_line(&text, width > 1 ? width : 1));
        sheet_next(sheet);
    } while (text.length > 0);
}

void sheet_heading(struct sheet *sheet, const char *title)
{
    if (sheet->line > 0) sheet_next(sheet);
    if (sheet->heading_count < SHEET_HEADINGS) sheet->headings[sheet->heading_count++] = sheet->line;
    draw(sheet, MARGIN, ROLE_HEADING, text_from(title));
    sheet_next(sheet);
}

void sheet_text(struct sheet *sheet, int indent, enum role role, const char *text)
{
    write_lines(sheet, MARGIN + indent, role, text_from(text));
}

void sheet_flow(struct sheet *sheet, int column, enum role role, const char *text)
{
    write_lines(sheet, column, role, text_from(text));
}

void sheet_put(struct sheet *sheet, int column, int width, enum role role, const char *text)
{
    int row = sheet_row(sheet), room = sheet->width - column;
    if (row >= 0) canvas_foreign(sheet->canvas, row, column, width < room ? width : room, role, text_from(text));
}

void sheet_put_right(struct sheet *sheet, int column, int width, enum role role, const char *text)
{
    int row = sheet_row(sheet);
    if (row >= 0) canvas_right(sheet->canvas, row, column, width, role, text);
}

void sheet_item(struct sheet *sheet, const char *text)
{
    draw(sheet, INDENT, ROLE_MUTED, text_from(canvas_glyph(sheet->canvas, GLYPH_DOT)));
    write_lines(sheet, INDENT + 2, ROLE_TEXT, text_from(text));
}

void sheet_entry(struct sheet *sheet, const char *label, enum role role, const char *text)
{
    draw(sheet, INDENT, ROLE_MUTED, text_from(label));
    write_lines(sheet, LABEL_COLUMN, role, text_from(text));
}

void sheet_foreign_entry(struct sheet *sheet, const char *label, enum role role, struct text text)
{
    draw(sheet, INDENT, ROLE_MUTED, text_from(label));
    draw(sheet, LABEL_COLUMN, role, text);
    sheet_next(sheet);
}
