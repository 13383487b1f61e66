/* Questions to several venues at once, without threads and without a network: what they answer is put in by hand, time
 * moves by hand. */
#ifndef BOOKTOP_TESTS_ANSWERING_H
#define BOOKTOP_TESTS_ANSWERING_H

#include "bare_feed.h"

enum { POLY = VENUE_POLYMARKET, KALS = VENUE_KALSHI };

static struct answer_view answer;

static inline int open_feed(void **state)
{
    (void)state;
    bare_feed_open(NULL);
    feed->answers = ring_create(65536);
    assert_non_null(feed->answers);
    assert_true(engine_add_sink(feed->engine, &publisher_sink, feed));
    return 0;
}

static inline int close_feed(void **state)
{
    (void)state;
    bare_feed_close();
    return 0;
}

/* === What is asked === */

static inline void ask_on(enum command_kind kind, unsigned panel, const char *words)
{
    struct command command = {.kind = kind, .lookup = ++feed->next_lookup, .panel = panel};
    text_copy(text_from(words), command.words, sizeof command.words);
    answers_ask(feed, &command);
}

static inline void open_name(const char *words)
{
    ask_on(COMMAND_OPEN, 0, words);
}

static inline void search_for(const char *words)
{
    ask_on(COMMAND_SEARCH, 0, words);
}

/* The question that was put last. */
static inline struct question *question(void)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used && feed->questions[i].lookup == feed->next_lookup) return &feed->questions[i];
    fail_msg("there is no such question");
    return NULL;
}

static inline bool waits_for(unsigned venue)
{
    const struct part *part = &question()->parts[venue];
    return part->state == PART_WAITS && !part->retry.loop;
}

/* True if there is an answer after this turn; it is in `answer` then. */
static inline bool answered(void)
{
    answers_turn(feed);
    return feed_answer(feed, &answer);
}

static inline void fire(struct net_timer *timer)
{
    if (!timer->loop || timer->due > stamp.mono) return;
    net_timer_cancel(timer);
    timer->expired(timer->context);
}

static inline void pass(int64_t nanoseconds)
{
    clock_manual_advance(&stamp, nanoseconds);
    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        struct question *one = &feed->questions[i];
        if (!one->used) continue;
        for (size_t j = 0; j < VENUE_COUNT; j++) fire(&one->parts[j].retry);
        fire(&one->grace);
        fire(&one->patience);
    }
}

/* === What venues say === */

/* A market that was found: its event and what was traded of it. */
struct row {
    const char *symbol, *event;
    int64_t volume;
};

static inline void say_to(uint32_t asked, unsigned venue, enum lookup_result result, const struct catalogue *catalogue,
                          const char *why)
{
    struct lookup_report report = {
        .venue = (enum venue_id)venue, .lookup = asked, .result = result, .catalogue = catalogue, .why = why};
    answers_lookup(feed, &report);
}

static inline void say(unsigned venue, enum lookup_result result, const char *why)
{
    say_to(question()->parts[venue].asked, venue, result, NULL, why);
}

static inline void find_rows(uint32_t asked, unsigned venue, const struct row *rows)
{
    struct catalogue catalogue = {0};
    for (size_t i = 0; rows[i].symbol; i++) {
        struct catalogue_entry *entry = catalogue_append(&catalogue);
        assert_non_null(entry);
        assert_true(instrument_init(&entry->instrument, (enum venue_id)venue, text_from(rows[i].symbol), 4, 2));
        text_copy(text_from(rows[i].event), entry->instrument.event_slug, sizeof entry->instrument.event_slug);
        entry->volume_24h = rows[i].volume;
    }
    say_to(asked, venue, LOOKUP_FOUND, &catalogue, NULL);
    catalogue_free(&catalogue);
}

#define FIND(venue, ...) find_rows(question()->parts[venue].asked, venue, (const struct row[]){__VA_ARGS__, {0}})

static inline void expect_list(const char *symbols)
{
    char found[256] = "";
    assert_int_equal(answer.result, ANSWER_LIST);
    for (size_t i = 0; i < answer.catalogue->count; i++) {
        strcat(found, i ? " " : "");
        strcat(found, answer.catalogue->entries[i].instrument.symbol);
    }
    assert_string_equal(found, symbols);
    answers_release(feed, answer.catalogue);
}

static inline void expect_words(enum answer_result result, const char *why)
{
    assert_int_equal(answer.result, result);
    assert_null(answer.catalogue);
    assert_string_equal(answer.why, why);
}

/* A test of the groups here. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_feed, close_feed)

#endif
