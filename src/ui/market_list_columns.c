#include "market_list_columns.h"

#include <assert.h>
#include <stdio.h>

#include "booktop/venue/venue.h"
#include "state_words.h"

#define PRICE_COLUMNS  8
#define LIQUID_COLUMNS 11
#define VOLUME_COLUMNS 9
#define CLOSES_COLUMNS 9
#define PROOF_COLUMNS  14
#define BADGE_COLUMNS  4
#define NUMBER_COLUMNS 1

/* Columns that are dropped in narrow windows have their least width here. */
#define LEAST_WIDTH_FOR_LAST   58
#define LEAST_WIDTH_FOR_VOLUME 68
#define LEAST_WIDTH_FOR_SPREAD 84
#define LEAST_WIDTH_FOR_CLOSES 92
#define LEAST_WIDTH_FOR_CHANGE 102
#define LEAST_WIDTH_FOR_PROOF  116
#define LEAST_WIDTH_FOR_DEPTH  134

/* Columns are placed from the right; what is left over is the name's. */
static int take(int *right, int width, bool shown)
{
    if (!shown) return -1;
    *right -= width;
    return *right;
}

struct list_columns list_columns_of(int width, bool numbers, bool venues, bool changes)
{
    struct list_columns c = {.mark = 1, .number = -1, .badge = -1, .title = 3};
    if (numbers) {
        c.number = c.title;
        c.title += NUMBER_COLUMNS + 1;
    }
    if (venues) {
        c.badge = c.title;
        c.title += BADGE_COLUMNS + 1;
    }
    int right = width - 1;
    c.proof = take(&right, PROOF_COLUMNS, width >= LEAST_WIDTH_FOR_PROOF);
    c.closes = take(&right, CLOSES_COLUMNS, width >= LEAST_WIDTH_FOR_CLOSES);
    c.liquidity = take(&right, LIQUID_COLUMNS, width >= LEAST_WIDTH_FOR_DEPTH);
    c.volume = take(&right, VOLUME_COLUMNS, width >= LEAST_WIDTH_FOR_VOLUME);
    c.change = take(&right, PRICE_COLUMNS, changes && width >= LEAST_WIDTH_FOR_CHANGE);
    c.last = take(&right, PRICE_COLUMNS, width >= LEAST_WIDTH_FOR_LAST);
    c.spread = take(&right, PRICE_COLUMNS, width >= LEAST_WIDTH_FOR_SPREAD);
    c.ask = take(&right, PRICE_COLUMNS, true);
    c.bid = take(&right, PRICE_COLUMNS, true);
    c.title_width = right - c.title - 1;
    return c;
}

/* === Titles === */

static enum role title_role(const struct market_list *sorted, enum list_order order)
{
    return sorted != NULL && order != ORDER_FOUND && sorted->order == order ? ROLE_STRONG : ROLE_MUTED;
}

/* The marks of rising and falling prices would be signs in ASCII. */
static const char *arrow_of(const struct canvas *canvas, const struct market_list *sorted)
{
    bool rises = market_list_rises(sorted);
    if (canvas->ascii) return rises ? "^" : "v";
    return canvas_glyph(canvas, rises ? GLYPH_UP : GLYPH_DOWN);
}

static void draw_title(struct canvas *canvas, int column, int width, const struct market_list *sorted,
                       enum list_order order, const char *title)
{
    char text[FIGURE_SIZE];
    enum role role = title_role(sorted, order);
    if (column < 0) return;
    snprintf(text, sizeof text, "%s%s", title, role == ROLE_STRONG ? arrow_of(canvas, sorted) : "");
    canvas_right(canvas, 0, column, width, role, text);
}

static bool is_shown(const struct list_columns *c, enum list_order order)
{
    const int columns[ORDER_COUNT] = {0, c->volume, c->last, c->change, c->spread, c->closes, c->title};
    return columns[order] >= 0;
}

/* "market", "market, by closes" where that column is not there. */
static void draw_first_title(struct canvas *canvas, const struct list_columns *c, const char *first,
                             const struct market_list *sorted)
{
    int start = c->badge >= 0 ? c->badge : c->title, end = c->title + c->title_width, column = start;
    bool by_name = sorted != NULL && sorted->order == ORDER_NAME;
    bool elsewhere = sorted != NULL && !is_shown(c, sorted->order);
    column += canvas_text(canvas, 0, column, end - column, by_name ? ROLE_STRONG : ROLE_MUTED, first);
    if (!by_name && !elsewhere && (sorted == NULL || sorted->order != ORDER_FOUND || !sorted->reversed)) return;
    if (elsewhere) {
        column += canvas_text(canvas, 0, column, end - column, ROLE_MUTED, ", by ");
        const char *name = market_list_order_name(sorted->order);
        column += canvas_text(canvas, 0, column, end - column, ROLE_STRONG, name);
    }
    canvas_text(canvas, 0, column, end - column, ROLE_STRONG, arrow_of(canvas, sorted));
}

void list_columns_draw_titles(struct canvas *canvas, const struct list_columns *c, const char *first,
                              const struct market_list *sorted)
{
    draw_first_title(canvas, c, first, sorted);
    draw_title(canvas, c->bid, PRICE_COLUMNS, NULL, ORDER_FOUND, "bid");
    draw_title(canvas, c->ask, PRICE_COLUMNS, NULL, ORDER_FOUND, "ask");
    draw_title(canvas, c->spread, PRICE_COLUMNS, sorted, ORDER_SPREAD, "spread");
    draw_title(canvas, c->last, PRICE_COLUMNS, sorted, ORDER_PRICE, "last");
    draw_title(canvas, c->change, PRICE_COLUMNS, sorted, ORDER_CHANGE, "change");
    draw_title(canvas, c->volume, VOLUME_COLUMNS, sorted, ORDER_VOLUME, "24h");
    draw_title(canvas, c->liquidity, LIQUID_COLUMNS, NULL, ORDER_FOUND, "liquidity");
    draw_title(canvas, c->closes, CLOSES_COLUMNS, sorted, ORDER_CLOSES, "closes");
    draw_title(canvas, c->proof, PROOF_COLUMNS, NULL, ORDER_FOUND, "book");
}

