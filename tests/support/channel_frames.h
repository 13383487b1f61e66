/* Frames of Polymarket's market channel, made from short descriptions. Invented markets and tokens; hashes are numbers
 * written as 40 hex digits. A frame lies in a buffer that is used again after FRAMES_KEPT others, so that
 * several can be joined.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_CHANNEL_FRAMES_H
#define BOOKTOP_TESTS_SUPPORT_CHANNEL_FRAMES_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_KEPT 8
#define FRAME_SIZE  16384

#define M1  "0xm1"
#define M2  "0xm2"
#define YES "1001"
#define NO  "1002"

static inline char *frame_buffer(void)
{
    static char buffers[FRAMES_KEPT][FRAME_SIZE];
    static unsigned next;
    char *buffer = buffers[next++ % FRAMES_KEPT];
    buffer[0] = '\0';
    return buffer;
}

__attribute__((format(printf, 2, 3))) static inline void frame_add(char *frame, const char *format, ...)
{
    size_t length = strlen(frame);
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(frame + length, FRAME_SIZE - length, format, arguments);
    va_end(arguments);
    if (written < 0 || (size_t)written >= FRAME_SIZE - length) abort();
}

/* 0 is no hash. */
static inline void frame_add_hash(char *frame, unsigned hash)
{
    if (hash) frame_add(frame, "\"hash\":\"%040x\",", hash);
}

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

static inline char *frame_book_of(const char *market, const char *asset, long long ms, unsigned hash, const char *bids,
                                  const char *asks)
{
    char *frame = frame_buffer();
    frame_add(frame, "{\"market\":\"%s\",\"asset_id\":\"%s\",", market, asset);
    frame_add_levels(frame, "bids", bids);
    frame_add_levels(frame, "asks", asks);
    frame_add_hash(frame, hash);
    frame_add(frame, "\"timestamp\":\"%lld\",\"event_type\":\"book\"}", ms);
    return frame;
}

static inline char *frame_book(const char *asset, long long ms, unsigned hash, const char *bids, const char *asks)
{
    return frame_book_of(M1, asset, ms, hash, bids, asks);
}

/* Entries "1001 BUY 0.49 30 7": asset, side, price, size, hash; separated by commas. */
static inline char *frame_changes_of(const char *market, long long ms, const char *entries)
{
    char *frame = frame_buffer(), asset[100], side[8], price[32], size[32];
    unsigned hash;
    int taken;
    frame_add(frame, "{\"market\":\"%s\",\"price_changes\":[", market);
    for (bool first = true;; first = false) {
        if (sscanf(entries, " %99s %7s %31s %31s %u%n", asset, side, price, size, &hash, &taken) != 5) abort();
        frame_add(frame, "%s{", first ? "" : ",");
        frame_add_hash(frame, hash);
        frame_add(frame, "\"asset_id\":\"%s\",\"price\":\"%s\",\"size\":\"%s\",\"side\":\"%s\"}", asset, price, size,
                  side);
        entries += taken;
        if (*entries++ != ',') break;
    }
    frame_add(frame, "],\"timestamp\":\"%lld\",\"event_type\":\"price_change\"}", ms);
    return frame;
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
