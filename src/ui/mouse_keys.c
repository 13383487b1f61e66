/* What the mouse does with what was drawn where it points. */
#include "booktop/ui/search.h"
#include "session_keys.h"

/* Lines that one notch of the wheel moves; the cursor of a ladder goes level by level. */
#define WHEEL_LINES 3

static bool wheel(struct session *session, const struct zone *pane, enum action action)
{
    struct scene *scene = &session->scene;
    enum pane focus = scene->focus;
    if (scene->prompt_open && scene_context(scene) != CONTEXT_SEARCH) return false;
    /* What is under it moves, and the keys go on to where they went. */
    if (pane != NULL) scene->focus = (enum pane)pane->value;
    bool level = scene_view_context(scene) == CONTEXT_LADDER || scene_view_context(scene) == CONTEXT_CHART;
    for (int i = 0; i < (level ? 1 : WHEEL_LINES); i++) scene_act(scene, action);
    scene->focus = focus;
    return true;
}

/* Of the heading above markets that are seen, the first one of them. */
static bool select_market(struct scene *scene, size_t row)
{
    struct market_list *list = &scene->list;
    if (row < list->row_count && list->rows[row].heading && !list->rows[row].folded) row++;
    if (row >= list->row_count) return false;
    list->selected = row;
    list->touched = scene->machine;
    return true;
}

static bool select_found(struct scene *scene, size_t row)
{
    if (row >= search_rows(&scene->search)) return false;
    scene->search.selected = row;
    return true;
}

/* What was drawn may have gone since; the watch list holds its selection within bounds by itself. */
static bool select_row(struct scene *scene, const struct zone *zone)
{
    size_t row = (size_t)zone->value;
    if (zone->kind == ZONE_THEME) return scene->themes.open && themes_select(&scene->themes, row);
    if (zone->kind == ZONE_FOUND) return scene_context(scene) == CONTEXT_SEARCH && select_found(scene, row);
    if (scene->themes.open || scene->prompt_open) return false;
    if (scene_view_context(scene) == CONTEXT_LIST) return select_market(scene, row);
    scene->watch_selected = (uint32_t)row;
    return scene_view_context(scene) == CONTEXT_WATCH;
}

/* A first click selects, a second one on the same row takes what it is. */
static void click_row(struct session *session, const struct zone *zone)
{
    bool again = session->clicked == zone->value && session->clicked_kind == zone->kind;
    session->clicked = zone->value;
    session->clicked_kind = zone->kind;
    if (!select_row(&session->scene, zone) || !again) return;
    session->clicked = -1;
    bool found = zone->kind == ZONE_FOUND, theme = zone->kind == ZONE_THEME;
    session_do(session, found ? ACTION_ACCEPT : theme ? ACTION_TAKE_THEME : ACTION_OPEN, PRESS_NONE);
}

static bool is_row(const struct zone *zone)
{
    return zone->kind == ZONE_ROW || zone->kind == ZONE_FOUND || zone->kind == ZONE_THEME;
}

static void click_level(struct scene *scene, const struct zone *zone)
{
    struct ladder *ladder = &scene->ladder;
    ladder->cursor_on = true;
    ladder->cursor_side = zone->kind == ZONE_BID ? SIDE_BID : SIDE_ASK;
    ladder->cursor_price = zone->value;
}

/* Where nothing can be pointed at: what the footer tells was read. */
static bool click_notice(struct scene *scene, const struct canvas *canvas, struct mouse mouse)
{
    if (mouse.row != canvas->height - 1 || scene->notice[0] == '\0') return false;
    scene_read(scene);
    return true;
}

static bool click(struct session *session, const struct canvas *canvas, struct mouse mouse)
{
    struct scene *scene = &session->scene;
    const struct zone *zone = canvas_zone_at(canvas, mouse.row, mouse.column);
    const struct zone *pane = canvas_zone_of(canvas, mouse.row, mouse.column, ZONE_PANE);
    bool typing = scene->prompt_open;
    if (zone == NULL) return !typing && click_notice(scene, canvas, mouse);
    if (typing && zone->kind != ZONE_ACTION && zone->kind != ZONE_FOUND) return false;
    scene_read(scene);
    if (!is_row(zone)) session->clicked = -1;
    if (pane != NULL) scene->focus = (enum pane)pane->value;
    if (zone->kind == ZONE_ACTION)
        session_do(session, (enum action)zone->value, PRESS_NONE);
    else if (is_row(zone))
        click_row(session, zone);
    else if (zone->kind == ZONE_BAR)
        session_replay_point(session, zone, mouse.column);
    else if (zone->kind != ZONE_PANE)
        click_level(scene, zone);
    return true;
}

bool session_point(struct session *session, const struct canvas *canvas, struct mouse mouse)
{
    const struct zone *pane = canvas_zone_of(canvas, mouse.row, mouse.column, ZONE_PANE);
    session->for_owner = ACTION_NONE;
    if (mouse.kind == MOUSE_PRESS) return click(session, canvas, mouse);
    session->clicked = -1;
    return wheel(session, pane, mouse.kind == MOUSE_WHEEL_UP ? ACTION_UP : ACTION_DOWN);
}
