/* The inside of Kalshi's sync, shared by its sources: frames.c (what each message does to its market), bursts.c (runs
 * of changes of one moment, crossed books), streams.c (numbered streams and gaps), commands.c (what was asked over the
 * socket and is not answered yet), subscriptions.c (which markets the venue was told of, links), resync.c, poll.c
 * (when GETs go out, books without the stream), freeze.c (a stream that stops), replies.c, scan.c (the open events in
 * the background), lookup.c, save.c and save_links.c (for recordings), sync.c (the table of operations).
 *
 * One link is enough: the venue allows hundreds of thousands of markets on it. Open bursts stand in a list by the time
 * at which they end by themselves. All other time is kept by one lower bound, `due`: at it everything is looked
 * through, which is rare, so that nothing else has to be kept in order.
 */
#ifndef BOOKTOP_SRC_VENUE_KALSHI_SYNC_H
#define BOOKTOP_SRC_VENUE_KALSHI_SYNC_H

#include "../freeze.h"
#include "../requests.h"
#include "../resync_clock.h"
#include "booktop/json/writer.h"
#include "booktop/venue/kalshi/catalogue.h"
#include "booktop/venue/kalshi/command.h"
#include "booktop/venue/kalshi/decode.h"
#include "booktop/venue/kalshi/index.h"

/* A burst is over when nothing was added to it for so long, if nothing of another moment ended it before. */
#define BURST_QUIET (50 * NANOSECONDS_PER_MILLISECOND)
/* A matching venue's book that stays crossed for so long has missed something. */
#define CROSSED_PATIENCE (250 * NANOSECONDS_PER_MILLISECOND)
/* What is to be told the venue is gathered for so long. */
#define TELL_GATHER (5 * NANOSECONDS_PER_MILLISECOND)
/* A command's answer, and a book that was asked for, come within so long. */
#define COMMAND_PATIENCE (5 * NANOSECONDS_PER_SECOND)
#define BOOK_PATIENCE    (5 * NANOSECONDS_PER_SECOND)
/* A ticker that contradicts the book and is not followed by another. */
#define WITNESS_PATIENCE NANOSECONDS_PER_SECOND
/* Books are fetched anew so long after a message that nobody could read, if the count does not go on before. */
#define UNREAD_PATIENCE NANOSECONDS_PER_SECOND
/* A command that was refused for being one too many is sent again after so long. */
#define REFUSED_PAUSE (2 * NANOSECONDS_PER_SECOND)
#define COMMANDS_MAX  64
#define STREAMS_MAX   32
#define LOOKUPS_MAX   16
#define GETS_A_SECOND 3

/* The channels that are subscribed: the first of enum kalshi_channel. */
#define CHANNELS_WANTED 3

/* The end of the list of open bursts. */
#define BURST_END UINT32_MAX

struct stream {
    int64_t sid;     /* EVENT_NO_SEQUENCE: the place is free */
    int64_t last;    /* sequence number, EVENT_NO_SEQUENCE: none was seen */
    bool subscribed; /* the venue said that it begins */
    bool yes_price;  /* its NO prices are on the YES scale */
    bool settled;    /* there is evidence of that, or it was turned already: it is not turned again */
    bool books;      /* it brought books */
    /* Old numbers that rise one by one. */
    int64_t old_last;
    unsigned old_run;
    int64_t unread_due; /* mono ns: a message was unreadable, and no number in order has come since; or TIME_NEVER */
    bool unread;        /* its books are doubted for it */
};

/* How far a book that has to come was fetched. */
enum fetch_step { FETCH_NOTHING, FETCH_SUBSCRIBED, FETCH_SNAPSHOT, FETCH_AGAIN, FETCH_RECONNECT };

