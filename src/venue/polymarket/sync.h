/* The inside of Polymarket's sync, shared by its sources: books.c, snapshots.c and changes.c (frames into books),
 * bursts.c, proving.h (whether the books are right), links.c (connections, heartbeats), subscriptions.c, first_books.c
 * (books that do not come), freeze.c (streams that stop), replies.c (GETs and what their replies are for), lookup.c
 * (questions to the catalogue), save.c and save_links.c (for recordings), sync.c (the table of operations).
 */
#ifndef BOOKTOP_SRC_VENUE_POLYMARKET_SYNC_H
#define BOOKTOP_SRC_VENUE_POLYMARKET_SYNC_H

#include "booktop/json/writer.h"
#include "booktop/venue/polymarket/decode.h"
#include "booktop/venue/polymarket/request.h"
#include "booktop/venue/venue.h"
#include "../freeze.h"
#include "../requests.h"
#include "../snap.h"
#include "proving.h"

/* A burst is over when nothing was added to it for so long. */
#define BURST_QUIET (50 * NANOSECONDS_PER_MILLISECOND)
/* Bursts whose hashes are remembered, so that their repetitions are known, and messages of the newest one. */
#define BURSTS_REMEMBERED   16
#define MESSAGES_REMEMBERED 16
/* Beyond some 500 tokens a connection's opening books silently never come; 200 is safe. */
#define LINK_TOKENS_MAX 200
/* A market's second token may be learnt after it was subscribed: it has its place from the start. */
#define LINK_MARKETS_MAX (LINK_TOKENS_MAX / INSTRUMENT_OUTCOMES)
#define LINKS_MAX        64
/* What is to be subscribed is gathered for so long: whoever opens a list of markets does it one by one. */
#define SUBSCRIBE_GATHER (5 * NANOSECONDS_PER_MILLISECOND)
/* A subscribed market's book comes within a second or so; after this long it is asked for. */
#define FIRST_BOOK_WAIT     (5 * NANOSECONDS_PER_SECOND)
#define FIRST_BOOK_WAIT_MAX (60 * NANOSECONDS_PER_SECOND)
/* So many overdue books are seen to at once, the others so much later. */
#define FIRST_BOOKS_AT_ONCE 8
#define FIRST_BOOK_STAGGER  (250 * NANOSECONDS_PER_MILLISECOND)
/* Nothing heard on a link for so long, heartbeats included: it is dead. */
#define LINK_SILENCE (30 * NANOSECONDS_PER_SECOND)
#define LOOKUPS_MAX  16
#define NO_LINK      UINT32_MAX

/* What the venue says of a token's book after the burst. */
struct pending_hash {
    char hash[POLYMARKET_HASH_LENGTH];
    bool set;
    int64_t venue_ms;           /* of the last message that had it */
    bool named;                 /* the burst names the token */
    int64_t named_ms;           /* the stamp of its last entry, */
    price_t best_bid, best_ask; /* and the best prices there, in the token's terms */
};

/* What this venue keeps of a market beyond struct market. Stands at the place of the market's handle index. */
struct tracked {
    struct market_handle market; /* MARKET_NONE: the place is free */
    /* The open burst. */
    struct pending_hash pending[INSTRUMENT_OUTCOMES];
    int64_t quiet_at;                           /* mono ns at which it ends by itself */
    uint64_t burst_message;                     /* its last message */
    uint64_t burst_messages;                    /* how many */
    uint64_t fingerprints[MESSAGES_REMEMBERED]; /* of its last messages, a ring: repetitions are known by them */
    uint32_t burst_next, burst_previous;        /* in the list of open bursts, by quiet_at; BURST_END: none */
    bool burst_listed;
    uint32_t burst_rank; /* of one out of a recording: among those of the same quiet_at; else UINT32_MAX */
    /* Keys of the hashes of closed bursts and of their stamps, a ring; 0: none. */
    uint64_t closed[BURSTS_REMEMBERED][INSTRUMENT_OUTCOMES];
    unsigned closed_next;
    /* Nothing newer was applied since the newest of them ended, so it was quiet that ended it and more of it may come.
     * Bit n: outcome n had a hash (pending, though not set, still holds it); 0: it has ended for good. */
    unsigned reopenable;
    bool ended_crossed; /* it was counted in proof.crossed */
    struct proving proving;
    /* Its subscription: what is wanted, and what the venue was told on the present connection. */
    uint32_t watchers;
    bool left;                    /* it was watched and is no more: what still arrives of it is not for us */
    uint32_t link;                /* on which it has its place, or NO_LINK */
    uint32_t subscribed;          /* the link on which it is subscribed, or NO_LINK */
    bool again;                   /* it is subscribed, and has to be anew */
    int64_t first_book_due;       /* mono ns, TIME_NEVER: nothing is awaited */
    unsigned first_book_tries;    /* since the stream last sent it, on whatever connection */
    int64_t first_book_tried;     /* mono ns of the last one */
    struct freeze_witness freeze; /* of whether its link's stream has stopped */
};

