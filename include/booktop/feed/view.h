/* What the feed shows to the screen: plain data, copied whole, no pointers into the feed.
 *
 * A view is published through a triple buffer (one per panel), so that the ui always takes the newest and never waits.
 * Texts in it are the venue's, raw: text_sanitize before they are drawn. A view carries an epoch: when it differs from
 * the last view's, what the ui gathered from views (scroll, cursor, history) is dropped.
 * All stamps are the feed's clock; the ui compares them with its own reading of the same clock.
 */
#ifndef BOOKTOP_FEED_VIEW_H
#define BOOKTOP_FEED_VIEW_H

#include "booktop/feed/journal.h"
#include "booktop/feed/metrics.h"
#include "booktop/market/catalogue.h"
#include "booktop/market/depth.h"
#include "booktop/market/registry.h"
#include "booktop/market/statistics.h"
#include "booktop/venue/venue.h"

/* A connection's state (link_state_text gives the words). */
enum link_state {
    LINK_STATE_IDLE,
    LINK_STATE_RESOLVING,
    LINK_STATE_CONNECTING,
    LINK_STATE_HANDSHAKING,
    LINK_STATE_SUBSCRIBING,
    LINK_STATE_SYNCING,
    LINK_STATE_LIVE,
    LINK_STATE_DEGRADED,
    LINK_STATE_DOWN,
    LINK_STATE_GIVEN_UP,
    LINK_STATE_COUNT
};

const char *link_state_text(enum link_state state);

#define VIEW_TRADES      TAPE_TRADES
#define VIEW_REASON_SIZE 160
#define VIEW_STEPS       5
#define LATENCY_UNKNOWN  INT64_MIN

/* The steps of a start, for the screen that is shown before the first book. */
enum start_step { STEP_LOOKUP, STEP_RESOLVE, STEP_CONNECT, STEP_SUBSCRIBE, STEP_FIRST_BOOK };

#define LINK_DOUBT (5 * NANOSECONDS_PER_SECOND)

struct link_view {
    enum link_state state;
    char reason[VIEW_REASON_SIZE]; /* why it is down or degraded; sanitized; "" otherwise */
    int64_t since;                 /* mono ns of the last change of state */
    int64_t retry_at;              /* mono ns of the next attempt while down, else TIME_NEVER */
    unsigned attempts;             /* failures since the last success */
    uint64_t reconnects, messages, bytes;
    /* The last sign of life of the present connection, and our oldest ping that has no answer yet, mono ns; 0: none.
     * While a ping is unanswered for LINK_DOUBT nobody knows whether the books on the screen are current. */
    int64_t heard, unanswered;
    uint64_t entered[LINK_STATE_COUNT]; /* how often each state was entered */
    int64_t spent[LINK_STATE_COUNT];    /* ns in each, the present one not counted */
    int64_t round_trip;                 /* ns, -1 unknown */
    int64_t pinged;                     /* mono ns of the venue's last heartbeat that was answered, 0: none was seen */
    /* How long each step took from the start, ns; -1: not yet. */
    int64_t steps[VIEW_STEPS];
};

/* Trades newest first, in terms of outcome 0. */
struct tape_view {
    uint32_t count;
    uint64_t total;
    struct trade trades[VIEW_TRADES];
};

/* What was traded at each price since the tape began, in terms of outcome 0, the lowest price first; of more prices
 * than fit those around the last trade. A recording's tape begins anew where it is jumped to. */
#define VIEW_VOLUMES 256

struct volume_view {
    uint32_t count;
    struct level prices[VIEW_VOLUMES];
};

/* One market on one panel. Everything is in terms of outcome 0. While a book is crossed or locked inside an open burst
 * nothing is published of it, at most 50 ms, so that what is shown is the last state that was whole. */
