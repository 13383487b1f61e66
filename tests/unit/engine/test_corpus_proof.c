/* Real messages, where they are at hand: every hash in them is proved, and one wrong digit or one lost entry is noticed
 * at once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/engine/engine.h"
#include "booktop/market/digest.h"
#include "capture.h"

#define HEARD_MAX 64

/* What an engine said about one capture. */
struct heard {
    struct registry *registry;
    struct {
        struct proof_report report;
        char asset[SYMBOL_SIZE];
        enum proof_state state; /* of the market, when it was said */
    } checks[HEARD_MAX];
    unsigned check_count;
    unsigned states[PROOF_STATE_COUNT]; /* how often a market was said to be in each */
    struct burst_report bursts[HEARD_MAX];
    unsigned burst_count, crossed;
    bool applied[CAPTURE_LINES]; /* changes, by their line */
    unsigned refused;
    unsigned locked;          /* events after which the book was locked or crossed */
    unsigned locked_verified; /* of those: the market verified, and nothing of it left out */
};

/* === Hearing === */

static const struct market *the_market(const struct heard *heard)
{
    size_t position = 0;
    const struct market *market = registry_next(heard->registry, &position);
    assert_non_null(market);
    assert_int_equal(registry_count(heard->registry), 1);
    return market;
}

static void hear_event(void *context, const struct event_report *report)
{
    struct heard *heard = context;
    if (report->event->kind == EVENT_CHANGES && report->fate == FATE_APPLIED)
        heard->applied[report->message - 1] = true;
    heard->refused += report->fate == FATE_REFUSED;
    const struct market *market = registry_market(heard->registry, report->market);
    if (!market || !(order_book_locked(&market->book) || order_book_crossed(&market->book))) return;
    heard->locked++;
    heard->locked_verified += market->proof.state == PROOF_VERIFIED && market_cut(market).levels == 0;
}

static void hear_burst(void *context, const struct burst_report *report)
{
    struct heard *heard = context;
    assert_true(heard->burst_count < HEARD_MAX);
    heard->bursts[heard->burst_count++] = *report;
    heard->crossed += report->crossed;
}

static void hear_proof(void *context, const struct proof_report *report)
{
    struct heard *heard = context;
    assert_true(heard->check_count < HEARD_MAX);
    unsigned n = heard->check_count++;
    heard->checks[n].report = *report;
    heard->checks[n].state = registry_market(heard->registry, report->market)->proof.state;
    text_copy(report->asset, heard->checks[n].asset, SYMBOL_SIZE);
}

static void hear_state(void *context, const struct market *market)
{
    struct heard *heard = context;
    heard->states[market->proof.state]++;
}

static const struct engine_sink sink = {
    .on_event = hear_event, .on_burst = hear_burst, .on_proof = hear_proof, .on_state = hear_state};

/* A capture through a new engine, as decode does it. Lines are numbered from 1. The engine is the caller's to end. */
static struct engine *play(const struct capture *capture, struct heard *heard)
{
    struct engine_options options = {.key = "sixteen letters"};
    options.venues[VENUE_POLYMARKET] = (struct venue_options){.discover = true, .stampless = true};
    struct engine *engine = engine_create(&options);
    assert_non_null(engine);
    *heard = (struct heard){.registry = engine_registry(engine)};
    assert_true(engine_add_sink(engine, &sink, heard));
    const struct stamp none = {0, 0};
    for (unsigned i = 0; i < capture->count; i++)
        engine_receive(engine, VENUE_POLYMARKET, none, 0, i + 1, text_from(capture->lines[i]));
    engine_finish(engine, none);
    return engine;
}

/* What was said agrees with what the market counted. */
static void check_sums(const struct heard *heard)
{
    const struct proof *proof = &the_market(heard)->proof;
    uint64_t by_verdict[VERDICT_COUNT] = {0}, searched = 0;
    for (unsigned i = 0; i < heard->check_count; i++) {
        by_verdict[heard->checks[i].report.check.verdict]++;
        searched += heard->checks[i].report.check.searched;
    }
    assert_int_equal(by_verdict[VERDICT_NONE], 0);
    assert_int_equal(proof->verified, by_verdict[VERDICT_VERIFIED]);
    assert_int_equal(proof->failed, by_verdict[VERDICT_FAILED]);
    assert_int_equal(proof->unverifiable, by_verdict[VERDICT_UNVERIFIABLE]);
    assert_int_equal(proof->searched, searched);
    assert_int_equal(proof->bursts, heard->burst_count);
}

