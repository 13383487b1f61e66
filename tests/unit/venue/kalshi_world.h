/* What the tests of saving share: a session with a made-up venue around it. What the venue says next follows from a
 * seed and from what was asked of it, so that two syncs that do the same are told the same; a world is copied with its
 * session's time.
 */
#ifndef TEST_KALSHI_WORLD_H
#define TEST_KALSHI_WORLD_H

#include "kalshi_session.h"

#define WORLD_MARKETS 3
#define WORLD_QUEUE   64
#define SAVED_MARKETS 16
#define EVERYTHING    (JOURNAL_ALL | JOURNAL_PROOFS)

static const char *const world_tickers[WORLD_MARKETS] = {T1, T2, "KXTHREE-3"};

struct world_command {
    int id;
    enum { WORLD_SUBSCRIBE, WORLD_UPDATE, WORLD_UNSUBSCRIBE } kind;
    int channel, sid; /* of a subscription made, of the one that is meant */
};

struct world_get {
    uint32_t number;
    char what;
};

struct world {
    uint64_t random;
    int64_t ms;
    long long seq;
    int sid, next_sid; /* of the books' stream */
    bool linked;
    struct world_command commands[WORLD_QUEUE];
    unsigned command_count;
    struct world_get gets[WORLD_QUEUE];
    unsigned get_count;
};

/* A session in its world. Stays where it is: the outlet points to it. */
struct run {
    struct session s;
    struct world world;
    struct venue_options options;
};

static inline unsigned world_pick(struct world *world, unsigned count)
{
    world->random = world->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(world->random >> 33) % count;
}

static inline int world_number(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    return at ? atoi(at + strlen(key)) : 0;
}

static inline void world_hear_command(struct world *world, struct text sent)
{
    char text[512];
    text_copy(sent, text, sizeof text);
    if (world->command_count == WORLD_QUEUE) return;
    struct world_command *command = &world->commands[world->command_count++];
    *command = (struct world_command){.id = world_number(text, "\"id\":"), .sid = world_number(text, "\"sids\":[")};
    bool subscribes = strstr(text, "\"subscribe\"") != NULL;
    command->kind = subscribes                                ? WORLD_SUBSCRIBE
                    : strstr(text, "\"unsubscribe\"") != NULL ? WORLD_UNSUBSCRIBE
                                                              : WORLD_UPDATE;
    command->channel = strstr(text, "orderbook_delta") ? 0 : strstr(text, "\"ticker\"") ? 1 : 2;
}

static inline void world_wish(void *context, const struct wish *wish)
{
    struct run *run = context;
    struct world *world = &run->world;
    journal_wish(&run->s.journal, wish);
    if (wish->kind == WISH_SEND) world_hear_command(world, wish->text);
    if (wish->kind == WISH_GET && world->get_count < WORLD_QUEUE)
        world->gets[world->get_count++] = (struct world_get){wish->request, wish->what[0]};
}

/* The others of the outlet have the journal as their context. */
#define WORLD_OUT(name, type)                                                                                          \
    static inline void world_##name(void *context, type report)                                                        \
    {                                                                                                                  \
        journal_##name(&((struct run *)context)->s.journal, report);                                                   \
    }
WORLD_OUT(event, const struct event_report *)
WORLD_OUT(burst, const struct burst_report *)
WORLD_OUT(proof, const struct proof_report *)
WORLD_OUT(state, const struct market *)
WORLD_OUT(link, const struct link_report *)
WORLD_OUT(lookup, const struct lookup_report *)

static inline void run_open(struct run *run, struct venue_options options, uint64_t seed)
{
    *run = (struct run){.options = options, .world = {.random = seed, .ms = 1, .next_sid = 1}};
    kalshi_open_with(&run->s, EVERYTHING, options);
    run->s.outlet = (struct venue_outlet){world_event, world_burst,  world_proof, world_state,
                                          world_link,  world_lookup, world_wish,  run};
}

static inline void run_close(struct run *run)
{
    session_close(&run->s);
}

/* === What may happen === */

static inline const char *world_price(struct world *world)
{
    char *out = frame_buffer();
    frame_add(out, "0.%02u", 40 + world_pick(world, 20));
    return out;
}

static inline void run_snapshot(struct run *run, const char *ticker)
{
    struct world *world = &run->world;
    static const char *const bids[] = {"0.48:30 0.47:10", "0.2:5", "0.45:100 0.44:50 0.43:20", ""};
    static const char *const asks[] = {"0.52:25 0.53:5", "0.3:6", "0.55:100 0.56:50 0.57:20", "0.40:5"};
    session_receive(&run->s, frame_snapshot(world->sid, ++world->seq, ticker, bids[world_pick(world, 4)],
                                            asks[world_pick(world, 4)]));
}

static inline void run_delta(struct run *run, const char *ticker)
{
    struct world *world = &run->world;
    char change[64];
    snprintf(change, sizeof change, "%s %s %s%u", world_pick(world, 2) ? "yes" : "no", world_price(world),
             world_pick(world, 12) ? "" : "-", 1 + world_pick(world, 9));
    session_receive(&run->s, frame_delta(world->sid, ++world->seq, ticker, change,
                                         1000 + world->ms / (world_pick(world, 4) ? 20 : 1)));
}

