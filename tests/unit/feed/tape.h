/* A feed on the local exchange that is recorded, and what was recorded, read again. */
#ifndef BOOKTOP_TESTS_TAPE_H
#define BOOKTOP_TESTS_TAPE_H

#include <glob.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "addresses.h"
#include "booktop/exchange/exchange.h"
#include "booktop/feed/taping.h"
#include "booktop/net/limits.h"
#include "booktop/net/loop.h"
#include "booktop/record/recording.h"
#include "onlooker.h"
#include "signer.h"

#define SECOND  NANOSECONDS_PER_SECOND
#define LIMIT   (60 * SECOND)
#define HARBOUR "polymarket:will-the-harbour-bridge-at-port-lumen-open-in-december"
#define TIDE    "kalshi:KXHARBOR-26DEC-B4.5"
#define REASON  400
/* Files of one folder. */
#define FILES_MOST 8

/* === A clock that can be moved, and runs fast === */

static _Atomic int64_t mono_ahead, wall_ahead, slept;
static struct clock_start fast_start;
static struct clock fast;

static struct stamp moved_now(void *context)
{
    (void)context;
    struct stamp now = clock_now(&fast);
    now.mono += atomic_load(&mono_ahead);
    now.wall += atomic_load(&wall_ahead) + atomic_load(&slept);
    return now;
}

static int64_t moved_asleep(void *context)
{
    (void)context;
    return atomic_load(&slept);
}

static struct clock moved = {.now = moved_now, .asleep = moved_asleep};

/* === The stage === */

struct tape_stage {
    struct exchange *exchange;
    struct onlooker onlooker; /* and the feed */
    struct signer signer;
    struct taping *taping;
    char folder[64], path[96]; /* what is recorded into: the folder within */
    struct addresses addresses;
    struct net_limits limits;
    struct feed_options options;
    struct recorder_options recording;
};

/* `markets` of the exchange; 0: those that it has by itself. */
static inline void stage_prepare_markets(struct tape_stage *stage, unsigned speed, unsigned markets)
{
    char error[REASON];
    memset(stage, 0, sizeof *stage);
    mono_ahead = wall_ahead = slept = 0;
    fast = clock_fast(&fast_start, speed);
    moved.speed = speed;
    struct exchange_options exchange_options = {.seed = 4, .speed = 1, .markets = markets, .clock = &fast};
    stage->exchange = exchange_start(&exchange_options, error, sizeof error);
    if (!stage->exchange) fail_msg("%s", error);
    stage->limits = net_limits_default;
    /* Patient with a machine that is busy and a clock that is fast. */
    stage->limits.dial = stage->limits.handshake = stage->limits.reply = stage->limits.write = 3600 * SECOND;
    stage->limits.ping = stage->limits.silence = 3600 * SECOND;
    stage->options = (struct feed_options){.clock = &moved, .ca_pem = exchange_ca_pem(stage->exchange), .demo = true};
    stage->options.limits = &stage->limits;
    addresses_at(&stage->addresses, exchange_port(stage->exchange), stage->options.endpoints);
    stage->options.signers[VENUE_KALSHI] = signer_open(&stage->signer, stage->exchange);
    snprintf(stage->folder, sizeof stage->folder, "/tmp/booktop-test-XXXXXX");
    assert_non_null(mkdtemp(stage->folder));
    snprintf(stage->path, sizeof stage->path, "%s/recordings/of/today", stage->folder);
    stage->recording = (struct recorder_options){
        .path = stage->path,
        .header = {.tool = "booktop", .boot = "test", .venues = {true, true}, .keys = {false, true}, .demo = true},
        .clock = &moved,
    };
}

static inline void stage_prepare(struct tape_stage *stage, unsigned speed)
{
    stage_prepare_markets(stage, speed, 0);
}

static inline void stage_start(struct tape_stage *stage)
{
    char error[REASON];
    stage->onlooker.feed = feed_start(&stage->options, error, sizeof error);
    if (!stage->onlooker.feed) fail_msg("%s", error);
    stage->taping = taping_create(stage->onlooker.feed, &stage->recording, NULL);
    assert_non_null(stage->taping);
}

/* Ends taping and feed, not what they left. True as taping_close. */
static inline bool stage_end(struct tape_stage *stage)
{
    char error[REASON] = "";
    bool good = taping_close(stage->taping, error, sizeof error);
    stage->taping = NULL;
    assert_int_equal(good, error[0] == '\0');
    feed_stop(stage->onlooker.feed);
    stage->onlooker.feed = NULL;
    return good;
}

/* Of one that was ended: the exchange, and all that is in the folder. */
static inline void stage_forget(struct tape_stage *stage)
{
    char command[128];
    exchange_stop(stage->exchange);
    signer_close(&stage->signer);
    snprintf(command, sizeof command, "rm -r '%s'", stage->folder);
    assert_int_equal(system(command), 0);
}

static inline void stage_close(struct tape_stage *stage)
{
    char error[REASON];
    taping_close(stage->taping, error, sizeof error);
    feed_stop(stage->onlooker.feed);
    stage_forget(stage);
}

static inline bool stage_shows_live(const struct tape_stage *stage)
{
    const struct book_view *view = &stage->onlooker.view;
    return view->has_book && view->link.state == LINK_STATE_LIVE && view->proof.state == PROOF_VERIFIED;
}

/* Asks again where a busy machine and a fast clock have used up the feed's patience. */
static inline bool stage_has_opened(struct tape_stage *stage, const char *words)
{
    struct answer_view answer;
    if (feed_answer(stage->onlooker.feed, &answer) && answer.result != ANSWER_OPENED)
        feed_open(stage->onlooker.feed, 0, words);
    enum venue_id venue = words[0] == 'k' ? VENUE_KALSHI : VENUE_POLYMARKET;
    return stage_shows_live(stage) && stage->onlooker.view.instrument.venue == venue;
}

