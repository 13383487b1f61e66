/* rooms: base json market venue engine */
/* Kalshi's messages into events: a delta as the venue writes it, one in another order of keys, a snapshot per level.
 * And into books: what one costs must not grow with the number of markets.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/engine/engine.h"
#include "booktop/venue/kalshi/decode.h"

#define ROUNDS  21
#define REPEATS 20000
#define LEVELS  60

static struct kalshi_decoder *decoder;
static uint64_t seen; /* what came of all: nothing can be left out */

#define NAMES "\"market_ticker\":\"KXFEDDECISION-26SEP-H25\",\"market_id\":\"749202d4-2a9a-4c24-b73a-116af982e245\","
#define LEVEL "\"price_dollars\":\"0.3200\",\"delta_fp\":\"-13644.80\",\"side\":\"no\","
#define TIMES "\"ts\":\"2026-09-11T14:03:23.38318Z\",\"ts_ms\":1789135403383"

static const char delta[] =
    "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":10417,\"msg\":{" NAMES LEVEL TIMES "},\"sending_ts_ms\":"
    "1789135403391}";
static const char turned[] =
    "{\"sid\":1,\"seq\":10417,\"type\":\"orderbook_delta\",\"msg\":{" LEVEL NAMES TIMES "},\"sending_ts_ms\":"
    "1789135403391}";
/* As of 2026-04: no milliseconds. */
static const char dated[] = "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":10417,\"msg\":{" NAMES LEVEL
                            "\"ts\":\"2026-04-18T14:03:23.38318Z\"}}\n";

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Nanoseconds a frame takes, the median of all rounds. */
static int64_t measure(struct text frame, unsigned repeats)
{
    int64_t rounds[ROUNDS];
    for (size_t round = 0; round < ROUNDS; round++) {
        int64_t start = clock_now(&clock_system).mono;
        for (unsigned i = 0; i < repeats; i++) {
            const struct event *event = kalshi_decode(decoder, frame, false);
            if (event->kind != EVENT_CHANGES && event->kind != EVENT_SNAPSHOT) abort();
            seen += (uint64_t)event->sequence_last + event->changes.count;
        }
        rounds[round] = (clock_now(&clock_system).mono - start) / repeats;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, compare);
    return rounds[ROUNDS / 2];
}

static struct text snapshot_make(void)
{
    static char text[LEVELS * 2 * 32 + 256];
    size_t length =
        (size_t)snprintf(text, sizeof text,
                         "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":1,\"msg\":{" NAMES "\"yes_dollars_fp\":[");
    for (unsigned side = 0; side < 2; side++) {
        for (unsigned i = 1; i <= LEVELS; i++)
            length += (size_t)snprintf(text + length, sizeof text - length, "%s[\"0.%04u\",\"%u.%02u\"]",
                                       i > 1 ? "," : "", i * 50, i * 7919 % 100000, i * 31 % 100);
        length += (size_t)snprintf(text + length, sizeof text - length, side == 0 ? "],\"no_dollars_fp\":[" : "]}}");
    }
    return (struct text){text, length};
}

/* === Into books === */

#define MANY  10000
#define BLOCK 1000
#define WARM  30000 /* deltas: each of the markets has had some */
#define FRAME 320

struct run {
    struct engine *engine;
    unsigned markets;
    struct stamp now;
    int64_t number; /* the last one of the stream */
    uint64_t message;
    char frames[BLOCK][FRAME];
    size_t lengths[BLOCK];
};

static void receive(struct run *run, const char *frame, size_t length)
{
    engine_receive(run->engine, VENUE_KALSHI, run->now, 0, ++run->message, (struct text){frame, length});
}

