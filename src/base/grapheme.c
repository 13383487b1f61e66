#include "grapheme.h"

#include <utf8proc.h>

#include "booktop/base/text.h"
#include "utf8.h"

static bool breaks_before(struct grapheme_scan *scan, int32_t code)
{
    if (scan->previous < 0) return true;
    if (utf8_is_plain_ascii(scan->previous) && utf8_is_plain_ascii(code)) {
        scan->state = 0;
        return true;
    }
    return utf8proc_grapheme_break_stateful(scan->previous, code, &scan->state);
}

bool grapheme_starts(struct grapheme_scan *scan, int32_t code)
{
    bool starts = breaks_before(scan, code);
    scan->previous = code;
    return starts;
}

const char *text_library_version(void)
{
    return utf8proc_version();
}
