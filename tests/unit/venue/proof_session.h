/* What the tests of proof and resync share: a session whose book is proved, and what became of its market. */
#ifndef TEST_PROOF_SESSION_H
#define TEST_PROOF_SESSION_H

#include "polymarket_session.h"

#define BIDS "0.4:7 0.47:30"
#define ASKS "0.6:9 0.52:25"

/* No link: nothing is asked for anew. The book is the venue's opening one, at 0 ms, stamped 100. */
static inline void proof_begin(struct session *s, unsigned kinds)
{
    session_open(s, kinds);
    session_add(s, M1, YES, NO);
    session_receive(s, frame_opening_book(YES, 100, PROVED, BIDS, ASKS));
    journal_clear(&s->journal);
}

/* A session with a link, and a market without a book that is watched on it. */
static inline struct market_handle begin_linked(struct session *s, unsigned kinds)
{
    session_open_with(s, kinds, (struct venue_options){0});
    struct market_handle market = session_add(s, M1, YES, NO);
    session_watch(s, market);
    session_link(s, 0, LINK_OPENED);
    journal_clear(&s->journal);
    return market;
}

/* The newest first: "recovery 1, failure 1". */
static inline const char *session_notes(const struct session *s)
{
    static const char *const texts[HAPPENED_COUNT] = {"failure",   "crossed",    "resync",     "mended",
                                                      "confirmed", "recovery",   "refusal",    "gap",
                                                      "witness",   "corruption", "disconnect", "return"};
    char *out = frame_buffer();
    const struct proof_note *note;
    for (uint32_t n = 0; (note = proof_noted(&session_market(s, M1)->proof, n)); n++)
        frame_add(out, "%s%s %u", n ? ", " : "", texts[note->what], (unsigned)note->number);
    return out;
}

/* "verified 1 searched 0 failed 0 unverifiable 0 crossed 0" */
static inline const char *session_counts(const struct session *s)
{
    const struct proof *proof = &session_market(s, M1)->proof;
    char *out = frame_buffer();
    frame_add(out, "verified %u searched %u failed %u unverifiable %u crossed %u", (unsigned)proof->verified,
              (unsigned)proof->searched, (unsigned)proof->failed, (unsigned)proof->unverifiable,
              (unsigned)proof->crossed);
    return out;
}

#define expect_notes(session, text)  assert_string_equal(session_notes(session), text)
#define expect_counts(session, text) assert_string_equal(session_counts(session), text)
#define expect_state(session, text)                                                                                    \
    assert_string_equal(proof_state_text(session_market(session, M1)->proof.state), text)

/* === Asking anew === */

#define GET       "wish get https://books/book?token_id=1001\n"
#define AGAIN     "wish send 0 " UNSUBSCRIBE(PAIR_1) "\nwish send 0 " SUBSCRIBE(PAIR_1) "\n"
#define RECONNECT "wish reconnect 0: a book stayed wrong\n"
#define BIDS_1    "0.48:30"
#define ASKS_1    "0.52:25"

/* A burst that fails when it ends, 50 ms later; each has a stamp and hash of its own. */
static inline void fail_burst(struct session *s, int64_t ms)
{
    char entries[64];
    snprintf(entries, sizeof entries, YES " BUY 0.1 %u %u", 1 + (unsigned)ms, 1000 + (unsigned)ms);
    session_hear(s, ms, frame_changes(1000 + ms, entries));
}

/* One that is proved; `bids` are those after it. */
static inline void pass_burst(struct session *s, int64_t ms)
{
    char entries[64], bids[96];
    snprintf(entries, sizeof entries, YES " BUY 0.1 %u ok", 1 + (unsigned)ms);
    snprintf(bids, sizeof bids, BIDS_1 " 0.1:%u", 1 + (unsigned)ms);
    session_hear(s, ms, frame_changes_proved(1000 + ms, entries, bids, ASKS_1));
}

static inline int64_t due_ms(const struct session *s)
{
    const struct stamp start = JOURNAL_START;
    return (s->venue->deadline(s->sync) - start.mono) / NANOSECONDS_PER_MILLISECOND;
}

#endif
