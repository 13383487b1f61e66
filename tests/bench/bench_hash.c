/* rooms: base json market venue */
/* The proof of one token at 100 + 100 levels against the bare SHA-1 of the same text, and what stands between them. */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <inttypes.h>
#include <openssl/sha.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/venue/polymarket/decode.h"
#include "booktop/venue/polymarket/hash.h"

#define LEVELS   100
#define ROUNDS   25
#define REPEATS  2000
#define TEXT_MAX 16384
#define UNIT     1000000

static struct order_book book;
static struct polymarket_levels levels;
static struct polymarket_hasher *hasher;
static char text[TEXT_MAX];
static size_t text_length;
static char hash[POLYMARKET_HASH_LENGTH + 1];
static unsigned long proved; /* what came of all tries: nothing can be left out */

static const struct polymarket_terms terms = {
    .market = {"0x0936baff284871821b1ab5c64d33d67f117392dba34d461fe04360df893dfde4", 66},
    .asset = {"25245433628208476987364023432306599125597948324625578977436890641930158259698", 77},
    .venue_ms = INT64_C(1766481546487),
    .min_order_size = INT64_C(5) * UNIT,
    .tick = 10,
};

/* A market of tick 0.001 with sizes of one to four digits and up to two decimals. */
static bool book_fill(void)
{
    uint64_t dice = 7;
    order_book_init(&book, 10000);
    for (price_t i = 0; i < LEVELS; i++) {
        struct book_change changes[2];
        for (unsigned side = SIDE_BID; side <= SIDE_ASK; side++) {
            dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            quantity_t quantity = (quantity_t)(1 + (dice >> 33) % 999999) * (UNIT / 100);
            price_t price = side == SIDE_BID ? 4990 - 10 * i : 5010 + 10 * i;
            changes[side] = (struct book_change){price, quantity, side, CHANGE_SET};
        }
        if (order_book_apply(&book, changes, 2) != BOOK_OK) return false;
    }
    return true;
}

static void text_add(struct text part)
{
    if (part.length > TEXT_MAX - text_length) abort();
    memcpy(text + text_length, part.at, part.length);
    text_length += part.length;
}

/* The text of recipe C, and its hash; false if the hasher does not agree. */
static bool text_make(void)
{
    text_add(TEXT("{\"market\":\""));
    text_add(terms.market);
    text_add(TEXT("\",\"asset_id\":\""));
    text_add(terms.asset);
    text_add(TEXT("\",\"timestamp\":\"1766481546487\",\"hash\":\"\",\"bids\":["));
    text_add((struct text){levels.sides[SIDE_BID].text, levels.sides[SIDE_BID].length - 1});
    text_add(TEXT("],\"asks\":["));
    text_add((struct text){levels.sides[SIDE_ASK].text, levels.sides[SIDE_ASK].length - 1});
    text_add(TEXT("],\"min_order_size\":\"5\",\"tick_size\":\"0.001\",\"neg_risk\":false,"
                  "\"last_trade_price\":\"0.500\"}"));
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA_CTX state;
    SHA1_Init(&state);
    SHA1_Update(&state, text, text_length);
    SHA1_Final(digest, &state);
    for (size_t i = 0; i < sizeof digest; i++) snprintf(hash + 2 * i, 3, "%02x", digest[i]);
    polymarket_hash_begin(hasher, RECIPE_C, &terms, &levels);
    return polymarket_hash_is(hasher, 5000, text_from(hash));
}

/* === What is measured === */

static void bare(unsigned n)
{
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA_CTX state;
    (void)n;
    SHA1_Init(&state);
    SHA1_Update(&state, text, text_length);
    SHA1_Final(digest, &state);
    proved += digest[0];
}

static void prove(void)
{
    polymarket_hash_begin(hasher, RECIPE_C, &terms, &levels);
    proved += polymarket_hash_is(hasher, 5000, (struct text){hash, POLYMARKET_HASH_LENGTH});
}

/* A burst of two levels near the touch; every other one puts back what stood there, and then the hash is right. */
static void mend(unsigned n)
{
    const struct level *bid = book_side_level(&book.bids, 1 + n / 2 % 8), *ask = book_side_level(&book.asks, n / 2 % 8);
    quantity_t change = n % 2 == 0 ? INT64_C(100) * UNIT : 0;
    if (!polymarket_levels_set(&levels, SIDE_BID, bid->price, bid->quantity + change) ||
        !polymarket_levels_set(&levels, SIDE_ASK, ask->price, n % 2 == 0 ? 0 : ask->quantity))
        abort();
}

static void mend_and_prove(unsigned n)
{
    mend(n);
    prove();
}

static void write_anew(unsigned n)
{
    (void)n;
    if (!polymarket_levels_write(&levels, &book, 0)) abort();
}

static void write_and_prove(unsigned n)
{
    write_anew(n);
    prove();
}

static void try_once(unsigned n)
{
    proved += polymarket_hash_is(hasher, (price_t)(n % 1001) * 10, (struct text){hash, POLYMARKET_HASH_LENGTH});
}

static const struct {
    const char *name;
    void (*run)(unsigned n);
} cases[] = {
    {"bare SHA-1 of the text", bare},
    {"two levels mended, and proved", mend_and_prove},
    {"text written anew, and proved", write_and_prove},
    {"two levels mended", mend},
    {"text written anew", write_anew},
    {"one more last trade tried", try_once},
};

#define CASES (sizeof cases / sizeof *cases)

/* The best of all rounds, which take turns, so that a slow moment of the machine meets every case. In ns per call. */
static void measure(int64_t best[CASES])
{
    for (unsigned round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < CASES; i++) {
            int64_t begin = clock_now(&clock_system).mono;
            for (unsigned n = 0; n < REPEATS; n++) cases[i].run(n);
            int64_t each = (clock_now(&clock_system).mono - begin) / REPEATS;
            if (round == 0 || each < best[i]) best[i] = each;
        }
}

int main(void)
{
    int64_t best[CASES];
    hasher = polymarket_hasher_create();
    if (hasher == NULL || !book_fill() || !polymarket_levels_write(&levels, &book, 0) || !text_make()) return 1;
    measure(best);
    printf("Polymarket's hash: %d + %d levels, %zu bytes\n", LEVELS, LEVELS, text_length);
    for (size_t i = 0; i < CASES; i++)
        printf("  %-32s %7" PRId64 " ns  %5" PRId64 ".%02" PRId64 " x bare\n", cases[i].name, best[i],
               best[i] / best[0], best[i] % best[0] * 100 / best[0]);
    polymarket_levels_free(&levels);
    polymarket_hasher_destroy(hasher);
    order_book_free(&book);
    return proved == 0;
}
