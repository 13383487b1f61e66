#include "booktop/exchange/kalshi/pit.h"

#include <stdio.h>
#include <stdlib.h>

#define PAUSE_MS 5000

struct pit_seat {
    struct listener *listener;
    struct pit_sink sink;
    struct pit_seat *next, **link;
    bool cut; /* nothing more is told */
};

bool pit_create(struct pit *pit, const struct exchange_options *options, char *error, size_t error_size)
{
    char why[256];
    *pit = (struct pit){0};
    if (options->fault_file != NULL && !fault_plan_load(&pit->plan, options->fault_file, why, sizeof why)) {
        snprintf(error, error_size, "%s: %s", options->fault_file, why);
        return false;
    }
    if (roster_create(&pit->roster, options->seed, options->markets) &&
        flow_create(&pit->flow, &pit->roster.cast, options->start_ms) &&
        board_create(&pit->board, &pit->roster, &pit->flow))
        return true;
    snprintf(error, error_size, "out of memory");
    return false;
}

void pit_free(struct pit *pit)
{
    board_free(&pit->board);
    flow_free(&pit->flow);
    roster_free(&pit->roster);
    fault_plan_free(&pit->plan);
}

/* === Seats === */

struct pit_seat *pit_join(struct pit *pit, const struct pit_sink *sink)
{
    struct pit_seat *seat = calloc(1, sizeof *seat);
    if (seat == NULL) return NULL;
    seat->listener = listener_create(&pit->board, (struct listener_sink){sink->send, sink->context});
    if (seat->listener == NULL) {
        free(seat);
        return NULL;
    }
    seat->sink = *sink;
    seat->next = pit->seats;
    seat->link = &pit->seats;
    if (seat->next != NULL) seat->next->link = &seat->next;
    pit->seats = seat;
    return seat;
}

bool pit_lost(const struct pit_seat *seat)
{
    return listener_failed(seat->listener);
}

void pit_silence(struct pit_seat *seat)
{
    seat->cut = true;
}

void pit_leave(struct pit_seat *seat)
{
    *seat->link = seat->next;
    if (seat->next != NULL) seat->next->link = seat->link;
    listener_destroy(seat->listener);
    free(seat);
}

static void seat_cut(struct pit_seat *seat)
{
    if (seat->cut || seat->sink.cut == NULL) return;
    seat->cut = true;
    seat->sink.cut(seat->sink.context);
}

/* Cuts who lost something. */
static void seats_sweep(struct pit *pit)
{
    for (struct pit_seat *seat = pit->seats, *next; seat != NULL; seat = next) {
        next = seat->next;
        if (listener_failed(seat->listener)) seat_cut(seat);
    }
}

void pit_instruct(struct pit *pit, struct pit_seat *seat, struct text message, int64_t now_ms)
{
    uint64_t before = listener_sent(seat->listener);
    if (seat->cut) return;
    listener_instruct(seat->listener, message, now_ms);
    pit->sent += (int64_t)(listener_sent(seat->listener) - before);
    if (listener_failed(seat->listener)) seat_cut(seat);
}

/* === Faults === */

static void halt_apply(struct pit *pit, int64_t now_ms)
{
    (void)now_ms;
    flow_halt(&pit->flow);
}

static void gap_apply(struct pit *pit, int64_t now_ms)
{
    (void)now_ms;
    pit->gap = true;
}

static void old_apply(struct pit *pit, int64_t now_ms)
{
    (void)now_ms;
    pit->old = true;
}

static void error25_apply(struct pit *pit, int64_t now_ms)
{
    (void)now_ms;
    pit->error25 = true;
}

/* The first market that pauses now and then, else the first of all. */
static void pause_apply(struct pit *pit, int64_t now_ms)
{
    const struct cast *cast = &pit->roster.cast;
    unsigned market = 0;
    while (market < cast->market_count && cast->markets[market].pauses_ms == 0) market++;
    flow_pause(&pit->flow, market < cast->market_count ? market : 0, now_ms, PAUSE_MS);
}

/* What a fault of this venue does. */
static void (*const apply[FAULT_KIND_COUNT])(struct pit *pit, int64_t now_ms) = {
    [FAULT_HALT] = halt_apply,       [FAULT_GAP] = gap_apply,     [FAULT_OLD] = old_apply,
    [FAULT_ERROR25] = error25_apply, [FAULT_PAUSE] = pause_apply,
};

