/* Sources that are included behind this have their memory counted and refused, as the market room's. It ends where
 * realloc and calloc are undefined again.
 */
#ifndef BOOKTOP_TESTS_COUNTED_MEMORY_H
#define BOOKTOP_TESTS_COUNTED_MEMORY_H

#include "../market/failing_memory.h"

static inline void *counted_realloc(void *block, size_t size)
{
    return memory_refuses() ? NULL : realloc(block, size);
}

static inline void *counted_calloc(size_t count, size_t size)
{
    return memory_refuses() ? NULL : calloc(count, size);
}

#define realloc counted_realloc
#define calloc  counted_calloc

#endif
