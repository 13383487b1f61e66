#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "booktop/net/tls.h"

static X509 *certificate_of(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    X509 *certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(certificate);
    return certificate;
}

static EVP_PKEY *key_of(const char *pem)
{
    BIO *bio = BIO_new_mem_buf(pem, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    assert_non_null(key);
    return key;
}

/* What OpenSSL says of the certificate: X509_V_OK, or why not. */
static int verdict(const char *ca_pem, const char *certificate_pem)
{
    X509 *ca = certificate_of(ca_pem);
    X509 *certificate = certificate_of(certificate_pem);
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *context = X509_STORE_CTX_new();
    assert_int_equal(X509_STORE_add_cert(store, ca), 1);
    assert_int_equal(X509_STORE_CTX_init(context, store, certificate, NULL), 1);
    X509_STORE_CTX_set_purpose(context, X509_PURPOSE_SSL_SERVER);
    (void)X509_verify_cert(context);
    int error = X509_STORE_CTX_get_error(context);
    X509_STORE_CTX_free(context);
    X509_STORE_free(store);
    X509_free(certificate);
    X509_free(ca);
    return error;
}

static void the_certificate_is_good_for_loopback_and_nothing_else(void **state)
{
    (void)state;
    struct tls_authority authority;
    assert_true(tls_authority_create(&authority));
    assert_int_equal(verdict(authority.ca_pem, authority.certificate_pem), X509_V_OK);
    X509 *certificate = certificate_of(authority.certificate_pem);
    assert_int_equal(X509_check_host(certificate, "localhost", 0, 0, NULL), 1);
    assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.1", 0), 1);
    assert_int_equal(X509_check_ip_asc(certificate, "::1", 0), 1);
    assert_int_equal(X509_check_host(certificate, "example.org", 0, 0, NULL), 0);
    assert_int_equal(X509_check_ip_asc(certificate, "127.0.0.2", 0), 0);
    assert_int_equal(X509_check_ca(certificate), 0);
    X509_free(certificate);
    tls_authority_free(&authority);
    assert_null(authority.key_pem);
}

static void the_key_fits_the_certificate_and_is_p256(void **state)
{
    (void)state;
    struct tls_authority authority;
    assert_true(tls_authority_create(&authority));
    X509 *certificate = certificate_of(authority.certificate_pem);
    EVP_PKEY *key = key_of(authority.key_pem);
    assert_int_equal(X509_check_private_key(certificate, key), 1);
    assert_int_equal(EVP_PKEY_get_bits(key), 256);
    EVP_PKEY_free(key);
    X509_free(certificate);
    tls_authority_free(&authority);
}

static void two_authorities_do_not_vouch_for_each_other(void **state)
{
    (void)state;
    struct tls_authority one, other;
    assert_true(tls_authority_create(&one));
    assert_true(tls_authority_create(&other));
    assert_string_not_equal(one.key_pem, other.key_pem);
    assert_int_not_equal(verdict(one.ca_pem, other.certificate_pem), X509_V_OK);
    tls_authority_free(&one);
    tls_authority_free(&other);
}

static void every_flaw_is_what_it_is_called(void **state)
{
    (void)state;
    static const int verdicts[TLS_FLAW_COUNT] = {
        [TLS_SOUND] = X509_V_OK,
        [TLS_EXPIRED] = X509_V_ERR_CERT_HAS_EXPIRED,
        [TLS_FUTURE] = X509_V_ERR_CERT_NOT_YET_VALID,
        [TLS_OTHER_HOST] = X509_V_OK,
        [TLS_SELF_SIGNED] = X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
        [TLS_UNKNOWN] = X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        [TLS_WEAK] = X509_V_OK,
    };
    struct tls_authority authority;
    assert_true(tls_authority_create(&authority));
    for (int flaw = 0; flaw < TLS_FLAW_COUNT; flaw++) {
        struct tls_certificate made;
        assert_true(tls_certificate_create(&made, &authority, (enum tls_flaw)flaw));
        assert_int_equal(verdict(authority.ca_pem, made.pem), verdicts[flaw]);
        X509 *certificate = certificate_of(made.pem);
        assert_int_equal(X509_check_host(certificate, "localhost", 0, 0, NULL), flaw != TLS_OTHER_HOST);
        assert_int_equal(X509_check_host(certificate, "other.example", 0, 0, NULL), flaw == TLS_OTHER_HOST);
        assert_int_equal(EVP_PKEY_get_bits(X509_get0_pubkey(certificate)), flaw == TLS_WEAK ? 1024 : 256);
        EVP_PKEY *key = key_of(made.key_pem);
        assert_int_equal(X509_check_private_key(certificate, key), 1);
        EVP_PKEY_free(key);
        X509_free(certificate);
        tls_certificate_free(&made);
        assert_null(made.pem);
    }
    tls_authority_free(&authority);
    assert_null(authority.ca_key_pem);
}

static void without_the_authoritys_key_nothing_is_signed(void **state)
{
    (void)state;
    struct tls_authority authority;
    struct tls_certificate made;
    assert_true(tls_authority_create(&authority));
    memset(authority.ca_key_pem + 30, '!', 20);
    assert_false(tls_certificate_create(&made, &authority, TLS_EXPIRED));
    assert_null(made.pem);
    assert_null(made.key_pem);
    tls_authority_free(&authority);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_certificate_is_good_for_loopback_and_nothing_else),
        cmocka_unit_test(the_key_fits_the_certificate_and_is_p256),
        cmocka_unit_test(two_authorities_do_not_vouch_for_each_other),
        cmocka_unit_test(every_flaw_is_what_it_is_called),
        cmocka_unit_test(without_the_authoritys_key_nothing_is_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