/* What this venue keeps of a market beyond struct market. Stands at the place of the market's handle index. */
struct tracked {
    struct market_handle market; /* MARKET_NONE: the place is free */
    uint32_t watchers;
    bool left;                  /* it was watched and is no more */
    bool shown;                 /* its trades were asked for: somebody looks at it */
    bool told[CHANNELS_WANTED]; /* it is part of the channel's subscription */
    bool retell;                /* it has to leave its books' subscription and join it again */
    bool rebuilding;            /* the book that comes replaces one that was given up: compare them */
    bool returning;             /* it was given up because the connection was lost */
    bool burst_listed;          /* its burst has a place in the list */
    bool asks;                  /* its snapshot is to be asked for by name */
    bool reconnected;           /* the connection was made anew for it, and its book did not come */
    bool wants_trades;          /* they are to be asked for as soon as they may */
    enum fetch_step step;       /* how far the book that is awaited was fetched */
    unsigned contradictions;    /* so often in a row the last ticker contradicted the book */
    int64_t sid;                /* of its book, EVENT_NO_SEQUENCE: not known */
    /* The open burst, and its place in the list. */
    int64_t burst_ms, quiet_at;
    uint64_t burst_message, burst_messages;
    uint32_t burst_previous, burst_next;
    int64_t crossed_at; /* mono ns at which a crossed book is given up, TIME_NEVER: it is not */
    /* The book that is awaited. */
    int64_t fetch_due; /* mono ns of the next step, TIME_NEVER: none is awaited */
    int64_t fetch_at;  /* mono ns at which it is begun to be fetched, TIME_NEVER: it is not to be */
    struct resync_clock clock;
    int64_t joined_by[CHANNELS_WANTED]; /* the command by which it joined or left a channel last */
    /* The witness. */
    price_t said_bid, said_ask;
    int64_t witness_due;
    /* Without the stream; TIME_NEVER while the reply is awaited. */
    int64_t poll_due;
    int64_t poll_wait; /* after a reply that brought no book, 0: the last one did */
    int64_t news_due;
    int64_t trades_due;           /* mono ns; asked for with the book that comes next */
    struct freeze_witness freeze; /* of whether the stream has stopped */
};

struct command {
    int64_t id; /* 0: the place is free */
    enum { COMMAND_SUBSCRIBE = 1, COMMAND_UPDATE, COMMAND_SNAPSHOT, COMMAND_UNSUBSCRIBE } kind;
    enum kalshi_channel channel;
    int64_t sid; /* that is unsubscribed */
    int64_t due; /* mono ns */
};

enum { REQUEST_LOOKUP = 1, REQUEST_TRADES, REQUEST_BOOK, REQUEST_NEWS, REQUEST_SCAN, REQUEST_COMPARE };

struct lookup {
    bool used;
    bool waits;     /* the next GET is to go out as soon as it may */
    bool searches;  /* waits for the index */
    bool fresh;     /* the index of before had nothing: what the scan that runs has found is searched */
    uint64_t order; /* in which they were asked */
    uint32_t number;
    enum lookup_kind kind;
    int64_t asked;  /* mono ns */
    unsigned tried; /* of a name: market, event, series; of details: series, market */
    struct fee fee; /* of details: what the series said, FEE_UNKNOWN: nothing */
    char name[INSTRUMENT_SLUG_SIZE];
};

/* Going through the open events, page by page. */
struct event_scan {
    bool running;
    bool asked;                      /* a page is under way */
    struct kalshi_index index;       /* of the pages that were read; takes the place of sync->index at the end */
    char cursor[KALSHI_CURSOR_SIZE]; /* of the next page */
    unsigned pages;
    unsigned refusals; /* of the next page, in a row */
    int64_t due;       /* mono ns from which the next page may be asked for */
    int64_t backoff;
    int64_t ended; /* mono ns of the last end, TIME_NEVER: none yet */
};

