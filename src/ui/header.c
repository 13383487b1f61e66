/* The two rows at the top: what market this is, and (state_row.c) how far it can be trusted. */
#include "booktop/ui/scene.h"

#include <stdio.h>

#include "booktop/venue/venue.h"
#include "state_row.h"
#include "state_words.h"

#define GAP          2
#define TITLE_LEAST  40
#define OUTCOME_MOST 16
#define FIGURES_MOST 3

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

/* DEMO and REPLAY at the right end; the column before them. */
static int draw_origin(const struct scene *scene, struct canvas *canvas)
{
    int end = canvas->area.width - 1, right = end;
    if (scene_is_demo(scene)) {
        right -= 6;
        draw_badge(canvas, right, ROLE_DEMO, "DEMO");
    } else if (scene->has_view && scene->book.maybe_demo) {
        right -= 7;
        draw_badge(canvas, right, ROLE_DEMO, "DEMO?");
    }
    if (scene->replaying) {
        right -= 8;
        draw_badge(canvas, right, ROLE_DEMO, "REPLAY");
    }
    return right < end ? right - GAP : end;
}

/* The recording */

/* "● REC 4.1 MB" */
#define REC_WIDTH       14
#define REC_WIDTH_LEAST 5
/* There is no room for both: what is missing and how much there is are told in turn. */
#define GAP_TURN (2 * NANOSECONDS_PER_SECOND)
/* Below this width the mark stands alone. */
#define LEAST_WIDTH_FOR_SIZE 64

struct rec {
    enum glyph glyph;
    enum role role;
    char words[FIGURE_SIZE];
};

/* False: nothing is recorded. */
static bool rec_mark(const struct scene *scene, struct rec *rec)
{
    const struct recorder_status *recorder = &scene->taping.recorder;
    *rec = (struct rec){GLYPH_LIVE, ROLE_BAD, ""};
    switch (scene->taping.state) {
    case TAPING_BEGINNING:
        *rec = (struct rec){GLYPH_WAITING, ROLE_WARNING, "starting"};
        return true;
    case TAPING_ON:
        figure_bytes(recorder->stored, rec->words);
        if (recorder->dropped == 0) return true;
        rec->glyph = GLYPH_DOUBT;
        if (scene->machine / GAP_TURN % 2 == 0) snprintf(rec->words, sizeof rec->words, "gap");
        return true;
    case TAPING_ENDING:
        *rec = (struct rec){GLYPH_WAITING, ROLE_WARNING, "ending"};
        return true;
    case TAPING_FAILED:
        *rec = (struct rec){GLYPH_FAILED, ROLE_BAD, ""};
        snprintf(rec->words, sizeof rec->words, "%s", recorder->whole ? "ended" : "failed");
        return true;
    default:
        return false;
    }
}

int header_rec_width(const struct scene *scene, int width)
{
    struct rec rec;
    if (!scene->can_record || !rec_mark(scene, &rec)) return 0;
    return GAP + (width >= LEAST_WIDTH_FOR_SIZE ? REC_WIDTH : REC_WIDTH_LEAST);
}

/* At the right end of the second row, always as wide. */
static void draw_rec(struct scene *scene, struct canvas *canvas)
{
    struct rec rec;
    int width = header_rec_width(scene, canvas->width) - GAP, column = canvas->width - 1 - width;
    if (width < 0 || !rec_mark(scene, &rec)) return;
    /* It grows, and ends, without any news from the feed. */
    if (scene->taping.state != TAPING_FAILED) scene_due_in_machine_time(scene, NANOSECONDS_PER_SECOND);
    canvas_text(canvas, 1, column, 1, rec.role, canvas_glyph(canvas, rec.glyph));
    canvas_text(canvas, 1, column + 2, 3, rec.role, "REC");
    if (width == REC_WIDTH) canvas_text(canvas, 1, column + 6, width - 6, rec.role, rec.words);
}

