/* The index of time behind a compressed recording, read back (record/archive.h says its form). */
#ifndef BOOKTOP_RECORD_RECORDING_INDEX_H
#define BOOKTOP_RECORD_RECORDING_INDEX_H

#include "archive_index.h"
#include "window.h"

/* How many blocks an index and a table of this length that end the file have; 0: none stand there. */
size_t recording_index_count(struct window *window);

/* Reads it. The entries are the caller's to free. What they say is not checked, but that offsets rise and lie before
 * the index. NULL: there is none, or no memory. */
struct block_entry *recording_index_read(struct window *window, size_t *count);

#endif
