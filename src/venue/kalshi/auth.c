#include "booktop/venue/kalshi/auth.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "booktop/base/text.h"

#define RSA_BITS_LEAST 2048
#define RSA_BITS_MOST  4096
#define RSA_SALT       32
#define SIGNATURE_MOST (RSA_BITS_MOST / 8)
#define MESSAGE_SIZE   1024
#define PEM_MOST       65536 /* far above any key */

_Static_assert(KALSHI_SIGNATURE_SIZE > (SIGNATURE_MOST + 2) / 3 * 4, "base64 of the longest signature fits");

struct kalshi_key {
    char id[KALSHI_KEY_ID_SIZE];
    EVP_PKEY *pair; /* RSA or Ed25519 */
};

/* --- refusals --- */

/* The reason is ours: nothing of the key is in it. */
static void refuse(const char *why, char *error, size_t error_size)
{
    ERR_clear_error(); /* OpenSSL's queue may speak of what it read */
    if (error && error_size) (void)snprintf(error, error_size, "%s", why);
}

const char *kalshi_key_id_fault(const char *id)
{
    size_t length = strlen(id);
    if (length == 0) return "it is empty";
    if (length >= KALSHI_KEY_ID_SIZE) return "it is too long";
    for (size_t n = 0; n < length; n++)
        if (id[n] <= ' ' || id[n] > '~') return "it may have printable ASCII characters only, and no blanks";
    return NULL;
}

/* --- PEM --- */

/* Stands in for OpenSSL's own question for a pass phrase on the terminal. */
static int passphrase_refuse(char *out, int size, int writing, void *asked)
{
    (void)out, (void)size, (void)writing;
    *(bool *)asked = true;
    return -1;
}

static const char *pair_fault(const EVP_PKEY *pair)
{
    int bits = EVP_PKEY_get_bits(pair);
    switch (EVP_PKEY_get_base_id(pair)) {
    case EVP_PKEY_ED25519:
        return NULL;
    case EVP_PKEY_RSA:
        if (bits < RSA_BITS_LEAST) return "an RSA key must have 2048 bits at least";
        if (bits > RSA_BITS_MOST) return "an RSA key may have 4096 bits at most";
        return NULL;
    case EVP_PKEY_EC:
        return "it is an EC key; Kalshi's keys are RSA or Ed25519";
    case EVP_PKEY_DSA:
        return "it is a DSA key; Kalshi's keys are RSA or Ed25519";
    default:
        return "it is a key of another kind; Kalshi's keys are RSA or Ed25519";
    }
}

/* NULL, with `*why`, for what is not the kind of key that Kalshi takes. */
static EVP_PKEY *pair_read(const char *pem, size_t length, const char **why)
{
    bool asked = false;
    BIO *bio = length <= PEM_MOST ? BIO_new_mem_buf(pem, (int)length) : NULL;
    *why = "it is not a private key in PEM form";
    if (!bio) return NULL;
    EVP_PKEY *pair = PEM_read_bio_PrivateKey(bio, NULL, passphrase_refuse, &asked);
    BIO_free(bio);
    if (!pair) {
        if (asked) *why = "the key is encrypted; booktop asks for no pass phrase and needs it without";
        return NULL;
    }
    *why = pair_fault(pair);
    if (!*why) return pair;
    EVP_PKEY_free(pair);
    return NULL;
}

struct kalshi_key *kalshi_key_read(const char *id, const char *pem, size_t length, char *error, size_t error_size)
{
    const char *why = "out of memory";
    const char *fault = kalshi_key_id_fault(id);
    struct kalshi_key *key = fault ? NULL : calloc(1, sizeof *key);
    if (key) key->pair = pair_read(pem, length, &why);
    if (!key || !key->pair) {
        refuse(fault ? fault : why, error, error_size);
        free(key);
        return NULL;
    }
    memcpy(key->id, id, strlen(id) + 1);
    ERR_clear_error();
    return key;
}

void kalshi_key_free(struct kalshi_key *key)
{
    if (!key) return;
    EVP_PKEY_free(key->pair); /* OpenSSL wipes the numbers */
    OPENSSL_cleanse(key, sizeof *key);
    free(key);
}

const char *kalshi_key_id(const struct kalshi_key *key)
{
    return key->id;
}

/* --- signing --- */

static bool digest_begin(EVP_MD_CTX *digest, EVP_PKEY *pair)
{
    EVP_PKEY_CTX *parameters; /* `digest` owns it */
    if (EVP_PKEY_get_base_id(pair) == EVP_PKEY_ED25519) return EVP_DigestSignInit(digest, NULL, NULL, NULL, pair) == 1;
    return EVP_DigestSignInit(digest, &parameters, EVP_sha256(), NULL, pair) == 1 &&
           EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(parameters, EVP_sha256()) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, RSA_SALT) == 1;
}

/* The signature's length, 0 if OpenSSL fails. */
static size_t message_sign(EVP_PKEY *pair, const char *message, size_t length, unsigned char *out, size_t size)
{
    EVP_MD_CTX *digest = EVP_MD_CTX_new();
    size_t written = size;
    bool signed_ = digest && digest_begin(digest, pair) &&
                   EVP_DigestSign(digest, out, &written, (const unsigned char *)message, length) == 1;
    EVP_MD_CTX_free(digest);
    ERR_clear_error();
    return signed_ ? written : 0;
}

bool kalshi_sign(const struct kalshi_key *key, const char *method, const char *path, int64_t unix_ms,
                 struct kalshi_signature *out)
{
    char message[MESSAGE_SIZE];
    unsigned char raw[SIGNATURE_MOST];
    *out = (struct kalshi_signature){0};
    int length = snprintf(message, sizeof message, "%" PRId64 "%s%.*s", unix_ms, method, (int)strcspn(path, "?"), path);
    if (unix_ms < 0 || length < 0 || (size_t)length >= sizeof message) return false;
    size_t raw_length = message_sign(key->pair, message, (size_t)length, raw, sizeof raw);
    if (!raw_length) return false;
    (void)snprintf(out->timestamp, sizeof out->timestamp, "%" PRId64, unix_ms);
    (void)EVP_EncodeBlock((unsigned char *)out->signature, raw, (int)raw_length);
    return true;
}
