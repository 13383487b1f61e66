#include "booktop/ui/session.h"

#include "same_market.h"
#include "session_inside.h"

/* Screens */

void session_show(struct session *session, enum screen screen)
{
    if (session->scene.screen != screen) session->scene.info_open = false;
    session->scene.screen = screen;
    if (screen == SCREEN_LIST) session->scene.proof_open = false;
    session_list(session);
}

/* Of which there are quotes; NULL: no list is open. */
static const struct catalogue *quoted(const struct session *session)
{
    const struct scene *scene = &session->scene;
    if (scene->watch_open) return session->quoted;
    /* What is found in a recording has no figures but these. */
    bool finds = scene->replaying && scene->prompt_open && scene->prompt_use == PROMPT_SEARCH;
    return finds || scene->screen == SCREEN_LIST ? scene->list.catalogue : NULL;
}

void session_list(struct session *session)
{
    const struct catalogue *catalogue = quoted(session);
    feed_list(session->feed, catalogue);
    if (catalogue == NULL) market_list_forget_quotes(&session->scene.list);
}

void session_close_panels(struct session *session)
{
    struct scene *scene = &session->scene;
    session_show_log(session, false);
    session_show_watch(session, false);
    scene->info_open = scene->proof_open = false;
    scene->info_top = scene->proof_top = 0;
}

void session_show_log(struct session *session, bool open)
{
    struct scene *scene = &session->scene;
    if (scene->log_open == open) return;
    scene->log_open = open;
    scene->log_top = 0;
    scene->has_connections = false;
    feed_watch_connections(session->feed, open);
}

/* Beginning and end */

/* What was kept of earlier starts. */
static void take_kept(struct session *session, const struct kept *kept)
{
    struct scene *scene = &session->scene;
    session->kept = kept;
    scene->prefs = kept->prefs;
    scene->history = kept->history;
    scene->watch = kept->watch;
    scene->focus = kept->focus;
    scene->full_pane = kept->full_pane;
    session->restores = session->market_count == 0 && kept->market[0] != '\0';
}

void session_begin(struct session *session, const struct ui_options *options)
{
    struct stamp started = clock_now(options->clock);
    scene_init(&session->scene, started);
    session->scene.demo = options->demo;
    session->scene.forgets = options->kept != NULL && options->keeper.keep == NULL;
    session->feed = options->feed;
    session->clock = options->clock;
    session->taping = options->taping;
    session->sought = -1;
    session->clicked = -1;
    session->find_place = options->find_place;
    session->scene.clock_speed = options->clock->speed;
    session->scene.can_record = options->taping != NULL;
    session_look(session);
    session->markets = options->markets;
    session->market_count = options->market_count;
    session->open_first = options->open_first;
    session->words_done = 1;
    if (options->kept != NULL) take_kept(session, options->kept);
    if (options->notice != NULL) scene_notice(&session->scene, ROLE_WARNING, "%s", options->notice);
    session_ask_of_start(session);
}

void session_end(struct session *session)
{
    const struct catalogue *catalogue = session->scene.list.catalogue;
    session_mark_unfinished(session);
    feed_list(session->feed, NULL);
    session_show_log(session, false);
    session_find_over(session);
    scene_free(&session->scene);
    if (catalogue != NULL) feed_release(session->feed, catalogue);
}

/* Views */

static bool expected_came(const struct session *session)
{
    const struct book_view *book = &session->scene.book;
    if (!session->scene.has_view || book->market.generation == 0) return false;
    if (session->by_name) return market_handle_equal(book->market, session->named);
    return same_market(&book->instrument, &session->chosen.instrument);
}

/* The entry a catalogue would have for what is shown, as far as a view tells. */
static struct catalogue_entry entry_of(const struct book_view *view)
{
    return (struct catalogue_entry){
        .instrument = view->instrument,
        .best_bid = PRICE_NONE,
        .best_ask = PRICE_NONE,
        .last_trade = PRICE_NONE,
        .volume_24h = view->volume_24h,
        .liquidity = -1,
        .status = view->status,
        .has_book = true,
    };
}

/* The same market anew is no other one before. */
static void note_shown(struct session *session, const struct catalogue_entry *entry)
{
    bool other =
        session->shown.instrument.symbol[0] != '\0' && !same_market(&session->shown.instrument, &entry->instrument);
    if (other) session->before = session->shown;
    session->shown = *entry;
    session->to_keep = true;
    watch_list_describe(&session->scene.watch, entry);
}

static void finish_opening(struct session *session)
{
    if (!session->scene.opening || !expected_came(session)) return;
    session->scene.opening = false;
    session->by_name = false;
    session->chosen = entry_of(&session->scene.book);
    note_shown(session, &session->chosen);
    session_number_market(&session->scene, &session->chosen);
    session_look_up_next(session);
}

bool session_pump(struct session *session)
{
    bool changed = session_look(session);
    struct answer_view answer;
    while (session->state == SESSION_RUNS && feed_answer(session->feed, &answer)) {
        session_take_answer(session, &answer);
        changed = true;
    }
    const struct book_view *view = feed_view(session->feed, BOOK_PANEL);
    if (view != NULL) {
        scene_take(&session->scene, view);
        changed = true;
    }
    finish_opening(session);
    session_ask_for_list_again(session);
    const struct connections_view *connections = session->scene.log_open ? feed_connections(session->feed) : NULL;
    if (connections != NULL) {
        scene_take_connections(&session->scene, connections);
        changed = true;
    }
    /* Those that were on their way while the list was closed are old when it is opened again. */
    const struct quote_table *quotes = feed_quotes(session->feed);
    if (quotes != NULL && quoted(session) != NULL) {
        market_list_quotes(&session->scene.list, quotes);
        changed = changed || session->scene.screen == SCREEN_LIST || session->scene.watch_open;
    }
    return changed;
}
