#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>
#include <sched.h>
#include <string.h>

#include "booktop/base/triple_buffer.h"

#define WORDS  64
#define VALUES 200000U

/* A value whose words all say the same, so that a torn one is seen. */
struct value {
    uint32_t words[WORDS];
};

static void put(struct triple_buffer *buffer, uint32_t number)
{
    struct value *slot = triple_buffer_slot(buffer);
    for (int i = 0; i < WORDS; i++) slot->words[i] = number;
}

static uint32_t read_whole(const struct value *value)
{
    for (int i = 1; i < WORDS; i++) assert_int_equal(value->words[i], value->words[0]);
    return value->words[0];
}

static void slots_start_zeroed_and_aligned(void **state)
{
    (void)state;
    struct triple_buffer *buffer = triple_buffer_create(100);
    assert_non_null(buffer);
    assert_null(triple_buffer_take(buffer));
    static const unsigned char zeros[100] = {0};
    const void *seen[3] = {NULL};
    for (int i = 0; i < 3; i++) {
        /* Each slot in turn, as the reader lets go of them. */
        void *slot = triple_buffer_slot(buffer);
        assert_int_equal((uintptr_t)slot % 64, 0);
        assert_memory_equal(slot, zeros, sizeof zeros);
        for (int k = 0; k < i; k++) assert_ptr_not_equal(slot, seen[k]);
        memset(slot, 0xFF, sizeof zeros);
        seen[i] = slot;
        assert_true(triple_buffer_publish(buffer));
        assert_ptr_equal(triple_buffer_take(buffer), slot);
    }
    triple_buffer_destroy(buffer);
    triple_buffer_destroy(NULL);
}

static void only_the_newest_value_is_seen(void **state)
{
    (void)state;
    struct triple_buffer *buffer = triple_buffer_create(sizeof(struct value));
    assert_true(triple_buffer_taken(buffer));
    put(buffer, 1);
    assert_ptr_equal(triple_buffer_slot(buffer), triple_buffer_slot(buffer));
    assert_true(triple_buffer_publish(buffer));
    assert_false(triple_buffer_taken(buffer));
    put(buffer, 2);
    assert_false(triple_buffer_publish(buffer)); /* 1 was never taken */
    const struct value *taken = triple_buffer_take(buffer);
    assert_int_equal(read_whole(taken), 2);
    assert_true(triple_buffer_taken(buffer));
    assert_null(triple_buffer_take(buffer));
    /* The reader's value stays whole whatever the writer does. */
    for (uint32_t n = 3; n < 10; n++) {
        put(buffer, n);
        assert_int_equal(triple_buffer_publish(buffer), n == 3);
        assert_int_equal(read_whole(taken), 2);
    }
    assert_int_equal(read_whole(triple_buffer_take(buffer)), 9);
    triple_buffer_destroy(buffer);
}

static void sizes_beyond_memory_are_refused(void **state)
{
    (void)state;
    assert_null(triple_buffer_create(SIZE_MAX));
    assert_null(triple_buffer_create(SIZE_MAX / 3));
}

static void *write_all(void *context)
{
    struct triple_buffer *buffer = context;
    for (uint32_t n = 1; n <= VALUES; n++) {
        put(buffer, n);
        (void)triple_buffer_publish(buffer);
    }
    return NULL;
}

static void two_threads_never_tear_and_never_go_back(void **state)
{
    (void)state;
    struct triple_buffer *buffer = triple_buffer_create(sizeof(struct value));
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, write_all, buffer), 0);
    uint32_t last = 0;
    while (last < VALUES) { /* the last value is never lost */
        const struct value *value = triple_buffer_take(buffer);
        if (value == NULL) {
            sched_yield();
            continue;
        }
        uint32_t number = read_whole(value);
        assert_true(number > last);
        last = number;
    }
    pthread_join(writer, NULL);
    assert_null(triple_buffer_take(buffer));
    triple_buffer_destroy(buffer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_start_zeroed_and_aligned),
        cmocka_unit_test(only_the_newest_value_is_seen),
        cmocka_unit_test(sizes_beyond_memory_are_refused),
        cmocka_unit_test(two_threads_never_tear_and_never_go_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
