/* What the keys do to a session. */
#include "session_keys.h"

#include <string.h>

#include "same_market.h"

/* Back from the screen we are on, or out. */
static void leave_screen(struct session *session)
{
    bool to_book = session->scene.screen == SCREEN_LIST && session->book_behind;
    session->book_behind = false;
    if (to_book)
        session_show(session, SCREEN_BOOK);
    else if (!session->settled || session->scene.screen == session->home)
        session->state = SESSION_LEFT;
    else
        session_show(session, session->home);
}

static void quit(struct session *session)
{
    struct scene *scene = &session->scene;
    if (scene->themes.open)
        themes_cancel(&scene->themes);
    else if (scene->help_open)
        scene->help_open = false;
    else if (scene->log_open)
        session_show_log(session, false);
    else if (scene_shows_info(scene))
        scene->info_open = false;
    else if (scene->watch_open)
        session_show_watch(session, false);
    else if (scene_shows_proof(scene))
        scene->proof_open = false;
    else
        leave_screen(session);
}

static void quit_all(struct session *session)
{
    session->state = SESSION_LEFT;
}

static void help(struct session *session)
{
    session->scene.help_open = true;
    session->scene.help_top = 0;
    session->scene.help_words[0] = '\0';
}

static void show_themes(struct session *session)
{
    themes_open(&session->scene.themes);
}

/* From here on it is one of the user's choices, which are kept. */
static void take_theme(struct session *session)
{
    struct scene *scene = &session->scene;
    if (!themes_take(&scene->themes)) {
        char key[KEYS_SIZE];
        keymap_key(scene_context(scene), scene->replaying, ACTION_BACK, key);
        scene_notice(scene, ROLE_WARNING, "this theme cannot be shown: %s goes back", key);
        return;
    }
    text_copy(text_from(scene->themes.name), scene->prefs.theme, sizeof scene->prefs.theme);
    if (scene->forgets) scene_notice(scene, ROLE_TEXT, "theme taken%s", scene_forgets(scene));
}

/* What lies over it goes. */
static void show_proof(struct session *session)
{
    struct scene *scene = &session->scene;
    scene_act(scene, ACTION_PROOF);
    if (!scene_shows_proof(scene)) return;
    session_show_log(session, false);
    session_show_watch(session, false);
    scene->info_open = false;
}

static void show_info(struct session *session)
{
    struct scene *scene = &session->scene;
    scene_act(scene, ACTION_INFO);
    if (scene_shows_info(scene)) session_show_log(session, false);
}

static void show_log(struct session *session)
{
    session_show_log(session, true);
}

/* Also without a connection that is known to be lost: a venue that did not answer is asked anew, too. */
static void retry(struct session *session)
{
    bool broken = scene_offers_retry(&session->scene);
    feed_retry(session->feed);
    scene_notice(&session->scene, ROLE_MUTED, broken ? "trying again what failed" : "asking again");
}

static void find_key(struct session *session)
{
    prompt_clear(&session->scene.prompt);
    session->scene.prompt_use = PROMPT_FIND_KEY;
    session->scene.prompt_open = true;
}

static void repaint(struct session *session)
{
    session->for_owner = ACTION_REPAINT;
}

static void copy_row(struct session *session)
{
    session->for_owner = ACTION_COPY;
}

static void copy_book(struct session *session)
{
    session->for_owner = ACTION_COPY_BOOK;
}

static void suspend(struct session *session)
{
    session->for_owner = ACTION_SUSPEND;
}

/* A mark is kept, without its note: it is the moment that could not be had again. */
static void cancel(struct session *session)
{
    bool marks = session->scene.prompt_open && session->scene.prompt_use == PROMPT_MARK;
    if (session->scene.prompt_open && session->scene.prompt_use == PROMPT_FIND_KEY) session->scene.help_words[0] = '\0';
    if (session->scene.prompt_open && session->scene.prompt_use == PROMPT_FILTER)
        market_list_filter(&session->scene.list, "");
    session_find_over(session);
    session->scene.prompt_open = false;
    session->scene.jump[0] = '\0';
    if (marks) session_mark(session, "");
}

static void ask_cost(struct session *session)
{
    struct scene *scene = &session->scene;
    prompt_clear(&scene->prompt);
    scene->prompt_use = PROMPT_COST;
    scene->prompt_open = true;
    scene->command_error[0] = '\0';
}

