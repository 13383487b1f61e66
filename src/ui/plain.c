#include "booktop/ui/plain.h"

#include <string.h>

#include "booktop/ui/figure.h"
#include "booktop/venue/venue.h"
#include "state_words.h"

#define SIZE_COLUMNS  12
#define PRICE_COLUMNS 9

struct page {
    FILE *out;
    const struct book_view *view;
    bool ascii;
    struct price_style prices;
    struct depth depth; /* the view's without what is left out */
};

static void write_foreign(const struct page *page, const char *text)
{
    char clean[FOREIGN_SIZE];
    text_sanitize(text_from(text), clean, sizeof clean, page->ascii);
    fputs(clean, page->out);
}

/* Right-aligned by columns, which are not bytes: "¢" has two. */
static void write_right(const struct page *page, const char *text, unsigned columns)
{
    unsigned width = text_width(text_from(text));
    fprintf(page->out, "%*s%s", width < columns ? (int)(columns - width) : 0, "", text);
}

static void write_title(const struct page *page)
{
    const struct instrument *instrument = &page->view->instrument;
    fprintf(page->out, "%s  ", venue_get(instrument->venue)->badge);
    char title[TITLE_SIZE];
    market_title(instrument, false, title);
    write_foreign(page, title);
    fputs("  [", page->out);
    write_foreign(page, outcome_name(instrument, 0));
    fputs("] ", page->out);
    write_foreign(page, outcome_name(instrument, 1));
    fputs(page->view->demo ? "  DEMO\n" : page->view->maybe_demo ? "  DEMO?\n" : "\n", page->out);
}

static void write_link(const struct page *page, struct stamp now)
{
    const struct link_view *link = &page->view->link;
    const char *reason = link_reason(link);
    char text[FIGURE_SIZE];
    int64_t changes_in;
    fprintf(page->out, "  connection %s", link_state_text(link->state));
    if (reason[0] != '\0') fputs(": ", page->out);
    write_foreign(page, reason);
    /* Nobody can press a key here. */
    bool outlook = link->state == LINK_STATE_DOWN && link_outlook(link, now, text, &changes_in);
    if (outlook) fprintf(page->out, ", %s", text);
}

static void write_silence(const struct page *page, struct stamp now)
{
    char text[FIGURE_SIZE];
    figure_age(link_silence(&page->view->link, now), text);
    fprintf(page->out, "  connection in doubt: no sign of life for %s", text);
}

static void write_price(const struct page *page, const char *label, price_t price, unsigned extra)
{
    char text[FIGURE_SIZE];
    if (price == PRICE_NONE) return;
    figure_fine_price(price, extra, &page->prices, text);
    fprintf(page->out, "  %s %s", label, text);
}

/* "stale 12 s", "polled 4 s", "verified" */
static void write_proof(const struct page *page, struct stamp now)
{
    const struct book_view *view = page->view;
    bool stale = book_stale(view, now);
    char text[FIGURE_SIZE];
    fputs(proof_state_text(book_proof(view, now)), page->out);
    if (!stale && view->proof.state != PROOF_POLLED) return;
    figure_age(stale ? book_stale_age(view, now) : now.mono - view->heard.mono, text);
    fprintf(page->out, " %s", text);
}

static void write_trouble(const struct page *page)
{
    const struct book_view *view = page->view;
    char text[FIGURE_SIZE];
    if (view->crossed || view->locked) fputs(view->crossed ? "  crossed" : "  locked", page->out);
    if (view->cut.levels == 0) return;
    cut_words(&view->cut, false, text);
    fprintf(page->out, "  %s", text);
}

/* What became of the market: "  resolved: Yes" */
static void write_status(const struct page *page)
{
    const struct book_view *view = page->view;
    const char *winner = winner_name(view);
    if (view->status == MARKET_OPEN) return;
    fprintf(page->out, "  %s%s", market_status_text(view->status), winner != NULL ? ": " : "");
    if (winner != NULL) write_foreign(page, winner);
}

static void write_state(const struct page *page, struct stamp now)
{
    const struct book_view *view = page->view;
    const struct statistics *s = &view->statistics;
    char text[FIGURE_SIZE];
    if (view->has_book)
        write_proof(page, now);
    else
        fputs("no book yet", page->out);
    if (view->has_book) write_trouble(page);
    write_status(page);
    if (book_polled(view))
        fprintf(page->out, "  %s", view->proof.why != NULL ? view->proof.why : "by REST");
    else if (link_in_doubt(&view->link, now))
        write_silence(page, now);
    else if (view->link.state != LINK_STATE_LIVE)
        write_link(page, now);
    write_price(page, "last", view->last_trade, 0);
    if (s->two_sided) {
        write_price(page, "mid", s->mid, MID_EXTRA_SCALE);
        write_price(page, "spread", s->spread, 0);
        write_price(page, "micro", s->microprice, MICROPRICE_EXTRA_SCALE);
        figure_percent(s->imbalance, text);
        fprintf(page->out, "  imbalance %s", text);
    }
    fputc('\n', page->out);
}

