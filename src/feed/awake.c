/* After a sleep: while the machine was suspended, or this program stopped, the venue went on and our connections may
 * be dead without a word. Nothing on the screen is believed until they were made anew.
 */
#include <stdio.h>

#include "booktop/base/log.h"
#include "inside.h"

/* Shorter sleeps a connection survives, and a look is never that late but for a stop. */
#define SLEPT_LEAST  (2 * NANOSECONDS_PER_SECOND)
#define STOPPED_MOST (30 * NANOSECONDS_PER_SECOND)
/* The wall clock is put right by less than this all the time. */
#define STEP_LEAST (50 * NANOSECONDS_PER_MILLISECOND)
/* While there is something to do we look that often: what waited in the sockets is not to be shown as news. */
#define LOOK_INTERVAL (100 * NANOSECONDS_PER_MILLISECOND)

static void wake(struct feed *feed, const char *form, int64_t nanoseconds)
{
    char took[DURATION_SIZE], why[JOURNAL_TEXT_SIZE];
    duration_text(nanoseconds, took, sizeof took);
    snprintf(why, sizeof why, "%s for %s", form, took);
    journal_write(&feed->journal, feed_now(feed), JOURNAL_AWOKE, VENUE_COUNT, 0, "%s", why);
    output_event(feed, RECORD_AWOKE, text_from(why), nanoseconds);
    for (size_t i = 0; i < feed->wire_count; i++)
        if (feed->wires[i].opened) wires_end(&feed->wires[i], why, true);
    wires_retry(feed, false);
}

/* What the log has no room for is not told to the log, too. */
static void count_lost_lines(struct feed *feed)
{
    uint64_t lost = log_lost();
    if (lost > feed->log_lost)
        journal_enter(&feed->journal, feed_now(feed), JOURNAL_DROPPED, VENUE_COUNT, 0, "%llu line%s of the log",
                      (unsigned long long)(lost - feed->log_lost), lost - feed->log_lost == 1 ? "" : "s");
    feed->log_lost = lost;
}

static int64_t wall_ahead(const struct feed *feed)
{
    struct stamp now = feed_now(feed);
    return now.wall - now.mono - clock_asleep(feed->options.clock);
}

static bool is_step(int64_t nanoseconds)
{
    return nanoseconds > STEP_LEAST || nanoseconds < -STEP_LEAST;
}

/* A thread that is held up between the readings of two clocks sees a step that was none: so a second look decides. */
static void look_at_wall(struct feed *feed, bool first)
{
    int64_t step = wall_ahead(feed) - feed->ahead;
    if (is_step(step)) step = wall_ahead(feed) - feed->ahead;
    feed->ahead += step;
    if (!first && is_step(step)) output_event(feed, RECORD_CLOCK, TEXT(""), step);
}

bool awake_is_due(const struct feed *feed)
{
    return feed_real(feed) - feed->looked >= LOOK_INTERVAL;
}

void awake_look(struct feed *feed)
{
    bool first = feed->looked == 0;
    int64_t now = feed_real(feed), asleep = clock_asleep(feed->options.clock);
    int64_t stopped = now - feed->looked, slept = asleep - feed->asleep;
    feed->looked = now;
    feed->asleep = asleep;
    count_lost_lines(feed);
    if (feed->replay) return; /* nothing went on without us */
    look_at_wall(feed, first);
    if (first) return;
    if (slept >= SLEPT_LEAST)
        wake(feed, "the machine slept", slept);
    else if (stopped > STOPPED_MOST)
        wake(feed, "this program was stopped", stopped);
}
