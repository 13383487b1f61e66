/* Every kind of line, written and read again; and what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "booktop/record/line.h"

#define FROM  INT64_C(5000)
#define HASH  "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define TIMED "\"t\":7,\"m\":-3"

static const struct stamp stamp = {.mono = INT64_C(9000), .wall = INT64_C(1763712000042854870)};

struct bench {
    struct json_writer out;
    struct record_parser *parser;
    struct record record;
};

static int setup(void **state)
{
    static struct bench bench;
    memset(&bench, 0, sizeof bench);
    bench.parser = record_parser_create();
    *state = &bench;
    return bench.parser == NULL;
}

static int teardown(void **state)
{
    struct bench *bench = *state;
    record_parser_destroy(bench->parser);
    json_writer_free(&bench->out);
    return 0;
}

/* The line that was written, read again: of this kind. */
static const struct record *again(struct bench *bench, enum record_kind kind)
{
    const char *why;
    struct text line = json_writer_text(&bench->out);
    if (!record_parse(bench->parser, line, &bench->record, &why)) fail_msg("%s: %.*s", why, TEXT_ARGS(line));
    assert_int_equal(bench->record.kind, kind);
    assert_true(text_equal(bench->record.whole, line));
    if (kind == RECORD_CHECK) return &bench->record;
    assert_int_equal(bench->record.stamp.wall, stamp.wall);
    assert_int_equal(bench->record.stamp.mono, stamp.mono - FROM);
    return &bench->record;
}

static void assert_text(struct text text, const char *wanted)
{
    if (!text_is(text, wanted)) fail_msg("\"%.*s\" is not \"%s\"", TEXT_ARGS(text), wanted);
}

static void a_header(void **state)
{
    struct bench *bench = *state;
    struct record_header header = {.tool = "booktop \"1\"",
                                   .boot = "b",
                                   .sequence = 2,
                                   .previous = HASH,
                                   .venues = {[VENUE_KALSHI] = true},
                                   .keys = {[VENUE_KALSHI] = true},
                                   .demo = true,
                                   .stamp = {.wall = 77}};
    assert_true(record_write_header(&bench->out, &header, stamp, FROM));
    const struct record_header *read = &again(bench, RECORD_HEADER)->header;
    assert_string_equal(read->tool, header.tool);
    assert_string_equal(read->boot, "b");
    assert_int_equal(read->sequence, 2);
    assert_string_equal(read->previous, HASH);
    assert_true(read->venues[VENUE_KALSHI] && read->keys[VENUE_KALSHI] && read->demo);
    assert_false(read->venues[VENUE_POLYMARKET]);
    assert_int_equal(read->stamp.wall, 77);

    json_writer_reset(&bench->out);
    header = (struct record_header){.tool = "t", .boot = ""};
    assert_true(record_write_header(&bench->out, &header, stamp, FROM));
    read = &again(bench, RECORD_HEADER)->header;
    assert_null(read->previous);
    assert_false(read->venues[VENUE_KALSHI] || read->demo);
}

static void a_question_and_its_answer(void **state)
{
    struct bench *bench = *state;
    assert_true(record_write_asked(&bench->out, stamp, FROM, VENUE_KALSHI, UINT32_MAX, "a \"book\"", "https://x/y?z"));
    const struct record *record = again(bench, RECORD_ASKED);
    assert_int_equal(record->venue, VENUE_KALSHI);
    assert_int_equal(record->reply.request, UINT32_MAX);
    assert_text(record->happening.words, "a \"book\"");
    assert_text(record->happening.url, "https://x/y?z");

    struct record_reply reply = {VENUE_POLYMARKET, 5, 429, 2000000000, "slow\ndown", TEXT("{\"a\": 1}\n")};
    json_writer_reset(&bench->out);
    assert_true(record_write_replied(&bench->out, stamp, FROM, &reply));
    record = again(bench, RECORD_REPLIED);
    assert_int_equal(record->reply.venue, VENUE_POLYMARKET);
    assert_int_equal(record->reply.request, 5);
    assert_int_equal(record->reply.status, 429);
    assert_int_equal(record->reply.retry_after, 2000000000);
    assert_string_equal(record->reply.reason, "slow\ndown");
    assert_true(text_equal(record->reply.body, reply.body));

    reply = (struct record_reply){.venue = VENUE_KALSHI};
    json_writer_reset(&bench->out);
    assert_true(record_write_replied(&bench->out, stamp, FROM, &reply));
    record = again(bench, RECORD_REPLIED);
    assert_null(record->reply.reason);
    assert_int_equal(record->reply.body.length, 0);
}

