/* What the keys do to the watch list, and what is asked of the feed for it. */
#include "session_keys.h"

#include <string.h>

#include "same_market.h"
#include "state_words.h"
#include "watch_rows.h"

/* Looking up */

/* A venue that did not answer is asked again after so long. */
#define WATCH_AGAIN (15 * NANOSECONDS_PER_SECOND)

static bool to_look_up(const struct session *session, const struct watch_item *item)
{
    return !item->known && !item->missing && session->scene.machine >= item->again;
}

bool session_watch_next(const struct session *session, char words[WATCH_NAME_SIZE])
{
    const struct watch_list *list = &session->scene.watch;
    if (!session->scene.watch_open) return false;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!to_look_up(session, &list->items[i])) continue;
        watch_name(&list->items[i].entry.instrument, words);
        return true;
    }
    return false;
}

/* An answer that describes other markets says as much as none. */
void session_watch_answered(struct session *session, const char *words, enum answer_result result)
{
    struct watch_list *list = &session->scene.watch;
    char name[WATCH_NAME_SIZE];
    for (uint32_t i = 0; i < list->count; i++) {
        struct watch_item *item = &list->items[i];
        watch_name(&item->entry.instrument, name);
        if (item->known || strcmp(name, words) != 0) continue;
        item->missing = result != ANSWER_FAILED;
        item->again = item->missing ? 0 : session->scene.machine + WATCH_AGAIN;
    }
}

/* Quotes */

static bool is_quoted(const struct session *session, const struct instrument *instrument)
{
    for (size_t i = 0; session->quoted != NULL && i < session->quoted->count; i++)
        if (same_market(&session->quoted->entries[i].instrument, instrument)) return true;
    return false;
}

/* What was asked for once stays in the catalogue: only a market that is new to it makes another. */
void session_watch_quotes(struct session *session)
{
    const struct catalogue_entry *entries[WATCH_MOST + WATCHED_MARKETS];
    const struct scene *scene = &session->scene;
    size_t count = 0;
    bool all = true;
    for (uint32_t i = 0; i < scene->watch.count; i++)
        if (scene->watch.items[i].known) entries[count++] = &scene->watch.items[i].entry;
    for (uint32_t i = 0; i < scene->watched_count; i++)
        if (watch_list_find(&scene->watch, &scene->watched[i].instrument) < 0) entries[count++] = &scene->watched[i];
    for (size_t i = 0; i < count; i++) all = all && is_quoted(session, &entries[i]->instrument);
    if (!all) {
        const struct catalogue *made = feed_catalogue(session->feed, entries, count);
        if (made != NULL) session->quoted = made;
    }
    session_list(session);
}

void session_show_watch(struct session *session, bool open)
{
    struct scene *scene = &session->scene;
    if (open) {
        session_show_log(session, false);
        scene->info_open = false;
    }
    if (scene->watch_open == open) return;
    scene->watch_open = open;
    if (!open) {
        session_show(session, scene->screen);
        return;
    }
    for (uint32_t i = 0; i < scene->watch.count; i++) {
        scene->watch.items[i].missing = false;
        scene->watch.items[i].again = 0;
    }
    session_watch_quotes(session);
    session_look_up_next(session);
}

static const char *key_of(const struct scene *scene, enum action action, char out[KEYS_SIZE])
{
    keymap_key(scene_context(scene), scene->replaying, action, out);
    return out;
}

static void tell_not_listed(struct scene *scene)
{
    char key[KEYS_SIZE];
    scene_notice(scene, ROLE_MUTED, "it is not on the list: %s puts it there", key_of(scene, ACTION_WATCH, key));
}

/* Opening */

/* From market to market the panels that tell of the one on the screen stay open. */
static void open_row(struct session *session, const struct watch_row *row, bool steps)
{
    char name[WATCH_NAME_SIZE];
    struct scene *scene = &session->scene;
    const struct catalogue_entry *entry = watch_row_market(scene, row);
    if (entry == NULL) return;
    bool known = row->kind == WATCH_ROW_OPENED || scene->watch.items[row->at].known;
    if (known && row->kind == WATCH_ROW_MARKET && !entry->has_book) {
        scene_notice(scene, ROLE_WARNING, "this market has no order book");
        return;
    }
    if (!steps) session_close_panels(session);
    if (known) {
        struct catalogue_entry chosen = *entry;
        session_select(session, &chosen);
        return;
    }
    watch_name(&entry->instrument, name);
    session_open_as(session, name, entry->instrument.title);
}

