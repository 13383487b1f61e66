#include "booktop/ui/session.h"

#include <stdio.h>
#include <string.h>

#include "session_keys.h"

#define BOOK_PANEL    0
#define STAGING_PANEL 1

/* How long the view of a market that was shown already may take: the feed publishes it at once. */
#define VIEW_PATIENCE (NANOSECONDS_PER_SECOND / 5)

static int64_t now(const struct session *session)
{
    return clock_now(session->clock).mono;
}

static struct market_handle shown_market(const struct session *session)
{
    return session->scene.has_view ? session->scene.book.market : MARKET_NONE;
}

/* Screens */

void session_show(struct session *session, enum screen screen)
{
    session->scene.screen = screen;
    feed_list(session->feed, screen == SCREEN_LIST ? session->scene.list.catalogue : NULL);
}

static void settle(struct session *session, enum screen home)
{
    if (!session->settled) session->home = home;
    session->settled = true;
}

/* Asking */

static void expect_market(struct session *session, const char *words, const char *symbol)
{
    struct scene *scene = &session->scene;
    session->before = shown_market(session);
    session->answered = false;
    text_copy(text_from(symbol), session->awaited, sizeof session->awaited);
    scene->opening = true;
    scene->opening_since = clock_now(session->clock);
    text_copy(text_from(words), scene->opening_words, sizeof scene->opening_words);
}

static void ask(struct session *session, const char *words, bool opens)
{
    struct asked *asked = &session->asked;
    *asked = (struct asked){.waiting = true, .opens = opens};
    text_copy(text_from(words), asked->words, sizeof asked->words);
    asked->lookup = opens ? feed_open(session->feed, BOOK_PANEL, words) : feed_search(session->feed, words);
}

void session_open(struct session *session, const char *words)
{
    session->came_from = session->scene.screen;
    expect_market(session, words, "");
    session_show(session, SCREEN_BOOK);
    ask(session, words, true);
}

void session_search(struct session *session, const char *words)
{
    session->came_from = session->scene.screen;
    ask(session, words, false);
    if (session->settled)
        scene_notice(&session->scene, ROLE_MUTED, "searching for %s", words[0] ? words : "what is traded most");
}

void session_select(struct session *session, const struct catalogue_entry *entry)
{
    struct scene *scene = &session->scene;
    const struct instrument *shown = &scene->book.instrument;
    bool same = scene->has_view && !scene->opening && scene->book.market.generation != 0 &&
                shown->venue == entry->instrument.venue && strcmp(shown->symbol, entry->instrument.symbol) == 0;
    market_list_opened(&scene->list, entry);
    session_show(session, SCREEN_BOOK);
    session->asked.waiting = false;
    if (same) return;
    const char *title = entry->instrument.title;
    expect_market(session, title[0] != '\0' ? title : entry->instrument.symbol, entry->instrument.symbol);
    feed_select(session->feed, BOOK_PANEL, entry);
}

void session_begin(struct session *session, const struct ui_options *options)
{
    struct stamp started = clock_now(options->clock);
    scene_init(&session->scene, started);
    session->scene.demo = options->demo;
    session->feed = options->feed;
    session->clock = options->clock;
    session->markets = options->markets;
    session->market_count = options->market_count;
    session->open_first = options->open_first;
    session->staged = 1;
    if (options->market_count > 0)
        session_open(session, options->markets[0]);
    else
        session_search(session, "");
}

void session_end(struct session *session)
{
    const struct catalogue *catalogue = session->scene.list.catalogue;
    feed_list(session->feed, NULL);
    scene_free(&session->scene);
    if (catalogue != NULL) feed_release(session->feed, catalogue);
}

/* The watch list */

static void watch_market(struct scene *scene, const struct instrument *instrument)
{
    if (scene->watched_count == WATCHED_MARKETS) return;
    for (unsigned i = 0; i < scene->watched_count; i++) {
        const struct instrument *known = &scene->watched[i].instrument;
        if (known->venue == instrument->venue && strcmp(known->symbol, instrument->symbol) == 0) return;
    }
    struct catalogue_entry *entry = &scene->watched[scene->watched_count++];
    *entry = (struct catalogue_entry){.instrument = *instrument, .volume_24h = -1, .liquidity = -1, .has_book = true};
    entry->best_bid = entry->best_ask = entry->last_trade = PRICE_NONE;
}

static void stage_next(struct session *session)
{
    if (session->staging.waiting || session->stage_answered || session->staged >= session->market_count) return;
    const char *words = session->markets[session->staged++];
    session->staging = (struct asked){.waiting = true, .opens = true};
    text_copy(text_from(words), session->staging.words, sizeof session->staging.words);
    session->staging.lookup = feed_open(session->feed, STAGING_PANEL, words);
}