static void make_instrument(struct instrument *instrument)
{
    assert_true(instrument_init(instrument, VENUE_KALSHI, TEXT("KX_a-1.5:9"), 4, 2));
    const struct price_range ranges[] = {{0, 1000, 10}, {1000, 9000, 100}, {9000, 10000, 10}};
    assert_true(instrument_set_ranges(instrument, ranges, 3));
    instrument->tick = 100; /* not the finest step: it has a member of its own */
    memset(instrument->outcomes[0].token, '9', SYMBOL_SIZE - 1);
    strcpy(instrument->outcomes[1].name, "No\n\xC3\xA9");
    memset(instrument->title, 'T', INSTRUMENT_TEXT_SIZE - 1);
    strcpy(instrument->slug, "a-slug");
    instrument->min_order_size = 123456789;
    instrument->close_time = 1799999999;
    instrument->negative_risk_known = true;
    instrument->negative_risk = true;
}

static void every_event(void **state)
{
    struct bench *bench = *state;
    struct instrument instrument;
    make_instrument(&instrument);
    for (unsigned i = 0; i < RECORD_EVENT_COUNT; i++) {
        enum record_event event = (enum record_event)i;
        bool market = event == RECORD_WATCHED || event == RECORD_UNWATCHED || event == RECORD_SEEDED ||
                      event == RECORD_LEARNT || event == RECORD_SHOWN;
        bool has_link = event <= RECORD_GIVEN_UP, lookup = event == RECORD_LOOKED_UP;
        bool has_amount = event == RECORD_DROPPED || event == RECORD_CLOCK || event == RECORD_AWOKE;
        struct record_happening happening = {
            .event = event,
            .venue = VENUE_KALSHI,
            .link = has_link ? 63 : 0,
            .why = TEXT("because \"so\""),
            .url = event == RECORD_OPENED ? TEXT("wss://x") : TEXT(""),
            .words = lookup ? TEXT("harbour bridge") : TEXT(""),
            .instrument = market ? &instrument : NULL,
            .lookup = lookup ? 9 : 0,
            .lookup_kind = lookup ? 2 : 0,
            .amount = has_amount ? -12 : event == RECORD_MARK,
        };
        json_writer_reset(&bench->out);
        assert_true(record_write_event(&bench->out, stamp, FROM, &happening));
        const struct record_happening *read = &again(bench, RECORD_EVENT)->happening;
        assert_int_equal(read->event, event);
        if (has_link || lookup || market || event == RECORD_RETRIED) assert_int_equal(read->venue, VENUE_KALSHI);
        assert_int_equal(read->link, happening.link);
        assert_true(text_equal(read->why, happening.why));
        assert_true(text_equal(read->url, happening.url));
        assert_true(text_equal(read->words, happening.words));
        assert_int_equal(read->lookup, happening.lookup);
        assert_int_equal(read->lookup_kind, happening.lookup_kind);
        assert_int_equal(read->amount, happening.amount);
        assert_int_equal(read->instrument != NULL, market);
        if (market) assert_memory_equal(read->instrument, &instrument, sizeof instrument);
    }
}

/* Whatever a file says. */
static void a_mark_means_a_moment_before_it_was_written(void **state)
{
    (void)state;
    static const struct {
        int64_t m, ago, place;
    } cases[] = {
        {100, 0, 100},       {100, 30, 70},         {100, 100, 0}, {100, 101, 0},
        {100, INT64_MAX, 0}, {100, INT64_MIN, 100}, {0, 5, 0},     {-7, 5, -7},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct record record = {.kind = RECORD_EVENT, .stamp = {.mono = cases[i].m}};
        record.happening = (struct record_happening){.event = RECORD_MARK, .amount = cases[i].ago};
        assert_int_equal(record_mark_place(&record), cases[i].place);
    }
}

