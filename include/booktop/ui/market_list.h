/* The markets to choose from: a catalogue in the order that the user chose, with a heading for each event of several
 * markets, which can be folded away; a filter, a selection, and the live quotes. The catalogue is borrowed from whoever
 * sets it. Main thread.
 *
 * Rows keep their places while quotes change: the list is sorted anew by a key, and by itself only while the selection
 * rests at the top (market_list_rest).
 */
#ifndef BOOKTOP_UI_MARKET_LIST_H
#define BOOKTOP_UI_MARKET_LIST_H

#include "booktop/base/clock.h"
#include "booktop/feed/view.h"
#include "booktop/ui/prompt.h"
#include "booktop/ui/search_words.h"

/* What markets can be sorted by, in the order of the key. An event stands where its first market stands; by volume
 * where the sum of its markets does. */
enum list_order {
    ORDER_FOUND, /* as the venues gave them: by events' volume, or as found */
    ORDER_VOLUME,
    ORDER_PRICE,
    ORDER_CHANGE, /* passed over where no market's is known */
    ORDER_SPREAD,
    ORDER_CLOSES,
    ORDER_NAME,
    ORDER_COUNT
};

/* A row: a market, or the heading above the markets of an event. */
struct list_row {
    uint32_t entry; /* the market, or the event's first one */
    uint32_t count; /* of a heading: the markets below it, or folded into it */
    bool heading;
    bool grouped;   /* stands under a heading */
    bool folded;    /* of a heading: its markets have no rows */
    size_t place;   /* among the markets that the filter leaves, from 1; of a heading that of its first one */
    int64_t volume; /* of a heading: what is traded of those markets in cents, -1: of none it is known */
};

/* Rested for so long, the list may sort itself anew. */
#define LIST_REST (3 * NANOSECONDS_PER_SECOND)

struct market_list {
    const struct catalogue *catalogue; /* NULL: none yet */
    struct list_row *rows;             /* owned, and so are the arrays below */
    size_t row_count;
    uint32_t *sorted; /* the markets that the filter leaves, folded ones too, in their order */
    size_t sorted_count;
    uint32_t *events; /* of each entry, the first one of its event */
    bool *folded;     /* of the first entry of an event */
    int16_t *quoted;  /* of each entry, its place among the quotes, -1: none */

    enum list_order order;
    bool reversed;             /* the other way round than is usual for the order */
    char filter[PROMPT_SIZE];  /* without blanks at its ends */
    struct search_words words; /* of the whole catalogue, made when they are first needed */

    bool several_venues; /* the markets are of more than one */
    bool has_changes;    /* what the price was a day before is known of some */
    bool unsorted;       /* quotes came since, which the order may depend on */
    int64_t touched;     /* machine's mono ns of the last key, or of the last sorting */
    size_t selected;     /* row of a market, or of a folded event */
    size_t top;          /* first row shown */
    int page;            /* rows shown at the last drawing */
    struct quote_table quotes;
    size_t open_entry; /* the market last opened from here; SIZE_MAX: none */
    /* The market that was asked about last, and what market_list_groups said of it; "": none was. */
    enum venue_id asked_venue;
    char asked_symbol[SYMBOL_SIZE];
    bool asked_groups;
};

/* Figures of a market, live where it has a live quote: PRICE_NONE where unknown. */
struct market_figures {
    price_t bid, ask, last; /* of outcome 0 */
    price_t spread;         /* negative in a crossed book */
    price_t change;         /* of the last trade's price since a day before */
    enum market_status status;
    bool live;    /* from a book */
    bool current; /* a live one that can be taken for it */
    bool traded;  /* the last trade is live, too */
};

/* The same for everybody who shows a catalogue's entry. `quote` may be NULL. */
struct market_figures market_figures_of(const struct catalogue_entry *entry, const struct quote *quote);

void market_list_init(struct market_list *list);
void market_list_free(struct market_list *list);

/* Shows another catalogue (NULL: none); selection at its start, nothing folded, no filter, quotes forgotten; the order
 * is as found. False when out of memory: the list is empty then. */
bool market_list_set(struct market_list *list, const struct catalogue *catalogue);
void market_list_quotes(struct market_list *list, const struct quote_table *quotes);
/* No quotes come any more, and those there are become old: none is left. */
void market_list_forget_quotes(struct market_list *list);

/* The selected market, or NULL where there is none, or a folded event is selected. */
const struct catalogue_entry *market_list_selected(const struct market_list *list);
/* Its place among the markets that are shown, from 1; of a folded event that of its first one. 0: there is none. */
size_t market_list_place(const struct market_list *list);

/* The market `step` after (or before) the one last opened, in the list's order, which it becomes; NULL at the ends and
 * without a catalogue. Markets without a book are passed over. The selection goes with it. */
const struct catalogue_entry *market_list_step(struct market_list *list, int step);
/* Notes that this entry of the catalogue is the open one. */
void market_list_opened(struct market_list *list, const struct catalogue_entry *entry);

/* True if the list has other markets of the same event. */
bool market_list_groups(struct market_list *list, const struct instrument *instrument);

/* The live quote of an entry, or NULL. */
const struct quote *market_list_quote(const struct market_list *list, size_t entry);

struct market_figures market_list_figures(const struct market_list *list, size_t entry);
/* The live quote of any market, in the catalogue or not, or NULL. */
const struct quote *market_list_quote_of(const struct market_list *list, const struct instrument *instrument);

/* The words of all entries, for the filter and for searches; NULL when out of memory. */
const struct search_words *market_list_words(struct market_list *list);
/* Leaves only what has these words; "": everything. Sorted anew, the selection stays on its market if that is left;
 * at the top it stays there, but not where a filter goes: what it stands on was found by that. */
void market_list_filter(struct market_list *list, const char *filter);
/* The selection goes to this market, where the list has it. */
void market_list_select(struct market_list *list, const struct catalogue_entry *entry);

/* "volume", "closes", as the list's columns are called; "" for ORDER_FOUND. Static. */
const char *market_list_order_name(enum list_order order);
/* Sorts by another order. By the change where none is known: as found. */
void market_list_sort(struct market_list *list, enum list_order order, bool reversed);
/* True if the smallest comes first. */
bool market_list_rises(const struct market_list *list);

/* Moves the selection, folds, sorts, or scrolls; false for actions that mean nothing to a list. */
bool market_list_act(struct market_list *list, enum action action);

/* Sorts anew where quotes have changed, the selection rests on the first row, and nothing was done for LIST_REST.
 * Returns the nanoseconds after which that may be due, TIME_NEVER: not before more quotes come. */
int64_t market_list_rest(struct market_list *list, int64_t machine);

#endif
