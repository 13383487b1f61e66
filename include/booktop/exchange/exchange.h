/* The local exchange: a real TLS WebSocket and HTTP server on loopback, with order flow of its own.
 *
 * It speaks each venue's protocol exactly as the venue does. It is what `booktop demo` shows, the peer of the tests,
 * the injector of faults and the generator of load. It shares nothing with the viewer but base, the JSON writer and
 * net/server: it keeps orders and a dense ladder of its own and writes its own JSON and its own hash texts, so that
 * agreement between the two means something.
 * Titles are visibly invented. Time in it is simulated: the same seed and start give the same messages, byte for byte,
 * however fast the clock runs; when each is sent follows the clock.
 *
 * One port serves all: /ws/market, /clob, /gamma and /data are Polymarket's, /trade-api/ws/v2 and /trade-api/v2
 * Kalshi's. Each venue has markets of its own.
 *
 * exchange_start starts a thread of its own (all signals blocked), exchange_stop joins it; everything else is done over
 * the network.
 */
#ifndef BOOKTOP_EXCHANGE_EXCHANGE_H
#define BOOKTOP_EXCHANGE_EXCHANGE_H

#include "booktop/base/clock.h"
#include "booktop/base/text.h"

struct exchange;

enum exchange_venue { EXCHANGE_POLYMARKET, EXCHANGE_KALSHI };

struct exchange_options {
    unsigned port; /* 0: any free one */
    uint64_t seed;
    int64_t start_ms;       /* the first venue stamp, Unix ms; 0: the clock's wall time */
    unsigned speed;         /* simulated seconds per second, 1..1000; 0: 1 */
    unsigned markets;       /* how many on each venue, at most 1000; 0: the written cast. More are made up, for load */
    const char *fault_file; /* exchange/fault.h; NULL: none */
    const char *kalshi_keys_file; /* further public keys, exchange/kalshi/gate.h; NULL: none */
    enum exchange_venue venue;    /* of exchange_print alone: a server speaks for all of them */
    const struct clock *clock;    /* borrowed */
};

/* Makes the certificate authority, the markets and the server, and starts the thread. NULL, with a reason. */
struct exchange *exchange_start(const struct exchange_options *options, char *error, size_t error_size);
void exchange_stop(struct exchange *exchange);

unsigned exchange_port(const struct exchange *exchange);
/* The authority that a client must trust, PEM; valid until exchange_stop. */
struct text exchange_ca_pem(const struct exchange *exchange);
/* A key that opens Kalshi's WebSocket here: its id, and the private key (Ed25519, PKCS#8 PEM). Both until
 * exchange_stop.
 */
const char *exchange_kalshi_key_id(const struct exchange *exchange);
struct text exchange_kalshi_key_pem(const struct exchange *exchange);

/* Makes a fault (exchange/fault.h, without WHEN) happen now on both venues, or on one (`venue` below 0: both). Any
 * thread; it happens at the exchange's next turn. False, with a reason, if the text is no fault, or 64 wait. */
bool exchange_inject(struct exchange *exchange, int venue, struct text fault, char *error, size_t error_size);

/* How often somebody tried to connect to a venue's stream so far: upgrades asked for, refused ones included, and
 * connections that ended, or stand, without a question: TLS handshakes that failed, above all. Of these nobody can tell
 * which venue was meant: they count for both. Any thread; as of the exchange's last turn. */
uint64_t exchange_attempts(const struct exchange *exchange, enum exchange_venue venue);

/* Without network and thread: writes the first `count` messages of a venue to `write`, one per line without its line
 * feed: on Polymarket of the market channel for all tokens (the opening array first), on Kalshi all frames for who
 * subscribes to every channel and market (NO prices as they are, use_yes_price being false). Faults of connections and
 * of REST are passed over. False if `write` returned false or memory ran out. */
bool exchange_print(const struct exchange_options *options, uint64_t count,
                    bool (*write)(void *context, struct text line), void *context);

#endif
