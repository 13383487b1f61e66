/* What a recording of the feed holds: what the tap heard, marks, sleeps and steps, no secrets. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "taping_stage.h"

static int prepare_stage(void **state)
{
    (void)state;
    stage_prepare(&stage, SPEED);
    return 0;
}

/* === A tap that keeps what it hears === */

struct heard {
    enum record_kind kind;
    enum record_event event;
    struct stamp stamp;
    enum venue_id venue;
    unsigned link;
    uint64_t number; /* of frames; of requests; of look-ups */
    char *bytes;     /* owned: frames and bodies; reasons, symbols, words, addresses */
    size_t length;
    struct heard *next;
};

static struct heard *first_heard, **last_heard = &first_heard;

static void hear(struct heard what, struct text text)
{
    struct heard *heard = malloc(sizeof *heard);
    *heard = what;
    heard->bytes = malloc(text.length + 1);
    memcpy(heard->bytes, text.length ? text.at : "", text.length);
    heard->length = text.length;
    heard->next = NULL;
    *last_heard = heard;
    last_heard = &heard->next;
}

static void forget(void)
{
    while (first_heard) {
        struct heard *heard = first_heard;
        first_heard = heard->next;
        free(heard->bytes);
        free(heard);
    }
    last_heard = &first_heard;
}

static void hear_received(void *context, struct stamp stamp, enum venue_id venue, unsigned link, uint64_t message,
                          struct text frame)
{
    (void)context;
    hear((struct heard){.kind = RECORD_RECEIVED, .stamp = stamp, .venue = venue, .link = link, .number = message},
         frame);
}

static void hear_sent(void *context, struct stamp stamp, enum venue_id venue, unsigned link, struct text frame)
{
    (void)context;
    hear((struct heard){.kind = RECORD_SENT, .stamp = stamp, .venue = venue, .link = link}, frame);
}

static void hear_asked(void *context, struct stamp stamp, enum venue_id venue, uint32_t request, const char *url)
{
    (void)context;
    hear((struct heard){.kind = RECORD_ASKED, .stamp = stamp, .venue = venue, .number = request}, text_from(url));
}

static void hear_replied(void *context, struct stamp stamp, enum venue_id venue, const struct venue_reply *reply)
{
    (void)context;
    hear((struct heard){.kind = RECORD_REPLIED, .stamp = stamp, .venue = venue, .number = reply->request}, reply->body);
}

static void hear_event(enum record_event event, struct stamp stamp, enum venue_id venue, unsigned link, uint64_t number,
                       const char *text)
{
    hear((struct heard){RECORD_EVENT, event, stamp, venue, link, number, NULL, 0, NULL}, text_from(text));
}

static void hear_link(void *context, struct stamp stamp, enum venue_id venue, unsigned link, enum link_change change,
                      const char *why)
{
    (void)context;
    hear_event(change == LINK_OPENED ? RECORD_OPENED
               : change == LINK_LOST ? RECORD_LOST
                                     : RECORD_GIVEN_UP,
               stamp, venue, link, 0, why);
}

static void hear_watch(void *context, struct stamp stamp, const struct instrument *instrument, bool on)
{
    (void)context;
    hear_event(on ? RECORD_WATCHED : RECORD_UNWATCHED, stamp, instrument->venue, 0, 0, instrument->symbol);
}

static void hear_seed(void *context, struct stamp stamp, const struct instrument *instrument)
{
    (void)context;
    hear_event(RECORD_SEEDED, stamp, instrument->venue, 0, 0, instrument->symbol);
}

static void hear_lookup(void *context, struct stamp stamp, enum venue_id venue, uint32_t lookup, enum lookup_kind kind,
                        struct text words)
{
    (void)context;
    hear((struct heard){RECORD_EVENT, RECORD_LOOKED_UP, stamp, venue, (unsigned)kind, lookup, NULL, 0, NULL}, words);
}

static void hear_retry(void *context, struct stamp stamp, enum venue_id venue)
{
    (void)context;
    hear_event(RECORD_RETRIED, stamp, venue, 0, 0, "");
}

static const struct feed_tap tap = {hear_received, hear_sent, hear_asked,  hear_replied, hear_link,
                                    hear_watch,    hear_seed, hear_lookup, hear_retry,   NULL};

