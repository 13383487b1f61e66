/* What is asked of the feed: markets by their names, lists by words. */
#include "same_market.h"
#include "session_inside.h"

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

void session_ask_of_start(struct session *session)
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

/* What is only to be looked up */

void session_number_market(struct scene *scene, const struct catalogue_entry *entry)
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
