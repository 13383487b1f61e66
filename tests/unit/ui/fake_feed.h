/* A feed that does what a test tells it: it stands in for feed.h's functions at link time and notes what it was asked.
 * Include in one source of a program only.
 */
#ifndef BOOKTOP_TESTS_UI_FAKE_FEED_H
#define BOOKTOP_TESTS_UI_FAKE_FEED_H

#include <sys/eventfd.h>
#include <unistd.h>

#include "booktop/feed/feed.h"
#include "booktop/feed/replay.h"
#include "booktop/feed/taping.h"
#include "sample_scene.h"

#define FAKE_ANSWERS 8

static struct fake_feed {
    uint32_t lookups; /* the last number given out */
    char words[256];  /* of the last question */
    bool opens;
    unsigned panel;
    char selected[SYMBOL_SIZE];
    unsigned selections;
    const struct catalogue *listed;
    unsigned released;
    unsigned catalogues; /* made by feed_catalogue */
    struct answer_view answers[FAKE_ANSWERS];
    unsigned answer_count;
    struct book_view views[FEED_PANELS];
    bool fresh[FEED_PANELS];
    struct quote_table quotes;
    bool fresh_quotes;
    bool watches_connections;
    struct connections_view connections;
    bool fresh_connections;
    unsigned retries;
    bool replays;
    struct replay_view replay;
    int64_t sought; /* the last place that was asked for, -1: none */
    unsigned seeks, messages, changes;
    struct taping_status taping;
    const char *refusal; /* why no recording can be started; NULL: it can */
    bool slow_disk;      /* what is started is only beginning */
    bool fails;          /* or has failed already when it is looked at */
    char note[100];
    int64_t marked_at;
    int wake;
    bool rests;              /* feed_rest was called last, */
    unsigned taken_in_looks; /* and so often a view was taken when it was not */
    bool changes_on_retry;   /* feed_retry is followed by a change, which the next look is told of */
    bool behind;             /* its view was not published yet, */
    bool told_of;            /* but a look was told of it; */
    bool stuck;              /* it never is */
    void (*on_select)(void); /* called by feed_select; may be NULL */
} fake;

static inline void fake_reset(void)
{
    memset(&fake, 0, sizeof fake);
    fake.wake = -1;
    fake.sought = -1;
}

static inline void fake_answer(uint32_t lookup, enum answer_result result, const struct catalogue *catalogue,
                               const char *why)
{
    struct answer_view *answer = &fake.answers[fake.answer_count++];
    *answer = (struct answer_view){.lookup = lookup, .result = result, .catalogue = catalogue};
    snprintf(answer->why, sizeof answer->why, "%s", why);
}

/* A panel got a market: the answer carries its handle, as fake_publish numbers it. */
static inline void fake_answer_opened(uint32_t lookup, uint32_t index)
{
    fake_answer(lookup, ANSWER_OPENED, NULL, "");
    fake.answers[fake.answer_count - 1].market = (struct market_handle){index, 1};
}

/* A view of a market of the sample catalogue's kind, told apart by its index. */
static inline void fake_publish(unsigned panel, uint32_t index, const char *symbol)
{
    struct book_view *view = &fake.views[panel];
    sample_view(view);
    view->market.index = index;
    sample_rename(&view->instrument, symbol);
    fake.fresh[panel] = true;
}

static uint32_t fake_question(unsigned panel, const char *words, bool opens)
{
    snprintf(fake.words, sizeof fake.words, "%s", words);
    fake.panel = panel;
    fake.opens = opens;
    return ++fake.lookups;
}

uint32_t feed_open(struct feed *feed, unsigned panel, const char *words)
{
    (void)feed;
    return fake_question(panel, words, true);
}

uint32_t feed_search(struct feed *feed, const char *words)
{
    (void)feed;
    return fake_question(0, words, false);
}

void feed_select(struct feed *feed, unsigned panel, const struct catalogue_entry *entry)
{
    (void)feed;
    fake.panel = panel;
    fake.selections++;
    snprintf(fake.selected, sizeof fake.selected, "%s", entry->instrument.symbol);
    if (fake.on_select != NULL) fake.on_select();
}

const struct catalogue *feed_catalogue(struct feed *feed, const struct catalogue_entry *const *entries, size_t count)
{
    (void)feed;
    static struct catalogue made;
    static struct catalogue_entry copies[64];
    assert_in_range(count, 1, sizeof copies / sizeof copies[0]);
    for (size_t i = 0; i < count; i++) copies[i] = *entries[i];
    made = (struct catalogue){.entries = copies, .count = count, .capacity = count};
    fake.catalogues++;
    return &made;
}

