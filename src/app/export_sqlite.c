/* An SQLite database. Prices and sizes are exact: integers of 1 / price_one and 1 / size_one of their market; the views
 * book, tape and touch have them as reals, for plotting. The schema says the rest, to whoever opens the file. */
#include "export.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/venue/venue.h"
#include "export_file.h"

#define ROWS_A_TRANSACTION 50000

static const char schema[] =
    "PRAGMA journal_mode = OFF;\n"          /* a file that was not finished is removed */
    "PRAGMA application_id = 1651470192;\n" /* "boop" */
    "PRAGMA user_version = 1;\n"
    "PRAGMA synchronous = OFF;\n"
    "CREATE TABLE markets (\n"
    "  id INTEGER PRIMARY KEY,\n"
    "  venue TEXT NOT NULL,\n"
    "  symbol TEXT NOT NULL,          -- condition id or ticker\n"
    "  title TEXT NOT NULL,\n"
    "  outcome TEXT NOT NULL,         -- all prices are in the terms of this outcome\n"
    "  token TEXT NOT NULL,\n"
    "  other_outcome TEXT NOT NULL,   -- its price is 1 - price, its bids are the asks\n"
    "  other_token TEXT NOT NULL,\n"
    "  price_one INTEGER NOT NULL,    -- price 1.00 as an integer\n"
    "  size_one INTEGER NOT NULL      -- size 1 as an integer\n"
    ") STRICT;\n"
    "CREATE TABLE levels (            -- in order of rowid\n"
    "  market INTEGER NOT NULL REFERENCES markets (id),\n"
    "  message INTEGER NOT NULL,      -- rows with the same number are one message\n"
    "  local_ns INTEGER NOT NULL,     -- ours, since 1970\n"
    "  venue_ms INTEGER,              -- the venue's\n"
    "  snapshot INTEGER NOT NULL CHECK (snapshot IN (0, 1)), -- 1: a book begins anew\n"
    "  side TEXT CHECK (side IN ('bid', 'ask')),  -- NULL: of a snapshot without levels\n"
    "  price INTEGER,\n"
    "  size INTEGER                   -- all that stands there now, 0: the level is gone\n"
    ") STRICT;\n"
    "CREATE TABLE trades (\n"
    "  market INTEGER NOT NULL REFERENCES markets (id),\n"
    "  local_ns INTEGER NOT NULL,\n"
    "  venue_ms INTEGER,\n"
    "  trade TEXT,                    -- equal for the same trade\n"
    "  side TEXT CHECK (side IN ('buy', 'sell')), -- the taker's\n"
    "  price INTEGER NOT NULL,\n"
    "  size INTEGER NOT NULL,\n"
    "  rest INTEGER NOT NULL CHECK (rest IN (0, 1)) -- 1: told by an answer, not by the stream\n"
    ") STRICT;\n"
    "CREATE TABLE quotes (            -- when best bid or ask, or what stands there, has changed\n"
    "  market INTEGER NOT NULL REFERENCES markets (id),\n"
    "  message INTEGER NOT NULL,\n"
    "  local_ns INTEGER NOT NULL,\n"
    "  venue_ms INTEGER,\n"
    "  bid INTEGER, bid_size INTEGER, ask INTEGER, ask_size INTEGER -- NULL: that side is empty\n"
    ") STRICT;\n"
    "CREATE TABLE gaps (              -- of all markets: something is missing, and books begin anew\n"
    "  message INTEGER NOT NULL,      -- the last one before it, 0: none\n"
    "  from_ns INTEGER,               -- ours, of the last record before it; NULL: none\n"
    "  to_ns INTEGER,                 -- of the first behind it\n"
    "  why TEXT NOT NULL\n"
    ") STRICT;\n"
    "BEGIN;\n";

static const char ending[] =
    "CREATE INDEX levels_time ON levels (market, local_ns);\n"
    "CREATE INDEX levels_price ON levels (market, side, price);\n"
    "CREATE INDEX trades_time ON trades (market, local_ns);\n"
    "CREATE INDEX quotes_time ON quotes (market, local_ns);\n"
    "CREATE INDEX markets_symbol ON markets (venue, symbol);\n"
    "CREATE VIEW book AS SELECT l.rowid AS number, venue, symbol, message, local_ns, venue_ms, snapshot, side,\n"
    "  1.0 * price / price_one AS price, 1.0 * size / size_one AS size FROM levels l JOIN markets m ON m.id = market;\n"
    "CREATE VIEW tape AS SELECT t.rowid AS number, venue, symbol, local_ns, venue_ms, trade, side, rest,\n"
    "  1.0 * price / price_one AS price, 1.0 * size / size_one AS size FROM trades t JOIN markets m ON m.id = market;\n"
    "CREATE VIEW touch AS SELECT q.rowid AS number, venue, symbol, message, local_ns, venue_ms,\n"
    "  1.0 * bid / price_one AS bid, 1.0 * bid_size / size_one AS bid_size,\n"
    "  1.0 * ask / price_one AS ask, 1.0 * ask_size / size_one AS ask_size\n"
    "  FROM quotes q JOIN markets m ON m.id = market;\n"
    "COMMIT;\n";

