/* Where files lie by the XDG base directory specification. Main thread. */
#ifndef BOOKTOP_SRC_APP_PLACE_H
#define BOOKTOP_SRC_APP_PLACE_H

#include <stdbool.h>

#define PLACE_SIZE 1024

/* $VARIABLE/booktop/NAME, else ~/FOLDER/booktop/NAME; relative values of both are ignored. False if there is no such
 * place, or its path is too long. */
bool place_find(char path[PLACE_SIZE], const char *variable, const char *folder, const char *name);

/* Makes the folders of a path that are missing, for the user alone; whether they are there, opening the file says. */
void place_make_folders(char *path);

#endif
