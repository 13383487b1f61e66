/* What the tests of Kalshi's catalogue share: pages of invented events, and what is asked for them. */
#ifndef TEST_KALSHI_PAGES_H
#define TEST_KALSHI_PAGES_H

#include "kalshi_session.h"

#define OPEN_EVENTS  "https://rest/events?status=open&with_nested_markets=true"
#define GET_PAGE     "wish get " OPEN_EVENTS "&mve_filter=exclude&limit=100"
#define FIRST_PAGE   GET_PAGE "\n"
#define PAGE(cursor) GET_PAGE "&cursor=" cursor "\n"
#define NAMED(names) "wish get https://rest/events?tickers=" names "&with_nested_markets=true&limit=200\n"

#define OFFER(ticker, title, volume)                                                                                   \
    "{\"ticker\":\"" ticker "\",\"title\":\"" title "\",\"status\":\"active\",\"volume_24h_fp\":\"" volume "\"}"
#define EVENT(ticker, title, markets)                                                                                  \
    "{\"event_ticker\":\"" ticker "\",\"title\":\"" title "\",\"markets\":[" markets "]}"
#define EVENTS(events, cursor) "{\"events\":[" events "],\"cursor\":\"" cursor "\"}"

/* One market, one event. */
#define SMALL(ticker, volume) EVENT(ticker, "Boats", OFFER(ticker "-1", "Red", volume))

static inline void kalshi_ask(struct session *s, uint32_t number, enum lookup_kind kind, const char *words)
{
    s->venue->advance(s->sync, s->now);
    s->venue->lookup(s->sync, s->now, number, kind, text_from(words));
}

static inline struct venue_progress kalshi_progress(const struct session *s)
{
    struct venue_progress progress;
    s->venue->progress(s->sync, &progress);
    return progress;
}

#endif
