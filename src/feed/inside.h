/* The inside of the feed, shared by its sources: feed.c (thread, commands, the public face), inputs.c (the doors to the
 * engine), wishes.c (what the engine wishes of the network), wires.c (the states of connections), notes.c (those in
 * words), gets.c (requests),
 * awake.c (after a sleep), publisher.c (views and quotes), connections.c (the log panel and the page of measurements),
 * answers.c (questions to the catalogue).
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
#include "booktop/net/server.h"
#include "booktop/net/websocket.h"

#define LINKS_MAX     64
#define WIRE_URL_SIZE 256
#define WORDS_SIZE    512
#define QUESTIONS_MAX 16
/* Markets that stay watched because a panel showed them; the one not shown for longest goes first. */
#define WATCHED_BY_PANELS_MAX 20
#define QUOTES_INTERVAL       (250 * NANOSECONDS_PER_MILLISECOND)
#define CONNECTIONS_INTERVAL  (250 * NANOSECONDS_PER_MILLISECOND)
/* One whole second, for rates, doubts and sleeps. */
#define RATE_INTERVAL NANOSECONDS_PER_SECOND
/* A crossed book inside an open burst is not shown for so long. */
#define HOLD_MOST (50 * NANOSECONDS_PER_MILLISECOND)

enum command_kind {
    COMMAND_OPEN,
    COMMAND_SEARCH,
    COMMAND_SELECT,
    COMMAND_LIST,
    COMMAND_RELEASE,
    COMMAND_RETRY,
    COMMAND_CONNECTIONS,
};

