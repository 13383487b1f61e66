#include "block.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t count_lines(struct text text)
{
    uint64_t count = 0;
    const char *end = text.at + text.length;
    for (const char *at = text.at; at < end && (at = memchr(at, '\n', (size_t)(end - at))); at++) count++;
    return count;
}

/* The last line of some whole lines, without its line feed. */
static struct text last_line(struct text lines)
{
    if (lines.length == 0) return lines;
    const char *before = memrchr(lines.at, '\n', lines.length - 1);
    const char *start = before ? before + 1 : lines.at;
    return (struct text){start, (size_t)(lines.at + lines.length - 1 - start)};
}

static bool ends_line(struct text content)
{
    return content.length > 0 && content.at[content.length - 1] == '\n';
}

bool block_read_hash(const char *text, struct chain *chain)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < CHAIN_SIZE; i++) {
        const char *high = text[2 * i] ? strchr(digits, text[2 * i]) : NULL;
        const char *low = high && text[2 * i + 1] ? strchr(digits, text[2 * i + 1]) : NULL;
        if (!low) return false;
        chain->hash[i] = (unsigned char)((size_t)(high - digits) << 4 | (size_t)(low - digits));
    }
    return text[RECORD_HASH_SIZE - 1] == '\0';
}

bool block_take_header(struct block_reader *reader, struct text content, struct block *block, const char **why)
{
    struct record record;
    *why = "the header is not one line";
    if (!ends_line(content) || count_lines(content) != 1) return false;
    if (!record_parse(reader->parser, last_line(content), &record, why)) return false;
    *why = "it does not begin with a header";
    if (record.kind != RECORD_HEADER) return false;
    block->content = block->lines = content;
    block->records = 0;
    return true;
}

bool block_take_lines(struct block_reader *reader, struct text content, struct block *block, struct chain *stated,
                      const char **why)
{
    struct record record;
    *why = "it does not end with a line";
    if (!ends_line(content)) return false;
    struct text check = last_line(content);
    struct text lines = {content.at, (size_t)(check.at - content.at)};
    if (!record_parse(reader->parser, check, &record, why)) return false;
    *why = "its last line is not its chk";
    if (record.kind != RECORD_CHECK || !block_read_hash(record.hash, stated)) return false;
    *why = "its size is not what its chk says";
    if (record.bytes != lines.length) return false;
    *why = "its lines are not as many as its chk says";
    if (record.number != count_lines(lines)) return false;
    block->content = content;
    block->lines = lines;
    block->records = record.number;
    return true;
}

bool block_follows(struct block_reader *reader, const struct chain *before, struct text lines,
                   const struct chain *stated)
{
    struct chain chain = *before;
    if (!chain_add(&chain, lines)) {
        reader->window.error = ENOMEM;
        return false;
    }
    return memcmp(chain.hash, stated->hash, CHAIN_SIZE) == 0;
}

void block_pass(struct block_reader *reader, const struct block *block, const struct chain *stated)
{
    struct block_place *place = &reader->place;
    place->offset = block->offset + block->stored.length;
    place->number = block->number + 1;
    place->made = place->stated = *stated;
    place->chained = true;
    reader->hunting = false;
}

void block_note(struct block_damage *damage, enum recording_damage kind, const struct block_place *place,
                const char *why)
{
    if (damage->damage != DAMAGE_NONE) return;
    damage->damage = kind;
    damage->block = place->number;
    damage->offset = place->offset;
    snprintf(damage->words, sizeof damage->words, "%s", why);
}

/* Reads the block's `end`, if it has it. */
static void take_end(struct block_reader *reader, const struct block *block, struct block_damage *damage)
{
    static const struct text begin = {"{\"k\":\"end\"", 10};
    struct text line = last_line(block->lines);
    struct record record;
    const char *why;
    if (!text_starts_with(line, begin) || !record_parse(reader->parser, line, &record, &why)) return;
    if (record.kind != RECORD_END) return;
    reader->closed = true;
    struct chain stated;
    struct block_place place = {.number = block->number, .offset = block->offset};
    if (reader->complete && record.number != reader->records - 1)
        block_note(damage, DAMAGE_END, &place, "the end counts other records than the file has");
    if (block->before_known &&
        (!block_read_hash(record.hash, &stated) || memcmp(&stated, &block->before, sizeof stated) != 0))
        block_note(damage, DAMAGE_END, &place, "the end names another hash than the blocks make");
}

/* What stands behind the last block. */
static void take_tail(struct block_reader *reader, struct block_damage *damage)
{
    uint64_t left = reader->window.size - reader->place.offset;
    if (!reader->compressed) {
        if (left > 0) block_note(damage, DAMAGE_END, &reader->place, "something stands behind the end");
        return;
    }
    size_t count = recording_index_count(&reader->window);
    if (left == 0)
        block_note(damage, DAMAGE_END, &reader->place, "index and seek table are missing");
    else if (count == 0 || left != archive_index_size(count))
        block_note(damage, DAMAGE_END, &reader->place, "what stands behind the end is not its index and seek table");
}

bool block_reader_init(struct block_reader *reader, int file, uint64_t size, bool compressed)
{
    *reader = (struct block_reader){.compressed = compressed, .window = {.file = file, .size = size}, .complete = true};
    reader->parser = record_parser_create();
    return reader->parser && (!compressed || frame_reader_init(&reader->frames));
}

void block_reader_free(struct block_reader *reader)
{
    record_parser_destroy(reader->parser);
    frame_reader_free(&reader->frames);
    window_free(&reader->window);
    free(reader->entries);
    *reader = (struct block_reader){0};
}

void block_reader_move(struct block_reader *reader, const struct block_place *place)
{
    reader->place = *place;
    reader->closed = reader->finished = reader->hunting = false;
    reader->complete = place->offset == 0;
    reader->records = reader->wasted = 0;
}

/* The file could not be read on, or it is not the same any more: nothing more of it is given. */
static bool fail(struct block_reader *reader, struct block_damage *damage)
{
    char why[RECORDING_REASON];
    window_error_text(reader->window.error, why, sizeof why);
    *damage = (struct block_damage){.more = true};
    block_note(damage, DAMAGE_BLOCK, &reader->place, why);
    reader->finished = true;
    return false;
}

bool block_next(struct block_reader *reader, struct block *block, struct block_damage *damage)
{
    *damage = (struct block_damage){0};
    *block = (struct block){0};
    if (reader->finished) return false;
    if (reader->closed) {
        take_tail(reader, damage);
    } else if (reader->compressed ? block_next_compressed(reader, block, damage)
                                  : block_next_plain(reader, block, damage)) {
        if (damage->damage != DAMAGE_NONE && window_is_rewritten(&reader->window)) return fail(reader, damage);
        if (damage->damage != DAMAGE_NONE) reader->complete = false;
        if (block->number > damage->block) damage->lost = damage->damage ? block->number - damage->block : 0;
        reader->records += block->records;
        take_end(reader, block, damage);
        return true;
    } else if (!reader->window.error) {
        /* An end that is missing may have been so from the begin; blocks that do not check were not. */
        bool checked = damage->damage == DAMAGE_NONE || damage->damage == DAMAGE_TORN;
        if (!checked && window_is_rewritten(&reader->window)) return fail(reader, damage);
        block_note(damage, DAMAGE_TORN, &reader->place, "the file ends without its end");
        if (reader->place.number > damage->block) damage->lost = reader->place.number - damage->block;
    }
    if (reader->window.error) return fail(reader, damage);
    reader->finished = true;
    return false;
}
