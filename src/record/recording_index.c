#include "recording_index.h"

#include <stdlib.h>
#include <string.h>

#define SKIPPABLE_HEADER 8
#define SEEK_FOOTER      9
#define SEEK_CHECKSUMS   0x80
#define BLOCKS_MOST      (4u << 20) /* 48 bytes each: no longer index is read */

static const char *get(const char *at, uint64_t *value, unsigned bytes)
{
    *value = 0;
    for (unsigned i = 0; i < bytes; i++) *value |= (uint64_t)(unsigned char)*at++ << 8 * i;
    return at;
}

static const char *read_entry(const char *at, struct block_entry *entry)
{
    uint64_t m, t, records, flags;
    at = get(get(at, &entry->offset, 8), &entry->begin, 8);
    at = get(get(at, &m, 8), &t, 8);
    at = get(get(at, &records, 4), &flags, 4);
    entry->m = (int64_t)m;
    entry->t = (int64_t)t;
    entry->records = (uint32_t)records;
    entry->flags = (uint32_t)flags;
    memcpy(entry->digest, at, INDEX_DIGEST);
    return at + INDEX_DIGEST;
}

static bool read_entries(struct text bytes, uint64_t behind, struct block_entry *entries, size_t count)
{
    uint64_t magic, size;
    const char *at = get(get(bytes.at, &magic, 4), &size, 4);
    if (magic != INDEX_MAGIC || size != count * INDEX_ENTRY) return false;
    for (size_t i = 0; i < count; i++) {
        at = read_entry(at, &entries[i]);
        if (i == 0 ? entries[i].offset != 0 : entries[i].offset <= entries[i - 1].offset) return false;
    }
    return entries[count - 1].offset < behind;
}

size_t recording_index_count(struct window *window)
{
    struct text footer;
    uint64_t frames, descriptor, magic;
    if (window->size < SEEK_FOOTER || !window_show(window, window->size - SEEK_FOOTER, SEEK_FOOTER, &footer) ||
        footer.length < SEEK_FOOTER)
        return 0;
    get(get(get(footer.at, &frames, 4), &descriptor, 1), &magic, 4);
    if (magic != SEEK_TABLE_END || descriptor != SEEK_CHECKSUMS || frames < 2 || frames > BLOCKS_MOST) return 0;
    return archive_index_size((size_t)frames - 1) < window->size ? (size_t)frames - 1 : 0;
}

struct block_entry *recording_index_read(struct window *window, size_t *count)
{
    struct text bytes;
    *count = recording_index_count(window);
    if (*count == 0) return NULL;
    size_t size = SKIPPABLE_HEADER + *count * INDEX_ENTRY;
    uint64_t offset = window->size - archive_index_size(*count);
    struct block_entry *entries = calloc(*count, sizeof *entries);
    if (entries && window_show(window, offset, size, &bytes) && bytes.length == size &&
        read_entries(bytes, offset, entries, *count))
        return entries;
    free(entries);
    return NULL;
}
