#include "booktop/exchange/kalshi/frame.h"

#include "booktop/exchange/kalshi/notation.h"

#include "lifecycle.h"

static const char *const channel_names[FRAME_CHANNELS] = {
    [FRAME_BOOKS] = "orderbook_delta",
    [FRAME_TICKER] = "ticker",
    [FRAME_TRADES] = "trade",
    [FRAME_LIFECYCLE] = "market_lifecycle_v2",
};

const char *frame_channel_name(enum frame_channel channel)
{
    return channel_names[channel];
}

enum frame_channel frame_channel_find(struct text name)
{
    unsigned channel = 0;
    while (channel < FRAME_CHANNELS && !text_is(name, channel_names[channel])) channel++;
    return (enum frame_channel)channel;
}

/* === Parts === */

static void begin(struct json_writer *writer, const struct frame_label *label, const char *type)
{
    json_write_object(writer);
    notation_text_member(writer, "type", type);
    if (label->id > 0) notation_integer_member(writer, "id", label->id);
    if (label->sid > 0) notation_integer_member(writer, "sid", label->sid);
    if (label->seq > 0) notation_integer_member(writer, "seq", (int64_t)label->seq);
}

static void message_begin(struct json_writer *writer, const struct frame_label *label, const char *type)
{
    begin(writer, label, type);
    json_write_key(writer, "msg");
    json_write_object(writer);
}

void frame_end(struct json_writer *writer, const struct frame_label *label)
{
    notation_integer_member(writer, "sending_ts_ms", label->sending_ms);
    json_write_object_end(writer);
    json_write_newline(writer);
}

static void message_end(struct json_writer *writer, const struct frame_label *label)
{
    json_write_object_end(writer);
    frame_end(writer, label);
}

static void stamp_members(struct json_writer *writer, int64_t stamp_us)
{
    notation_integer_member(writer, "ts", stamp_us / 1000000);
    notation_integer_member(writer, "ts_ms", stamp_us / 1000);
}

/* A price on a side, as it is printed: the first outcome's terms are the YES prices. */
static int side_price(enum ladder_side side, int price, bool yes_price)
{
    return side == LADDER_BID || yes_price ? price : LADDER_ONE - price;
}

/* === Data === */

/* Levels, prices rising as they are printed. */
static void levels_member(struct json_writer *writer, const char *key, const struct ladder *ladder,
                          enum ladder_side side, bool yes_price)
{
    bool rising = side == LADDER_BID || yes_price;
    int price = rising ? ladder_above(ladder, side, -1) : ladder_below(ladder, side, LADDER_ONE + 1);
    if (price == LADDER_NONE) return;
    json_write_key(writer, key);
    json_write_array(writer);
    while (price != LADDER_NONE) {
        json_write_array(writer);
        notation_price(writer, side_price(side, price, yes_price));
        notation_size(writer, ladder->size[side][price]);
        json_write_array_end(writer);
        price = rising ? ladder_above(ladder, side, price) : ladder_below(ladder, side, price);
    }
    json_write_array_end(writer);
}

void frame_write_snapshot(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                          unsigned market, bool yes_price)
{
    const struct ladder *ladder = &board->flow->markets[market].orders.ladder;
    message_begin(writer, label, "orderbook_snapshot");
    notation_text_member(writer, "market_ticker", board->roster->markets[market].ticker);
    notation_text_member(writer, "market_id", board->roster->markets[market].id);
    levels_member(writer, "yes_dollars_fp", ladder, LADDER_BID, yes_price);
    levels_member(writer, "no_dollars_fp", ladder, LADDER_ASK, yes_price);
    message_end(writer, label);
}

void frame_write_empty_snapshot(struct json_writer *writer, const struct frame_label *label, struct text ticker)
{
    message_begin(writer, label, "orderbook_snapshot");
    json_write_key(writer, "market_ticker");
    json_write_string(writer, ticker);
    notation_text_member(writer, "market_id", "");
    message_end(writer, label);
}

static void level_write(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                        const struct board_news *news, bool yes_price)
{
    enum ladder_side side = (enum ladder_side)news->change.side;
    message_begin(writer, label, "orderbook_delta");
    notation_text_member(writer, "market_ticker", board->roster->markets[news->market].ticker);
    notation_text_member(writer, "market_id", board->roster->markets[news->market].id);
    notation_price_member(writer, "price_dollars", side_price(side, news->change.price, yes_price));
    notation_size_member(writer, "delta_fp", news->change.added);
    notation_text_member(writer, "side", side == LADDER_BID ? "yes" : "no");
    notation_time_member(writer, "ts", news->stamp_us);
    notation_integer_member(writer, "ts_ms", news->stamp_us / 1000);
    message_end(writer, label);
}