/* As every mark was before there was a word for it, so that older programs read what is usual. */
static void a_mark_of_its_own_moment_has_no_ago(void **state)
{
    struct bench *bench = *state;
    assert_true(record_write_event(&bench->out, stamp, FROM, &(struct record_happening){.event = RECORD_MARK}));
    struct text line = json_writer_text(&bench->out);
    assert_null(memmem(line.at, line.length, "ago", 3));
}

static void an_instrument_with_little_known(void **state)
{
    struct bench *bench = *state;
    struct instrument instrument, read;
    assert_true(instrument_init(&instrument, VENUE_POLYMARKET, TEXT("0x1"), 4, 6));
    record_write_instrument(&bench->out, &instrument);
    assert_true(record_read_instrument(&read, json_writer_text(&bench->out)));
    assert_memory_equal(&read, &instrument, sizeof read);

    static const char *const refused[] = {
        "",
        "[]",
        "{}",
        "{\"venue\":\"polymarket\",\"symbol\":\"a\",\"price_scale\":4}",
        "{\"venue\":\"nobody\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6}",
        "{\"venue\":\"kalshi\",\"symbol\":\"\",\"price_scale\":4,\"size_scale\":6}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":19,\"size_scale\":6}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":-1,\"size_scale\":6}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6,\"tick\":\"0.00001\"}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6,\"tick\":0.01}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6,\"ranges\":[[\"0\",\"1\"]]}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6,\"ranges\":[[\"1\",\"0\",\"0.1\"]]}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6,\"outcomes\":[{},{},{}]}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6,\"title\":7}",
        "{\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6}x",
        ("{\"venue\":\"kalshi\",\"price_scale\":4,\"size_scale\":6,\"symbol\":"
         "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}"),
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        if (record_read_instrument(&read, text_from(refused[i]))) fail_msg("taken: %s", refused[i]);
    assert_true(record_read_instrument(
        &read, TEXT("{\"new\":[{\"a\":1}],\"venue\":\"kalshi\",\"symbol\":\"a\",\"price_scale\":4,\"size_scale\":6}")));
}

static void keyframes_checks_and_ends(void **state)
{
    struct bench *bench = *state;
    assert_true(record_write_round(&bench->out, stamp, FROM, 3, false, TEXT("{\"kalshi\": {\"d\":[1]}}"), NULL));
    const struct record *record = again(bench, RECORD_ROUND);
    assert_int_equal(record->number, 3);
    assert_false(record->done);
    assert_text(record->payload, "{\"kalshi\": {\"d\":[1]}}");
    json_writer_reset(&bench->out);
    assert_true(record_write_round(&bench->out, stamp, FROM, 3, true, TEXT(""), NULL));
    record = again(bench, RECORD_ROUND);
    assert_true(record->done);
    assert_int_equal(record->payload.length, 0);

    json_writer_reset(&bench->out);
    struct instrument instrument;
    make_instrument(&instrument);
    const struct text market = TEXT("\"d\":1,\"h\":\"b3\",\"bids\":[],\"w\":{}");
    assert_true(record_write_snap(&bench->out, stamp, FROM, 3, &instrument, market));
    record = again(bench, RECORD_SNAP);
    assert_int_equal(record->number, 3);
    assert_int_equal(record->venue, instrument.venue);
    assert_ptr_equal(record->happening.instrument, &record->instrument);
    assert_memory_equal(&record->instrument, &instrument, sizeof instrument);
    assert_true(text_equal(record->payload, record->whole));

    json_writer_reset(&bench->out);
    assert_true(record_write_check(&bench->out, 12, 3456, HASH));
    record = again(bench, RECORD_CHECK);
    assert_int_equal(record->number, 12);
    assert_int_equal(record->bytes, 3456);
    assert_string_equal(record->hash, HASH);

    json_writer_reset(&bench->out);
    assert_true(record_write_end(&bench->out, stamp, FROM, 99, HASH));
    record = again(bench, RECORD_END);
    assert_int_equal(record->number, 99);
    assert_string_equal(record->hash, HASH);
}

static void lines_follow_each_other(void **state)
{
    struct bench *bench = *state;
    assert_true(record_write_sent(&bench->out, stamp, FROM, VENUE_POLYMARKET, 0, TEXT("{}")));
    json_write_newline(&bench->out);
    assert_true(record_write_sent(&bench->out, stamp, FROM, VENUE_POLYMARKET, 0, TEXT("{}")));
    assert_true(record_write_sent(&bench->out, stamp, FROM, VENUE_POLYMARKET, 0, TEXT("{}")));
#define SENT "{\"k\":\"tx\",\"t\":1763712000042854870,\"m\":4000,\"c\":1,\"d\":{}}"
    assert_text(json_writer_text(&bench->out), SENT "\n" SENT SENT);
}

static void what_is_unknown_is_skipped(void **state)
{
    struct bench *bench = *state;
    static const char *const unknown[] = {
        "{\"k\":\"new\"}",
        "{\"k\":\"new\",\"t\":1,\"m\":2,\"c\":\"?\"}",
        "{\"k\":\"ev\"," TIMED ",\"e\":\"novelty\"}",
        "{\"k\":\"rx\"," TIMED ",\"c\":129,\"n\":1,\"d\":1}",
        "{\"k\":\"snap\"," TIMED ",\"round\":1,\"v\":\"binance\"}",
        "{\"k\":\"snap\"," TIMED ",\"round\":1,\"v\":\"binance\",\"i\":{\"venue\":\"binance\"}}",
    };
    const char *why;
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++) {
        if (!record_parse(bench->parser, text_from(unknown[i]), &bench->record, &why)) fail_msg("%s", unknown[i]);
        assert_int_equal(bench->record.kind, RECORD_UNKNOWN);
    }
    struct text more = TEXT(" {\"k\":\"tx\"," TIMED ",\"x\":[{}],\"c\" : 1 , \"d\" : [ 1 ] ,\"y\":null} ");
    assert_true(record_parse(bench->parser, more, &bench->record, &why));
    assert_text(bench->record.payload, "[ 1 ]");
    assert_int_equal(bench->record.stamp.wall, 7);
    assert_int_equal(bench->record.stamp.mono, -3);
}

