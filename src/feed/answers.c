/* Questions to the catalogues: names to open, words to search, what is traded most.
 *
 * A question goes to its venue through the engine; one that fails on the way is tried again twice, a name that means no
 * market is searched for. Catalogues that are answered are lent to the ui and freed when it gives them back. The engine
 * answers while it works and may not be called then, so what was found waits for the end of the turn.
 */
#include <stdlib.h>
#include <string.h>

#include "booktop/base/log.h"
#include "inside.h"

/* A question that fails is tried again so often, and only as long as it is young; after PATIENCE it has failed,
 * whatever is still under way: nobody waits longer than that for an answer. */
#define TRIES_MAX   3
#define TRIES_UNTIL (4 * NANOSECONDS_PER_SECOND)
#define PATIENCE    (13 * NANOSECONDS_PER_SECOND)

static const int64_t retry_after[TRIES_MAX] = {NANOSECONDS_PER_SECOND, 2 * NANOSECONDS_PER_SECOND, 0};

static void answer(struct feed *feed, const struct question *question, enum answer_result result,
                   const struct catalogue *catalogue, const char *why)
{
    struct answer_view view = {
        .lookup = question->lookup,
        .panel = question->panel,
        .market = result == ANSWER_OPENED ? feed->panels[question->panel].market : MARKET_NONE,
        .result = result,
        .catalogue = catalogue,
    };
    text_sanitize(text_from(why), view.why, sizeof view.why, false);
    if (!ring_push(feed->answers, &view, sizeof view)) {
        log_write(LOG_LEVEL_ERROR, "feed", "an answer was lost: nobody takes them");
        if (catalogue) answers_release(feed, catalogue);
    }
    publisher_wake_ui(feed);
}

static void finish(struct feed *feed, struct question *question, enum answer_result result,
                   const struct catalogue *catalogue, const char *why)
{
    net_timer_cancel(&question->retry);
    net_timer_cancel(&question->patience);
    question->used = false;
    answer(feed, question, result, catalogue, why);
}

/* `venue:` before the words says whom to ask; else the one venue there is. Points `words` behind it. */
static bool choose_venue(struct text *words, enum venue_id *venue)
{
    *venue = VENUE_POLYMARKET;
    const char *colon = words->length ? memchr(words->at, ':', words->length) : NULL;
    if (!colon) return true;
    struct text name = {words->at, (size_t)(colon - words->at)};
    const struct venue *found = venue_find(name);
    bool address = text_is(name, "http") || text_is(name, "https");
    if (!found) return address || memchr(name.at, ' ', name.length) != NULL;
    *venue = found->id;
    *words = text_trim((struct text){colon + 1, words->length - name.length - 1});
    return true;
}

static void ask(struct feed *feed, struct question *question)
{
    question->tries++;
    question->asked = ++feed->next_asked;
    input_lookup(feed, question->venue, question->asked, question->kind, text_from(question->words));
}

static void ask_again(void *context)
{
    struct question *question = context;
    ask(question->feed, question);
}

static void give_up(void *context)
{
    struct question *question = context;
    if (question->found) return; /* the answer is here, and handed over at the end of this turn */
    finish(question->feed, question, ANSWER_FAILED, NULL, "no answer within 13 s");
}

void answers_ask(struct feed *feed, const struct command *command)
{
    struct question *question = feed->questions;
    while (question < feed->questions + QUESTIONS_MAX && question->used) question++;
    struct question refused = {.lookup = command->lookup, .panel = command->panel};
    if (question == feed->questions + QUESTIONS_MAX) {
        answer(feed, &refused, ANSWER_FAILED, NULL, "too many questions at once");
        return;
    }
    struct text words = text_trim(text_from(command->words));
    *question = (struct question){
        .used = true,
        .lookup = command->lookup,
        .panel = command->panel,
        .opens = command->kind == COMMAND_OPEN,
        .first_asked = feed_now(feed).mono,
        .feed = feed,
    };
    question->retry = (struct net_timer){.expired = ask_again, .context = question};
    question->patience = (struct net_timer){.expired = give_up, .context = question};
    net_timer_set(feed->loop, &question->patience, PATIENCE);
    if (!choose_venue(&words, &question->venue)) {
        finish(feed, question, ANSWER_NONE, NULL, "no venue of that name (try polymarket:NAME)");
        return;
    }
    text_copy(words, question->words, sizeof question->words);
    question->kind = question->opens ? LOOKUP_MARKET : words.length ? LOOKUP_SEARCH : LOOKUP_TOP;
    if (question->opens && question->panel != FEED_NO_PANEL) {
        struct panel *panel = &feed->panels[question->panel];
        panel->opened = feed_now(feed);
        panel->looked_up = -1;
        panel->dirty = true;
    }
    ask(feed, question);
}

