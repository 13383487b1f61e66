/* The engine: one way through for everybody, the same reports for the same input however time is told to it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "booktop/engine/engine.h"
#include "channel_frames.h"
#include "journal.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND

static const struct engine_options options = {
    .key = "sixteen letters",
    .venues[VENUE_POLYMARKET] = {.endpoints = {"wss://stream", "https://books", "https://gamma", "https://data"},
                                 .discover = true},
};

static const struct engine_sink journal_sink = {journal_event, journal_burst,  journal_proof, journal_state,
                                                journal_link,  journal_lookup, journal_wish};

static struct stamp at(int64_t ms)
{
    const struct stamp start = JOURNAL_START;
    return (struct stamp){start.mono + ms * MILLISECOND, start.wall + ms * MILLISECOND};
}

static void begin_with(struct engine **engine, struct journal *journal, const struct engine_options *how)
{
    *engine = engine_create(how);
    assert_non_null(*engine);
    *journal = (struct journal){.registry = engine_registry(*engine), .kinds = JOURNAL_ALL | JOURNAL_PROOFS};
    assert_true(engine_add_sink(*engine, &journal_sink, journal));
}

static void begin(struct engine **engine, struct journal *journal)
{
    begin_with(engine, journal, &options);
}

static void end(struct engine *engine, struct journal *journal)
{
    journal_free(journal);
    engine_destroy(engine);
}

static void hear(struct engine *engine, int64_t ms, uint64_t message, const char *frame)
{
    engine_receive(engine, VENUE_POLYMARKET, at(ms), 0, message, text_from(frame));
}

static struct market_handle add_market(struct engine *engine, const char *symbol, const char *yes, const char *no)
{
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    text_copy(text_from(yes), instrument.outcomes[0].token, SYMBOL_SIZE);
    text_copy(text_from(no), instrument.outcomes[1].token, SYMBOL_SIZE);
    return registry_add(engine_registry(engine), &instrument);
}

#define expect_journal(journal, text)                                                                                  \
    do {                                                                                                               \
        assert_string_equal(journal_text(journal), text);                                                              \
        journal_clear(journal);                                                                                        \
    } while (0)

/* The caller numbers the frames; what is due up to a frame's stamp comes before it. */
static void what_is_due_comes_before_a_frame(void **state)
{
    struct engine *engine;
    struct journal journal;
    (void)state;
    begin(&engine, &journal);
    assert_int_equal(engine_deadline(engine), TIME_NEVER);
    hear(engine, 0, 1, frame_book(YES, 100, PROVED, "0.48:30", ""));
    hear(engine, 1, 7, frame_changes_proved(101, YES " BUY 0.47 1 ok", "0.48:30 0.47:1", ""));
    assert_int_equal(engine_deadline(engine), at(51).mono);
    hear(engine, 60, 70, "PONG");
    expect_journal(&journal, "state 0xm1 open verified epoch 0\n"
                             "book verified 1001 recipe C searched #1 @0\n"
                             "book 1001 applied #1 @0\n"
                             "changes 1001 applied #7 @1\n"
                             "burst 0xm1 1 messages to #7 @51\n"
                             "burst verified 1001 recipe C #7 @51\n"
                             "control applied: PONG #70 @60\n");
    assert_int_equal(engine_deadline(engine), TIME_NEVER);
    end(engine, &journal);
}

