/* The watch list: the user's markets in the user's groups, with live quotes, and the markets that were opened without
 * being on it.
 */
#include "booktop/ui/scene.h"

#include <stdio.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "sheet.h"
#include "state_words.h"
#include "watch_rows.h"

#define PRICE_COLUMNS  8
#define CLOSES_COLUMNS 9
#define VOLUME_COLUMNS 9
#define BADGE_COLUMNS  4
#define TITLE_COLUMN   10
#define INDENT         2

/* Columns that are dropped in narrow windows have their least width here. */
#define LEAST_WIDTH_FOR_LAST   58
#define LEAST_WIDTH_FOR_CLOSES 72
#define LEAST_WIDTH_FOR_VOLUME 96

struct columns {
    int number, mark, badge, title, title_width, bid, ask, last, closes, volume; /* negative: not shown */
};

static int take(int *right, int width, bool shown)
{
    if (!shown) return -1;
    *right -= width;
    return *right;
}

/* From the right; what is left over is the title's. */
static struct columns columns_of(int width)
{
    struct columns c = {.number = 2, .mark = 4, .badge = 6, .title = 6 + BADGE_COLUMNS + 1};
    int right = width - 1;
    c.closes = take(&right, CLOSES_COLUMNS, width >= LEAST_WIDTH_FOR_CLOSES);
    c.volume = take(&right, VOLUME_COLUMNS, width >= LEAST_WIDTH_FOR_VOLUME);
    c.last = take(&right, PRICE_COLUMNS, width >= LEAST_WIDTH_FOR_LAST);
    c.ask = take(&right, PRICE_COLUMNS, true);
    c.bid = take(&right, PRICE_COLUMNS, true);
    c.title_width = right - c.title - 1;
    return c;
}

static void draw_titles(struct canvas *canvas, const struct columns *c)
{
    canvas_text(canvas, 0, c->title, c->title_width, ROLE_MUTED, "market");
    canvas_right(canvas, 0, c->bid, PRICE_COLUMNS, ROLE_MUTED, "bid");
    canvas_right(canvas, 0, c->ask, PRICE_COLUMNS, ROLE_MUTED, "ask");
    if (c->last >= 0) canvas_right(canvas, 0, c->last, PRICE_COLUMNS, ROLE_MUTED, "last");
    if (c->volume >= 0) canvas_right(canvas, 0, c->volume, VOLUME_COLUMNS, ROLE_MUTED, "24h");
    if (c->closes >= 0) canvas_right(canvas, 0, c->closes, CLOSES_COLUMNS, ROLE_MUTED, "closes");
}

static const struct quote *quote_of(const struct scene *scene, const struct instrument *instrument)
{
    const struct quote_table *table = &scene->list.quotes;
    for (uint32_t i = 0; i < table->count; i++) {
        const struct quote *quote = &table->quotes[i];
        if (quote->venue == instrument->venue && strcmp(quote->symbol, instrument->symbol) == 0) return quote;
    }
    return NULL;
}

static void draw_price(struct canvas *canvas, int row, int column, enum role role, price_t price,
                       const struct price_style *style)
{
    char text[FIGURE_SIZE];
    if (column < 0) return;
    figure_price(price, style, text);
    canvas_right(canvas, row, column, PRICE_COLUMNS, role, price == PRICE_NONE ? "-" : text);
}

static void draw_closing(struct scene *scene, struct canvas *canvas, int row, int column, int64_t close_time)
{
    char text[FIGURE_SIZE];
    int64_t left;
    if (column < 0 || close_time == 0) return;
    if (__builtin_mul_overflow(close_time, NANOSECONDS_PER_SECOND, &left) ||
        __builtin_sub_overflow(left, scene->now.wall, &left))
        return;
    if (left <= 0) {
        canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_MUTED, "due");
        return;
    }
    scene_due_in(scene, figure_remaining(left, text));
    canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_TEXT, text);
}

