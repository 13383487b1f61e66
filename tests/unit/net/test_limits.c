#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "booktop/net/limits.h"

#define SECOND NANOSECONDS_PER_SECOND
#define KIB    ((size_t)1024)

static void the_default_is_what_the_manual_says(void **state)
{
    (void)state;
    const struct net_limits *limits = &net_limits_default;
    assert_null(net_limits_check(limits));
    assert_true(limits->reconnect);
    assert_int_equal(limits->attempts, 0);
    assert_int_equal(limits->retry_first, SECOND / 2);
    assert_int_equal(limits->retry_most, 30 * SECOND);
    assert_int_equal(limits->dial, 5 * SECOND);
    assert_int_equal(limits->handshake, 10 * SECOND);
    assert_int_equal(limits->reply, 15 * SECOND);
    assert_int_equal(limits->write, 10 * SECOND);
    assert_int_equal(limits->ping, 10 * SECOND);
    assert_int_equal(limits->silence, 25 * SECOND);
    assert_int_equal(limits->message_cap, 16 * KIB * KIB);
    assert_int_equal(limits->queue, KIB * KIB);
}

static void times_must_be_positive(void **state)
{
    (void)state;
    for (unsigned n = 0; n < 8; n++) {
        for (int64_t value = -1; value <= 0; value++) {
            struct net_limits limits = net_limits_default;
            int64_t *const times[] = {&limits.retry_first, &limits.retry_most, &limits.dial, &limits.handshake,
                                      &limits.reply,       &limits.write,      &limits.ping, &limits.silence};
            *times[n] = value;
            assert_string_equal(net_limits_check(&limits), "a time is not positive");
            *times[n] = 3600 * SECOND + 1;
            assert_string_equal(net_limits_check(&limits), "a time is longer than an hour");
        }
    }
}

static void what_contradicts_itself_is_refused(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.retry_most = limits.retry_first - 1;
    assert_non_null(net_limits_check(&limits));
    limits.retry_most = limits.retry_first;
    assert_null(net_limits_check(&limits));
    limits.silence = limits.ping;
    assert_non_null(net_limits_check(&limits));
    limits.silence = limits.ping + 1;
    assert_null(net_limits_check(&limits));
}

static void sizes_have_a_least(void **state)
{
    (void)state;
    struct net_limits limits = net_limits_default;
    limits.queue = limits.message_cap = 64 * KIB;
    assert_null(net_limits_check(&limits));
    limits.queue--;
    assert_non_null(net_limits_check(&limits));
    limits.queue++;
    limits.message_cap--;
    assert_non_null(net_limits_check(&limits));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_is_what_the_manual_says),
        cmocka_unit_test(times_must_be_positive),
        cmocka_unit_test(what_contradicts_itself_is_refused),
        cmocka_unit_test(sizes_have_a_least),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
