#include "booktop/base/triple_buffer.h"

#include <stdalign.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>

#define CACHE_LINE 64
#define SLOTS      3

/* In `shared`: the slot's number, and whether the reader has yet to take it. */
#define SLOT_MASK 3U
#define FRESH     4U

/* The numbers in `writing`, `reading` and `shared` are always 0, 1 and 2 in some order: whoever hands a slot over takes
 * the shared one for it in the same atomic exchange. */
struct triple_buffer {
    alignas(CACHE_LINE) atomic_uint shared;
    alignas(CACHE_LINE) unsigned writing; /* the writing thread's */
    alignas(CACHE_LINE) unsigned reading; /* the reading thread's */
    alignas(CACHE_LINE) size_t stride;
    unsigned char *slots; /* on a cache line within `memory` */
    void *memory;
};

static void *slot_at(const struct triple_buffer *buffer, unsigned number)
{
    return buffer->slots + number * buffer->stride;
}

/* Sets memory, slots and stride. The memory comes from calloc, whose large blocks are zero without being touched. */
static bool slots_allocate(struct triple_buffer *buffer, size_t slot_size)
{
    if (slot_size > (SIZE_MAX - CACHE_LINE) / SLOTS - CACHE_LINE) return false;
    buffer->stride = (slot_size + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    buffer->memory = calloc(1, SLOTS * buffer->stride + CACHE_LINE);
    if (buffer->memory == NULL) return false;
    size_t past = (uintptr_t)buffer->memory % CACHE_LINE;
    buffer->slots = (unsigned char *)buffer->memory + (past == 0 ? 0 : CACHE_LINE - past);
    return true;
}

struct triple_buffer *triple_buffer_create(size_t slot_size)
{
    struct triple_buffer *buffer = aligned_alloc(CACHE_LINE, sizeof *buffer);
    if (buffer == NULL) return NULL;
    if (!slots_allocate(buffer, slot_size)) {
        free(buffer);
        return NULL;
    }
    buffer->writing = 0;
    buffer->reading = 1;
    atomic_init(&buffer->shared, 2);
    return buffer;
}

void triple_buffer_destroy(struct triple_buffer *buffer)
{
    if (buffer == NULL) return;
    free(buffer->memory);
    free(buffer);
}

void *triple_buffer_slot(struct triple_buffer *buffer)
{
    return slot_at(buffer, buffer->writing);
}

bool triple_buffer_publish(struct triple_buffer *buffer)
{
    /* Release: the reader sees the slot as filled. Acquire: it has done with the one that comes back. */
    unsigned former = atomic_exchange_explicit(&buffer->shared, buffer->writing | FRESH, memory_order_acq_rel);
    buffer->writing = former & SLOT_MASK;
    return (former & FRESH) == 0;
}

bool triple_buffer_taken(const struct triple_buffer *buffer)
{
    return (atomic_load(&buffer->shared) & FRESH) == 0;
}

const void *triple_buffer_take(struct triple_buffer *buffer)
{
    if ((atomic_load_explicit(&buffer->shared, memory_order_relaxed) & FRESH) == 0) return NULL;
    /* Only this thread clears FRESH, so that the slot is still a new one, perhaps an even newer one. */
    unsigned former = atomic_exchange(&buffer->shared, buffer->reading);
    buffer->reading = former & SLOT_MASK;
    return slot_at(buffer, buffer->reading);
}