#define BURST_END UINT32_MAX

/* Of a market of which nothing is known; its proving is begun by proving_init. */
#define TRACKED_NOTHING(handle)                                                                                        \
    {                                                                                                                  \
        .market = (handle), .link = NO_LINK, .subscribed = NO_LINK, .first_book_due = TIME_NEVER                       \
    }

struct link {
    bool wanted, open, given_up;
    /* Of the present connection: a frame came; a book that was awaited came; its data was confirmed to be good. */
    bool answered, book_came, confirmed;
    bool blamed; /* it is to be ended because its books do not come */
    enum link_phase phase;
    const char *why; /* of the phase */
    struct freeze freeze;
    uint32_t markets;       /* at most LINK_MARKETS_MAX */
    uint32_t awaited;       /* markets whose first book has not come */
    int64_t first_book_due; /* mono ns, not later than the earliest of theirs */
    int64_t subscribe_due;  /* mono ns at which the venue is told what changed, TIME_NEVER: nothing did */
    int64_t ping_due;       /* mono ns, TIME_NEVER: it is not open */
    int64_t heard;          /* mono ns of the last frame */
};

enum { REQUEST_LOOKUP = 1, REQUEST_TRADES, REQUEST_BOOK, REQUEST_COMPARE, REQUEST_KINDS };

struct lookup {
    bool used;
    uint32_t number;
    enum lookup_kind kind;
    enum polymarket_name name_kind;
    bool event_tried;
    char name[INSTRUMENT_SLUG_SIZE];
};

struct venue_sync {
    struct registry *registry;
    const struct venue_outlet *outlet;
    struct venue_endpoints endpoints;
    bool discover, stampless; /* venue_options */
    struct polymarket_decoder *decoder;
    struct polymarket_hasher *hasher;
    struct book_texts texts;
    int64_t resync_due;      /* mono ns, not later than the earliest of theirs */
    struct json_writer text; /* scratch for what is sent */
    struct tracked *tracked;
    size_t tracked_count;
    uint32_t burst_first, burst_last, burst_count;
    struct book_change *changes; /* scratch of one message, in the book's terms */
    size_t change_capacity;
    struct change_order *order; /* scratch: the same, sorted, to find contradictions */
    struct level *mirror;       /* scratch: a snapshot of token 1, mirrored */
    size_t mirror_capacity;
    struct order_book trial; /* scratch: whether a snapshot can be accepted */
    struct link links[LINKS_MAX];
    unsigned link_count;            /* those that were ever open come first: only they can have something due */
    uint32_t subscribed[LINKS_MAX]; /* how many markets are, on each */
    struct requests requests;
    int64_t refused_until[REQUEST_KINDS]; /* mono ns: the venue wants us to wait */
    struct lookup lookups[LOOKUPS_MAX];
    struct catalogue catalogue; /* scratch of lookups */
};

/* sync.c */
/* Nothing is watched, no link is open, nothing is asked. */
void sync_begin_anew(struct venue_sync *sync);

