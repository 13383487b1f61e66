/* How a question over REST is answered: what desk.c, listing.c and quotes.c share. */
#ifndef BOOKTOP_EXCHANGE_KALSHI_DESK_PRIVATE_H
#define BOOKTOP_EXCHANGE_KALSHI_DESK_PRIVATE_H

#include "booktop/exchange/kalshi/desk.h"

#define STATUS_OK        200
#define STATUS_INVALID   400
#define STATUS_NOT_FOUND 404
#define STATUS_BUSY      429
#define STATUS_FAILED    500

/* Longest value of a query, with its terminator; of a list of tickers. */
#define VALUE_SIZE 256
#define LIST_SIZE  8192

struct desk {
    const struct board *board;
    struct json_writer writer;
    unsigned *order;                /* room for a list of markets or events */
    int64_t asked[DESK_PER_SECOND]; /* mono ns of the last answers: a ring */
    uint64_t answers;
};

/* A question: what stands for TICKER in its path, and its query. */
struct question {
    struct text ticker, query;
};

/* Each writes a body and returns the status. */
int desk_markets(struct desk *desk, const struct question *question);
int desk_market(struct desk *desk, const struct question *question);
int desk_events(struct desk *desk, const struct question *question);
int desk_event(struct desk *desk, const struct question *question);
int desk_series(struct desk *desk, const struct question *question);
int desk_book(struct desk *desk, const struct question *question);
int desk_books(struct desk *desk, const struct question *question);
int desk_trades(struct desk *desk, const struct question *question);

/* Writes an error's body; returns the status. */
int desk_refuse(struct desk *desk, int status, const char *code, const char *message);
int desk_not_found(struct desk *desk);

/* A page of a list: `limit` at most from `first`. False if limit or cursor are none. */
struct page {
    size_t first, limit;
};
bool desk_page(struct text query, size_t limit, size_t limit_max, struct page *page);
/* Writes the member "cursor": of what follows, or empty if `count` does not go beyond the page. */
void desk_cursor_member(struct json_writer *writer, const struct page *page, size_t count);
/* A whole number in a query. False if there is none or it is no number; *given says which. */
bool desk_number(struct text query, const char *name, int64_t *out, bool *given);

/* Writes a market as an object. */
void desk_market_write(struct json_writer *writer, const struct board *board, unsigned market);

#endif
