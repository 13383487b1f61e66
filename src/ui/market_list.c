/* The list's data: rows, selection, quotes. How it is drawn: markets_view.c. */
#include "booktop/ui/market_list.h"

#include <stdlib.h>
#include <string.h>

#include "same_market.h"

void market_list_init(struct market_list *list)
{
    *list = (struct market_list){.open_entry = SIZE_MAX};
}

void market_list_free(struct market_list *list)
{
    free(list->rows);
    market_list_init(list);
}

static const char *event_of(const struct catalogue *catalogue, size_t entry)
{
    const struct instrument *instrument = &catalogue->entries[entry].instrument;
    return instrument->event_slug[0] != '\0' ? instrument->event_slug : instrument->event_title;
}

static bool same_event(const struct catalogue *catalogue, size_t a, size_t b)
{
    const char *event = event_of(catalogue, a);
    return event[0] != '\0' && catalogue->entries[a].instrument.venue == catalogue->entries[b].instrument.venue &&
           strcmp(event, event_of(catalogue, b)) == 0;
}

/* A heading for each run of at least two markets of one event, then the markets. */
static void make_rows(struct market_list *list)
{
    const struct catalogue *catalogue = list->catalogue;
    for (uint32_t i = 0; i < catalogue->count; i++) {
        bool joins = i > 0 && same_event(catalogue, i - 1, i);
        bool leads = !joins && i + 1 < catalogue->count && same_event(catalogue, i, i + 1);
        if (leads) list->rows[list->row_count++] = (struct list_row){.entry = i, .heading = true};
        list->rows[list->row_count++] = (struct list_row){.entry = i, .grouped = joins || leads};
    }
}

static bool of_several_venues(const struct catalogue *catalogue)
{
    for (uint32_t i = 1; i < catalogue->count; i++) {
        if (catalogue->entries[i].instrument.venue != catalogue->entries[0].instrument.venue) return true;
    }
    return false;
}

/* The first market from `row` on in a direction, or `otherwise`. */
static size_t market_row(const struct market_list *list, size_t row, int step, size_t otherwise)
{
    while (row < list->row_count && list->rows[row].heading) row += (size_t)step;
    return row < list->row_count ? row : otherwise;
}

bool market_list_set(struct market_list *list, const struct catalogue *catalogue)
{
    struct venue_progress progress[VENUE_COUNT];
    memcpy(progress, list->quotes.progress, sizeof progress);
    market_list_free(list);
    memcpy(list->quotes.progress, progress, sizeof progress);
    if (catalogue == NULL || catalogue->count == 0) {
        list->catalogue = catalogue;
        return true;
    }
    list->rows = calloc(2 * catalogue->count, sizeof *list->rows);
    if (list->rows == NULL) return false;
    list->catalogue = catalogue;
    make_rows(list);
    list->several_venues = of_several_venues(catalogue);
    list->selected = market_row(list, 0, 1, 0);
    return true;
}

void market_list_quotes(struct market_list *list, const struct quote_table *quotes)
{
    memcpy(list->quotes.progress, quotes->progress, sizeof quotes->progress);
    list->quotes.count = quotes->count;
    memcpy(list->quotes.quotes, quotes->quotes, quotes->count * sizeof *quotes->quotes);
}

const struct catalogue_entry *market_list_selected(const struct market_list *list)
{
    if (list->selected >= list->row_count) return NULL;
    return &list->catalogue->entries[list->rows[list->selected].entry];
}

static void select_entry(struct market_list *list, size_t entry)
{
    for (size_t row = 0; row < list->row_count; row++) {
        if (list->rows[row].entry == entry && !list->rows[row].heading) list->selected = row;
    }
}

const struct catalogue_entry *market_list_step(struct market_list *list, int step)
{
    if (list->catalogue == NULL || list->open_entry == SIZE_MAX) return NULL;
    size_t next = list->open_entry + (size_t)step;
    if (next >= list->catalogue->count) return NULL;
    list->open_entry = next;
    select_entry(list, next);
    return &list->catalogue->entries[next];
}

void market_list_opened(struct market_list *list, const struct catalogue_entry *entry)
{
    list->open_entry = SIZE_MAX;
    if (list->catalogue == NULL) return;
    for (size_t i = 0; i < list->catalogue->count; i++) {
        const struct instrument *instrument = &list->catalogue->entries[i].instrument;
        if (same_market(instrument, &entry->instrument)) list->open_entry = i;
    }
}

bool market_list_groups(const struct market_list *list, const struct instrument *instrument)
{
    for (size_t i = 0; i < list->row_count; i++) {
        const struct list_row *row = &list->rows[i];
        if (!row->grouped || row->heading) continue;
        if (same_market(&list->catalogue->entries[row->entry].instrument, instrument)) return true;
    }
    return false;
}

static bool quotes_entry(const struct quote *quote, const struct instrument *instrument)
{
    return quote->venue == instrument->venue && strcmp(quote->symbol, instrument->symbol) == 0;
}

const struct quote *market_list_quote(const struct market_list *list, size_t entry)
{
    const struct quote_table *table = &list->quotes;
    const struct instrument *instrument = &list->catalogue->entries[entry].instrument;
    for (uint32_t i = 0; i < table->count; i++) {
        if (quotes_entry(&table->quotes[i], instrument)) return &table->quotes[i];
    }
    return NULL;
}

/* Moves by rows of markets; headings do not count. */
static void move(struct market_list *list, int count)
{
    int step = count > 0 ? 1 : -1;
    for (; count != 0; count -= step) {
        size_t row = market_row(list, list->selected + (size_t)step, step, list->selected);
        if (row == list->selected) return;
        list->selected = row;
    }
}

bool market_list_act(struct market_list *list, enum action action)
{
    int page = list->page > 1 ? list->page - 1 : 1;
    if (action == ACTION_DOWN)
        move(list, 1);
    else if (action == ACTION_UP)
        move(list, -1);
    else if (action == ACTION_PAGE_DOWN)
        move(list, page);
    else if (action == ACTION_PAGE_UP)
        move(list, -page);
    else if (action == ACTION_HOME)
        list->selected = market_row(list, 0, 1, list->selected);
    else if (action == ACTION_END)
        list->selected = market_row(list, list->row_count - 1, -1, list->selected);
    else
        return false;
    return true;
}