static void trade_write(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                        const struct board_news *news, bool yes_price)
{
    const struct flow_trade *trade = &news->trade;
    (void)yes_price;
    message_begin(writer, label, "trade");
    lifecycle_trade_members(writer, "market_ticker", board->roster->markets[news->market].ticker, trade);
    stamp_members(writer, news->stamp_us);
    message_end(writer, label);
}

void frame_write_ticker(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                        unsigned market)
{
    const struct board_figures *figures = &board->figures[market];
    message_begin(writer, label, "ticker");
    notation_text_member(writer, "market_id", board->roster->markets[market].id);
    notation_text_member(writer, "market_ticker", board->roster->markets[market].ticker);
    notation_price_member(writer, "price_dollars", figures->last_price);
    notation_price_member(writer, "yes_bid_dollars", figures->bid);
    notation_price_member(writer, "yes_ask_dollars", figures->ask);
    notation_size_member(writer, "volume_fp", figures->volume);
    notation_size_member(writer, "open_interest_fp", figures->open_interest);
    notation_integer_member(writer, "dollar_volume", board_dollar_volume(board, market));
    notation_integer_member(writer, "dollar_open_interest", figures->open_interest / 100);
    notation_size_member(writer, "yes_bid_size_fp", figures->bid_size);
    notation_size_member(writer, "yes_ask_size_fp", figures->ask_size);
    notation_size_member(writer, "last_trade_size_fp", figures->last_size);
    stamp_members(writer, figures->stamp_us);
    notation_time_member(writer, "time", figures->stamp_us);
    message_end(writer, label);
}

static void ticker_write(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                         const struct board_news *news, bool yes_price)
{
    (void)yes_price;
    frame_write_ticker(writer, label, board, news->market);
}

static void life_write(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                       const struct board_news *news, bool yes_price)
{
    (void)yes_price;
    message_begin(writer, label, "market_lifecycle_v2");
    lifecycle_market_members(writer, board, news);
    message_end(writer, label);
}

static void event_write(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                        const struct board_news *news, bool yes_price)
{
    (void)yes_price;
    message_begin(writer, label, "event_lifecycle");
    lifecycle_event_members(writer, board, news);
    message_end(writer, label);
}

void frame_write_news(struct json_writer *writer, const struct frame_label *label, const struct board *board,
                      const struct board_news *news, bool yes_price)
{
    static void (*const write[BOARD_KINDS])(struct json_writer *, const struct frame_label *, const struct board *,
                                            const struct board_news *, bool) = {
        [BOARD_LEVEL] = level_write, [BOARD_TRADE] = trade_write, [BOARD_TICKER] = ticker_write,
        [BOARD_LIFE] = life_write,   [BOARD_EVENT] = event_write,
    };
    write[news->kind](writer, label, board, news, yes_price);
}

/* === Answers === */

/* The venue's list; what is retired, or of no concern here, is not in it. */
static const struct {
    int code;
    const char *words;
} errors[] = {
    {1, "Unable to process message"},
    {2, "Params required"},
    {3, "Channels required"},
    {4, "Subscription IDs required"},
    {5, "Unknown command"},
    {7, "Unknown subscription ID"},
    {8, "Unknown channel name"},
    {11, "Invalid parameter"},
    {12, "Exactly one subscription ID is required"},
    {13, "Unsupported action"},
    {14, "Market Ticker required"},
    {15, "Action required"},
    {25, "Subscription buffer overflow"},
    {26, "Subscription market limit exceeded"},
};

void frame_write_subscribed(struct json_writer *writer, const struct frame_label *label, enum frame_channel channel)
{
    json_write_object(writer);
    notation_text_member(writer, "type", "subscribed");
    if (label->id > 0) notation_integer_member(writer, "id", label->id);
    json_write_key(writer, "msg");
    json_write_object(writer);
    notation_text_member(writer, "channel", channel_names[channel]);
    notation_integer_member(writer, "sid", label->sid);
    message_end(writer, label);
}

void frame_write_unsubscribed(struct json_writer *writer, const struct frame_label *label)
{
    json_write_object(writer);
    if (label->id > 0) notation_integer_member(writer, "id", label->id);
    notation_integer_member(writer, "sid", label->sid);
    notation_integer_member(writer, "seq", (int64_t)label->seq);
    notation_text_member(writer, "type", "unsubscribed");
    frame_end(writer, label);
}

void frame_begin_ok(struct json_writer *writer, const struct frame_label *label)
{
    begin(writer, label, "ok");
}

void frame_write_error(struct json_writer *writer, const struct frame_label *label, int code)
{
    const char *words = "";
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++)
        if (errors[i].code == code) words = errors[i].words;
    message_begin(writer, label, "error");
    notation_integer_member(writer, "code", code);
    notation_text_member(writer, "msg", words);
    message_end(writer, label);
}
