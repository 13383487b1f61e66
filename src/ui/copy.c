#include "booktop/ui/copy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"
#include "state_words.h"
#include "watch_rows.h"

/* Lines are added whole; those that do not fit are counted. */
struct page {
    char *text;
    size_t length;
    unsigned lines, left_out;
};

static void add_line(struct page *page, const char *line)
{
    size_t length = strlen(line);
    if (page->left_out > 0 || page->length + length + 2 > COPY_MOST) {
        page->left_out++;
        return;
    }
    memcpy(page->text + page->length, line, length);
    page->length += length;
    page->text[page->length++] = '\n';
    page->lines++;
}

#define LINE_SIZE 1024
#define HOW_SIZE  140

static const char *side_word(enum side side)
{
    return side == SIDE_BID ? "bid" : "ask";
}

/* bid, price, size, sum from the touch */
static void add_level(struct page *page, const struct scene *scene, enum side side, uint32_t rank)
{
    char price[DECIMAL_TEXT_SIZE], size[DECIMAL_TEXT_SIZE], sum[DECIMAL_TEXT_SIZE], line[LINE_SIZE];
    const struct instrument *instrument = &scene->book.instrument;
    uint32_t count;
    const struct level *level = &ladder_levels(&scene->ladder, side, &count)[rank];
    decimal_format(level->price, instrument->price_scale, price);
    decimal_format(level->quantity, instrument->size_scale, size);
    decimal_format(ladder_sums(&scene->ladder, side)[rank], instrument->size_scale, sum);
    snprintf(line, sizeof line, "%s\t%s\t%s\t%s", side_word(side), price, size, sum);
    add_line(page, line);
}

static void clean(const char *raw, char out[INSTRUMENT_TEXT_SIZE])
{
    text_sanitize(text_from(raw), out, INSTRUMENT_TEXT_SIZE, false);
}

/* ", grouped by 5 ticks, the best 200 bids of 512": in what it differs from the venue's book; "" where it does not. */
static void describe(const struct ladder *ladder, char out[HOW_SIZE])
{
    int used = 0;
    const char *group = ladder_group_text(ladder);
    const struct depth *whole = &ladder->whole;
    out[0] = '\0';
    if (group != NULL) used += snprintf(out + used, HOW_SIZE - (size_t)used, ", grouped by %s", group);
    if (ladder->bids_beyond > 0)
        used += snprintf(out + used, HOW_SIZE - (size_t)used, ", the best %u bids of %u", whole->bid_count,
                         whole->bid_count + ladder->bids_beyond);
    if (ladder->asks_beyond > 0)
        used += snprintf(out + used, HOW_SIZE - (size_t)used, ", the best %u asks of %u", whole->ask_count,
                         whole->ask_count + ladder->asks_beyond);
    if (ladder->cut.levels == 0) return;
    char cut[FIGURE_SIZE];
    cut_words(&ladder->cut, false, cut);
    snprintf(out + used, HOW_SIZE - (size_t)used, ", %s", cut);
}

/* What the market is, then the asks from the worst and the bids from the best, as they stand on the screen. */
static bool write_book(const struct scene *scene, struct page *page, char words[NOTICE_SIZE])
{
    const struct ladder *ladder = &scene->ladder;
    const struct instrument *instrument = &scene->book.instrument;
    if (!scene_knows_market(scene) || !scene->book.has_book) {
        snprintf(words, NOTICE_SIZE, "there is no book to copy");
        return false;
    }
    char title[INSTRUMENT_TEXT_SIZE], outcome[INSTRUMENT_TEXT_SIZE], symbol[INSTRUMENT_TEXT_SIZE];
    char how[HOW_SIZE], line[LINE_SIZE + HOW_SIZE];
    describe(ladder, how);
    clean(instrument->title, title);
    clean(outcome_name(instrument, ladder->outcome), outcome);
    clean(instrument->symbol, symbol);
    snprintf(line, sizeof line, "%s:%s\t%s\t%s\t%s%s%s", venue_get(instrument->venue)->name, symbol, title, outcome,
             proof_state_text(book_proof(&scene->book, scene->now)), how[0] != '\0' ? "\t" : "",
             how[0] != '\0' ? how + 2 : "");
    add_line(page, line);
    add_line(page, "side\tprice\tsize\tsum");
    for (uint32_t i = ladder->depth.ask_count; i > 0; i--) add_level(page, scene, SIDE_ASK, i - 1);
    for (uint32_t i = 0; i < ladder->depth.bid_count; i++) add_level(page, scene, SIDE_BID, i);
    unsigned levels = page->lines - 2;
    if (page->left_out > 0)
        snprintf(words, NOTICE_SIZE, "%u levels of the book, %u did not fit%s", levels, page->left_out, how);
    else
        snprintf(words, NOTICE_SIZE, "the book, %u levels%s", levels, how);
    return true;
}