/* === Recorded as heard === */

struct comparison {
    const struct heard *next;
    int64_t from; /* the mono at which m is 0 */
    uint64_t same, kinds[RECORD_KIND_COUNT], events[RECORD_EVENT_COUNT];
};

static struct text text_of(const struct record *record)
{
    const struct record_happening *happening = &record->happening;
    if (record->kind == RECORD_ASKED) return happening->url;
    if (record->kind != RECORD_EVENT) return record->payload;
    if (happening->instrument) return text_from(happening->instrument->symbol);
    return happening->event == RECORD_LOOKED_UP ? happening->words : happening->why;
}

static uint64_t number_of(const struct record *record)
{
    if (record->kind == RECORD_RECEIVED) return record->number;
    if (record->kind == RECORD_EVENT) return record->happening.lookup;
    return record->kind == RECORD_SENT ? 0 : record->reply.request;
}

static bool is_of_the_tap(const struct record *record)
{
    switch (record->kind) {
    case RECORD_RECEIVED:
    case RECORD_SENT:
    case RECORD_ASKED:
    case RECORD_REPLIED:
        return true;
    case RECORD_EVENT:
        return record->happening.event < RECORD_MARK && record->happening.event != RECORD_LEARNT;
    default:
        return false;
    }
}

static void compare(void *context, const struct record *record)
{
    struct comparison *comparison = context;
    if (!is_of_the_tap(record)) return;
    const struct heard *heard = comparison->next;
    assert_non_null(heard);
    comparison->next = heard->next;
    if (comparison->same++ == 0) comparison->from = heard->stamp.mono - record->stamp.mono;
    comparison->kinds[record->kind]++;
    assert_int_equal(record->kind, heard->kind);
    assert_int_equal(record->stamp.wall, heard->stamp.wall);
    assert_int_equal(record->stamp.mono + comparison->from, heard->stamp.mono);
    assert_int_equal(record->venue, heard->venue);
    assert_int_equal(number_of(record), heard->number);
    struct text text = text_of(record);
    assert_int_equal(text.length, heard->length);
    assert_memory_equal(text.length ? text.at : "", heard->bytes, text.length);
    if (record->kind != RECORD_EVENT) {
        if (record->kind == RECORD_RECEIVED || record->kind == RECORD_SENT) assert_int_equal(record->link, heard->link);
        return;
    }
    comparison->events[record->happening.event]++;
    assert_int_equal(record->happening.event, heard->event);
    bool kind = record->happening.event == RECORD_LOOKED_UP;
    assert_int_equal(kind ? record->happening.lookup_kind : record->happening.link, heard->link);
    if (record->happening.event == RECORD_OPENED)
        assert_true(text_starts_with(record->happening.url, TEXT("wss://localhost:")));
}

static struct recorder *record_from_the_start(const char *path)
{
    char error[REASON];
    stage.recording.path = path;
    struct recorder *recorder = recorder_create(&stage.recording, error, sizeof error);
    if (!recorder) fail_msg("%s", error);
    stage.options.recorder = recorder;
    stage.options.tap = &tap;
    stage_start(&stage);
    return recorder;
}

static void records_what_the_engine_is_told(void **state)
{
    (void)state;
    char path[128], error[REASON];
    struct comparison comparison = {0};
    snprintf(path, sizeof path, "%s/all.obr.zst", stage.folder);
    struct recorder *recorder = record_from_the_start(path);
    stage_show(&stage, HARBOUR);
    stage_show(&stage, TIDE);
    feed_search(stage.onlooker.feed, "lighthouse");
    stage_await_changes(&stage, 20);
    if (!exchange_inject(stage.exchange, -1, TEXT("cut"), error, sizeof error)) fail_msg("%s", error);
    uint64_t reconnects = stage.onlooker.view.link.reconnects;
    feed_retry(stage.onlooker.feed);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT,
                   stage.onlooker.view.link.reconnects > reconnects && stage_shows_live(&stage));
    assert_true(feed_records(stage.onlooker.feed));
    feed_record(stage.onlooker.feed, NULL);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, !feed_records(stage.onlooker.feed));
    assert_true(recorder_close(recorder, error, sizeof error));
    stage_end(&stage);
    comparison.next = first_heard;
    tape_verify(path);
    tape_read(path, compare, &comparison);
    assert_true(comparison.kinds[RECORD_RECEIVED] > 40 && comparison.kinds[RECORD_SENT] >= 2);
    assert_true(comparison.kinds[RECORD_ASKED] >= 3 && comparison.kinds[RECORD_REPLIED] >= 3);
    assert_true(comparison.events[RECORD_OPENED] >= 3 && comparison.events[RECORD_LOST] >= 1);
    assert_true(comparison.events[RECORD_WATCHED] >= 2 && comparison.events[RECORD_LOOKED_UP] >= 3);
    assert_true(comparison.events[RECORD_RETRIED] >= 1 && comparison.events[RECORD_SEEDED] >= 1);
    struct tape_sum sum = tape_sum(path);
    assert_true(sum.begins_with_round && sum.done >= 1);
    assert_int_equal(sum.first_snaps, 0); /* there was no market yet */
    forget();
}

