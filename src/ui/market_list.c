/* The list's data: rows, selection, quotes. In which order: market_list_order.c; how it is drawn: markets_view.c. */
#include "booktop/ui/market_list.h"

#include <stdlib.h>
#include <string.h>

#include "market_list_order.h"
#include "same_market.h"

void market_list_init(struct market_list *list)
{
    *list = (struct market_list){.open_entry = SIZE_MAX};
}

void market_list_free(struct market_list *list)
{
    free(list->rows);
    free(list->sorted);
    free(list->events);
    free(list->folded);
    free(list->quoted);
    search_words_free(&list->words);
    market_list_init(list);
}

/* === Events === */

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

/* Markets of an event stand together in a catalogue. */
static void find_events(struct market_list *list)
{
    const struct catalogue *catalogue = list->catalogue;
    for (uint32_t i = 0; i < catalogue->count; i++) {
        bool joins = i > 0 && same_event(catalogue, i - 1, i);
        list->events[i] = joins ? list->events[i - 1] : i;
        list->several_venues |= catalogue->entries[i].instrument.venue != catalogue->entries[0].instrument.venue;
        list->has_changes |= catalogue->entries[i].previous > 0;
    }
}

/* === Rows === */

/* How many markets from `at` on are of one event. */
static size_t event_length(const struct market_list *list, size_t at)
{
    size_t end = at + 1;
    while (end < list->sorted_count && list->events[list->sorted[end]] == list->events[list->sorted[at]]) end++;
    return end - at;
}

static void add_row(struct market_list *list, struct list_row row)
{
    list->rows[list->row_count++] = row;
}

/* What is traded of so many markets from a place on; -1: of none it is known. */
static int64_t sum_volumes(const struct market_list *list, size_t at, size_t count)
{
    int64_t sum = -1;
    for (size_t i = at; i < at + count; i++) {
        int64_t volume = list->catalogue->entries[list->sorted[i]].volume_24h;
        if (volume < 0) continue;
        if (sum < 0) sum = 0;
        if (__builtin_add_overflow(sum, volume, &sum)) return INT64_MAX;
    }
    return sum;
}

/* A heading for each event of which at least two markets are shown, then the markets, if they are not folded. */
static void make_rows(struct market_list *list)
{
    list->row_count = 0;
    for (size_t i = 0, length; i < list->sorted_count; i += length) {
        uint32_t entry = list->sorted[i];
        length = event_length(list, i);
        bool group = length > 1, folded = group && list->folded[list->events[entry]];
        struct list_row heading = {
            .entry = entry, .count = (uint32_t)length, .heading = true, .folded = folded, .place = i + 1};
        heading.volume = sum_volumes(list, i, length);
        if (group) add_row(list, heading);
        for (size_t j = i; j < i + length && !folded; j++)
            add_row(list, (struct list_row){.entry = list->sorted[j], .grouped = group, .place = j + 1});
    }
}

/* Headings of unfolded events are passed over. */
static bool can_be_selected(const struct list_row *row)
{
    return !row->heading || row->folded;
}

/* The first row from `row` on in a direction that can be selected, or `otherwise`. */
static size_t next_row(const struct market_list *list, size_t row, int step, size_t otherwise)
{
    while (row < list->row_count && !can_be_selected(&list->rows[row])) row += (size_t)step;
    return row < list->row_count ? row : otherwise;
}

static size_t first_row(const struct market_list *list)
{
    return next_row(list, 0, 1, 0);
}

/* The row of a market, or the one of its folded event; false if the filter hides it. */
static bool select_entry(struct market_list *list, size_t entry)
{
    for (size_t i = 0; i < list->row_count; i++) {
        const struct list_row *row = &list->rows[i];
        bool own = !row->heading && row->entry == entry;
        if (!own && !(row->folded && list->events[row->entry] == list->events[entry])) continue;
        list->selected = i;
        return true;
    }
    return false;
}

