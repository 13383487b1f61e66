/* The inside of the feed, shared by its sources: feed.c (thread, commands, the public face), inputs.c (the doors to the
 * engine), wires.c (wishes into connections and requests), publisher.c (views and quotes), answers.c (questions to the
 * catalogue).
 *
 * All of it belongs to the feed thread but the ends of rings and buffers that are marked `ui`.
 */
#ifndef BOOKTOP_SRC_FEED_INSIDE_H
#define BOOKTOP_SRC_FEED_INSIDE_H

#include <pthread.h>
#include <stdatomic.h>

#include "booktop/base/ring.h"
#include "booktop/base/triple_buffer.h"
#include "booktop/engine/engine.h"
#include "booktop/feed/feed.h"
#include "booktop/net/http.h"
#include "booktop/net/websocket.h"

#define LINKS_MAX     64
#define WORDS_SIZE    512
#define QUESTIONS_MAX 16
/* Markets that stay watched because a panel showed them; the one not shown for longest goes first. */
#define WATCHED_BY_PANELS_MAX 20
#define QUOTES_INTERVAL       (250 * NANOSECONDS_PER_MILLISECOND)
/* One whole second, for rates. */
#define RATE_INTERVAL NANOSECONDS_PER_SECOND
/* A crossed book inside an open burst is not shown for so long. */
#define HOLD_MOST (50 * NANOSECONDS_PER_MILLISECOND)

enum command_kind {
    COMMAND_OPEN,
    COMMAND_SEARCH,
    COMMAND_SELECT,
    COMMAND_LIST,
    COMMAND_RELEASE,
};

/* What the ui asks. Pushed whole; `instrument` and `volume_24h` only with COMMAND_SELECT. */
struct command {
    enum command_kind kind;
    uint32_t lookup;
    unsigned panel;
    const struct catalogue *catalogue;
    char words[WORDS_SIZE];
    int64_t volume_24h;
    struct instrument instrument;
};

/* A market that is watched, and for whom. */
struct watched {
    struct market_handle market;
    bool by_panel, by_list;
    uint64_t shown;         /* when a panel last chose it, */
    uint64_t listed;        /* and when it was last in a list that was opened: by feed.shown_serial */
    int64_t volume_24h;     /* MONEY_SCALE, -1 unknown */
    uint64_t messages_then; /* at the start of the second that runs */
    uint32_t rate;
    int64_t latency;
    uint64_t changes;    /* of the book, since it is watched */
    uint64_t changed_by; /* the message of the last one */
};

struct panel {
    struct triple_buffer *views;
    struct market_handle market;
    struct stamp opened; /* when it was asked for */
    int64_t looked_up;   /* ns from then, -1: not yet */
    int64_t first_book;
    bool dirty;
    int64_t held_since; /* mono ns since when a crossed book is held back; 0: none is */
    uint64_t serial;
    _Atomic bool
        waiting; /* ui: a view could not be published since the last was not taken; wake the feed after taking */
};

struct wire {
    enum venue_id venue;
    unsigned link;
    struct websocket *socket; /* NULL: not wanted */
    enum websocket_state socket_state;
    enum link_phase phase;
    bool opened;   /* the engine was told that it opened */
    bool was_lost; /* and that it was lost since it was last live: trades were missed */
    bool seed_due;
    struct link_view view;
    int64_t reached[VIEW_STEPS]; /* mono ns when each step was first reached since it was wanted, 0: not yet */
    struct feed *feed;
};

/* A wish, kept until the engine has returned. */
struct kept_wish {
    enum wish_kind kind;
    enum venue_id venue;
    unsigned link;
    uint32_t request;
    size_t url, text; /* offsets into the feed's wish texts */
    size_t text_length;
    const char *why;
};

struct get {
    struct get *next;
    struct feed *feed;
    enum venue_id venue;
    uint32_t request;
    struct http_request *http;
    char url[];
};

/* A question as one venue was asked it. */
struct part {
    enum { PART_NOT_ASKED, PART_WAITS, PART_FOUND, PART_NONE, PART_FAILED } state;
    enum venue_id venue;
    uint32_t asked; /* the engine's number of the present try */
    unsigned tries;
    struct catalogue found; /* owned */
    char why[VIEW_REASON_SIZE];
    struct net_timer retry;
    struct question *question;
};

