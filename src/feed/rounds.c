/* The recorder that is lent, and the rounds of keyframes that it wants: first what the venues keep beyond markets, then
 * the markets, a few at a time with the network heard in between, then the end. All of a turn is saved at one stamp, up
 * to which the engine has done what is due; so a playback that has done the same has the same. Markets that nobody
 * watches any more, and that have no book, are left out, so that a long day of browsing does not make rounds long: each
 * comes by itself, in round 0, when it is watched again. When the recorder is taken away, or the feed ends, it gets a
 * last round: how the books stood at the end is known then, whatever was damaged before.
 */
#include "inside.h"

/* So many markets are saved at once: about 5 ms. What most people watch is one moment then, and comes back as it was; a
 * round of more has the network heard in between, and what it breaks there (a gap, a lost connection) may be counted of
 * another market, where it is begun from. */
#define MARKETS_AT_ONCE 64
/* The network has so long in between, at the least. */
#define PAUSE NANOSECONDS_PER_MILLISECOND
/* And so long where there was no memory. */
#define MEMORY_PAUSE (100 * NANOSECONDS_PER_MILLISECOND)
/* Where the feed ends its last round has no more, at one stamp: 80 ms. */
#define MARKETS_AT_LAST 1024

/* ENDED: there are no more, or there was no room; of that the recorder tells, and wants another round. */
enum saving { SAVED, ENDED, NO_MEMORY };

static enum saving save_market(struct feed *feed, struct stamp stamp, uint64_t round, const struct market *market)
{
    struct rounds *rounds = &feed->rounds;
    json_writer_reset(&rounds->text);
    engine_save(feed->engine, stamp, market->handle, &rounds->text);
    if (rounds->text.failed) return NO_MEMORY;
    bool good = recorder_snap(rounds->recorder, stamp, round, &market->instrument, json_writer_text(&rounds->text));
    return good ? SAVED : ENDED;
}

/* The next one of the round; NULL: there is none. */
static const struct market *next_market(struct feed *feed)
{
    const struct market *market;
    do market = registry_next(engine_registry(feed->engine), &feed->rounds.position);
    while (market && !market->had_book && !publisher_watches(feed, market->handle));
    return market;
}

/* The next ones, `most` of them; behind the last one the round is done. The engine has done what is due. */
static enum saving save_some(struct feed *feed, struct stamp stamp, unsigned most)
{
    struct rounds *rounds = &feed->rounds;
    for (unsigned count = 0;; count++) {
        size_t position = rounds->position;
        const struct market *market = next_market(feed);
        enum saving saved = SAVED;
        if (!market) {
            (void)recorder_round(rounds->recorder, stamp, rounds->number, true, TEXT(""));
            return ENDED;
        }
        if (count < most) saved = save_market(feed, stamp, rounds->number, market);
        if (count == most || saved == NO_MEMORY) rounds->position = position;
        if (count == most || saved != SAVED) return saved;
    }
}

/* A last round that has no memory is not waited for. */
static void save_batch(struct feed *feed, struct stamp stamp)
{
    struct rounds *rounds = &feed->rounds;
    enum saving saved = save_some(feed, stamp, MARKETS_AT_ONCE);
    rounds->under_way = saved == SAVED || (saved == NO_MEMORY && !rounds->last);
    if (!rounds->under_way) return;
    net_timer_set(feed->loop, &rounds->timer, saved == NO_MEMORY ? MEMORY_PAUSE : PAUSE);
}

static void go_on(void *context)
{
    struct feed *feed = context;
    struct stamp now = feed_now(feed);
    engine_advance(feed->engine, now);
    save_batch(feed, now);
    rounds_let_go(feed); /* it may have been the last one */
}

static void save_links(struct feed *feed, struct stamp stamp)
{
    struct json_writer *out = &feed->rounds.text;
    json_writer_reset(out);
    json_write_object(out);
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        json_write_key(out, venue_get((enum venue_id)i)->name);
        json_write_object(out);
        engine_save_links(feed->engine, (enum venue_id)i, stamp, out);
        json_write_object_end(out);
    }
    json_write_object_end(out);
}

/* Where a replay from here opens. */
static void tell_shown(struct feed *feed, struct stamp stamp)
{
    const struct market *market = registry_market(engine_registry(feed->engine), feed->panels[0].market);
    if (market) output_shown(feed, stamp, &market->instrument);
}

