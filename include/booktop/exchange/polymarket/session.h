/* The clients of the market channel: what each is subscribed to, and what it is sent.
 *
 * Owned by the server's thread. Borrows cast, flow and channel; a peer's data (net/server.h) is the session's.
 */
#ifndef BOOKTOP_EXCHANGE_POLYMARKET_SESSION_H
#define BOOKTOP_EXCHANGE_POLYMARKET_SESSION_H

#include "booktop/exchange/polymarket/channel.h"
#include "booktop/net/server.h"

/* A client that lets more than this wait is too slow and is closed with 1013. */
#define SESSION_BACKLOG_MAX ((size_t)16 << 20)

struct session;

struct session *session_create(const struct cast *cast, struct flow *flow, struct channel *channel);
/* The server must be gone. */
void session_destroy(struct session *session);

/* A client came, said something, went. session_message returns the messages of the channel (opening arrays) it sent. */
bool session_open(struct session *session, struct server_peer *peer);
unsigned session_message(struct session *session, struct server_peer *peer, struct text message);
void session_closed(struct session *session, struct server_peer *peer);

/* True if somebody is to get this message. */
bool session_wants(const struct session *session, const struct channel_message *message);
/* Sends `text` to all who are to get the message. The end of a market ends the subscriptions to it, and the connection
 * of who has no other. */
void session_send(struct session *session, const struct channel_message *message, struct text text);
/* Cuts every connection. */
void session_cut(struct session *session);

#endif
