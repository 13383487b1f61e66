/* The states of connections: what the network says and what the venue makes of it together.
 *
 * Every change of a state goes through `enter`: there it is timed, counted and written into the journal. The engine is
 * told of ups and downs after that, so whatever it does about one finds the new state.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inside.h"

#define REOPEN_AFTER (5 * NANOSECONDS_PER_SECOND)
/* A key that is held down is one wish in so long. */
#define PRESSES_APART (2 * NANOSECONDS_PER_SECOND)

/* The answers that may come with a Retry-After (RFC 6585 4, RFC 9110 15.6.4). */
#define HTTP_TOO_MANY    429
#define HTTP_UNAVAILABLE 503

static const enum link_state states_of_socket[] = {
    [WEBSOCKET_IDLE] = LINK_STATE_IDLE,
    [WEBSOCKET_RESOLVING] = LINK_STATE_RESOLVING,
    [WEBSOCKET_CONNECTING] = LINK_STATE_CONNECTING,
    [WEBSOCKET_HANDSHAKING] = LINK_STATE_HANDSHAKING,
    [WEBSOCKET_OPEN] = LINK_STATE_SUBSCRIBING,
    [WEBSOCKET_DOWN] = LINK_STATE_DOWN,
    [WEBSOCKET_GIVEN_UP] = LINK_STATE_GIVEN_UP,
};

static const enum link_state states_of_phase[] = {
    [LINK_IDLE] = LINK_STATE_IDLE,
    [LINK_CONNECTING] = LINK_STATE_SUBSCRIBING,
    [LINK_SUBSCRIBING] = LINK_STATE_SUBSCRIBING,
    [LINK_SYNCING] = LINK_STATE_SYNCING,
    [LINK_LIVE] = LINK_STATE_LIVE,
    [LINK_DEGRADED] = LINK_STATE_DEGRADED,
    [LINK_DOWN] = LINK_STATE_SUBSCRIBING,
};

struct wire *wires_find(struct feed *feed, enum venue_id venue, unsigned link)
{
    for (size_t i = 0; i < feed->wire_count; i++)
        if (feed->wires[i].venue == venue && feed->wires[i].link == link) return &feed->wires[i];
    return NULL;
}

struct wire *wires_add(struct feed *feed, enum venue_id venue, unsigned link)
{
    if (feed->wire_count == LINKS_MAX) return NULL;
    struct wire *wire = &feed->wires[feed->wire_count++];
    *wire = (struct wire){.venue = venue, .link = link, .feed = feed};
    wire->view.round_trip = -1;
    wire->view.retry_at = TIME_NEVER;
    wire->view.since = feed_now(feed).mono;
    return wire;
}

/* === The state === */

/* What is measured at the change itself. */
static void measure(struct wire *wire, enum link_state left, int64_t now)
{
    enum link_state state = wire->view.state;
    if (left == LINK_STATE_LIVE) wire->behind_since = now;
    if (!link_carries(left) && link_carries(state)) wire->opened_at = wire->behind_since = now;
    if (state == LINK_STATE_LIVE && !wire->synced) histogram_add(&wire->metrics.syncing, now - wire->opened_at);
}

static void enter(struct wire *wire, enum link_state state, bool was_doubted)
{
    struct link_view *view = &wire->view;
    enum link_state left = view->state;
    if (state == left) return;
    int64_t now = feed_now(wire->feed).mono;
    view->spent[left] += now - view->since;
    view->entered[state]++;
    view->state = state;
    view->since = now;
    wire->metrics.transitions++;
    wire->metrics.state = (int64_t)state;
    measure(wire, left, now);
    notes_state(wire, left, was_doubted);
    wire->synced = state == LINK_STATE_LIVE || (wire->synced && link_carries(state));
}

static void reached(struct wire *wire, enum start_step step)
{
    if (!wire->reached[step]) wire->reached[step] = feed_now(wire->feed).mono;
}

/* Which start step each state has completed. */
static void count_steps(struct wire *wire)
{
    enum link_state state = wire->view.state;
    if (state >= LINK_STATE_CONNECTING && state <= LINK_STATE_DEGRADED) reached(wire, STEP_RESOLVE);
    if (link_carries(state)) reached(wire, STEP_CONNECT);
    if (state >= LINK_STATE_SYNCING && state <= LINK_STATE_DEGRADED) reached(wire, STEP_SUBSCRIBE);
}

/* A peer that sends is alive, though it reads none of our pings. */
static bool in_doubt(const struct wire *wire)
{
    const struct link_view *view = &wire->view;
    int64_t since = view->unanswered > view->heard ? view->unanswered : view->heard;
    return view->unanswered && feed_now(wire->feed).mono - since >= LINK_DOUBT;
}

