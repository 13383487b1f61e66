/* What is found while words are typed, in place of the view that was there; the line itself is the footer's. */
#include "booktop/ui/scene.h"

#include <stdio.h>
#include <string.h>

#include "market_list_columns.h"
#include "state_words.h"

#define NARROW 58
/* Where the names are shorter their source is told by one letter. */
#define ROOMY_TITLE 30

/* Where a result comes from, if not from the list; "": from there. */
static const char *source_of(const struct search_result *result)
{
    return result->watched ? "watched" : result->opened ? "opened" : result->source == SEARCH_FOUND ? "found" : "";
}

/* What is there before anything is typed. */
static const char *known_words(const struct search *search, int width)
{
    if (search->count == 0) return "type words, or a name";
    if (search->watched == 0) return "opened before";
    if (search->watched == search->opened.count) return "watched";
    return width < NARROW ? "opened, watched" : "opened before, and watched";
}

/* "7 found, asking the venues", in place of the title over the names. */
static void status_words(const struct scene *scene, int width, char *out, size_t size)
{
    const struct search *search = &scene->search;
    const char *asked = width < NARROW ? "" : scene->replaying ? " the recording" : " the venues";
    bool answered = search_is_answered(search), trouble = search->trouble[0] != '\0';
    char number[FIGURE_SIZE];
    figure_exact((quantity_t)search->matches, 0, number);
    if (search->empty)
        snprintf(out, size, "%s", known_words(search, width));
    else if (search->asking)
        snprintf(out, size, "%s found, asking%s", number, asked);
    else if (search->offer == SEARCH_OFFERS_NAME && search->count == 0)
        snprintf(out, size, "to be looked up");
    else if (!answered)
        snprintf(out, size, "%s found here", number);
    else if (trouble)
        snprintf(out, size, width < NARROW ? "%s found, trouble" : "%s found, not all answered", number);
    else
        snprintf(out, size, "%s found, asked%s", number, asked);
}

/* The market's own name before its event's where it has both; at its end where it comes from. */
static void draw_name(struct canvas *canvas, int row, const struct list_columns *c, const struct search_result *result,
                      bool sources)
{
    const struct instrument *instrument = &result->entry->instrument;
    char title[TITLE_SIZE + INSTRUMENT_TEXT_SIZE], source[FIGURE_SIZE];
    const char *event = instrument->event_title, *own = instrument->group_title;
    bool both = own[0] != '\0' && event[0] != '\0';
    if (both)
        snprintf(title, sizeof title, "%s - %s", own, event);
    else
        market_title(instrument, false, title);
    snprintf(source, sizeof source, "%.*s", c->title_width < ROOMY_TITLE ? 1 : FIGURE_SIZE - 1,
             sources ? source_of(result) : "");
    int taken = (int)strlen(source), room = c->title_width - (taken > 0 ? taken + 1 : 0);
    canvas_foreign(canvas, row, c->title, room, ROLE_TEXT, text_from(title));
    canvas_right(canvas, row, c->title, c->title_width, ROLE_KEY, source);
}

static void draw_offer(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c)
{
    const struct search *search = &scene->search;
    int start = c->badge >= 0 ? c->badge : c->title, end = canvas->area.width - 1, column = start;
    const char *all = scene->replaying ? "all markets of the recording" : "what is traded most in 24 hours";
    const char *words = search->empty                         ? all
                        : search->offer == SEARCH_OFFERS_NAME ? "open "
                        : scene->replaying                    ? "all that the recording has for "
                                                              : "all that the venues find for ";
    column += canvas_text(canvas, row, column, end - column, ROLE_KEY, words);
    if (!search->empty) canvas_foreign(canvas, row, column, end - column, ROLE_STRONG, text_from(search->typed));
}

static const struct quote *quote_of(const struct scene *scene, const struct search_result *result)
{
    const struct market_list *list = &scene->list;
    if (result->source != SEARCH_LISTED || list->catalogue == NULL)
        return market_list_quote_of(list, &result->entry->instrument);
    return market_list_quote(list, (size_t)(result->entry - list->catalogue->entries));
}

