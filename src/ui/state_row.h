/* The header's second row. */
#ifndef BOOKTOP_UI_STATE_ROW_H
#define BOOKTOP_UI_STATE_ROW_H

#include "booktop/ui/scene.h"

/* How far the book on the screen can be trusted, and how its connection is. */
void state_row_draw_book(struct scene *scene, struct canvas *canvas);
/* Without a book only the connection has a state. */
void state_row_draw_link(struct scene *scene, struct canvas *canvas);

#endif
