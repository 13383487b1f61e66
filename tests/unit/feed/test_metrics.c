/* What is measured, and how it is written down. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "booktop/feed/metrics.h"
#include "booktop/feed/view.h"
#include "booktop/net/websocket.h"
#include "page.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND
#define SECOND      NANOSECONDS_PER_SECOND

/* === Histograms === */

static void buckets_double(void **state)
{
    (void)state;
    assert_int_equal(histogram_bound(0), MILLISECOND / 2);
    assert_int_equal(histogram_bound(1), MILLISECOND);
    assert_int_equal(histogram_bound(16), 32768 * MILLISECOND);
    assert_int_equal(histogram_bound(METRICS_BUCKETS - 1), INT64_MAX);
}

static void a_bound_belongs_to_its_bucket(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    histogram_add(&histogram, MILLISECOND / 2);
    histogram_add(&histogram, MILLISECOND / 2 + 1);
    histogram_add(&histogram, 32768 * MILLISECOND);
    histogram_add(&histogram, 32768 * MILLISECOND + 1);
    assert_int_equal(histogram.buckets[0], 1);
    assert_int_equal(histogram.buckets[1], 1);
    assert_int_equal(histogram.buckets[16], 1);
    assert_int_equal(histogram.buckets[17], 1);
    assert_int_equal(histogram.count, 4);
}

static void below_zero_counts_as_zero(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    histogram_add(&histogram, -5 * SECOND);
    histogram_add(&histogram, INT64_MIN);
    histogram_add(&histogram, INT64_MAX);
    assert_int_equal(histogram.buckets[0], 2);
    assert_int_equal(histogram.buckets[17], 1);
    assert_int_equal(histogram.sum, INT64_MAX);
}

static void percentiles(void **state)
{
    (void)state;
    struct histogram histogram = {0};
    assert_int_equal(histogram_percentile(&histogram, 50), -1);
    histogram_add(&histogram, 3 * MILLISECOND);
    assert_int_equal(histogram_percentile(&histogram, 1), 4 * MILLISECOND);
    assert_int_equal(histogram_percentile(&histogram, 99), 4 * MILLISECOND);
    for (unsigned i = 0; i < 98; i++) histogram_add(&histogram, 3 * MILLISECOND);
    histogram_add(&histogram, 60 * SECOND); /* one in a hundred */
    assert_int_equal(histogram_percentile(&histogram, 50), 4 * MILLISECOND);
    assert_int_equal(histogram_percentile(&histogram, 99), 4 * MILLISECOND);
    assert_int_equal(histogram_percentile(&histogram, 100), INT64_MAX);
}

/* === Commands === */

static void a_row_for_each_kind_of_request(void **state)
{
    (void)state;
    struct metrics metrics = {0};
    struct command_metrics *book = metrics_command(&metrics, VENUE_KALSHI, "book");
    assert_ptr_equal(metrics_command(&metrics, VENUE_KALSHI, "book"), book);
    assert_ptr_not_equal(metrics_command(&metrics, VENUE_POLYMARKET, "book"), book);
    assert_string_equal(metrics_command(&metrics, VENUE_KALSHI, NULL)->name, "other");
    assert_int_equal(metrics.command_count, 3);
}

static void too_many_kinds_share_the_last_row(void **state)
{
    (void)state;
    static const char names[40][3] = {"a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "a9",
                                      "b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9",
                                      "c0", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "c8", "c9",
                                      "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9"};
    struct metrics metrics = {0};
    for (size_t i = 0; i < 40; i++) metrics_command(&metrics, VENUE_KALSHI, names[i])->count++;
    assert_int_equal(metrics.command_count, METRICS_COMMANDS);
    const struct command_metrics *last = &metrics.commands[METRICS_COMMANDS - 1];
    assert_string_equal(last->name, "other");
    assert_int_equal(last->count, 40 - (METRICS_COMMANDS - 1));
    assert_int_equal(metrics_command(&metrics, VENUE_KALSHI, "a3")->count, 1);
}

/* === The page === */

struct stage {
    struct metrics metrics;
    struct journal journal;
    struct link_metrics link[2];
    struct metrics_link links[2];
    struct metrics_source source;
    struct json_writer page;
};

