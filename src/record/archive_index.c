#include "archive_index.h"

#include <string.h>

#define SKIPPABLE_HEADER 8
#define SEEK_ENTRY       12
#define SEEK_FOOTER      9
#define SEEK_CHECKSUMS   0x80 /* descriptor: entries have checksums */
#define NOTHINGS_SUM     0x51D8E999u

static unsigned char *put32(unsigned char *out, uint32_t value)
{
    for (unsigned i = 0; i < 4; i++) *out++ = (unsigned char)(value >> (8 * i));
    return out;
}

static unsigned char *put64(unsigned char *out, uint64_t value)
{
    return put32(put32(out, (uint32_t)value), (uint32_t)(value >> 32));
}

static unsigned char *put_times(unsigned char *out, const struct block_entry *entry)
{
    out = put64(put64(out, entry->offset), entry->begin);
    out = put64(put64(out, (uint64_t)entry->m), (uint64_t)entry->t);
    out = put32(put32(out, entry->records), entry->flags);
    memcpy(out, entry->digest, INDEX_DIGEST);
    return out + INDEX_DIGEST;
}

static unsigned char *put_seek(unsigned char *out, uint32_t stored, uint32_t bytes, uint32_t checksum)
{
    return put32(put32(put32(out, stored), bytes), checksum);
}

size_t archive_index_size(size_t count)
{
    return SKIPPABLE_HEADER + count * INDEX_ENTRY + SKIPPABLE_HEADER + (count + 1) * SEEK_ENTRY + SEEK_FOOTER;
}

void archive_index_write(const struct block_entry *entries, size_t count, unsigned char *out)
{
    uint32_t index = (uint32_t)(count * INDEX_ENTRY);
    out = put32(put32(out, INDEX_MAGIC), index);
    for (size_t i = 0; i < count; i++) out = put_times(out, &entries[i]);

    uint32_t frames = (uint32_t)count + 1;
    out = put32(put32(out, SEEK_TABLE_MAGIC), frames * SEEK_ENTRY + SEEK_FOOTER);
    for (size_t i = 0; i < count; i++) out = put_seek(out, entries[i].stored, entries[i].bytes, entries[i].checksum);
    out = put_seek(out, SKIPPABLE_HEADER + index, 0, NOTHINGS_SUM);
    out = put32(out, frames);
    *out++ = SEEK_CHECKSUMS;
    put32(out, SEEK_TABLE_END);
}
