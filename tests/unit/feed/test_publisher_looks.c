/* Looks and rests: what one that draws pictures gets is the newest, nobody copies what is not looked at, and whoever
 * sleeps is woken. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <pthread.h>

#include "publishing.h"

/* The size of the best bid in the newest view; 0: there is none. */
static unsigned taken_size(void)
{
    const struct book_view *view = feed_view(feed, 0);
    return view ? (unsigned)(view->depth.bids[0].quantity / 1000000) : 0;
}

static void change_size(unsigned size)
{
    snprintf(frame, sizeof frame,
             "{\"event_type\":\"book\",\"market\":\"0x1\",\"asset_id\":\"11\",\"timestamp\":\"%lld\",\"bids\":"
             "[{\"price\":\"0.41\",\"size\":\"%u\"}],\"asks\":[{\"price\":\"0.42\",\"size\":\"30\"}]}",
             (long long)venue_ms(), size);
    receive();
    publisher_turn(feed);
}

static bool told_ui(void)
{
    eventfd_t times = 0;
    return eventfd_read(feed->wake_fd, &times) == 0;
}

/* As the screen does it for each picture: what is there by now is taken in a rest. */
static unsigned picture(void)
{
    feed_rest(feed);
    feed_woken(feed);
    return taken_size();
}

/* Market 1 is shown, and its picture was drawn. */
static void begin(void)
{
    show_book();
    publisher_turn(feed);
    assert_int_equal(picture(), 20);
    assert_false(rung());
}

static void nothing_is_copied_in_a_rest(void **state)
{
    (void)state;
    begin();
    uint64_t views = feed->metrics.views;
    for (unsigned size = 21; size < 30; size++) change_size(size);
    assert_int_equal(feed->metrics.views, views);
    assert_false(told_ui() || rung());
    assert_int_equal(taken_size(), 0);
    assert_false(rung());
}

/* The first view of all too. */
static void a_look_is_shown_the_newest(void **state)
{
    (void)state;
    feed_rest(feed);
    show_book();
    publisher_turn(feed);
    assert_int_equal(feed->metrics.views, 0);
    for (unsigned size = 21; size < 200; size += 4) {
        change_size(size);
        change_size(size + 1);
        uint64_t views = feed->metrics.views;
        assert_true(feed_look(feed));
        assert_true(rung());
        change_size(size + 2); /* while it wakes */
        assert_true(told_ui());
        assert_false(feed_look(feed));
        change_size(size + 3); /* too late for this picture: it does not wait for that */
        assert_false(feed_look(feed));
        assert_int_equal(picture(), size + 2);
        assert_int_equal(feed->metrics.views, views + 1);
        assert_false(told_ui() || rung());
    }
}

static void the_first_change_after_silence_is_shown_at_once(void **state)
{
    (void)state;
    begin();
    assert_false(feed_look(feed));
    assert_false(rung());
    assert_false(told_ui());
    change_size(21);
    assert_true(told_ui());
    assert_false(feed_look(feed));
    assert_int_equal(picture(), 21);
    assert_false(rung());
}

/* A view that nobody took in its look is of long ago in the next one. */
static void what_was_left_is_replaced_in_the_next_look(void **state)
{
    (void)state;
    begin();
    assert_false(feed_look(feed));
    change_size(21);
    feed_rest(feed);
    change_size(22);
    assert_true(feed_look(feed));
    assert_true(rung());
    publisher_turn(feed);
    assert_false(feed_look(feed));
    assert_int_equal(picture(), 22);
    /* But where nothing came since, it is the newest. */
    assert_false(feed_look(feed));
    change_size(23);
    feed_rest(feed);
    assert_false(feed_look(feed));
    assert_int_equal(picture(), 23);
    assert_false(rung());
}

