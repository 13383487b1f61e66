/* Why a connection ended, in the words that the user reads. Pure. */
#ifndef NET_REASON_H
#define NET_REASON_H

#include <stddef.h>
#include <stdint.h>

#include "booktop/base/text.h"

/* "10 s", "300 ms"; cut to fit. */
struct reason_measure {
    char words[24];
};

struct reason_measure reason_time(int64_t ns);
/* "16 MiB", "64 KiB", "100001 bytes". */
struct reason_measure reason_size(size_t bytes);

/* Of a close frame's payload: its words, and its code, 0 if it has none. What the peer says is sanitized. */
int reason_close(const unsigned char *payload, size_t length, char *out, size_t size);

/* Of an upgrade's refusal: "HTTP 403 Forbidden" and what its body says, foreign text, NULL or "" if it says nothing.
 * `with_key`: the request had headers of ours. Not sanitized. */
void reason_refusal(int http_status, const char *status_words, const char *body, bool with_key, char *out, size_t size);

#endif
