/* All that is known about a market: the one on the screen, or the one that is selected in a list. A page of words,
 * scrolled where it is longer than the window, with what may be long at its end. What the venue wrote is foreign and
 * goes through text_sanitize.
 */
#include "booktop/ui/scene.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "info.h"
#include "scroll.h"
#include "state_words.h"
#include "watch_rows.h"

/* Longer lines are hard to read. */
#define WIDTH_MOST 100
#define TEXT_SIZE  (2 * INSTRUMENT_TEXT_SIZE)

bool info_of(const struct scene *scene, struct info *info)
{
    if (scene->watch_open || scene->screen == SCREEN_LIST) {
        const struct catalogue_entry *entry =
            scene->watch_open ? watch_rows_market(scene) : market_list_selected(&scene->list);
        if (entry == NULL) return false;
        struct market_figures figures =
            market_figures_of(entry, market_list_quote_of(&scene->list, &entry->instrument));
        *info = (struct info){.instrument = &entry->instrument,
                              .source = scene->watch_open ? INFO_OF_WATCH : INFO_OF_LIST,
                              .status = figures.status,
                              .winner = -1,
                              .volume_24h = entry->volume_24h,
                              .best_bid = figures.bid,
                              .best_ask = figures.ask,
                              .last_trade = figures.last};
        return true;
    }
    const struct book_view *book = &scene->book;
    if (!scene_knows_market(scene)) return false;
    const struct ladder *ladder = &scene->ladder;
    *info = (struct info){.instrument = &book->instrument,
                          .source = INFO_OF_BOOK,
                          .status = book->status,
                          .winner = book->winner,
                          .volume_24h = book->volume_24h,
                          .best_bid = ladder->statistics.best_bid,
                          .best_ask = ladder->statistics.best_ask,
                          .last_trade = ladder->last_trade};
    return true;
}

/* Without a slug there is no address that surely leads there. A Kalshi market's page is its series': what its ticker
 * begins with. */
bool info_address(const struct scene *scene, const struct instrument *instrument, char out[INFO_ADDRESS_SIZE])
{
    char raw[INFO_ADDRESS_SIZE];
    out[0] = '\0';
    if (scene_is_demo(scene)) return false;
    if (instrument->venue == VENUE_KALSHI) {
        int length = (int)strcspn(instrument->symbol, "-");
        snprintf(raw, sizeof raw, "https://kalshi.com/markets/%.*s", length, instrument->symbol);
        for (char *c = raw; *c != '\0'; c++) *c = (char)tolower((unsigned char)*c);
    } else if (instrument->slug[0] == '\0') {
        return false;
    } else if (instrument->event_slug[0] != '\0') {
        snprintf(raw, sizeof raw, "https://polymarket.com/event/%s/%s", instrument->event_slug, instrument->slug);
    } else {
        snprintf(raw, sizeof raw, "https://polymarket.com/market/%s", instrument->slug);
    }
    text_sanitize(text_from(raw), out, INFO_ADDRESS_SIZE, false);
    return true;
}

/* Entries */

/* In as many lines as it needs. */
static void write_foreign(struct sheet *sheet, const char *label, enum role role, const char *raw)
{
    char text[TEXT_SIZE];
    if (raw[0] == '\0') return;
    text_sanitize(text_from(raw), text, sizeof text, sheet->canvas->ascii);
    sheet_entry(sheet, label, role, text);
}

static struct price_style style_of(const struct scene *scene, const struct info *info, bool ascii)
{
    if (info->instrument == &scene->book.instrument) {
        struct price_style style = ladder_price_style(&scene->ladder, info->instrument, ascii);
        return style;
    }
    const struct instrument *instrument = info->instrument;
    return (struct price_style){(enum price_unit)scene->prefs.price_unit, instrument->price_scale,
                                instrument_tick_decimals(instrument), ascii};
}

static void write_price(struct sheet *sheet, const char *label, price_t price, const struct price_style *style)
{
    char text[FIGURE_SIZE];
    struct price_style full = *style;
    if (price == PRICE_NONE) return;
    full.decimals = figure_price_decimals(price, style->scale, style->decimals);
    figure_price(price, &full, text);
    sheet_entry(sheet, label, ROLE_TEXT, text);
}

