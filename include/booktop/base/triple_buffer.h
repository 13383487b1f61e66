/* The newest value from one writing to one reading thread, wait-free on both sides.
 *
 * Three slots: the writer fills one that nobody else sees, the reader keeps one for as long as it likes, the third
 * changes hands. Values in between are lost on purpose: only the newest counts.
 * The slots belong to the buffer; it never looks into them. A slot that comes back to the writer holds an old value.
 */
#ifndef BOOKTOP_BASE_TRIPLE_BUFFER_H
#define BOOKTOP_BASE_TRIPLE_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

struct triple_buffer;

/* Three zeroed slots of `slot_size` bytes, aligned to a cache line. NULL when out of memory. */
struct triple_buffer *triple_buffer_create(size_t slot_size);
void triple_buffer_destroy(struct triple_buffer *buffer);

/* Writing thread: the slot to fill. The same one until triple_buffer_publish. */
void *triple_buffer_slot(struct triple_buffer *buffer);
/* Writing thread: hands the slot over. True if the reader had taken the previous value. */
bool triple_buffer_publish(struct triple_buffer *buffer);
/* Writing thread: true if the newest published value was taken, so that the next publication will be seen. Sequentially
 * consistent with triple_buffer_take: whoever sets a flag before asking here, and whoever looks at it after taking,
 * cannot both miss each other. */
bool triple_buffer_taken(const struct triple_buffer *buffer);

/* Reading thread: the newest value if there is one not seen yet, else NULL. Valid until a later call gives
 * another. */
const void *triple_buffer_take(struct triple_buffer *buffer);

#endif
