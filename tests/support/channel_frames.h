/* Frames of Polymarket's market channel, made from short descriptions. Invented markets and tokens; hashes are numbers
 * written as 40 hex digits, or PROVED: the true ones, made here with another SHA-1 call and other code than the
 * viewer's. A frame lies in a buffer that is used again after FRAMES_KEPT others, so that several can be joined.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_CHANNEL_FRAMES_H
#define BOOKTOP_TESTS_SUPPORT_CHANNEL_FRAMES_H

#include <openssl/evp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frame_text.h"

#define M1  "0xm1"
#define M2  "0xm2"
#define YES "1001"
#define NO  "1002"

/* === True hashes === */

#define PROVED     (~0u)
#define HASH_SIZE  41 /* with its terminator */
#define LEVELS_MAX 512

/* What the venue makes its hashes with, beside names, stamps and levels. A test that changes it puts it back. */
struct frame_terms {
    char recipe;         /* 'C', 'B', 'A' or 'Z' */
    const char *least;   /* min_order_size */
    const char *tick;    /* tick_size */
    bool negative_risk;  /* neg_risk */
    const char *last;    /* last_trade_price */
    long long ms_before; /* the hash's stamp is so much before the message's */
};

#define USUAL_TERMS ((struct frame_terms){'C', "5", "0.01", false, "", 0})

static struct frame_terms frame_terms = {'C', "5", "0.01", false, "", 0};

/* In 1/10000. */
static inline long frame_price(const char *text)
{
    long units = 0, unit = 10000;
    while (*text >= '0' && *text <= '9') units = units * 10 + (*text++ - '0') * unit;
    if (*text == '.')
        while (*++text >= '0' && *text <= '9') units += (unit /= 10) * (*text - '0');
    return units;
}

struct frame_level {
    long price;
    char size[32];
};

/* "0.48:30 0.49:20" as the venue has it in a hash: worst first, whatever the order given. `mirrored`: the other side of
 * the other token. */
static inline void frame_hash_side(char *text, const char *key, const char *levels, bool mirrored, bool bids)
{
    static struct frame_level sorted[LEVELS_MAX];
    size_t count = 0;
    char price[32], size[32];
    int taken;
    for (; sscanf(levels, " %31[^: ]:%31[^ ]%n", price, size, &taken) == 2; levels += taken) {
        struct frame_level level = {mirrored ? 10000 - frame_price(price) : frame_price(price), ""};
        memcpy(level.size, size, sizeof size);
        if (count == LEVELS_MAX) abort();
        size_t at = count++;
        for (; at > 0 && (sorted[at - 1].price > level.price) == bids; at--) sorted[at] = sorted[at - 1];
        sorted[at] = level;
    }
    frame_add(text, ",\"%s\":[", key);
    for (size_t i = 0; i < count; i++) {
        snprintf(price, sizeof price, "0.%04ld", sorted[i].price);
        while (price[strlen(price) - 1] == '0') price[strlen(price) - 1] = '\0';
        frame_add(text, "%s{\"price\":\"%s\",\"size\":\"%s\"}", i ? "," : "", price, sorted[i].size);
    }
    frame_add(text, "]");
}

/* The hash of an asset's book. `mirrored`: the levels are in the other token's terms. */
static inline void frame_hash(const char *market, const char *asset, long long ms, const char *bids, const char *asks,
                              bool mirrored, char hash[HASH_SIZE])
{
    static char text[FRAME_SIZE];
    const struct frame_terms *terms = &frame_terms;
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned length;
    text[0] = '\0';
    frame_add(text, "{\"market\":\"%s\",\"asset_id\":\"%s\"", market, asset);
    if (terms->recipe != 'Z') frame_add(text, ",\"timestamp\":\"%lld\"", ms - terms->ms_before);
    frame_add(text, ",\"hash\":\"\"");
    frame_hash_side(text, "bids", mirrored ? asks : bids, mirrored, true);
    frame_hash_side(text, "asks", mirrored ? bids : asks, mirrored, false);
    if (terms->recipe == 'B' || terms->recipe == 'C')
        frame_add(text, ",\"min_order_size\":\"%s\",\"tick_size\":\"%s\",\"neg_risk\":%s", terms->least, terms->tick,
                  terms->negative_risk ? "true" : "false");
    if (terms->recipe == 'C') frame_add(text, ",\"last_trade_price\":\"%s\"", terms->last);
    frame_add(text, "}");
    if (!EVP_Digest(text, strlen(text), digest, &length, EVP_sha1(), NULL)) abort();
    for (unsigned i = 0; i < length; i++) snprintf(hash + 2 * i, 3, "%02x", digest[i]);
}

