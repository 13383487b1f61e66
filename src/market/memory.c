#include "memory.h"

#include <stdint.h>
#include <stdlib.h>

#define FIRST_CAPACITY 8

void *memory_grow(void *array, size_t element, size_t need, size_t *capacity)
{
    size_t wanted = *capacity > SIZE_MAX / 2 ? SIZE_MAX : *capacity * 2;
    if (wanted < FIRST_CAPACITY) wanted = FIRST_CAPACITY;
    if (wanted < need) wanted = need;
    if (wanted > PTRDIFF_MAX / element) return NULL;
    void *moved = realloc(array, wanted * element);
    if (moved != NULL) *capacity = wanted;
    return moved;
}

void *memory_zeroed(size_t count, size_t element)
{
    return calloc(count, element);
}