/* === Secrets === */

#define SIGNATURES_MOST 16
static char signatures[SIGNATURES_MOST][sizeof((struct kalshi_signature){0}).signature];
static _Atomic unsigned signature_count;

static size_t keep_signature(void *context, struct stamp now, struct websocket_header *out)
{
    struct signer *signer = context;
    size_t count = signer_headers(signer, now, out);
    unsigned place = atomic_fetch_add(&signature_count, 1);
    if (place < SIGNATURES_MOST) strcpy(signatures[place], signer->signature.signature);
    return count;
}

static void assert_absent(const char *bytes, size_t length, const char *secret, size_t secret_length)
{
    assert_true(secret_length >= 8);
    assert_null(memmem(bytes, length, secret, secret_length));
}

/* Each line of the key but its head and foot. */
static void assert_no_line_of_key(const char *bytes, size_t length, struct text pem)
{
    for (const char *at = pem.at, *end = pem.at + pem.length; at < end;) {
        const char *feed = memchr(at, '\n', (size_t)(end - at));
        size_t line = (size_t)((feed ? feed : end) - at);
        if (line >= 8) assert_absent(bytes, length, at, line);
        at += line + 1;
    }
}

static void no_secret_is_recorded(void **state)
{
    (void)state;
    char path[128], error[REASON];
    snprintf(path, sizeof path, "%s/plain.obr", stage.folder);
    stage.options.signers[VENUE_KALSHI].headers = keep_signature;
    struct recorder *recorder = record_from_the_start(path);
    stage_show(&stage, TIDE);
    stage_await_changes(&stage, 10);
    stage_end(&stage); /* the feed ends with the recorder in its hands */
    assert_true(recorder_close(recorder, error, sizeof error));
    tape_verify(path);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    size_t length = (size_t)about.st_size;
    char *bytes = malloc(length);
    FILE *file = fopen(path, "r");
    assert_int_equal(fread(bytes, 1, length, file), length);
    fclose(file);
    assert_non_null(memmem(bytes, length, "orderbook_delta", 15));
    assert_in_range(signature_count, 1, SIGNATURES_MOST);
    for (unsigned i = 0; i < signature_count; i++) assert_absent(bytes, length, signatures[i], strlen(signatures[i]));
    const char *id = exchange_kalshi_key_id(stage.exchange);
    assert_absent(bytes, length, id, strlen(id));
    assert_absent(bytes, length, "KALSHI-ACCESS", 13);
    assert_no_line_of_key(bytes, length, exchange_kalshi_key_pem(stage.exchange));
    free(bytes);
    forget();
}

/* === Marks, start and stop === */

static void await_off(void)
{
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, stage_status(&stage).state == TAPING_OFF);
}

static bool was_snapped(const struct tape_sum *sum, const char *symbol)
{
    for (uint64_t i = 0; i < sum->first_snaps; i++)
        if (strcmp(sum->snapped[i], symbol) == 0) return true;
    return false;
}

