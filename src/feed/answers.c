/* Questions to the catalogues: names to open, words to search, what is traded most.
 *
 * A question goes to its venue, or to all of them, through the engine; a part that fails on the way is tried again
 * twice, a name that means no market anywhere is searched for. Once one venue has found something the others get a
 * little more time, and what came is one list. Catalogues that are answered are lent to the ui and freed when it gives
 * them back. The engine answers while it works and may not be called then, so an answer waits for the end of the turn.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* A part that fails is tried again so often, and only as long as the question is young; after PATIENCE it has failed,
 * whatever is still under way: nobody waits longer than that for an answer. */
#define TRIES_MAX   3
#define TRIES_UNTIL (4 * NANOSECONDS_PER_SECOND)
/* Until anybody has answered anything: the program was started before its network was there. */
#define FIRST_TRIES_MAX   6
#define FIRST_TRIES_UNTIL (11 * NANOSECONDS_PER_SECOND)
#define PATIENCE          (13 * NANOSECONDS_PER_SECOND)
/* What is found is kept for so long, for the sake of the other venues. */
#define GRACE (2500 * NANOSECONDS_PER_MILLISECOND)

/* In seconds, between one try and the next. */
static const int64_t retry_after[FIRST_TRIES_MAX] = {1, 2, 2, 2, 2};

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
        journal_write(&feed->journal, feed_now(feed), JOURNAL_DROPPED, VENUE_COUNT, 0,
                      "an answer was lost: nobody takes them");
        if (catalogue) answers_release(feed, catalogue);
    }
    publisher_wake_ui(feed);
}

/* Of what the panel waits for. */
static void set_trouble(struct question *question, const char *why)
{
    if (question->panel >= FEED_PANELS) return;
    struct panel *panel = &question->feed->panels[question->panel];
    if (strcmp(panel->trouble, why) == 0) return;
    text_sanitize(text_from(why), panel->trouble, sizeof panel->trouble, false);
    panel->dirty = true;
}

static void forget(struct question *question)
{
    set_trouble(question, "");
    net_timer_cancel(&question->grace);
    net_timer_cancel(&question->patience);
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        net_timer_cancel(&question->parts[i].retry);
        catalogue_free(&question->parts[i].found);
    }
    question->used = question->ready = false;
}

void answers_finish(struct feed *feed, struct question *question, enum answer_result result,
                    const struct catalogue *catalogue, const char *why)
{
    answer(feed, question, result, catalogue, why);
    forget(question);
}

/* === Asking === */

/* In capitals or not. */
static const struct venue *venue_named(struct text name)
{
    for (unsigned i = 0; i < VENUE_COUNT; i++) {
        const struct venue *venue = venue_get((enum venue_id)i);
        struct text known = text_from(venue->name);
        if (name.length == known.length && text_contains_folded(name, known)) return venue;
    }
    return NULL;
}

/* The venue that `venue:` before the words names; points `words` behind it. NULL where none is named, with `*unknown`
 * for a name that is no venue's. */
static const struct venue *take_venue(struct text *words, bool *unknown)
{
    const char *colon = words->length ? memchr(words->at, ':', words->length) : NULL;
    *unknown = false;
    if (!colon) return NULL;
    struct text name = {words->at, (size_t)(colon - words->at)};
    struct text rest = {colon + 1, words->length - name.length - 1};
    const struct venue *venue = venue_named(name);
    bool address = text_starts_with(rest, TEXT("//"));
    *unknown = !venue && !address && !memchr(name.at, ' ', name.length);
    if (venue) *words = text_trim(rest);
    return venue;
}

/* Kalshi's tickers begin so, and no other venue's name is written so: "KXFED-26DEC". */
static bool is_kalshi_ticker(struct text words)
{
    for (size_t i = 0; i < words.length; i++) {
        char c = words.at[i];
        bool capital = c >= 'A' && c <= 'Z', digit = c >= '0' && c <= '9';
        if (!capital && !digit && c != '-' && c != '.') return false;
    }
    return words.length > 2 && text_starts_with(words, TEXT("KX"));
}

