#include "place.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

bool place_find(char path[PLACE_SIZE], const char *variable, const char *folder, const char *name)
{
    const char *root = getenv(variable), *home = getenv("HOME");
    int length = 0;
    if (root && root[0] == '/')
        length = snprintf(path, PLACE_SIZE, "%s/booktop/%s", root, name);
    else if (home && home[0] == '/')
        length = snprintf(path, PLACE_SIZE, "%s/%s/booktop/%s", home, folder, name);
    return length > 0 && length < PLACE_SIZE;
}

void place_make_folders(char *path)
{
    for (char *at = path + 1; *at; at++) {
        if (*at != '/') continue;
        *at = '\0';
        mkdir(path, 0700);
        *at = '/';
    }
}
