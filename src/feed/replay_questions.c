/* Questions to a recording: to open a market, to list some. What is not found is kept, and looked for again, until all
 * of the recording's markets are known. */
#include "replay_inside.h"

static void give_found(struct feed *feed, struct question *question)
{
    if (question->opens && question->panel != FEED_NO_PANEL) {
        feed->panels[question->panel].opened = feed_now(feed);
        feed->panels[question->panel].looked_up = 0;
    }
    answers_hand_over(feed, question);
}

/* False: what it means may still come. */
static bool look(struct feed *feed, struct question *question)
{
    bool all = replay_knows_markets(feed); /* asked first: they may be found out meanwhile */
    struct text words = text_trim(text_from(question->words));
    bool chosen[VENUE_COUNT];
    const char *why = answers_choose(feed, &words, chosen);
    struct catalogue *found = &question->parts[0].found;
    if (why)
        answers_finish(feed, question, ANSWER_NONE, NULL, why);
    else if (!replay_find(feed, words, chosen, found))
        answers_finish(feed, question, ANSWER_FAILED, NULL, "out of memory");
    else if (found->count > 0)
        give_found(feed, question);
    else if (all)
        answers_finish(feed, question, ANSWER_NONE, NULL,
                       words.length == 0                ? REPLAY_NO_BOOKS
                       : replay_is_partly(feed->replay) ? "the recording has no market of that name so far"
                                                        : "the recording has no market of that name");
    else
        return false;
    return true;
}

/* Of one panel, or among searches, nobody waits for more than the newest. */
static bool takes_place_of(const struct question *newer, const struct question *older)
{
    if (!older->used || older->opens != newer->opens || older->panel != newer->panel) return false;
    return !newer->opens || newer->panel != FEED_NO_PANEL;
}

static void replace_older(struct feed *feed, const struct question *newer)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (takes_place_of(newer, &feed->questions[i]))
            answers_finish(feed, &feed->questions[i], ANSWER_NONE, NULL, "something else was asked for");
}

void replay_ask(struct feed *feed, const struct command *command)
{
    struct question question = {
        .used = true,
        .lookup = command->lookup,
        .panel = command->panel,
        .opens = command->kind == COMMAND_OPEN,
        .kind = LOOKUP_MARKET,
        .feed = feed,
    };
    text_copy(text_from(command->words), question.words, sizeof question.words);
    replace_older(feed, &question);
    if (look(feed, &question)) return;
    struct question *kept = answers_place(feed);
    if (kept)
        *kept = question; /* its timers are not set */
    else
        answers_finish(feed, &question, ANSWER_FAILED, NULL, "too many questions at once");
}

static bool any_waits(const struct feed *feed)
{
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used) return true;
    return false;
}

static size_t count_known(const struct registry *registry)
{
    size_t count = registry_count(registry);
    const struct market *market;
    for (size_t position = 0; (market = registry_next(registry, &position));) count += market->had_book;
    return count;
}

void replay_questions_turn(struct replay *replay)
{
    struct feed *feed = replay->feed;
    if (!any_waits(feed)) return;
    bool all = replay_knows_markets(feed);
    size_t count = count_known(engine_registry(feed->engine));
    if (all == replay->knew_all && (all || count == replay->knew)) return;
    replay->knew_all = all;
    replay->knew = count;
    for (size_t i = 0; i < QUESTIONS_MAX; i++)
        if (feed->questions[i].used) (void)look(feed, &feed->questions[i]);
}