/* What the ui asks. Pushed whole; `instrument` and `volume_24h` only with COMMAND_SELECT. */
struct command {
    enum command_kind kind;
    uint32_t lookup;
    unsigned panel;
    const struct catalogue *catalogue;
    bool open; /* with COMMAND_CONNECTIONS */
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

/* What went wrong last, so that the same again makes no second entry. */
struct complaint {
    int64_t written; /* mono ns of its entry, 0: none yet */
    bool mended;     /* it went well since */
    char words[JOURNAL_TEXT_SIZE];
};

/* A connection. Its state is view.state, which wires.c's `enter` alone changes. */
struct wire {
    enum venue_id venue;
    unsigned link;
    char url[WIRE_URL_SIZE];           /* "": not wanted */
    struct websocket *socket;          /* NULL: not wanted, or its address was refused */
    enum websocket_state socket_state; /* what the connection says, */
    enum link_phase phase;             /* what the venue makes of it while it is open, */
    const char *phase_why;             /* and why; static */
    bool doubted;                      /* open, but our ping has been unanswered for LINK_DOUBT */
    bool opened;                       /* the engine was told that it opened */
    bool was_lost;                     /* and that it was lost since it was last live: trades were missed */
    bool seed_due;
    bool hurried;         /* it was ended because we slept: the next attempt is made at once */
    bool attempting;      /* between an attempt's begin and its end */
    bool has_failed;      /* since it is wanted: an attempt or a connection has ended */
    unsigned opens;       /* since it is wanted */
    bool heard_message;   /* since it is open */
    bool synced;          /* every book was there since it is open */
    int64_t attempted_at; /* mono ns of the present attempt's begin, or the last one's; 0: none yet */
    int64_t asked_until;  /* mono ns: the venue asked us to wait till then; 0: it did not */
    int64_t opened_at;    /* of the opening, */
    int64_t behind_since; /* and since when books are missing */
    struct link_view view;
    struct link_metrics metrics;
    struct {
        uint64_t sent, sent_bytes, pongs, pings, refused_sends;
    } counted; /* the socket's counts as they were added to the metrics */
    struct complaint complaint;
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
    const char *why, *what;
};

struct get {
    struct get *next;
    struct feed *feed;
    enum venue_id venue;
    uint32_t request;
    struct command_metrics *metrics;
    int64_t asked; /* mono ns */
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
    struct journal journal;
    struct metrics metrics; /* engine_messages: frames received, over all links */
    struct wire *receiving; /* whose message the engine is working on; NULL: none */
    int64_t engine_due;     /* the deadline that engine_timer is set for */
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
    /* connections.c */
    struct triple_buffer *connections;
    bool connections_open; /* on the screen */
    struct net_timer connections_timer;
    struct server *page_server; /* the loop's; NULL: there is no page */
    struct json_writer page;
    /* awake.c */
    int64_t looked; /* mono ns of the last look, 0: none yet */
    int64_t asleep; /* clock_asleep then */
    uint64_t log_lost;
    /* wires.c */
    struct wire wires[LINKS_MAX];
    size_t wire_count;
    int64_t retried;    /* mono ns at which the user last had the venues asked anew, 0: never */
    int64_t retry_most; /* ns, of the loop's limits */
    /* wishes.c */
    struct kept_wish *wishes;
    size_t wish_count, wish_capacity;
    char *wish_texts;
    size_t wish_text_length, wish_text_capacity;
    uint64_t seed;
    /* gets.c */
    struct get *gets;
    struct complaint complaints[METRICS_COMMANDS]; /* of each row of metrics.commands */
    /* answers.c */
    struct question questions[QUESTIONS_MAX];
    uint32_t next_asked;
    bool answered; /* a venue has answered a question, if only that there is nothing of that name */
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
void input_retry(struct feed *feed, enum venue_id venue);
/* What goes out, for the tap alone. */
void output_frame(struct feed *feed, enum venue_id venue, unsigned link, struct text frame);
void output_request(struct feed *feed, enum venue_id venue, uint32_t request, const char *url);

/* wishes.c */
bool wishes_open(struct feed *feed);
void wishes_keep(struct feed *feed, const struct wish *wish);
/* At the end of a turn: executes what was wished in it. */
void wishes_turn(struct feed *feed);
void wishes_close(struct feed *feed);

/* gets.c */
void gets_start(struct feed *feed, const struct kept_wish *wish, const char *url);
void gets_close(struct feed *feed);

/* wires.c */
struct wire *wires_find(struct feed *feed, enum venue_id venue, unsigned link);
/* NULL: there are too many. */
struct wire *wires_add(struct feed *feed, enum venue_id venue, unsigned link);
/* A connection's step; websocket_handlers.state. */
void wires_state(void *context, const struct websocket_status *status);
void wires_message(void *context, struct stamp stamp, struct text message);
void wires_phase(struct feed *feed, const struct link_report *report);
/* A message of the connection that the engine is working on was refused. */
void wires_refused(struct feed *feed, const char *why);
/* It is wanted from now on: the steps of its start are counted anew. */
void wires_begin(struct wire *wire);
/* And made. `url` is copied. */
void wires_open(struct wire *wire, const char *url);
/* Looks at its state again: something that it is made of has changed. */
void wires_update(struct wire *wire);
/* The connection ends here and now, and is made again. `hurried`: without a delay. */
void wires_end(struct wire *wire, const char *why, bool hurried);
/* The connection is not wanted any more, or cannot be had. */
void wires_quit(struct wire *wire, enum websocket_state state, const char *why);
/* What a connection knows of itself and tells only when asked. */
void wires_status(struct wire *wire, const struct websocket_status *status);
void wires_refresh(struct feed *feed);
/* Every turn: the end of a doubt is not waited for. */
void wires_turn(struct feed *feed);
/* All that are down or given up are tried again at once, and the venues asked anew. `pressed`: by the user, who may
 * lean on the key: what was tried just now, or was asked to wait, is left alone. */
void wires_retry(struct feed *feed, bool pressed);
void wires_close(struct feed *feed);

/* notes.c */
/* An entry of a connection. */
#define NOTE(wire, kind, ...)                                                                                          \
    journal_write(&(wire)->feed->journal, feed_now((wire)->feed), kind, (wire)->venue, (wire)->link, __VA_ARGS__)
/* The entry, or entries, that the change from `left` deserves. */
void notes_state(const struct wire *wire, enum link_state left, bool was_doubted);

/* In a long outage most attempts are only counted. */
bool notes_are_due(const struct wire *wire);
/* The steps of attempts behind so many failures are counted only, and of their ends every tenth has an entry. */
#define ATTEMPTS_IN_FULL 3

/* complaint.c */
/* True if these words deserve an entry: they are new, or it went well meanwhile and the last one was long ago. */
bool complaint_is_new(struct complaint *complaint, int64_t now, const char *words);

/* awake.c */
/* Were we asleep? Once a second, and in turns. The first look only remembers. */
void awake_look(struct feed *feed);
/* It is long enough ago for another one in a turn. */
bool awake_is_due(const struct feed *feed);

/* connections.c */
bool connections_open(struct feed *feed, char *error, size_t error_size);
void connections_watch(struct feed *feed, bool open);
void connections_close(struct feed *feed);

/* duration.c */
/* "40 ms", "0.8 s", "12 s", "5 min", "2 h 5 min"; what is below 0 counts as 0. */
void duration_text(int64_t nanoseconds, char *out, size_t size);
#define DURATION_SIZE 32

/* publisher.c */
extern const struct engine_sink publisher_sink;
bool publisher_open(struct feed *feed);
void publisher_close(struct feed *feed);
void publisher_turn(struct feed *feed);
/* A panel shows this market from now on. MARKET_NONE when out of memory. */
struct market_handle publisher_show(struct feed *feed, unsigned number, const struct instrument *instrument,
                                    int64_t volume_24h);
void publisher_list(struct feed *feed, const struct catalogue *catalogue);
/* A connection opened or ended, or a doubt of it did: what the list says of its books may not hold any more. */
void publisher_trust_changed(struct feed *feed);
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