struct venue_sync {
    struct registry *registry;
    const struct venue_outlet *outlet;
    const char *stream_url, *rest_url;
    bool discover, stampless, has_key;
    struct kalshi_decoder *decoder;
    struct json_writer text; /* scratch for what is sent */
    struct tracked *tracked;
    size_t tracked_count;
    const char **tickers; /* scratch: names of a command */
    size_t ticker_capacity;
    struct level *mirror; /* scratch: asks whose prices are on the other scale */
    size_t mirror_capacity;
    struct order_book trial; /* scratch: the book that replaces one, to compare them */
    struct stream streams[STREAMS_MAX];
    int64_t channel_sid[KALSHI_CHANNELS]; /* of the present connection, EVENT_NO_SEQUENCE: none */
    bool channel_asked[KALSHI_CHANNELS];  /* a subscribe is under way */
    bool channel_refused[KALSHI_CHANNELS];
    int64_t channel_ended[KALSHI_CHANNELS];   /* mono ns at which the venue last ended one, TIME_NEVER: it did not */
    int64_t channel_allowed[KALSHI_CHANNELS]; /* mono ns from which it may be subscribed again */
    struct command commands[COMMANDS_MAX];
    int64_t next_command;
    bool wanted, open, answered, confirmed;
    bool reconnecting; /* that is wished for already */
    bool given_up;     /* nobody tries to open it any more: books are polled */
    enum link_phase phase;
    const char *phase_why;
    struct freeze freeze;
    uint32_t watched, awaited;
    uint32_t owed, owed_awaited;      /* of them those that are to be restored yet */
    uint32_t burst_first, burst_last; /* the open bursts, by quiet_at */
    uint32_t burst_count;
    int64_t opened_at, proved_at; /* mono ns, 0: never; of a book's newest check that succeeded */
    int64_t tell_due;             /* mono ns, TIME_NEVER */
    struct requests requests;
    int64_t gets[GETS_A_SECOND]; /* mono ns of the last ones, a ring */
    uint64_t get_count;          /* ever */
    int64_t refused_until;       /* mono ns: the venue wants us to wait, for `backoff` */
    int64_t backoff;
    uint64_t lookup_order;
    struct lookup lookups[LOOKUPS_MAX];
    struct catalogue catalogue; /* scratch of lookups and the scan */
    struct kalshi_index index;  /* that questions are answered from */
    bool whole;                 /* it is that of a scan that came to its end, or was kept of one */
    struct event_scan scan;
    int64_t due; /* mono ns, not later than anything that is due but bursts */
};

/* The frame being read. Replies are no frames: message 0. */
struct reading {
    struct stamp stamp;
    uint64_t message;
};

/* sync.c */
struct tracked *kalshi_sync_track(struct venue_sync *sync, const struct market *market);
/* Nothing of it is awaited and kept any more. */
void kalshi_sync_forget(struct venue_sync *sync, struct tracked *tracked);
/* How many markets are watched, and how many books awaited. */
void kalshi_sync_recount(struct venue_sync *sync);
/* The tracked market of a handle, NULL if the handle is stale or nothing is kept of it. */
struct tracked *kalshi_sync_tracked(struct venue_sync *sync, struct market_handle handle, struct market **market);
/* Its book is to be had: somebody watches it, and it has one. */
bool kalshi_sync_wants(const struct tracked *tracked, const struct market *market);
void kalshi_sync_set_state(struct venue_sync *sync, struct market *market, enum proof_state state, const char *why,
                           struct stamp stamp);
void kalshi_sync_wish(struct venue_sync *sync, enum wish_kind kind, const char *why);
void kalshi_sync_set_phase(struct venue_sync *sync, struct stamp stamp, enum link_phase phase, const char *why);
/* The same again. */
void kalshi_sync_tell_phase(const struct venue_sync *sync, struct stamp stamp);
/* There is no stream to be had: no key, or nobody tries to open it any more. */
bool kalshi_sync_polls(const struct venue_sync *sync);
/* Something is due at `at`. */
void kalshi_sync_due(struct venue_sync *sync, int64_t at);

