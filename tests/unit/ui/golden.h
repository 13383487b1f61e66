/* Golden files: what is drawn is compared with tests/golden/NAME.txt; GENERATE=1 in the environment writes the file
 * anew.
 *
 * The picture of a scene is a section of its file: under every row of text a row with a letter for each cell. In colour
 * the letter is that of the cell's role (a legend stands at the top of the file), a capital where another role's ground
 * lies under it; in mono it is a digit, the sum of the cell's attributes (bold 1, dim 2, underline 4, reverse 8). Blank
 * cells have none, nor have those in the plainest role. So a picture with the right text in a wrong role fails, too.
 */
#ifndef BOOKTOP_TESTS_UI_GOLDEN_H
#define BOOKTOP_TESTS_UI_GOLDEN_H

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/ui/canvas.h"
#include "file_text.h"

struct golden {
    char path[200];
    char *text; /* what was drawn */
    size_t length;
    FILE *stream;
};

static inline void golden_begin(struct golden *golden, const char *name)
{
    snprintf(golden->path, sizeof golden->path, "tests/golden/%s.txt", name);
    golden->stream = open_memstream(&golden->text, &golden->length);
    if (golden->stream == NULL) abort();
}

static inline void golden_legend(struct golden *golden)
{
    _Static_assert(ROLE_COUNT <= 26, "a letter for each role");
    for (int role = 0; role < ROLE_COUNT; role++) {
        fprintf(golden->stream, "%s%c %s", role > 0 ? ", " : "roles: ", 'a' + role, role_name((enum role)role));
    }
    fputs("\n", golden->stream);
}

static inline char golden_letter(const struct cell *cell, const struct theme *mono)
{
    bool blank = cell->text[0] == L' ' || cell->text[0] == 0;
    bool grounded = cell->ground != ROLE_TEXT;
    if (mono != NULL) {
        struct paint paint = theme_paint(mono, cell->role, cell->ground, DEPTH_NONE);
        unsigned seen = blank ? paint.attributes & (STYLE_REVERSE | STYLE_UNDERLINE) : paint.attributes;
        return seen == 0 ? ' ' : "0123456789abcdef"[seen & 15];
    }
    if (blank) return grounded ? '_' : ' ';
    if (cell->role == ROLE_TEXT && !grounded) return ' ';
    char letter = (char)('a' + cell->role);
    return grounded ? (char)toupper(letter) : letter;
}

/* A picture, its letters by this theme where it is given, else by role. */
static inline void golden_add(struct golden *golden, const char *name, const struct canvas *canvas,
                              const struct theme *mono)
{
    fprintf(golden->stream, "=== %s\n", name);
    for (int row = 0; row < canvas->height; row++) {
        char line[4096];
        int length = 0;
        canvas_row_text(canvas, row, line, sizeof line);
        fprintf(golden->stream, "|%s\n", line);
        const struct cell *cell = &canvas->cells[(size_t)row * (size_t)canvas->width];
        for (int column = 0; column < canvas->width; column++, cell++) {
            /* The second half of a wide character is no blank. */
            line[column] = golden_letter(cell->width == 0 && column > 0 ? cell - 1 : cell, mono);
            if (line[column] != ' ') length = column + 1;
        }
        if (length > 0) fprintf(golden->stream, ":%.*s\n", length, line);
    }
}

static inline void golden_explain(const char *path, const char *expected, const char *drawn)
{
    unsigned line = 1;
    const char *e = expected, *d = drawn;
    while (*e != '\0' && *e == *d) {
        if (*e == '\n') line++;
        e++;
        d++;
    }
    while (e > expected && e[-1] != '\n') {
        e--;
        d--;
    }
    fprintf(stderr, "%s:%u: expected [%.*s]\n%s:%u:    drawn [%.*s]\n", path, line, (int)strcspn(e, "\n"), e, path,
            line, (int)strcspn(d, "\n"), d);
}

/* True if everything that was added is as in the file, or was written to it. */
static inline bool golden_end(struct golden *golden)
{
    fclose(golden->stream);
    bool same = false;
    if (getenv("GENERATE") != NULL) {
        FILE *file = fopen(golden->path, "w");
        same = file != NULL && fputs(golden->text, file) >= 0;
        if (file != NULL) fclose(file);
    } else {
        char *expected = file_text(golden->path);
        same = expected != NULL && strcmp(expected, golden->text) == 0;
        if (!same) golden_explain(golden->path, expected != NULL ? expected : "", golden->text);
        free(expected);
    }
    free(golden->text);
    return same;
}

#endif
