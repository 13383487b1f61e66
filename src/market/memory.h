/* The two ways in which this room asks for memory, so that each can be made to fail by a test that links its own.
 * What they give is returned with free. Any thread.
 */
#ifndef MARKET_MEMORY_H
#define MARKET_MEMORY_H

#include <stddef.h>

/* Makes room for at least `need` elements of `element` bytes, at least doubling what was there: the array, moved
 * perhaps, with *capacity raised. NULL when out of memory or beyond the address space: array and *capacity as before.
 */
void *memory_grow(void *array, size_t element, size_t need, size_t *capacity);

/* `count` zeroed elements, or NULL. */
void *memory_zeroed(size_t count, size_t element);

#endif
