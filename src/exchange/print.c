#include "booktop/exchange/exchange.h"

#include "booktop/base/clock.h"
#include "booktop/exchange/delivery.h"
#include "booktop/exchange/polymarket/message.h"

#include "kalshi/print.h"
#include "stage.h"

/* Simulated time that is run at once. */
#define STRIDE_MS 1000

struct printer {
    const struct cast *cast;
    bool (*write)(void *context, struct text line);
    void *context;
    uint64_t left; /* lines still wanted */
    bool refused;
};

/* Everything, but not the messages of tokens that were not there when it began: nobody can have subscribed to them. */
static bool print_wants(void *context, const struct channel_message *message)
{
    const struct printer *printer = context;
    return message->audience == CHANNEL_TO_CUSTOM || printer->cast->markets[message->market].opens_ms == 0;
}

static void print_send(void *context, const struct channel_message *message, struct text text)
{
    struct printer *printer = context;
    (void)message;
    if (printer->left == 0) return;
    printer->left--;
    if (text.length == 0 || printer->refused || !printer->write(printer->context, text)) printer->refused = true;
}

/* Subscribes to all tokens that are open, and prints the opening array. */
static void opening_print(struct stage *stage, struct printer *printer)
{
    struct json_writer writer = {0};
    json_write_array(&writer);
    for (unsigned i = 0; i < stage->cast.market_count; i++) {
        if (stage->flow.markets[i].state != FLOW_OPEN) continue;
        channel_watch(stage->channel, i);
        const struct book_text *book = channel_book(stage->channel, i);
        for (unsigned token = 0; token < 2 && book != NULL; token++) message_write_opening_book(&writer, book, token);
    }
    json_write_array_end(&writer);
    print_send(printer, NULL, json_writer_text(&writer));
    json_writer_free(&writer);
}

static bool print(struct stage *stage, struct printer *printer)
{
    struct delivery delivery = {.flow = &stage->flow,
                                .channel = stage->channel,
                                .plan = &stage->plan,
                                .sink = {print_wants, print_send, NULL, printer}};
    if (printer->left > 0) {
        opening_print(stage, printer);
        delivery.sent = 1;
    }
    int64_t now_ms = stage->flow.start_ms;
    while (!printer->refused && printer->left > 0 && channel_next_ms(stage->channel) != TIME_NEVER) {
        now_ms += STRIDE_MS;
        (void)delivery_run(&delivery, now_ms, printer->left);
    }
    delivery_free(&delivery);
    return !printer->refused && !channel_failed(stage->channel);
}

static bool polymarket_print(const struct exchange_options *options, uint64_t count,
                             bool (*write)(void *context, struct text line), void *context)
{
    struct stage stage;
    struct printer printer = {&stage.cast, write, context, count, false};
    char error[160];
    bool printed = stage_create(&stage, options, error, sizeof error) && print(&stage, &printer);
    stage_free(&stage);
    return printed;
}

bool exchange_print(const struct exchange_options *options, uint64_t count,
                    bool (*write)(void *context, struct text line), void *context)
{
    if (options->venue == EXCHANGE_POLYMARKET) return polymarket_print(options, count, write, context);
    struct exchange_options staged = *options;
    if (staged.start_ms == 0) staged.start_ms = clock_now(options->clock).wall / NANOSECONDS_PER_MILLISECOND;
    return kalshi_print_frames(&staged, count, write, context);
}
