/* The part of a string that needs no thought: printable ASCII without quote and backslash. What the reader may pass
 * over and the writer may copy as it is. */
#ifndef BOOKTOP_JSON_PLAIN_H
#define BOOKTOP_JSON_PLAIN_H

#include <endian.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define JSON_EACH_BYTE(value) (UINT64_C(0x0101010101010101) * (value))

static inline bool json_plain(char c)
{
    unsigned char byte = (unsigned char)c;
    return byte >= 0x20 && byte < 0x80 && byte != '"' && byte != '\\';
}

#ifdef __SSE2__
/* Of sixteen bytes, a bit for each that is not plain. As signed numbers those that are not ASCII are below the
 * controls. */
static inline unsigned json_special_sixteen(const char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')), backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i beyond = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
    return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), beyond));
}
#else
/* Top bits of the bytes in which two words differ, exactly: no byte borrows from another. */
static inline uint64_t json_difference(uint64_t word, char c)
{
    uint64_t other = word ^ JSON_EACH_BYTE((unsigned char)c);
    return ((other & JSON_EACH_BYTE(0x7F)) + JSON_EACH_BYTE(0x7F)) | other;
}

static inline unsigned json_special_eight(const char *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    word = le64toh(word);
    uint64_t visible = ((word & JSON_EACH_BYTE(0x7F)) + JSON_EACH_BYTE(0x60)) & ~word;
    uint64_t plain = visible & json_difference(word, '"') & json_difference(word, '\\');
    uint64_t marks = (~plain & JSON_EACH_BYTE(0x80)) >> 7;
    return (unsigned)(marks * UINT64_C(0x0102040810204080) >> 56);
}

static inline unsigned json_special_sixteen(const char *at)
{
    return json_special_eight(at) | json_special_eight(at + 8) << 8;
}
#endif

/* Of 64 bytes, a bit for each that is not plain. */
static inline uint64_t json_special_bits(const char *at)
{
    uint64_t first = json_special_sixteen(at), second = json_special_sixteen(at + 16);
    uint64_t third = json_special_sixteen(at + 32), fourth = json_special_sixteen(at + 48);
    return first | second << 16 | third << 32 | fourth << 48;
}

/* The first byte in [at, end) that is not plain, or `end`.
 *
 * Eight bytes at a time: after each subtraction a byte's top bit is set where it was a quote, a backslash, a control
 * character or not ASCII. Turning over bit 1 puts the quote (0x22) right behind the controls, so one comparison finds
 * both. A borrow can only come out of a byte that is marked itself, so wrong marks lie only above a
 * right one and the lowest mark is exact. */
static inline const char *json_plain_end(const char *at, const char *end)
{
#ifdef __SSE2__ /* else eight at a time are less work */
    for (; end - at >= 16; at += 16) {
        unsigned special = json_special_sixteen(at);
        if (special) return at + __builtin_ctz(special);
    }
#endif
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
