/* The last trades, newest first: time, price with the side that took it, size, and money where there is room. */
#include "booktop/ui/scene.h"

#include "ladder_keys.h"

#define TIME_COLUMNS  8
#define PRICE_COLUMNS 7
#define SIZE_COLUMNS  9
#define MONEY_COLUMNS 10
#define GAP           2

#define LEAST_WIDTH_FOR_MONEY   44
#define LEAST_WIDTH_FOR_BARS    56
#define LEAST_HEIGHT_FOR_TITLES 10

struct columns {
    int time, price, arrow, size, money, bar; /* money, bar < 0: not shown */
    int bar_width;
};

static struct columns columns_of(int width)
{
    struct columns c = {.time = 1, .money = -1, .bar = -1};
    c.price = c.time + TIME_COLUMNS + GAP;
    c.arrow = c.price + PRICE_COLUMNS + 1;
    c.size = c.arrow + 1 + 1;
    if (width >= LEAST_WIDTH_FOR_MONEY) c.money = c.size + SIZE_COLUMNS + GAP;
    if (width >= LEAST_WIDTH_FOR_BARS) c.bar = c.money + MONEY_COLUMNS + GAP;
    c.bar_width = width - 1 - c.bar;
    return c;
}

static void draw_titles(struct canvas *canvas, const struct columns *c)
{
    canvas_text(canvas, 0, c->time, TIME_COLUMNS, ROLE_MUTED, "time");
    canvas_right(canvas, 0, c->price, PRICE_COLUMNS, ROLE_MUTED, "price");
    canvas_right(canvas, 0, c->size, SIZE_COLUMNS, ROLE_MUTED, "size");
    if (c->money >= 0) canvas_right(canvas, 0, c->money, MONEY_COLUMNS, ROLE_MUTED, "money");
}

/* A trade in the terms of the outcome that is drawn. */
static struct trade in_terms_of(const struct ladder *ladder, struct trade trade)
{
    if (ladder->outcome == 0) return trade;
    trade.price = ladder->one - trade.price;
    trade.aggressor = side_other(trade.aggressor);
    return trade;
}

static void draw_trade(const struct scene *scene, struct canvas *canvas, const struct columns *c, int row,
                       const struct trade *announced, quantity_t largest)
{
    const struct ladder *ladder = &scene->ladder;
    const struct instrument *instrument = &scene->book.instrument;
    struct trade trade = in_terms_of(ladder, *announced);
    struct price_style prices = ladder_price_style(ladder, instrument, canvas->ascii);
    prices.decimals = figure_price_decimals(trade.price, instrument->price_scale, prices.decimals);
    bool bought = trade.aggressor == SIDE_BID, stale = scene_stale(scene);
    enum role role = stale || !trade.has_aggressor ? ROLE_MUTED : bought ? ROLE_BID : ROLE_ASK;
    char text[FIGURE_SIZE];
    figure_clock(trade.venue_ms, text);
    canvas_text(canvas, row, c->time, TIME_COLUMNS, ROLE_MUTED, text);
    figure_price(trade.price, &prices, text);
    canvas_right(canvas, row, c->price, PRICE_COLUMNS, role, text);
    if (trade.has_aggressor) {
        canvas_text(canvas, row, c->arrow, 1, role, canvas_glyph(canvas, bought ? GLYPH_UP : GLYPH_DOWN));
    }
    figure_size(trade.quantity, instrument->size_scale, text);
    canvas_right(canvas, row, c->size, SIZE_COLUMNS, stale ? ROLE_MUTED : ROLE_TEXT, text);
    if (c->money < 0) return;
    figure_money(money_cents(instrument, trade.price, trade.quantity), text);
    canvas_right(canvas, row, c->money, MONEY_COLUMNS, ROLE_MUTED, text);
    if (c->bar < 0) return;
    enum role bar = stale || !trade.has_aggressor ? ROLE_BORDER : bought ? ROLE_BID_BAR : ROLE_ASK_BAR;
    canvas_bar(canvas, row, c->bar, c->bar_width, bar, figure_bar(trade.quantity, largest, c->bar_width));
}

/* While the newest trades are in view new ones push the others down; once scrolled, the rows stand still. */
static void hold_still(struct scene *scene)
{
    const struct tape_view *tape = &scene->book.tape;
    if (scene->tape_skip > 0 && tape->total > scene->tape_total) {
        scene->tape_skip += (uint32_t)(tape->total - scene->tape_total);
    }
    scene->tape_total = tape->total;
    uint32_t page = scene->tape_page > 0 ? (uint32_t)scene->tape_page : 1;
    uint32_t most = tape->count > page ? tape->count - page : 0;
    if (scene->tape_skip > most) scene->tape_skip = most;
}

/* What a bar of full width stands for: it does not change with what is scrolled into view. */
static quantity_t largest_trade(const struct tape_view *tape)
{
    quantity_t largest = 0;
    for (uint32_t i = 0; i < tape->count; i++) {
        if (tape->trades[i].quantity > largest) largest = tape->trades[i].quantity;
    }
    return figure_round_up(largest);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    const struct tape_view *tape = &scene->book.tape;
    struct columns c = columns_of(canvas->area.width);
    int first = canvas->area.height >= LEAST_HEIGHT_FOR_TITLES ? 1 : 0;
    scene->tape_page = canvas->area.height - first;
    hold_still(scene);
    if (first > 0) draw_titles(canvas, &c);
    if (tape->count == 0) {
        canvas_text(canvas, first, c.time, canvas->area.width - c.time, ROLE_MUTED, "no trades");
        return;
    }
    quantity_t largest = largest_trade(tape);
    for (int i = 0; i < scene->tape_page && scene->tape_skip + (uint32_t)i < tape->count; i++) {
        draw_trade(scene, canvas, &c, first + i, &tape->trades[scene->tape_skip + (uint32_t)i], largest);
    }
    if (scene->focus == PANE_TAPE) canvas_cursor(canvas, first, 0, false);
}

static bool act(struct scene *scene, enum action action)
{
    uint32_t page = scene->tape_page > 1 ? (uint32_t)scene->tape_page - 1 : 1;
    uint32_t skip = scene->tape_skip;
    switch (action) {
    case ACTION_DOWN:
        skip += 1;
        break;
    case ACTION_UP:
        skip -= skip > 0 ? 1 : 0;
        break;
    case ACTION_PAGE_DOWN:
        skip += page;
        break;
    case ACTION_PAGE_UP:
        skip -= skip > page ? page : skip;
        break;
    case ACTION_HOME:
        skip = 0;
        break;
    case ACTION_END:
        skip = VIEW_TRADES;
        break;
    default:
        return ladder_act(scene, action);
    }
    scene->tape_skip = skip;
    return true;
}

const struct view_ops view_tape = {CONTEXT_TAPE, draw, act};