static void what_is_no_record_is_refused(void **state)
{
    struct bench *bench = *state;
    static const char *const refused[] = {
        "",
        "x",
        "[]",
        "{}",
        "{\"t\":1,\"m\":2,\"k\":\"tx\"}",
        "{\"k\":7}",
        "{\"k\":\"tx\"}",
        "{\"k\":\"tx\",\"m\":1,\"t\":1,\"c\":1,\"d\":1}",
        "{\"k\":\"tx\",\"t\":1.0,\"m\":1,\"c\":1,\"d\":1}",
        "{\"k\":\"tx\",\"t\":9223372036854775808,\"m\":1,\"c\":1,\"d\":1}",
        "{\"k\":\"tx\",\"t\":\"1\",\"m\":1,\"c\":1,\"d\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1}",
        "{\"k\":\"tx\"," TIMED ",\"d\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":0,\"d\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":-1,\"d\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"d\":1,\"d\":2}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"d\":1,\"s\":\"\"}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"s\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"b\":\"AA\"}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"b\":\"AB==\"}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"b\":\"A===\"}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"b\":\"AA==AAAA\"}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"w\":[\"\",\" \"],\"s\":\"\"}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"w\":[\"x\",\" \"],\"d\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"w\":[\"\"],\"d\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"w\":[\"\",\"\",\"\"],\"d\":1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"d\":[1}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"d\":1}}",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\"d\":1",
        "{\"k\":\"tx\"," TIMED ",\"c\":1,\n\"d\":1}",
        "{\"k\":\"rx\"," TIMED ",\"c\":1,\"d\":1}",
        "{\"k\":\"rx\"," TIMED ",\"c\":1,\"n\":-1,\"d\":1}",
        "{\"k\":\"http\"," TIMED ",\"v\":\"kalshi\",\"r\":4294967296,\"st\":200,\"d\":1}",
        "{\"k\":\"http\"," TIMED ",\"v\":\"kalshi\",\"r\":1,\"d\":1}",
        "{\"k\":\"ev\"," TIMED "}",
        "{\"k\":\"ev\"," TIMED ",\"e\":\"opened\"}",
        "{\"k\":\"ev\"," TIMED ",\"e\":\"watched\"}",
        "{\"k\":\"ev\"," TIMED ",\"e\":\"watched\",\"i\":{}}",
        "{\"k\":\"ev\"," TIMED ",\"e\":\"watched\",\"i\":7}",
        "{\"k\":\"ev\"," TIMED ",\"e\":\"retried\"}",
        "{\"k\":\"key\"," TIMED "}",
        "{\"k\":\"key\"," TIMED ",\"round\":1,\"done\":1}",
        "{\"k\":\"key\"," TIMED ",\"round\":1,\"venues\":[]}",
        "{\"k\":\"snap\"," TIMED ",\"round\":1}",
        "{\"k\":\"snap\"," TIMED ",\"round\":1,\"v\":\"kalshi\"}",
        "{\"k\":\"snap\"," TIMED ",\"round\":1,\"v\":\"kalshi\",\"i\":{\"venue\":\"kalshi\"}}",
        "{\"k\":\"chk\",\"n\":1,\"z\":2,\"h\":\"" HASH "0\"}",
        "{\"k\":\"chk\",\"n\":1,\"h\":\"" HASH "\"}",
        "{\"k\":\"chk\",\"n\":1,\"z\":2,\"h\":\"0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef\"}",
        "{\"k\":\"hdr\"," TIMED ",\"fmt\":\"xyz\",\"v\":1,\"seq\":0,\"prev\":null,\"first\":0}",
        "{\"k\":\"hdr\"," TIMED ",\"fmt\":\"obr\",\"v\":2,\"seq\":0,\"prev\":null,\"first\":0}",
        "{\"k\":\"hdr\"," TIMED ",\"fmt\":\"obr\",\"v\":1,\"seq\":0,\"prev\":\"\",\"first\":0}",
        "{\"k\":\"hdr\"," TIMED ",\"fmt\":\"obr\",\"v\":1,\"seq\":0,\"prev\":null,\"first\":0,\"venues\":[1]}",
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        const char *why = NULL;
        if (record_parse(bench->parser, text_from(refused[i]), &bench->record, &why)) fail_msg("taken: %s", refused[i]);
        assert_non_null(why);
    }
    const char *why;
    assert_true(record_parse(bench->parser,
                             TEXT("{\"k\":\"hdr\"," TIMED ",\"fmt\":\"obr\",\"v\":1,\"seq\":0,\"prev\":null,"
                                  "\"first\":0,\"venues\":[{\"v\":\"binance\",\"x\":[]}]}"),
                             &bench->record, &why));
}

