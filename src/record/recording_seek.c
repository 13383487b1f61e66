#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "recording_inside.h"

/* Whoever waits may end it. */
struct asking {
    bool (*tell)(void *context);
    void *context;
    bool ended;
};

static bool add_round(struct recording_file *file, size_t *capacity, const struct round_place *round)
{
    if (file->round_count == *capacity) {
        size_t more = *capacity > 0 ? 2 * *capacity : 64;
        struct round_place *rounds = realloc(file->rounds, more * sizeof *rounds);
        if (!rounds) return false;
        file->rounds = rounds;
        *capacity = more;
    }
    file->rounds[file->round_count++] = *round;
    return true;
}

void recording_forget_map(struct recording_file *file)
{
    free(file->rounds);
    file->rounds = NULL;
    file->round_count = 0;
    file->mapped = file->by_index = false;
    file->last = -1;
    file->mapped_to = (struct block_place){0};
    file->mapped_end = false;
}

/* Makes the map from the index; the last block is read for its last record. */
static bool map_by_index(struct recording_file *file, struct block_reader *reader)
{
    size_t count, capacity = 0;
    struct block_entry *entries = recording_index_read(&reader->window, &count);
    bool good = entries && count > 1;
    if (good) recording_forget_map(file);
    for (size_t i = 0; good && i < count; i++) {
        struct round_place round = {.m = entries[i].m, .place = {.offset = entries[i].offset, .number = i}};
        if (entries[i].flags & INDEX_ROUND) good = add_round(file, &capacity, &round);
    }
    if (good) {
        struct block_place last = {.offset = entries[count - 1].offset, .number = count - 1};
        struct block block;
        struct block_damage damage;
        block_reader_move(reader, &last);
        good = block_next(reader, &block, &damage) && damage.damage == DAMAGE_NONE && reader->closed &&
               block.offset == last.offset && lines_last(reader->parser, block.lines, &file->last);
    }
    if (entries && !good) recording_forget_map(file);
    free(entries);
    file->by_index = good;
    return good;
}

/* Makes it by reading every block, from where that was left. False: it failed, or was ended. */
static bool map_by_reading(struct recording_file *file, struct block_reader *reader, struct asking *asking)
{
    struct block block;
    struct block_damage damage;
    struct stamp first;
    size_t capacity = file->round_count;
    block_reader_move(reader, &file->mapped_to);
    reader->closed = file->mapped_end;
    while (block_next(reader, &block, &damage)) {
        asking->ended = asking->tell && !asking->tell(asking->context);
        if (asking->ended) return false;
        file->mapped_to = reader->place;
        file->mapped_end = reader->closed;
        lines_last(reader->parser, block.lines, &file->last);
        if (!lines_have_round(reader->parser, block.lines) || !lines_first(reader->parser, block.lines, &first))
            continue;
        struct round_place round = {.m = first.mono,
                                    .place = {.offset = block.offset,
                                              .number = block.number,
                                              .chained = block.before_known,
                                              .made = block.before,
                                              .stated = block.before}};
        if (!add_round(file, &capacity, &round)) {
            reader->window.error = ENOMEM;
            break;
        }
    }
    return reader->window.error == 0;
}

static bool map_file(struct recording *recording, struct recording_file *file, bool by_index, struct asking *asking)
{
    struct block_reader reader;
    if (file->mapped) return true;
    if (file->mapped_to.offset == 0) recording_forget_map(file);
    bool good = recording_read_file(recording, file, &reader);
    if (good && !(by_index && file->compressed && map_by_index(file, &reader)))
        good = map_by_reading(file, &reader, asking);
    if (!good && !asking->ended) recording_forget_map(file);
    if (!good && !asking->ended) recording->error = reader.window.error ? reader.window.error : ENOMEM;
    block_reader_free(&reader);
    file->mapped = good;
    return good;
}

/* The last round at or before m; NULL: none. */
static const struct round_place *find_round(const struct recording_file *file, int64_t m)
{
    const struct round_place *found = NULL;
    for (size_t i = 0; i < file->round_count; i++)
        if (file->rounds[i].m <= m) found = &file->rounds[i];
    return found;
}

/* Goes there, and reads the block. False: it is not what the map says. */
static bool go(struct recording *recording, size_t file, const struct round_place *round)
{
    struct stamp first;
    recording_restart(recording, file);
    if (!recording_start_file(recording)) return false;
    block_reader_move(&recording->reader, &round->place);
    if (recording->audit) recording->audit->given_up = true;
    bool good = recording_load(recording) && recording->fault_count == 0 && recording->current == file &&
                recording->block.offset == round->place.offset &&
                lines_first(recording->peeker, recording->rest, &first) && first.mono == round->m;
    return good && lines_have_round(recording->peeker, recording->rest);
}

/* False: it was ended, or reading failed. */
static bool find_place(struct recording *recording, int64_t m, struct asking *asking)
{
    for (size_t i = recording->count; i-- > 0;) {
        struct recording_file *file = &recording->files[i];
        if (file->first.mono > m && i > 0) continue;
        if (!map_file(recording, file, true, asking)) return false;
        const struct round_place *round = find_round(file, m);
        if (round && go(recording, i, round)) return true;
        if (round && file->by_index) { /* the index is wrong: it is not believed any more */
            recording_forget_map(file);
            if (!map_file(recording, file, false, asking)) return false;
            round = find_round(file, m);
            if (round && go(recording, i, round)) return true;
        }
        if (recording->error) return false;
    }
    recording_restart(recording, 0);
    return true;
}

bool recording_seek(struct recording *recording, int64_t m, bool (*tell)(void *context), void *context)
{
    struct asking asking = {.tell = tell, .context = context};
    bool found = !recording->error && find_place(recording, m, &asking);
    if (recording->error) recording_give_up(recording);
    return found && !recording->error;
}

int64_t recording_length(struct recording *recording, bool (*tell)(void *context), void *context)
{
    struct asking asking = {.tell = tell, .context = context};
    for (size_t i = recording->count; i-- > 0;) {
        struct recording_file *file = &recording->files[i];
        if (!map_file(recording, file, true, &asking)) return -1;
        if (file->last >= 0) return file->last;
    }
    return 0;
}

bool recording_failed(const struct recording *recording, char *error, size_t error_size)
{
    if (recording->error) window_error_text(recording->error, error, error_size);
    return recording->error != 0;
}