const char *answers_choose(const struct feed *feed, struct text *words, bool chosen[VENUE_COUNT])
{
    bool unknown, any = false;
    const struct venue *named = take_venue(words, &unknown);
    if (named == NULL && is_kalshi_ticker(*words)) named = venue_get(VENUE_KALSHI);
    if (unknown) return "no venue of that name (try polymarket:NAME or kalshi:NAME)";
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        chosen[i] = !feed->options.off[i] && (!named || named->id == i);
        any |= chosen[i];
    }
    return any ? NULL : named ? "this venue is switched off" : "every venue is switched off";
}

static void ask(struct part *part)
{
    struct question *question = part->question;
    part->state = PART_WAITS;
    part->tries++;
    part->asked = ++question->feed->next_asked;
    input_lookup(question->feed, part->venue, part->asked, question->kind, text_from(question->words));
}

static void ask_again(void *context)
{
    ask(context);
}

/* Nobody waits any longer: what has come is the answer. */
static void end_waiting(struct question *question, struct text late)
{
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        struct part *part = &question->parts[i];
        if (part->state != PART_WAITS) continue;
        net_timer_cancel(&part->retry);
        part->state = PART_FAILED;
        if (!part->why[0]) text_copy(late, part->why, sizeof part->why);
    }
    question->ready = true;
}

/* So long behind what another venue found. */
static void grace_is_over(void *context)
{
    end_waiting(context, TEXT("no answer within 2.5 s of the other"));
}

static void patience_is_over(void *context)
{
    end_waiting(context, TEXT("no answer within 13 s"));
}

/* A venue may answer before `ask` returns: all are marked as waiting first, so that no answer is taken for the last. */
static void ask_all(struct question *question)
{
    for (size_t i = 0; i < VENUE_COUNT; i++)
        if (question->parts[i].state != PART_NOT_ASKED) question->parts[i].state = PART_WAITS;
    for (size_t i = 0; i < VENUE_COUNT; i++)
        if (question->parts[i].state == PART_WAITS) ask(&question->parts[i]);
}

static void begin_parts(struct question *question, const bool chosen[VENUE_COUNT])
{
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        struct part *part = &question->parts[i];
        *part = (struct part){.venue = (enum venue_id)i, .question = question};
        part->retry = (struct net_timer){.expired = ask_again, .context = part};
        if (chosen[i]) part->state = PART_WAITS;
    }
}

struct question *answers_place(struct feed *feed)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (!feed->questions[i].used) return &feed->questions[i];
    return NULL;
}

/* === What was found === */

static bool append_all(struct catalogue *to, const struct catalogue *from, size_t at, size_t count)
{
    for (size_t i = at; i < at + count; i++)
        if (!catalogue_copy(to, from, &from->entries[i])) return false;
    return true;
}

/* How many entries from `at` on are markets of one event. */
static size_t event_length(const struct catalogue *catalogue, size_t at)
{
    size_t end = at + 1;
    const char *event = catalogue->entries[at].instrument.event_slug;
    while (end < catalogue->count && event[0] && strcmp(catalogue->entries[end].instrument.event_slug, event) == 0)
        end++;
    return end - at;
}

/* What was traded of so many entries; those of unknown volume count nothing. */
static int64_t volume_of(const struct catalogue_entry *entries, size_t count)
{
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t volume = entries[i].volume_24h;
        if (volume > 0) sum = volume > INT64_MAX - sum ? INT64_MAX : sum + volume;
    }
    return sum;
}

/* One list of all: event by event, each time the venue's whose next event is traded more. */
static bool merge(const struct question *question, struct catalogue *to)
{
    size_t at[VENUE_COUNT] = {0};
    while (true) {
        size_t venue = VENUE_COUNT, length = 0;
        int64_t most = -1;
        for (size_t i = 0; i < VENUE_COUNT; i++) {
            const struct catalogue *found = &question->parts[i].found;
            if (at[i] >= found->count) continue;
            size_t markets = event_length(found, at[i]);
            int64_t volume = volume_of(&found->entries[at[i]], markets);
            if (volume <= most) continue;
            most = volume;
            venue = i;
            length = markets;
        }
        if (venue == VENUE_COUNT) return true;
        if (!append_all(to, &question->parts[venue].found, at[venue], length)) return false;
        at[venue] += length;
    }
}

