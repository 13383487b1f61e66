#include "frame.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "booktop/record/recording.h"

#define MAGIC_SIZE     4
#define HEADER_MOST    18
#define CHECKSUM_SIZE  4
#define WINDOW_LOG     27
#define FIRST_LOOK     (64u << 10)
#define SEARCH         (1u << 20)
#define DAMAGED_HEADER "the frame's header is damaged"

static const unsigned char magic[MAGIC_SIZE] = {0x28, 0xb5, 0x2f, 0xfd};

/* Bits of the frame header's descriptor, RFC 8878, 3.1.1.1.1. The unused and the reserved one, and the dictionary's,
 * are 0 in every frame that we write. */
enum { DESCRIPTOR_NEVER = 0x1b, DESCRIPTOR_CHECKSUM = 0x04, DESCRIPTOR_SINGLE = 0x20 };

/* False for a header that is not one of ours. `head` has at least its six bytes. */
static bool check_descriptor(struct text head)
{
    unsigned char descriptor = (unsigned char)head.at[MAGIC_SIZE], window = (unsigned char)head.at[MAGIC_SIZE + 1];
    if (descriptor & DESCRIPTOR_NEVER || !(descriptor & DESCRIPTOR_CHECKSUM)) return false;
    if (descriptor & DESCRIPTOR_SINGLE) return true; /* the window is the content */
    unsigned exponent = 10 + (window >> 3);
    return exponent < WINDOW_LOG || (exponent == WINDOW_LOG && (window & 7) == 0);
}

static enum frame_state read_header(struct text head, size_t *content, const char **why)
{
    size_t known = head.length < MAGIC_SIZE ? head.length : MAGIC_SIZE;
    *why = DAMAGED_HEADER;
    if (memcmp(head.at, magic, known) != 0) return FRAME_BROKEN;
    if (head.length > MAGIC_SIZE + 1 && !check_descriptor(head)) return FRAME_BROKEN;
    unsigned long long size = ZSTD_getFrameContentSize(head.at, head.length);
    if (size == ZSTD_CONTENTSIZE_ERROR && head.length < HEADER_MOST) {
        *why = "the file ends within a frame's header";
        return FRAME_CUT;
    }
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return FRAME_BROKEN;
    *why = "the frame is said to be longer than any block";
    if (size > RECORDING_FRAME_MOST) return FRAME_BROKEN;
    *content = (size_t)size;
    return FRAME_WHOLE;
}

/* Shows the frame, all of it: its end is found by going from block to block, in a window that grows with it. */
static enum frame_state show_frame(struct window *window, uint64_t offset, size_t content, struct frame *frame)
{
    size_t most = ZSTD_compressBound(content) + HEADER_MOST + CHECKSUM_SIZE;
    for (size_t look = FIRST_LOOK;; look *= 2) {
        struct text bytes;
        if (look > most) look = most;
        if (!window_show(window, offset, look, &bytes)) return FRAME_FAILED;
        size_t size = ZSTD_findFrameCompressedSize(bytes.at, bytes.length);
        if (!ZSTD_isError(size)) {
            frame->stored = (struct text){bytes.at, size};
            return FRAME_WHOLE;
        }
        frame->tried = bytes.length;
        frame->why = "the frame's blocks are damaged";
        if (ZSTD_getErrorCode(size) != ZSTD_error_srcSize_wrong) return FRAME_BROKEN;
        if (bytes.length < look) {
            frame->why = "the file ends within a frame";
            return FRAME_CUT;
        }
        if (look == most) return FRAME_BROKEN;
    }
}

static bool make_room(struct frame_reader *reader, struct window *window, size_t size)
{
    if (size <= reader->capacity && reader->content) return true;
    free(reader->content);
    reader->capacity = size > 0 ? size : 1;
    reader->content = malloc(reader->capacity);
    if (reader->content) return true;
    reader->capacity = 0;
    window->error = ENOMEM;
    return false;
}

bool frame_reader_init(struct frame_reader *reader)
{
    *reader = (struct frame_reader){.context = ZSTD_createDCtx()};
    return reader->context != NULL;
}

void frame_reader_free(struct frame_reader *reader)
{
    ZSTD_freeDCtx(reader->context);
    free(reader->content);
    *reader = (struct frame_reader){0};
}

enum frame_state frame_read(struct frame_reader *reader, struct window *window, uint64_t offset, struct frame *frame)
{
    struct text head;
    size_t content = 0;
    *frame = (struct frame){0};
    if (!window_show(window, offset, HEADER_MOST, &head)) return FRAME_FAILED;
    enum frame_state state = read_header(head, &content, &frame->why);
    if (state != FRAME_WHOLE) return state;
    state = show_frame(window, offset, content, frame);
    if (state != FRAME_WHOLE) return state;
    if (!make_room(reader, window, content)) return FRAME_FAILED;

    size_t size =
        ZSTD_decompressDCtx(reader->context, reader->content, content, frame->stored.at, frame->stored.length);
    if (ZSTD_isError(size) || size != content) {
        frame->tried = content;
        frame->why = ZSTD_isError(size) && ZSTD_getErrorCode(size) == ZSTD_error_checksum_wrong
                         ? "the frame's checksum is wrong"
                         : "the frame cannot be decompressed";
        return FRAME_BROKEN;
    }
    frame->content = (struct text){reader->content, content};
    const unsigned char *sum = (const unsigned char *)frame->stored.at + frame->stored.length - CHECKSUM_SIZE;
    frame->checksum = sum[0] | (uint32_t)sum[1] << 8 | (uint32_t)sum[2] << 16 | (uint32_t)sum[3] << 24;
    return FRAME_WHOLE;
}

bool frame_find(struct window *window, uint64_t from, uint64_t *found)
{
    struct text bytes;
    *found = window->size;
    for (uint64_t at = from; at < window->size; at += SEARCH - MAGIC_SIZE + 1) {
        if (!window_show(window, at, SEARCH, &bytes)) return false;
        const char *hit = bytes.length < MAGIC_SIZE ? NULL : memmem(bytes.at, bytes.length, magic, MAGIC_SIZE);
        if (!hit) continue;
        *found = at + (uint64_t)(hit - bytes.at);
        return true;
    }
    return true;
}
