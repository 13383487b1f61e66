#include "booktop/market/tape.h"

#include <stdlib.h>

#include "memory.h"

/* Trade number n, counted from the first ever added, lies at n modulo TAPE_TRADES; those held are in order of time, and
 * of arrival where times are equal. */
static struct trade *tape_place(const struct tape *tape, uint64_t number)
{
    return &tape->trades[number & (TAPE_TRADES - 1)];
}

static bool tape_holds(const struct tape *tape, uint64_t id)
{
    size_t held = tape_count(tape);
    for (size_t n = 0; n < held; n++)
        if (tape->trades[n].id == id) return true;
    return false;
}

/* How many of the trades held are newer than a time. A trade without a time is as new as its arrival. */
static size_t tape_newer(const struct tape *tape, int64_t venue_ms)
{
    if (venue_ms == EVENT_NO_TIME) return 0;
    size_t held = tape_count(tape), newer = 0;
    while (newer < held && tape_trade(tape, newer)->venue_ms > venue_ms) newer++;
    return newer;
}

static bool tape_allocate(struct tape *tape)
{
    if (tape->trades == NULL) tape->trades = memory_zeroed(TAPE_TRADES, sizeof *tape->trades);
    if (tape->seconds == NULL) tape->seconds = memory_zeroed(TAPE_MINUTE, sizeof *tape->seconds);
    return tape->trades != NULL && tape->seconds != NULL;
}

static bool tape_add_volume(struct tape *tape, price_t price, quantity_t quantity)
{
    if (quantity <= 0) return true;
    quantity_t sum;
    if (__builtin_add_overflow(tape_volume_at(tape, price), quantity, &sum)) sum = INT64_MAX;
    return book_side_set(&tape->volume, price, sum, NULL);
}

static void tape_count_second(struct tape *tape, int64_t venue_ms)
{
    if (venue_ms < 0) return; /* EVENT_NO_TIME, or no time of trades */
    int64_t number = venue_ms / 1000;
    struct tape_second *second = &tape->seconds[number % TAPE_MINUTE];
    if (second->number < number) *second = (struct tape_second){.number = number};
    if (second->number == number) second->trades++;
}

void tape_free(struct tape *tape)
{
    free(tape->trades);
    free(tape->seconds);
    book_side_free(&tape->volume);
    *tape = (struct tape){0};
}

bool tape_add(struct tape *tape, const struct trade *trade)
{
    if (trade->id != 0 && tape_holds(tape, trade->id)) return false;
    size_t newer = tape_newer(tape, trade->venue_ms);
    if (newer == TAPE_TRADES) return false;
    if (!tape_allocate(tape) || !tape_add_volume(tape, trade->price, trade->quantity)) return false;
    tape_count_second(tape, trade->venue_ms);
    for (size_t n = 0; n < newer; n++) *tape_place(tape, tape->total - n) = *tape_place(tape, tape->total - n - 1);
    *tape_place(tape, tape->total - newer) = *trade;
    tape->total++;
    return true;
}

bool tape_restore(struct tape *tape, uint64_t total, const struct trade *trades, size_t count,
                  const struct tape_second *seconds, size_t second_count)
{
    tape_free(tape);
    if (count != (total < TAPE_TRADES ? total : TAPE_TRADES)) return false;
    for (size_t i = 0; i < second_count; i++)
        if (seconds[i].number < 0) return false;
    if (total == 0) return true;
    if (!tape_allocate(tape)) {
        tape_free(tape);
        return false;
    }
    tape->total = total;
    for (size_t i = 0; i < count; i++) *tape_place(tape, total - count + i) = trades[i];
    for (size_t i = 0; i < second_count; i++) tape->seconds[seconds[i].number % TAPE_MINUTE] = seconds[i];
    return true;
}

const struct trade *tape_trade(const struct tape *tape, size_t n)
{
    return n < tape_count(tape) ? tape_place(tape, tape->total - 1 - n) : NULL;
}

quantity_t tape_volume_at(const struct tape *tape, price_t price)
{
    return book_side_quantity(&tape->volume, price);
}

/* How many of the highest prices are left out, so that those around `near` fit. */
static size_t volumes_skipped(const struct book_side *volume, price_t near, size_t most)
{
    size_t above = 0, too_many = volume->count > most ? volume->count - most : 0;
    const struct level *level = too_many > 0 ? book_side_best(volume) : NULL;
    for (; level != NULL && near != PRICE_NONE && level->price > near; level = book_side_worse(volume, level)) above++;
    size_t skipped = above > most / 2 ? above - most / 2 : 0;
    return skipped < too_many ? skipped : too_many;
}

size_t tape_volumes(const struct tape *tape, price_t near, struct level *out, size_t most)
{
    const struct book_side *volume = &tape->volume;
    size_t skipped = volumes_skipped(volume, near, most);
    size_t count = volume->count < most ? volume->count : most;
    const struct level *level = book_side_level(volume, skipped);
    for (size_t n = count; n > 0; n--, level = book_side_worse(volume, level)) out[n - 1] = *level;
    return count;
}

uint32_t tape_per_minute(const struct tape *tape, int64_t venue_ms)
{
    if (tape->seconds == NULL || venue_ms < 0) return 0;
    int64_t newest = venue_ms / 1000;
    uint32_t trades = 0;
    for (size_t n = 0; n < TAPE_MINUTE; n++) {
        const struct tape_second *second = &tape->seconds[n];
        if (second->number <= newest && second->number > newest - TAPE_MINUTE) trades += second->trades;
    }
    return trades;
}

size_t tape_count(const struct tape *tape)
{
    return tape->total < TAPE_TRADES ? (size_t)tape->total : TAPE_TRADES;
}
