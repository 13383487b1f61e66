/* What the local exchange says of its books: asked by REST, and read by an engine that is told nothing else. */
#ifndef BOOKTOP_TESTS_INQUIRY_H
#define BOOKTOP_TESTS_INQUIRY_H

#include <stdio.h>
#include <string.h>

#include "booktop/engine/engine.h"
#include "booktop/exchange/exchange.h"
#include "booktop/market/digest.h"
#include "booktop/net/http.h"
#include "booktop/net/loop.h"

#define INQUIRY_LIMIT (120 * NANOSECONDS_PER_SECOND)
/* Kalshi answers some twenty questions a second: many books in each. */
#define INQUIRY_AT_ONCE 50

struct inquiry_book {
    unsigned outcome;              /* in whose terms: both have their turn where the venue has a book of each */
    char digest[DIGEST_TEXT_SIZE]; /* in its terms */
    int64_t venue_ms;              /* 0 on Kalshi */
};

struct inquiry {
    struct net_loop *loop;
    /* What the present question is about. */
    const struct catalogue_entry *entries;
    struct inquiry_book *books;
    size_t count;
    bool answered;
};

/* === Reading === */

/* An engine that knows a market by its book. */
struct inquiry_reader {
    struct engine *engine;
    enum venue_id venue;
};

static inline struct inquiry_reader inquiry_reader_open(enum venue_id venue)
{
    struct engine_options options = {.key = "sixteen letters"};
    options.venues[venue] = (struct venue_options){.discover = true, .stampless = true};
    struct inquiry_reader reader = {engine_create(&options), venue};
    assert_non_null(reader.engine);
    return reader;
}

static inline bool inquiry_read(void *context, struct text frame)
{
    const struct inquiry_reader *reader = context;
    engine_receive(reader->engine, reader->venue, (struct stamp){0, 0}, 0, 1, frame);
    return true;
}

/* Appends every market that is open from the start: from the first messages, which bring the books. */
static inline void inquiry_list(struct catalogue *catalogue, const struct exchange_options *options, uint64_t messages)
{
    struct inquiry_reader reader =
        inquiry_reader_open(options->venue == EXCHANGE_KALSHI ? VENUE_KALSHI : VENUE_POLYMARKET);
    assert_true(exchange_print(options, messages, inquiry_read, &reader));
    const struct market *market;
    for (size_t position = 0; (market = registry_next(engine_registry(reader.engine), &position));) {
        struct catalogue_entry *entry = catalogue_append(catalogue);
        assert_non_null(entry);
        entry->instrument = market->instrument;
    }
    engine_destroy(reader.engine);
}

/* A book as the stream would send it: of one token, on Polymarket, which the reader then knows as the first. */
static inline void inquiry_take(const struct instrument *instrument, struct inquiry_book *book, struct text frame)
{
    struct inquiry_reader reader = inquiry_reader_open(instrument->venue);
    bool clob = instrument->venue == VENUE_POLYMARKET;
    const char *symbol = clob ? instrument->outcomes[book->outcome].token : instrument->symbol;
    int outcome = 0;
    inquiry_read(&reader, frame);
    const struct market *market =
        registry_find(engine_registry(reader.engine), instrument->venue, text_from(symbol), &outcome);
    if (!market || !market->had_book) fail_msg("no book: %.*s", (int)frame.length, frame.at);
    if (clob) assert_int_equal(market->proof.verified, 1);
    digest_book(&market->instrument, &market->book, clob ? (unsigned)outcome : 0, book->digest);
    book->venue_ms = market->venue_ms;
    engine_destroy(reader.engine);
}

/* === Polymarket === */

static inline void inquiry_clob_replied(void *context, struct stamp stamp, const struct http_reply *reply)
{
    static char frame[65536];
    static const char head[] = "{\"event_type\":\"book\",";
    struct inquiry *inquiry = context;
    (void)stamp;
    if (reply->status != 200) fail_msg("no book: %d %s", reply->status, reply->reason);
    assert_true(reply->body.length > 2 && reply->body.length + sizeof head < sizeof frame);
    memcpy(frame, head, sizeof head - 1);
    memcpy(frame + sizeof head - 1, reply->body.at + 1, reply->body.length - 1);
    inquiry_take(&inquiry->entries->instrument, inquiry->books,
                 (struct text){frame, sizeof head - 1 + reply->body.length - 1});
    inquiry->answered = true;
}

/* === Kalshi === */

