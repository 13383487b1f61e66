/* Why something is refused, with the file it is about. */
#ifndef BOOKTOP_RECORD_REASON_H
#define BOOKTOP_RECORD_REASON_H

#include <stddef.h>

/* "PATH: WHY", terminated. Of a path that leaves no room for the reason only the end is told: "...ATH: WHY". */
void reason_write(char *out, size_t size, const char *path, const char *why);

#endif
