/* What the tap of a feed sees, which is everything. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "stage.h"

/* What passes the tap, in words. */
struct tape_of_tap {
    uint64_t received, last_message, subscribed, asked, replied, opened, lost, watched, unwatched, seeded, lookups,
        retries;
    bool in_order;
};

static void tap_received(void *context, struct stamp stamp, enum venue_id venue, unsigned link, uint64_t message,
                         struct text frame)
{
    (void)stamp, (void)venue, (void)link;
    struct tape_of_tap *tape = context;
    tape->in_order &= message == tape->last_message + 1 && frame.length > 0 && tape->subscribed > 0;
    tape->last_message = message;
    tape->received++;
}

static void tap_sent(void *context, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame)
{
    (void)stamp, (void)venue, (void)link;
    struct tape_of_tap *tape = context;
    if (text_starts_with(frame, TEXT("{\"assets_ids\""))) tape->subscribed++;
}

static void tap_asked(void *context, struct stamp stamp, enum venue_id venue, uint32_t request, const char *url)
{
    (void)stamp, (void)venue;
    struct tape_of_tap *tape = context;
    if (request && strstr(url, "https://localhost")) tape->asked++;
}

static void tap_replied(void *context, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply)
{
    (void)stamp, (void)venue;
    struct tape_of_tap *tape = context;
    if (reply->status == 200 && reply->request) tape->replied++;
}

static void tap_link(void *context, struct stamp stamp, enum venue_id venue, unsigned link, enum link_change change,
                     const char *why)
{
    (void)stamp, (void)venue, (void)link, (void)why;
    struct tape_of_tap *tape = context;
    *(change == LINK_OPENED ? &tape->opened : &tape->lost) += 1;
}

static void tap_watch(void *context, struct stamp stamp, const struct instrument *instrument, bool on)
{
    (void)stamp, (void)instrument;
    struct tape_of_tap *tape = context;
    *(on ? &tape->watched : &tape->unwatched) += 1;
}

static void tap_seed(void *context, struct stamp stamp, const struct instrument *instrument)
{
    (void)stamp, (void)instrument;
    struct tape_of_tap *tape = context;
    tape->seeded++;
}

static void tap_lookup(void *context, struct stamp stamp, enum venue_id venue, uint32_t lookup, enum lookup_kind kind,
                       struct text words)
{
    (void)stamp, (void)venue, (void)lookup, (void)kind, (void)words;
    struct tape_of_tap *tape = context;
    tape->lookups++;
}

static void tap_retry(void *context, struct stamp stamp, enum venue_id venue)
{
    (void)stamp, (void)venue;
    struct tape_of_tap *tape = context;
    tape->retries++;
}

static void the_tap_sees_everything(void **state)
{
    struct stage *stage = *state;
    struct tape_of_tap tape = {.in_order = true};
    struct feed_tap tap = {tap_received, tap_sent, tap_asked,  tap_replied, tap_link,
                           tap_watch,    tap_seed, tap_lookup, tap_retry,   &tape};
    struct stage tapped = {0};
    start_feed_at(&tapped, stage->exchange, &tap);
    feed_open(tapped.feed, 0, "polymarket:will-the-harbour-bridge-at-port-lumen-open-in-december");
    AWAIT(&tapped, tapped.onlooker.view.has_book && tapped.onlooker.view.change_count > 5 &&
                       tapped.onlooker.view.tape.count > 1);
    feed_retry(tapped.feed);
    uint64_t changes = tapped.onlooker.view.change_count;
    AWAIT(&tapped, tapped.onlooker.view.change_count > changes);
    feed_stop(tapped.feed); /* joins: what the tap gathered is ours again */
    assert_true(tape.in_order);
    assert_true(tape.received >= 5);
    assert_int_equal(tape.opened, 1);
    assert_int_equal(tape.subscribed, 1);
    assert_int_equal(tape.watched, 1);
    assert_int_equal(tape.seeded, 1);
    assert_int_equal(tape.lookups, 1);
    assert_int_equal(tape.retries, VENUE_COUNT);
    assert_int_equal(tape.lost, 0);  /* a connection that is open stays */
    assert_int_equal(tape.asked, 2); /* the market by its slug, its trades */
    assert_int_equal(tape.replied, 2);
}

static const struct CMUnitTest tests[] = {
    TEST(the_tap_sees_everything, open_stage),
};

STAGE_MAIN(tests, "feed/feed_tap")
