/* What a client of the WebSocket asks for: {"id":N,"cmd":"…","params":{…}}. Read by the exchange's own scanner. */
#ifndef BOOKTOP_EXCHANGE_KALSHI_INSTRUCTION_H
#define BOOKTOP_EXCHANGE_KALSHI_INSTRUCTION_H

#include "booktop/base/text.h"

enum instruction_kind {
    INSTRUCTION_UNKNOWN,
    INSTRUCTION_SUBSCRIBE,
    INSTRUCTION_UNSUBSCRIBE,
    INSTRUCTION_UPDATE,
    INSTRUCTION_LIST,
};

enum instruction_action { ACTION_NONE, ACTION_UNKNOWN, ACTION_ADD, ACTION_DELETE, ACTION_SNAPSHOT };

/* Lists are insides of arrays, borrowed; `at` is NULL where there was none. A single market_ticker, market_id or sid is
 * a list of one, marked as such. */
struct instruction {
    int64_t id; /* 0: none */
    enum instruction_kind kind;
    bool params; /* there were some */
    struct text channels, tickers, ids, sids;
    bool ticker_single, id_single, sid_single;
    enum instruction_action action;
    bool use_yes_price, skip_ticker_ack, send_initial_snapshot;
    bool sids_twice; /* sid and sids */
    bool invalid;    /* a parameter of another type, or one thing given twice */
};

/* False for what is no JSON object: then only `id` counts, as far as it was read. */
bool instruction_parse(struct text message, struct instruction *out);

/* Takes the next text, or whole number >= 1, off a list. False at its end and for anything else. */
bool instruction_next_text(struct text *list, struct text *out);
bool instruction_next_number(struct text *list, int64_t *out);

#endif
