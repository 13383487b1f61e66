#include "state_words.h"

#include <stdio.h>
#include <string.h>

/* In a list of markets the mark stands alone: each tells something of its own without its colour. */
struct state_mark proof_mark(enum proof_state state)
{
    static const struct state_mark marks[PROOF_STATE_COUNT] = {
        [PROOF_SYNCING] = {GLYPH_WAITING, ROLE_WARNING},
        [PROOF_LIVE] = {GLYPH_LIVE, ROLE_GOOD},
        [PROOF_VERIFIED] = {GLYPH_DONE, ROLE_GOOD},
        [PROOF_SUSPECT] = {GLYPH_DOUBT, ROLE_WARNING},
        [PROOF_STALE] = {GLYPH_FAILED, ROLE_BAD},
        [PROOF_POLLED] = {GLYPH_PARTLY, ROLE_WARNING},
        [PROOF_UNVERIFIABLE] = {GLYPH_UNKNOWN, ROLE_WARNING},
    };
    return marks[state];
}

struct state_mark link_mark(enum link_state state)
{
    switch (state) {
    case LINK_STATE_LIVE:
        return (struct state_mark){GLYPH_LIVE, ROLE_GOOD};
    case LINK_STATE_DEGRADED:
        return (struct state_mark){GLYPH_FAILED, ROLE_WARNING};
    case LINK_STATE_DOWN:
    case LINK_STATE_GIVEN_UP:
        return (struct state_mark){GLYPH_FAILED, ROLE_BAD};
    default:
        return (struct state_mark){GLYPH_WAITING, ROLE_WARNING};
    }
}

int64_t link_silence(const struct link_view *link, struct stamp now)
{
    return now.mono - (link->heard != 0 ? link->heard : link->unanswered);
}

int64_t link_doubt_in(const struct link_view *link, struct stamp now)
{
    if (!link_carries(link->state) || link->unanswered == 0 || link_in_doubt(link, now)) return TIME_NEVER;
    return link->unanswered + LINK_DOUBT - now.mono;
}

bool link_broken(const struct link_view *link)
{
    return link->state == LINK_STATE_DOWN || link->state == LINK_STATE_GIVEN_UP;
}

/* Whatever is said of the book's own state: it is of before a loss. */
static bool book_of_before(const struct book_view *view)
{
    return view->proof.state == PROOF_STALE || (view->proof.state == PROOF_SYNCING && view->has_book);
}

int64_t book_stale_age(const struct book_view *view, struct stamp now)
{
    int64_t heard = view->heard.mono, since = view->proof.since;
    if (!book_of_before(view) && link_in_doubt(&view->link, now)) return link_silence(&view->link, now);
    return now.mono - (heard < since ? heard : since);
}

bool book_polled(const struct book_view *view)
{
    return view->proof.state == PROOF_POLLED && view->link.state == LINK_STATE_IDLE;
}

const char *link_reason(const struct link_view *link)
{
    return link_broken(link) || link->state == LINK_STATE_DEGRADED ? link->reason : "";
}

bool link_outlook(const struct link_view *link, struct stamp now, char out[FIGURE_SIZE], int64_t *changes_in)
{
    char time[FIGURE_SIZE];
    out[0] = '\0';
    *changes_in = TIME_NEVER;
    if (link->state == LINK_STATE_GIVEN_UP) {
        snprintf(out, FIGURE_SIZE, "R tries again");
        return true;
    }
    if (link->state != LINK_STATE_DOWN || link->retry_at == TIME_NEVER || link->retry_at <= now.mono) return false;
    /* Counted up to whole seconds, so that it ends with 1 and not with 0. */
    int64_t left = link->retry_at - now.mono + NANOSECONDS_PER_SECOND - 1;
    figure_age(left, time);
    snprintf(out, FIGURE_SIZE, "next try in %.16s", time);
    *changes_in = left % NANOSECONDS_PER_SECOND + 1;
    return true;
}

bool closes_in(const struct instrument *instrument, struct stamp now, int64_t *left)
{
    return instrument->close_time != 0 &&
           !__builtin_mul_overflow(instrument->close_time, NANOSECONDS_PER_SECOND, left) &&
           !__builtin_sub_overflow(*left, now.wall, left);
}

void market_title(const struct instrument *instrument, bool grouped, char out[TITLE_SIZE])
{
    const char *title = instrument->title, *name = instrument->group_title;
    if (title[0] == '\0') title = instrument->event_title;
    bool shared = grouped && name[0] != '\0' && title[0] != '\0' && strcmp(title, instrument->event_title) == 0;
    if (title[0] == '\0') title = instrument->slug[0] != '\0' ? instrument->slug : instrument->symbol;
    snprintf(out, TITLE_SIZE, "%s%s%s", shared ? name : "", shared ? " - " : "", title);
}

const char *outcome_name(const struct instrument *instrument, unsigned outcome)
{
    static const char *const numbers[INSTRUMENT_OUTCOMES] = {"outcome 1", "outcome 2"};
    const char *name = instrument->outcomes[outcome].name;
    return name[0] != '\0' ? name : numbers[outcome];
}

const char *winner_name(const struct book_view *view)
{
    bool over = view->status == MARKET_CLOSED || view->status == MARKET_RESOLVED;
    bool known = view->winner >= 0 && view->winner < INSTRUMENT_OUTCOMES;
    return over && known ? outcome_name(&view->instrument, (unsigned)view->winner) : NULL;
}

bool outcomes_have_hashes(const struct instrument *instrument)
{
    return instrument->outcomes[0].token[0] != '\0' || instrument->outcomes[1].token[0] != '\0';
}

void cut_words(const struct clean_cut *cut, bool brief, char out[FIGURE_SIZE])
{
    const char *side = cut->side == SIDE_BID ? "bid" : "ask";
    if (brief)
        snprintf(out, FIGURE_SIZE, "%u %s%s hidden", cut->levels, side, cut->levels == 1 ? "" : "s");
    else
        snprintf(out, FIGURE_SIZE, "%u %s level%s hidden", cut->levels, side, cut->levels == 1 ? "" : "s");
}

void lacking_words(unsigned lacking, char out[NOTICE_SIZE])
{
    if (lacking == 1)
        snprintf(out, NOTICE_SIZE, "part 2 of its recording: part 1 is not given");
    else
        snprintf(out, NOTICE_SIZE, "part %u of its recording: parts 1 to %u are not given", lacking + 1, lacking);
}
