/* Against b3sum, the reference implementation's own program: random inputs, given to us in random pieces. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "booktop/base/blake3.h"

#define INPUTS     10000
#define BATCH      500 /* files at a time */
#define LENGTH_MAX 20000
#define HEX_SIZE   (2 * BLAKE3_SIZE + 1)
#define PATH_SIZE  256

static char folder[PATH_SIZE];
static char expected[BATCH][HEX_SIZE];
static uint8_t input[LENGTH_MAX];

/* splitmix64. */
static uint64_t roll(uint64_t *dice)
{
    uint64_t value = *dice += UINT64_C(0x9e3779b97f4a7c15);
    value = (value ^ (value >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    value = (value ^ (value >> 27)) * UINT64_C(0x94d049bb133111eb);
    return value ^ (value >> 31);
}

static size_t below(uint64_t *dice, size_t bound)
{
    return (size_t)(roll(dice) % bound);
}

/* Short ones are as likely as long ones: most of what can go wrong goes wrong around 64 and 1024 bytes. */
static size_t draw_length(uint64_t *dice)
{
    size_t bound = (size_t)2 << below(dice, 15);
    return below(dice, bound < LENGTH_MAX ? bound : LENGTH_MAX + 1);
}

static void draw_input(uint64_t *dice, size_t length)
{
    for (size_t i = 0; i < length; i += sizeof(uint64_t)) {
        uint64_t value = roll(dice);
        memcpy(input + i, &value, length - i < sizeof value ? length - i : sizeof value);
    }
}

static void hash_in_pieces(uint64_t *dice, size_t length, char out[HEX_SIZE])
{
    struct blake3 hash;
    uint8_t bytes[BLAKE3_SIZE];
    blake3_init(&hash);
    for (size_t done = 0; done < length;) {
        size_t bound = (size_t)2 << below(dice, 15), left = length - done;
        size_t piece = below(dice, bound < left ? bound : left + 1); /* may be none */
        blake3_update(&hash, input + done, piece);
        done += piece;
    }
    blake3_final(&hash, bytes);
    for (size_t i = 0; i < BLAKE3_SIZE; i++) (void)snprintf(out + 2 * i, 3, "%02x", bytes[i]);
}

static void name_file(char path[PATH_SIZE], unsigned number)
{
    assert_true((size_t)snprintf(path, PATH_SIZE, "%.*s/%04u", PATH_SIZE - 8, folder, number) < PATH_SIZE);
}

static void write_input(unsigned number, size_t length)
{
    char path[PATH_SIZE];
    name_file(path, number);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(input, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

/* b3sum's digests of all files in the folder, in the order of their names. */
static void compare_batch(void)
{
    char command[PATH_SIZE + 64], line[HEX_SIZE + 8];
    (void)snprintf(command, sizeof command, "cd '%s' && LC_ALL=C b3sum --no-names *", folder);
    FILE *digests = popen(command, "r");
    assert_non_null(digests);
    for (unsigned i = 0; i < BATCH; i++) {
        assert_non_null(fgets(line, sizeof line, digests));
        line[strcspn(line, "\n")] = '\0';
        assert_string_equal(expected[i], line);
    }
    assert_null(fgets(line, sizeof line, digests));
    assert_int_equal(pclose(digests), 0);
}

static void random_inputs_in_random_pieces(void **state)
{
    (void)state;
    if (!folder[0]) {
        puts("b3sum is not installed: skipped");
        skip();
    }
    uint64_t dice = UINT64_C(0xb3b3b3);
    for (unsigned done = 0; done < INPUTS; done += BATCH) {
        for (unsigned i = 0; i < BATCH; i++) {
            size_t length = draw_length(&dice);
            draw_input(&dice, length);
            hash_in_pieces(&dice, length, expected[i]);
            write_input(i, length);
        }
        compare_batch();
    }
}

static int open_folder(void **state)
{
    (void)state;
    const char *parent = getenv("TMPDIR");
    if (!parent) parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
    if (system("command -v b3sum >/dev/null 2>&1") != 0) return 0;
    if ((size_t)snprintf(folder, sizeof folder, "%s/booktop-b3sum-XXXXXX", parent) >= sizeof folder - 8) return -1;
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
    char path[PATH_SIZE];
    (void)state;
    if (!folder[0]) return 0;
    for (unsigned i = 0; i < BATCH; i++) {
        name_file(path, i);
        (void)unlink(path);
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_inputs_in_random_pieces),
    };
    return cmocka_run_group_tests_name("base/blake3_b3sum", tests, open_folder, close_folder);
}
