#include "block.h"

#include <errno.h>
#include <string.h>

#define SEARCH     (1u << 20)
#define CHECK_MOST 256u /* a chk line has 142 bytes at most */

static const char mark[] = "\n{\"k\":\"chk\"";

/* A chk line. */
struct check {
    uint64_t offset, end; /* behind its line feed */
    uint64_t bytes, records;
    struct chain stated;
};

/* Reads the line at `offset`. False: it is no chk line. */
static bool read_check(struct block_reader *reader, uint64_t offset, struct check *check)
{
    struct text bytes;
    struct record record;
    const char *why;
    if (!window_show(&reader->window, offset, CHECK_MOST, &bytes)) return false;
    const char *end = bytes.length > 0 ? memchr(bytes.at, '\n', bytes.length) : NULL;
    if (!end) return false;
    struct text line = {bytes.at, (size_t)(end - bytes.at)};
    if (!record_parse(reader->parser, line, &record, &why) || record.kind != RECORD_CHECK) return false;
    *check = (struct check){
        .offset = offset, .end = offset + line.length + 1, .bytes = record.bytes, .records = record.number};
    return block_read_hash(record.hash, &check->stated);
}

/* The next chk line from `from` on, a line's begin. False: there is none. */
static bool find_check(struct block_reader *reader, uint64_t from, struct check *check)
{
    const size_t length = sizeof mark - 1;
    uint64_t at = from - 1; /* its line feed: never the first line of the file */
    while (at < reader->window.size) {
        struct text bytes;
        if (!window_show(&reader->window, at, SEARCH, &bytes) || bytes.length < length) return false;
        const char *hit = memmem(bytes.at, bytes.length, mark, length);
        if (!hit) {
            at += bytes.length - length + 1;
            continue;
        }
        at += (uint64_t)(hit - bytes.at) + 1;
        if (read_check(reader, at, check)) return true;
        if (reader->window.error) return false;
    }
    return false;
}

/* True if one of the two hashes before, made or stated, and the lines make the hash of the block's chk. */
static bool fits(struct block_reader *reader, struct block *block, const struct chain *made, const struct chain *known,
                 const struct chain *stated)
{
    const struct chain *before[] = {made, known};
    for (size_t i = 0; i < 2; i++) {
        if (!block_follows(reader, before[i], block->lines, stated)) continue;
        block->before = *before[i];
        block->before_known = true;
        return true;
    }
    return false;
}

/* The hash of a chk line that ends the text, though its line's begin may be damaged. */
static bool last_check(struct block_reader *reader, struct text text, struct chain *stated)
{
    struct record record;
    const char *why;
    size_t look = text.length < CHECK_MOST ? text.length : CHECK_MOST;
    const char *end = text.at + text.length, *at = memmem(end - look, look, mark + 1, sizeof mark - 2);
    if (!at || end[-1] != '\n') return false;
    struct text line = {at, (size_t)(end - 1 - at)};
    return record_parse(reader->parser, line, &record, &why) && record.kind == RECORD_CHECK &&
           block_read_hash(record.hash, stated);
}

/* Does the block fit behind skipped bytes that end with a chk line which was not known as such? By the hash that it
 * has, or by what the bytes before it make. */
static bool fits_behind(struct block_reader *reader, struct block *block, struct text skipped,
                        const struct chain *stated)
{
    struct chain made = reader->place.made, known = reader->place.stated;
    if (last_check(reader, skipped, &known) && fits(reader, block, &known, &known, stated)) return true;
    known = reader->place.stated;
    const char *border = skipped.length > 1 ? memrchr(skipped.at, '\n', skipped.length - 1) : NULL;
    if (!border || reader->window.error) return false;
    struct text lines = {skipped.at, (size_t)(border + 1 - skipped.at)};
    if (!chain_add(&made, lines) || !chain_add(&known, lines)) {
        reader->window.error = ENOMEM;
        return false;
    }
    return fits(reader, block, &made, &known, stated);
}

/* The block that ends with this chk line, if its bytes are proved. It begins at the place, or behind it. */
static bool take_block(struct block_reader *reader, const struct check *check, struct block *block,
                       struct block_damage *damage, const char **why)
{
    struct block_place *place = &reader->place;
    uint64_t length = check->end - place->offset, before = check->offset - place->offset;
    struct text bytes;
    struct chain stated;
    *why = "its size is not what its chk says";
    if (check->bytes > before) return false;
    *why = "longer than any block may be";
    if (length > 2 * (uint64_t)RECORDING_FRAME_MOST || check->bytes > RECORDING_FRAME_MOST) return false;
    if (!window_show(&reader->window, place->offset, (size_t)length, &bytes)) return false;