static int open_stage(void **state)
{
    struct stage *stage = calloc(1, sizeof *stage);
    *state = stage;
    for (size_t i = 0; i < 2; i++) {
        stage->links[i] = (struct metrics_link){i ? VENUE_KALSHI : VENUE_POLYMARKET, 3 * (unsigned)i, &stage->link[i]};
        stage->link[i].state = LINK_STATE_LIVE;
        stage->link[i].connected = 1;
        stage->link[i].messages = 1204;
        stage->link[i].bytes = 5000000;
        stage->link[i].heard = 90 * SECOND;
        stage->link[i].failures[WEBSOCKET_FAILURE_TLS] = 2;
        histogram_add(&stage->link[i].round_trip, 40 * MILLISECOND);
        histogram_add(&stage->link[i].round_trip, 40 * SECOND);
    }
    stage->metrics.started = 10 * SECOND;
    stage->metrics.views = 7;
    stage->source = (struct metrics_source){&stage->metrics, &stage->journal, stage->links, 2, 100 * SECOND + 500};
    return 0;
}

static int close_stage(void **state)
{
    struct stage *stage = *state;
    json_writer_free(&stage->page);
    free(stage);
    return 0;
}

/* The page, terminated. */
static char *page_of(struct stage *stage)
{
    json_writer_reset(&stage->page);
    metrics_write_page(&stage->source, &stage->page);
    assert_false(stage->page.failed);
    struct text text = json_writer_text(&stage->page);
    return strndup(text.at, text.length);
}

static void every_line_of_the_page_is_right(void **state)
{
    struct stage *stage = *state;
    journal_count(&stage->journal, JOURNAL_BUFFER_FULL);
    struct command_metrics *book = metrics_command(&stage->metrics, VENUE_KALSHI, "book");
    book->count = 9;
    histogram_add(&book->time, 12 * MILLISECOND);
    char *page = page_of(stage);
    size_t samples = page_read(page);
    assert_true(samples > 200);
    assert_true(page_value(page, "booktop_uptime_seconds") == 90.0000005);
    assert_true(page_value(page, "booktop_views_published_total") == 7);
    assert_true(page_value(page, "booktop_link_messages_total{venue=\"kalshi\",link=\"3\"}") == 1204);
    assert_true(page_value(page, "booktop_link_silence_seconds{venue=\"polymarket\",link=\"0\"}") == 10.0000005);
    assert_true(page_value(page, "booktop_link_state{venue=\"kalshi\",link=\"3\",state=\"live\"}") == 1);
    assert_true(page_value(page, "booktop_link_state{venue=\"kalshi\",link=\"3\",state=\"given_up\"}") == 0);
    assert_true(page_value(page, "booktop_link_failures_total{venue=\"kalshi\",link=\"3\",reason=\"tls\"}") == 2);
    assert_true(page_value(page, "booktop_requests_total{venue=\"kalshi\",command=\"book\"}") == 9);
    assert_true(page_value(page, "booktop_events_total{kind=\"buffer_full\"}") == 1);
    assert_true(page_value(page, "booktop_link_round_trip_seconds_sum{venue=\"kalshi\",link=\"3\"}") == 40.04);
    assert_true(page_value(page, "booktop_link_round_trip_seconds_bucket{venue=\"kalshi\",link=\"3\",le=\"0.064\"}") ==
                1);
    assert_true(page_value(page, "booktop_link_round_trip_seconds_bucket{venue=\"kalshi\",link=\"3\",le=\"0.032\"}") ==
                0);
    assert_true(page_value(page, "booktop_link_round_trip_seconds_bucket{venue=\"kalshi\",link=\"3\",le=\"+Inf\"}") ==
                2);
    free(page);
}

static void without_connections_there_is_a_page(void **state)
{
    struct stage *stage = *state;
    stage->source.link_count = 0;
    char *page = page_of(stage);
    assert_true(page_read(page) > 10);
    assert_null(strstr(page, "booktop_link_"));
    assert_null(strstr(page, "booktop_requests_"));
    free(page);
}

static void what_was_never_heard_has_no_age(void **state)
{
    struct stage *stage = *state;
    stage->link[0].heard = 0;
    stage->link[1].heard = stage->source.now + SECOND; /* heard while the page was begun */
    char *page = page_of(stage);
    page_read(page);
    assert_true(page_value(page, "booktop_link_silence_seconds{venue=\"polymarket\",link=\"0\"}") == -1);
    assert_true(page_value(page, "booktop_link_silence_seconds{venue=\"kalshi\",link=\"3\"}") == 0);
    free(page);
}

