/* A market's book as the venue writes it: levels, hash and what else its messages carry, for both tokens.
 *
 * Rendered from the ladder when somebody is to be told; the texts are valid until the next rendering. One thread.
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_BOOK_TEXT_H
#define BOOKTOP_EXCHANGE_POLYMARKET_BOOK_TEXT_H

#include "booktop/exchange/flow.h"
#include "booktop/exchange/polymarket/recipe.h"

#define BOOK_TEXT_PRICE     6  /* "0.431" */
#define BOOK_TEXT_SIZE      24 /* "92233720368547758.07" */
#define BOOK_TEXT_STAMP     24
#define BOOK_TEXT_MIN_ORDER "5" /* in shares, of every market */

/* One token's side of things. */
struct book_text_token {
    struct text bids, asks; /* levels with commas, without brackets: bids rising, asks falling */
    char best_bid[BOOK_TEXT_PRICE], best_ask[BOOK_TEXT_PRICE]; /* "0" and "1" where the side is empty */
    char hash[RECIPE_HASH_SIZE];
};

struct book_text {
    const struct cast_market *cast;
    bool neg_risk;
    char stamp[BOOK_TEXT_STAMP]; /* of the book's last change */
    char tick[BOOK_TEXT_PRICE];
    char last_price[BOOK_TEXT_PRICE]; /* three decimals, or empty */
    int spread;                       /* thousandths */
    struct book_text_token tokens[2];
    struct recipe_hasher *hasher;
    char *levels; /* room for the levels of both sides of both tokens */
};

bool book_text_create(struct book_text *text);
void book_text_free(struct book_text *text);

/* False when OpenSSL fails. */
bool book_text_render(struct book_text *text, const struct flow_market *market, bool neg_risk);

/* Canonical decimals of thousandths (0 .. 1000) and of hundredths (>= 0), terminated; return the length. */
size_t book_text_price(int price, char out[BOOK_TEXT_PRICE]);
size_t book_text_size(int64_t size, char out[BOOK_TEXT_SIZE]);

/* A price in terms of the first outcome, in those of a token. */
static inline int book_text_own(int price, unsigned token)
{
    return token == 0 ? price : LADDER_ONE - price;
}

#endif
