/* What is measured of the connections: one table of rows makes the panel on the screen and the page for Prometheus.
 *
 * Counters rise from the start of the feed, gauges are as of the moment they are read, histograms are counted in
 * buckets that double. Times in ns (the page: seconds). Owned by the feed thread. No floating point but in the page's
 * text, where it is written from integers.
 */
#ifndef BOOKTOP_FEED_METRICS_H
#define BOOKTOP_FEED_METRICS_H

#include "booktop/feed/journal.h"
#include "booktop/json/writer.h"

#define METRICS_BUCKETS  18 /* <= 0.5 ms, 1 ms, 2 ms, … 32.768 s, and everything beyond */
#define METRICS_COMMANDS 24

struct histogram {
    uint64_t count, sum; /* of all; ns */
    uint64_t buckets[METRICS_BUCKETS];
};

/* What is below 0 counts as 0. */
void histogram_add(struct histogram *histogram, int64_t nanoseconds);
/* The bound of the bucket below which `percent` of all lie, ns; INT64_MAX beyond the last one, -1 without any. */
int64_t histogram_percentile(const struct histogram *histogram, unsigned percent);
/* The bound of a bucket, ns, what lies on it included; INT64_MAX: the last one has none. */
int64_t histogram_bound(unsigned bucket);

/* Why connections ended; as websocket_failure says. */
#define METRICS_FAILURES 16

/* Of one connection. */
struct link_metrics {
    uint64_t messages, bytes, sent, sent_bytes;
    uint64_t connects, attempts, failures[METRICS_FAILURES];
    uint64_t pongs, pings, refused_sends, retries;
    uint64_t transitions; /* changes of state */
    /* Gauges. */
    int64_t connected;                    /* 0 or 1 */
    int64_t state;                        /* enum link_state */
    int64_t heard;                        /* mono ns, 0: never */
    int64_t queue_bytes;                  /* that wait to be sent */
    struct histogram round_trip, latency; /* of pings; from the venue's stamp to ours */
    struct histogram opening;             /* from the attempt's begin to the open connection */
    struct histogram syncing;             /* and from there until every book is there */
};

/* Of one kind of request, over all connections: "book", "trades", "subscribe". */
struct command_metrics {
    enum venue_id venue;
    const char *name; /* static */
    uint64_t count, failed;
    struct histogram time; /* until it was answered; none where there is no answer */
};

struct metrics {
    struct command_metrics commands[METRICS_COMMANDS];
    size_t command_count;
    uint64_t views, views_held; /* published to the screen; held back until it wanted one */
    uint64_t engine_messages;
    int64_t started; /* mono ns */
};

/* The row of a kind of request, made at its first use (NULL: "other"). When all are taken it is the last one, which is
 * the "other" of no venue (VENUE_COUNT). Rows stay where they are. */
struct command_metrics *metrics_command(struct metrics *metrics, enum venue_id venue, const char *name);

/* What a row of the table reads. */
struct metrics_source {
    const struct metrics *metrics;
    const struct journal *journal;
    const struct metrics_link {
        enum venue_id venue;
        unsigned link;
        const struct link_metrics *metrics;
    } * links;
    size_t link_count;
    int64_t now; /* mono ns */
};

/* The page, in Prometheus' text format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
void metrics_write_page(const struct metrics_source *source, struct json_writer *out);

#define METRICS_LABEL_SIZE 40
#define METRICS_LINES      96

enum metrics_figure {
    METRICS_NUMBER,
    METRICS_BYTES,
    METRICS_AGE,   /* ns */
    METRICS_STATE, /* an enum link_state (feed/view.h) */
    METRICS_TIMES, /* ns: half of all, and 99 of 100, are below; as histogram_percentile */
};

/* A row for the screen: "polymarket 0", "messages", 1204. */
struct metrics_line {
    char label[METRICS_LABEL_SIZE];
    const char *name; /* static, short: for people */
    enum metrics_figure figure;
    uint64_t value; /* but of METRICS_TIMES: */
    int64_t half, most;
};

/* The same rows for the screen, those that are zero left out. Returns how many. */
size_t metrics_lines(const struct metrics_source *source, struct metrics_line *out, size_t most);

#endif