static void every_way_in_advances_first(void **state)
{
    (void)state;
    for (int way = 0; way < 9; way++) {
        struct engine *engine;
        struct journal journal;
        begin(&engine, &journal);
        hear(engine, 0, 1, frame_book(YES, 100, 1, "0.48:30", ""));
        hear(engine, 1, 2, frame_changes(101, YES " BUY 0.47 1 3"));
        journal_clear(&journal);
        struct market_handle market = registry_find(journal.registry, VENUE_POLYMARKET, TEXT(M1), NULL)->handle;
        struct venue_reply reply = {.request = 99, .status = 200};
        switch (way) {
        case 0:
            engine_reply(engine, VENUE_POLYMARKET, at(90), &reply);
            break;
        case 1:
            engine_link(engine, VENUE_POLYMARKET, at(90), 0, LINK_OPENED, NULL);
            break;
        case 2:
            engine_watch(engine, at(90), market);
            break;
        case 3:
            engine_unwatch(engine, at(90), market);
            break;
        case 4:
            engine_seed(engine, at(90), market);
            break;
        case 5:
            engine_lookup(engine, VENUE_POLYMARKET, at(90), 1, LOOKUP_TOP, (struct text){NULL, 0});
            break;
        case 6:
            engine_advance(engine, at(90));
            break;
        case 7:
            engine_retry(engine, VENUE_POLYMARKET, at(90));
            break;
        default:
            engine_finish(engine, at(90)); /* what was due before the end has its own time */
        }
        static const char burst[] = "burst 0xm1 1 messages to #2 @51\n";
        assert_int_equal(strncmp(journal_text(&journal), burst, strlen(burst)), 0);
        end(engine, &journal);
    }
}

/* Nor does it make the venue's sync. */
static void a_venue_that_was_not_spoken_to_has_nothing_to_retry(void **state)
{
    struct engine *engine;
    struct journal journal;
    (void)state;
    begin(&engine, &journal);
    engine_retry(engine, VENUE_KALSHI, at(10));
    engine_retry(engine, VENUE_POLYMARKET, at(10));
    expect_journal(&journal, "");
    assert_int_equal(engine_deadline(engine), TIME_NEVER);
    /* What waits is due at once. */
    engine_watch(engine, at(10), add_market(engine, M1, YES, NO));
    engine_link(engine, VENUE_POLYMARKET, at(10), 0, LINK_OPENED, NULL);
    engine_advance(engine, at(5010)); /* asked for by REST */
    journal_clear(&journal);
    engine_retry(engine, VENUE_POLYMARKET, at(11000));
    assert_int_equal(engine_deadline(engine), at(11000).mono);
    end(engine, &journal);
}

static void stale_handles_are_nothing(void **state)
{
    struct engine *engine;
    struct journal journal;
    (void)state;
    begin(&engine, &journal);
    struct market_handle market = add_market(engine, M1, YES, NO);
    registry_remove(engine_registry(engine), market);
    engine_watch(engine, at(0), market);
    engine_unwatch(engine, at(0), market);
    engine_seed(engine, at(0), MARKET_NONE);
    expect_journal(&journal, "");
    end(engine, &journal);
}

/* ---- sinks ---- */

struct witness {
    char *out;
    char name;
    unsigned count[3];
};

static void witness_sees(struct witness *witness, int report)
{
    witness->count[report]++;
    size_t length = strlen(witness->out);
    if (length < 63) witness->out[length] = witness->name;
}

static void witness_event(void *context, const struct event_report *report)
{
    (void)report;
    witness_sees(context, 0);
}

static void witness_burst(void *context, const struct burst_report *report)
{
    (void)report;
    witness_sees(context, 1);
}

static void witness_proof(void *context, const struct proof_report *report)
{
    (void)report;
    witness_sees(context, 2);
}

