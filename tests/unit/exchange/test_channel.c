#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/exchange/polymarket/channel.h"

#define START_MS INT64_C(1795252000000)
#define SEED     17

struct venue {
    struct cast cast;
    struct flow flow;
    struct channel *channel;
};

static void venue_create(struct venue *venue, bool all)
{
    assert_true(cast_create(&venue->cast, SEED, 0));
    assert_true(flow_create(&venue->flow, &venue->cast, START_MS));
    venue->channel = channel_create(&venue->cast, &venue->flow, SEED);
    assert_non_null(venue->channel);
    for (unsigned i = 0; i < (all ? venue->cast.market_count : 1); i++) channel_watch(venue->channel, i);
}

static void venue_destroy(struct venue *venue)
{
    channel_destroy(venue->channel);
    flow_free(&venue->flow);
    cast_free(&venue->cast);
}

static bool has(struct text text, const char *part)
{
    return memmem(text.at, text.length, part, strlen(part)) != NULL;
}

static const struct channel_message *next_of_first(struct channel *channel)
{
    const struct channel_message *message;
    do message = channel_next(channel, TIME_NEVER - 1);
    while (message->market != 0 || message->audience == CHANNEL_TO_CUSTOM);
    return message;
}

static void who_watches_changes_nothing(void **state)
{
    (void)state;
    struct venue all, one;
    venue_create(&all, true);
    venue_create(&one, false);
    for (unsigned i = 0; i < 3000; i++) {
        const struct channel_message *message = next_of_first(all.channel), *same = next_of_first(one.channel);
        assert_int_equal(message->kind, same->kind);
        assert_int_equal(message->audience, same->audience);
        assert_true(text_equal(message->text, same->text));
    }
    assert_false(channel_failed(all.channel));
    venue_destroy(&all);
    venue_destroy(&one);
}

/* What has been seen of a burst with a trade. */
struct sequence {
    uint64_t burst;
    unsigned best, changes, books;
};

/* best_bid_ask twice, price_change once or more, book twice, in this order. */
static void sequence_check(struct sequence *sequence, const struct channel_message *message)
{
    if (message->burst != sequence->burst) *sequence = (struct sequence){.burst = message->burst};
    if (has(message->text, "\"best_bid_ask\"")) {
        assert_true(++sequence->best <= 2 && sequence->changes == 0);
    } else if (message->kind == CHANNEL_PRICE_CHANGE) {
        sequence->changes++;
        assert_true(sequence->best == 2 && sequence->books == 0);
    } else {
        assert_true(has(message->text, "\"event_type\":\"book\""));
        assert_true(sequence->changes > 0 && ++sequence->books <= 2);
    }
}

static void trades_come_in_their_sequence(void **state)
{
    (void)state;
    struct venue venue;
    venue_create(&venue, false);
    struct sequence sequence = {0};
    uint64_t announced = 0, repeated = 0, mended = 0, bursts = 0;
    for (unsigned i = 0; i < 4000; i++) {
        int64_t due = channel_next_ms(venue.channel);
        const struct channel_message *message = next_of_first(venue.channel);
        assert_true(due != TIME_NEVER);
        repeated += message->repeated;
        bursts = message->burst > bursts ? message->burst : bursts;
        if (message->mended && message->audience != CHANNEL_TO_CUSTOM) {
            mended++;
            sequence_check(&sequence, message);
        } else if (has(message->text, "\"last_trade_price\"")) {
            announced++;
            assert_true(has(message->text, "\"transaction_hash\":\"0x"));
            assert_int_equal(message->audience, CHANNEL_TO_TOKEN);
        }
    }
    assert_true(announced > 100 && repeated > 50 && mended > 4 * announced);
    assert_false(channel_failed(venue.channel));
    venue_destroy(&venue);
}

/* A trade is announced 60 to 500 ms after its burst, or with an earlier one that waits. */
static void announcements_are_late(void **state)
{
    (void)state;
    struct venue venue;
    venue_create(&venue, false);
    int64_t traded_ms[1024] = {0};
    unsigned trades = 0, announced = 0;
    for (int64_t now = START_MS; now < START_MS + 60000; now++) {
        const struct channel_message *message;
        uint64_t last = UINT64_MAX;
        while ((message = channel_next(venue.channel, now)) != NULL) {
            if (message->market != 0 || message->audience == CHANNEL_TO_CUSTOM) continue;
            if (message->mended && message->burst != last) {
                for (unsigned i = 0; i < venue.flow.burst.fill_count; i++) traded_ms[trades++ % 1024] = now;
                last = message->burst;
            } else if (has(message->text, "\"last_trade_price\"")) {
                assert_true(announced < trades);
                assert_in_range(now - traded_ms[announced++ % 1024], 60, 900);
            }
        }
    }
    assert_true(announced > 20);
    venue_destroy(&venue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_watches_changes_nothing),
        cmocka_unit_test(trades_come_in_their_sequence),
        cmocka_unit_test(announcements_are_late),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
