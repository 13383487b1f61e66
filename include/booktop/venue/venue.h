/* What a venue is to the rest of the house: a table of operations over a state machine without I/O.
 *
 * A sync is fed with frames, HTTP replies, the ups and downs of its links, questions, and stamps; it gives out reports
 * of what it did to the books, answers, and wishes (connect, send, get), all through its outlet, during the call. It
 * knows no socket, no clock and no global. Whoever owns the engine owns the sync and calls it from one thread.
 * Live, replay, decode and tests use the same: a replay leaves the wishes unheard, their replies are in the recording.
 *
 * A stream that stops while its connection lives (pings are answered, books do not come) is found by asking: where a
 * link with books was silent for 30 s, one of its books is asked for by another way and compared. One that has gone on
 * without us twice in a row ends the connection: "frozen: …". Where no useful answer comes, nobody knows whether the
 * link's books are current: they are stale, "the stream is silent", until an answer is the same or the stream goes on,
 * and then what they were before.
 *
 * A link is one connection to the venue's stream, numbered from 0 by the sync. A request number names a GET; replies
 * carry it back.
 */
#ifndef BOOKTOP_VENUE_VENUE_H
#define BOOKTOP_VENUE_VENUE_H

#include "booktop/json/writer.h"
#include "booktop/market/catalogue.h"
#include "booktop/market/registry.h"

/* Where a venue lives; texts are static or outlive the sync. NULL: the venue's own address. */
struct venue_endpoints {
    const char *stream;    /* wss://…; Polymarket: the market channel */
    const char *books;     /* the REST root, https://… without a slash at the end; Polymarket: the CLOB's */
    const char *catalogue; /* Polymarket: Gamma's root */
    const char *trades;    /* Polymarket: the data API's root */
};

/* What a sync is told once. */
struct venue_options {
    struct venue_endpoints endpoints;
    /* A book of a market that nobody added to the registry makes it known: for input that comes without a catalogue
     * (decode). Live, the venue may not add markets to us. */
    bool discover;
    /* The input has no stamps: all are {0, 0}, no time ever passes. */
    bool stampless;
    /* There is a key for a stream that wants one (Kalshi). Without it books are polled by REST. */
    bool has_key;
    /* What `keep` gave in an earlier run; borrowed during `create`. Empty: nothing. */
    struct text kept;
};

/* What became of one event, or of the part of it that concerns one asset: a message of changes is reported once for
 * each asset it names, in order of first mention, after the whole message was applied. */
struct event_report {
    const struct event *event;
    struct market_handle market; /* MARKET_NONE where the market is not known */
    int outcome;                 /* of `asset` in that market, -1 where none is meant */
    struct text asset;           /* the asset reported on; empty where none is named */
    enum event_fate fate;
    const char *why; /* in words, for every fate but applied; may be NULL there too; static */
    struct stamp stamp;
    uint64_t message; /* the number given to `receive`; 0: a reply */
};

/* The end of a burst: the changes of one market that belong together were all applied. One that ended because the
 * network was silent may go on after all: then its end is reported once more, with all of its messages. */
struct burst_report {
    struct market_handle market;
    uint64_t message; /* its last message */
    uint64_t messages;
    struct stamp stamp; /* when it ended */
    bool crossed;       /* the book is crossed or locked at its end */
};

/* A check of a market's book by what the venue gives to check it: a snapshot, or a burst at its end (then this follows
 * the burst's report). The market's proof has been changed by it already. */
struct proof_report {
    struct market_handle market;
    uint64_t message;  /* the snapshot's, or the last one of the burst; 0: a reply */
    struct text asset; /* whose checksum was checked; empty where there is none */
    bool late;         /* a snapshot that was not applied, since the book is newer: checked by itself, it says nothing
                          about the book */
    struct proof_check check;
};

/* A link as its venue sees it: what the connection's words mean beyond "open". */
enum link_phase {
    LINK_IDLE,        /* nothing is wanted of it */
    LINK_CONNECTING,  /* wanted, not open yet */
    LINK_SUBSCRIBING, /* open, our subscription is on its way */
    LINK_SYNCING,     /* the venue answers, not every watched market has its book yet */
    LINK_LIVE,        /* every watched market has its book */
    LINK_DEGRADED,    /* open, but something that should arrive does not; a stream that has stopped, too */
    LINK_DOWN,
};

