/* Scenes made by hand for drawing: a believable book, its trades, a list of markets. Everything is invented and fixed,
 * the clock too, so that a picture is the same on every run.
 */
#ifndef BOOKTOP_TESTS_UI_SAMPLE_SCENE_H
#define BOOKTOP_TESTS_UI_SAMPLE_SCENE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/ui/scene.h"

/* 2026-11-21 07:41:03 UTC, and an hour after some machine's start. */
#define SAMPLE_WALL_S INT64_C(1795246863)
#define SAMPLE_MONO_S INT64_C(3600)

static inline struct stamp sample_now(void)
{
    return (struct stamp){SAMPLE_MONO_S * NANOSECONDS_PER_SECOND, SAMPLE_WALL_S * NANOSECONDS_PER_SECOND};
}

static inline void sample_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text);
}

/* Names a market and its outcomes anew, so that it is another one. */
static inline void sample_rename(struct instrument *instrument, const char *symbol)
{
    sample_text(instrument->symbol, SYMBOL_SIZE, symbol);
    snprintf(instrument->outcomes[0].token, SYMBOL_SIZE, "%.40s-yes", symbol);
    snprintf(instrument->outcomes[1].token, SYMBOL_SIZE, "%.40s-no", symbol);
}

static inline void sample_instrument(struct instrument *instrument)
{
    instrument_init(instrument, VENUE_POLYMARKET, TEXT("0xharbour"), 4, 6);
    sample_text(instrument->title, sizeof instrument->title, "Will the harbour bridge open in December?");
    sample_text(instrument->slug, sizeof instrument->slug, "harbour-bridge-open-in-december");
    sample_text(instrument->outcomes[0].name, INSTRUMENT_NAME_SIZE, "Yes");
    sample_text(instrument->outcomes[1].name, INSTRUMENT_NAME_SIZE, "No");
    sample_rename(instrument, "0xharbour");
    instrument->tick = 100;
    instrument->close_time = SAMPLE_WALL_S + 9 * 86400 + 4 * 3600;
}

/* Sizes in whole units, from the touch outwards. */
static const int sample_ask_sizes[] = {1240,  20700, 9300, 612, 48250, 5120, 1700, 815, 26400, 3300, 150, 7450,
                                       12000, 940,   88,   410, 62500, 1205, 330,  95,  2750,  14,   640};
static const int sample_bid_sizes[] = {1900, 44300, 8150, 15020, 730,   2210, 31800, 5600, 470,  118000,
                                       6300, 1250,  905,  3400,  22750, 1010, 75,    560,  8800, 340,
                                       42,   1990,  260,  51000, 700,   15,   3050,  480,  11,   96};

static inline void sample_depth(struct depth *depth, price_t best_bid, price_t best_ask, price_t step)
{
    depth->bid_count = depth->ask_count = 0;
    for (size_t i = 0; i < sizeof sample_ask_sizes / sizeof *sample_ask_sizes; i++) {
        depth->asks[depth->ask_count++] =
            (struct level){best_ask + (price_t)i * step, sample_ask_sizes[i] * INT64_C(1000000)};
    }
    for (size_t i = 0; i < sizeof sample_bid_sizes / sizeof *sample_bid_sizes; i++) {
        depth->bids[depth->bid_count++] =
            (struct level){best_bid - (price_t)i * step, sample_bid_sizes[i] * INT64_C(1000000)};
    }
    depth->bids_in_book = depth->bid_count;
    depth->asks_in_book = depth->ask_count;
}

static inline void sample_tape(struct tape_view *tape)
{
    static const int sizes[] = {120, 40, 1500, 12, 333, 75, 2000, 9, 60, 415, 5, 18200, 27, 140, 88, 1, 640, 55};
    static const char bought[] = "101100110101110100";
    static const int ages[] = {1, 2, 5, 11, 12, 31, 47, 80, 81, 82, 140, 151, 190, 230, 231, 300, 411, 512};
    tape->count = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bool buy = bought[i] == '1';
        tape->trades[tape->count++] = (struct trade){
            .venue_ms = (SAMPLE_WALL_S - ages[i]) * 1000,
            .price = buy ? 4300 : 4200,
            .quantity = sizes[i] * INT64_C(1000000),
            .aggressor = buy ? SIDE_BID : SIDE_ASK,
            .has_aggressor = true,
        };
    }
    tape->total = tape->count;
}