static const struct catalogue *lend(struct feed *feed, struct question *question)
{
    struct lent *lent = calloc(1, sizeof *lent);
    if (!lent) return NULL;
    if (!merge(question, &lent->catalogue)) {
        catalogue_free(&lent->catalogue);
        free(lent);
        return NULL;
    }
    lent->next = feed->lent;
    feed->lent = lent;
    return &lent->catalogue;
}

/* "kalshi: HTTP 503; polymarket: no answer": every venue in this state that has a reason, as far as there is room. */
static void tell_reasons(const struct question *question, int state, char why[VIEW_REASON_SIZE])
{
    size_t length = 0;
    why[0] = '\0';
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        const struct part *part = &question->parts[i];
        if ((int)part->state != state || !part->why[0]) continue;
        int added = snprintf(why + length, VIEW_REASON_SIZE - length, "%s%s: %s", length > 0 ? "; " : "",
                             venue_get(part->venue)->name, part->why);
        if (added < 0 || (size_t)added >= VIEW_REASON_SIZE - length) return;
        length += (size_t)added;
    }
}

static void tell_failed(const struct question *question, char why[VIEW_REASON_SIZE])
{
    tell_reasons(question, PART_FAILED, why);
}

static bool are_alike(const struct question *question, int state, const char *why)
{
    for (size_t i = 0; i < VENUE_COUNT; i++) {
        const struct part *part = &question->parts[i];
        if ((int)part->state == state && strcmp(part->why, why) != 0) return false;
    }
    return true;
}

void answers_hand_over(struct feed *feed, struct question *question)
{
    const struct catalogue *catalogue = lend(feed, question);
    if (!catalogue) {
        answers_finish(feed, question, ANSWER_FAILED, NULL, "out of memory");
        return;
    }
    bool meant = question->opens && question->kind == LOOKUP_MARKET && catalogue->count == 1;
    if (!meant || question->panel == FEED_NO_PANEL) {
        char why[VIEW_REASON_SIZE];
        tell_failed(question, why);
        answers_finish(feed, question, ANSWER_LIST, catalogue, why);
        return;
    }
    const struct catalogue_entry *entry = &catalogue->entries[0];
    struct market_handle shown = publisher_show(feed, question->panel, &entry->instrument, entry->volume_24h);
    if (shown.generation)
        answers_finish(feed, question, ANSWER_OPENED, NULL, NULL);
    else
        answers_finish(feed, question, ANSWER_FAILED, NULL, "out of memory");
    answers_release(feed, catalogue);
}

static const struct part *part_in(const struct question *question, int state)
{
    for (size_t i = 0; i < VENUE_COUNT; i++)
        if ((int)question->parts[i].state == state) return &question->parts[i];
    return NULL;
}

/* Words that name no market may still be words that a search finds; a web address is no words. */
static bool may_be_words(const struct question *question)
{
    return question->kind == LOOKUP_MARKET && question->words[0] && !strstr(question->words, "://");
}

static void search_instead(struct question *question)
{
    question->kind = LOOKUP_SEARCH;
    question->ready = false;
    for (size_t i = 0; i < VENUE_COUNT; i++) question->parts[i].tries = 0;
    ask_all(question);
}

static void conclude(struct feed *feed, struct question *question)
{
    const struct part *failed = part_in(question, PART_FAILED), *none = part_in(question, PART_NONE);
    if (part_in(question, PART_FOUND)) {
        answers_hand_over(feed, question);
    } else if (failed) {
        char why[VIEW_REASON_SIZE];
        tell_failed(question, why);
        bool of_all = !none && !part_in(question, PART_NOT_ASKED) && are_alike(question, PART_FAILED, failed->why);
        answers_finish(feed, question, ANSWER_FAILED, NULL, of_all ? failed->why : why);
    } else if (may_be_words(question)) {
        search_instead(question);
    } else {
        answers_finish(feed, question, ANSWER_NONE, NULL, none ? none->why : "nothing of that name");
    }
}

void answers_turn(struct feed *feed)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used && feed->questions[i].ready) conclude(feed, &feed->questions[i]);
}

/* === For the feed === */

