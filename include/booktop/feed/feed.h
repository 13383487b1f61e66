/* The feed: one thread that owns the network and the engine, and the only door between it and the screen.
 *
 * feed_start starts the thread; everything else here is called by one other thread (main). Calls that ask put a command
 * into a ring and return at once; what comes of them arrives as views. Nothing of the feed's is ever shared but by
 * views, which are copies, and catalogues, which are immutable.
 * The eventfd of feed_wake_fd becomes readable when there is something new for an ui that sleeps.
 *
 * What is fresh: a panel's view is copied as soon as something of it has changed, and then not again before it was
 * taken. Who takes what comes as soon as it comes has the newest; who sleeps over it finds a view that is as old as the
 * sleep. So one that draws pictures, and takes nothing between two of them, says so by feed_rest and feed_look: in a
 * rest nothing is copied, and when it is over the feed is woken, if there was a change, and copies what is then.
 */
#ifndef BOOKTOP_FEED_FEED_H
#define BOOKTOP_FEED_FEED_H

#include "booktop/feed/view.h"
#include "booktop/venue/venue.h"

#define FEED_PANELS 4
/* In place of a panel: only look it up. */
#define FEED_NO_PANEL UINT32_MAX

struct feed;

/* Everything that the engine is told, and every byte that goes out, before anything is done with it: for the recorder.
 * What passes here in order, with its stamps, put into another engine with the same venue_options (has_key above all),
 * makes it do the same. Called in the feed thread; must not block. Everything is borrowed during the call. */
struct feed_tap {
    void (*received)(void *context, struct stamp stamp, enum venue_id venue, unsigned link, uint64_t message,
                     struct text frame);
    void (*sent)(void *context, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame);
    void (*asked)(void *context, struct stamp stamp, enum venue_id venue, uint32_t request, const char *url);
    void (*replied)(void *context, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply);
    void (*link)(void *context, struct stamp stamp, enum venue_id venue, unsigned link, enum link_change change,
                 const char *why);
    /* A market is watched, or no longer; its recent trades are asked for. */
    void (*watch)(void *context, struct stamp stamp, const struct instrument *instrument, bool on);
    void (*seed)(void *context, struct stamp stamp, const struct instrument *instrument);
    void (*lookup)(void *context, struct stamp stamp, enum venue_id venue, uint32_t lookup, enum lookup_kind kind,
                   struct text words);
    /* What waits to be asked again is due at once (venue.retry). */
    void (*retry)(void *context, struct stamp stamp, enum venue_id venue);
    void *context;
};

struct recorder;            /* record/recorder.h */
struct feed_replay_options; /* feed/replay.h */

struct websocket_header; /* net/websocket.h */
struct net_limits;       /* net/limits.h */
struct proxy;            /* net/proxy.h */

/* Who makes the headers of a venue's handshake, as websocket_options.headers; called in the feed thread. */
struct feed_signer {
    size_t (*headers)(void *context, struct stamp stamp, struct websocket_header *out);
    void *context;
};

struct feed_options {
    const struct clock *clock;                     /* borrowed for the feed's life */
    struct venue_endpoints endpoints[VENUE_COUNT]; /* texts outlive the feed */
    struct feed_signer signers[VENUE_COUNT];       /* without one there is no key: what wants one is polled */
    bool off[VENUE_COUNT];                         /* the venue is not asked, whatever is sought */
    struct text kept[VENUE_COUNT];                 /* what `keep` was given in an earlier run; borrowed by feed_start */
    /* Called by feed_stop for each venue that wants something kept until the next run. NULL: nothing is. */
    void (*keep)(void *context, enum venue_id venue, struct text text);
    void *keep_context;
    struct text ca_pem;              /* trust only this; empty: the system's store */
    const struct net_limits *limits; /* copied; NULL: the default */
    const struct proxy *proxy;       /* copied; NULL: none */
    /* Where the page of measurements is served (numeric address, 0 for any free port); NULL: nowhere. It is served
     * without TLS or password: loopback unless the user says otherwise. GET /metrics. */
    const char *metrics_address;
    unsigned metrics_port;
    bool demo;                                /* marks every view */
    bool maybe_demo;                          /* so does this: it is not known whether it is one */
    const struct feed_tap *tap;               /* NULL: none; every function is there otherwise */
    struct recorder *recorder;                /* records from the first input on; as feed_record. NULL: none */
    const struct feed_replay_options *replay; /* a recording is the input: no network, no recorder; NULL: live */
};