static bool write_level(const struct scene *scene, struct page *page, char words[NOTICE_SIZE])
{
    int rank = ladder_cursor_rank(&scene->ladder);
    if (rank < 0) {
        char down[KEYS_SIZE], up[KEYS_SIZE], book[KEYS_SIZE];
        keymap_key(scene_context(scene), scene->replaying, ACTION_DOWN, down);
        keymap_key(scene_context(scene), scene->replaying, ACTION_UP, up);
        keymap_key(scene_context(scene), scene->replaying, ACTION_COPY_BOOK, book);
        snprintf(words, NOTICE_SIZE, "no level is selected: %s and %s select one, %s copies the whole book", down, up,
                 book);
        return false;
    }
    add_level(page, scene, scene->ladder.cursor_side, (uint32_t)rank);
    snprintf(words, NOTICE_SIZE, "the level under the cursor");
    return true;
}

/* time in Unix milliseconds, price and aggressor in terms of the outcome that is shown, size */
static bool write_trade(const struct scene *scene, struct page *page, char words[NOTICE_SIZE])
{
    const struct instrument *instrument = &scene->book.instrument;
    const struct tape_view *tape = scene->tape_still ? &scene->tape_kept : &scene->book.tape;
    if (scene->tape_skip >= tape->count) {
        snprintf(words, NOTICE_SIZE, "there is no trade to copy");
        return false;
    }
    const struct trade *trade = &tape->trades[scene->tape_skip];
    bool other = scene->ladder.outcome == 1;
    char price[DECIMAL_TEXT_SIZE], size[DECIMAL_TEXT_SIZE], time[FIGURE_SIZE] = "", line[LINE_SIZE];
    decimal_format(other ? scene->ladder.one - trade->price : trade->price, instrument->price_scale, price);
    decimal_format(trade->quantity, instrument->size_scale, size);
    if (trade->venue_ms != EVENT_NO_TIME) snprintf(time, sizeof time, "%lld", (long long)trade->venue_ms);
    enum side taken = other ? side_other(trade->aggressor) : trade->aggressor;
    snprintf(line, sizeof line, "%s\t%s\t%s\t%s", time, price, size,
             !trade->has_aggressor ? ""
             : taken == SIDE_BID   ? "buy"
                                   : "sell");
    add_line(page, line);
    snprintf(words, NOTICE_SIZE, "the first trade shown");
    return true;
}

static void format_price(price_t price, unsigned scale, char out[DECIMAL_TEXT_SIZE])
{
    out[0] = '\0';
    if (price != PRICE_NONE) decimal_format(price, scale, out);
}

static bool write_market(const struct scene *scene, struct page *page, char words[NOTICE_SIZE])
{
    const struct catalogue_entry *entry =
        scene->watch_open ? watch_rows_market(scene) : market_list_selected(&scene->list);
    if (entry == NULL) {
        snprintf(words, NOTICE_SIZE, "there is no market to copy");
        return false;
    }
    const struct instrument *instrument = &entry->instrument;
    char title[INSTRUMENT_TEXT_SIZE], symbol[INSTRUMENT_TEXT_SIZE], line[LINE_SIZE];
    char bid[DECIMAL_TEXT_SIZE], ask[DECIMAL_TEXT_SIZE];
    clean(instrument->title, title);
    clean(instrument->symbol, symbol);
    struct market_figures figures = market_figures_of(entry, market_list_quote_of(&scene->list, instrument));
    format_price(figures.bid, instrument->price_scale, bid);
    format_price(figures.ask, instrument->price_scale, ask);
    snprintf(line, sizeof line, "%s:%s\t%s\t%s\t%s", venue_get(instrument->venue)->name, symbol, title, bid, ask);
    add_line(page, line);
    snprintf(words, NOTICE_SIZE, "the selected market");
    return true;
}

static bool write_address(const struct scene *scene, struct page *page, char words[NOTICE_SIZE])
{
    struct info info;
    char address[INFO_ADDRESS_SIZE];
    if (!info_of(scene, &info) || !info_address(scene, info.instrument, address)) {
        const char *why = scene_is_demo(scene) ? "a demo's market has no page" : "the market's address is not known";
        snprintf(words, NOTICE_SIZE, "%s", why);
        return false;
    }
    add_line(page, address);
    page->length--; /* to be pasted where a line's end would open it at once */
    snprintf(words, NOTICE_SIZE, "the market's address");
    return true;
}

static bool write_row(const struct scene *scene, struct page *page, char words[NOTICE_SIZE])
{
    switch (scene_context(scene)) {
    case CONTEXT_LADDER:
    case CONTEXT_CHART:
        return write_level(scene, page, words);
    case CONTEXT_TAPE:
        return write_trade(scene, page, words);
    case CONTEXT_LIST:
    case CONTEXT_WATCH:
        return write_market(scene, page, words);
    case CONTEXT_INFO:
        return write_address(scene, page, words);
    default:
        snprintf(words, NOTICE_SIZE, "there is no row to copy here");
        return false;
    }
}

bool copy_make(const struct scene *scene, bool whole_book, struct copy *copy)
{
    *copy = (struct copy){.text = malloc(COPY_MOST)};
    struct page page = {.text = copy->text};
    if (page.text == NULL) {
        snprintf(copy->words, sizeof copy->words, "out of memory");
        return false;
    }
    bool made = whole_book ? write_book(scene, &page, copy->words) : write_row(scene, &page, copy->words);
    copy->length = page.length;
    page.text[page.length] = '\0';
    return made;
}
