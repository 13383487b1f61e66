/* Kalshi's frames against the ladder: read with another reader, kept in another book, compared at every step. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/base/decimal.h"
#include "kalshi_seat.h"

#define SIDS_MAX 8
#define PRICES   1001

/* A frame, as far as it matters here; texts are borrowed. */
struct fields {
    struct text type, ticker, side, time, yes_bid, yes_ask, yes_bid_size, yes_ask_size, event_type;
    int64_t sid, seq, ts_ms, price, delta;
    bool negative;
};

/* What was heard: `size` by market, side (yes, no) and price as it was printed. */
struct witness {
    const struct roster *roster;
    bool yes_price;
    int64_t size[ROSTER][2][PRICES];
    int64_t seq[SIDS_MAX];
    int64_t ts_ms[ROSTER];
    unsigned deltas, snapshots, trades, tickers, lives, amended, fine;
};

static int64_t number(struct text text, unsigned scale)
{
    int64_t value = -1;
    if (decimal_parse(text, scale, &value) != DECIMAL_OK) fail_msg("%.*s is no number", TEXT_ARGS(text));
    return value;
}

/* A price has four decimals, of which the last is 0 here; a size has two. */
static int64_t price_read(struct text text)
{
    assert_int_equal(text.length, 6);
    int64_t price = number(text, 4);
    assert_int_equal(price % 10, 0);
    assert_in_range(price, 0, 10000);
    return price / 10;
}

static int64_t size_read(struct text text)
{
    assert_true(text.length >= 4 && text.at[text.length - 3] == '.');
    return number(text, 2);
}

static int market_of(const struct witness *witness, struct text ticker)
{
    int market = roster_find_market(witness->roster, ticker);
    assert_in_range(market, 0, ROSTER - 1);
    return market;
}

static void levels_read(struct json_reader *reader, int64_t size[PRICES])
{
    struct json_value value;
    int64_t before = 0;
    assert_true(json_read(reader, &value));
    assert_int_equal(value.type, JSON_ARRAY);
    while (json_next_element(reader)) {
        assert_true(json_read(reader, &value) && json_next_element(reader) && json_read(reader, &value));
        assert_int_equal(value.type, JSON_STRING);
        int64_t price = price_read(value.text);
        assert_true(price > before);
        before = price;
        assert_true(json_next_element(reader) && json_read(reader, &value));
        assert_int_equal(value.type, JSON_STRING);
        size[price] = size_read(value.text);
        assert_true(size[price] > 0);
        assert_false(json_next_element(reader));
    }
    assert_true(before > 0);
}

static void member_read(struct json_reader *reader, struct text key, struct fields *fields)
{
    static const struct {
        const char *name;
        size_t member;
    } texts[] = {
        {"type", offsetof(struct fields, type)},
        {"market_ticker", offsetof(struct fields, ticker)},
        {"side", offsetof(struct fields, side)},
        {"event_type", offsetof(struct fields, event_type)},
        {"yes_bid_dollars", offsetof(struct fields, yes_bid)},
        {"yes_ask_dollars", offsetof(struct fields, yes_ask)},
        {"yes_bid_size_fp", offsetof(struct fields, yes_bid_size)},
        {"yes_ask_size_fp", offsetof(struct fields, yes_ask_size)},
    };
    struct json_value value;
    if (!json_read(reader, &value)) fail_msg("%s", reader->error);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (text_is(key, texts[i].name)) *(struct text *)(void *)((char *)fields + texts[i].member) = value.text;
    if (text_is(key, "sid")) fields->sid = number(value.text, 0);
    if (text_is(key, "seq")) fields->seq = number(value.text, 0);
    if (text_is(key, "ts_ms")) fields->ts_ms = number(value.text, 0);
    if (text_is(key, "price_dollars")) fields->price = price_read(value.text);
    if (text_is(key, "delta_fp")) {
        fields->negative = value.text.at[0] == '-';
        if (fields->negative) value.text = (struct text){value.text.at + 1, value.text.length - 1};
        fields->delta = size_read(value.text) * (fields->negative ? -1 : 1);
    }
    (void)json_leave(reader, &value);
}

