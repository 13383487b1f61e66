/* Saving as recordings do it, and reading what may be anything: the stream goes on between the links' snap and the
 * markets'; what was asked of the catalogue is gone; what is read may be broken or hostile. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "kalshi_world.h"

/* === A round takes its time === */

static void open_both(struct session *s, struct session *other)
{
    kalshi_begin(s, EVERYTHING);
    kalshi_open_with(other, EVERYTHING, (struct venue_options){.has_key = true});
    other->now = s->now;
}

static void give_links(const struct session *s, struct session *other)
{
    char *links = save_links(s);
    other->messages = s->messages;
    other->now = s->now;
    assert_true(other->venue->restore_links(other->sync, other->now, text_from(links)));
    free(links);
}

static void give_market(const struct session *s, struct session *other, const char *ticker)
{
    const struct market *market = session_market(s, ticker);
    char *snap = save_market(s, market);
    assert_true(restore_market(other, &market->instrument, snap));
    free(snap);
}

static void hear_both(struct session *s, struct session *other, int64_t ms, const char *frame)
{
    session_hear(s, ms, frame);
    session_hear(other, ms, frame);
}

static void expect_same_saves(const struct session *s, const struct session *other)
{
    struct saved one, two;
    save_all(s, &one);
    save_all(other, &two);
    assert_saved_equal(&one, &two);
    saved_free(&one);
    saved_free(&two);
}

static void expect_same_from_now(struct session *s, struct session *other, int64_t ms, long long seq)
{
    journal_clear(&s->journal);
    journal_clear(&other->journal);
    hear_both(s, other, ms, frame_delta(1, seq + 1, T2, "yes 0.2 2", 5000));
    hear_both(s, other, ms + 1, frame_delta(1, seq + 2, T1, "no 0.52 5", 5000));
    session_advance(s, ms + 200);
    session_advance(other, ms + 200);
    hear_both(s, other, ms + 300, frame_delta(1, seq + 4, T1, "no 0.52 5", 5300)); /* one is missing */
    session_advance(s, ms + 7000);
    session_advance(other, ms + 7000);
    assert_true(strstr(journal_text(&s->journal), "a gap in the venue's count") != NULL);
    assert_same_journals(s, other);
    expect_same_saves(s, other);
}

static void what_comes_between_makes_no_gap(void **state)
{
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    give_links(&s, &other);
    hear_both(&s, &other, 21, frame_delta(1, 3, T1, "yes 0.48 5", 4000));
    hear_both(&s, &other, 22, frame_delta(1, 4, T2, "yes 0.2 1", 4000));
    give_market(&s, &other, T1); /* in its burst */
    hear_both(&s, &other, 23, frame_delta(1, 5, T1, "yes 0.47 1", 4000));
    hear_both(&s, &other, 24, frame_delta(1, 6, T2, "yes 0.2 -1", 4000));
    expect_state_of(&other, T1, "verified");
    give_market(&s, &other, T2);
    expect_states(&other, "verified", "verified");
    expect_book_of(&other, T1, "0.48:35 0.47:11 | 0.52:25 0.53:5");
    expect_book_of(&other, T2, BOOK_2);
    assert_int_equal(session_market(&other, T1)->proof.gaps, 0);
    assert_int_equal(session_market(&other, T2)->proof.gaps, 0);
    expect_same_saves(&s, &other);
    expect_same_from_now(&s, &other, 30, 6);
    session_close(&s);
    session_close(&other);
}

/* A late snap is of a stream that is further on already: its count does not go back. */
static void a_market_does_not_set_its_stream_back(void **state)
{
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    give_links(&s, &other);
    give_market(&s, &other, T1);
    const struct market *market = session_market(&s, T2);
    char *early = save_market(&s, market);
    hear_both(&s, &other, 21, frame_delta(1, 3, T1, "yes 0.48 5", 4000));
    session_at(&other, 20); /* when it was made */
    assert_true(restore_market(&other, &market->instrument, early));
    session_at(&other, 21);
    expect_same_saves(&s, &other);
    expect_same_from_now(&s, &other, 30, 3);
    free(early);
    session_close(&s);
    session_close(&other);
}