void answers_ask(struct feed *feed, const struct command *command)
{
    if (feed->replay) {
        replay_ask(feed, command);
        return;
    }
    struct question *question = answers_place(feed);
    struct question refused = {.lookup = command->lookup, .panel = command->panel};
    if (!question) {
        answer(feed, &refused, ANSWER_FAILED, NULL, "too many questions at once");
        return;
    }
    struct text words = text_trim(text_from(command->words));
    bool chosen[VENUE_COUNT];
    const char *why = answers_choose(feed, &words, chosen);
    if (why) {
        answer(feed, &refused, ANSWER_NONE, NULL, why);
        return;
    }
    *question = (struct question){
        .used = true,
        .lookup = command->lookup,
        .panel = command->panel,
        .opens = command->kind == COMMAND_OPEN,
        .first_asked = feed_now(feed).mono,
        .feed = feed,
    };
    question->grace = (struct net_timer){.expired = grace_is_over, .context = question};
    question->patience = (struct net_timer){.expired = patience_is_over, .context = question};
    net_timer_set(feed->loop, &question->patience, PATIENCE);
    text_copy(words, question->words, sizeof question->words);
    question->kind = question->opens ? LOOKUP_MARKET : words.length ? LOOKUP_SEARCH : LOOKUP_TOP;
    if (question->opens && question->panel != FEED_NO_PANEL) {
        struct panel *panel = &feed->panels[question->panel];
        panel->opened = feed_now(feed);
        panel->looked_up = -1;
        panel->dirty = true;
    }
    begin_parts(question, chosen);
    ask_all(question);
}

/* === What venues answer === */

static struct part *find(struct feed *feed, uint32_t asked)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++) {
        if (!feed->questions[i].used) continue;
        for (size_t j = 0; j < VENUE_COUNT; j++) {
            struct part *part = &feed->questions[i].parts[j];
            if (part->state == PART_WAITS && part->asked == asked) return part;
        }
    }
    return NULL;
}

/* It will be asked again: till then it is said why. */
static void tell_trouble(struct question *question, const char *newest)
{
    char why[VIEW_REASON_SIZE];
    tell_reasons(question, PART_WAITS, why);
    set_trouble(question, are_alike(question, PART_WAITS, newest) ? newest : why);
}

static void failed(struct part *part, const char *why)
{
    struct feed *feed = part->question->feed;
    unsigned most = feed->answered ? TRIES_MAX : FIRST_TRIES_MAX;
    int64_t until = feed->answered ? TRIES_UNTIL : FIRST_TRIES_UNTIL;
    bool late = feed_now(feed).mono - part->question->first_asked > until;
    text_copy(text_from(why), part->why, sizeof part->why);
    if (part->tries >= most || late)
        part->state = PART_FAILED;
    else
        net_timer_set(feed->loop, &part->retry, retry_after[part->tries - 1] * NANOSECONDS_PER_SECOND);
    tell_trouble(part->question, part->why);
}

void answers_lookup(struct feed *feed, const struct lookup_report *report)
{
    struct part *part = find(feed, report->lookup);
    if (!part) return;
    struct question *question = part->question;
    feed->answered |= report->result != LOOKUP_FAILED;
    switch (report->result) {
    case LOOKUP_FOUND:
        part->state = PART_FOUND;
        if (append_all(&part->found, report->catalogue, 0, report->catalogue->count)) break;
        catalogue_free(&part->found); /* all of it or nothing */
        part->state = PART_FAILED;
        text_copy(TEXT("out of memory"), part->why, sizeof part->why);
        break;
    case LOOKUP_NONE:
        part->state = PART_NONE;
        text_copy(text_from(report->why), part->why, sizeof part->why);
        break;
    case LOOKUP_FAILED:
        failed(part, report->why);
        break;
    }
    if (!part_in(question, PART_WAITS))
        question->ready = true;
    else if (part->state == PART_FOUND && !question->grace.loop)
        net_timer_set(feed->loop, &question->grace, GRACE);
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
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used) forget(&feed->questions[i]);
    while (feed->lent) {
        struct lent *lent = feed->lent;
        feed->lent = lent->next;
        catalogue_free(&lent->catalogue);
        free(lent);
    }
}
