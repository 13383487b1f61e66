#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "recording_inside.h"

#define LOOKED (256u << 10) /* of the file: a block of zstd's has at most half of that */
#define BEGIN  (8u << 10)   /* of what is in it: a header's line is much shorter */

/* What a frame begins with. */
static size_t begin_of(const char *stored, size_t length, char *out, size_t size)
{
    ZSTD_DCtx *context = ZSTD_createDCtx();
    ZSTD_inBuffer in = {stored, length, 0};
    ZSTD_outBuffer made = {out, size, 0};
    size_t left = context ? 1 : 0; /* 0: the frame is at its end */
    while (left > 0 && !ZSTD_isError(left) && made.pos < size) {
        size_t before = in.pos + made.pos;
        left = ZSTD_decompressStream(context, &made, &in);
        if (in.pos + made.pos == before) break; /* there is no more of it here */
    }
    ZSTD_freeDCtx(context);
    return made.pos;
}

/* A header's line, and at least the begin of a record's. */
static bool has_records(struct text begin)
{
    static const char header[] = "{\"k\":\"hdr\"", record[] = "{\"k\":\"";
    if (begin.length < sizeof header || memcmp(begin.at, header, sizeof header - 1) != 0) return false;
    const char *end = memchr(begin.at, '\n', begin.length);
    size_t behind = end ? begin.length - (size_t)(end + 1 - begin.at) : 0;
    return behind >= sizeof record - 1 && memcmp(end + 1, record, sizeof record - 1) == 0;
}

bool recording_is_foreign(int file)
{
    char begin[BEGIN], *stored = malloc(LOOKED);
    ssize_t got = stored ? pread(file, stored, LOOKED, 0) : 0;
    size_t length = got > 0 ? begin_of(stored, (size_t)got, begin, sizeof begin) : 0;
    free(stored);
    return has_records((struct text){begin, length});
}
