/* rooms: base json market venue engine */
/* A whole session of Polymarket's: frames good, bad and raw, with true hashes and others.
 *
 * After each step every book is sound, its state is what its last check says, and nothing that is due is left.
 */
#include "session_game.h"

#include "../support/channel_frames.h"

/* ---- what the engines say ---- */

static void on_event(void *context, const struct event_report *report)
{
    struct subject *subject = context;
    const struct market *market = check_event(subject, report);
    if (market && report->fate == FATE_APPLIED && report->event->kind == EVENT_CHANGES)
        require(report->event->venue_ms == market->venue_ms);
    mix_event(subject, report);
}

/* Suspect without a failure is what had a message refused. */
static void check_proof(const struct proof *proof)
{
    static const enum proof_verdict verdicts[PROOF_STATE_COUNT] = {[PROOF_VERIFIED] = VERDICT_VERIFIED,
                                                                   [PROOF_SUSPECT] = VERDICT_FAILED,
                                                                   [PROOF_UNVERIFIABLE] = VERDICT_UNVERIFIABLE};
    enum proof_verdict verdict = verdicts[proof->state];
    bool refused = proof->state == PROOF_SUSPECT && proof->refused > 0;
    require(verdict == VERDICT_NONE || verdict == proof->last.verdict || refused);
    for (uint32_t n = 0; n <= PROOF_NOTES; n++) {
        const struct proof_note *note = proof_noted(proof, n), *newer = n ? proof_noted(proof, n - 1) : NULL;
        require((note != NULL) == (n < PROOF_NOTES && n < proof->note_count));
        if (!note) continue;
        require((unsigned)note->what < HAPPENED_COUNT && (!newer || newer->stamp.mono >= note->stamp.mono));
        bool row = note->what == HAPPENED_FAILURE || note->what == HAPPENED_CROSSED || note->what == HAPPENED_REFUSAL;
        require(!row || (note->number > 0 && (!newer || newer->what != note->what)));
    }
    require(proof->state != PROOF_LIVE && (proof->state != PROOF_POLLED || proof->last.verdict != VERDICT_FAILED));
    require(proof->searched <= proof->verified && proof->crossed <= proof->bursts);
}

/* A late check says nothing of the book. */
static void on_proof(void *context, const struct proof_report *report)
{
    struct subject *subject = context;
    const struct market *market = registry_market(engine_registry(subject->engine), report->market);
    const struct proof_check *check = &report->check;
    require(market && check->verdict != VERDICT_NONE && check->verdict < VERDICT_COUNT);
    require((check->verdict == VERDICT_VERIFIED) == !check->why &&
            (check->verdict == VERDICT_VERIFIED) == !!check->recipe);
    require(!check->searched || check->verdict == VERDICT_VERIFIED);
    /* The asset is that of the hash; where there was none, only the best prices can have failed. */
    bool no_hash = check->why && strcmp(check->why, "the venue sent no hash") == 0;
    bool touch = check->why && strcmp(check->why, "its best prices differ") == 0;
    require(no_hash == (check->verdict == VERDICT_UNVERIFIABLE && !report->asset.length));
    require(report->asset.length || no_hash || (touch && !check->snapshot));
    require(!report->late || check->snapshot);
    if (!report->late) require(!market->burst_open && market->proof.last.stamp.mono == check->stamp.mono);
    if (!report->late) require(market->proof.last.verdict == check->verdict);
    check_proof(&market->proof);
    subject->checks[check->verdict]++;
    subject->searched += check->searched;
    mix_number(subject, report->market.index * 64 + (uint64_t)check->verdict * 8 + check->snapshot * 4u +
                            check->searched * 2u + report->late);
    mix_number(subject, report->message);
    mix_number(subject, (uint64_t)check->venue_ms + check->outcome);
    mix_text(subject, report->asset);
    mix_text(subject, text_from(check->why));
    mix_text(subject, text_from(check->recipe));
    mix_stamp(subject, check->stamp);
}