static void the_phase_of_the_link_is_told(void **state)
{
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    give_links(&s, &other);
    assert_non_null(strstr(journal_text(&other.journal), "link 0 live"));
    session_link(&s, 0, LINK_LOST);
    journal_clear(&other.journal);
    give_links(&s, &other);
    assert_non_null(strstr(journal_text(&other.journal), "link 0 down"));
    session_close(&s);
    session_close(&other);
}

/* What is to be told the venue falls due while no market is there yet: it is not that nothing is watched. */
static void the_link_waits_for_its_markets(void **state)
{
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    session_watch(&s, kalshi_add(&s, "KXTHREE-3"));
    give_links(&s, &other);
    journal_clear(&other.journal);
    session_advance(&s, 40);
    session_advance(&other, 40);
    assert_string_equal(journal_text(&other.journal), "");
    give_market(&s, &other, T1);
    give_market(&s, &other, T2);
    give_market(&s, &other, "KXTHREE-3");
    journal_clear(&s.journal);
    journal_clear(&other.journal);
    hear_both(&s, &other, 50, frame_ok(4, 1, 3)); /* what the first one sent meanwhile */
    hear_both(&s, &other, 51, frame_snapshot(1, 4, "KXTHREE-3", BIDS_1, ASKS_1));
    session_unwatch(&s, kalshi_handle(&s, T2));
    session_unwatch(&other, kalshi_handle(&other, T2));
    session_advance(&s, 60);
    session_advance(&other, 60);
    assert_true(strstr(journal_text(&s.journal), "delete_markets") != NULL);
    assert_same_journals(&s, &other);
    session_close(&s);
    session_close(&other);
}

/* Watched when the links were saved, and not any more when its turn comes. */
static void one_that_is_left_meanwhile_is_not_waited_for(void **state)
{
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    give_links(&s, &other);
    give_market(&s, &other, T1);
    session_unwatch(&s, kalshi_handle(&s, T2));
    session_unwatch(&other, kalshi_handle(&other, T2)); /* its symbol came with the links */
    give_market(&s, &other, T2);
    journal_clear(&s.journal);
    journal_clear(&other.journal);
    session_unwatch(&s, kalshi_handle(&s, T1));
    session_unwatch(&other, kalshi_handle(&other, T1));
    session_advance(&s, 60);
    session_advance(&other, 60);
    assert_true(strstr(journal_text(&s.journal), "wish disconnect") != NULL);
    assert_same_journals(&s, &other);
    session_close(&s);
    session_close(&other);
}

/* What is asked while the round lasts is the market's: its reply finds it. */
static void a_request_made_meanwhile_is_answered(void **state)
{
    struct session s, other;
    (void)state;
    for (unsigned i = 0; i < 2; i++) {
        struct session *each = i ? &other : &s;
        kalshi_open_with(each, EVERYTHING, (struct venue_options){0});
    }
    session_watch(&s, kalshi_add(&s, T1));
    session_watch(&s, kalshi_add(&s, T2));
    give_links(&s, &other);
    session_advance(&s, 0);
    session_advance(&other, 0);
    give_market(&s, &other, T1);
    session_advance(&s, 400);
    session_advance(&other, 400);
    give_market(&s, &other, T2);
    other.journal.request = s.journal.request;
    expect_same_saves(&s, &other);
    journal_clear(&s.journal);
    journal_clear(&other.journal);
    static const char body[] = "{\"orderbook_fp\":{\"yes_dollars\":[[\"0.2\",\"5\"]],\"no_dollars\":[]}}";
    session_reply(&s, 200, body);
    session_reply(&other, 200, body);
    expect_state_of(&other, T2, "polled");
    session_advance(&s, 60000);
    session_advance(&other, 60000);
    assert_same_journals(&s, &other);
    expect_same_saves(&s, &other);
    session_close(&s);
    session_close(&other);
}

