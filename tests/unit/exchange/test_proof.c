/* Reads the printed messages back with nothing of what wrote them, keeps each token's book by itself, and proves every
 * hash at the end of its burst. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/evp.h>
#include <stdio.h>

#include "booktop/base/decimal.h"
#include "booktop/json/reader.h"
#include "printing.h"

#define MARKETS    200
#define BOOKS      (2 * MARKETS)
#define PRICES     1001
#define CANDIDATES 32
#define ENTRIES    128

#define KEEP(array, string) (void)text_copy(text_from(string), (array), sizeof(array))

/* One token's book, from its own messages alone: sizes as text, by price in thousandths. */
struct book {
    char market[67], asset[78], tick[8], last[8], hash[41], stamp[24];
    char size[2][PRICES][24];
    char candidates[CANDIDATES][8]; /* last trade prices that may come next: prices of its newest changes */
    unsigned candidate_count;
    bool pending;
    unsigned verified, failed;
};

struct books {
    struct book list[BOOKS];
    unsigned count;
    unsigned ticks; /* changes of a tick size */
};

/* The members of a message, or of an entry, that matter here. */
struct fields {
    char market[67], asset[78], price[24], size[24], side[8], hash[41], stamp[24], kind[24], tick[8], last[8];
};

struct message {
    struct fields own, entries[ENTRIES];
    unsigned entry_count;
    char sides[2][PRICES][24];
};

static const struct {
    const char *name;
    size_t at, size;
} members[] = {
    {"market", offsetof(struct fields, market), 67},
    {"asset_id", offsetof(struct fields, asset), 78},
    {"price", offsetof(struct fields, price), 24},
    {"size", offsetof(struct fields, size), 24},
    {"side", offsetof(struct fields, side), 8},
    {"hash", offsetof(struct fields, hash), 41},
    {"timestamp", offsetof(struct fields, stamp), 24},
    {"event_type", offsetof(struct fields, kind), 24},
    {"tick_size", offsetof(struct fields, tick), 8},
    {"new_tick_size", offsetof(struct fields, tick), 8},
    {"last_trade_price", offsetof(struct fields, last), 8},
};

/* === Reading === */

static void member_read(struct json_reader *reader, struct text key, struct fields *fields)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        struct json_value value;
        if (!text_is(key, members[i].name)) continue;
        assert_true(json_read(reader, &value));
        assert_int_equal(value.type, JSON_STRING);
        assert_true(value.text.length < members[i].size);
        (void)text_copy(value.text, (char *)fields + members[i].at, members[i].size);
        return;
    }
    assert_true(json_skip(reader));
}

static void entry_read(struct json_reader *reader, struct fields *fields)
{
    struct json_value value;
    struct text key;
    assert_true(json_read(reader, &value));
    assert_int_equal(value.type, JSON_OBJECT);
    while (json_next_key(reader, &key)) member_read(reader, key, fields);
}

static int64_t price_of(const char *text)
{
    int64_t price = -1;
    assert_int_equal(decimal_parse(text_from(text), 3, &price), DECIMAL_OK);
    assert_in_range(price, 1, 999);
    return price;
}

static void levels_read(struct json_reader *reader, char size[PRICES][24], bool rising)
{
    struct json_value value;
    int64_t before = rising ? 0 : 1000;
    assert_true(json_read(reader, &value));
    while (json_next_element(reader)) {
        struct fields level = {0};
        entry_read(reader, &level);
        int64_t price = price_of(level.price);
        assert_true(rising ? price > before : price < before);
        before = price;
        KEEP(size[price], level.size);
    }
}

static void message_read(struct json_reader *reader, struct message *message)
{
    struct json_value value;
    struct text key;
    memset(message, 0, sizeof *message);
    assert_true(json_read(reader, &value));
    assert_int_equal(value.type, JSON_OBJECT);
    while (json_next_key(reader, &key)) {
        if (text_is(key, "bids") || text_is(key, "asks")) {
            levels_read(reader, message->sides[text_is(key, "asks")], text_is(key, "bids"));
        } else if (text_is(key, "price_changes")) {
            assert_true(json_read(reader, &value));
            while (json_next_element(reader)) {
                assert_true(message->entry_count < ENTRIES);
                entry_read(reader, &message->entries[message->entry_count++]);
            }
        } else {
            member_read(reader, key, &message->own);
        }
    }
}