static void write_market(const struct info *info, struct sheet *sheet)
{
    const struct instrument *instrument = info->instrument;
    const struct venue *venue = venue_get(instrument->venue);
    char symbol[SYMBOL_SIZE + FIGURE_SIZE];
    write_foreign(sheet, "market", ROLE_STRONG, instrument->title[0] != '\0' ? instrument->title : instrument->symbol);
    if (strcmp(instrument->group_title, instrument->title) != 0)
        write_foreign(sheet, "in short", ROLE_TEXT, instrument->group_title);
    if (strcmp(instrument->event_title, instrument->title) != 0)
        write_foreign(sheet, "event", ROLE_TEXT, instrument->event_title);
    sheet_entry(sheet, "venue", ROLE_TEXT, venue->name);
    snprintf(symbol, sizeof symbol, "%s:%s", venue->name, instrument->symbol);
    write_foreign(sheet, "name", ROLE_TEXT, symbol);
}

/* "2026-12-01 07:41 UTC, in 9d"; a moment that is over: "…, 3 min ago". */
static void write_close(struct scene *scene, const struct info *info, struct sheet *sheet)
{
    int64_t close = info->instrument->close_time;
    if (close <= 0 || close > TIME_NEVER / NANOSECONDS_PER_SECOND) return;
    char day[FIGURE_SIZE], left[FIGURE_SIZE], text[3 * FIGURE_SIZE];
    figure_day(close, scene->prefs.utc, day);
    int64_t nanoseconds = close * NANOSECONDS_PER_SECOND - scene->now.wall;
    if (nanoseconds >= 0) {
        scene_due_in(scene, figure_remaining(nanoseconds, left));
        snprintf(text, sizeof text, "%s%s, in %s", day, scene->prefs.utc ? " UTC" : "", left);
    } else {
        scene_due_in(scene, figure_age(-nanoseconds, left));
        snprintf(text, sizeof text, "%s%s, %s ago", day, scene->prefs.utc ? " UTC" : "", left);
    }
    sheet_entry(sheet, "closes", ROLE_TEXT, text);
}

static void write_status(struct scene *scene, const struct info *info, struct sheet *sheet)
{
    bool known = info->winner >= 0 && info->winner < INSTRUMENT_OUTCOMES;
    sheet_entry(sheet, "status", info->status == MARKET_OPEN ? ROLE_GOOD : ROLE_WARNING,
                market_status_text(info->status));
    if (known) write_foreign(sheet, "winner", ROLE_STRONG, outcome_name(info->instrument, (unsigned)info->winner));
    write_close(scene, info, sheet);
}

/* "0.1c", and where steps differ by price each of them: "0.1c below 10.0c", "1.0c from 10.0c to 90.0c". */
static void write_ticks(const struct info *info, const struct price_style *style, struct sheet *sheet)
{
    const struct instrument *instrument = info->instrument;
    if (instrument->range_count < 2) {
        write_price(sheet, "tick", instrument->tick, style);
        return;
    }
    struct price_style full = *style;
    full.decimals = figure_price_decimals(instrument->tick, style->scale, style->decimals);
    for (unsigned i = 0; i < instrument->range_count; i++) {
        const struct price_range *range = &instrument->ranges[i];
        char step[FIGURE_SIZE], start[FIGURE_SIZE], end[FIGURE_SIZE], text[3 * FIGURE_SIZE + 16];
        figure_price(range->step, &full, step);
        figure_price(range->start, &full, start);
        figure_price(range->end, &full, end);
        snprintf(text, sizeof text, "%s from %s to %s", step, start, end);
        sheet_entry(sheet, i == 0 ? "tick" : "", ROLE_TEXT, text);
    }
}

