/* What the tests of silent streams share: pings that are answered, books by REST as old as ours and newer ones, and
 * what is wished for meanwhile.
 */
#ifndef TEST_POLYMARKET_SILENCE_H
#define TEST_POLYMARKET_SILENCE_H

#include "polymarket_session.h"

#define GET_1 "wish get https://books/book?token_id=1001\n"
#define GET_2 "wish get https://books/book?token_id=2001\n"
#define WHY   "frozen: the stream stopped while the book went on"
/* What is said of nobody knowing, of M1's book then, and of its being trusted again. */
#define UNKNOWN "link 0 degraded: silent, and REST does not answer @30001\n"
#define STALE   "state 0xm1 open stale epoch 0: the stream is silent\n"
#define TRUSTED "state 0xm1 open verified epoch 0\n"

/* The venue answers every ping, and says nothing else. */
static inline void pong_until(struct session *s, int64_t to)
{
    const struct stamp start = JOURNAL_START;
    int64_t now = (s->now.mono - start.mono) / NANOSECONDS_PER_MILLISECOND;
    for (int64_t ms = now + 10000; ms < to; ms += 10000) session_hear(s, ms, "PONG");
    session_advance(s, to);
}

static inline const char *same_book(void)
{
    return frame_rest_book(YES, 100, PROVED, "0.48:30", "0.52:25");
}

static inline const char *newer_book(void)
{
    return frame_rest_book(YES, 900, PROVED, "0.47:30", "0.52:25");
}

/* The pings apart. */
static inline void expect_wishes(struct session *s, const char *expected)
{
    char *out = frame_buffer();
    for (const char *line = journal_text(&s->journal), *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        if (strncmp(line, "wish send 0 PING\n", 17) != 0) frame_add(out, "%.*s", (int)(end - line + 1), line);
    }
    assert_string_equal(out, expected);
    journal_clear(&s->journal);
}

/* The stream is silent, M1's book by REST is ahead of it, and is asked for once more. */
static inline void fall_behind(struct session *s)
{
    pong_until(s, 30001);
    session_reply(s, 200, newer_book());
    session_advance(s, 32001);
}

#endif