/* What was refused stays, to be mended. */
static void take_cost(struct scene *scene, struct text typed)
{
    scene->prompt_open = !scene_ask_cost(scene, typed, scene->command_error, sizeof scene->command_error);
}

static void accept(struct session *session)
{
    char words[PROMPT_SIZE];
    struct scene *scene = &session->scene;
    if (scene->prompt_use == PROMPT_COMMAND) {
        session_run_command(session);
        return;
    }
    if (scene->prompt_use == PROMPT_SEARCH) {
        session_find_accept(session);
        return;
    }
    struct text typed = text_trim(text_from(scene->prompt.text));
    text_copy(typed, words, sizeof words);
    scene->prompt_open = false;
    if (scene->prompt_use == PROMPT_FIND_KEY) return;
    if (scene->prompt_use == PROMPT_GROUP) {
        session_group(session, words);
        return;
    }
    if (scene->prompt_use == PROMPT_MARK) {
        session_mark(session, words);
        return;
    }
    if (scene->prompt_use == PROMPT_COST) {
        take_cost(scene, typed);
        return;
    }
}

void session_open_selected(struct session *session)
{
    if (session->scene.watch_open) {
        session_open_watched(session);
        return;
    }
    const struct catalogue_entry *entry = market_list_selected(&session->scene.list);
    if (entry == NULL) market_list_act(&session->scene.list, ACTION_UNFOLD);
    if (entry == NULL) return;
    if (entry->has_book)
        session_select(session, entry);
    else
        scene_notice(&session->scene, ROLE_WARNING, "this market has no order book");
}

/* The place of the open market in the watch list, or -1. */
static int watched_place(const struct scene *scene)
{
    for (unsigned i = 0; i < scene->watched_count; i++) {
        bool open = scene->has_view && same_market(&scene->watched[i].instrument, &scene->book.instrument);
        if (open) return (int)i;
    }
    return -1;
}

static void tell_search(struct scene *scene)
{
    char key[KEYS_SIZE];
    keymap_key(scene_context(scene), scene->replaying, ACTION_SEARCH, key);
    scene_notice(scene, ROLE_MUTED, "no other market is open: %s searches", key);
}

/* The panels that tell of the market on the screen stay open. */
static void step_to(struct session *session, const struct catalogue_entry *entry)
{
    session_show_log(session, false);
    session_show_watch(session, false);
    session_select(session, entry);
}

/* Through the list the market was chosen from; without one, around the watch list. */
static void step(struct session *session, int direction)
{
    struct scene *scene = &session->scene;
    if (scene->list.catalogue != NULL && scene->list.open_entry != SIZE_MAX) {
        const struct catalogue_entry *entry = market_list_step(&scene->list, direction);
        if (entry != NULL)
            step_to(session, entry);
        else
            scene_notice(scene, ROLE_MUTED,
                         direction > 0 ? "the last market of the list" : "the first market of the list");
        return;
    }
    if (session_step_watched(session, direction)) return;
    int place = watched_place(scene), count = (int)scene->watched_count;
    if (place >= 0 && count > 1)
        step_to(session, &scene->watched[(place + direction + count) % count]);
    else
        tell_search(scene);
}

static void next_market(struct session *session)
{
    step(session, 1);
}

static void previous_market(struct session *session)
{
    step(session, -1);
}

static void show_watched(struct session *session, int key)
{
    if (key >= '1' && key <= '9')
        session_show_watched(session, (unsigned)(key - '0'));
    else
        session_show_watch(session, true);
}

static void show_watch_list(struct session *session)
{
    session_show_watch(session, true);
}

static void move_down(struct session *session)
{
    session_reorder(session, 1);
}

static void move_up(struct session *session)
{
    session_reorder(session, -1);
}

/* The order is one of the choices that are kept. */
static void sort_by(struct session *session, enum action action)
{
    struct scene *scene = &session->scene;
    if (!market_list_act(&scene->list, action)) return;
    scene->prefs.sort = scene->list.order;
    scene->prefs.reversed = scene->list.reversed;
}

static void sort_next(struct session *session)
{
    sort_by(session, ACTION_SORT);
}

static void sort_back(struct session *session)
{
    sort_by(session, ACTION_REVERSE);
}

