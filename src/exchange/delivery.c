#include "booktop/exchange/delivery.h"

#include "booktop/base/clock.h"
#include "booktop/exchange/polymarket/message.h"

void delivery_free(struct delivery *delivery)
{
    json_writer_free(&delivery->writer);
}

static void fault_apply(struct delivery *delivery, const struct fault *fault)
{
    switch (fault->kind) {
    case FAULT_CUT:
        delivery->sink.cut(delivery->sink.context);
        break;
    case FAULT_OMIT:
        delivery->omit = true;
        break;
    case FAULT_DUPLICATE:
        delivery->duplicate = true;
        break;
    case FAULT_HALT:
        flow_halt(delivery->flow);
        break;
    default: /* of another venue */
        break;
    }
}

static void faults_apply(struct delivery *delivery, int64_t until_ms)
{
    int64_t simulated_ns = (until_ms - delivery->flow->start_ms) * NANOSECONDS_PER_MILLISECOND;
    for (const struct fault *fault; (fault = fault_plan_due(delivery->plan, simulated_ns, delivery->sent)) != NULL;)
        fault_apply(delivery, fault);
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

static void hand_out(struct delivery *delivery, const struct channel_message *message, struct text text)
{
    delivery->sink.send(delivery->sink.context, message, text);
    delivery->sent++;
}

static void deliver(struct delivery *delivery, const struct channel_message *message)
{
    if (!delivery->sink.wants(delivery->sink.context, message)) {
        if (message->kind == CHANNEL_RESOLVED) delivery->sink.send(delivery->sink.context, message, message->text);
        return;
    }
    if (omitted(delivery, message)) return;
    hand_out(delivery, message, message->text);
    if (!delivery->duplicate || message->kind != CHANNEL_PRICE_CHANGE) return;
    delivery->duplicate = false;
    json_writer_reset(&delivery->writer);
    message_reverse_price_change(&delivery->writer, message->text);
    hand_out(delivery, message, json_writer_text(&delivery->writer));
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
