/* Comma-separated values as Tardis has them (docs.tardis.dev, downloadable CSV files): incremental_book_L2 and trades.
 * Times are microseconds since 1970; amounts absolute, 0: the level is gone; fields quoted as RFC 4180 asks. */
#include "export.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "export_file.h"

/* A symbol quoted, four numbers, and words between them. */
#define LINE_SIZE (2 * SYMBOL_SIZE + 4 * DECIMAL_TEXT_SIZE + 128)

/* What the rows of a market have said so far. */
struct told {
    bool whole;  /* the last one was of a snapshot */
    bool begins; /* the book begins anew, which no row has said yet: it is empty */
};

struct csv {
    struct export_file file;
    struct told *told; /* by number of market, owned */
    size_t capacity;
};

static void *open_with(const char *path, const char *head, char *error, size_t error_size)
{
    struct csv *csv = calloc(1, sizeof *csv);
    if (!csv) {
        snprintf(error, error_size, "out of memory");
        return NULL;
    }
    if (export_file_open(&csv->file, path, error, error_size)) {
        export_file_write(&csv->file, head, strlen(head));
        return csv;
    }
    free(csv);
    return NULL;
}

static void *open_book(const char *path, char *error, size_t error_size)
{
    return open_with(path, "exchange,symbol,timestamp,local_timestamp,is_snapshot,side,price,amount\n", error,
                     error_size);
}

static void *open_trades(const char *path, char *error, size_t error_size)
{
    return open_with(path, "exchange,symbol,timestamp,local_timestamp,id,side,price,amount\n", error, error_size);
}

/* A field, quoted where it has to be. Returns what follows it. */
static char *put_field(char *at, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) return stpcpy(at, text);
    *at++ = '"';
    for (; *text; text++) {
        if (*text == '"') *at++ = '"';
        *at++ = *text;
    }
    *at++ = '"';
    return at;
}

static char *put_time(char *at, int64_t microseconds)
{
    return at + sprintf(at, ",%lld", (long long)microseconds);
}

static char *put_decimal(char *at, int64_t units, unsigned scale)
{
    *at++ = ',';
    return at + decimal_format(units, scale, at);
}

/* What every row begins with. Where the venue gave no time it is ours. */
static char *put_begin(char *at, const struct instrument *instrument, int64_t venue_ms, int64_t wall)
{
    at = stpcpy(at, venue_get(instrument->venue)->name);
    *at++ = ',';
    at = put_field(at, instrument->symbol);
    at = put_time(at, venue_ms == EVENT_NO_TIME ? wall / 1000 : venue_ms * 1000);
    return put_time(at, wall / 1000);
}

static bool write_levels(struct csv *csv, const struct export_book *book, bool whole, const struct export_level *levels,
                         size_t count)
{
    const struct instrument *instrument = &book->market->instrument;
    char line[LINE_SIZE];
    char *begin = put_begin(line, instrument, book->venue_ms, book->stamp.wall);
    begin = stpcpy(begin, whole ? ",true" : ",false");
    for (size_t i = 0; i < count; i++) {
        char *at = stpcpy(begin, levels[i].side == SIDE_BID ? ",bid" : ",ask");
        at = put_decimal(at, levels[i].price, instrument->price_scale);
        at = put_decimal(at, levels[i].quantity, instrument->size_scale);
        *at++ = '\n';
        export_file_write(&csv->file, line, (size_t)(at - line));
    }
    return !csv->file.problem;
}

static bool reserve(struct csv *csv, size_t number)
{
    if (number < csv->capacity) return true;
    size_t capacity = 2 * number + 16;
    struct told *told = realloc(csv->told, capacity * sizeof *told);
    if (!told) return false;
    memset(told + csv->capacity, 0, (capacity - csv->capacity) * sizeof *told);
    csv->told = told;
    csv->capacity = capacity;
    return true;
}

/* A reader drops its book where a snapshot follows changes. Where one follows another, or has no level, nothing would
 * tell it so: there the levels that are gone are rows of the snapshot, too. Where there are none either, what comes
 * next is the snapshot. */
static bool write_book(void *context, const struct export_book *book)
{
    struct csv *csv = context;
    if (!reserve(csv, book->number)) return false;
    struct told *told = &csv->told[book->number];
    bool gone = book->snapshot && (told->whole || book->count == 0);
    if (gone && !write_levels(csv, book, true, book->gone, book->gone_count)) return false;
    bool whole = book->snapshot || told->begins;
    bool silent = book->count == 0 && !(gone && book->gone_count > 0);
    *told = (struct told){.whole = silent ? told->whole : whole, .begins = silent && whole};
    return write_levels(csv, book, whole, book->levels, book->count);
}

/* Without the trades that an answer of the venue told of: they may be older than the rows before them, and Tardis'
 * files have them in the order in which they came by the stream. */
static bool write_trade(void *context, const struct export_trade *row)
{
    struct csv *csv = context;
    if (row->rest) return true;
    const struct trade *trade = &row->trade;
    const struct instrument *instrument = &row->market->instrument;
    char line[LINE_SIZE];
    char *at = put_begin(line, instrument, trade->venue_ms, row->stamp.wall);
    *at++ = ',';
    if (trade->id) at += sprintf(at, "%016llx", (unsigned long long)trade->id);
    const char *side = trade->aggressor == SIDE_BID ? ",buy" : ",sell";
    at = stpcpy(at, trade->has_aggressor ? side : ",unknown");
    at = put_decimal(at, trade->price, instrument->price_scale);
    at = put_decimal(at, trade->quantity, instrument->size_scale);
    *at++ = '\n';
    return export_file_write(&csv->file, line, (size_t)(at - line));
}

static bool close_csv(void *context, bool keep, char *error, size_t error_size)
{
    struct csv *csv = context;
    bool good = export_file_close(&csv->file, keep, error, error_size);
    free(csv->told);
    free(csv);
    return good;
}

const struct export_format export_book_csv = {
    .name = "book-csv", .text = true, .open = open_book, .book = write_book, .close = close_csv};
const struct export_format export_trades_csv = {
    .name = "trades-csv", .text = true, .open = open_trades, .trade = write_trade, .close = close_csv};
