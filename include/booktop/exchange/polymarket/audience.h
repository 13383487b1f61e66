/* The clients of the market channel: what each is subscribed to, and what it is sent.
 *
 * Owned by the server's thread. Borrows cast, flow, channel and mischief; a peer's data (net/server.h) is the
 * audience's.
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_AUDIENCE_H
#define BOOKTOP_EXCHANGE_POLYMARKET_AUDIENCE_H

#include "booktop/exchange/mischief.h"
#include "booktop/exchange/polymarket/channel.h"
#include "booktop/net/server.h"

/* A client that lets more than this wait is too slow and is closed with 1013. */
#define AUDIENCE_BACKLOG_MAX ((size_t)16 << 20)

/* The path of the WebSocket. */
#define AUDIENCE_PATH "/ws/market"

struct audience;

struct audience *audience_create(const struct cast *cast, struct flow *flow, struct channel *channel,
                                 struct mischief *mischief);
/* The server must be gone. */
void audience_destroy(struct audience *audience);

/* A client came, said something, went. audience_message returns the messages of the channel (opening arrays) it sent.
 */
bool audience_open(struct audience *audience, struct server_peer *peer);
unsigned audience_message(struct audience *audience, struct server_peer *peer, struct text message);
void audience_closed(struct audience *audience, struct server_peer *peer);

/* True if somebody is to get this message. */
bool audience_wants(const struct audience *audience, const struct channel_message *message);
/* Sends `text` to all who are to get the message. The end of a market ends the subscriptions to it, and the connection
 * of who has no other. */
void audience_send(struct audience *audience, const struct channel_message *message, struct text text);
/* Sends `text` to everybody. */
void audience_tell(struct audience *audience, struct text text);
/* Cuts every connection. */
void audience_cut(struct audience *audience);

#endif
