/* What every venue's snaps have in common. */
#include <stdlib.h>

#include "booktop/market/digest.h"
#include "snap.h"
#include "values.h"

#define MARKET(member, key, kind, limit) SNAP_FIELD(struct market, member, key, kind, limit)
#define PROOF(member, key, kind, limit)  SNAP_FIELD(struct proof, member, key, kind, limit)
#define CHECK(member, key, kind, limit)  SNAP_FIELD(struct proof_check, member, key, kind, limit)

static const struct snap_field market_fields[] = {
    MARKET(status, "status", SNAP_COUNT, MARKET_RESOLVED + 1),
    MARKET(winner, "winner", SNAP_WINNER, 0),
    MARKET(last_trade, "last_trade", SNAP_PRICE, 0),
    MARKET(link, "link", SNAP_COUNT, 0),
    MARKET(has_book, "has_book", SNAP_FLAG, 0),
    MARKET(had_book, "had_book", SNAP_FLAG, 0),
    MARKET(burst_open, "burst_open", SNAP_FLAG, 0),
    MARKET(newest.newest, "newest", SNAP_COUNT, SIDE_ASK + 1),
    MARKET(newest.said_bid, "said_bid", SNAP_PRICE, 0),
    MARKET(newest.said_ask, "said_ask", SNAP_PRICE, 0),
    MARKET(venue_ms, "venue_ms", SNAP_MS, 0),
    MARKET(changed, "changed", SNAP_STAMP, 0),
    MARKET(heard, "heard", SNAP_STAMP, 0),
    MARKET(messages, "messages", SNAP_COUNT, 0),
    MARKET(tape.total, "traded", SNAP_COUNT, 0),
};

static const struct snap_field trade_fields[] = {
    SNAP_FIELD(struct trade, venue_ms, "ms", SNAP_MS, 0),
    SNAP_FIELD(struct trade, price, "price", SNAP_PRICE, 0),
    SNAP_FIELD(struct trade, quantity, "size", SNAP_QUANTITY, 0),
    SNAP_FIELD(struct trade, id, "id", SNAP_COUNT, 0),
    SNAP_FIELD(struct trade, aggressor, "side", SNAP_COUNT, SIDE_ASK + 1),
    SNAP_FIELD(struct trade, has_aggressor, "sided", SNAP_FLAG, 0),
    SNAP_FIELD(struct trade, outcome, "outcome", SNAP_COUNT, INSTRUMENT_OUTCOMES),
};

static const struct snap_field second_fields[] = {
    SNAP_FIELD(struct tape_second, number, "s", SNAP_QUANTITY, 0),
    SNAP_FIELD(struct tape_second, trades, "n", SNAP_COUNT, 0),
};

static const struct snap_field proof_fields[] = {
    PROOF(state, "state", SNAP_COUNT, PROOF_STATE_COUNT),
    PROOF(why, "why", SNAP_WORD, 0),
    PROOF(since, "since", SNAP_PAST, 0),
    PROOF(bursts, "bursts", SNAP_COUNT, 0),
    PROOF(verified, "verified", SNAP_COUNT, 0),
    PROOF(searched, "searched", SNAP_COUNT, 0),
    PROOF(failed, "failed", SNAP_COUNT, 0),
    PROOF(unverifiable, "unverifiable", SNAP_COUNT, 0),
    PROOF(gaps, "gaps", SNAP_COUNT, 0),
    PROOF(duplicates, "duplicates", SNAP_COUNT, 0),
    PROOF(refused, "refused", SNAP_COUNT, 0),
    PROOF(crossed, "crossed", SNAP_COUNT, 0),
    PROOF(resyncs, "resyncs", SNAP_COUNT, 0),
    PROOF(note_count, "noted", SNAP_COUNT, 0),
};

static const struct snap_field check_fields[] = {
    CHECK(verdict, "verdict", SNAP_COUNT, VERDICT_COUNT),
    CHECK(snapshot, "snapshot", SNAP_FLAG, 0),
    CHECK(searched, "searched", SNAP_FLAG, 0),
    CHECK(outcome, "outcome", SNAP_COUNT, INSTRUMENT_OUTCOMES),
    CHECK(recipe, "recipe", SNAP_WORD, 0),
    CHECK(why, "why", SNAP_WORD, 0),
    CHECK(venue_ms, "venue_ms", SNAP_MS, 0),
    CHECK(stamp, "at", SNAP_STAMP, 0),
};

static const struct snap_field note_fields[] = {
    SNAP_FIELD(struct proof_note, what, "what", SNAP_COUNT, HAPPENED_COUNT),
    SNAP_FIELD(struct proof_note, number, "number", SNAP_COUNT, 0),
    SNAP_FIELD(struct proof_note, stamp, "at", SNAP_STAMP, 0),
};

