/* booktop decode: a venue's messages in, one line of JSON for each event out.
 *
 * The output is a contract that scripts rely on. It is a sink of the engine like any other: what is printed of a
 * message is what the viewer would have known after it.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "book_line.h"
#include "booktop/app/options.h"
#include "booktop/engine/engine.h"

struct decode {
    struct engine *engine;
    enum venue_id venue;
    uint64_t line;   /* of the input, from 1 */
    uint64_t frames; /* lines that are not blank */
    uint64_t events, errors, ignored, trades;
    struct json_writer out;
    bool failed; /* the output was refused */
};

static const char *const event_names[EVENT_KIND_COUNT] = {
    [EVENT_SNAPSHOT] = "book",       [EVENT_CHANGES] = "price_change", [EVENT_TRADE] = "trade",
    [EVENT_TICK_SIZE] = "tick_size", [EVENT_TICKER] = "ticker",        [EVENT_LIFECYCLE] = "lifecycle",
    [EVENT_CONTROL] = "control",     [EVENT_IGNORED] = "ignored",      [EVENT_ERROR] = "error",
};

/* What is refused is an error whatever it was; changes for a book that was not seen are passed over. Other events keep
 * their name: they mean something without a book. */
static const char *event_name(const struct event_report *report)
{
    if (report->fate == FATE_REFUSED) return event_names[EVENT_ERROR];
    if (report->fate == FATE_IGNORED && report->event->kind == EVENT_CHANGES) return event_names[EVENT_IGNORED];
    return event_names[report->event->kind];
}

static void write_text(struct json_writer *out, const char *key, struct text text)
{
    json_write_key(out, key);
    if (text.length)
        json_write_string(out, text);
    else
        json_write_null(out);
}

static void write_price(struct json_writer *out, const char *key, price_t price, unsigned scale)
{
    json_write_key(out, key);
    if (price == PRICE_NONE)
        json_write_null(out);
    else
        json_write_decimal(out, price, scale);
}

/* Best prices in the asset's terms; the mid is exact with one digit more. */
static void write_touch(struct json_writer *out, const struct market *market, int outcome)
{
    price_t bid = PRICE_NONE, ask = PRICE_NONE;
    unsigned scale = 0;
    if (market && outcome >= 0) {
        price_t one = instrument_one(&market->instrument);
        bid = order_book_best_bid(&market->book);
        ask = order_book_best_ask(&market->book);
        scale = market->instrument.price_scale;
        if (outcome == 1) {
            price_t mirrored = ask == PRICE_NONE ? PRICE_NONE : one - ask;
            ask = bid == PRICE_NONE ? PRICE_NONE : one - bid;
            bid = mirrored;
        }
    }
    bool both = bid != PRICE_NONE && ask != PRICE_NONE;
    write_price(out, "best_bid", bid, scale);
    write_price(out, "best_ask", ask, scale);
    write_price(out, "spread", both ? ask - bid : PRICE_NONE, scale);
    write_price(out, "mid", both ? (bid + ask) * 5 : PRICE_NONE, scale + 1);
}

static void flush(struct decode *decode)
{
    struct text text = json_writer_text(&decode->out);
    if (decode->out.failed || fwrite(text.at, 1, text.length, stdout) != text.length) decode->failed = true;
    json_writer_reset(&decode->out);
}

/* What every line has; the object stays open. */
struct line {
    uint64_t message;
    const char *event;
    struct text market, asset;
    int outcome;
    int64_t venue_ms;
    const char *why;
};

static void begin_line(struct decode *decode, const struct line *line, const struct market *market)
{
    struct json_writer *out = &decode->out;
    json_write_object(out);
    json_write_key(out, "n");
    json_write_integer(out, (int64_t)line->message);
    write_text(out, "venue", text_from(venue_get(decode->venue)->name));
    write_text(out, "event", text_from(line->event));
    write_text(out, "market", line->market);
    write_text(out, "asset", line->asset);
    json_write_key(out, "ts_ms");
    if (line->venue_ms == EVENT_NO_TIME)
        json_write_null(out);
    else
        json_write_integer(out, line->venue_ms);
    write_touch(out, market, line->outcome);
    write_text(out, "state", text_from(market ? proof_state_text(market->proof.state) : NULL));
    write_text(out, "why", text_from(line->why));
}

static void end_line(struct decode *decode)
{
    json_write_object_end(&decode->out);
    json_write_newline(&decode->out);
    flush(decode);
}

static void on_event(void *context, const struct event_report *report)
{
    struct decode *decode = context;
    const struct market *market = registry_market(engine_registry(decode->engine), report->market);
    const struct line line = {
        .message = report->message,
        .event = event_name(report),
        .market = report->event->market,
        .asset = report->asset,
        .outcome = report->outcome,
        .venue_ms = report->event->venue_ms,
        .why = report->why,
    };
    decode->events++;
    if (line.event == event_names[EVENT_ERROR]) decode->errors++;
    if (line.event == event_names[EVENT_IGNORED]) decode->ignored++;
    if (report->event->kind == EVENT_TRADE && report->fate < FATE_REFUSED && report->fate != FATE_DUPLICATE)
        decode->trades++;
    begin_line(decode, &line, market);
    end_line(decode);
}