enum table { TABLE_MARKETS, TABLE_LEVELS, TABLE_TRADES, TABLE_QUOTES, TABLE_GAPS, TABLE_COUNT };

static const char *const inserts[TABLE_COUNT] = {
    "INSERT OR REPLACE INTO markets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO levels VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO trades VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    "INSERT INTO gaps VALUES (?, ?, ?, ?)",
};

struct touch {
    struct level bid, ask; /* quantity 0: that side is empty */
    bool known;
};

struct sqlite {
    struct export_file place;
    sqlite3 *database;
    sqlite3_stmt *statements[TABLE_COUNT];
    int code; /* the first that was not good */
    char why[EXPORT_REASON];
    unsigned rows;         /* of this transaction */
    int64_t message;       /* the last number given */
    struct touch *touches; /* by number of market */
    size_t capacity;
};

/* The first failure is the one that is told of. */
static bool check(struct sqlite *sqlite, int code)
{
    if (code == SQLITE_OK || code == SQLITE_DONE || sqlite->code) return !sqlite->code;
    sqlite->code = code;
    snprintf(sqlite->why, sizeof sqlite->why, "%s", sqlite3_errmsg(sqlite->database));
    return false;
}

static bool run(struct sqlite *sqlite, const char *sql)
{
    return check(sqlite, sqlite3_exec(sqlite->database, sql, NULL, NULL, NULL));
}

static bool close_sqlite(void *context, bool keep, char *error, size_t error_size);

static void *open_sqlite(const char *path, char *error, size_t error_size)
{
    struct sqlite *sqlite = calloc(1, sizeof *sqlite);
    if (!sqlite || !export_file_name(&sqlite->place, path, false, error, error_size)) {
        if (!sqlite) snprintf(error, error_size, "out of memory");
        free(sqlite);
        return NULL;
    }
    check(sqlite, sqlite3_open_v2(sqlite->place.temporary, &sqlite->database, SQLITE_OPEN_READWRITE, NULL));
    run(sqlite, schema);
    for (size_t i = 0; i < TABLE_COUNT; i++)
        check(sqlite, sqlite3_prepare_v2(sqlite->database, inserts[i], -1, &sqlite->statements[i], NULL));
    if (!sqlite->code) return sqlite;
    close_sqlite(sqlite, false, error, error_size);
    return NULL;
}

/* --- rows: values in the order of the columns, then `insert` --- */

static void bind_integer(struct sqlite *sqlite, enum table table, int column, int64_t value)
{
    check(sqlite, sqlite3_bind_int64(sqlite->statements[table], column, value));
}

static void bind_time(struct sqlite *sqlite, enum table table, int column, int64_t time)
{
    if (time != EVENT_NO_TIME) bind_integer(sqlite, table, column, time);
}

/* Borrowed until `insert`. NULL leaves it unknown. Foreign texts may not be UTF-8 as SQLite wants it only where the
 * venue's decoder let them be: it did not. */
static void bind_text(struct sqlite *sqlite, enum table table, int column, const char *text)
{
    if (text) check(sqlite, sqlite3_bind_text(sqlite->statements[table], column, text, -1, SQLITE_STATIC));
}

static bool insert(struct sqlite *sqlite, enum table table)
{
    sqlite3_stmt *statement = sqlite->statements[table];
    check(sqlite, sqlite3_step(statement));
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    if (++sqlite->rows < ROWS_A_TRANSACTION) return !sqlite->code;
    sqlite->rows = 0;
    return run(sqlite, "COMMIT; BEGIN");
}

static bool write_market(void *context, const struct instrument *instrument, size_t number, bool again)
{
    struct sqlite *sqlite = context;
    (void)again; /* then it replaces the row */
    bind_integer(sqlite, TABLE_MARKETS, 1, (int64_t)number);
    bind_text(sqlite, TABLE_MARKETS, 2, venue_get(instrument->venue)->name);
    bind_text(sqlite, TABLE_MARKETS, 3, instrument->symbol);
    bind_text(sqlite, TABLE_MARKETS, 4, instrument->title);
    for (int i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        bind_text(sqlite, TABLE_MARKETS, 5 + 2 * i, instrument->outcomes[i].name);
        bind_text(sqlite, TABLE_MARKETS, 6 + 2 * i, instrument->outcomes[i].token);
    }
    bind_integer(sqlite, TABLE_MARKETS, 9, decimal_one(instrument->price_scale));
    bind_integer(sqlite, TABLE_MARKETS, 10, decimal_one(instrument->size_scale));
    return insert(sqlite, TABLE_MARKETS);
}

static void bind_moment(struct sqlite *sqlite, enum table table, const struct export_book *book)
{
    bind_integer(sqlite, table, 1, (int64_t)book->number);
    bind_integer(sqlite, table, 2, sqlite->message);
    bind_integer(sqlite, table, 3, book->stamp.wall);
    bind_time(sqlite, table, 4, book->venue_ms);
}