/* With the place to spare: what is taken back uncovers the one before. */
#define NOTES_HELD (PROOF_NOTES + 1)

/* === The book === */

static void write_side(struct json_writer *out, const char *key, const struct instrument *instrument,
                       const struct book_side *side)
{
    json_write_key(out, key);
    json_write_array(out);
    for (const struct level *level = book_side_best(side); level; level = book_side_worse(side, level)) {
        json_write_array(out);
        json_write_decimal(out, level->price, instrument->price_scale);
        json_write_decimal(out, level->quantity, instrument->size_scale);
        json_write_array_end(out);
    }
    json_write_array_end(out);
}

static void write_book(struct json_writer *out, const struct market *market)
{
    char digest[DIGEST_TEXT_SIZE];
    write_side(out, "bids", &market->instrument, &market->book.bids);
    write_side(out, "asks", &market->instrument, &market->book.asks);
    digest_book(&market->instrument, &market->book, 0, digest);
    json_write_key(out, "h");
    json_write_string(out, text_from(digest));
}

/* Levels while they are read. */
struct levels {
    struct level *levels; /* owned */
    size_t count, capacity;
};

static bool levels_add(struct levels *levels, struct level level)
{
    if (levels->count == levels->capacity) {
        size_t capacity = levels->capacity ? levels->capacity * 2 : 64;
        struct level *grown = realloc(levels->levels, capacity * sizeof *grown);
        if (!grown) return false;
        levels->levels = grown;
        levels->capacity = capacity;
    }
    levels->levels[levels->count++] = level;
    return true;
}

static bool read_number(struct json_reader *reader, unsigned scale, int64_t *number)
{
    struct json_value value;
    if (!json_next_element(reader) || !json_read(reader, &value)) return false;
    return value.type == JSON_STRING && !value.escaped && decimal_parse(value.text, scale, number) == DECIMAL_OK;
}

static bool read_level(struct json_reader *reader, const struct instrument *instrument, struct level *level)
{
    struct json_value value;
    if (!json_read(reader, &value) || value.type != JSON_ARRAY) return false;
    if (!read_number(reader, instrument->price_scale, &level->price)) return false;
    return read_number(reader, instrument->size_scale, &level->quantity) && !json_next_element(reader);
}

/* False: of another form. A side that is missing is empty; the digest tells. */
static bool read_side(struct text object, const char *key, const struct instrument *instrument, struct levels *levels)
{
    struct json_reader reader;
    struct json_value value;
    struct text side;
    struct level level;
    if (!snap_member(object, key, &side)) return true;
    json_start(&reader, side);
    if (!json_read(&reader, &value) || value.type != JSON_ARRAY) return false;
    while (json_next_element(&reader))
        if (!read_level(&reader, instrument, &level) || !levels_add(levels, level)) return false;
    return json_finish(&reader);
}

static bool digest_matches(const struct market *market, struct text object)
{
    char digest[DIGEST_TEXT_SIZE];
    struct text value;
    digest_book(&market->instrument, &market->book, 0, digest);
    if (!snap_member(object, "h", &value) || value.length < 2 || value.at[0] != '"') return false;
    return text_is((struct text){value.at + 1, value.length - 2}, digest);
}

static bool read_book(struct market *market, struct text object)
{
    struct levels bids = {.count = 0}, asks = {.count = 0};
    bool read = read_side(object, "bids", &market->instrument, &bids) &&
                read_side(object, "asks", &market->instrument, &asks) &&
                order_book_replace(&market->book, bids.levels, bids.count, asks.levels, asks.count) == BOOK_OK;
    free(bids.levels);
    free(asks.levels);
    return read && digest_matches(market, object);
}

/* === Trades === */

static void write_tape(struct json_writer *out, struct stamp stamp, const struct tape *tape)
{
    struct trade trades[TAPE_TRADES];
    size_t held = tape_count(tape);
    for (size_t i = 0; i < held; i++) trades[held - 1 - i] = *tape_trade(tape, i);
    snap_write_objects(out, "trades", stamp, SNAP_TABLE(trade_fields), trades, sizeof *trades, held);
    json_write_key(out, "seconds");
    json_write_array(out);
    for (size_t i = 0; tape->seconds && i < TAPE_MINUTE; i++) {
        if (tape->seconds[i].trades == 0) continue;
        json_write_object(out);
        snap_write(out, stamp, SNAP_TABLE(second_fields), &tape->seconds[i]);
        json_write_object_end(out);
    }
    json_write_array_end(out);
}