static inline void run_trade(struct run *run, const char *ticker)
{
    struct world *world = &run->world;
    char *out = frame_buffer();
    frame_add(out,
              "{\"type\":\"trade\",\"sid\":3,\"msg\":{\"trade_id\":\"t%u\",\"market_ticker\":\"%s\","
              "\"yes_price_dollars\":\"%s\",\"count_fp\":\"3\",\"taker_side\":\"yes\",\"ts_ms\":%lld}}",
              world_pick(world, 1000), ticker, world_price(world), (long long)(1000 + world->ms));
    session_receive(&run->s, out);
}

/* The oldest command is answered, well or not. */
static inline void run_answer(struct run *run)
{
    struct world *world = &run->world;
    static const char *const channels[] = {"orderbook_delta", "ticker", "trade"};
    if (world->command_count == 0) return;
    struct world_command command = world->commands[0];
    memmove(world->commands, world->commands + 1, --world->command_count * sizeof command);
    unsigned how = world_pick(world, 12);
    if (how < 3) {
        static const int codes[] = {6, 27, 8}; /* terminal, too many, our mistake */
        session_receive(&run->s, frame_error(command.id, codes[how], ""));
    } else if (command.kind == WORLD_SUBSCRIBE) {
        int sid = world->next_sid++;
        if (command.channel == 0) world->sid = sid;
        if (command.channel == 0) world->seq = 0;
        session_receive(&run->s, frame_subscribed(command.id, channels[command.channel], sid));
    } else if (command.sid == world->sid) {
        session_receive(&run->s, command.kind == WORLD_UPDATE
                                     ? frame_ok(command.id, command.sid, ++world->seq)
                                     : frame_unsubscribed(command.id, command.sid, ++world->seq));
    }
}

static inline void run_reply(struct run *run)
{
    struct world *world = &run->world;
    if (world->get_count == 0) return;
    struct world_get get = world->gets[0];
    memmove(world->gets, world->gets + 1, --world->get_count * sizeof get);
    static const int statuses[] = {200, 200, 200, 200, 404, 429, 500, 0};
    static const char *const books[] = {
        "{\"orderbook_fp\":{\"no_dollars\":[[\"0.45\",\"11\"]],\"yes_dollars\":[[\"0.41\",\"97\"],[\"0.4\",\"1\"]]}}",
        "{\"orderbook_fp\":{\"no_dollars\":[[\"0.48\",\"25\"],[\"0.47\",\"5\"]],\"yes_dollars\":[[\"0.48\",\"30\"]]}}",
        "{\"orderbook_fp\":{}}", "no JSON"};
    int status = statuses[world_pick(world, 8)];
    run->s.journal.request = get.number;
    session_refuse(&run->s, status, get.what == 'b' ? books[world_pick(world, 4)] : "{\"trades\":[]}",
                   status == 429 ? 1000 * world_pick(world, 4) : 0);
}

static inline void run_link(struct run *run)
{
    struct world *world = &run->world;
    unsigned how = world_pick(world, 3);
    bool up = !world->linked;
    world->linked = up;
    world->command_count = 0;
    world->next_sid = 1;
    world->sid = 0;
    session_link(&run->s, 0, up ? LINK_OPENED : how == 0 ? LINK_GIVEN_UP : LINK_LOST);
}

static inline void run_watch(struct run *run, unsigned market)
{
    const struct market *known = session_market(&run->s, world_tickers[market]);
    run->s.venue->advance(run->s.sync, run->s.now);
    if (world_pick(&run->world, 3))
        session_watch(&run->s, known->handle);
    else
        session_unwatch(&run->s, known->handle);
}

static inline void run_frame(struct run *run, const char *ticker)
{
    struct world *world = &run->world;
    unsigned what = world_pick(world, 40);
    if (what == 0) world->seq++;                        /* one is lost */
    if (what == 1 && world->seq > 20) world->seq -= 10; /* the count begins again */
    if (what < 26) {
        run_delta(run, ticker);
    } else if (what < 31) {
        run_snapshot(run, ticker);
    } else if (what < 35) {
        session_receive(&run->s, frame_ticker(ticker, world_price(world), world_price(world), 1000 + world->ms));
    } else if (what < 37) {
        run_trade(run, ticker);
    } else if (what < 39) {
        session_receive(&run->s, "{\"type\":\"orderbook_delta\",");
    } else {
        session_receive(&run->s, frame_delta(world->sid, world->seq, ticker, "yes 0.4 1", 1000)); /* an old number */
    }
}

static inline void run_pass(struct run *run)
{
    struct world *world = &run->world;
    static const int pauses[] = {0, 0, 1, 3, 10, 20, 40, 55, 120, 400, 1100, 5100, 31000};
    world->ms += pauses[world_pick(world, world_pick(world, 6) ? 8 : 13)];
    session_at(&run->s, world->ms);
}