/* Of one that never rests all time is one look. */
static void taking_in_a_look_asks_for_the_next(void **state)
{
    (void)state;
    begin();
    assert_false(feed_look(feed));
    change_size(21);
    change_size(22);
    assert_false(rung());
    assert_int_equal(taken_size(), 21);
    assert_true(rung());
    assert_true(feed_look(feed));
    publisher_turn(feed);
    assert_false(feed_look(feed));
    assert_int_equal(taken_size(), 22);
    assert_false(rung());
}

static void nobody_waits_for_a_book_that_is_held_back(void **state)
{
    (void)state;
    begin();
    change_size(21);
    change(1, "BUY", "0.42", "5", 'f'); /* locked, in an open burst */
    publisher_turn(feed);
    assert_false(feed_look(feed));
    assert_int_equal(picture(), 0);
    pass(HOLD_MOST);
    publisher_turn(feed);
    assert_true(feed_look(feed));
    assert_true(rung());
    publisher_turn(feed);
    assert_true(told_ui());
    assert_true(picture() != 0);
}

static void quotes_come_in_a_rest(void **state)
{
    (void)state;
    struct catalogue catalogue = {0};
    catalogue_append(&catalogue)->instrument = instrument_of(1);
    feed_rest(feed);
    publisher_list(feed, &catalogue);
    publisher_turn(feed);
    assert_true(told_ui());
    assert_non_null(feed_quotes(feed));
    publisher_list(feed, NULL);
    catalogue_free(&catalogue);
}

/* === Two threads === */

#define LAST 3000

static atomic_bool done;

static void *feed_thread(void *context)
{
    (void)context;
    for (unsigned size = 21; size <= LAST; size++) change_size(size);
    while (!atomic_load(&done)) {
        if (!net_loop_service(feed->loop)) return context;
        publisher_turn(feed);
    }
    return NULL;
}

/* Until it is woken: a wake that is lost is never made up for, and patience ends. */
static bool sleeps_well(void)
{
    struct pollfd news = {.fd = feed->wake_fd, .events = POLLIN};
    return poll(&news, 1, 10000) > 0;
}

/* As the screen does: it sleeps while there is nothing, and waits for what is on its way before it takes. */
static bool look_and_rest(void)
{
    feed_look(feed);
    bool well = sleeps_well();
    while (well && feed_look(feed)) {
        well = sleeps_well();
        feed_woken(feed);
    }
    feed_rest(feed);
    return well;
}

/* However the two meet: sizes only grow, and the last one comes. */
static void meet(bool rests)
{
    pthread_t thread;
    void *failed;
    bool well = true;
    unsigned seen = 20;
    show_book();
    atomic_store(&done, false);
    assert_int_equal(pthread_create(&thread, NULL, feed_thread, feed), 0);
    while (well && seen < LAST) {
        well = rests ? look_and_rest() : sleeps_well();
        feed_woken(feed);
        unsigned size = taken_size();
        if (size == 0) continue;
        well = well && size >= seen;
        seen = size;
    }
    atomic_store(&done, true);
    net_loop_wake(feed->loop);
    assert_int_equal(pthread_join(thread, &failed), 0);
    assert_null(failed);
    assert_true(well);
    assert_int_equal(seen, LAST);
}

static void no_wake_is_lost_on_who_rests(void **state)
{
    (void)state;
    meet(true);
}

static void nor_on_who_never_does(void **state)
{
    (void)state;
    meet(false);
}

int main(void)
{
    net_start();
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_copied_in_a_rest),
        TEST(a_look_is_shown_the_newest),
        TEST(the_first_change_after_silence_is_shown_at_once),
        TEST(what_was_left_is_replaced_in_the_next_look),
        TEST(taking_in_a_look_asks_for_the_next),
        TEST(nobody_waits_for_a_book_that_is_held_back),
        TEST(quotes_come_in_a_rest),
        TEST(no_wake_is_lost_on_who_rests),
        TEST(nor_on_who_never_does),
    };
    return cmocka_run_group_tests_name("feed/publisher_looks", tests, NULL, NULL);
}
