#include <string.h>

#include "recording_inside.h"

/* Goes on to the begin of the first round that is whole; rounds before this was written in them do not tell. */
static void search(struct recording *reader, struct record_header *header)
{
    struct record record;
    struct recording_fault fault;
    enum recording_step step;
    while ((step = recording_next(reader, &record, &fault)) != RECORDING_AT_END) {
        if (step != RECORDING_RECORD || record.kind != RECORD_ROUND || record.done) continue;
        header->untold = record.header.untold;
        header->demo = record.header.demo;
        for (size_t i = 0; i < VENUE_COUNT; i++) {
            header->venues[i] = record.header.venues[i];
            header->keys[i] = record.header.keys[i];
        }
        return;
    }
}

struct stamp recording_begin(const struct recording_file *file)
{
    if (file->first.mono == INT64_MAX) return (struct stamp){0};
    return (struct stamp){.wall = file->first.wall - file->first.mono};
}

/* Its texts too: the files are moved when one is added. */
static void take_header(struct recording *recording, const struct recording_file *file)
{
    recording->header = file->header;
    memcpy(recording->tool, file->tool, sizeof recording->tool);
    memcpy(recording->boot, file->boot, sizeof recording->boot);
    memcpy(recording->previous, file->previous, sizeof recording->previous);
    recording->header.tool = recording->tool;
    recording->header.boot = recording->boot;
    if (recording->header.previous) recording->header.previous = recording->previous;
}

void recording_find_source(struct recording *recording)
{
    recording->header = (struct record_header){.tool = "", .boot = "", .untold = true, .lost = true};
    recording->header.stamp = recording_begin(&recording->files[0]);
    for (size_t i = 0; i < recording->count; i++) {
        if (!recording->files[i].header_known) continue;
        take_header(recording, &recording->files[i]);
        return;
    }
    struct recording *reader = recording_twin(recording);
    if (!reader) return; /* without memory it stays untold */
    search(reader, &recording->header);
    recording_close(reader);
}

int64_t recording_first(const struct recording *recording)
{
    int64_t first = recording->files[0].first.mono;
    return first == INT64_MAX || first < 0 ? 0 : first;
}

unsigned recording_lacking(const struct recording *recording)
{
    return recording->files[0].header_known ? recording->files[0].header.sequence : 0;
}

const struct record_header *recording_header(const struct recording *recording)
{
    return &recording->header;
}