/* A line of which each byte in turn is another one, or which ends there, is read or refused, never read beyond. */
static void no_byte_leads_astray(void **state)
{
    struct bench *bench = *state;
    const struct record_reply reply = {VENUE_KALSHI, 5, 200, 1, "a\tb", TEXT("\t{\"a\":[\"\\u0000\",1]}\r\n")};
    assert_true(record_write_replied(&bench->out, stamp, FROM, &reply));
    struct text line = json_writer_text(&bench->out);
    const char *why;
    for (size_t i = 0; i < line.length; i++) {
        for (unsigned byte = 0; byte < 256; byte += 3) {
            char was = bench->out.buffer[i];
            bench->out.buffer[i] = (char)byte;
            bool taken = record_parse(bench->parser, line, &bench->record, &why);
            assert_int_equal(taken, why == NULL);
            bench->out.buffer[i] = was;
        }
        assert_false(record_parse(bench->parser, (struct text){line.at, i}, &bench->record, &why));
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_header),
        TEST(a_question_and_its_answer),
        TEST(every_event),
        TEST(a_mark_means_a_moment_before_it_was_written),
        TEST(a_mark_of_its_own_moment_has_no_ago),
        TEST(an_instrument_with_little_known),
        TEST(keyframes_checks_and_ends),
        TEST(lines_follow_each_other),
        TEST(what_is_unknown_is_skipped),
        TEST(what_is_no_record_is_refused),
        TEST(no_byte_leads_astray),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
