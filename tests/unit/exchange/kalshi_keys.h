/* Keys and signatures as a client of Kalshi makes them, straight from OpenSSL, for tests. */
#ifndef BOOKTOP_TESTS_KALSHI_KEYS_H
#define BOOKTOP_TESTS_KALSHI_KEYS_H

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "booktop/base/text.h"

#define KEYS_SIGNATURE_SIZE 704

static inline EVP_PKEY *key_read(struct text pem)
{
    BIO *bio = BIO_new_mem_buf(pem.at, (int)pem.length);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(key);
    return key;
}

/* How an RSA signature is made: the venue wants PSS with a salt of 32 bytes. */
enum key_terms { KEY_PSS, KEY_PSS_LONG_SALT, KEY_PKCS1 };

/* Signs `message`; `out` gets base64. */
static inline void key_sign(EVP_PKEY *key, enum key_terms terms, const char *message, char out[KEYS_SIGNATURE_SIZE])
{
    unsigned char bytes[512];
    size_t length = sizeof bytes;
    EVP_PKEY_CTX *context = NULL;
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
    assert_int_equal(EVP_DigestSignInit(state, &context, rsa ? EVP_sha256() : NULL, NULL, key), 1);
    if (rsa && terms != KEY_PKCS1) {
        int salt = terms == KEY_PSS ? RSA_PSS_SALTLEN_DIGEST : RSA_PSS_SALTLEN_MAX;
        assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING), 1);
        assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt), 1);
    }
    assert_int_equal(EVP_DigestSign(state, bytes, &length, (const unsigned char *)message, strlen(message)), 1);
    EVP_MD_CTX_free(state);
    assert_true(EVP_EncodeBlock((unsigned char *)out, bytes, (int)length) > 0);
}

/* A file of public keys, each with its id before it. */
static inline void keys_write(const char *path, const char *const *ids, EVP_PKEY *const *keys, size_t count)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "\n  %s \n", ids[i]);
        assert_int_equal(PEM_write_PUBKEY(file, keys[i]), 1);
    }
    assert_int_equal(fclose(file), 0);
}

#endif