/* A line for each burst that ended; what became of a snapshot its own line says. */
static void on_proof(void *context, const struct proof_report *report)
{
    struct decode *decode = context;
    const struct proof_check *check = &report->check;
    const struct market *market = registry_market(engine_registry(decode->engine), report->market);
    if (!market || check->snapshot) return;
    const struct line line = {
        .message = report->message,
        .event = "proof",
        .market = text_from(market->instrument.symbol),
        .asset = report->asset,
        .outcome = report->asset.length ? check->outcome : -1,
        .venue_ms = check->venue_ms,
        .why = check->why,
    };
    begin_line(decode, &line, market);
    write_text(&decode->out, "recipe", text_from(check->recipe));
    json_write_key(&decode->out, "searched");
    json_write_bool(&decode->out, check->searched);
    end_line(decode);
}

static void write_books(struct decode *decode)
{
    size_t position = 0;
    const struct market *market;
    while ((market = registry_next(engine_registry(decode->engine), &position))) {
        for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++) {
            if (outcome > 0 && !market->instrument.outcomes[outcome].token[0]) continue;
            book_line_write(&decode->out, &market->instrument, &market->book, outcome, market->proof.state,
                            market_cut(market).levels, true, NULL);
        }
        flush(decode);
    }
}

static void add_up(const struct decode *decode, struct proof *sum, size_t *markets)
{
    size_t position = 0;
    const struct market *market;
    while ((market = registry_next(engine_registry(decode->engine), &position))) {
        const struct proof *proof = &market->proof;
        sum->bursts += proof->bursts;
        sum->verified += proof->verified;
        sum->searched += proof->searched;
        sum->failed += proof->failed;
        sum->unverifiable += proof->unverifiable;
        sum->gaps += proof->gaps;
        sum->duplicates += proof->duplicates;
        sum->crossed += proof->crossed;
        ++*markets;
    }
}

static void write_summary(struct decode *decode)
{
    struct proof sum = {.state = PROOF_SYNCING};
    size_t markets = 0;
    add_up(decode, &sum, &markets);
    const struct {
        const char *key;
        uint64_t count;
    } counts[] = {
        {"frames", decode->frames},   {"events", decode->events},     {"errors", decode->errors},
        {"ignored", decode->ignored}, {"bursts", sum.bursts},         {"verified", sum.verified},
        {"searched", sum.searched},   {"failed", sum.failed},         {"unverifiable", sum.unverifiable},
        {"gaps", sum.gaps},           {"duplicates", sum.duplicates}, {"crossed", sum.crossed},
        {"trades", decode->trades},   {"markets", markets},
    };
    json_write_object(&decode->out);
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        json_write_key(&decode->out, counts[i].key);
        json_write_integer(&decode->out, (int64_t)counts[i].count);
    }
    end_line(decode);
}

static bool is_blank(struct text line)
{
    return text_trim(line).length == 0;
}

/* A line without its end of line; a byte order mark at the very start is no part of it. */
static struct text line_text(const struct decode *decode, const char *line, size_t length)
{
    struct text text = {line, length};
    if (text.length && text.at[text.length - 1] == '\n') text.length--;
    if (text.length && text.at[text.length - 1] == '\r') text.length--;
    if (decode->line == 1 && text_starts_with(text, TEXT("\xef\xbb\xbf")))
        text = (struct text){text.at + 3, text.length - 3};
    return text;
}

static int decode_input(struct decode *decode, FILE *input, const char *name, const struct options *options)
{
    static const struct stamp no_stamp = {0, 0};
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    errno = 0;
    while (!decode->failed && (length = getline(&line, &capacity, input)) >= 0) {
        decode->line++;
        struct text frame = line_text(decode, line, (size_t)length);
        if (is_blank(frame)) continue;
        decode->frames++;
        engine_receive(decode->engine, decode->venue, no_stamp, 0, decode->line, frame);
    }
    bool unread = ferror(input) || (!decode->failed && !feof(input));
    free(line);
    if (unread) {
        fprintf(stderr, "booktop: cannot read %s: %s\n", name, strerror(errno));
        return EXIT_FAILED;
    }
    engine_finish(decode->engine, no_stamp);
    if (options->books) write_books(decode);
    if (options->summary) write_summary(decode);
    if (!decode->failed && fflush(stdout) == 0) return EXIT_DONE;
    if (errno == EPIPE) return EXIT_DONE; /* the reader had enough */
    fprintf(stderr, "booktop: cannot write: %s\n", strerror(errno));
    return EXIT_FAILED;
}

static const struct engine_sink decode_sink = {.on_event = on_event, .on_proof = on_proof};

int command_decode(const struct options *options)
{
    const struct venue *venue = options->venue ? venue_find(text_from(options->venue)) : NULL;
    if (!venue) {
        fprintf(stderr, "booktop: decode wants --venue polymarket or --venue kalshi\n");
        return EXIT_USAGE;
    }
    bool from_stdin = options->word_count == 0 || strcmp(options->words[0], "-") == 0;
    const char *name = from_stdin ? "standard input" : options->words[0];
    FILE *input = from_stdin ? stdin : fopen(name, "re");
    if (!input) {
        fprintf(stderr, "booktop: cannot read %s: %s\n", name, strerror(errno));
        return EXIT_FAILED;
    }
    signal(SIGPIPE, SIG_IGN);
    /* Nothing in the output depends on the order in the registry's table: a fixed key will do. */
    struct engine_options engine_options = {.key = "booktop decode"};
    engine_options.venues[venue->id] = (struct venue_options){.discover = true, .stampless = true};
    struct decode decode = {.venue = venue->id, .engine = engine_create(&engine_options)};
    int code = EXIT_FAILED;
    if (decode.engine && engine_add_sink(decode.engine, &decode_sink, &decode))
        code = decode_input(&decode, input, name, options);
    else
        fprintf(stderr, "booktop: out of memory\n");
    engine_destroy(decode.engine);
    json_writer_free(&decode.out);
    if (!from_stdin) fclose(input);
    return code;
}