/* === A market === */

static void draw_price(struct canvas *canvas, int row, int column, enum role role, price_t price,
                       const struct price_style *style)
{
    char text[FIGURE_SIZE];
    if (column < 0) return;
    figure_price(price, style, text);
    canvas_right(canvas, row, column, PRICE_COLUMNS, role, price == PRICE_NONE ? "-" : text);
}

/* What is not known is left blank; the sign tells which way it went. */
static void draw_change(struct canvas *canvas, int row, int column, price_t change, struct price_style style)
{
    char text[FIGURE_SIZE], figure[FIGURE_SIZE];
    if (column < 0 || change == PRICE_NONE) return;
    style.decimals = figure_price_decimals(change, style.scale, style.decimals);
    figure_price(change < 0 ? -change : change, &style, figure);
    snprintf(text, sizeof text, "%s%.40s", change > 0 ? "+" : change < 0 ? "-" : "", figure);
    canvas_right(canvas, row, column, PRICE_COLUMNS, change > 0 ? ROLE_BID : change < 0 ? ROLE_ASK : ROLE_MUTED, text);
}

static void draw_money(struct canvas *canvas, int row, int column, int width, enum role role, int64_t cents)
{
    char money[FIGURE_SIZE];
    if (column < 0 || cents < 0) return;
    figure_money(cents, money);
    canvas_right(canvas, row, column, width, role, money);
}

void list_columns_draw_volume(struct canvas *canvas, int row, const struct list_columns *c, enum role role,
                              int64_t cents)
{
    draw_money(canvas, row, c->volume, VOLUME_COLUMNS, role, cents);
}

/* What became of the market, in place of when it closes, or of its volume where that is not shown. */
static void draw_status(struct canvas *canvas, int row, const struct list_columns *c, enum market_status status)
{
    static_assert(CLOSES_COLUMNS == VOLUME_COLUMNS, "one width for both");
    int column = c->closes >= 0 ? c->closes : c->volume;
    if (column >= 0) canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_WARNING, market_status_text(status));
}

static void draw_closing(struct scene *scene, struct canvas *canvas, int row, int column,
                         const struct instrument *instrument)
{
    char text[FIGURE_SIZE];
    int64_t left;
    if (column < 0 || !closes_in(instrument, scene->now, &left)) return;
    if (left <= 0) {
        canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_MUTED, "due");
        return;
    }
    scene_due_in(scene, figure_remaining(left, text));
    canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_TEXT, text);
}

static void draw_proof(struct canvas *canvas, int row, const struct list_columns *c, enum proof_state state)
{
    struct state_mark mark = proof_mark(state);
    canvas_text(canvas, row, c->mark, 1, mark.role, canvas_glyph(canvas, mark.glyph));
    if (c->proof >= 0) canvas_right(canvas, row, c->proof, PROOF_COLUMNS, mark.role, proof_state_text(state));
}

static void draw_badge(struct canvas *canvas, int row, const struct list_columns *c,
                       const struct instrument *instrument)
{
    if (c->badge < 0) return;
    canvas_text(canvas, row, c->badge, BADGE_COLUMNS, ROLE_MUTED, venue_get(instrument->venue)->badge);
}

void list_columns_draw_blank(struct canvas *canvas, int row, const struct list_columns *c,
                             const struct instrument *instrument, const char *why)
{
    draw_badge(canvas, row, c, instrument);
    canvas_right(canvas, row, c->bid, 2 * PRICE_COLUMNS, ROLE_MUTED, why);
}

void list_columns_draw_market(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c,
                              const struct catalogue_entry *entry, const struct quote *quote)
{
    const struct instrument *instrument = &entry->instrument;
    struct price_style style = {(enum price_unit)scene->prefs.price_unit, instrument->price_scale,
                                instrument_tick_decimals(instrument), canvas->ascii};
    struct market_figures figures = market_figures_of(entry, quote);
    bool current = figures.current;
    draw_badge(canvas, row, c, instrument);
    if (figures.live) draw_proof(canvas, row, c, quote->proof);
    draw_price(canvas, row, c->bid, current ? ROLE_BID : ROLE_MUTED, figures.bid, &style);
    draw_price(canvas, row, c->ask, current ? ROLE_ASK : ROLE_MUTED, figures.ask, &style);
    draw_price(canvas, row, c->spread, current ? ROLE_TEXT : ROLE_MUTED, figures.spread, &style);
    draw_price(canvas, row, c->last, figures.traded && current ? ROLE_TEXT : ROLE_MUTED, figures.last, &style);
    draw_change(canvas, row, c->change, figures.change, style);
    bool open = figures.status == MARKET_OPEN;
    if (open || c->closes >= 0) draw_money(canvas, row, c->volume, VOLUME_COLUMNS, ROLE_TEXT, entry->volume_24h);
    draw_money(canvas, row, c->liquidity, LIQUID_COLUMNS, ROLE_TEXT, entry->liquidity);
    if (open)
        draw_closing(scene, canvas, row, c->closes, instrument);
    else
        draw_status(canvas, row, c, figures.status);
}
