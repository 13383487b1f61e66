#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "booktop/base/ring.h"

#define RECORDS 200000U

/* Record number n: a length and bytes that follow from n alone. */
static size_t record_make(uint32_t n, unsigned char *out)
{
    size_t length = n * UINT32_C(2654435761) % 200;
    for (size_t i = 0; i < length; i++) out[i] = (unsigned char)(n + i);
    return length;
}

static void check_record(struct ring *ring, uint32_t n)
{
    unsigned char wanted[200];
    size_t wanted_length = record_make(n, wanted);
    size_t length = 0;
    const void *record = ring_peek(ring, &length);
    assert_non_null(record);
    assert_int_equal(length, wanted_length);
    assert_int_equal((uintptr_t)record % 8, 0);
    assert_true(length == 0 || memcmp(record, wanted, length) == 0);
    assert_ptr_equal(ring_peek(ring, &length), record); /* the same until it is popped */
    ring_pop(ring);
}

static bool push_record(struct ring *ring, uint32_t n)
{
    unsigned char record[200];
    size_t length = record_make(n, record);
    return ring_push(ring, record, length);
}

static void an_empty_ring_has_nothing(void **state)
{
    (void)state;
    struct ring *ring = ring_create(0);
    assert_non_null(ring);
    size_t length = 7;
    assert_null(ring_peek(ring, &length));
    assert_int_equal(length, 7);
    assert_int_equal(ring_used(ring), 0);
    ring_destroy(ring);
    ring_destroy(NULL);
}

static void records_without_bytes_count(void **state)
{
    (void)state;
    struct ring *ring = ring_create(1024);
    size_t length = 7;
    assert_true(ring_push(ring, NULL, 0));
    assert_non_null(ring_peek(ring, &length));
    assert_int_equal(length, 0);
    ring_pop(ring);
    assert_null(ring_peek(ring, &length));
    ring_destroy(ring);
}

static void the_longest_record_is_a_quarter(void **state)
{
    (void)state;
    struct ring *ring = ring_create(1000); /* becomes 1024 */
    unsigned char record[257] = {1, 2, 3};
    size_t length;
    assert_false(ring_push(ring, record, 257));
    /* At every place of the ring it goes in once the ring is empty. */
    for (int i = 0; i < 200; i++) {
        assert_true(ring_push(ring, record, 256));
        assert_memory_equal(ring_peek(ring, &length), record, 256);
        assert_int_equal(length, 256);
        ring_pop(ring);
        assert_true(ring_push(ring, record, (size_t)i % 32));
        assert_non_null(ring_peek(ring, &length));
        ring_pop(ring);
    }
    assert_int_equal(ring_used(ring), 0);
    ring_destroy(ring);
}

static void a_full_ring_refuses_and_keeps_what_it_has(void **state)
{
    (void)state;
    struct ring *ring = ring_create(4096);
    uint32_t pushed = 0;
    uint32_t popped = 0;
    for (int round = 0; round < 500; round++) {
        while (push_record(ring, pushed)) pushed++;
        assert_true(ring_used(ring) > 4096 - 2 * 208 && ring_used(ring) <= 4096);
        assert_false(push_record(ring, pushed));
        for (int i = 0; i < 1 + round % 30 && popped < pushed; i++) check_record(ring, popped++);
    }
    while (popped < pushed) check_record(ring, popped++);
    size_t length;
    assert_null(ring_peek(ring, &length));
    assert_true(pushed > 5000);
    ring_destroy(ring);
}

static void exactly_full(void **state)
{
    (void)state;
    struct ring *ring = ring_create(1024);
    unsigned char record[120] = {0};
    for (int i = 0; i < 8; i++) assert_true(ring_push(ring, record, sizeof record)); /* 8 × (8 + 120) */
    assert_int_equal(ring_used(ring), 1024);
    assert_false(ring_push(ring, record, 0));
    size_t length;
    assert_non_null(ring_peek(ring, &length));
    ring_pop(ring);
    assert_true(ring_push(ring, record, sizeof record));
    ring_destroy(ring);
}

static void sizes_beyond_memory_are_refused(void **state)
{
    (void)state;
    assert_null(ring_create(SIZE_MAX));
}

static void *write_all(void *context)
{
    struct ring *ring = context;
    for (uint32_t n = 0; n < RECORDS; n++)
        while (!push_record(ring, n)) sched_yield();
    return NULL;
}

static void two_threads_see_the_same_records(void **state)
{
    (void)state;
    struct ring *ring = ring_create(4096);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_all, ring), 0);
    for (uint32_t n = 0; n < RECORDS; n++) {
        size_t length;
        while (ring_peek(ring, &length) == NULL) sched_yield();
        check_record(ring, n);
        assert_true(ring_used(ring) <= 4096);
    }
    pthread_join(writer, NULL);
    assert_int_equal(ring_used(ring), 0);
    ring_destroy(ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_ring_has_nothing),
        cmocka_unit_test(records_without_bytes_count),
        cmocka_unit_test(the_longest_record_is_a_quarter),
        cmocka_unit_test(a_full_ring_refuses_and_keeps_what_it_has),
        cmocka_unit_test(exactly_full),
        cmocka_unit_test(sizes_beyond_memory_are_refused),
        cmocka_unit_test(two_threads_see_the_same_records),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
