/* One session with Polymarket's sync (session.h). */
#ifndef BOOKTOP_TESTS_SUPPORT_POLYMARKET_SESSION_H
#define BOOKTOP_TESTS_SUPPORT_POLYMARKET_SESSION_H

#include "session.h"
#include "channel_frames.h"

/* What is sent. */
#define OPENING(tokens)     "{\"assets_ids\":[" tokens "],\"type\":\"market\",\"custom_feature_enabled\":true}"
#define SUBSCRIBE(tokens)   "{\"assets_ids\":[" tokens "],\"operation\":\"subscribe\",\"custom_feature_enabled\":true}"
#define UNSUBSCRIBE(tokens) "{\"assets_ids\":[" tokens "],\"operation\":\"unsubscribe\"}"
#define PAIR_1              "\"1001\",\"1002\""
#define PAIR_2              "\"2001\",\"2002\""

/* `options` without endpoints. */
static inline void session_open_with(struct session *session, unsigned kinds, struct venue_options options)
{
    options.endpoints = (struct venue_endpoints){"wss://stream", "https://books", "https://gamma", "https://data"};
    session_open_venue(session, "polymarket", kinds, &options);
}

/* Input with stamps that need not name its markets beforehand. */
static inline void session_open(struct session *session, unsigned kinds)
{
    session_open_with(session, kinds, (struct venue_options){.discover = true});
}

/* Input without stamps, as decode gives it. */
static inline void session_open_timeless(struct session *session, unsigned kinds)
{
    session_open_with(session, kinds, (struct venue_options){.discover = true, .stampless = true});
    session->now = (struct stamp){0, 0};
}

/* A market as the catalogue gives it. `no` may be empty. */
static inline struct market_handle session_add(struct session *session, const char *symbol, const char *yes,
                                               const char *no)
{
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    text_copy(text_from(yes), instrument.outcomes[0].token, SYMBOL_SIZE);
    text_copy(text_from(no), instrument.outcomes[1].token, SYMBOL_SIZE);
    return registry_add(session->registry, &instrument);
}

/* One market, watched, its link open and its book there, at 1 ms. */
static inline struct market_handle session_begin(struct session *s, unsigned kinds)
{
    session_open_with(s, kinds, (struct venue_options){0});
    struct market_handle market = session_add(s, M1, YES, NO);
    session_watch(s, market);
    session_link(s, 0, LINK_OPENED);
    session_hear(s, 1, frame_book(YES, 100, PROVED, "0.48:30", "0.52:25"));
    journal_clear(&s->journal);
    return market;
}

#define expect_book(session, text) assert_string_equal(session_book(session, M1), text)

#endif