static void write_trading(struct scene *scene, const struct info *info, const struct told *told, struct sheet *sheet)
{
    const struct instrument *instrument = info->instrument;
    struct price_style style = style_of(scene, info, sheet->canvas->ascii);
    char text[FIGURE_SIZE];
    sheet_heading(sheet, "Trading");
    write_status(scene, info, sheet);
    if (info->volume_24h >= 0) {
        figure_money_exact(info->volume_24h, text);
        sheet_entry(sheet, "in 24 h", ROLE_TEXT, text);
    }
    write_price(sheet, "last", info->last_trade, &style);
    write_price(sheet, "best bid", info->best_bid, &style);
    write_price(sheet, "best ask", info->best_ask, &style);
    write_ticks(info, &style, sheet);
    if (instrument->min_order_size > 0) {
        char least[FIGURE_SIZE + 16];
        figure_exact(instrument->min_order_size, instrument->size_scale, text);
        snprintf(least, sizeof least, "%s %s", text, instrument->venue == VENUE_KALSHI ? "contracts" : "shares");
        sheet_entry(sheet, "at least", ROLE_TEXT, least);
    }
    info_write_fee(told, sheet);
}

static void write_outcomes(const struct info *info, struct sheet *sheet)
{
    sheet_heading(sheet, "Outcomes");
    for (unsigned i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        const struct outcome *outcome = &info->instrument->outcomes[i];
        write_foreign(sheet, i == 0 ? "first" : "second", ROLE_TEXT, outcome_name(info->instrument, i));
        write_foreign(sheet, "", ROLE_MUTED, outcome->token);
    }
}

static void write_web(const struct scene *scene, const struct info *info, struct sheet *sheet)
{
    char address[INFO_ADDRESS_SIZE], key[KEYS_SIZE], words[KEYS_SIZE + 24];
    sheet_heading(sheet, "On the web");
    if (!info_address(scene, info->instrument, address)) {
        sheet_text(sheet, 2, ROLE_MUTED,
                   scene_is_demo(scene) ? "a demo's market has no page" : "its page's address is not known");
        return;
    }
    sheet_entry(sheet, "page", ROLE_TEXT, address);
    keymap_key(CONTEXT_INFO, scene->replaying, ACTION_COPY, key);
    snprintf(words, sizeof words, "%s copies the address", key);
    sheet_entry(sheet, "", ROLE_MUTED, words);
}

/* `info` NULL: there is none. */
static void write_page(struct scene *scene, const struct info *info, const struct told *told, struct sheet *sheet)
{
    if (info == NULL) {
        sheet_text(sheet, 0, ROLE_MUTED, "no market is known");
        return;
    }
    sheet_heading(sheet, "Market");
    write_market(info, sheet);
    write_trading(scene, info, told, sheet);
    write_outcomes(info, sheet);
    write_web(scene, info, sheet);
    info_write_source(told, sheet);
    info_write_rules(told, sheet);
}

/* The view */

static int width_of(const struct canvas *canvas)
{
    int width = canvas->area.width - 1;
    return width < WIDTH_MOST ? width : WIDTH_MOST;
}

static void draw_more(struct canvas *canvas, int lines)
{
    char text[48];
    snprintf(text, sizeof text, "%s %d more lines", canvas_glyph(canvas, GLYPH_DOT), lines);
    canvas_text(canvas, canvas->area.height - 1, 1, canvas->area.width - 1, ROLE_MUTED, text);
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct details room;
    struct info of, *info = info_of(scene, &of) ? &of : NULL;
    struct told told = info != NULL ? info_told(scene, info, &room) : (struct told){0};
    struct sheet counted = {.canvas = canvas, .width = width_of(canvas)};
    write_page(scene, info, &told, &counted);
    int height = canvas->area.height, most = counted.line > height ? counted.line - height : 0;
    if (scene->info_top > most) scene->info_top = most;
    bool more = scene->info_top < most;
    scene->info_page = height - 1;
    struct sheet sheet = {.canvas = canvas, .width = width_of(canvas), .top = scene->info_top};
    sheet.height = more ? sheet_fitting(&counted, sheet.top, height - 1) : height;
    write_page(scene, info, &told, &sheet);
    if (more) draw_more(canvas, counted.line - scene->info_top - sheet.height);
    canvas_cursor(canvas, 0, 0, false);
}

static bool act(struct scene *scene, enum action action)
{
    return scroll_act(action, scene->info_page > 1 ? scene->info_page - 1 : 1, &scene->info_top);
}

const struct view_ops view_info = {CONTEXT_INFO, draw, act};
