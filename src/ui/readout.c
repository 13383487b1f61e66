/* The level under the cursor, or what a typed size would cost, in words, written into the rule above the footer. */
#include "booktop/ui/scene.h"

#include <stdio.h>

struct readout {
    char price[FIGURE_SIZE], size[FIGURE_SIZE], sum[FIGURE_SIZE], money[FIGURE_SIZE];
    char average[FIGURE_SIZE], distance[FIGURE_SIZE];
    char share[FIGURE_SIZE]; /* the distance in percent of the mid; may be "" */
};

static price_t magnitude(price_t price)
{
    return price < 0 ? -price : price;
}

/* How far the level is from the mid, which is finer by one digit. */
static void measure_distance(const struct ladder *ladder, price_t price, const struct price_style *style,
                             struct readout *readout)
{
    const struct statistics *s = &ladder->statistics;
    readout->distance[0] = readout->share[0] = '\0';
    if (!s->two_sided || s->mid <= 0) return;
    price_t distance = magnitude(price * 10 - s->mid);
    figure_fine_price(distance, MID_EXTRA_SCALE, style, readout->distance);
    decimal_format_fixed(distance * 1000 / s->mid, 1, 1, readout->share);
}

static void read_level(const struct scene *scene, int rank, bool ascii, struct readout *readout)
{
    const struct ladder *ladder = &scene->ladder;
    const struct instrument *instrument = &scene->book.instrument;
    struct price_style style = ladder_price_style(ladder, instrument, ascii);
    uint32_t count;
    const struct level *level = &ladder_levels(ladder, ladder->cursor_side, &count)[rank];
    figure_price(level->price, &style, readout->price);
    figure_exact(level->quantity, instrument->size_scale, readout->size);
    struct sweep sweep;
    ladder_sweep(ladder, ladder->cursor_side, rank, &sweep);
    figure_exact(sweep.filled, instrument->size_scale, readout->sum);
    figure_money_exact(money_of_sum(instrument, sweep.money), readout->money);
    figure_fine_price(sweep.average, AVERAGE_EXTRA_SCALE, &style, readout->average);
    measure_distance(ladder, level->price, &style, readout);
}

/* Writes " label value " at a column if it fits with room for the rule after it; the column behind it. */
static int write_part(struct canvas *canvas, int column, const char *label, enum role role, const char *value)
{
    int width = (int)(text_width(text_from(label)) + text_width(text_from(value))) + 2;
    if (value[0] == '\0' || column + width + 2 > canvas->area.width) return column;
    column += canvas_text(canvas, 0, column, width, ROLE_TEXT, " ");
    column += canvas_text(canvas, 0, column, width, ROLE_MUTED, label);
    column += canvas_text(canvas, 0, column, width, role, value);
    column += canvas_text(canvas, 0, column, width, ROLE_TEXT, " ");
    return column + 1;
}

static void draw_level(const struct scene *scene, struct canvas *canvas, int rank)
{
    struct readout readout;
    char distance[2 * FIGURE_SIZE + 8] = "";
    read_level(scene, rank, canvas->ascii, &readout);
    if (readout.distance[0] != '\0') snprintf(distance, sizeof distance, "%s (%s%%)", readout.distance, readout.share);
    bool bid = scene->ladder.cursor_side == SIDE_BID;
    int column = 2;
    column = write_part(canvas, column, bid ? "bid " : "ask ", bid ? ROLE_BID : ROLE_ASK, readout.price);
    column = write_part(canvas, column, "size ", ROLE_TEXT, readout.size);
    column = write_part(canvas, column, bid ? "to here sells " : "to here buys ", ROLE_STRONG, readout.sum);
    int before = column;
    column = write_part(canvas, column, "for ", ROLE_STRONG, readout.money);
    /* Without what it is the average of, it would be taken for something else. */
    if (column > before) column = write_part(canvas, column, "avg ", ROLE_TEXT, readout.average);
    write_part(canvas, column, "from mid ", ROLE_TEXT, distance);
}

/* What a typed size costs: less and less is told of it, until both ways fit. */

enum {
    FORM_NO_MONEY = 1,
    FORM_BRIEF,    /* words are fewer, the slip is no part of the middle, */
    FORM_BARE,     /* the average has no word of its own, */
    FORM_NO_SLIP,  /* then no slip is told, */
    FORM_NO_WORST, /* no worst price either: */
    FORM_ROUNDED,  /* sizes are rounded; */
    FORM_FILLED,   /* of what is not there as asked only how much there is, */
    FORM_UNASKED,  /* and what was asked for has to be remembered */
    COST_FORMS
};

/* What one way of it is told by. */
struct told {
    bool too_small;
    char average[FIGURE_SIZE], worst[FIGURE_SIZE], money[FIGURE_SIZE], slip[FIGURE_SIZE], part[FIGURE_SIZE];
    char filled[FIGURE_SIZE];  /* of what was asked for: all that there is; "": enough is there */
    char rounded[FIGURE_SIZE]; /* the same, short */
};

