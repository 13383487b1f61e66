/* What the feed tells, in a file. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "recorder_rig.h"

/* === What is told is written === */

struct kinds {
    const struct instrument *instrument;
    unsigned count;
};

static void see_kinds(void *context, const struct record *record)
{
    struct kinds *kinds = context;
    const struct record_happening *happening = &record->happening;
    switch (kinds->count++) {
    case 0:
        assert_int_equal(record->kind, RECORD_HEADER);
        return;
    case 1:
        assert_int_equal(happening->event, RECORD_OPENED);
        assert_true(text_is(happening->url, "wss://a"));
        assert_int_equal(record->link, 1);
        break;
    case 2:
        assert_int_equal(happening->event, RECORD_WATCHED);
        assert_memory_equal(happening->instrument, kinds->instrument, sizeof *kinds->instrument);
        break;
    case 3:
        assert_int_equal(record->kind, RECORD_SENT);
        assert_true(text_is(record->payload, " {\"cmd\":1}\n"));
        break;
    case 4:
        assert_int_equal(record->kind, RECORD_ASKED);
        assert_true(text_is(happening->words, "book") && text_is(happening->url, "https://b"));
        assert_int_equal(record->reply.request, 77);
        break;
    case 5:
        assert_int_equal(record->kind, RECORD_REPLIED);
        assert_int_equal(record->reply.status, 429);
        assert_int_equal(record->reply.retry_after, 9);
        assert_string_equal(record->reply.reason, "slow");
        assert_true(text_is(record->reply.body, "no"));
        break;
    case 6:
        assert_int_equal(record->kind, RECORD_REPLIED);
        assert_null(record->reply.reason);
        break;
    case 7:
        assert_int_equal(happening->event, RECORD_LOOKED_UP);
        assert_int_equal(happening->lookup, 5);
        assert_int_equal(happening->lookup_kind, 3);
        assert_true(text_is(happening->words, "bridge"));
        break;
    case 8:
        assert_true(record->kind == RECORD_ROUND && !record->done && record->number == 4);
        break;
    case 9:
        assert_int_equal(record->kind, RECORD_SNAP);
        assert_memory_equal(&record->instrument, kinds->instrument, sizeof *kinds->instrument);
        break;
    case 10:
        assert_true(record->kind == RECORD_ROUND && record->done);
        break;
    case 11:
        assert_int_equal(happening->event, RECORD_CLOCK);
        assert_int_equal(happening->amount, -8);
        break;
    case 12:
        assert_int_equal(record->kind, RECORD_END);
        break;
    default:
        fail_msg("too many");
    }
    assert_int_equal(record->stamp.mono, kinds->count - 1);
}

static void every_kind_arrives(void **state)
{
    (void)state;
    static const char *const names[] = {"k.obr", "k.obr.zst"};
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_KALSHI, TEXT("KX"), 4, 2));
    for (unsigned i = 0; i < 2; i++) {
        const char *path = path_of(names[i]);
        struct recorder_options options = options_of(path);
        struct recorder *recorder = create(&options);
        const struct record_reply slow = {VENUE_KALSHI, 77, 429, 9, "slow", TEXT("no")};
        const struct record_reply good = {VENUE_KALSHI, 78, 200, 0, NULL, TEXT("[]")};
        struct record_happening opened = {
            .event = RECORD_OPENED, .venue = VENUE_KALSHI, .link = 1, .url = TEXT("wss://a")};
        struct record_happening watched = {.event = RECORD_WATCHED, .instrument = &instrument};
        struct record_happening lookup = {
            .event = RECORD_LOOKED_UP, .venue = VENUE_KALSHI, .lookup = 5, .lookup_kind = 3, .words = TEXT("bridge")};
        struct record_happening step = {.event = RECORD_CLOCK, .amount = -8};
        assert_true(recorder_event(recorder, at(1), &opened));
        assert_true(recorder_event(recorder, at(2), &watched));
        assert_true(recorder_sent(recorder, at(3), VENUE_KALSHI, 0, TEXT(" {\"cmd\":1}\n")));
        assert_true(recorder_asked(recorder, at(4), VENUE_KALSHI, 77, "book", "https://b"));
        assert_true(recorder_replied(recorder, at(5), &slow));
        assert_true(recorder_replied(recorder, at(6), &good));
        assert_true(recorder_event(recorder, at(7), &lookup));
        assert_true(recorder_round(recorder, at(8), 4, false, TEXT("{}")));
        assert_true(recorder_snap(recorder, at(9), 4, &instrument, TEXT("\"x\":1")));
        assert_true(recorder_round(recorder, at(10), 4, true, TEXT("")));
        assert_true(recorder_event(recorder, at(11), &step));
        atomic_store(&moved, 12);
        close_well(recorder);
        atomic_store(&moved, 0);
        struct kinds kinds = {&instrument, 0};
        struct recorded recorded = recorded_check(path, see_kinds, &kinds);
        assert_int_equal(kinds.count, 13);
        recorded_free(&recorded);
    }
}

/* The feed asks for the status while the disk thread works. */
static void the_status_follows(void **state)
{
    (void)state;
    const char *path = path_of("s.obr.zst");
    struct recorder_options options = options_of(path);
    struct recorder *recorder = create(&options);
    struct recorder_status status;
    recorder_status(recorder, &status);
    assert_int_equal(status.files, 1);
    assert_int_equal(status.since, BEGAN);
    assert_string_equal(status.path, path);
    for (uint64_t n = 0; n < 3000; n++) {
        assert_true(put(recorder, (int64_t)n, n));
        if (n % 100 == 0) recorder_status(recorder, &status);
    }
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.records < 3000);
    assert_int_equal(status.records, 3000);
    assert_int_equal(status.waiting, 0);
    assert_int_equal(status.dropped, 0);
    assert_false(status.failed);
    assert_true(status.stored > 0 && status.bytes > status.stored);
    close_well(recorder);
    assert_int_equal(look(path).frames, 3000);
}

