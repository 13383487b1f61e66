#include "booktop/exchange/kalshi/gate.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/decimal.h"
#include "booktop/exchange/dice.h"

#define STREAM_KEY     UINT64_C(0x6a7e)
#define KEYS_MAX       64
#define KEYS_SIZE_MAX  (1u << 20)
#define SIGNATURE_SIZE 512 /* of an RSA key of 4096 bits */
#define SALT_SIZE      32

#define STATUS_UNAUTHORIZED 401
#define STATUS_FORBIDDEN    403

struct gate_key {
    char id[ROSTER_UUID_SIZE];
    EVP_PKEY *key;
};

struct gate {
    struct gate_key keys[KEYS_MAX];
    unsigned count;
    BIO *own_pem; /* the private key's text */
};

/* === Keys === */

/* Takes the key over. */
static bool key_add(struct gate *gate, struct text id, EVP_PKEY *key)
{
    if (key == NULL || gate->count == KEYS_MAX || id.length == 0 || id.length >= ROSTER_UUID_SIZE) {
        EVP_PKEY_free(key);
        return false;
    }
    struct gate_key *added = &gate->keys[gate->count++];
    text_copy(id, added->id, sizeof added->id);
    added->key = key;
    return true;
}

static bool own_key_make(struct gate *gate, uint64_t seed)
{
    struct dice dice = dice_from(seed, STREAM_KEY);
    char id[ROSTER_UUID_SIZE];
    roster_uuid(&dice, id);
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    if (!key_add(gate, text_from(id), key)) return false;
    gate->own_pem = BIO_new(BIO_s_secmem());
    return gate->own_pem != NULL && PEM_write_bio_PrivateKey(gate->own_pem, key, NULL, NULL, 0, NULL, NULL) == 1;
}

/* The last line of a text that is not blank. */
static struct text last_line(struct text text)
{
    text = text_trim(text);
    size_t start = text.length;
    while (start > 0 && text.at[start - 1] != '\n') start--;
    return text_trim((struct text){text.at + start, text.length - start});
}

/* Each key with its id on the line before it. NULL, or what is wrong. */
static const char *keys_read(struct gate *gate, struct text rest)
{
    static const char begins[] = "-----BEGIN PUBLIC KEY-----", ends[] = "-----END PUBLIC KEY-----";
    for (;;) {
        const char *begin = memmem(rest.at, rest.length, begins, sizeof begins - 1);
        if (begin == NULL) return text_trim(rest).length == 0 ? NULL : "something stands behind the last public key";
        struct text before = {rest.at, (size_t)(begin - rest.at)};
        struct text block = {begin, rest.length - before.length};
        const char *end = memmem(block.at, block.length, ends, sizeof ends - 1);
        if (end == NULL) return "a public key does not end";
        block.length = (size_t)(end - begin) + sizeof ends - 1;
        BIO *bio = BIO_new_mem_buf(block.at, (int)block.length);
        EVP_PKEY *key = bio == NULL ? NULL : PEM_read_bio_PUBKEY(bio, NULL, NULL, NULL);
        BIO_free(bio);
        if (!key_add(gate, last_line(before), key)) return "a public key cannot be read, or has no id before it";
        rest = (struct text){begin + block.length, rest.length - before.length - block.length};
    }
}

static const char *keys_load(struct gate *gate, const char *path)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) return strerror(errno);
    char *bytes = malloc(KEYS_SIZE_MAX);
    const char *why = "out of memory";
    if (bytes != NULL) {
        size_t length = fread(bytes, 1, KEYS_SIZE_MAX, file);
        if (ferror(file))
            why = "cannot be read";
        else
            why = length == KEYS_SIZE_MAX ? "too large" : keys_read(gate, (struct text){bytes, length});
    }
    free(bytes);
    (void)fclose(file);
    return why;
}

struct gate *gate_create(uint64_t seed, const char *keys_file, char *error, size_t error_size)
{
    struct gate *gate = calloc(1, sizeof *gate);
    const char *why = gate == NULL ? "out of memory" : NULL;
    if (why == NULL && !own_key_make(gate, seed)) why = "OpenSSL made no Ed25519 key";
    if (why != NULL) {
        snprintf(error, error_size, "%s", why);
    } else if (keys_file != NULL) {
        why = keys_load(gate, keys_file);
        if (why != NULL) snprintf(error, error_size, "%s: %s", keys_file, why);
    }
    if (why == NULL) return gate;
    gate_destroy(gate);
    return NULL;
}

void gate_destroy(struct gate *gate)
{
    if (gate == NULL) return;
    for (unsigned i = 0; i < gate->count; i++) EVP_PKEY_free(gate->keys[i].key);
    BIO_free(gate->own_pem);
    free(gate);
}