/* 0 is no hash. */
static inline void frame_add_hash(char *frame, unsigned hash)
{
    if (hash) frame_add(frame, "\"hash\":\"%040x\",", hash);
}

/* === Frames === */

/* "0.48:30 0.49:20", in the order given. */
static inline void frame_add_levels(char *frame, const char *key, const char *levels)
{
    char price[32], size[32];
    int taken;
    frame_add(frame, "\"%s\":[", key);
    for (bool first = true; sscanf(levels, " %31[^: ]:%31[^ ]%n", price, size, &taken) == 2; levels += taken) {
        frame_add(frame, "%s{\"price\":\"%s\",\"size\":\"%s\"}", first ? "" : ",", price, size);
        first = false;
    }
    frame_add(frame, "],");
}

/* `says`: further fields, each with a comma behind it. */
static inline char *frame_book_saying(const char *market, const char *asset, long long ms, unsigned hash,
                                      const char *bids, const char *asks, const char *says)
{
    char *frame = frame_buffer(), proved[HASH_SIZE];
    frame_add(frame, "{\"market\":\"%s\",\"asset_id\":\"%s\",", market, asset);
    frame_add_levels(frame, "bids", bids);
    frame_add_levels(frame, "asks", asks);
    if (hash == PROVED) {
        frame_hash(market, asset, ms, bids, asks, false, proved);
        frame_add(frame, "\"hash\":\"%s\",", proved);
    } else {
        frame_add_hash(frame, hash);
    }
    frame_add(frame, "%s\"timestamp\":\"%lld\",\"event_type\":\"book\"}", says, ms);
    return frame;
}

static inline char *frame_book_of(const char *market, const char *asset, long long ms, unsigned hash, const char *bids,
                                  const char *asks)
{
    return frame_book_saying(market, asset, ms, hash, bids, asks, "");
}

static inline char *frame_book(const char *asset, long long ms, unsigned hash, const char *bids, const char *asks)
{
    return frame_book_of(M1, asset, ms, hash, bids, asks);
}

/* As on the opening of a subscription; as by REST. */
static inline char *frame_opening_book(const char *asset, long long ms, unsigned hash, const char *bids,
                                       const char *asks)
{
    char says[128];
    snprintf(says, sizeof says, "\"tick_size\":\"%s\",\"last_trade_price\":\"%s\",", frame_terms.tick,
             frame_terms.last);
    return frame_book_saying(M1, asset, ms, hash, bids, asks, says);
}

static inline char *frame_rest_book(const char *asset, long long ms, unsigned hash, const char *bids, const char *asks)
{
    char says[192];
    snprintf(says, sizeof says,
             "\"min_order_size\":\"%s\",\"tick_size\":\"%s\",\"neg_risk\":%s,\"last_trade_price\":\"%s\",",
             frame_terms.least, frame_terms.tick, frame_terms.negative_risk ? "true" : "false", frame_terms.last);
    return frame_book_saying(M1, asset, ms, hash, bids, asks, says);
}

/* Entries "1001 BUY 0.49 30 7": asset, side, price, size, hash; separated by commas. The hash may be "ok": the true one
 * of the book after the burst, whose levels are `bids` and `asks` in terms of the first token (an odd number; NULL
 * where no hash is so). Behind it may stand what the venue says of the best prices, "0.49/0.52". */
