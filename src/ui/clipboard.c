#include "clipboard.h"

#include <stdlib.h>
#include <string.h>

#define BEGIN "\033]52;c;"
#define END   "\033\\"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Three bytes are four digits; what is missing at the end is '=' (RFC 4648, section 4). */
static char *put_group(char *out, const unsigned char *bytes, size_t count)
{
    unsigned long group = (unsigned long)bytes[0] << 16;
    if (count > 1) group |= (unsigned long)bytes[1] << 8;
    if (count > 2) group |= bytes[2];
    for (size_t i = 0; i < 4; i++) out[i] = i > count ? '=' : digits[group >> (18 - 6 * i) & 63];
    return out + 4;
}

char *clipboard_sequence(struct text text)
{
    size_t groups = (text.length + 2) / 3;
    char *sequence = malloc(sizeof BEGIN + 4 * groups + sizeof END);
    if (sequence == NULL) return NULL;
    memcpy(sequence, BEGIN, sizeof BEGIN - 1);
    char *out = sequence + sizeof BEGIN - 1;
    for (size_t i = 0; i < text.length; i += 3) {
        size_t left = text.length - i;
        out = put_group(out, (const unsigned char *)text.at + i, left < 3 ? left : 3);
    }
    memcpy(out, END, sizeof END);
    return sequence;
}