/* What is known of it: quotes, else what the catalogue said, else nothing. */
static void draw_figures(struct scene *scene, struct canvas *canvas, int row, const struct columns *c,
                         const struct catalogue_entry *entry)
{
    const struct quote *quote = quote_of(scene, &entry->instrument);
    struct price_style style = {(enum price_unit)scene->prefs.price_unit, entry->instrument.price_scale,
                                instrument_tick_decimals(&entry->instrument), canvas->ascii};
    bool live = quote != NULL && quote->live;
    bool current = live && quote->proof != PROOF_STALE && quote->proof != PROOF_SYNCING;
    bool traded = live && quote->last_trade != PRICE_NONE;
    enum market_status status = live ? quote->status : entry->status;
    char money[FIGURE_SIZE];
    if (live) {
        struct state_mark mark = proof_mark(quote->proof);
        canvas_text(canvas, row, c->mark, 1, mark.role, canvas_glyph(canvas, mark.glyph));
    }
    draw_price(canvas, row, c->bid, current ? ROLE_BID : ROLE_MUTED, live ? quote->best_bid : entry->best_bid, &style);
    draw_price(canvas, row, c->ask, current ? ROLE_ASK : ROLE_MUTED, live ? quote->best_ask : entry->best_ask, &style);
    draw_price(canvas, row, c->last, traded && current ? ROLE_TEXT : ROLE_MUTED,
               traded ? quote->last_trade : entry->last_trade, &style);
    if (c->volume >= 0 && entry->volume_24h >= 0) {
        figure_money(entry->volume_24h, money);
        canvas_right(canvas, row, c->volume, VOLUME_COLUMNS, ROLE_TEXT, money);
    }
    if (status == MARKET_OPEN)
        draw_closing(scene, canvas, row, c->closes, entry->instrument.close_time);
    else if (c->closes >= 0)
        canvas_right(canvas, row, c->closes, CLOSES_COLUMNS, ROLE_WARNING, market_status_text(status));
}

static void draw_market(struct scene *scene, struct canvas *canvas, int row, const struct columns *c,
                        const struct watch_row *watch_row)
{
    char number[4] = "", title[TITLE_SIZE];
    const struct catalogue_entry *entry = watch_row_market(scene, watch_row);
    bool listed = watch_row->kind == WATCH_ROW_MARKET;
    const struct watch_item *item = listed ? &scene->watch.items[watch_row->at] : NULL;
    bool inside = !listed || item->group != WATCH_NO_GROUP;
    if (watch_row->number > 0) snprintf(number, sizeof number, "%u", watch_row->number % 10);
    canvas_text(canvas, row, c->number, 1, ROLE_KEY, number);
    canvas_text(canvas, row, c->badge, BADGE_COLUMNS, ROLE_MUTED, venue_get(entry->instrument.venue)->badge);
    market_title(&entry->instrument, true, title);
    int indent = inside ? INDENT : 0;
    canvas_foreign(canvas, row, c->title + indent, c->title_width - indent, ROLE_TEXT, text_from(title));
    if (item == NULL || item->known)
        draw_figures(scene, canvas, row, c, entry);
    else
        canvas_right(canvas, row, c->bid, 2 * PRICE_COLUMNS, ROLE_MUTED, item->missing ? "not found" : "asking");
}

/* "harbour, 3 markets", with what its fold means in a word. */
static void draw_group(struct scene *scene, struct canvas *canvas, int row, const struct columns *c, uint32_t group)
{
    const struct watch_group *head = &scene->watch.groups[group];
    char counted[48];
    unsigned markets = 0;
    for (uint32_t i = 0; i < scene->watch.count; i++) markets += scene->watch.items[i].group == group;
    snprintf(counted, sizeof counted, "%u market%s%s", markets, markets == 1 ? "" : "s",
             head->folded ? ", folded" : "");
    int width = (int)text_width(text_from(counted)), right = canvas->area.width - 1 - width;
    canvas_text(canvas, row, c->mark, 1, ROLE_MUTED, head->folded ? "+" : "-");
    canvas_foreign(canvas, row, c->badge, right - c->badge - 2, ROLE_HEADING, text_from(head->name));
    canvas_text(canvas, row, right, width, ROLE_MUTED, counted);
}