/* Links and the first markets have one stamp: nothing that is due comes in between. False: it could not begin. */
static bool begin_round(struct feed *feed, struct stamp now)
{
    struct rounds *rounds = &feed->rounds;
    engine_advance(feed->engine, now);
    save_links(feed, now);
    if (rounds->text.failed) return false; /* it is wanted again */
    rounds->position = 0;
    rounds->under_way = false;
    net_timer_cancel(&rounds->timer); /* another one may be under way, in which something was lost */
    if (!recorder_round(rounds->recorder, now, ++rounds->number, false, json_writer_text(&rounds->text))) return false;
    tell_shown(feed, now);
    return true;
}

/* All in one: the feed ends. Of more markets than that it is not done: those it has are known by it all the same. */
static void save_last_round(struct feed *feed)
{
    struct stamp now = feed_now(feed);
    if (begin_round(feed, now)) (void)save_some(feed, now, MARKETS_AT_LAST);
}

/* Something is kept only of what was watched before. */
void rounds_before_watch(struct feed *feed, struct stamp stamp, const struct market *market)
{
    bool kept = market->proof.state != PROOF_SYNCING || market->messages > 0;
    if (!feed->rounds.recorder || market->had_book || !kept) return;
    engine_advance(feed->engine, stamp);
    if (save_market(feed, stamp, 0, market) == NO_MEMORY) recorder_want_round(feed->rounds.recorder);
}

/* ---- lending ---- */

static void take(struct feed *feed, struct recorder *recorder)
{
    struct rounds *rounds = &feed->rounds;
    net_timer_cancel(&rounds->timer);
    rounds->recorder = recorder;
    rounds->number = 0;
    rounds->last = rounds->under_way = false;
    if (!recorder) json_writer_free(&rounds->text);
}

static void end(struct feed *feed)
{
    if (feed->rounds.recorder) save_last_round(feed);
    take(feed, NULL);
}

/* True once it is done: as any other it may take several turns, in which the feed lives on. */
static bool do_last_round(struct feed *feed)
{
    struct rounds *rounds = &feed->rounds;
    if (!rounds->last) {
        struct stamp now = feed_now(feed);
        rounds->last = true;
        if (begin_round(feed, now)) save_batch(feed, now);
    }
    return !rounds->under_way;
}

void rounds_turn(struct feed *feed)
{
    struct rounds *rounds = &feed->rounds;
    rounds->serving = atomic_load(&rounds->asked);
    struct recorder *lent = atomic_load(&rounds->lent);
    rounds->leaving = !lent;
    if (lent) rounds->last = false;
    if (lent && lent != rounds->recorder) {
        if (rounds->recorder) save_last_round(feed);
        take(feed, lent);
    }
    if (!rounds->recorder || rounds->last) return;
    struct stamp now = feed_now(feed);
    if (recorder_wants_round(rounds->recorder, now) && begin_round(feed, now)) save_batch(feed, now);
}

/* What was lent before the mark was set has it, though this turn may have begun earlier. */
void rounds_mark(struct feed *feed, struct text note, int64_t at)
{
    rounds_turn(feed);
    output_event(feed, RECORD_MARK, note, at > 0 ? feed_now(feed).mono - at : 0);
}

/* Only now, so that marks which were set before are in it; and when the last round is done. */
void rounds_let_go(struct feed *feed)
{
    struct rounds *rounds = &feed->rounds;
    if (rounds->leaving && rounds->recorder) {
        if (!do_last_round(feed)) return;
        take(feed, NULL);
    }
    if (atomic_load_explicit(&rounds->served, memory_order_relaxed) == rounds->serving) return;
    atomic_store(&rounds->served, rounds->serving);
    publisher_wake_ui(feed);
}

void rounds_open(struct feed *feed)
{
    feed->rounds.timer = (struct net_timer){.expired = go_on, .context = feed};
    atomic_store(&feed->rounds.lent, feed->options.recorder);
}

void rounds_end(struct feed *feed)
{
    end(feed);
    atomic_store(&feed->rounds.over, true);
    publisher_wake_ui(feed);
}

void rounds_close(struct feed *feed)
{
    end(feed);
}

/* ---- the ui's side ---- */

void feed_record(struct feed *feed, struct recorder *recorder)
{
    if (feed->options.replay) return; /* it is recorded already */
    atomic_store(&feed->rounds.lent, recorder);
    atomic_fetch_add(&feed->rounds.asked, 1);
    net_loop_wake(feed->loop);
}

bool feed_records(const struct feed *feed)
{
    const struct rounds *rounds = &feed->rounds;
    if (atomic_load(&rounds->over)) return false;
    return atomic_load(&rounds->lent) || atomic_load(&rounds->served) != atomic_load(&rounds->asked);
}