/* === Another process === */

static void its_clock_makes_no_difference(void **state)
{
    struct run *run = calloc(2, sizeof *run), *fork = run + 1;
    (void)state;
    assert_non_null(run);
    for (uint64_t seed = 1; seed < 6; seed++) {
        struct saved saved, again;
        run_begin(run, (struct venue_options){.has_key = true}, seed);
        for (unsigned i = 0; i < 200; i++) run_step(run);
        save_all(&run->s, &saved);
        run_open(fork, run->options, 0);
        fork->s.now = (struct stamp){run->s.now.mono + INT64_C(77777777777777), run->s.now.wall};
        restore_all(&fork->s, &saved);
        save_all(&fork->s, &again);
        assert_saved_equal(&saved, &again);
        saved_free(&saved);
        saved_free(&again);
        run_close(run);
        run_close(fork);
    }
    free(run);
}

static void what_was_asked_of_the_catalogue_is_gone(void **state)
{
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    s.venue->lookup(s.sync, s.now, 7, LOOKUP_MARKET, TEXT(T1));
    uint32_t asked = s.journal.request;
    s.venue->lookup(s.sync, s.now, 8, LOOKUP_SEARCH, TEXT("bridge"));
    session_advance(&s, 500);
    assert_true(s.journal.request != asked); /* a page of the scan */
    give_links(&s, &other);
    give_market(&s, &other, T1);
    give_market(&s, &other, T2);
    expect_same_saves(&s, &other);
    journal_clear(&other.journal);
    for (uint32_t request = 0; request < 10; request++) {
        other.journal.request = request;
        session_reply(&other, 200, "{\"events\":[],\"cursor\":\"\"}");
    }
    expect_journal(&other, "");
    struct venue_progress progress;
    other.venue->progress(other.sync, &progress);
    assert_false(progress.running);
    other.venue->lookup(other.sync, other.now, 9, LOOKUP_SEARCH, TEXT("bridge"));
    session_advance(&other, 2000);
    assert_true(strstr(journal_text(&other.journal), "wish get https://rest/events?") != NULL);
    session_close(&s);
    session_close(&other);
}

/* === Anything may be read === */

/* A sync that has seen much. */
static void save_something(struct saved *saved, bool has_key, uint64_t seed)
{
    struct run *run = calloc(1, sizeof *run);
    assert_non_null(run);
    run_begin(run, (struct venue_options){.has_key = has_key}, seed);
    for (unsigned i = 0; i < 150; i++) run_step(run);
    save_all(&run->s, saved);
    run_close(run);
    free(run);
}

/* Whatever became of it: what is kept holds together, and it goes on. */
static void go_on(struct run *run)
{
    struct saved saved;
    run->world.linked = true;
    run->s.messages = 100;
    for (unsigned i = 0; i < 12; i++) run_step(run);
    save_all(&run->s, &saved);
    saved_free(&saved);
    session_finish(&run->s);
}

static void try_snaps(struct run *run, bool has_key, const struct saved *saved, const char *links, const char *market)
{
    run_open(run, (struct venue_options){.has_key = has_key}, 1);
    run->world.sid = 1;
    session_at(&run->s, run->world.ms = 500000);
    for (size_t i = 0; i < WORLD_MARKETS; i++) kalshi_add(&run->s, world_tickers[i]);
    run->s.venue->restore_links(run->s.sync, run->s.now, text_from(links));
    for (size_t i = 1; i < saved->count; i++) restore_market(&run->s, &saved->instruments[i], saved->markets[i]);
    if (!restore_market(&run->s, &saved->instruments[0], market)) {
        const struct market *left = session_market(&run->s, saved->instruments[0].symbol);
        assert_false(left->has_book || left->burst_open);
        assert_int_equal(left->book.bids.count + left->book.asks.count, 0);
        assert_int_equal(left->proof.state, PROOF_SYNCING);
    }
    go_on(run);
    run_close(run);
}

