/* Order and wholeness of what goes through the queue: small records and long ones, with a fast and a slow reader. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/record/recorder.h"

#include "../../../src/record/queue.h"

#define RECORDS 60000u
#define LONGEST (300u << 10)

static unsigned char pattern[LONGEST + 256];

/* The n-th record: its number, and bytes that follow from it. Some are long. */
static size_t length_of(uint32_t n)
{
    uint32_t dice = n * UINT32_C(2654435761) >> 8;
    return n % 997 == 0 ? 1000 + dice % (LONGEST - 1000) : dice % 500;
}

static bool put(struct queue *queue, uint32_t n)
{
    const struct text parts[] = {
        {(const char *)&n, sizeof n}, {NULL, 0}, {(const char *)pattern + n % 256, length_of(n)}};
    return queue_put(queue, parts, 3);
}

static bool is_record(struct text record, uint32_t n)
{
    uint32_t found;
    if (record.length != sizeof found + length_of(n) || (uintptr_t)record.at % 8 != 0) return false;
    memcpy(&found, record.at, sizeof found);
    return found == n && memcmp(record.at + sizeof found, pattern + n % 256, length_of(n)) == 0;
}

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof pattern; i++) pattern[i] = (unsigned char)(i * 31 ^ i >> 8);
    return 0;
}

/* Full, emptied by half, full again: the small ring, the large one, and back. */
static void order_is_kept_over_both_rings(void **state)
{
    (void)state;
    struct queue *queue = queue_create(8u << 20);
    struct text record;
    uint32_t in = 0, out = 0;
    assert_false(queue_take(queue, &record));
    for (unsigned round = 0; round < 6; round++) {
        while (put(queue, in)) in++;
        assert_true(queue_used(queue) > (6u << 20));
        assert_true(queue_is_pressing(queue));
        uint32_t until = round % 2 == 0 ? out + (in - out) / 2 : in;
        for (; out < until; out++) {
            assert_true(queue_take(queue, &record));
            assert_true(is_record(record, out));
            queue_release(queue);
        }
    }
    assert_false(queue_take(queue, &record));
    assert_int_equal(queue_used(queue), 0);
    assert_false(queue_is_pressing(queue));
    queue_destroy(queue);
}

static void a_long_record_is_whole_or_not_at_all(void **state)
{
    (void)state;
    struct queue *queue = queue_create(4096); /* one ring alone */
    struct text record;
    for (size_t length = 1; length < 6000; length++) {
        const struct text part = {(const char *)pattern, length};
        bool fits = queue_put(queue, &part, 1);
        if (length < 1500) assert_true(fits);
        if (length > 4096) assert_false(fits);
        assert_int_equal(queue_take(queue, &record), fits);
        if (!fits) continue;
        assert_int_equal(record.length, length);
        assert_memory_equal(record.at, pattern, length);
        queue_release(queue);
    }
    queue_destroy(queue);
}

static void the_largest_frame_fits_the_default(void **state)
{
    (void)state;
    struct queue *queue = queue_create(RECORDER_RING);
    size_t length = 16u << 20;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, '7', length);
    const struct text parts[] = {TEXT("head"), {bytes, length}};
    struct text record;
    for (unsigned i = 0; i < 3; i++) assert_true(queue_put(queue, parts, 2));
    for (unsigned i = 0; i < 3; i++) {
        assert_true(queue_take(queue, &record));
        assert_int_equal(record.length, length + 4);
        assert_memory_equal(record.at + 4, bytes, length);
        queue_release(queue);
    }
    free(bytes);
    queue_destroy(queue);
}

static void *feed(void *context)
{
    for (uint32_t n = 0; n < RECORDS; n++)
        while (!put(context, n)) sched_yield();
    return NULL;
}

static void two_threads(void **state)
{
    (void)state;
    struct queue *queue = queue_create(4u << 20);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, feed, queue), 0);
    struct text record;
    uint32_t wrong = 0;
    for (uint32_t n = 0; n < RECORDS; n++) {
        while (!queue_take(queue, &record)) sched_yield();
        wrong += !is_record(record, n);
        queue_release(queue);
    }
    pthread_join(thread, NULL);
    assert_int_equal(wrong, 0);
    queue_destroy(queue);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_kept_over_both_rings),
        cmocka_unit_test(a_long_record_is_whole_or_not_at_all),
        cmocka_unit_test(the_largest_frame_fits_the_default),
        cmocka_unit_test(two_threads),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
