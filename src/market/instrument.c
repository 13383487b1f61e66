#include "booktop/market/instrument.h"

#include <string.h>

bool instrument_init(struct instrument *instrument, enum venue_id venue, struct text symbol, unsigned price_scale,
                     unsigned size_scale)
{
    if (symbol.length == 0 || symbol.length >= SYMBOL_SIZE) return false;
    if (memchr(symbol.at, '\0', symbol.length) != NULL) return false;
    if (price_scale > DECIMAL_SCALE_MAX || size_scale > DECIMAL_SCALE_MAX) return false;
    memset(instrument, 0, sizeof *instrument);
    instrument->venue = venue;
    instrument->price_scale = (uint8_t)price_scale;
    instrument->size_scale = (uint8_t)size_scale;
    instrument->price_limit = decimal_one(price_scale);
    instrument->tick = PRICE_NONE;
    memcpy(instrument->symbol, symbol.at, symbol.length);
    return true;
}

int instrument_outcome(const struct instrument *instrument, struct text token)
{
    if (token.length == 0) return -1; /* an unknown token is "" and nobody's name */
    for (int outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++)
        if (text_is(token, instrument->outcomes[outcome].token)) return outcome;
    return -1;
}

price_t instrument_one(const struct instrument *instrument)
{
    return decimal_one(instrument->price_scale);
}

price_t instrument_mirror(const struct instrument *instrument, price_t price)
{
    return price == PRICE_NONE ? PRICE_NONE : instrument_one(instrument) - price;
}

bool instrument_set_ranges(struct instrument *instrument, const struct price_range *ranges, size_t count)
{
    if (count == 0 || count > INSTRUMENT_RANGES) return false;
    price_t finest = ranges[0].step;
    for (size_t i = 0; i < count; i++) {
        if (ranges[i].step <= 0 || ranges[i].start >= ranges[i].end) return false;
        if (i > 0 && ranges[i].start != ranges[i - 1].end) return false;
        if (ranges[i].step < finest) finest = ranges[i].step;
    }
    memset(instrument->ranges, 0, sizeof instrument->ranges);
    memcpy(instrument->ranges, ranges, count * sizeof *ranges);
    instrument->range_count = (unsigned)count;
    instrument->tick = finest;
    return true;
}

price_t instrument_step(const struct instrument *instrument, price_t price)
{
    if (instrument->range_count == 0) return instrument->tick;
    unsigned range = 0;
    while (range + 1 < instrument->range_count && price >= instrument->ranges[range + 1].start) range++;
    return instrument->ranges[range].step;
}

unsigned instrument_tick_decimals(const struct instrument *instrument)
{
    unsigned decimals = instrument->price_scale;
    if (instrument->tick <= 0) return decimals < 2 ? decimals : 2;
    for (price_t tick = instrument->tick; decimals > 0 && tick % 10 == 0; tick /= 10) decimals--;
    return decimals;
}