static void draw_row(struct scene *scene, struct canvas *canvas, int row, const struct columns *c,
                     const struct watch_row *watch_row)
{
    int width = canvas->area.width - c->badge - 1;
    if (watch_row->kind == WATCH_ROW_GROUP)
        draw_group(scene, canvas, row, c, watch_row->at);
    else if (watch_row->kind == WATCH_ROW_OPENED_TITLE)
        canvas_text(canvas, row, c->badge, width, ROLE_MUTED, "opened before, and not on the list");
    else
        draw_market(scene, canvas, row, c, watch_row);
}

static void draw_nothing(struct scene *scene, struct canvas *canvas)
{
    char key[KEYS_SIZE], words[160];
    keymap_keys(CONTEXT_LIVE, ACTION_WATCH, true, key);
    snprintf(words, sizeof words, "The watch list is empty: %s puts the market on it that is open or selected.",
             key[0] != '\0' ? key : ":watch");
    (void)scene;
    struct sheet sheet = {.canvas = canvas, .width = canvas->area.width - 1, .height = canvas->area.height, .line = 1};
    sheet_flow(&sheet, 2, ROLE_MUTED, words);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct watch_row rows[WATCH_ROWS], selected;
    uint32_t count = watch_rows(scene, rows);
    struct columns c = columns_of(canvas->area.width);
    scene->watch_page = canvas->area.height - 1;
    if (!watch_rows_selected(scene, &selected)) {
        draw_nothing(scene, canvas);
        return;
    }
    int place = (int)scene->watch_selected, most = (int)count - scene->watch_page;
    if (place >= scene->watch_top + scene->watch_page) scene->watch_top = place - scene->watch_page + 1;
    if (place < scene->watch_top) scene->watch_top = place;
    if (scene->watch_top > most) scene->watch_top = most;
    if (scene->watch_top < 0) scene->watch_top = 0;
    draw_titles(canvas, &c);
    for (int i = 0; i < scene->watch_page && scene->watch_top + i < (int)count; i++) {
        int n = scene->watch_top + i;
        draw_row(scene, canvas, i + 1, &c, &rows[n]);
        canvas_zone(canvas, i + 1, 0, canvas->area.width, ZONE_ROW, n);
        if (n != place) continue;
        canvas_text(canvas, i + 1, 0, 1, ROLE_KEY, canvas_glyph(canvas, GLYPH_POINTER));
        canvas_ground(canvas, i + 1, 0, canvas->area.width, ROLE_CURSOR);
        canvas_cursor(canvas, i + 1, 0, false);
    }
}

/* Titles are passed over. */
static void move(struct scene *scene, int step)
{
    struct watch_row rows[WATCH_ROWS];
    int count = (int)watch_rows(scene, rows), to = (int)scene->watch_selected + step;
    if (to >= count) to = count - 1;
    if (to < 0) to = 0;
    if (to < count && rows[to].kind == WATCH_ROW_OPENED_TITLE) to += step < 0 && to > 0 ? -1 : 1;
    scene->watch_selected = (uint32_t)to;
}

static void next_unit(struct scene *scene)
{
    scene->prefs.price_unit = (scene->prefs.price_unit + 1) % UNIT_COUNT;
    if (scene->has_view) ladder_take(&scene->ladder, &scene->book, &scene->prefs);
}

static bool act(struct scene *scene, enum action action)
{
    int page = scene->watch_page > 1 ? scene->watch_page - 1 : 1;
    if (action == ACTION_UNIT)
        next_unit(scene);
    else if (action == ACTION_DOWN)
        move(scene, 1);
    else if (action == ACTION_UP)
        move(scene, -1);
    else if (action == ACTION_PAGE_DOWN)
        move(scene, page);
    else if (action == ACTION_PAGE_UP)
        move(scene, -page);
    else if (action == ACTION_HOME)
        move(scene, -WATCH_ROWS);
    else if (action == ACTION_END)
        move(scene, WATCH_ROWS);
    else
        return false;
    return true;
}

const struct view_ops view_watch = {CONTEXT_WATCH, draw, act};
