#include "booktop/base/ring.h"

#include <assert.h>
#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CACHE_LINE  64
#define SIZE_LEAST  1024
#define RECORD_UNIT 8

/* In place of a length: the rest of the ring up to its end is empty, the record lies at the start. */
#define WRAP UINT64_MAX

/* `head` and `tail` count bytes since the beginning and never wrap; their place in `bytes` is the count modulo `size`.
 * A record is its length in 8 bytes and its bytes, padded to 8: so every place is a multiple of 8, and a length or WRAP
 * always fits before the end. Each side keeps its own copy of the other's counter and looks again only when it must. */
struct ring {
    alignas(CACHE_LINE) _Atomic uint64_t head; /* written by the writing thread */
    uint64_t tail_seen;
    alignas(CACHE_LINE) _Atomic uint64_t tail; /* written by the reading thread */
    uint64_t head_seen;
    alignas(CACHE_LINE) size_t size; /* a power of two */
    alignas(CACHE_LINE) unsigned char bytes[];
};

static uint64_t record_size(uint64_t length)
{
    return RECORD_UNIT + (length + RECORD_UNIT - 1) / RECORD_UNIT * RECORD_UNIT;
}

static unsigned char *place(struct ring *ring, uint64_t count)
{
    return ring->bytes + (count & (ring->size - 1));
}

static void length_write(struct ring *ring, uint64_t count, uint64_t length)
{
    memcpy(place(ring, count), &length, sizeof length);
}

static uint64_t length_read(struct ring *ring, uint64_t count)
{
    uint64_t length;
    memcpy(&length, place(ring, count), sizeof length);
    return length;
}

static uint64_t to_the_end(const struct ring *ring, uint64_t count)
{
    return ring->size - (count & (ring->size - 1));
}

/* Writing thread: true if `wanted` bytes behind `head` are free. */
static bool has_room(struct ring *ring, uint64_t head, uint64_t wanted)
{
    if (head + wanted - ring->tail_seen <= ring->size) return true;
    ring->tail_seen = atomic_load_explicit(&ring->tail, memory_order_acquire);
    return head + wanted - ring->tail_seen <= ring->size;
}

/* Reading thread: true if there is anything behind `tail`. */
static bool has_record(struct ring *ring, uint64_t tail)
{
    if (ring->head_seen != tail) return true;
    ring->head_seen = atomic_load_explicit(&ring->head, memory_order_acquire);
    return ring->head_seen != tail;
}

struct ring *ring_create(size_t size)
{
    size_t rounded = SIZE_LEAST;
    while (rounded < size && rounded <= SIZE_MAX / 4) rounded *= 2;
    if (rounded < size) return NULL;
    /* Not cleared: a page is touched when the first record reaches it. */
    struct ring *ring = aligned_alloc(CACHE_LINE, sizeof *ring + rounded);
    if (ring == NULL) return NULL;
    atomic_init(&ring->head, 0);
    atomic_init(&ring->tail, 0);
    ring->tail_seen = 0;
    ring->head_seen = 0;
    ring->size = rounded;
    return ring;
}

void ring_destroy(struct ring *ring)
{
    free(ring);
}

bool ring_push(struct ring *ring, const void *record, size_t length)
{
    if (length > ring->size / 4) return false;
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
    uint64_t wanted = record_size(length);
    uint64_t skipped = wanted > to_the_end(ring, head) ? to_the_end(ring, head) : 0;
    if (!has_room(ring, head, skipped + wanted)) return false;
    if (skipped > 0) length_write(ring, head, WRAP);
    head += skipped;
    length_write(ring, head, length);
    if (length > 0) memcpy(place(ring, head) + RECORD_UNIT, record, length);
    atomic_store_explicit(&ring->head, head + wanted, memory_order_release);
    return true;
}

const void *ring_peek(struct ring *ring, size_t *length)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    if (!has_record(ring, tail)) return NULL;
    uint64_t found = length_read(ring, tail);
    if (found == WRAP) {
        /* A WRAP is never published without the record it leads to. */
        tail += to_the_end(ring, tail);
        atomic_store_explicit(&ring->tail, tail, memory_order_release);
        found = length_read(ring, tail);
    }
    *length = (size_t)found;
    return place(ring, tail) + RECORD_UNIT;
}

void ring_pop(struct ring *ring)
{
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
    assert(tail != ring->head_seen);
    uint64_t length = length_read(ring, tail);
    assert(length != WRAP);
    atomic_store_explicit(&ring->tail, tail + record_size(length), memory_order_release);
}

size_t ring_used(const struct ring *ring)
{
    /* The tail first: then it cannot be ahead of the head, though the head may have run on meanwhile. */
    uint64_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
    uint64_t head = atomic_load_explicit(&ring->head, memory_order_acquire);
    uint64_t used = head - tail;
    return used < ring->size ? (size_t)used : ring->size;
}
