#include "booktop/venue/polymarket/hash.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/venue/polymarket/decode.h"

/* {"price":"0.0001","size":"9223372036854.775807"}, */
#define LEVEL_TEXT_MAX 49
#define PRICE_ONE      10000
#define SIZE_ONE       1000000
#define FIRST_LEVELS   8
_Static_assert(POLYMARKET_PRICE_SCALE == 4 && POLYMARKET_SIZE_SCALE == 6, "PRICE_ONE and SIZE_ONE are 1.0");

/* A side's text is one piece, so that hashing it is one call. prices and lengths have an entry per level, lengths add
 * up to `length`; where a level's text begins is the sum of the lengths before it. */

/* === Memory === */

/* By a quarter only: with thousands of books what stands empty is felt. */
static uint32_t grown(uint32_t need)
{
    return need + need / 4;
}

static bool text_reserve(struct polymarket_side_text *side, uint32_t need)
{
    if (need <= side->capacity) return true;
    char *text = realloc(side->text, grown(need));
    if (text == NULL) return false;
    side->text = text;
    side->capacity = grown(need);
    return true;
}

static bool levels_reserve(struct polymarket_side_text *side, uint32_t need)
{
    if (need <= side->count_capacity) return true;
    uint32_t capacity = grown(need + FIRST_LEVELS);
    uint16_t *prices = realloc(side->prices, capacity * sizeof *prices);
    if (prices == NULL) return false;
    side->prices = prices;
    uint8_t *lengths = realloc(side->lengths, capacity);
    if (lengths == NULL) return false;
    side->lengths = lengths;
    side->count_capacity = capacity;
    return true;
}

/* === One level === */

static bool level_has_text(price_t price, quantity_t quantity)
{
    return price > 0 && price < PRICE_ONE && quantity >= 0;
}

static char *put(char *at, struct text text)
{
    memcpy(at, text.at, text.length);
    return at + text.length;
}

/* Digits behind the point, without trailing zeros; nothing where there are none. */
static char *put_fraction(char *at, uint32_t fraction, unsigned places)
{
    if (fraction == 0) return at;
    *at++ = '.';
    for (; fraction % 10 == 0; fraction /= 10) places--;
    for (unsigned i = places; i-- > 0; fraction /= 10) at[i] = (char)('0' + fraction % 10);
    return at + places;
}

static char *put_whole(char *at, uint64_t whole)
{
    char digits[20];
    unsigned first = sizeof digits;
    do {
        digits[--first] = (char)('0' + whole % 10);
        whole /= 10;
    } while (whole > 0);
    return put(at, (struct text){digits + first, sizeof digits - first});
}

/* Writes a level with its comma to `out` of LEVEL_TEXT_MAX bytes; returns the length. decimal_format would do, at twice
 * the time: here the scales are known to the compiler. */
static uint8_t level_write(price_t price, quantity_t quantity, char *out)
{
    char *at = put(out, TEXT("{\"price\":\"0"));
    at = put_fraction(at, (uint32_t)price, POLYMARKET_PRICE_SCALE);
    at = put(at, TEXT("\",\"size\":\""));
    at = put_whole(at, (uint64_t)quantity / SIZE_ONE);
    at = put_fraction(at, (uint32_t)((uint64_t)quantity % SIZE_ONE), POLYMARKET_SIZE_SCALE);
    at = put(at, TEXT("\"},"));
    return (uint8_t)(at - out);
}

/* === Finding and mending === */

static bool is_worse(enum side which, price_t a, price_t b)
{
    return which == SIDE_BID ? a < b : a > b;
}

/* The index of the first level that is not worse than `price`, count if all are. */
static uint32_t level_find(const struct polymarket_side_text *side, enum side which, price_t price)
{
    uint32_t begin = 0, end = side->count;
    while (begin < end) {
        uint32_t middle = begin + (end - begin) / 2;
        if (is_worse(which, side->prices[middle], price))
            begin = middle + 1;
        else
            end = middle;
    }
    return begin;
}

/* The sum of `count` bytes, eight at a time: neighbours to four sums of 16 bits, those to one by the multiplication. */
static uint32_t bytes_sum(const uint8_t *bytes, uint32_t count)
{
    const uint64_t low_bytes = UINT64_C(0x00ff00ff00ff00ff);
    uint32_t sum = 0;
    for (; count >= sizeof(uint64_t); count -= (uint32_t)sizeof(uint64_t), bytes += sizeof(uint64_t)) {
        uint64_t eight;
        memcpy(&eight, bytes, sizeof eight);
        uint64_t pairs = (eight & low_bytes) + (eight >> 8 & low_bytes);
        sum += (uint32_t)(pairs * UINT64_C(0x0001000100010001) >> 48);
    }
    while (count-- > 0) sum += *bytes++;
    return sum;
}

