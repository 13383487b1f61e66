/* How the ladder is drawn. Columns from the left: a pointer, what was traded and the running sum (where there is room),
 * size, price, a mark where a typed size would go through, bar. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "ladder_keys.h"
#include "ladder_steps.h"
#include "state_words.h"

/* Widths of the columns; every column but the bar keeps its place whatever the numbers are. */
#define SUM_COLUMNS    8
#define TRADED_COLUMNS 8
#define SIZE_COLUMNS   10
#define PRICE_COLUMNS  7
#define GAP            2
#define BAR_MOST       72

/* The running sum is the first to go, then what was traded. */
#define LEAST_WIDTH_FOR_SUMS   54
#define LEAST_WIDTH_FOR_TRADED 46
#define LEAST_WIDTH_FOR_ALL    64
/* Below this height the titles of the columns go. */
#define LEAST_HEIGHT_FOR_TITLES 10
/* Of so few rows of a side none says how many levels are hidden. */
#define LEAST_ROWS_FOR_MARKERS 3

struct frame {
    struct canvas *canvas;
    struct ladder *ladder;
    const struct instrument *instrument;
    struct price_style prices;
    bool stale, volume;
    int width, first_row, middle;            /* rows of the titles' end and of the mid */
    int traded, sum, size, price, mark, bar; /* columns; traded, sum < 0: not shown */
    int bar_width;
    int64_t largest;     /* what a bar of full width stands for */
    bool costs;          /* a size was typed: */
    struct cost cost[2]; /* of going through each side */
};

/* The part of a side that is drawn: `count` levels from rank `first` on, in `rows` rows from the middle outwards. */
struct window {
    enum side side;
    int first, count;
    int nearer, farther; /* levels hidden towards the touch and away from it */
};

static enum role role_of(const struct frame *frame, enum role role)
{
    return frame->stale ? ROLE_MUTED : role;
}

static void place_columns(struct frame *frame)
{
    int column = 1;
    frame->sum = frame->traded = -1;
    bool traded = frame->volume && frame->width >= LEAST_WIDTH_FOR_TRADED;
    if (traded) {
        frame->traded = column;
        column += TRADED_COLUMNS + GAP;
    }
    if (frame->width >= (traded ? LEAST_WIDTH_FOR_ALL : LEAST_WIDTH_FOR_SUMS)) {
        frame->sum = column;
        column += SUM_COLUMNS + GAP;
    }
    frame->size = column;
    column += SIZE_COLUMNS + GAP;
    frame->price = column;
    column += PRICE_COLUMNS + GAP;
    frame->mark = column - 1;
    frame->bar = column;
    frame->bar_width = frame->width - column - 1;
    if (frame->bar_width > BAR_MOST) frame->bar_width = BAR_MOST;
}

/* Which levels are drawn, given `rows` of room. The touch is drawn next to the middle unless the cursor is farther out
 * than that; then the side slides, and says how many levels it hides on either end. */
static struct window window_of(const struct frame *frame, enum side side, int rows)
{
    const struct ladder *ladder = frame->ladder;
    uint32_t held;
    ladder_levels(ladder, side, &held);
    int beyond = (int)(side == SIDE_BID ? ladder->bids_beyond : ladder->asks_beyond);
    int total = (int)held;
    int limit = ladder_limits[ladder->limit].levels;
    if (limit > 0 && limit < rows) rows = limit;
    if (rows < 0) rows = 0;
    int rank = ladder->cursor_side == side ? ladder_cursor_rank(ladder) : -1;
    struct window window = {.side = side};
    if (rows < LEAST_ROWS_FOR_MARKERS) {
        window.first = rank >= rows ? rank - rows + 1 : 0;
        window.count = total - window.first < rows ? total - window.first : rows;
        return window;
    }
    bool all_fit = total <= rows && beyond == 0;
    int plain = all_fit ? rows : rows - 1; /* rows for levels while the touch is drawn */
    if (rank >= plain) {
        /* One row says what is nearer, one what is farther. */
        window.first = rank - (rows - 3);
        window.nearer = window.first;
        plain = window.first + rows - 1 >= total && beyond == 0 ? rows - 1 : rows - 2;
    }
    window.count = total - window.first < plain ? total - window.first : plain;
    window.farther = total - window.first - window.count + beyond;
    return window;
}

