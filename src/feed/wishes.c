/* What the engine wishes of the network.
 *
 * A wish is made while the engine works and may not be answered before it has returned, so wishes are kept and executed
 * at the end of the turn.
 */
#include <stdlib.h>
#include <string.h>

#include "inside.h"

/* Room from the start. */
#define WISHES_FIRST 64
#define TEXTS_FIRST  (64u << 10)

#define FROZEN "frozen: "

static void connect_link(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = wires_find(feed, wish->venue, wish->link);
    if (!wire) wire = wires_add(feed, wish->venue, wish->link);
    if (!wire) {
        journal_write(&feed->journal, feed_now(feed), JOURNAL_DROPPED, wish->venue, wish->link,
                      "there are %d connections already", LINKS_MAX);
        input_link(feed, wish->venue, wish->link, LINK_GIVEN_UP, "too many connections");
        return;
    }
    if (!wire->socket) wires_open(wire, feed->wish_texts + wish->url);
}

static void send_over(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = wires_find(feed, wish->venue, wish->link);
    if (!wire || !wire->opened) return;
    struct text text = {feed->wish_texts + wish->text, wish->text_length};
    struct command_metrics *metrics = metrics_command(&feed->metrics, wish->venue, wish->what);
    metrics->count++;
    if (websocket_send(wire->socket, text)) {
        output_frame(feed, wire->venue, wire->link, text);
        return;
    }
    metrics->failed++;
    wires_status(wire, websocket_status_now(wire->socket));
    journal_write(&feed->journal, feed_now(feed), JOURNAL_BUFFER_FULL, wire->venue, wire->link,
                  "%s: %zu bytes are no more to send, %lld wait", metrics->name, text.length,
                  (long long)wire->metrics.queue_bytes);
    wires_end(wire, "the connection takes nothing more to send", false);
}

static void disconnect(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = wires_find(feed, wish->venue, wish->link);
    if (wire && wire->url[0]) wires_quit(wire, WEBSOCKET_IDLE, wish->why);
}

static void reconnect(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = wires_find(feed, wish->venue, wish->link);
    if (!wire) return;
    if (wish->why && text_starts_with(text_from(wish->why), TEXT(FROZEN)))
        journal_write(&feed->journal, feed_now(feed), JOURNAL_FROZEN, wire->venue, wire->link, "%s",
                      wish->why + strlen(FROZEN));
    wires_end(wire, wish->why, false);
}

static void confirm(struct feed *feed, const struct kept_wish *wish)
{
    struct wire *wire = wires_find(feed, wish->venue, wish->link);
    if (wire && wire->socket) websocket_confirm(wire->socket);
}

static void get(struct feed *feed, const struct kept_wish *wish)
{
    gets_start(feed, wish, feed->wish_texts + wish->url);
}

/* === Keeping === */

static bool wishes_grow(struct feed *feed, size_t capacity)
{
    struct kept_wish *grown = realloc(feed->wishes, capacity * sizeof *grown);
    if (!grown) return false;
    feed->wishes = grown;
    feed->wish_capacity = capacity;
    return true;
}

static bool texts_grow(struct feed *feed, size_t capacity)
{
    char *grown = realloc(feed->wish_texts, capacity);
    if (!grown) return false;
    feed->wish_texts = grown;
    feed->wish_text_capacity = capacity;
    return true;
}

/* Copies `text`, terminated, behind the other wishes' texts. False when out of memory. */
static bool keep_text(struct feed *feed, struct text text, size_t *offset)
{
    size_t need = feed->wish_text_length + text.length + 1;
    if (need > feed->wish_text_capacity && !texts_grow(feed, need * 2)) return false;
    *offset = feed->wish_text_length;
    if (text.length) memcpy(feed->wish_texts + *offset, text.at, text.length);
    feed->wish_texts[*offset + text.length] = '\0';
    feed->wish_text_length = need;
    return true;
}

void wishes_keep(struct feed *feed, const struct wish *wish)
{
    struct kept_wish kept = {
        .kind = wish->kind,
        .venue = wish->venue,
        .link = wish->link,
        .request = wish->request,
        .text_length = wish->text.length,
        .why = wish->why,
        .what = wish->what,
    };
    bool room = feed->wish_count < feed->wish_capacity || wishes_grow(feed, feed->wish_count * 2 + WISHES_FIRST);
    if (!room || !keep_text(feed, wish->url, &kept.url) || !keep_text(feed, wish->text, &kept.text)) {
        journal_write(&feed->journal, feed_now(feed), JOURNAL_DROPPED, wish->venue,
                      wish->kind == WISH_GET ? JOURNAL_NO_LINK : wish->link, "out of memory: something was not asked");
        return;
    }
    feed->wishes[feed->wish_count++] = kept;
}

/* === Executing === */

static void (*const executors[])(struct feed *, const struct kept_wish *) = {
    [WISH_CONNECT] = connect_link,
    [WISH_RECONNECT] = reconnect,
    [WISH_DISCONNECT] = disconnect,
    [WISH_SEND] = send_over,
    [WISH_GET] = get,
    [WISH_CONFIRM] = confirm,
};

/* Executing one may make the engine wish more: they are taken in turn, until none is left. */
void wishes_turn(struct feed *feed)
{
    for (size_t i = 0; i < feed->wish_count; i++) {
        struct kept_wish wish = feed->wishes[i];
        executors[wish.kind](feed, &wish);
    }
    /* Room for twice as much next time: what the engine wishes is not lost because memory was short for a moment. */
    if (feed->wish_count > feed->wish_capacity / 2) (void)wishes_grow(feed, feed->wish_capacity * 2);
    if (feed->wish_text_length > feed->wish_text_capacity / 2) (void)texts_grow(feed, feed->wish_text_capacity * 2);
    feed->wish_count = 0;
    feed->wish_text_length = 0;
}

bool wishes_open(struct feed *feed)
{
    return wishes_grow(feed, WISHES_FIRST) && texts_grow(feed, TEXTS_FIRST);
}

void wishes_close(struct feed *feed)
{
    free(feed->wishes);
    free(feed->wish_texts);
}
