/* A bounded ring of records between exactly one writing and one reading thread: wait-free, nothing allocated after
 * ring_create. Records are byte strings of any length up to a quarter of the ring, kept contiguous and aligned to 8
 * bytes. Order is kept; a full ring refuses, it never overwrites: the caller counts what it could not put in.
 */
#ifndef BOOKTOP_BASE_RING_H
#define BOOKTOP_BASE_RING_H

#include <stdbool.h>
#include <stddef.h>

struct ring;

/* `size` in bytes, rounded up to a power of two (at least 1 KiB). Pages are touched lazily. NULL when out of memory. */
struct ring *ring_create(size_t size);
void ring_destroy(struct ring *ring);

/* Writing thread. False if the record does not fit now. */
bool ring_push(struct ring *ring, const void *record, size_t length);

/* Reading thread. The oldest record, or NULL if there is none; valid until ring_pop. */
const void *ring_peek(struct ring *ring, size_t *length);
/* Releases the record that ring_peek gave. */
void ring_pop(struct ring *ring);

/* Bytes in use, roughly; any thread. */
size_t ring_used(const struct ring *ring);

#endif
