/* Base64 (RFC 4648, section 4: with padding), strict. Any thread. */
#ifndef BOOKTOP_RECORD_BASE64_H
#define BOOKTOP_RECORD_BASE64_H

#include "booktop/base/text.h"

#define BASE64_SIZE(length) (((length) + 2) / 3 * 4)

/* Writes BASE64_SIZE(bytes.length) characters to `out`, not terminated; returns how many. */
size_t base64_encode(struct text bytes, char *out);

/* Writes at most text.length / 4 * 3 bytes to `out`. False for what base64_encode would not have written: blanks,
 * missing padding, bits set behind the last byte. */
bool base64_decode(struct text text, char *out, size_t *length);

#endif
