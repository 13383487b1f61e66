#include "block.h"

#include <stdlib.h>

/* What is decompressed or gone through in vain, searching for a whole frame behind damage, before the rest is given up:
 * a hostile file may hold a frame's begin at every fifteenth byte, each for RECORDING_FRAME_MOST bytes. Meanwhile the
 * watch is asked now and then, for nothing may have to be read for it. */
#define WASTE_MOST  (UINT64_C(4) << 30)
#define WASTE_ASKED (UINT64_C(64) << 20)

static void read_index(struct block_reader *reader)
{
    if (reader->entries_tried) return;
    reader->entries = recording_index_read(&reader->window, &reader->entry_count);
    reader->entries_tried = true;
}

/* The number of the block whose frame begins here, by the index; else as counted, and that there may be `more`. An
 * index that has fewer blocks before it than were met is wrong. */
static uint64_t number_at(struct block_reader *reader, uint64_t offset, uint64_t counted, bool *more)
{
    read_index(reader);
    const size_t count = reader->entries ? reader->entry_count : 0;
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (reader->entries[middle].offset < offset)
            low = middle + 1;
        else
            high = middle;
    }
    bool found = low < count && reader->entries[low].offset == offset;
    *more = !found || low < counted;
    return *more ? counted : low;
}

/* Behind the last frame amid damage: with an index it is known how many there were. */
static void count_to_end(struct block_reader *reader, struct block_damage *damage)
{
    read_index(reader);
    damage->more = !reader->entries;
    if (reader->entries && reader->entry_count > reader->place.number) reader->place.number = reader->entry_count;
}

static void note_chain(struct block_damage *damage, const struct block_place *place)
{
    block_note(damage, DAMAGE_CHAIN, place,
               "it does not follow from the block before it: one was removed, put in or moved");
    damage->more = true;
}

/* A whole frame, as a block. A chain that does not hold is told, but the block is whole. */
static bool take_frame(struct block_reader *reader, const struct frame *frame, struct block *block,
                       struct block_damage *damage, const char **why)
{
    struct block_place *place = &reader->place;
    struct chain stated;
    *block = (struct block){.number = place->number,
                            .offset = place->offset,
                            .stored = frame->stored,
                            .checksum = frame->checksum,
                            .before = place->stated,
                            .before_known = place->chained};
    if (place->offset == 0) {
        if (!block_take_header(reader, frame->content, block, why)) return false;
        if (!chain_start(&stated, block->lines)) return false;
    } else if (!block_take_lines(reader, frame->content, block, &stated, why)) {
        return false;
    }
    if (place->offset > 0 && place->chained && !block_follows(reader, &place->stated, block->lines, &stated))
        note_chain(damage, place);
    if (damage->damage == DAMAGE_TORN) damage->damage = DAMAGE_BLOCK; /* for it goes on */
    block_pass(reader, block, &stated);
    return true;
}

/* True if a frame of zstd begins there, or the file ends. */
static bool is_border(struct block_reader *reader, uint64_t offset)
{
    uint64_t found;
    struct text four;
    if (offset == reader->window.size) return true;
    if (!window_show(&reader->window, offset, 4, &four)) return false;
    return frame_find(&reader->window, offset, &found) && found == offset;
}

/* True if the watch has ended it. */
static bool waste(struct block_reader *reader, size_t bytes)
{
    uint64_t asked = reader->wasted / WASTE_ASKED;
    reader->wasted += bytes;
    return reader->wasted / WASTE_ASKED != asked && window_is_ended(&reader->window);
}

/* Goes behind a frame that is not whole: to its end, if that can be believed, else to the next begin of one. */
static bool step_over(struct block_reader *reader, const struct frame *frame)
{
    struct block_place *place = &reader->place;
    uint64_t behind = place->offset + frame->stored.length;
    if (!reader->hunting) place->number++;
    place->chained = false;
    if (waste(reader, frame->tried + frame->content.length)) return false;
    if (reader->wasted > WASTE_MOST) {
        place->offset = reader->window.size;
        return true;
    }
    if (!reader->hunting && frame->stored.length > 0 && is_border(reader, behind)) {
        place->offset = behind;
        return true;
    }
    reader->hunting = true;
    return frame_find(&reader->window, place->offset + 1, &place->offset);
}

bool block_next_compressed(struct block_reader *reader, struct block *block, struct block_damage *damage)
{
    struct block_place *place = &reader->place;
    while (place->offset < reader->window.size) {
        struct frame frame;
        if (damage->damage != DAMAGE_NONE)
            place->number = number_at(reader, place->offset, place->number, &damage->more);
        enum frame_state state = frame_read(&reader->frames, &reader->window, place->offset, &frame);
        if (state == FRAME_FAILED) return false;
        const char *why = frame.why;
        if (state == FRAME_WHOLE && take_frame(reader, &frame, block, damage, &why)) return true;
        if (reader->window.error) return false;
        enum recording_damage kind = place->offset == 0 ? DAMAGE_HEADER : DAMAGE_BLOCK;
        block_note(damage, state == FRAME_CUT ? DAMAGE_TORN : kind, place, why);
        if (!step_over(reader, &frame)) break;
    }
    if (damage->damage != DAMAGE_NONE && !reader->window.error) count_to_end(reader, damage);
    return false;
}