static inline void run_step(struct run *run)
{
    struct world *world = &run->world;
    unsigned what = world_pick(world, 100), market = world_pick(world, WORLD_MARKETS);
    run_pass(run);
    bool streams = run->options.has_key && world->linked;
    if (what < 20) {
        run_reply(run);
    } else if (what < 35 && streams) {
        run_answer(run);
    } else if (what < 38) {
        run_watch(run, market);
    } else if (what < 41) {
        run->s.venue->advance(run->s.sync, run->s.now);
        run->s.venue->seed(run->s.sync, run->s.now, session_market(&run->s, world_tickers[market])->handle);
    } else if (what == 41) {
        session_retry(&run->s);
    } else if ((what == 42 || (!world->linked && what < 55)) && run->options.has_key) {
        run_link(run);
    } else if (streams) {
        run_frame(run, world_tickers[market]);
    }
    run->s.venue->advance(run->s.sync, run->s.now);
}

static inline void run_begin(struct run *run, struct venue_options options, uint64_t seed)
{
    run_open(run, options, seed);
    for (size_t i = 0; i < WORLD_MARKETS; i++) {
        struct market_handle market = kalshi_add(&run->s, world_tickers[i]);
        if (i < 2) session_watch(&run->s, market);
    }
}

/* === Saving === */

/* Of one moment: the links, then the markets in their order. */
struct saved {
    char *links, *markets[SAVED_MARKETS];
    struct instrument instruments[SAVED_MARKETS];
    size_t count;
};

static inline char *saved_text(struct json_writer *out)
{
    struct text text = json_writer_text(out);
    assert_true(text.length > 2);
    char *copy = strndup(text.at, text.length);
    assert_non_null(copy);
    json_writer_free(out);
    return copy;
}

static inline char *save_links(const struct session *s)
{
    struct json_writer out = {0};
    json_write_object(&out);
    s->venue->save_links(s->sync, s->now, &out);
    json_write_object_end(&out);
    return saved_text(&out);
}

static inline char *save_market(const struct session *s, const struct market *market)
{
    struct json_writer out = {0};
    json_write_object(&out);
    s->venue->save(s->sync, s->now, market->handle, &out);
    json_write_object_end(&out);
    return saved_text(&out);
}

static inline void save_all(const struct session *s, struct saved *saved)
{
    size_t position = 0;
    const struct market *market;
    *saved = (struct saved){.links = save_links(s)};
    while ((market = registry_next(s->registry, &position))) {
        assert_true(saved->count < SAVED_MARKETS);
        saved->instruments[saved->count] = market->instrument;
        saved->markets[saved->count++] = save_market(s, market);
    }
}

static inline void saved_free(struct saved *saved)
{
    free(saved->links);
    for (size_t i = 0; i < saved->count; i++) free(saved->markets[i]);
}

/* With what is around the first difference. */
static inline void assert_same_text(const char *one, const char *other)
{
    size_t same = 0;
    while (one[same] && one[same] == other[same]) same++;
    size_t from = same > 120 ? same - 120 : 0;
    if (one[same] != other[same]) fail_msg("at %zu:\n%.240s\n and \n%.240s", same, one + from, other + from);
}

static inline void assert_saved_equal(const struct saved *a, const struct saved *b)
{
    assert_same_text(a->links, b->links);
    assert_int_equal(a->count, b->count);
    for (size_t i = 0; i < a->count; i++) assert_same_text(a->markets[i], b->markets[i]);
}

static inline bool restore_market(struct session *s, const struct instrument *instrument, const char *market)
{
    struct market_handle handle = s->venue->restore(s->sync, s->now, instrument, text_from(market));
    return !market_handle_equal(handle, MARKET_NONE);
}

static inline void restore_all(struct session *s, const struct saved *saved)
{
    assert_true(s->venue->restore_links(s->sync, s->now, text_from(saved->links)));
    for (size_t i = 0; i < saved->count; i++)
        if (!restore_market(s, &saved->instruments[i], saved->markets[i]))
            fail_msg("%s", strstr(saved->markets[i], "\"asked\""));
}

/* A new sync at the same point of the same world. Another clock, as in another process: its mono is another. */
static inline void run_fork(struct run *fork, const struct run *run, const struct saved *saved)
{
    run_open(fork, run->options, 0);
    fork->world = run->world;
    fork->s.now = run->s.now;
    fork->s.messages = run->s.messages;
    fork->s.journal.request = run->s.journal.request;
    restore_all(&fork->s, saved);
    fork->world = run->world;
    journal_clear(&fork->s.journal);
}

/* Epochs are of a process: a restored market's is another. */
static inline void journal_forget_epochs(struct journal *journal)
{
    char *from = journal->text, *to = from;
    if (journal->length == 0) return;
    while (*from) {
        if (strncmp(from, " epoch ", 7) == 0)
            from += 7 + strspn(from + 7, "0123456789");
        else
            *to++ = *from++;
    }
    *to = '\0';
}

static inline void assert_same_journals(struct session *a, struct session *b)
{
    journal_forget_epochs(&a->journal);
    journal_forget_epochs(&b->journal);
    assert_same_text(journal_text(&a->journal), journal_text(&b->journal));
}

#endif
