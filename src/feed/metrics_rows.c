/* What is measured, and of what. */
#include "metrics_rows.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "booktop/base/text.h"
#include "booktop/venue/venue.h"

#define FEED(member)    offsetof(struct metrics, member), SCOPE_FEED
#define LINK(member)    offsetof(struct link_metrics, member), SCOPE_LINK
#define COMMAND(member) offsetof(struct command_metrics, member), SCOPE_COMMAND

const struct metrics_row metrics_rows[] = {
    {FEED(started), FORM_SINCE, "uptime_seconds", "How long the feed has been running.", "running for"},
    {FEED(engine_messages), FORM_COUNTER, "engine_messages_total", "Frames given to the engine.", "messages"},
    {FEED(views), FORM_COUNTER, "views_published_total", "Views published to the screen.", "views"},
    {FEED(views_held), FORM_COUNTER, "views_held_total", "Views held back until the screen wanted one.",
     "views held back"},
    {LINK(state), FORM_STATE, "link_state", "The connection's state: 1 for the one that holds.", "state"},
    {LINK(connected), FORM_GAUGE, "link_connected", "1 while the connection is open.", NULL},
    {LINK(heard), FORM_SINCE, "link_silence_seconds", "Since the last sign of life.", "silent for"},
    {LINK(messages), FORM_COUNTER, "link_messages_total", "Messages received.", "messages"},
    {LINK(bytes), FORM_BYTES, "link_received_bytes_total", "Bytes of messages received.", "received"},
    {LINK(sent), FORM_COUNTER, "link_sent_messages_total", "Messages handed to the network.", "messages sent"},
    {LINK(sent_bytes), FORM_BYTES, "link_sent_bytes_total", "Bytes of messages handed to the network.", "sent"},
    {LINK(queue_bytes), FORM_GAUGE_BYTES, "link_queue_bytes", "Bytes that wait to be sent.", "waiting"},
    {LINK(refused_sends), FORM_COUNTER, "link_refused_sends_total", "Messages that the full queue refused.",
     "sends refused"},
    {LINK(attempts), FORM_COUNTER, "link_attempts_total", "Attempts to connect.", "attempts"},
    {LINK(retries), FORM_COUNTER, "link_retries_total", "Attempts that followed a failure.", "retries"},
    {LINK(connects), FORM_COUNTER, "link_connects_total", "Times the connection was open.", "connects"},
    {LINK(failures), FORM_FAILURES, "link_failures_total", "Ends of connections and failed attempts, by kind.",
     "failures"},
    {LINK(transitions), FORM_COUNTER, "link_transitions_total", "Changes of state.", "changes of state"},
    {LINK(pongs), FORM_COUNTER, "link_pongs_total", "Answers to our pings.", "pongs"},
    {LINK(pings), FORM_COUNTER, "link_pings_total", "Pings of the venue that were seen.", "venue's pings"},
    {LINK(round_trip), FORM_HISTOGRAM, "link_round_trip_seconds", "From our ping to its answer.", "round trip"},
    {LINK(latency), FORM_HISTOGRAM, "link_latency_seconds",
     "From the venue's stamp of a change to ours; clocks may differ.", "latency"},
    {LINK(opening), FORM_HISTOGRAM, "link_opening_seconds", "From an attempt's begin to the open connection.",
     "opening"},
    {LINK(syncing), FORM_HISTOGRAM, "link_syncing_seconds", "From the open connection until every book was there.",
     "syncing"},
    {COMMAND(count), FORM_COUNTER, "requests_total", "Requests and commands sent to the venue.", "requests"},
    {COMMAND(failed), FORM_COUNTER, "requests_failed_total", "Those that failed.", "failed"},
    {COMMAND(time), FORM_HISTOGRAM, "request_seconds", "Until a request was answered.", "answered in"},
    {0, SCOPE_KIND, FORM_COUNTER, "events_total", "What happened to the connections, by kind.", "events"},
};

const size_t metrics_row_count = sizeof metrics_rows / sizeof *metrics_rows;

/* Whatever is measured as a number has 64 bits. */
uint64_t metrics_value(const struct metrics_row *row, const struct metrics_subject *subject, size_t index)
{
    uint64_t value;
    memcpy(&value, subject->at + row->offset + index * sizeof value, sizeof value);
    return value;
}

const struct histogram *metrics_histogram(const struct metrics_row *row, const struct metrics_subject *subject)
{
    return (const struct histogram *)(const void *)(subject->at + row->offset);
}

/* === Subjects === */

void metrics_add_label(char labels[METRICS_LABELS_SIZE], const char *name, const char *value)
{
    char text[METRICS_LABELS_SIZE];
    size_t used = strlen(labels);
    int written = snprintf(text, sizeof text, "%s%s=\"", used ? "," : "", name);
    size_t length = (size_t)written;
    for (; *value && length + 3 < sizeof text; value++) {
        if (*value == '\\' || *value == '"' || *value == '\n') text[length++] = '\\';
        text[length++] = *value == '\n' ? 'n' : *value;
    }
    text[length++] = '"';
    if (*value || used + length >= METRICS_LABELS_SIZE) return;
    memcpy(labels + used, text, length);
    labels[used + length] = '\0';
}

void metrics_add_word(char labels[METRICS_LABELS_SIZE], const char *name, const char *words)
{
    char joined[32];
    text_copy(text_from(words), joined, sizeof joined);
    for (char *blank = joined; (blank = strchr(blank, ' '));) *blank = '_';
    metrics_add_label(labels, name, joined);
}

static void label_link(const struct metrics_link *link, struct metrics_subject *subject)
{
    char number[16];
    const char *venue = venue_get(link->venue)->name;
    snprintf(number, sizeof number, "%u", link->link);
    subject->at = (const char *)link->metrics;
    metrics_add_label(subject->labels, "venue", venue);
    metrics_add_label(subject->labels, "link", number);
    snprintf(subject->shown, sizeof subject->shown, "%s %s", venue, number);
}

static void label_command(const struct command_metrics *command, struct metrics_subject *subject)
{
    const char *venue = command->venue < VENUE_COUNT ? venue_get(command->venue)->name : "";
    subject->at = (const char *)command;
    if (venue[0]) metrics_add_label(subject->labels, "venue", venue);
    metrics_add_label(subject->labels, "command", command->name);
    snprintf(subject->shown, sizeof subject->shown, "%s%s%s", venue, venue[0] ? " " : "", command->name);
}

static void label_kind(const struct journal *journal, enum journal_kind kind, struct metrics_subject *subject)
{
    subject->at = (const char *)&journal->counts[kind];
    subject->name = journal_kind_text(kind);
    metrics_add_word(subject->labels, "kind", subject->name);
    text_copy(TEXT("events"), subject->shown, sizeof subject->shown);
}

bool metrics_subject_at(const struct metrics_source *source, enum metrics_scope scope, size_t at,
                        struct metrics_subject *subject)
{
    const size_t counts[SCOPE_COUNT] = {1, source->link_count, source->metrics->command_count, JOURNAL_KIND_COUNT};
    if (at >= counts[scope]) return false;
    memset(subject, 0, sizeof *subject);
    switch (scope) {
    case SCOPE_LINK:
        label_link(&source->links[at], subject);
        break;
    case SCOPE_COMMAND:
        label_command(&source->metrics->commands[at], subject);
        break;
    case SCOPE_KIND:
        label_kind(source->journal, (enum journal_kind)at, subject);
        break;
    default:
        subject->at = (const char *)source->metrics;
        text_copy(TEXT("feed"), subject->shown, sizeof subject->shown);
        break;
    }
    return true;
}
