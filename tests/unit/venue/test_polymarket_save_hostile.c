/* What a recording says may be anybody's: it is refused, or does no harm. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <setjmp.h>

#include <cmocka.h>

#include "polymarket_game.h"
#include "twins.h"

#define SNAP_ROOM    65536
#define LINK_MARKETS 100

struct saved {
    struct instrument instruments[GAME_MARKETS];
    char links[SNAP_ROOM], markets[GAME_MARKETS][SNAP_ROOM];
    struct stamp now;
};

/* What a session has saved after so many moves. */
static void save_after(unsigned moves, struct saved *saved)
{
    static struct move move;
    struct session session;
    struct json_writer out = {0};
    struct game game = {.dice = moves};
    game_begin(&session);
    for (unsigned i = 0; i < moves; i++) {
        game_move(&game, &move, session.journal.request);
        game_do(&session, &move);
    }
    saved->now = session.now;
    twin_save_links(&session, &out);
    text_copy(json_writer_text(&out), saved->links, SNAP_ROOM);
    for (unsigned i = 0; i < GAME_MARKETS; i++) {
        saved->instruments[i] = session_market(&session, game_symbols[i])->instrument;
        twin_save_market(&session, game_symbols[i], &out);
        text_copy(json_writer_text(&out), saved->markets[i], SNAP_ROOM);
    }
    json_writer_free(&out);
    session_close(&session);
}

static bool restore_links(struct session *s, const struct saved *saved, struct text links)
{
    s->now = saved->now;
    return s->venue->restore_links(s->sync, s->now, links);
}

static bool restore_market(struct session *s, const struct saved *saved, unsigned n, struct text market)
{
    s->now = saved->now;
    return registry_market(s->registry, s->venue->restore(s->sync, s->now, &saved->instruments[n], market)) != NULL;
}

static void open_new(struct session *s)
{
    session_open_with(s, 0, (struct venue_options){0});
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static struct saved saved;
    struct session s;
    save_after(90, &saved);
    open_new(&s);
    assert_true(restore_links(&s, &saved, text_from(saved.links)));
    assert_true(restore_market(&s, &saved, 0, text_from(saved.markets[0])));
    for (size_t length = 0; length < strlen(saved.links); length++)
        assert_false(restore_links(&s, &saved, (struct text){saved.links, length}));
    for (size_t length = 0; length < strlen(saved.markets[0]); length++) {
        assert_false(restore_market(&s, &saved, 0, (struct text){saved.markets[0], length}));
        assert_false(session_market(&s, M1)->had_book);
    }
    session_close(&s);
}

/* Another value in the place of the n-th. */
static void change_value(struct game *game, const char *text, char *out)
{
    static const char *const values[] = {"null",
                                         "0",
                                         "-1",
                                         "1",
                                         "63",
                                         "65535",
                                         "4294967295",
                                         "9223372036854775807",
                                         "-9223372036854775808",
                                         "18446744073709551615",
                                         "18446744073709551616",
                                         "1152921504606846976",
                                         "-1152921504606846976",
                                         "1e9",
                                         "true",
                                         "false",
                                         "\"\"",
                                         "\"0xm2\"",
                                         "[]",
                                         "{}",
                                         "[null]"};
    size_t length = strlen(text), at = game_roll(game, (unsigned)length);
    while (at < length && text[at] != ':') at++;
    size_t end = at == length ? length : at + 1;
    while (end < length && !strchr(",}]", text[end])) end++;
    snprintf(out, SNAP_ROOM, "%.*s%s%s%s", (int)at, text, at == length ? "" : ":",
             values[game_roll(game, sizeof values / sizeof *values)], text + end);
}

static void change_byte(struct game *game, const char *text, char *out)
{
    snprintf(out, SNAP_ROOM, "%s", text);
    out[game_roll(game, (unsigned)strlen(text))] = "0123456789-,:[]{}\"ntf\\ "[game_roll(game, 23)];
}

static const char *change(struct game *game, const char *text)
{
    static char once[SNAP_ROOM], twice[SNAP_ROOM];
    (game_roll(game, 3) ? change_value : change_byte)(game, text, once);
    if (game_roll(game, 2)) return once;
    change_value(game, once, twice);
    return twice;
}

/* Whatever was believed, life goes on with it. */
static void live_on(struct session *s, struct game *game)
{
    static struct move move;
    for (unsigned i = 0; i < 25; i++) {
        game_move(game, &move, game_roll(game, 20));
        game_do(s, &move);
    }
    session_advance(s, game->ms + 70000);
    free(twin_save(s));
}

