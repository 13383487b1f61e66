/* How the connections are: that of the book, and those of the venues while a list is seen. */
#include <ctype.h>
#include <stdio.h>

#include "booktop/venue/venue.h"
#include "state_row_inside.h"
#include "state_words.h"

#define LINK_TEXT_SIZE 256
/* The longest state of a connection. */
#define LINK_LEAST 11
/* "999,999": more events than a venue has. */
#define PROGRESS_COLUMNS 7
/* Of what the list is filtered by. */
#define FILTER_COLUMNS 24
#define COMMA          ", "
#define SEARCHES_ALL   " searches all"

/* Of the book */

bool link_is_live(const struct scene *scene)
{
    return scene->has_view && scene->book.link.state == LINK_STATE_LIVE;
}

/* In a replay nothing is live, though it was when it was recorded. */
static const char *replay_text(const struct replay_view *replay)
{
    if (replay->ended) return "ended";
    return replay->paused ? "paused" : "replay";
}

/* "down: connection refused", or without its reason where too little of that would be read. */
static void state_of_link(const struct scene *scene, const struct canvas *canvas, int room, char out[LINK_TEXT_SIZE])
{
    const struct link_view *link = &scene->book.link;
    if (scene->replaying && link->state == LINK_STATE_LIVE) {
        snprintf(out, LINK_TEXT_SIZE, "%s", replay_text(&scene->replay));
        return;
    }
    bool elsewhere = scene_shows_start(scene) || scene_trouble(scene, canvas->width)[0] != '\0';
    const char *state = link_state_text(link->state), *reason = elsewhere ? "" : link_reason(link);
    snprintf(out, LINK_TEXT_SIZE, "%s%s%s", state, reason[0] != '\0' ? ": " : "", reason);
    if (room >= REASON_LEAST || canvas_foreign_width(canvas, text_from(out)) <= room) return;
    snprintf(out, LINK_TEXT_SIZE, "%s", state);
}

void link_draw(struct scene *scene, struct canvas *canvas, int column)
{
    const struct link_view *link = &scene->book.link;
    char state[LINK_TEXT_SIZE], outlook[FIGURE_SIZE], tail[FIGURE_SIZE + 8] = "";
    int64_t changes_in;
    int right = canvas->area.width - 1;
    bool told = scene_outlook(scene, link, outlook, &changes_in);
    if (told) snprintf(tail, sizeof tail, " %s %s", canvas_glyph(canvas, GLYPH_DOT), outlook);
    int least = column + 1 + (int)text_width(text_from(link_state_text(link->state)));
    if (least + (int)text_width(text_from(tail)) > right) tail[0] = '\0';
    if (tail[0] != '\0' && changes_in != TIME_NEVER) scene_due_in(scene, changes_in);
    int tail_width = (int)text_width(text_from(tail));
    int room = right - column - GAP - tail_width;
    state_of_link(scene, canvas, room, state);
    int wanted = canvas_foreign_width(canvas, text_from(state));
    int width = wanted < room ? wanted : room;
    struct state_mark mark = link_mark(link->state);
    canvas_foreign(canvas, 1, right - tail_width - width, width, mark.role, text_from(state));
    canvas_text(canvas, 1, right - tail_width, tail_width, mark.role, tail);
}

void link_draw_silence(struct scene *scene, struct canvas *canvas, int column)
{
    char age[FIGURE_SIZE], text[FIGURE_SIZE + 32];
    scene_due_in(scene, figure_age(link_silence(&scene->book.link, scene->now), age));
    snprintf(text, sizeof text, "no sign of life for %s", age);
    int width = (int)text_width(text_from(text)), right = canvas->area.width - 1;
    if (column + GAP + width > right) snprintf(text, sizeof text, "in doubt");
    width = (int)text_width(text_from(text));
    if (column + 1 + width <= right) canvas_text(canvas, 1, right - width, width, ROLE_BAD, text);
}

/* Of the venues */

