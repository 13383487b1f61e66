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

void tape_free(struct tape *tape)
{
    free(tape->trades);
    *tape = (struct tape){0};
}

bool tape_add(struct tape *tape, const struct trade *trade)
{
    if (trade->id != 0 && tape_holds(tape, trade->id)) return false;
    size_t newer = tape_newer(tape, trade->venue_ms);
    if (newer == TAPE_TRADES) return false;
    if (tape->trades == NULL) tape->trades = memory_zeroed(TAPE_TRADES, sizeof *tape->trades);
    if (tape->trades == NULL) return false;
    for (size_t n = 0; n < newer; n++) *tape_place(tape, tape->total - n) = *tape_place(tape, tape->total - n - 1);
    *tape_place(tape, tape->total - newer) = *trade;
    tape->total++;
    return true;
}

const struct trade *tape_trade(const struct tape *tape, size_t n)
{
    return n < tape_count(tape) ? tape_place(tape, tape->total - 1 - n) : NULL;
}

size_t tape_count(const struct tape *tape)
{
    return tape->total < TAPE_TRADES ? (size_t)tape->total : TAPE_TRADES;
}
