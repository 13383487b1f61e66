#include "booktop/feed/view.h"

static const char *const state_texts[LINK_STATE_COUNT] = {
    [LINK_STATE_IDLE] = "idle",
    [LINK_STATE_RESOLVING] = "resolving",
    [LINK_STATE_CONNECTING] = "connecting",
    [LINK_STATE_HANDSHAKING] = "handshaking",
    [LINK_STATE_SUBSCRIBING] = "subscribing",
    [LINK_STATE_SYNCING] = "syncing",
    [LINK_STATE_LIVE] = "live",
    [LINK_STATE_DEGRADED] = "degraded",
    [LINK_STATE_DOWN] = "down",
    [LINK_STATE_GIVEN_UP] = "given up",
};

const char *link_state_text(enum link_state state)
{
    return state_texts[state];
}

bool link_carries(enum link_state state)
{
    return state >= LINK_STATE_SUBSCRIBING && state <= LINK_STATE_DEGRADED;
}

bool link_in_doubt(const struct link_view *link, struct stamp now)
{
    int64_t since = link->unanswered > link->heard ? link->unanswered : link->heard;
    return link_carries(link->state) && link->unanswered != 0 && now.mono - since >= LINK_DOUBT;
}

bool proof_stale(enum proof_state state, bool has_book, const struct link_view *link, struct stamp now)
{
    if (state == PROOF_STALE || (state == PROOF_SYNCING && has_book)) return true;
    if (state == PROOF_POLLED) return false;
    return !link_carries(link->state) || link_in_doubt(link, now);
}

bool book_stale(const struct book_view *view, struct stamp now)
{
    return proof_stale(view->proof.state, view->has_book, &view->link, now);
}

enum proof_state book_proof(const struct book_view *view, struct stamp now)
{
    return book_stale(view, now) ? PROOF_STALE : view->proof.state;
}