/* Books that it brings may be current. */
static bool is_trusted(const struct wire *wire)
{
    return link_carries(wire->view.state) && !wire->doubted;
}

void wires_update(struct wire *wire)
{
    bool open = wire->socket_state == WEBSOCKET_OPEN, was_doubted = wire->doubted, was_trusted = is_trusted(wire);
    enum link_state before = wire->view.state;
    bool polled = !wire->socket && wire->phase == LINK_DEGRADED; /* what there is comes by REST, or should */
    enum link_state state = open || polled ? states_of_phase[wire->phase] : states_of_socket[wire->socket_state];
    wire->doubted = open && in_doubt(wire);
    if (wire->doubted) state = LINK_STATE_DEGRADED;
    const char *why = wire->doubted ? "a ping is unanswered" : state == LINK_STATE_DEGRADED ? wire->phase_why : NULL;
    if (open || polled) text_sanitize(text_from(why), wire->view.reason, sizeof wire->view.reason, false);
    enter(wire, state, was_doubted);
    count_steps(wire);
    if (is_trusted(wire) != was_trusted || wire->view.state != before) publisher_trust_changed(wire->feed);
    publisher_link_changed(wire->feed, wire->venue, wire->link);
}

/* === What a connection knows of itself === */

static uint64_t grown(uint64_t *counted, uint64_t now)
{
    uint64_t more = now - *counted;
    *counted = now;
    return more;
}

void wires_status(struct wire *wire, const struct websocket_status *status)
{
    struct link_view *view = &wire->view;
    struct link_metrics *metrics = &wire->metrics;
    bool open = status->state == WEBSOCKET_OPEN;
    view->round_trip = status->round_trip;
    view->pinged = status->pinged;
    view->heard = metrics->heard = status->heard;
    view->unanswered = open ? status->unanswered : 0;
    metrics->queue_bytes = (int64_t)status->waiting;
    metrics->sent += grown(&wire->counted.sent, status->sent);
    metrics->sent_bytes += grown(&wire->counted.sent_bytes, status->sent_bytes);
    metrics->pings += grown(&wire->counted.pings, status->pings);
    metrics->refused_sends += grown(&wire->counted.refused_sends, status->refused_sends);
    uint64_t pongs = grown(&wire->counted.pongs, status->pongs);
    metrics->pongs += pongs;
    wire->feed->journal.counts[JOURNAL_PONG] += pongs;
    if (pongs && status->round_trip >= 0) histogram_add(&metrics->round_trip, status->round_trip);
}

static void refresh(struct wire *wire)
{
    if (!wire->opened || !wire->socket) return;
    int64_t before = wire->view.unanswered;
    wires_status(wire, websocket_status_now(wire->socket));
    if (wire->view.unanswered != before || wire->doubted != in_doubt(wire)) wires_update(wire);
}

void wires_turn(struct feed *feed)
{
    for (size_t i = 0; i < feed->wire_count; i++) {
        struct wire *wire = &feed->wires[i];
        if (wire->view.unanswered) refresh(wire);
        if (!wire->seed_due) continue;
        wire->seed_due = false;
        publisher_seed(feed, wire->venue, wire->link);
    }
}

/* === Up and down === */

static void begin_attempt(struct wire *wire)
{
    wires_update(wire);
    if (wire->attempting) return;
    wire->attempting = true;
    wire->attempted_at = feed_now(wire->feed).mono;
    wire->metrics.attempts++;
    if (wire->has_failed) wire->metrics.retries++;
}

static void come_up(struct wire *wire, const char *why)
{
    if (!wire->attempting) wire->attempted_at = feed_now(wire->feed).mono;
    wire->attempting = wire->heard_message = wire->synced = wire->hurried = false;
    wire->opened = wire->complaint.mended = true;
    wire->phase = LINK_SUBSCRIBING;
    wire->phase_why = NULL;
    wire->metrics.connected = 1;
    wire->metrics.connects++;
    if (wire->opens++) wire->view.reconnects++;
    wires_update(wire);
    histogram_add(&wire->metrics.opening, wire->opened_at - wire->attempted_at);
    input_link(wire->feed, wire->venue, wire->link, LINK_OPENED, why);
}

/* The state is entered, and the engine told if it thinks that the connection is open. */
static void go_down(struct wire *wire, enum websocket_state state, const char *why)
{
    bool opened = wire->opened;
    wire->socket_state = state;
    wire->attempting = wire->opened = false;
    wire->view.unanswered = 0;
    wire->view.retry_at = TIME_NEVER;
    wire->metrics.connected = 0;
    text_sanitize(text_from(why), wire->view.reason, sizeof wire->view.reason, false);
    wires_update(wire);
    if (!opened) return;
    wire->was_lost = true;
    input_link(wire->feed, wire->venue, wire->link, LINK_LOST, why);
}

