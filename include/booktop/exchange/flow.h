/* The order flow: makers and takers around a fair value that drifts, market by market, in simulated time.
 *
 * It knows no venue: it speaks of bursts, in terms of each market's first outcome, and a venue's folder makes messages
 * of them. The same seed and start give the same bursts; nobody who listens changes anything. Time is Unix
 * milliseconds. Stamps of one market rise strictly. At the end of a burst no book is locked or crossed; within one it
 * may be, in the order of its changes. Integers only. One thread.
 */
#ifndef BOOKTOP_EXCHANGE_FLOW_H
#define BOOKTOP_EXCHANGE_FLOW_H

#include "booktop/exchange/cast.h"
#include "booktop/exchange/dice.h"
#include "booktop/exchange/orders.h"

#define FLOW_FILLS  8
#define FLOW_TRADES 64 /* remembered per market */

/* From FLOW_RESOLVED on there is no book any more. */
enum flow_state { FLOW_UNOPENED, FLOW_OPEN, FLOW_PAUSED, FLOW_RESOLVED, FLOW_DETERMINED, FLOW_SETTLED };

struct flow_trade {
    int64_t stamp_ms;
    int64_t size;  /* hundredths of a share */
    int16_t price; /* thousandths, in terms of the first outcome */
    uint8_t token; /* the outcome the taker traded */
    bool buys;     /* the taker bought it */
    uint64_t transaction;
};

struct flow_market {
    const struct cast_market *cast;
    enum flow_state state;
    struct orders orders;
    struct dice dice;
    int tick;           /* thousandths: 10 or 1 */
    bool refines;       /* a trade far out was made: the tick becomes finer next */
    int last_price;     /* thousandths, in terms of the outcome the resting order was placed on; -1: never traded */
    int64_t changed_ms; /* stamp of the book */
    int64_t fair;       /* millionths */
    int64_t anchor;     /* millionths: what the fair value was last drawn to; 0: nothing yet */
    int64_t born_ms;    /* when the drift begins */
    int64_t traded_ms;  /* the last trade */
    int64_t pauses_ms;  /* when it pauses next; 0: never */
    int64_t resumes_ms; /* when the pause ends */
    int64_t pace_until_ms;
    unsigned pace, calm_orders;            /* how many orders it tends to */
    int64_t volume, volume_day;            /* hundredths of a dollar */
    struct flow_trade trades[FLOW_TRADES]; /* a ring: the newest is at (trade_count - 1) % FLOW_TRADES */
    uint64_t trade_count;
};

enum flow_kind {
    FLOW_QUIET,      /* nothing changed */
    FLOW_QUOTE,      /* orders came or went */
    FLOW_TRADE,      /* a taker came */
    FLOW_TICK,       /* the tick size changed: right after a trade; the book stays as it is */
    FLOW_OPENING,    /* the market opened: its book is there */
    FLOW_RESOLUTION, /* every level went, the market is over */
    FLOW_PAUSE,      /* trading stops for a while; the book stays */
    FLOW_RESUMPTION,
    FLOW_DETERMINATION, /* after the end: the result is known */
    FLOW_SETTLEMENT,
};

struct flow_change {
    int64_t size; /* what is left at the price */
    int16_t price;
    uint8_t side;  /* enum ladder_side */
    int64_t added; /* what the burst added there; negative: took away */
};

/* What happened at one stamp in one market. Owned by the flow, valid until its next step. */
struct flow_burst {
    enum flow_kind kind;
    unsigned market;
    int64_t stamp_ms;
    unsigned change_count;
    struct flow_change changes[ORDERS_MAX]; /* each side and price at most once; a taker's rest stands first */
    unsigned fill_count;
    struct flow_trade fills[FLOW_FILLS]; /* of FLOW_TRADE: one for each price */
    bool touch_moved;                    /* the best price of a side is another */
    int old_tick;                        /* of FLOW_TICK: what it was before */
};

struct flow {
    const struct cast *cast;
    struct flow_market *markets;
    int64_t *due; /* when each market is next active */
    int64_t start_ms;
    bool halted;
    struct flow_burst burst;
};

/* Borrows the cast. Markets that are open from the start have their books. False when out of memory. */
bool flow_create(struct flow *flow, const struct cast *cast, int64_t start_ms);
void flow_free(struct flow *flow);

/* When the next burst is due: TIME_NEVER when there will be none. */
int64_t flow_next_ms(const struct flow *flow);
/* Lets it happen. */
const struct flow_burst *flow_step(struct flow *flow);
/* Nothing happens any more. */
void flow_halt(struct flow *flow);

/* A market that is open pauses now, for so long. */
void flow_pause(struct flow *flow, unsigned market, int64_t now_ms, int64_t pause_ms);

/* The mark of a market in thousandths: the middle of the book, or what is known of it. */
int flow_mark(const struct flow_market *market);

#endif