/* What was traded between 39 and 46 cents, in whole units. */
static inline void sample_volume(struct volume_view *volume)
{
    static const int sizes[] = {310, 12, 0, 41200, 96750, 18300, 2500, 7};
    volume->count = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        if (sizes[i] == 0) continue;
        volume->prices[volume->count++] = (struct level){3900 + (price_t)i * 100, sizes[i] * INT64_C(1000000)};
    }
}

static inline void sample_link_live(struct link_view *link)
{
    *link = (struct link_view){.state = LINK_STATE_LIVE,
                               .since = 12 * NANOSECONDS_PER_SECOND,
                               .retry_at = TIME_NEVER,
                               .messages = 48211,
                               .round_trip = -1,
                               .pinged = (SAMPLE_MONO_S - 4) * NANOSECONDS_PER_SECOND};
    static const int step_ms[VIEW_STEPS] = {121, 134, 262, 301, 412};
    for (int i = 0; i < VIEW_STEPS; i++) link->steps[i] = step_ms[i] * NANOSECONDS_PER_MILLISECOND;
}

static inline void sample_view(struct book_view *view)
{
    memset(view, 0, sizeof *view);
    view->serial = 1;
    view->epoch = 1;
    view->market = (struct market_handle){3, 1};
    sample_instrument(&view->instrument);
    view->winner = -1;
    view->has_book = true;
    sample_depth(&view->depth, 4200, 4300, 100);
    statistics_compute(&view->statistics, &view->depth, view->instrument.tick, STATISTICS_IMBALANCE_LEVELS);
    view->last_trade = 4300;
    view->volume_24h = INT64_C(123456700);
    sample_tape(&view->tape);
    sample_volume(&view->volume);
    view->proof = (struct proof){.state = PROOF_LIVE, .since = sample_now().mono, .bursts = 1204};
    sample_link_live(&view->link);
    view->changed = view->heard = sample_now();
    view->latency = 38 * NANOSECONDS_PER_MILLISECOND;
    view->rate = 212;
    view->demo = true;
}

/* A scene with the book open. */
static inline struct scene *sample_scene(void)
{
    struct scene *scene = calloc(1, sizeof *scene);
    struct book_view *view = calloc(1, sizeof *view);
    if (scene == NULL || view == NULL) abort();
    scene_init(scene, sample_now());
    scene->screen = SCREEN_BOOK;
    scene->demo = true;
    sample_view(view);
    scene_take(scene, view);
    free(view);
    return scene;
}

static inline void sample_scene_free(struct scene *scene)
{
    scene_free(scene);
    free(scene);
}

/* Time passes, by both clocks. */
static inline void sample_advance(struct scene *scene, int64_t nanoseconds)
{
    scene->now.mono += nanoseconds;
    scene->machine += nanoseconds;
}

/* As the feed computes them: without what is left out. */
static inline void sample_statistics(struct book_view *view)
{
    struct depth *clean = malloc(sizeof *clean);
    if (clean == NULL) abort();
    depth_assign(clean, &view->depth);
    clean_view_apply(clean, &view->cut);
    statistics_compute(&view->statistics, clean, view->instrument.tick, STATISTICS_IMBALANCE_LEVELS);
    free(clean);
}

/* The scene's view, changed and taken anew. */
static inline void sample_change(struct scene *scene, void (*how)(struct book_view *view))
{
    struct book_view *view = malloc(sizeof *view);
    if (view == NULL) abort();
    *view = scene->book;
    how(view);
    sample_statistics(view);
    scene_take(scene, view);
    free(view);
}

