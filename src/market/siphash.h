/* SipHash-1-3: a keyed hash for tables whose keys come from outside.
 *
 * Jean-Philippe Aumasson and Daniel J. Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012, section 2, with
 * c = 1 round per word and d = 3 rounds at the end. Pure; any thread.
 */
#ifndef MARKET_SIPHASH_H
#define MARKET_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

struct siphash_key {
    uint64_t k0, k1;
};

/* The key from its 16 bytes, little endian. */
struct siphash_key siphash_key(const uint8_t bytes[16]);

uint64_t siphash_1_3(struct siphash_key key, const void *bytes, size_t length);

#endif
