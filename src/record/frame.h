/* One zstd frame (RFC 8878) of a recording, read with every bound checked: content size and checksum have to be there,
 * no dictionary, a window of at most 2^27 bytes, at most RECORDING_FRAME_MOST bytes of content. */
#ifndef BOOKTOP_RECORD_FRAME_H
#define BOOKTOP_RECORD_FRAME_H

#include "window.h"

enum frame_state {
    FRAME_WHOLE,
    FRAME_BROKEN, /* it is none, or its checksum or a size is wrong */
    FRAME_CUT,    /* the file ends within it, by what it says */
    FRAME_FAILED  /* the file could not be read, or there is no memory: the window's error */
};

struct frame {
    struct text stored;  /* as it is in the file; borrowed from the window. Empty: where it ends is not known */
    struct text content; /* borrowed from the reader until its next frame */
    uint32_t checksum;
    size_t tried;    /* bytes that were decompressed in vain, or gone through for its end */
    const char *why; /* why it is not whole; static */
};

struct frame_reader {
    void *context; /* ZSTD_DCtx */
    char *content;
    size_t capacity;
};

bool frame_reader_init(struct frame_reader *reader);
void frame_reader_free(struct frame_reader *reader);

enum frame_state frame_read(struct frame_reader *reader, struct window *window, uint64_t offset, struct frame *frame);

/* The offset, from `from` on, of the next four bytes that can begin a frame; the file's size where there are none.
 * False: the window's error. */
bool frame_find(struct window *window, uint64_t from, uint64_t *found);

#endif
