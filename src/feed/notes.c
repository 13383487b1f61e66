/* Changes of state in words, for the journal. */
#include "inside.h"

#define ATTEMPTS_BETWEEN 10

static void note_opening(const struct wire *wire)
{
    char took[DURATION_SIZE];
    if (!wire->attempted_at) { /* of a recording: attempts are not in it */
        NOTE(wire, JOURNAL_CONNECTED, "%s", "");
        return;
    }
    duration_text(wire->opened_at - wire->attempted_at, took, sizeof took);
    NOTE(wire, JOURNAL_CONNECTED, "after %s", took);
}

static void note_live(const struct wire *wire, enum link_state left, bool was_doubted)
{
    char took[DURATION_SIZE];
    if (left == LINK_STATE_DEGRADED && was_doubted && wire->synced) {
        NOTE(wire, JOURNAL_STEP, "live: the ping was answered");
        return;
    }
    duration_text(wire->view.since - wire->behind_since, took, sizeof took);
    NOTE(wire, JOURNAL_RESUBSCRIBED, "every book is there after %s", took);
}

static void note_degraded(const struct wire *wire)
{
    const char *why = wire->view.reason;
    if (wire->doubted || wire->synced)
        NOTE(wire, JOURNAL_STEP, "degraded%s%s", why[0] ? ": " : "", why);
    else
        NOTE(wire, JOURNAL_RESUBSCRIPTION_FAILED, "%s", why);
}

bool notes_are_due(const struct wire *wire)
{
    unsigned failures = wire->view.attempts;
    return failures <= ATTEMPTS_IN_FULL || failures % ATTEMPTS_BETWEEN == 0;
}

static void note_failure(const struct wire *wire)
{
    if (notes_are_due(wire))
        NOTE(wire, JOURNAL_ERROR, "not connected: %s", wire->view.reason);
    else
        journal_count(&wire->feed->journal, JOURNAL_ERROR);
}

static void note_end(const struct wire *wire, enum link_state left)
{
    enum link_state state = wire->view.state;
    const char *why = wire->view.reason;
    if (link_carries(left) && state == LINK_STATE_IDLE)
        NOTE(wire, JOURNAL_STEP, "idle: %s", why[0] ? why : "nothing is watched");
    else if (link_carries(left))
        NOTE(wire, JOURNAL_DISCONNECTED, "%s", why);
    else if (state == LINK_STATE_DOWN)
        note_failure(wire);
    else if (state == LINK_STATE_IDLE)
        NOTE(wire, JOURNAL_STEP, "idle%s%s", why[0] ? ": " : "", why);
    if (state == LINK_STATE_GIVEN_UP) NOTE(wire, JOURNAL_GIVEN_UP, "%s", why);
}

/* The steps of attempts that fail again and again are counted only, and "connected" says what is subscribed first. */
static void note_step(const struct wire *wire, enum link_state left)
{
    enum link_state state = wire->view.state;
    if (link_carries(state) && !link_carries(left)) return;
    if (wire->view.attempts >= ATTEMPTS_IN_FULL && !link_carries(state))
        journal_count(&wire->feed->journal, JOURNAL_STEP);
    else
        NOTE(wire, JOURNAL_STEP, "%s", link_state_text(state));
}

void notes_state(const struct wire *wire, enum link_state left, bool was_doubted)
{
    enum link_state state = wire->view.state;
    if (wire->quiet) return;
    if (!link_carries(left) && link_carries(state)) note_opening(wire);
    switch (state) {
    case LINK_STATE_IDLE:
    case LINK_STATE_DOWN:
    case LINK_STATE_GIVEN_UP:
        note_end(wire, left);
        break;
    case LINK_STATE_LIVE:
        note_live(wire, left, was_doubted);
        break;
    case LINK_STATE_DEGRADED:
        note_degraded(wire);
        break;
    default:
        note_step(wire, left);
        break;
    }
}
