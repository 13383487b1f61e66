/* Who may open Kalshi's WebSocket. Keys and signatures are made here, by OpenSSL itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>

#include "booktop/exchange/kalshi/gate.h"
#include "kalshi_keys.h"

#define NOW_MS INT64_C(1795252000123)
#define PATH   "/trade-api/ws/v2"
#define RSA_ID "3c9f1a52-0000-4000-8000-00000000a001"
#define BAD    "{\"code\":\"token_authentication_failure\"}"
#define NOBODY "{\"code\":\"authentication_error\",\"details\":\"NOT_FOUND\"}"

struct scene {
    struct gate *gate;
    EVP_PKEY *own, *rsa, *stranger;
};

static int scene_begin(void **state)
{
    static struct scene scene;
    char path[] = "/tmp/booktop-keys-XXXXXX", error[160] = "";
    close(mkstemp(path));
    scene.rsa = EVP_RSA_gen(2048);
    scene.stranger = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    keys_write(path, (const char *const[]){RSA_ID}, &scene.rsa, 1);
    scene.gate = gate_create(7, path, error, sizeof error);
    unlink(path);
    if (scene.gate == NULL) fail_msg("%s", error);
    scene.own = key_read(gate_key_pem(scene.gate));
    *state = &scene;
    return 0;
}

static int scene_end(void **state)
{
    struct scene *scene = *state;
    EVP_PKEY_free(scene->own);
    EVP_PKEY_free(scene->rsa);
    EVP_PKEY_free(scene->stranger);
    gate_destroy(scene->gate);
    return 0;
}

static int admit(const struct scene *scene, const char *id, const char *stamp, const char *signature, const char **body)
{
    const struct gate_headers headers = {id, stamp, signature, false};
    return gate_admit(scene->gate, &headers, PATH, NOW_MS, body);
}

/* A request signed in order, at this time. */
static int admit_signed(const struct scene *scene, const char *id, EVP_PKEY *key, int64_t stamp_ms, const char **body)
{
    char stamp[32], message[128], signature[KEYS_SIGNATURE_SIZE];
    snprintf(stamp, sizeof stamp, "%lld", (long long)stamp_ms);
    snprintf(message, sizeof message, "%sGET" PATH, stamp);
    key_sign(key, KEY_PSS, message, signature);
    return admit(scene, id, stamp, signature, body);
}

static void both_kinds_of_keys_are_let_in(void **state)
{
    struct scene *scene = *state;
    const char *body;
    assert_int_equal(admit_signed(scene, gate_key_id(scene->gate), scene->own, NOW_MS, &body), 0);
    assert_int_equal(admit_signed(scene, RSA_ID, scene->rsa, NOW_MS, &body), 0);
    /* RSA with PSS is signed differently each time. */
    assert_int_equal(admit_signed(scene, RSA_ID, scene->rsa, NOW_MS, &body), 0);
}

static void the_clocks_may_differ_by_a_minute(void **state)
{
    struct scene *scene = *state;
    const char *id = gate_key_id(scene->gate), *body;
    assert_int_equal(admit_signed(scene, id, scene->own, NOW_MS - 60000, &body), 0);
    assert_int_equal(admit_signed(scene, id, scene->own, NOW_MS + 60000, &body), 0);
    assert_int_equal(admit_signed(scene, id, scene->own, NOW_MS - 60001, &body), 401);
    assert_string_equal(body, BAD);
    assert_int_equal(admit_signed(scene, id, scene->own, NOW_MS + 60001, &body), 401);
    /* Seconds are no milliseconds. */
    assert_int_equal(admit_signed(scene, id, scene->own, NOW_MS / 1000, &body), 401);
}

static void other_keys_are_refused(void **state)
{
    struct scene *scene = *state;
    const char *body;
    assert_int_equal(admit_signed(scene, "3c9f1a52-0000-4000-8000-00000000ffff", scene->own, NOW_MS, &body), 401);
    assert_string_equal(body, NOBODY);
    assert_int_equal(admit_signed(scene, gate_key_id(scene->gate), scene->stranger, NOW_MS, &body), 401);
    assert_string_equal(body, BAD);
    assert_int_equal(admit_signed(scene, RSA_ID, scene->own, NOW_MS, &body), 401);
    assert_int_equal(admit_signed(scene, gate_key_id(scene->gate), scene->rsa, NOW_MS, &body), 401);
}

