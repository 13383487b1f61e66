/* What the tests of Polymarket's bursts begin with. */
#ifndef BOOKTOP_TESTS_BURSTS_H
#define BOOKTOP_TESTS_BURSTS_H

#include "polymarket_session.h"

/* A session whose market has the book "0.48:30 | 0.52:25", stamped 100, of hashes 1 and 2. */
static inline void begin_bursts(struct session *s, bool stamps, unsigned kinds)
{
    if (stamps)
        session_open(s, kinds);
    else
        session_open_timeless(s, kinds);
    session_receive(
        s, frame_pair(frame_book(YES, 100, 1, "0.48:30", "0.52:25"), frame_book(NO, 100, 2, "0.48:25", "0.52:30")));
    journal_clear(&s->journal);
}

#endif