/* Shows a market on the first panel. */
static inline void stage_show(struct tape_stage *stage, const char *words)
{
    memset(&stage->onlooker.view, 0, sizeof stage->onlooker.view);
    feed_open(stage->onlooker.feed, 0, words);
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, stage_has_opened(stage, words));
}

static inline void stage_await_changes(struct tape_stage *stage, uint64_t count)
{
    uint64_t before = stage->onlooker.view.change_count;
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, stage->onlooker.view.change_count >= before + count);
}

static inline struct taping_status stage_status(struct tape_stage *stage)
{
    struct taping_status status;
    taping_status(stage->taping, &status);
    return status;
}

static inline void stage_record(struct tape_stage *stage)
{
    char error[REASON];
    if (!taping_start(stage->taping, error, sizeof error)) fail_msg("%s", error);
    if (!taping_await_begin(stage->taping, error, sizeof error)) fail_msg("%s", error);
    assert_int_equal(stage_status(stage).state, TAPING_ON);
}

/* Until so many are on their way to the disk. */
static inline void stage_await_records(struct tape_stage *stage, uint64_t count)
{
    ONLOOKER_AWAIT(&stage->onlooker, LIMIT, stage_status(stage).recorder.records >= count);
}

/* === What was recorded === */

struct tape_files {
    glob_t found;
};

/* In order of their names, and so of time. */
static inline size_t tape_files_open(struct tape_files *files, const struct tape_stage *stage)
{
    char pattern[128];
    snprintf(pattern, sizeof pattern, "%s/booktop-*.obr.zst", stage->path);
    int failed = glob(pattern, 0, NULL, &files->found);
    return failed ? 0 : files->found.gl_pathc;
}

static inline const char *tape_file(const struct tape_files *files, size_t number)
{
    return files->found.gl_pathv[number];
}

static inline void tape_files_close(struct tape_files *files)
{
    globfree(&files->found);
}

static inline void tape_complain(void *context, const struct recording_fault *fault)
{
    (void)context;
    print_message("%s: %s\n", recording_damage_text(fault->damage), fault->words);
}

static inline void tape_verify(const char *path)
{
    char error[REASON] = "";
    int64_t faults = recording_verify(&path, 1, tape_complain, NULL, NULL, error, sizeof error);
    if (faults != 0) fail_msg("%s: %lld faults %s", path, (long long)faults, error);
}

/* Calls `see` with each record of a file. */
static inline void tape_read(const char *path, void (*see)(void *context, const struct record *record), void *context)
{
    char error[REASON];
    struct record record;
    struct recording_fault fault;
    enum recording_step step;
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) fail_msg("%s", error);
    while ((step = recording_next(recording, &record, &fault)) != RECORDING_AT_END) {
        if (step == RECORDING_FAULT) fail_msg("%s: %s", path, fault.words);
        see(context, &record);
    }
    recording_close(recording);
}

/* What the tests want to know of a file. */
struct tape_sum {
    uint64_t records, frames[VENUE_COUNT], marks, slept, stepped;
    uint64_t told_dropped;   /* records, */
    uint64_t rounds_at_drop; /* and the rounds begun before the last of them */
    int64_t slept_by, stepped_by;
    uint64_t rounds, done;       /* begun, ended */
    uint64_t snaps, first_snaps; /* of all rounds, of the first: with books */
    bool begins_with_round;
    int64_t round_at[64]; /* m of each begin */
    char snapped[8][SYMBOL_SIZE];
    char mark[256];
    int64_t marked_ago;
};

static inline void tape_sum_event(struct tape_sum *sum, const struct record_happening *happening)
{
    switch (happening->event) {
    case RECORD_MARK:
        sum->marks++;
        sum->marked_ago = happening->amount;
        text_copy(happening->why, sum->mark, sizeof sum->mark);
        break;
    case RECORD_DROPPED:
        sum->told_dropped += (uint64_t)happening->amount;
        sum->rounds_at_drop = sum->rounds;
        break;
    case RECORD_CLOCK:
        sum->stepped++;
        sum->stepped_by = happening->amount;
        break;
    case RECORD_AWOKE:
        sum->slept++;
        sum->slept_by = happening->amount;
        break;
    default:
        break;
    }
}

static inline void tape_sum_see(void *context, const struct record *record)
{
    struct tape_sum *sum = context;
    uint64_t at = sum->records++; /* 0: the header */
    if (at == 1) sum->begins_with_round = record->kind == RECORD_ROUND && !record->done && record->number == 1;
    if (record->kind == RECORD_RECEIVED) sum->frames[record->venue]++;
    if (record->kind == RECORD_EVENT) tape_sum_event(sum, &record->happening);
    if (record->kind == RECORD_ROUND && record->done) sum->done++;
    if (record->kind == RECORD_ROUND && !record->done && sum->rounds < 64)
        sum->round_at[sum->rounds++] = record->stamp.mono;
    if (record->kind != RECORD_SNAP) return;
    sum->snaps++;
    if (sum->rounds != 1 || sum->first_snaps == 8) return;
    assert_int_equal(record->number, 1);
    assert_non_null(memmem(record->payload.at, record->payload.length, "\"bids\":[[", 9));
    snprintf(sum->snapped[sum->first_snaps++], SYMBOL_SIZE, "%s", record->instrument.symbol);
}

static inline struct tape_sum tape_sum(const char *path)
{
    struct tape_sum sum = {0};
    tape_verify(path);
    tape_read(path, tape_sum_see, &sum);
    return sum;
}

#endif