/* A check failed at this line, and made the market suspect at that moment. `asset` may be NULL: either. */
static bool fell_at(const struct heard *heard, uint64_t line, const char *asset)
{
    for (unsigned i = 0; i < heard->check_count; i++) {
        const struct proof_report *report = &heard->checks[i].report;
        if (report->message == line && report->check.verdict == VERDICT_FAILED &&
            (!asset || strcmp(heard->checks[i].asset, asset) == 0))
            return heard->checks[i].state == PROOF_SUSPECT && heard->states[PROOF_SUSPECT] > 0;
    }
    return false;
}

/* === What they prove === */

static const struct expectation {
    const char *name;
    bool sorted;
    int verified, searched, duplicates, bursts; /* -1: not said where it comes from */
} expectations[] = {
    {"2025-12-23_btc15m_book_pc_book.jsonl", false, 4, 2, 0, 1},
    {"2026-04-09_small_pair.json", false, 2, 0, 0, 0},
    {"2026-09-11_crossed_fill.jsonl", false, 5, 1, 0, 1},
    /* Grouped by type: the changes come after newer books. In order one of them is applied, and its hash, with the
     * complement of the price that the opening book gave, proves it. */
    {"2026-03-13_btc5m_grouped.jsonl", false, 3, -1, 3, 0},
    {"2026-03-13_btc5m_grouped.jsonl", true, 4, -1, 2, 1},
};

#define CAPTURES (sizeof expectations / sizeof expectations[0])

static void need_expected(struct capture *capture, const struct expectation *expectation)
{
    capture_need(capture, expectation->name);
    if (expectation->sorted) capture_sort(capture);
}

static void every_hash_is_proved(void **state)
{
    (void)state;
    for (size_t i = 0; i < CAPTURES; i++) {
        struct capture capture;
        struct heard heard;
        need_expected(&capture, &expectations[i]);
        struct engine *engine = play(&capture, &heard);
        const struct market *market = the_market(&heard);
        print_message("%s: verified %u, searched %u, failed %u, duplicates %u, bursts %u\n", expectations[i].name,
                      (unsigned)market->proof.verified, (unsigned)market->proof.searched,
                      (unsigned)market->proof.failed, (unsigned)market->proof.duplicates,
                      (unsigned)market->proof.bursts);
        check_sums(&heard);
        assert_int_equal(market->proof.verified, expectations[i].verified);
        assert_int_equal(market->proof.failed, 0);
        assert_int_equal(market->proof.unverifiable, 0);
        assert_int_equal(market->proof.crossed, 0);
        assert_int_equal(market->proof.refused, 0);
        assert_int_equal(market->proof.bursts, expectations[i].bursts);
        assert_int_equal(market->proof.state, PROOF_VERIFIED);
        assert_int_equal(heard.states[PROOF_SUSPECT], 0);
        assert_int_equal(heard.refused, 0);
        assert_int_equal(market->proof.duplicates, expectations[i].duplicates);
        if (expectations[i].searched >= 0) assert_int_equal(market->proof.searched, expectations[i].searched);
        engine_destroy(engine);
        capture_free(&capture);
    }
}

/* Between the two messages of the burst 0.63 is bid and asked; what the burst's end leaves is 0.624 and 0.63. */
static void locked_inside_a_burst_is_no_fault(void **state)
{
    struct capture capture;
    struct heard heard;
    (void)state;
    capture_need(&capture, "2026-09-11_crossed_fill.jsonl");
    struct engine *engine = play(&capture, &heard);
    const struct market *market = the_market(&heard);
    assert_int_equal(heard.locked, 2); /* one report for each token */
    assert_int_equal(heard.locked_verified, 2);
    assert_int_equal(heard.burst_count, 1);
    assert_int_equal(heard.crossed, 0);
    assert_int_equal(market->proof.failed, 0);
    assert_int_equal(heard.states[PROOF_SUSPECT], 0);
    assert_int_equal(heard.states[PROOF_STALE], 0);
    assert_int_equal(order_book_best_bid(&market->book), 6240);
    assert_int_equal(order_book_best_ask(&market->book), 6300);
    assert_int_equal(market_cut(market).levels, 0);
    engine_destroy(engine);
    capture_free(&capture);
}

/* === One digit wrong === */