/* frames.c */
void kalshi_frames_receive(struct venue_sync *sync, struct stamp stamp, uint64_t message, struct text frame);
void kalshi_frames_trades_reply(struct venue_sync *sync, struct stamp stamp, struct text body);
void kalshi_frames_book_reply(struct venue_sync *sync, struct stamp stamp, struct market *market, struct text body);
/* The same body, compared with the book as it stands. */
enum freeze_finding kalshi_frames_compare(struct venue_sync *sync, const struct market *market, struct text body);
void kalshi_frames_report(struct venue_sync *sync, const struct reading *reading, const struct event *event,
                          const struct market *market, enum event_fate fate, const char *why);

/* bursts.c */
void kalshi_burst_extend(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                         const struct reading *reading, int64_t venue_ms);
void kalshi_burst_end(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp);
void kalshi_burst_drop(struct venue_sync *sync, struct tracked *tracked, struct market *market);
void kalshi_burst_unlist(struct venue_sync *sync, struct tracked *tracked);
/* Puts one that is open where its time belongs. */
void kalshi_burst_list(struct venue_sync *sync, struct tracked *tracked);
/* A snapshot was applied: it is what the venue has. */
void kalshi_burst_check_snapshot(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                                 const struct reading *reading, bool numbered);
/* A message without a number was applied: nothing proves the book. */
void kalshi_burst_number(struct venue_sync *sync, struct market *market, bool numbered, struct stamp stamp);
/* Something speaks against the book: it is suspect, and asked for anew. */
void kalshi_burst_distrust(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                           enum proof_happening what, const char *why, struct stamp stamp);
/* What spoke against it was none of its own. */
void kalshi_burst_trust(struct venue_sync *sync, struct market *market, const struct reading *reading);
/* When the next open burst ends by itself, TIME_NEVER: none does; and ends those whose time it is. */
int64_t kalshi_bursts_due(const struct venue_sync *sync);
void kalshi_bursts_advance(struct venue_sync *sync, struct stamp stamp);
/* A book that stayed crossed. */
void kalshi_crossed_advance(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                            struct stamp stamp);

/* streams.c */
struct stream *kalshi_stream_find(struct venue_sync *sync, int64_t sid);
struct stream *kalshi_stream_open(struct venue_sync *sync, int64_t sid, struct stamp stamp);
void kalshi_stream_close(struct venue_sync *sync, int64_t sid);
/* What was counted so far was of another connection. */
void kalshi_stream_begin_anew(struct venue_sync *sync, struct stream *stream, struct stamp stamp);
void kalshi_streams_clear(struct venue_sync *sync);
enum stream_order { STREAM_IN_ORDER, STREAM_OLD, STREAM_GAP };
/* Takes a frame's number into account. A gap makes every book of the stream stale. */
enum stream_order kalshi_stream_count(struct venue_sync *sync, const struct reading *reading,
                                      const struct event *event);
/* The books that were read with the wrong scale are given up and fetched anew. */
void kalshi_stream_turn(struct venue_sync *sync, struct stream *stream, struct stamp stamp);
/* A message was lost of which nobody knows whose it was: any stream's of books, until its count goes on. */
void kalshi_streams_unread(struct venue_sync *sync, struct stamp stamp);
void kalshi_streams_advance(struct venue_sync *sync, struct stamp stamp);
/* Every book of the stream is given up. */
void kalshi_stream_give_up(struct venue_sync *sync, int64_t sid, const char *why, enum proof_happening what,
                           uint32_t number, struct stamp stamp);

/* commands.c */
int64_t kalshi_command_next(struct venue_sync *sync);
/* Sends what is in sync->text as a command, and remembers it until it is answered. */
void kalshi_command_sent(struct venue_sync *sync, const struct command *sent, const char *what, struct stamp stamp);
void kalshi_commands_clear(struct venue_sync *sync);
void kalshi_command_answer(struct venue_sync *sync, const struct reading *reading, const struct event *event);
void kalshi_commands_advance(struct venue_sync *sync, struct stamp stamp);

