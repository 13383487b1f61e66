/* A session: the scene, the feed, and what the keys make of them. It asks the feed, takes its answers and views, and
 * decides which screen is shown; it knows neither terminal nor waiting. Main thread.
 */
#ifndef BOOKTOP_UI_SESSION_H
#define BOOKTOP_UI_SESSION_H

#include "booktop/ui/scene.h"
#include "booktop/ui/ui.h"

enum session_state { SESSION_RUNS, SESSION_LEFT, SESSION_FAILED };

/* A question to the feed that is not answered yet. */
struct asked {
    bool waiting;
    uint32_t lookup;
    char words[WORDS_SIZE];
    bool opens; /* feed_open, else feed_search */
};

struct session {
    struct scene scene;
    struct feed *feed;
    const struct clock *clock;
    enum session_state state;
    char why[VIEW_REASON_SIZE]; /* why it failed */

    const char *const *markets; /* borrowed */
    size_t market_count;
    bool open_first;

    bool settled;          /* something was found; from here on nothing ends the session but the user */
    enum screen home;      /* the screen that `q` leaves the program from */
    enum screen came_from; /* the screen before something was asked for */
    struct asked asked;    /* for panel 0 */

    /* A market was asked for, and its view has not come: either its symbol is known, or the answer has come. */
    char awaited[SYMBOL_SIZE]; /* "": whichever comes after `answered` */
    bool answered;
    int64_t answered_at;
    struct market_handle before; /* what the panel showed then */

    /* The other words of the command line go to the watch list one after the other, over a panel nobody sees. */
    struct asked staging;
    size_t staged; /* words done, the first included */
    bool stage_answered;
    struct market_handle stage_before;
};

/* Asks for what the command line says. `options` is read, and its texts and feed are borrowed. */
void session_begin(struct session *session, const struct ui_options *options);
/* Gives back what the feed lent. */
void session_end(struct session *session);

/* Takes what the feed published; true if the picture may have changed. */
bool session_pump(struct session *session);
/* A key. Returns ACTION_REPAINT or ACTION_SUSPEND where the terminal's owner has to act, else ACTION_NONE. */
enum action session_press(struct session *session, int key);
/* Does what is due by now. */
void session_tick(struct session *session);
/* The mono ns of the next thing due, the picture's own changes included. */
int64_t session_due(const struct session *session);

#endif