static struct told tell(const struct scene *scene, const struct cost *cost, bool ascii)
{
    const struct instrument *instrument = &scene->book.instrument;
    struct price_style style = ladder_price_style(&scene->ladder, instrument, ascii);
    struct told told = {.too_small = cost->too_small};
    figure_fine_price(cost->sweep.average, AVERAGE_EXTRA_SCALE, &style, told.average);
    figure_price(cost->sweep.worst, &style, told.worst);
    figure_money_exact(money_of_sum(instrument, cost->sweep.money), told.money);
    if (cost->has_slip) {
        figure_fine_price(cost->slip, AVERAGE_EXTRA_SCALE, &style, told.slip);
        decimal_format_fixed(cost->slip_part, 2, 1, told.part);
    }
    if (cost->filled) return told;
    figure_exact(cost->sweep.filled, instrument->size_scale, told.filled);
    figure_compact(cost->sweep.filled, instrument->size_scale, told.rounded);
    return told;
}

/* "buy avg 43.21c worst 44.0c slip 0.71c (1.6%) for $216.05" */
static void write_way(const struct told *told, const char *way, int form, char *out, size_t size)
{
    char slip[3 * FIGURE_SIZE] = "", worst[FIGURE_SIZE + 8] = "", money[FIGURE_SIZE + 8] = "",
                  only[FIGURE_SIZE + 24] = "";
    if (told->average[0] == '\0') {
        const char *none = form < FORM_ROUNDED ? "nothing there" : "nothing";
        const char *why = !told->too_small ? none : form < FORM_BRIEF ? "below the smallest size" : "too small";
        snprintf(out, size, "%s: %s", way, why);
        return;
    }
    if (told->filled[0] != '\0' && form >= FORM_FILLED) {
        snprintf(out, size, "%s only %s", way, told->rounded);
        return;
    }
    bool slips = told->slip[0] != '\0';
    if (slips && form < FORM_BRIEF)
        snprintf(slip, sizeof slip, " slip %s (%s%%)", told->slip, told->part);
    else if (slips && form < FORM_NO_SLIP)
        snprintf(slip, sizeof slip, " slip %s", told->slip);
    if (form < FORM_NO_WORST) snprintf(worst, sizeof worst, form < FORM_BARE ? " worst %s" : " to %s", told->worst);
    if (form < FORM_NO_MONEY) snprintf(money, sizeof money, " for %s", told->money);
    if (told->filled[0] != '\0')
        snprintf(only, sizeof only, form < FORM_BRIEF ? " only %s there" : " only %s",
                 form < FORM_ROUNDED ? told->filled : told->rounded);
    snprintf(out, size, "%s %s%s%s%s%s%s", way, form < FORM_BARE ? "avg " : "", told->average, worst, slip, money,
             only);
}

/* What is typed in a few digits is told as it is. */
#define LEAST_ROUNDED 10000

/* "100,000", "$250"; short: "100.0k". */
static void write_asked(const struct scene *scene, int form, char out[FIGURE_SIZE])
{
    const struct cost_asked *asked = &scene->cost;
    bool small = asked->amount / decimal_one(COST_SCALE) < LEAST_ROUNDED;
    if (form < FORM_ROUNDED || (small && form < FORM_UNASKED))
        cost_asked_text(asked, &scene->book.instrument, out);
    else if (form >= FORM_UNASKED)
        out[0] = '\0';
    else if (asked->unit == SIZE_MONEY)
        figure_money(asked->amount / (decimal_one(COST_SCALE) / 100), out);
    else
        figure_compact(asked->amount, COST_SCALE, out);
}

/* Columns of write_part, with one of the rule behind it. */
static int part_width(const char *value)
{
    return value[0] != '\0' ? (int)text_width(text_from(value)) + 3 : 0;
}

/* What does not fit in any form is cut, and says so. */
static int write_cut(struct canvas *canvas, int column, enum role role, const char *value, int room)
{
    if (part_width(value) <= room) return write_part(canvas, column, "", role, value);
    canvas_text(canvas, 0, column, 1, ROLE_TEXT, " ");
    column += 1 + canvas_foreign(canvas, 0, column + 1, room - 3, role, text_from(value));
    canvas_text(canvas, 0, column, 1, ROLE_TEXT, " ");
    return column + 2;
}

static void draw_cost(const struct scene *scene, struct canvas *canvas)
{
    const struct ladder *ladder = &scene->ladder;
    struct told told[2];
    char asked[FIGURE_SIZE], buy[6 * FIGURE_SIZE], sell[6 * FIGURE_SIZE];
    for (int side = 0; side < 2; side++) {
        struct cost cost;
        cost_compute(&scene->cost, ladder, &scene->book.instrument, (enum side)side, &cost);
        told[side] = tell(scene, &cost, canvas->ascii);
    }
    int room = canvas->area.width - 2 - 1; /* between what stands of the rule at both ends */
    for (int form = 0; form < COST_FORMS; form++) {
        write_asked(scene, form, asked);
        write_way(&told[SIDE_ASK], "buy", form, buy, sizeof buy);
        write_way(&told[SIDE_BID], "sell", form, sell, sizeof sell);
        if (part_width(asked) + part_width(buy) + part_width(sell) <= room) break;
    }
    int column = write_part(canvas, 2, "", ROLE_STRONG, asked), left = canvas->area.width - 1 - column;
    bool both = part_width(buy) + part_width(sell) <= left;
    column = write_cut(canvas, column, ROLE_ASK, buy, both ? left : left / 2);
    write_cut(canvas, column, ROLE_BID, sell, canvas->area.width - 1 - column);
}

void readout_draw(struct scene *scene, struct canvas *canvas)
{
    int rank = ladder_cursor_rank(&scene->ladder);
    if (rank >= 0)
        draw_level(scene, canvas, rank);
    else if (scene->cost.on)
        draw_cost(scene, canvas);
}
