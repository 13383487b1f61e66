/* Who may open the venue's WebSocket: a request signed with a key that is known here.
 *
 * Signed is the text TIMESTAMP "GET" PATH; by an RSA key with PSS, SHA-256 and 32 bytes of salt, by an Ed25519 key
 * plainly. The signature is base64 with padding. The exchange has an Ed25519 key pair of its own, from OpenSSL's
 * randomness; its id is drawn from the seed.
 */
#ifndef BOOKTOP_EXCHANGE_KALSHI_GATE_H
#define BOOKTOP_EXCHANGE_KALSHI_GATE_H

#include "booktop/base/text.h"
#include "booktop/exchange/kalshi/roster.h"

/* The clocks of a client and of the exchange may differ by so much. */
#define GATE_SKEW_MS 60000

/* Longest header that is looked at, with its terminator: the signature of an RSA key of 4096 bits. */
#define GATE_HEADER_SIZE 704

struct gate;

/* Headers of a request, terminated; "" for one that is not there. */
struct gate_headers {
    const char *key, *timestamp, *signature;
    bool origin; /* there was an Origin header */
};

/* `keys_file`: further public keys, NULL: none. PEM ("BEGIN PUBLIC KEY"), each with its id on the line before it. NULL,
 * with a reason. */
struct gate *gate_create(uint64_t seed, const char *keys_file, char *error, size_t error_size);
void gate_destroy(struct gate *gate);

/* The exchange's own key: its id, and the private key, PKCS#8 PEM. Valid until gate_destroy. */
const char *gate_key_id(const struct gate *gate);
struct text gate_key_pem(const struct gate *gate);

/* 0, or the HTTP status of the refusal; *body gets what is said then (static). */
int gate_admit(const struct gate *gate, const struct gate_headers *headers, const char *path, int64_t now_ms,
               const char **body);

#endif
