/* The themes that need no file, as their texts: equal to the files of the same names in themes/. */
#ifndef BOOKTOP_UI_THEME_BUILTIN_SOURCE_H
#define BOOKTOP_UI_THEME_BUILTIN_SOURCE_H

/* NULL: no such theme. Static. */
const char *theme_builtin_source(const char *name);

#endif
