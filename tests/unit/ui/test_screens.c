/* Golden screens of every view, from scenes made by hand, at the sizes where the layout changes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <time.h>

#include "golden.h"
#include "sample_scene.h"

static const struct {
    int width, height;
} sizes[] = {{40, 12}, {80, 24}, {120, 40}};

static void add(struct golden *golden, struct scene *scene, int width, int height, bool ascii)
{
    struct canvas canvas = {.ascii = ascii};
    assert_true(canvas_resize(&canvas, height, width));
    scene_draw(scene, &canvas);
    golden_add(golden, &canvas);
    canvas_free(&canvas);
}

static void check(struct scene *scene, const char *name)
{
    struct golden golden;
    golden_begin(&golden, name);
    for (int ascii = 0; ascii < 2; ascii++) {
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            add(&golden, scene, sizes[i].width, sizes[i].height, ascii == 1);
        }
    }
    assert_true(golden_end(&golden));
    sample_scene_free(scene);
}

static void draws_a_book(void **state)
{
    (void)state;
    check(sample_scene(), "book");
}

static void draws_the_cursor(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    for (int i = 0; i < 4; i++) assert_true(scene_act(scene, ACTION_UP));
    check(scene, "cursor");
}

static void draws_the_far_end(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    assert_true(scene_act(scene, ACTION_FAR_END));
    assert_true(scene_act(scene, ACTION_UP));
    assert_true(scene_act(scene, ACTION_UP));
    check(scene, "far-end");
}

static void draws_the_other_outcome_grouped(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    assert_true(scene_act(scene, ACTION_FLIP));
    assert_true(scene_act(scene, ACTION_COARSER));
    assert_true(scene_act(scene, ACTION_SHALLOWER));
    assert_true(scene_act(scene, ACTION_SHALLOWER));
    assert_true(scene_act(scene, ACTION_SHALLOWER));
    assert_true(scene_act(scene, ACTION_UNIT));
    check(scene, "flipped");
}

static void draws_a_stale_book(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_lose_link);
    check(scene, "stale");
}

static void draws_a_book_whose_venue_refuses_us(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_give_up);
    check(scene, "given-up");
}

static void draws_a_book_in_doubt(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    sample_change(scene, sample_doubt);
    check(scene, "doubt");
}

/* From its start, and from its end. */
static void draws_the_log(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct golden golden;
    sample_open_log(scene);
    golden_begin(&golden, "log");
    for (int ascii = 0; ascii < 2; ascii++) {
        add(&golden, scene, 40, 12, ascii == 1);
        add(&golden, scene, 60, 15, ascii == 1);
        add(&golden, scene, 80, 24, ascii == 1);
        add(&golden, scene, 120, 40, ascii == 1);
        scene_act(scene, ACTION_END);
        add(&golden, scene, 60, 15, ascii == 1);
        add(&golden, scene, 80, 24, ascii == 1);
        scene_act(scene, ACTION_HOME);
    }
    assert_true(golden_end(&golden));
    sample_scene_free(scene);
}

static void a_proxy_refuses(struct book_view *view)
{
    sample_lose_link(view);
    view->has_book = false;
    view->proof = (struct proof){.state = PROOF_SYNCING};
    view->link.entered[LINK_STATE_RESOLVING] = view->link.entered[LINK_STATE_CONNECTING] = 3;
    view->link.steps[STEP_CONNECT] = view->link.steps[STEP_SUBSCRIBE] = view->link.steps[STEP_FIRST_BOOK] = -1;
    sample_text(view->link.reason, sizeof view->link.reason,
                "the proxy at 127.0.0.1:3128 refused to connect us to ws-subscriptions-clob.polymarket.com:443: HTTP "
                "407 Proxy Authentication Required");
}

static void draws_a_start_that_failed(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, a_proxy_refuses);
    check(scene, "start-failed");
}

static void draws_a_book_that_is_awaited_again(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_regain_link);
    check(scene, "stale-syncing");
}

static void refine_the_tick(struct book_view *view)
{
    view->instrument.tick = 10;
    sample_depth(&view->depth, 4210, 4230, 10);
}

static void follows_the_tick(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, refine_the_tick);
    check(scene, "fine-tick");
}

static void remove_the_asks(struct book_view *view)
{
    view->depth.ask_count = view->depth.asks_in_book = 0;
}

static void draws_a_one_sided_book(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, remove_the_asks);
    check(scene, "one-sided");
}

