/* Arrays for hftbacktest (github.com/nkaz001/hftbacktest, hftbacktest/types.py: event_dtype) in NumPy's format 1.0
 * (numpy.org, numpy.lib.format): rows of 64 bytes, little endian. Prices and sizes are doubles there, and only there.
 *
 * A market has a file of its own. A name that ends in .npy is that of the one file; any other is a folder's, new or
 * empty, with a file for each market. A snapshot is two clears and its levels.
 */
#include "export.h"

#include <ctype.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/venue/venue.h"
#include "export_file.h"

enum { ROW_DEPTH = 1, ROW_TRADE = 2, ROW_CLEAR = 3, ROW_SNAPSHOT = 4 };

#define FOR_EXCHANGE (UINT64_C(1) << 31)
#define FOR_LOCAL    (UINT64_C(1) << 30)
#define OF_BUYER     (UINT64_C(1) << 29)
#define OF_SELLER    (UINT64_C(1) << 28)

struct row {
    uint64_t kind;
    int64_t venue_ns, local_ns;
    double price, quantity;
    uint64_t order;
    int64_t integer;
    double real;
};
_Static_assert(sizeof(struct row) == 64, "as the format has it");
_Static_assert(__BYTE_ORDER == __LITTLE_ENDIAN, "rows are written as they lie in memory");

/* The count of rows is known at the end: the header has blanks to spare for it. */
#define HEADER_SIZE 256
#define ROWS_KEPT   256 /* before they are written: so many markets may be written that not all files can be open */
#define NAME_SIZE   (SYMBOL_SIZE + 40)

struct array {
    char *path;       /* owned */
    bool made;        /* the file is there, and ours */
    struct row *rows; /* owned, ROWS_KEPT */
    size_t kept;
    uint64_t count;
    int64_t venue_ns, local_ns; /* of its last row */
};

struct npy {
    struct export_file place;
    bool folder;
    struct array *arrays; /* by number of market; those without a path have no rows */
    size_t count, made;
    int problem;
    const char *why; /* in place of the problem's own words; static */
};

static void *open_npy(const char *path, char *error, size_t error_size)
{
    struct npy *npy = calloc(1, sizeof *npy);
    size_t length = strlen(path);
    if (npy) npy->folder = length < 4 || strcmp(path + length - 4, ".npy") != 0;
    if (npy && export_file_name(&npy->place, path, npy->folder, error, error_size)) return npy;
    if (!npy) snprintf(error, error_size, "out of memory");
    free(npy);
    return NULL;
}

/* "3-kalshi-KXFED.npy": symbols are foreign, and a file's name is not. */
static void name_array(const struct instrument *instrument, size_t number, char name[NAME_SIZE])
{
    int length = snprintf(name, NAME_SIZE, "%zu-%s-%s", number, venue_get(instrument->venue)->name, instrument->symbol);
    for (int i = 0; i < length && i < NAME_SIZE - 1; i++)
        if (!isalnum((unsigned char)name[i]) && !strchr("-_", name[i])) name[i] = '_';
    if (length > NAME_SIZE - 5) length = NAME_SIZE - 5;
    memcpy(name + length, ".npy", sizeof ".npy");
}

static bool write_all(int file, const void *bytes, size_t length, off_t offset)
{
    const char *at = bytes;
    while (length > 0) {
        ssize_t written = pwrite(file, at, length, offset);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return false;
        at += written;
        offset += written;
        length -= (size_t)written;
    }
    return true;
}

static void make_header(char header[HEADER_SIZE], uint64_t count)
{
    static const unsigned char magic[8] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    memset(header, ' ', HEADER_SIZE);
    memcpy(header, magic, sizeof magic);
    header[8] = (char)((HEADER_SIZE - 10) & 0xff);
    header[9] = (char)((HEADER_SIZE - 10) >> 8);
    int length = snprintf(header + 10, HEADER_SIZE - 10,
                          "{'descr': [('ev', '<u8'), ('exch_ts', '<i8'), ('local_ts', '<i8'), ('px', '<f8'), "
                          "('qty', '<f8'), ('order_id', '<u8'), ('ival', '<i8'), ('fval', '<f8')], "
                          "'fortran_order': False, 'shape': (%llu,), }",
                          (unsigned long long)count);
    header[10 + length] = ' ';
    header[HEADER_SIZE - 1] = '\n';
}

