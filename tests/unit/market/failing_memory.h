/* The market room's memory with failure as a parameter: included by a test program, it takes the place of memory.c when
 * the program is linked. Arrays get exactly what was asked for, so that an address sanitizer sees the first byte
 * beyond.
 */
#ifndef TEST_FAILING_MEMORY_H
#define TEST_FAILING_MEMORY_H

#include <stdbool.h>
#include <stdlib.h>

#include "../../../src/market/memory.h"

static unsigned long memory_requests; /* since memory_fail */
static unsigned long memory_failing;  /* the number of the request that fails, from 1; 0: none does */
static bool memory_failing_on;        /* and all after it */

/* The n-th request from now fails, and all after it where `on` says so; with n = 0 none does. */
static inline void memory_fail(unsigned long n, bool on)
{
    memory_requests = 0;
    memory_failing = n;
    memory_failing_on = on;
}

static inline bool memory_refuses(void)
{
    memory_requests++;
    if (memory_failing == 0) return false;
    return memory_requests == memory_failing || (memory_failing_on && memory_requests > memory_failing);
}

void *memory_grow(void *array, size_t element, size_t need, size_t *capacity)
{
    if (memory_refuses()) return NULL;
    void *moved = reallocarray(array, need, element);
    if (moved != NULL) *capacity = need;
    return moved;
}

void *memory_zeroed(size_t count, size_t element)
{
    return memory_refuses() ? NULL : calloc(count, element);
}

#endif
