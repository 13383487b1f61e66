/* Books that do not come.
 *
 * A subscription is never acknowledged, sometimes lost, and a connection may be open and silent. So each subscribed
 * market's first book is awaited: after FIRST_BOOK_WAIT it is asked for by REST, which also tells a market without a
 * book from a silent stream; then it is subscribed again. If then no book at all has come on its link, the link is
 * reconnected; else the fault is the market's own, and it goes on waiting and being subscribed, ever more rarely.
 */
#include "links.h"

static void await_until(struct venue_sync *sync, struct tracked *tracked, int64_t due)
{
    struct link *link = &sync->links[tracked->link];
    tracked->first_book_due = due;
    if (due < link->first_book_due) link->first_book_due = due;
}

void first_book_await(struct venue_sync *sync, struct tracked *tracked, int64_t due)
{
    if (tracked->first_book_due == TIME_NEVER) sync->links[tracked->link].awaited++;
    tracked->first_book_tries = 0;
    await_until(sync, tracked, due);
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
    if (tracked->first_book_due == TIME_NEVER) return;
    sync->links[tracked->link].book_came = true;
    first_book_await_no_more(sync, tracked);
}

void sync_no_book(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = link_find_tracked(sync, handle, &market);
    if (!tracked || market->has_book) return;
    first_book_await_no_more(sync, tracked);
    if (market->status == MARKET_OPEN) market->status = MARKET_CLOSED;
    sync_set_state(sync, market, PROOF_SYNCING, "the venue keeps no order book for it", stamp);
    if (tracked->link != NO_LINK) sync_link_settle(sync, stamp, tracked->link);
}

/* It is not put off: whoever makes us ask for a book again and again would put it off for ever. */
void sync_book_exists(struct venue_sync *sync, struct stamp stamp, struct market_handle handle)
{
    struct market *market;
    struct tracked *tracked = link_find_tracked(sync, handle, &market);
    if (!tracked || tracked->first_book_due == TIME_NEVER || tracked->first_book_tries != 1) return;
    subscribe_again(sync, tracked, stamp);
    int64_t due = stamp.mono + FIRST_BOOK_WAIT;
    if (due < tracked->first_book_due) await_until(sync, tracked, due);
}

/* Twice FIRST_BOOK_WAIT after the first two tries, then ever longer. */
static int64_t wait_after(unsigned tries)
{
    int64_t wait = 2 * FIRST_BOOK_WAIT;
    for (unsigned i = 2; i < tries && wait < FIRST_BOOK_WAIT_MAX; i++) wait *= 2;
    return wait < FIRST_BOOK_WAIT_MAX ? wait : FIRST_BOOK_WAIT_MAX;
}

/* False if there is nothing left to try but another connection. */
static bool see_to_overdue(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    unsigned number = tracked->link, tries = ++tracked->first_book_tries;
    link_set_phase(sync, stamp, number, LINK_DEGRADED, "a book does not come");
    tracked->first_book_due = stamp.mono + wait_after(tries);
    if (tries == 1)
        sync_ask_book(sync, stamp, registry_market(sync->registry, tracked->market));
    else if (tries == 2 || sync->links[number].book_came)
        subscribe_again(sync, tracked, stamp);
    else
        return false;
    return true;
}

void first_books_check(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    struct link *link = &sync->links[number];
    unsigned overdue = 0;
    bool reconnect = false;
    int64_t next = TIME_NEVER;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        if (!registry_market(sync->registry, tracked->market) || tracked->link != number) continue;
        if (tracked->first_book_due <= stamp.mono) {
            if (overdue++ < FIRST_BOOKS_AT_ONCE)
                reconnect |= !see_to_overdue(sync, tracked, stamp);
            else
                tracked->first_book_due = stamp.mono + FIRST_BOOK_STAGGER;
        }
        if (tracked->first_book_due < next) next = tracked->first_book_due;
    }
    link->first_book_due = next;
    if (reconnect) link_wish(sync, WISH_RECONNECT, number, (struct text){NULL, 0}, "a subscribed book never came");
}