/* books.c */
/* What is kept of a market, made when it is first needed; NULL when out of memory. Moves when others are made. */
struct tracked *sync_track(struct venue_sync *sync, const struct market *market);
/* Room for it, made before: some from the start, so that a moment without memory loses no market. */
#define TRACKED_FIRST 16
bool sync_make_room(struct venue_sync *sync, size_t index);
void sync_receive(struct venue_sync *sync, struct stamp stamp, unsigned link, uint64_t message, struct text frame);
/* The bodies of REST replies. */
void sync_book_reply(struct venue_sync *sync, struct stamp stamp, const struct market *market, struct text body);
void sync_trades_reply(struct venue_sync *sync, struct stamp stamp, struct text body);
/* The same body, compared with the book as it stands. */
enum freeze_finding sync_compare_book(struct venue_sync *sync, const struct market *market, struct text body);
/* `superseded`: a newer book is there in full, so that this one's proof does not matter if it fails. */
void sync_end_burst(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp, bool superseded);
/* Drops an open burst unproved: its connection is gone. */
void sync_drop_burst(struct venue_sync *sync, struct tracked *tracked);
void sync_set_state(struct venue_sync *sync, struct market *market, enum proof_state state, const char *why,
                    struct stamp stamp);

/* links.c */
void sync_watch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle);
void sync_unwatch(struct venue_sync *sync, struct stamp stamp, struct market_handle handle);
void sync_link(struct venue_sync *sync, struct stamp stamp, unsigned link, enum link_change change);
/* A frame came on a link: before and after it is read. */
void sync_link_heard(struct venue_sync *sync, struct stamp stamp, unsigned link);
void sync_link_settle(struct venue_sync *sync, struct stamp stamp, unsigned number);
void sync_links_advance(struct venue_sync *sync, struct stamp stamp);
int64_t sync_links_deadline(const struct venue_sync *sync);
bool sync_is_subscribed(struct venue_sync *sync, struct market_handle handle);
void sync_retry(struct venue_sync *sync, struct stamp stamp);

/* subscriptions.c */
/* The link on which the venue was told of it, or NO_LINK. */
void sync_set_subscribed(struct venue_sync *sync, struct tracked *tracked, uint32_t link);

/* first_books.c */
/* The stream sent a market's book. */
void sync_first_book(struct venue_sync *sync, struct tracked *tracked);
/* Of one that is subscribed: REST knows no book of it; or it does, and the stream is asked for it again; or it gives no
 * answer. */
void sync_no_book(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked, struct market *market);
void sync_book_exists(struct venue_sync *sync, struct stamp stamp, struct tracked *tracked);
void sync_book_unknown(struct venue_sync *sync, struct stamp stamp, const struct tracked *tracked,
                       struct market *market, int status);

/* freeze.c */
/* A frame with something of a market came on a link. */
void sync_stream_heard(struct venue_sync *sync, struct stamp stamp, unsigned number);
/* The stream that a market's book comes by may have stopped. */
bool sync_stream_is_doubted(const struct venue_sync *sync, const struct tracked *tracked);
void sync_compared(struct venue_sync *sync, struct stamp stamp, const struct request *request,
                   const struct venue_reply *reply);

/* replies.c */
void sync_seed(struct venue_sync *sync, struct stamp stamp, struct market_handle handle);
/* Asks for a market's book by REST, if it is subscribed on an open link; the same is asked when the reply comes. While
 * a reply is awaited it only makes sure that another one is asked for after it. */
void sync_ask_book(struct venue_sync *sync, struct stamp stamp, const struct market *market);
bool sync_get(struct venue_sync *sync, struct stamp stamp, const struct request *request, const char *what,
              const char *url);
/* The venue wants us to wait with requests of this kind. */
bool sync_is_refused(const struct venue_sync *sync, unsigned kind, struct stamp stamp);
/* The token by which a market's book is asked for. */
const char *sync_book_token(const struct market *market);
void sync_reply(struct venue_sync *sync, struct stamp stamp, const struct venue_reply *reply);
/* What was not answered in time has failed. */
void sync_requests_advance(struct venue_sync *sync, struct stamp stamp);

/* save.c, save_links.c; see venue.h */
void sync_save(const struct venue_sync *sync, struct stamp stamp, struct market_handle handle, struct json_writer *out);
struct market_handle sync_restore(struct venue_sync *sync, struct stamp stamp, const struct instrument *instrument,
                                  struct text object);
void sync_save_links(const struct venue_sync *sync, struct stamp stamp, struct json_writer *out);
bool sync_restore_links(struct venue_sync *sync, struct stamp stamp, struct text links);

/* lookup.c */
void sync_lookup(struct venue_sync *sync, struct stamp stamp, uint32_t number, enum lookup_kind kind,
                 struct text words);
void sync_lookup_reply(struct venue_sync *sync, struct stamp stamp, uint32_t index, const struct venue_reply *reply);

#endif
