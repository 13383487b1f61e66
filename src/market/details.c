#include "booktop/market/details.h"

#include <stdlib.h>
#include <string.h>

#include "memory.h"

/* What stands before the texts of a record: symbol, rules, source, without terminators. Records are packed: heads are
 * copied out. */
struct head {
    uint16_t symbol, rules, source;
    uint8_t venue;
    bool rules_cut, source_cut;
    struct fee fee;
};

_Static_assert(DETAILS_RULES_SIZE <= UINT16_MAX && DETAILS_SOURCE_SIZE <= UINT16_MAX, "lengths fit");

/* === Texts === */

/* Behind the `length` bytes there are. A NUL would hide what follows it. False: cut. */
static bool append(char *out, size_t size, size_t length, struct text text)
{
    size_t added = text_copy(text, out + length, size - length);
    for (size_t i = length; i < length + added; i++)
        if (out[i] == '\0') out[i] = ' ';
    return added == text.length;
}

void details_add_rules(struct details *details, struct text part)
{
    const struct text between = TEXT("\n\n");
    size_t length = strlen(details->rules);
    part = text_trim(part);
    if (part.length == 0 || details->rules_cut) return;
    /* Two ends of lines behind which nothing would fit are not begun. */
    bool fits = length == 0 || length + between.length + 1 < DETAILS_RULES_SIZE;
    if (fits && length > 0) {
        append(details->rules, DETAILS_RULES_SIZE, length, between);
        length += between.length;
    }
    details->rules_cut = !fits || !append(details->rules, DETAILS_RULES_SIZE, length, part);
}

void details_set_source(struct details *details, struct text source)
{
    details->source_cut = !append(details->source, DETAILS_SOURCE_SIZE, 0, text_trim(source));
}

/* === Fees === */

bool fee_is_told(const struct fee *fee)
{
    return fee->kind != FEE_OF_SERIES || fee->type[0] != '\0';
}

/* A half times a half is 25 hundredths. */
int64_t fee_most(const struct fee *fee, unsigned *scale)
{
    int64_t most = fee->rate;
    for (unsigned i = 0; i < fee->exponent; i++) most *= 25;
    *scale = FEE_RATE_SCALE + 2 * fee->exponent;
    return most;
}

_Static_assert(FEE_RATE_MAX <= INT64_MAX / (INT64_C(25) * 25 * 25) && FEE_EXPONENT_MAX == 3,
               "what a fee takes is exact");

/* === Shelves === */

static bool reserve_start(struct details_shelf *shelf)
{
    if (shelf->count < shelf->start_capacity) return true;
    uint32_t *grown = memory_grow(shelf->starts, sizeof *shelf->starts, shelf->count + 1, &shelf->start_capacity);
    if (grown == NULL) return false;
    shelf->starts = grown;
    return true;
}

static bool reserve_bytes(struct details_shelf *shelf, size_t length)
{
    if (length <= shelf->capacity - shelf->length) return true;
    char *grown = memory_grow(shelf->bytes, 1, shelf->length + length, &shelf->capacity);
    if (grown == NULL) return false;
    shelf->bytes = grown;
    return true;
}

bool details_put(struct details_shelf *shelf, const struct instrument *market, const struct details *details,
                 uint32_t *place)
{
    struct head head;
    memset(&head, 0, sizeof head); /* with what is between its members: it is copied as bytes */
    head.symbol = (uint16_t)strlen(market->symbol);
    head.rules = (uint16_t)strlen(details->rules);
    head.source = (uint16_t)strlen(details->source);
    head.venue = (uint8_t)market->venue;
    head.rules_cut = details->rules_cut;
    head.source_cut = details->source_cut;
    head.fee = details->fee;
    size_t length = sizeof head + head.symbol + head.rules + head.source;
    *place = 0;
    if (length > DETAILS_SHELF_MAX - shelf->length) return true;
    if (!reserve_start(shelf) || !reserve_bytes(shelf, length)) return false;

    shelf->starts[shelf->count++] = (uint32_t)shelf->length;
    *place = (uint32_t)shelf->count;
    char *out = shelf->bytes + shelf->length;
    memcpy(out, &head, sizeof head);
    memcpy(out += sizeof head, market->symbol, head.symbol);
    memcpy(out += head.symbol, details->rules, head.rules);
    memcpy(out + head.rules, details->source, head.source);
    shelf->length += length;
    return true;
}

