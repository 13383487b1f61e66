#include "utf8.h"

/* A row of table 3-7: which second bytes may follow a first byte, and how long the sequence is. Every later byte is
 * 80..BF. */
struct utf8_row {
    unsigned char first_low;
    unsigned char first_high;
    unsigned char second_low;
    unsigned char second_high;
    unsigned char length;
};

static const struct utf8_row rows[] = {
    {0xC2, 0xDF, 0x80, 0xBF, 2},                              /* C0 and C1 could only be overlong */
    {0xE0, 0xE0, 0xA0, 0xBF, 3},                              /* no overlong forms */
    {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, /* no surrogates */
    {0xEE, 0xEF, 0x80, 0xBF, 3}, {0xF0, 0xF0, 0x90, 0xBF, 4}, /* no overlong forms */
    {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}, /* nothing above U+10FFFF */
};

static const struct utf8_row *row_find(unsigned char first)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (first >= rows[i].first_low && first <= rows[i].first_high) return &rows[i];
    return NULL;
}

size_t utf8_decode(const char *at, size_t left, int32_t *code)
{
    unsigned char first = (unsigned char)at[0];
    if (first < 0x80) {
        *code = first;
        return 1;
    }
    *code = UTF8_ILL_FORMED;
    const struct utf8_row *row = row_find(first);
    if (row == NULL) return 1;
    int32_t value = first & (0x7F >> row->length);
    for (size_t i = 1; i < row->length; i++) {
        unsigned char low = i == 1 ? row->second_low : 0x80;
        unsigned char high = i == 1 ? row->second_high : 0xBF;
        if (i == left || (unsigned char)at[i] < low || (unsigned char)at[i] > high) return i;
        value = (value << 6) | ((unsigned char)at[i] & 0x3F);
    }
    *code = value;
    return row->length;
}

size_t utf8_encode(int32_t code, char *out)
{
    uint32_t value = (uint32_t)code;
    if (value < 0x80) {
        out[0] = (char)value;
        return 1;
    }
    size_t length = value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    for (size_t i = length - 1; i > 0; i--, value >>= 6) out[i] = (char)(0x80 | (value & 0x3F));
    out[0] = (char)((0xF00U >> length & 0xFF) | value);
    return length;
}
