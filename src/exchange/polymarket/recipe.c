#include "booktop/exchange/polymarket/recipe.h"

#include <openssl/evp.h>
#include <stdlib.h>

#define SHA1_SIZE 20

struct recipe_hasher {
    EVP_MD *sha1;
    EVP_MD_CTX *state;
};

struct recipe_hasher *recipe_hasher_create(void)
{
    struct recipe_hasher *hasher = calloc(1, sizeof *hasher);
    if (hasher == NULL) return NULL;
    hasher->sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
    hasher->state = EVP_MD_CTX_new();
    if (hasher->sha1 != NULL && hasher->state != NULL) return hasher;
    recipe_hasher_destroy(hasher);
    return NULL;
}

void recipe_hasher_destroy(struct recipe_hasher *hasher)
{
    if (hasher == NULL) return;
    EVP_MD_CTX_free(hasher->state);
    EVP_MD_free(hasher->sha1);
    free(hasher);
}

bool recipe_c_hash(struct recipe_hasher *hasher, const struct recipe_c *recipe, char out[RECIPE_HASH_SIZE])
{
    const struct text parts[] = {
        TEXT("{\"market\":\""),
        recipe->market,
        TEXT("\",\"asset_id\":\""),
        recipe->asset,
        TEXT("\",\"timestamp\":\""),
        recipe->timestamp,
        TEXT("\",\"hash\":\"\",\"bids\":["),
        recipe->bids,
        TEXT("],\"asks\":["),
        recipe->asks,
        TEXT("],\"min_order_size\":\""),
        recipe->min_order_size,
        TEXT("\",\"tick_size\":\""),
        recipe->tick_size,
        TEXT("\",\"neg_risk\":"),
        recipe->neg_risk ? TEXT("true") : TEXT("false"),
        TEXT(",\"last_trade_price\":\""),
        recipe->last_trade_price,
        TEXT("\"}"),
    };
    unsigned char digest[SHA1_SIZE];
    bool done = EVP_DigestInit_ex2(hasher->state, hasher->sha1, NULL) == 1;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        done = done && EVP_DigestUpdate(hasher->state, parts[i].at, parts[i].length) == 1;
    done = done && EVP_DigestFinal_ex(hasher->state, digest, NULL) == 1;
    for (size_t i = 0; done && i < SHA1_SIZE; i++) {
        out[2 * i] = "0123456789abcdef"[digest[i] >> 4];
        out[2 * i + 1] = "0123456789abcdef"[digest[i] & 15];
    }
    out[done ? RECIPE_HASH_SIZE - 1 : 0] = '\0';
    return done;
}
