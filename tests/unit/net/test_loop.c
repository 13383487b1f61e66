#include "harness.h"

#define MILLISECOND NANOSECONDS_PER_MILLISECOND

/* --- timers --- */

static char order[16];
static bool ended;

struct mark {
    struct net_timer timer;
    struct net_loop *loop;
    char letter;
    struct mark *cancels;
    bool again;
};

static void mark_expired(void *context)
{
    struct mark *mark = context;
    strncat(order, &mark->letter, 1);
    if (mark->cancels) net_timer_cancel(&mark->cancels->timer);
    if (mark->again) {
        mark->again = false;
        net_timer_set(mark->loop, &mark->timer, 0);
    }
    if (mark->letter == '!') ended = true;
}

static void mark_init(struct mark *mark, struct net_loop *loop, char letter)
{
    *mark = (struct mark){.timer = {.expired = mark_expired, .context = mark}, .loop = loop, .letter = letter};
}

static int setup(void **state)
{
    order[0] = '\0';
    ended = false;
    *state = client_loop(&clock_system, NULL);
    return 0;
}

static int teardown(void **state)
{
    net_loop_destroy(*state);
    return 0;
}

static void timers_expire_in_order_and_not_early(void **state)
{
    struct net_loop *loop = *state;
    struct mark a, b, c, end;
    mark_init(&a, loop, 'a');
    mark_init(&b, loop, 'b');
    mark_init(&c, loop, 'c');
    mark_init(&end, loop, '!');
    int64_t start = net_loop_now(loop).mono;
    net_timer_set(loop, &end.timer, 30 * MILLISECOND);
    net_timer_set(loop, &c.timer, 20 * MILLISECOND);
    net_timer_set(loop, &a.timer, -5);
    net_timer_set(loop, &b.timer, 10 * MILLISECOND);
    net_timer_set(loop, &b.timer, 5 * MILLISECOND); /* set again: the last word holds */
    serve_until(loop, &ended);
    int64_t passed = net_loop_now(loop).mono - start;
    assert_string_equal(order, "abc!");
    assert_true(passed >= 30 * MILLISECOND);
    assert_null(a.timer.loop);
}

static void a_timer_set_while_others_expire_waits_for_the_next_turn(void **state)
{
    struct net_loop *loop = *state;
    struct mark a, b;
    mark_init(&a, loop, 'a');
    mark_init(&b, loop, '!');
    a.again = true;
    net_timer_set(loop, &a.timer, 0);
    net_timer_set(loop, &b.timer, 0);
    serve_until(loop, &ended);
    assert_string_equal(order, "a!");
    ended = false;
    net_timer_set(loop, &b.timer, MILLISECOND);
    serve_until(loop, &ended);
    assert_string_equal(order, "a!a!");
}

static void a_timer_can_cancel_one_that_is_due_with_it(void **state)
{
    struct net_loop *loop = *state;
    struct mark a, b, end;
    mark_init(&a, loop, 'a');
    mark_init(&b, loop, 'b');
    mark_init(&end, loop, '!');
    a.cancels = &b;
    net_timer_set(loop, &a.timer, 0);
    net_timer_set(loop, &b.timer, 0);
    net_timer_set(loop, &end.timer, 0);
    serve_until(loop, &ended);
    assert_string_equal(order, "a!");
    net_timer_cancel(&b.timer); /* once more does no harm */
}

static void timers_follow_the_loops_clock(void **state)
{
    (void)state;
    struct stamp stamp = {.mono = 5, .wall = 5};
    struct clock clock = clock_manual(&stamp);
    struct net_loop *loop = client_loop(&clock, NULL);
    struct mark a, end;
    mark_init(&a, loop, 'a');
    mark_init(&end, loop, '!');
    net_timer_set(loop, &a.timer, 3600 * NANOSECONDS_PER_SECOND);
    net_timer_set(loop, &end.timer, INT64_MAX); /* never, without overflow */
    for (unsigned n = 0; n < 5; n++) {
        net_loop_wake(loop);
        assert_true(net_loop_service(loop));
    }
    assert_string_equal(order, "");
    clock_manual_advance(&stamp, 3600 * NANOSECONDS_PER_SECOND);
    net_loop_wake(loop);
    assert_true(net_loop_service(loop));
    assert_string_equal(order, "a");
    assert_int_equal(net_loop_now(loop).mono, stamp.mono);
    net_loop_destroy(loop); /* with a timer that is still set */
    assert_null(end.timer.loop);
    net_timer_cancel(&end.timer);
}

/* --- wakes --- */

struct waker {
    struct net_loop *loop;
    atomic_uint wanted;
};

static void *wake_often(void *argument)
{
    struct waker *waker = argument;
    for (unsigned n = 0; n < 1000; n++) {
        atomic_fetch_add(&waker->wanted, 1);
        net_loop_wake(waker->loop);
    }
    return NULL;
}

static void no_wake_of_another_thread_is_lost(void **state)
{
    struct waker waker = {.loop = *state};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, wake_often, &waker), 0);
    while (atomic_load(&waker.wanted) < 1000) assert_true(net_loop_service(waker.loop));
    assert_int_equal(pthread_join(thread, NULL), 0);
}

/* --- creation --- */

static void what_is_no_certificate_is_refused(void **state)
{
    (void)state;
    char error[128];
    struct net_loop_options pem = {.clock = &clock_system, .ca_pem = TEXT("not a certificate")};
    assert_null(net_loop_create(&pem, error, sizeof error));
    assert_non_null(strstr(error, "certificates"));
    struct net_loop_options file = {.clock = &clock_system, .ca_file = "/does/not/exist.pem"};
    assert_null(net_loop_create(&file, error, sizeof error));
    assert_non_null(strstr(error, "certificates"));
    assert_null(net_loop_create(&file, NULL, 0));
    char tiny[4];
    assert_null(net_loop_create(&file, tiny, sizeof tiny));
    assert_int_equal(strlen(tiny), sizeof tiny - 1);
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(timers_expire_in_order_and_not_early, setup, teardown),
    cmocka_unit_test_setup_teardown(a_timer_set_while_others_expire_waits_for_the_next_turn, setup, teardown),
    cmocka_unit_test_setup_teardown(a_timer_can_cancel_one_that_is_due_with_it, setup, teardown),
    cmocka_unit_test_setup_teardown(timers_follow_the_loops_clock, setup, teardown),
    cmocka_unit_test_setup_teardown(no_wake_of_another_thread_is_lost, setup, teardown),
    cmocka_unit_test(what_is_no_certificate_is_refused),
};

TEST_MAIN(tests, NULL, NULL)
