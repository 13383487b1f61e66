/* The depth as a chart: how much money stands in the book from the middle up to each price, bids to the left, asks to
 * the right. The cursor is the ladder's, and so is what the lower rule says of it.
 */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "ladder_keys.h"

__extension__ typedef __int128 wide_int;

#define AXIS_COLUMNS 8
/* Below this height the totals go. */
#define LEAST_HEIGHT_FOR_TITLES 10
/* The rule and the prices under the areas. */
#define PRICE_ROWS 2
/* Columns of a side from which on there are prices half way, too. */
#define LEAST_HALF_FOR_MORE_PRICES 22
/* Rows from which on there are amounts between the middle and the ends. */
#define LEAST_ROWS_FOR_MORE_AMOUNTS 12

#define ZOOM_MOST 10
/* The middle and what lies around it are never nearer than so many steps of the price. */
#define STEPS_LEAST 4

/* Prices are finer by the mid's digit here. */
#define FINER 10

struct chart {
    struct canvas *canvas;
    const struct ladder *ladder;
    const struct instrument *instrument;
    struct price_style prices;
    bool stale;
    int first_row, rows; /* of the areas */
    int middle, half;    /* the column of the middle, and columns on either side of it */
    price_t mid, span;   /* what is in the middle, and how far it is to either end; FINER */
    int64_t largest;     /* cents that a column of full height stands for */
};

static price_t larger(price_t a, price_t b)
{
    return a > b ? a : b;
}

static price_t smaller(price_t a, price_t b)
{
    return a < b ? a : b;
}

static const struct level *levels_of(const struct chart *chart, enum side side, uint32_t *count)
{
    const struct depth *whole = &chart->ladder->whole;
    *count = side == SIDE_BID ? whole->bid_count : whole->ask_count;
    return side == SIDE_BID ? whole->bids : whole->asks;
}

/* How far a price is from the middle, on its side of it. */
static price_t distance_of(const struct chart *chart, enum side side, price_t price)
{
    return side == SIDE_BID ? chart->mid - price * FINER : price * FINER - chart->mid;
}

/* How far the worst level is. */
static price_t reach(const struct chart *chart, enum side side)
{
    uint32_t count;
    const struct level *levels = levels_of(chart, side, &count);
    return count > 0 ? larger(distance_of(chart, side, levels[count - 1].price), 0) : 0;
}

/* What is in the middle of a book of one side is its best price. False where there is nothing at all. */
static bool find_middle(struct chart *chart)
{
    const struct statistics *s = &chart->ladder->statistics;
    if (s->two_sided) {
        chart->mid = s->mid;
        return true;
    }
    price_t best = s->best_bid != PRICE_NONE ? s->best_bid : s->best_ask;
    if (best == PRICE_NONE) return false;
    chart->mid = best * FINER;
    return true;
}

/* Everything that lies on both sides of the middle as far as prices go; from there nearer, or on to the last level. The
 * cursor is never outside. */
static void find_span(struct chart *chart, int zoom)
{
    const struct ladder *ladder = chart->ladder;
    price_t all = larger(reach(chart, SIDE_BID), reach(chart, SIDE_ASK)), least = ladder->tick * FINER * STEPS_LEAST;
    price_t limit = chart->instrument->price_limit * FINER, span = all;
    if (limit > 0) span = smaller(span, smaller(chart->mid, limit - chart->mid));
    for (; zoom > 0; zoom--) span /= 2;
    for (; zoom < 0 && span < all; zoom++) span = smaller(span * 2, all);
    int rank = ladder_cursor_rank(ladder);
    if (rank >= 0) {
        uint32_t count;
        const struct level *level = &ladder_levels(ladder, ladder->cursor_side, &count)[rank];
        span = larger(span, distance_of(chart, ladder->cursor_side, level->price));
    }
    chart->span = larger(span, larger(least, 1));
}

/* Cents from the middle up to the outer end of each column, from the middle outwards. */
static void sum_side(const struct chart *chart, enum side side, int64_t *cents)
{
    uint32_t count, taken = 0;
    const struct level *levels = levels_of(chart, side, &count);
    wide_int sum = 0;
    for (int k = 0; k < chart->half; k++) {
        price_t end = (price_t)((wide_int)chart->span * (k + 1) / chart->half);
        for (; taken < count && distance_of(chart, side, levels[taken].price) <= end; taken++)
            sum += (wide_int)levels[taken].price * levels[taken].quantity;
        cents[k] = money_of_sum(chart->instrument, sum > INT64_MAX ? INT64_MAX : (int64_t)sum);
    }
}