static void resolve(struct book_view *view)
{
    view->depth.ask_count = view->depth.asks_in_book = 0;
    view->depth.bid_count = view->depth.bids_in_book = 0;
    view->tape.count = 0;
    view->status = MARKET_RESOLVED;
    view->winner = 1;
}

static void draws_a_resolved_market(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, resolve);
    check(scene, "resolved");
}

static void draws_a_verified_book(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    check(scene, "verified");
}

static void draws_a_suspect_book(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_suspect);
    check(scene, "suspect");
}

static void lock(struct book_view *view)
{
    sample_verify(view);
    sample_depth(&view->depth, 4300, 4300, 100);
    view->locked = true;
}

static void draws_a_locked_book_that_is_verified(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, lock);
    check(scene, "locked");
}

/* Two bids reach into the asks that changed last, and are not drawn. */
static void cross(struct book_view *view)
{
    sample_suspect(view);
    view->proof.why = "its book is asked for anew";
    sample_depth(&view->depth, 4400, 4300, 100);
    view->crossed = true;
    view->cut = (struct clean_cut){SIDE_BID, 2};
}

static void draws_a_crossed_book(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, cross);
    check(scene, "crossed");
}

static void cross_and_prove(struct book_view *view)
{
    sample_verify(view);
    sample_depth(&view->depth, 4400, 4300, 100);
    view->crossed = true;
}

static void draws_a_crossed_book_that_is_verified(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, cross_and_prove);
    check(scene, "crossed-verified");
}

static void forget_the_book(struct book_view *view)
{
    view->has_book = false;
    view->link.state = LINK_STATE_CONNECTING;
    for (int step = STEP_CONNECT; step <= STEP_FIRST_BOOK; step++) view->link.steps[step] = -1;
}

static void draws_the_start(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, forget_the_book);
    scene->opening_since.mono -= 3 * NANOSECONDS_PER_SECOND;
    check(scene, "start");
}

static void draws_the_help(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    scene->help_open = true;
    check(scene, "help");
}

/* The panel at its top, at its end where it is longer than the window, and in the size between the others. */
static void check_proof(struct scene *scene, const char *name)
{
    struct golden golden;
    golden_begin(&golden, name);
    assert_true(scene_act(scene, ACTION_PROOF));
    for (int ascii = 0; ascii < 2; ascii++) {
        add(&golden, scene, 40, 12, ascii == 1);
        add(&golden, scene, 80, 24, ascii == 1);
        assert_true(scene_act(scene, ACTION_END));
        add(&golden, scene, 80, 24, ascii == 1);
        assert_true(scene_act(scene, ACTION_HOME));
        add(&golden, scene, 100, 30, ascii == 1);
        add(&golden, scene, 120, 40, ascii == 1);
    }
    assert_true(golden_end(&golden));
    sample_scene_free(scene);
}

static void draws_the_proof(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    check_proof(scene, "proof");
}

static void be_hostile(struct book_view *view);

static void draws_the_proof_of_a_suspect_book_with_hostile_names(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_suspect);
    sample_change(scene, be_hostile);
    check_proof(scene, "proof-suspect");
}

static void draws_the_proof_before_the_first_check(void **state)
{
    (void)state;
    check_proof(sample_scene(), "proof-live");
}

static void draws_the_list(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    struct quote_table *quotes = malloc(sizeof *quotes);
    assert_non_null(quotes);
    sample_catalogue(&catalogue);
    catalogue.entries[8].status = MARKET_PAUSED;
    sample_quotes(quotes, &catalogue, 6);
    assert_true(market_list_set(&scene->list, &catalogue));
    static const enum proof_state states[] = {PROOF_VERIFIED, PROOF_VERIFIED,     PROOF_SUSPECT,
                                              PROOF_LIVE,     PROOF_UNVERIFIABLE, PROOF_STALE};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++) quotes->quotes[i].proof = states[i];
    market_list_quotes(&scene->list, quotes);
    scene->screen = SCREEN_LIST;
    assert_true(scene_act(scene, ACTION_DOWN));
    check(scene, "list");
    catalogue_free(&catalogue);
    free(quotes);
}