/* "3/21 markets", "3/7 of 21, filter: snow": the place of the selection among those that are shown. */
static int draw_market_count(const struct scene *scene, struct canvas *canvas, int column)
{
    char text[4 * FIGURE_SIZE], number[FIGURE_SIZE], place[FIGURE_SIZE], all[FIGURE_SIZE];
    const struct market_list *list = &scene->list;
    bool filtered = list->filter[0] != '\0';
    figure_exact((int64_t)market_list_place(list), 0, place);
    figure_exact((int64_t)list->sorted_count, 0, number);
    figure_exact((int64_t)list->catalogue->count, 0, all);
    if (list->catalogue->count == 0)
        snprintf(text, sizeof text, "0 markets");
    else if (filtered)
        snprintf(text, sizeof text, "%s/%s of %s, filter: ", place, number, all);
    else
        snprintf(text, sizeof text, "%s/%s market%s", place, all, list->catalogue->count == 1 ? "" : "s");
    column += canvas_text(canvas, 1, column, canvas->area.width, ROLE_MUTED, text);
    if (!filtered) return column;
    return column + canvas_foreign(canvas, 1, column, FILTER_COLUMNS, ROLE_KEY, text_from(list->filter));
}

/* ", / searches all" behind the count of what is traded most: there may be many more. Only where nothing else has to be
 * said in the row. */
static void draw_way_on(const struct scene *scene, struct canvas *canvas, int column)
{
    char key[KEYS_SIZE];
    int live = (int)text_width(text_from(link_state_text(LINK_STATE_LIVE)));
    if (scene->list_words[0] != '\0' || scene->list.filter[0] != '\0' || scene->replaying || scene->prompt_open) return;
    keymap_key(scene_view_context(scene), false, ACTION_SEARCH, key);
    int width = (int)(text_width(text_from(key)) + sizeof COMMA - 1 + sizeof SEARCHES_ALL - 1);
    if (column + width + GAP + live + 1 > canvas->area.width) return;
    column += canvas_text(canvas, 1, column, width, ROLE_MUTED, COMMA);
    column += canvas_text(canvas, 1, column, width, ROLE_KEY, key);
    canvas_text(canvas, 1, column, width, ROLE_MUTED, SEARCHES_ALL);
}

/* "Kalshi:  1,400 events read" while a venue's catalogue is gone through; the number grows to the left. */
static int draw_progress(const struct scene *scene, struct canvas *canvas, int column)
{
    for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
        const struct venue_progress *progress = &scene->list.quotes.progress[id];
        char text[2 * FIGURE_SIZE + 32], number[FIGURE_SIZE];
        if (!progress->running) continue;
        const char *name = venue_get(id)->name;
        figure_exact(progress->events, 0, number);
        snprintf(text, sizeof text, "%c%s: %*s events read", toupper((unsigned char)name[0]), name + 1,
                 PROGRESS_COLUMNS, number);
        int start = column > 1 ? column + GAP : column;
        if (start + (int)text_width(text_from(text)) + GAP + LINK_LEAST > canvas->area.width) return column;
        column = start + canvas_text(canvas, 1, start, canvas->area.width, ROLE_MUTED, text);
    }
    return column;
}

/* What a market without a book waits for, or why none comes; where the connection does not say it. */
static int draw_wait(const struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    bool silent = book->link.state == LINK_STATE_IDLE || book->link.state == LINK_STATE_LIVE;
    if (!scene_knows_market(scene) || !silent || book->proof.why == NULL) return column;
    struct state_mark mark = proof_mark(book->proof.state);
    column += canvas_text(canvas, 1, column, 1, mark.role, canvas_glyph(canvas, mark.glyph)) + 1;
    column += canvas_text(canvas, 1, column, canvas->area.width, mark.role, proof_state_text(book->proof.state));
    return state_row_why(scene, canvas, column, canvas->area.width - 1);
}

/* How much is said of the venues' connections: "kalshi down: HTTP 503 · next try in 4 s", down to "KALS down". */
enum brevity { WITH_OUTLOOK, WITH_REASON, WITH_NAME, WITH_BADGE, BREVITY_COUNT };