void feed_list(struct feed *feed, const struct catalogue *catalogue)
{
    (void)feed;
    fake.listed = catalogue;
}

void feed_release(struct feed *feed, const struct catalogue *catalogue)
{
    (void)feed;
    (void)catalogue;
    fake.released++;
}

bool feed_answer(struct feed *feed, struct answer_view *answer)
{
    (void)feed;
    if (fake.answer_count == 0) return false;
    *answer = fake.answers[0];
    fake.answer_count--;
    memmove(&fake.answers[0], &fake.answers[1], fake.answer_count * sizeof fake.answers[0]);
    return true;
}

const struct book_view *feed_view(struct feed *feed, unsigned panel)
{
    (void)feed;
    bool fresh = fake.fresh[panel];
    fake.fresh[panel] = false;
    fake.taken_in_looks += fresh && !fake.rests;
    return fresh ? &fake.views[panel] : NULL;
}

const struct quote_table *feed_quotes(struct feed *feed)
{
    (void)feed;
    bool fresh = fake.fresh_quotes;
    fake.fresh_quotes = false;
    return fresh ? &fake.quotes : NULL;
}

void feed_retry(struct feed *feed)
{
    (void)feed;
    fake.retries++;
    fake.behind = fake.changes_on_retry;
}

void feed_watch_connections(struct feed *feed, bool open)
{
    (void)feed;
    fake.watches_connections = open;
}

const struct connections_view *feed_connections(struct feed *feed)
{
    (void)feed;
    bool fresh = fake.fresh_connections;
    fake.fresh_connections = false;
    return fresh ? &fake.connections : NULL;
}

const struct replay_view *feed_replay(struct feed *feed)
{
    (void)feed;
    return fake.replays ? &fake.replay : NULL;
}

void feed_replay_pause(struct feed *feed, bool paused)
{
    (void)feed;
    fake.replay.paused = paused;
}

void feed_replay_speed(struct feed *feed, unsigned speed)
{
    (void)feed;
    fake.replay.speed = speed;
}

void feed_replay_step(struct feed *feed, enum replay_step step)
{
    (void)feed;
    fake.replay.paused = true;
    fake.messages += step == REPLAY_MESSAGE;
    fake.changes += step == REPLAY_CHANGE;
}

void feed_replay_seek(struct feed *feed, int64_t m)
{
    (void)feed;
    fake.sought = m;
    fake.seeks++;
}

/* Any address will do: there is one. */
static inline struct taping *fake_taping(void)
{
    return (struct taping *)&fake.taping;
}

bool taping_start(struct taping *taping, char *error, size_t error_size)
{
    (void)taping;
    snprintf(error, error_size, "%s", fake.refusal != NULL ? fake.refusal : "");
    enum taping_state state = fake.fails ? TAPING_FAILED : fake.slow_disk ? TAPING_BEGINNING : TAPING_ON;
    if (fake.refusal == NULL) fake.taping.state = state;
    return fake.refusal == NULL;
}

void taping_stop(struct taping *taping)
{
    (void)taping;
    fake.taping.state = TAPING_ENDING;
}

bool taping_mark(struct taping *taping, const char *note, int64_t at)
{
    (void)taping;
    if (fake.taping.state != TAPING_ON) return false;
    fake.taping.marks++;
    snprintf(fake.note, sizeof fake.note, "%s", note);
    fake.marked_at = at;
    return true;
}

void taping_status(struct taping *taping, struct taping_status *status)
{
    (void)taping;
    *status = fake.taping;
}

int feed_wake_fd(const struct feed *feed)
{
    (void)feed;
    if (fake.wake < 0) fake.wake = eventfd(1, EFD_NONBLOCK | EFD_CLOEXEC);
    return fake.wake;
}

void feed_woken(struct feed *feed)
{
    uint64_t count;
    (void)feed;
    ssize_t got = read(fake.wake, &count, sizeof count);
    (void)got;
}

void feed_rest(struct feed *feed)
{
    (void)feed;
    fake.rests = true;
}

/* Of a change the first question is told that its view is on its way; when it is asked again it is there. */
bool feed_look(struct feed *feed)
{
    fake.rests = false;
    if (!fake.behind || fake.stuck) return fake.behind;
    fake.behind = !fake.told_of;
    fake.told_of = fake.behind;
    if (fake.behind) {
        ssize_t put = write(feed_wake_fd(feed), &(uint64_t){1}, sizeof(uint64_t));
        (void)put;
        return true;
    }
    fake_publish(0, 3, fake.selected);
    snprintf(fake.views[0].instrument.title, sizeof fake.views[0].instrument.title, "BBBBBB");
    return false;
}

#endif