/* ---- frames ---- */

/* Markets "0xm0" … with tokens "t00", "t01"; a third token is a stranger, a fourth another market's. */
static void add_asset(struct game *game, unsigned market)
{
    unsigned token = take(&game->bytes, 16);
    if (token == 15)
        add(game, "\"asset_id\":\"t%u0\",", (market + 1) % MARKETS);
    else if (token == 14)
        add(game, "\"asset_id\":\"stranger\",");
    else
        add(game, "\"asset_id\":\"t%u%u\",", market, token % 2);
}

static void add_hash(struct game *game)
{
    unsigned hash = take(&game->bytes, 24);
    if (hash) add(game, "\"hash\":\"%040x\",", hash);
}

static void add_level(struct game *game)
{
    unsigned tick = take(&game->bytes, 102), size = take(&game->bytes, 6);
    add(game, "\"price\":\"%s%02u\",\"size\":\"%u\"", tick < 100 ? "0." : "1.", tick % 100, size);
}

static void add_time(struct game *game)
{
    add(game, "\"timestamp\":\"%u\",", 1000 + take(&game->bytes, 32));
}

static void add_levels(struct game *game, const char *key)
{
    unsigned count = take(&game->bytes, 5);
    add(game, "\"%s\":[", key);
    for (unsigned i = 0; i < count; i++) {
        add(game, i ? ",{" : "{");
        add_level(game);
        add(game, "}");
    }
    add(game, "],");
}

static void add_book(struct game *game, unsigned market)
{
    add(game, "{\"market\":\"0xm%u\",", market);
    add_asset(game, market);
    add_hash(game);
    add_time(game);
    add_levels(game, "bids");
    add_levels(game, "asks");
    add(game, "\"event_type\":\"book\"}");
}

static void add_changes(struct game *game, unsigned market)
{
    unsigned count = 1 + take(&game->bytes, 5);
    add(game, "{\"market\":\"0xm%u\",", market);
    add_time(game);
    add(game, "\"event_type\":\"price_change\",\"price_changes\":[");
    for (unsigned i = 0; i < count; i++) {
        add(game, i ? ",{" : "{");
        add_asset(game, market);
        add_hash(game);
        add(game, "\"side\":\"%s\",", take(&game->bytes, 2) ? "BUY" : "SELL");
        add_level(game);
        add(game, "}");
    }
    add(game, "]}");
}

/* The venue's own shape: both tokens tell the same. */
static void add_pair(struct game *game, unsigned market)
{
    unsigned tick = 1 + take(&game->bytes, 99), size = take(&game->bytes, 6), hash = 100 + take(&game->bytes, 40);
    bool buy = take(&game->bytes, 2);
    add(game, "{\"market\":\"0xm%u\",", market);
    add_time(game);
    add(game, "\"event_type\":\"price_change\",\"price_changes\":[");
    for (unsigned token = 0; token < 2; token++)
        add(game, "%s{\"asset_id\":\"t%u%u\",\"hash\":\"%040x\",\"side\":\"%s\",\"price\":\"0.%02u\",\"size\":\"%u\"}",
            token ? "," : "", market, token, hash * 2 + token, buy == (token == 0) ? "BUY" : "SELL",
            token ? 100 - tick : tick, size);
    add(game, "]}");
}

/* ---- with true hashes ---- */

/* The venue makes its hashes now so, now so. */
static void choose_terms(struct game *game)
{
    static const char *const lasts[] = {"", "", "", "0.500", "0.123"};
    unsigned way = take(&game->bytes, 32);
    frame_terms = USUAL_TERMS;
    frame_terms.last = lasts[take(&game->bytes, 5)];
    if (way == 1) frame_terms.recipe = 'B';
    if (way == 2) frame_terms.recipe = 'A';
    if (way == 3) frame_terms.recipe = 'Z';
    if (way == 4) frame_terms.tick = "0.001";
    if (way == 5) frame_terms.negative_risk = true;
    if (way == 6) frame_terms.least = "15";
    if (way == 7) frame_terms.ms_before = 1 + take(&game->bytes, 45);
}

