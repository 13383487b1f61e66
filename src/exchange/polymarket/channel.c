#include "booktop/exchange/polymarket/channel.h"

#include <stdlib.h>

#include "booktop/base/clock.h"
#include "booktop/exchange/polymarket/message.h"

#define STREAM_BASE        UINT64_C(0xc40000)
#define RESOLUTION_CHANGES 12 /* levels per message when all of them go */

/* A message that waits for its time. */
struct delayed {
    struct delayed *next;
    int64_t due_ms;
    struct channel_message message;
    struct json_writer writer; /* its text */
};

/* A message of the burst at hand; its text is a part of the page. */
struct ready {
    struct channel_message message;
    size_t at, length;
};

struct channel {
    const struct cast *cast;
    struct flow *flow;
    struct dice *dice;  /* per market */
    unsigned *watchers; /* per market */
    struct book_text book;
    struct json_writer page; /* the messages of the burst at hand */
    struct ready *ready;
    unsigned ready_count, ready_at, ready_capacity;
    struct delayed *waiting; /* by due_ms, then by age */
    struct delayed *spare;
    int64_t *announced_ms; /* per market: the newest announcement of a trade, so that they keep their order */
    uint64_t bursts;
    bool failed;
};

struct channel *channel_create(const struct cast *cast, struct flow *flow, uint64_t seed)
{
    struct channel *channel = calloc(1, sizeof *channel);
    if (channel == NULL) return NULL;
    channel->cast = cast;
    channel->flow = flow;
    channel->dice = calloc(cast->market_count, sizeof *channel->dice);
    channel->watchers = calloc(cast->market_count, sizeof *channel->watchers);
    channel->announced_ms = calloc(cast->market_count, sizeof *channel->announced_ms);
    bool book = book_text_create(&channel->book);
    if (!book || channel->dice == NULL || channel->watchers == NULL || channel->announced_ms == NULL) {
        channel_destroy(channel);
        return NULL;
    }
    for (unsigned i = 0; i < cast->market_count; i++) channel->dice[i] = dice_from(seed, STREAM_BASE + i);
    return channel;
}

static void delayed_free(struct delayed *list)
{
    while (list != NULL) {
        struct delayed *next = list->next;
        json_writer_free(&list->writer);
        free(list);
        list = next;
    }
}

void channel_destroy(struct channel *channel)
{
    if (channel == NULL) return;
    delayed_free(channel->waiting);
    delayed_free(channel->spare);
    json_writer_free(&channel->page);
    book_text_free(&channel->book);
    free(channel->ready);
    free(channel->announced_ms);
    free(channel->watchers);
    free(channel->dice);
    free(channel);
}

void channel_watch(struct channel *channel, unsigned market)
{
    channel->watchers[market]++;
}

void channel_unwatch(struct channel *channel, unsigned market)
{
    if (channel->watchers[market] > 0) channel->watchers[market]--;
}

static bool book_render(struct channel *channel, unsigned market)
{
    const struct cast_market *cast = &channel->cast->markets[market];
    return book_text_render(&channel->book, &channel->flow->markets[market],
                            channel->cast->events[cast->event].neg_risk);
}

const struct book_text *channel_book(struct channel *channel, unsigned market)
{
    return book_render(channel, market) ? &channel->book : NULL;
}

/* === Messages that wait === */

/* A delayed message with an empty writer, in its place; NULL when out of memory. */
static struct delayed *delay(struct channel *channel, int64_t due_ms, const struct channel_message *message)
{
    struct delayed *delayed = channel->spare;
    if (delayed != NULL)
        channel->spare = delayed->next;
    else
        delayed = calloc(1, sizeof *delayed);
    if (delayed == NULL) {
        channel->failed = true;
        return NULL;
    }
    json_writer_reset(&delayed->writer);
    delayed->due_ms = due_ms;
    delayed->message = *message;
    struct delayed **place = &channel->waiting;
    while (*place != NULL && (*place)->due_ms <= due_ms) place = &(*place)->next;
    delayed->next = *place;
    *place = delayed;
    return delayed;
}

/* === The messages of a burst === */

/* Opens a message on the page: what is written up to message_close is its text. NULL when out of memory. */
static struct ready *message_open(struct channel *channel, enum channel_kind kind, enum channel_audience audience,
                                  unsigned token)
{
    if (channel->ready_count == channel->ready_capacity) {
        unsigned capacity = channel->ready_capacity == 0 ? 64 : 2 * channel->ready_capacity;
        struct ready *ready = realloc(channel->ready, capacity * sizeof *ready);
        if (ready == NULL) {
            channel->failed = true;
            return NULL;
        }
        channel->ready = ready;
        channel->ready_capacity = capacity;
    }
    struct ready *ready = &channel->ready[channel->ready_count];
    *ready = (struct ready){.message = {.kind = kind,
                                        .audience = audience,
                                        .market = channel->flow->burst.market,
                                        .token = token,
                                        .burst = channel->bursts,
                                        .mended = channel->flow->burst.kind == FLOW_TRADE}};
    json_write_newline(&channel->page);
    ready->at = channel->page.length;
    return ready;
}

