/* The way of bytes to a terminal that may take none for a while (Ctrl-S, a stopped reader, a slow line): they are
 * written as far as they are taken, and nobody ever waits for the rest longer than is said.
 */
#ifndef BOOKTOP_UI_OUTLET_H
#define BOOKTOP_UI_OUTLET_H

#include <stdbool.h>
#include <stddef.h>

struct outlet {
    int descriptor; /* of its own, -1: closed */
    bool shared;    /* its open file is also others': it must not stay non-blocking */
    bool lost;      /* what is written goes nowhere any more */
    char *bytes;    /* owned: from `written` to `length` they are still to be taken */
    size_t length, written, room;
};

/* Over the file that `descriptor` leads to; false with errno set. */
bool outlet_open(struct outlet *outlet, int descriptor);
void outlet_close(struct outlet *outlet);

/* Everything that was written to the memory behind this descriptor goes behind what waits, and the memory is emptied.
 * False when out of memory: these bytes are gone. */
bool outlet_take(struct outlet *outlet, int memory);
bool outlet_add(struct outlet *outlet, const char *bytes);

bool outlet_empty(const struct outlet *outlet);
/* Writes what is taken at once. */
void outlet_flush(struct outlet *outlet);
/* The same until nothing is left, `patience` ms at most; what is left then still waits. */
void outlet_drain(struct outlet *outlet, int patience);

/* Writes to any descriptor, `patience` ms at most; false if not all of it was taken. Safe in a signal handler. */
bool outlet_write(int descriptor, const char *bytes, size_t length, int patience);

#endif