static void starts_stops_and_starts_again(void **state)
{
    (void)state;
    char error[REASON];
    struct tape_files files;
    struct stat about;
    stage_show(&stage, HARBOUR);
    stage_show(&stage, TIDE);
    char symbols[2][SYMBOL_SIZE];
    snprintf(symbols[1], SYMBOL_SIZE, "%s", stage.onlooker.view.instrument.symbol);
    assert_false(taping_mark(stage.taping, "nobody records", 0));
    assert_int_equal(stage_status(&stage).state, TAPING_OFF);
    stage_record(&stage);
    assert_false(taping_start(stage.taping, error, sizeof error));
    assert_non_null(strstr(error, "already"));
    assert_int_equal(stat(stage.path, &about), 0);
    assert_true(S_ISDIR(about.st_mode));
    assert_int_equal(about.st_mode & 0777, 0700);
    assert_true(taping_mark(stage.taping, "the first", 0));
    stage_await_records(&stage, 30);
    /* 79 bytes and a character of two: it does not fit whole, so it is left out. */
    char note[100];
    memset(note, 'x', 79);
    strcpy(note + 79, "\u00e9 and more");
    int64_t at = clock_now(feed_clock(stage.onlooker.feed)).mono - NANOSECONDS_PER_MILLISECOND;
    assert_true(taping_mark(stage.taping, note, at)); /* whose note took so long, at the least */
    assert_int_equal(stage_status(&stage).marks, 2);
    taping_stop(stage.taping);
    assert_false(taping_mark(stage.taping, "too late", 0));
    await_off();
    struct taping_status status = stage_status(&stage);
    assert_false(status.recorder.failed);
    assert_int_equal(stat(status.recorder.path, &about), 0);
    assert_int_equal(status.recorder.stored, about.st_size); /* with the end of the file */
    stage_show(&stage, HARBOUR);
    snprintf(symbols[0], SYMBOL_SIZE, "%s", stage.onlooker.view.instrument.symbol);
    stage_record(&stage);
    assert_int_equal(stage_status(&stage).marks, 0);
    stage_await_records(&stage, 30);
    assert_int_equal(stage_status(&stage).files, 2);
    assert_true(stage_end(&stage)); /* while it records */
    assert_int_equal(tape_files_open(&files, &stage), 2);
    for (size_t i = 0; i < 2; i++) {
        struct tape_sum sum = tape_sum(tape_file(&files, i));
        assert_true(sum.begins_with_round && sum.done >= 1);
        assert_int_equal(sum.first_snaps, 2);
        for (size_t j = 0; j < 2; j++) assert_true(was_snapped(&sum, symbols[j]));
        assert_true(sum.frames[VENUE_KALSHI] + sum.frames[VENUE_POLYMARKET] >= 10);
        assert_int_equal(sum.marks, i == 0 ? 2 : 0);
        note[79] = '\0';
        if (i == 0) assert_string_equal(sum.mark, note);
        if (i == 0) assert_true(sum.marked_ago >= NANOSECONDS_PER_MILLISECOND);
    }
    tape_files_close(&files);
}

/* What was recorded already is never written over, nor is what somebody else has put beside it. */
static void a_file_that_was_named_has_others_beside_it(void **state)
{
    (void)state;
    char error[REASON], path[128], other[128], second[128], third[128];
    snprintf(path, sizeof path, "%s/one.obr.zst", stage.folder);
    snprintf(second, sizeof second, "%s/one-1.obr.zst", stage.folder);
    snprintf(other, sizeof other, "%s/one-2.obr.zst", stage.folder);
    snprintf(third, sizeof third, "%s/one-3.obr.zst", stage.folder);
    FILE *file = fopen(other, "w");
    assert_non_null(file);
    fclose(file);
    struct recorder_options options = stage.recording;
    options.path = path;
    struct taping *taping = taping_create(stage.onlooker.feed, &options, NULL);
    assert_non_null(taping);
    struct taping_status status;
    assert_true(taping_start(taping, error, sizeof error));
    assert_true(taping_await_begin(taping, error, sizeof error));
    taping_stop(taping);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, (taping_status(taping, &status), status.state == TAPING_OFF));
    assert_string_equal(status.recorder.path, path);
    const char *const beside[] = {second, third};
    for (size_t i = 0; i < 2; i++) {
        assert_true(taping_start(taping, error, sizeof error));
        assert_true(taping_await_begin(taping, error, sizeof error));
        taping_status(taping, &status);
        assert_string_equal(status.recorder.path, beside[i]);
        taping_stop(taping);
        ONLOOKER_AWAIT(&stage.onlooker, LIMIT, (taping_status(taping, &status), status.state == TAPING_OFF));
    }
    const struct taping_file *files;
    assert_true(taping_finish(taping, error, sizeof error));
    assert_int_equal(taping_files(taping, &files), 3);
    assert_string_equal(files[0].path, path);
    assert_string_equal(files[2].path, third);
    assert_true(files[0].recording != files[1].recording && files[1].recording != files[2].recording);
    assert_true(taping_close(taping, error, sizeof error));
    struct stat about;
    assert_int_equal(stat(other, &about), 0);
    assert_int_equal(about.st_size, 0);
}