static void sinks_are_called_in_order_and_missing_functions_are_not(void **state)
{
    static const struct engine_sink events_only = {.on_event = witness_event},
                                    bursts_only = {.on_burst = witness_burst}, nothing = {0},
                                    proofs_only = {.on_proof = witness_proof},
                                    all = {.on_event = witness_event,
                                           .on_burst = witness_burst,
                                           .on_proof = witness_proof};
    char order[64] = "";
    struct witness a = {order, 'a', {0}}, b = {order, 'b', {0}}, c = {order, 'c', {0}}, d = {order, 'd', {0}};
    struct engine *engine = engine_create(&options);
    (void)state;
    assert_true(engine_add_sink(engine, &events_only, &a));
    assert_true(engine_add_sink(engine, &nothing, NULL));
    assert_true(engine_add_sink(engine, &all, &b));
    assert_true(engine_add_sink(engine, &bursts_only, &c));
    assert_true(engine_add_sink(engine, &proofs_only, &d));
    struct market_handle market = add_market(engine, M1, YES, NO);
    engine_watch(engine, at(0), market);
    engine_link(engine, VENUE_POLYMARKET, at(0), 0, LINK_OPENED, NULL);
    hear(engine, 0, 1, frame_book(YES, 100, 1, "0.48:30", ""));
    hear(engine, 1, 2, frame_changes(101, YES " BUY 0.47 1 3"));
    engine_lookup(engine, VENUE_POLYMARKET, at(90), 1, LOOKUP_MARKET, (struct text){NULL, 0});
    assert_string_equal(order, "bdababbcbd"); /* a book's check and report, a message, a burst's end and its check */
    assert_int_equal(a.count[0] + b.count[0], 4);
    assert_int_equal(b.count[1] + c.count[1], 2);
    assert_int_equal(b.count[2] + d.count[2], 4);
    engine_destroy(engine);
}

static void there_is_room_for_so_many_sinks(void **state)
{
    struct engine *engine = engine_create(&options);
    static const struct engine_sink sink = {0};
    (void)state;
    for (int i = 0; i < ENGINE_SINKS; i++) assert_true(engine_add_sink(engine, &sink, NULL));
    assert_false(engine_add_sink(engine, &sink, NULL));
    engine_destroy(engine);
    engine_destroy(NULL);
}

static void endpoints_are_the_venues_own_where_none_is_given(void **state)
{
    struct journal journal = {.kinds = JOURNAL_WISHES};
    struct engine *engine = engine_create(&(struct engine_options){.key = "sixteen letters"});
    (void)state;
    journal.registry = engine_registry(engine);
    engine_add_sink(engine, &journal_sink, &journal);
    engine_watch(engine, at(0), add_market(engine, M1, YES, NO));
    engine_lookup(engine, VENUE_POLYMARKET, at(0), 1, LOOKUP_MARKET, TEXT("x"));
    expect_journal(&journal, "wish connect 0 wss://ws-subscriptions-clob.polymarket.com/ws/market\n"
                             "wish get https://gamma-api.polymarket.com/markets/slug/x\n");
    end(engine, &journal);
}

/* ---- the same input, the same reports ---- */

static unsigned roll(uint64_t *dice, unsigned sides)
{
    *dice = *dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*dice >> 33) % sides;
}

static const char *invented_frame(uint64_t *dice, long long ms)
{
    char entries[128];
    unsigned market = roll(dice, 3), tick = 1 + roll(dice, 98), hash = 1 + roll(dice, 60);
    char symbol[8], yes[8], no[8];
    snprintf(symbol, sizeof symbol, "0xm%u", market);
    snprintf(yes, sizeof yes, "%u001", market);
    snprintf(no, sizeof no, "%u002", market);
    switch (roll(dice, 8)) {
    case 0: /* some are proved */
        if (roll(dice, 2)) hash = PROVED;
        return frame_book_of(symbol, roll(dice, 2) ? yes : no, ms - roll(dice, 2), hash, "0.4:1 0.3:2", "0.6:7");
    case 1:
        return roll(dice, 2) ? "PONG" : "[";
    case 2:
        return frame_resolved(symbol, ms, yes);
    default:
        snprintf(entries, sizeof entries, "%s BUY 0.%02u %u %u, %s SELL 0.%02u %u %u", yes, tick, tick, hash, no,
                 100 - tick, tick, hash + 100);
        return frame_changes_of(symbol, ms, entries);
    }
}

