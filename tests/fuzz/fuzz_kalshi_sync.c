/* rooms: base json market venue engine */
/* A whole session of Kalshi's, made of any bytes: frames good, bad and raw, numbered well or not, links that open, end
 * and are given up, watching, replies, questions, impatience, and time, in any order.
 *
 * After each step every book is sound, none is verified whose stream has a hole since its snapshot (counted here, too),
 * and nothing that is due is left. A second engine is given the same, but is told of time more often: its reports and
 * books are the same.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/engine/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MARKETS     3
#define SIDS        4
#define STEPS_MAX   200
#define MILLISECOND NANOSECONDS_PER_MILLISECOND

struct bytes {
    const uint8_t *at;
    size_t left;
};

/* One of the two engines, and a digest of everything it said. */
struct subject {
    struct engine *engine;
    uint64_t digest;
    uint64_t reports;
    uint64_t checks[VERDICT_COUNT];
    int64_t sids[MARKETS]; /* of the books' snapshots */
    bool broken[MARKETS];  /* something is missing since */
    int64_t last[SIDS];    /* numbers that were taken, -1: not known */
    uint32_t request;      /* the last one wished for */
    bool questions[256];   /* open */
};

struct game {
    struct subject subjects[2];
    struct bytes bytes;
    struct stamp now;
    bool stamps;
    uint64_t messages;
    char frame[4096];
    size_t length;
};

static void require(bool condition)
{
    if (!condition) abort();
}

static unsigned take(struct bytes *bytes, unsigned choices)
{
    if (bytes->left == 0) return 0;
    bytes->left--;
    return *bytes->at++ % choices;
}

/* ---- what the engines say ---- */

static void mix_number(struct subject *subject, uint64_t number)
{
    subject->digest = (subject->digest ^ number) * UINT64_C(0x9e3779b97f4a7c15);
    subject->digest ^= subject->digest >> 29;
}

static void mix_text(struct subject *subject, struct text text)
{
    mix_number(subject, text.length);
    for (size_t i = 0; i < text.length; i++) mix_number(subject, (unsigned char)text.at[i]);
}

static void mix_stamp(struct subject *subject, struct stamp stamp)
{
    mix_number(subject, (uint64_t)stamp.mono);
    mix_number(subject, (uint64_t)stamp.wall);
    subject->reports++;
}

/* Streams may begin anew. */
static void forget_numbers(struct game *game)
{
    for (int i = 0; i < 2; i++)
        for (unsigned sid = 0; sid < SIDS; sid++) game->subjects[i].last[sid] = -1;
}

/* Every book that was built by a stream with a hole misses something. */
static void count_number(struct subject *subject, const struct event_report *report)
{
    int64_t sid = report->event->stream, number = report->event->sequence_last;
    if (sid < 0 || sid >= SIDS || number < 0) return;
    if (report->why && strcmp(report->why, "an old sequence number") == 0) return;
    int64_t last = subject->last[sid];
    if (last < 0 && report->event->kind == EVENT_CONTROL) return; /* an answer may have an old number */
    /* An old number that is not dropped begins the count again. */
    bool hole = last >= 0 && (number > last + 1 || (number <= last && report->event->kind != EVENT_CONTROL));
    for (unsigned n = 0; n < MARKETS; n++)
        if (hole && subject->sids[n] == sid) subject->broken[n] = true;
    if (number > last || hole) subject->last[sid] = number;
}

