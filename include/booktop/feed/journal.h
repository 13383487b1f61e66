/* What happened to the connections: a ring of the last entries, and how many there were of each kind. Every entry but
 * those about the log itself goes to the log file, too. Owned by the feed thread; the screen gets copies (feed/view.h).
 * Nothing is allocated.
 */
#ifndef BOOKTOP_FEED_JOURNAL_H
#define BOOKTOP_FEED_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>

#include "booktop/base/clock.h"
#include "booktop/market/instrument.h"

#define JOURNAL_ENTRIES   256
#define JOURNAL_TEXT_SIZE 160

enum journal_kind {
    JOURNAL_STEP,         /* a connection's state changed on its way up */
    JOURNAL_CONNECTED,    /* open: messages may come */
    JOURNAL_RECEIVED,     /* a message; the first of each connection has an entry, the others are counted */
    JOURNAL_RESUBSCRIBED, /* every book is there (again) */
    JOURNAL_RESUBSCRIPTION_FAILED,
    JOURNAL_DISCONNECTED, /* and why */
    JOURNAL_RETRYING,     /* and when */
    JOURNAL_GIVEN_UP,
    JOURNAL_ERROR, /* a request or a message was refused */
    JOURNAL_PONG,  /* counted only */
    JOURNAL_BUFFER_FULL,
    JOURNAL_DROPPED, /* something was lost on the way to the screen, the log or a recording */
    JOURNAL_FROZEN,  /* the stream had stopped though its connection lived */
    JOURNAL_AWOKE,   /* the machine had been suspended, or this program stopped */
    JOURNAL_SHUT_DOWN,
    JOURNAL_KIND_COUNT
};

/* "connected", "resubscription failed", …; as a metric's label with '_' for the blanks. Static. */
const char *journal_kind_text(enum journal_kind kind);

/* In place of a link: of the venue, but of no connection. */
#define JOURNAL_NO_LINK UINT32_MAX

struct journal_entry {
    struct stamp stamp;
    enum journal_kind kind;
    enum venue_id venue;          /* VENUE_COUNT: of no connection */
    unsigned link;                /* or JOURNAL_NO_LINK */
    char text[JOURNAL_TEXT_SIZE]; /* sanitized; "" where the kind says all */
};

struct journal {
    struct journal_entry entries[JOURNAL_ENTRIES]; /* a ring: number n is at n % JOURNAL_ENTRIES */
    uint64_t written;
    uint64_t counts[JOURNAL_KIND_COUNT];
};

/* Counts without an entry. */
void journal_count(struct journal *journal, enum journal_kind kind);
/* Adds an entry, counts it, and logs it (as a warning where something is wrong). An entry that says the same as the
 * one before of its connection within a second is only counted: a venue that fails fast fills no log. */
void journal_write(struct journal *journal, struct stamp stamp, enum journal_kind kind, enum venue_id venue,
                   unsigned link, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The same, but the log is not told. */
void journal_enter(struct journal *journal, struct stamp stamp, enum journal_kind kind, enum venue_id venue,
                   unsigned link, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The newest entries, newest first, at most `most`. Returns how many. */
size_t journal_newest(const struct journal *journal, struct journal_entry *out, size_t most);

#endif