/* As the feed shows a lost connection: the book of before, and when the next attempt is. */
static inline void sample_lose_link(struct book_view *view)
{
    view->proof =
        (struct proof){PROOF_STALE, "disconnected", sample_now().mono - 11 * NANOSECONDS_PER_SECOND, .bursts = 1204};
    view->heard.mono -= 12 * NANOSECONDS_PER_SECOND;
    view->link.state = LINK_STATE_DOWN;
    sample_text(view->link.reason, sizeof view->link.reason, "connection refused");
    view->link.retry_at = sample_now().mono + 4 * NANOSECONDS_PER_SECOND;
    view->rate = 0;
}

/* The connection is back; the levels are of before until the new snapshot is there. */
static inline void sample_regain_link(struct book_view *view)
{
    sample_lose_link(view);
    view->heard.mono -= 3 * NANOSECONDS_PER_SECOND;
    view->epoch++;
    view->proof.state = PROOF_SYNCING;
    view->proof.why = "waiting for its book";
    view->proof.since = sample_now().mono - NANOSECONDS_PER_SECOND / 2;
    view->link.state = LINK_STATE_SYNCING;
    view->link.reason[0] = '\0';
    view->link.retry_at = TIME_NEVER;
}

/* As the feed shows a venue that refuses us for good. */
static inline void sample_give_up(struct book_view *view)
{
    sample_lose_link(view);
    view->link.state = LINK_STATE_GIVEN_UP;
    view->link.retry_at = TIME_NEVER;
    view->link.attempts = 1;
    sample_text(view->link.reason, sizeof view->link.reason,
                "HTTP 401 Unauthorized: the venue refuses the key (INCORRECT_API_KEY_SIGNATURE); see that the key file "
                "and its id belong together");
}

/* Nothing has come for twelve seconds; a ping is without its answer for seven. */
static inline void sample_doubt(struct book_view *view)
{
    view->link.heard = (SAMPLE_MONO_S - 12) * NANOSECONDS_PER_SECOND;
    view->link.unanswered = (SAMPLE_MONO_S - 7) * NANOSECONDS_PER_SECOND;
    view->link.state = LINK_STATE_DEGRADED;
    sample_text(view->link.reason, sizeof view->link.reason, "a ping is unanswered");
}

struct sample_entry {
    int age;
    enum journal_kind kind;
    enum venue_id venue;
    unsigned link;
    const char *text;
};

/* Newest first. */
static const struct sample_entry sample_entries[] = {
    {2, JOURNAL_RETRYING, VENUE_POLYMARKET, 1, "in 6 s"},
    {2, JOURNAL_DISCONNECTED, VENUE_POLYMARKET, 1, "connection refused by 203.0.113.7:443, and by 2001:db8::7"},
    {9, JOURNAL_STEP, VENUE_POLYMARKET, 1, "connecting"},
    {31, JOURNAL_GIVEN_UP, VENUE_KALSHI, 0,
     "HTTP 401 Unauthorized: the venue refuses the key (INCORRECT_API_KEY_SIGNATURE)"},
    {75, JOURNAL_FROZEN, VENUE_POLYMARKET, 2, "its books have gone on without us"},
    {76, JOURNAL_ERROR, VENUE_POLYMARKET, 0, "HTTP 429 for a book"},
    {300, JOURNAL_AWOKE, VENUE_COUNT, 0, "after 2 h"},
    {3000, JOURNAL_RESUBSCRIPTION_FAILED, VENUE_POLYMARKET, 0, "3 of 12 books did not come within 10 s"},
    {3020, JOURNAL_RESUBSCRIBED, VENUE_POLYMARKET, 0, "12 books, 0.41 s after it was open"},
    {3020, JOURNAL_RECEIVED, VENUE_POLYMARKET, 0, "the first message, 8 ms after it was open"},
    {3021, JOURNAL_CONNECTED, VENUE_POLYMARKET, 0, "0.26 s"},
    {3021, JOURNAL_STEP, VENUE_POLYMARKET, 0, ""},
};