static void frame_read(struct witness *witness, struct text frame, struct fields *fields)
{
    struct json_reader reader;
    struct json_value value;
    struct text key;
    *fields = (struct fields){0};
    json_start(&reader, frame);
    assert_true(json_read(&reader, &value));
    while (json_next_key(&reader, &key)) {
        if (!text_is(key, "msg")) {
            member_read(&reader, key, fields);
            continue;
        }
        assert_true(json_read(&reader, &value));
        while (json_next_key(&reader, &key)) {
            bool yes = text_is(key, "yes_dollars_fp"), no = text_is(key, "no_dollars_fp");
            if (yes || no)
                levels_read(&reader, witness->size[market_of(witness, fields->ticker)][no]);
            else
                member_read(&reader, key, fields);
            if (text_is(key, "market_ticker") && text_is(fields->type, "orderbook_snapshot"))
                memset(witness->size[market_of(witness, fields->ticker)], 0, sizeof witness->size[0]);
        }
    }
    assert_true(json_finish(&reader));
}

/* The best YES bid, and the best YES ask by the other leg; 0 and 1000 where there is none. */
static int64_t best_bid(const struct witness *witness, int market)
{
    int64_t price = PRICES - 1;
    while (price > 0 && witness->size[market][0][price] == 0) price--;
    return price;
}

static int64_t best_ask(const struct witness *witness, int market)
{
    for (int64_t price = 1; price < PRICES; price++)
        if (witness->size[market][1][witness->yes_price ? price : PRICES - 1 - price] > 0) return price;
    return PRICES - 1;
}

static void delta_apply(struct witness *witness, const struct fields *fields)
{
    int market = market_of(witness, fields->ticker);
    bool no = text_is(fields->side, "no");
    assert_true(no || text_is(fields->side, "yes"));
    assert_true(fields->delta != 0);
    int64_t *size = &witness->size[market][no][fields->price];
    *size += fields->delta;
    assert_true(*size >= 0);
    /* No book crosses, not even on the way. */
    assert_true(best_bid(witness, market) < best_ask(witness, market));
    witness->amended += witness->ts_ms[market] == fields->ts_ms;
    assert_true(fields->ts_ms >= witness->ts_ms[market]);
    witness->ts_ms[market] = fields->ts_ms;
    int64_t yes = no && !witness->yes_price ? PRICES - 1 - fields->price : fields->price;
    bool tapered = witness->roster->cast.markets[market].tapered;
    if (tapered) assert_true(yes % 10 == 0 || yes < 100 || yes > 900);
    witness->fine += tapered && yes % 10 != 0;
    witness->deltas++;
}

/* What a ticker says of the touch is what the deltas before it made. */
static void ticker_check(struct witness *witness, const struct fields *fields)
{
    int market = market_of(witness, fields->ticker);
    int64_t bid = best_bid(witness, market), ask = best_ask(witness, market);
    int64_t own = witness->yes_price ? ask : PRICES - 1 - ask;
    assert_int_equal(price_read(fields->yes_bid), bid);
    assert_int_equal(price_read(fields->yes_ask), ask);
    assert_int_equal(size_read(fields->yes_bid_size), bid == 0 ? 0 : witness->size[market][0][bid]);
    assert_int_equal(size_read(fields->yes_ask_size), ask == PRICES - 1 ? 0 : witness->size[market][1][own]);
    witness->tickers++;
}

static void frame_hear(struct witness *witness, struct text frame)
{
    struct fields fields;
    frame_read(witness, frame, &fields);
    if (text_is(fields.type, "subscribed")) return;
    assert_in_range(fields.sid, 1, SIDS_MAX - 1);
    if (text_is(fields.type, "ticker")) {
        assert_int_equal(fields.seq, 0);
        ticker_check(witness, &fields);
        return;
    }
    assert_int_equal(fields.seq, ++witness->seq[fields.sid]);
    if (text_is(fields.type, "orderbook_delta"))
        delta_apply(witness, &fields);
    else if (text_is(fields.type, "orderbook_snapshot"))
        witness->snapshots++;
    else if (text_is(fields.type, "trade"))
        witness->trades++;
    else
        witness->lives += text_is(fields.type, "market_lifecycle_v2");
}

