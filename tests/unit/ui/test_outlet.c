/* The way of bytes to somebody who may not take them: through a pipe that nobody empties. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../../src/ui/outlet.h"
#include "booktop/base/clock.h"

static int ends[2];

static int set_up(void **state)
{
    (void)state;
    signal(SIGPIPE, SIG_IGN);
    return pipe2(ends, O_CLOEXEC);
}

static int tear_down(void **state)
{
    (void)state;
    close(ends[0]);
    close(ends[1]);
    return 0;
}

static void fill(struct outlet *outlet)
{
    static char bytes[4097];
    memset(bytes, 'x', sizeof bytes - 1);
    for (int i = 0; i < 1000 && outlet_empty(outlet); i++) {
        assert_true(outlet_add(outlet, bytes));
        outlet_flush(outlet);
    }
    assert_false(outlet_empty(outlet));
}

/* How many of the bytes at the other end are `mark`. */
static size_t count(char mark)
{
    char bytes[4096];
    size_t found = 0;
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    for (ssize_t got; (got = read(ends[0], bytes, sizeof bytes)) > 0;) {
        for (ssize_t i = 0; i < got; i++) found += bytes[i] == mark;
    }
    return found;
}

/* An open file that others share is as it was after every call. */
static void never_waits(void **state)
{
    (void)state;
    struct outlet outlet;
    assert_true(outlet_open(&outlet, ends[1]));
    fill(&outlet);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    assert_true(outlet_add(&outlet, "the end!"));
    size_t left = outlet.length - outlet.written;
    outlet_flush(&outlet);
    assert_int_equal(outlet.length - outlet.written, left);
    size_t got = count('!');
    assert_int_equal(got, 0);
    outlet_drain(&outlet, 100);
    assert_true(outlet_empty(&outlet));
    assert_int_equal(count('!'), 1);
    outlet_close(&outlet);
}

static void gives_up_after_a_while(void **state)
{
    (void)state;
    struct outlet outlet;
    assert_true(outlet_open(&outlet, ends[1]));
    fill(&outlet);
    int64_t start = clock_now(&clock_system).mono;
    outlet_drain(&outlet, 20);
    assert_false(outlet_write(ends[1], "more", 4, 20));
    int64_t took = clock_now(&clock_system).mono - start;
    assert_false(outlet_empty(&outlet));
    assert_true(took >= 40 * NANOSECONDS_PER_MILLISECOND && took < 10 * NANOSECONDS_PER_SECOND);
    assert_int_equal(fcntl(ends[1], F_GETFL) & O_NONBLOCK, 0);
    outlet_close(&outlet);
}

static void nobody_left_to_take_it(void **state)
{
    (void)state;
    struct outlet outlet;
    assert_true(outlet_open(&outlet, ends[1]));
    fill(&outlet);
    close(ends[0]);
    outlet_flush(&outlet);
    assert_true(outlet.lost);
    assert_true(outlet_empty(&outlet));
    assert_false(outlet_write(ends[1], "more", 4, 1000));
    outlet_close(&outlet);
    assert_false(outlet_open(&outlet, -1));
    ends[0] = dup(ends[1]);
}

static void takes_what_is_in_memory(void **state)
{
    (void)state;
    struct outlet outlet;
    int memory = memfd_create("frame", MFD_CLOEXEC);
    assert_true(outlet_open(&outlet, ends[1]));
    for (int i = 0; i < 3; i++) {
        assert_int_equal(write(memory, "a!b!", 4), 4);
        assert_true(outlet_add(&outlet, "<"));
        assert_true(outlet_take(&outlet, memory));
        assert_true(outlet_take(&outlet, memory));
        assert_true(outlet_add(&outlet, ">"));
    }
    assert_int_equal(outlet.length, 18);
    assert_memory_equal(outlet.bytes, "<a!b!><a!b!><a!b!>", 18);
    assert_true(outlet_write(ends[1], "!", 1, 0));
    outlet_drain(&outlet, 0);
    assert_int_equal(count('!'), 7);
    assert_false(outlet_take(&outlet, -1));
    close(memory);
    outlet_close(&outlet);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(never_waits, set_up, tear_down),
        cmocka_unit_test_setup_teardown(gives_up_after_a_while, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_left_to_take_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(takes_what_is_in_memory, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
