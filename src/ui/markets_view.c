/* The market list: markets grouped by event, with live quotes where there are any, else the catalogue's figures. */
#include "booktop/ui/scene.h"

#include <assert.h>

#include "booktop/venue/venue.h"
#include "sheet.h"
#include "state_words.h"

#define PRICE_COLUMNS  8
#define LIQUID_COLUMNS 11
#define VOLUME_COLUMNS 9
#define CLOSES_COLUMNS 9
#define INDENT         3
#define BADGE_COLUMNS  4

/* Columns that are dropped in narrow windows have their least width here. */
#define LEAST_WIDTH_FOR_LAST   58
#define LEAST_WIDTH_FOR_VOLUME 68
#define LEAST_WIDTH_FOR_CLOSES 88
#define LEAST_WIDTH_FOR_DEPTH  112

struct columns {
    int mark, badge, title, title_width, bid, ask, last, volume, liquidity, closes; /* negative: not shown */
};

/* Columns are placed from the right; what is left over is the title's. */
static int take(int *right, int width, bool shown)
{
    if (!shown) return -1;
    *right -= width;
    return *right;
}

static struct columns columns_of(int width, bool several_venues)
{
    struct columns c = {.mark = 1, .badge = -1, .title = 3};
    if (several_venues) {
        c.badge = c.title;
        c.title += BADGE_COLUMNS + 1;
    }
    int right = width - 1;
    c.closes = take(&right, CLOSES_COLUMNS, width >= LEAST_WIDTH_FOR_CLOSES);
    c.liquidity = take(&right, LIQUID_COLUMNS, width >= LEAST_WIDTH_FOR_DEPTH);
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
    if (c->liquidity >= 0) canvas_right(canvas, 0, c->liquidity, LIQUID_COLUMNS, ROLE_MUTED, "liquidity");
    if (c->closes >= 0) canvas_right(canvas, 0, c->closes, CLOSES_COLUMNS, ROLE_MUTED, "closes");
}

static void draw_price(struct canvas *canvas, int row, int column, enum role role, price_t price,
                       const struct price_style *style)
{
    char text[FIGURE_SIZE];
    if (column < 0) return;
    figure_price(price, style, text);
    canvas_right(canvas, row, column, PRICE_COLUMNS, role, price == PRICE_NONE ? "-" : text);
}

static void draw_money(struct canvas *canvas, int row, int column, int width, int64_t cents)
{
    char money[FIGURE_SIZE];
    if (column < 0 || cents < 0) return;
    figure_money(cents, money);
    canvas_right(canvas, row, column, width, ROLE_TEXT, money);
}

/* What became of the market, in place of when it closes, or of its volume where that is not shown. */
static void draw_status(struct canvas *canvas, int row, const struct columns *c, enum market_status status)
{
    static_assert(CLOSES_COLUMNS == VOLUME_COLUMNS, "one width for both");
    int column = c->closes >= 0 ? c->closes : c->volume;
    if (column >= 0) canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_WARNING, market_status_text(status));
}

static void draw_closing(struct scene *scene, struct canvas *canvas, int row, int column, int64_t close_time)
{
    char text[FIGURE_SIZE];
    if (column < 0 || close_time == 0) return;
    int64_t left = close_time * NANOSECONDS_PER_SECOND - scene->now.wall;
    if (left <= 0) {
        canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_MUTED, "due");
        return;
    }
    scene_due_in(scene, figure_remaining(left, text));
    canvas_right(canvas, row, column, CLOSES_COLUMNS, ROLE_TEXT, text);
}

/* Under its event's heading a market has its own name, alone its question. */
static void draw_title(struct canvas *canvas, int row, const struct columns *c, const struct list_row *list_row,
                       const struct instrument *instrument)
{
    char otherwise[TITLE_SIZE];
    const char *title = instrument->title;
    if (list_row->grouped && instrument->group_title[0] != '\0') title = instrument->group_title;
    market_title(instrument, list_row->grouped, otherwise);
    if (title[0] == '\0') title = otherwise;
    int indent = list_row->grouped ? INDENT : 0;
    canvas_foreign(canvas, row, c->title + indent, c->title_width - indent, ROLE_TEXT, text_from(title));
}