/* The next attempt is on its way. */
static void plan_retry(struct wire *wire, const struct websocket_status *status)
{
    char delay[DURATION_SIZE];
    wire->view.retry_at = status->retry_at;
    if (wire->hurried && wire->socket) {
        websocket_retry(wire->socket);
        wire->view.retry_at = feed_now(wire->feed).mono;
    }
    int64_t left = wire->view.retry_at - feed_now(wire->feed).mono;
    duration_text(left, delay, sizeof delay);
    if (notes_are_due(wire))
        NOTE(wire, JOURNAL_RETRYING, "%s%s (attempt %u)%s", left > 0 ? "in " : "", left > 0 ? delay : "at once",
             wire->view.attempts ? wire->view.attempts : 1,
             wire->view.attempts == ATTEMPTS_IN_FULL ? "; the next ones are only counted" : "");
    else
        journal_count(&wire->feed->journal, JOURNAL_RETRYING);
    wire->hurried = false;
}

static bool asks_to_wait(const struct websocket_status *status)
{
    bool busy = status->http_status == HTTP_TOO_MANY || status->http_status == HTTP_UNAVAILABLE;
    return busy && status->retry_at != TIME_NEVER;
}

/* The next attempt is so far away that the venue had better do without the stream meanwhile. */
static bool is_far(const struct wire *wire)
{
    int64_t usual = wire->feed->retry_most;
    return usual && wire->view.retry_at - feed_now(wire->feed).mono > usual;
}

static void end_attempt(struct wire *wire, const struct websocket_status *status)
{
    wire->metrics.failures[status->failure]++;
    wire->has_failed = true;
    wire->asked_until = asks_to_wait(status) ? status->retry_at : 0;
    go_down(wire, status->state, status->reason);
    if (status->state == WEBSOCKET_DOWN) {
        plan_retry(wire, status);
        if (is_far(wire)) input_link(wire->feed, wire->venue, wire->link, LINK_GIVEN_UP, status->reason);
        return;
    }
    wire->hurried = false;
    input_link(wire->feed, wire->venue, wire->link, LINK_GIVEN_UP, status->reason);
}

void wires_state(void *context, const struct websocket_status *status)
{
    struct wire *wire = context;
    wire->socket_state = status->state;
    wire->view.attempts = status->attempts;
    wire->view.retry_at = TIME_NEVER;
    wires_status(wire, status);
    if (status->state == WEBSOCKET_OPEN)
        come_up(wire, status->reason);
    else if (status->state == WEBSOCKET_DOWN || status->state == WEBSOCKET_GIVEN_UP)
        end_attempt(wire, status);
    else if (status->state != WEBSOCKET_IDLE)
        begin_attempt(wire);
}

void wires_begin(struct wire *wire)
{
    memset(wire->reached, 0, sizeof wire->reached);
    memset(&wire->counted, 0, sizeof wire->counted);
    wire->was_lost = wire->seed_due = wire->hurried = wire->has_failed = false;
    wire->opens = 0;
}

static size_t sign(void *context, struct stamp stamp, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    const struct wire *wire = context;
    const struct feed_signer *signer = &wire->feed->options.signers[wire->venue];
    return signer->headers(signer->context, stamp, out);
}

static void make_socket(struct wire *wire)
{
    struct feed *feed = wire->feed;
    struct websocket_options options = {
        .url = wire->url,
        .handlers = {wires_state, wires_message},
        .context = wire,
        .seed = feed->seed += UINT64_C(0x9e3779b97f4a7c15),
        .headers = feed->options.signers[wire->venue].headers ? sign : NULL,
    };
    char error[VIEW_REASON_SIZE];
    wire->attempted_at = feed_now(feed).mono;
    wire->socket = websocket_open(feed->loop, &options, error, sizeof error);
    if (!wire->socket) wires_quit(wire, WEBSOCKET_GIVEN_UP, error);
}

void wires_open(struct wire *wire, const char *url)
{
    wires_begin(wire);
    if (strlen(url) >= sizeof wire->url) {
        wires_quit(wire, WEBSOCKET_GIVEN_UP, "the venue's address is too long");
        return;
    }
    memcpy(wire->url, url, strlen(url) + 1);
    make_socket(wire);
}

void wires_end(struct wire *wire, const char *why, bool hurried)
{
    if (!wire->socket) return;
    if (wire->opened) wire->hurried = hurried;
    websocket_reconnect(wire->socket, why);
    if (!wire->opened) return;
    go_down(wire, WEBSOCKET_DOWN, why); /* it says so itself, but at the next turn: too late for a view */
    const struct websocket_status *status = websocket_status_now(wire->socket);
    if (status->state == WEBSOCKET_DOWN) wire->view.retry_at = status->retry_at;
}