static void on_event(void *context, const struct event_report *report)
{
    struct subject *subject = context;
    const struct market *market = registry_market(engine_registry(subject->engine), report->market);
    require(report->outcome < INSTRUMENT_OUTCOMES && (market || report->outcome < 0));
    require(report->fate == FATE_APPLIED || report->why || report->event->kind == EVENT_IGNORED);
    count_number(subject, report);
    if (market && report->fate == FATE_APPLIED && report->event->kind == EVENT_CHANGES)
        require(market->has_book && market->burst_open);
    if (market && report->fate == FATE_APPLIED && report->event->kind == EVENT_SNAPSHOT) {
        unsigned number = (unsigned)(market->instrument.symbol[4] - '0');
        require(market->has_book && !market->burst_open && number < MARKETS);
        subject->sids[number] = report->event->stream;
        subject->broken[number] = false;
    }
    mix_number(subject, (uint64_t)report->event->kind << 16 | (uint64_t)report->fate << 8 | report->market.index);
    mix_number(subject, report->message);
    mix_text(subject, text_from(report->why));
    mix_stamp(subject, report->stamp);
}

static void on_burst(void *context, const struct burst_report *report)
{
    struct subject *subject = context;
    const struct market *market = registry_market(engine_registry(subject->engine), report->market);
    require(market && !market->burst_open && report->messages > 0 && report->message > 0);
    require(report->crossed == (order_book_crossed(&market->book) || order_book_locked(&market->book)));
    mix_number(subject, report->market.index);
    mix_number(subject, report->message * 1000 + report->messages);
    mix_stamp(subject, report->stamp);
}

static void check_proof(const struct market *market)
{
    static const enum proof_verdict verdicts[PROOF_STATE_COUNT] = {[PROOF_VERIFIED] = VERDICT_VERIFIED,
                                                                   [PROOF_SUSPECT] = VERDICT_FAILED,
                                                                   [PROOF_UNVERIFIABLE] = VERDICT_UNVERIFIABLE};
    const struct proof *proof = &market->proof;
    enum proof_verdict verdict = verdicts[proof->state];
    require(verdict == VERDICT_NONE || verdict == proof->last.verdict || market->burst_open);
    require(proof->state != PROOF_LIVE && proof->searched == 0 &&
            proof->crossed <= proof->bursts + proof->verified + proof->failed + proof->unverifiable);
}

static void on_proof(void *context, const struct proof_report *report)
{
    struct subject *subject = context;
    const struct market *market = registry_market(engine_registry(subject->engine), report->market);
    const struct proof_check *check = &report->check;
    require(market && check->verdict != VERDICT_NONE && check->verdict < VERDICT_COUNT);
    require((check->verdict == VERDICT_VERIFIED) == !check->why && !check->recipe && !check->searched);
    require(!report->late && !market->burst_open && market->proof.last.verdict == check->verdict);
    check_proof(market);
    subject->checks[check->verdict]++;
    mix_number(subject, report->market.index * 64 + (uint64_t)check->verdict * 8 + check->snapshot);
    mix_number(subject, report->message);
    mix_number(subject, (uint64_t)check->venue_ms);
    mix_text(subject, text_from(check->why));
    mix_stamp(subject, check->stamp);
}

static void on_state(void *context, const struct market *market)
{
    struct subject *subject = context;
    mix_number(subject, (uint64_t)market->proof.state << 16 | (uint64_t)market->status << 8 | market->handle.index);
    mix_number(subject, market->epoch);
    mix_text(subject, text_from(market->proof.why));
}

static void on_link(void *context, const struct link_report *report)
{
    struct subject *subject = context;
    mix_number(subject, (uint64_t)report->link << 8 | (uint64_t)report->phase);
    mix_stamp(subject, report->stamp);
}

static void on_lookup(void *context, const struct lookup_report *report)
{
    struct subject *subject = context;
    require(subject->questions[report->lookup]); /* each is answered once */
    subject->questions[report->lookup] = false;
    require((report->result == LOOKUP_FOUND) == (report->catalogue && report->catalogue->count > 0));
    mix_number(subject, (uint64_t)report->lookup << 8 | (uint64_t)report->result);
    mix_stamp(subject, report->stamp);
}

