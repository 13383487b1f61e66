/* The watch list as it is seen: its groups and markets, and below them the markets that were opened in this session and
 * are not on it.
 */
#ifndef BOOKTOP_UI_WATCH_ROWS_H
#define BOOKTOP_UI_WATCH_ROWS_H

#include "booktop/ui/scene.h"

enum watch_row_kind { WATCH_ROW_GROUP, WATCH_ROW_MARKET, WATCH_ROW_OPENED_TITLE, WATCH_ROW_OPENED };

struct watch_row {
    enum watch_row_kind kind;
    uint32_t at;     /* a group's number, or a market's place: in the watch list, or in scene.watched */
    unsigned number; /* by which a market is shown, from 1 on; 0: none */
};

#define WATCH_ROWS    (WATCH_MOST + WATCH_GROUPS + 1 + WATCHED_MARKETS)
#define WATCH_NUMBERS 9

/* Returns how many there are. */
uint32_t watch_rows(const struct scene *scene, struct watch_row rows[WATCH_ROWS]);
/* The selected row; false if there is none. Holds the selection within the rows. */
bool watch_rows_selected(struct scene *scene, struct watch_row *row);
/* The market of this number, in sight or in a folded group; false if there is none. */
bool watch_rows_number(const struct scene *scene, unsigned number, struct watch_row *row);
/* Selects the row of a market of the watch list, or of a group. */
void watch_rows_select(struct scene *scene, enum watch_row_kind kind, uint32_t at);
/* The market of the selected row; NULL: it is none. */
const struct catalogue_entry *watch_rows_market(const struct scene *scene);
/* NULL for rows that are none. */
const struct catalogue_entry *watch_row_market(const struct scene *scene, const struct watch_row *row);

#endif