static void labels_are_escaped(void **state)
{
    struct stage *stage = *state;
    metrics_command(&stage->metrics, VENUE_KALSHI, "a\"b\\c\nd")->count = 3;
    char *page = page_of(stage);
    page_read(page);
    assert_true(page_value(page, "booktop_requests_total{venue=\"kalshi\",command=\"a\\\"b\\\\c\\nd\"}") == 3);
    free(page);
}

static void the_largest_numbers_fit(void **state)
{
    struct stage *stage = *state;
    stage->link[0].messages = UINT64_MAX;
    stage->link[0].bytes = UINT64_MAX;
    stage->link[0].round_trip.sum = UINT64_MAX;
    stage->source.now = INT64_MAX;
    char *page = page_of(stage);
    page_read(page);
    assert_non_null(strstr(page, " 18446744073709551615\n"));
    free(page);
    struct metrics_line lines[METRICS_LINES];
    size_t count = metrics_lines(&stage->source, lines, METRICS_LINES);
    assert_true(count > 10);
}

/* === The lines === */

static const struct metrics_line *line_of(const struct metrics_line *lines, size_t count, const char *label,
                                          const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(lines[i].label, label) == 0 && strcmp(lines[i].name, name) == 0) return &lines[i];
    return NULL;
}

static void lines_are_the_same_rows(void **state)
{
    struct stage *stage = *state;
    struct metrics_line lines[METRICS_LINES];
    metrics_command(&stage->metrics, VENUE_KALSHI, "book")->count = 1234567;
    journal_count(&stage->journal, JOURNAL_RESUBSCRIPTION_FAILED);
    stage->link[1].state = LINK_STATE_IDLE;
    size_t count = metrics_lines(&stage->source, lines, METRICS_LINES);
    static const struct {
        const char *label, *name;
        enum metrics_figure figure;
        uint64_t value;
    } rows[] = {
        {"feed", "running for", METRICS_AGE, 90 * SECOND + 500},
        {"polymarket 0", "state", METRICS_STATE, LINK_STATE_LIVE},
        {"kalshi 3", "state", METRICS_STATE, LINK_STATE_IDLE},
        {"polymarket 0", "messages", METRICS_NUMBER, 1204},
        {"polymarket 0", "received", METRICS_BYTES, 5000000},
        {"polymarket 0", "failures", METRICS_NUMBER, 2},
        {"kalshi book", "requests", METRICS_NUMBER, 1234567},
        {"events", "resubscription failed", METRICS_NUMBER, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct metrics_line *line = line_of(lines, count, rows[i].label, rows[i].name);
        if (!line) fail_msg("no %s of %s", rows[i].name, rows[i].label);
        assert_int_equal(line->figure, rows[i].figure);
        assert_int_equal(line->value, rows[i].value);
    }
    const struct metrics_line *trip = line_of(lines, count, "polymarket 0", "round trip");
    assert_int_equal(trip->figure, METRICS_TIMES);
    assert_int_equal(trip->half, 64 * MILLISECOND);
    assert_int_equal(trip->most, INT64_MAX);
    assert_null(line_of(lines, count, "polymarket 0", "pongs")); /* zero */
    assert_null(line_of(lines, count, "events", "frozen"));
}

static void no_more_lines_than_fit(void **state)
{
    struct stage *stage = *state;
    struct metrics_line lines[METRICS_LINES];
    size_t all = metrics_lines(&stage->source, lines, METRICS_LINES);
    assert_int_equal(metrics_lines(&stage->source, lines, 5), 5);
    assert_int_equal(metrics_lines(&stage->source, lines, 0), 0);
    assert_int_equal(metrics_lines(&stage->source, lines, all), all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(buckets_double),
        cmocka_unit_test(a_bound_belongs_to_its_bucket),
        cmocka_unit_test(below_zero_counts_as_zero),
        cmocka_unit_test(percentiles),
        cmocka_unit_test(a_row_for_each_kind_of_request),
        cmocka_unit_test(too_many_kinds_share_the_last_row),
        cmocka_unit_test_setup_teardown(every_line_of_the_page_is_right, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(without_connections_there_is_a_page, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(what_was_never_heard_has_no_age, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(labels_are_escaped, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(the_largest_numbers_fit, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(lines_are_the_same_rows, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(no_more_lines_than_fit, open_stage, close_stage),
    };
    return cmocka_run_group_tests_name("feed/metrics", tests, NULL, NULL);
}
