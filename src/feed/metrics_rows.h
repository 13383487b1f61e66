/* The table of what is measured, for the two who write it down: metrics_page.c and metrics_lines.c. */
#ifndef BOOKTOP_SRC_FEED_METRICS_ROWS_H
#define BOOKTOP_SRC_FEED_METRICS_ROWS_H

#include "booktop/feed/metrics.h"

#define METRICS_LABELS_SIZE 160

/* What a row is measured of; its subjects carry these labels. */
enum metrics_scope {
    SCOPE_FEED,
    SCOPE_LINK,    /* venue, link */
    SCOPE_COMMAND, /* venue, command */
    SCOPE_KIND,    /* kind: of the journal's entries */
    SCOPE_COUNT
};

enum metrics_form {
    FORM_COUNTER,
    FORM_BYTES, /* a counter, too */
    FORM_GAUGE, /* one of bytes: */
    FORM_GAUGE_BYTES,
    FORM_SINCE,     /* a gauge: how long ago a moment was; none where it never was */
    FORM_STATE,     /* a gauge for each state, 1 for the one that holds */
    FORM_FAILURES,  /* a counter for each kind of failure */
    FORM_HISTOGRAM, /* of times */
};

struct metrics_row {
    size_t offset; /* of its value in what the scope measures */
    enum metrics_scope scope;
    enum metrics_form form;
    const char *name;  /* the page's, behind "booktop_" */
    const char *help;  /* no backslash, no line feed */
    const char *shown; /* for people; NULL: not on the screen */
};

extern const struct metrics_row metrics_rows[];
extern const size_t metrics_row_count;

/* One thing that the rows of a scope are measured of. */
struct metrics_subject {
    const char *at; /* where the rows' offsets count from */
    char labels[METRICS_LABELS_SIZE];
    char shown[METRICS_LABEL_SIZE];
    const char *name; /* instead of the row's own on the screen, or NULL */
};

/* The subject at this place of a scope. False behind the last one. */
bool metrics_subject_at(const struct metrics_source *source, enum metrics_scope scope, size_t at,
                        struct metrics_subject *subject);
/* Appends `name="value"`, the value escaped. What does not fit is left out whole. */
void metrics_add_label(char labels[METRICS_LABELS_SIZE], const char *name, const char *value);
/* The same with words of ours, which are joined: "given_up". */
void metrics_add_word(char labels[METRICS_LABELS_SIZE], const char *name, const char *words);

/* The value of a row; `index` where it has several. */
uint64_t metrics_value(const struct metrics_row *row, const struct metrics_subject *subject, size_t index);
const struct histogram *metrics_histogram(const struct metrics_row *row, const struct metrics_subject *subject);

#endif