void pit_fault(struct pit *pit, const struct fault *fault, int64_t now_ms)
{
    if (apply[fault->kind] != NULL)
        apply[fault->kind](pit, now_ms);
    else if (pit->mischief != NULL)
        pit->mischief(pit->mischief_context, fault);
}

/* Faults due by a simulated time, or by the number of messages (then before the start: none by time). */
static void faults_apply(struct pit *pit, int64_t until_ms)
{
    int64_t simulated_ns = (until_ms - pit->flow.start_ms) * NANOSECONDS_PER_MILLISECOND;
    /* Stamps rise: what happens now comes behind what has happened. */
    int64_t now_ms = until_ms > pit->board.now_ms ? until_ms : pit->board.now_ms + 1;
    for (const struct fault *fault; (fault = fault_plan_due(&pit->plan, simulated_ns, pit->sent)) != NULL;)
        pit_fault(pit, fault, now_ms);
}

static void faults_apply_counted(struct pit *pit)
{
    faults_apply(pit, pit->flow.start_ms - 1);
}

static int64_t next_fault_ms(const struct pit *pit)
{
    int64_t next = fault_plan_next_ns(&pit->plan);
    return next == TIME_NEVER ? TIME_NEVER : pit->flow.start_ms + next / NANOSECONDS_PER_MILLISECOND;
}

/* === Telling === */

static bool seat_wants(const struct pit_seat *seat, const struct board_news *news)
{
    return !seat->cut && listener_wants(seat->listener, news);
}

static bool anybody_wants(const struct pit *pit, const struct board_news *news)
{
    for (const struct pit_seat *seat = pit->seats; seat != NULL; seat = seat->next)
        if (seat_wants(seat, news)) return true;
    return false;
}

static void overflow_all(struct pit *pit, int64_t now_ms)
{
    bool any = false;
    for (struct pit_seat *seat = pit->seats; seat != NULL; seat = seat->next)
        any = (!seat->cut && listener_overflow(seat->listener, now_ms)) || any;
    pit->sent += any;
}

/* How a delta is told, as the faults that wait for one have it. */
static enum listener_manner manner_take(struct pit *pit)
{
    if (pit->gap) {
        pit->gap = false;
        return LISTENER_SKIP;
    }
    if (!pit->old) return LISTENER_PLAIN;
    pit->old = false;
    return LISTENER_AGAIN;
}

static void news_tell(struct pit *pit, const struct board_news *news)
{
    static const int messages[] = {[LISTENER_PLAIN] = 1, [LISTENER_SKIP] = 0, [LISTENER_AGAIN] = 2};
    faults_apply_counted(pit);
    if (!anybody_wants(pit, news)) return;
    if (pit->error25 && news->kind == BOARD_LEVEL) {
        pit->error25 = false;
        overflow_all(pit, news->sending_ms);
        return;
    }
    enum listener_manner manner = news->kind == BOARD_LEVEL ? manner_take(pit) : LISTENER_PLAIN;
    for (struct pit_seat *seat = pit->seats; seat != NULL; seat = seat->next)
        if (seat_wants(seat, news)) listener_tell(seat->listener, news, manner);
    pit->sent += messages[manner];
}

/* Who reads too slowly loses its books. */
static void slow_end(struct pit *pit)
{
    for (struct pit_seat *seat = pit->seats; seat != NULL; seat = seat->next)
        if (!seat->cut && seat->sink.slow != NULL && seat->sink.slow(seat->sink.context))
            pit->sent += listener_overflow(seat->listener, pit->board.sending_ms);
}

static void burst_tell(struct pit *pit)
{
    board_step(&pit->board);
    slow_end(pit);
    for (unsigned i = 0; i < pit->board.news_count; i++) news_tell(pit, &pit->board.news[i]);
    seats_sweep(pit);
}

bool pit_run(struct pit *pit, int64_t until_ms, uint64_t most)
{
    int64_t stop = most > (uint64_t)(INT64_MAX - pit->sent) ? INT64_MAX : pit->sent + (int64_t)most;
    for (;;) {
        int64_t fault_ms = next_fault_ms(pit), limit = fault_ms < until_ms ? fault_ms : until_ms;
        faults_apply_counted(pit);
        while (pit->sent < stop && pit_next_ms(pit) <= limit) burst_tell(pit);
        if (pit->sent >= stop) return false;
        if (fault_ms > until_ms) return true;
        faults_apply(pit, fault_ms + 1);
    }
}

int64_t pit_next_ms(const struct pit *pit)
{
    return board_next_ms(&pit->board);
}
