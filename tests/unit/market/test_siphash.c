#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../../src/market/siphash.h"

/* Expected values by OpenSSL:
 *   openssl mac -macopt c-rounds:1 -macopt d-rounds:3 -macopt size:8 -macopt hexkey:000102…0f -in FILE SIPHASH
 * for files of the bytes 0, 1, 2, …; the bytes it prints are the little-endian value. */
static const struct {
    size_t length;
    uint8_t sum[8];
} vectors[] = {
    {0, {0xDC, 0xC4, 0x0F, 0x05, 0x58, 0x01, 0xAC, 0xAB}},  {1, {0x93, 0xCA, 0x57, 0x7D, 0xF3, 0x9B, 0xF4, 0xC9}},
    {7, {0x40, 0x11, 0xB1, 0x9B, 0x98, 0x7D, 0x92, 0xD3}},  {8, {0x8E, 0x9A, 0x29, 0x8D, 0x11, 0x95, 0x90, 0x36}},
    {15, {0x56, 0x99, 0x51, 0x2A, 0x6D, 0xD8, 0x20, 0xD3}}, {16, {0x66, 0x8B, 0x90, 0x7D, 0x1A, 0xDD, 0x4F, 0xCC}},
    {63, {0xA8, 0xB3, 0xBB, 0xB7, 0x62, 0x90, 0x19, 0x9D}}, {77, {0xCC, 0x0F, 0x56, 0x4F, 0x5B, 0x33, 0x35, 0x1A}},
};

static void sums_are_those_of_openssl(void **state)
{
    (void)state;
    uint8_t bytes[77];
    for (size_t n = 0; n < sizeof bytes; n++) bytes[n] = (uint8_t)n;
    struct siphash_key key = siphash_key(bytes); /* 00 01 … 0f */
    for (size_t n = 0; n < sizeof vectors / sizeof *vectors; n++) {
        uint64_t sum = siphash_1_3(key, bytes, vectors[n].length);
        for (unsigned byte = 0; byte < 8; byte++) assert_int_equal((uint8_t)(sum >> 8 * byte), vectors[n].sum[byte]);
    }
}

static void key_matters(void **state)
{
    (void)state;
    uint8_t bytes[16] = {0};
    uint64_t before = siphash_1_3(siphash_key(bytes), "token", 5);
    for (unsigned n = 0; n < sizeof bytes; n++) {
        bytes[n] = 1;
        assert_true(siphash_1_3(siphash_key(bytes), "token", 5) != before);
        bytes[n] = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_are_those_of_openssl),
        cmocka_unit_test(key_matters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