static int64_t largest_in(const struct frame *frame, const struct window *window)
{
    int64_t largest = 0;
    for (int i = window->first; i < window->first + window->count; i++) {
        int64_t amount = ladder_amount(frame->ladder, window->side, i);
        if (amount > largest) largest = amount;
    }
    return largest;
}

static void draw_titles(const struct frame *frame)
{
    struct canvas *canvas = frame->canvas;
    const char *name = frame->instrument->outcomes[frame->ladder->outcome].name;
    if (frame->traded >= 0) canvas_right(canvas, 0, frame->traded, TRADED_COLUMNS, ROLE_MUTED, "traded");
    if (frame->sum >= 0) canvas_right(canvas, 0, frame->sum, SUM_COLUMNS, ROLE_MUTED, "sum");
    bool money = frame->ladder->size_unit == SIZE_MONEY;
    canvas_right(canvas, 0, frame->size, SIZE_COLUMNS, ROLE_MUTED, money ? "money" : "size");
    canvas_right(canvas, 0, frame->price, PRICE_COLUMNS, ROLE_MUTED, "price");
    int column = frame->bar;
    if (name[0] != '\0') column += canvas_foreign(canvas, 0, column, frame->bar_width, ROLE_MUTED, text_from(name));
    const char *group = ladder_group_text(frame->ladder), *limit = ladder_limit_text(frame->ladder);
    char text[64];
    snprintf(text, sizeof text, "%s%s%s", group != NULL ? group : "", group != NULL && limit != NULL ? ", " : "",
             limit != NULL ? limit : "");
    int room = frame->width - 1 - column - GAP;
    if ((int)text_width(text_from(text)) <= room) canvas_right(canvas, 0, column + GAP, room, ROLE_MID, text);
}

/* Rows count from the middle outwards: 0 is next to it. */
static int row_of(const struct frame *frame, enum side side, int n)
{
    return side == SIDE_BID ? frame->middle + 1 + n : frame->middle - 1 - n;
}

static void draw_amount(const struct frame *frame, int row, int column, int width, enum role role, int64_t amount,
                        bool brief)
{
    char text[FIGURE_SIZE];
    ladder_amount_text(frame->ladder, frame->instrument, amount, brief, text);
    canvas_right(frame->canvas, row, column, width, role, text);
}

/* How far a typed size would go: a line from the touch, ending at the last level that it touches. */
static void draw_cost(const struct frame *frame, enum side side, int rank, int row)
{
    static const enum glyph glyphs[] = {[COST_THROUGH] = GLYPH_DIVIDER, [COST_LAST] = GLYPH_TEE_LEFT};
    enum cost_mark mark = frame->costs ? cost_mark(&frame->cost[side], frame->ladder, side, rank) : COST_UNTOUCHED;
    if (mark == COST_UNTOUCHED) return;
    canvas_text(frame->canvas, row, frame->mark, 1, ROLE_KEY, canvas_glyph(frame->canvas, glyphs[mark]));
}

static void draw_level(const struct frame *frame, enum side side, int rank, int row)
{
    struct canvas *canvas = frame->canvas;
    const struct ladder *ladder = frame->ladder;
    uint32_t count;
    const struct level *level = &ladder_levels(ladder, side, &count)[rank];
    bool bid = side == SIDE_BID, best = rank == 0;
    int64_t traded = ladder_traded(ladder, side, rank), amount = ladder_amount(ladder, side, rank);
    if (frame->traded >= 0 && traded > 0)
        draw_amount(frame, row, frame->traded, TRADED_COLUMNS, ROLE_MUTED, traded, true);
    if (frame->sum >= 0)
        draw_amount(frame, row, frame->sum, SUM_COLUMNS, ROLE_MUTED, ladder_amount_sum(ladder, side, rank), true);
    draw_amount(frame, row, frame->size, SIZE_COLUMNS, role_of(frame, best ? ROLE_STRONG : ROLE_TEXT), amount, false);
    char text[FIGURE_SIZE];
    figure_price(level->price, &frame->prices, text);
    enum role price = best ? (bid ? ROLE_BEST_BID : ROLE_BEST_ASK) : bid ? ROLE_BID : ROLE_ASK;
    canvas_right(canvas, row, frame->price, PRICE_COLUMNS, role_of(frame, price), text);
    draw_cost(frame, side, rank, row);
    enum role bar = frame->stale ? ROLE_BORDER : bid ? ROLE_BID_BAR : ROLE_ASK_BAR;
    canvas_bar(canvas, row, frame->bar, frame->bar_width, bar, figure_bar(amount, frame->largest, frame->bar_width));
}