/* *due gets the time after which they change, if that is sooner. */
static void venue_words(const struct scene *scene, const struct canvas *canvas, enum venue_id id, int brevity,
                        char out[LINK_TEXT_SIZE], int64_t *due)
{
    const struct venue_link *link = &scene->list.quotes.links[id];
    const struct link_view view = {.state = link->state, .retry_at = link->retry_at};
    const struct venue *venue = venue_get(id);
    char outlook[FIGURE_SIZE], tail[FIGURE_SIZE + 8] = "";
    int64_t changes_in;
    bool reason = brevity <= WITH_REASON && link->reason[0] != '\0';
    if (brevity == WITH_OUTLOOK && scene_outlook(scene, &view, outlook, &changes_in)) {
        snprintf(tail, sizeof tail, " %s %s", canvas_glyph(canvas, GLYPH_DOT), outlook);
        if (changes_in < *due) *due = changes_in;
    }
    snprintf(out, LINK_TEXT_SIZE, "%s %s%s%s%s", brevity == WITH_BADGE ? venue->badge : venue->name,
             link_state_text(link->state), reason ? ": " : "", reason ? link->reason : "", tail);
}

static bool in_trouble(const struct scene *scene, enum venue_id id)
{
    enum link_state state = scene->list.quotes.links[id].state;
    return state != LINK_STATE_IDLE && state != LINK_STATE_LIVE;
}

static bool any_in_trouble(const struct scene *scene)
{
    for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
        if (in_trouble(scene, id)) return true;
    }
    return false;
}

/* Each venue that is not live at the right end, with its reason where there is room for those of all. */
static void draw_venues(struct scene *scene, struct canvas *canvas, int column)
{
    char words[VENUE_COUNT][LINK_TEXT_SIZE];
    int right = canvas->area.width - 1, total = 0;
    int64_t due = TIME_NEVER;
    for (int brevity = WITH_OUTLOOK; brevity < BREVITY_COUNT; brevity++) {
        total = 0;
        due = TIME_NEVER;
        for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
            words[id][0] = '\0';
            if (!in_trouble(scene, id)) continue;
            venue_words(scene, canvas, id, brevity, words[id], &due);
            total += canvas_foreign_width(canvas, text_from(words[id])) + GAP;
        }
        if (column + total <= right) break;
    }
    if (due != TIME_NEVER) scene_due_in(scene, due);
    int at = right - total + GAP;
    if (at < column + GAP) at = column + GAP;
    for (enum venue_id id = 0; id < VENUE_COUNT; id++) {
        if (words[id][0] == '\0' || at >= right) continue;
        enum role role = link_mark(scene->list.quotes.links[id].state).role;
        at += canvas_foreign(canvas, 1, at, right - at, role, text_from(words[id])) + GAP;
    }
}

/* Told by the venues' own connections as soon as they are known; false: nothing is. */
static bool draw_list_links(struct scene *scene, struct canvas *canvas, int column)
{
    bool live = false, trouble = any_in_trouble(scene);
    for (enum venue_id id = 0; id < VENUE_COUNT; id++) live |= scene->list.quotes.links[id].state == LINK_STATE_LIVE;
    if (trouble)
        draw_venues(scene, canvas, column);
    else if (live)
        canvas_right(canvas, 1, column + GAP, canvas->area.width - 1 - column - GAP, link_mark(LINK_STATE_LIVE).role,
                     scene->replaying ? replay_text(&scene->replay) : link_state_text(LINK_STATE_LIVE));
    return live || trouble;
}

void state_row_draw_link(struct scene *scene, struct canvas *canvas)
{
    int column = 1;
    if (scene->screen == SCREEN_LIST) {
        bool counts = scene->list.catalogue != NULL && (!scene->watch_open || scene->log_open);
        if (counts) column = draw_market_count(scene, canvas, column);
        int counted = column;
        column = draw_progress(scene, canvas, column);
        if (counts && column == counted && !any_in_trouble(scene)) draw_way_on(scene, canvas, column);
        if (draw_list_links(scene, canvas, column)) return;
    } else {
        column = draw_wait(scene, canvas, column);
    }
    if (scene->has_view && scene->book.link.state != LINK_STATE_IDLE) link_draw(scene, canvas, column);
}
