/* rooms: base json market venue engine */
/* A whole session of Kalshi's: frames good, bad and raw, numbered well or not.
 *
 * After each step every book is sound, none is verified whose stream has a hole since its snapshot (counted here, too),
 * and nothing that is due is left.
 */
#include "session_game.h"

#define SIDS 4

/* What was heard of by an engine's streams. */
struct heard {
    int64_t sids[MARKETS]; /* of the books' snapshots */
    bool broken[MARKETS];  /* something is missing since */
    int64_t last[SIDS];    /* numbers that were taken, -1: not known */
};

static struct heard heard[2];

/* ---- what the engines say ---- */

/* Streams may begin anew. */
static void forget_numbers(struct game *game)
{
    (void)game;
    for (int i = 0; i < 2; i++)
        for (unsigned sid = 0; sid < SIDS; sid++) heard[i].last[sid] = -1;
}

/* Every book that was built by a stream with a hole misses something. */
static void count_number(struct heard *own, const struct event_report *report)
{
    int64_t sid = report->event->stream, number = report->event->sequence_last;
    if (sid < 0 || sid >= SIDS || number < 0) return;
    if (report->why && strcmp(report->why, "an old sequence number") == 0) return;
    int64_t last = own->last[sid];
    if (last < 0 && report->event->kind == EVENT_CONTROL) return; /* an answer may have an old number */
    /* An old number that is not dropped begins the count again. */
    bool hole = last >= 0 && (number > last + 1 || (number <= last && report->event->kind != EVENT_CONTROL));
    for (unsigned n = 0; n < MARKETS; n++)
        if (hole && own->sids[n] == sid) own->broken[n] = true;
    if (number > last || hole) own->last[sid] = number;
}

static void on_event(void *context, const struct event_report *report)
{
    struct subject *subject = context;
    struct heard *own = &heard[subject->number];
    const struct market *market = check_event(subject, report);
    count_number(own, report);
    if (market && report->fate == FATE_APPLIED && report->event->kind == EVENT_SNAPSHOT) {
        unsigned number = (unsigned)(market->instrument.symbol[4] - '0');
        require(market->has_book && !market->burst_open && number < MARKETS);
        own->sids[number] = report->event->stream;
        own->broken[number] = false;
    }
    mix_event(subject, report);
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

/* ---- frames ---- */

/* A stream and its next number, now and then another one. */
static void add_number(struct game *game)
{
    unsigned sid = take(&game->bytes, 4) ? 1 : take(&game->bytes, SIDS), jump = take(&game->bytes, 32);
    int64_t number = heard[0].last[sid] + 1;
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

static void make_instrument(struct game *game, unsigned number, struct instrument *out)
{
    char symbol[8];
    (void)game;
    snprintf(symbol, sizeof symbol, "KXM-%u", number);
    require(instrument_init(out, VENUE_KALSHI, text_from(symbol), 4, 2));
}

/* ---- what must hold ---- */

static void check_market(const struct subject *subject, const struct market *market)
{
    unsigned number = (unsigned)(market->instrument.symbol[4] - '0');
    check_proof(market);
    require(market->has_book || market->proof.state == PROOF_SYNCING || market->proof.state == PROOF_STALE);
    require(number < MARKETS && (!heard[subject->number].broken[number] || market->proof.state != PROOF_VERIFIED));
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

/* Deadlines are lower bounds: they need not be the same. */
static void check_session(const struct game *game)
{
    check_counts(&game->subjects[0]);
}

static const struct rules rules = {
    .venue = VENUE_KALSHI,
    .keys = true,
    .trouble = 429,
    .sink = {on_event, on_burst, on_proof, on_state, on_link, on_lookup, on_wish},
    .instrument = make_instrument,
    .frame = make_frame,
    .reply = make_reply,
    .link = forget_numbers,
    .check = check_session,
    .check_market = check_market,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    memset(heard, 0, sizeof heard);
    forget_numbers(NULL);
    play(&rules, data, size);
    return 0;
}
