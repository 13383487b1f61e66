/* What the feed answers, and what becomes of the screen by it. */
#include <stdio.h>
#include <string.h>

#include "session_inside.h"

/* Columns of what was searched for, where it is said that nothing was found: the reason is to be read. */
#define FAILED_WORDS 32

/* What was only looked up */

static void answer_listed(struct session *session, const struct answer_view *answer)
{
    const struct catalogue *found = answer->catalogue;
    for (uint32_t i = 0; found != NULL && i < found->count; i++)
        watch_list_describe(&session->scene.watch, &found->entries[i]);
    session_watch_answered(session, session->looked_up.words, answer->result);
    if (found != NULL) feed_release(session->feed, found);
    session_look_up_next(session);
    /* Each time that takes a catalogue which stays to the end: not for every market of a long list. */
    bool rests = !session->looked_up.waiting || answer->result == ANSWER_FAILED;
    if (rests && session->scene.watch_open) session_watch_quotes(session);
}

static void answer_looked_up(struct session *session, const struct answer_view *answer)
{
    const struct catalogue *found = answer->catalogue;
    const char *why = answer->result == ANSWER_LIST ? "names several markets; search for it to choose" : answer->why;
    session->looked_up.waiting = false;
    if (session->looked_up.listed) {
        answer_listed(session, answer);
        return;
    }
    if (found != NULL && found->count == 1)
        session_number_market(&session->scene, &found->entries[0]);
    else
        scene_notice(&session->scene, ROLE_WARNING, "%s: %s", session->looked_up.words, why);
    if (found != NULL) feed_release(session->feed, found);
    session_look_up_next(session);
}

/* Lists */

static void settle(struct session *session, enum screen home)
{
    if (!session->settled) session->home = home;
    session->settled = true;
}

/* What is traded most is sorted by that, unless something else was chosen. */
void session_sort_list(struct scene *scene)
{
    enum list_order order = (enum list_order)scene->prefs.sort;
    bool by_itself = order == ORDER_FOUND && !scene->prefs.reversed && !scene->replaying;
    bool most_traded = by_itself && scene->list_words[0] == '\0';
    market_list_sort(&scene->list, most_traded ? ORDER_VOLUME : order, scene->prefs.reversed);
}

static void show_list(struct session *session, const struct catalogue *catalogue, const char *words)
{
    struct scene *scene = &session->scene;
    const struct catalogue *before = scene->list.catalogue;
    scene->opening = false;
    if (!market_list_set(&scene->list, catalogue)) {
        scene_notice(scene, ROLE_BAD, "out of memory");
        feed_release(session->feed, catalogue);
        catalogue = NULL;
    }
    text_copy(text_from(words), scene->list_words, sizeof scene->list_words);
    session_sort_list(scene);
    session_find_relist(session);
    session_show(session, SCREEN_LIST);
    for (size_t i = 0; catalogue != NULL && i < catalogue->count; i++)
        watch_list_describe(&scene->watch, &catalogue->entries[i]);
    if (before != NULL) feed_release(session->feed, before);
    if (catalogue == NULL) return;
    bool start = !session->settled;
    settle(session, SCREEN_LIST);
    /* `q` leads back to the book that was on the screen when this was searched. */
    session->book_behind = !start && session->came_from == SCREEN_BOOK && scene->has_view;
    if (start && session->open_first && !session->asked.typed && catalogue->count > 0)
        session_select(session, &catalogue->entries[scene->list.sorted[0]]);
}

void session_show_found(struct session *session, const struct catalogue *found, const char *words)
{
    session->came_from = session->scene.screen;
    session->asked = (struct asked){.typed = true};
    show_list(session, found, words);
}

void session_ask_for_list_again(struct session *session)
{
    const struct scene *scene = &session->scene;
    if (!session->relists || session->asked.waiting || session->finding.waiting) return;
    session->relists = false;
    if (scene->list.catalogue == NULL) return;
    session->relisting = (struct asked){.waiting = true};
    session->relisting.lookup = feed_search(session->feed, scene->list_words);
}

