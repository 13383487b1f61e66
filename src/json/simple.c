/* The plain kind of JSON, passed over at a run: what nearly every message is. */
#include <string.h>

#include "booktop/json/reader.h"

#include "plain.h"

#define DEPTH_MOST  JSON_SIMPLE_DEPTH
#define NUMBER_MOST JSON_SIMPLE_NUMBER

_Static_assert(DEPTH_MOST <= 32, "a bit for each container");

#define BLOCK 64

/* The bytes that are not plain are found 64 at a time, before anything is made of them: so that no step has to wait for
 * the one before it. In what is simple they are the quotes, and nothing else; each is taken in its turn. The containers
 * that are open are in `objects`: bit 0 says whether the innermost is an object. */
struct scan {
    const char *end;
    const char *block;
    uint64_t special; /* of the block, those that were not taken yet */
    uint64_t objects;
    unsigned depth;
};

static void block_load(struct scan *scan)
{
    char last[BLOCK];
    size_t left = (size_t)(scan->end - scan->block);
    if (left >= BLOCK) {
        scan->special = json_special_bits(scan->block);
        return;
    }
    memset(last, ' ', sizeof last);
    memcpy(last, scan->block, left);
    scan->special = json_special_bits(last);
}

/* Takes the next byte that is not plain; `end` where there is none. */
static inline const char *special_take(struct scan *scan)
{
    while (scan->special == 0) {
        if (scan->end - scan->block <= BLOCK) return scan->end;
        scan->block += BLOCK;
        block_load(scan);
    }
    const char *at = scan->block + __builtin_ctzll(scan->special);
    scan->special &= scan->special - 1;
    return at;
}

/* Each of these returns what follows, or NULL where the careful way must look. */

static inline const char *spaces_end(const char *at, const char *end)
{
    while (at < end && *at == ' ') at++;
    return at;
}

static inline bool is_at(const char *at, const char *end, char c)
{
    return at < end && *at == c;
}

/* `at` is where the opening quote has to be. */
static inline const char *string_end(struct scan *scan, const char *at)
{
    if (!is_at(at, scan->end, '"') || special_take(scan) != at) return NULL;
    at = special_take(scan);
    return is_at(at, scan->end, '"') ? at + 1 : NULL;
}

static const char *digits_end(const char *at, const char *end)
{
    const char *start = at;
    while (at < end && *at >= '0' && *at <= '9') at++;
    return at > start ? at : NULL;
}

/* Without exponent. */
static const char *number_end(const char *at, const char *end)
{
    const char *start = at, *whole = is_at(at, end, '-') ? at + 1 : at;
    if (!(at = digits_end(whole, end)) || (*whole == '0' && at > whole + 1)) return NULL;
    if (is_at(at, end, '.') && !(at = digits_end(at + 1, end))) return NULL;
    if (is_at(at, end, 'e') || is_at(at, end, 'E')) return NULL;
    return at - start <= NUMBER_MOST ? at : NULL;
}

static const char *word_end(const char *at, const char *end, struct text word)
{
    return (size_t)(end - at) >= word.length && memcmp(at, word.at, word.length) == 0 ? at + word.length : NULL;
}

static inline const char *scalar_end(struct scan *scan, const char *at)
{
    switch (*at) {
    case '"':
        return string_end(scan, at);
    case 't':
        return word_end(at, scan->end, TEXT("true"));
    case 'f':
        return word_end(at, scan->end, TEXT("false"));
    case 'n':
        return word_end(at, scan->end, TEXT("null"));
    default:
        return number_end(at, scan->end);
    }
}

/* A key, its colon, and the spaces behind. */
static inline const char *key_end(struct scan *scan, const char *at)
{
    if (!(at = string_end(scan, at))) return NULL;
    at = spaces_end(at, scan->end);
    return is_at(at, scan->end, ':') ? spaces_end(at + 1, scan->end) : NULL;
}

static inline bool in_object(const struct scan *scan)
{
    return scan->objects & 1;
}

/* Behind a value: leaves what ends here, and goes to the next value of what does not. */
static inline const char *value_pass(struct scan *scan, const char *at)
{
    while (scan->depth > 0) {
        at = spaces_end(at, scan->end);
        if (is_at(at, scan->end, ',')) {
            at = spaces_end(at + 1, scan->end);
            return in_object(scan) ? key_end(scan, at) : at;
        }
        if (!is_at(at, scan->end, in_object(scan) ? '}' : ']')) return NULL;
        scan->objects >>= 1;
        scan->depth--;
        at++;
    }
    return at;
}

/* At an opening bracket: goes to the first value; of an empty container, behind it. */
static inline const char *container_enter(struct scan *scan, const char *at)
{
    bool object = *at == '{';
    if (scan->depth == DEPTH_MOST) return NULL;
    at = spaces_end(at + 1, scan->end);
    scan->objects = scan->objects << 1 | object;
    scan->depth++;
    if (is_at(at, scan->end, object ? '}' : ']')) return value_pass(scan, at);
    return object ? key_end(scan, at) : at;
}

size_t json_simple_length(struct text text)
{
    struct scan scan = {.end = text.at + text.length, .block = text.at};
    const char *at = text.at;
    if (text.length == 0) return 0;
    block_load(&scan);
    do {
        if (at == scan.end) return 0;
        if (*at == '{' || *at == '[')
            at = container_enter(&scan, at);
        else if ((at = scalar_end(&scan, at)))
            at = value_pass(&scan, at);
        if (!at) return 0;
    } while (scan.depth > 0);
    return (size_t)(at - text.at);
}
