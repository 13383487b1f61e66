/* One session with Kalshi's sync (session.h), and frames of the venue made from short descriptions, in invented
 * markets. Prices are YES prices on both sides, as a subscription with use_yes_price has them.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_KALSHI_SESSION_H
#define BOOKTOP_TESTS_SUPPORT_KALSHI_SESSION_H

#include "session.h"

#define T1 "KXONE-1"
#define T2 "KXTWO-2"

/* "0.48:30 0.49:20" as a list of levels. */
static inline void frame_add_levels(char *out, const char *key, const char *levels)
{
    if (!*levels) return; /* a side without levels has no key */
    frame_add(out, ",\"%s\":", key);
    for (const char *mark = "["; *levels; mark = ",") {
        size_t price = strcspn(levels, ":"), size = strcspn(levels + price + 1, " ");
        frame_add(out, "%s[\"%.*s\",\"%.*s\"]", mark, (int)price, levels, (int)size, levels + price + 1);
        levels += price + 1 + size;
        levels += strspn(levels, " ");
    }
    frame_add(out, "]");
}

static inline const char *frame_snapshot(int sid, long long seq, const char *ticker, const char *bids, const char *asks)
{
    char *out = frame_buffer();
    frame_add(out, "{\"type\":\"orderbook_snapshot\",\"sid\":%d,\"seq\":%lld,\"msg\":{\"market_ticker\":\"%s\"", sid,
              seq, ticker);
    frame_add_levels(out, "yes_dollars_fp", bids);
    frame_add_levels(out, "no_dollars_fp", asks);
    frame_add(out, "}}");
    return out;
}

/* `change`: "yes 0.48 -5". `ms` 0: without a stamp. */
static inline const char *frame_delta(int sid, long long seq, const char *ticker, const char *change, long long ms)
{
    char *out = frame_buffer(), side[8] = "", price[16] = "", size[24] = "";
    if (sscanf(change, "%7s %15s %23s", side, price, size) != 3) abort();
    frame_add(out,
              "{\"type\":\"orderbook_delta\",\"sid\":%d,\"seq\":%lld,\"msg\":{\"market_ticker\":\"%s\","
              "\"price_dollars\":\"%s\",\"delta_fp\":\"%s\",\"side\":\"%s\"",
              sid, seq, ticker, price, size, side);
    if (ms) frame_add(out, ",\"ts_ms\":%lld", ms);
    frame_add(out, "}}");
    return out;
}

static inline const char *frame_ticker(const char *ticker, const char *bid, const char *ask, long long ms)
{
    char *out = frame_buffer();
    frame_add(out,
              "{\"type\":\"ticker\",\"sid\":2,\"msg\":{\"market_ticker\":\"%s\",\"yes_bid_dollars\":\"%s\","
              "\"yes_ask_dollars\":\"%s\",\"ts_ms\":%lld}}",
              ticker, bid, ask, ms);
    return out;
}

static inline const char *frame_subscribed(int id, const char *channel, int sid)
{
    char *out = frame_buffer();
    frame_add(out, "{\"type\":\"subscribed\",\"id\":%d,\"msg\":{\"channel\":\"%s\",\"sid\":%d}}", id, channel, sid);
    return out;
}

static inline const char *frame_ok(int id, int sid, long long seq)
{
    char *out = frame_buffer();
    frame_add(out, "{\"type\":\"ok\",\"id\":%d,\"sid\":%d,\"seq\":%lld,\"msg\":{\"market_tickers\":[]}}", id, sid, seq);
    return out;
}

static inline const char *frame_unsubscribed(int id, int sid, long long seq)
{
    char *out = frame_buffer();
    frame_add(out, "{\"type\":\"unsubscribed\",\"id\":%d,\"sid\":%d,\"seq\":%lld}", id, sid, seq);
    return out;
}

/* `where`: ",\"sid\":1,\"seq\":4" and the like. */
static inline const char *frame_error(int id, int code, const char *where)
{
    char *out = frame_buffer();
    frame_add(out, "{\"type\":\"error\",\"id\":%d%s,\"msg\":{\"code\":%d,\"msg\":\"No\"}}", id, where, code);
    return out;
}

/* === What is sent === */

#define SENT_SUBSCRIBE(id, channel, tickers, more)                                                                     \
    "wish send 0 {\"id\":" id ",\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"" channel                            \
    "\"],\"market_tickers\":[" tickers "]" more "}}\n"