/* Markets of two venues in one list, and one of them still reads its catalogue. */
static void draws_a_list_of_two_venues(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    static struct quote_table quotes;
    sample_catalogue(&catalogue);
    for (size_t i = 5; i < catalogue.count; i++) {
        struct catalogue_entry *entry = &catalogue.entries[i];
        entry->instrument.venue = VENUE_KALSHI;
        entry->liquidity = -1;
        if (i < 8) entry->instrument.tick = 10;
    }
    catalogue.entries[8].status = MARKET_CLOSED;
    sample_quotes(&quotes, &catalogue, 6);
    for (uint32_t i = 5; i < quotes.count; i++) {
        quotes.quotes[i].venue = VENUE_KALSHI;
        quotes.quotes[i].proof = PROOF_POLLED;
    }
    quotes.progress[VENUE_KALSHI] = (struct venue_progress){.running = true, .events = 1400};
    assert_true(market_list_set(&scene->list, &catalogue));
    market_list_quotes(&scene->list, &quotes);
    scene->screen = SCREEN_LIST;
    check(scene, "list-venues");
    catalogue_free(&catalogue);
}

static void draws_the_prompt(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    scene->prompt_open = true;
    for (const char *c = "harbour bridge"; *c != '\0'; c++) assert_true(prompt_insert(&scene->prompt, *c));
    check(scene, "prompt");
}

static void draws_a_book_that_is_recorded(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    sample_record(scene, TAPING_ON);
    check(scene, "recording");
}

static void draws_a_recording_that_begins_and_has_a_gap(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_suspect);
    sample_record(scene, TAPING_ON);
    scene->taping.recorder.dropped = 312;
    setenv("HOME", "/home/ada", 1);
    scene_notice_file(scene, ROLE_TEXT, "recording to", scene->taping.recorder.path);
    check(scene, "recording-gap");
}

static void draws_a_recording_that_failed(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_lose_link);
    sample_record(scene, TAPING_FAILED);
    check(scene, "recording-failed");
}

static void draws_a_recording_that_ends_while_a_note_is_typed(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_record(scene, TAPING_ENDING);
    scene->prompt_open = true;
    scene->prompt_use = PROMPT_MARK;
    for (const char *c = "the rumour"; *c != '\0'; c++) assert_true(prompt_insert(&scene->prompt, *c));
    check(scene, "recording-mark");
}

static void draws_a_replay(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    scene->demo = scene->book.demo = false;
    sample_change(scene, sample_verify);
    sample_replay(scene);
    check(scene, "replay");
}

/* With everything that can be there at the same time. */
static void draws_a_paused_replay_that_is_damaged(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_give_up);
    sample_replay(scene);
    scene->replay.paused = true;
    scene->replay.surveyed = 430;
    sample_text(scene->replay.trouble, RECORDING_REASON,
                "block 31 at byte 7,340,032: its checksum is wrong; 12 s are missing");
    check(scene, "replay-paused");
}

static void draws_a_jump_of_a_replay(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, sample_verify);
    sample_replay(scene);
    scene->replay.seeking = true;
    sample_text(scene->jump, sizeof scene->jump, "42");
    check(scene, "replay-jump");
}

static void draws_the_list_of_a_replay_at_its_end(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    struct catalogue catalogue = {0};
    sample_catalogue(&catalogue);
    assert_true(market_list_set(&scene->list, &catalogue));
    scene->screen = SCREEN_LIST;
    sample_replay(scene);
    scene->replay.length = 59 * 60 * NANOSECONDS_PER_SECOND;
    scene->replay.position = scene->replay.length;
    scene->replay.ended = true;
    check(scene, "replay-list");
    catalogue_free(&catalogue);
}

static void draws_the_help_of_a_replay(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_replay(scene);
    scene->help_open = true;
    check(scene, "replay-help");
}

static void draws_the_tape_alone(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    assert_true(scene_act(scene, ACTION_NEXT_PANE));
    assert_true(scene_act(scene, ACTION_FULL_PANE));
    assert_true(scene_act(scene, ACTION_DOWN));
    check(scene, "tape");
}

static void be_hostile(struct book_view *view)
{
    sample_text(view->instrument.title, INSTRUMENT_TEXT_SIZE,
                "\x1b[2J\x1b]0;owned\x07\xe6\xb8\xaf\xe5\x8f\xa3\xe5\xa4\xa7\xe6\xa9\x8b "
                "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84\xcc\x85\xcc\x86 "
                "\xe2\x80\xae desrever \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xff\xc0\xaf \x9b 31m");
    sample_text(view->instrument.outcomes[0].name, INSTRUMENT_NAME_SIZE, "\xe6\x98\xaf\x1b[31m");
    sample_text(view->instrument.outcomes[1].name, INSTRUMENT_NAME_SIZE, "\r\n\t\x08N\xe2\x80\xaeo\xff");
}

static void keeps_hostile_titles_in_their_columns(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    sample_change(scene, be_hostile);
    check(scene, "hostile");
}

