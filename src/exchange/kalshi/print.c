#include "print.h"

#include "booktop/base/clock.h"
#include "booktop/exchange/kalshi/pit.h"

/* Simulated time that is run at once. */
#define STRIDE_MS 1000

struct printer {
    bool (*write)(void *context, struct text line);
    void *context;
    uint64_t left; /* lines still wanted */
};

static bool frame_print(void *context, struct text frame)
{
    struct printer *printer = context;
    if (printer->left == 0) return true;
    printer->left--;
    frame.length--; /* its line feed */
    return printer->write(printer->context, frame);
}

/* Subscribes to every channel and market, as a client would. */
static void all_subscribe(struct pit *pit, struct pit_seat *seat)
{
    struct json_writer writer = {0};
    json_write_object(&writer);
    json_write_key(&writer, "id");
    json_write_integer(&writer, 1);
    json_write_key(&writer, "cmd");
    json_write_string(&writer, TEXT("subscribe"));
    json_write_key(&writer, "params");
    json_write_object(&writer);
    json_write_key(&writer, "channels");
    json_write_array(&writer);
    for (unsigned i = 0; i < FRAME_CHANNELS; i++)
        json_write_string(&writer, text_from(frame_channel_name((enum frame_channel)i)));
    json_write_array_end(&writer);
    json_write_key(&writer, "market_tickers");
    json_write_array(&writer);
    for (unsigned i = 0; i < pit->roster.cast.market_count; i++)
        json_write_string(&writer, text_from(pit->roster.markets[i].ticker));
    json_write_array_end(&writer);
    json_write_object_end(&writer);
    json_write_object_end(&writer);
    pit_instruct(pit, seat, json_writer_text(&writer), pit->flow.start_ms);
    json_writer_free(&writer);
}

static bool print(struct pit *pit, struct printer *printer)
{
    struct pit_seat *seat = pit_join(pit, &(struct pit_sink){.send = frame_print, .context = printer});
    if (seat == NULL) return false;
    if (printer->left > 0) all_subscribe(pit, seat);
    int64_t now_ms = pit->flow.start_ms;
    while (!pit_lost(seat) && printer->left > 0 && pit_next_ms(pit) != TIME_NEVER) {
        now_ms += STRIDE_MS;
        (void)pit_run(pit, now_ms, printer->left);
    }
    bool lost = pit_lost(seat);
    pit_leave(seat);
    return !lost;
}

bool kalshi_print_frames(const struct exchange_options *options, uint64_t count,
                         bool (*write)(void *context, struct text line), void *context)
{
    struct pit pit;
    struct printer printer = {write, context, count};
    char error[160];
    bool printed = pit_create(&pit, options, error, sizeof error) && print(&pit, &printer);
    pit_free(&pit);
    return printed;
}
