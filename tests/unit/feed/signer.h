/* Who signs Kalshi's handshakes: with the local exchange's own key. */
#ifndef BOOKTOP_TESTS_SIGNER_H
#define BOOKTOP_TESTS_SIGNER_H

#include "booktop/exchange/exchange.h"
#include "booktop/feed/feed.h"
#include "booktop/net/websocket.h"
#include "booktop/venue/kalshi/auth.h"
#include "booktop/venue/kalshi/command.h"

struct signer {
    struct kalshi_key *key;
    struct kalshi_signature signature; /* the last one */
};

static inline size_t signer_headers(void *context, struct stamp now, struct websocket_header *out)
{
    struct signer *signer = context;
    if (!kalshi_sign(signer->key, "GET", KALSHI_STREAM_PATH, now.wall / NANOSECONDS_PER_MILLISECOND,
                     &signer->signature))
        return WEBSOCKET_HEADERS_FAILED;
    out[0] = (struct websocket_header){"KALSHI-ACCESS-KEY", kalshi_key_id(signer->key)};
    out[1] = (struct websocket_header){"KALSHI-ACCESS-TIMESTAMP", signer->signature.timestamp};
    out[2] = (struct websocket_header){"KALSHI-ACCESS-SIGNATURE", signer->signature.signature};
    return 3;
}

static inline struct feed_signer signer_open(struct signer *signer, const struct exchange *exchange)
{
    char error[256];
    struct text pem = exchange_kalshi_key_pem(exchange);
    signer->key = kalshi_key_read(exchange_kalshi_key_id(exchange), pem.at, pem.length, error, sizeof error);
    if (!signer->key) fail_msg("%s", error);
    return (struct feed_signer){signer_headers, signer};
}

/* Only after the feed has stopped. */
static inline void signer_close(struct signer *signer)
{
    kalshi_key_free(signer->key);
    signer->key = NULL;
}

#endif
