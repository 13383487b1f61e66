/* The address of a request as it came to the server. Loop's thread.
 *
 * libwebsockets has split the query and decoded it; here it is encoded again, so that what the client meant by %26 or
 * %3D is not mistaken for a separator.
 */
#ifndef NET_URI_H
#define NET_URI_H

#include <libwebsockets.h>

#include "booktop/base/text.h"

#define URI_SIZE 16384

/* The path, percent-encoded where it must be; `at` is NULL if it does not fit. */
struct text uri_path(struct lws *wsi, char *out, size_t size);
/* The query without '?', percent-encoded; empty if there is none; `at` is NULL if it does not fit. */
struct text uri_query(struct lws *wsi, char *out, size_t size);

#endif
