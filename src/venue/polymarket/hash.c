/* The low-level SHA-1, which OpenSSL calls deprecated but keeps: its state is plain data, so that it can be copied for
 * every try, and it allocates nothing. EVP does both per digest. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include "booktop/venue/polymarket/hash.h"

#include <openssl/sha.h>
#include <stdlib.h>

#include "booktop/venue/polymarket/decode.h"

/* Which keys a recipe has beside market, asset_id, hash, bids and asks. */
struct recipe {
    const char *name;
    bool timestamp;
    bool terms; /* min_order_size, tick_size, neg_risk */
    bool last_trade;
};

static const struct recipe recipes[RECIPE_COUNT] = {
    [RECIPE_C] = {"C", true, true, true},
    [RECIPE_B] = {"B", true, true, false},
    [RECIPE_A] = {"A", true, false, false},
    [RECIPE_Z] = {"Z", false, false, false},
};

struct polymarket_hasher {
    SHA_CTX state; /* after all that stands before the last trade's price, or, in recipes without it, after all */
    bool last_trade;
    bool usable; /* something was begun, with levels that are right */
};

/* === Parts of the text === */

static void add(SHA_CTX *state, struct text text)
{
    SHA1_Update(state, text.at, text.length);
}

/* A number without trailing zeros, nothing for `none`. */
static void add_number(SHA_CTX *state, int64_t units, unsigned scale, int64_t none)
{
    char out[DECIMAL_TEXT_SIZE];
    if (units != none) add(state, (struct text){out, decimal_format(units, scale, out)});
}

/* Levels without the last one's comma. */
static void add_side(SHA_CTX *state, const struct polymarket_side_text *side)
{
    if (side->count > 0) add(state, (struct text){side->text, side->length - 1});
}

static void add_names(SHA_CTX *state, const struct recipe *recipe, const struct polymarket_terms *terms)
{
    add(state, TEXT("{\"market\":\""));
    add(state, terms->market);
    add(state, TEXT("\",\"asset_id\":\""));
    add(state, terms->asset);
    if (recipe->timestamp) {
        add(state, TEXT("\",\"timestamp\":\""));
        add_number(state, terms->venue_ms, 0, EVENT_NO_TIME);
    }
    add(state, TEXT("\",\"hash\":\"\""));
}

static void add_levels(SHA_CTX *state, const struct polymarket_levels *levels)
{
    add(state, TEXT(",\"bids\":["));
    add_side(state, &levels->sides[SIDE_BID]);
    add(state, TEXT("],\"asks\":["));
    add_side(state, &levels->sides[SIDE_ASK]);
    add(state, TEXT("]"));
}

static void add_terms(SHA_CTX *state, const struct polymarket_terms *terms)
{
    add(state, TEXT(",\"min_order_size\":\""));
    add_number(state, terms->min_order_size, POLYMARKET_SIZE_SCALE, INT64_MIN);
    add(state, TEXT("\",\"tick_size\":\""));
    add_number(state, terms->tick, POLYMARKET_PRICE_SCALE, PRICE_NONE);
    add(state, TEXT("\",\"neg_risk\":"));
    add(state, terms->negative_risk ? TEXT("true") : TEXT("false"));
}

/* Three decimals, four where the price needs them. */
static void add_last_trade(SHA_CTX *state, price_t price)
{
    char out[DECIMAL_TEXT_SIZE];
    unsigned decimals = price % 10 == 0 ? 3 : 4;
    if (price != PRICE_NONE)
        add(state, (struct text){out, decimal_format_fixed(price, POLYMARKET_PRICE_SCALE, decimals, out)});
    add(state, TEXT("\"}"));
}

/* A wrong digest differs in its first digits: there is nothing to gain by reading the digits beforehand. */
static bool digest_is(const unsigned char digest[SHA_DIGEST_LENGTH], struct text hash)
{
    static const char digits[] = "0123456789abcdef";
    if (hash.length != POLYMARKET_HASH_LENGTH) return false;
    for (size_t i = 0; i < SHA_DIGEST_LENGTH; i++)
        if (hash.at[2 * i] != digits[digest[i] >> 4] || hash.at[2 * i + 1] != digits[digest[i] & 15]) return false;
    return true;
}

/* === Public === */

const char *polymarket_recipe_name(enum polymarket_recipe recipe)
{
    return recipes[recipe].name;
}

struct polymarket_hasher *polymarket_hasher_create(void)
{
    return calloc(1, sizeof(struct polymarket_hasher));
}

void polymarket_hasher_destroy(struct polymarket_hasher *hasher)
{
    free(hasher);
}

void polymarket_hash_begin(struct polymarket_hasher *hasher, enum polymarket_recipe recipe,
                           const struct polymarket_terms *terms, const struct polymarket_levels *levels)
{
    hasher->usable = !levels->unusable;
    if (!hasher->usable) return;
    const struct recipe *keys = &recipes[recipe];
    hasher->last_trade = keys->last_trade;
    SHA1_Init(&hasher->state);
    add_names(&hasher->state, keys, terms);
    add_levels(&hasher->state, levels);
    if (keys->terms) add_terms(&hasher->state, terms);
    add(&hasher->state, keys->last_trade ? TEXT(",\"last_trade_price\":\"") : TEXT("}"));
}

bool polymarket_hash_is(const struct polymarket_hasher *hasher, price_t last_trade, struct text hash)
{
    if (!hasher->usable) return false;
    SHA_CTX state = hasher->state;
    if (hasher->last_trade) add_last_trade(&state, last_trade);
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1_Final(digest, &state);
    return digest_is(digest, hash);
}