static void no_cut_snap_is_taken(void **state)
{
    struct run *run = calloc(1, sizeof *run);
    struct saved saved;
    (void)state;
    assert_non_null(run);
    save_something(&saved, true, 3);
    run_open(run, (struct venue_options){.has_key = true}, 1);
    for (size_t length = 0; length < strlen(saved.links); length++) {
        char *cut = strndup(saved.links, length);
        assert_false(run->s.venue->restore_links(run->s.sync, run->s.now, text_from(cut)));
        free(cut);
    }
    for (size_t length = 0; length < strlen(saved.markets[0]); length++) {
        char *cut = strndup(saved.markets[0], length);
        assert_false(restore_market(&run->s, &saved.instruments[0], cut));
        free(cut);
    }
    restore_all(&run->s, &saved);
    run_close(run);
    saved_free(&saved);
    free(run);
}

/* A byte, or a value of one member in the place of another's. */
static void change(struct world *world, char *text)
{
    static const char bytes[] = "0123456789-,:[]{}\"truefalsn";
    size_t length = strlen(text), at = world_pick(world, (unsigned)length);
    if (world_pick(world, 3)) {
        while (text[at] && !(text[at] >= '0' && text[at] <= '9')) at++;
        if (text[at]) text[at] = (char)('0' + world_pick(world, 10));
    } else {
        text[at] = bytes[world_pick(world, sizeof bytes - 1)];
    }
}

static void changed_snaps_do_no_harm(void **state)
{
    struct run *run = calloc(1, sizeof *run);
    struct world world = {.random = 5};
    (void)state;
    assert_non_null(run);
    for (unsigned i = 0; i < 10; i++) {
        struct saved saved;
        bool has_key = i % 3 != 0;
        save_something(&saved, has_key, 10 + i);
        for (unsigned n = 0; n < 120; n++) {
            char *links = strdup(saved.links), *market = strdup(saved.markets[0]);
            for (unsigned changes = 1 + world_pick(&world, 3); changes > 0; changes--)
                change(&world, world_pick(&world, 2) ? links : market);
            try_snaps(run, has_key, &saved, links, market);
            free(links);
            free(market);
        }
        saved_free(&saved);
    }
    free(run);
}

