#include "book_line.h"

#include "booktop/market/digest.h"
#include "booktop/venue/venue.h"

static void write_side(struct json_writer *out, const struct instrument *instrument, const struct book_side *side,
                       unsigned outcome)
{
    json_write_array(out);
    for (const struct level *level = book_side_best(side); level; level = book_side_worse(side, level)) {
        price_t price = outcome == 1 ? instrument_one(instrument) - level->price : level->price;
        json_write_array(out);
        json_write_decimal(out, price, instrument->price_scale);
        json_write_decimal(out, level->quantity, instrument->size_scale);
        json_write_array_end(out);
    }
    json_write_array_end(out);
}

void book_line_write(struct json_writer *out, const struct instrument *instrument, const struct order_book *book,
                     unsigned outcome, enum proof_state state, uint32_t hidden, bool whole,
                     const struct book_time *time)
{
    const char *token = instrument->outcomes[outcome].token;
    json_write_object(out);
    if (time) {
        json_write_key(out, "m");
        json_write_integer(out, time->m);
        json_write_key(out, "at");
        json_write_string(out, text_from(time->at));
    }
    json_write_key(out, "venue");
    json_write_string(out, text_from(venue_get(instrument->venue)->name));
    json_write_key(out, "market");
    json_write_string(out, text_from(instrument->symbol));
    json_write_key(out, "asset");
    if (token[0])
        json_write_string(out, text_from(token));
    else
        json_write_null(out);
    json_write_key(out, "bids");
    write_side(out, instrument, outcome == 1 ? &book->asks : &book->bids, outcome);
    json_write_key(out, "asks");
    write_side(out, instrument, outcome == 1 ? &book->bids : &book->asks, outcome);
    json_write_key(out, "digest");
    if (whole) {
        char digest[DIGEST_TEXT_SIZE];
        digest_book(instrument, book, outcome, digest);
        json_write_string(out, text_from(digest));
    } else {
        json_write_null(out);
    }
    json_write_key(out, "state");
    json_write_string(out, text_from(proof_state_text(state)));
    json_write_key(out, "hidden");
    json_write_integer(out, hidden);
    json_write_object_end(out);
    json_write_newline(out);
}