static void changed_snaps_do_no_harm(void **state)
{
    (void)state;
    static struct saved saved;
    unsigned believed = 0, refused = 0;
    for (unsigned n = 0; n < 500; n++) {
        struct session s;
        const struct stamp start = JOURNAL_START;
        struct game game = {.dice = n};
        if (n % 25 == 0) save_after(20 + n, &saved);
        game.ms = (saved.now.mono - start.mono) / NANOSECONDS_PER_MILLISECOND;
        open_new(&s);
        bool links = n % 2;
        bool known = restore_links(&s, &saved, text_from(links ? change(&game, saved.links) : saved.links));
        for (unsigned i = 0; i < GAME_MARKETS; i++)
            known &=
                restore_market(&s, &saved, i, text_from(links ? saved.markets[i] : change(&game, saved.markets[i])));
        believed += known;
        refused += !known;
        live_on(&s, &game);
        session_close(&s);
    }
    assert_true(believed > 0 && refused > 0);
}

static void a_book_that_is_not_its_digests_is_refused(void **state)
{
    (void)state;
    static const char book[] = "{\"bids\":[[\"%s\",\"30\"]],\"asks\":[],\"h\":\"b3:"
                               "0000000000000000000000000000000000000000000000000000000000000000\"}";
    static struct saved saved;
    struct session s;
    char market[256];
    save_after(1, &saved);
    open_new(&s);
    snprintf(market, sizeof market, book, "0.48");
    assert_false(restore_market(&s, &saved, 0, text_from(market)));
    snprintf(market, sizeof market, book, "1.48");
    assert_false(restore_market(&s, &saved, 0, text_from(market)));
    assert_false(restore_market(&s, &saved, 0, text_from("{}")));
    assert_int_equal(session_market(&s, M1)->book.bids.count, 0);
    session_close(&s);
}

static void an_instrument_of_other_terms_is_refused(void **state)
{
    (void)state;
    static struct saved saved;
    struct session s;
    save_after(60, &saved);
    open_new(&s);
    struct instrument good = saved.instruments[0], *told = &saved.instruments[0];
    struct text market = text_from(saved.markets[0]);
    assert_true(restore_market(&s, &saved, 0, market));
    told->price_scale = 2;
    assert_false(restore_market(&s, &saved, 0, market));
    *told = good;
    told->tick = 0;
    assert_false(restore_market(&s, &saved, 0, market));
    *told = good;
    told->venue = VENUE_KALSHI;
    assert_false(restore_market(&s, &saved, 0, market));
    *told = good;
    told->symbol[0] = '\0';
    assert_false(restore_market(&s, &saved, 0, market));
    *told = good;
    told->outcomes[0] = good.outcomes[1]; /* the book would be the other outcome's */
    told->outcomes[1] = good.outcomes[0];
    assert_false(restore_market(&s, &saved, 0, market));
    *told = good;
    assert_true(restore_market(&s, &saved, 0, market));
    session_close(&s);
}

static void a_stamp_of_nowhere_is_refused(void **state)
{
    (void)state;
    static struct saved saved;
    struct session s;
    save_after(60, &saved);
    open_new(&s);
    struct stamp stamps[] = {{INT64_MAX, 0}, {INT64_MIN, 0}, {0, INT64_MAX}, {0, INT64_MIN}};
    for (size_t i = 0; i < sizeof stamps / sizeof *stamps; i++) {
        saved.now = stamps[i];
        assert_false(restore_links(&s, &saved, text_from(saved.links)));
        assert_false(restore_market(&s, &saved, 0, text_from(saved.markets[0])));
    }
    session_close(&s);
}

/* No list of tokens becomes longer than what is made for it. */
static void no_link_gets_too_many_markets(void **state)
{
    (void)state;
    struct session s;
    char *links = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&links, &size);
    fprintf(file, "{\"markets\":[");
    for (unsigned i = 0; i <= LINK_MARKETS; i++)
        fprintf(file, "%s{\"market\":\"0x%u\",\"token_0\":\"%u\",\"watchers\":1,\"on\":3}", i ? "," : "", i, 5000 + i);
    fprintf(file, "]}");
    fclose(file);
    open_new(&s);
    assert_false(s.venue->restore_links(s.sync, s.now, text_from(links)));
    session_close(&s);
    free(links);
}

/* Nor are more subscribed on it. */
static void no_link_gets_too_many_subscriptions(void **state)
{
    (void)state;
    for (unsigned more = 0; more < 2; more++) {
        struct session s;
        char *links = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&links, &size);
        fprintf(file, "{\"markets\":[");
        for (unsigned i = 0; i < LINK_MARKETS + more; i++)
            fprintf(file, "%s{\"market\":\"0x%u\",\"token_0\":\"%u\",\"subscribed\":3}", i ? "," : "", i, 5000 + i);
        fprintf(file, ",{\"market\":\"0x0\",\"subscribed\":3}]}"); /* once more, that is not one more */
        fclose(file);
        open_new(&s);
        assert_int_equal(s.venue->restore_links(s.sync, s.now, text_from(links)), more == 0);
        session_close(&s);
        free(links);
    }
}