const char *gate_key_id(const struct gate *gate)
{
    return gate->keys[0].id;
}

struct text gate_key_pem(const struct gate *gate)
{
    char *at = NULL;
    long length = BIO_get_mem_data(gate->own_pem, &at);
    return length > 0 ? (struct text){at, (size_t)length} : (struct text){0};
}

/* === Signatures === */

static EVP_PKEY *key_find(const struct gate *gate, const char *id)
{
    for (unsigned i = 0; i < gate->count; i++)
        if (strcmp(gate->keys[i].id, id) == 0) return gate->keys[i].key;
    return NULL;
}

/* The six bits that a base64 digit stands for, or -1. */
static int digit_value(char digit)
{
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    return digit == '+' ? 62 : digit == '/' ? 63 : -1;
}

/* Standard base64 with padding, nothing else. Returns the bytes, 0 for what is none. */
static size_t base64_read(struct text text, unsigned char out[SIGNATURE_SIZE + 3])
{
    size_t padding = 0, length = 0;
    if (text.length == 0 || text.length % 4 != 0 || text.length / 4 * 3 > SIGNATURE_SIZE + 2) return 0;
    while (padding < 2 && text.at[text.length - 1 - padding] == '=') padding++;
    uint32_t group = 0;
    for (size_t i = 0; i < text.length; i++) {
        int digit = i < text.length - padding ? digit_value(text.at[i]) : 0;
        if (digit < 0) return 0;
        group = group << 6 | (uint32_t)digit;
        if (i % 4 != 3) continue;
        out[length++] = (unsigned char)(group >> 16);
        out[length++] = (unsigned char)(group >> 8);
        out[length++] = (unsigned char)group;
        group = 0;
    }
    return length - padding;
}

static bool rsa_prepare(EVP_PKEY_CTX *terms)
{
    return EVP_PKEY_CTX_set_rsa_padding(terms, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(terms, SALT_SIZE) == 1 &&
           EVP_PKEY_CTX_set_rsa_mgf1_md(terms, EVP_sha256()) == 1;
}

static bool signature_fits(EVP_PKEY *key, struct text signature, struct text signed_text)
{
    unsigned char bytes[SIGNATURE_SIZE + 3];
    size_t length = base64_read(signature, bytes);
    int kind = EVP_PKEY_get_base_id(key);
    if (length == 0 || (kind != EVP_PKEY_RSA && kind != EVP_PKEY_ED25519)) return false;
    EVP_MD_CTX *state = EVP_MD_CTX_new();
    EVP_PKEY_CTX *terms = NULL;
    const EVP_MD *digest = kind == EVP_PKEY_RSA ? EVP_sha256() : NULL;
    bool fits = state != NULL && EVP_DigestVerifyInit(state, &terms, digest, NULL, key) == 1 &&
                (kind != EVP_PKEY_RSA || rsa_prepare(terms)) &&
                EVP_DigestVerify(state, bytes, length, (const unsigned char *)signed_text.at, signed_text.length) == 1;
    EVP_MD_CTX_free(state);
    return fits;
}

static bool fresh(const char *timestamp, int64_t now_ms)
{
    int64_t stamp_ms;
    if (decimal_parse(text_from(timestamp), 0, &stamp_ms) != DECIMAL_OK) return false;
    return stamp_ms <= now_ms + GATE_SKEW_MS && stamp_ms >= now_ms - GATE_SKEW_MS;
}

int gate_admit(const struct gate *gate, const struct gate_headers *headers, const char *path, int64_t now_ms,
               const char **body)
{
    char signed_text[256];
    if (headers->origin) {
        *body = "{\"code\":\"forbidden\"}";
        return STATUS_FORBIDDEN;
    }
    *body = "{\"code\":\"token_authentication_failure\"}";
    if (headers->key[0] == '\0' || headers->timestamp[0] == '\0' || headers->signature[0] == '\0')
        return STATUS_UNAUTHORIZED;
    EVP_PKEY *key = key_find(gate, headers->key);
    if (key == NULL) {
        *body = "{\"code\":\"authentication_error\",\"details\":\"NOT_FOUND\"}";
        return STATUS_UNAUTHORIZED;
    }
    int length = snprintf(signed_text, sizeof signed_text, "%sGET%s", headers->timestamp, path);
    if (length < 0 || (size_t)length >= sizeof signed_text || !fresh(headers->timestamp, now_ms))
        return STATUS_UNAUTHORIZED;
    struct text signature = text_from(headers->signature);
    return signature_fits(key, signature, (struct text){signed_text, (size_t)length}) ? 0 : STATUS_UNAUTHORIZED;
}
