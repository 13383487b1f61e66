/* The search's part of a session: its line, and the venues behind it. One question at a time is under way; what it
 * finds is lent until other words are answered, or the line is left. */
#include <stdio.h>
#include <string.h>

#include "same_market.h"
#include "session_keys.h"

static void know_markets(struct scene *scene)
{
    for (uint32_t i = 0; i < scene->watch.count; i++) search_know(&scene->search, &scene->watch.items[i].entry, true);
    for (unsigned i = 0; i < scene->watched_count; i++) search_know(&scene->search, &scene->watched[i], false);
}

void session_find(struct session *session)
{
    struct scene *scene = &session->scene;
    session_find_over(session);
    session->taken = true;
    prompt_clear(&scene->prompt);
    scene->prompt_use = PROMPT_SEARCH;
    scene->prompt_open = true;
    search_begin(&scene->search, &scene->list);
    know_markets(scene);
    search_rank(&scene->search, TEXT(""));
    if (scene->replaying) session_list(session);
}

static bool is_open(const struct scene *scene)
{
    return scene->prompt_open && scene->prompt_use == PROMPT_SEARCH;
}

void session_find_over(struct session *session)
{
    search_over(&session->scene.search);
    session->finding.waiting = false;
    if (session->found != NULL) feed_release(session->feed, session->found);
    session->found = NULL;
    if (!is_open(&session->scene)) return;
    session->scene.prompt_open = false;
    if (session->scene.replaying && session->scene.screen != SCREEN_LIST) session_list(session);
}

/* Looked up by a name that is typed, nothing is asked. */
static bool worth_asking(struct text typed)
{
    return typed.length >= SEARCH_LEAST && !search_is_address(typed);
}

void session_find_follow(struct session *session)
{
    struct scene *scene = &session->scene;
    struct text typed = text_trim(text_from(scene->prompt.text));
    if (scene->prompt_open && scene->prompt_use == PROMPT_FILTER && !text_is(typed, scene->list.filter))
        market_list_filter(&scene->list, scene->prompt.text);
    if (!is_open(scene) || text_is(typed, scene->search.typed)) return;
    search_rank(&scene->search, typed);
    bool known = text_is(typed, scene->search.found_for);
    scene->search.ask_at = worth_asking(typed) && !known ? scene->machine + SEARCH_PAUSE : TIME_NEVER;
}

/* While a question is under way, the next one waits for its answer; but not for long. */
bool session_find_look(struct session *session)
{
    struct scene *scene = &session->scene;
    struct search *search = &scene->search;
    if (!is_open(scene) || search->ask_at == TIME_NEVER || scene->machine < search->ask_at) return false;
    if (search->asking && scene->machine < search->asked_at + SEARCH_PATIENCE) {
        search->ask_at = search->asked_at + SEARCH_PATIENCE;
        return false;
    }
    search->ask_at = TIME_NEVER;
    search->asked_at = scene->machine;
    search->asking = true;
    text_copy(text_from(search->typed), search->asked, sizeof search->asked);
    session->finding = (struct asked){.waiting = true, .typed = true};
    session->finding.lookup = feed_search(session->feed, search->asked);
    return true;
}

/* Words that were typed meanwhile are asked for now, if the pause behind them is over. */
static void ask_on(struct search *search, int64_t machine)
{
    if (search->ask_at == TIME_NEVER) return;
    int64_t soonest = machine + SEARCH_PAUSE;
    if (search->ask_at > soonest) search->ask_at = soonest;
}

bool session_find_answer(struct session *session, const struct answer_view *answer)
{
    struct search *search = &session->scene.search;
    if (!session->finding.waiting || answer->lookup != session->finding.lookup) return false;
    session->finding.waiting = search->asking = false;
    text_copy(text_from(answer->result == ANSWER_NONE ? "" : answer->why), search->trouble, sizeof search->trouble);
    const struct catalogue *before = session->found;
    session->found = answer->catalogue;
    search_join(search, session->found);
    if (before != NULL) feed_release(session->feed, before);
    ask_on(search, session->scene.machine);
    bool accepted = search->accepted && search_is_answered(search);
    if (accepted) search->accepted = false;
    if (accepted && session->found != NULL) session_find_accept(session);
    return true;
}

void session_find_relist(struct session *session)
{
    if (is_open(&session->scene)) search_relist(&session->scene.search, &session->scene.list);
}

static void open_result(struct session *session, const struct search_result *result)
{
    struct catalogue_entry entry = *result->entry;
    struct scene *scene = &session->scene;
    int watched = result->source == SEARCH_OPENED ? watch_list_find(&scene->watch, &entry.instrument) : -1;
    bool whole = watched < 0 || scene->watch.items[watched].known;
    if (whole && !entry.has_book) {
        scene_notice(scene, ROLE_WARNING, "this market has no order book");
        return;
    }
    /* What is selected out of a list is known in full as long as the list is lent. */
    const struct catalogue *found = session->found;
    session->found = NULL;
    session_find_over(session);
    session_close_panels(session);
    if (whole) session_select(session, &entry);
    if (found != NULL) feed_release(session->feed, found);
    if (whole) return;
    char name[WATCH_NAME_SIZE];
    watch_name(&entry.instrument, name);
    session_open_as(session, name, entry.instrument.title);
}

/* What the venues have found already needs no further question. */
static void open_offer(struct session *session)
{
    struct search *search = &session->scene.search;
    char words[PROMPT_SIZE];
    bool opens = search->offer == SEARCH_OFFERS_NAME, answered = search_is_answered(search);
    const struct catalogue *found = !search->empty && answered ? session->found : NULL;
    text_copy(text_from(search->typed), words, sizeof words);
    if (found != NULL && !opens) session->found = NULL;
    session_find_over(session);
    session_close_panels(session);
    if (opens)
        session_open(session, words);
    else if (found != NULL)
        session_show_found(session, found, words);
    else
        session_search(session, words);
}

/* What was asked for already is not asked for again. */
static void await_answer(struct session *session)
{
    struct search *search = &session->scene.search;
    search->accepted = true;
    if (search->asking && strcmp(search->asked, search->typed) == 0) return;
    search->ask_at = session->scene.machine;
    session_find_look(session);
}

/* Words that nobody has found stay in the line. */
void session_find_accept(struct session *session)
{
    const struct search *search = &session->scene.search;
    const struct search_result *result = search_row(search, search->selected);
    bool asks = !search->empty && search->offer == SEARCH_OFFERS_LIST;
    bool nothing = search_is_answered(search) && search->trouble[0] == '\0';
    if (result != NULL)
        open_result(session, result);
    else if (!asks || (search_is_answered(search) && session->found != NULL))
        open_offer(session);
    else if (!nothing)
        await_answer(session);
}

void session_filter(struct session *session)
{
    struct scene *scene = &session->scene;
    if (scene->list.catalogue == NULL) return;
    prompt_clear(&scene->prompt);
    prompt_insert_text(&scene->prompt, text_from(scene->list.filter));
    scene->prompt_use = PROMPT_FILTER;
    scene->prompt_open = true;
}