static inline void sample_connections(struct connections_view *view)
{
    static const int64_t minute = 60 * NANOSECONDS_PER_SECOND, millisecond = NANOSECONDS_PER_MILLISECOND;
    const struct metrics_line lines[] = {
        {"feed", "running for", METRICS_AGE, (uint64_t)(59 * minute), 0, 0},
        {"feed", "messages", METRICS_NUMBER, 91204, 0, 0},
        {"feed", "views", METRICS_NUMBER, 20114, 0, 0},
        {"polymarket 0", "state", METRICS_STATE, LINK_STATE_LIVE, 0, 0},
        {"polymarket 0", "messages", METRICS_NUMBER, 48211, 0, 0},
        {"polymarket 0", "received", METRICS_BYTES, 31245678, 0, 0},
        {"polymarket 0", "connects", METRICS_NUMBER, 3, 0, 0},
        {"polymarket 0", "pongs", METRICS_NUMBER, 360, 0, 0},
        {"polymarket 0", "round trip", METRICS_TIMES, 0, 64 * millisecond, 128 * millisecond},
        {"polymarket 1", "state", METRICS_STATE, LINK_STATE_DOWN, 0, 0},
        {"polymarket 1", "failures", METRICS_NUMBER, 4, 0, 0},
        {"kalshi 0", "state", METRICS_STATE, LINK_STATE_GIVEN_UP, 0, 0},
        {"polymarket book", "requests", METRICS_NUMBER, 12, 0, 0},
        {"polymarket book", "failed", METRICS_NUMBER, 1, 0, 0},
        {"polymarket book", "answered in", METRICS_TIMES, 0, 128 * millisecond, INT64_MAX},
        {"events", "resubscription failed", METRICS_NUMBER, 1, 0, 0},
        {"events", "pong", METRICS_NUMBER, 1360, 0, 0},
    };
    struct stamp now = sample_now();
    memset(view, 0, sizeof *view);
    view->now = now;
    view->count = 4;
    for (unsigned i = 0; i < view->count; i++) {
        struct connection *connection = &view->connections[i];
        connection->venue = i == 3 ? VENUE_KALSHI : VENUE_POLYMARKET;
        connection->link = i % 3;
        sample_link_live(&connection->view);
        connection->view.heard = now.mono - NANOSECONDS_PER_SECOND;
        connection->view.round_trip = 38 * NANOSECONDS_PER_MILLISECOND;
        connection->view.bytes = 31245678;
    }
    struct book_view *book = calloc(1, sizeof *book);
    if (book == NULL) abort();
    sample_view(book);
    view->connections[0].view.reconnects = 2;
    sample_lose_link(book);
    book->link.since = now.mono - 2 * NANOSECONDS_PER_SECOND;
    book->link.attempts = 4;
    view->connections[1].view = book->link;
    sample_view(book);
    sample_doubt(book);
    view->connections[2].view = book->link;
    sample_view(book);
    sample_give_up(book);
    book->link.messages = 0;
    book->link.since = now.mono - 31 * NANOSECONDS_PER_SECOND;
    view->connections[3].view = book->link;
    free(book);
    for (size_t i = 0; i < sizeof sample_entries / sizeof *sample_entries; i++) {
        const struct sample_entry *sample = &sample_entries[i];
        struct journal_entry *entry = &view->entries[view->entry_count++];
        int64_t age = sample->age * NANOSECONDS_PER_SECOND;
        *entry = (struct journal_entry){.stamp = {now.mono - age, now.wall - age},
                                        .kind = sample->kind,
                                        .venue = sample->venue,
                                        .link = sample->link};
        sample_text(entry->text, sizeof entry->text, sample->text);
    }
    view->written = view->entry_count + 1203;
    memcpy(view->lines, lines, sizeof lines);
    view->line_count = sizeof lines / sizeof *lines;
}

/* The log over what the scene shows. */
static inline void sample_open_log(struct scene *scene)
{
    struct connections_view *view = malloc(sizeof *view);
    if (view == NULL) abort();
    sample_connections(view);
    scene->log_open = true;
    scene_take_connections(scene, view);
    free(view);
}

