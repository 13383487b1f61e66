/* The language into which every venue is translated: one event is one object of a venue's message.
 *
 * Events are made by a venue's decoder and read at once: texts borrow from the frame, arrays from the decoder, both
 * until its next frame. Prices and quantities are in the terms of the asset they name, in the instrument's scales;
 * nothing is mirrored yet. Feed thread (or whichever thread owns the engine).
 */
#ifndef BOOKTOP_MARKET_EVENT_H
#define BOOKTOP_MARKET_EVENT_H

#include "booktop/market/instrument.h"

enum event_kind {
    EVENT_SNAPSHOT,  /* the whole book of an asset */
    EVENT_CHANGES,   /* some levels, of one or several assets of one market */
    EVENT_TRADE,     /* a trade took place */
    EVENT_TICK_SIZE, /* the tick size changed */
    EVENT_TICKER,    /* best bid and ask, as a witness */
    EVENT_LIFECYCLE, /* a market is new, paused, closed, resolved */
    EVENT_CONTROL,   /* the connection's own talk: acknowledgements, heartbeats, plain text, error frames */
    EVENT_IGNORED,   /* not for a viewer: unknown types, the user channel, objects without a type */
    EVENT_ERROR,     /* refused: `why` says the reason */
    EVENT_KIND_COUNT
};

enum market_status { MARKET_OPEN, MARKET_PAUSED, MARKET_CLOSED, MARKET_RESOLVED };

/* "open", "paused", … Static. */
const char *market_status_text(enum market_status status);

#define EVENT_NO_TIME     INT64_MIN
#define EVENT_NO_SEQUENCE INT64_C(-1)

struct level {
    price_t price;
    quantity_t quantity;
};

enum change_mode {
    CHANGE_SET, /* `quantity` is the level's new quantity; 0 removes it */
    CHANGE_ADD, /* `quantity` (signed) is added; a level that falls below 0 refuses the message */
};

/* One entry of a message of changes. best_bid and best_ask are what the venue says of that asset's book after the whole
 * burst; PRICE_NONE for an empty side or where the venue says nothing. */
struct level_change {
    struct text asset;
    struct text hash; /* of that asset's book after the burst; empty if absent or not of the venue's form */
    price_t price;
    quantity_t quantity;
    price_t best_bid, best_ask;
    enum side side;
    enum change_mode mode;
};

/* Levels in the order of the message; the order book sorts. */
struct event_snapshot {
    const struct level *bids, *asks;
    size_t bid_count, ask_count;
    price_t tick;               /* PRICE_NONE where the message has none */
    price_t last_trade;         /* PRICE_NONE where absent or never traded */
    bool has_last_trade;        /* the message speaks of the last trade, if only to say "never" */
    struct text min_order_size; /* as written; empty where the message has none (Polymarket: only by REST) */
    bool negative_risk, has_negative_risk;
};

struct event_changes {
    const struct level_change *changes;
    size_t count;
};

struct event_trade {
    price_t price;
    quantity_t quantity;
    enum side aggressor; /* SIDE_BID: the taker bought */
    bool has_aggressor;
    uint64_t id; /* equal for repetitions of the same trade (a keyless mix of its identifying texts); 0: none */
};

struct event_tick_size {
    price_t before, after; /* before: PRICE_NONE where absent */
};

struct event_ticker {
    price_t best_bid, best_ask; /* PRICE_NONE for an empty side */
    price_t last_trade;         /* PRICE_NONE where the message has none */
};

struct event_lifecycle {
    enum market_status status;
    bool has_status;                  /* the message speaks of it */
    struct text winner;               /* the winning asset; may be empty. Kalshi: "yes" or "no" */
    bool is_new;                      /* a market was created: nothing changes for those that are watched */
    int64_t close_time;               /* seconds since 1970; 0: nothing was said */
    const struct price_range *ranges; /* the new price grid */
    size_t range_count;               /* 0: nothing was said */
};

/* The answer to a command, or the end of what one began (Kalshi). */
enum control_kind {
    CONTROL_TALK, /* nothing to act on: plain text, an empty list */
    CONTROL_SUBSCRIBED,
    CONTROL_OK,
    CONTROL_UNSUBSCRIBED,
    CONTROL_ERROR,
};

struct event_control {
    enum control_kind kind;
    int64_t command;     /* whose answer it is; 0: none */
    int64_t code;        /* of an error */
    struct text channel; /* of "subscribed" */
};

struct event {
    enum event_kind kind;
    struct text market; /* condition id or ticker, empty where the message names none */
    struct text asset;  /* token id, empty where the message names none (changes name theirs one by one) */
    int64_t venue_ms;   /* the venue's stamp, Unix milliseconds, or EVENT_NO_TIME */
    int64_t sequence_first, sequence_last, sequence_previous; /* EVENT_NO_SEQUENCE where the venue counts nothing */
    int64_t stream;   /* whose count the sequence is (Kalshi's sid), or EVENT_NO_SEQUENCE */
    int64_t sent_ms;  /* when the venue's network sent it, Unix milliseconds, or EVENT_NO_TIME */
    struct text hash; /* of a snapshot; empty if absent or not of the venue's form */
    const char *why; /* for EVENT_ERROR, EVENT_CONTROL and EVENT_IGNORED: the reason; static or borrowed, may be NULL */
    union {
        struct event_snapshot snapshot;
        struct event_changes changes;
        struct event_trade trade;
        struct event_tick_size tick_size;
        struct event_ticker ticker;
        struct event_lifecycle lifecycle;
        struct event_control control;
    };
};

/* What the engine did with an event. */
enum event_fate { FATE_APPLIED, FATE_DUPLICATE, FATE_IGNORED, FATE_REFUSED };

#endif