static bool write_level(struct sqlite *sqlite, const struct export_book *book, const struct export_level *level)
{
    bind_moment(sqlite, TABLE_LEVELS, book);
    bind_integer(sqlite, TABLE_LEVELS, 5, book->snapshot);
    if (level) {
        bind_text(sqlite, TABLE_LEVELS, 6, level->side == SIDE_BID ? "bid" : "ask");
        bind_integer(sqlite, TABLE_LEVELS, 7, level->price);
        bind_integer(sqlite, TABLE_LEVELS, 8, level->quantity);
    }
    return insert(sqlite, TABLE_LEVELS);
}

static struct level best(const struct book_side *side)
{
    const struct level *level = book_side_best(side);
    return level ? *level : (struct level){0, 0};
}

static bool level_same(struct level a, struct level b)
{
    return a.price == b.price && a.quantity == b.quantity;
}

static bool write_quote(struct sqlite *sqlite, const struct export_book *book)
{
    if (book->number >= sqlite->capacity) {
        size_t capacity = 2 * book->number + 16;
        struct touch *touches = realloc(sqlite->touches, capacity * sizeof *touches);
        if (!touches) return check(sqlite, SQLITE_NOMEM);
        memset(touches + sqlite->capacity, 0, (capacity - sqlite->capacity) * sizeof *touches);
        sqlite->touches = touches;
        sqlite->capacity = capacity;
    }
    struct touch *old = &sqlite->touches[book->number];
    struct touch now = {best(&book->market->book.bids), best(&book->market->book.asks), true};
    if (old->known && level_same(old->bid, now.bid) && level_same(old->ask, now.ask)) return true;
    *old = now;
    bind_moment(sqlite, TABLE_QUOTES, book);
    const struct level sides[] = {now.bid, now.ask};
    for (int i = 0; i < 2; i++) {
        if (sides[i].quantity == 0) continue;
        bind_integer(sqlite, TABLE_QUOTES, 5 + 2 * i, sides[i].price);
        bind_integer(sqlite, TABLE_QUOTES, 6 + 2 * i, sides[i].quantity);
    }
    return insert(sqlite, TABLE_QUOTES);
}

static bool write_book(void *context, const struct export_book *book)
{
    struct sqlite *sqlite = context;
    sqlite->message++;
    for (size_t i = 0; i < book->count; i++)
        if (!write_level(sqlite, book, &book->levels[i])) return false;
    if (book->snapshot && book->count == 0 && !write_level(sqlite, book, NULL)) return false;
    return write_quote(sqlite, book);
}

static bool write_trade(void *context, const struct export_trade *row)
{
    struct sqlite *sqlite = context;
    const struct trade *trade = &row->trade;
    char id[20];
    snprintf(id, sizeof id, "%016llx", (unsigned long long)trade->id);
    bind_integer(sqlite, TABLE_TRADES, 1, (int64_t)row->number);
    bind_integer(sqlite, TABLE_TRADES, 2, row->stamp.wall);
    bind_time(sqlite, TABLE_TRADES, 3, trade->venue_ms);
    bind_text(sqlite, TABLE_TRADES, 4, trade->id ? id : NULL);
    if (trade->has_aggressor) bind_text(sqlite, TABLE_TRADES, 5, trade->aggressor == SIDE_BID ? "buy" : "sell");
    bind_integer(sqlite, TABLE_TRADES, 6, trade->price);
    bind_integer(sqlite, TABLE_TRADES, 7, trade->quantity);
    bind_integer(sqlite, TABLE_TRADES, 8, row->rest);
    return insert(sqlite, TABLE_TRADES);
}

static bool write_gap(void *context, const struct export_gap *gap)
{
    struct sqlite *sqlite = context;
    bind_integer(sqlite, TABLE_GAPS, 1, sqlite->message);
    bind_time(sqlite, TABLE_GAPS, 2, gap->from);
    bind_time(sqlite, TABLE_GAPS, 3, gap->to);
    check(sqlite, sqlite3_bind_text(sqlite->statements[TABLE_GAPS], 4, gap->why.length > 0 ? gap->why.at : "",
                                    (int)gap->why.length, SQLITE_STATIC));
    return insert(sqlite, TABLE_GAPS);
}

static bool close_sqlite(void *context, bool keep, char *error, size_t error_size)
{
    struct sqlite *sqlite = context;
    bool good = !sqlite->code && (!keep || run(sqlite, ending));
    if (!good) snprintf(error, error_size, "cannot write %s: %s", sqlite->place.path, sqlite->why);
    for (size_t i = 0; i < TABLE_COUNT; i++) sqlite3_finalize(sqlite->statements[i]);
    sqlite3_close(sqlite->database);
    char reason[EXPORT_REASON];
    bool ended = export_file_close(&sqlite->place, keep && good, reason, sizeof reason);
    if (good && !ended) snprintf(error, error_size, "%s", reason);
    free(sqlite->touches);
    free(sqlite);
    return good && ended;
}

const struct export_format export_sqlite = {
    .name = "sqlite",
    .open = open_sqlite,
    .market = write_market,
    .book = write_book,
    .trade = write_trade,
    .gap = write_gap,
    .close = close_sqlite,
};