static void draw_marker(const struct frame *frame, int row, int hidden, const char *what)
{
    char text[64];
    snprintf(text, sizeof text, "%s %d %s", canvas_glyph(frame->canvas, GLYPH_DOT), hidden, what);
    canvas_text(frame->canvas, row, frame->price + 1, frame->width - frame->price - 1, ROLE_MUTED, text);
}

static void draw_cursor(const struct frame *frame, int row)
{
    canvas_text(frame->canvas, row, 0, 1, ROLE_KEY, canvas_glyph(frame->canvas, GLYPH_POINTER));
    canvas_ground(frame->canvas, row, 0, frame->width, ROLE_CURSOR);
    canvas_cursor(frame->canvas, row, 0, false);
}

/* Where a click puts the cursor. */
static void point_to_level(const struct frame *frame, enum side side, int rank, int row)
{
    uint32_t count;
    price_t price = ladder_levels(frame->ladder, side, &count)[rank].price;
    canvas_zone(frame->canvas, row, 0, frame->width, side == SIDE_BID ? ZONE_BID : ZONE_ASK, price);
}

static void draw_side(const struct frame *frame, const struct window *window)
{
    int n = 0;
    int cursor = frame->ladder->cursor_side == window->side ? ladder_cursor_rank(frame->ladder) : -1;
    if (window->nearer > 0) draw_marker(frame, row_of(frame, window->side, n++), window->nearer, "nearer");
    for (int i = 0; i < window->count; i++) {
        int row = row_of(frame, window->side, n++), rank = window->first + i;
        draw_level(frame, window->side, rank, row);
        point_to_level(frame, window->side, rank, row);
        if (rank == cursor) draw_cursor(frame, row);
    }
    if (window->farther > 0) draw_marker(frame, row_of(frame, window->side, n), window->farther, "more");
}

/* The middle */

#define MIDDLE_PARTS 6

/* A label and its value, or a label that says all. */
struct part {
    char label[FIGURE_SIZE], brief[FIGURE_SIZE]; /* brief: where not everything fits */
    char value[FIGURE_SIZE];
    enum role role;
};

static struct part part_of(const char *label, const char *brief, enum role role)
{
    struct part part = {.role = role};
    snprintf(part.label, sizeof part.label, "%s", label);
    snprintf(part.brief, sizeof part.brief, "%s", brief);
    return part;
}

/* What is wrong with the book as the venue sent it, and what is not drawn for that reason. */
static int trouble_parts(const struct ladder *ladder, struct part parts[MIDDLE_PARTS], int count)
{
    if (ladder->crossed || ladder->locked) {
        const char *word = ladder->crossed ? "crossed" : "locked";
        parts[count++] = part_of(word, word, ROLE_WARNING);
    }
    if (ladder->cut.levels > 0) {
        struct part *hidden = &parts[count++];
        *hidden = (struct part){.role = ROLE_WARNING};
        cut_words(&ladder->cut, false, hidden->label);
        cut_words(&ladder->cut, true, hidden->brief);
    }
    return count;
}

static int one_sided_parts(const struct frame *frame, struct part parts[MIDDLE_PARTS])
{
    const struct statistics *s = &frame->ladder->statistics;
    bool no_bids = s->best_bid == PRICE_NONE, no_asks = s->best_ask == PRICE_NONE;
    int count = 0;
    if (no_bids && no_asks) {
        parts[count++] = part_of("no orders in the book", "no orders in the book", ROLE_MID);
        return trouble_parts(frame->ladder, parts, count);
    }
    const char *missing = no_bids ? "no bids" : "no asks";
    parts[count++] = part_of(missing, missing, ROLE_MID);
    count = trouble_parts(frame->ladder, parts, count);
    parts[count] = no_bids ? part_of("best ask", "ask", ROLE_TEXT) : part_of("best bid", "bid", ROLE_TEXT);
    figure_price(no_bids ? s->best_ask : s->best_bid, &frame->prices, parts[count].value);
    return count + 1;
}

/* What is said in the middle, the most needed first; the number of parts. A book in trouble has no spread to speak of:
 * the trouble's name stands there. */
