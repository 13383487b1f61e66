#include "booktop/ui/session.h"

#include <stdio.h>
#include <string.h>

#include "same_market.h"
#include "session_keys.h"

#define BOOK_PANEL 0
/* Columns of what was searched for, where it is said that nothing was found: the reason is to be read. */
#define FAILED_WORDS 32

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
    return scene->screen == SCREEN_LIST ? scene->list.catalogue : NULL;
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

static void settle(struct session *session, enum screen home)
{
    if (!session->settled) session->home = home;
    session->settled = true;
}

/* Asking */

static void expect_market(struct session *session, const char *words)
{
    struct scene *scene = &session->scene;
    scene->opening = true;
    scene->opening_since = clock_now(session->clock);
    text_copy(text_from(words), scene->opening_words, sizeof scene->opening_words);
}

static void ask(struct session *session, const char *words, bool opens)
{
    struct asked *asked = &session->asked;
    *asked = (struct asked){.waiting = true, .opens = opens, .typed = session->begun};
    text_copy(text_from(words), asked->words, sizeof asked->words);
    session->scene.list_trouble[0] = '\0';
    asked->lookup = opens ? feed_open(session->feed, BOOK_PANEL, words) : feed_search(session->feed, words);
}

void session_open_as(struct session *session, const char *words, const char *title)
{
    session->came_from = session->scene.screen;
    session->by_name = true;
    session->named = MARKET_NONE;
    expect_market(session, title[0] != '\0' ? title : words);
    session_show(session, SCREEN_BOOK);
    ask(session, words, true);
}

void session_open(struct session *session, const char *words)
{
    session_open_as(session, words, "");
}

void session_search(struct session *session, const char *words)
{
    session->came_from = session->scene.screen;
    ask(session, words, false);
    if (session->begun)
        scene_notice(&session->scene, ROLE_MUTED, "searching for %s",
                     words[0]                   ? words
                     : session->scene.replaying ? "the recording's markets"
                                                : "what is traded most");
}

void session_select(struct session *session, const struct catalogue_entry *entry)
{
    struct scene *scene = &session->scene;
    bool shown = scene->has_view && !scene->opening && scene->book.market.generation != 0 &&
                 same_market(&scene->book.instrument, &entry->instrument);
    market_list_opened(&scene->list, entry);
    session_show(session, SCREEN_BOOK);
    session->asked.waiting = false;
    session->by_name = false;
    session->chosen = *entry;
    if (shown) return;
    const char *title = entry->instrument.title;
    expect_market(session, title[0] != '\0' ? title : entry->instrument.symbol);
    feed_select(session->feed, BOOK_PANEL, &session->chosen);
}

static void ask_of_start(struct session *session)
{
    session->begun = false;
    if (session->market_count > 0)
        session_open(session, session->markets[0]);
    else if (session->restores)
        session_open_as(session, session->kept->market, session->kept->market_title);
    else
        session_search(session, "");
    session->begun = true;
}

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
    ask_of_start(session);
}

void session_end(struct session *session)
{
    const struct catalogue *catalogue = session->scene.list.catalogue;
    feed_list(session->feed, NULL);
    session_show_log(session, false);
    session_find_over(session);
    scene_free(&session->scene);
    if (catalogue != NULL) feed_release(session->feed, catalogue);
}

/* The watch list */

static void watch_market(struct scene *scene, const struct catalogue_entry *entry)
{
    for (unsigned i = 0; i < scene->watched_count; i++) {
        if (same_market(&scene->watched[i].instrument, &entry->instrument)) return;
    }
    if (scene->watched_count < WATCHED_MARKETS) scene->watched[scene->watched_count++] = *entry;
}

void session_look_up_next(struct session *session)
{
    char name[WATCH_NAME_SIZE];
    struct asked *asked = &session->looked_up;
    if (asked->waiting) return;
    bool of_start = session->words_done < session->market_count;
    if (!of_start && !session_watch_next(session, name)) return;
    const char *words = of_start ? session->markets[session->words_done++] : name;
    *asked = (struct asked){.waiting = true, .opens = true, .listed = !of_start};
    text_copy(text_from(words), asked->words, sizeof asked->words);
    asked->lookup = feed_open(session->feed, FEED_NO_PANEL, words);
}

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
        watch_market(&session->scene, &found->entries[0]);
    else
        scene_notice(&session->scene, ROLE_WARNING, "%s: %s", session->looked_up.words, why);
    if (found != NULL) feed_release(session->feed, found);
    session_look_up_next(session);
}