/* What is played together is told apart from what is not. */
static void the_files_of_one_recording_belong_together(void **state)
{
    (void)state;
    char error[REASON];
    struct recorder_options options = stage.recording;
    options.rotate_bytes = 20000;
    stage_show(&stage, HARBOUR);
    struct taping *taping = taping_create(stage.onlooker.feed, &options, NULL);
    assert_non_null(taping);
    struct taping_status status;
    assert_true(taping_start(taping, error, sizeof error));
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, (taping_status(taping, &status), status.files >= 3));
    assert_true(taping_finish(taping, error, sizeof error));
    const struct taping_file *files;
    size_t count = taping_files(taping, &files);
    assert_true(count >= 2);
    for (size_t i = 1; i < count; i++) {
        assert_int_equal(files[i].recording, files[0].recording);
        assert_string_not_equal(files[i].path, files[i - 1].path);
    }
    taping_status(taping, &status);
    assert_string_equal(files[count - 1].path, status.recorder.path);
    assert_true(taping_close(taping, error, sizeof error));
}

static void without_a_place_it_says_why(void **state)
{
    (void)state;
    char error[REASON] = "";
    struct recorder_options options = stage.recording;
    options.path = "";
    struct taping *taping = taping_create(stage.onlooker.feed, &options, "HOME is not set");
    assert_non_null(taping);
    assert_true(taping_start(taping, error, sizeof error));
    assert_false(taping_await_begin(taping, error, sizeof error));
    assert_string_equal(error, "HOME is not set");
    struct taping_status status;
    taping_status(taping, &status);
    assert_int_equal(status.state, TAPING_FAILED);
    assert_string_equal(status.recorder.reason, "HOME is not set");
    assert_false(taping_close(taping, error, sizeof error));
}

/* === Sleeps and steps === */

static void sleeps_and_steps_are_recorded(void **state)
{
    (void)state;
    struct tape_files files;
    stage_show(&stage, HARBOUR);
    stage_record(&stage);
    stage_await_changes(&stage, 5);
    atomic_fetch_sub(&wall_ahead, 3 * SECOND);
    int64_t then = clock_now(&moved).mono;
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT, clock_now(&moved).mono > then + 2 * SECOND);
    uint64_t reconnects = stage.onlooker.view.link.reconnects;
    /* The wall clock goes on in a sleep, and that is no step. */
    atomic_fetch_add(&slept, 7 * SECOND);
    ONLOOKER_AWAIT(&stage.onlooker, LIMIT,
                   stage.onlooker.view.link.reconnects > reconnects && stage_shows_live(&stage));
    assert_true(stage_end(&stage));
    assert_int_equal(tape_files_open(&files, &stage), 1);
    struct tape_sum sum = tape_sum(tape_file(&files, 0));
    assert_int_equal(sum.slept, 1);
    assert_int_equal(sum.slept_by, 7 * SECOND);
    assert_int_equal(sum.stepped, 1);
    assert_int_equal(sum.stepped_by, -3 * SECOND);
    tape_files_close(&files);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(records_what_the_engine_is_told, prepare_stage, close_stage),
        cmocka_unit_test_setup_teardown(no_secret_is_recorded, prepare_stage, close_stage),
        cmocka_unit_test_setup_teardown(starts_stops_and_starts_again, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(a_file_that_was_named_has_others_beside_it, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(the_files_of_one_recording_belong_together, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(without_a_place_it_says_why, open_stage, close_stage),
        cmocka_unit_test_setup_teardown(sleeps_and_steps_are_recorded, open_stage, close_stage),
    };
    net_start();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
