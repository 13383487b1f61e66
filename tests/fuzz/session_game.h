/* What the sessions of both venues share, each made of any bytes and played to two engines: links that open, end and
 * are given up, watching, replies, questions, impatience, and time, in any order. The second engine is told of time
 * more often: what both report, and their books, are the same.
 *
 * Frames, replies, and what must hold beyond that, are the venue's: its rules.
 */
#ifndef FUZZ_SESSION_GAME_H
#define FUZZ_SESSION_GAME_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/engine/engine.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MARKETS     3
#define STEPS_MAX   200
#define MILLISECOND NANOSECONDS_PER_MILLISECOND

struct bytes {
    const uint8_t *at;
    size_t left;
};

/* One of the two engines, and a digest of everything it said. */
struct subject {
    struct engine *engine;
    unsigned number; /* 0, 1 */
    uint64_t digest;
    uint64_t reports;
    uint64_t checks[VERDICT_COUNT], searched;
    uint32_t request;    /* the last one wished for */
    bool questions[256]; /* open */
};

struct game {
    const struct rules *rules;
    struct subject subjects[2];
    struct bytes bytes;
    struct stamp now;
    bool stamps;
    uint64_t messages;
    char frame[4096];
    size_t length;
};

/* What a session has of its venue. */
struct rules {
    enum venue_id venue;
    bool keys;               /* there may be a key */
    int trouble;             /* the status of replies that are no answer */
    struct engine_sink sink; /* its context is a subject */
    void (*instrument)(struct game *game, unsigned number, struct instrument *out);
    void (*frame)(struct game *game); /* into `frame`, as the next one */
    void (*reply)(struct game *game);
    void (*link)(struct game *game); /* before both engines are told of a change; NULL: nothing */
    void (*check)(const struct game *game);
    void (*check_market)(const struct subject *subject, const struct market *market);
};

static inline void require(bool condition)
{
    if (!condition) abort();
}

static inline unsigned take(struct bytes *bytes, unsigned choices)
{
    if (bytes->left == 0) return 0;
    bytes->left--;
    return *bytes->at++ % choices;
}

/* ---- what the engines say ---- */

static inline void mix_number(struct subject *subject, uint64_t number)
{
    subject->digest = (subject->digest ^ number) * UINT64_C(0x9e3779b97f4a7c15);
    subject->digest ^= subject->digest >> 29;
}

static inline void mix_text(struct subject *subject, struct text text)
{
    mix_number(subject, text.length);
    for (size_t i = 0; i < text.length; i++) mix_number(subject, (unsigned char)text.at[i]);
}

static inline void mix_stamp(struct subject *subject, struct stamp stamp)
{
    mix_number(subject, (uint64_t)stamp.mono);
    mix_number(subject, (uint64_t)stamp.wall);
    subject->reports++;
}

/* Returns the market that the event is of, if any. */
static inline const struct market *check_event(const struct subject *subject, const struct event_report *report)
{
    const struct market *market = registry_market(engine_registry(subject->engine), report->market);
    require(report->outcome < INSTRUMENT_OUTCOMES && (market || report->outcome < 0));
    require(report->fate == FATE_APPLIED || report->why || report->event->kind == EVENT_IGNORED);
    if (market && report->fate == FATE_APPLIED && report->event->kind == EVENT_CHANGES)
        require(market->has_book && market->burst_open);
    return market;
}

static inline void mix_event(struct subject *subject, const struct event_report *report)
{
    mix_number(subject, (uint64_t)report->event->kind << 16 | (uint64_t)report->fate << 8 | report->market.index);
    mix_number(subject, (uint64_t)report->outcome + report->message * 4);
    mix_text(subject, report->asset);
    mix_text(subject, text_from(report->why));
    mix_stamp(subject, report->stamp);
}

static inline void on_burst(void *context, const struct burst_report *report)
{
    struct subject *subject = context;
    const struct market *market = registry_market(engine_registry(subject->engine), report->market);
    require(market && !market->burst_open && report->messages > 0 && report->message > 0);
    require(report->crossed == (order_book_crossed(&market->book) || order_book_locked(&market->book)));
    mix_number(subject, report->market.index);
    mix_number(subject, report->message * 1000 + report->messages);
    mix_stamp(subject, report->stamp);
}

static inline void on_state(void *context, const struct market *market)
{
    struct subject *subject = context;
    mix_number(subject, (uint64_t)market->proof.state << 16 | (uint64_t)market->status << 8 | market->handle.index);
    mix_number(subject, market->epoch);
    mix_text(subject, text_from(market->proof.why));
}

static inline void on_link(void *context, const struct link_report *report)
{
    struct subject *subject = context;
    mix_number(subject, (uint64_t)report->link << 8 | (uint64_t)report->phase);
    mix_stamp(subject, report->stamp);
}

