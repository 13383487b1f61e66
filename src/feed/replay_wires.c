/* Connections of a recording: without sockets, but with the states that they had.
 *
 * What was heard of them is in the recording (opened, lost, given up, frames), what they were good for the engine says;
 * of those that it was given back, behind a seek or damage, it says both.
 */
#include <string.h>

#include "replay_inside.h"

static struct wire *find_or_add(struct feed *feed, enum venue_id venue, unsigned link)
{
    struct wire *wire = wires_find(feed, venue, link);
    return wire ? wire : wires_add(feed, venue, link);
}

static void enter_phase(struct wire *wire, enum link_phase phase, const char *why)
{
    wire->phase = phase;
    wire->phase_why = why;
}

static void come_up(struct wire *wire)
{
    wire->socket_state = WEBSOCKET_OPEN;
    wire->opened = true;
    wire->heard_message = wire->synced = false;
    wire->metrics.connected = 1;
    wire->metrics.connects++;
    if (wire->opens++) wire->view.reconnects++;
}

static void go_down(struct wire *wire, enum websocket_state state, struct text why)
{
    wire->socket_state = state;
    wire->opened = false;
    wire->metrics.connected = 0;
    enter_phase(wire, LINK_DOWN, NULL);
    text_sanitize(why, wire->view.reason, sizeof wire->view.reason, false);
}

static struct wire *hear(struct feed *feed, const struct record *record)
{
    struct wire *wire = find_or_add(feed, record->venue, record->link);
    if (!wire) return NULL;
    if (!wire->opened) { /* nothing else brings a frame */
        come_up(wire);
        enter_phase(wire, LINK_SUBSCRIBING, NULL);
        wires_update(wire);
    }
    wires_hear(wire, feed_now(feed), record->payload.length);
    return wire;
}

static void happen(struct feed *feed, const struct record *record)
{
    enum record_event event = record->happening.event;
    if (event != RECORD_OPENED && event != RECORD_LOST && event != RECORD_GIVEN_UP) return;
    struct wire *wire = find_or_add(feed, record->venue, record->link);
    if (!wire) return;
    if (event == RECORD_OPENED) {
        come_up(wire);
        enter_phase(wire, LINK_SUBSCRIBING, NULL);
    } else {
        go_down(wire, event == RECORD_LOST ? WEBSOCKET_DOWN : WEBSOCKET_GIVEN_UP, record->happening.why);
    }
    wires_update(wire);
}

struct wire *replay_wires_before(struct feed *feed, const struct record *record)
{
    if (record->venue >= VENUE_COUNT) return NULL;
    if (record->kind == RECORD_RECEIVED) return hear(feed, record);
    if (record->kind == RECORD_EVENT) happen(feed, record);
    return NULL;
}

void replay_wires_forget(struct feed *feed)
{
    feed->wire_count = 0;
}

/* Books that are polled have a link, but no connection. */
static enum websocket_state socket_of(const struct link_report *report)
{
    if (report->open) return WEBSOCKET_OPEN;
    if (report->given_up) return WEBSOCKET_GIVEN_UP;
    if (report->phase == LINK_DOWN) return WEBSOCKET_DOWN;
    return report->phase == LINK_CONNECTING ? WEBSOCKET_CONNECTING : WEBSOCKET_IDLE;
}

static void follow(struct wire *wire, const struct link_report *report)
{
    if (report->open && !wire->opened) come_up(wire);
    if (!report->open && wire->opened) go_down(wire, WEBSOCKET_DOWN, TEXT(""));
    wire->socket_state = socket_of(report);
    enter_phase(wire, report->phase, report->why);
}

void replay_wires_phase(struct feed *feed, const struct link_report *report)
{
    replay_look_at_resets(feed->replay);
    struct wire *wire = wires_find(feed, report->venue, report->link);
    bool known = wire != NULL;
    if (!known && report->phase != LINK_IDLE) wire = wires_add(feed, report->venue, report->link);
    if (!wire) return;
    follow(wire, report);
    wire->quiet = !known && feed->replay->unsettled; /* given back: nothing has happened now */
    wires_update(wire);
    wire->quiet = false;
}

void replay_wires_heard(struct feed *feed)
{
    const struct registry *registry = engine_registry(feed->engine);
    size_t position = 0;
    for (const struct market *market; (market = registry_next(registry, &position));) {
        struct wire *wire = wires_find(feed, market->instrument.venue, market->link);
        if (wire && market->heard.mono > wire->view.heard) wire->view.heard = wire->metrics.heard = market->heard.mono;
    }
}
