/* A file of the checkout, whole. */
#ifndef BOOKTOP_TESTS_UI_FILE_TEXT_H
#define BOOKTOP_TESTS_UI_FILE_TEXT_H

#include <stdio.h>
#include <stdlib.h>

/* The caller frees; NULL: it cannot be read. */
static inline char *file_text(const char *path)
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

#endif
