#ifndef BOOKTOP_UI_LOG_PAGE_H
#define BOOKTOP_UI_LOG_PAGE_H

#include "booktop/ui/scene.h"
#include "sheet.h"

/* Where the parts of the page begin. */
struct log_places {
    int journal; /* line of the newest entry */
    int figures; /* the line behind the last entry */
};

/* Writes the connections, the journal, and what is measured. */
struct log_places log_page_write(struct scene *scene, struct sheet *sheet);

/* Lines that the `count` newest entries take. */
int log_entries_height(const struct scene *scene, const struct sheet *like, uint64_t count);

#endif