/* The witness's books are the ladders. */
static void books_compare(const struct witness *witness, const struct pit *pit)
{
    for (unsigned market = 0; market < ROSTER; market++) {
        const struct ladder *ladder = &pit->flow.markets[market].orders.ladder;
        for (unsigned price = 1; price < PRICES - 1; price++) {
            unsigned own = witness->yes_price ? price : PRICES - 1 - price;
            assert_int_equal(witness->size[market][0][price], ladder->size[LADDER_BID][price]);
            assert_int_equal(witness->size[market][1][own], ladder->size[LADDER_ASK][price]);
        }
    }
}

static void all_subscribe(struct seat *seat, bool yes_price)
{
    char command[2048];
    size_t length = (size_t)snprintf(command, sizeof command,
                                     "{\"id\":1,\"cmd\":\"subscribe\",\"params\":{\"channels\":[\"orderbook_delta\","
                                     "\"ticker\",\"trade\",\"market_lifecycle_v2\"],\"use_yes_price\":%s,"
                                     "\"market_tickers\":[",
                                     yes_price ? "true" : "false");
    for (unsigned i = 0; i < ROSTER; i++)
        length += (size_t)snprintf(command + length, sizeof command - length, "%s\"%s\"", i == 0 ? "" : ",",
                                   seat->pit->roster.markets[i].ticker);
    (void)snprintf(command + length, sizeof command - length, "]}}");
    seat_say(seat, command);
}

static void hear_all(struct witness *witness, struct seat *seat)
{
    for (struct text frame; (frame = seat_read(seat)).length > 0;) frame_hear(witness, frame);
}

static void snapshots_and_deltas_are_the_ladder(void **state)
{
    (void)state;
    static struct pit pit;
    static struct witness plain, mirrored;
    struct seat seats[2];
    pit_begin(&pit, 11, NULL);
    plain = (struct witness){.roster = &pit.roster};
    mirrored = (struct witness){.roster = &pit.roster, .yes_price = true};
    for (unsigned i = 0; i < 2; i++) {
        seat_take(&seats[i], &pit);
        all_subscribe(&seats[i], i == 1);
    }
    /* Until the index market is settled; at every burst in the beginning, then every second. */
    for (int64_t now = START_MS; now <= START_MS + 240000; now += now < START_MS + 1500 ? 1 : 1000) {
        assert_true(pit_run(&pit, now, UINT64_MAX));
        hear_all(&plain, &seats[0]);
        hear_all(&mirrored, &seats[1]);
        books_compare(&plain, &pit);
        books_compare(&mirrored, &pit);
    }
    assert_int_equal(plain.snapshots, ROSTER);
    assert_true(plain.deltas > 2000 && plain.trades > 100 && plain.tickers > 500);
    assert_true(plain.amended > 100 && plain.fine > 50);
    assert_true(plain.lives >= 7);
    assert_int_equal(plain.deltas, mirrored.deltas);
    seat_leave(&seats[0]);
    seat_leave(&seats[1]);
    pit_free(&pit);
}

/* Who comes later has the same book from then on. */
static void a_late_listener_has_the_same_book(void **state)
{
    (void)state;
    static struct pit pit;
    static struct witness early, late;
    struct seat first, second;
    pit_begin(&pit, 12, NULL);
    early = (struct witness){.roster = &pit.roster};
    late = early;
    seat_take(&first, &pit);
    all_subscribe(&first, false);
    (void)pit_run(&pit, START_MS + 30000, UINT64_MAX);
    hear_all(&early, &first);
    seat_take(&second, &pit);
    all_subscribe(&second, false);
    /* However the messages are rationed, no burst is half told. */
    for (unsigned i = 0; i < 400; i++) {
        (void)pit_run(&pit, START_MS + 60000, 1 + i % 5);
        hear_all(&early, &first);
        hear_all(&late, &second);
        books_compare(&early, &pit);
        books_compare(&late, &pit);
    }
    assert_true(late.deltas > 200);
    seat_leave(&first);
    seat_leave(&second);
    pit_free(&pit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(snapshots_and_deltas_are_the_ladder),
        cmocka_unit_test(a_late_listener_has_the_same_book),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
