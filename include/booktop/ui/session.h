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
    bool opens;  /* feed_open, else feed_search */
    bool typed;  /* by the user, else of the command line */
    bool listed; /* of looked_up: a market of the watch list */
};

struct session {
    struct scene scene;
    struct feed *feed;
    struct taping *taping; /* NULL: nothing can be recorded */
    const struct clock *clock;
    const char *(*find_place)(const char *words, int64_t began, int64_t length, int64_t *m); /* as ui_options has it */
    int64_t clicked; /* the row that was clicked last, -1: none, or a key came between */
    enum zone_kind clicked_kind;
    enum action for_owner; /* REPAINT, SUSPEND, COPY or COPY_BOOK: what the terminal's owner has to do after this key */
    int64_t sought;        /* the place that a seek is on its way to, -1: none, or not ours */
    struct replay_view replay_seen; /* as the feed said it last; the scene's may be ahead by what was asked since */
    bool told_open;                 /* that the replay's recording is still being made was said */
    int64_t mark_rest;              /* the machine's mono ns before which a low window tells of no other mark */
    unsigned jump_to;               /* 1/1,000 percent, of a length that is not known yet; 0: no jump waits */
    enum session_state state;
    char why[VIEW_REASON_SIZE]; /* why it failed */
    int64_t marks_at;           /* the moment that is marked when its note was typed, mono ns of the clock */
    bool records_again;         /* a recording begins when the one that is ending is written */
    bool to_keep;               /* something that is kept may have changed */

    const struct kept *kept;    /* borrowed; NULL: nothing was */
    const char *const *markets; /* borrowed */
    size_t market_count;

    bool open_first;
    bool begun;             /* what the command line says was asked for */
    bool settled;           /* something was found: */
    bool taken;             /* or the user has begun to type; from here on nothing ends the session but the user */
    bool book_behind;       /* the list was searched for from a book: `q` leads back to that */
    enum screen home;       /* the screen that `q` leaves the program from */
    enum screen came_from;  /* the screen before something was asked for */
    struct asked asked;     /* for panel 0 */
    struct asked finding;   /* for the search that is typed */
    bool relists;           /* a replay has found out what is in its recording: the list is to be asked for anew */
    struct asked relisting; /* and was */
    const struct catalogue *found; /* lent: what the venues found for it; NULL: nothing */

    /* What panel 0 is to show; until its view has come the scene is `opening`. A name that was opened means whatever
     * its answer says, else it is what was chosen (and shown) last. */
    bool by_name;
    bool restores;                 /* what is asked for is the market of an earlier start, and not to be insisted on */
    struct market_handle named;    /* MARKET_NONE: not answered yet */
    struct catalogue_entry chosen; /* without a symbol: nothing was chosen yet */
    /* The market that was shown last, and the one before it; likewise. */
    struct catalogue_entry shown, before;

    /* The other words of the command line are looked up one after the other, then what of the watch list is not known,
     * while that is open. */
    struct asked looked_up;
    size_t words_done;              /* the first included */
    const struct catalogue *quoted; /* the markets of the watch list that quotes were asked for; NULL: none yet */
};

/* Asks for what the command line says. `options` is read, and its texts and feed are borrowed. */
void session_begin(struct session *session, const struct ui_options *options);
/* Gives back what the feed lent. A mark whose note is still being typed is put with what there is of it. */
void session_end(struct session *session);

/* Takes what the feed published; true if the picture may have changed. */
bool session_pump(struct session *session);
/* Takes how the recording goes, the one that is made or the one that is watched: also before a drawing for which the
 * feed had no news. True if the picture may have changed. */
bool session_look(struct session *session);
/* What is to be kept as it is now. */
void session_keep(const struct session *session, struct kept *kept);
/* A character that was pasted: text for an open line, nothing without one. True if the picture may have changed. */
bool session_paste(struct session *session, int character);
/* What the mouse did on the picture that was drawn last. True if the picture may have changed. */
bool session_point(struct session *session, const struct canvas *canvas, struct mouse mouse);
/* A key. What the terminal's owner has to do about it stands in `for_owner`. */
void session_press(struct session *session, int key);

#endif