/* subscriptions.c */
void kalshi_subscriptions_watch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle);
void kalshi_subscriptions_unwatch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle);
void kalshi_subscriptions_link(struct venue_sync *sync, struct stamp stamp, enum link_change change);
/* What is wanted changed: the venue is told soon. */
void kalshi_subscriptions_changed(struct venue_sync *sync, struct stamp stamp);
void kalshi_subscriptions_advance(struct venue_sync *sync, struct stamp stamp);
/* A channel's subscription is gone: it is made anew. */
void kalshi_subscriptions_lost(struct venue_sync *sync, enum kalshi_channel channel, struct stamp stamp);
/* A command about a channel was a mistake of ours: it is not tried again. */
void kalshi_subscriptions_refused(struct venue_sync *sync, const struct command *command, struct stamp stamp);
/* It came too soon after others: what it asked for is asked for again after a pause. */
void kalshi_subscriptions_delayed(struct venue_sync *sync, const struct command *command, struct stamp stamp);
/* Once for a connection. */
void kalshi_link_reconnect(struct venue_sync *sync, const char *why);
/* The link's phase by what is awaited. */
void kalshi_subscriptions_settle(struct venue_sync *sync, struct stamp stamp);
void kalshi_subscriptions_heard(struct venue_sync *sync);

/* resync.c */
/* A market's book is awaited; it came; it is not any more. */
void kalshi_fetch_begin(struct venue_sync *sync, struct tracked *tracked, enum fetch_step step, int64_t due);
void kalshi_fetch_await(struct venue_sync *sync, struct tracked *tracked, const struct market *market,
                        struct stamp stamp);
void kalshi_fetch_end(struct venue_sync *sync, struct tracked *tracked);
/* The book of one market cannot be right: given up and asked for anew. */
void kalshi_fetch_anew(struct venue_sync *sync, struct tracked *tracked, struct market *market, enum proof_state state,
                       const char *why, struct stamp stamp);
void kalshi_fetch_advance(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp);
/* One that waits to be asked for is asked for at once. */
void kalshi_fetch_hurry(struct tracked *tracked, struct stamp stamp);

/* freeze.c */
/* A frame with something of a market came. */
void kalshi_freeze_hear(struct venue_sync *sync, struct stamp stamp);
/* Asks for a book to compare, if that is due and there is one. */
bool kalshi_freeze_ask(struct venue_sync *sync, struct stamp stamp);
void kalshi_freeze_reply(struct venue_sync *sync, struct stamp stamp, const struct request *request,
                         const struct venue_reply *reply);

/* witness.c */
void kalshi_witness_hear(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                         const struct event *event, struct stamp stamp);
/* The book changed: what contradicted it may not any more. */
void kalshi_witness_compare(struct tracked *tracked, const struct market *market);
void kalshi_witness_advance(struct venue_sync *sync, struct tracked *tracked, struct market *market,
                            struct stamp stamp);

/* poll.c */
/* When something wants to go out and may, TIME_NEVER: nothing does. */
int64_t kalshi_poll_deadline(struct venue_sync *sync, struct stamp stamp);
/* Sends a GET. False when out of memory. */
bool kalshi_poll_get(struct venue_sync *sync, struct stamp stamp, const struct request *request, const char *what,
                     const char *url);