/* The last block reaches the file though no record comes any more: by the clock, which is the disk thread's business.
 */
static void a_quiet_feed_is_written_too(void **state)
{
    (void)state;
    const char *path = path_of("q.obr");
    struct recorder_options options = options_of(path);
    static struct clock_start begin;
    struct clock fast = clock_fast(&begin, 1000);
    options.clock = &fast;
    struct recorder *recorder = create(&options);
    struct recorder_status status;
    recorder_status(recorder, &status);
    uint64_t stored = status.stored;
    const struct record_happening mark = {.event = RECORD_MARK};
    assert_true(recorder_event(recorder, clock_now(&fast), &mark));
    do {
        sched_yield();
        recorder_status(recorder, &status);
    } while (status.stored == stored);
    close_well(recorder);
}

static void a_second_round_comes_early(void **state)
{
    (void)state;
    struct recorder_options options = options_of(path_of("two.obr"));
    struct recorder *recorder = create(&options);
    for (uint64_t round = 1; round <= 2; round++) {
        int64_t time = round == 1 ? 0 : 2 * SECOND;
        assert_true(recorder_wants_round(recorder, at(time)));
        assert_true(recorder_round(recorder, at(time), round, false, TEXT("")));
        assert_false(recorder_wants_round(recorder, at(time + 3 * SECOND))); /* it is under way */
        assert_true(recorder_round(recorder, at(time), round, true, TEXT("")));
        assert_false(recorder_wants_round(recorder, at(time + 2 * SECOND - 1)));
    }
    for (uint64_t n = 0; n < 50; n++) assert_true(put(recorder, 3 * SECOND, n));
    assert_false(recorder_wants_round(recorder, at(12 * SECOND - 1)));
    assert_true(recorder_wants_round(recorder, at(12 * SECOND)));
    close_well(recorder);
}

static void a_round_is_wanted_when_it_pays(void **state)
{
    (void)state;
    struct recorder_options options = options_of(path_of("r.obr"));
    struct recorder *recorder = create(&options);
    struct instrument instrument;
    assert_true(instrument_init(&instrument, VENUE_KALSHI, TEXT("KX"), 4, 2));
    char market[2000];
    memset(market, ' ', sizeof market);
    memcpy(market, "\"x\":1", 5);
    for (uint64_t round = 1; round <= 2; round++) { /* the second one comes early, and is not asked what it pays */
        assert_true(recorder_round(recorder, at(0), round, false, TEXT("")));
        assert_true(recorder_snap(recorder, at(0), round, &instrument, (struct text){market, sizeof market}));
        assert_true(recorder_round(recorder, at(0), round, true, TEXT("")));
    }
    uint64_t n = 0;
    assert_false(recorder_wants_round(recorder, at(11 * SECOND))); /* nothing was recorded since */
    while (n < 20) assert_true(put(recorder, 1, n++));
    assert_false(recorder_wants_round(recorder, at(11 * SECOND))); /* not ten times as much */
    while (n < 500) assert_true(put(recorder, 1, n++));
    assert_false(recorder_wants_round(recorder, at(10 * SECOND - 1)));
    assert_true(recorder_wants_round(recorder, at(10 * SECOND)));
    close_well(recorder);
}

static void where_it_cannot_go_is_said(void **state)
{
    (void)state;
    char longest[RECORDER_PATH + 10];
    memset(longest, 'x', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    const struct {
        const char *path, *why;
    } refused[] = {{"", "empty"},
                   {longest, "too long"},
                   {"/tmp/x.json", ".obr"},
                   {".obr", "neither"},
                   {"/tmp/no-such-folder/x.obr", "No such file"},
                   {"/proc/x.obr", "/proc/x.obr"}};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct recorder_options options = options_of(refused[i].path);
        assert_null(recorder_create(&options, error, sizeof error));
        if (!strstr(error, refused[i].why)) fail_msg("%s", error);
    }
    struct recorder_options options = options_of(path_of("t.obr"));
    close_well(create(&options));
    assert_null(recorder_create(&options, error, sizeof error));
    assert_non_null(strstr(error, "exists"));
}

static void the_largest_frame(void **state)
{
    (void)state;
    const char *path = path_of("l.obr.zst");
    struct recorder_options options = options_of(path);
    struct recorder *recorder = create(&options);
    size_t length = 16u << 20;
    char *bytes = malloc(length);
    assert_non_null(bytes);
    memset(bytes, '\xFF', length); /* the longest of lines: base64 */
    assert_true(recorder_received(recorder, at(1), VENUE_KALSHI, 0, 1, (struct text){bytes, length}));
    free(bytes);
    close_well(recorder);
    struct recorded recorded = recorded_check(path, NULL, NULL);
    assert_int_equal(recorded.records, 2);
    recorded_free(&recorded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(every_kind_arrives),
        TEST(the_status_follows),
        TEST(a_quiet_feed_is_written_too),
        TEST(a_second_round_comes_early),
        TEST(a_round_is_wanted_when_it_pays),
        TEST(where_it_cannot_go_is_said),
        TEST(the_largest_frame),
    };
    return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