/* Every check so far succeeded, save for a bad minute half an hour ago. */
static inline void sample_verify(struct book_view *view)
{
    struct stamp now = sample_now();
    view->proof = (struct proof){
        .state = PROOF_VERIFIED,
        .since = now.mono - 1804 * NANOSECONDS_PER_SECOND,
        .bursts = 1207,
        .verified = 1204,
        .searched = 38,
        .failed = 4,
        .duplicates = 16,
        .crossed = 1,
        .resyncs = 1,
        .last = {.verdict = VERDICT_VERIFIED, .outcome = 0, .recipe = "C", .stamp = now},
    };
    static const struct {
        enum proof_happening what;
        uint32_t number;
        int age;
    } notes[] = {
        {HAPPENED_DISCONNECT, 0, 3010}, {HAPPENED_RETURN, 12, 3008},  {HAPPENED_FAILURE, 1, 1808},
        {HAPPENED_CROSSED, 1, 1807},    {HAPPENED_FAILURE, 3, 1806},  {HAPPENED_RESYNC, 1, 1805},
        {HAPPENED_MENDED, 2, 1805},     {HAPPENED_RECOVERY, 4, 1804},
    };
    for (size_t i = 0; i < sizeof notes / sizeof *notes; i++) {
        int64_t age = notes[i].age * NANOSECONDS_PER_SECOND;
        proof_note(&view->proof, notes[i].what, notes[i].number, (struct stamp){now.mono - age, now.wall - age});
    }
}

/* A check failed just now. */
static inline void sample_suspect(struct book_view *view)
{
    struct stamp now = sample_now();
    sample_verify(view);
    view->proof.state = PROOF_SUSPECT;
    view->proof.why = "its hash does not match";
    view->proof.since = now.mono - NANOSECONDS_PER_SECOND / 3;
    view->proof.failed++;
    view->proof.last =
        (struct proof_check){.verdict = VERDICT_FAILED, .outcome = 1, .why = "its hash does not match", .stamp = now};
    proof_note(&view->proof, HAPPENED_FAILURE, 1, now);
}

/* A recording in its third minute, with marks and a gap. */
static inline void sample_replay(struct scene *scene)
{
    struct replay_view *replay = &scene->replay;
    static const struct {
        int second;
        enum landmark_kind kind;
        const char *words;
    } landmarks[] = {{75, LANDMARK_MARK, "the rumour"},
                     {400, LANDMARK_GAP, "dropped 312 records"},
                     {1250, LANDMARK_MARK, ""},
                     {3000, LANDMARK_DAMAGE, "block 31: its checksum is wrong"},
                     {3500, LANDMARK_MARK, "it opens"}};
    *replay = (struct replay_view){.position = 1421 * NANOSECONDS_PER_SECOND,
                                   .length = 4215 * NANOSECONDS_PER_SECOND,
                                   .measured = true,
                                   .books_known = true,
                                   .began = (SAMPLE_WALL_S - 1421) * NANOSECONDS_PER_SECOND,
                                   .speed = 8 * REPLAY_SPEED_NORMAL,
                                   .messages = 91204,
                                   .rate = 1700,
                                   .surveyed = 1000};
    for (size_t i = 0; i < sizeof landmarks / sizeof *landmarks; i++) {
        struct recording_landmark *landmark = &replay->landmarks[replay->landmark_count++];
        *landmark = (struct recording_landmark){landmarks[i].second * NANOSECONDS_PER_SECOND, landmarks[i].kind, ""};
        sample_text(landmark->words, sizeof landmark->words, landmarks[i].words);
    }
    scene->replaying = true;
}

/* A recording that is being made. */
static inline void sample_record(struct scene *scene, enum taping_state state)
{
    scene->can_record = true;
    scene->taping = (struct taping_status){.state = state, .marks = 2};
    struct recorder_status *recorder = &scene->taping.recorder;
    recorder->records = 48213;
    recorder->bytes = 41200311;
    recorder->stored = 4123400;
    recorder->failed = state == TAPING_FAILED;
    sample_text(recorder->path, sizeof recorder->path,
                "/home/ada/.local/share/booktop/booktop-polymarket-20261121T074102Z-0.obr.zst");
    if (recorder->failed) sample_text(recorder->reason, sizeof recorder->reason, "No space left on device");
}

