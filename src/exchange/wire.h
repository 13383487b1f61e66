/* WebSocket frames made by hand (RFC 6455 section 5.2): right ones in unusual shapes, and wrong ones. A server's frames
 * are not masked. Each function queues bytes on a peer behind what waits; false when memory ran out or too much waits.
 */
#ifndef BOOKTOP_EXCHANGE_WIRE_H
#define BOOKTOP_EXCHANGE_WIRE_H

#include "booktop/net/server.h"

#define WIRE_BINARY  0x2
#define WIRE_ILLEGAL 0x3 /* the first of the reserved codes */

/* A text message, byte by byte. */
bool wire_send_dribble(struct server_peer *peer, struct text message);
/* A text message in two fragments with a ping between them, and a third, empty one. */
bool wire_send_fragments(struct server_peer *peer, struct text message);
/* One frame with this operation code. */
bool wire_send_frame(struct server_peer *peer, unsigned operation, struct text payload);
/* A text message of WIRE_BOMB_SIZE zero bytes, compressed as permessage-deflate would (RFC 7692), though nobody agreed
 * to that. */
#define WIRE_BOMB_SIZE (4u << 20)
bool wire_send_bomb(struct server_peer *peer);

#endif