static void on_wish(void *context, const struct wish *wish)
{
    struct subject *subject = context;
    if (wish->kind == WISH_GET) subject->request = wish->request;
    require(wish->kind != WISH_SEND || wish->text.length > 0);
    require((wish->what != NULL) == (wish->kind == WISH_SEND || wish->kind == WISH_GET));
    require((wish->kind != WISH_GET && wish->kind != WISH_CONNECT) || strlen(wish->url.at) == wish->url.length);
    mix_number(subject, (uint64_t)wish->kind << 32 | wish->link);
    mix_number(subject, wish->request);
    mix_text(subject, wish->text);
    mix_text(subject, wish->url);
}

static const struct engine_sink sink = {on_event, on_burst, on_proof, on_state, on_link, on_lookup, on_wish};

/* ---- frames ---- */

__attribute__((format(printf, 2, 3))) static void add(struct game *game, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(game->frame + game->length, sizeof game->frame - game->length, format, arguments);
    va_end(arguments);
    require(written >= 0 && (size_t)written < sizeof game->frame - game->length);
    game->length += (size_t)written;
}

static void add_raw(struct game *game)
{
    size_t length = take(&game->bytes, 64);
    if (length > game->bytes.left) length = game->bytes.left;
    memcpy(game->frame + game->length, game->bytes.at, length);
    game->bytes.at += length;
    game->bytes.left -= length;
    game->length += length;
}

/* A stream and its next number, now and then another one. */
static void add_number(struct game *game)
{
    unsigned sid = take(&game->bytes, 4) ? 1 : take(&game->bytes, SIDS), jump = take(&game->bytes, 32);
    int64_t number = game->subjects[0].last[sid] + 1;
    if (jump == 1) number += 1 + take(&game->bytes, 3);
    if (jump == 2) number -= take(&game->bytes, 4);
    if (jump == 3) return;
    if (number < 0) number = 0;
    add(game, "\"sid\":%u,\"seq\":%lld,", sid, (long long)number);
}

static void add_ticker_name(struct game *game)
{
    add(game, "\"market_ticker\":\"KXM-%u\",", take(&game->bytes, MARKETS));
}

static void add_levels(struct game *game, const char *key, unsigned base)
{
    unsigned count = take(&game->bytes, 5);
    add(game, "\"%s\":[", key);
    for (unsigned i = 0; i < count; i++)
        add(game, "%s[\"0.%02u\",\"%u.00\"]", i ? "," : "", base + take(&game->bytes, 45), take(&game->bytes, 6));
    add(game, "]");
}

static void add_snapshot(struct game *game)
{
    add(game, "{\"type\":\"orderbook_snapshot\",");
    add_number(game);
    add(game, "\"msg\":{");
    add_ticker_name(game);
    add_levels(game, "yes_dollars_fp", 1);
    add(game, ",");
    add_levels(game, "no_dollars_fp", take(&game->bytes, 2) ? 50 : 5);
    add(game, "}}");
}

static void add_delta(struct game *game)
{
    add(game, "{\"type\":\"orderbook_delta\",");
    add_number(game);
    add(game, "\"msg\":{");
    add_ticker_name(game);
    if (take(&game->bytes, 4)) add(game, "\"ts_ms\":%u,", 1000 + take(&game->bytes, 32));
    add(game, "\"price_dollars\":\"0.%02u\",\"delta_fp\":\"%d.00\",\"side\":\"%s\"}}", take(&game->bytes, 100),
        (int)take(&game->bytes, 9) - 3,
        take(&game->bytes, 2)    ? "yes"
        : take(&game->bytes, 16) ? "no"
                                 : "x");
}

static void add_small(struct game *game)
{
    static const char *const types[] = {"trade", "ticker", "market_lifecycle_v2", "event_lifecycle", "new", "fill"};
    static const char *const turns[] = {"settled", "activated", "deactivated", "determined"};
    add(game, "{\"type\":\"%s\",", types[take(&game->bytes, 6)]);
    if (take(&game->bytes, 2)) add_number(game);
    add(game, "\"msg\":{");
    add_ticker_name(game);
    add(game, "\"trade_id\":\"%u\",\"yes_price_dollars\":\"0.5\",\"count_fp\":\"1.00\",\"event_type\":\"%s\",",
        take(&game->bytes, 8), turns[take(&game->bytes, 4)]);
    add(game, "\"yes_bid_dollars\":\"0.%02u\",\"yes_ask_dollars\":\"0.%02u\",\"ts_ms\":%u}}", take(&game->bytes, 50),
        50 + take(&game->bytes, 50), 1000 + take(&game->bytes, 64));
}