/* The markets are watched, and have a book. */
static void run_begin(struct run *run, unsigned markets)
{
    const struct engine_options options = {.key = "sixteen letters", .venues[VENUE_KALSHI] = {.has_key = true}};
    *run = (struct run){.engine = engine_create(&options), .markets = markets, .now = {1, 1}};
    if (!run->engine) abort();
    for (unsigned i = 0; i < markets; i++) {
        char ticker[32];
        struct instrument instrument;
        snprintf(ticker, sizeof ticker, "KXFEDDECISION-26SEP-H%u", i);
        if (!instrument_init(&instrument, VENUE_KALSHI, text_from(ticker), 4, 2)) abort();
        engine_watch(run->engine, run->now, registry_add(engine_registry(run->engine), &instrument));
    }
    engine_link(run->engine, VENUE_KALSHI, run->now, 0, LINK_OPENED, NULL);
    for (int i = 0; i < 3; i++) {
        static const char *const channels[] = {"orderbook_delta", "ticker", "trade"};
        int length = snprintf(run->frames[0], FRAME,
                              "{\"type\":\"subscribed\",\"id\":%d,\"msg\":{\"channel\":\"%s\",\"sid\":%d}}", i + 1,
                              channels[i], i + 1);
        receive(run, run->frames[0], (size_t)length);
    }
    for (unsigned i = 0; i < markets; i++) {
        int length = snprintf(run->frames[0], FRAME,
                              "{\"type\":\"orderbook_snapshot\",\"sid\":1,\"seq\":%" PRId64
                              ",\"msg\":{\"market_ticker\":\"KXFEDDECISION-26SEP-H%u\",\"yes_dollars_fp\":[[\"0.3000\","
                              "\"5.00\"],[\"0.3100\",\"7.00\"]],\"no_dollars_fp\":[[\"0.3500\",\"5.00\"]]}}",
                              ++run->number, i);
        receive(run, run->frames[0], (size_t)length);
    }
}

/* The next deltas, one market after the other, each a moment of its own. */
static void run_write(struct run *run)
{
    for (unsigned i = 0; i < BLOCK; i++) {
        int64_t number = ++run->number;
        run->lengths[i] =
            (size_t)snprintf(run->frames[i], FRAME,
                             "{\"type\":\"orderbook_delta\",\"sid\":1,\"seq\":%" PRId64
                             ",\"msg\":{\"market_ticker\":\"KXFEDDECISION-26SEP-H%u\",\"price_dollars\":\"0.3%u00\","
                             "\"delta_fp\":\"1.00\",\"side\":\"yes\",\"ts_ms\":%" PRId64 "}}",
                             number, (unsigned)(number % run->markets), (unsigned)(number / run->markets % 4),
                             INT64_C(1789135403383) + number);
    }
}

/* Nanoseconds for each of a block. */
static int64_t run_block(struct run *run)
{
    run_write(run);
    int64_t start = clock_now(&clock_system).mono;
    for (unsigned i = 0; i < BLOCK; i++) {
        run->now.mono += NANOSECONDS_PER_MILLISECOND;
        run->now.wall += NANOSECONDS_PER_MILLISECOND;
        receive(run, run->frames[i], run->lengths[i]);
    }
    return (clock_now(&clock_system).mono - start) / BLOCK;
}

static int64_t measure_books(unsigned markets)
{
    static struct run run;
    int64_t rounds[ROUNDS];
    run_begin(&run, markets);
    for (unsigned i = 0; i < WARM / BLOCK; i++) run_block(&run);
    for (size_t round = 0; round < ROUNDS; round++) rounds[round] = run_block(&run);
    size_t place = 0;
    const struct market *market;
    while ((market = registry_next(engine_registry(run.engine), &place))) {
        if (market->proof.state != PROOF_VERIFIED) abort();
        seen += market->proof.bursts;
    }
    engine_destroy(run.engine);
    qsort(rounds, ROUNDS, sizeof *rounds, compare);
    return rounds[ROUNDS / 2];
}

static void print_books(void)
{
    int64_t one = measure_books(1), many = measure_books(MANY);
    printf("delta, into a book      %4" PRId64 " ns with 1 market, %" PRId64 " ns with %d: %" PRId64 ".%02" PRId64
           " times\n",
           one, many, MANY, many / one, many % one * 100 / one);
}

int main(void)
{
    decoder = kalshi_decoder_create();
    if (!decoder) return EXIT_FAILURE;
    printf("delta                   %4" PRId64 " ns\n", measure(TEXT(delta), REPEATS));
    printf("delta, dated            %4" PRId64 " ns\n", measure(TEXT(dated), REPEATS));
    printf("delta, other key order  %4" PRId64 " ns\n", measure(TEXT(turned), REPEATS));
    int64_t snapshot = measure(snapshot_make(), REPEATS / 50);
    printf("snapshot, per level     %4" PRId64 " ns (of %d: %" PRId64 " ns)\n", snapshot / (2 * LEVELS), 2 * LEVELS,
           snapshot);
    kalshi_decoder_destroy(decoder);
    print_books();
    return seen == 0;
}
