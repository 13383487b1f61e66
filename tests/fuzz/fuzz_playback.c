/* rooms: feed record engine venue json market base */
/* Any lines as a plain recording, put into an engine. Between 0xff bytes stand the lines of a block; they are made into
 * a file with right sizes, counts and hashes, so that the lines themselves are reached. What must hold:
 *   - it comes to an end, and every record is counted once;
 *   - played twice it ends the same, whether snaps are compared or not;
 *   - a seek stands where it was asked to.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <openssl/sha.h>

#include "booktop/feed/playback.h"
#include "booktop/market/digest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SIZE_MOST (64u << 10)

static struct json_writer image;

static void require(bool condition)
{
    if (!condition) abort();
}

/* Adds the chk line that belongs to the block which began there. */
static void end_block(size_t begin, unsigned char chain[SHA256_DIGEST_LENGTH])
{
    static unsigned char bytes[SHA256_DIGEST_LENGTH + SIZE_MOST + 1];
    char hash[RECORD_HASH_SIZE];
    size_t length = image.length - begin;
    uint64_t count = 0;
    memcpy(bytes, chain, SHA256_DIGEST_LENGTH);
    memcpy(bytes + SHA256_DIGEST_LENGTH, image.buffer + begin, length);
    SHA256(bytes, SHA256_DIGEST_LENGTH + length, chain);
    for (size_t i = 0; i < length; i++) count += image.buffer[begin + i] == '\n';
    for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) snprintf(hash + 2 * i, 3, "%02x", chain[i]);
    image.comma = false;
    require(record_write_check(&image, count, length, hash));
    json_write_newline(&image);
}

static void make_file(const uint8_t *data, size_t size)
{
    static const char header[] =
        "{\"k\":\"hdr\",\"t\":1,\"m\":0,\"fmt\":\"obr\",\"v\":1,\"tool\":\"t\",\"boot\":\"b\",\"seq\":0,\"prev\":null,"
        "\"first\":1,\"venues\":[{\"v\":\"kalshi\",\"key\":true}],\"demo\":false}\n";
    unsigned char chain[SHA256_DIGEST_LENGTH];
    json_writer_reset(&image);
    SHA256((const unsigned char *)header, sizeof header - 1, chain);
    json_write_raw(&image, TEXT(header));
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, 0xff, size - at);
        size_t length = end ? (size_t)(end - data) - at : size - at, begin = image.length;
        image.comma = false;
        json_write_raw(&image, (struct text){(const char *)data + at, length});
        if (length == 0 || data[at + length - 1] != '\n') json_write_newline(&image);
        end_block(begin, chain);
        at += length + 1;
    }
}

/* All books, so that two ways can be compared. */
static uint64_t books_of(struct playback *playback)
{
    const struct market *market;
    char digest[DIGEST_TEXT_SIZE];
    uint64_t sum = 0;
    for (size_t position = 0; (market = registry_next(engine_registry(playback_engine(playback)), &position));) {
        uint64_t hash = market->proof.verified * 31 + market->proof.failed * 37 + market->proof.state;
        digest_book(&market->instrument, &market->book, 0, digest);
        for (size_t i = 0; digest[i]; i++) hash = hash * 131 + (unsigned char)digest[i];
        if (market->had_book) sum += hash;
    }
    return sum;
}

static void differs(void *context, const struct record *snap, const char *words)
{
    unsigned *differences = context;
    require(snap->kind == RECORD_SNAP && words[0] != '\0');
    ++*differences;
}

static struct playback *open_file(const char *path, unsigned *differences)
{
    char error[400];
    struct playback_options options = {.paths = &path, .path_count = 1, .context = differences};
    if (differences) options.differs = differs;
    return playback_open(&options, error, sizeof error);
}

static uint64_t play(struct playback *playback)
{
    uint64_t records = 0, faults = 0;
    for (const struct playback_next *next; (next = playback_peek(playback))->kind != PLAYBACK_AT_END;) {
        records += next->record != NULL;
        faults += next->fault != NULL;
        playback_step(playback);
    }
    struct playback_counts counts = playback_counts(playback);
    require(counts.records == records && counts.faults == faults);
    return books_of(playback);
}

static void seek(struct playback *playback, int64_t m)
{
    require(playback_seek(playback, m, NULL, NULL));
    const struct playback_next *next = playback_peek(playback);
    require(next->kind == PLAYBACK_AT_END || next->m > m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[40];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("recording", MFD_CLOEXEC);
        require(file >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    if (size > SIZE_MOST) return 0;
    make_file(data, size);
    require(ftruncate(file, 0) == 0 && pwrite(file, image.buffer, image.length, 0) == (ssize_t)image.length);

    unsigned differences = 0;
    struct playback *first = open_file(path, &differences), *second = open_file(path, NULL);
    require((first != NULL) == (second != NULL));
    if (!first) return 0;
    uint64_t books = play(first);
    require(play(second) == books);
    require(playback_counts(first).differing == differences);
    playback_step(second); /* the end */
    int64_t length = playback_length(first, NULL, NULL);
    seek(first, length / 2);
    seek(first, 0);
    seek(first, length);
    seek(second, INT64_MIN);
    playback_close(first);
    playback_close(second);
    return 0;
}