/* One invented session; `pulses`: how often time is told between what happens, by rolls of `pulse_dice`. */
static void play(struct engine *engine, uint64_t dice, unsigned pulses, uint64_t pulse_dice)
{
    struct market_handle markets[] = {add_market(engine, "0xm0", "0001", "0002"),
                                      add_market(engine, "0xm1", "1001", "1002"),
                                      add_market(engine, "0xm2", "2001", "2002")};
    int64_t now = 0;
    for (int turn = 0; turn < 300; turn++) {
        int64_t next = now + (roll(&dice, 30) ? roll(&dice, 90) : roll(&dice, 45000));
        for (unsigned i = 0; i < pulses; i++) {
            int64_t between = now + (int64_t)roll(&pulse_dice, (unsigned)(next - now) + 1);
            if (next > now) engine_advance(engine, at(between));
            if (next > now) now = between;
        }
        now = next;
        struct market_handle market = markets[roll(&dice, 3)];
        struct venue_reply reply = {
            .request = roll(&dice, 20), .status = roll(&dice, 2) ? 200 : 404, .reason = "reason"};
        switch (roll(&dice, 24)) {
        case 0:
            engine_link(engine, VENUE_POLYMARKET, at(now), 0, roll(&dice, 3) ? LINK_OPENED : LINK_LOST, NULL);
            if (roll(&dice, 3) == 0) engine_retry(engine, VENUE_POLYMARKET, at(now));
            break;
        case 1:
            engine_watch(engine, at(now), market);
            break;
        case 2:
            engine_unwatch(engine, at(now), market);
            break;
        case 3:
            engine_lookup(engine, VENUE_POLYMARKET, at(now), 5, LOOKUP_MARKET, TEXT("some-slug"));
            break;
        case 4:
            reply.body = text_from(frame_book(YES, 900 + now, PROVED, "0.4:1", ""));
            engine_reply(engine, VENUE_POLYMARKET, at(now), &reply);
            break;
        default:
            hear(engine, now, (uint64_t)turn + 1, invented_frame(&dice, 1000 + now));
        }
    }
    for (unsigned i = 1; i <= pulses; i++) engine_advance(engine, at(now + i * 10));
    engine_finish(engine, at(now + 2000));
}

static void same_input_gives_the_same_reports_however_time_is_told(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct engine *engines[4];
        struct journal journals[4];
        static const unsigned pulses[] = {0, 0, 1, 7};
        for (int i = 0; i < 4; i++) {
            begin(&engines[i], &journals[i]);
            play(engines[i], seed, pulses[i], seed * 31 + (uint64_t)i);
            assert_true(journals[i].length > 10000);
            assert_string_equal(journal_text(&journals[i]), journal_text(&journals[0]));
        }
        for (int i = 0; i < 4; i++) end(engines[i], &journals[i]);
    }
}

/* What is due at the same moment happens once, at that moment, however late it is noticed. */
static void deadlines_are_kept_to_the_nanosecond(void **state)
{
    struct engine *engine;
    struct journal journal;
    (void)state;
    begin(&engine, &journal);
    engine_watch(engine, at(0), add_market(engine, M1, YES, NO));
    engine_link(engine, VENUE_POLYMARKET, at(0), 0, LINK_OPENED, NULL);
    journal_clear(&journal);
    struct stamp before = at(5000);
    before.mono--;
    before.wall--;
    engine_advance(engine, before);
    expect_journal(&journal, "");
    assert_int_equal(engine_deadline(engine), at(5000).mono);
    engine_advance(engine, at(5000));
    engine_advance(engine, at(5000));
    expect_journal(&journal, "link 0 degraded: a book does not come @5000\n"
                             "state 0xm1 open syncing epoch 0: its book does not come: asking by REST\n"
                             "wish get https://books/book?token_id=1001\n");
    end(engine, &journal);
}

static void input_without_stamps_ends_bursts_by_rules_and_at_the_end(void **state)
{
    struct engine *engine;
    struct journal journal;
    const struct stamp none = {0, 0};
    (void)state;
    struct engine_options stampless = options;
    stampless.venues[VENUE_POLYMARKET].stampless = true;
    begin_with(&engine, &journal, &stampless);
    journal.kinds = JOURNAL_BURSTS;
    engine_receive(engine, VENUE_POLYMARKET, none, 0, 1, text_from(frame_book(YES, 100, 1, "0.48:30", "")));
    engine_receive(engine, VENUE_POLYMARKET, none, 0, 2, text_from(frame_changes(101, YES " BUY 0.47 1 3")));
    engine_receive(engine, VENUE_POLYMARKET, none, 0, 3, text_from(frame_changes(999101, YES " BUY 0.47 2 3")));
    engine_receive(engine, VENUE_POLYMARKET, none, 0, 4, text_from(frame_changes(999102, YES " BUY 0.47 3 4")));
    expect_journal(&journal, "burst 0xm1 2 messages to #3 @-\n");
    engine_finish(engine, none);
    expect_journal(&journal, "burst 0xm1 1 messages to #4 @-\n");
    end(engine, &journal);
}

