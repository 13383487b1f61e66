/* The measurements as a page for Prometheus. */
#include <inttypes.h>
#include <stdio.h>

#include "booktop/base/decimal.h"
#include "booktop/feed/view.h"
#include "booktop/net/websocket.h"
#include "metrics_rows.h"

#define LINE_SIZE 512

_Static_assert((int)METRICS_FAILURES >= (int)WEBSOCKET_FAILURE_COUNT, "a count for each way to fail");

static const char *const types[] = {
    [FORM_COUNTER] = "counter", [FORM_BYTES] = "counter", [FORM_GAUGE] = "gauge",      [FORM_GAUGE_BYTES] = "gauge",
    [FORM_SINCE] = "gauge",     [FORM_STATE] = "gauge",   [FORM_FAILURES] = "counter", [FORM_HISTOGRAM] = "histogram",
};

static void put_line(struct json_writer *out, const char *line)
{
    json_write_raw(out, text_from(line));
    json_write_newline(out);
}

static void put_sample(struct json_writer *out, const struct metrics_row *row, const char *suffix, const char *labels,
                       const char *value)
{
    char line[LINE_SIZE];
    snprintf(line, sizeof line, labels[0] ? "booktop_%s%s{%s} %s" : "booktop_%s%s%s %s", row->name, suffix, labels,
             value);
    put_line(out, line);
}

static void put_number(struct json_writer *out, const struct metrics_row *row, const char *suffix, const char *labels,
                       uint64_t value)
{
    char text[DECIMAL_TEXT_SIZE];
    snprintf(text, sizeof text, "%" PRIu64, value);
    put_sample(out, row, suffix, labels, text);
}

static void seconds_text(uint64_t nanoseconds, char out[DECIMAL_TEXT_SIZE])
{
    decimal_format(nanoseconds < INT64_MAX ? (int64_t)nanoseconds : INT64_MAX, 9, out);
}

static void put_seconds(struct json_writer *out, const struct metrics_row *row, const char *suffix, const char *labels,
                        uint64_t nanoseconds)
{
    char text[DECIMAL_TEXT_SIZE];
    seconds_text(nanoseconds, text);
    put_sample(out, row, suffix, labels, text);
}

static void put_histogram(struct json_writer *out, const struct metrics_row *row, const struct metrics_subject *subject)
{
    const struct histogram *histogram = metrics_histogram(row, subject);
    uint64_t below = 0;
    for (unsigned i = 0; i < METRICS_BUCKETS; i++) {
        char labels[METRICS_LABELS_SIZE], bound[DECIMAL_TEXT_SIZE] = "+Inf";
        if (histogram_bound(i) != INT64_MAX) seconds_text((uint64_t)histogram_bound(i), bound);
        text_copy(text_from(subject->labels), labels, sizeof labels);
        metrics_add_label(labels, "le", bound);
        below += histogram->buckets[i];
        put_number(out, row, "_bucket", labels, below);
    }
    put_seconds(out, row, "_sum", subject->labels, histogram->sum);
    put_number(out, row, "_count", subject->labels, histogram->count);
}

/* A sample for each value of one more label. */
static void put_each(struct json_writer *out, const struct metrics_row *row, const struct metrics_subject *subject)
{
    bool state = row->form == FORM_STATE;
    unsigned count = state ? (unsigned)LINK_STATE_COUNT : (unsigned)WEBSOCKET_FAILURE_COUNT;
    for (unsigned i = state ? 0 : 1; i < count; i++) {
        char labels[METRICS_LABELS_SIZE];
        text_copy(text_from(subject->labels), labels, sizeof labels);
        if (state)
            metrics_add_word(labels, "state", link_state_text((enum link_state)i));
        else
            metrics_add_word(labels, "reason", websocket_failure_text((enum websocket_failure)i));
        put_number(out, row, "", labels, state ? metrics_value(row, subject, 0) == i : metrics_value(row, subject, i));
    }
}

static void put_subject(struct json_writer *out, const struct metrics_row *row, const struct metrics_subject *subject,
                        int64_t now)
{
    int64_t moment;
    switch (row->form) {
    case FORM_HISTOGRAM:
        put_histogram(out, row, subject);
        break;
    case FORM_STATE:
    case FORM_FAILURES:
        put_each(out, row, subject);
        break;
    case FORM_SINCE:
        moment = (int64_t)metrics_value(row, subject, 0);
        if (moment) put_seconds(out, row, "", subject->labels, now > moment ? (uint64_t)(now - moment) : 0);
        break;
    default:
        put_number(out, row, "", subject->labels, metrics_value(row, subject, 0));
        break;
    }
}

static void put_row(const struct metrics_source *source, const struct metrics_row *row, struct json_writer *out)
{
    char line[LINE_SIZE];
    struct metrics_subject subject;
    for (size_t at = 0; metrics_subject_at(source, row->scope, at, &subject); at++) {
        if (at == 0) {
            snprintf(line, sizeof line, "# HELP booktop_%s %s", row->name, row->help);
            put_line(out, line);
            snprintf(line, sizeof line, "# TYPE booktop_%s %s", row->name, types[row->form]);
            put_line(out, line);
        }
        put_subject(out, row, &subject, source->now);
    }
}

void metrics_write_page(const struct metrics_source *source, struct json_writer *out)
{
    for (size_t i = 0; i < metrics_row_count; i++) put_row(source, &metrics_rows[i], out);
}