/* `traded` was read already. */
static bool read_tape(struct tape *tape, struct stamp stamp, struct text object)
{
    struct trade trades[TAPE_TRADES] = {{0}};
    struct tape_second seconds[TAPE_MINUTE] = {{0}};
    size_t count, second_count;
    if (!snap_read_objects(object, "trades", stamp, SNAP_TABLE(trade_fields), trades, sizeof *trades, TAPE_TRADES,
                           &count) ||
        !snap_read_objects(object, "seconds", stamp, SNAP_TABLE(second_fields), seconds, sizeof *seconds, TAPE_MINUTE,
                           &second_count))
        return false;
    for (size_t i = 0; i < count; i++)
        if (trades[i].price == PRICE_NONE) return false;
    return tape_restore(tape, tape->total, trades, count, seconds, second_count);
}

/* === The proof === */

static size_t notes_held(const struct proof *proof)
{
    return proof->note_count < NOTES_HELD ? proof->note_count : NOTES_HELD;
}

/* Where the n-th newest lies. */
static size_t note_place(const struct proof *proof, size_t n)
{
    return (proof->note_count - 1 - n) % NOTES_HELD;
}

static void write_proof(struct json_writer *out, struct stamp stamp, const struct proof *proof)
{
    struct proof_note notes[NOTES_HELD];
    size_t held = notes_held(proof);
    for (size_t i = 0; i < held; i++) notes[i] = proof->notes[note_place(proof, i)];
    json_write_key(out, "proof");
    json_write_object(out);
    snap_write(out, stamp, SNAP_TABLE(proof_fields), proof);
    snap_write_object(out, "last", stamp, SNAP_TABLE(check_fields), &proof->last);
    snap_write_objects(out, "notes", stamp, SNAP_TABLE(note_fields), notes, sizeof *notes, held);
    json_write_object_end(out);
}

static bool read_proof(struct proof *proof, struct stamp stamp, struct text object)
{
    struct proof_note notes[NOTES_HELD] = {{0}};
    struct text value;
    size_t held;
    if (!snap_member(object, "proof", &value)) return true;
    if (!snap_read(value, stamp, SNAP_TABLE(proof_fields), proof) ||
        !snap_read_object(value, "last", stamp, SNAP_TABLE(check_fields), &proof->last) ||
        !snap_read_objects(value, "notes", stamp, SNAP_TABLE(note_fields), notes, sizeof *notes, NOTES_HELD, &held))
        return false;
    if (held != notes_held(proof)) return false;
    for (size_t i = 0; i < held; i++) proof->notes[note_place(proof, i)] = notes[i];
    return true;
}

/* === The instrument === */

static bool terms_are_sane(const struct instrument *instrument)
{
    price_t one = instrument_one(instrument);
    bool tick = instrument->tick == PRICE_NONE || (instrument->tick > 0 && instrument->tick <= one);
    return tick && instrument->min_order_size >= 0 && instrument->range_count <= INSTRUMENT_RANGES;
}

/* Names only fill in what is not known; of what changes with time, that of the recording holds. The book is in the
 * terms of its outcome 0. */
static bool take_terms(struct instrument *known, const struct instrument *told)
{
    if (known->price_scale != told->price_scale || known->size_scale != told->size_scale) return false;
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++)
        if (told->outcomes[outcome].token[0] &&
            strcmp(told->outcomes[outcome].token, known->outcomes[outcome].token) != 0)
            return false;
    struct instrument terms = *known;
    terms.range_count = 0;
    if (told->range_count && !instrument_set_ranges(&terms, told->ranges, told->range_count)) return false;
    terms.tick = told->tick;
    terms.min_order_size = told->min_order_size;
    terms.close_time = told->close_time;
    terms.negative_risk = told->negative_risk;
    terms.negative_risk_known = told->negative_risk_known;
    *known = terms;
    return true;
}

static struct market *find_market(struct registry *registry, const struct instrument *instrument)
{
    if (instrument->price_scale > DECIMAL_SCALE_MAX || instrument->size_scale > DECIMAL_SCALE_MAX) return NULL;
    if (!terms_are_sane(instrument)) return NULL;
    return snap_add_market(registry, instrument);
}

/* === The outside === */

void snap_write_market(struct json_writer *out, struct stamp stamp, const struct market *market)
{
    write_book(out, market);
    snap_write(out, stamp, SNAP_TABLE(market_fields), market);
    write_tape(out, stamp, &market->tape);
    write_proof(out, stamp, &market->proof);
}

struct market *snap_read_market(struct registry *registry, struct stamp stamp, const struct instrument *instrument,
                                unsigned links, struct text object)
{
    struct market *market = find_market(registry, instrument);
    if (!market) return NULL;
    market_reset(market);
    if (take_terms(&market->instrument, instrument) && read_book(market, object) &&
        snap_read(object, stamp, SNAP_TABLE(market_fields), market) && market->link < links &&
        read_tape(&market->tape, stamp, object) && read_proof(&market->proof, stamp, object))
        return market;
    market_reset(market);
    return NULL;
}
