#include <string.h>

#include "booktop/record/recording.h"

static bool ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), wanted = strlen(ending);
    return length > wanted && strcmp(path + length - wanted, ending) == 0;
}

enum recording_naming recording_naming(const char *path)
{
    if (ends_with(path, ".obr.zst")) return RECORDING_COMPRESSED;
    return ends_with(path, ".obr") ? RECORDING_PLAIN : RECORDING_UNNAMED;
}
