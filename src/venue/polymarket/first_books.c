/* Books that do not come.
 *
 * A subscription is never acknowledged, sometimes lost, and a connection may be open and silent. So each subscribed
 * market's first book is awaited: after FIRST_BOOK_WAIT it is asked for by REST, which also tells a market without a
 * book from a silent stream; then it is subscribed again, and asked for once more, ever more rarely, also on other
 * connections: until the stream has sent it. Where several stay away like this, or the link's only one that REST has,
 * and no book at all has come on the link, that is reconnected; else the fault is the market's own.
 */
#include "links.h"

const char first_books_text[] = "a book does not come";

/* It was asked for by REST, and subscribed again. */
#define TRIES_UNTIL_RECONNECT 3

/* FIRST_BOOK_WAIT before the first try, twice that after the first two, then ever longer. */
static int64_t wait_after(unsigned tries)
{
    int64_t wait = tries ? 2 * FIRST_BOOK_WAIT : FIRST_BOOK_WAIT;
    for (unsigned i = 2; i < tries && wait < FIRST_BOOK_WAIT_MAX; i++) wait *= 2;
    return wait < FIRST_BOOK_WAIT_MAX ? wait : FIRST_BOOK_WAIT_MAX;
}

static void await_until(struct venue_sync *sync, struct tracked *tracked, int64_t due)
{
    struct link *link = &sync->links[tracked->link];
    tracked->first_book_due = due;
    if (due < link->first_book_due) link->first_book_due = due;
}

void first_book_await(struct venue_sync *sync, struct tracked *tracked, int64_t now)
{
    if (tracked->first_book_due == TIME_NEVER) sync->links[tracked->link].awaited++;
    await_until(sync, tracked, now + wait_after(tracked->first_book_tries));
}

void first_book_await_no_more(struct venue_sync *sync, struct tracked *tracked)
{
    if (tracked->first_book_due == TIME_NEVER) return;
    tracked->first_book_due = TIME_NEVER;
    struct link *link = &sync->links[tracked->link];
    if (--link->awaited == 0) link->first_book_due = TIME_NEVER;
}

static void subscribe_again(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    tracked->again = true;
    subscriptions_changed(sync, stamp, tracked->link);
}

void sync_first_book(struct venue_sync *sync, struct tracked *tracked)
{
    tracked->first_book_tries = 0;
    if (tracked->first_book_due == TIME_NEVER) return;
    sync->links[tracked->link].book_came = true;
    first_book_await_no_more(sync, tracked);
}

void sync_no_book(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked, struct market *market)
{
    if (market->has_book) return;
    first_book_await_no_more(sync, tracked);
    if (market->status == MARKET_OPEN) market->status = MARKET_CLOSED;
    sync_set_state(sync, market, PROOF_SYNCING, "the venue keeps no order book for it", stamp);
    sync_link_settle(sync, stamp, tracked->link);
}

/* It is not put off: whoever makes us ask for a book again and again would put it off for ever. */
void sync_book_exists(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked)
{
    if (tracked->first_book_due == TIME_NEVER || tracked->first_book_tries != 1) return;
    subscribe_again(sync, tracked, stamp);
    int64_t due = stamp.mono + FIRST_BOOK_WAIT;
    if (due < tracked->first_book_due) await_until(sync, tracked, due);
}

void sync_book_unknown(struct venue_sync *sync, struct stamp stamp, const struct tracked *tracked,
                       struct market *market, int status)
{
    if (tracked->first_book_due == TIME_NEVER || market->has_book) return;
    const char *why = reply_failure(status);
    if (!word_equal(market->proof.why, why)) sync_set_state(sync, market, PROOF_SYNCING, why, stamp);
}

/* By REST, and from the second time on by a new subscription, too. */
static void see_to_overdue(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    unsigned tries = tracked->first_book_tries++;
    struct market *market = registry_market(sync->registry, tracked->market);
    link_set_phase(sync, stamp, tracked->link, LINK_DEGRADED, first_books_text);
    tracked->first_book_tried = stamp.mono;
    tracked->first_book_due = stamp.mono + wait_after(tries + 1);
    if (tries == 0 && !market->has_book)
        sync_set_state(sync, market, PROOF_SYNCING, "its book does not come: asking by REST", stamp);
    sync_ask_book(sync, stamp, market);
    if (tries > 0) subscribe_again(sync, tracked, stamp);
}

/* Whether the stream is to blame for the books that did not come. */
static bool is_to_blame(const struct venue_sync *sync, unsigned number)
{
    const struct link *link = &sync->links[number];
    unsigned failed = 0;
    bool exists = false;
    for (size_t i = 0; i < sync->tracked_count && !link->book_came; i++) {
        const struct tracked *tracked = &sync->tracked[i];
        const struct market *market = registry_market(sync->registry, tracked->market);
        bool awaited = market && tracked->link == number && tracked->first_book_due != TIME_NEVER;
        if (!awaited || tracked->first_book_tries < TRIES_UNTIL_RECONNECT) continue;
        failed++;
        exists |= market->has_book;
    }
    return failed > 1 || (exists && link->markets == 1);
}

void first_books_check(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    unsigned overdue = 0;
    int64_t next = TIME_NEVER;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        if (!registry_market(sync->registry, tracked->market) || tracked->link != number) continue;
        if (tracked->first_book_due <= stamp.mono) {
            if (overdue++ < FIRST_BOOKS_AT_ONCE)
                see_to_overdue(sync, tracked, stamp);
            else
                tracked->first_book_due = stamp.mono + FIRST_BOOK_STAGGER;
        }
        if (tracked->first_book_due < next) next = tracked->first_book_due;
    }
    link->first_book_due = next;
    if (overdue == 0 || link->blamed || !is_to_blame(sync, number)) return;
    link->blamed = true;
    link_wish(sync, WISH_RECONNECT, number, "a subscribed book never came");
}

void first_books_hurry(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        if (!registry_market(sync->registry, tracked->market) || tracked->link != number) continue;
        if (tracked->first_book_due == TIME_NEVER || tracked->first_book_tries == 0) continue;
        int64_t earliest = tracked->first_book_tried + FIRST_BOOK_WAIT;
        if (earliest < stamp.mono) earliest = stamp.mono;
        if (earliest < tracked->first_book_due) await_until(sync, tracked, earliest);
    }
}