static inline char *frame_changes_after(const char *market, long long ms, const char *entries, const char *bids,
                                        const char *asks)
{
    char *frame = frame_buffer(), asset[100], side[8], price[32], size[32], hash[16], best_bid[16], best_ask[16];
    char proved[HASH_SIZE];
    int taken;
    frame_add(frame, "{\"market\":\"%s\",\"price_changes\":[", market);
    for (bool first = true;; first = false) {
        if (sscanf(entries, " %99s %7s %31s %31s %15[^, ]%n", asset, side, price, size, hash, &taken) != 5) abort();
        entries += taken;
        frame_add(frame, "%s{", first ? "" : ",");
        if (strcmp(hash, "ok") == 0) {
            bool mirrored = (asset[strlen(asset) - 1] - '0') % 2 == 0;
            frame_hash(market, asset, ms, bids, asks, mirrored, proved);
            frame_add(frame, "\"hash\":\"%s\",", proved);
        } else {
            frame_add_hash(frame, (unsigned)strtoul(hash, NULL, 10));
        }
        frame_add(frame, "\"asset_id\":\"%s\",\"price\":\"%s\",\"size\":\"%s\",\"side\":\"%s\"", asset, price, size,
                  side);
        if (sscanf(entries, " %15[0-9.]/%15[0-9.]%n", best_bid, best_ask, &taken) == 2) {
            frame_add(frame, ",\"best_bid\":\"%s\",\"best_ask\":\"%s\"", best_bid, best_ask);
            entries += taken;
        }
        frame_add(frame, "}");
        if (*entries++ != ',') break;
    }
    frame_add(frame, "],\"timestamp\":\"%lld\",\"event_type\":\"price_change\"}", ms);
    return frame;
}

static inline char *frame_changes_proved(long long ms, const char *entries, const char *bids, const char *asks)
{
    return frame_changes_after(M1, ms, entries, bids, asks);
}

static inline char *frame_changes_of(const char *market, long long ms, const char *entries)
{
    return frame_changes_after(market, ms, entries, NULL, NULL);
}

static inline char *frame_changes(long long ms, const char *entries)
{
    return frame_changes_of(M1, ms, entries);
}

static inline char *frame_trade(const char *asset, long long ms, const char *side, const char *price, const char *size,
                                const char *transaction)
{
    char *frame = frame_buffer();
    frame_add(frame,
              "{\"market\":\"" M1 "\",\"asset_id\":\"%s\",\"price\":\"%s\",\"size\":\"%s\",\"fee_rate_bps\":\"0\","
              "\"side\":\"%s\",\"timestamp\":\"%lld\",\"event_type\":\"last_trade_price\",\"transaction_hash\":\"%s\"}",
              asset, price, size, side, ms, transaction);
    return frame;
}

static inline char *frame_tick_size(const char *asset, long long ms, const char *before, const char *after)
{
    char *frame = frame_buffer();
    frame_add(frame,
              "{\"event_type\":\"tick_size_change\",\"market\":\"" M1 "\",\"asset_id\":\"%s\",\"old_tick_size\":\"%s\","
              "\"new_tick_size\":\"%s\",\"timestamp\":\"%lld\"}",
              asset, before, after, ms);
    return frame;
}

static inline char *frame_resolved(const char *market, long long ms, const char *winner)
{
    char *frame = frame_buffer();
    frame_add(frame,
              "{\"event_type\":\"market_resolved\",\"id\":\"1\",\"market\":\"%s\",\"winning_asset_id\":\"%s\","
              "\"timestamp\":\"%lld\"}",
              market, winner, ms);
    return frame;
}

/* An array of two frames. */
static inline char *frame_pair(const char *first, const char *second)
{
    char *frame = frame_buffer();
    frame_add(frame, "[%s,%s]", first, second);
    return frame;
}

#endif