static void add_level_text(char *out, price_t price, quantity_t quantity)
{
    char price_text[DECIMAL_TEXT_SIZE], size_text[DECIMAL_TEXT_SIZE];
    decimal_format(price, 4, price_text);
    decimal_format(quantity, 6, size_text);
    frame_add(out, " %s:%s", price_text, size_text);
}

/* A side of the book as it is after one of its levels is set, in terms of the token whose name is odd. */
static const char *side_after(const struct market *market, enum side side, enum side changed, price_t price,
                              quantity_t quantity)
{
    char *out = frame_buffer();
    bool odd = market->instrument.outcomes[0].token[2] == '1';
    if (!odd) side = side_other(side);
    const struct book_side *levels = side == SIDE_BID ? &market->book.bids : &market->book.asks;
    for (const struct level *level = book_side_best(levels); level; level = book_side_worse(levels, level))
        if (side != changed || level->price != price)
            add_level_text(out, odd ? level->price : 10000 - level->price, level->quantity);
    if (side == changed && quantity) add_level_text(out, odd ? price : 10000 - price, quantity);
    return out;
}

/* Both tokens tell of one level; of each the hash is true or not. */
static void add_proved_pair(struct game *game, unsigned number)
{
    char symbol[8], entries[256];
    snprintf(symbol, sizeof symbol, "0xm%u", number);
    const struct market *market =
        registry_find(engine_registry(game->subjects[0].engine), VENUE_POLYMARKET, text_from(symbol), NULL);
    unsigned tick = 1 + take(&game->bytes, 99), size = take(&game->bytes, 6), hashes = take(&game->bytes, 8);
    bool buy = take(&game->bytes, 2);
    choose_terms(game);
    long long ms = market && market->venue_ms > 0 ? market->venue_ms + take(&game->bytes, 3) : 1000;
    const char *bids = "", *asks = "";
    if (market) {
        bool first = market->instrument.outcomes[0].token[2] == '0';
        enum side changed = first == buy ? SIDE_BID : SIDE_ASK;
        price_t price = (price_t)(first ? tick : 100 - tick) * 100;
        bids = side_after(market, SIDE_BID, changed, price, size * 1000000);
        asks = side_after(market, SIDE_ASK, changed, price, size * 1000000);
    }
    snprintf(entries, sizeof entries, "t%u0 %s 0.%02u %u %s, t%u1 %s 0.%02u %u %s%s", number, buy ? "BUY" : "SELL",
             tick, size, hashes & 1 ? "77" : "ok", number, buy ? "SELL" : "BUY", 100 - tick, size,
             hashes & 2 ? "78" : "ok", hashes & 4 ? " 0.4/0.6" : "");
    add(game, "%s", frame_changes_after(symbol, ms, entries, bids, asks));
}

static void add_proved_book(struct game *game, unsigned number)
{
    char symbol[8], asset[8], *bids = frame_buffer(), *asks = frame_buffer();
    snprintf(symbol, sizeof symbol, "0xm%u", number);
    snprintf(asset, sizeof asset, "t%u%u", number, take(&game->bytes, 2));
    unsigned bid = take(&game->bytes, 60);
    for (unsigned i = take(&game->bytes, 5); i > 0 && bid > i; i--) frame_add(bids, " 0.%02u:%u", bid - i, i);
    for (unsigned i = take(&game->bytes, 5); i > 0; i--) frame_add(asks, " 0.%02u:%u", bid + 2 * i, i);
    choose_terms(game);
    long long ms = 1000 + take(&game->bytes, 64);
    add(game, "%s", frame_book_of(symbol, asset, ms, PROVED, bids, asks));
}

