/* Gamma's replies into catalogues: markets, events, searches. Pure.
 *
 * Accepts a market object, an event object with `markets`, an array of either, and the object of /public-search
 * (`events`). `outcomes`, `outcomePrices` and `clobTokenIds` are JSON-encoded strings there (real arrays are read too);
 * index i of one belongs to index i of the others. Figures are JSON numbers or strings and are rounded to their scales.
 * Unknown keys are skipped; a market without condition id or without two tokens is left out, and so are those beyond
 * the first POLYMARKET_CATALOGUE_MAX of a reply.
 */
#ifndef BOOKTOP_VENUE_POLYMARKET_CATALOGUE_H
#define BOOKTOP_VENUE_POLYMARKET_CATALOGUE_H

#include "booktop/market/catalogue.h"

/* Entries that one reply may add; a full event has some hundred. */
#define POLYMARKET_CATALOGUE_MAX 2048

/* Appends what `body` lists. False, with a static reason in *why and the catalogue as it was, if the body is not JSON
 * of one of these shapes or memory ran out. An empty list is true. Markets that are closed come last in their event.
 * The tick is kept in instrument.tick, orderMinSize in min_order_size, negRisk in negative_risk (known). */
bool polymarket_read_catalogue(struct catalogue *catalogue, struct text body, const char **why);
/* The same of a list to choose from: markets that are closed or have no book are left out, and take no room. */
bool polymarket_read_offers(struct catalogue *catalogue, struct text body, const char **why);

#endif
