#include <string.h>
#include <utf8proc.h>
#include <wchar.h>

#include "booktop/base/text.h"
#include "grapheme.h"
#include "utf8.h"

#define MARKS_MAX         4
#define ZERO_WIDTH_JOINER INT32_C(0x200D)

/* What becomes of a character. */
enum fate { FATE_KEEP, FATE_MARK, FATE_SPACE, FATE_REPLACE, FATE_DROP, FATE_JOINER };

/* The copy under way. `length` bytes of `out` are written, the terminator always fits; the last grapheme cluster starts
 * at `cluster`. */
struct copy {
    char *out;
    size_t size;
    size_t length;
    size_t cluster;
    struct grapheme_scan scan; /* over the characters as they came, before they become ASCII */
    unsigned marks;            /* on the last base */
    bool ascii;
};

static const enum fate category_fates[] = {
    [UTF8PROC_CATEGORY_CN] = FATE_REPLACE, [UTF8PROC_CATEGORY_MN] = FATE_MARK,    [UTF8PROC_CATEGORY_MC] = FATE_MARK,
    [UTF8PROC_CATEGORY_ME] = FATE_MARK,    [UTF8PROC_CATEGORY_ZL] = FATE_REPLACE, [UTF8PROC_CATEGORY_ZP] = FATE_REPLACE,
    [UTF8PROC_CATEGORY_CC] = FATE_REPLACE, [UTF8PROC_CATEGORY_CF] = FATE_REPLACE, [UTF8PROC_CATEGORY_CS] = FATE_REPLACE,
    [UTF8PROC_CATEGORY_CO] = FATE_REPLACE,
};

/* An assigned character that the C library does not know yet: nobody can say how wide it is. In a locale that knows
 * only ASCII this says nothing about the character; there the caller asks for ASCII. */
static bool is_too_new(int32_t code)
{
    return wcwidth((wchar_t)code) < 0 && wcwidth((wchar_t)UTF8_REPLACEMENT) > 0;
}

static enum fate fate_of(int32_t code)
{
    if (utf8_is_plain_ascii(code)) return FATE_KEEP;
    if (code == '\r' || code == '\n' || code == '\t') return FATE_SPACE;
    if (code == UTF8_ILL_FORMED) return FATE_REPLACE;
    if (code == ZERO_WIDTH_JOINER) return FATE_JOINER;
    const utf8proc_property_t *property = utf8proc_get_property(code);
    size_t category = (size_t)property->category;
    enum fate fate = category < sizeof category_fates / sizeof category_fates[0] ? category_fates[category] : FATE_KEEP;
    /* What is drawn as nothing: variation selectors and other marks vanish, fillers that pose as letters show. */
    if (property->ignorable) return fate == FATE_MARK ? FATE_DROP : FATE_REPLACE;
    if (fate != FATE_REPLACE && is_too_new(code)) return FATE_REPLACE;
    /* Vowels and finals of decomposed Hangul take no column of their own: marks in all but name. */
    if (property->boundclass == UTF8PROC_BOUNDCLASS_V || property->boundclass == UTF8PROC_BOUNDCLASS_T)
        return FATE_MARK;
    return fate;
}

static bool is_emoji(int32_t code)
{
    return utf8proc_get_property(code)->boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}

static bool is_skin_tone(int32_t code)
{
    return code >= 0x1F3FB && code <= 0x1F3FF;
}

/* True if the joiner between the last character written and the start of `rest` holds two emoji together. */
static bool joins_emoji(const struct copy *copy, struct text rest)
{
    if (copy->scan.previous < 0 || rest.length == 0 ||
        (!is_emoji(copy->scan.previous) && !is_skin_tone(copy->scan.previous)))
        return false;
    int32_t next;
    utf8_decode(rest.at, rest.length, &next);
    return next != UTF8_ILL_FORMED && is_emoji(next);
}

/* Appends a character. False if it does not fit: then the copy ends at the last whole cluster. */
static bool copy_put(struct copy *copy, int32_t code)
{
    char bytes[UTF8_SIZE_MAX];
    size_t length = utf8_encode(copy->ascii && code >= 0x80 ? '?' : code, bytes);
    bool new_cluster = grapheme_starts(&copy->scan, code);
    if (length >= copy->size - copy->length) {
        if (!new_cluster) copy->length = copy->cluster;
        return false;
    }
    if (new_cluster) copy->cluster = copy->length;
    memcpy(copy->out + copy->length, bytes, length);
    copy->length += length;
    return true;
}

static bool copy_base(struct copy *copy, int32_t code)
{
    copy->marks = 0;
    return copy_put(copy, code);
}

static bool copy_mark(struct copy *copy, int32_t code)
{
    if (copy->scan.previous < 0 || copy->marks == MARKS_MAX) return true;
    copy->marks++;
    return copy_put(copy, code);
}

/* Takes one character from outside; `rest` is what follows it. */
static bool copy_take(struct copy *copy, int32_t code, struct text rest)
{
    switch (fate_of(code)) {
    case FATE_KEEP:
        return copy_base(copy, code);
    case FATE_MARK:
        return copy_mark(copy, code);
    case FATE_SPACE:
        return copy_base(copy, ' ');
    case FATE_REPLACE:
        return copy_base(copy, UTF8_REPLACEMENT);
    case FATE_DROP:
        return true;
    case FATE_JOINER:
        return joins_emoji(copy, rest) || copy_base(copy, UTF8_REPLACEMENT);
    }
    return true;
}

size_t text_sanitize(struct text in, char *out, size_t size, bool ascii)
{
    struct copy copy = {.out = out, .size = size, .scan = GRAPHEME_SCAN_START, .ascii = ascii};
    bool fits = true;
    while (fits && in.length > 0) {
        int32_t code;
        size_t taken = utf8_decode(in.at, in.length, &code);
        in.at += taken;
        in.length -= taken;
        fits = copy_take(&copy, code, in);
    }
    out[copy.length] = '\0';
    return copy.length;
}
