#include "theme_builtin.h"

#include <string.h>

#include "booktop/ui/theme.h"

/* A row for each file of themes/: its name, and what it says. Made at build time (theme_table.cmake). */
static const struct {
    const char *name, *source;
} themes[] = {
#include "theme_table.inc"
};

#define THEMES (sizeof themes / sizeof *themes)

size_t theme_builtin_count(void)
{
    return THEMES;
}

const char *theme_builtin_name(size_t place)
{
    return themes[place].name;
}

const char *theme_builtin_source(const char *name)
{
    for (size_t i = 0; i < THEMES; i++) {
        if (strcmp(name, themes[i].name) == 0) return themes[i].source;
    }
    return NULL;
}