/* What it begins or ends, the streams' numbers here do not know: they begin anew. */
static void add_answer(struct game *game)
{
    static const char *const channels[] = {"orderbook_delta", "ticker", "trade", "fill"};
    unsigned kind = take(&game->bytes, 4), id = take(&game->bytes, 16);
    if (kind == 0) {
        unsigned sid = take(&game->bytes, SIDS);
        add(game, "{\"type\":\"subscribed\",\"id\":%u,\"msg\":{\"channel\":\"%s\",\"sid\":%u}}", id,
            channels[take(&game->bytes, 4)], sid);
        forget_numbers(game);
        return;
    }
    add(game, "{\"type\":\"%s\",\"id\":%u,", kind == 1 ? "ok" : kind == 2 ? "unsubscribed" : "error", id);
    if (take(&game->bytes, 4)) add_number(game);
    add(game, "\"msg\":{\"code\":%u,\"msg\":\"no\"}}", take(&game->bytes, 30));
    if (kind > 1) forget_numbers(game);
}

static void make_frame(struct game *game)
{
    static void (*const makers[])(struct game *) = {add_snapshot, add_snapshot, add_delta, add_delta,
                                                    add_delta,    add_delta,    add_delta, add_small,
                                                    add_small,    add_answer,   add_raw};
    game->length = 0;
    makers[take(&game->bytes, sizeof makers / sizeof *makers)](game);
}

static void make_reply(struct game *game)
{
    unsigned shape = take(&game->bytes, 6);
    game->length = 0;
    if (shape == 0) {
        add_raw(game);
    } else if (shape < 3) {
        add(game, "{\"orderbook_fp\":{");
        add_levels(game, "yes_dollars", 1);
        add(game, ",");
        add_levels(game, "no_dollars", 5);
        add(game, "}}");
    } else if (shape == 3) {
        add(game,
            "{\"trades\":[{\"ticker\":\"KXM-%u\",\"trade_id\":\"%u\",\"yes_price_dollars\":\"0.4\",\"count_fp\":"
            "\"1.00\"}]}",
            take(&game->bytes, MARKETS), take(&game->bytes, 8));
    } else if (shape == 4) {
        add(game, "{\"market\":{\"ticker\":\"KXM-%u\",\"status\":\"%s\"}}", take(&game->bytes, MARKETS),
            take(&game->bytes, 4) ? "active" : "finalized");
    } else {
        add(game, "{\"events\":[{\"markets\":[{\"ticker\":\"A\",\"status\":\"active\"}]}],\"cursor\":\"%s\"}",
            take(&game->bytes, 2) ? "more" : "");
    }
}

/* ---- steps: the same for both engines ---- */

static void step_frame(struct game *game)
{
    unsigned link = take(&game->bytes, 8) ? 0 : take(&game->bytes, 80);
    make_frame(game);
    /* An own copy, exactly as long: reading beyond it is seen. */
    char *frame = malloc(game->length + !game->length);
    if (!frame) return;
    memcpy(frame, game->frame, game->length);
    game->messages++;
    for (int i = 0; i < 2; i++)
        engine_receive(game->subjects[i].engine, VENUE_KALSHI, game->now, link, game->messages,
                       (struct text){frame, game->length});
    free(frame);
}

