/* The level under the cursor in words, written into the rule above the footer. */
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

void readout_draw(struct scene *scene, struct canvas *canvas)
{
    int rank = ladder_cursor_rank(&scene->ladder);
    if (rank < 0) return;
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
