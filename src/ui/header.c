/* The two rows at the top: what market this is, and how far it can be trusted. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "booktop/venue/venue.h"
#include "state_words.h"

#define GAP          2
#define TITLE_LEAST  40
#define OUTCOME_MOST 16
#define FIGURES_MOST 3
/* A venue's clock may be so much ahead of ours before its stamps mean nothing. */
#define CLOCK_SLACK    (5 * NANOSECONDS_PER_MILLISECOND)
#define LATENCY_HOLD   (NANOSECONDS_PER_SECOND / 2)
#define LATENCY_WIDTH  7
#define RATE_WIDTH     8
#define LINK_TEXT_SIZE 256
/* The room that a connection's state and a part of its reason need to mean something. */
#define REASON_LEAST 24

/* A figure of the first row: "last 42.5¢". */
struct labelled {
    const char *label;
    char value[FIGURE_SIZE];
};

static int labelled_width(const struct labelled *figure)
{
    return (int)(text_width(text_from(figure->label)) + 1 + text_width(text_from(figure->value)));
}

static int draw_labelled(struct canvas *canvas, int row, int column, const struct labelled *figure)
{
    int width = canvas->area.width;
    column += canvas_text(canvas, row, column, width, ROLE_MUTED, figure->label) + 1;
    return column + canvas_text(canvas, row, column, width, ROLE_TEXT, figure->value);
}

/* " POLY ", reversed; the column behind it. */
static int draw_badge(struct canvas *canvas, int column, enum role role, const char *word)
{
    char text[32];
    snprintf(text, sizeof text, " %s ", word);
    return column + canvas_text(canvas, 0, column, canvas->area.width, role, text);
}

/* DEMO at the right end; the column before it. */
static int draw_demo(const struct scene *scene, struct canvas *canvas)
{
    int right = canvas->area.width - 1;
    if (!scene->demo && !(scene->has_view && scene->book.demo)) return right;
    right -= 6;
    draw_badge(canvas, right, ROLE_DEMO, "DEMO");
    return right - GAP;
}

/* First row */

