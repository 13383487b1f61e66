/* Whose answer an answer is, and that a recording which only asks fills nobody's memory. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "../../../src/feed/playback_requests.h"

#define BASE  (INT64_C(1000000) * NANOSECONDS_PER_SECOND)
#define LATER (121 * NANOSECONDS_PER_SECOND)

static void wish(struct playback_requests *requests, uint32_t number, const char *url, int64_t now)
{
    struct wish wished = {.kind = WISH_GET, .venue = VENUE_KALSHI, .request = number, .url = text_from(url)};
    playback_requests_wished(requests, &wished, now);
}

static void ask(struct playback_requests *requests, uint32_t number, const char *url, int64_t now)
{
    playback_requests_asked(requests, VENUE_KALSHI, number, text_from(url), now);
}

static uint32_t answer(struct playback_requests *requests, uint32_t number)
{
    return playback_requests_answered(requests, VENUE_KALSHI, number);
}

static void an_address_says_which_is_meant(void **state)
{
    (void)state;
    struct playback_requests requests = {0};
    wish(&requests, 5, "https://k/a", BASE);
    wish(&requests, 6, "https://k/b", BASE);
    ask(&requests, 6, "https://k/a", BASE);
    ask(&requests, 7, "https://k/b", BASE);
    assert_int_equal(answer(&requests, 7), 6);
    assert_int_equal(answer(&requests, 6), 5);
    assert_int_equal(answer(&requests, 6), 6); /* it was answered already: by its number */
    playback_requests_free(&requests);
}

static void what_nobody_asked_is_nobodys(void **state)
{
    (void)state;
    struct playback_requests requests = {0};
    wish(&requests, 5, "https://k/a", BASE);
    ask(&requests, 9, "https://k/else", BASE);
    ask(&requests, 3, "https://k/else", BASE);
    assert_int_equal(answer(&requests, 9), 0);
    assert_int_equal(answer(&requests, 3), 3); /* older than the state that was given */
    playback_requests_free(&requests);
}

static void what_is_old_goes(void **state)
{
    (void)state;
    struct playback_requests requests = {0};
    for (uint32_t i = 0; i < 100; i++) {
        wish(&requests, 1000 + i, "https://k/a", BASE);
        ask(&requests, 2000 + i, "https://k/else", BASE);
    }
    wish(&requests, 1100, "https://k/b", BASE + LATER);
    assert_int_equal(requests.wished_count, 1);
    assert_int_equal(requests.asked_count, 0);
    ask(&requests, 1200, "https://k/b", BASE + LATER);
    assert_int_equal(answer(&requests, 1200), 1100);
    playback_requests_free(&requests);
}

/* All at one time, so that nothing is old. */
static void they_have_an_end(void **state)
{
    (void)state;
    struct playback_requests requests = {0};
    for (uint32_t i = 1; i <= 50000; i++) {
        wish(&requests, i, "https://k/a", BASE);
        ask(&requests, 100000 + i, "https://k/else", BASE);
        assert_true(requests.wished_count <= 4096 && requests.asked_count <= 4096);
    }
    assert_true(requests.wished_count > 1000 && requests.asked_count > 1000);
    ask(&requests, 50000, "https://k/a", BASE); /* the newest are there */
    assert_int_equal(answer(&requests, 50000), 50000);
    assert_int_equal(answer(&requests, 150000), 0);
    playback_requests_free(&requests);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_says_which_is_meant),
        cmocka_unit_test(what_nobody_asked_is_nobodys),
        cmocka_unit_test(what_is_old_goes),
        cmocka_unit_test(they_have_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