static void (*const keys[ACTION_COUNT])(struct session *session) = {
    [ACTION_QUIT] = quit,
    [ACTION_BACK] = quit,
    [ACTION_QUIT_ALL] = quit_all,
    [ACTION_HELP] = help,
    [ACTION_THEME] = show_themes,
    [ACTION_TAKE_THEME] = take_theme,
    [ACTION_SEARCH] = session_find,
    [ACTION_FILTER] = session_filter,
    [ACTION_COMMAND] = session_ask_command,
    [ACTION_FIND_KEY] = find_key,
    [ACTION_REPAINT] = repaint,
    [ACTION_SUSPEND] = suspend,
    [ACTION_COST] = ask_cost,
    [ACTION_COPY] = copy_row,
    [ACTION_COPY_BOOK] = copy_book,
    [ACTION_RECORD] = session_record,
    [ACTION_MARK] = session_ask_note,
    [ACTION_LOG] = show_log,
    [ACTION_PROOF] = show_proof,
    [ACTION_INFO] = show_info,
    [ACTION_RETRY] = retry,
    [ACTION_ACCEPT] = accept,
    [ACTION_CANCEL] = cancel,
    [ACTION_OPEN] = session_open_selected,
    [ACTION_SORT] = sort_next,
    [ACTION_REVERSE] = sort_back,
    [ACTION_WATCH] = session_watch,
    [ACTION_WATCH_LIST] = show_watch_list,
    [ACTION_UNWATCH] = session_unwatch,
    [ACTION_MOVE_DOWN] = move_down,
    [ACTION_MOVE_UP] = move_up,
    [ACTION_INTO_GROUP] = session_ask_group,
    [ACTION_FOLD_GROUP] = session_fold,
    [ACTION_MARKET_BEFORE] = session_show_before,
    [ACTION_NEXT_MARKET] = next_market,
    [ACTION_PREVIOUS_MARKET] = previous_market,
};

/* The user may have bound a key in a wider context than its action has a meaning in: elsewhere it is no key. */
static enum action action_here(const struct scene *scene, int key)
{
    enum context context = scene_context(scene);
    enum action action = keymap_action(context, scene->replaying, key);
    return keymap_reaches(context, scene->replaying, action) ? action : ACTION_NONE;
}

/* What a key means. Digits of a jump that was not made are dropped by whatever else is pressed. */
static enum action action_of(struct scene *scene, int key)
{
    enum action action = action_here(scene, key);
    if (action != ACTION_NONE || scene_context(scene) != CONTEXT_JUMP) return action;
    scene->jump[0] = '\0';
    return action_here(scene, key);
}

/* What no longer fits is not taken. */
static void type(struct scene *scene, int key)
{
    struct prompt *prompt = &scene->prompt;
    bool taken = prompt_insert(prompt, key);
    scene->command_error[0] = '\0';
    size_t most = prompt_most(scene->prompt_use);
    if (taken && most > 0 && prompt->length > most) prompt_act(prompt, ACTION_ERASE);
}

/* What is drawn goes with what is typed. */
static void follow_typing(struct scene *scene)
{
    if (scene->prompt_use != PROMPT_FIND_KEY) return;
    text_copy(text_trim(text_from(scene->prompt.text)), scene->help_words, sizeof scene->help_words);
    scene->help_top = 0;
}

void session_do(struct session *session, enum action action, int key)
{
    session->to_keep = true;
    if (action == ACTION_WATCHED)
        show_watched(session, key);
    else if (action == ACTION_JUMP_DIGIT)
        session_jump_digit(session, key);
    else if (keys[action] != NULL)
        keys[action](session);
    else if (!session_command_act(session, action) && !session_replay_act(session, action))
        scene_act(&session->scene, action);
}

void session_press(struct session *session, int key)
{
    struct scene *scene = &session->scene;
    enum action action = action_of(scene, key);
    scene_read(scene);
    session->clicked = -1;
    session->for_owner = ACTION_NONE;
    session->to_keep = true;
    if (action != ACTION_NONE)
        session_do(session, action, key);
    else if (scene->prompt_open)
        type(scene, key);
    else if (scene->replaying)
        session_refuse_in_replay(session, keymap_action(CONTEXT_LIVE, false, key));
    if (scene->prompt_open) follow_typing(scene);
    session_find_follow(session);
    scene->list.touched = scene->machine;
}

bool session_paste(struct session *session, int character)
{
    struct scene *scene = &session->scene;
    if (!scene->prompt_open) return false;
    bool blank = character == PRESS_ENTER || character == PRESS_TAB;
    type(scene, blank ? ' ' : character);
    follow_typing(scene);
    session_find_follow(session);
    return true;
}
