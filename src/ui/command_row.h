/* What is shown above the line of a command. */
#ifndef BOOKTOP_UI_COMMAND_ROW_H
#define BOOKTOP_UI_COMMAND_ROW_H

#include "booktop/ui/scene.h"

/* Rows that a command line takes, the line itself the last. */
#define COMMAND_ROWS 2

/* Into the first row of the area: what was refused and why, else the words that may be typed, else what they mean. */
void command_row_draw(struct scene *scene, struct canvas *canvas);

#endif
