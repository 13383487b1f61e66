/* How a question over REST is answered: what rest.c and listing.c share. */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_ANSWER_H
#define BOOKTOP_EXCHANGE_POLYMARKET_ANSWER_H

#include "booktop/exchange/polymarket/rest.h"

#define STATUS_OK        200
#define STATUS_INVALID   400
#define STATUS_NOT_FOUND 404
#define STATUS_FAILED    500

/* Longest value of a query, with its terminator. */
#define VALUE_SIZE 256

struct rest {
    const struct cast *cast;
    struct flow *flow;
    struct channel *channel;
    struct json_writer writer;
    unsigned *order; /* room for a list of markets or events */
};

/* A question: the rest of its path, behind the route's, and its query. */
struct question {
    struct text tail, query;
};

/* Each writes a body and returns the status. */
int answer_markets(struct rest *rest, const struct question *question);
int answer_events(struct rest *rest, const struct question *question);
int answer_search(struct rest *rest, const struct question *question);

/* A whole number in a query, or something else where it is not there or not one. */
size_t answer_number(struct text query, const char *name, size_t otherwise);

#endif