void session_show_watched(struct session *session, unsigned number)
{
    struct scene *scene = &session->scene;
    struct watch_row row;
    char key[KEYS_SIZE];
    if (watch_rows_number(scene, number, &row))
        open_row(session, &row, false);
    else
        scene_notice(scene, ROLE_MUTED, "no market has the number %u: %s puts the open one on the watch list", number,
                     key_of(scene, ACTION_WATCH, key));
}

void session_open_watched(struct session *session)
{
    struct watch_row row;
    if (!watch_rows_selected(&session->scene, &row)) return;
    if (row.kind == WATCH_ROW_GROUP)
        session->scene.watch.groups[row.at].folded = !session->scene.watch.groups[row.at].folded;
    else
        open_row(session, &row, false);
}

/* The place of what was asked for last, be it there or on its way; -1: it is not on the list. */
static int place_of_open(const struct session *session)
{
    const struct scene *scene = &session->scene;
    char name[WATCH_NAME_SIZE];
    if (scene->opening && session->by_name) {
        for (uint32_t i = 0; i < scene->watch.count; i++) {
            watch_name(&scene->watch.items[i].entry.instrument, name);
            if (strcmp(name, session->asked.words) == 0) return (int)i;
        }
        return -1;
    }
    if (scene->opening) return watch_list_find(&scene->watch, &session->chosen.instrument);
    return scene->has_view ? watch_list_find(&scene->watch, &scene->book.instrument) : -1;
}

/* Opening it leads somewhere, as far as is known. */
static bool can_be_opened(const struct session *session, const struct watch_item *item)
{
    return item->known ? item->entry.has_book : to_look_up(session, item);
}

bool session_step_watched(struct session *session, int direction)
{
    const struct watch_list *list = &session->scene.watch;
    int place = place_of_open(session), count = (int)list->count;
    if (place < 0 || count < 2) return false;
    int to = (place + direction + count) % count;
    while (to != place && !can_be_opened(session, &list->items[to])) to = (to + direction + count) % count;
    if (to == place) {
        scene_notice(&session->scene, ROLE_MUTED, "no other market of the watch list can be opened");
        return true;
    }
    session_show_log(session, false);
    session_show_watch(session, false);
    open_row(session, &(struct watch_row){WATCH_ROW_MARKET, (uint32_t)to, 0}, true);
    return true;
}

/* Changing it */

/* The market that is meant: the selected one of a list, else the open one; NULL: none. */
static const struct catalogue_entry *meant(struct session *session)
{
    struct scene *scene = &session->scene;
    struct watch_row row;
    if (scene->watch_open) return watch_rows_selected(scene, &row) ? watch_row_market(scene, &row) : NULL;
    if (scene->screen == SCREEN_LIST && !scene->log_open) return market_list_selected(&scene->list);
    return scene_knows_market(scene) && session->shown.instrument.symbol[0] != '\0' ? &session->shown : NULL;
}

static void put_on(struct scene *scene, const struct catalogue_entry *entry)
{
    char list[KEYS_SIZE];
    if (!watch_list_add(&scene->watch, entry, true)) {
        scene_notice(scene, ROLE_WARNING, "the watch list is full: it has %d markets", WATCH_MOST);
        return;
    }
    int place = watch_list_find(&scene->watch, &entry->instrument);
    const char *forgotten = scene_forgets(scene);
    if (place < WATCH_NUMBERS)
        scene_notice(scene, ROLE_TEXT, "on the watch list: %d shows it, %s the list%s", place + 1,
                     key_of(scene, ACTION_WATCH_LIST, list), forgotten);
    else
        scene_notice(scene, ROLE_TEXT, "on the watch list: %s shows it%s", key_of(scene, ACTION_WATCH_LIST, list),
                     forgotten);
}

static void take_off(struct scene *scene, uint32_t place)
{
    char title[TITLE_SIZE];
    market_title(&scene->watch.items[place].entry.instrument, true, title);
    watch_list_remove(&scene->watch, place);
    scene_notice(scene, ROLE_TEXT, "off the watch list: %s", title);
}

void session_watch(struct session *session)
{
    struct scene *scene = &session->scene;
    const struct catalogue_entry *entry = meant(session);
    if (entry == NULL) {
        scene_notice(scene, ROLE_MUTED, "no market is open or selected");
        return;
    }
    struct catalogue_entry market = *entry;
    int place = watch_list_find(&scene->watch, &market.instrument);
    if (place >= 0)
        take_off(scene, (uint32_t)place);
    else
        put_on(scene, &market);
    if (scene->watch_open) session_watch_quotes(session);
}