static void take_staged(struct session *session)
{
    const struct book_view *view = feed_view(session->feed, STAGING_PANEL);
    if (view == NULL || !session->stage_answered || view->market.generation == 0) return;
    if (market_handle_equal(view->market, session->stage_before)) return;
    watch_market(&session->scene, &view->instrument);
    session->stage_before = view->market;
    session->stage_answered = false;
    stage_next(session);
}

static void answer_staged(struct session *session, const struct answer_view *answer)
{
    session->staging.waiting = false;
    session->stage_answered = answer->result == ANSWER_OPENED;
    if (answer->catalogue != NULL) feed_release(session->feed, answer->catalogue);
    if (session->stage_answered) return;
    const char *why = answer->result == ANSWER_LIST ? "names several markets; search for it to choose" : answer->why;
    scene_notice(&session->scene, ROLE_WARNING, "%s: %s", session->staging.words, why);
    stage_next(session);
}

/* Answers */

static void show_list(struct session *session, const struct catalogue *catalogue)
{
    struct scene *scene = &session->scene;
    const struct catalogue *before = scene->list.catalogue;
    scene->opening = false;
    if (!market_list_set(&scene->list, catalogue)) {
        scene_notice(scene, ROLE_BAD, "out of memory");
        feed_release(session->feed, catalogue);
        catalogue = NULL;
    }
    text_copy(text_from(session->asked.words), scene->list_words, sizeof scene->list_words);
    session_show(session, SCREEN_LIST);
    if (before != NULL) feed_release(session->feed, before);
    if (catalogue == NULL) return;
    bool start = !session->settled;
    settle(session, SCREEN_LIST);
    if (start && session->open_first && catalogue->count > 0) session_select(session, &catalogue->entries[0]);
}

static void fail(struct session *session, const char *why)
{
    session->state = SESSION_FAILED;
    text_copy(text_from(why), session->why, sizeof session->why);
}

/* Nothing was found: while something else is on the screen that stays there, with a word about it. At the start there
 * is nothing else: the feed has tried what can be tried. */
static void show_failure(struct session *session, const struct answer_view *answer)
{
    struct scene *scene = &session->scene;
    const char *words = session->asked.words;
    if (!session->settled) {
        fail(session, answer->why);
        return;
    }
    scene_notice(scene, ROLE_WARNING, "%s%s%s", words, words[0] != '\0' ? ": " : "", answer->why);
    scene->opening = false;
    session_show(session, session->came_from);
}

static void answer_book(struct session *session, const struct answer_view *answer)
{
    session->asked.waiting = false;
    session->scene.notice[0] = '\0';
    if (answer->result == ANSWER_OPENED) {
        settle(session, SCREEN_BOOK);
        session->answered = true;
        session->answered_at = now(session);
    } else if (answer->result == ANSWER_LIST) {
        show_list(session, answer->catalogue);
    } else {
        show_failure(session, answer);
    }
}

static void take_answer(struct session *session, const struct answer_view *answer)
{
    if (session->asked.waiting && answer->lookup == session->asked.lookup)
        answer_book(session, answer);
    else if (session->staging.waiting && answer->lookup == session->staging.lookup)
        answer_staged(session, answer);
    else if (answer->catalogue != NULL)
        feed_release(session->feed, answer->catalogue);
}

/* Views */

/* Whether the market that was asked for is the one on the panel now. A market that was there before cannot be told from
 * its successor's late view until a moment has passed. */
static bool expected_came(const struct session *session)
{
    const struct book_view *book = &session->scene.book;
    if (!session->scene.has_view || book->market.generation == 0) return false;
    if (session->awaited[0] != '\0') return strcmp(book->instrument.symbol, session->awaited) == 0;
    if (!session->answered) return false;
    return !market_handle_equal(book->market, session->before) || now(session) - session->answered_at > VIEW_PATIENCE;
}

static void finish_opening(struct session *session)
{
    if (!session->scene.opening || !expected_came(session)) return;
    session->scene.opening = false;
    watch_market(&session->scene, &session->scene.book.instrument);
    stage_next(session);
}

bool session_pump(struct session *session)
{
    bool changed = false;
    struct answer_view answer;
    while (session->state == SESSION_RUNS && feed_answer(session->feed, &answer)) {
        take_answer(session, &answer);
        changed = true;
    }
    const struct book_view *view = feed_view(session->feed, BOOK_PANEL);
    if (view != NULL) {
        scene_take(&session->scene, view);
        changed = true;
    }
    finish_opening(session);
    take_staged(session);
    const struct quote_table *quotes = feed_quotes(session->feed);
    if (quotes != NULL) {
        market_list_quotes(&session->scene.list, quotes);
        changed = changed || session->scene.screen == SCREEN_LIST;
    }
    return changed;
}

/* Time */

void session_tick(struct session *session)
{
    finish_opening(session);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int64_t session_due(const struct session *session)
{
    int64_t due = session->scene.due;
    if (session->scene.opening && session->answered) due = sooner(due, session->answered_at + VIEW_PATIENCE + 1);
    return due;
}
