/* What an engine or a venue says, written down as lines, so that a test compares what happened with what should have:
 *
 *     changes 1001 applied #2 @40
 *     burst 0xm1 2 messages to #2 @90
 *     wish send 0 PING
 *
 * Times are milliseconds since JOURNAL_START, "-" for input without stamps. A journal belongs to one test.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_JOURNAL_H
#define BOOKTOP_TESTS_SUPPORT_JOURNAL_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/venue.h"

#define JOURNAL_START ((struct stamp){INT64_C(1000000000000), INT64_C(1789156497000000000)})

enum journal_kind {
    JOURNAL_EVENTS = 1,
    JOURNAL_BURSTS = 2,
    JOURNAL_STATES = 4,
    JOURNAL_LINKS = 8,
    JOURNAL_LOOKUPS = 16,
    JOURNAL_WISHES = 32,
    JOURNAL_ALL = 63,
    JOURNAL_PROOFS = 64,
};

struct journal {
    struct registry *registry;
    unsigned kinds;   /* which reports are written down */
    uint32_t request; /* number of the last wish to get something */
    const char *what; /* of the last wish to get or send something */
    char *text;       /* owned */
    size_t length, capacity;
};

__attribute__((format(printf, 2, 3))) static inline void journal_write(struct journal *journal, const char *format, ...)
{
    va_list arguments;
    if (journal->capacity - journal->length < 16384) {
        journal->capacity = journal->capacity * 2 + 32768;
        journal->text = realloc(journal->text, journal->capacity);
        if (!journal->text) abort();
    }
    va_start(arguments, format);
    journal->length += (size_t)vsnprintf(journal->text + journal->length, 16384, format, arguments);
    va_end(arguments);
}

static inline void journal_clear(struct journal *journal)
{
    journal->length = 0;
    if (journal->text) journal->text[0] = '\0';
}

static inline void journal_free(struct journal *journal)
{
    free(journal->text);
    *journal = (struct journal){0};
}

static inline const char *journal_text(const struct journal *journal)
{
    return journal->length ? journal->text : "";
}

/* Also sees to it that both clocks of a stamp moved together. */
static inline void journal_stamp(struct journal *journal, struct stamp stamp)
{
    const struct stamp start = JOURNAL_START;
    if (stamp.mono == 0 && stamp.wall == 0)
        journal_write(journal, " @-\n");
    else if (stamp.mono - start.mono != stamp.wall - start.wall)
        journal_write(journal, " @ clocks apart\n");
    else
        journal_write(journal, " @%lld\n", (long long)((stamp.mono - start.mono) / NANOSECONDS_PER_MILLISECOND));
}

static inline const char *journal_market(const struct journal *journal, struct market_handle handle)
{
    const struct market *market = registry_market(journal->registry, handle);
    return market ? market->instrument.symbol : "nothing";
}

static inline void journal_why(struct journal *journal, const char *why)
{
    if (why) journal_write(journal, ": %s", why);
}

static inline void journal_event(void *context, const struct event_report *report)
{
    static const char *const kinds[EVENT_KIND_COUNT] = {
        [EVENT_SNAPSHOT] = "book",   [EVENT_CHANGES] = "changes",    [EVENT_TRADE] = "trade",
        [EVENT_TICK_SIZE] = "tick",  [EVENT_TICKER] = "ticker",      [EVENT_LIFECYCLE] = "lifecycle",
        [EVENT_CONTROL] = "control", [EVENT_IGNORED] = "not for us", [EVENT_ERROR] = "error",
    };
    static const char *const fates[] = {"applied", "duplicate", "ignored", "refused"};
    struct journal *journal = context;
    if (!(journal->kinds & JOURNAL_EVENTS)) return;
    journal_write(journal, "%s", kinds[report->event->kind]);
    if (report->asset.length) journal_write(journal, " %.*s", TEXT_ARGS(report->asset));
    if (report->asset.length && report->outcome < 0) journal_write(journal, " (stranger)");
    journal_write(journal, " %s", fates[report->fate]);
    journal_why(journal, report->why);
    journal_write(journal, " #%llu", (unsigned long long)report->message);
    journal_stamp(journal, report->stamp);
}

