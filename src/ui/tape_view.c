/* The last trades, newest first: time, price with the side that took it, size, and money where there is room.
 *
 * They roll: new ones push the others down. Scrolled or paused they stand still, whatever comes, and the last row says
 * how many are new. */
#include "booktop/ui/scene.h"

#include <stdio.h>

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

static void draw_titles(const struct scene *scene, struct canvas *canvas, const struct columns *c)
{
    bool money = scene->ladder.size_unit == SIZE_MONEY;
    canvas_text(canvas, 0, c->time, TIME_COLUMNS, ROLE_MUTED, scene->prefs.utc ? "time UTC" : "time");
    canvas_right(canvas, 0, c->price, PRICE_COLUMNS, ROLE_MUTED, "price");
    canvas_right(canvas, 0, c->size, SIZE_COLUMNS, ROLE_MUTED, money ? "money" : "size");
    if (c->money >= 0) canvas_right(canvas, 0, c->money, MONEY_COLUMNS, ROLE_MUTED, money ? "size" : "money");
}

/* A trade in the terms of the outcome that is drawn. */
static struct trade in_terms_of(const struct ladder *ladder, struct trade trade)
{
    if (ladder->outcome == 0) return trade;
    trade.price = ladder->one - trade.price;
    trade.aggressor = side_other(trade.aggressor);
    return trade;
}

/* What the column of sizes says, or the other one. */
static void write_amount(const struct scene *scene, const struct trade *trade, bool other, char out[FIGURE_SIZE])
{
    const struct instrument *instrument = &scene->book.instrument;
    if ((scene->ladder.size_unit == SIZE_MONEY) != other)
        figure_money(money_cents(instrument, trade->price, trade->quantity), out);
    else
        figure_size(trade->quantity, instrument->size_scale, out);
}

/* What its bar measures: the same as the column of sizes. */
static int64_t amount_of(const struct scene *scene, const struct trade *trade)
{
    if (scene->ladder.size_unit != SIZE_MONEY) return trade->quantity;
    return money_cents(&scene->book.instrument, trade->price, trade->quantity);
}

static void draw_trade(const struct scene *scene, struct canvas *canvas, const struct columns *c, int row,
                       const struct trade *announced, int64_t largest)
{
    const struct ladder *ladder = &scene->ladder;
    const struct instrument *instrument = &scene->book.instrument;
    struct trade trade = in_terms_of(ladder, *announced);
    struct price_style prices = ladder_price_style(ladder, instrument, canvas->ascii);
    prices.decimals = figure_price_decimals(trade.price, instrument->price_scale, prices.decimals);
    bool bought = trade.aggressor == SIDE_BID, stale = scene_stale(scene);
    enum role role = stale || !trade.has_aggressor ? ROLE_MUTED : bought ? ROLE_BID : ROLE_ASK;
    char text[FIGURE_SIZE];
    figure_clock(trade.venue_ms, scene->prefs.utc, text);
    canvas_text(canvas, row, c->time, TIME_COLUMNS, ROLE_MUTED, text);
    figure_price(trade.price, &prices, text);
    canvas_right(canvas, row, c->price, PRICE_COLUMNS, role, text);
    if (trade.has_aggressor) {
        canvas_text(canvas, row, c->arrow, 1, role, canvas_glyph(canvas, bought ? GLYPH_BOUGHT : GLYPH_SOLD));
    }
    write_amount(scene, &trade, false, text);
    canvas_right(canvas, row, c->size, SIZE_COLUMNS, stale ? ROLE_MUTED : ROLE_TEXT, text);
    if (c->money < 0) return;
    write_amount(scene, &trade, true, text);
    canvas_right(canvas, row, c->money, MONEY_COLUMNS, ROLE_MUTED, text);
    if (c->bar < 0) return;
    enum role bar = stale || !trade.has_aggressor ? ROLE_BORDER : bought ? ROLE_BID_BAR : ROLE_ASK_BAR;
    canvas_bar(canvas, row, c->bar, c->bar_width, bar, figure_bar(amount_of(scene, &trade), largest, c->bar_width));
}

/* Of the trades that are shown. */
static int64_t largest_trade(const struct scene *scene, const struct tape_view *tape)
{
    int64_t largest = 0;
    for (uint32_t i = 0; i < tape->count; i++) {
        struct trade trade = in_terms_of(&scene->ladder, tape->trades[i]);
        int64_t amount = amount_of(scene, &trade);
        if (amount > largest) largest = amount;
    }
    return figure_round_up(largest);
}

/* The trades that are shown in so many rows: the newest ones, or those of when they were scrolled or paused, which
 * leave one row for saying so. */
static const struct tape_view *trades_of(struct scene *scene, int rows)
{
    const struct tape_view *tape = scene->tape_still ? &scene->tape_kept : &scene->book.tape;
    uint32_t page = rows > 2 ? (uint32_t)rows - 1 : 1;
    uint32_t most = tape->count > page ? tape->count - page : 0;
    if (scene->tape_skip > most) scene->tape_skip = most;
    bool still = scene->tape_paused || scene->tape_skip > 0;
    if (still && !scene->tape_still) scene->tape_kept = scene->book.tape;
    scene->tape_still = still;
    scene->tape_page = rows - still;
    return still ? &scene->tape_kept : &scene->book.tape;
}

/* "‖ paused, 12 new" */
static void draw_standing(const struct scene *scene, struct canvas *canvas, int row)
{
    uint64_t before = scene->tape_kept.total, now = scene->book.tape.total;
    char text[2 * FIGURE_SIZE], count[FIGURE_SIZE];
    bool news = now > before;
    figure_exact(news ? (int64_t)(now - before) : 0, 0, count);
    snprintf(text, sizeof text, "%s %s%s%s%s", canvas_glyph(canvas, GLYPH_PAUSE),
             scene->tape_paused ? "paused" : "scrolled", news ? ", " : "", news ? count : "", news ? " new" : "");
    canvas_text(canvas, row, 1, canvas->area.width - 1, news ? ROLE_WARNING : ROLE_MUTED, text);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct columns c = columns_of(canvas->area.width);
    int first = canvas->area.height >= LEAST_HEIGHT_FOR_TITLES ? 1 : 0;
    const struct tape_view *tape = trades_of(scene, canvas->area.height - first);
    if (first > 0) draw_titles(scene, canvas, &c);
    if (scene->tape_still) draw_standing(scene, canvas, canvas->area.height - 1);
    if (tape->count == 0) {
        canvas_text(canvas, first, c.time, canvas->area.width - c.time, ROLE_MUTED, "no trades");
        return;
    }
    int64_t largest = largest_trade(scene, tape);
    for (int i = 0; i < scene->tape_page && scene->tape_skip + (uint32_t)i < tape->count; i++) {
        draw_trade(scene, canvas, &c, first + i, &tape->trades[scene->tape_skip + (uint32_t)i], largest);
    }
    if (scene->focus == PANE_TAPE) canvas_cursor(canvas, first, 0, false);
}

/* Goes on from what stands still, wherever it was scrolled to; else stops. */
static void pause(struct scene *scene)
{
    scene->tape_paused = !scene->tape_still;
    scene->tape_skip = 0;
    scene->tape_still = false;
    if (!scene->tape_paused) return;
    scene->tape_kept = scene->book.tape;
    scene->tape_still = true;
}

static bool act(struct scene *scene, enum action action)
{
    uint32_t page = scene->tape_page > 1 ? (uint32_t)scene->tape_page - 1 : 1;
    uint32_t skip = scene->tape_skip;
    switch (action) {
    case ACTION_PAUSE:
        pause(scene);
        return true;
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