struct book_view {
    uint64_t serial; /* raised with every publication */
    uint32_t epoch;
    struct market_handle market; /* MARKET_NONE: the panel has no market (yet): only `link`, `demo` and `trouble` mean
                                    something */
    /* Why the venues could not be asked for what the panel (a search: panel 0) waits for; they are asked again. "":
     * they are being asked, or nothing is waited for. */
    char trouble[VIEW_REASON_SIZE];
    struct instrument instrument;
    enum market_status status;
    int winner; /* outcome, -1 */
    /* A book is here to be drawn. It may be one of before: proof.state says so (stale, or syncing after a loss). */
    bool has_book;
    struct depth depth;   /* the book as the venue sent it */
    struct clean_cut cut; /* what is to be left out of it when it is drawn: clean_view_apply on the drawer's copy */
    bool crossed, locked; /* the book itself, as the venue sent it */
    struct statistics statistics; /* without what is left out */
    price_t last_trade;
    int64_t volume_24h; /* MONEY_SCALE, -1 unknown */
    struct tape_view tape;
    struct volume_view volume;
    struct proof proof;
    struct link_view link;
    int64_t venue_ms;     /* of the newest change */
    struct stamp changed; /* when the book last changed here */
    struct stamp heard;   /* when the venue last said anything about this market */
    int64_t latency; /* ns from the venue's stamp to ours, of the newest change; or LATENCY_UNKNOWN; may be < 0 where
                        clocks differ */
    uint32_t rate;   /* messages applied to this market in the last full second */
    bool demo;       /* fed by the local exchange */
    bool maybe_demo; /* a recording that does not say it any more */
    uint64_t change_count; /* changes of the book so far in this epoch: for telling whether it moved */
    uint64_t described;    /* 0: `details` are not known; else another number whenever they change */
    struct details details;
};

/* What views say of what they show, the same for all who show it. Pure.
 *
 * Open, whatever the venue makes of it: it can bring news of books that were subscribed already. */
bool link_carries(enum link_state state);
/* An open connection whose ping has waited for its answer for LINK_DOUBT. */
bool link_in_doubt(const struct link_view *link, struct stamp now);
/* True if a book in this state cannot be taken for current: it is of before a loss that is not made up for yet, nothing
 * carries news of it, or whether something does is in doubt. `link` is its market's. */
bool proof_stale(enum proof_state state, bool has_book, const struct link_view *link, struct stamp now);
bool book_stale(const struct book_view *view, struct stamp now);
/* The same as the state that is to be told: PROOF_STALE, or the book's own. */
enum proof_state book_proof(const struct book_view *view, struct stamp now);

/* A row of the market list's live quotes. */
struct quote {
    struct market_handle market;
    char symbol[SYMBOL_SIZE]; /* the market's */
    enum venue_id venue;
    price_t best_bid, best_ask, last_trade; /* of outcome 0, PRICE_NONE where unknown */
    enum proof_state proof;                 /* as book_proof */
    enum market_status status;
    bool live; /* from a book (proof says of when); else the catalogue's figures hold */
};

#define QUOTES_MAX 256

/* A venue's connections in a word: the state of the one that is worst off. */
struct venue_link {
    enum link_state state; /* LINK_STATE_IDLE: none is wanted */
    int64_t retry_at;      /* as link_view's */
    char reason[VIEW_REASON_SIZE];
};

/* Published at most 4 times a second and only while a list is open. */
struct quote_table {
    struct venue_progress progress[VENUE_COUNT]; /* of their catalogues */
    struct venue_link links[VENUE_COUNT];
    uint32_t count;
    struct quote quotes[QUOTES_MAX];
};

/* The connections, for the log panel: published at most 4 times a second, and only while it is open. */
#define CONNECTIONS_MAX     16
#define CONNECTIONS_ENTRIES 128

struct connections_view {
    struct stamp now;
    uint32_t count, left_out; /* connections shown, and those beyond */
    struct connection {
        enum venue_id venue;
        unsigned link;
        struct link_view view;
    } connections[CONNECTIONS_MAX];
    uint64_t written; /* entries so far; newest first */
    uint32_t entry_count;
    struct journal_entry entries[CONNECTIONS_ENTRIES];
    uint32_t line_count;
    struct metrics_line lines[METRICS_LINES];
};

enum answer_result {
    ANSWER_OPENED, /* a panel got the one market that was meant */
    ANSWER_LIST,   /* `catalogue` has the markets to choose from */
    ANSWER_NONE,   /* no venue that was asked knows anything of that name, or there is nobody to ask */
    ANSWER_FAILED, /* nothing was found, and a venue did not answer: `why` */
};

/* The answer to feed_open or feed_search. */
struct answer_view {
    uint32_t lookup;             /* the number that was returned */
    unsigned panel;              /* as asked */
    struct market_handle market; /* ANSWER_OPENED: what the panel shows from now on */
    enum answer_result result;
    /* Immutable; lent to the ui until feed_release. NULL unless ANSWER_LIST. */
    const struct catalogue *catalogue;
    /* In words for none and failed; of a list which venues did not answer: "kalshi: HTTP 503". Sanitized. */
    char why[VIEW_REASON_SIZE];
};

#endif
