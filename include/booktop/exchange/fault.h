/* A plan of faults: what goes wrong, and when. Text, one fault a line, `#` starts a comment:
 *
 *     WHEN, FAULT
 *
 * WHEN is a simulated time since the start ("2.5s", "300ms") or a number of market-channel messages sent ("120"; one
 * that goes to several clients counts once, one that nobody listens to does not count).
 * Each venue goes by a plan of its own, with its own messages counted (on Kalshi every frame, answers too).
 * FAULT, on both venues:
 *     cut         every WebSocket connection is cut at TCP level
 *     halt        order flow stops for good; the server goes on serving
 * on Polymarket:
 *     omit        the next price_change happens in the book but is sent to nobody (one of a burst without a trade:
 *                 the `book` that follows a trade would mend it at once)
 *     duplicate   the next price_change is sent twice, the second time with its entries reversed
 * on Kalshi:
 *     gap         the next delta happens in the book, and its number is used, but it is sent to nobody
 *     old         the next delta is sent twice, the second time with its old number
 *     error25     the subscriptions to books end with error 25 (buffer overflow); waits for one if there is none
 *     pause       the market that pauses now and then does so at once, for five seconds
 *     busy        REST answers 429 for five seconds
 */
#ifndef BOOKTOP_EXCHANGE_FAULT_H
#define BOOKTOP_EXCHANGE_FAULT_H

#include "booktop/base/text.h"

enum fault_kind {
    FAULT_CUT,
    FAULT_OMIT,
    FAULT_DUPLICATE,
    FAULT_HALT,
    FAULT_GAP,
    FAULT_OLD,
    FAULT_ERROR25,
    FAULT_PAUSE,
    FAULT_BUSY,
    FAULT_KIND_COUNT
};

struct fault {
    enum fault_kind kind;
    int64_t at_ns;      /* simulated time, or -1 */
    int64_t at_message; /* messages sent, or -1 */
    bool done;
};

struct fault_plan {
    struct fault *faults; /* owned */
    size_t count;
};

/* Reads a plan. False, with "line N: why" in `error`. */
bool fault_plan_parse(struct fault_plan *plan, struct text text, char *error, size_t error_size);
bool fault_plan_load(struct fault_plan *plan, const char *path, char *error, size_t error_size);
void fault_plan_free(struct fault_plan *plan);

/* The next fault that is due and not done, which is done by that; NULL if none is. */
struct fault *fault_plan_due(struct fault_plan *plan, int64_t simulated_ns, int64_t messages);

/* The simulated time of the next fault that has one and is not done; TIME_NEVER if there is none. */
int64_t fault_plan_next_ns(const struct fault_plan *plan);

#endif