void wires_quit(struct wire *wire, enum websocket_state state, const char *why)
{
    if (wire->socket) {
        wires_status(wire, websocket_status_now(wire->socket));
        websocket_close(wire->socket);
        wire->socket = NULL;
    }
    if (state == WEBSOCKET_IDLE) wire->url[0] = '\0';
    wire->view.attempts = 0;
    wire->view.heard = 0;
    wire->asked_until = 0;
    go_down(wire, state, why);
    if (state == WEBSOCKET_GIVEN_UP) input_link(wire->feed, wire->venue, wire->link, LINK_GIVEN_UP, why);
}

/* What the user cannot hurry: it was tried just now, or its venue has asked us to wait. */
static bool must_wait(const struct wire *wire)
{
    int64_t now = feed_now(wire->feed).mono;
    return now < wire->asked_until || (wire->attempted_at && now - wire->attempted_at < PRESSES_APART);
}

static void retry(struct wire *wire, bool pressed)
{
    enum link_state state = wire->view.state;
    bool at_rest = state == LINK_STATE_DOWN || state == LINK_STATE_GIVEN_UP;
    if (!wire->url[0] || !at_rest || wire->hurried || (pressed && must_wait(wire))) return;
    wire->attempted_at = feed_now(wire->feed).mono; /* the attempt itself begins a little later */
    NOTE(wire, JOURNAL_RETRYING, "at once");
    if (!wire->socket) {
        make_socket(wire);
        return;
    }
    websocket_retry(wire->socket);
    wire->view.retry_at = wire->attempted_at;
    wires_update(wire);
}

void wires_retry(struct feed *feed, bool pressed)
{
    int64_t now = feed_now(feed).mono;
    for (size_t i = 0; i < feed->wire_count; i++) retry(&feed->wires[i], pressed);
    if (pressed && feed->retried && now - feed->retried < PRESSES_APART) return;
    feed->retried = now;
    for (unsigned i = 0; i < VENUE_COUNT; i++) input_retry(feed, (enum venue_id)i);
}

/* A connection that could not even be begun, for want of memory, is not given up for good. */
static void reopen(struct wire *wire)
{
    if (!wire->url[0] || wire->socket) return;
    if (feed_now(wire->feed).mono - wire->attempted_at >= REOPEN_AFTER) make_socket(wire);
}

void wires_refresh(struct feed *feed)
{
    for (size_t i = 0; i < feed->wire_count; i++) {
        reopen(&feed->wires[i]);
        refresh(&feed->wires[i]);
    }
}

/* === What the venue says === */

void wires_hear(struct wire *wire, struct stamp stamp, size_t length)
{
    wire->view.messages = ++wire->metrics.messages;
    wire->view.bytes = wire->metrics.bytes += length;
    wire->view.heard = wire->metrics.heard = stamp.mono;
    if (wire->heard_message)
        journal_count(&wire->feed->journal, JOURNAL_RECEIVED);
    else
        NOTE(wire, JOURNAL_RECEIVED, "the first message, %zu bytes", length);
    wire->heard_message = true;
}

void wires_message(void *context, struct stamp stamp, struct text message)
{
    struct wire *wire = context;
    struct feed *feed = wire->feed;
    wires_hear(wire, stamp, message.length);
    feed->receiving = wire;
    input_frame(feed, stamp, wire->venue, wire->link, message);
    feed->receiving = NULL;
}

void wires_refused(struct feed *feed, const char *why)
{
    struct wire *wire = feed->receiving;
    if (!wire) return;
    if (complaint_is_new(&wire->complaint, feed_now(feed).mono, why ? why : ""))
        NOTE(wire, JOURNAL_ERROR, "a message was refused%s%s", why ? ": " : "", why ? why : "");
    else
        journal_count(&feed->journal, JOURNAL_ERROR);
}

void wires_phase(struct feed *feed, const struct link_report *report)
{
    struct wire *wire = wires_find(feed, report->venue, report->link);
    if (!wire && report->phase == LINK_DEGRADED) wire = wires_add(feed, report->venue, report->link);
    if (!wire) return;
    wire->phase = report->phase;
    wire->phase_why = report->why;
    if (report->phase == LINK_LIVE) {
        reached(wire, STEP_FIRST_BOOK);
        wire->seed_due |= wire->was_lost;
        wire->was_lost = false;
    }
    wires_update(wire);
}

void wires_close(struct feed *feed)
{
    for (size_t i = 0; i < feed->wire_count; i++)
        if (feed->wires[i].socket) websocket_close(feed->wires[i].socket);
    feed->wire_count = 0;
}