static void unpack(const struct head *head, const char *rules, struct details *details)
{
    memcpy(details->rules, rules, head->rules);
    details->rules[head->rules] = '\0';
    memcpy(details->source, rules + head->rules, head->source);
    details->source[head->source] = '\0';
    details->rules_cut = head->rules_cut;
    details->source_cut = head->source_cut;
    details->fee = head->fee;
}

bool details_get(const struct details_shelf *shelf, uint32_t place, const struct instrument *market,
                 struct details *details)
{
    struct head head;
    if (place == 0 || place > shelf->count) return false;
    const char *record = shelf->bytes + shelf->starts[place - 1], *symbol = record + sizeof head;
    memcpy(&head, record, sizeof head);
    bool same = text_is((struct text){symbol, head.symbol}, market->symbol);
    if (!same || head.venue != (uint8_t)market->venue) return false;
    unpack(&head, symbol + head.symbol, details);
    return true;
}

/* The place of those that were put last; 0: there are none. */
static size_t find(const struct details_shelf *shelf, const struct instrument *market, struct details *details)
{
    size_t place = shelf->count;
    while (place > 0 && !details_get(shelf, (uint32_t)place, market, details)) place--;
    return place;
}

bool details_find(const struct details_shelf *shelf, const struct instrument *market, struct details *details)
{
    return find(shelf, market, details) > 0;
}

static size_t start_of(const struct details_shelf *shelf, size_t index)
{
    return index < shelf->count ? shelf->starts[index] : shelf->length;
}

/* Takes `count` records out, from an index on. */
static void take_out(struct details_shelf *shelf, size_t index, size_t count)
{
    size_t from = start_of(shelf, index), to = start_of(shelf, index + count);
    memmove(shelf->bytes + from, shelf->bytes + to, shelf->length - to);
    for (size_t i = index + count; i < shelf->count; i++)
        shelf->starts[i - count] = (uint32_t)(shelf->starts[i] - (to - from));
    shelf->length -= to - from;
    shelf->count -= count;
}

/* A quarter of the shelf at once: what stays is moved. */
static void forget_oldest(struct details_shelf *shelf)
{
    size_t count = 0;
    while (count < shelf->count && start_of(shelf, count) < DETAILS_SHELF_MAX / 4) count++;
    take_out(shelf, 0, count);
}

static bool same_fee(const struct fee *a, const struct fee *b)
{
    return a->kind == b->kind && a->rate == b->rate && a->exponent == b->exponent && a->taker_only == b->taker_only &&
           strcmp(a->type, b->type) == 0;
}

static bool same(const struct details *a, const struct details *b)
{
    return strcmp(a->rules, b->rules) == 0 && strcmp(a->source, b->source) == 0 && a->rules_cut == b->rules_cut &&
           a->source_cut == b->source_cut && same_fee(&a->fee, &b->fee);
}

bool details_renew(struct details_shelf *shelf, const struct instrument *market, const struct details *details)
{
    struct details known;
    uint32_t place;
    size_t before = find(shelf, market, &known);
    if (before > 0 && same(&known, details)) return true;
    if (before > 0) take_out(shelf, before - 1, 1);
    if (!details_put(shelf, market, details, &place)) return false;
    if (place > 0) return true;
    forget_oldest(shelf);
    return details_put(shelf, market, details, &place);
}

void details_shelf_cut(struct details_shelf *shelf, size_t count)
{
    if (count >= shelf->count) return;
    shelf->length = shelf->starts[count];
    shelf->count = count;
}

void details_shelf_free(struct details_shelf *shelf)
{
    free(shelf->bytes);
    free(shelf->starts);
    *shelf = (struct details_shelf){0};
}
