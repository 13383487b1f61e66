/* Reading on in a file that was still being recorded when it was opened. */
#include "recording_inside.h"

void recording_pass(struct recording *recording)
{
    recording->behind = recording->reader.place;
    recording->behind_closed = recording->reader.closed;
    recording->behind_known = recording->current + 1 == recording->count;
}

/* False: it cannot, or nothing has come of it yet. */
static bool has_more(struct recording *recording, struct recording_file *file)
{
    uint64_t size = file->size;
    if (!recording_file_measure(file)) return false;
    if (file->open && file->size == size) return false;
    if (file->size > size) recording->watch.all += file->size - size;
    file->mapped = false; /* what is mapped stays so, and is gone on from when a seek needs it */
    return true;
}

bool recording_is_written(const struct recording *recording)
{
    const struct recording_file *file = &recording->files[recording->count - 1];
    return file->open && (recording->unlooked || recording_file_is_written(file));
}

bool recording_continue(struct recording *recording)
{
    bool at_end = recording->current == recording->count && recording->fault_next == recording->fault_count;
    struct recording_file *file = &recording->files[recording->count - 1];
    if (!at_end || recording->error || recording->twin || !file->open || !recording->behind_known) return false;
    bool unlooked = recording->unlooked;
    size_t count = recording->count;
    if (!has_more(recording, file)) return false;
    recording_follow(recording);
    if (unlooked && recording->unlooked && recording->count == count) return false; /* its end was given before */
    recording->current--;
    if (!recording_start_file(recording)) {
        recording_give_up(recording);
        return true; /* which is told next */
    }
    block_reader_move(&recording->reader, &recording->behind);
    recording->reader.closed = recording->behind_closed;
    return true;
}