static void draw_row(struct scene *scene, struct canvas *canvas, int row, const struct list_columns *c, size_t n)
{
    const struct search_result *result = search_row(&scene->search, n);
    if (result == NULL) {
        draw_offer(scene, canvas, row, c);
        return;
    }
    draw_name(canvas, row, c, result, !scene->search.empty);
    list_columns_draw_market(scene, canvas, row, c, result->entry, quote_of(scene, result));
}

static void scroll(struct search *search)
{
    size_t page = search->page > 0 ? (size_t)search->page : 1, rows = search_rows(search);
    if (search->selected < search->top) search->top = search->selected;
    if (search->selected >= search->top + page) search->top = search->selected - page + 1;
    if (rows <= page)
        search->top = 0;
    else if (search->top > rows - page)
        search->top = rows - page;
}

/* True if a source is told by a letter, which has to be explained. */
static bool has_letters(const struct search *search, const struct list_columns *c)
{
    if (search->empty || c->title_width >= ROOMY_TITLE) return false;
    for (size_t i = 0; i < search->count; i++)
        if (source_of(&search->results[i])[0] != '\0') return true;
    return false;
}

/* What the letters mean, in the last row, which is kept free for that; else what went wrong with the venues, while
 * there is a row. */
static void draw_foot(const struct search *search, struct canvas *canvas, const struct list_columns *c, size_t drawn)
{
    int row = canvas->area.height - 1, width = canvas->area.width - 2;
    bool letters = has_letters(search, c), free = (int)drawn + 1 <= row - (letters ? 1 : 0);
    bool nothing = search->count == 0 && !search->empty && search->offer == SEARCH_OFFERS_LIST;
    const char *said = search->accepted              ? "Enter waits for the answer"
                       : !search_is_answered(search) ? "nothing known here has these words"
                       : search->trouble[0] != '\0'  ? "nothing was found"
                                                     : "nothing of that name";
    if (nothing && free && row > 3) canvas_text(canvas, 3, 1, width, ROLE_MUTED, said);
    if (letters) canvas_text(canvas, row--, 1, width, ROLE_MUTED, "w watched  o opened before  f found");
    if (free && search->trouble[0] != '\0')
        canvas_foreign(canvas, row, 1, width, ROLE_WARNING, text_from(search->trouble));
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct search *search = &scene->search;
    char status[3 * FIGURE_SIZE];
    bool venues = scene->list.several_venues;
    for (size_t i = 0; i < search->count; i++)
        venues |= search->results[i].entry->instrument.venue != search->results[0].entry->instrument.venue;
    struct list_columns c = list_columns_of(canvas->area.width, false, venues, scene->list.has_changes);
    search->page = canvas->area.height - 1 - (has_letters(search, &c) ? 1 : 0);
    if (search->ask_at != TIME_NEVER) scene_due_in_machine_time(scene, search->ask_at - scene->machine);
    status_words(scene, canvas->area.width, status, sizeof status);
    scroll(search);
    list_columns_draw_titles(canvas, &c, status, NULL);
    size_t rows = search_rows(search), shown = 0;
    for (; shown < (size_t)search->page && search->top + shown < rows; shown++) {
        int row = (int)shown + 1;
        size_t n = search->top + shown;
        draw_row(scene, canvas, row, &c, n);
        canvas_zone(canvas, row, 0, canvas->area.width, ZONE_FOUND, (int64_t)n);
        if (n != search->selected) continue;
        canvas_text(canvas, row, 0, 1, ROLE_KEY, canvas_glyph(canvas, GLYPH_POINTER));
        canvas_ground(canvas, row, 0, canvas->area.width, ROLE_CURSOR);
    }
    draw_foot(search, canvas, &c, shown);
}

static bool act(struct scene *scene, enum action action)
{
    return search_act(&scene->search, action);
}

const struct view_ops view_search = {CONTEXT_SEARCH, draw, act};