/* The market */

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
    int64_t left;
    if (closes_in(&book->instrument, scene->now, &left) && left > 0 && book->status == MARKET_OPEN) {
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

static void draw_market_row(struct scene *scene, struct canvas *canvas)
{
    const struct instrument *instrument = &scene->book.instrument;
    char name[TITLE_SIZE];
    market_title(instrument, market_list_groups(&scene->list, instrument), name);
    struct text title = text_from(name);
    struct labelled figures[FIGURES_MOST];
    int count = market_figures(scene, canvas->ascii, figures);
    int right = draw_origin(scene, canvas);
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

/* What is listed without having been searched for, and how it is sorted where that is no matter of course. */
static void write_listed(const struct scene *scene, int room, char *out, size_t size)
{
    const struct market_list *list = &scene->list;
    const char *by = market_list_order_name(list->order);
    bool usual = !list->reversed && (list->order == ORDER_FOUND || (list->order == ORDER_VOLUME && !scene->replaying));
    if (usual) {
        snprintf(out, size, "%s", scene->replaying ? "Markets of the recording" : "Markets traded most in 24 hours");
        return;
    }
    if (list->order == ORDER_FOUND)
        snprintf(out, size, "Markets, the last first");
    else
        snprintf(out, size, "%s, by %s", scene->replaying ? "Markets of the recording" : "Most traded markets", by);
    if ((int)text_width(text_from(out)) > room) snprintf(out, size, "Markets by %s", by[0] != '\0' ? by : "place");
}

static void draw_list_row(struct scene *scene, struct canvas *canvas)
{
    int right = draw_origin(scene, canvas);
    int column = draw_badge(canvas, 1, ROLE_BADGE, "booktop") + 1;
    if (scene->list_words[0] == '\0') {
        char listed[FIGURE_SIZE + 64];
        write_listed(scene, right - column, listed, sizeof listed);
        canvas_foreign(canvas, 0, column, right - column, ROLE_STRONG, text_from(listed));
        return;
    }
    column += canvas_text(canvas, 0, column, right - column, ROLE_MUTED, "Markets for ");
    canvas_foreign(canvas, 0, column, right - column, ROLE_STRONG, text_from(scene->list_words));
}

static void draw_opening_row(struct scene *scene, struct canvas *canvas)
{
    int right = draw_origin(scene, canvas);
    int column = draw_badge(canvas, 1, ROLE_BADGE, "booktop") + 1;
    canvas_foreign(canvas, 0, column, right - column, ROLE_STRONG, text_from(scene->opening_words));
}

static void draw_watch_row(struct scene *scene, struct canvas *canvas)
{
    char count[32];
    int right = draw_origin(scene, canvas);
    int column = draw_badge(canvas, 1, ROLE_BADGE, "booktop") + 1;
    column += canvas_text(canvas, 0, column, right - column, ROLE_STRONG, "Watch list");
    snprintf(count, sizeof count, "  %u market%s", scene->watch.count, scene->watch.count == 1 ? "" : "s");
    if ((int)text_width(text_from(count)) > right - column) snprintf(count, sizeof count, "  %u", scene->watch.count);
    canvas_text(canvas, 0, column, right - column, ROLE_MUTED, count);
}

void header_draw(struct scene *scene, struct canvas *canvas)
{
    bool book = scene->screen == SCREEN_BOOK && scene->has_view && !scene->opening;
    if (scene->watch_open && !scene->log_open && !book)
        draw_watch_row(scene, canvas);
    else if (scene->screen == SCREEN_LIST)
        draw_list_row(scene, canvas);
    else if (book)
        draw_market_row(scene, canvas);
    else
        draw_opening_row(scene, canvas);
    draw_rec(scene, canvas);
    canvas->area.width -= header_rec_width(scene, canvas->width);
    if (book && scene->book.has_book)
        state_row_draw_book(scene, canvas);
    else
        state_row_draw_link(scene, canvas);
}