/* The selection stays on its market, or with `keeps_top` at the top where it is there. */
static void sort_keeping(struct market_list *list, bool keeps_top)
{
    if (list->catalogue == NULL || list->rows == NULL) return;
    bool at_top = keeps_top && list->selected == first_row(list);
    size_t entry = list->selected < list->row_count ? list->rows[list->selected].entry : 0;
    market_order_sort(list);
    make_rows(list);
    if (at_top || !select_entry(list, entry)) list->selected = first_row(list);
}

static void sort(struct market_list *list)
{
    sort_keeping(list, true);
}

void market_list_sort(struct market_list *list, enum list_order order, bool reversed)
{
    bool known = order < ORDER_COUNT && (order != ORDER_CHANGE || list->has_changes);
    list->order = known ? order : ORDER_FOUND;
    list->reversed = reversed;
    sort(list);
}

static bool make_room(struct market_list *list, size_t count)
{
    list->rows = calloc(2 * count, sizeof *list->rows);
    list->sorted = calloc(count, sizeof *list->sorted);
    list->events = calloc(count, sizeof *list->events);
    list->folded = calloc(count, sizeof *list->folded);
    list->quoted = malloc(count * sizeof *list->quoted);
    if (list->quoted != NULL) memset(list->quoted, 0xFF, count * sizeof *list->quoted);
    return list->rows && list->sorted && list->events && list->folded && list->quoted;
}

bool market_list_set(struct market_list *list, const struct catalogue *catalogue)
{
    struct quote_table *quotes = &list->quotes;
    struct venue_progress progress[VENUE_COUNT];
    struct venue_link links[VENUE_COUNT];
    memcpy(progress, quotes->progress, sizeof progress);
    memcpy(links, quotes->links, sizeof links);
    market_list_free(list);
    memcpy(quotes->progress, progress, sizeof progress);
    memcpy(quotes->links, links, sizeof links);
    if (catalogue == NULL || catalogue->count == 0) {
        list->catalogue = catalogue;
        return true;
    }
    if (!make_room(list, catalogue->count)) {
        market_list_free(list);
        return false;
    }
    list->catalogue = catalogue;
    find_events(list);
    sort(list);
    return true;
}

/* === Quotes === */

static bool quotes_entry(const struct quote *quote, const struct instrument *instrument)
{
    return quote->venue == instrument->venue && strcmp(quote->symbol, instrument->symbol) == 0;
}

/* Quotes come in the catalogue's order, or nearly: each is looked for behind the one before. */
static void place_quotes(struct market_list *list)
{
    const struct catalogue *catalogue = list->catalogue;
    size_t at = 0;
    if (list->quoted == NULL) return;
    memset(list->quoted, 0xFF, catalogue->count * sizeof *list->quoted);
    for (uint32_t i = 0; i < list->quotes.count; i++) {
        for (size_t tried = 0; tried < catalogue->count; tried++, at++) {
            if (at >= catalogue->count) at = 0;
            if (!quotes_entry(&list->quotes.quotes[i], &catalogue->entries[at].instrument)) continue;
            list->quoted[at] = (int16_t)i;
            break;
        }
    }
}

void market_list_quotes(struct market_list *list, const struct quote_table *quotes)
{
    bool same = list->quotes.count == quotes->count;
    for (uint32_t i = 0; same && i < quotes->count; i++) {
        const struct quote *before = &list->quotes.quotes[i];
        same = before->venue == quotes->quotes[i].venue && strcmp(before->symbol, quotes->quotes[i].symbol) == 0;
    }
    memcpy(list->quotes.progress, quotes->progress, sizeof quotes->progress);
    memcpy(list->quotes.links, quotes->links, sizeof quotes->links);
    list->quotes.count = quotes->count;
    memcpy(list->quotes.quotes, quotes->quotes, quotes->count * sizeof *quotes->quotes);
    list->unsorted |= list->order == ORDER_PRICE || list->order == ORDER_CHANGE || list->order == ORDER_SPREAD;
    if (!same) place_quotes(list);
}

