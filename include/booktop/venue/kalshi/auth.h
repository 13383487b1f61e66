/* A key of Kalshi's, and the three headers that it signs.
 *
 *   KALSHI-ACCESS-KEY        the key's id
 *   KALSHI-ACCESS-TIMESTAMP  Unix milliseconds, decimal
 *   KALSHI-ACCESS-SIGNATURE  base64 of the signature of TIMESTAMP METHOD PATH, without separators, PATH without query
 *
 * RSA keys (2048 to 4096 bits) sign by RSA-PSS with SHA-256, MGF1 with SHA-256 and a salt of 32 bytes; Ed25519 keys by
 * plain Ed25519. Which it is the key itself says, not its PEM's heading (PKCS#1 or PKCS#8). Source: Kalshi's API
 * documentation as of 2026-10.
 *
 * Nothing here reads files, and nothing of a key is ever logged or put into an error message. Any thread, one at a
 * time.
 */
#ifndef BOOKTOP_VENUE_KALSHI_AUTH_H
#define BOOKTOP_VENUE_KALSHI_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KALSHI_KEY_ID_SIZE    128
#define KALSHI_SIGNATURE_SIZE 1024 /* base64 of up to 512 bytes and more, terminated */

struct kalshi_key;

/* NULL, or what is wrong with an id (static, to be read after its name and a colon): it must be printable ASCII without
 * blanks, shorter than KALSHI_KEY_ID_SIZE. */
const char *kalshi_key_id_fault(const char *id);

/* A key from its PEM; encrypted ones are refused, nobody is asked for a pass phrase. `id` is copied. NULL, with a
 * reason in `error` (at most 100 bytes, to be read after the key's name and a colon), for what is no such key, and for
 * a faulty id. */
struct kalshi_key *kalshi_key_read(const char *id, const char *pem, size_t length, char *error, size_t error_size);
/* Wipes it. NULL is fine. */
void kalshi_key_free(struct kalshi_key *key);

const char *kalshi_key_id(const struct kalshi_key *key);

struct kalshi_signature {
    char timestamp[24];
    char signature[KALSHI_SIGNATURE_SIZE];
};

/* Signs anew: every attempt to connect wants its own. A query in `path` is left out. False if OpenSSL fails, for a time
 * before 1970, and if method and path take more than 1000 bytes. */
bool kalshi_sign(const struct kalshi_key *key, const char *method, const char *path, int64_t unix_ms,
                 struct kalshi_signature *out);

#endif
