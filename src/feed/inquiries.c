/* What a market that a panel shows has beside its book (rules, source, fee) is asked of its venue, as far as nobody has
 * told it yet: a market that was opened by its name, or from a venue's list, comes with most of it.
 *
 * It is asked for when the market has been on its panel for a moment, so that nothing is asked of what is only passed
 * by, and for one market of a panel at a time. What fails is asked for again when the market is opened anew, and not
 * before. In a replay nothing is asked: the recording has the answers, or it has none.
 */
#include "inside.h"

/* Who passes by is gone by then, and the book has been asked for. */
#define DWELL (500 * NANOSECONDS_PER_MILLISECOND)

/* Of the market that the panel shows by now; where another one's answer is awaited it comes after that. */
static void ask(void *context)
{
    struct panel *panel = context;
    struct feed *feed = panel->inquiry.feed;
    const struct market *market = registry_market(engine_registry(feed->engine), panel->market);
    if (!panel->inquiry.wanted || panel->inquiry.asked != 0 || !market) return;
    panel->inquiry.wanted = false;
    enum venue_id venue = market->instrument.venue;
    if (feed->options.off[venue] || publisher_knows_details(feed, panel->market)) return;
    panel->inquiry.asked = ++feed->next_asked; /* it may be answered before this returns */
    input_lookup(feed, venue, panel->inquiry.asked, LOOKUP_DETAILS, text_from(market->instrument.symbol));
}

void inquiries_opened(struct feed *feed, struct panel *panel)
{
    if (feed->replay) return;
    panel->inquiry.wanted = !publisher_knows_details(feed, panel->market);
    net_timer_cancel(&panel->inquiry.timer);
    if (panel->inquiry.wanted) net_timer_set(feed->loop, &panel->inquiry.timer, DWELL);
}

/* The engine works and may not be called: what waits is asked in the next turn, or when its moment is over. */
void inquiries_lookup(struct feed *feed, const struct lookup_report *report)
{
    for (size_t i = 0; i < FEED_PANELS; i++) {
        struct panel *panel = &feed->panels[i];
        if (report->kind != LOOKUP_DETAILS || panel->inquiry.asked != report->lookup) continue;
        panel->inquiry.asked = 0;
        if (panel->inquiry.wanted && !panel->inquiry.timer.loop) net_timer_set(feed->loop, &panel->inquiry.timer, 0);
    }
}

void inquiries_open(struct feed *feed)
{
    for (size_t i = 0; i < FEED_PANELS; i++) {
        struct panel *panel = &feed->panels[i];
        panel->inquiry.feed = feed;
        panel->inquiry.timer = (struct net_timer){.expired = ask, .context = panel};
    }
}

void inquiries_close(struct feed *feed)
{
    for (size_t i = 0; i < FEED_PANELS; i++) net_timer_cancel(&feed->panels[i].inquiry.timer);
}
