/* Golden screens: what is drawn is compared with tests/golden/NAME.txt; GENERATE=1 in the environment writes the file
 * anew. A file has sections, one for each size and character set.
 */
#ifndef BOOKTOP_TESTS_UI_GOLDEN_H
#define BOOKTOP_TESTS_UI_GOLDEN_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/ui/canvas.h"

struct golden {
    char path[128];
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

static inline void golden_add(struct golden *golden, const struct canvas *canvas)
{
    fprintf(golden->stream, "=== %dx%d %s\n", canvas->width, canvas->height, canvas->ascii ? "ascii" : "utf8");
    for (int row = 0; row < canvas->height; row++) {
        char line[4096];
        canvas_row_text(canvas, row, line, sizeof line);
        fprintf(golden->stream, "%s\n", line);
    }
}

static inline char *golden_read(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = NULL;
    size_t size = 0;
    if (file == NULL) return NULL;
    ssize_t length = getdelim(&text, &size, '\0', file);
    fclose(file);
    if (length >= 0) return text;
    free(text);
    return NULL;
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
        char *expected = golden_read(golden->path);
        same = expected != NULL && strcmp(expected, golden->text) == 0;
        if (!same) golden_explain(golden->path, expected != NULL ? expected : "", golden->text);
        free(expected);
    }
    free(golden->text);
    return same;
}

#endif
