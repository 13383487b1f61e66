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
