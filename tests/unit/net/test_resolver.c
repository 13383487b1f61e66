#include "harness.h"

#include "booktop/net/resolver.h"
#include "names.h"

struct heard {
    unsigned calls;
    bool done;
    struct resolver_answer answer;
};

static void on_answer(void *context, const struct resolver_answer *answer)
{
    struct heard *heard = context;
    heard->calls++;
    heard->done = true;
    heard->answer = *answer;
}

static struct stamp stamp;
static struct clock manual;

static struct net_loop *loop;
static struct resolver *resolver;

static int setup(void **state)
{
    (void)state;
    stamp = (struct stamp){.mono = 1000, .wall = 1000};
    manual = clock_manual(&stamp);
    loop = client_loop(&manual, NULL);
    resolver = resolver_create(loop);
    assert_non_null(resolver);
    return 0;
}

/* The loop owns its watches to the end, so it goes first. */
static int teardown(void **state)
{
    (void)state;
    net_loop_destroy(loop);
    resolver_destroy(resolver);
    return 0;
}

static struct heard ask(const char *host)
{
    struct heard heard = {0};
    assert_non_null(resolver_ask(resolver, host, on_answer, &heard));
    assert_int_equal(heard.calls, 0);
    serve_until(loop, &heard.done);
    assert_int_equal(heard.calls, 1);
    return heard;
}

static void a_numeric_address_is_its_own_answer(void **state)
{
    (void)state;
    static const char *const addresses[] = {"127.0.0.1", "::1", "2001:db8::7"};
    unsigned asked = atomic_load(&names_asked);
    for (unsigned n = 0; n < 3; n++) {
        struct heard heard = ask(addresses[n]);
        assert_int_equal(heard.answer.count, 1);
        assert_null(heard.answer.error);
        assert_string_equal(heard.answer.addresses[0], addresses[n]);
    }
    assert_int_equal(atomic_load(&names_asked), asked);
}

static void a_failure_says_why_and_is_not_kept(void **state)
{
    (void)state;
    unsigned asked = atomic_load(&names_asked);
    for (unsigned n = 0; n < 2; n++) {
        struct heard heard = ask("does-not-exist.invalid");
        assert_int_equal(heard.answer.count, 0);
        assert_string_equal(heard.answer.error, "Name or service not known");
    }
    assert_int_equal(atomic_load(&names_asked), asked + 2);
}

static void what_cannot_be_a_name_fails_without_a_question(void **state)
{
    (void)state;
    unsigned asked = atomic_load(&names_asked);
    char name[400];
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    assert_int_equal(ask("").answer.count, 0);
    assert_int_equal(ask(name).answer.count, 0);
    assert_int_equal(atomic_load(&names_asked), asked);
}

static void an_answer_is_kept_for_a_minute(void **state)
{
    (void)state;
    unsigned asked = atomic_load(&names_asked);
    struct heard heard = ask("two.test");
    assert_int_equal(heard.answer.count, 2);
    assert_string_equal(heard.answer.addresses[0], "127.0.0.2");
    assert_string_equal(heard.answer.addresses[1], "127.0.0.1");
    assert_int_equal(ask("two.test").answer.count, 2);
    assert_int_equal(atomic_load(&names_asked), asked + 1);
    clock_manual_advance(&stamp, 60 * NANOSECONDS_PER_SECOND);
    assert_int_equal(ask("two.test").answer.count, 2);
    assert_int_equal(atomic_load(&names_asked), asked + 2);
}

static void what_is_forgotten_is_asked_again(void **state)
{
    (void)state;
    unsigned asked = atomic_load(&names_asked);
    names_moving = "127.0.0.2";
    assert_string_equal(ask("moving.test").answer.addresses[0], "127.0.0.2");
    names_moving = "127.0.0.3";
    assert_string_equal(ask("moving.test").answer.addresses[0], "127.0.0.2");
    resolver_forget(resolver, "another.test");
    assert_string_equal(ask("moving.test").answer.addresses[0], "127.0.0.2");
    assert_int_equal(atomic_load(&names_asked), asked + 1);
    resolver_forget(resolver, "moving.test");
    assert_string_equal(ask("moving.test").answer.addresses[0], "127.0.0.3");
    assert_int_equal(atomic_load(&names_asked), asked + 2);
}

static void the_oldest_of_many_answers_makes_room(void **state)
{
    (void)state;
    assert_int_equal(ask("wrong.test").answer.count, 1);
    assert_int_equal(ask("two.test").answer.count, 2);
    assert_int_equal(ask("wrong.test").answer.count, 1);
}

static void a_cancelled_question_is_not_answered(void **state)
{
    (void)state;
    struct heard numeric = {0}, name = {0};
    resolver_cancel(resolver_ask(resolver, "127.0.0.1", on_answer, &numeric));
    resolver_cancel(resolver_ask(resolver, "does-not-exist.invalid", on_answer, &name));
    (void)ask("wrong.test");
    (void)ask("does-not-exist.invalid"); /* joins the thread under way, or comes after it */
    assert_int_equal(numeric.calls, 0);
    assert_int_equal(name.calls, 0);
}

static void those_who_ask_for_a_name_that_hangs_share_one_thread(void **state)
{
    (void)state;
    unsigned asked = atomic_load(&names_asked);
    struct heard one = {0}, two = {0}, given_up = {0};
    assert_non_null(resolver_ask(resolver, "hang.test", on_answer, &one));
    struct resolver_query *query = resolver_ask(resolver, "hang.test", on_answer, &given_up);
    assert_non_null(resolver_ask(resolver, "hang.test", on_answer, &two));
    (void)ask("wrong.test"); /* others are not held up */
    resolver_cancel(query);
    names_release();
    serve_until(loop, &one.done);
    serve_until(loop, &two.done);
    assert_int_equal(one.calls + two.calls, 2);
    assert_int_equal(given_up.calls, 0);
    assert_true(atomic_load(&names_asked) <= asked + 2);
    names_hang = true;
}

static void a_thread_that_hangs_outlives_the_resolver(void **state)
{
    (void)state;
    unsigned returned = atomic_load(&names_returned);
    struct heard heard = {0};
    assert_non_null(resolver_ask(resolver, "hang.test", on_answer, &heard));
    (void)teardown(NULL);
    names_release();
    while (atomic_load(&names_returned) == returned) sched_yield();
    assert_int_equal(heard.calls, 0);
    (void)setup(NULL);
    names_hang = true;
}

static const struct CMUnitTest tests[] = {
    cmocka_unit_test_setup_teardown(a_numeric_address_is_its_own_answer, setup, teardown),
    cmocka_unit_test_setup_teardown(a_failure_says_why_and_is_not_kept, setup, teardown),
    cmocka_unit_test_setup_teardown(what_cannot_be_a_name_fails_without_a_question, setup, teardown),
    cmocka_unit_test_setup_teardown(an_answer_is_kept_for_a_minute, setup, teardown),
    cmocka_unit_test_setup_teardown(what_is_forgotten_is_asked_again, setup, teardown),
    cmocka_unit_test_setup_teardown(the_oldest_of_many_answers_makes_room, setup, teardown),
    cmocka_unit_test_setup_teardown(a_cancelled_question_is_not_answered, setup, teardown),
    cmocka_unit_test_setup_teardown(those_who_ask_for_a_name_that_hangs_share_one_thread, setup, teardown),
    cmocka_unit_test_setup_teardown(a_thread_that_hangs_outlives_the_resolver, setup, teardown),
};

TEST_MAIN(tests, NULL, NULL)
