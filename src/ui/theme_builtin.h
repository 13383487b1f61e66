/* The texts of the themes that are built in; their names are told by theme_builtin_name. */
#ifndef BOOKTOP_UI_THEME_BUILTIN_SOURCE_H
#define BOOKTOP_UI_THEME_BUILTIN_SOURCE_H

/* NULL: no such theme. Static. */
const char *theme_builtin_source(const char *name);

#endif