/* A book that was asked for at `asked` was answered, or could not be asked for. */
void kalshi_poll_again(struct venue_sync *sync, struct tracked *tracked, int64_t asked, struct stamp stamp);
void kalshi_poll_begin(struct venue_sync *sync, struct tracked *tracked, struct market *market, struct stamp stamp);
/* Why books come by REST. Static. */
const char *kalshi_poll_why(const struct venue_sync *sync);
/* The stream is open: nothing is polled any more. */
void kalshi_poll_end(struct venue_sync *sync);
/* A book's reply came: whether that is well, and if not, what it said. */
void kalshi_poll_succeeded(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp);
void kalshi_poll_failed(struct venue_sync *sync, struct tracked *tracked, int status, struct stamp stamp);
/* The link's phase by what is polled. */
void kalshi_poll_settle(struct venue_sync *sync, struct stamp stamp);
void kalshi_poll_hurry(struct venue_sync *sync, struct stamp stamp);
void kalshi_poll_advance(struct venue_sync *sync, struct stamp stamp);
/* A reply came: what it says of how often one may ask. */
void kalshi_poll_heard(struct venue_sync *sync, const struct venue_reply *reply, struct stamp stamp);

/* replies.c */
void kalshi_replies_seed(struct venue_sync *sync, struct stamp stamp, struct market_handle handle);
bool kalshi_replies_ask(struct venue_sync *sync, struct stamp stamp, unsigned kind, const struct market *market);
void kalshi_replies_reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply);
void kalshi_replies_advance(struct venue_sync *sync, struct stamp stamp);

/* lookup.c */
void kalshi_lookup_ask(struct venue_sync *sync, struct stamp stamp, uint32_t number, enum lookup_kind kind,
                       struct text words);
void kalshi_lookup_reply(struct venue_sync *sync, struct stamp stamp, uint32_t index, const struct venue_reply *reply);
/* Those that waited for the index and need not any more ask for their events. */
void kalshi_lookups_advance(struct venue_sync *sync, struct stamp stamp);
int64_t kalshi_lookups_due(const struct venue_sync *sync);
/* No page came, for this reason: those that have nothing to wait for have failed. */
void kalshi_lookups_fail(struct venue_sync *sync, struct stamp stamp, const char *why);
/* Some wait for a GET; sends the first of them, of those for details or of the others. */
bool kalshi_lookups_wait(const struct venue_sync *sync);
bool kalshi_lookups_ask(struct venue_sync *sync, struct stamp stamp, bool details);

/* scan.c */
/* Somebody asks what there is: a scan begins if there was none for a while. */
void kalshi_scan_want(struct venue_sync *sync, struct stamp stamp);
/* The mono ns from which a question asked at `asked` is answered with what there is, TIME_NEVER: nothing is there. */
int64_t kalshi_scan_ready(const struct venue_sync *sync, bool fresh, int64_t asked);
/* As kalshi_index_search, in the index that answers, or (fresh) in the one that grows while there is one. */
size_t kalshi_scan_search(const struct venue_sync *sync, struct text words, bool fresh, const char **tickers,
                          size_t most);
/* The mono ns from which a page wants to be asked for, TIME_NEVER: none does. */
int64_t kalshi_scan_due(const struct venue_sync *sync);
/* It has waited for so long that it goes before what is polled. */
bool kalshi_scan_starves(const struct venue_sync *sync, struct stamp stamp);
void kalshi_scan_ask(struct venue_sync *sync, struct stamp stamp);
void kalshi_scan_hurry(struct venue_sync *sync, struct stamp stamp);
void kalshi_scan_reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply);
void kalshi_scan_progress(const struct venue_sync *sync, struct venue_progress *progress);
void kalshi_scan_keep(const struct venue_sync *sync, struct json_writer *out);

/* save.c */
void kalshi_save(const struct venue_sync *sync, struct stamp stamp, struct market_handle handle,
                 struct json_writer *out);
void kalshi_save_links(const struct venue_sync *sync, struct stamp stamp, struct json_writer *out);
struct market_handle kalshi_restore(struct venue_sync *sync, struct stamp stamp, const struct instrument *instrument,
                                    struct text object);
bool kalshi_restore_links(struct venue_sync *sync, struct stamp stamp, struct text links);
/* One of the watched markets that were to be restored was, or is not watched any more. */
void kalshi_restore_settle(struct venue_sync *sync, struct stamp stamp);

#endif
