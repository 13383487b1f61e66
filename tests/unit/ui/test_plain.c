#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>

#include "booktop/ui/plain.h"
#include "golden.h"
#include "sample_scene.h"

static char *text;
static size_t length;
static struct book_view *view;

static int set_up(void **state)
{
    (void)state;
    view = malloc(sizeof *view);
    if (view == NULL) return -1;
    sample_view(view);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(view);
    free(text);
    text = NULL;
    return 0;
}

static void print(bool ascii)
{
    free(text);
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    assert_true(plain_write(out, view, sample_now(), ascii));
    fclose(out);
}

static void prints_a_book(void **state)
{
    (void)state;
    struct golden golden;
    golden_begin(&golden, "plain");
    print(false);
    fputs(text, golden.stream);
    view->proof.state = PROOF_STALE;
    view->heard.mono -= 12 * NANOSECONDS_PER_SECOND;
    view->link.retry_at = sample_now().mono + 4 * NANOSECONDS_PER_SECOND;
    view->link.state = LINK_STATE_DOWN;
    sample_text(view->link.reason, sizeof view->link.reason, "connection refused");
    view->depth.ask_count = 3;
    print(true);
    fputs(text, golden.stream);
    assert_true(golden_end(&golden));
}

static void prints_what_is_there(void **state)
{
    (void)state;
    view->has_book = false;
    view->tape.count = 0;
    print(true);
    assert_non_null(strstr(text, "no book yet"));
    assert_null(strstr(text, "stale"));
    view->has_book = true;
    view->depth.ask_count = view->depth.bid_count = 0;
    statistics_compute(&view->statistics, &view->depth, view->instrument.tick, 5);
    print(true);
    assert_non_null(strstr(text, "no orders in the book\n"));
    view->market = MARKET_NONE;
    view->link.state = LINK_STATE_CONNECTING;
    print(true);
    assert_string_equal(text, "no market yet  connection connecting\n\n");
}

/* After a loss the levels of before are printed, and never as live ones. */
static void prints_an_old_book_as_stale(void **state)
{
    (void)state;
    view->proof.state = PROOF_SYNCING;
    view->heard.mono -= 15 * NANOSECONDS_PER_SECOND;
    view->link.state = LINK_STATE_SYNCING;
    print(true);
    assert_non_null(strstr(text, "stale 15 s  connection syncing"));
    assert_null(strstr(text, "no book yet"));
    assert_non_null(strstr(text, "43c"));
    view->proof.state = PROOF_POLLED;
    print(true);
    assert_non_null(strstr(text, "polled 15 s"));
}

static void says_what_is_wrong_with_a_book(void **state)
{
    (void)state;
    print(true);
    assert_null(strstr(text, "crossed"));
    view->proof.state = PROOF_SUSPECT;
    view->crossed = true;
    view->cut = (struct clean_cut){SIDE_ASK, 1};
    print(true);
    assert_non_null(strstr(text, "suspect  crossed  1 ask level hidden  last"));
    view->proof.state = PROOF_VERIFIED;
    view->crossed = false;
    view->locked = true;
    view->cut = (struct clean_cut){0};
    print(true);
    assert_non_null(strstr(text, "verified  locked  last"));
}

/* The view's levels are the venue's; what is to be left out of them is not printed. */
static void leaves_out_what_is_cut(void **state)
{
    (void)state;
    sample_depth(&view->depth, 4400, 4300, 100);
    view->depth.bids[0].price = 4455; /* nor do its decimals count */
    view->crossed = true;
    print(true);
    assert_non_null(strstr(text, "44.55c"));
    view->cut = (struct clean_cut){SIDE_BID, 2};
    sample_statistics(view);
    print(true);
    assert_non_null(strstr(text, "crossed  2 bid levels hidden"));
    assert_non_null(strstr(text, "mid 42.5c  spread 1c"));
    assert_non_null(strstr(text, "       8,150      42c      43c       1,240\n"));
    assert_null(strstr(text, "44.55c"));
    assert_int_equal(view->depth.bid_count, 30);
}

static void lets_no_control_byte_through(void **state)
{
    (void)state;
    sample_text(view->instrument.title, INSTRUMENT_TEXT_SIZE, "\x1b]0;owned\x07 title\r\nsecond \x9b line");
    sample_text(view->instrument.outcomes[0].name, INSTRUMENT_NAME_SIZE, "\x1b[2J");
    sample_text(view->link.reason, VIEW_REASON_SIZE, "\x1b[2J");
    view->link.state = LINK_STATE_DOWN;
    for (int ascii = 0; ascii < 2; ascii++) {
        print(ascii == 1);
        for (size_t i = 0; i < length; i++) {
            unsigned char byte = (unsigned char)text[i];
            assert_true(byte == '\n' || (byte >= ' ' && byte != 0x7f));
            if (ascii == 1) assert_true(byte < 0x80);
        }
        assert_true(text_is_utf8((struct text){text, length}));
    }
}

static void tells_of_connections(void **state)
{
    (void)state;
    char words[PLAIN_LINK_SIZE];
    struct stamp now = sample_now();
    struct venue_link link = {.state = LINK_STATE_DOWN, .retry_at = now.mono + 4 * NANOSECONDS_PER_SECOND};
    sample_text(link.reason, sizeof link.reason, "connection refused");
    assert_true(plain_link(&link, VENUE_KALSHI, now, true, words));
    assert_string_equal(words, "kalshi down: connection refused, next try in 4 s");
    assert_true(plain_link(&link, VENUE_KALSHI, now, false, words));
    assert_string_equal(words, "kalshi down: connection refused");
    link.state = LINK_STATE_GIVEN_UP; /* nobody is there to press a key */
    assert_true(plain_link(&link, VENUE_POLYMARKET, now, true, words));
    assert_string_equal(words, "polymarket given up: connection refused");
    link.reason[0] = '\0';
    link.state = LINK_STATE_CONNECTING;
    assert_true(plain_link(&link, VENUE_POLYMARKET, now, true, words));
    assert_string_equal(words, "polymarket connecting");
    link.state = LINK_STATE_LIVE;
    assert_false(plain_link(&link, VENUE_POLYMARKET, now, true, words));
    assert_string_equal(words, "");
}

static void says_when_nobody_reads(void **state)
{
    (void)state;
    FILE *full = fopen("/dev/full", "w");
    if (full == NULL) skip();
    setbuf(full, NULL);
    assert_false(plain_write(full, view, sample_now(), false));
    fclose(full);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(prints_a_book, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prints_what_is_there, set_up, tear_down),
        cmocka_unit_test_setup_teardown(prints_an_old_book_as_stale, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_what_is_wrong_with_a_book, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaves_out_what_is_cut, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lets_no_control_byte_through, set_up, tear_down),
        cmocka_unit_test_setup_teardown(tells_of_connections, set_up, tear_down),
        cmocka_unit_test_setup_teardown(says_when_nobody_reads, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
