/* A plan of faults: what goes wrong, and when. Text, one fault a line, `#` starts a comment:
 *
 *     WHEN, FAULT [VALUE [WORDS]]
 *
 * WHEN is a simulated time since the start ("2.5s", "300ms") or a number of market-channel messages sent ("120"; one
 * that goes to several clients counts once, one that nobody listens to does not count).
 * Each venue goes by a plan of its own, with its own messages counted (on Kalshi every frame, answers too). A fault of
 * connections that finds none waits for the next one.
 * TIME is written like WHEN's, but means the clock's time, whatever the exchange's speed; up to a day.
 * FAULT, to every WebSocket connection of a venue:
 *     cut               cut at TCP level
 *     rst               reset
 *     fin               the server ends its side, without a close frame
 *     close CODE WORDS  closed with this code (1000 to 4999) and words (below 100 bytes, or none):
 *                       `close 1013 slow consumer`, `close 1000 all markets resolved`
 *     stall TIME        nothing is sent for so long, then all at once
 *     half-open         nothing is sent or read any more
 *     freeze            books, changes and trades stop and commands stay unanswered, while pings (on Polymarket the
 *                       text PING too) are answered; until it reconnects
 *     lag TIME          nothing is read for so long: pings are answered late
 *     pings N           N pings at once, up to 100000
 *     dribble           the next message comes byte by byte
 *     fragments         the next message comes in fragments, a ping between them, the last one empty
 *     bomb              a compressed message that nobody agreed to
 *     illegal           a frame with a reserved operation code
 *     binary            a binary message
 *     garbage           a message that is not JSON
 * To every connection, which is cut, and to the next one:
 *     upgrade silent    its upgrade is never answered
 *     upgrade STATUS    refused with 401, 403, 404, 429, 500 or 503; `upgrade 429 7`: Retry-After is 7 seconds
 *     upgrade redirect  sent elsewhere (302)
 *     upgrade headers   answered by 32 KiB of headers
 *     certificate KIND  expired, future, other-host, self-signed, unknown, weak: shown until a handshake failed by it,
 *                       for three seconds at most; to whoever comes, also to REST and the other venue
 * To REST:
 *     busy TIME         429 with Retry-After for so long (without a TIME: five seconds)
 *     deaf TIME         questions stay unanswered
 * and:
 *     halt              order flow stops for good; the server goes on serving
 * on Polymarket alone:
 *     omit              the next price_change happens in the book but is sent to nobody (one of a burst without a
 *                       trade: the `book` that follows a trade would mend it at once)
 *     duplicate         the next price_change is sent twice, the second time with its entries reversed
 *     reorder           the next price_change (one of a burst without a trade) is sent behind the next one of its
 *                       market that is of another burst
 *     empty             the message `[]`, to everybody
 * on Kalshi alone:
 *     gap               the next delta happens in the book, and its number is used, but it is sent to nobody
 *     old               the next delta is sent twice, the second time with its old number
 *     error25           the subscriptions to books end with error 25 (buffer overflow); waits for one if there is none
 *     pause             the market that pauses now and then does so at once, for five seconds
 */
#ifndef BOOKTOP_EXCHANGE_FAULT_H
#define BOOKTOP_EXCHANGE_FAULT_H

#include "booktop/base/text.h"

enum fault_kind {
    FAULT_CUT,
    FAULT_RST,
    FAULT_FIN,
    FAULT_CLOSE,
    FAULT_STALL,
    FAULT_HALF_OPEN,
    FAULT_FREEZE,
    FAULT_LAG,
    FAULT_PINGS,
    FAULT_DRIBBLE,
    FAULT_FRAGMENTS,
    FAULT_BOMB,
    FAULT_ILLEGAL,
    FAULT_BINARY,
    FAULT_GARBAGE,
    FAULT_UPGRADE,
    FAULT_CERTIFICATE,
    FAULT_BUSY,
    FAULT_DEAF,
    FAULT_HALT,
    FAULT_OMIT,
    FAULT_DUPLICATE,
    FAULT_REORDER,
    FAULT_EMPTY,
    FAULT_GAP,
    FAULT_OLD,
    FAULT_ERROR25,
    FAULT_PAUSE,
    FAULT_KIND_COUNT
};

/* FAULT_UPGRADE's `value`, where it is not a status. */
enum { UPGRADE_SILENT = 1, UPGRADE_REDIRECT, UPGRADE_HEADERS };

#define FAULT_WORDS_SIZE 100

struct fault {
    enum fault_kind kind;
    int64_t at_ns;      /* simulated time, or -1 */
    int64_t at_message; /* messages sent, or -1 */
    int64_t value;      /* a code, a count, a status, an enum tls_flaw (net/tls.h); of times: real ns; 0: none */
    int64_t after;      /* Retry-After, s; 0: none */
    char words[FAULT_WORDS_SIZE];
    bool done;
};

struct fault_plan {
    struct fault *faults; /* owned */
    size_t count;
};

/* Reads one fault, without WHEN: "close 1013 slow consumer". False, with why. */
bool fault_parse(struct fault *fault, struct text text, char *error, size_t error_size);
/* Reads a plan. False, with "line N: why" in `error`. */
bool fault_plan_parse(struct fault_plan *plan, struct text text, char *error, size_t error_size);
bool fault_plan_load(struct fault_plan *plan, const char *path, char *error, size_t error_size);
void fault_plan_free(struct fault_plan *plan);

/* The next fault that is due and not done, which is done by that; NULL if none is. */
struct fault *fault_plan_due(struct fault_plan *plan, int64_t simulated_ns, int64_t messages);

/* The simulated time of the next fault that has one and is not done; TIME_NEVER if there is none. */
int64_t fault_plan_next_ns(const struct fault_plan *plan);

#endif