static void says_that_the_window_is_too_small(void **state)
{
    (void)state;
    static const struct {
        int width, height;
        const char *first, *second;
    } cases[] = {
        {40, 11, "needs 40x12, this window is 40x11", ""},
        {33, 30, "needs 40x12, this window is 33x30", ""},
        {32, 30, "needs 40x12", "this is 32x30"},
        {20, 8, "needs 40x12", "this is 20x8"},
        {11, 2, "needs 40x12", ""},
        {10, 8, "40x12", ""},
        {4, 3, "", ""},
    };
    struct scene *scene = sample_scene();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct canvas canvas = {0};
        char text[200];
        int row = cases[i].height / 2;
        assert_true(canvas_resize(&canvas, cases[i].height, cases[i].width));
        scene_draw(scene, &canvas);
        canvas_row_text(&canvas, row, text, sizeof text);
        assert_string_equal(text, cases[i].first);
        text[0] = '\0';
        if (row + 1 < cases[i].height) canvas_row_text(&canvas, row + 1, text, sizeof text);
        assert_string_equal(text, cases[i].second);
        canvas_free(&canvas);
    }
    sample_scene_free(scene);
}

/* Every size down to nothing can be drawn, in every state. */
static void draws_at_every_size(void **state)
{
    (void)state;
    struct scene *scene = sample_scene();
    for (int height = 1; height < 32; height += 3) {
        for (int width = 1; width < 150; width += 7) {
            struct canvas canvas = {0};
            assert_true(canvas_resize(&canvas, height, width));
            scene_draw(scene, &canvas);
            scene_act(scene, ACTION_DOWN);
            scene->help_open = (height + width) % 3 == 0;
            scene->proof_open = (height + width) % 3 == 1;
            sample_replay(scene);
            scene->replaying = width % 2 == 0;
            scene->replay.surveyed = width % 4 == 0 ? 430 : 1000;
            sample_record(scene, scene->replaying ? TAPING_OFF : (enum taping_state)(height % 5));
            canvas_free(&canvas);
        }
    }
    sample_scene_free(scene);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(draws_a_book),
        cmocka_unit_test(draws_the_cursor),
        cmocka_unit_test(draws_the_far_end),
        cmocka_unit_test(draws_the_other_outcome_grouped),
        cmocka_unit_test(draws_a_stale_book),
        cmocka_unit_test(draws_a_book_whose_venue_refuses_us),
        cmocka_unit_test(draws_a_book_in_doubt),
        cmocka_unit_test(draws_the_log),
        cmocka_unit_test(draws_a_start_that_failed),
        cmocka_unit_test(draws_a_book_that_is_awaited_again),
        cmocka_unit_test(follows_the_tick),
        cmocka_unit_test(draws_a_one_sided_book),
        cmocka_unit_test(draws_a_resolved_market),
        cmocka_unit_test(draws_a_verified_book),
        cmocka_unit_test(draws_a_suspect_book),
        cmocka_unit_test(draws_a_locked_book_that_is_verified),
        cmocka_unit_test(draws_a_crossed_book),
        cmocka_unit_test(draws_a_crossed_book_that_is_verified),
        cmocka_unit_test(draws_the_start),
        cmocka_unit_test(draws_the_help),
        cmocka_unit_test(draws_the_proof),
        cmocka_unit_test(draws_the_proof_of_a_suspect_book_with_hostile_names),
        cmocka_unit_test(draws_the_proof_before_the_first_check),
        cmocka_unit_test(draws_the_list),
        cmocka_unit_test(draws_a_list_of_two_venues),
        cmocka_unit_test(draws_the_prompt),
        cmocka_unit_test(draws_a_book_that_is_recorded),
        cmocka_unit_test(draws_a_recording_that_begins_and_has_a_gap),
        cmocka_unit_test(draws_a_recording_that_failed),
        cmocka_unit_test(draws_a_recording_that_ends_while_a_note_is_typed),
        cmocka_unit_test(draws_a_replay),
        cmocka_unit_test(draws_a_paused_replay_that_is_damaged),
        cmocka_unit_test(draws_a_jump_of_a_replay),
        cmocka_unit_test(draws_the_list_of_a_replay_at_its_end),
        cmocka_unit_test(draws_the_help_of_a_replay),
        cmocka_unit_test(draws_the_tape_alone),
        cmocka_unit_test(keeps_hostile_titles_in_their_columns),
        cmocka_unit_test(says_that_the_window_is_too_small),
        cmocka_unit_test(draws_at_every_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
