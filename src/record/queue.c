#include "queue.h"

#include <stdlib.h>
#include <string.h>

#include "booktop/base/ring.h"

#define SMALL (2u << 20)
#define LEAST 4096

/* What goes into a ring at a time: at most an eighth of the smallest ring. Each piece begins with the number of bytes
 * that follow in other pieces. */
#define PIECE_MOST (64u << 10)
#define PIECE_HEAD sizeof(uint64_t)
#define RING_HEAD  16 /* a ring's own bytes for a record, with padding */

/* A record for which there was no memory is not kept for long. */
#define KEPT_CAPACITY (1u << 20)

struct queue {
    struct ring *small, *large;
    size_t small_size, large_size; /* small: 0, with `small` NULL, where the large one is no larger */
    size_t piece;                  /* bytes of a piece, its head included */
    /* The writing thread's: a piece being put together. */
    unsigned char *staging; /* owned */
    /* The reading thread's. */
    struct ring *source;  /* where what queue_take gave comes from; NULL: from `whole` */
    unsigned char *whole; /* owned: a long record, of which the first `length` of `wanted` bytes came */
    size_t length, wanted, capacity;
    bool lost; /* there is no memory for it */
};

static size_t power_of_two(size_t size)
{
    size_t rounded = LEAST;
    while (rounded < size && rounded <= SIZE_MAX / 4) rounded *= 2;
    return rounded;
}

struct queue *queue_create(size_t size)
{
    struct queue *queue = calloc(1, sizeof *queue);
    if (!queue) return NULL;
    queue->large_size = power_of_two(size);
    queue->small_size = queue->large_size > SMALL ? SMALL : 0;
    queue->piece = queue->large_size / 8 < PIECE_MOST ? queue->large_size / 8 : PIECE_MOST;
    queue->large = ring_create(queue->large_size);
    if (queue->small_size) queue->small = ring_create(queue->small_size);
    queue->staging = malloc(queue->piece);
    if (queue->large && queue->staging && (queue->small || !queue->small_size)) return queue;
    queue_destroy(queue);
    return NULL;
}

void queue_destroy(struct queue *queue)
{
    if (!queue) return;
    ring_destroy(queue->small);
    ring_destroy(queue->large);
    free(queue->staging);
    free(queue->whole);
    free(queue);
}

/* === The writing thread === */

/* Reads on through the parts, `length` bytes. */
static void gather(const struct text **part, size_t *offset, unsigned char *out, size_t length)
{
    while (length > 0) {
        size_t left = (*part)->length - *offset;
        size_t now = left < length ? left : length;
        if (now > 0) memcpy(out, (*part)->at + *offset, now);
        out += now;
        length -= now;
        *offset += now;
        if (now == left) {
            (*part)++;
            *offset = 0;
        }
    }
}

/* Puts pieces until all of it is in. False: a piece did not fit. */
static bool put_pieces(struct queue *queue, struct ring *ring, const struct text *parts, size_t length)
{
    size_t offset = 0;
    do {
        size_t now = length < queue->piece - PIECE_HEAD ? length : queue->piece - PIECE_HEAD;
        uint64_t more = length - now;
        memcpy(queue->staging, &more, PIECE_HEAD);
        gather(&parts, &offset, queue->staging + PIECE_HEAD, now);
        if (!ring_push(ring, queue->staging, PIECE_HEAD + now)) return false;
        length -= now;
    } while (length > 0);
    return true;
}

/* A record of one piece is simply tried. For more of them there has to be room beforehand, the end of the ring that a
 * piece does not fit into included: the reader only makes more. */
static bool put_into(struct queue *queue, struct ring *ring, size_t size, const struct text *parts, size_t length)
{
    size_t each = queue->piece - PIECE_HEAD;
    if (length > each) {
        size_t pieces = (length + each - 1) / each;
        size_t needed = length + (pieces + 1) * (PIECE_HEAD + RING_HEAD) + queue->piece;
        if (needed > size - ring_used(ring)) return false;
    }
    return put_pieces(queue, ring, parts, length);
}

bool queue_put(struct queue *queue, const struct text *parts, size_t count)
{
    size_t length = 0;
    for (size_t i = 0; i < count; i++)
        if (__builtin_add_overflow(length, parts[i].length, &length) || length > queue->large_size) return false;
    bool small = queue->small && ring_used(queue->large) == 0;
    if (small && put_into(queue, queue->small, queue->small_size, parts, length)) return true;
    return put_into(queue, queue->large, queue->large_size, parts, length);
}

/* === The reading thread === */

/* The oldest piece and where it is. */
static const unsigned char *piece_oldest(struct queue *queue, struct ring **ring, size_t *length)
{
    size_t large_length = 0;
    const void *piece;
    *ring = queue->small;
    if (queue->small && (piece = ring_peek(queue->small, length))) return piece;
    const void *large = ring_peek(queue->large, &large_length);
    /* What was put into the small ring before that is seen by now. */
    if (large && queue->small && (piece = ring_peek(queue->small, length))) return piece;
    *ring = queue->large;
    *length = large_length;
    return large;
}

static void whole_begin(struct queue *queue, size_t wanted)
{
    queue->length = 0;
    queue->wanted = wanted;
    queue->lost = false;
    if (wanted <= queue->capacity) return;
    free(queue->whole);
    queue->whole = malloc(wanted);
    queue->capacity = queue->whole ? wanted : 0;
    queue->lost = !queue->whole;
}

bool queue_take(struct queue *queue, struct text *record)
{
    struct ring *ring = NULL;
    size_t length = 0;
    const unsigned char *piece;
    while ((piece = piece_oldest(queue, &ring, &length))) {
        uint64_t more;
        memcpy(&more, piece, PIECE_HEAD);
        size_t now = length - PIECE_HEAD;
        if (queue->wanted == 0 && more == 0) {
            *record = (struct text){(const char *)piece + PIECE_HEAD, now};
            queue->source = ring;
            return true;
        }
        if (queue->wanted == 0) whole_begin(queue, now + (size_t)more);
        if (!queue->lost) memcpy(queue->whole + queue->length, piece + PIECE_HEAD, now);
        queue->length += now;
        ring_pop(ring);
        if (more > 0) continue;
        *record = queue->lost ? (struct text){NULL, 0} : (struct text){(const char *)queue->whole, queue->length};
        queue->source = NULL;
        return true;
    }
    return false;
}

void queue_release(struct queue *queue)
{
    if (queue->source) {
        ring_pop(queue->source);
        return;
    }
    queue->wanted = 0;
    if (queue->capacity <= KEPT_CAPACITY) return;
    free(queue->whole);
    queue->whole = NULL;
    queue->capacity = 0;
}

/* === Any thread === */

size_t queue_used(const struct queue *queue)
{
    return ring_used(queue->large) + (queue->small ? ring_used(queue->small) : 0);
}

bool queue_is_pressing(const struct queue *queue)
{
    if (queue->small && ring_used(queue->small) > queue->small_size / 2) return true;
    return ring_used(queue->large) > queue->large_size / 2;
}