static void step_link(struct game *game)
{
    static const enum link_change changes[] = {LINK_LOST,     LINK_OPENED, LINK_OPENED,
                                               LINK_GIVEN_UP, LINK_OPENED, LINK_OPENED};
    unsigned choice = take(&game->bytes, 6);
    unsigned link = take(&game->bytes, 8) ? 0 : take(&game->bytes, 80);
    if (choice == 5) { /* the user's impatience */
        for (int i = 0; i < 2; i++) engine_retry(game->subjects[i].engine, VENUE_KALSHI, game->now);
        return;
    }
    enum link_change change = changes[choice];
    forget_numbers(game);
    for (int i = 0; i < 2; i++) engine_link(game->subjects[i].engine, VENUE_KALSHI, game->now, link, change, NULL);
}

static void step_market(struct game *game)
{
    unsigned action = take(&game->bytes, 4), number = take(&game->bytes, MARKETS);
    struct instrument instrument;
    char symbol[8];
    snprintf(symbol, sizeof symbol, "KXM-%u", number);
    require(instrument_init(&instrument, VENUE_KALSHI, text_from(symbol), 4, 2));
    for (int i = 0; i < 2; i++) {
        struct engine *engine = game->subjects[i].engine;
        engine_advance(engine, game->now);
        struct market_handle market = registry_add(engine_registry(engine), &instrument);
        if (action == 0)
            engine_unwatch(engine, game->now, market);
        else if (action == 1)
            engine_seed(engine, game->now, market);
        else
            engine_watch(engine, game->now, market);
    }
}

static void step_reply(struct game *game)
{
    static const int statuses[] = {200, 200, 200, 404, 0, 429};
    struct venue_reply reply = {.status = statuses[take(&game->bytes, 6)], .reason = "reason"};
    static const int64_t pauses[] = {0, 0, 5000 * MILLISECOND, INT64_MAX};
    unsigned back = take(&game->bytes, 16);
    make_reply(game);
    reply.body = (struct text){game->frame, game->length};
    reply.request = game->subjects[0].request - back % 4;
    reply.retry_after = pauses[back / 4];
    for (int i = 0; i < 2; i++) engine_reply(game->subjects[i].engine, VENUE_KALSHI, game->now, &reply);
}

static void step_lookup(struct game *game)
{
    unsigned number = take(&game->bytes, 256);
    enum lookup_kind kind = (enum lookup_kind)take(&game->bytes, 3);
    if (game->subjects[0].questions[number]) return;
    game->length = 0;
    add_raw(game);
    for (int i = 0; i < 2; i++) {
        game->subjects[i].questions[number] = true;
        engine_lookup(game->subjects[i].engine, VENUE_KALSHI, game->now, number, kind,
                      (struct text){game->frame, game->length});
    }
}

/* The second engine hears of the time between as well. */
static void step_time(struct game *game)
{
    static const int64_t scales[] = {MILLISECOND / 10, MILLISECOND, 50 * MILLISECOND, 1000 * MILLISECOND};
    int64_t by = scales[take(&game->bytes, 4)] * take(&game->bytes, 64);
    unsigned pulses = take(&game->bytes, 4);
    if (!game->stamps) return;
    for (unsigned i = 1; i <= pulses; i++) {
        int64_t part = by * i / (pulses + 1);
        engine_advance(game->subjects[1].engine, (struct stamp){game->now.mono + part, game->now.wall + part});
    }
    game->now.mono += by;
    game->now.wall += by;
    for (int i = 0; i < 2; i++) {
        engine_advance(game->subjects[i].engine, game->now);
        require(engine_deadline(game->subjects[i].engine) > game->now.mono);
    }
}

/* ---- what must hold ---- */

static void check_side(const struct book_side *side, price_t limit, bool rising)
{
    uint32_t count = 0;
    const struct level *better = NULL;
    for (const struct level *level = book_side_best(side); level; level = book_side_worse(side, level), count++) {
        require(level->price > 0 && level->price < limit && level->quantity > 0);
        require(!better || (rising ? level->price < better->price : level->price > better->price));
        better = level;
    }
    require(count == side->count);
}