/* Made of what was kept at once: the text is gone afterwards. */
static void what_was_kept_is_there_from_the_start(void **state)
{
    static const char body[] =
        "{\"events\":[{\"event_ticker\":\"E\",\"markets\":[{\"ticker\":\"E-1\"}]}],\"cursor\":\"\"}";
    struct engine *engine;
    struct journal journal;
    struct venue_progress progress;
    struct json_writer out = {0};
    (void)state;
    char *kept = strdup("booktop kalshi events 1\nA\t1\tBoats\nB\t2\tBoats\n");
    struct engine_options keeping = options;
    keeping.venues[VENUE_KALSHI] =
        (struct venue_options){.endpoints = {.books = "https://rest"}, .kept = text_from(kept)};
    begin_with(&engine, &journal, &keeping);
    free(kept);
    engine_progress(engine, VENUE_KALSHI, &progress);
    assert_true(!progress.running && progress.events == 2);
    engine_progress(engine, VENUE_POLYMARKET, &progress);
    assert_true(!progress.running && progress.events == 0);
    engine_keep(engine, VENUE_KALSHI, &out);
    engine_keep(engine, VENUE_POLYMARKET, &out);
    assert_int_equal(json_writer_text(&out).length, 0); /* nothing new */
    engine_lookup(engine, VENUE_KALSHI, at(0), 1, LOOKUP_TOP, (struct text){NULL, 0});
    expect_journal(&journal, "wish get https://rest/events?tickers=B,A&with_nested_markets=true&limit=200\n");
    engine_advance(engine, at(350));
    expect_journal(&journal,
                   "wish get https://rest/events?status=open&with_nested_markets=true&mve_filter=exclude&limit=100\n");
    struct venue_reply reply = {.request = journal.request, .status = 200, .body = TEXT(body)};
    engine_reply(engine, VENUE_KALSHI, at(400), &reply);
    engine_keep(engine, VENUE_KALSHI, &out);
    assert_true(text_is(json_writer_text(&out), "booktop kalshi events 1\nE\t0\t\n"));
    /* One that does nothing in the background, spoken to. */
    json_writer_reset(&out);
    engine_lookup(engine, VENUE_POLYMARKET, at(500), 2, LOOKUP_TOP, (struct text){NULL, 0});
    engine_progress(engine, VENUE_POLYMARKET, &progress);
    assert_true(!progress.running && progress.events == 0);
    engine_keep(engine, VENUE_POLYMARKET, &out);
    assert_int_equal(json_writer_text(&out).length, 0);
    json_writer_free(&out);
    end(engine, &journal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_due_comes_before_a_frame),
        cmocka_unit_test(every_way_in_advances_first),
        cmocka_unit_test(a_venue_that_was_not_spoken_to_has_nothing_to_retry),
        cmocka_unit_test(stale_handles_are_nothing),
        cmocka_unit_test(sinks_are_called_in_order_and_missing_functions_are_not),
        cmocka_unit_test(there_is_room_for_so_many_sinks),
        cmocka_unit_test(endpoints_are_the_venues_own_where_none_is_given),
        cmocka_unit_test(same_input_gives_the_same_reports_however_time_is_told),
        cmocka_unit_test(deadlines_are_kept_to_the_nanosecond),
        cmocka_unit_test(what_was_kept_is_there_from_the_start),
        cmocka_unit_test(input_without_stamps_ends_bursts_by_rules_and_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
