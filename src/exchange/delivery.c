#include "booktop/exchange/delivery.h"

#include "booktop/base/clock.h"
#include "booktop/exchange/polymarket/message.h"

void delivery_free(struct delivery *delivery)
{
    json_writer_free(&delivery->writer);
    json_writer_free(&delivery->late_text);
}

static void hand_out(struct delivery *delivery, const struct channel_message *message, struct text text)
{
    delivery->sink.send(delivery->sink.context, message, text);
    delivery->sent++;
}

/* === Faults === */

static void halt_apply(struct delivery *delivery)
{
    flow_halt(delivery->flow);
}

static void omit_apply(struct delivery *delivery)
{
    delivery->omit = true;
}

static void duplicate_apply(struct delivery *delivery)
{
    delivery->duplicate = true;
}

static void reorder_apply(struct delivery *delivery)
{
    delivery->reorder = true;
}

static void empty_apply(struct delivery *delivery)
{
    hand_out(delivery, NULL, TEXT("[]"));
}

/* What a fault of this venue does. */
static void (*const apply[FAULT_KIND_COUNT])(struct delivery *delivery) = {
    [FAULT_HALT] = halt_apply,       [FAULT_OMIT] = omit_apply,   [FAULT_DUPLICATE] = duplicate_apply,
    [FAULT_REORDER] = reorder_apply, [FAULT_EMPTY] = empty_apply,
};

void delivery_fault(struct delivery *delivery, const struct fault *fault)
{
    if (apply[fault->kind] != NULL)
        apply[fault->kind](delivery);
    else if (delivery->sink.mischief != NULL)
        delivery->sink.mischief(delivery->sink.context, fault);
}

static void faults_apply(struct delivery *delivery, int64_t until_ms)
{
    int64_t simulated_ns = (until_ms - delivery->flow->start_ms) * NANOSECONDS_PER_MILLISECOND;
    for (const struct fault *fault; (fault = fault_plan_due(delivery->plan, simulated_ns, delivery->sent)) != NULL;)
        delivery_fault(delivery, fault);
}

/* True if a fault keeps the message back; its repetitions are kept back with it. */
static bool omitted(struct delivery *delivery, const struct channel_message *message)
{
    if (message->kind != CHANNEL_PRICE_CHANGE) return false;
    if (message->repeated && message->burst == delivery->omitted) return true;
    if (!delivery->omit || message->repeated || message->mended) return false;
    delivery->omit = false;
    delivery->omitted = message->burst;
    return true;
}

/* True if a fault holds the message back until the one that follows it was sent; its repetitions go with it. */
static bool delayed(struct delivery *delivery, const struct channel_message *message)
{
    if (message->kind != CHANNEL_PRICE_CHANGE) return false;
    if (message->repeated) return delivery->has_late && message->burst == delivery->late.burst;
    if (!delivery->reorder || delivery->has_late || message->mended) return false;
    delivery->reorder = false;
    delivery->has_late = true;
    delivery->late = *message;
    json_writer_reset(&delivery->late_text);
    json_write_raw(&delivery->late_text, message->text);
    return true;
}

/* Sends what was held back, if this was the change that follows it: of its market, and of a later burst, since the
 * changes of one burst may come in any order. */
static void late_release(struct delivery *delivery, const struct channel_message *message)
{
    if (!delivery->has_late || message->kind != CHANNEL_PRICE_CHANGE || message->repeated ||
        message->market != delivery->late.market || message->burst == delivery->late.burst)
        return;
    delivery->has_late = false;
    hand_out(delivery, &delivery->late, json_writer_text(&delivery->late_text));
}

static void reversed_send(struct delivery *delivery, const struct channel_message *message)
{
    if (!delivery->duplicate || message->kind != CHANNEL_PRICE_CHANGE) return;
    delivery->duplicate = false;
    json_writer_reset(&delivery->writer);
    message_reverse_price_change(&delivery->writer, message->text);
    hand_out(delivery, message, json_writer_text(&delivery->writer));
}

static void deliver(struct delivery *delivery, const struct channel_message *message)
{
    if (!delivery->sink.wants(delivery->sink.context, message)) {
        if (message->kind == CHANNEL_RESOLVED) delivery->sink.send(delivery->sink.context, message, message->text);
        return;
    }
    if (omitted(delivery, message) || delayed(delivery, message)) return;
    hand_out(delivery, message, message->text);
    reversed_send(delivery, message);
    late_release(delivery, message);
}

/* The time up to which nothing can go wrong by the clock. */
static int64_t next_fault_ms(const struct delivery *delivery)
{
    int64_t next = fault_plan_next_ns(delivery->plan);
    return next == TIME_NEVER ? TIME_NEVER : delivery->flow->start_ms + next / NANOSECONDS_PER_MILLISECOND;
}

/* Faults that go by the number of messages. */
static void faults_apply_counted(struct delivery *delivery)
{
    faults_apply(delivery, delivery->flow->start_ms - 1);
}

/* The next message due by `until_ms`, with what goes wrong before it. */
static const struct channel_message *message_take(struct delivery *delivery, int64_t until_ms)
{
    faults_apply_counted(delivery);
    return channel_next(delivery->channel, until_ms);
}

bool delivery_run(struct delivery *delivery, int64_t until_ms, uint64_t most)
{
    int64_t stop = most > (uint64_t)(INT64_MAX - delivery->sent) ? INT64_MAX : delivery->sent + (int64_t)most;
    for (;;) {
        int64_t fault_ms = next_fault_ms(delivery);
        const struct channel_message *message;
        while (delivery->sent < stop && (message = message_take(delivery, fault_ms < until_ms ? fault_ms : until_ms)))
            deliver(delivery, message);
        if (delivery->sent >= stop) return false;
        if (fault_ms > until_ms) return true;
        faults_apply(delivery, fault_ms + 1);
    }
}