static void check_market(const struct subject *subject, const struct market *market)
{
    unsigned number = (unsigned)(market->instrument.symbol[4] - '0');
    check_side(&market->book.bids, 10000, true);
    check_side(&market->book.asks, 10000, false);
    require(!market->burst_open || market->has_book);
    check_proof(market);
    require(market->has_book || market->proof.state == PROOF_SYNCING || market->proof.state == PROOF_STALE);
    require(!market->has_book || market->had_book);
    require(market->had_book || (market->book.bids.count == 0 && market->book.asks.count == 0));
    require(number < MARKETS && (!subject->broken[number] || market->proof.state != PROOF_VERIFIED));
}

static bool same_side(const struct book_side *a, const struct book_side *b)
{
    const struct level *one = book_side_best(a), *other = book_side_best(b);
    for (; one && other; one = book_side_worse(a, one), other = book_side_worse(b, other))
        if (one->price != other->price || one->quantity != other->quantity) return false;
    return !one && !other;
}

/* Every proof was told; what speaks against a book between them is none. */
static void check_counts(const struct subject *subject)
{
    uint64_t verified = 0, failed = 0, unverifiable = 0;
    size_t place = 0;
    const struct market *market;
    while ((market = registry_next(engine_registry(subject->engine), &place))) {
        verified += market->proof.verified;
        failed += market->proof.failed;
        unverifiable += market->proof.unverifiable;
    }
    require(verified == subject->checks[VERDICT_VERIFIED] && unverifiable == subject->checks[VERDICT_UNVERIFIABLE]);
    require(failed >= subject->checks[VERDICT_FAILED]);
}

static void check(const struct game *game)
{
    const struct subject *first = &game->subjects[0], *second = &game->subjects[1];
    require(first->digest == second->digest && first->reports == second->reports);
    /* Deadlines are lower bounds: they need not be the same. What was found to be needed at this very moment is done
     * when time is told next. */
    require(engine_deadline(first->engine) >= game->now.mono);
    check_counts(first);
    require(game->stamps || game->now.mono == 0);
    size_t place = 0, other_place = 0;
    const struct market *market, *other;
    while ((market = registry_next(engine_registry(first->engine), &place))) {
        other = registry_next(engine_registry(second->engine), &other_place);
        require(other && market_handle_equal(market->handle, other->handle) && market->version == other->version);
        require(same_side(&market->book.bids, &other->book.bids) && same_side(&market->book.asks, &other->book.asks));
        check_market(first, market);
    }
}

static bool start(struct game *game)
{
    unsigned way = take(&game->bytes, 8);
    forget_numbers(game);
    game->stamps = way != 0;
    if (way > 1) game->now = (struct stamp){INT64_C(1000000000000), INT64_C(1789156497000000000)};
    for (int i = 0; i < 2; i++) {
        struct engine_options options = {
            .key = "sixteen letters",
            .venues[VENUE_KALSHI] = {.discover = way != 2, .stampless = !game->stamps, .has_key = way > 3},
        };
        game->subjects[i].engine = engine_create(&options);
        if (!game->subjects[i].engine) return false;
        require(engine_add_sink(game->subjects[i].engine, &sink, &game->subjects[i]));
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const steps[])(struct game *) = {step_frame,  step_frame, step_frame, step_frame,
                                                   step_frame,  step_time,  step_time,  step_link,
                                                   step_market, step_reply, step_lookup};
    static struct game game;
    game = (struct game){.bytes = {data, size}};
    if (start(&game)) {
        for (int i = 0; i < STEPS_MAX && game.bytes.left > 0; i++) {
            steps[take(&game.bytes, sizeof steps / sizeof *steps)](&game);
            check(&game);
        }
        for (int i = 0; i < 2; i++) engine_finish(game.subjects[i].engine, game.now);
        check(&game);
    }
    for (int i = 0; i < 2; i++) engine_destroy(game.subjects[i].engine);
    return 0;
}