struct link_report {
    enum venue_id venue;
    unsigned link;
    enum link_phase phase;
    const char *why; /* static, may be NULL */
    struct stamp stamp;
    bool open, given_up; /* the connection itself, as the venue was told of it */
};

/* The kinds of question that can be put to a venue's catalogue. Recordings have them as numbers. */
enum lookup_kind {
    LOOKUP_MARKET,  /* a slug, a web address, a symbol or a token: which market(s) is that? */
    LOOKUP_SEARCH,  /* words */
    LOOKUP_TOP,     /* what is traded most in the last 24 hours */
    LOOKUP_DETAILS, /* a symbol: the one market with all that the venue tells of it beside its book, its fee too where
                       that is asked for apart (Kalshi: of its series; without it where it cannot be had) */
    LOOKUP_KINDS,
};

enum lookup_result {
    LOOKUP_FOUND,  /* the catalogue has the market(s) */
    LOOKUP_NONE,   /* the venue answered that there is nothing of that name */
    LOOKUP_FAILED, /* no answer: `why` */
};

struct lookup_report {
    enum venue_id venue;
    uint32_t lookup; /* as given to `lookup` */
    enum lookup_kind kind;
    enum lookup_result result;
    const struct catalogue *catalogue; /* borrowed during the call; NULL unless found */
    const char *why;                   /* borrowed during the call */
    struct stamp stamp;
};

enum wish_kind {
    WISH_CONNECT,    /* open `link` to `url`, and keep it open */
    WISH_RECONNECT,  /* end the link's present connection and connect again: `why` */
    WISH_DISCONNECT, /* nothing is watched on the link any more, or there is nothing left to watch: `why` */
    WISH_SEND,       /* send `text` over the link */
    WISH_GET,        /* GET `url`, answer as `request` */
    WISH_CONFIRM,    /* the link's data is good: back-off may start anew */
};

struct wish {
    enum wish_kind kind;
    enum venue_id venue;
    unsigned link;
    uint32_t request;
    struct text url;  /* borrowed during the call, terminated */
    struct text text; /* borrowed during the call */
    const char *why;  /* static, may be NULL */
    const char *what; /* static; of WISH_SEND and WISH_GET: its kind in a word, "subscribe", "book" */
};

/* Where a sync's output goes. Every function must be there. Nothing of the sync may be called from inside one. */
struct venue_outlet {
    void (*event)(void *context, const struct event_report *report);
    void (*burst)(void *context, const struct burst_report *report);
    void (*proof)(void *context, const struct proof_report *report);
    void (*state)(void *context, const struct market *market); /* its proof, status or epoch changed */
    void (*link)(void *context, const struct link_report *report);
    void (*lookup)(void *context, const struct lookup_report *report);
    void (*wish)(void *context, const struct wish *wish);
    void *context;
};

/* A reply to WISH_GET. */
struct venue_reply {
    uint32_t request;
    int status;       /* HTTP; 0: none came, `reason` says why */
    struct text body; /* borrowed during the call */
    const char *reason;
    int64_t retry_after; /* ns that the server asked to wait, 0: it did not; more than 10 minutes count as 10 */
};

enum link_change {
    LINK_OPENED,
    LINK_LOST,
    LINK_GIVEN_UP, /* after LINK_LOST, or without having been open: nobody tries any more until LINK_OPENED. What can
                      be had by REST alone is (Kalshi: books are polled, as without a key), and says why.
                      Polymarket's stay stale: REST has them, and the hash of each, but a list may show hundreds, and
                      nothing here paces polls of them as Kalshi's sync does. */
};

/* What a venue does in the background, for the screen: going through its catalogue. */
struct venue_progress {
    bool running;
    uint32_t events; /* gone through so far; when it is not running: known */
};

struct venue_sync; /* each venue's own */

