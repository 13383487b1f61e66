#include "market_list_order.h"

#include <stdlib.h>
#include <string.h>

/* A market while it is sorted. Unknown values come last, whichever way is sorted. */
struct place {
    int64_t value, of_event; /* smallest first */
    uint32_t entry, event;
};

static const struct {
    const char *name;
    bool rises; /* usually the smallest first */
} orders[ORDER_COUNT] = {
    [ORDER_FOUND] = {"", true},         [ORDER_VOLUME] = {"24h", false},   [ORDER_PRICE] = {"last", false},
    [ORDER_CHANGE] = {"change", false}, [ORDER_SPREAD] = {"spread", true}, [ORDER_CLOSES] = {"closes", true},
    [ORDER_NAME] = {"market", true},
};

const char *market_list_order_name(enum list_order order)
{
    return orders[order].name;
}

bool market_list_rises(const struct market_list *list)
{
    return orders[list->order].rises != list->reversed;
}

#define UNKNOWN INT64_MAX

static int64_t price_value(price_t price)
{
    return price == PRICE_NONE ? UNKNOWN : price;
}

static int64_t value_of(const struct market_list *list, uint32_t entry)
{
    const struct catalogue_entry *market = &list->catalogue->entries[entry];
    switch (list->order) {
    case ORDER_VOLUME:
        return market->volume_24h >= 0 ? market->volume_24h : UNKNOWN;
    case ORDER_PRICE:
        return price_value(market_list_figures(list, entry).last);
    case ORDER_CHANGE:
        return price_value(market_list_figures(list, entry).change);
    case ORDER_SPREAD:
        return price_value(market_list_figures(list, entry).spread);
    case ORDER_CLOSES:
        return market->instrument.close_time != 0 ? market->instrument.close_time : UNKNOWN;
    default:
        return entry;
    }
}

/* The value that is sorted by, so that the smallest comes first. */
static int64_t turned(const struct market_list *list, int64_t value)
{
    if (value == UNKNOWN || market_list_rises(list)) return value;
    return -value;
}

/* Names */

static const char *name_of(const struct instrument *instrument)
{
    const char *names[] = {instrument->group_title, instrument->title, instrument->slug, instrument->symbol};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i][0] != '\0') return names[i];
    return "";
}

static const char *event_name_of(const struct instrument *instrument)
{
    return instrument->event_title[0] != '\0' ? instrument->event_title : name_of(instrument);
}

/* Numbers within names count as numbers: 25 bps before 100 bps. Letters of the Latin alphabet without case. */
static int compare_names(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        size_t digits_a = strspn(a, "0123456789"), digits_b = strspn(b, "0123456789");
        if (digits_a > 0 && digits_a != digits_b && digits_b > 0) return digits_a < digits_b ? -1 : 1;
        unsigned char x = (unsigned char)*a++, y = (unsigned char)*b++;
        if (x >= 'A' && x <= 'Z') x |= 0x20;
        if (y >= 'A' && y <= 'Z') y |= 0x20;
        if (x != y) return x < y ? -1 : 1;
    }
    return (*a != '\0') - (*b != '\0');
}

static int compare_by_name(const struct market_list *list, const struct place *a, const struct place *b)
{
    const struct catalogue_entry *entries = list->catalogue->entries;
    int order =
        a->event != b->event
            ? compare_names(event_name_of(&entries[a->event].instrument), event_name_of(&entries[b->event].instrument))
            : compare_names(name_of(&entries[a->entry].instrument), name_of(&entries[b->entry].instrument));
    return market_list_rises(list) ? order : -order;
}

/* Sorting */

static int compare(const void *a, const void *b, void *context)
{
    const struct place *one = a, *other = b;
    const struct market_list *list = context;
    int order = list->order == ORDER_NAME ? compare_by_name(list, one, other) : 0;
    if (order != 0) return order;
    if (one->of_event != other->of_event) return one->of_event < other->of_event ? -1 : 1;
    if (one->event != other->event) return one->event < other->event ? -1 : 1;
    if (one->value != other->value) return one->value < other->value ? -1 : 1;
    return (one->entry > other->entry) - (one->entry < other->entry);
}

static void add_volume(int64_t *sum, int64_t volume)
{
    if (volume == UNKNOWN) return;
    if (*sum == UNKNOWN) *sum = 0;
    if (__builtin_add_overflow(*sum, volume, sum)) *sum = UNKNOWN - 1;
}

/* An event stands by the sum of its markets' volumes, else by the one of them that comes first. `of_event` has room for
 * one value of each entry; its event's is at the place of the event's first one. */
static void value_events(const struct market_list *list, struct place *places, size_t count, int64_t *of_event)
{
    bool sums = list->order == ORDER_VOLUME;
    for (size_t i = 0; i < list->catalogue->count; i++) of_event[i] = UNKNOWN;
    for (size_t i = 0; i < count; i++) {
        int64_t *value = &of_event[places[i].event];
        if (sums)
            add_volume(value, value_of(list, places[i].entry));
        else if (places[i].value < *value)
            *value = places[i].value;
    }
    for (size_t i = 0; i < count; i++) {
        int64_t value = of_event[places[i].event];
        places[i].of_event = sums ? turned(list, value) : value;
    }
}

/* What the filter leaves, as the catalogue has it. */
static size_t pass(struct market_list *list)
{
    struct search_query query;
    size_t count = 0;
    search_query_set(&query, text_from(list->filter));
    const struct search_words *words = query.count > 0 ? market_list_words(list) : NULL;
    for (uint32_t i = 0; i < list->catalogue->count; i++) {
        if (words == NULL || search_score(words, i, &query) > 0) list->sorted[count++] = i;
    }
    return count;
}

/* Without memory for it the order stays as found. */
void market_order_sort(struct market_list *list)
{
    size_t count = list->sorted_count = pass(list);
    list->unsorted = false;
    if (count < 2 || (list->order == ORDER_FOUND && !list->reversed)) return;
    struct place *places = malloc(count * sizeof *places);
    int64_t *of_event = malloc(list->catalogue->count * sizeof *of_event);
    for (size_t i = 0; places != NULL && i < count; i++) {
        uint32_t entry = list->sorted[i];
        places[i] =
            (struct place){.value = turned(list, value_of(list, entry)), .entry = entry, .event = list->events[entry]};
    }
    if (places != NULL && of_event != NULL) {
        value_events(list, places, count, of_event);
        qsort_r(places, count, sizeof *places, compare, list);
        for (size_t i = 0; i < count; i++) list->sorted[i] = places[i].entry;
    }
    free(of_event);
    free(places);
}
