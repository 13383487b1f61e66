/* What happens in Kalshi's markets, as news: one level, one trade, one ticker, one event of a market's life each.
 *
 * The board lets the flow go on, and keeps what the venue says of a market beside its book: last trade, volume, open
 * interest. The news of a burst have one stamp. Levels go before they come, so that no book crosses on the way; then
 * its trades, then a ticker if a figure changed. Every draw is made whoever listens. One thread; nothing is allocated
 * once it is made.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_BOARD_H
#define BOOKTOP_EXCHANGE_KALSHI_BOARD_H

#include "booktop/exchange/flow.h"
#include "booktop/exchange/kalshi/roster.h"

enum board_news_kind { BOARD_LEVEL, BOARD_TRADE, BOARD_TICKER, BOARD_LIFE, BOARD_EVENT, BOARD_KINDS };

struct board_news {
    enum board_news_kind kind;
    unsigned market;
    int64_t stamp_us;          /* Unix, of the burst */
    int64_t sending_ms;        /* Unix, when it leaves the venue */
    struct flow_change change; /* of a level: what was added to it */
    struct flow_trade trade;
    enum flow_kind life; /* FLOW_OPENING … FLOW_SETTLEMENT, FLOW_TICK */
};

/* A market's figures. */
struct board_figures {
    int last_price;    /* thousandths, of YES; 0: never traded */
    int64_t last_size; /* hundredths of a contract, as the next three */
    int64_t volume, volume_day, open_interest;
    int bid, ask;                                   /* the touch that was last told; 0 and LADDER_ONE: no such side */
    int64_t bid_size, ask_size;                     /* 0: no such side */
    int64_t stamp_us;                               /* of the last change */
    int64_t resolved_ms, determined_ms, settled_ms; /* Unix; 0: not yet */
    struct dice dice;
};

struct board {
    const struct roster *roster;
    struct flow *flow;
    struct board_figures *figures; /* per market */
    struct board_news *news;       /* of the burst at hand */
    unsigned news_count;
    int64_t now_ms;     /* how far it has come */
    int64_t sending_ms; /* of the newest news: it never falls */
};

/* Borrows roster and flow. False when out of memory. */
bool board_create(struct board *board, const struct roster *roster, struct flow *flow);
void board_free(struct board *board);

/* When something happens next; TIME_NEVER: never. */
int64_t board_next_ms(const struct board *board);
/* Lets it happen: the news of it are in `news` until the next call; there may be none. */
void board_step(struct board *board);

/* What was paid for all contracts traded, whole dollars. */
int64_t board_dollar_volume(const struct board *board, unsigned market);

#endif
