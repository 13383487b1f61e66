#include "booktop/exchange/kalshi/board.h"

#include <stdlib.h>

#define STREAM_FIGURES UINT64_C(0xb0a4d000)

/* A burst has at most so many news: every level, every trade, a ticker, two of its life. */
#define NEWS_MAX (ORDERS_MAX + FLOW_FILLS + 3)

static void touch_read(const struct flow_market *market, struct board_figures *out)
{
    const struct ladder *ladder = &market->orders.ladder;
    int bid = ladder_best(ladder, LADDER_BID), ask = ladder_best(ladder, LADDER_ASK);
    out->bid = bid == LADDER_NONE ? 0 : bid;
    out->ask = ask == LADDER_NONE ? LADDER_ONE : ask;
    out->bid_size = bid == LADDER_NONE ? 0 : ladder->size[LADDER_BID][bid];
    out->ask_size = ask == LADDER_NONE ? 0 : ladder->size[LADDER_ASK][ask];
}

static void figures_create(struct board *board, unsigned market)
{
    struct board_figures *figures = &board->figures[market];
    const struct flow_market *own = &board->flow->markets[market];
    const struct roster_market *listed = &board->roster->markets[market];
    figures->dice = dice_from(board->roster->cast.seed, STREAM_FIGURES + market);
    figures->volume = listed->volume;
    figures->volume_day = listed->volume / 2500 * 100;
    figures->open_interest = listed->open_interest;
    figures->stamp_us = (own->state == FLOW_UNOPENED ? board->flow->start_ms : own->changed_ms) * 1000;
    touch_read(own, figures);
    if (own->trade_count == 0) return;
    const struct flow_trade *last = &own->trades[(own->trade_count - 1) % FLOW_TRADES];
    figures->last_price = last->price;
    figures->last_size = last->size;
}

bool board_create(struct board *board, const struct roster *roster, struct flow *flow)
{
    *board = (struct board){.roster = roster, .flow = flow, .now_ms = flow->start_ms, .sending_ms = flow->start_ms};
    board->figures = calloc(roster->cast.market_count, sizeof *board->figures);
    board->news = calloc(NEWS_MAX, sizeof *board->news);
    if (board->figures == NULL || board->news == NULL) {
        board_free(board);
        return false;
    }
    for (unsigned i = 0; i < roster->cast.market_count; i++) figures_create(board, i);
    return true;
}

void board_free(struct board *board)
{
    free(board->figures);
    free(board->news);
    *board = (struct board){0};
}

int64_t board_next_ms(const struct board *board)
{
    return flow_next_ms(board->flow);
}

int64_t board_dollar_volume(const struct board *board, unsigned market)
{
    return board->flow->markets[market].volume / 100;
}

/* === News === */

static struct board_news *news_add(struct board *board, const struct board_news *about, enum board_news_kind kind)
{
    struct board_news *news = &board->news[board->news_count++];
    *news = *about;
    news->kind = kind;
    return news;
}

static void levels_tell(struct board *board, const struct board_news *about, bool going)
{
    const struct flow_burst *burst = &board->flow->burst;
    for (unsigned i = 0; i < burst->change_count; i++)
        if (burst->changes[i].added != 0 && (burst->changes[i].added < 0) == going)
            news_add(board, about, BOARD_LEVEL)->change = burst->changes[i];
}

/* The book of a market that opens comes level by level. */
static void opening_tell(struct board *board, const struct board_news *about)
{
    const struct ladder *ladder = &board->flow->markets[about->market].orders.ladder;
    for (unsigned side = LADDER_BID; side <= LADDER_ASK; side++) {
        for (int price = ladder_above(ladder, (enum ladder_side)side, -1); price != LADDER_NONE;
             price = ladder_above(ladder, (enum ladder_side)side, price)) {
            int64_t size = ladder->size[side][price];
            news_add(board, about, BOARD_LEVEL)->change =
                (struct flow_change){size, (int16_t)price, (uint8_t)side, size};
        }
    }
}

static void trades_tell(struct board *board, const struct board_news *about)
{
    const struct flow_burst *burst = &board->flow->burst;
    struct board_figures *figures = &board->figures[about->market];
    for (unsigned i = 0; i < burst->fill_count; i++) {
        const struct flow_trade *fill = &burst->fills[i];
        unsigned kind = dice_below(&figures->dice, 4);
        figures->last_price = fill->price;
        figures->last_size = fill->size;
        figures->volume += fill->size;
        figures->volume_day += fill->size;
        /* Both open a position, or both close one, or one hands it to the other. */
        if (kind < 2)
            figures->open_interest += fill->size;
        else if (kind == 2 && figures->open_interest >= fill->size)
            figures->open_interest -= fill->size;
        news_add(board, about, BOARD_TRADE)->trade = *fill;
    }
}

/* A ticker is told when one of its figures is another. */
static void ticker_tell(struct board *board, const struct board_news *about)
{
    struct board_figures *figures = &board->figures[about->market], before = *figures;
    touch_read(&board->flow->markets[about->market], figures);
    bool same = before.bid == figures->bid && before.ask == figures->ask && before.bid_size == figures->bid_size &&
                before.ask_size == figures->ask_size && board->flow->burst.fill_count == 0;
    if (!same) (void)news_add(board, about, BOARD_TICKER);
}

static void life_tell(struct board *board, const struct board_news *about, enum flow_kind kind)
{
    struct board_figures *figures = &board->figures[about->market];
    int64_t stamp_ms = board->flow->burst.stamp_ms;
    const struct cast *cast = &board->roster->cast;
    if (kind == FLOW_RESOLUTION) figures->resolved_ms = stamp_ms;
    if (kind == FLOW_DETERMINATION) figures->determined_ms = stamp_ms;
    if (kind == FLOW_SETTLEMENT) figures->settled_ms = stamp_ms;
    if (kind == FLOW_QUOTE || kind == FLOW_TRADE || kind == FLOW_RESOLUTION) return;
    if (kind == FLOW_OPENING && cast->events[cast->markets[about->market].event].first == about->market)
        (void)news_add(board, about, BOARD_EVENT);
    news_add(board, about, BOARD_LIFE)->life = kind;
}

void board_step(struct board *board)
{
    const struct flow_burst *burst = flow_step(board->flow);
    board->news_count = 0;
    board->now_ms = burst->stamp_ms;
    if (burst->kind == FLOW_QUIET) return;
    struct board_figures *figures = &board->figures[burst->market];
    struct board_news about = {.market = burst->market};
    about.stamp_us = burst->stamp_ms * 1000 + dice_between(&figures->dice, 0, 999);
    about.sending_ms = burst->stamp_ms + dice_between(&figures->dice, 1, 4);
    if (about.sending_ms < board->sending_ms) about.sending_ms = board->sending_ms;
    board->sending_ms = about.sending_ms;
    figures->stamp_us = about.stamp_us;
    life_tell(board, &about, burst->kind);
    if (burst->kind == FLOW_OPENING) opening_tell(board, &about);
    levels_tell(board, &about, true);
    levels_tell(board, &about, false);
    trades_tell(board, &about);
    ticker_tell(board, &about);
}
