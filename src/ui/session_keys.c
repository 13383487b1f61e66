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
    if (scene->help_open)
        scene->help_open = false;
    else if (scene->log_open)
        session_show_log(session, false);
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

static void search(struct session *session)
{
    prompt_clear(&session->scene.prompt);
    session->taken = true;
    session->scene.prompt_use = PROMPT_SEARCH;
    session->scene.prompt_open = true;
}

static void cancel(struct session *session)
{
    session->scene.prompt_open = false;
    session->scene.jump[0] = '\0';
}

/* One word with a mark in it that words people search for do not have: an address, a slug, venue:symbol, 0x…. */
static bool names_market(struct text words)
{
    if (words.length == 0 || memchr(words.at, ' ', words.length) != NULL) return false;
    for (size_t i = 0; i < words.length; i++) {
        if (strchr(":/-_", words.at[i]) != NULL) return true;
    }
    return text_starts_with(words, TEXT("0x"));
}

static void accept(struct session *session)
{
    char words[PROMPT_SIZE];
    struct scene *scene = &session->scene;
    struct text typed = text_trim(text_from(scene->prompt.text));
    text_copy(typed, words, sizeof words);
    scene->prompt_open = false;
    if (scene->prompt_use == PROMPT_MARK) {
        session_mark(session, words);
        return;
    }
    session_show_log(session, false);
    if (names_market(typed))
        session_open(session, words);
    else
        session_search(session, words);
}

static void open_selected(struct session *session)
{
    const struct catalogue_entry *entry = market_list_selected(&session->scene.list);
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

/* Through the list the market was chosen from; without one, around the watch list. */
static void step(struct session *session, int direction)
{
    struct scene *scene = &session->scene;
    if (scene->list.catalogue != NULL && scene->list.open_entry != SIZE_MAX) {
        const struct catalogue_entry *entry = market_list_step(&scene->list, direction);
        if (entry != NULL)
            session_select(session, entry);
        else
            scene_notice(scene, ROLE_MUTED,
                         direction > 0 ? "the last market of the list" : "the first market of the list");
        return;
    }
    int place = watched_place(scene), count = (int)scene->watched_count;
    if (place >= 0 && count > 1)
        session_select(session, &scene->watched[(place + direction + count) % count]);
    else
        scene_notice(scene, ROLE_MUTED, "no other market is open: / searches");
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
    struct scene *scene = &session->scene;
    unsigned place = (unsigned)(key - '1');
    if (place < scene->watched_count) {
        session_show_log(session, false);
        session_select(session, &scene->watched[place]);
        return;
    }
    scene_notice(scene, ROLE_MUTED, "%u markets were opened so far", scene->watched_count);
}

static void (*const keys[ACTION_COUNT])(struct session *session) = {
    [ACTION_QUIT] = quit,
    [ACTION_BACK] = quit,
    [ACTION_QUIT_ALL] = quit_all,
    [ACTION_HELP] = help,
    [ACTION_SEARCH] = search,
    [ACTION_RECORD] = session_record,
    [ACTION_MARK] = session_ask_note,
    [ACTION_LOG] = show_log,
    [ACTION_RETRY] = retry,
    [ACTION_ACCEPT] = accept,
    [ACTION_CANCEL] = cancel,
    [ACTION_OPEN] = open_selected,
    [ACTION_NEXT_MARKET] = next_market,
    [ACTION_PREVIOUS_MARKET] = previous_market,
};

/* What a key means. Digits of a jump that was not made are dropped by whatever else is pressed. */
static enum action action_of(struct scene *scene, int key)
{
    enum action action = keymap_action(scene_context(scene), scene->replaying, key);
    if (action != ACTION_NONE || scene_context(scene) != CONTEXT_JUMP) return action;
    scene->jump[0] = '\0';
    return keymap_action(scene_context(scene), scene->replaying, key);
}

/* What no longer fits is not taken. */
static void type(struct scene *scene, int key)
{
    struct prompt *prompt = &scene->prompt;
    bool taken = prompt_insert(prompt, key);
    if (taken && scene->prompt_use == PROMPT_MARK && prompt->length > NOTE_MOST) prompt_act(prompt, ACTION_ERASE);
}

enum action session_press(struct session *session, int key)
{
    struct scene *scene = &session->scene;
    enum action action = action_of(scene, key);
    scene_read(scene);
    if (action == ACTION_NONE && scene->prompt_open) {
        type(scene, key);
    } else if (action == ACTION_NONE && scene->replaying) {
        session_refuse_in_replay(session, key);
    } else if (action == ACTION_REPAINT || action == ACTION_SUSPEND) {
        return action;
    } else if (action == ACTION_WATCHED) {
        show_watched(session, key);
    } else if (action == ACTION_JUMP_DIGIT) {
        session_jump_digit(session, key);
    } else if (keys[action] != NULL) {
        keys[action](session);
    } else if (!session_replay_act(session, action)) {
        scene_act(scene, action);
    }
    return ACTION_NONE;
}