static int middle_parts(const struct frame *frame, struct part parts[MIDDLE_PARTS])
{
    const struct statistics *s = &frame->ladder->statistics;
    if (!s->two_sided) return one_sided_parts(frame, parts);
    int count = 0;
    parts[count] = part_of("mid", "mid", ROLE_MID);
    figure_fine_price(s->mid, MID_EXTRA_SCALE, &frame->prices, parts[count++].value);
    int before = count;
    count = trouble_parts(frame->ladder, parts, count);
    if (count == before) {
        parts[count] = part_of("spread", "spread", ROLE_TEXT);
        figure_price(s->spread, &frame->prices, parts[count++].value);
    } else if (s->spread < 0) {
        figure_price(s->spread, &frame->prices, parts[before].value);
    }
    parts[count] = part_of("micro", "micro", ROLE_TEXT);
    figure_fine_price(s->microprice, MICROPRICE_EXTRA_SCALE, &frame->prices, parts[count++].value);
    parts[count] = part_of("imbalance", "imb", s->imbalance < 0 ? ROLE_ASK : ROLE_BID);
    figure_percent(s->imbalance, parts[count++].value);
    return count;
}

static int part_width(const struct part *part, bool brief)
{
    const char *label = brief ? part->brief : part->label;
    int value = (int)text_width(text_from(part->value));
    return (int)text_width(text_from(label)) + (value > 0 ? value + 1 : 0);
}

static void draw_middle(const struct frame *frame)
{
    struct canvas *canvas = frame->canvas;
    int row = frame->middle;
    struct part parts[MIDDLE_PARTS];
    int count = middle_parts(frame, parts);
    int lead = 3, gap = 3, needed = lead;
    for (int i = 0; i < count; i++) needed += part_width(&parts[i], false) + gap;
    bool brief = needed > frame->width;
    if (brief) lead = gap = 1;
    canvas_rule(canvas, row, 0, frame->width, ROLE_BORDER);
    int column = lead;
    for (int i = 0; i < count; i++) {
        int width = part_width(&parts[i], brief);
        if (column + width + (brief ? 0 : 2) > frame->width) break;
        canvas_text(canvas, row, column - 1, 1, ROLE_TEXT, " ");
        bool bare = parts[i].value[0] == '\0';
        int used = canvas_text(canvas, row, column, width, bare ? role_of(frame, parts[i].role) : ROLE_MUTED,
                               brief ? parts[i].brief : parts[i].label);
        if (!bare) {
            canvas_text(canvas, row, column + used, 1, ROLE_TEXT, " ");
            canvas_text(canvas, row, column + used + 1, width, role_of(frame, parts[i].role), parts[i].value);
        }
        canvas_text(canvas, row, column + width, 1, ROLE_TEXT, " ");
        column += width + gap;
    }
    canvas_cursor(canvas, row, 0, false);
}

static struct frame frame_of(struct scene *scene, struct canvas *canvas)
{
    struct frame frame = {
        .canvas = canvas,
        .ladder = &scene->ladder,
        .instrument = &scene->book.instrument,
        .stale = scene_stale(scene),
        .volume = scene->prefs.volume,
        .costs = scene->cost.on,
        .width = canvas->area.width,
        .first_row = canvas->area.height >= LEAST_HEIGHT_FOR_TITLES ? 1 : 0,
    };
    frame.prices = ladder_price_style(frame.ladder, frame.instrument, canvas->ascii);
    frame.middle = frame.first_row + (canvas->area.height - frame.first_row - 1) / 2;
    place_columns(&frame);
    for (int side = 0; frame.costs && side < 2; side++)
        cost_compute(&scene->cost, frame.ladder, frame.instrument, (enum side)side, &frame.cost[side]);
    return frame;
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct frame frame = frame_of(scene, canvas);
    int above = frame.middle - frame.first_row;
    int below = canvas->area.height - frame.middle - 1;
    scene->ladder.page = below;
    scene->ladder.middle = frame.middle;
    struct window asks = window_of(&frame, SIDE_ASK, above);
    struct window bids = window_of(&frame, SIDE_BID, below);
    int64_t largest_ask = largest_in(&frame, &asks), largest_bid = largest_in(&frame, &bids);
    frame.largest = figure_round_up(largest_ask > largest_bid ? largest_ask : largest_bid);
    if (frame.first_row > 0) draw_titles(&frame);
    draw_middle(&frame);
    draw_side(&frame, &asks);
    draw_side(&frame, &bids);
}

const struct view_ops view_ladder = {CONTEXT_LADDER, draw, ladder_act};