/* The value of `"name":[…]` behind `at`, brackets included: a list of pairs. */
static inline struct text inquiry_pairs(const char *at, const char *end, const char *name)
{
    char key[32];
    int length = snprintf(key, sizeof key, "\"%s\":[", name);
    const char *start = memmem(at, (size_t)(end - at), key, (size_t)length);
    if (!start) fail_msg("no %s", name);
    start += length - 1;
    const char *last = start[1] == ']' ? start : memmem(start, (size_t)(end - start), "]]", 2);
    if (!last) fail_msg("%s has no end", name);
    return (struct text){start, (size_t)(last + 2 - start)};
}

static inline void inquiry_desk_read(struct text body, const struct instrument *instrument, struct inquiry_book *book)
{
    static char frame[65536];
    char key[SYMBOL_SIZE + 16];
    const char *end = body.at + body.length;
    int length = snprintf(key, sizeof key, "\"ticker\":\"%s\"", instrument->symbol);
    const char *at = memmem(body.at, body.length, key, (size_t)length);
    if (!at) fail_msg("no book of %s", instrument->symbol);
    struct text yes = inquiry_pairs(at, end, "yes_dollars"), no = inquiry_pairs(at, end, "no_dollars");
    length = snprintf(frame, sizeof frame,
                      "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1,\"msg\":{\"market_ticker\":\"%s\","
                      "\"yes_dollars_fp\":%.*s,\"no_dollars_fp\":%.*s}}",
                      instrument->symbol, (int)yes.length, yes.at, (int)no.length, no.at);
    assert_true(length > 0 && (size_t)length < sizeof frame);
    inquiry_take(instrument, book, (struct text){frame, (size_t)length});
}

static inline void inquiry_desk_replied(void *context, struct stamp stamp, const struct http_reply *reply)
{
    struct inquiry *inquiry = context;
    (void)stamp;
    if (reply->status != 200) fail_msg("no books: %d %s", reply->status, reply->reason);
    for (size_t i = 0; i < inquiry->count; i++)
        inquiry_desk_read(reply->body, &inquiry->entries[i].instrument, &inquiry->books[i]);
    inquiry->answered = true;
}

/* === Asking === */

/* Zeroed before. */
static inline void inquiry_open(struct inquiry *inquiry, const struct exchange *exchange)
{
    char error[160];
    struct net_loop_options options = {.clock = &clock_system, .ca_pem = exchange_ca_pem(exchange)};
    inquiry->loop = net_loop_create(&options, error, sizeof error);
    if (!inquiry->loop) fail_msg("%s", error);
}

static inline void inquiry_close(struct inquiry *inquiry)
{
    if (inquiry->loop) net_loop_destroy(inquiry->loop);
    inquiry->loop = NULL;
}

static inline void inquiry_put(struct inquiry *inquiry, const char *url,
                               void (*replied)(void *context, struct stamp stamp, const struct http_reply *reply))
{
    char error[160];
    inquiry->answered = false;
    if (!http_get(inquiry->loop, url, INQUIRY_LIMIT, replied, inquiry, error, sizeof error)) fail_msg("%s", error);
    while (!inquiry->answered) assert_true(net_loop_service(inquiry->loop));
}

/* Asks Polymarket's clob under this address for the book of each. */
static inline void inquiry_ask_clob(struct inquiry *inquiry, const char *root, const struct catalogue_entry *entries,
                                    size_t count, struct inquiry_book *books)
{
    char url[256];
    for (size_t i = 0; i < count; i++) {
        inquiry->entries = &entries[i];
        inquiry->books = &books[i];
        books[i].outcome = i % 2;
        snprintf(url, sizeof url, "%s/book?token_id=%s", root, entries[i].instrument.outcomes[i % 2].token);
        inquiry_put(inquiry, url, inquiry_clob_replied);
    }
}

/* Asks Kalshi's REST interface under this address. */
static inline void inquiry_ask_desk(struct inquiry *inquiry, const char *root, const struct catalogue_entry *entries,
                                    size_t count, struct inquiry_book *books)
{
    char url[1900];
    for (size_t at = 0; at < count; at += inquiry->count) {
        inquiry->entries = entries + at;
        inquiry->books = books + at;
        inquiry->count = count - at < INQUIRY_AT_ONCE ? count - at : INQUIRY_AT_ONCE;
        int length = snprintf(url, sizeof url, "%s/markets/orderbooks?tickers=", root);
        for (size_t i = 0; i < inquiry->count; i++)
            length += snprintf(url + length, sizeof url - (size_t)length, "%s%s", i ? "," : "",
                               inquiry->entries[i].instrument.symbol);
        inquiry_put(inquiry, url, inquiry_desk_replied);
    }
}

#endif
