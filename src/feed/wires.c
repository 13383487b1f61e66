/* Wishes into connections and requests, and what the network says into the engine.
 *
 * A wish is made while the engine works and may not be answered before it has returned, so wishes are kept and executed
 * at the end of the turn. A connection's own state and what its venue makes of it together are its link's state.
 */
#include <stdlib.h>
#include <string.h>

#include "booktop/base/log.h"
#include "inside.h"

#define GET_TIMEOUT (10 * NANOSECONDS_PER_SECOND)

static const enum link_state states_of_socket[] = {
    [WEBSOCKET_IDLE] = LINK_STATE_IDLE,
    [WEBSOCKET_RESOLVING] = LINK_STATE_RESOLVING,
    [WEBSOCKET_CONNECTING] = LINK_STATE_CONNECTING,
    [WEBSOCKET_HANDSHAKING] = LINK_STATE_HANDSHAKING,
    [WEBSOCKET_OPEN] = LINK_STATE_SUBSCRIBING,
    [WEBSOCKET_DOWN] = LINK_STATE_DOWN,
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

static struct wire *find(struct feed *feed, enum venue_id venue, unsigned link)
{
    for (size_t i = 0; i < feed->wire_count; i++)
        if (feed->wires[i].venue == venue && feed->wires[i].link == link) return &feed->wires[i];
    return NULL;
}

const struct wire *wires_find(const struct feed *feed, enum venue_id venue, unsigned link)
{
    return find((struct feed *)feed, venue, link);
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
    if (state >= LINK_STATE_SUBSCRIBING && state <= LINK_STATE_DEGRADED) reached(wire, STEP_CONNECT);
    if (state >= LINK_STATE_SYNCING && state <= LINK_STATE_DEGRADED) reached(wire, STEP_SUBSCRIBE);
}

static void set_state(struct wire *wire)
{
    bool open = wire->socket_state == WEBSOCKET_OPEN;
    enum link_state state = open ? states_of_phase[wire->phase] : states_of_socket[wire->socket_state];
    if (!wire->socket) state = LINK_STATE_IDLE;
    if (state != wire->view.state) wire->view.since = feed_now(wire->feed).mono;
    wire->view.state = state;
    count_steps(wire);
    publisher_link_changed(wire->feed, wire->venue, wire->link);
}

static void take_heartbeat(struct wire *wire, const struct websocket_status *status)
{
    wire->view.round_trip = status->round_trip;
    wire->view.pinged = status->pinged;
}

void wires_refresh(struct feed *feed)
{
    for (size_t i = 0; i < feed->wire_count; i++) {
        struct wire *wire = &feed->wires[i];
        if (wire->opened && wire->socket) take_heartbeat(wire, websocket_status_now(wire->socket));
    }
}

static void on_state(void *context, const struct websocket_status *status)
{
    struct wire *wire = context;
    struct feed *feed = wire->feed;
    wire->socket_state = status->state;
    wire->view.attempts = status->attempts;
    wire->view.retry_at = status->state == WEBSOCKET_DOWN ? status->retry_at : TIME_NEVER;
    take_heartbeat(wire, status);
    if (status->state == WEBSOCKET_DOWN || status->state == WEBSOCKET_OPEN)
        text_sanitize(text_from(status->reason), wire->view.reason, sizeof wire->view.reason, false);
    bool open = status->state == WEBSOCKET_OPEN;
    if (open && wire->reached[STEP_FIRST_BOOK]) wire->view.reconnects++;
    if (open != wire->opened) {
        wire->opened = open;
        wire->was_lost |= !open;
        enum link_change change = open ? LINK_OPENED : LINK_LOST;
        log_write(open ? LOG_LEVEL_INFO : LOG_LEVEL_WARN, "feed", "%s link %u %s%s%s", venue_get(wire->venue)->name,
                  wire->link, open ? "opened" : "lost", open ? "" : ": ", open ? "" : wire->view.reason);
        input_link(feed, wire->venue, wire->link, change, status->reason);
    } else if (status->state == WEBSOCKET_DOWN) {
        log_write(LOG_LEVEL_WARN, "feed", "%s link %u: %s", venue_get(wire->venue)->name, wire->link,
                  wire->view.reason);
    }
    set_state(wire);
}

static void on_message(void *context, struct stamp stamp, struct text message)
{
    struct wire *wire = context;
    struct feed *feed = wire->feed;
    wire->view.messages++;
    wire->view.bytes += message.length;
    input_frame(feed, stamp, wire->venue, wire->link, message);
}

static size_t sign(void *context, struct stamp stamp, struct websocket_header out[WEBSOCKET_HEADERS_MAX])
{
    const struct wire *wire = context;
    const struct feed_signer *signer = &wire->feed->options.signers[wire->venue];
    return signer->headers(signer->context, stamp, out);
}

void wires_phase(struct feed *feed, const struct link_report *report)
{
    struct wire *wire = find(feed, report->venue, report->link);
    if (!wire) return;
    wire->phase = report->phase;
    if (report->phase == LINK_DEGRADED && report->why)
        text_copy(text_from(report->why), wire->view.reason, sizeof wire->view.reason);
    else if (report->phase == LINK_LIVE)
        wire->view.reason[0] = '\0';
    if (report->phase == LINK_LIVE) {
        reached(wire, STEP_FIRST_BOOK);
        wire->seed_due |= wire->was_lost;
        wire->was_lost = false;
    }
    set_state(wire);
}

static void connect_link(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = find(feed, wish->venue, wish->link);
    if (!wire) {
        if (feed->wire_count == LINKS_MAX) return;
        wire = &feed->wires[feed->wire_count++];
        *wire = (struct wire){.venue = wish->venue, .link = wish->link, .feed = feed};
        wire->view.round_trip = -1;
        wire->view.retry_at = TIME_NEVER;
    }
    if (wire->socket) return;
    memset(wire->reached, 0, sizeof wire->reached);
    wire->was_lost = wire->seed_due = false;
    struct websocket_options options = {
        .url = feed->wish_texts + wish->url,
        .handlers = {on_state, on_message},
        .context = wire,
        .seed = feed->seed += UINT64_C(0x9e3779b97f4a7c15),
        .headers = feed->options.signers[wire->venue].headers ? sign : NULL,
    };
    char error[VIEW_REASON_SIZE];
    wire->socket = websocket_open(feed->loop, &options, error, sizeof error);
    if (wire->socket) {
        set_state(wire); /* its first steps were reported before it was ours */
        return;
    }
    log_write(LOG_LEVEL_ERROR, "feed", "cannot connect: %s", error);
    wire->view.state = LINK_STATE_GIVEN_UP;
    text_copy(text_from(error), wire->view.reason, sizeof wire->view.reason);
    publisher_link_changed(feed, wire->venue, wire->link);
}

static void on_reply(void *context, struct stamp stamp, const struct http_reply *got)
{
    struct get *get = context;
    struct feed *feed = get->feed;
    struct venue_reply reply = {get->request, got->status, got->body, got->reason};
    if (got->status != 200) log_write(LOG_LEVEL_WARN, "feed", "GET %s: %s", get->url, got->reason);
    struct get **place = &feed->gets;
    while (*place != get) place = &(*place)->next;
    *place = get->next;
    input_reply(feed, stamp, get->venue, &reply);
    free(get);
}

static void refuse_get(struct feed *feed, const struct kept_wish *wish, const char *why)
{
    struct venue_reply reply = {wish->request, 0, {NULL, 0}, why};
    input_reply(feed, feed_now(feed), wish->venue, &reply);
}

static void start_get(struct feed *feed, const struct kept_wish *wish)
{
    const char *url = feed->wish_texts + wish->url;
    struct get *get = malloc(sizeof *get + strlen(url) + 1);
    if (!get) {
        refuse_get(feed, wish, "out of memory");
        return;
    }
    *get = (struct get){.feed = feed, .venue = wish->venue, .request = wish->request};
    memcpy(get->url, url, strlen(url) + 1);
    char error[HTTP_REASON_SIZE];
    get->http = http_get(feed->loop, get->url, GET_TIMEOUT, on_reply, get, error, sizeof error);
    if (!get->http) {
        free(get);
        refuse_get(feed, wish, error);
        return;
    }
    get->next = feed->gets;
    feed->gets = get;
    output_request(feed, get->venue, get->request, get->url);
}

static void send_over(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = find(feed, wish->venue, wish->link);
    if (!wire || !wire->socket) return;
    struct text text = {feed->wish_texts + wish->text, wish->text_length};
    if (!websocket_send(wire->socket, text)) {
        log_write(LOG_LEVEL_WARN, "feed", "link %u takes no more to send", wire->link);
        websocket_reconnect(wire->socket, "the connection takes nothing more to send");
        return;
    }
    output_frame(feed, wire->venue, wire->link, text);
}

static void disconnect(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = find(feed, wish->venue, wish->link);
    if (!wire || !wire->socket) return;
    websocket_close(wire->socket);
    wire->socket = NULL;
    wire->socket_state = WEBSOCKET_IDLE;
    wire->view.retry_at = TIME_NEVER;
    if (wish->why) text_copy(text_from(wish->why), wire->view.reason, sizeof wire->view.reason);
    if (wire->opened) {
        wire->opened = false;
        input_link(feed, wire->venue, wire->link, LINK_LOST, wish->why);
    }
    set_state(wire);
}

static void reconnect(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = find(feed, wish->venue, wish->link);
    if (wire && wire->socket) websocket_reconnect(wire->socket, wish->why);
}

static void confirm(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = find(feed, wish->venue, wish->link);
    if (wire && wire->socket) websocket_confirm(wire->socket);
}

/* Copies `text`, terminated, behind the other wishes' texts. False when out of memory. */
static bool keep_text(struct feed *feed, struct text text, size_t *offset)
{
    size_t need = feed->wish_text_length + text.length + 1;
    if (need > feed->wish_text_capacity) {
        char *grown = realloc(feed->wish_texts, need * 2);
        if (!grown) return false;
        feed->wish_texts = grown;
        feed->wish_text_capacity = need * 2;
    }
    *offset = feed->wish_text_length;
    if (text.length) memcpy(feed->wish_texts + *offset, text.at, text.length);
    feed->wish_texts[*offset + text.length] = '\0';
    feed->wish_text_length = need;
    return true;
}

void wires_keep_wish(struct feed *feed, const struct wish *wish)
{
    struct kept_wish kept = {
        .kind = wish->kind,
        .venue = wish->venue,
        .link = wish->link,
        .request = wish->request,
        .text_length = wish->text.length,
        .why = wish->why,
    };
    if (feed->wish_count == feed->wish_capacity) {
        size_t capacity = feed->wish_capacity ? feed->wish_capacity * 2 : 32;
        struct kept_wish *grown = realloc(feed->wishes, capacity * sizeof *grown);
        if (grown) {
            feed->wishes = grown;
            feed->wish_capacity = capacity;
        }
    }
    if (feed->wish_count == feed->wish_capacity || !keep_text(feed, wish->url, &kept.url) ||
        !keep_text(feed, wish->text, &kept.text)) {
        log_write(LOG_LEVEL_ERROR, "feed", "out of memory: a wish was not kept");
        return;
    }
    feed->wishes[feed->wish_count++] = kept;
}

static void (*const executors[])(struct feed *, const struct kept_wish *) = {
    [WISH_CONNECT] = connect_link, [WISH_RECONNECT] = reconnect, [WISH_DISCONNECT] = disconnect,
    [WISH_SEND] = send_over,       [WISH_GET] = start_get,       [WISH_CONFIRM] = confirm,
};

/* Executing one may make the engine wish more: they are taken in turn, until none is left. */
static void execute(struct feed *feed)
{
    for (size_t i = 0; i < feed->wish_count; i++) {
        struct kept_wish wish = feed->wishes[i];
        executors[wish.kind](feed, &wish);
    }
    feed->wish_count = 0;
    feed->wish_text_length = 0;
}

void wires_turn(struct feed *feed)
{
    for (size_t i = 0; i < feed->wire_count; i++) {
        struct wire *wire = &feed->wires[i];
        if (!wire->seed_due) continue;
        wire->seed_due = false;
        publisher_seed(feed, wire->venue, wire->link);
    }
    execute(feed);
}

void wires_close(struct feed *feed)
{
    for (size_t i = 0; i < feed->wire_count; i++)
        if (feed->wires[i].socket) websocket_close(feed->wires[i].socket);
    feed->wire_count = 0;
    while (feed->gets) {
        struct get *get = feed->gets;
        feed->gets = get->next;
        http_cancel(get->http);
        free(get);
    }
    free(feed->wishes);
    free(feed->wish_texts);
}