/* NULL, with a reason in `error`, if the thread or its loop cannot be set up. */
struct feed *feed_start(const struct feed_options *options, char *error, size_t error_size);
/* Ends the connections and the thread, and frees everything, views and lent catalogues included. */
void feed_stop(struct feed *feed);

/* Readable when something new was published since the last feed_woken. */
int feed_wake_fd(const struct feed *feed);
/* Clears the descriptor. To be called before views are taken. */
void feed_woken(struct feed *feed);

/* From now until the next feed_look no view of a panel is begun. What is published already may be taken. At the start
 * nobody rests, and who never does needs neither of these. Answers, quotes and connections come in a rest too. */
void feed_rest(struct feed *feed);
/* Ends a rest, if there is one. True: a change of before this call waits; its view is published in this look, and
 * feed_wake_fd becomes readable then, and maybe earlier. To be asked again after that: false, what can be taken now is
 * the newest of this look, and what came since it was published is of the next one. A feed that is busy may take its
 * time, so nobody should wait for it without a limit. Neither blocks. */
bool feed_look(struct feed *feed);

/* Opens what `words` name (a symbol, slug or web address, `venue:` before it or not) on a panel. Where they name
 * exactly one market, the panel gets it. Where they name an event with several, a market on each of two venues, or
 * nothing but words that a search finds, the answer is a list and the panel stays as it was; with FEED_NO_PANEL it is
 * always a list. Without `venue:` all venues are asked; what one has found waits 2.5 s for the others, and a list is by
 * volume, the markets of an event together. Returns the number under which the answer comes, within 15 s. Unusable
 * words (empty, too long) are answered too. */
uint32_t feed_open(struct feed *feed, unsigned panel, const char *words);

/* Shows a market of a catalogue on a panel; the market it showed before stays watched for quick return. Of a market
 * that is shown, by this or by its name, the venue is asked for details that are not known after half a second, once.
 */
void feed_select(struct feed *feed, unsigned panel, const struct catalogue_entry *entry);

/* Searches; empty words ask for what is traded most, and so does `venue:` alone. The answer comes under the number
 * returned. */
uint32_t feed_search(struct feed *feed, const char *words);

/* A list of this catalogue (one that an answer lent) is open on the screen: its first QUOTES_MAX markets get live
 * quotes. NULL: no list is open any more. */
void feed_list(struct feed *feed, const struct catalogue *catalogue);
/* A catalogue for feed_list of entries that came with earlier answers or views; they are copied. It is the feed's and
 * stays until feed_stop. NULL when out of memory. */
const struct catalogue *feed_catalogue(struct feed *feed, const struct catalogue_entry *const *entries, size_t count);
/* Gives back a catalogue that an answer lent. */
void feed_release(struct feed *feed, const struct catalogue *catalogue);

/* The clock that the stamps of views are of: the one that was passed in, or a replay's own. Any thread. */
const struct clock *feed_clock(const struct feed *feed);

/* Lends a recorder: from the feed's next turn on it gets everything that passes the tap, and rounds of keyframes.
 * NULL: no more. While feed_records is true the feed still uses the one that it was lent last: it may not be closed;
 * the descriptor of feed_wake_fd becomes readable when that changes. */
void feed_record(struct feed *feed, struct recorder *recorder);
bool feed_records(const struct feed *feed);
/* Puts a mark into what is recorded, with a short note or "", of which at most 80 bytes are kept. `at`: the moment it
 * means, mono ns of feed_clock, for the note may have taken a while; 0: now. */
void feed_mark(struct feed *feed, const char *note, int64_t at);

/* The user wants connections that are down or given up to be tried again at once, and the venues asked anew. Nothing
 * comes of it where that was done within the last 2 s, or while a connection waits because its venue asked for it (429,
 * 503). */
void feed_retry(struct feed *feed);

/* The log panel is open: connections are published. */
void feed_watch_connections(struct feed *feed, bool open);
/* The newest if not seen yet, else NULL. Valid until a later call gives others. */
const struct connections_view *feed_connections(struct feed *feed);

/* The port of the page of measurements, 0: there is none. */
unsigned feed_metrics_port(const struct feed *feed);

/* The newest view of panel `number` if there is one not seen yet, else NULL. Valid until a later call for this panel
 * gives another. */
const struct book_view *feed_view(struct feed *feed, unsigned number);
/* The newest quotes if not seen yet, else NULL. Valid until a later call gives others. */
const struct quote_table *feed_quotes(struct feed *feed);
/* Takes the oldest answer not taken yet into *answer; false if there is none. Dozens wait; beyond that they are lost.
 */
bool feed_answer(struct feed *feed, struct answer_view *answer);

#endif
