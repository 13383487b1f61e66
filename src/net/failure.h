/* The words of a dial's failures. */
#ifndef NET_FAILURE_H
#define NET_FAILURE_H

#include "booktop/base/text.h"
#include "dial.h"

/* Each makes a failure of its argument, with words that are sanitized; `via` goes before them, NULL: nothing. */
struct dial_failure failure_of(enum websocket_failure kind, struct text words);
/* TCP: why connect(2) failed; ETIMEDOUT: there was no answer within `patience`. */
struct dial_failure failure_connect(int number, int64_t patience, const char *via);
/* It stands, but libwebsockets could not take it over; errno of why, 0: not known. */
struct dial_failure failure_hand_over(int number);
/* What libwebsockets says of a handshake (TLS or HTTP) that failed. */
struct dial_failure failure_handshake(enum websocket_failure kind, struct text theirs);
/* The same of TLS; `number` is OpenSSL's error code. */
struct dial_failure failure_tls(unsigned long number, struct text theirs);
/* The upgrade was refused. */
struct dial_failure failure_status(int status);
/* The proxy did not open the way. `place`: which one. */
struct dial_failure failure_tunnel(enum tunnel_state state, int status, const char *place);

#endif