/* The last digit of the next size as written, from `at` on; NULL: none. *entry: where its object begins. */
static char *next_size(char *at, char **entry)
{
    char *size = strstr(at, "\"size\"");
    if (!size) return NULL;
    for (*entry = size; **entry != '{';) --*entry;
    char *value = strchr(size + strlen("\"size\""), '"');
    assert_non_null(value);
    return strchr(value + 1, '"') - 1;
}

static char other_digit(char digit)
{
    assert_true(digit >= '0' && digit <= '9');
    return digit == '9' ? '8' : (char)(digit + 1);
}

/* The asset of the book that holds the level: the last asset named before it. */
static void asset_of(const char *line, const char *level, char out[SYMBOL_SIZE])
{
    const char *found = NULL;
    for (const char *at = line; (at = strstr(at, "\"asset_id\"")) && at < level; at++) found = at;
    assert_non_null(found);
    found += strlen("\"asset_id\"");
    found += strcspn(found, "0123456789");
    text_copy((struct text){found, strspn(found, "0123456789")}, out, SYMBOL_SIZE);
}

/* Whether a wrong level was noticed at its book. */
static void check_wrong_level(const struct capture *capture, unsigned line, const char *asset)
{
    struct heard heard;
    struct engine *engine = play(capture, &heard);
    check_sums(&heard);
    assert_int_equal(heard.refused, 0);
    assert_true(the_market(&heard)->proof.failed >= 1);
    assert_true(fell_at(&heard, line + 1, asset));
    engine_destroy(engine);
}

static void one_unit_at_any_level_is_noticed(void **state)
{
    unsigned levels = 0;
    (void)state;
    for (size_t i = 0; i < CAPTURES; i++) {
        struct capture capture;
        need_expected(&capture, &expectations[i]);
        for (unsigned line = 0; line < capture.count; line++) {
            if (!is_book(capture.lines[line])) continue;
            for (char *at = capture.lines[line], *level, asset[SYMBOL_SIZE]; (at = next_size(at, &level));) {
                char written = *at;
                asset_of(capture.lines[line], level, asset);
                *at = other_digit(written);
                check_wrong_level(&capture, line, asset);
                *at = written;
                levels++;
            }
        }
        capture_free(&capture);
    }
    assert_int_equal(levels, 1301);
}

/* === Bursts === */

/* Blanks out the entry that begins at `entry`, and a comma beside it. */
static void leave_out(char *entry)
{
    char *end = strchr(entry, '}');
    char *comma = end + 1 + strspn(end + 1, " ");
    char *before = entry - 1;
    while (*before == ' ') before--;
    memset(entry, ' ', (size_t)(end - entry) + 1);
    if (*comma == ',')
        *comma = ' ';
    else if (*before == ',')
        *before = ' ';
}

static unsigned list_entries(char *line, char *entries[8])
{
    unsigned count = 0;
    if (!strstr(line, "\"price_changes\"")) return 0;
    for (char *at = line, *entry; (at = next_size(at, &entry)); count++) {
        assert_true(count < 8);
        entries[count] = entry;
    }
    return count;
}

/* In all of them an entry of one token stands beside that of the other, and says the same. */
static void each_pair(void (*each)(struct capture *capture, unsigned line, char *first, char *second,
                                   const struct heard *whole))
{
    for (size_t i = 0; i < CAPTURES; i++) {
        struct capture capture;
        struct heard whole;
        char *entries[8];
        need_expected(&capture, &expectations[i]);
        struct engine *engine = play(&capture, &whole);
        for (unsigned line = 0; line < capture.count; line++) {
            unsigned count = list_entries(capture.lines[line], entries);
            assert_int_equal(count % 2, 0);
            for (unsigned n = 0; n < count; n += 2) each(&capture, line, entries[n], entries[n + 1], &whole);
        }
        engine_destroy(engine);
        capture_free(&capture);
    }
}

static char *keep(const char *line)
{
    char *kept = strdup(line);
    assert_non_null(kept);
    return kept;
}

static void give_back(char *line, char *kept)
{
    memcpy(line, kept, strlen(kept));
    free(kept);
}

/* The burst that a line belongs to in the whole capture; NULL where the line is not applied. */
static const struct burst_report *burst_of(const struct heard *whole, unsigned line)
{
    for (unsigned i = 0; whole->applied[line] && i < whole->burst_count; i++)
        if (whole->bursts[i].message >= line + 1) return &whole->bursts[i];
    return NULL;
}

