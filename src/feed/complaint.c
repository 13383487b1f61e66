#include <string.h>

#include "inside.h"

/* Words that change with every failure must not flood either; and what fails now and then is said once a minute. */
#define PAUSE        NANOSECONDS_PER_SECOND
#define MENDED_PAUSE (60 * NANOSECONDS_PER_SECOND)

bool complaint_is_new(struct complaint *complaint, int64_t now, const char *words)
{
    int64_t ago = now - complaint->written;
    bool known = complaint->written != 0 && strncmp(complaint->words, words, sizeof complaint->words - 1) == 0;
    bool said = complaint->written != 0 && (known ? !complaint->mended || ago < MENDED_PAUSE : ago < PAUSE);
    complaint->mended = false;
    if (said) return false;
    complaint->written = now;
    strncpy(complaint->words, words, sizeof complaint->words - 1);
    return true;
}
