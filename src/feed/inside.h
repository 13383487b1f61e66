/* The inside of the feed, shared by its sources: feed.c (thread, commands, the public face), inputs.c (the doors to the
 * engine), rounds.c (the recorder that is lent, and keyframes), wishes.c (what the engine wishes of the network),
 * wires.c (the states of connections), notes.c (those in words), gets.c (requests), awake.c (after a sleep),
 * publisher.c and its like (views), quotes.c (those of a list), connections.c (the log panel and the page of
 * measurements), answers.c (questions to the catalogue), inquiries.c and told.c (what venues are asked of markets that
 * are shown, and what they told), replay.c and its like (a recording in place of the network).
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
#include "booktop/record/recorder.h"

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
    COMMAND_MARK,
    COMMAND_REPLAY_PAUSE,
    COMMAND_REPLAY_SPEED,
    COMMAND_REPLAY_STEP,
    COMMAND_REPLAY_SEEK,
};

/* What the ui asks. Pushed whole; `instrument` and `volume_24h` only with COMMAND_SELECT. */
struct command {
    enum command_kind kind;
    uint32_t lookup;
    unsigned panel;
    const struct catalogue *catalogue;
    bool open;      /* with COMMAND_CONNECTIONS and _REPLAY_PAUSE */
    int64_t amount; /* with COMMAND_MARK and the other COMMAND_REPLAY_… */
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
    uint64_t changes;        /* of the book, since it is watched */
    uint64_t changed_by;     /* the message of the last one */
    struct details *details; /* owned; NULL: none were told, or no panel has shown it */
    uint64_t described;      /* when they were told, by feed.described */
};