static void draw_market(struct scene *scene, struct canvas *canvas, int row, const struct columns *c,
                        const struct list_row *list_row)
{
    const struct catalogue_entry *entry = &scene->list.catalogue->entries[list_row->entry];
    const struct quote *quote = market_list_quote(&scene->list, list_row->entry);
    struct price_style style = {scene->ladder.unit, entry->instrument.price_scale,
                                instrument_tick_decimals(&entry->instrument), canvas->ascii};
    bool live = quote != NULL && quote->live;
    bool current = live && quote->proof != PROOF_STALE && quote->proof != PROOF_SYNCING;
    enum market_status status = live ? quote->status : entry->status;
    if (c->badge >= 0) {
        const char *badge = venue_get(entry->instrument.venue)->badge;
        canvas_text(canvas, row, c->badge, BADGE_COLUMNS, ROLE_MUTED, badge);
    }
    draw_title(canvas, row, c, list_row, &entry->instrument);
    if (live) {
        struct state_mark mark = proof_mark(quote->proof);
        canvas_text(canvas, row, c->mark, 1, mark.role, canvas_glyph(canvas, mark.glyph));
    }
    draw_price(canvas, row, c->bid, current ? ROLE_BID : ROLE_MUTED, live ? quote->best_bid : entry->best_bid, &style);
    draw_price(canvas, row, c->ask, current ? ROLE_ASK : ROLE_MUTED, live ? quote->best_ask : entry->best_ask, &style);
    /* The stream tells of trades only as they happen: until one does, the catalogue knows the last. */
    bool traded = live && quote->last_trade != PRICE_NONE;
    draw_price(canvas, row, c->last, traded && current ? ROLE_TEXT : ROLE_MUTED,
               traded ? quote->last_trade : entry->last_trade, &style);
    bool open = status == MARKET_OPEN;
    if (open || c->closes >= 0) draw_money(canvas, row, c->volume, VOLUME_COLUMNS, entry->volume_24h);
    draw_money(canvas, row, c->liquidity, LIQUID_COLUMNS, entry->liquidity);
    if (open)
        draw_closing(scene, canvas, row, c->closes, entry->instrument.close_time);
    else
        draw_status(canvas, row, c, status);
}

/* The selection stays on the screen, its event's heading too if that is the row above. */
static void scroll(struct market_list *list)
{
    size_t page = list->page > 0 ? (size_t)list->page : 1;
    size_t wanted = list->selected;
    if (wanted > 0 && list->rows[wanted - 1].heading) wanted--;
    if (wanted < list->top) list->top = wanted;
    if (list->selected >= list->top + page) list->top = list->selected - page + 1;
    if (list->row_count <= page)
        list->top = 0;
    else if (list->top > list->row_count - page)
        list->top = list->row_count - page;
}

/* Why there is no list, between the margins. */
static void draw_trouble(const struct scene *scene, struct canvas *canvas)
{
    struct sheet counted = {.canvas = canvas, .width = canvas->area.width - 1};
    sheet_flow(&counted, 1, ROLE_WARNING, scene->list_trouble);
    struct sheet sheet = {.canvas = canvas, .width = canvas->area.width - 1, .height = canvas->area.height};
    if (counted.line < sheet.height) sheet.line = (sheet.height - counted.line) / 2;
    sheet_flow(&sheet, 1, ROLE_WARNING, scene->list_trouble);
}

static void draw_nothing(const struct scene *scene, struct canvas *canvas)
{
    if (scene->list.catalogue == NULL && scene->list_trouble[0] != '\0') {
        draw_trouble(scene, canvas);
        return;
    }
    const char *text = scene->list.catalogue == NULL ? "asking the venue" : "no markets of that name";
    int width = (int)text_width(text_from(text));
    int column = canvas->area.width > width ? (canvas->area.width - width) / 2 : 0;
    canvas_text(canvas, canvas->area.height / 2, column, width, ROLE_MUTED, text);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct market_list *list = &scene->list;
    struct columns c = columns_of(canvas->area.width, list->several_venues);
    list->page = canvas->area.height - 1;
    if (list->row_count == 0) {
        draw_nothing(scene, canvas);
        return;
    }
    scroll(list);
    draw_titles(canvas, &c);
    for (int i = 0; i < list->page && list->top + (size_t)i < list->row_count; i++) {
        size_t n = list->top + (size_t)i;
        const struct list_row *row = &list->rows[n];
        const struct instrument *instrument = &list->catalogue->entries[row->entry].instrument;
        if (row->heading) {
            const char *title = instrument->event_title[0] != '\0' ? instrument->event_title : instrument->event_slug;
            canvas_foreign(canvas, i + 1, c.title, canvas->area.width - c.title - 1, ROLE_HEADING, text_from(title));
            continue;
        }
        draw_market(scene, canvas, i + 1, &c, row);
        if (n != list->selected) continue;
        canvas_text(canvas, i + 1, 0, 1, ROLE_KEY, canvas_glyph(canvas, GLYPH_POINTER));
        canvas_ground(canvas, i + 1, 0, canvas->area.width, ROLE_CURSOR);
        canvas_cursor(canvas, i + 1, 0, false);
    }
}

static bool act(struct scene *scene, enum action action)
{
    if (action != ACTION_UNIT) return market_list_act(&scene->list, action);
    scene->ladder.unit = (scene->ladder.unit + 1) % UNIT_COUNT;
    return true;
}

const struct view_ops view_markets = {CONTEXT_LIST, draw, act};