void market_list_forget_quotes(struct market_list *list)
{
    if (list->quotes.count == 0) return;
    list->quotes.count = 0;
    if (list->catalogue != NULL) place_quotes(list);
}

const struct quote *market_list_quote(const struct market_list *list, size_t entry)
{
    int16_t place = list->quoted != NULL ? list->quoted[entry] : -1;
    return place >= 0 ? &list->quotes.quotes[place] : NULL;
}

const struct quote *market_list_quote_of(const struct market_list *list, const struct instrument *instrument)
{
    for (uint32_t i = 0; i < list->quotes.count; i++)
        if (quotes_entry(&list->quotes.quotes[i], instrument)) return &list->quotes.quotes[i];
    return NULL;
}

static price_t difference(price_t a, price_t b)
{
    return a == PRICE_NONE || b == PRICE_NONE ? PRICE_NONE : a - b;
}

/* The stream tells of trades only as they happen: until one does, the catalogue knows the last. */
struct market_figures market_figures_of(const struct catalogue_entry *entry, const struct quote *quote)
{
    bool live = quote != NULL && quote->live, traded = live && quote->last_trade != PRICE_NONE;
    struct market_figures figures = {
        .bid = live ? quote->best_bid : entry->best_bid,
        .ask = live ? quote->best_ask : entry->best_ask,
        .last = traded ? quote->last_trade : entry->last_trade,
        .status = live ? quote->status : entry->status,
        .live = live,
        .current = live && quote->proof != PROOF_STALE && quote->proof != PROOF_SYNCING,
        .traded = traded,
    };
    figures.spread = difference(figures.ask, figures.bid);
    figures.change = difference(figures.last, entry->previous > 0 ? entry->previous : PRICE_NONE);
    return figures;
}

struct market_figures market_list_figures(const struct market_list *list, size_t entry)
{
    return market_figures_of(&list->catalogue->entries[entry], market_list_quote(list, entry));
}

/* === The selection === */

const struct catalogue_entry *market_list_selected(const struct market_list *list)
{
    if (list->selected >= list->row_count || list->rows[list->selected].heading) return NULL;
    return &list->catalogue->entries[list->rows[list->selected].entry];
}

/* The place of an entry in the list's order, SIZE_MAX: it is not there. */
static size_t sorted_place(const struct market_list *list, size_t entry)
{
    for (size_t i = 0; i < list->sorted_count; i++)
        if (list->sorted[i] == entry) return i;
    return SIZE_MAX;
}

size_t market_list_place(const struct market_list *list)
{
    return list->selected < list->row_count ? list->rows[list->selected].place : 0;
}