/* === Proving === */

static void levels_append(const struct book *book, int side, bool rising, char *text)
{
    bool first = true;
    *text = '\0';
    for (int i = 1; i < 1000; i++) {
        int price = rising ? i : 1000 - i;
        char canonical[DECIMAL_TEXT_SIZE];
        if (book->size[side][price][0] == '\0') continue;
        (void)decimal_format(price, 3, canonical);
        text +=
            sprintf(text, "%s{\"price\":\"%s\",\"size\":\"%s\"}", first ? "" : ",", canonical, book->size[side][price]);
        first = false;
    }
}

static bool hash_fits(const struct book *book, const char *bids, const char *asks, const char *last, bool neg_risk)
{
    static char text[200000];
    unsigned char digest[20];
    char hash[41];
    int length =
        snprintf(text, sizeof text,
                 "{\"market\":\"%s\",\"asset_id\":\"%s\",\"timestamp\":\"%s\",\"hash\":\"\",\"bids\":[%s],"
                 "\"asks\":[%s],\"min_order_size\":\"5\",\"tick_size\":\"%s\",\"neg_risk\":%s,"
                 "\"last_trade_price\":\"%s\"}",
                 book->market, book->asset, book->stamp, bids, asks, book->tick, neg_risk ? "true" : "false", last);
    assert_int_equal(EVP_Q_digest(NULL, "SHA1", NULL, text, (size_t)length, digest, NULL), 1);
    for (unsigned i = 0; i < sizeof digest; i++) sprintf(hash + 2 * (size_t)i, "%02x", digest[i]);
    return strcmp(hash, book->hash) == 0;
}

/* Tries the last trade price as it is known, then the candidates. */
static bool book_fits(struct book *book, const char *bids, const char *asks, bool neg_risk)
{
    if (hash_fits(book, bids, asks, book->last, neg_risk)) return true;
    for (unsigned i = 0; i < book->candidate_count; i++) {
        if (!hash_fits(book, bids, asks, book->candidates[i], neg_risk)) continue;
        KEEP(book->last, book->candidates[i]);
        return true;
    }
    return false;
}

static void book_prove(struct book *book)
{
    static char bids[90000], asks[90000];
    if (!book->pending) return;
    book->pending = false;
    levels_append(book, 0, true, bids);
    levels_append(book, 1, false, asks);
    if (book_fits(book, bids, asks, false) || book_fits(book, bids, asks, true))
        book->verified++;
    else
        book->failed++;
}

/* === Keeping === */

static struct book *book_find(struct books *books, const char *asset)
{
    for (unsigned i = 0; i < books->count; i++)
        if (strcmp(books->list[i].asset, asset) == 0) return &books->list[i];
    return NULL;
}

static struct book *book_known(struct books *books, const char *asset)
{
    struct book *book = book_find(books, asset);
    if (book == NULL) {
        print_message("no book of %s\n", asset);
        abort();
    }
    return book;
}

static void candidate_add(struct book *book, int64_t price)
{
    if (book->candidate_count + 2 > CANDIDATES) {
        memmove(book->candidates[0], book->candidates[CANDIDATES / 2], sizeof book->candidates / 2);
        book->candidate_count = CANDIDATES / 2;
    }
    snprintf(book->candidates[book->candidate_count++], 8, "0.%03u", (unsigned)price % 1000);
    snprintf(book->candidates[book->candidate_count++], 8, "0.%03u", (unsigned)(1000 - price) % 1000);
}

