/* The columns of a list of markets: which there is room for, their titles, a market's figures. Private to the views
 * that list markets. */
#ifndef BOOKTOP_SRC_UI_MARKET_LIST_COLUMNS_H
#define BOOKTOP_SRC_UI_MARKET_LIST_COLUMNS_H

#include "booktop/ui/scene.h"

/* Where each begins; negative: not shown. Narrow windows drop them in this order: liquidity, proof in words, change,
 * closes, spread, 24h, last. Pointer, mark, number (where the markets have numbers), name, bid and ask stay. */
struct list_columns {
    int mark, number, badge, title, title_width, bid, ask, spread, last, change, volume, liquidity, closes, proof;
};

struct list_columns list_columns_of(int width, bool numbers, bool venues, bool changes);

/* `first` stands over the names. The column that is sorted by is marked; one that is not shown is named in words. */
void list_columns_draw_titles(struct canvas *canvas, const struct list_columns *columns, const char *first,
                              const struct market_list *sorted);
/* The venue's badge, the mark and word of its proof, and the figures: live ones from the quote, if there is one. */
void list_columns_draw_market(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *columns,
                              const struct catalogue_entry *entry, const struct quote *quote);
/* Why nothing is known of a market, in place of its prices. */
void list_columns_draw_blank(struct canvas *canvas, int row, const struct list_columns *columns,
                             const struct instrument *instrument, const char *why);
/* What is traded of a whole event; negative: not known. */
void list_columns_draw_volume(struct canvas *canvas, int row, const struct list_columns *columns, enum role role,
                              int64_t cents);

#endif
