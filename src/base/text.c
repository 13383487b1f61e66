#include "booktop/base/text.h"

#include <string.h>

#include "utf8.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static char fold(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool starts_with_folded(const char *at, struct text needle)
{
    for (size_t i = 0; i < needle.length; i++)
        if (fold(at[i]) != fold(needle.at[i])) return false;
    return true;
}

/* The length of the run of ASCII at the start, counted in whole words: what is left is for the careful way. */
static size_t ascii_words(const char *at, size_t length)
{
    size_t done = 0;
    for (uint64_t word; length - done >= sizeof word; done += sizeof word) {
        memcpy(&word, at + done, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0) break;
    }
    return done;
}

struct text text_from(const char *string)
{
    return string == NULL ? (struct text){NULL, 0} : (struct text){string, strlen(string)};
}

bool text_equal(struct text a, struct text b)
{
    return a.length == b.length && (a.length == 0 || memcmp(a.at, b.at, a.length) == 0);
}

bool text_is(struct text a, const char *string)
{
    return text_equal(a, text_from(string));
}

struct text text_trim(struct text text)
{
    while (text.length > 0 && is_blank(text.at[0])) {
        text.at++;
        text.length--;
    }
    while (text.length > 0 && is_blank(text.at[text.length - 1])) text.length--;
    return text;
}

bool text_starts_with(struct text text, struct text prefix)
{
    return text.length >= prefix.length && text_equal((struct text){text.at, prefix.length}, prefix);
}

bool text_contains_folded(struct text hay, struct text needle)
{
    if (needle.length == 0) return true;
    for (size_t i = 0; i + needle.length <= hay.length; i++)
        if (starts_with_folded(hay.at + i, needle)) return true;
    return false;
}

size_t text_copy(struct text text, char *out, size_t size)
{
    size_t length = text.length;
    if (length >= size) {
        length = size - 1;
        /* Back to the first byte of the character that would be cut. A run of continuation bytes longer than any
         * character is no UTF-8, and is cut where it is. */
        size_t back = 0;
        while (back < length && back < UTF8_SIZE_MAX && ((unsigned char)text.at[length - back] & 0xC0) == 0x80) back++;
        if (back < UTF8_SIZE_MAX) length -= back;
    }
    if (length > 0) memcpy(out, text.at, length);
    out[length] = '\0';
    return length;
}

bool text_is_utf8(struct text text)
{
    size_t i = 0;
    while (i < text.length) {
        i += ascii_words(text.at + i, text.length - i);
        if (i == text.length) break;
        int32_t code;
        i += utf8_decode(text.at + i, text.length - i, &code);
        if (code == UTF8_ILL_FORMED) return false;
    }
    return true;
}