static void other_signatures_are_refused(void **state)
{
    struct scene *scene = *state;
    const char *id = gate_key_id(scene->gate), *body;
    char signature[KEYS_SIGNATURE_SIZE];
    static const char *const messages[] = {
        "1795252000123GET/trade-api/ws/v2?x=1", "1795252000123POST/trade-api/ws/v2",
        "1795252000124GET/trade-api/ws/v2",     "1795252000123GET/trade-api/ws",
        "1795252000123 GET /trade-api/ws/v2",   "GET/trade-api/ws/v2",
    };
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        key_sign(scene->own, KEY_PSS, messages[i], signature);
        assert_int_equal(admit(scene, id, "1795252000123", signature, &body), 401);
        assert_string_equal(body, BAD);
    }
    key_sign(scene->rsa, KEY_PKCS1, "1795252000123GET" PATH, signature);
    assert_int_equal(admit(scene, RSA_ID, "1795252000123", signature, &body), 401);
    key_sign(scene->rsa, KEY_PSS_LONG_SALT, "1795252000123GET" PATH, signature);
    assert_int_equal(admit(scene, RSA_ID, "1795252000123", signature, &body), 401);
    key_sign(scene->rsa, KEY_PSS, "1795252000123GET" PATH, signature);
    assert_int_equal(admit(scene, RSA_ID, "1795252000123", signature, &body), 0);
    /* One bit, one sign, a blank, no padding, too much of it. */
    size_t length = strlen(signature);
    signature[10] = signature[10] == 'A' ? 'B' : 'A';
    assert_int_equal(admit(scene, RSA_ID, "1795252000123", signature, &body), 401);
    signature[10] = '-';
    assert_int_equal(admit(scene, RSA_ID, "1795252000123", signature, &body), 401);
    key_sign(scene->own, KEY_PSS, "1795252000123GET" PATH, signature);
    length = strlen(signature);
    assert_int_equal(signature[length - 1], '=');
    char changed[KEYS_SIGNATURE_SIZE + 8];
    snprintf(changed, sizeof changed, "%s\n", signature);
    assert_int_equal(admit(scene, id, "1795252000123", changed, &body), 401);
    snprintf(changed, sizeof changed, "%.*s", (int)length - 2, signature);
    assert_int_equal(admit(scene, id, "1795252000123", changed, &body), 401);
    snprintf(changed, sizeof changed, "%s====", signature);
    assert_int_equal(admit(scene, id, "1795252000123", changed, &body), 401);
    static char long_one[2048];
    memset(long_one, 'A', sizeof long_one - 4);
    assert_int_equal(admit(scene, id, "1795252000123", long_one, &body), 401);
}

static void missing_headers_are_refused(void **state)
{
    struct scene *scene = *state;
    const char *id = gate_key_id(scene->gate), *body = NULL;
    assert_int_equal(admit(scene, "", "", "", &body), 401);
    assert_string_equal(body, BAD);
    assert_int_equal(admit(scene, id, "", "AAAA", &body), 401);
    assert_string_equal(body, BAD);
    assert_int_equal(admit(scene, id, "1795252000123", "", &body), 401);
    assert_string_equal(body, BAD);
    assert_int_equal(admit(scene, "", "1795252000123", "AAAA", &body), 401);
    assert_string_equal(body, BAD);
    assert_int_equal(admit(scene, id, "soon", "AAAA", &body), 401);
    assert_string_equal(body, BAD);
    /* Browsers are not wanted, whatever they show. */
    const struct gate_headers headers = {id, "1795252000123", "AAAA", true};
    assert_int_equal(gate_admit(scene->gate, &headers, PATH, NOW_MS, &body), 403);
}

static void the_id_is_the_seeds_and_the_key_is_not(void **state)
{
    struct scene *scene = *state;
    char error[160] = "";
    struct gate *same = gate_create(7, NULL, error, sizeof error), *other = gate_create(8, NULL, error, sizeof error);
    assert_non_null(same);
    assert_non_null(other);
    assert_string_equal(gate_key_id(same), gate_key_id(scene->gate));
    assert_string_not_equal(gate_key_id(other), gate_key_id(scene->gate));
    assert_int_equal(strlen(gate_key_id(same)), 36);
    EVP_PKEY *key = key_read(gate_key_pem(same));
    assert_int_equal(EVP_PKEY_get_base_id(key), EVP_PKEY_ED25519);
    assert_int_not_equal(EVP_PKEY_eq(key, scene->own), 1);
    EVP_PKEY_free(key);
    gate_destroy(same);
    gate_destroy(other);
    gate_destroy(NULL);
}

static void wrong_files_are_refused(void **state)
{
    (void)state;
    static const char *const files[] = {
        "nothing\n",
        "id\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        "id\n-----BEGIN PUBLIC KEY-----\nAAAA\n",
    };
    char error[160] = "", path[] = "/tmp/booktop-keys-XXXXXX";
    assert_null(gate_create(1, "/nonexistent/keys", error, sizeof error));
    assert_string_equal(error, "/nonexistent/keys: No such file or directory");
    int descriptor = mkstemp(path);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        assert_int_equal(pwrite(descriptor, files[i], strlen(files[i]), 0), strlen(files[i]));
        assert_int_equal(ftruncate(descriptor, (off_t)strlen(files[i])), 0);
        assert_null(gate_create(1, path, error, sizeof error));
        assert_non_null(strstr(error, "public key"));
    }
    /* A key without an id. */
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    keys_write(path, (const char *const[]){""}, &key, 1);
    assert_null(gate_create(1, path, error, sizeof error));
    EVP_PKEY_free(key);
    close(descriptor);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_kinds_of_keys_are_let_in), cmocka_unit_test(the_clocks_may_differ_by_a_minute),
        cmocka_unit_test(other_keys_are_refused),        cmocka_unit_test(other_signatures_are_refused),
        cmocka_unit_test(missing_headers_are_refused),   cmocka_unit_test(the_id_is_the_seeds_and_the_key_is_not),
        cmocka_unit_test(wrong_files_are_refused),
    };
    return cmocka_run_group_tests(tests, scene_begin, scene_end);
}