/* Puts `with` in the place of `old_length` bytes at `offset`. */
static bool text_replace(struct polymarket_side_text *side, uint32_t offset, uint32_t old_length, struct text with)
{
    uint32_t new_length = (uint32_t)with.length;
    if (!text_reserve(side, side->length - old_length + new_length)) return false;
    char *hole = side->text + offset;
    if (new_length != old_length) memmove(hole + new_length, hole + old_length, side->length - offset - old_length);
    memcpy(hole, with.at, new_length);
    side->length = side->length - old_length + new_length;
    return true;
}

static bool level_insert(struct polymarket_side_text *side, uint32_t at, price_t price, struct text text)
{
    if (!levels_reserve(side, side->count + 1)) return false;
    if (!text_replace(side, bytes_sum(side->lengths, at), 0, text)) return false;
    uint32_t after = side->count - at;
    memmove(side->prices + at + 1, side->prices + at, after * sizeof *side->prices);
    memmove(side->lengths + at + 1, side->lengths + at, after);
    side->prices[at] = (uint16_t)price;
    side->lengths[at] = (uint8_t)text.length;
    side->count++;
    return true;
}

static bool level_replace(struct polymarket_side_text *side, uint32_t at, struct text text)
{
    if (!text_replace(side, bytes_sum(side->lengths, at), side->lengths[at], text)) return false;
    side->lengths[at] = (uint8_t)text.length;
    return true;
}

static void level_remove(struct polymarket_side_text *side, uint32_t at)
{
    uint32_t offset = bytes_sum(side->lengths, at), length = side->lengths[at];
    char *hole = side->text + offset;
    memmove(hole, hole + length, side->length - offset - length);
    side->length -= length;
    side->count--;
    uint32_t after = side->count - at;
    memmove(side->prices + at, side->prices + at + 1, after * sizeof *side->prices);
    memmove(side->lengths + at, side->lengths + at + 1, after);
}

static bool level_set(struct polymarket_side_text *side, enum side which, price_t price, quantity_t quantity)
{
    if (!level_has_text(price, quantity)) return false;
    uint32_t at = level_find(side, which, price);
    bool holds = at < side->count && side->prices[at] == price;
    if (quantity == 0) {
        if (holds) level_remove(side, at);
        return true;
    }
    char out[LEVEL_TEXT_MAX];
    struct text text = {out, level_write(price, quantity, out)};
    return holds ? level_replace(side, at, text) : level_insert(side, at, price, text);
}

/* === Writing anew === */

static bool level_append(struct polymarket_side_text *side, price_t price, quantity_t quantity)
{
    if (!level_has_text(price, quantity)) return false;
    if (!text_reserve(side, side->length + LEVEL_TEXT_MAX)) return false;
    uint8_t length = level_write(price, quantity, side->text + side->length);
    side->prices[side->count] = (uint16_t)price;
    side->lengths[side->count] = length;
    side->count++;
    side->length += length;
    return true;
}

/* Mirrored levels keep their order: the highest ask becomes the lowest bid, the worst of both. */
static bool side_write(struct polymarket_side_text *side, const struct book_side *from, bool mirrored)
{
    side->length = side->count = 0;
    if (!levels_reserve(side, from->count)) return false;
    for (const struct level *level = book_side_worst(from); level != NULL; level = book_side_better(from, level)) {
        price_t price = mirrored ? PRICE_ONE - level->price : level->price;
        if (!level_append(side, price, level->quantity)) return false;
    }
    return true;
}

/* === Public === */

void polymarket_levels_free(struct polymarket_levels *levels)
{
    for (unsigned which = SIDE_BID; which <= SIDE_ASK; which++) {
        free(levels->sides[which].text);
        free(levels->sides[which].prices);
        free(levels->sides[which].lengths);
    }
    *levels = (struct polymarket_levels){0};
}

bool polymarket_levels_write(struct polymarket_levels *levels, const struct order_book *book, unsigned outcome)
{
    bool mirrored = outcome != 0;
    levels->unusable = !side_write(&levels->sides[SIDE_BID], mirrored ? &book->asks : &book->bids, mirrored) ||
                       !side_write(&levels->sides[SIDE_ASK], mirrored ? &book->bids : &book->asks, mirrored);
    return !levels->unusable;
}

bool polymarket_levels_set(struct polymarket_levels *levels, enum side side, price_t price, quantity_t quantity)
{
    if (levels->unusable) return false;
    levels->unusable = !level_set(&levels->sides[side], side, price, quantity);
    return !levels->unusable;
}