#define SENT_BOOKS(id, tickers)  SENT_SUBSCRIBE(id, "orderbook_delta", tickers, ",\"use_yes_price\":true")
#define SENT_TICKER(id, tickers) SENT_SUBSCRIBE(id, "ticker", tickers, "")
#define SENT_TRADES(id, tickers) SENT_SUBSCRIBE(id, "trade", tickers, "")
#define SENT_UPDATE(id, sid, tickers, action)                                                                          \
    "wish send 0 {\"id\":" id ",\"cmd\":\"update_subscription\",\"params\":{\"sids\":[" sid                            \
    "],\"market_tickers\":[" tickers "],\"action\":\"" action "\"}}\n"
#define SENT_UNSUBSCRIBE(id, sid)                                                                                      \
    "wish send 0 {\"id\":" id ",\"cmd\":\"unsubscribe\",\"params\":{\"sids\":[" sid "]}}\n"
#define QUOTED_1 "\"" T1 "\""
#define QUOTED_2 "\"" T2 "\""

/* === Sessions === */

/* `options` without endpoints. */
static inline void kalshi_open_with(struct session *s, unsigned kinds, struct venue_options options)
{
    options.endpoints = (struct venue_endpoints){.stream = "wss://stream", .books = "https://rest"};
    session_open_venue(s, "kalshi", kinds, &options);
}

/* Input with stamps, whose NO prices are NO prices, as a recording of others. */
static inline void kalshi_open_discovering(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){.discover = true});
}

static inline struct market_handle kalshi_add(struct session *s, const char *ticker)
{
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_KALSHI, text_from(ticker), 4, 2));
    return registry_add(s->registry, &instrument);
}

/* The three channels are subscribed: books by stream 1, tickers by 2, trades by 3. */
static inline void kalshi_answer_subscribes(struct session *s, int first)
{
    session_receive(s, frame_subscribed(first, "orderbook_delta", 1));
    session_receive(s, frame_subscribed(first + 1, "ticker", 2));
    session_receive(s, frame_subscribed(first + 2, "trade", 3));
}

#define BIDS_1 "0.48:30 0.47:10"
#define ASKS_1 "0.52:25 0.53:5"
#define BOOK_1 "0.48:30 0.47:10 | 0.52:25 0.53:5"
#define BIDS_2 "0.2:5"
#define ASKS_2 "0.3:6"
#define BOOK_2 "0.2:5 | 0.3:6"

/* T1 and T2, watched, with a key, their books there by stream 1, at 10 ms; its last number is 2. */
static inline void kalshi_begin(struct session *s, unsigned kinds)
{
    kalshi_open_with(s, kinds, (struct venue_options){.has_key = true});
    session_watch(s, kalshi_add(s, T1));
    session_watch(s, kalshi_add(s, T2));
    session_link(s, 0, LINK_OPENED);
    session_at(s, 10);
    kalshi_answer_subscribes(s, 1);
    session_receive(s, frame_snapshot(1, 1, T1, BIDS_1, ASKS_1));
    session_receive(s, frame_snapshot(1, 2, T2, BIDS_2, ASKS_2));
    session_advance(s, 20);
    journal_clear(&s->journal);
}

static inline struct market_handle kalshi_handle(const struct session *s, const char *ticker)
{
    return session_market(s, ticker)->handle;
}

/* The newest first: "mended 2, gap 1". */
static inline const char *kalshi_notes(const struct session *s, const char *ticker)
{
    static const char *const texts[HAPPENED_COUNT] = {
        [HAPPENED_FAILURE] = "failure", [HAPPENED_CROSSED] = "crossed",       [HAPPENED_RESYNC] = "resync",
        [HAPPENED_MENDED] = "mended",   [HAPPENED_CONFIRMED] = "confirmed",   [HAPPENED_RECOVERY] = "recovery",
        [HAPPENED_GAP] = "gap",         [HAPPENED_REFUSAL] = "refusal",       [HAPPENED_RETURN] = "return",
        [HAPPENED_WITNESS] = "witness", [HAPPENED_CORRUPTION] = "corruption", [HAPPENED_DISCONNECT] = "disconnect"};
    char *out = frame_buffer();
    const struct proof_note *note;
    for (uint32_t n = 0; (note = proof_noted(&session_market(s, ticker)->proof, n)); n++)
        frame_add(out, "%s%s %u", n ? ", " : "", texts[note->what], (unsigned)note->number);
    return out;
}

#define expect_state_of(session, ticker, text)                                                                         \
    assert_string_equal(proof_state_text(session_market(session, ticker)->proof.state), text)
#define expect_states(session, one, two)                                                                               \
    do {                                                                                                               \
        expect_state_of(session, T1, one);                                                                             \
        expect_state_of(session, T2, two);                                                                             \
    } while (0)
#define expect_book_of(session, ticker, text)  assert_string_equal(session_book(session, ticker), text)
#define expect_notes_of(session, ticker, text) assert_string_equal(kalshi_notes(session, ticker), text)

#endif