struct panel {
    struct triple_buffer *views;
    struct market_handle market;
    struct stamp opened; /* when it was asked for */
    int64_t looked_up;   /* ns from then, -1: not yet */
    int64_t first_book;
    bool dirty;
    int64_t held_since;             /* mono ns since when a crossed book is held back; 0: none is */
    char trouble[VIEW_REASON_SIZE]; /* as the view has it */
    uint64_t serial;
    struct {
        struct feed *feed;
        struct net_timer timer; /* runs until the market has been here for a moment */
        uint32_t asked;         /* the engine's number of what is not answered yet; 0: nothing is */
        bool wanted;            /* the present market is to be asked for */
    } inquiry;                  /* inquiries.c's */
    /* publisher_looks.c */
    _Atomic bool waiting;  /* there is a change that is not published yet */
    _Atomic uint64_t look; /* in which the last view was written, */
    uint64_t writing_for;  /* and in which the one is that is being written */
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
    bool quiet;           /* of a replay: its state is of before, nothing has happened now */
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

/* What is recorded, and the round of keyframes that is under way. */
struct rounds {
    _Atomic(struct recorder *) lent; /* ui sets it, */
    _Atomic uint64_t asked;          /* and raises this behind it; */
    _Atomic uint64_t served;         /* what the feed thread has done of that, */
    _Atomic bool over;               /* or that it has ended */
    struct recorder *recorder;       /* NULL: nothing is recorded */
    uint64_t serving;                /* as `asked` was when this turn began, */
    bool leaving;                    /* and whether nothing was lent then */
    bool last;                       /* the recorder's last round was begun */
    bool under_way;                  /* a round was begun that is not done */
    uint64_t number;                 /* of the last round in this recorder */
    size_t position;                 /* of its next market, in the registry */
    struct net_timer timer;          /* set while it is under way */
    struct json_writer text;         /* a market's, or the links' */
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
    /* publisher.c, quotes.c */
    struct panel panels[FEED_PANELS];
    _Atomic uint64_t look; /* ui: the number of its look, 0: it rests */
    uint64_t looks;        /* ui: how many there were */
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
    uint64_t described;    /* counts the details that watched markets got */
    uint64_t breaks;       /* of a replay: counts what was lost, given back or jumped over; by replay.c, */
    uint64_t breaks_then;  /* and as it was at the start of the second that runs */
    /* connections.c */
    struct triple_buffer *connections;
    bool connections_open; /* on the screen */
    struct net_timer connections_timer;
    struct server *page_server; /* the loop's; NULL: there is no page */
    struct json_writer page;
    /* awake.c */
    int64_t looked; /* mono ns of the last look, 0: none yet */
    int64_t asleep; /* clock_asleep then */
    int64_t ahead;  /* of the wall clock before mono and sleeps, then */
    uint64_t log_lost;
    struct rounds rounds;
    struct replay *replay; /* replay_inside.h; NULL: live */
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
    struct lent *made; /* ui; by feed_catalogue */
    /* told.c */
    struct details_shelf told;
};

/* The clock that stamps are of: a replay's own. What is paced in real time goes by feed_real. */
struct stamp feed_now(const struct feed *feed);
int64_t feed_real(const struct feed *feed);
/* The ui's side: puts a command. */
void feed_give(struct feed *feed, const struct command *command);

/* inputs.c */
void input_frame(struct feed *feed, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame);
void input_reply(struct feed *feed, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply);
void input_link(struct feed *feed, enum venue_id venue, unsigned link, enum link_change change, const char *why);
void input_watch(struct feed *feed, struct market_handle handle, bool on);
/* More is known of a market than was. */
void input_learnt(struct feed *feed, struct market_handle handle);
void input_seed(struct feed *feed, struct market_handle handle);
void input_lookup(struct feed *feed, enum venue_id venue, uint32_t lookup, enum lookup_kind kind, struct text words);
void input_retry(struct feed *feed, enum venue_id venue);
/* What goes out, for tap and recorder alone. */
void output_frame(struct feed *feed, enum venue_id venue, unsigned link, struct text frame);
void output_request(struct feed *feed, enum venue_id venue, uint32_t request, const char *what, const char *url);
/* What is only recorded: marks, sleeps, steps of the clock. */
void output_event(struct feed *feed, enum record_event event, struct text why, int64_t amount);
void output_shown(struct feed *feed, struct stamp stamp, const struct instrument *instrument);

/* rounds.c */
void rounds_open(struct feed *feed);
/* A market that rounds may have left out is about to be watched. */
void rounds_before_watch(struct feed *feed, struct stamp stamp, const struct market *market);
/* A turn begins: a recorder that was lent is used from here on; a round of keyframes begins when one is wanted. */
void rounds_turn(struct feed *feed);
void rounds_mark(struct feed *feed, struct text note, int64_t at);
/* The commands of the turn were obeyed: what was taken away is let go. */
void rounds_let_go(struct feed *feed);
/* The thread ends: nothing is used any more. */
void rounds_end(struct feed *feed);
void rounds_close(struct feed *feed);

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
/* A frame came over it: it is counted. */
void wires_hear(struct wire *wire, struct stamp stamp, size_t length);

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
/* News of a market's rules, source and fee: kept where a panel shows it, or has shown it. */
void publisher_describe(struct feed *feed, const struct instrument *instrument, const struct details *details);
/* All that its venue has to tell of a market that a panel shows is here, its fee too. */
bool publisher_knows_details(const struct feed *feed, struct market_handle handle);
/* A connection opened or ended, or a doubt of it did: what the list says of its books may not hold any more. */
void publisher_trust_changed(struct feed *feed);
void publisher_link_changed(struct feed *feed, enum venue_id venue, unsigned link);
void publisher_wake_ui(struct feed *feed);
void publisher_seed(struct feed *feed, enum venue_id venue, unsigned link);
/* A replay has gone elsewhere: all is shown anew. */
void publisher_restart(struct feed *feed);
/* Some panel or the list wants this market. */
bool publisher_watches(const struct feed *feed, struct market_handle handle);
/* Changes of the book that a panel shows, since it is watched. */
uint64_t publisher_changes(const struct feed *feed, unsigned number);

/* quotes.c */
bool quotes_open(struct feed *feed);
void quotes_close(struct feed *feed);
/* Once a second. */
void quotes_look_at_progress(struct feed *feed);
/* At the end of a turn: publishes them where they are due. */
void quotes_turn(struct feed *feed);

/* answers.c */
void answers_ask(struct feed *feed, const struct command *command);
void answers_lookup(struct feed *feed, const struct lookup_report *report);
void answers_turn(struct feed *feed);
void answers_release(struct feed *feed, const struct catalogue *catalogue);
void answers_close(struct feed *feed);
/* Whom to ask: the venue that is named before the words, which goes, else all that are on. NULL, or why nobody can be
 * asked. */
const char *answers_choose(const struct feed *feed, struct text *words, bool chosen[VENUE_COUNT]);
/* For a question that is to be kept; NULL: there are too many. */
struct question *answers_place(struct feed *feed);
/* What the parts have found is the answer: a panel gets the one market that was meant, the ui a list. */
void answers_hand_over(struct feed *feed, struct question *question);
/* Answers, and forgets the question. */
void answers_finish(struct feed *feed, struct question *question, enum answer_result result,
                    const struct catalogue *catalogue, const char *why);

/* inquiries.c */
void inquiries_open(struct feed *feed);
void inquiries_close(struct feed *feed);
/* The panel's market was opened, or opened anew. */
void inquiries_opened(struct feed *feed, struct panel *panel);
void inquiries_lookup(struct feed *feed, const struct lookup_report *report);

/* told.c */
/* The answer to a question brings details along. */
void told_take(struct feed *feed, const struct lookup_report *report);
/* False, with nothing written, where none are known. */
bool told_find(const struct feed *feed, const struct instrument *market, struct details *details);

/* replay.c: in place of the network, where options.replay is there */
/* Before the loop has begun: makes the engine. False, with a reason. */
bool replay_open(struct feed *feed, char *error, size_t error_size);
void replay_close(struct feed *feed);
void replay_turn(struct feed *feed);
void replay_obey(struct feed *feed, const struct command *command);
struct stamp replay_now(const struct replay *replay);
const struct clock *replay_clock(const struct replay *replay);
bool replay_stands(const struct replay *replay);
bool replay_is_opening(const struct replay *replay);
uint32_t replay_epochs(const struct replay *replay);
/* The engine speaks of a connection: if it was reset since, what was known of connections is not so any more. */
void replay_look_at_resets(struct replay *replay);

/* replay_wires.c */
void replay_wires_phase(struct feed *feed, const struct link_report *report);

/* replay_questions.c */
/* In place of the venues the recording is asked. */
void replay_ask(struct feed *feed, const struct command *command);
/* A turn: what was not found before is looked for again where there is more to find it in. */
void replay_questions_turn(struct replay *replay);

/* replay_markets.c */
/* The recording's markets that these words mean, of the venues that are chosen. False: out of memory. */
bool replay_find(struct feed *feed, struct text words, const bool chosen[VENUE_COUNT], struct catalogue *found);
/* The same market as the recording names it at last, where nothing more than a symbol was played of it so far. */
const struct instrument *replay_named(const struct feed *feed, const struct instrument *instrument);
/* All of them are known that there are, or ever will be; until then some that were not found may come. */
bool replay_knows_markets(const struct feed *feed);

#endif