struct sample_market {
    const char *event, *title, *group;
    int bid, ask, last; /* in cents */
    long volume;        /* dollars */
    int days;
};

static const struct sample_market sample_markets[] = {
    {"When does the harbour bridge open?", "Will the harbour bridge open in November?", "November", 3, 4, 4, 48200, 9},
    {"When does the harbour bridge open?", "Will the harbour bridge open in December?", "December", 42, 43, 43, 1234567,
     40},
    {"When does the harbour bridge open?", "Will the harbour bridge open in January?", "January", 31, 33, 32, 310400,
     71},
    {"When does the harbour bridge open?", "Will it open later, or never?", "Later or never", 21, 23, 22, 97000, 71},
    {"", "Will the lighthouse keeper's cat be found before the first snow?", "", 64, 65, 65, 805300, 23},
    {"Mayor of Port Ellery", "Will Ada Quill win?", "Ada Quill", 55, 56, 56, 2400100, 120},
    {"Mayor of Port Ellery", "Will Tomas Brandt win?", "Tomas Brandt", 38, 39, 38, 1900800, 120},
    {"Mayor of Port Ellery", "Will Iris Okonkwo win?", "Iris Okonkwo", 5, 6, 5, 410000, 120},
    {"", "Will the ferry to Gull Island run on every day of next week?", "", 88, 91, 90, 15200, 6},
    {"", "Will the town band win the regional contest in Saltmarsh?", "", 12, 14, 13, 8100, 2},
};

#define SAMPLE_MARKETS (sizeof sample_markets / sizeof *sample_markets)

static inline void sample_catalogue(struct catalogue *catalogue)
{
    for (size_t i = 0; i < SAMPLE_MARKETS; i++) {
        const struct sample_market *market = &sample_markets[i];
        struct catalogue_entry *entry = catalogue_append(catalogue);
        if (entry == NULL) abort();
        char symbol[16];
        snprintf(symbol, sizeof symbol, "0x%02zu", i);
        instrument_init(&entry->instrument, VENUE_POLYMARKET, text_from(symbol), 4, 6);
        sample_text(entry->instrument.title, INSTRUMENT_TEXT_SIZE, market->title);
        sample_text(entry->instrument.group_title, INSTRUMENT_NAME_SIZE, market->group);
        sample_text(entry->instrument.event_title, INSTRUMENT_TEXT_SIZE, market->event);
        sample_text(entry->instrument.outcomes[0].name, INSTRUMENT_NAME_SIZE, "Yes");
        sample_text(entry->instrument.outcomes[1].name, INSTRUMENT_NAME_SIZE, "No");
        entry->instrument.tick = 100;
        entry->instrument.close_time = SAMPLE_WALL_S + market->days * 86400 + 3000;
        entry->best_bid = market->bid * 100;
        entry->best_ask = market->ask * 100;
        entry->last_trade = market->last * 100;
        entry->volume_24h = market->volume * 100;
        entry->liquidity = market->volume * 31;
        entry->has_book = true;
    }
}

/* The first markets get live quotes. */
static inline void sample_quotes(struct quote_table *quotes, const struct catalogue *catalogue, uint32_t live)
{
    memset(quotes, 0, sizeof *quotes);
    for (uint32_t i = 0; i < catalogue->count; i++) {
        const struct catalogue_entry *entry = &catalogue->entries[i];
        struct quote *quote = &quotes->quotes[quotes->count++];
        sample_text(quote->symbol, SYMBOL_SIZE, entry->instrument.symbol);
        quote->best_bid = entry->best_bid + 100;
        quote->best_ask = entry->best_ask + 100;
        quote->last_trade = entry->last_trade;
        quote->proof = PROOF_LIVE;
        quote->live = i < live;
    }
}

#endif
