/* Messages of the real venue, where they are at hand, as the decoder reads them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "capture.h"
#include "polymarket_frames.h"

#define FILE_MOST (1 << 20)

/* NULL if there is no such file. */
static char *file_read(const char *name, size_t *length)
{
    char path[512];
    snprintf(path, sizeof path, "%s/polymarket/%s", capture_folder(), name);
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *bytes = malloc(FILE_MOST);
    assert_non_null(bytes);
    *length = fread(bytes, 1, FILE_MOST, file);
    fclose(file);
    return bytes;
}

static void count_kinds(const char *frame, size_t length, unsigned kinds[EVENT_KIND_COUNT])
{
    size_t count = polymarket_decode(decoder, (struct text){frame, length});
    const struct event *events = polymarket_decoder_events(decoder);
    for (size_t i = 0; i < count; i++) {
        if (events[i].kind == EVENT_ERROR) print_message("refused: %s\n", events[i].why);
        kinds[events[i].kind]++;
    }
}

static void recorded_sessions_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        unsigned snapshots, changes, trades, tickers;
    } sessions[] = {
        {"2025-12-23_btc15m_book_pc_book.jsonl", 3, 1, 0, 0},
        {"2026-03-13_btc5m_grouped.jsonl", 3, 3, 3, 3},
        {"2026-04-09_small_pair.json", 2, 0, 0, 0},
        {"2026-09-11_crossed_fill.jsonl", 4, 2, 0, 2},
    };
    for (size_t i = 0; i < sizeof sessions / sizeof *sessions; i++) {
        size_t length = 0;
        char *bytes = file_read(sessions[i].name, &length);
        if (!bytes) {
            print_message("no corpus at %s: skipped\n", capture_folder());
            skip();
        }
        unsigned kinds[EVENT_KIND_COUNT] = {0};
        for (char *line = bytes, *end; line < bytes + length; line = end + 1) {
            end = memchr(line, '\n', length - (size_t)(line - bytes));
            if (!end) end = bytes + length;
            if (end > line) count_kinds(line, (size_t)(end - line), kinds);
        }
        assert_int_equal(kinds[EVENT_SNAPSHOT], sessions[i].snapshots);
        assert_int_equal(kinds[EVENT_CHANGES], sessions[i].changes);
        assert_int_equal(kinds[EVENT_TRADE], sessions[i].trades);
        assert_int_equal(kinds[EVENT_TICKER], sessions[i].tickers);
        assert_int_equal(kinds[EVENT_ERROR] + kinds[EVENT_IGNORED] + kinds[EVENT_CONTROL], 0);
        free(bytes);
    }
}

static void single_messages_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        enum event_kind kind;
        unsigned count;
    } messages[] = {
        {"events/2026-07_ws_market_book.json", EVENT_SNAPSHOT, 1},
        {"events/2026-07_ws_market_last_trade_price.json", EVENT_TRADE, 1},
        {"events/2026-07_ws_market_price_change.json", EVENT_CHANGES, 3},
        {"events/2026-07_ws_user_order_cancellation.json", EVENT_IGNORED, 1},
        {"events/2026-07_ws_user_order_placement.json", EVENT_IGNORED, 1},
        {"events/ws_book_snapshot.json", EVENT_IGNORED, 1},
        {"events/ws_last_trade.json", EVENT_IGNORED, 1},
        {"events/ws_market_best_bid_ask_msg.json", EVENT_TICKER, 1},
        {"events/ws_market_last_trade_msg.json", EVENT_TRADE, 1},
        {"events/ws_market_new_market_msg.json", EVENT_LIFECYCLE, 1},
        {"events/ws_market_price_change_msg.json", EVENT_CHANGES, 1},
        {"events/ws_market_resolved_msg.json", EVENT_LIFECYCLE, 1},
        {"events/ws_market_tick_size_msg.json", EVENT_TICK_SIZE, 1},
        {"events/ws_user_order_cancellation.json", EVENT_IGNORED, 1},
        {"events/ws_user_order_msg.json", EVENT_IGNORED, 1},
        {"events/ws_user_order_placement.json", EVENT_IGNORED, 1},
        {"events/ws_user_trade_msg.json", EVENT_IGNORED, 1},
    };
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++) {
        size_t length = 0;
        char *bytes = file_read(messages[i].name, &length);
        if (!bytes) {
            print_message("no corpus at %s: skipped\n", capture_folder());
            skip();
        }
        size_t count = polymarket_decode(decoder, (struct text){bytes, length});
        assert_int_equal(count, messages[i].count);
        for (size_t n = 0; n < count; n++) {
            const struct event *event = &polymarket_decoder_events(decoder)[n];
            if (event->kind != messages[i].kind)
                fail_msg("%s: kind %d, %s", messages[i].name, (int)event->kind, event->why ? event->why : "-");
        }
        free(bytes);
    }
}

static void replies_of_the_venue_are_read(void **state)
{
    (void)state;
    size_t length = 0;
    char *bytes = file_read("rest/clob_book_response.json", &length);
    if (!bytes) {
        print_message("no corpus at %s: skipped\n", capture_folder());
        skip();
    }
    assert_int_equal(polymarket_decode_book_reply(decoder, (struct text){bytes, length}), 1);
    assert_int_equal(polymarket_decoder_events(decoder)->kind, EVENT_SNAPSHOT);
    assert_int_equal(polymarket_decoder_events(decoder)->snapshot.bid_count, 3);
    free(bytes);
    bytes = file_read("rest/data_api_trades_response.json", &length);
    assert_non_null(bytes);
    assert_int_equal(polymarket_decode_trades_reply(decoder, (struct text){bytes, length}), 3);
    const struct event *trades = polymarket_decoder_events(decoder);
    assert_true(trades[0].trade.price == 5500 && trades[0].trade.quantity == 100000000);
    assert_true(trades[1].trade.aggressor == SIDE_ASK && trades[2].venue_ms == INT64_C(1709999800000));
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(recorded_sessions_are_read),
        cmocka_unit_test(single_messages_are_read),
        cmocka_unit_test(replies_of_the_venue_are_read),
    };
    return cmocka_run_group_tests_name("venue/polymarket_corpus", tests, make, unmake);
}
