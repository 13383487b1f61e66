/* The two ways of reading levels, held against each other. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "polymarket_frames.h"

static uint64_t random_next(uint64_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 7;
    return *seed ^= *seed << 17;
}

/* A number of digits with maybe a point among them, as hostile as it comes. */
static size_t number_put(char *out, uint64_t *seed)
{
    size_t digits = random_next(seed) % 12, length = 0;
    size_t point = random_next(seed) % 2 ? random_next(seed) % (digits + 1) : SIZE_MAX;
    for (size_t i = 0; i <= digits; i++) {
        if (i == point) out[length++] = '.';
        if (i < digits) out[length++] = (char)('0' + random_next(seed) % 10);
    }
    if (random_next(seed) % 16 == 0) out[length++] = "-e .\"\\x/:"[random_next(seed) % 9];
    return length;
}

static size_t price_put(char *out, uint64_t *seed)
{
    if (random_next(seed) % 4 == 0) return number_put(out, seed);
    size_t length = text_put(out, "0.");
    for (size_t digits = random_next(seed) % 6; digits > 0; digits--)
        out[length++] = (char)('0' + random_next(seed) % 10);
    return length;
}

/* The frame with a line feed behind each comma between members and entries, which the fast way does not know. */
static size_t spread(char *out, const char *frame, size_t length)
{
    size_t written = 0;
    for (size_t i = 0; i < length; i++) {
        out[written++] = frame[i];
        if (i > 0 && frame[i] == ',' && (frame[i - 1] == '"' || frame[i - 1] == '}')) out[written++] = '\n';
    }
    return written;
}

static void assert_same_texts(struct text a, struct text b)
{
    assert_true(text_equal(a, b));
}

static void assert_same_event(const struct event *a, const struct event *b)
{
    assert_int_equal(a->kind, b->kind);
    /* The reasons may differ where the line feed fell into a string. */
    if (a->kind == EVENT_ERROR) return;
    assert_int_equal(a->kind == EVENT_CHANGES ? a->changes.count : 0, b->kind == EVENT_CHANGES ? b->changes.count : 0);
    for (size_t i = 0; a->kind == EVENT_CHANGES && i < a->changes.count; i++) {
        const struct level_change *x = &a->changes.changes[i], *y = &b->changes.changes[i];
        assert_same_texts(x->asset, y->asset);
        assert_same_texts(x->hash, y->hash);
        assert_true(x->price == y->price && x->quantity == y->quantity && x->side == y->side && x->mode == y->mode);
        assert_true(x->best_bid == y->best_bid && x->best_ask == y->best_ask);
    }
    if (a->kind != EVENT_SNAPSHOT) return;
    assert_int_equal(a->snapshot.bid_count, b->snapshot.bid_count);
    for (size_t i = 0; i < a->snapshot.bid_count; i++) {
        assert_true(a->snapshot.bids[i].price == b->snapshot.bids[i].price);
        assert_true(a->snapshot.bids[i].quantity == b->snapshot.bids[i].quantity);
    }
}

static void both_ways_agree(const char *frame, size_t length, struct polymarket_decoder *other)
{
    static char spread_frame[4096];
    size_t count = decode_exactly(frame, length);
    size_t spread_length = spread(spread_frame, frame, length);
    assert_int_equal(polymarket_decode(other, (struct text){spread_frame, spread_length}), count);
    assert_int_equal(count, 1);
    count = polymarket_decode(decoder, (struct text){frame, length});
    assert_int_equal(count, 1);
    assert_same_event(polymarket_decoder_events(decoder), polymarket_decoder_events(other));
}

static void the_fast_way_reads_what_the_careful_one_reads(void **state)
{
    (void)state;
    uint64_t seed = 88172645463325252;
    unsigned kinds[EVENT_KIND_COUNT] = {0};
    struct polymarket_decoder *other = polymarket_decoder_create();
    assert_non_null(other);
    char frame[2048];
    for (unsigned round = 0; round < 20000; round++) {
        size_t length = text_put(frame, "{" NAMES STAMP BOOK_TYPE ",\"asks\":[],\"bids\":[{\"price\":\"");
        length += price_put(frame + length, &seed);
        length += text_put(frame + length, "\",\"size\":\"");
        length += number_put(frame + length, &seed);
        length += text_put(frame + length, "\"}]}");
        both_ways_agree(frame, length, other);
        kinds[polymarket_decoder_events(decoder)->kind]++;

        length = text_put(frame, "{" NAMES STAMP "\"event_type\":\"price_change\",\"price_changes\":[{\"asset_id\":\"");
        for (size_t i = random_next(&seed) % 100; i > 0; i--) frame[length++] = (char)('0' + i % 10);
        if (random_next(&seed) % 8 == 0) frame[length++] = (char)random_next(&seed);
        length += text_put(frame + length, "\",\"price\":\"");
        length += price_put(frame + length, &seed);
        length += text_put(frame + length, "\",\"size\":\"5\",\"side\":\"");
        static const char *const sides[] = {"BUY", "SELL", "sell", "BUYS", "HOLD"};
        length += text_put(frame + length,
                           sides[random_next(&seed) % 32 < 28 ? random_next(&seed) % 2 : random_next(&seed) % 5]);
        length += text_put(frame + length, "\",\"hash\":\"" HASH "\",\"best_bid\":\"");
        length += price_put(frame + length, &seed);
        length += text_put(frame + length, "\",\"best_ask\":\"1\"}]}");
        both_ways_agree(frame, length, other);
        kinds[polymarket_decoder_events(decoder)->kind]++;
    }
    assert_true(kinds[EVENT_SNAPSHOT] > 2000 && kinds[EVENT_CHANGES] > 2000 && kinds[EVENT_ERROR] > 2000);
    polymarket_decoder_destroy(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_fast_way_reads_what_the_careful_one_reads),
    };
    return cmocka_run_group_tests_name("venue/polymarket_two_ways", tests, make, unmake);
}
