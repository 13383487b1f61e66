/* The markets to choose from: a catalogue with a heading for each event of several markets, a selection, and the live
 * quotes. The catalogue is borrowed from whoever sets it. Main thread.
 */
#ifndef BOOKTOP_UI_MARKET_LIST_H
#define BOOKTOP_UI_MARKET_LIST_H

#include "booktop/feed/view.h"
#include "booktop/ui/keymap.h"

/* A row: a market, or the heading above the markets of an event. */
struct list_row {
    uint32_t entry; /* the market, or the event's first one */
    bool heading;
    bool grouped; /* stands under a heading */
};

struct market_list {
    const struct catalogue *catalogue; /* NULL: none yet */
    struct list_row *rows;             /* owned */
    size_t row_count;
    bool several_venues; /* the markets are of more than one */
    size_t selected;     /* row of a market */
    size_t top;          /* first row shown */
    int page;            /* rows shown at the last drawing */
    struct quote_table quotes;
    size_t open_entry; /* the market last opened from here; SIZE_MAX: none */
};

void market_list_init(struct market_list *list);
void market_list_free(struct market_list *list);

/* Shows another catalogue (NULL: none); selection at its start, quotes forgotten. False when out of memory: the list
 * is empty then. */
bool market_list_set(struct market_list *list, const struct catalogue *catalogue);
void market_list_quotes(struct market_list *list, const struct quote_table *quotes);

/* The selected market, or NULL where there is none. */
const struct catalogue_entry *market_list_selected(const struct market_list *list);

/* The market `step` after (or before) the one last opened, which it becomes; NULL at the ends and without a catalogue.
 * The selection goes with it. */
const struct catalogue_entry *market_list_step(struct market_list *list, int step);
/* Notes that this entry of the catalogue is the open one. */
void market_list_opened(struct market_list *list, const struct catalogue_entry *entry);

/* True if the list has other markets of the same event. */
bool market_list_groups(const struct market_list *list, const struct instrument *instrument);

/* The live quote of an entry, or NULL. */
const struct quote *market_list_quote(const struct market_list *list, size_t entry);

/* Moves the selection, or scrolls; false for actions that mean nothing to a list. */
bool market_list_act(struct market_list *list, enum action action);

#endif
