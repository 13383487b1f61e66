/* Kalshi's side of the exchange behind a server: what comes in by net/server is handed to gate, pit and desk.
 *
 * Owned by the server's thread. A peer's data (net/server.h) is the front's. Every ten seconds of real time each peer
 * is pinged with "heartbeat", as the venue does.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_FRONT_H
#define BOOKTOP_EXCHANGE_KALSHI_FRONT_H

#include "booktop/exchange/kalshi/desk.h"
#include "booktop/exchange/kalshi/gate.h"
#include "booktop/exchange/kalshi/pit.h"
#include "booktop/exchange/mischief.h"
#include "booktop/net/server.h"

/* The path of the WebSocket: what clients sign. */
#define FRONT_PATH "/trade-api/ws/v2"

/* A client that lets more than this wait is too slow: its books end with error 25. */
#define FRONT_BACKLOG_MAX ((size_t)16 << 20)

struct front;

/* NULL, with a reason. `start_ms` of the options must be given. Borrows the mischief. */
struct front *front_create(const struct exchange_options *options, struct mischief *mischief, char *error,
                           size_t error_size);
/* The server must be gone. */
void front_destroy(struct front *front);

/* Starts, ends the pings. */
void front_begin(struct front *front, struct net_loop *loop);
void front_end(struct front *front);

/* The server's handlers, for a path or a peer that is this venue's. */
int front_admit(struct front *front, struct server_request *request, const char **reason);
bool front_open(struct front *front, struct server_peer *peer);
bool front_has(const struct front *front, const struct server_peer *peer);
void front_message(struct front *front, struct server_peer *peer, struct text message, int64_t now_ms);
void front_closed(struct front *front, struct server_peer *peer);
/* True if the path is one of this venue's REST; then the request was answered. */
bool front_request(struct front *front, struct server_request *request, struct text path, struct text query);

/* As pit_fault. */
void front_fault(struct front *front, const struct fault *fault, int64_t now_ms);

/* As pit_run and pit_next_ms. */
bool front_run(struct front *front, int64_t until_ms, uint64_t most);
int64_t front_next_ms(const struct front *front);

const struct gate *front_gate(const struct front *front);

#endif