    size_t skipped = (size_t)(before - check->bytes);
    struct text content = {bytes.at + skipped, (size_t)length - skipped};
    *block = (struct block){.number = place->number, .offset = place->offset + skipped, .stored = content};
    if (!block_take_lines(reader, content, block, &stated, why)) return false;
    *why = "its bytes do not make its hash: they were changed, or a block before them is missing";
    if (!place->chained) return false;
    if (fits(reader, block, &place->made, &place->stated, &stated)) {
        if (skipped > 0) block_note(damage, DAMAGE_BLOCK, place, "bytes stand before it that are of no block");
    } else if (skipped > 0 && fits_behind(reader, block, (struct text){bytes.at, skipped}, &stated)) {
        block_note(damage, DAMAGE_BLOCK, place, "its chk is damaged");
        damage->more = true;
        block->number++;
    } else {
        return false;
    }
    block_pass(reader, block, &stated);
    return true;
}

/* Goes behind a block that is not whole. Its chk line's hash may be the right one, or its bytes may: what follows is
 * tried with both. */
static bool step_over(struct block_reader *reader, const struct check *check, struct block_damage *damage)
{
    struct block_place *place = &reader->place;
    /* Another block may have stood before it, of which nothing is left. */
    damage->more = true;
    damage->records += check->records;
    uint64_t length = check->end - place->offset;
    struct text bytes;
    if (length <= RECORDING_FRAME_MOST) {
        if (!window_show(&reader->window, place->offset, (size_t)length, &bytes)) return false;
        bytes.length -= (size_t)(check->end - check->offset);
        if (!chain_add(&place->made, bytes)) {
            reader->window.error = ENOMEM;
            return false;
        }
    }
    place->stated = check->stated;
    place->chained = true;
    place->offset = check->end;
    place->number++;
    return true;
}

/* The first line of the file. */
static bool take_header(struct block_reader *reader, struct block *block, struct block_damage *damage)
{
    struct text bytes;
    const char *end = NULL, *why = NULL;
    for (size_t look = SEARCH; !end; look *= 2) {
        if (!window_show(&reader->window, 0, look, &bytes)) return false;
        end = bytes.length > 0 ? memchr(bytes.at, '\n', bytes.length) : NULL;
        if (!end && (bytes.length < look || look > RECORD_LINE_MOST)) break;
    }
    if (!end && bytes.length < reader->window.size) { /* no header, but blocks may stand behind */
        block_note(damage, DAMAGE_HEADER, &reader->place, "the first line is longer than any may be");
        damage->more = true;
        reader->place.offset = bytes.length;
        reader->place.number = 1;
        return false;
    }
    if (!end) {
        block_note(damage, DAMAGE_TORN, &reader->place, "the file ends within its header");
        reader->place.offset = reader->window.size;
        return false;
    }
    struct text line = {bytes.at, (size_t)(end + 1 - bytes.at)};
    struct chain stated;
    *block = (struct block){.stored = line};
    if (block_take_header(reader, line, block, &why) && chain_start(&stated, line)) {
        block_pass(reader, block, &stated);
        return true;
    }
    block_note(damage, DAMAGE_HEADER, &reader->place, why);
    reader->place.offset = line.length;
    reader->place.number = 1;
    return false;
}

bool block_next_plain(struct block_reader *reader, struct block *block, struct block_damage *damage)
{
    struct block_place *place = &reader->place;
    struct check check;
    if (place->offset == 0 && take_header(reader, block, damage)) return true;
    while (!reader->window.error && place->offset < reader->window.size && find_check(reader, place->offset, &check)) {
        const char *why;
        if (take_block(reader, &check, block, damage, &why)) return true;
        if (reader->window.error) return false;
        block_note(damage, DAMAGE_BLOCK, place, why);
        if (!step_over(reader, &check, damage)) return false;
    }
    if (reader->window.error) return false;
    if (place->offset < reader->window.size) {
        block_note(damage, DAMAGE_TORN, place, "the file ends within a block");
        damage->more = true;
        place->offset = reader->window.size;
        place->number++;
    }
    return false;
}