static unsigned lost_in_many;

/* Lost for both tokens. Where the burst has another message its hash tells; a burst that is lost whole leaves nothing
 * to check until the next one. */
static void lose_pair(struct capture *capture, unsigned line, char *first, char *second, const struct heard *whole)
{
    struct heard heard;
    char *kept = keep(capture->lines[line]);
    const struct burst_report *burst = burst_of(whole, line);
    leave_out(first);
    leave_out(second);
    struct engine *engine = play(capture, &heard);
    check_sums(&heard);
    if (burst && burst->messages > 1) {
        assert_true(the_market(&heard)->proof.failed >= 1);
        assert_true(fell_at(&heard, burst->message, NULL) || fell_at(&heard, burst->message - 1, NULL));
        assert_int_equal(the_market(&heard)->proof.state, PROOF_VERIFIED); /* the books that follow mend it */
        lost_in_many++;
    } else {
        assert_int_equal(the_market(&heard)->proof.failed, 0);
    }
    engine_destroy(engine);
    give_back(capture->lines[line], kept);
}

static void an_entry_left_out_of_a_burst_is_noticed(void **state)
{
    (void)state;
    lost_in_many = 0;
    each_pair(lose_pair);
    assert_int_equal(lost_in_many, 2);
}

static void digest_of(const struct heard *heard, char out[DIGEST_TEXT_SIZE])
{
    const struct market *market = the_market(heard);
    digest_book(&market->instrument, &market->book, 0, out);
}

/* The other token's entry says it all. Only a repetition may no longer be known as one, where the hash that told it is
 * gone: then it is applied once more, to no effect, and proved. */
static void lose_one(struct capture *capture, unsigned line, char *entry, const struct heard *whole)
{
    struct heard heard;
    char ours[DIGEST_TEXT_SIZE], theirs[DIGEST_TEXT_SIZE];
    char *kept = keep(capture->lines[line]);
    leave_out(entry);
    struct engine *engine = play(capture, &heard);
    check_sums(&heard);
    const struct proof *proof = &the_market(&heard)->proof, *before = &the_market(whole)->proof;
    assert_int_equal(proof->failed, 0);
    assert_true(proof->verified >= before->verified);
    assert_int_equal(proof->verified + proof->duplicates, before->verified + before->duplicates);
    digest_of(&heard, ours);
    digest_of(whole, theirs);
    assert_string_equal(ours, theirs);
    assert_int_equal(heard.states[PROOF_SUSPECT], 0);
    assert_int_equal(heard.refused, 0);
    engine_destroy(engine);
    give_back(capture->lines[line], kept);
}

static void lose_either(struct capture *capture, unsigned line, char *first, char *second, const struct heard *whole)
{
    lose_one(capture, line, first, whole);
    lose_one(capture, line, second, whole);
}

static void one_token_speaks_for_both(void **state)
{
    (void)state;
    each_pair(lose_either);
}

/* A wrong size, the same for both tokens. */
static void spoil_pair(struct capture *capture, unsigned line, char *first, char *second, const struct heard *whole)
{
    struct heard heard;
    char *entry, *kept = keep(capture->lines[line]);
    const struct burst_report *burst = burst_of(whole, line);
    for (unsigned i = 0; i < 2; i++) {
        char *digit = next_size(i ? second : first, &entry);
        *digit = other_digit(*digit);
    }
    struct engine *engine = play(capture, &heard);
    check_sums(&heard);
    assert_int_equal(heard.refused, 0);
    if (burst)
        assert_true(fell_at(&heard, burst->message, NULL));
    else /* not applied: older than the book */
        assert_int_equal(the_market(&heard)->proof.failed, 0);
    engine_destroy(engine);
    give_back(capture->lines[line], kept);
}

static void one_unit_in_any_entry_is_noticed(void **state)
{
    (void)state;
    each_pair(spoil_pair);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hash_is_proved),
        cmocka_unit_test(locked_inside_a_burst_is_no_fault),
        cmocka_unit_test(one_unit_at_any_level_is_noticed),
        cmocka_unit_test(an_entry_left_out_of_a_burst_is_noticed),
        cmocka_unit_test(one_token_speaks_for_both),
        cmocka_unit_test(one_unit_in_any_entry_is_noticed),
    };
    return cmocka_run_group_tests_name("engine/corpus_proof", tests, NULL, NULL);
}