struct venue {
    enum venue_id id;
    const char *name;  /* "polymarket": the word in MARKET and --venue */
    const char *badge; /* "POLY" */
    /* How its books are checked, for the screen: "by SHA-1"; in whole sentences what that is and how it is done, and
     * what it cannot show. Both lists end with NULL. */
    const char *proof;
    const char *const *proof_method;
    const char *const *proof_limits;

    /* `registry` and `outlet` are borrowed for the sync's life, and so are the texts in `options`. NULL when out of
     * memory. */
    struct venue_sync *(*create)(struct registry *registry, const struct venue_outlet *outlet,
                                 const struct venue_options *options);
    void (*destroy)(struct venue_sync *sync);

    /* Starts or stops watching a market of the registry. The venue is told some milliseconds later, of all that changed
     * at once. A market that is not watched any more is emptied: book, tape, had_book. */
    void (*watch)(struct venue_sync *sync, struct stamp stamp, struct market_handle market);
    void (*unwatch)(struct venue_sync *sync, struct stamp stamp, struct market_handle market);

    /* Asks for a market's recent trades, to fill its tape: when a panel shows it, and after each gap. */
    void (*seed)(struct venue_sync *sync, struct stamp stamp, struct market_handle market);

    /* Puts a question; it is answered by outlet.lookup, once, maybe before this returns. */
    void (*lookup)(struct venue_sync *sync, struct stamp stamp, uint32_t lookup, enum lookup_kind kind,
                   struct text words);

    void (*link)(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_change change,
                 const char *reason);
    /* The user asks for it, or the machine woke up: what waits to be asked again (books, polls) is due at once. */
    void (*retry)(struct venue_sync *sync, struct stamp stamp);
    /* One frame exactly as received. `message` numbers it for reports: from 1, as the caller counts. */
    void (*receive)(struct venue_sync *sync, struct stamp stamp, unsigned link, uint64_t message, struct text frame);
    void (*reply)(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply);

    /* Does what is due up to `stamp`, in order of deadline. */
    void (*advance)(struct venue_sync *sync, struct stamp stamp);
    /* The mono ns at which the next thing is due, TIME_NEVER: none. */
    int64_t (*deadline)(const struct venue_sync *sync);
    /* The end of all input: open bursts end. */
    void (*finish)(struct venue_sync *sync, struct stamp stamp);

    /* NULL: this venue does nothing in the background, and has nothing to keep. */
    void (*progress)(const struct venue_sync *sync, struct venue_progress *progress);
    /* Appends what is worth keeping until the next run, nothing if there is nothing. */
    void (*keep)(const struct venue_sync *sync, struct json_writer *out);

    /* For recordings: a market, and apart from it what belongs to none (links, numbered streams, what was asked and is
     * not answered yet), as the members of a JSON object, without its braces. A sync that is made anew, is given back
     * the second, then each market, and is told what came after, does what the first one did: the same events, proofs
     * and counts, and saves the same bytes. So nothing is in them that differs from process to process: markets are
     * named by their symbols, times are ns before `stamp` (null: never). Questions to the catalogue and what was read
     * of it are not saved. A market's: its book ("bids", "asks": prices and sizes as texts, best first), its digest
     * ("h"), status, last trade and trades, its proof with counts and notes, and what is kept to prove and resync it.
     */
    void (*save)(const struct venue_sync *sync, struct stamp stamp, struct market_handle market,
                 struct json_writer *out);
    void (*save_links)(const struct venue_sync *sync, struct stamp stamp, struct json_writer *out);
    /* `market` and `links` are objects with these members among others: of another process, and hostile maybe. What
     * the market was before is gone, but for its handle; its epoch is raised. MARKET_NONE, false: not of that form, or
     * out of memory; the market is empty then, the links as new. Of each link that was restored the phase is reported.
     */
    struct market_handle (*restore)(struct venue_sync *sync, struct stamp stamp, const struct instrument *instrument,
                                    struct text market);
    bool (*restore_links)(struct venue_sync *sync, struct stamp stamp, struct text links);
};

/* The row of a venue, and by its name (NULL: no such venue). */
const struct venue *venue_get(enum venue_id id);
const struct venue *venue_find(struct text name);

#endif
