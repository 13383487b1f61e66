/* rooms: record json market base */
/* Any bytes as a recording. The first byte says how: the rest is a file as it is; or the lines of blocks (0xff between
 * them) that are made into a file with right sizes, counts, hashes, plain or compressed, of which some bytes may then
 * be changed. What must hold:
 *   - whoever reads, surveys or verifies finds the same faults, but that verify may find more;
 *   - a seek leads to a record at or before the time asked for, or to the begin;
 *   - what is repaired is whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <openssl/sha.h>
#include <zstd.h>

#include "booktop/record/recording.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define IMAGE_MOST (1u << 20)

static char image[IMAGE_MOST];
static size_t image_size;

static void require(bool condition)
{
    if (!condition) abort();
}

static void append(const char *bytes, size_t size)
{
    require(image_size + size <= IMAGE_MOST);
    memcpy(image + image_size, bytes, size);
    image_size += size;
}

static void append_block(struct text block, bool compressed)
{
    static ZSTD_CCtx *context;
    static char frame[IMAGE_MOST];
    if (!compressed) {
        append(block.at, block.length);
        return;
    }
    if (!context) context = ZSTD_createCCtx();
    require(context != NULL);
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    size_t length = ZSTD_compress2(context, frame, sizeof frame, block.at, block.length);
    require(!ZSTD_isError(length));
    append(frame, length);
}

/* Adds the chk line that belongs to these lines. */
static void end_block(struct json_writer *block, unsigned char chain[SHA256_DIGEST_LENGTH])
{
    unsigned char bytes[SHA256_DIGEST_LENGTH + 8192];
    char hash[RECORD_HASH_SIZE];
    struct text lines = json_writer_text(block);
    uint64_t count = 0;
    require(lines.length <= 8192);
    memcpy(bytes, chain, SHA256_DIGEST_LENGTH);
    if (lines.length > 0) memcpy(bytes + SHA256_DIGEST_LENGTH, lines.at, lines.length);
    SHA256(bytes, SHA256_DIGEST_LENGTH + lines.length, chain);
    for (size_t i = 0; i < lines.length; i++) count += lines.at[i] == '\n';
    for (size_t i = 0; i < SHA256_DIGEST_LENGTH; i++) snprintf(hash + 2 * i, 3, "%02x", chain[i]);
    block->comma = false;
    require(record_write_check(block, count, lines.length, hash));
    json_write_newline(block);
}

/* Makes a file of the lines. */
static void make_file(const uint8_t *data, size_t size, bool compressed)
{
    static const char header[] = "{\"k\":\"hdr\",\"t\":1,\"m\":0,\"fmt\":\"obr\",\"v\":1,\"tool\":\"t\",\"boot\":\"b\","
                                 "\"seq\":0,\"prev\":null,\"first\":1,\"venues\":[],\"demo\":false}\n";
    static struct json_writer block;
    unsigned char chain[SHA256_DIGEST_LENGTH];
    if (size > 8000) size = 8000;
    SHA256((const unsigned char *)header, sizeof header - 1, chain);
    append_block(TEXT(header), compressed);
    for (size_t at = 0; at < size;) {
        const uint8_t *end = memchr(data + at, 0xff, size - at);
        size_t length = end ? (size_t)(end - data) - at : size - at;
        json_writer_reset(&block);
        json_write_raw(&block, (struct text){(const char *)data + at, length});
        if (length == 0 || data[at + length - 1] != '\n') json_write_newline(&block);
        end_block(&block, chain);
        append_block(json_writer_text(&block), compressed);
        at += length + 1;
    }
}

static unsigned read_all(const char *path)
{
    char error[400];
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) return UINT32_MAX;
    struct record record;
    struct recording_fault fault;
    struct recording_info info;
    unsigned faults = 0;
    uint64_t records = 0, kinds = 0;
    int64_t first = 0, last = 0;
    for (enum recording_step step; (step = recording_next(recording, &record, &fault)) != RECORDING_AT_END;) {
        if (step == RECORDING_FAULT) {
            faults++;
            require(fault.damage > DAMAGE_NONE && fault.damage < DAMAGE_COUNT && fault.file == 0);
            continue;
        }
        if (records++ == 0) first = record.stamp.mono;
        last = record.stamp.mono;
        require(record.whole.length <= RECORD_LINE_MOST);
    }
    require(recording_survey(recording, &info, NULL, NULL));
    require(info.faults == faults);
    for (unsigned i = 0; i < RECORD_KIND_COUNT; i++) kinds += info.records[i];
    require(kinds == records);
    recording_info_free(&info);
    (void)recording_length(recording, NULL, NULL);

    const int64_t times[] = {last, last / 2, first, -1};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        require(recording_seek(recording, times[i], NULL, NULL));
        enum recording_step step = recording_next(recording, &record, &fault);
        if (step == RECORDING_RECORD && records > 0)
            require(record.stamp.mono <= times[i] || record.stamp.mono == first);
    }
    recording_close(recording);
    return faults;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char path[40], repaired[60];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("recording", MFD_CLOEXEC);
        require(file >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
        snprintf(repaired, sizeof repaired, "/dev/shm/fuzz-recording-%ld.obr", (long)getpid());
    }
    if (size == 0) return 0;
    image_size = 0;
    unsigned how = *data++;
    size--;
    if (how % 4 == 0) {
        append((const char *)data, size < IMAGE_MOST ? size : IMAGE_MOST);
    } else {
        make_file(data, size, how % 4 > 1);
        if (how % 4 == 3 && size > 2) { /* and then it is changed */
            size_t at = (size_t)(data[0] * 256u + data[1]) % image_size;
            image[at] = (char)(image[at] ^ data[2]);
        }
    }
    require(ftruncate(file, 0) == 0 && pwrite(file, image, image_size, 0) == (ssize_t)image_size);

    char error[400];
    const char *name = path;
    int64_t verified = recording_verify(&name, 1, NULL, NULL, NULL, error, sizeof error);
    require(verified >= 0);
    unsigned faults = read_all(path);
    require(faults == UINT32_MAX ? verified > 0 : verified >= faults);

    struct recording_saved saved;
    (void)unlink(repaired);
    if (faults != UINT32_MAX && recording_repair(path, repaired, &saved, NULL, NULL, NULL, error, sizeof error)) {
        name = repaired;
        require(recording_verify(&name, 1, NULL, NULL, NULL, error, sizeof error) == 0);
    }
    (void)unlink(repaired);
    return 0;
}
