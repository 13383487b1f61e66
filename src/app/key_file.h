/* A file that holds a secret, read as warily as it deserves. Any thread. */
#ifndef BOOKTOP_SRC_APP_KEY_FILE_H
#define BOOKTOP_SRC_APP_KEY_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* Far above any key. */
#define KEY_FILE_MOST 65536

struct key_file {
    char *bytes; /* owned, not terminated; cleansed when freed */
    size_t length;
};

/* The file must not be a symbolic link, must be regular, the user's own, closed to all others, not empty and not larger
 * than KEY_FILE_MOST. False otherwise, with `*why` (static), to be read after the file's name and a colon. */
bool key_file_read(struct key_file *file, const char *path, const char **why);

/* Wipes it. One that was never read, but zeroed, is fine. */
void key_file_free(struct key_file *file);

#endif