static inline void on_lookup(void *context, const struct lookup_report *report)
{
    struct subject *subject = context;
    require(subject->questions[report->lookup]); /* each is answered once */
    subject->questions[report->lookup] = false;
    require((report->result == LOOKUP_FOUND) == (report->catalogue && report->catalogue->count > 0));
    mix_number(subject, (uint64_t)report->lookup << 8 | (uint64_t)report->result);
    mix_stamp(subject, report->stamp);
}

static inline void on_wish(void *context, const struct wish *wish)
{
    struct subject *subject = context;
    if (wish->kind == WISH_GET) subject->request = wish->request;
    require(wish->kind != WISH_SEND || wish->text.length > 0);
    require((wish->what != NULL) == (wish->kind == WISH_SEND || wish->kind == WISH_GET));
    require((wish->kind != WISH_GET && wish->kind != WISH_CONNECT) || strlen(wish->url.at) == wish->url.length);
    mix_number(subject, (uint64_t)wish->kind << 32 | wish->link);
    mix_number(subject, wish->request);
    mix_text(subject, wish->text);
    mix_text(subject, wish->url);
}

/* ---- frames ---- */

__attribute__((format(printf, 2, 3))) static inline void add(struct game *game, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(game->frame + game->length, sizeof game->frame - game->length, format, arguments);
    va_end(arguments);
    require(written >= 0 && (size_t)written < sizeof game->frame - game->length);
    game->length += (size_t)written;
}

static inline void add_raw(struct game *game)
{
    size_t length = take(&game->bytes, 64);
    if (length > game->bytes.left) length = game->bytes.left;
    memcpy(game->frame + game->length, game->bytes.at, length);
    game->bytes.at += length;
    game->bytes.left -= length;
    game->length += length;
}

/* ---- steps: the same for both engines ---- */

static inline void step_frame(struct game *game)
{
    unsigned link = take(&game->bytes, 8) ? 0 : take(&game->bytes, 80);
    game->rules->frame(game);
    /* An own copy, exactly as long: reading beyond it is seen. */
    char *frame = malloc(game->length + !game->length);
    if (!frame) return;
    memcpy(frame, game->frame, game->length);
    game->messages++;
    for (int i = 0; i < 2; i++)
        engine_receive(game->subjects[i].engine, game->rules->venue, game->now, link, game->messages,
                       (struct text){frame, game->length});
    free(frame);
}

static inline void step_link(struct game *game)
{
    static const enum link_change changes[] = {LINK_LOST,     LINK_OPENED, LINK_OPENED,
                                               LINK_GIVEN_UP, LINK_OPENED, LINK_OPENED};
    unsigned choice = take(&game->bytes, 6);
    unsigned link = take(&game->bytes, 8) ? 0 : take(&game->bytes, 80);
    if (choice == 5) { /* the user's impatience */
        for (int i = 0; i < 2; i++) engine_retry(game->subjects[i].engine, game->rules->venue, game->now);
        return;
    }
    enum link_change change = changes[choice];
    if (game->rules->link) game->rules->link(game);
    for (int i = 0; i < 2; i++)
        engine_link(game->subjects[i].engine, game->rules->venue, game->now, link, change, NULL);
}

static inline void step_market(struct game *game)
{
    unsigned action = take(&game->bytes, 4), number = take(&game->bytes, MARKETS);
    struct instrument instrument;
    game->rules->instrument(game, number, &instrument);
    for (int i = 0; i < 2; i++) {
        struct engine *engine = game->subjects[i].engine;
        engine_advance(engine, game->now);
        struct market_handle market = registry_add(engine_registry(engine), &instrument);
        if (action == 0)
            engine_unwatch(engine, game->now, market);
        else if (action == 1)
            engine_seed(engine, game->now, market);
        else
            engine_watch(engine, game->now, market);
    }
}

static inline void step_reply(struct game *game)
{
    const int statuses[] = {200, 200, 200, 404, 0, game->rules->trouble};
    struct venue_reply reply = {.status = statuses[take(&game->bytes, 6)], .reason = "reason"};
    static const int64_t pauses[] = {0, 0, 5000 * MILLISECOND, INT64_MAX};
    unsigned back = take(&game->bytes, 16);
    game->rules->reply(game);
    reply.body = (struct text){game->frame, game->length};
    reply.request = game->subjects[0].request - back % 4;
    reply.retry_after = pauses[back / 4];
    for (int i = 0; i < 2; i++) engine_reply(game->subjects[i].engine, game->rules->venue, game->now, &reply);
}