/* What is kept goes to the file, then the header that tells of it. `last`: and to the disk. */
static bool flush(struct npy *npy, struct array *array, bool last)
{
    char header[HEADER_SIZE];
    if (npy->problem) return false;
    make_header(header, array->count);
    /* In a folder that was there somebody else may make one of that name; the only file was made with its name. */
    int new = npy->folder && !array->made ? O_CREAT | O_EXCL : 0;
    int file = open(array->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW | new, 0666);
    if (file >= 0) array->made = true;
    off_t end = (off_t)(HEADER_SIZE + (array->count - array->kept) * sizeof(struct row));
    errno = file < 0 ? errno : EIO;
    bool good = file >= 0 && write_all(file, array->rows, array->kept * sizeof(struct row), end) &&
                write_all(file, header, sizeof header, 0) && (!last || fsync(file) == 0);
    if (!good) npy->problem = errno;
    if (file >= 0 && close(file) != 0 && !npy->problem) npy->problem = errno;
    array->kept = 0;
    return !npy->problem;
}

/* A file of a market's own, or the only one. */
static bool make_array(struct npy *npy, const struct instrument *instrument, size_t number)
{
    char name[NAME_SIZE];
    struct array *array = &npy->arrays[number];
    name_array(instrument, number, name);
    array->rows = calloc(ROWS_KEPT, sizeof *array->rows);
    if (asprintf(&array->path, "%s%s%s", npy->place.temporary, npy->folder ? "/" : "", npy->folder ? name : "") < 0)
        array->path = NULL;
    npy->made++;
    return array->rows && array->path;
}

static bool reserve(struct npy *npy, size_t number)
{
    if (number < npy->count) return true;
    size_t count = 2 * number + 16;
    struct array *arrays = realloc(npy->arrays, count * sizeof *arrays);
    if (!arrays) return false;
    memset(arrays + npy->count, 0, (count - npy->count) * sizeof *arrays);
    npy->arrays = arrays;
    npy->count = count;
    return true;
}

