#include "chain.h"

#include <openssl/evp.h>
#include <string.h>

static bool digest(struct text first, struct text second, unsigned char out[CHAIN_SIZE])
{
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    unsigned char result[CHAIN_SIZE]; /* `first` may be what stands in `out` */
    bool good = state && EVP_DigestInit_ex(state, EVP_sha256(), NULL) &&
                EVP_DigestUpdate(state, first.at, first.length) && EVP_DigestUpdate(state, second.at, second.length) &&
                EVP_DigestFinal_ex(state, result, NULL);
    EVP_MD_CTX_free(state);
    if (good) memcpy(out, result, CHAIN_SIZE);
    return good;
}

bool chain_start(struct chain *chain, struct text header)
{
    return digest(header, TEXT(""), chain->hash);
}

bool chain_add(struct chain *chain, struct text block)
{
    return digest((struct text){(const char *)chain->hash, CHAIN_SIZE}, block, chain->hash);
}

void chain_text(const struct chain *chain, char hash[RECORD_HASH_SIZE])
{
    static const char hex[] = "0123456789abcdef";
    for (size_t i = 0; i < CHAIN_SIZE; i++) {
        hash[2 * i] = hex[chain->hash[i] >> 4];
        hash[2 * i + 1] = hex[chain->hash[i] & 15];
    }
    hash[RECORD_HASH_SIZE - 1] = '\0';
}

bool chain_digest(struct text bytes, unsigned char out[CHAIN_SIZE])
{
    return digest(bytes, TEXT(""), out);
}