/* The figures of the market, the most needed first; how many there are. */
static int market_figures(struct scene *scene, bool ascii, struct labelled figures[FIGURES_MOST])
{
    const struct book_view *book = &scene->book;
    struct price_style prices = ladder_price_style(&scene->ladder, &book->instrument, ascii);
    int count = 0;
    if (scene->ladder.last_trade != PRICE_NONE) {
        struct labelled *last = &figures[count++];
        prices.decimals = figure_price_decimals(scene->ladder.last_trade, prices.scale, prices.decimals);
        *last = (struct labelled){.label = "last"};
        figure_price(scene->ladder.last_trade, &prices, last->value);
    }
    if (book->volume_24h >= 0) {
        struct labelled *volume = &figures[count++];
        *volume = (struct labelled){.label = "24h"};
        figure_money(book->volume_24h, volume->value);
    }
    int64_t left = book->instrument.close_time * NANOSECONDS_PER_SECOND - scene->now.wall;
    if (book->instrument.close_time != 0 && left > 0 && book->status == MARKET_OPEN) {
        struct labelled *closes = &figures[count++];
        *closes = (struct labelled){.label = "closes"};
        scene_due_in(scene, figure_remaining(left, closes->value));
    }
    return count;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

/* Both outcomes, the one that is drawn in brackets; where there is no room for both, that one alone. */
static int outcomes_width(const struct scene *scene, const struct canvas *canvas, bool both)
{
    const struct instrument *instrument = &scene->book.instrument;
    int width = 2;
    for (unsigned i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        if (!both && i != scene->ladder.outcome) continue;
        width += least(canvas_foreign_width(canvas, text_from(outcome_name(instrument, i))), OUTCOME_MOST);
    }
    return width + (both ? 1 : 0);
}

static void draw_outcomes(const struct scene *scene, struct canvas *canvas, int column, bool both)
{
    const struct instrument *instrument = &scene->book.instrument;
    for (unsigned i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        bool drawn = i == scene->ladder.outcome;
        if (!both && !drawn) continue;
        if (i > 0 && both) column += 1;
        struct text name = text_from(outcome_name(instrument, i));
        if (drawn) column += canvas_text(canvas, 0, column, 1, ROLE_KEY, "[");
        column += canvas_foreign(canvas, 0, column, OUTCOME_MOST, drawn ? ROLE_STRONG : ROLE_MUTED, name);
        if (drawn) column += canvas_text(canvas, 0, column, 1, ROLE_KEY, "]");
    }
}

static const char *title_of(const struct instrument *instrument)
{
    if (instrument->title[0] != '\0') return instrument->title;
    return instrument->slug[0] != '\0' ? instrument->slug : instrument->symbol;
}

static void draw_market_row(struct scene *scene, struct canvas *canvas)
{
    const struct instrument *instrument = &scene->book.instrument;
    struct text title = text_from(title_of(instrument));
    struct labelled figures[FIGURES_MOST];
    int count = market_figures(scene, canvas->ascii, figures);
    int right = draw_demo(scene, canvas);
    int left = draw_badge(canvas, 1, ROLE_BADGE, venue_get(instrument->venue)->badge) + 1;
    int wanted = canvas_foreign_width(canvas, title);
    bool both = outcomes_width(scene, canvas, true) + least(wanted, TITLE_LEAST) + GAP <= right - left;
    int outcomes = outcomes_width(scene, canvas, both);
    int room = right - left - outcomes - GAP;
    int shown = 0;
    for (; shown < count; shown++) {
        int needed = labelled_width(&figures[shown]) + GAP;
        if (room - needed < least(wanted, TITLE_LEAST)) break;
        room -= needed;
        right -= needed;
    }
    int used = canvas_foreign(canvas, 0, left, room, ROLE_STRONG, title);
    draw_outcomes(scene, canvas, left + used + GAP, both);
    int column = right + GAP;
    for (int i = 0; i < shown; i++) column = draw_labelled(canvas, 0, column, &figures[i]) + GAP;
}

static void draw_list_row(struct scene *scene, struct canvas *canvas)
{
    int right = draw_demo(scene, canvas);
    int column = draw_badge(canvas, 1, ROLE_BADGE, "booktop") + 1;
    if (scene->list_words[0] == '\0') {
        canvas_text(canvas, 0, column, right - column, ROLE_STRONG, "Markets traded most in 24 hours");
        return;
    }
    column += canvas_text(canvas, 0, column, right - column, ROLE_MUTED, "Markets for ");
    canvas_foreign(canvas, 0, column, right - column, ROLE_STRONG, text_from(scene->list_words));
}

static void draw_opening_row(struct scene *scene, struct canvas *canvas)
{
    int right = draw_demo(scene, canvas);
    int column = draw_badge(canvas, 1, ROLE_BADGE, "booktop") + 1;
    canvas_foreign(canvas, 0, column, right - column, ROLE_STRONG, text_from(scene->opening_words));
}

/* Second row */

static bool link_is_live(const struct scene *scene)
{
    return scene->has_view && scene->book.link.state == LINK_STATE_LIVE;
}

static int draw_why(const struct scene *scene, struct canvas *canvas, int column)
{
    const char *why = scene->book.proof.why;
    if (why == NULL) return column;
    column += canvas_text(canvas, 1, column, canvas->area.width, ROLE_MUTED, ": ");
    return column + canvas_foreign(canvas, 1, column, canvas->area.width / 2, ROLE_MUTED, text_from(why));
}

static int draw_age(struct scene *scene, struct canvas *canvas, int column, enum role role, int64_t age)
{
    char text[FIGURE_SIZE];
    scene_due_in(scene, figure_age(age, text));
    return column + 1 + canvas_text(canvas, 1, column + 1, canvas->area.width, role, text);
}

/* "verified by SHA-1 1,204" */
static int draw_bursts(const struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    int width = canvas->area.width;
    char text[FIGURE_SIZE];
    column += 1 + canvas_text(canvas, 1, column + 1, width, ROLE_TEXT, venue_get(book->instrument.venue)->proof);
    figure_exact((int64_t)book->proof.bursts, 0, text);
    return column + GAP + canvas_text(canvas, 1, column + GAP, width, ROLE_MUTED, text);
}

/* The proof state in words: "verified by SHA-1 1,204", "stale 12 s", "suspect: …". Where the connection is not live it
 * says by itself why a book is stale. */
static int draw_proof(struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    bool stale = scene_stale(scene);
    enum proof_state state = stale ? PROOF_STALE : book->proof.state;
    struct state_mark mark = proof_mark(state);
    column += canvas_text(canvas, 1, column, 1, mark.role, canvas_glyph(canvas, mark.glyph)) + 1;
    column += canvas_text(canvas, 1, column, canvas->area.width, mark.role, proof_state_text(state));
    if (stale) {
        column = draw_age(scene, canvas, column, mark.role, book_stale_age(book, scene->now));
        return link_is_live(scene) ? draw_why(scene, canvas, column) : column;
    }
    if (state == PROOF_POLLED) return draw_age(scene, canvas, column, mark.role, scene->now.mono - book->heard.mono);
    if (state == PROOF_VERIFIED) return draw_bursts(scene, canvas, column);
    return state == PROOF_LIVE ? column : draw_why(scene, canvas, column);
}

/* What became of the market, if it is not simply open. */
static int draw_status(const struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    int width = canvas->area.width;
    if (book->status == MARKET_OPEN) return column;
    column += GAP;
    column += canvas_text(canvas, 1, column, width, ROLE_WARNING, market_status_text(book->status));
    if (book->status != MARKET_RESOLVED || book->winner < 0 || book->winner >= INSTRUMENT_OUTCOMES) return column;
    column += canvas_text(canvas, 1, column, width, ROLE_WARNING, ": ");
    const char *winner = outcome_name(&book->instrument, (unsigned)book->winner);
    return column + canvas_foreign(canvas, 1, column, OUTCOME_MOST, ROLE_STRONG, text_from(winner));
}

/* Unknown is not held back: an old reading would be taken for one of now. */
static int64_t calm_latency(struct scene *scene)
{
    int64_t newest = scene->book.latency;
    bool unknown = newest == LATENCY_UNKNOWN || scene->latency_shown == LATENCY_UNKNOWN;
    if (unknown || scene->now.mono >= scene->latency_until) {
        scene->latency_shown = newest;
        scene->latency_until = scene->now.mono + LATENCY_HOLD;
    } else if (newest != scene->latency_shown) {
        scene_due_in(scene, scene->latency_until - scene->now.mono);
    }
    return scene->latency_shown;
}

/* Latency and messages in columns of fixed width. */
static void draw_pace(struct scene *scene, struct canvas *canvas, int column)
{
    char text[FIGURE_SIZE], rate[FIGURE_SIZE + 2];
    int64_t latency = calm_latency(scene);
    column += GAP;
    if (latency != LATENCY_UNKNOWN) {
        /* Clocks that differ by more than the way takes make nonsense of the difference. */
        if (latency < -CLOCK_SLACK)
            snprintf(text, sizeof text, "clock");
        else
            figure_duration(latency < 0 ? 0 : latency, text);
        canvas_right(canvas, 1, column, LATENCY_WIDTH, ROLE_TEXT, text);
    }
    column += LATENCY_WIDTH + 1;
    figure_compact(scene->book.rate, 0, text);
    snprintf(rate, sizeof rate, "%s/s", text);
    canvas_right(canvas, 1, column, RATE_WIDTH, ROLE_TEXT, rate);
}

/* "down: connection refused", or without its reason where too little of that would be read. */
static void state_of_link(const struct canvas *canvas, const struct link_view *link, int room, char out[LINK_TEXT_SIZE])
{
    const char *state = link_state_text(link->state), *reason = link_reason(link);
    snprintf(out, LINK_TEXT_SIZE, "%s%s%s", state, reason[0] != '\0' ? ": " : "", reason);
    if (room >= REASON_LEAST || canvas_foreign_width(canvas, text_from(out)) <= room) return;
    snprintf(out, LINK_TEXT_SIZE, "%s", state);
}

/* "down: connection refused · retry in 4 s" at the right end; a long reason is cut before the time is. */
static void draw_link(struct scene *scene, struct canvas *canvas, int column)
{
    const struct link_view *link = &scene->book.link;
    char state[LINK_TEXT_SIZE], time[FIGURE_SIZE], retry[FIGURE_SIZE + 32] = "";
    int64_t changes_in;
    if (link_retry(link, scene->now, time, &changes_in)) {
        scene_due_in(scene, changes_in);
        snprintf(retry, sizeof retry, " %s retry in %s", canvas_glyph(canvas, GLYPH_DOT), time);
    }
    int right = canvas->area.width - 1;
    int retry_width = (int)text_width(text_from(retry));
    int room = right - column - GAP - retry_width;
    state_of_link(canvas, link, room, state);
    int width = least(canvas_foreign_width(canvas, text_from(state)), room);
    struct state_mark mark = link_mark(link->state);
    canvas_foreign(canvas, 1, right - retry_width - width, width, mark.role, text_from(state));
    canvas_text(canvas, 1, right - retry_width, retry_width, mark.role, retry);
}

static void draw_book_state(struct scene *scene, struct canvas *canvas)
{
    /* Nothing more comes of a market that is resolved: neither its book's age nor the connection matters. */
    if (scene->book.status == MARKET_RESOLVED && scene_stale(scene)) {
        draw_status(scene, canvas, 1 - GAP);
        return;
    }
    int column = draw_proof(scene, canvas, 1);
    column = draw_status(scene, canvas, column);
    if (!link_is_live(scene))
        draw_link(scene, canvas, column);
    else if (!scene_stale(scene))
        draw_pace(scene, canvas, column);
}

/* Without a book, only the connection has a state. */
static void draw_link_state(struct scene *scene, struct canvas *canvas)
{
    int column = 1;
    if (scene->screen == SCREEN_LIST && scene->list.catalogue != NULL) {
        char text[FIGURE_SIZE + 16], number[FIGURE_SIZE];
        figure_exact((int64_t)scene->list.catalogue->count, 0, number);
        snprintf(text, sizeof text, "%s market%s", number, scene->list.catalogue->count == 1 ? "" : "s");
        column += canvas_text(canvas, 1, column, canvas->area.width, ROLE_MUTED, text);
    }
    if (scene->has_view && scene->book.link.state != LINK_STATE_IDLE) draw_link(scene, canvas, column);
}

void header_draw(struct scene *scene, struct canvas *canvas)
{
    bool book = scene->screen == SCREEN_BOOK && scene->has_view && !scene->opening;
    if (scene->screen == SCREEN_LIST)
        draw_list_row(scene, canvas);
    else if (book)
        draw_market_row(scene, canvas);
    else
        draw_opening_row(scene, canvas);
    if (book && scene->book.has_book)
        draw_book_state(scene, canvas);
    else
        draw_link_state(scene, canvas);
}