/* The array of a market, made with its first row; NULL: it cannot be. */
static struct array *array_of(struct npy *npy, const struct market *market, size_t number)
{
    if (npy->problem) return NULL;
    npy->problem = ENOMEM;
    if (!reserve(npy, number)) return NULL;
    struct array *array = &npy->arrays[number];
    if (!array->path && !npy->folder && npy->made > 0) {
        npy->why = "the recording has several markets: name a folder instead of one .npy file";
        return NULL;
    }
    if (!array->path && !make_array(npy, &market->instrument, number)) return NULL;
    npy->problem = 0;
    return array;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* A back-test goes through the rows once by each of their times and wants both to be in order, ours never
 * the earlier one. A venue's stamps are not: a book may bear the time of its last change, and their clock may be ahead
 * of ours, which may be set. What is out of order is moved to the nearest time that is not. */
static bool add_row(struct npy *npy, struct array *array, const struct row *row)
{
    struct row *added = &array->rows[array->kept++];
    *added = *row;
    added->local_ns = array->local_ns = later(row->local_ns, array->local_ns);
    added->venue_ns = array->venue_ns = later(earlier(row->venue_ns, added->local_ns), array->venue_ns);
    array->count++;
    return array->kept < ROWS_KEPT || flush(npy, array, false);
}

static double real(int64_t units, unsigned scale)
{
    return (double)units / (double)decimal_one(scale);
}

static struct row make_row(unsigned kind, bool buyer, int64_t venue_ms, int64_t wall)
{
    return (struct row){
        .kind = FOR_EXCHANGE | FOR_LOCAL | (buyer ? OF_BUYER : OF_SELLER) | kind,
        .venue_ns = venue_ms == EVENT_NO_TIME ? wall : venue_ms * NANOSECONDS_PER_MILLISECOND,
        .local_ns = wall,
    };
}

/* Both sides, from the best price to the last that there can be. */
static bool write_clears(struct npy *npy, struct array *array, const struct export_book *book)
{
    const struct instrument *instrument = &book->market->instrument;
    struct row bids = make_row(ROW_CLEAR, true, book->venue_ms, book->stamp.wall);
    struct row asks = make_row(ROW_CLEAR, false, book->venue_ms, book->stamp.wall);
    asks.price = real(instrument_one(instrument), instrument->price_scale);
    return add_row(npy, array, &bids) && add_row(npy, array, &asks);
}

static bool write_book(void *context, const struct export_book *book)
{
    struct npy *npy = context;
    const struct instrument *instrument = &book->market->instrument;
    struct array *array = array_of(npy, book->market, book->number);
    if (!array || (book->snapshot && !write_clears(npy, array, book))) return false;
    for (size_t i = 0; i < book->count; i++) {
        const struct export_level *level = &book->levels[i];
        struct row row = make_row(book->snapshot ? ROW_SNAPSHOT : ROW_DEPTH, level->side == SIDE_BID, book->venue_ms,
                                  book->stamp.wall);
        row.price = real(level->price, instrument->price_scale);
        row.quantity = real(level->quantity, instrument->size_scale);
        if (!add_row(npy, array, &row)) return false;
    }
    return true;
}

/* Trades that came by REST are older than what stands before them: a back-test could not place them. */
static bool write_trade(void *context, const struct export_trade *trade)
{
    struct npy *npy = context;
    const struct instrument *instrument = &trade->market->instrument;
    if (trade->rest) return true;
    struct array *array = array_of(npy, trade->market, trade->number);
    if (!array) return false;
    struct row row = make_row(ROW_TRADE, trade->trade.aggressor == SIDE_BID, trade->trade.venue_ms, trade->stamp.wall);
    if (!trade->trade.has_aggressor) row.kind &= ~(OF_BUYER | OF_SELLER);
    row.price = real(trade->trade.price, instrument->price_scale);
    row.quantity = real(trade->trade.quantity, instrument->size_scale);
    return add_row(npy, array, &row);
}

static void remove_arrays(const struct npy *npy)
{
    for (size_t i = 0; i < npy->count; i++)
        if (npy->arrays[i].made) unlink(npy->arrays[i].path);
}

static bool close_npy(void *context, bool keep, char *error, size_t error_size)
{
    struct npy *npy = context;
    if (keep && !npy->folder && npy->made == 0) {
        npy->why = "the recording has no market";
        npy->problem = ENODATA;
    }
    for (size_t i = 0; i < npy->count && keep && !npy->problem; i++)
        if (npy->arrays[i].path) flush(npy, &npy->arrays[i], true);
    bool good = !npy->problem;
    if (!good)
        snprintf(error, error_size, "cannot write %s: %s", npy->place.path,
                 npy->why ? npy->why : strerror(npy->problem));
    if (!keep || !good) remove_arrays(npy);
    char ending[EXPORT_REASON];
    char *folder = npy->folder && !npy->place.standing ? strdup(npy->place.temporary) : NULL;
    bool ended = export_file_close(&npy->place, keep && good, ending, sizeof ending);
    if (good && !ended) snprintf(error, error_size, "%s", ending);
    if (keep && good && !ended) { /* it has not got its name, and what is in it is ours to remove */
        remove_arrays(npy);
        if (folder) rmdir(folder);
    }
    free(folder);
    for (size_t i = 0; i < npy->count; i++) {
        free(npy->arrays[i].path);
        free(npy->arrays[i].rows);
    }
    free(npy->arrays);
    free(npy);
    return good && ended;
}

const struct export_format export_npy = {
    .name = "npy", .open = open_npy, .book = write_book, .trade = write_trade, .close = close_npy};
