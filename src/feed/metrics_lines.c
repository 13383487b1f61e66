/* The measurements as lines for the screen. */
#include "booktop/base/text.h"
#include "booktop/net/websocket.h"
#include "metrics_rows.h"

static const enum metrics_figure figures[] = {
    [FORM_COUNTER] = METRICS_NUMBER,    [FORM_BYTES] = METRICS_BYTES,     [FORM_GAUGE] = METRICS_NUMBER,
    [FORM_GAUGE_BYTES] = METRICS_BYTES, [FORM_SINCE] = METRICS_AGE,       [FORM_STATE] = METRICS_STATE,
    [FORM_FAILURES] = METRICS_NUMBER,   [FORM_HISTOGRAM] = METRICS_TIMES,
};

static uint64_t failures_of(const struct metrics_row *row, const struct metrics_subject *subject)
{
    uint64_t sum = 0;
    for (unsigned i = 1; i < WEBSOCKET_FAILURE_COUNT; i++) sum += metrics_value(row, subject, i);
    return sum;
}

static uint64_t age(int64_t moment, int64_t now)
{
    return now > moment ? (uint64_t)(now - moment) : 0;
}

/* False where there is nothing to show. */
static bool measure(const struct metrics_row *row, const struct metrics_subject *subject, int64_t now,
                    struct metrics_line *line)
{
    uint64_t value = row->form == FORM_FAILURES ? failures_of(row, subject) : metrics_value(row, subject, 0);
    if (value == 0 && row->form != FORM_STATE) return false;
    line->figure = figures[row->form];
    line->value = row->form == FORM_SINCE ? age((int64_t)value, now) : value;
    if (row->form != FORM_HISTOGRAM) return true;
    const struct histogram *histogram = metrics_histogram(row, subject);
    line->half = histogram_percentile(histogram, 50);
    line->most = histogram_percentile(histogram, 99);
    return true;
}

static size_t measure_subject(const struct metrics_source *source, enum metrics_scope scope,
                              const struct metrics_subject *subject, struct metrics_line *out, size_t most)
{
    size_t count = 0;
    for (size_t i = 0; i < metrics_row_count && count < most; i++) {
        const struct metrics_row *row = &metrics_rows[i];
        if (row->scope != scope || !row->shown || !measure(row, subject, source->now, &out[count])) continue;
        text_copy(text_from(subject->shown), out[count].label, sizeof out[count].label);
        out[count++].name = subject->name ? subject->name : row->shown;
    }
    return count;
}

size_t metrics_lines(const struct metrics_source *source, struct metrics_line *out, size_t most)
{
    size_t count = 0;
    for (unsigned scope = 0; scope < SCOPE_COUNT; scope++) {
        struct metrics_subject subject;
        for (size_t at = 0; count < most && metrics_subject_at(source, (enum metrics_scope)scope, at, &subject); at++)
            count += measure_subject(source, (enum metrics_scope)scope, &subject, out + count, most - count);
    }
    return count;
}
