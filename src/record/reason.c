#include "reason.h"

#include <stdio.h>
#include <string.h>

void reason_write(char *out, size_t size, const char *path, const char *why)
{
    static const char cut[] = "...", between[] = ": ";
    size_t length = strlen(path), needed = strlen(why) + sizeof between;
    size_t room = size > needed ? size - needed : 0;
    if (length <= room) {
        snprintf(out, size, "%s%s%s", path, between, why);
        return;
    }
    size_t shown = room > strlen(cut) ? room - strlen(cut) : 0;
    if (shown == 0)
        snprintf(out, size, "%s", why);
    else
        snprintf(out, size, "%s%s%s%s", cut, path + length - shown, between, why);
}