static struct question *find(struct feed *feed, uint32_t asked)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used && feed->questions[i].asked == asked) return &feed->questions[i];
    return NULL;
}

static const struct catalogue *lend(struct feed *feed, const struct catalogue *catalogue)
{
    struct lent *lent = calloc(1, sizeof *lent);
    if (!lent) return NULL;
    for (size_t i = 0; i < catalogue->count; i++) {
        struct catalogue_entry *entry = catalogue_append(&lent->catalogue);
        if (!entry) {
            catalogue_free(&lent->catalogue);
            free(lent);
            return NULL;
        }
        *entry = catalogue->entries[i];
    }
    lent->next = feed->lent;
    feed->lent = lent;
    return &lent->catalogue;
}

/* At the end of a turn: a panel gets the one market that was meant, the ui a list. */
static void hand_over(struct feed *feed, struct question *question)
{
    const struct catalogue *catalogue = question->found;
    bool meant = question->opens && question->kind == LOOKUP_MARKET && catalogue->count == 1;
    if (!meant || question->panel == FEED_NO_PANEL) {
        finish(feed, question, ANSWER_LIST, catalogue, NULL);
        return;
    }
    const struct catalogue_entry *entry = &catalogue->entries[0];
    struct market_handle shown = publisher_show(feed, question->panel, &entry->instrument, entry->volume_24h);
    if (shown.generation)
        finish(feed, question, ANSWER_OPENED, NULL, NULL);
    else
        finish(feed, question, ANSWER_FAILED, NULL, "out of memory");
    answers_release(feed, catalogue);
}

void answers_turn(struct feed *feed)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used && feed->questions[i].found) hand_over(feed, &feed->questions[i]);
}

static void failed(struct feed *feed, struct question *question, const char *why)
{
    bool late = feed_now(feed).mono - question->first_asked > TRIES_UNTIL;
    if (question->tries >= TRIES_MAX || late) {
        finish(feed, question, ANSWER_FAILED, NULL, why);
        return;
    }
    net_timer_set(feed->loop, &question->retry, retry_after[question->tries - 1]);
}

/* Words that name no market may still be words that a search finds. */
static void search_instead(struct feed *feed, struct question *question)
{
    question->kind = LOOKUP_SEARCH;
    question->tries = 0;
    net_timer_set(feed->loop, &question->retry, 0);
}

void answers_lookup(struct feed *feed, const struct lookup_report *report)
{
    struct question *question = find(feed, report->lookup);
    if (!question) return;
    switch (report->result) {
    case LOOKUP_FOUND:
        question->found = lend(feed, report->catalogue);
        if (!question->found) finish(feed, question, ANSWER_FAILED, NULL, "out of memory");
        break;
    case LOOKUP_NONE:
        if (question->kind == LOOKUP_MARKET && question->words[0])
            search_instead(feed, question);
        else
            finish(feed, question, ANSWER_NONE, NULL, report->why);
        break;
    case LOOKUP_FAILED:
        failed(feed, question, report->why);
        break;
    }
}

void answers_release(struct feed *feed, const struct catalogue *catalogue)
{
    for (struct lent **place = &feed->lent; *place; place = &(*place)->next) {
        struct lent *lent = *place;
        if (&lent->catalogue != catalogue) continue;
        if (feed->list == catalogue) publisher_list(feed, NULL);
        *place = lent->next;
        catalogue_free(&lent->catalogue);
        free(lent);
        return;
    }
}

void answers_close(struct feed *feed)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        net_timer_cancel(&feed->questions[i].retry);
        net_timer_cancel(&feed->questions[i].patience);
    }
    while (feed->lent) {
        struct lent *lent = feed->lent;
        feed->lent = lent->next;
        catalogue_free(&lent->catalogue);
        free(lent);
    }
}
