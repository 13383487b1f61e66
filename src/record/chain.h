/* The chain of SHA-256 through the blocks of a file (record/archive.h). Any thread; a chain belongs to one caller. */
#ifndef BOOKTOP_RECORD_CHAIN_H
#define BOOKTOP_RECORD_CHAIN_H

#include "booktop/record/line.h"

#define CHAIN_SIZE 32

struct chain {
    unsigned char hash[CHAIN_SIZE];
};

/* `header` with its line feed. These return false when OpenSSL fails (out of memory). */
bool chain_start(struct chain *chain, struct text header);
/* `block`: its bytes before its chk line. */
bool chain_add(struct chain *chain, struct text block);

void chain_text(const struct chain *chain, char hash[RECORD_HASH_SIZE]);

/* The SHA-256 of some bytes by themselves. */
bool chain_digest(struct text bytes, unsigned char digest[CHAIN_SIZE]);

#endif
