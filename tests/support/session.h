/* One session with a venue's sync, without network or clock: frames in, a journal out. The sync is driven as the engine
 * drives it: what is due up to a frame's stamp is done before the frame.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_SESSION_H
#define BOOKTOP_TESTS_SUPPORT_SESSION_H

#include "journal.h"
#include "frame_text.h"

/* Not what became of each frame. */
#define WITHOUT_EVENTS (JOURNAL_STATES | JOURNAL_LINKS | JOURNAL_WISHES)

struct session {
    struct registry *registry;
    const struct venue *venue;
    struct venue_sync *sync;
    struct venue_outlet outlet;
    struct journal journal;
    struct stamp now;
    uint64_t messages;
};

/* Opens a session with a venue. */
static inline void session_open_venue(struct session *session, const char *venue, unsigned kinds,
                                      const struct venue_options *options)
{
    static const uint8_t key[16] = "sixteen letters";
    *session = (struct session){.registry = registry_create(key), .venue = venue_find(text_from(venue))};
    session->journal = (struct journal){.registry = session->registry, .kinds = kinds};
    session->outlet = (struct venue_outlet){journal_event, journal_burst,  journal_proof, journal_state,
                                            journal_link,  journal_lookup, journal_wish,  &session->journal};
    session->sync = session->venue->create(session->registry, &session->outlet, options);
    session->now = JOURNAL_START;
    assert_non_null(session->sync);
}

static inline void session_close(struct session *session)
{
    session->venue->destroy(session->sync);
    registry_destroy(session->registry);
    journal_free(&session->journal);
}

/* Sets the time, in ms since JOURNAL_START, without doing anything yet. */
static inline void session_at(struct session *session, int64_t ms)
{
    const struct stamp start = JOURNAL_START;
    session->now =
        (struct stamp){start.mono + ms * NANOSECONDS_PER_MILLISECOND, start.wall + ms * NANOSECONDS_PER_MILLISECOND};
}

static inline void session_advance(struct session *session, int64_t ms)
{
    session_at(session, ms);
    session->venue->advance(session->sync, session->now);
}

static inline void session_receive_on(struct session *session, unsigned link, const char *frame)
{
    session->venue->advance(session->sync, session->now);
    session->venue->receive(session->sync, session->now, link, ++session->messages, text_from(frame));
}

static inline void session_receive(struct session *session, const char *frame)
{
    session_receive_on(session, 0, frame);
}

/* A frame at a time. */
static inline void session_hear(struct session *session, int64_t ms, const char *frame)
{
    session_at(session, ms);
    session_receive(session, frame);
}

static inline void session_finish(struct session *session)
{
    session->venue->finish(session->sync, session->now);
}

static inline void session_link(struct session *session, unsigned link, enum link_change change)
{
    session->venue->advance(session->sync, session->now);
    session->venue->link(session->sync, session->now, link, change, "as the test says");
}

/* Answers the last GET that was wished; the venue wants us to wait for so many ms. */
static inline void session_refuse(struct session *session, int status, const char *body, int64_t ms)
{
    struct venue_reply reply = {
        .request = session->journal.request,
        .status = status,
        .body = text_from(body),
        .reason = status ? "status" : "no answer",
        .retry_after = ms * NANOSECONDS_PER_MILLISECOND,
    };
    session->venue->advance(session->sync, session->now);
    session->venue->reply(session->sync, session->now, &reply);
}

static inline void session_reply(struct session *session, int status, const char *body)
{
    session_refuse(session, status, body, 0);
}

static inline void session_retry(struct session *session)
{
    session->venue->advance(session->sync, session->now);
    session->venue->retry(session->sync, session->now);
}

static inline void session_watch(struct session *session, struct market_handle market)
{
    session->venue->watch(session->sync, session->now, market);
}

static inline void session_unwatch(struct session *session, struct market_handle market)
{
    session->venue->unwatch(session->sync, session->now, market);
}

static inline struct market *session_market(const struct session *session, const char *symbol)
{
    return registry_find(session->registry, session->venue->id, text_from(symbol), NULL);
}

/* Everything that was written down since the last time. */
#define expect_journal(session, text)                                                                                  \
    do {                                                                                                               \
        assert_string_equal(journal_text(&(session)->journal), text);                                                  \
        journal_clear(&(session)->journal);                                                                            \
    } while (0)

static inline void session_add_side(char *out, const struct book_side *side, const struct instrument *instrument)
{
    const struct level *level;
    char price[DECIMAL_TEXT_SIZE], size[DECIMAL_TEXT_SIZE];
    for (size_t n = 0; (level = book_side_level(side, n)); n++) {
        decimal_format(level->price, instrument->price_scale, price);
        decimal_format(level->quantity, instrument->size_scale, size);
        frame_add(out, "%s%s:%s", n ? " " : "", price, size);
    }
}

/* A book as text, best first: "0.49:20 0.48:30 | 0.52:25", in the market's terms. */
static inline const char *session_book(const struct session *session, const char *symbol)
{
    char *out = frame_buffer();
    const struct market *market = session_market(session, symbol);
    if (!market) return "no market";
    session_add_side(out, &market->book.bids, &market->instrument);
    frame_add(out, " | ");
    session_add_side(out, &market->book.asks, &market->instrument);
    return out;
}

#endif
