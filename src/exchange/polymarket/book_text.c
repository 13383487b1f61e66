#include "booktop/exchange/polymarket/book_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* {"price":"0.431","size":"92233720368547758.07"}, */
#define LEVEL_SIZE 56
#define SIDE_SIZE  ((size_t)ORDERS_MAX * LEVEL_SIZE)

bool book_text_create(struct book_text *text)
{
    *text = (struct book_text){0};
    text->levels = malloc(4 * SIDE_SIZE);
    text->hasher = recipe_hasher_create();
    if (text->levels != NULL && text->hasher != NULL) return true;
    book_text_free(text);
    return false;
}

void book_text_free(struct book_text *text)
{
    recipe_hasher_destroy(text->hasher);
    free(text->levels);
    *text = (struct book_text){0};
}

size_t book_text_price(int price, char out[BOOK_TEXT_PRICE])
{
    if (price == 0 || price == LADDER_ONE) {
        out[0] = price == 0 ? '0' : '1';
        out[1] = '\0';
        return 1;
    }
    size_t length = 5;
    const char digits[] = {'0', '.', (char)('0' + price / 100), (char)('0' + price / 10 % 10),
                           (char)('0' + price % 10)};
    memcpy(out, digits, length);
    while (out[length - 1] == '0') length--;
    out[length] = '\0';
    return length;
}

size_t book_text_size(int64_t size, char out[BOOK_TEXT_SIZE])
{
    char reversed[BOOK_TEXT_SIZE];
    size_t length = 0, count = 0;
    for (int64_t whole = size / 100; whole > 0 || count == 0; whole /= 10) reversed[count++] = (char)('0' + whole % 10);
    while (count > 0) out[length++] = reversed[--count];
    if (size % 100 != 0) {
        out[length++] = '.';
        out[length++] = (char)('0' + size / 10 % 10);
        if (size % 10 != 0) out[length++] = (char)('0' + size % 10);
    }
    out[length] = '\0';
    return length;
}

static char *put(char *at, struct text text)
{
    memcpy(at, text.at, text.length);
    return at + text.length;
}

/* The levels of one side of the ladder, its prices rising or falling, in a token's terms. */
static struct text levels_render(const struct ladder *ladder, enum ladder_side side, bool rising, unsigned token,
                                 char *out)
{
    char *at = out;
    int price = rising ? ladder_above(ladder, side, -1) : ladder_below(ladder, side, LADDER_ONE + 1);
    while (price != LADDER_NONE) {
        at = put(at, at == out ? TEXT("{\"price\":\"") : TEXT(",{\"price\":\""));
        at += book_text_price(book_text_own(price, token), at);
        at = put(at, TEXT("\",\"size\":\""));
        at += book_text_size(ladder->size[side][price], at);
        at = put(at, TEXT("\"}"));
        price = rising ? ladder_above(ladder, side, price) : ladder_below(ladder, side, price);
    }
    return (struct text){out, (size_t)(at - out)};
}

/* The second token's book is the mirror: its bids are the first one's asks, from the highest down. */
static void token_render(struct book_text *text, const struct ladder *ladder, unsigned token)
{
    struct book_text_token *own = &text->tokens[token];
    char *room = text->levels + 2 * SIDE_SIZE * token;
    int bid = ladder_best(ladder, LADDER_BID), ask = ladder_best(ladder, LADDER_ASK);
    bid = bid == LADDER_NONE ? 0 : bid;
    ask = ask == LADDER_NONE ? LADDER_ONE : ask;
    text->spread = ask - bid;
    if (token == 0) {
        own->bids = levels_render(ladder, LADDER_BID, true, token, room);
        own->asks = levels_render(ladder, LADDER_ASK, false, token, room + SIDE_SIZE);
    } else {
        own->bids = levels_render(ladder, LADDER_ASK, false, token, room);
        own->asks = levels_render(ladder, LADDER_BID, true, token, room + SIDE_SIZE);
    }
    (void)book_text_price(book_text_own(token == 0 ? bid : ask, token), own->best_bid);
    (void)book_text_price(book_text_own(token == 0 ? ask : bid, token), own->best_ask);
}

static bool token_hash(struct book_text *text, unsigned token)
{
    const struct recipe_c recipe = {
        .market = {text->cast->condition, CAST_CONDITION_SIZE - 1},
        .asset = {text->cast->token[token], CAST_TOKEN_SIZE - 1},
        .timestamp = text_from(text->stamp),
        .bids = text->tokens[token].bids,
        .asks = text->tokens[token].asks,
        .min_order_size = TEXT(BOOK_TEXT_MIN_ORDER),
        .tick_size = text_from(text->tick),
        .last_trade_price = text_from(text->last_price),
        .neg_risk = text->neg_risk,
    };
    return recipe_c_hash(text->hasher, &recipe, text->tokens[token].hash);
}

static void last_price_render(int price, char out[BOOK_TEXT_PRICE])
{
    out[0] = '\0';
    if (price >= 0) snprintf(out, BOOK_TEXT_PRICE, "%u.%03u", (unsigned)price / 1000 % 10, (unsigned)price % 1000);
}

bool book_text_render(struct book_text *text, const struct flow_market *market, bool neg_risk)
{
    text->cast = market->cast;
    text->neg_risk = neg_risk;
    snprintf(text->stamp, sizeof text->stamp, "%lld", (long long)market->changed_ms);
    (void)book_text_price(market->tick, text->tick);
    last_price_render(market->last_price, text->last_price);
    bool hashed = true;
    for (unsigned token = 0; token < 2; token++) {
        token_render(text, &market->orders.ladder, token);
        hashed = token_hash(text, token) && hashed;
    }
    return hashed;
}
