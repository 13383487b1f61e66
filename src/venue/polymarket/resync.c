/* Resync: a book that goes on failing its checks is asked for anew.
 *
 * By REST first, which is quick and disturbs nothing; then by a new subscription; then by a new connection. A second
 * passes before the first step, since most failures are gone with the next burst. A market that needs it again and
 * again waits ever longer, until a burst passes.
 */
#include "books.h"
#include "links.h"

#define RESYNC_AFTER NANOSECONDS_PER_SECOND
/* A step has so long to bring the book; a reply that did not bring it is followed up sooner. */
#define STEP_PATIENCE (5 * NANOSECONDS_PER_SECOND)
#define ASK_AGAIN     NANOSECONDS_PER_SECOND

/* What is tried, in order. REST may lag behind the stream by a second. */
enum resync_step { STEP_REST = 1, STEP_SUBSCRIBE, STEP_RECONNECT };
static const enum resync_step steps[RESYNC_STEPS] = {STEP_REST, STEP_REST, STEP_REST, STEP_SUBSCRIBE, STEP_RECONNECT};

static void set_due(struct venue_sync *sync, struct proving *proving, int64_t due)
{
    proving->resync_due = due;
    if (due < sync->resync_due) sync->resync_due = due;
}

void resync_wish(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp, bool at_once)
{
    struct proving *proving = &tracked->proving;
    if (sync->stampless || !sync_is_subscribed(sync, tracked->market)) return;
    if (proving->resync_tries > 0) return; /* it is under way */
    int64_t due = resync_clock_allowed(&proving->clock, at_once ? stamp.mono : stamp.mono + RESYNC_AFTER);
    if (due < proving->resync_due) set_due(sync, proving, due);
}

/* The sync's deadline may be too early then: nothing is found to be due. */
void resync_forget(struct tracked *tracked)
{
    tracked->proving.resync_due = TIME_NEVER;
    tracked->proving.resync_tries = 0;
}

void resync_not_yet(struct tracked *tracked)
{
    if (tracked->proving.resync_tries == 0) resync_forget(tracked);
}

void resync_hurry(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    struct proving *proving = &tracked->proving;
    bool waits = registry_market(sync->registry, tracked->market) && proving->resync_due != TIME_NEVER;
    if (waits && proving->resync_tries == 0) set_due(sync, proving, stamp.mono);
}

void resync_over(struct tracked *tracked, bool burst)
{
    resync_forget(tracked);
    if (burst) tracked->proving.clock.wait = 0;
}

/* === The new book === */

void resync_compare(struct tracked *tracked, struct market *market, const struct order_book *snapshot,
                    struct stamp stamp)
{
    if (tracked->proving.resync_tries == 0) return;
    uint32_t wrong = order_book_difference(&market->book, snapshot);
    proof_note(&market->proof, wrong ? HAPPENED_MENDED : HAPPENED_CONFIRMED, wrong, stamp);
    market->epoch++;
}

void resync_unanswered(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    struct proving *proving = &tracked->proving;
    if (proving->resync_tries > 0 && stamp.mono + ASK_AGAIN < proving->resync_due)
        set_due(sync, proving, stamp.mono + ASK_AGAIN);
}

/* === Steps === */

const char *resync_text(const struct proving *proving)
{
    static const char *const texts[] = {
        [STEP_REST] = "its book is asked for anew",
        [STEP_SUBSCRIBE] = "it is subscribed anew",
        [STEP_RECONNECT] = "the connection is made anew",
    };
    return proving->resync_tries ? texts[steps[proving->resync_tries - 1]] : NULL;
}

static void start(struct market *market, struct proving *proving, struct stamp stamp)
{
    market->proof.resyncs++;
    resync_clock_begin(&proving->clock, stamp.mono);
}

/* Another market of the link passed a check since this resync began. */
static bool link_proves_others(const struct venue_sync *sync, const struct tracked *tracked)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        const struct tracked *other = &sync->tracked[i];
        const struct market *market = registry_market(sync->registry, other->market);
        if (!market || other == tracked || other->link != tracked->link) continue;
        const struct proof_check *last = &market->proof.last;
        if (last->verdict == VERDICT_VERIFIED && last->stamp.mono >= tracked->proving.clock.last) return true;
    }
    return false;
}

/* A connection is ended for several books' sake only, or for that of its only one. */
static bool link_is_to_blame(const struct venue_sync *sync, const struct tracked *tracked)
{
    if (sync->links[tracked->link].markets == 1) return true;
    if (link_proves_others(sync, tracked)) return false;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        const struct tracked *other = &sync->tracked[i];
        const struct market *market = registry_market(sync->registry, other->market);
        if (market && other != tracked && other->link == tracked->link && market->proof.state == PROOF_SUSPECT)
            return true;
    }
    return false;
}

/* The fault is this market's own: nothing more is done than to wait, and to begin again. */
static void give_it_time(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    struct proving *proving = &tracked->proving;
    proving->resync_tries = 0;
    resync_clock_exhaust(&proving->clock, stamp.mono);
    proving->resync_due = stamp.mono + RESYNC_WAIT_MAX;
    check_settle(sync, tracked, market, stamp);
}

static void take_step(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp)
{
    struct proving *proving = &tracked->proving;
    if (proving->resync_tries == RESYNC_STEPS) proving->resync_tries = 0;
    if (proving->resync_tries == 0) start(market, proving, stamp);
    enum resync_step step = steps[proving->resync_tries++];
    if (step == STEP_RECONNECT && !link_is_to_blame(sync, tracked)) {
        give_it_time(sync, tracked, market, stamp);
        return;
    }
    proving->resync_due = stamp.mono + STEP_PATIENCE;
    proof_note(&market->proof, HAPPENED_RESYNC, step, stamp);
    sync_set_state(sync, market, market->proof.state, resync_text(proving), stamp);
    if (step == STEP_REST) {
        sync_ask_book(sync, stamp, market);
    } else if (step == STEP_SUBSCRIBE) {
        tracked->again = true;
        subscriptions_changed(sync, stamp, tracked->link);
    } else {
        proving->resync_due = stamp.mono + RESYNC_WAIT_MAX;
        link_wish(sync, WISH_RECONNECT, tracked->link, "a book stayed wrong");
    }
}

void sync_resyncs_advance(struct venue_sync *sync, struct stamp stamp)
{
    if (sync->resync_due > stamp.mono) return;
    int64_t next = TIME_NEVER;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        struct market *market = registry_market(sync->registry, tracked->market);
        if (!market || tracked->proving.resync_due == TIME_NEVER) continue;
        if (tracked->proving.resync_due <= stamp.mono) {
            if (sync_is_subscribed(sync, tracked->market))
                take_step(sync, tracked, market, stamp);
            else
                resync_forget(tracked);
        }
        if (tracked->proving.resync_due < next) next = tracked->proving.resync_due;
    }
    sync->resync_due = next;
}