/* In the place of the one it was asked for; screen, selection and filter stay. */
static void answer_relisted(struct session *session, const struct answer_view *answer)
{
    struct scene *scene = &session->scene;
    const struct catalogue *before = scene->list.catalogue, *found = answer->catalogue;
    const struct catalogue_entry *chosen = before != NULL ? market_list_selected(&scene->list) : NULL;
    struct catalogue_entry selected = chosen != NULL ? *chosen : session->chosen;
    char filter[sizeof scene->list.filter];
    memcpy(filter, scene->list.filter, sizeof filter);
    session->relisting.waiting = false;
    if (found == NULL) return;
    if (before == NULL || !market_list_set(&scene->list, found)) {
        feed_release(session->feed, found);
        return;
    }
    market_list_sort(&scene->list, (enum list_order)scene->prefs.sort, scene->prefs.reversed);
    market_list_filter(&scene->list, filter);
    market_list_select(&scene->list, &selected);
    market_list_opened(&scene->list, &session->chosen);
    session_find_relist(session);
    session_list(session);
    feed_release(session->feed, before);
}

/* Names */

static void fail(struct session *session, const char *why)
{
    session->state = SESSION_FAILED;
    text_copy(text_from(why), session->why, sizeof session->why);
}

/* "words: why"; of long words their begin. */
static void tell_failure(struct scene *scene, const char *words, const char *why)
{
    struct text shown = text_clip(text_from(words), FAILED_WORDS, NULL);
    const char *cut = shown.length < strlen(words) ? "..." : "";
    scene_notice(scene, ROLE_WARNING, "%.*s%s%s%s", (int)shown.length, shown.at, cut, words[0] != '\0' ? ": " : "",
                 why);
}

/* The market of an earlier start is not there any more: what is traded most is asked for in its place. */
static void give_up_restoring(struct session *session, const char *why)
{
    char words[WORDS_SIZE];
    text_copy(text_from(session->scene.opening_words), words, sizeof words);
    session->restores = false;
    session->scene.opening = false;
    session_show(session, SCREEN_LIST);
    session_ask_of_start(session);
    tell_failure(&session->scene, words, why);
}

/* Nothing was found: while something else is on the screen that stays there, with a word about it. At the start there
 * is nothing else: the feed has tried what can be tried. Where the user has searched before anything was there, what
 * the start was to show is asked for again; and where that fails the list says why it is empty. */
static void show_failure(struct session *session, const struct answer_view *answer)
{
    struct scene *scene = &session->scene;
    if (!session->settled && session->restores && session->asked.opens && !session->asked.typed) {
        give_up_restoring(session, answer->why);
        return;
    }
    if (!session->settled && !session->taken) {
        fail(session, answer->why);
        return;
    }
    tell_failure(scene, session->asked.words, answer->why);
    scene->opening = false;
    session_show(session, session->came_from);
    if (session->settled) return;
    if (session->asked.typed)
        session_ask_of_start(session);
    else
        text_copy(text_from(scene->notice), scene->list_trouble, sizeof scene->list_trouble);
}

static void answer_book(struct session *session, const struct answer_view *answer)
{
    session->asked.waiting = false;
    if (session->asked.typed) session->scene.notice[0] = '\0';
    if (answer->result == ANSWER_OPENED) {
        settle(session, SCREEN_BOOK);
        session->named = answer->market;
    } else if (answer->result == ANSWER_LIST) {
        show_list(session, answer->catalogue, session->asked.words);
        if (answer->why[0] != '\0') scene_notice(&session->scene, ROLE_WARNING, "%s", answer->why);
    } else {
        session_watch_answered(session, session->asked.words, answer->result);
        show_failure(session, answer);
    }
}

/* A name that nobody waits for any more was found after all, and the panel shows its market: what was chosen since
 * comes back. While another name is asked for, that one's answer decides. */
static void answer_too_late(struct session *session, const struct answer_view *answer)
{
    if (answer->catalogue != NULL) feed_release(session->feed, answer->catalogue);
    if (answer->result != ANSWER_OPENED || session->asked.waiting) return;
    if (session->by_name && session->scene.opening)
        session->named = answer->market;
    else if (session->chosen.instrument.symbol[0] != '\0')
        feed_select(session->feed, BOOK_PANEL, &session->chosen);
}

void session_take_answer(struct session *session, const struct answer_view *answer)
{
    if (session_find_answer(session, answer)) return;
    if (session->asked.waiting && answer->lookup == session->asked.lookup)
        answer_book(session, answer);
    else if (session->relisting.waiting && answer->lookup == session->relisting.lookup)
        answer_relisted(session, answer);
    else if (session->looked_up.waiting && answer->lookup == session->looked_up.lookup)
        answer_looked_up(session, answer);
    else
        answer_too_late(session, answer);
}
