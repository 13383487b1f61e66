/* The ui's looks and rests: when a view is written, and who wakes whom. Both sides of it.
 *
 * A panel's view is written once in a look, and again when that one was taken. The feed says by `waiting` that it has
 * a change that is not published; the ui says by `look` and by taking that it wants one. All of these are sequentially
 * consistent, and each side says its own before it looks at the other's: either the feed sees that it may write, or the
 * ui sees that something waits, and rings. So the last change before a silence is never kept back.
 */
#include "publisher_inside.h"

/* ---- the feed's side ---- */

void publisher_looks_open(struct feed *feed)
{
    feed->looks = 1;
    atomic_store(&feed->look, feed->looks);
}

bool publisher_may_write(struct feed *feed, struct panel *panel)
{
    bool waited = atomic_exchange(&panel->waiting, true);
    panel->writing_for = atomic_load(&feed->look);
    bool wanted = triple_buffer_taken(panel->views) || panel->writing_for != atomic_load(&panel->look);
    if (panel->writing_for != 0 && wanted) return true;
    if (!waited) feed->metrics.views_held++;
    return false;
}

/* `waiting` is the last that changes before the ui is woken: while a view is on its way it is waited for. */
void publisher_hand_over(struct feed *feed, struct panel *panel)
{
    triple_buffer_publish(panel->views);
    atomic_store(&panel->look, panel->writing_for);
    atomic_store(&panel->waiting, false);
    publisher_wake_ui(feed);
}

void publisher_hold_back(struct panel *panel)
{
    atomic_store(&panel->waiting, false);
}

/* ---- the ui's side ---- */

/* Something waits that may be written in this look. */
static bool is_behind(struct feed *feed)
{
    uint64_t look = atomic_load(&feed->look);
    for (size_t i = 0; i < FEED_PANELS; i++) {
        struct panel *panel = &feed->panels[i];
        if (!atomic_load(&panel->waiting)) continue;
        if (triple_buffer_taken(panel->views) || atomic_load(&panel->look) != look) return true;
    }
    return false;
}

bool feed_look(struct feed *feed)
{
    bool rested = atomic_load(&feed->look) == 0;
    if (rested) atomic_store(&feed->look, ++feed->looks);
    bool behind = is_behind(feed);
    if (rested && behind) net_loop_wake(feed->loop);
    return behind;
}

void feed_rest(struct feed *feed)
{
    atomic_store(&feed->look, 0);
}

const struct book_view *feed_view(struct feed *feed, unsigned number)
{
    struct panel *panel = &feed->panels[number];
    const struct book_view *view = triple_buffer_take(panel->views);
    bool rests = atomic_load(&feed->look) == 0;
    if (view && !rests && atomic_load(&panel->waiting)) net_loop_wake(feed->loop);
    return view;
}
