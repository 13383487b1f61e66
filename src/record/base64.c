#include "base64.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* What a digit stands for, or -1. */
static int digit_value(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

/* Four characters of which the last `padding` are '='. Returns false for any other; the bytes are in the low 24 bits.
 */
static bool group_decode(const char *at, unsigned padding, uint32_t *group)
{
    *group = 0;
    for (unsigned i = 0; i < 4; i++) {
        int value = i < 4 - padding ? digit_value(at[i]) : 0;
        if (value < 0) return false;
        *group = *group << 6 | (uint32_t)value;
    }
    return (*group & ((1u << (8 * padding)) - 1)) == 0;
}

size_t base64_encode(struct text bytes, char *out)
{
    size_t written = 0;
    for (size_t i = 0; i < bytes.length; i += 3) {
        size_t left = bytes.length - i;
        uint32_t group = 0;
        for (size_t j = 0; j < 3; j++) group = group << 8 | (j < left ? (unsigned char)bytes.at[i + j] : 0u);
        for (unsigned j = 0; j < 4; j++) out[written + j] = digits[group >> (18 - 6 * j) & 63];
        if (left < 3) out[written + 3] = '=';
        if (left < 2) out[written + 2] = '=';
        written += 4;
    }
    return written;
}

bool base64_decode(struct text text, char *out, size_t *length)
{
    *length = 0;
    if (text.length % 4 != 0) return false;
    for (size_t i = 0; i < text.length; i += 4) {
        const char *at = text.at + i;
        bool last = i + 4 == text.length;
        unsigned padding = !last || at[3] != '=' ? 0 : at[2] != '=' ? 1 : 2;
        uint32_t group;
        if (!group_decode(at, padding, &group)) return false;
        for (unsigned j = 0; j < 3 - padding; j++) out[(*length)++] = (char)(unsigned char)(group >> (16 - 8 * j));
    }
    return true;
}