static void message_close(struct channel *channel, struct ready *ready)
{
    ready->length = channel->page.length - ready->at;
    channel->ready_count++;
}

static struct text message_text(const struct channel *channel, const struct ready *ready)
{
    return (struct text){channel->page.buffer + ready->at, ready->length};
}

static void best_prices_write(struct channel *channel, const struct flow_burst *burst)
{
    for (unsigned token = 0; token < 2; token++) {
        struct ready *ready = message_open(channel, CHANNEL_OTHER, CHANNEL_TO_TOKEN_CUSTOM, token);
        if (ready == NULL) return;
        message_write_best_bid_ask(&channel->page, &channel->book, burst->stamp_ms + 1, token);
        message_close(channel, ready);
    }
}

static void books_write(struct channel *channel)
{
    for (unsigned token = 0; token < 2; token++) {
        struct ready *ready = message_open(channel, CHANNEL_OTHER, CHANNEL_TO_TOKEN, token);
        if (ready == NULL) return;
        message_write_book(&channel->page, &channel->book, token);
        message_close(channel, ready);
    }
}

/* One tick_size_change for each token, then both again. */
static void tick_write(struct channel *channel, const struct flow_burst *burst)
{
    for (unsigned i = 0; i < 4; i++) {
        struct ready *ready = message_open(channel, CHANNEL_OTHER, CHANNEL_TO_TOKEN, i % 2);
        if (ready == NULL) return;
        message_write_tick_size_change(&channel->page, &channel->flow->markets[burst->market], i % 2, burst->old_tick,
                                       burst->stamp_ms);
        message_close(channel, ready);
    }
}

/* How a price_change will be repeated: drawn whether anybody watches or not. */
struct repetition {
    bool wanted, reversed;
    int64_t after_ms;
};

static struct repetition repetition_draw(struct dice *dice)
{
    uint64_t draw = dice_next(dice);
    return (struct repetition){draw % 100 < 6, draw / 100 % 3 == 0, (int64_t)(draw / 300 % 7)};
}

/* Repeats a message at once when a book follows, else within 6 ms, but before the market's next burst: what is old by
 * then would undo what is new. */
static void message_repeat(struct channel *channel, const struct flow_burst *burst, const struct repetition *repetition)
{
    struct ready original = channel->ready[channel->ready_count - 1];
    original.message.repeated = true;
    if (burst->kind == FLOW_TRADE) {
        struct ready *ready = message_open(channel, CHANNEL_PRICE_CHANGE, CHANNEL_TO_MARKET, 0);
        if (ready == NULL) return;
        ready->at = original.at;
        ready->length = original.length;
        ready->message = original.message;
        channel->ready_count++;
        return;
    }
    int64_t due = burst->stamp_ms + repetition->after_ms, next = channel->flow->due[burst->market];
    struct delayed *delayed = delay(channel, due < next ? due : next, &original.message);
    if (delayed == NULL) return;
    if (repetition->reversed)
        message_reverse_price_change(&delayed->writer, message_text(channel, &original));
    else
        json_write_raw(&delayed->writer, message_text(channel, &original));
}

static void changes_write(struct channel *channel, const struct flow_burst *burst, bool watched)
{
    struct dice *dice = &channel->dice[burst->market];
    unsigned at_once = burst->kind == FLOW_TRADE        ? 1
                       : burst->kind == FLOW_RESOLUTION ? RESOLUTION_CHANGES
                                                        : 1 + dice_below(dice, 2);
    for (unsigned at = 0; at < burst->change_count; at += at_once) {
        unsigned count = burst->change_count - at < at_once ? burst->change_count - at : at_once;
        struct repetition repetition = repetition_draw(dice);
        unsigned first_token = dice_below(dice, 2);
        struct ready *ready = watched ? message_open(channel, CHANNEL_PRICE_CHANGE, CHANNEL_TO_MARKET, 0) : NULL;
        if (ready == NULL) continue;
        message_write_price_change(&channel->page, &channel->book, burst->changes + at, count, first_token);
        message_close(channel, ready);
        if (repetition.wanted && burst->kind != FLOW_RESOLUTION) message_repeat(channel, burst, &repetition);
    }
}

