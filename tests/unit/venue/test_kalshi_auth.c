/* Keys are made and signatures are verified by another program: openssl's command line. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>

#include <openssl/evp.h>

#include "booktop/venue/kalshi/auth.h"

#define ID      "a952bcbe-ec3b-4b5b-b8f9-11dae589608c"
#define PATH_WS "/trade-api/ws/v2"
#define WHEN    INT64_C(1703123456789)

static char folder[256]; /* the shell commands know it as $KEYS */
static bool have_openssl;
static char error[256];

static bool run(const char *command)
{
    return system(command) == 0;
}

static const char *path_of(const char *name)
{
    static char path[sizeof folder + 64];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t length)
{
    FILE *file = fopen(path_of(name), "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static struct kalshi_key *read_key(const char *name)
{
    char pem[8192];
    FILE *file = fopen(path_of(name), "re");
    assert_non_null(file);
    size_t length = fread(pem, 1, sizeof pem, file);
    (void)fclose(file);
    return kalshi_key_read(ID, pem, length, error, sizeof error);
}

static struct kalshi_key *read_good(const char *name)
{
    struct kalshi_key *key = read_key(name);
    if (!key) fail_msg("refused: %s", error);
    return key;
}

/* The reason, and nothing else. */
static void refused(const char *name, const char *why)
{
    assert_null(read_key(name));
    assert_string_equal(error, why);
}

static void refused_text(const char *pem, size_t length, const char *why)
{
    assert_null(kalshi_key_read(ID, pem, length, error, sizeof error));
    assert_string_equal(error, why);
}

static void need_openssl(void)
{
    if (have_openssl) return;
    print_message("skipped: no openssl command\n");
    skip();
}

/* --- signatures --- */

static size_t unbase64(const char *base64, unsigned char *out)
{
    size_t length = strlen(base64);
    assert_true(length > 0 && length % 4 == 0);
    int written = EVP_DecodeBlock(out, (const unsigned char *)base64, (int)length);
    assert_true(written > 0);
    while (base64[--length] == '=') written--;
    return (size_t)written;
}

/* Lays a signature and its message out for the command line; returns the signature's length. */
static size_t lay_out(const struct kalshi_signature *signature, const char *message)
{
    unsigned char raw[KALSHI_SIGNATURE_SIZE];
    size_t length = unbase64(signature->signature, raw);
    write_file("signature", raw, length);
    write_file("message", message, strlen(message));
    return length;
}

#define VERIFY_PSS                                                                                                     \
    "openssl dgst -sha256 -verify \"$KEYS/rsa.pub\" -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"           \
    " -sigopt rsa_mgf1_md:sha256 -signature \"$KEYS/signature\" \"$KEYS/message\" >/dev/null 2>&1"
#define VERIFY_ED25519                                                                                                 \
    "openssl pkeyutl -verify -rawin -pubin -inkey \"$KEYS/ed25519.pub\" -sigfile \"$KEYS/signature\""                  \
    " -in \"$KEYS/message\" >/dev/null 2>&1"

static void rsa_keys_sign_by_pss(void **state)
{
    (void)state;
    need_openssl();
    static const char *const files[] = {"rsa1.pem", "rsa8.pem", "rsa-crlf.pem"};
    for (unsigned n = 0; n < sizeof files / sizeof files[0]; n++) {
        struct kalshi_signature signature;
        struct kalshi_key *key = read_good(files[n]);
        assert_true(kalshi_sign(key, "GET", PATH_WS, WHEN, &signature));
        assert_string_equal(signature.timestamp, "1703123456789");
        assert_int_equal(lay_out(&signature, "1703123456789GET/trade-api/ws/v2"), 256);
        assert_true(run(VERIFY_PSS));
        assert_int_equal(lay_out(&signature, "1703123456788GET/trade-api/ws/v2"), 256);
        assert_false(run(VERIFY_PSS));
        kalshi_key_free(key);
    }
}

static void ed25519_keys_sign_plainly(void **state)
{
    (void)state;
    need_openssl();
    struct kalshi_signature signature;
    struct kalshi_key *key = read_good("ed25519.pem");
    assert_true(kalshi_sign(key, "GET", PATH_WS, WHEN, &signature));
    assert_int_equal(lay_out(&signature, "1703123456789GET/trade-api/ws/v2"), 64);
    assert_true(run(VERIFY_ED25519));
    assert_int_equal(lay_out(&signature, "1703123456789GET/trade-api/ws/v1"), 64);
    assert_false(run(VERIFY_ED25519));
    kalshi_key_free(key);
}

static void long_rsa_keys_fit(void **state)
{
    (void)state;
    need_openssl();
    assert_true(run("openssl genrsa -out \"$KEYS/rsa.pem\" 3072 2>/dev/null"));
    struct kalshi_signature signature;
    unsigned char raw[KALSHI_SIGNATURE_SIZE];
    struct kalshi_key *key = read_good("rsa.pem");
    assert_true(kalshi_sign(key, "GET", PATH_WS, WHEN, &signature));
    assert_int_equal(unbase64(signature.signature, raw), 384);
    kalshi_key_free(key);
}

static void a_query_is_not_signed(void **state)
{
    (void)state;
    need_openssl();
    struct kalshi_signature with, without;
    struct kalshi_key *key = read_good("ed25519.pem");
    assert_true(kalshi_sign(key, "GET", "/trade-api/v2/markets?limit=5&x=?", WHEN, &with));
    assert_true(kalshi_sign(key, "GET", "/trade-api/v2/markets", WHEN, &without));
    assert_string_equal(with.signature, without.signature);
    kalshi_key_free(key);
}

static void each_signature_is_new(void **state)
{
    (void)state;
    need_openssl();
    struct kalshi_signature one, two;
    struct kalshi_key *key = read_good("rsa8.pem");
    assert_true(kalshi_sign(key, "GET", PATH_WS, WHEN, &one));
    assert_true(kalshi_sign(key, "GET", PATH_WS, WHEN, &two)); /* the salt is random */
    assert_string_not_equal(one.signature, two.signature);
    kalshi_key_free(key);
    key = read_good("ed25519.pem");
    assert_true(kalshi_sign(key, "GET", PATH_WS, WHEN, &one));
    assert_true(kalshi_sign(key, "GET", PATH_WS, WHEN + 1, &two));
    assert_string_not_equal(one.signature, two.signature);
    kalshi_key_free(key);
}

static void what_cannot_be_signed_is_refused(void **state)
{
    (void)state;
    need_openssl();
    char path[4096];
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    struct kalshi_signature signature;
    struct kalshi_key *key = read_good("ed25519.pem");
    assert_false(kalshi_sign(key, "GET", path, WHEN, &signature));
    assert_string_equal(signature.signature, "");
    assert_false(kalshi_sign(key, "GET", PATH_WS, -1, &signature));
    assert_true(kalshi_sign(key, "GET", PATH_WS, INT64_MAX, &signature));
    assert_string_equal(signature.timestamp, "9223372036854775807");
    kalshi_key_free(key);
}

static void a_key_knows_its_id(void **state)
{
    (void)state;
    need_openssl();
    struct kalshi_key *key = read_good("ed25519.pem");
    assert_string_equal(kalshi_key_id(key), ID);
    kalshi_key_free(key);
    kalshi_key_free(NULL);
}

/* --- refusals --- */

static void kinds_of_keys_that_kalshi_has_not_are_refused(void **state)
{
    (void)state;
    need_openssl();
    refused("ec.pem", "it is an EC key; Kalshi's keys are RSA or Ed25519");
    refused("x25519.pem", "it is a key of another kind; Kalshi's keys are RSA or Ed25519");
    refused("pss.pem", "it is a key of another kind; Kalshi's keys are RSA or Ed25519");
    refused("short.pem", "an RSA key must have 2048 bits at least");
    refused("rsa.pub", "it is not a private key in PEM form");
}

static void encrypted_keys_are_refused_without_a_question(void **state)
{
    (void)state;
    need_openssl();
    static const char why[] = "the key is encrypted; booktop asks for no pass phrase and needs it without";
    refused("encrypted1.pem", why);
    refused("encrypted8.pem", why);
}

static void texts_that_are_no_key_are_refused(void **state)
{
    (void)state;
    static const char canary[] = "-----BEGIN PRIVATE KEY-----\nY2FuYXJ5\n-----END PRIVATE KEY-----\n";
    static const char why[] = "it is not a private key in PEM form";
    static char large[64 * 1024];
    memset(large, 'k', sizeof large);
    refused_text("", 0, why);
    refused_text("\0\1\2not a key", 12, why);
    refused_text(canary, sizeof canary - 1, why);
    refused_text(canary, sizeof canary / 2, why);
    refused_text(large, sizeof large, why);
    assert_null(kalshi_key_read(ID, "", SIZE_MAX, NULL, 0)); /* too long to be looked at */
    assert_null(kalshi_key_read(ID, "", 0, error, 8));       /* cut, terminated */
    assert_string_equal(error, "it is n");
}

static void ids_that_are_no_header_are_refused(void **state)
{
    (void)state;
    char longest[KALSHI_KEY_ID_SIZE + 1];
    static const char blanks[] = "it may have printable ASCII characters only, and no blanks";
    static const char *const bad[] = {"a b", "a\r\nX: y", "caf\xc3\xa9", "\x7f", " "};
    for (unsigned n = 0; n < sizeof bad / sizeof bad[0]; n++) {
        assert_string_equal(kalshi_key_id_fault(bad[n]), blanks);
        assert_null(kalshi_key_read(bad[n], "", 0, error, sizeof error));
        assert_string_equal(error, blanks);
    }
    assert_string_equal(kalshi_key_id_fault(""), "it is empty");
    memset(longest, 'a', KALSHI_KEY_ID_SIZE);
    longest[KALSHI_KEY_ID_SIZE] = '\0';
    assert_string_equal(kalshi_key_id_fault(longest), "it is too long");
    longest[KALSHI_KEY_ID_SIZE - 1] = '\0';
    assert_null(kalshi_key_id_fault(longest));
}

/* --- keys --- */

static const char *const commands[] = {
    "openssl genrsa -traditional -out rsa1.pem 2048",
    "openssl pkcs8 -topk8 -nocrypt -in rsa1.pem -out rsa8.pem",
    "openssl pkey -in rsa1.pem -pubout -out rsa.pub",
    "sed 's/$/\\r/' rsa8.pem > rsa-crlf.pem",
    "openssl genpkey -algorithm ED25519 -out ed25519.pem",
    "openssl pkey -in ed25519.pem -pubout -out ed25519.pub",
    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem",
    "openssl genpkey -algorithm X25519 -out x25519.pem",
    "openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out pss.pem",
    "openssl genrsa -out short.pem 1024",
    "openssl rsa -in rsa1.pem -aes128 -passout pass:secret -traditional -out encrypted1.pem",
    "openssl pkcs8 -topk8 -in rsa1.pem -passout pass:secret -out encrypted8.pem",
};

static void keys_make(void)
{
    for (unsigned n = 0; n < sizeof commands / sizeof commands[0]; n++) {
        char command[256];
        (void)snprintf(command, sizeof command, "cd \"$KEYS\" && { %s; } >/dev/null 2>&1", commands[n]);
        if (!run(command)) fail_msg("failed: %s", commands[n]);
    }
}

static int group_setup(void **state)
{
    (void)state;
    const char *temporary = getenv("TMPDIR");
    (void)snprintf(folder, sizeof folder, "%s/booktop-keys-XXXXXX", temporary && *temporary ? temporary : "/tmp");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(setenv("KEYS", folder, 1), 0);
    have_openssl = run("command -v openssl >/dev/null");
    if (have_openssl) keys_make();
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    return run("rm -rf \"$KEYS\"") ? 0 : -1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsa_keys_sign_by_pss),
        cmocka_unit_test(ed25519_keys_sign_plainly),
        cmocka_unit_test(long_rsa_keys_fit),
        cmocka_unit_test(a_query_is_not_signed),
        cmocka_unit_test(each_signature_is_new),
        cmocka_unit_test(what_cannot_be_signed_is_refused),
        cmocka_unit_test(a_key_knows_its_id),
        cmocka_unit_test(kinds_of_keys_that_kalshi_has_not_are_refused),
        cmocka_unit_test(encrypted_keys_are_refused_without_a_question),
        cmocka_unit_test(texts_that_are_no_key_are_refused),
        cmocka_unit_test(ids_that_are_no_header_are_refused),
    };
    (void)alarm(300);
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
