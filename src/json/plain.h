/* The part of a string that needs no thought: printable ASCII without quote and backslash. What the reader may pass
 * over and the writer may copy as it is. */
#ifndef BOOKTOP_JSON_PLAIN_H
#define BOOKTOP_JSON_PLAIN_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define JSON_EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

static inline bool json_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

/* The first byte in [at, end) that is not plain, or `end`.
 *
 * Eight bytes at a time: after each subtraction a byte's top bit is set where it was a quote, a backslash, a control
 * character or not ASCII. Turning over bit 1 puts the quote (0x22) right behind the controls, so one comparison finds
 * both. A borrow can only come out of a byte that is marked itself, so wrong marks lie only above a
 * right one and the lowest mark is exact. */
static inline const char *json_plain_end(const char *at, const char *end)
{
    for (; end - at >= 8; at += 8) {
        uint64_t word;
        memcpy(&word, at, sizeof word);
        word = le64toh(word);
        uint64_t quote_or_control = (word ^ JSON_EACH_BYTE(2)) - JSON_EACH_BYTE(0x21);
        uint64_t backslash = (word ^ JSON_EACH_BYTE('\\')) - JSON_EACH_BYTE(1);
        uint64_t marks = (quote_or_control | backslash | word) & JSON_EACH_BYTE(0x80);
        if (marks) return at + (__builtin_ctzll(marks) >> 3);
    }
    while (at < end && json_plain(*at)) at++;
    return at;
}

#endif