/* Open bursts end in the order of their times: one that never ends would keep all others. */
static void no_burst_lasts_for_ever(void **state)
{
    (void)state;
    static const char *const changes[] = {"\"quiet_at\":null", "\"quiet_at\":-60000000", "\"quiet_at\":-50000000"};
    struct json_writer out = {0};
    char bad[SNAP_ROOM];
    struct session s, other;
    session_begin(&s, 0);
    session_hear(&s, 10, frame_changes(1010, YES " BUY 0.47 4.5 7"));
    assert_true(session_market(&s, M1)->burst_open);
    twin_save_market(&s, M1, &out);
    struct text good = json_writer_text(&out);
    const char *at = strstr(good.at, "\"quiet_at\":");
    assert_non_null(at);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        snprintf(bad, sizeof bad, "%.*s%s%.*s", (int)(at - good.at), good.at, changes[i],
                 (int)(good.at + good.length - strchr(at, ',')), strchr(at, ','));
        open_new(&other);
        other.now = s.now;
        struct market_handle handle =
            other.venue->restore(other.sync, other.now, &session_market(&s, M1)->instrument, text_from(bad));
        bool is_possible = i == 2;
        assert_int_equal(registry_market(other.registry, handle) != NULL, is_possible);
        session_close(&other);
    }
    json_writer_free(&out);
    session_close(&s);
}

/* What is open is looked through one by one. */
static void requests_are_few_and_asked_for_once(void **state)
{
    (void)state;
    static const struct {
        unsigned count;
        const char *asked;
        bool good;
    } cases[] = {{4096, "5", true}, {4097, "5", false}, {1, "null", false}, {1, "-1", false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct session s;
        char *links = NULL;
        size_t size = 0;
        FILE *file = open_memstream(&links, &size);
        fprintf(file, "{\"requests\":[");
        for (unsigned n = 0; n < cases[i].count; n++)
            fprintf(file, "%s{\"kind\":2,\"number\":%u,\"asked\":%s}", n ? "," : "", n + 1, cases[i].asked);
        fprintf(file, "]}");
        fclose(file);
        open_new(&s);
        assert_int_equal(s.venue->restore_links(s.sync, s.now, text_from(links)), cases[i].good);
        session_close(&s);
        free(links);
    }
}

/* What is on a link is written, whatever else is known. */
static void many_that_are_known_do_not_fill_a_round(void **state)
{
    (void)state;
    struct json_writer out = {0};
    struct session s, other;
    char symbol[32];
    session_open_with(&s, 0, (struct venue_options){0});
    for (unsigned i = 0; i < 5000; i++) {
        snprintf(symbol, sizeof symbol, "0xknown%u", i);
        session_add(&s, symbol, "", "");
    }
    session_watch(&s, session_add(&s, M1, YES, NO));
    session_link(&s, 0, LINK_OPENED);
    session_advance(&s, 100);
    twin_save_links(&s, &out);
    open_new(&other);
    other.now = s.now;
    assert_true(other.venue->restore_links(other.sync, other.now, json_writer_text(&out)));
    assert_non_null(session_market(&other, M1));
    assert_int_equal(registry_count(other.registry), 4096 + 1);
    json_writer_free(&out);
    session_close(&other);
    session_close(&s);
}

/* Each is a place in memory. */
static void markets_of_a_recording_have_an_end(void **state)
{
    (void)state;
    static struct saved saved;
    struct session s;
    char symbol[32];
    save_after(20, &saved);
    open_new(&s);
    assert_true(restore_market(&s, &saved, 0, text_from(saved.markets[0])));
    for (unsigned i = 1; i < 65536; i++) {
        snprintf(symbol, sizeof symbol, "0xknown%u", i);
        session_add(&s, symbol, "", "");
    }
    assert_true(restore_market(&s, &saved, 0, text_from(saved.markets[0])));
    assert_false(restore_market(&s, &saved, 1, text_from(saved.markets[1])));
    assert_int_equal(registry_count(s.registry), 65536);
    session_close(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(changed_snaps_do_no_harm),
        cmocka_unit_test(a_book_that_is_not_its_digests_is_refused),
        cmocka_unit_test(an_instrument_of_other_terms_is_refused),
        cmocka_unit_test(a_stamp_of_nowhere_is_refused),
        cmocka_unit_test(no_link_gets_too_many_markets),
        cmocka_unit_test(no_link_gets_too_many_subscriptions),
        cmocka_unit_test(no_burst_lasts_for_ever),
        cmocka_unit_test(requests_are_few_and_asked_for_once),
        cmocka_unit_test(many_that_are_known_do_not_fill_a_round),
        cmocka_unit_test(markets_of_a_recording_have_an_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
