/* Where the places of a recording lie in its bar, for drawing and pointing. */
#ifndef BOOKTOP_UI_REPLAY_BAR_H
#define BOOKTOP_UI_REPLAY_BAR_H

#include <stdint.h>

/* The column, from 0, of a place in a recording so long; what lies outside is at the nearer end. */
int replay_bar_column(int64_t length, int64_t place, int width);
/* The first place of a column: of the last one the end. */
int64_t replay_bar_place(int64_t length, int column, int width);

#endif