/* A question that the ui put, until it is answered. */
struct question {
    bool used, ready; /* ready: to be answered at the end of the turn */
    uint32_t lookup;  /* the ui's number */
    unsigned panel;
    bool opens; /* feed_open: what is found may go to the panel */
    enum lookup_kind kind;
    struct part parts[VENUE_COUNT];
    int64_t first_asked;
    struct net_timer grace, patience;
    struct feed *feed;
    char words[WORDS_SIZE];
};

struct lent {
    struct lent *next;
    struct catalogue catalogue;
};

struct feed {
    struct feed_options options;
    pthread_t thread;
    struct net_loop *loop;
    struct engine *engine;
    struct ring *commands; /* ui writes */
    struct ring *answers;  /* ui reads */
    int wake_fd;
    uint32_t next_lookup;  /* ui */
    _Atomic bool stopping; /* ui sets it */
    uint64_t messages;     /* frames received, over all links */
    int64_t engine_due;    /* the deadline that engine_timer is set for */
    struct net_timer engine_timer, rate_timer, quotes_timer;
    /* publisher.c */
    struct panel panels[FEED_PANELS];
    struct triple_buffer *quotes;
    bool quotes_dirty;
    int64_t quotes_published;
    struct venue_progress progress[VENUE_COUNT]; /* as it was published */
    const struct catalogue *list;                /* lent, open on the screen */
    struct watched *watched;
    size_t watched_count, watched_capacity;
    uint32_t *watched_at; /* by handle index: place in `watched` plus 1, 0: none */
    size_t watched_at_count;
    uint64_t shown_serial; /* counts showings and listings, for knowing which came later */
    /* wires.c */
    struct wire wires[LINKS_MAX];
    size_t wire_count;
    struct kept_wish *wishes;
    size_t wish_count, wish_capacity;
    char *wish_texts;
    size_t wish_text_length, wish_text_capacity;
    struct get *gets;
    uint64_t seed;
    /* answers.c */
    struct question questions[QUESTIONS_MAX];
    uint32_t next_asked;
    struct lent *lent;
};

struct stamp feed_now(const struct feed *feed);

/* inputs.c */
void input_frame(struct feed *feed, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame);
void input_reply(struct feed *feed, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply);
void input_link(struct feed *feed, enum venue_id venue, unsigned link, enum link_change change, const char *why);
void input_watch(struct feed *feed, struct market_handle handle, bool on);
void input_seed(struct feed *feed, struct market_handle handle);
void input_lookup(struct feed *feed, enum venue_id venue, uint32_t lookup, enum lookup_kind kind, struct text words);
/* What goes out, for the tap alone. */
void output_frame(struct feed *feed, enum venue_id venue, unsigned link, struct text frame);
void output_request(struct feed *feed, enum venue_id venue, uint32_t request, const char *url);

/* wires.c */
void wires_keep_wish(struct feed *feed, const struct wish *wish);
/* At the end of a turn: executes what was wished in it. */
void wires_turn(struct feed *feed);
void wires_phase(struct feed *feed, const struct link_report *report);
/* What the connections know of themselves and tell only when asked. */
void wires_refresh(struct feed *feed);
void wires_close(struct feed *feed);
const struct wire *wires_find(const struct feed *feed, enum venue_id venue, unsigned link);

/* publisher.c */
extern const struct engine_sink publisher_sink;
bool publisher_open(struct feed *feed);
void publisher_close(struct feed *feed);
void publisher_turn(struct feed *feed);
/* A panel shows this market from now on. MARKET_NONE when out of memory. */
struct market_handle publisher_show(struct feed *feed, unsigned number, const struct instrument *instrument,
                                    int64_t volume_24h);
void publisher_list(struct feed *feed, const struct catalogue *catalogue);
void publisher_link_changed(struct feed *feed, enum venue_id venue, unsigned link);
void publisher_wake_ui(struct feed *feed);
void publisher_seed(struct feed *feed, enum venue_id venue, unsigned link);

/* answers.c */
void answers_ask(struct feed *feed, const struct command *command);
void answers_lookup(struct feed *feed, const struct lookup_report *report);
void answers_turn(struct feed *feed);
void answers_release(struct feed *feed, const struct catalogue *catalogue);
void answers_close(struct feed *feed);

#endif