/* Eighths of a row from the bottom up; ASCII: nothing, less than half, more, all. */
static const char *block(bool ascii, int eighths)
{
    static const char *const blocks[] = {" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    if (!ascii) return blocks[eighths];
    return eighths == 8 ? "#" : eighths >= 4 ? ":" : eighths > 0 ? "." : " ";
}

static int column_of(const struct chart *chart, enum side side, int k)
{
    return side == SIDE_BID ? chart->middle - 1 - k : chart->middle + 1 + k;
}

static void draw_side(const struct chart *chart, enum side side, const int64_t *cents)
{
    struct canvas *canvas = chart->canvas;
    enum role role = chart->stale ? ROLE_BORDER : side == SIDE_BID ? ROLE_BID_BAR : ROLE_ASK_BAR;
    for (int k = 0; k < chart->half; k++) {
        int eighths = (int)((wide_int)cents[k] * chart->rows * 8 / chart->largest);
        if (eighths == 0 && cents[k] > 0) eighths = 1;
        for (int row = chart->first_row + chart->rows - 1; eighths > 0; row--, eighths -= 8)
            canvas_text(canvas, row, column_of(chart, side, k), 1, role,
                        block(canvas->ascii, eighths < 8 ? eighths : 8));
    }
}

/* The next round amount that is not less: it does not follow every change, and leaves little of the height empty. */
static int64_t round_up(int64_t cents)
{
    static const int tenths[] = {10, 12, 16, 20, 24, 30, 40, 50, 60, 80};
    for (int64_t power = 1; power <= INT64_MAX / 1000; power *= 10) {
        for (size_t i = 0; i < sizeof tenths / sizeof *tenths; i++) {
            if (power * tenths[i] >= cents) return power * tenths[i];
        }
    }
    return cents;
}

/* The whole of what is seen of each side. */
static void draw_titles(const struct chart *chart, const int64_t totals[2])
{
    struct canvas *canvas = chart->canvas;
    char money[FIGURE_SIZE], text[FIGURE_SIZE + 8];
    if (chart->first_row == 0) return;
    figure_money(totals[SIDE_BID], money);
    snprintf(text, sizeof text, "bids %s", money);
    canvas_right(canvas, 0, chart->middle - chart->half, chart->half - 1, chart->stale ? ROLE_MUTED : ROLE_BID, text);
    figure_money(totals[SIDE_ASK], money);
    snprintf(text, sizeof text, "%s asks", money);
    canvas_text(canvas, 0, chart->middle + 2, chart->half - 1, chart->stale ? ROLE_MUTED : ROLE_ASK, text);
}

static void draw_amount(const struct chart *chart, int part, int of)
{
    char text[FIGURE_SIZE];
    figure_money((int64_t)((wide_int)chart->largest * part / of), text);
    int row = chart->first_row + chart->rows - (chart->rows * part + of - 1) / of;
    canvas_right(chart->canvas, row, 0, AXIS_COLUMNS - 1, ROLE_MUTED, text);
}

static void draw_amounts(const struct chart *chart)
{
    int of = chart->rows >= LEAST_ROWS_FOR_MORE_AMOUNTS ? 4 : 2;
    for (int part = 1; part <= of; part++) draw_amount(chart, part, of);
}

/* Around a column, but inside of the pane. There is no price below 0 or above the venue's highest. */
static void draw_price(const struct chart *chart, price_t price, unsigned extra, int column, enum role role)
{
    char text[FIGURE_SIZE];
    price_t limit = chart->instrument->price_limit, whole = extra > 0 ? price / FINER : price;
    if (price < 0 || (limit > 0 && whole > limit)) return;
    figure_fine_price(price, extra, &chart->prices, text);
    int width = (int)text_width(text_from(text)), start = column - width / 2, end = chart->middle + chart->half;
    if (start + width - 1 > end) start = end - width + 1;
    if (start < chart->middle - chart->half) start = chart->middle - chart->half;
    canvas_text(chart->canvas, chart->first_row + chart->rows + 1, start, width, role, text);
}

static void draw_prices(const struct chart *chart)
{
    bool more = chart->half >= LEAST_HALF_FOR_MORE_PRICES;
    canvas_rule(chart->canvas, chart->first_row + chart->rows, AXIS_COLUMNS, 2 * chart->half + 1, ROLE_BORDER);
    for (int part = more ? 1 : 2; part <= 2; part++) {
        price_t away = chart->span * part / 2;
        int columns = chart->half * part / 2;
        if (away <= chart->mid) draw_price(chart, (chart->mid - away) / FINER, 0, chart->middle - columns, ROLE_MUTED);
        draw_price(chart, (chart->mid + away) / FINER, 0, chart->middle + columns, ROLE_MUTED);
    }
    draw_price(chart, chart->mid, MID_EXTRA_SCALE, chart->middle, ROLE_MID);
}

static void draw_middle(const struct chart *chart)
{
    struct canvas *canvas = chart->canvas;
    int rule = chart->first_row + chart->rows;
    for (int row = chart->first_row; row < rule; row++)
        canvas_text(canvas, row, chart->middle, 1, ROLE_BORDER, canvas_glyph(canvas, GLYPH_DIVIDER));
    canvas_text(canvas, rule, chart->middle, 1, ROLE_BORDER, canvas_glyph(canvas, GLYPH_TEE_UP));
}

static void draw_cursor(const struct chart *chart, bool focused)
{
    struct canvas *canvas = chart->canvas;
    const struct ladder *ladder = chart->ladder;
    int rank = ladder_cursor_rank(ladder), rule = chart->first_row + chart->rows;
    if (rank < 0) return;
    uint32_t count;
    price_t price = ladder_levels(ladder, ladder->cursor_side, &count)[rank].price;
    wide_int away = (wide_int)distance_of(chart, ladder->cursor_side, price) * chart->half;
    int k = (int)((away + chart->span - 1) / chart->span) - 1;
    int column = column_of(chart, ladder->cursor_side, k < 0 ? 0 : k >= chart->half ? chart->half - 1 : k);
    for (int row = chart->first_row; row < rule; row++) canvas_ground(canvas, row, column, 1, ROLE_CURSOR);
    canvas_text(canvas, rule, column, 1, ROLE_KEY, canvas_glyph(canvas, GLYPH_UP));
    if (focused) canvas_cursor(canvas, rule, column, false);
}

/* The widest window there is. */
#define HALF_MOST 512

static void draw(struct scene *scene, struct canvas *canvas)
{
    const struct area *area = &canvas->area;
    struct chart chart = {
        .canvas = canvas,
        .ladder = &scene->ladder,
        .instrument = &scene->book.instrument,
        .prices = ladder_price_style(&scene->ladder, &scene->book.instrument, canvas->ascii),
        .stale = scene_stale(scene),
        .first_row = area->height >= LEAST_HEIGHT_FOR_TITLES ? 1 : 0,
    };
    if (!find_middle(&chart)) {
        canvas_text(canvas, 0, 1, area->width - 1, ROLE_MUTED, "no orders in the book");
        return;
    }
    int64_t cents[2][HALF_MOST], totals[2];
    chart.rows = area->height - chart.first_row - PRICE_ROWS;
    chart.half = (int)smaller((area->width - AXIS_COLUMNS - 2) / 2, HALF_MOST);
    chart.middle = AXIS_COLUMNS + chart.half;
    if (chart.rows < 1 || chart.half < 1) return;
    find_span(&chart, scene->chart_zoom);
    for (int side = 0; side < 2; side++) {
        sum_side(&chart, (enum side)side, cents[side]);
        totals[side] = cents[side][chart.half - 1];
    }
    chart.largest = round_up(larger(totals[SIDE_BID], totals[SIDE_ASK]));
    draw_titles(&chart, totals);
    draw_amounts(&chart);
    draw_prices(&chart);
    draw_middle(&chart);
    for (int side = 0; side < 2; side++) draw_side(&chart, (enum side)side, cents[side]);
    if (scene->focus == PANE_CHART) canvas_cursor(canvas, chart.first_row + chart.rows, chart.middle, false);
    draw_cursor(&chart, scene->focus == PANE_CHART);
}

/* To the next step that shows something else: of a small book many show the same. */
static void zoom_by(struct scene *scene, int step)
{
    struct chart chart = {.ladder = &scene->ladder, .instrument = &scene->book.instrument};
    if (!find_middle(&chart)) return;
    find_span(&chart, scene->chart_zoom);
    price_t before = chart.span;
    for (int zoom = scene->chart_zoom + step; zoom >= -ZOOM_MOST && zoom <= ZOOM_MOST; zoom += step) {
        find_span(&chart, zoom);
        if (chart.span == before) continue;
        scene->chart_zoom = zoom;
        return;
    }
}

static bool act(struct scene *scene, enum action action)
{
    /* More levels are those farther out. */
    if (action == ACTION_SHALLOWER || action == ACTION_DEEPER) {
        zoom_by(scene, action == ACTION_SHALLOWER ? 1 : -1);
        return true;
    }
    return ladder_act(scene, action);
}

const struct view_ops view_chart = {CONTEXT_CHART, draw, act};
