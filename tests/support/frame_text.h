/* Buffers for frames and other texts that tests make: one is used again after FRAMES_KEPT others, so that several can
 * be joined.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_FRAME_TEXT_H
#define BOOKTOP_TESTS_SUPPORT_FRAME_TEXT_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES_KEPT 8
#define FRAME_SIZE  16384

static inline char *frame_buffer(void)
{
    static char buffers[FRAMES_KEPT][FRAME_SIZE];
    static unsigned next;
    char *buffer = buffers[next++ % FRAMES_KEPT];
    buffer[0] = '\0';
    return buffer;
}

__attribute__((format(printf, 2, 3))) static inline void frame_add(char *frame, const char *format, ...)
{
    size_t length = strlen(frame);
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(frame + length, FRAME_SIZE - length, format, arguments);
    va_end(arguments);
    if (written < 0 || (size_t)written >= FRAME_SIZE - length) abort();
}

#endif
