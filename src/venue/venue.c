#include "booktop/venue/venue.h"

#include "venues.h"

static const struct venue *const venues[VENUE_COUNT] = {
    [VENUE_POLYMARKET] = &venue_polymarket,
    [VENUE_KALSHI] = &venue_kalshi,
};

const struct venue *venue_get(enum venue_id id)
{
    return venues[id];
}

const struct venue *venue_find(struct text name)
{
    for (size_t i = 0; i < VENUE_COUNT; i++)
        if (text_is(name, venues[i]->name)) return venues[i];
    return NULL;
}
