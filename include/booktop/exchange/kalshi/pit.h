/* Kalshi's side of the exchange: its markets, their flow, the plan of faults, and everybody who listens.
 *
 * It lets the flow go on, tells each listener what it wants, and applies the faults at their moment. The server and
 * exchange_print both stand on it, so that they see the same. Between two calls no burst is half told: a snapshot and
 * the deltas after it always fit. One thread. Must not be moved once created.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_PIT_H
#define BOOKTOP_EXCHANGE_KALSHI_PIT_H

#include "booktop/exchange/exchange.h"
#include "booktop/exchange/fault.h"
#include "booktop/exchange/kalshi/listener.h"

/* Where a listener's frames go. */
struct pit_sink {
    bool (*send)(void *context, struct text frame);
    bool (*slow)(void *context); /* too much waits: its subscription to books ends with error 25; NULL: never */
    void (*cut)(void *context);  /* it lost something; NULL: there is nothing to cut */
    void *context;
};

struct pit_seat;

struct pit {
    struct roster roster;
    struct flow flow;
    struct board board;
    struct fault_plan plan;
    struct pit_seat *seats;
    /* Does the faults of connections and of REST, which the pit does not know; NULL: nobody does. */
    void (*mischief)(void *context, const struct fault *fault);
    void *mischief_context;
    int64_t sent;           /* messages, as faults count them */
    bool gap, old, error25; /* faults that wait for the next delta */
};

/* False, with a reason; pit_free is due in any case. `start_ms` of the options must be given. */
bool pit_create(struct pit *pit, const struct exchange_options *options, char *error, size_t error_size);
/* Every seat must have been left. */
void pit_free(struct pit *pit);

/* A listener comes, says something, goes. NULL when out of memory. */
struct pit_seat *pit_join(struct pit *pit, const struct pit_sink *sink);
void pit_instruct(struct pit *pit, struct pit_seat *seat, struct text message, int64_t now_ms);
/* True if memory ran out, or a frame could not be sent: nothing more comes. */
bool pit_lost(const struct pit_seat *seat);
/* Nothing more is told, and nothing heard: its connection is about to end. */
void pit_silence(struct pit_seat *seat);
void pit_leave(struct pit_seat *seat);

/* Does what a fault says, now; nothing if it is another venue's. */
void pit_fault(struct pit *pit, const struct fault *fault, int64_t now_ms);

/* Tells what is due by `until_ms`; stops after the burst with which `most` messages are reached. False when it did. */
bool pit_run(struct pit *pit, int64_t until_ms, uint64_t most);
/* When something happens next; TIME_NEVER: never. */
int64_t pit_next_ms(const struct pit *pit);

#endif
