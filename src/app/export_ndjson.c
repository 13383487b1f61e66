/* One object a line: {"kind":"market"|"snapshot"|"changes"|"trade"|"state"|"gap", …}. Prices and sizes are exact texts,
 * times "local_ns" (ours) and "venue_ms" (the venue's, null: none) since 1970; a gap is of no market, between the times
 * "from_ns" and "to_ns" (ours, null: the begin, the end). */
#include "export.h"

#include <errno.h>
#include <stdlib.h>

#include "booktop/json/writer.h"
#include "booktop/venue/venue.h"
#include "export_file.h"

struct ndjson {
    struct export_file file;
    struct json_writer out;
};

static void *open_ndjson(const char *path, char *error, size_t error_size)
{
    struct ndjson *ndjson = calloc(1, sizeof *ndjson);
    if (ndjson && export_file_open(&ndjson->file, path, error, error_size)) return ndjson;
    if (!ndjson) snprintf(error, error_size, "out of memory");
    free(ndjson);
    return NULL;
}

static void put_text(struct json_writer *out, const char *key, const char *text)
{
    json_write_key(out, key);
    if (text && text[0])
        json_write_string(out, text_from(text));
    else
        json_write_null(out);
}

static void put_integer(struct json_writer *out, const char *key, int64_t value)
{
    json_write_key(out, key);
    if (value == EVENT_NO_TIME)
        json_write_null(out);
    else
        json_write_integer(out, value);
}

static void begin(struct json_writer *out, const char *kind, const struct instrument *instrument)
{
    json_write_object(out);
    put_text(out, "kind", kind);
    put_text(out, "venue", venue_get(instrument->venue)->name);
    put_text(out, "market", instrument->symbol);
}

static bool end(struct ndjson *ndjson)
{
    json_write_object_end(&ndjson->out);
    json_write_newline(&ndjson->out);
    if (ndjson->out.failed && !ndjson->file.problem) ndjson->file.problem = ENOMEM;
    struct text line = json_writer_text(&ndjson->out);
    bool good = export_file_write(&ndjson->file, line.at, line.length);
    json_writer_reset(&ndjson->out);
    return good;
}

/* At the end nothing is told again: what is in a line was true when it was written. */
static bool write_market(void *context, const struct instrument *instrument, size_t number, bool again)
{
    struct ndjson *ndjson = context;
    struct json_writer *out = &ndjson->out;
    (void)number;
    if (again) return true;
    begin(out, "market", instrument);
    put_text(out, "title", instrument->title);
    json_write_key(out, "outcomes");
    json_write_array(out);
    for (size_t i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        json_write_object(out);
        put_text(out, "name", instrument->outcomes[i].name);
        put_text(out, "token", instrument->outcomes[i].token);
        json_write_object_end(out);
    }
    json_write_array_end(out);
    return end(ndjson);
}

static void put_side(struct json_writer *out, const char *key, enum side side, const struct export_book *book)
{
    const struct instrument *instrument = &book->market->instrument;
    json_write_key(out, key);
    json_write_array(out);
    for (size_t i = 0; i < book->count; i++) {
        if (book->levels[i].side != side) continue;
        json_write_array(out);
        json_write_decimal(out, book->levels[i].price, instrument->price_scale);
        json_write_decimal(out, book->levels[i].quantity, instrument->size_scale);
        json_write_array_end(out);
    }
    json_write_array_end(out);
}

static bool write_book(void *context, const struct export_book *book)
{
    struct ndjson *ndjson = context;
    struct json_writer *out = &ndjson->out;
    begin(out, book->snapshot ? "snapshot" : "changes", &book->market->instrument);
    put_integer(out, "local_ns", book->stamp.wall);
    put_integer(out, "venue_ms", book->venue_ms);
    put_text(out, "state", proof_state_text(book->market->proof.state));
    put_side(out, "bids", SIDE_BID, book);
    put_side(out, "asks", SIDE_ASK, book);
    return end(ndjson);
}

static bool write_trade(void *context, const struct export_trade *row)
{
    struct ndjson *ndjson = context;
    struct json_writer *out = &ndjson->out;
    const struct trade *trade = &row->trade;
    const struct instrument *instrument = &row->market->instrument;
    char id[20] = "";
    if (trade->id) snprintf(id, sizeof id, "%016llx", (unsigned long long)trade->id);
    begin(out, "trade", instrument);
    put_integer(out, "local_ns", row->stamp.wall);
    put_integer(out, "venue_ms", trade->venue_ms);
    put_text(out, "state", proof_state_text(row->market->proof.state));
    put_text(out, "id", id);
    put_text(out, "side", !trade->has_aggressor ? NULL : trade->aggressor == SIDE_BID ? "buy" : "sell");
    json_write_key(out, "price");
    json_write_decimal(out, trade->price, instrument->price_scale);
    json_write_key(out, "size");
    json_write_decimal(out, trade->quantity, instrument->size_scale);
    json_write_key(out, "rest");
    json_write_bool(out, row->rest);
    return end(ndjson);
}

static bool write_state(void *context, const struct export_state *state)
{
    struct ndjson *ndjson = context;
    const struct proof *proof = &state->market->proof;
    begin(&ndjson->out, "state", &state->market->instrument);
    put_integer(&ndjson->out, "local_ns", state->wall);
    put_integer(&ndjson->out, "venue_ms", state->market->venue_ms);
    put_text(&ndjson->out, "state", proof_state_text(proof->state));
    put_text(&ndjson->out, "why", proof->why);
    return end(ndjson);
}

static bool write_gap(void *context, const struct export_gap *gap)
{
    struct ndjson *ndjson = context;
    json_write_object(&ndjson->out);
    put_text(&ndjson->out, "kind", "gap");
    put_integer(&ndjson->out, "from_ns", gap->from);
    put_integer(&ndjson->out, "to_ns", gap->to);
    json_write_key(&ndjson->out, "why");
    json_write_string(&ndjson->out, gap->why);
    return end(ndjson);
}

static bool close_ndjson(void *context, bool keep, char *error, size_t error_size)
{
    struct ndjson *ndjson = context;
    bool good = export_file_close(&ndjson->file, keep, error, error_size);
    json_writer_free(&ndjson->out);
    free(ndjson);
    return good;
}

const struct export_format export_ndjson = {
    .name = "ndjson",
    .text = true,
    .open = open_ndjson,
    .market = write_market,
    .book = write_book,
    .trade = write_trade,
    .state = write_state,
    .gap = write_gap,
    .close = close_ndjson,
};
