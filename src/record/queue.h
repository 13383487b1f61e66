/* Records on their way from the feed thread to the disk thread: wait-free for the first, nothing allocated for it.
 *
 * Two rings (base/ring.h). The small one serves as long as the disk keeps up, so that the memory of the large one is
 * not touched; when it is full the large one is used until it has been emptied. While anything is in the large ring
 * nothing is put into the small one, so whatever is in the small one is older: order is kept.
 * A long record goes in pieces, and so may be longer than a ring's quarter. It is put whole or not at all.
 */
#ifndef BOOKTOP_RECORD_QUEUE_H
#define BOOKTOP_RECORD_QUEUE_H

#include "booktop/base/text.h"

struct queue;

/* `size`: bytes of the large ring, rounded up to a power of two. NULL: out of memory. */
struct queue *queue_create(size_t size);
void queue_destroy(struct queue *queue);

/* Writing thread: one record, made of parts. False: it does not fit now. */
bool queue_put(struct queue *queue, const struct text *parts, size_t count);

/* Reading thread: the oldest record, aligned to 8 bytes; valid until queue_release. False: there is none. A record for
 * which there was no memory comes as the empty text. */
bool queue_take(struct queue *queue, struct text *record);
void queue_release(struct queue *queue);

/* Any thread: bytes in use, roughly; and whether they are so many that the reader should hurry. */
size_t queue_used(const struct queue *queue);
bool queue_is_pressing(const struct queue *queue);

#endif
