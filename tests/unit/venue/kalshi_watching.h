/* What the tests of commands share: a connection on which one market is watched, and books that come anew. */
#ifndef TEST_KALSHI_WATCHING_H
#define TEST_KALSHI_WATCHING_H

#include "kalshi_session.h"

#define BOTH QUOTED_1 "," QUOTED_2

static inline void begin_watching(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){.has_key = true});
    session_watch(s, kalshi_add(s, T1));
    session_link(s, 0, LINK_OPENED);
    journal_clear(&s->journal);
}

/* By a new subscription, to a command of that number. */
static inline void books_come_anew(struct session *s, int64_t ms, int id)
{
    session_advance(s, ms);
    journal_clear(&s->journal);
    session_receive(s, frame_subscribed(id, "orderbook_delta", 7));
    session_receive(s, frame_snapshot(7, 1, T1, BIDS_1, ASKS_1));
    session_receive(s, frame_snapshot(7, 2, T2, BIDS_2, ASKS_2));
    expect_states(s, "verified", "verified");
}

#endif