/* Of a market that the filter hides the neighbour is the first or the last one that it leaves. */
const struct catalogue_entry *market_list_step(struct market_list *list, int step)
{
    if (list->catalogue == NULL || list->open_entry == SIZE_MAX || list->sorted_count == 0) return NULL;
    size_t place = sorted_place(list, list->open_entry);
    size_t next = place != SIZE_MAX ? place + (size_t)step : step > 0 ? 0 : list->sorted_count - 1;
    while (next < list->sorted_count && !list->catalogue->entries[list->sorted[next]].has_book) next += (size_t)step;
    if (next >= list->sorted_count) return NULL;
    list->open_entry = list->sorted[next];
    select_entry(list, list->open_entry);
    return &list->catalogue->entries[list->open_entry];
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

void market_list_select(struct market_list *list, const struct catalogue_entry *entry)
{
    for (size_t i = 0; list->catalogue != NULL && i < list->catalogue->count; i++)
        if (same_market(&list->catalogue->entries[i].instrument, &entry->instrument)) (void)select_entry(list, i);
}

/* Whatever the filter hides. */
static bool groups(const struct market_list *list, const struct instrument *instrument)
{
    for (size_t i = 0; list->events != NULL && i < list->catalogue->count; i++) {
        if (!same_market(&list->catalogue->entries[i].instrument, instrument)) continue;
        bool follows = list->events[i] != i;
        return follows || (i + 1 < list->catalogue->count && list->events[i + 1] == i);
    }
    return false;
}

/* Asked at each drawing of the same market. */
bool market_list_groups(struct market_list *list, const struct instrument *instrument)
{
    bool same = list->asked_venue == instrument->venue && strcmp(list->asked_symbol, instrument->symbol) == 0;
    if (same && list->asked_symbol[0] != '\0') return list->asked_groups;
    list->asked_venue = instrument->venue;
    text_copy(text_from(instrument->symbol), list->asked_symbol, sizeof list->asked_symbol);
    list->asked_groups = groups(list, instrument);
    return list->asked_groups;
}

/* === What the user does === */

const struct search_words *market_list_words(struct market_list *list)
{
    size_t count = list->catalogue != NULL ? list->catalogue->count : 0;
    while (list->words.count < count) {
        if (!search_words_add(&list->words, &list->catalogue->entries[list->words.count].instrument)) return NULL;
    }
    return &list->words;
}

void market_list_filter(struct market_list *list, const char *filter)
{
    bool found = list->filter[0] != '\0' && list->sorted_count > 0;
    text_copy(text_trim(text_from(filter)), list->filter, sizeof list->filter);
    sort_keeping(list, list->filter[0] != '\0' || !found);
}

static void next_order(struct market_list *list)
{
    list->order = (list->order + 1) % ORDER_COUNT;
    if (list->order == ORDER_CHANGE && !list->has_changes) list->order++;
    list->reversed = false;
    sort(list);
}

static void reverse(struct market_list *list)
{
    list->reversed = !list->reversed;
    sort(list);
}

/* The selection goes to the event's heading, or to its first market. */
static void fold(struct market_list *list, bool folded)
{
    if (list->selected >= list->row_count) return;
    struct list_row row = list->rows[list->selected];
    if (folded ? !row.grouped : !row.folded) return;
    list->folded[list->events[row.entry]] = folded;
    make_rows(list);
    select_entry(list, row.entry);
}

/* Moves by rows that can be selected. */
static void move(struct market_list *list, int count)
{
    int step = count > 0 ? 1 : -1;
    for (; count != 0; count -= step) {
        size_t row = next_row(list, list->selected + (size_t)step, step, list->selected);
        if (row == list->selected) return;
        list->selected = row;
    }
}

bool market_list_act(struct market_list *list, enum action action)
{
    int page = list->page > 1 ? list->page - 1 : 1;
    bool selected = list->selected < list->row_count;
    if (action == ACTION_DOWN)
        move(list, 1);
    else if (action == ACTION_UP)
        move(list, -1);
    else if (action == ACTION_PAGE_DOWN)
        move(list, page);
    else if (action == ACTION_PAGE_UP)
        move(list, -page);
    else if (action == ACTION_HOME)
        list->selected = first_row(list);
    else if (action == ACTION_END)
        list->selected = next_row(list, list->row_count - 1, -1, list->selected);
    else if (action == ACTION_FOLD)
        fold(list, true);
    else if (action == ACTION_UNFOLD)
        fold(list, false);
    else if (action == ACTION_FOLD_OR_UNFOLD)
        fold(list, selected && !list->rows[list->selected].folded);
    else if (action == ACTION_SORT)
        next_order(list);
    else if (action == ACTION_REVERSE)
        reverse(list);
    else
        return false;
    return true;
}

int64_t market_list_rest(struct market_list *list, int64_t machine)
{
    if (!list->unsorted || list->row_count == 0 || list->selected != first_row(list)) return TIME_NEVER;
    int64_t left = list->touched + LIST_REST - machine;
    if (left > 0) return left;
    sort(list);
    list->touched = machine;
    return TIME_NEVER;
}
