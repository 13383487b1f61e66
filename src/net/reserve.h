/* Memory that is kept back for libwebsockets and OpenSSL, which do not survive an allocation that fails: libwebsockets
 * 4.1.6 follows null pointers, or loses what it held; OpenSSL leaves lists and certificates out of contexts that live
 * for days, and says nothing. When one fails the reserve is given up and the allocation made from that; no new
 * connection is begun until there is a reserve again. Process-wide, any thread, without locks.
 */
#ifndef NET_RESERVE_H
#define NET_RESERVE_H

#include <stdbool.h>

/* Once, before either library has allocated anything: later OpenSSL keeps the allocator it has. */
void reserve_start(void);

/* True if there is a reserve; makes one if there is none. */
bool reserve_ready(void);

#endif