static void changes_apply(struct books *books, const struct message *message)
{
    for (unsigned i = 0; i < message->entry_count; i++) {
        struct book *book = book_known(books, message->entries[i].asset);
        if (strcmp(book->hash, message->entries[i].hash) != 0) book_prove(book);
    }
    for (unsigned i = 0; i < message->entry_count; i++) {
        const struct fields *entry = &message->entries[i];
        struct book *book = book_known(books, entry->asset);
        int64_t price = price_of(entry->price);
        bool gone = strcmp(entry->size, "0") == 0;
        KEEP(book->size[strcmp(entry->side, "BUY") == 0 ? 0 : 1][price], gone ? "" : entry->size);
        KEEP(book->hash, entry->hash);
        KEEP(book->stamp, message->own.stamp);
        book->pending = true;
        candidate_add(book, price);
    }
}

/* A book must say what the changes before it made. */
static void book_apply(struct books *books, const struct message *message, bool opening)
{
    struct book *book = book_find(books, message->own.asset);
    assert_int_equal(book == NULL, opening);
    if (opening) {
        assert_true(books->count < BOOKS);
        book = &books->list[books->count++];
        KEEP(book->market, message->own.market);
        KEEP(book->asset, message->own.asset);
        KEEP(book->tick, message->own.tick);
        KEEP(book->last, message->own.last);
        memcpy(book->size, message->sides, sizeof book->size);
    }
    for (int side = 0; side < 2; side++)
        for (int price = 0; price < PRICES; price++)
            assert_string_equal(book->size[side][price], message->sides[side][price]);
    KEEP(book->hash, message->own.hash);
    KEEP(book->stamp, message->own.stamp);
    book->pending = true;
    book_prove(book);
}

static void message_apply(struct books *books, const struct message *message, bool opening)
{
    if (strcmp(message->own.kind, "price_change") == 0)
        changes_apply(books, message);
    else if (strcmp(message->own.kind, "book") == 0)
        book_apply(books, message, opening);
    else if (strcmp(message->own.kind, "tick_size_change") == 0) {
        KEEP(book_known(books, message->own.asset)->tick, message->own.tick);
        books->ticks++;
    }
}

static void lines_apply(struct books *books, struct text rest)
{
    static struct message message;
    struct json_reader reader;
    struct json_value value;
    json_start(&reader, line_take(&rest));
    assert_true(json_read(&reader, &value));
    assert_int_equal(value.type, JSON_ARRAY);
    while (json_next_element(&reader)) {
        message_read(&reader, &message);
        message_apply(books, &message, true);
    }
    assert_true(json_finish(&reader));
    while (rest.length > 0) {
        json_start(&reader, line_take(&rest));
        message_read(&reader, &message);
        assert_true(json_finish(&reader));
        message_apply(books, &message, false);
    }
    for (unsigned i = 0; i < books->count; i++) book_prove(&books->list[i]);
}

/* Proves all, and returns how many hashes there were. Each book had at least `least`. */
static unsigned prove_pages(struct books *books, struct pages *pages, unsigned count, unsigned least)
{
    unsigned verified = 0;
    lines_apply(books, (struct text){pages->at, pages->length});
    free(pages->at);
    assert_int_equal(books->count, count);
    for (unsigned i = 0; i < count; i++) {
        assert_int_equal(books->list[i].failed, 0);
        assert_true(books->list[i].verified >= least);
        verified += books->list[i].verified;
    }
    return verified;
}

static void every_hash_can_be_proved(void **state)
{
    (void)state;
    static struct books books;
    struct pages pages = print(2, 2800, NULL);
    assert_true(prove_pages(&books, &pages, 24, 3) > 2000);
    assert_int_equal(books.ticks, 4);
}

/* One market of the cast opens later. */
static void every_hash_of_two_hundred_markets_can_be_proved(void **state)
{
    (void)state;
    static struct books books;
    struct pages pages = {0};
    const struct exchange_options options = {.seed = 200, .start_ms = START_MS, .markets = MARKETS + 1};
    assert_true(exchange_print(&options, 6000, keep, &pages));
    assert_true(prove_pages(&books, &pages, BOOKS, 2) > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_hash_can_be_proved),
        cmocka_unit_test(every_hash_of_two_hundred_markets_can_be_proved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