static inline void step_lookup(struct game *game)
{
    unsigned number = take(&game->bytes, 256);
    enum lookup_kind kind = (enum lookup_kind)take(&game->bytes, LOOKUP_KINDS);
    if (game->subjects[0].questions[number]) return;
    game->length = 0;
    add_raw(game);
    for (int i = 0; i < 2; i++) {
        game->subjects[i].questions[number] = true;
        engine_lookup(game->subjects[i].engine, game->rules->venue, game->now, number, kind,
                      (struct text){game->frame, game->length});
    }
}

/* The second engine hears of the time between as well. */
static inline void step_time(struct game *game)
{
    static const int64_t scales[] = {MILLISECOND / 10, MILLISECOND, 50 * MILLISECOND, 1000 * MILLISECOND};
    int64_t by = scales[take(&game->bytes, 4)] * take(&game->bytes, 64);
    unsigned pulses = take(&game->bytes, 4);
    if (!game->stamps) return;
    for (unsigned i = 1; i <= pulses; i++) {
        int64_t part = by * i / (pulses + 1);
        engine_advance(game->subjects[1].engine, (struct stamp){game->now.mono + part, game->now.wall + part});
    }
    game->now.mono += by;
    game->now.wall += by;
    for (int i = 0; i < 2; i++) {
        engine_advance(game->subjects[i].engine, game->now);
        require(engine_deadline(game->subjects[i].engine) > game->now.mono);
    }
}

/* ---- what must hold ---- */

static inline void check_side(const struct book_side *side, price_t limit, bool rising)
{
    uint32_t count = 0;
    const struct level *better = NULL;
    for (const struct level *level = book_side_best(side); level; level = book_side_worse(side, level), count++) {
        require(level->price > 0 && level->price < limit && level->quantity > 0);
        require(!better || (rising ? level->price < better->price : level->price > better->price));
        better = level;
    }
    require(count == side->count);
}

static inline void check_book(const struct market *market)
{
    check_side(&market->book.bids, 10000, true);
    check_side(&market->book.asks, 10000, false);
    require(!market->burst_open || market->has_book);
    require(!market->has_book || market->had_book);
    require(market->had_book || (market->book.bids.count == 0 && market->book.asks.count == 0));
}

static inline bool same_side(const struct book_side *a, const struct book_side *b)
{
    const struct level *one = book_side_best(a), *other = book_side_best(b);
    for (; one && other; one = book_side_worse(a, one), other = book_side_worse(b, other))
        if (one->price != other->price || one->quantity != other->quantity) return false;
    return !one && !other;
}

static inline void check(const struct game *game)
{
    const struct subject *first = &game->subjects[0], *second = &game->subjects[1];
    require(first->digest == second->digest && first->reports == second->reports);
    /* What was found to be needed at this very moment is done when time is told next. */
    require(engine_deadline(first->engine) >= game->now.mono);
    require(game->stamps || game->now.mono == 0);
    game->rules->check(game);
    size_t place = 0, other_place = 0;
    const struct market *market, *other;
    while ((market = registry_next(engine_registry(first->engine), &place))) {
        other = registry_next(engine_registry(second->engine), &other_place);
        require(other && market_handle_equal(market->handle, other->handle) && market->version == other->version);
        require(same_side(&market->book.bids, &other->book.bids) && same_side(&market->book.asks, &other->book.asks));
        check_book(market);
        game->rules->check_market(first, market);
    }
}

/* ---- a game ---- */

static inline bool start(struct game *game)
{
    unsigned way = take(&game->bytes, 8);
    game->stamps = way != 0;
    if (way > 1) game->now = (struct stamp){INT64_C(1000000000000), INT64_C(1789156497000000000)};
    for (unsigned i = 0; i < 2; i++) {
        struct subject *subject = &game->subjects[i];
        struct engine_options options = {.key = "sixteen letters"};
        options.venues[game->rules->venue] = (struct venue_options){
            .discover = way != 2, .stampless = !game->stamps, .has_key = game->rules->keys && way > 3};
        subject->number = i;
        subject->engine = engine_create(&options);
        if (!subject->engine) return false;
        require(engine_add_sink(subject->engine, &game->rules->sink, subject));
    }
    return true;
}

static inline void play(const struct rules *rules, const uint8_t *data, size_t size)
{
    static void (*const steps[])(struct game *) = {step_frame,  step_frame, step_frame, step_frame,
                                                   step_frame,  step_time,  step_time,  step_link,
                                                   step_market, step_reply, step_lookup};
    static struct game game;
    game = (struct game){.rules = rules, .bytes = {data, size}};
    if (start(&game)) {
        for (int i = 0; i < STEPS_MAX && game.bytes.left > 0; i++) {
            steps[take(&game.bytes, sizeof steps / sizeof *steps)](&game);
            check(&game);
        }
        for (int i = 0; i < 2; i++) engine_finish(game.subjects[i].engine, game.now);
        check(&game);
    }
    for (int i = 0; i < 2; i++) engine_destroy(game.subjects[i].engine);
}

#endif