/* Well-formed, and impossible. */
static void what_cannot_be_is_refused(void **state)
{
    static const char *const links[] = {"",
                                        "[]",
                                        "null",
                                        "{\"phase\":7}",
                                        "{\"watched\":-1}",
                                        "{\"channel_sid\":[1,2]}",
                                        "{\"sent\":-1}",
                                        "{\"sent\":9223372036854775807}",
                                        "{\"streams\":[{\"place\":32,\"sid\":1}]}",
                                        "{\"streams\":[{\"place\":1}]}",
                                        "{\"streams\":[{\"place\":1,\"sid\":5},{\"place\":2,\"sid\":5}]}",
                                        "{\"streams\":[{\"place\":1,\"sid\":5},{\"place\":1,\"sid\":6}]}",
                                        "{\"commands\":[{\"place\":64,\"id\":1,\"kind\":1}]}",
                                        "{\"commands\":[{\"place\":1,\"id\":1}]}",
                                        "{\"commands\":[{\"place\":1,\"id\":0,\"kind\":1}]}",
                                        "{\"commands\":[{\"place\":1,\"id\":1,\"kind\":5}]}",
                                        "{\"commands\":[{\"place\":1,\"id\":1,\"kind\":1,\"channel\":3}]}",
                                        "{\"backoff\":-1}",
                                        "{\"tell_due\":99999999999999999999}",
                                        "{\"wanted\":1}",
                                        "{\"markets\":[1]}"};
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    for (size_t i = 0; i < sizeof links / sizeof *links; i++)
        if (other.venue->restore_links(other.sync, other.now, text_from(links[i]))) fail_msg("%s", links[i]);

    /* One value of a good one in another's place. */
    static const char *const changes[][2] = {{"\"bids\":[[\"0.48\"", "\"bids\":[[\"0.49\""},
                                             {"\"step\":0", "\"step\":5"},
                                             {"\"kept\":", "\"kept\":[],\"x\":"},
                                             {"\"asked\":", "\"x\":"},
                                             {"\"open\":[]", "\"open\":[{\"kind\":1,\"number\":1,\"asked\":0}]"},
                                             {"\"open\":[]", "\"open\":[{\"kind\":3,\"number\":1}]"},
                                             {"\"burst_open\":false", "\"burst_open\":true"},
                                             {"\"watchers\":1", "\"watchers\":4294967295"},
                                             {"\"told\":[true,", "\"told\":["},
                                             {"\"poll_wait\":0", "\"poll_wait\":-1"}};
    const struct market *market = session_market(&s, T1);
    char *good = save_market(&s, market), *bad = malloc(strlen(good) + 256);
    assert_non_null(bad);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        const char *at = strstr(good, changes[i][0]);
        if (!at) fail_msg("nowhere: %s in %s", changes[i][0], good);
        int kept = (int)(at - good);
        sprintf(bad, "%.*s%s%s", kept, good, changes[i][1], at + strlen(changes[i][0]));
        if (restore_market(&other, &market->instrument, bad)) fail_msg("%s", changes[i][1]);
    }
    struct instrument wrong = market->instrument;
    wrong.price_scale = 3;
    assert_false(restore_market(&other, &wrong, good));
    wrong = market->instrument;
    wrong.venue = VENUE_POLYMARKET;
    assert_false(restore_market(&other, &wrong, good));
    assert_true(restore_market(&other, &market->instrument, good));
    free(good);
    free(bad);
    session_close(&s);
    session_close(&other);
}

/* Open bursts end in the order of their times: one that never ends would keep all others. */
static void no_burst_lasts_for_ever(void **state)
{
    static const char *const changes[] = {"\"quiet_at\":null", "\"quiet_at\":-60000000", "\"quiet_at\":-50000000"};
    struct session s, other;
    (void)state;
    open_both(&s, &other);
    const struct market *market = session_market(&s, T1);
    session_hear(&s, 20, frame_delta(1, 3, T1, "no 0.52 5", 5000));
    assert_true(market->burst_open);
    other.now = s.now;
    char *good = save_market(&s, market), *bad = malloc(strlen(good) + 256);
    const char *at = strstr(good, "\"quiet_at\":");
    assert_non_null(bad);
    assert_non_null(at);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        bool is_possible = i == 2;
        sprintf(bad, "%.*s%s%s", (int)(at - good), good, changes[i], strchr(at, ','));
        assert_int_equal(restore_market(&other, &market->instrument, bad), is_possible);
    }
    free(good);
    free(bad);
    session_close(&s);
    session_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_phase_of_the_link_is_told),
        cmocka_unit_test(what_comes_between_makes_no_gap),
        cmocka_unit_test(a_market_does_not_set_its_stream_back),
        cmocka_unit_test(the_link_waits_for_its_markets),
        cmocka_unit_test(one_that_is_left_meanwhile_is_not_waited_for),
        cmocka_unit_test(a_request_made_meanwhile_is_answered),
        cmocka_unit_test(its_clock_makes_no_difference),
        cmocka_unit_test(what_was_asked_of_the_catalogue_is_gone),
        cmocka_unit_test(no_cut_snap_is_taken),
        cmocka_unit_test(changed_snaps_do_no_harm),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(no_burst_lasts_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