static inline void journal_burst(void *context, const struct burst_report *report)
{
    struct journal *journal = context;
    if (!(journal->kinds & JOURNAL_BURSTS)) return;
    journal_write(journal, "burst %s %llu messages to #%llu%s", journal_market(journal, report->market),
                  (unsigned long long)report->messages, (unsigned long long)report->message,
                  report->crossed ? " crossed" : "");
    journal_stamp(journal, report->stamp);
}

static inline void journal_proof(void *context, const struct proof_report *report)
{
    static const char *const verdicts[VERDICT_COUNT] = {"nothing", "verified", "failed", "unverifiable"};
    const struct proof_check *check = &report->check;
    struct journal *journal = context;
    if (!(journal->kinds & JOURNAL_PROOFS)) return;
    journal_write(journal, "%s%s %s", report->late ? "late " : "", check->snapshot ? "book" : "burst",
                  verdicts[check->verdict]);
    if (report->asset.length) journal_write(journal, " %.*s", TEXT_ARGS(report->asset));
    if (check->recipe) journal_write(journal, " recipe %s", check->recipe);
    if (check->searched) journal_write(journal, " searched");
    journal_why(journal, check->why);
    journal_write(journal, " #%llu", (unsigned long long)report->message);
    journal_stamp(journal, check->stamp);
}

static inline void journal_state(void *context, const struct market *market)
{
    static const char *const statuses[] = {"open", "paused", "closed", "resolved"};
    struct journal *journal = context;
    if (!(journal->kinds & JOURNAL_STATES)) return;
    journal_write(journal, "state %s %s %s epoch %u", market->instrument.symbol, statuses[market->status],
                  proof_state_text(market->proof.state), market->epoch);
    journal_why(journal, market->proof.why);
    journal_write(journal, "\n");
}

static inline void journal_link(void *context, const struct link_report *report)
{
    static const char *const phases[] = {"idle", "connecting", "subscribing", "syncing", "live", "degraded", "down"};
    struct journal *journal = context;
    if (!(journal->kinds & JOURNAL_LINKS)) return;
    journal_write(journal, "link %u %s", report->link, phases[report->phase]);
    journal_why(journal, report->why);
    journal_stamp(journal, report->stamp);
}

static inline void journal_lookup(void *context, const struct lookup_report *report)
{
    static const char *const results[] = {"found", "none", "failed"};
    struct journal *journal = context;
    if (!(journal->kinds & JOURNAL_LOOKUPS)) return;
    journal_write(journal, "lookup %u %s", (unsigned)report->lookup, results[report->result]);
    for (size_t i = 0; report->catalogue && i < report->catalogue->count; i++)
        journal_write(journal, " %s", report->catalogue->entries[i].instrument.symbol);
    journal_why(journal, report->why);
    journal_stamp(journal, report->stamp);
}

static inline void journal_wish(void *context, const struct wish *wish)
{
    static const char *const kinds[] = {"connect", "reconnect", "disconnect", "send", "get", "confirm"};
    struct journal *journal = context;
    if (wish->kind == WISH_GET) journal->request = wish->request;
    if (wish->kind == WISH_GET || wish->kind == WISH_SEND) journal->what = wish->what;
    if ((wish->kind == WISH_GET || wish->kind == WISH_SEND) != (wish->what != NULL)) abort();
    if (!(journal->kinds & JOURNAL_WISHES)) return;
    journal_write(journal, "wish %s", kinds[wish->kind]);
    if (wish->kind != WISH_GET) journal_write(journal, " %u", wish->link);
    if (wish->kind == WISH_CONNECT || wish->kind == WISH_GET) journal_write(journal, " %s", wish->url.at);
    if (wish->kind == WISH_SEND) journal_write(journal, " %.*s", TEXT_ARGS(wish->text));
    journal_why(journal, wish->why);
    journal_write(journal, "\n");
}

#endif