static void add_small(struct game *game, unsigned market)
{
    static const char *const kinds[] = {
        "\"last_trade_price\",\"side\":\"BUY\",\"transaction_hash\":\"0x1\"",
        "\"tick_size_change\",\"new_tick_size\":\"0.01\"",
        "\"tick_size_change\",\"new_tick_size\":\"0.001\"",
        "\"best_bid_ask\",\"best_bid\":\"0.1\"",
        "\"market_resolved\",\"winning_asset_id\":\"t00\"",
        "\"new_market\"",
        "\"order\"",
    };
    add(game, "{\"market\":\"0xm%u\",", market);
    add_asset(game, market);
    add_time(game);
    add_level(game);
    add(game, ",\"event_type\":%s}", kinds[take(&game->bytes, 7)]);
}

static void add_object(struct game *game)
{
    static void (*const makers[])(struct game *, unsigned) = {add_book,  add_changes,     add_pair,
                                                              add_small, add_proved_pair, add_proved_book};
    unsigned market = take(&game->bytes, MARKETS);
    makers[take(&game->bytes, sizeof makers / sizeof *makers)](game, market);
}

static void make_frame(struct game *game)
{
    unsigned shape = take(&game->bytes, 16);
    game->length = 0;
    if (shape == 0) {
        add_raw(game);
    } else if (shape < 4) {
        add(game, "[");
        for (unsigned i = 0; i < shape; i++) {
            if (i) add(game, ",");
            add_object(game);
        }
        add(game, "]");
    } else {
        add_object(game);
    }
}

static void make_instrument(struct game *game, unsigned number, struct instrument *out)
{
    char symbol[8];
    snprintf(symbol, sizeof symbol, "0xm%u", number);
    require(instrument_init(out, VENUE_POLYMARKET, text_from(symbol), 4, 6));
    snprintf(out->outcomes[0].token, SYMBOL_SIZE, "t%u0", number);
    if (take(&game->bytes, 2)) snprintf(out->outcomes[1].token, SYMBOL_SIZE, "t%u1", number);
}

/* ---- what must hold ---- */

static void check_market(const struct subject *subject, const struct market *market)
{
    (void)subject;
    check_proof(&market->proof);
    /* What is resolved keeps the state it had. */
    require(market->has_book || market->status == MARKET_RESOLVED || market->proof.state == PROOF_SYNCING ||
            market->proof.state == PROOF_STALE);
    require(market->instrument.symbol[0] == '0');
    for (unsigned n = 0; n < INSTRUMENT_OUTCOMES; n++) {
        const char *token = market->instrument.outcomes[n].token;
        require(token[0] == '\0' || strcmp(token, "stranger") == 0 || strncmp(token, "t", 1) == 0);
    }
}

/* Every check was told. Of a burst that goes on after all its verdict is taken back, unless it was proved. */
static void check_counts(const struct subject *subject)
{
    uint64_t verified = 0, searched = 0, failed = 0, unverifiable = 0;
    size_t place = 0;
    const struct market *market;
    while ((market = registry_next(engine_registry(subject->engine), &place))) {
        verified += market->proof.verified;
        searched += market->proof.searched;
        failed += market->proof.failed;
        unverifiable += market->proof.unverifiable;
    }
    require(verified == subject->checks[VERDICT_VERIFIED] && searched == subject->searched);
    require(failed <= subject->checks[VERDICT_FAILED] && unverifiable <= subject->checks[VERDICT_UNVERIFIABLE]);
}

static void check_session(const struct game *game)
{
    require(engine_deadline(game->subjects[0].engine) == engine_deadline(game->subjects[1].engine));
    check_counts(&game->subjects[0]);
}

static const struct rules rules = {
    .venue = VENUE_POLYMARKET,
    .trouble = 500,
    .sink = {on_event, on_burst, on_proof, on_state, on_link, on_lookup, on_wish},
    .instrument = make_instrument,
    .frame = make_frame,
    .reply = make_frame,
    .check = check_session,
    .check_market = check_market,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    play(&rules, data, size);
    return 0;
}