void session_unwatch(struct session *session)
{
    struct watch_row row;
    if (!watch_rows_selected(&session->scene, &row)) return;
    if (row.kind == WATCH_ROW_MARKET)
        take_off(&session->scene, row.at);
    else
        scene_notice(&session->scene, ROLE_MUTED,
                     row.kind == WATCH_ROW_GROUP ? "a group goes with its last market" : "it is not on the list");
}

void session_reorder(struct session *session, int step)
{
    struct scene *scene = &session->scene;
    struct watch_row row;
    if (!watch_rows_selected(scene, &row)) return;
    if (row.kind == WATCH_ROW_MARKET)
        watch_rows_select(scene, row.kind, watch_list_move(&scene->watch, row.at, step));
    else if (row.kind == WATCH_ROW_GROUP)
        watch_rows_select(scene, row.kind, watch_list_move_group(&scene->watch, row.at, step));
    else
        tell_not_listed(scene);
}

void session_fold(struct session *session)
{
    struct scene *scene = &session->scene;
    struct watch_row row;
    if (!watch_rows_selected(scene, &row)) return;
    uint32_t group = row.kind == WATCH_ROW_GROUP    ? row.at
                     : row.kind == WATCH_ROW_MARKET ? scene->watch.items[row.at].group
                                                    : WATCH_NO_GROUP;
    if (group == WATCH_NO_GROUP) {
        char key[KEYS_SIZE];
        scene_notice(scene, ROLE_MUTED, "it is in no group: %s puts it into one",
                     key_of(scene, ACTION_INTO_GROUP, key));
        return;
    }
    scene->watch.groups[group].folded = !scene->watch.groups[group].folded;
    watch_rows_select(scene, WATCH_ROW_GROUP, group);
}

/* A group's own name is changed, a market's group chosen: the line begins with the name there is. */
void session_ask_group(struct session *session)
{
    struct scene *scene = &session->scene;
    struct watch_row row;
    if (!watch_rows_selected(scene, &row)) return;
    if (row.kind != WATCH_ROW_MARKET && row.kind != WATCH_ROW_GROUP) {
        tell_not_listed(scene);
        return;
    }
    uint32_t group = row.kind == WATCH_ROW_GROUP ? row.at : scene->watch.items[row.at].group;
    prompt_clear(&scene->prompt);
    if (group != WATCH_NO_GROUP) prompt_insert_text(&scene->prompt, text_from(scene->watch.groups[group].name));
    scene->prompt_use = PROMPT_GROUP;
    scene->prompt_open = true;
}

void session_group(struct session *session, const char *name)
{
    struct scene *scene = &session->scene;
    struct watch_row row;
    if (!watch_rows_selected(scene, &row)) return;
    if (row.kind == WATCH_ROW_GROUP) {
        watch_list_rename(&scene->watch, row.at, text_from(name));
        return;
    }
    if (row.kind != WATCH_ROW_MARKET) return;
    struct instrument market = scene->watch.items[row.at].entry.instrument;
    if (!watch_list_group(&scene->watch, row.at, text_from(name)))
        scene_notice(scene, ROLE_WARNING, "there are %d groups already", WATCH_GROUPS);
    watch_rows_select(scene, WATCH_ROW_MARKET, (uint32_t)watch_list_find(&scene->watch, &market));
}

/* The market before */

void session_show_before(struct session *session)
{
    struct scene *scene = &session->scene;
    /* On the way to another the one that was shown last is the one before. */
    struct catalogue_entry entry = scene->opening ? session->shown : session->before;
    if (entry.instrument.symbol[0] == '\0') {
        scene_notice(scene, ROLE_MUTED, "no other market was open before");
        return;
    }
    session_close_panels(session);
    session_select(session, &entry);
}

/* Keeping */

void session_keep(const struct session *session, struct kept *kept)
{
    const struct scene *scene = &session->scene;
    const struct instrument *shown = &session->shown.instrument;
    kept->prefs = scene->prefs;
    kept->history = scene->history;
    kept->watch = scene->watch;
    kept->focus = scene->focus;
    kept->full_pane = scene->full_pane;
    if (shown->symbol[0] == '\0') return;
    watch_name(shown, kept->market);
    text_copy(text_from(shown->title), kept->market_title, sizeof kept->market_title);
}
