/* What venues have told of markets beside their books: rules, source, fee.
 *
 * It comes with the answers to questions. Lists that are lent to the ui have it with them; the answers to names, of
 * which the ui keeps no more than an entry, and to what was asked for a panel's sake leave theirs on a shelf here. Of a
 * recording every answer does, since its markets are listed by what is known of them and not by what was answered. A
 * market that a panel shows keeps its own. Kalshi's lists and names come without fees: one that was told before holds.
 */
#include <string.h>

#include "inside.h"

/* One that is not told with them is the one that was told before. */
static void take_fee(const struct feed *feed, const struct instrument *market, struct details *details)
{
    struct details before;
    if (fee_is_told(&details->fee) || !details_find(&feed->told, market, &before)) return;
    details->fee = before.fee;
}

void told_take(struct feed *feed, const struct lookup_report *report)
{
    struct details details;
    bool kept = feed->replay || report->kind == LOOKUP_MARKET || report->kind == LOOKUP_DETAILS;
    for (size_t i = 0; report->result == LOOKUP_FOUND && i < report->catalogue->count; i++) {
        const struct catalogue_entry *entry = &report->catalogue->entries[i];
        if (!catalogue_details(report->catalogue, entry, &details)) continue;
        take_fee(feed, &entry->instrument, &details);
        publisher_describe(feed, &entry->instrument, &details);
        if (kept) (void)details_renew(&feed->told, &entry->instrument, &details);
    }
}

static const struct catalogue_entry *find(const struct catalogue *catalogue, const struct instrument *market)
{
    for (size_t i = 0; i < catalogue->count; i++) {
        const struct instrument *listed = &catalogue->entries[i].instrument;
        if (listed->venue == market->venue && strcmp(listed->symbol, market->symbol) == 0)
            return &catalogue->entries[i];
    }
    return NULL;
}

bool told_find(const struct feed *feed, const struct instrument *market, struct details *details)
{
    for (const struct lent *lent = feed->lent; lent; lent = lent->next) {
        const struct catalogue_entry *entry = find(&lent->catalogue, market);
        if (!entry || !catalogue_details(&lent->catalogue, entry, details)) continue;
        take_fee(feed, market, details);
        return true;
    }
    return details_find(&feed->told, market, details);
}
