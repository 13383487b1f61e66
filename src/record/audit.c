#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording_inside.h"

#define INDEX_HEADER 8 /* of a skippable frame */

void audit_start(struct audit *audit)
{
    free(audit->expected);
    *audit = (struct audit){.entries = audit->entries, .capacity = audit->capacity, .failed = audit->failed};
}

static struct block_entry *add_entry(struct audit *audit)
{
    if (audit->count == audit->capacity) {
        size_t more = audit->capacity > 0 ? 2 * audit->capacity : 256;
        struct block_entry *entries = realloc(audit->entries, more * sizeof *entries);
        if (!entries) return NULL;
        audit->entries = entries;
        audit->capacity = more;
    }
    return &audit->entries[audit->count++];
}

void audit_block(struct audit *audit, const struct block *block, struct record_parser *parser)
{
    unsigned char digest[CHAIN_SIZE];
    struct stamp first = {0};
    if (audit->given_up) return;
    struct block_entry *entry = add_entry(audit);
    if (!entry || !chain_digest(block->stored, digest)) {
        audit->given_up = audit->failed = true;
        return;
    }
    lines_first(parser, block->lines, &first);
    *entry = (struct block_entry){.offset = block->offset,
                                  .begin = audit->begin,
                                  .m = first.mono,
                                  .t = first.wall,
                                  .records = (uint32_t)block->records,
                                  .flags = lines_have_round(parser, block->lines) ? INDEX_ROUND : 0,
                                  .stored = (uint32_t)block->stored.length,
                                  .bytes = (uint32_t)block->content.length,
                                  .checksum = block->checksum};
    memcpy(entry->digest, digest, INDEX_DIGEST);
    audit->begin += block->content.length;
}

bool audit_end(struct audit *audit, struct block_reader *reader)
{
    if (audit->given_up || !reader->compressed || !reader->closed || audit->count == 0) return false;
    size_t size = archive_index_size(audit->count);
    audit->expected = malloc(size);
    if (!audit->expected || !window_show(&reader->window, reader->place.offset, size, &audit->found)) {
        audit->failed = true;
        return false;
    }
    archive_index_write(audit->entries, audit->count, audit->expected);
    audit->differs = audit->found.length != size || reader->window.size - reader->place.offset != size;
    if (audit->differs) audit->at = audit->count;
    return true;
}

/* Where an entry stands in the index. */
static size_t entry_at(size_t entry)
{
    return INDEX_HEADER + entry * INDEX_ENTRY;
}

static bool same(const struct audit *audit, size_t from, size_t to)
{
    return memcmp(audit->found.at + from, audit->expected + from, to - from) == 0;
}

/* Compares the next entry. False: it is the same, or not only the digest of the frame is another. */
static bool next_entry(struct audit *audit, struct recording_fault *fault)
{
    size_t entry = audit->at++, start = entry_at(entry), end = entry_at(entry + 1);
    if (same(audit, start, end)) return false;
    if (!same(audit, start, end - INDEX_DIGEST)) {
        audit->differs = true;
        return false;
    }
    *fault = (struct recording_fault){.damage = DAMAGE_BLOCK,
                                      .block = entry,
                                      .offset = audit->entries[entry].offset,
                                      .from = audit->entries[entry].m,
                                      .to = entry + 1 < audit->count ? audit->entries[entry + 1].m : -1};
    snprintf(fault->words, sizeof fault->words, "%s",
             "its frame is not stored as it was written, though it holds the same, or the index's entry is damaged");
    return true;
}

bool audit_next(struct audit *audit, struct recording_fault *fault)
{
    while (audit->at < audit->count)
        if (next_entry(audit, fault)) return true;
    if (audit->at++ > audit->count) return false;
    size_t size = archive_index_size(audit->count);
    if (!audit->differs && same(audit, 0, entry_at(0)) && same(audit, entry_at(audit->count), size)) return false;
    const struct block_entry *last = &audit->entries[audit->count - 1];
    *fault = (struct recording_fault){
        .damage = DAMAGE_END, .block = audit->count, .offset = last->offset + last->stored, .from = last->m, .to = -1};
    snprintf(fault->words, sizeof fault->words, "index and seek table are not what the blocks make");
    return true;
}

void audit_free(struct audit *audit)
{
    free(audit->entries);
    free(audit->expected);
    *audit = (struct audit){0};
}
