/* Against the official vectors of the BLAKE3 reference repository (CC0), their `hash` column. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/blake3.h"

#define VECTORS_PATH "tests/unit/base/blake3_test_vectors.json"
#define VECTORS_MAX  64
#define INPUT_MAX    102400
#define HEX_SIZE     (2 * BLAKE3_SIZE + 1)

struct vector {
    size_t length;
    char hex[HEX_SIZE];
};

static struct vector vectors[VECTORS_MAX];
static size_t vector_count;
static uint8_t input[INPUT_MAX];

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    char *text = calloc(1, 1 << 16);
    assert_non_null(text);
    size_t length = fread(text, 1, (1 << 16) - 1, file);
    assert_true(length > 0 && feof(file));
    fclose(file);
    return text;
}

static int load(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof input; i++) input[i] = (uint8_t)(i % 251);
    char *text = read_file(VECTORS_PATH);
    for (const char *at = text; (at = strstr(at, "\"input_len\": ")) != NULL; vector_count++) {
        assert_true(vector_count < VECTORS_MAX);
        struct vector *vector = &vectors[vector_count];
        vector->length = strtoul(at + strlen("\"input_len\": "), NULL, 10);
        assert_true(vector->length <= INPUT_MAX);
        at = strstr(at, "\"hash\": \"");
        assert_non_null(at);
        (void)snprintf(vector->hex, sizeof vector->hex, "%s", at + strlen("\"hash\": \""));
    }
    free(text);
    assert_int_equal(vector_count, 35);
    return 0;
}

static void check_final(const struct blake3 *hash, const struct vector *vector)
{
    uint8_t out[BLAKE3_SIZE];
    char hex[HEX_SIZE];
    blake3_final(hash, out);
    for (size_t i = 0; i < BLAKE3_SIZE; i++) (void)snprintf(hex + 2 * i, 3, "%02x", out[i]);
    assert_string_equal(hex, vector->hex);
}

static void whole_inputs(void **state)
{
    (void)state;
    for (size_t i = 0; i < vector_count; i++) {
        struct blake3 hash;
        blake3_init(&hash);
        blake3_update(&hash, input, vectors[i].length);
        check_final(&hash, &vectors[i]);
    }
}

static void inputs_in_pieces(void **state)
{
    (void)state;
    static const size_t pieces[] = {1, 3, 63, 64, 65, 1000, 1023, 1024, 1025, 4096};
    for (size_t i = 0; i < vector_count; i++) {
        for (size_t k = 0; k < sizeof pieces / sizeof pieces[0]; k++) {
            struct blake3 hash;
            blake3_init(&hash);
            for (size_t done = 0; done < vectors[i].length;) {
                size_t left = vectors[i].length - done;
                size_t piece = left < pieces[k] ? left : pieces[k];
                blake3_update(&hash, input + done, piece);
                blake3_update(&hash, NULL, 0);
                done += piece;
            }
            check_final(&hash, &vectors[i]);
        }
    }
}

static void inputs_in_random_pieces(void **state)
{
    (void)state;
    uint64_t dice = 35;
    for (size_t i = 0; i < vector_count; i++) {
        for (unsigned turn = 0; turn < 20; turn++) {
            struct blake3 hash;
            blake3_init(&hash);
            for (size_t done = 0; done < vectors[i].length;) {
                dice = dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
                size_t left = vectors[i].length - done, piece = (size_t)(dice >> 33) % ((size_t)2 << (dice >> 60));
                if (piece > left) piece = left;
                blake3_update(&hash, input + done, piece);
                done += piece;
            }
            check_final(&hash, &vectors[i]);
        }
    }
}

static void one_state_through_all_lengths(void **state)
{
    (void)state;
    struct blake3 hash;
    blake3_init(&hash);
    size_t done = 0;
    for (size_t i = 0; i < vector_count; i++) {
        assert_true(vectors[i].length >= done);
        blake3_update(&hash, input + done, vectors[i].length - done);
        done = vectors[i].length;
        check_final(&hash, &vectors[i]);
        check_final(&hash, &vectors[i]); /* asking changes nothing */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_inputs),
        cmocka_unit_test(inputs_in_pieces),
        cmocka_unit_test(inputs_in_random_pieces),
        cmocka_unit_test(one_state_through_all_lengths),
    };
    return cmocka_run_group_tests(tests, load, NULL);
}