static void trades_announce(struct channel *channel, const struct flow_burst *burst)
{
    struct dice *dice = &channel->dice[burst->market];
    int64_t due = burst->stamp_ms + dice_between(dice, 60, 500);
    int64_t stamp = burst->stamp_ms + dice_between(dice, 30, 60);
    if (due < channel->announced_ms[burst->market]) due = channel->announced_ms[burst->market];
    channel->announced_ms[burst->market] = due;
    for (unsigned i = 0; i < burst->fill_count; i++) {
        const struct channel_message message = {.kind = CHANNEL_OTHER,
                                                .audience = CHANNEL_TO_TOKEN,
                                                .market = burst->market,
                                                .token = burst->fills[i].token,
                                                .burst = channel->bursts};
        struct delayed *delayed = delay(channel, due, &message);
        if (delayed != NULL)
            message_write_last_trade_price(&delayed->writer, &channel->cast->markets[burst->market], &burst->fills[i],
                                           stamp);
    }
}

static void market_news_write(struct channel *channel, const struct flow_burst *burst)
{
    const struct flow_market *market = &channel->flow->markets[burst->market];
    bool opening = burst->kind == FLOW_OPENING;
    struct ready *ready = message_open(channel, opening ? CHANNEL_OTHER : CHANNEL_RESOLVED, CHANNEL_TO_CUSTOM, 0);
    if (ready == NULL) return;
    if (opening)
        message_write_new_market(&channel->page, channel->cast, market, burst->stamp_ms);
    else
        message_write_market_resolved(&channel->page, market->cast, burst->stamp_ms);
    message_close(channel, ready);
}

/* Puts all messages of a burst on the page. */
static void burst_write(struct channel *channel, const struct flow_burst *burst)
{
    json_writer_reset(&channel->page);
    channel->ready_count = channel->ready_at = 0;
    channel->bursts++;
    bool watched = channel->watchers[burst->market] > 0;
    if (watched && !book_render(channel, burst->market)) channel->failed = true;
    if (watched && (burst->touch_moved || burst->kind == FLOW_TRADE) && burst->kind != FLOW_RESOLUTION)
        best_prices_write(channel, burst);
    changes_write(channel, burst, watched);
    if (watched && burst->kind == FLOW_TRADE) books_write(channel);
    if (watched && burst->kind == FLOW_TICK) tick_write(channel, burst);
    if (burst->kind == FLOW_TRADE) trades_announce(channel, burst);
    if (burst->kind == FLOW_OPENING || burst->kind == FLOW_RESOLUTION) market_news_write(channel, burst);
    if (!channel->page.failed) return;
    channel->failed = true;
    channel->ready_count = 0;
}

/* === Pulling === */

static const struct channel_message *ready_take(struct channel *channel)
{
    struct ready *ready = &channel->ready[channel->ready_at++];
    ready->message.text = message_text(channel, ready);
    return &ready->message;
}

/* The message is good until the slot is used again, by a later burst. */
static const struct channel_message *waiting_take(struct channel *channel)
{
    struct delayed *delayed = channel->waiting;
    channel->waiting = delayed->next;
    delayed->next = channel->spare;
    channel->spare = delayed;
    delayed->message.text = json_writer_text(&delayed->writer);
    if (!delayed->writer.failed) return &delayed->message;
    channel->failed = true;
    return NULL;
}

const struct channel_message *channel_next(struct channel *channel, int64_t until_ms)
{
    for (;;) {
        if (channel->ready_at < channel->ready_count) return ready_take(channel);
        int64_t waiting_ms = channel->waiting != NULL ? channel->waiting->due_ms : TIME_NEVER;
        int64_t flow_ms = flow_next_ms(channel->flow);
        if (waiting_ms <= flow_ms && waiting_ms <= until_ms && channel->waiting != NULL) {
            const struct channel_message *message = waiting_take(channel);
            if (message != NULL) return message;
        } else if (flow_ms <= until_ms && flow_ms != TIME_NEVER) {
            const struct flow_burst *burst = flow_step(channel->flow);
            if (burst->kind != FLOW_QUIET) burst_write(channel, burst);
        } else {
            return NULL;
        }
    }
}

int64_t channel_next_ms(const struct channel *channel)
{
    if (channel->ready_at < channel->ready_count) return 0;
    int64_t waiting_ms = channel->waiting != NULL ? channel->waiting->due_ms : TIME_NEVER;
    int64_t flow_ms = flow_next_ms(channel->flow);
    return waiting_ms < flow_ms ? waiting_ms : flow_ms;
}

bool channel_failed(struct channel *channel)
{
    bool failed = channel->failed;
    channel->failed = false;
    return failed;
}