static void write_size(const struct page *page, const struct level *level)
{
    char text[FIGURE_SIZE] = "";
    if (level != NULL) figure_size(level->quantity, page->view->instrument.size_scale, text);
    write_right(page, text, SIZE_COLUMNS);
}

static void write_level_price(const struct page *page, const struct level *level)
{
    char text[FIGURE_SIZE] = "";
    if (level != NULL) figure_price(level->price, &page->prices, text);
    write_right(page, text, PRICE_COLUMNS);
}

static void write_levels(const struct page *page)
{
    const struct depth *depth = &page->depth;
    if (depth->bid_count == 0 && depth->ask_count == 0) {
        fputs("no orders in the book\n", page->out);
        return;
    }
    fprintf(page->out, "%*s%*s%*s%*s\n", SIZE_COLUMNS, "size", PRICE_COLUMNS, "bid", PRICE_COLUMNS, "ask", SIZE_COLUMNS,
            "size");
    for (uint32_t i = 0; i < PLAIN_LEVELS && (i < depth->bid_count || i < depth->ask_count); i++) {
        const struct level *bid = i < depth->bid_count ? &depth->bids[i] : NULL;
        const struct level *ask = i < depth->ask_count ? &depth->asks[i] : NULL;
        write_size(page, bid);
        write_level_price(page, bid);
        if (ask != NULL) {
            write_level_price(page, ask);
            write_size(page, ask);
        }
        fputc('\n', page->out);
    }
}

static void write_trades(const struct page *page)
{
    const struct tape_view *tape = &page->view->tape;
    char text[FIGURE_SIZE];
    for (uint32_t i = 0; i < tape->count && i < PLAIN_TRADES; i++) {
        const struct trade *trade = &tape->trades[i];
        figure_clock(trade->venue_ms, false, text);
        fprintf(page->out, "trade %s", text);
        figure_price(trade->price, &page->prices, text);
        write_right(page, text, PRICE_COLUMNS);
        figure_size(trade->quantity, page->view->instrument.size_scale, text);
        write_right(page, text, SIZE_COLUMNS);
        if (trade->has_aggressor) fputs(trade->aggressor == SIDE_BID ? "  bought" : "  sold", page->out);
        fputc('\n', page->out);
    }
}

/* Enough decimals for every price that is written. */
static unsigned decimals_of(const struct page *page)
{
    const struct book_view *view = page->view;
    const struct depth *depth = &page->depth;
    unsigned scale = view->instrument.price_scale, decimals = instrument_tick_decimals(&view->instrument);
    for (uint32_t i = 0; i < PLAIN_LEVELS; i++) {
        if (i < depth->bid_count) decimals = figure_price_decimals(depth->bids[i].price, scale, decimals);
        if (i < depth->ask_count) decimals = figure_price_decimals(depth->asks[i].price, scale, decimals);
    }
    for (uint32_t i = 0; i < PLAIN_TRADES && i < view->tape.count; i++) {
        decimals = figure_price_decimals(view->tape.trades[i].price, scale, decimals);
    }
    return decimals;
}

bool plain_write(FILE *out, const struct book_view *view, struct stamp now, bool ascii)
{
    struct page page = {.out = out, .view = view, .ascii = ascii};
    if (view->market.generation == 0) {
        fputs("no market yet", out);
        write_link(&page, now);
        fputs("\n\n", out);
        return ferror(out) == 0;
    }
    depth_assign(&page.depth, &view->depth);
    clean_view_apply(&page.depth, &view->cut);
    page.prices = (struct price_style){UNIT_CENTS, view->instrument.price_scale, decimals_of(&page), ascii};
    write_title(&page);
    write_state(&page, now);
    if (view->has_book) write_levels(&page);
    write_trades(&page);
    fputc('\n', out);
    return ferror(out) == 0;
}

bool plain_link(const struct venue_link *link, enum venue_id id, struct stamp now, bool outlook,
                char out[PLAIN_LINK_SIZE])
{
    const struct link_view view = {.state = link->state, .retry_at = link->retry_at};
    char next[FIGURE_SIZE] = "";
    int64_t changes_in;
    out[0] = '\0';
    if (link->state == LINK_STATE_IDLE || link->state == LINK_STATE_LIVE) return false;
    if (outlook && link->state == LINK_STATE_DOWN) (void)link_outlook(&view, now, next, &changes_in);
    snprintf(out, PLAIN_LINK_SIZE, "%s %s%s%s%s%s", venue_get(id)->name, link_state_text(link->state),
             link->reason[0] ? ": " : "", link->reason, next[0] ? ", " : "", next);
    return true;
}