/* Answers */

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

/* What was listed when a replay began may be less than there is. Nothing is asked over another question: the feed
 * answers the newest alone. */
static void ask_for_list_again(struct session *session)
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
    ask_of_start(session);
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
        ask_of_start(session);
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

static void take_answer(struct session *session, const struct answer_view *answer)
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

/* Recordings */

/* Beginnings and ends are told, whoever asked for them. */
static void tell_taping(struct scene *scene, enum taping_state before)
{
    const struct recorder_status *recorder = &scene->taping.recorder;
    char words[NOTICE_SIZE], bytes[FIGURE_SIZE];
    if (scene->taping.state == before) return;
    scene->failure_read = false;
    if (scene->taping.state == TAPING_ON) scene_notice_file(scene, ROLE_TEXT, "recording to", recorder->path);
    if (scene->taping.state == TAPING_FAILED && before == TAPING_ON) scene->notice[0] = '\0'; /* it is no more */
    if (scene->taping.state != TAPING_OFF) return;
    figure_bytes(recorder->stored, bytes);
    snprintf(words, sizeof words, "recorded %s to", bytes);
    scene_notice_file(scene, ROLE_TEXT, words, recorder->path);
}

static bool look_at_taping(struct session *session)
{
    struct scene *scene = &session->scene;
    enum taping_state before = scene->taping.state;
    uint64_t dropped = scene->taping.recorder.dropped, stored = scene->taping.recorder.stored;
    if (session->taping == NULL) return false;
    taping_status(session->taping, &scene->taping);
    if (scene->taping.state == before && before == TAPING_OFF) return false;
    tell_taping(scene, before);
    session_record_again(session);
    return scene->taping.state != before || scene->taping.recorder.dropped != dropped ||
           scene->taping.recorder.stored != stored;
}

/* Landmarks are only added. */
static bool same_replay(const struct replay_view *a, const struct replay_view *b)
{
    bool place = a->position == b->position && a->length == b->length && a->began == b->began;
    bool way = a->speed == b->speed && a->paused == b->paused && a->ended == b->ended && a->seeking == b->seeking;
    bool found = a->surveyed == b->surveyed && a->landmark_count == b->landmark_count && a->faults == b->faults;
    bool known = a->books_known == b->books_known;
    known = known && a->unchanged == b->unchanged;
    bool books = known && a->measured == b->measured && a->blind == b->blind && a->next_book == b->next_book;
    return place && way && found && books && a->messages == b->messages && strcmp(a->trouble, b->trouble) == 0;
}

static bool look_at_replay(struct session *session)
{
    const struct replay_view *replay = feed_replay(session->feed);
    session->scene.replaying = replay != NULL;
    if (replay == NULL || same_replay(&session->replay_seen, replay)) return false;
    if (replay->ended && replay->open && !session->replay_seen.ended)
        scene_notice(&session->scene, ROLE_TEXT, "still being recorded: reopen to see more");
    if (replay->unchanged != session->replay_seen.unchanged)
        scene_notice(&session->scene, ROLE_MUTED, "no further change of this book");
    session->relists |= replay->books_known && !session->replay_seen.books_known;
    session->replay_seen = *replay;
    scene_take_replay(&session->scene, replay);
    if (!replay->seeking) session->sought = -1;
    if (session->sought >= 0) session->scene.replay.position = session->sought;
    session_replay_measured(session);
    return true;
}

bool session_look(struct session *session)
{
    bool taping = look_at_taping(session), replay = look_at_replay(session), asks = session_find_look(session);
    if (session->scene.watch_open) session_look_up_next(session);
    return taping || replay || asks;
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
    watch_market(&session->scene, &session->chosen);
    session_look_up_next(session);
}

bool session_pump(struct session *session)
{
    bool changed = session_look(session);
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
    ask_for_list_again(session);
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
