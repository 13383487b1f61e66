#include "booktop/exchange/polymarket/audience.h"

#include <stdlib.h>

#include "booktop/exchange/polymarket/message.h"
#include "booktop/exchange/polymarket/subscription.h"

#define CLOSE_NORMAL    1000
#define CLOSE_TRY_LATER 1013

#define FIRST_TOKEN  1 /* bits of what a client is subscribed to */
#define SECOND_TOKEN 2

struct audience_client {
    struct server_peer *peer;
    struct mischief_peer line;
    struct audience_client *next, **link;
    unsigned tokens; /* subscribed */
    bool custom;
    bool closing;         /* nothing more is sent */
    uint8_t subscribed[]; /* per market, bits */
};

struct audience {
    const struct cast *cast;
    struct flow *flow;
    struct channel *channel;
    struct mischief *mischief;
    struct audience_client *clients;
    struct json_writer writer; /* of opening arrays */
};

struct audience *audience_create(const struct cast *cast, struct flow *flow, struct channel *channel,
                                 struct mischief *mischief)
{
    struct audience *audience = calloc(1, sizeof *audience);
    if (audience != NULL)
        *audience = (struct audience){.cast = cast, .flow = flow, .channel = channel, .mischief = mischief};
    return audience;
}

void audience_destroy(struct audience *audience)
{
    if (audience == NULL) return;
    json_writer_free(&audience->writer);
    free(audience);
}

static void client_ended(void *context)
{
    struct audience_client *client = context;
    client->closing = true;
}

bool audience_open(struct audience *audience, struct server_peer *peer)
{
    struct audience_client *client = calloc(1, sizeof *client + audience->cast->market_count);
    if (client == NULL) return false;
    client->peer = peer;
    client->line = (struct mischief_peer){.ended = client_ended, .context = client};
    client->next = audience->clients;
    client->link = &audience->clients;
    if (client->next != NULL) client->next->link = &client->next;
    audience->clients = client;
    server_set_data(peer, client);
    mischief_join(audience->mischief, &client->line, peer);
    return true;
}

static void market_forget(struct audience *audience, struct audience_client *client, unsigned market)
{
    if (client->subscribed[market] == 0) return;
    client->tokens -= client->subscribed[market] == (FIRST_TOKEN | SECOND_TOKEN) ? 2 : 1;
    client->subscribed[market] = 0;
    channel_unwatch(audience->channel, market);
}

void audience_closed(struct audience *audience, struct server_peer *peer)
{
    struct audience_client *client = server_data(peer);
    if (client == NULL) return;
    server_set_data(peer, NULL);
    mischief_leave(&client->line);
    for (unsigned i = 0; i < audience->cast->market_count; i++) market_forget(audience, client, i);
    *client->link = client->next;
    if (client->next != NULL) client->next->link = client->link;
    free(client);
}

/* === Sending === */

static void client_send(struct audience_client *client, struct text text)
{
    if (client->closing) return;
    if (server_backlog(client->peer) <= AUDIENCE_BACKLOG_MAX && mischief_send(&client->line, text)) return;
    client->closing = true;
    server_close(client->peer, CLOSE_TRY_LATER, "slow consumer: send buffer full");
}

static bool client_wants(const struct audience_client *client, const struct channel_message *message)
{
    uint8_t subscribed = client->subscribed[message->market];
    switch (message->audience) {
    case CHANNEL_TO_MARKET:
        return subscribed != 0;
    case CHANNEL_TO_TOKEN:
        return (subscribed >> message->token & 1) != 0;
    case CHANNEL_TO_TOKEN_CUSTOM:
        return client->custom && (subscribed >> message->token & 1) != 0;
    case CHANNEL_TO_CUSTOM:
        return client->custom;
    }
    return false;
}

bool audience_wants(const struct audience *audience, const struct channel_message *message)
{
    for (const struct audience_client *client = audience->clients; client != NULL; client = client->next)
        if (!client->closing && client_wants(client, message)) return true;
    return false;
}

/* The market is over for this client. */
static void client_release(struct audience *audience, struct audience_client *client, unsigned market)
{
    if (client->subscribed[market] == 0) return;
    market_forget(audience, client, market);
    if (client->tokens > 0 || client->closing) return;
    client->closing = true;
    server_close(client->peer, CLOSE_NORMAL, "all subscribed assets resolved");
}

void audience_send(struct audience *audience, const struct channel_message *message, struct text text)
{
    for (struct audience_client *client = audience->clients, *next; client != NULL; client = next) {
        next = client->next;
        if (client_wants(client, message)) client_send(client, text);
        if (message->kind == CHANNEL_RESOLVED) client_release(audience, client, message->market);
    }
}

void audience_tell(struct audience *audience, struct text text)
{
    for (struct audience_client *client = audience->clients, *next; client != NULL; client = next) {
        next = client->next;
        client_send(client, text);
    }
}

void audience_cut(struct audience *audience)
{
    for (struct audience_client *client = audience->clients, *next; client != NULL; client = next) {
        next = client->next;
        client->closing = true;
        server_cut(client->peer);
    }
}

/* === What clients say === */

/* Notes a token; false if it was noted before. */
static bool token_add(struct audience *audience, struct audience_client *client, unsigned market, unsigned token)
{
    uint8_t bit = token == 0 ? FIRST_TOKEN : SECOND_TOKEN;
    if ((client->subscribed[market] & bit) != 0) return false;
    if (client->subscribed[market] == 0) channel_watch(audience->channel, market);
    client->subscribed[market] |= bit;
    client->tokens++;
    return true;
}

static void token_remove(struct audience *audience, struct audience_client *client, unsigned market, unsigned token)
{
    uint8_t bit = token == 0 ? FIRST_TOKEN : SECOND_TOKEN;
    if ((client->subscribed[market] & bit) == 0) return;
    client->subscribed[market] &= (uint8_t)~bit;
    client->tokens--;
    if (client->subscribed[market] == 0) channel_unwatch(audience->channel, market);
}

/* A token of a market that is open: what is not is silently left out, as on the venue. */
static bool token_find(const struct audience *audience, struct text id, unsigned *market, unsigned *token)
{
    return cast_find_token(audience->cast, id, market, token) && audience->flow->markets[*market].state == FLOW_OPEN;
}

/* Subscribes and sends the opening array. Returns the messages sent. */
static unsigned subscribe(struct audience *audience, struct audience_client *client, const struct subscription *wanted)
{
    struct json_writer *writer = &audience->writer;
    struct text assets = wanted->assets, id;
    unsigned market, token, known = 0, added = 0;
    json_writer_reset(writer);
    json_write_array(writer);
    while (subscription_next(&assets, &id)) {
        if (!token_find(audience, id, &market, &token)) continue;
        known++;
        if (!token_add(audience, client, market, token)) continue;
        added++;
        const struct book_text *book = channel_book(audience->channel, market);
        if (book != NULL) message_write_opening_book(writer, book, token);
    }
    json_write_array_end(writer);
    if (known > 0 && added == 0) {
        client_send(client, TEXT("NO NEW ASSETS"));
        return 0;
    }
    if (!wanted->dump) return 0;
    struct text array = json_writer_text(writer);
    if (array.length == 0) {
        client->closing = true;
        server_cut(client->peer);
        return 0;
    }
    client_send(client, array);
    return 1;
}

static void unsubscribe(struct audience *audience, struct audience_client *client, const struct subscription *wanted)
{
    struct text assets = wanted->assets, id;
    unsigned market, token;
    while (subscription_next(&assets, &id))
        if (cast_find_token(audience->cast, id, &market, &token)) token_remove(audience, client, market, token);
}

unsigned audience_message(struct audience *audience, struct server_peer *peer, struct text message)
{
    struct audience_client *client = server_data(peer);
    struct subscription wanted;
    if (client == NULL || client->closing) return 0;
    if (text_is(text_trim(message), "PING")) {
        (void)server_send(client->peer, TEXT("PONG")); /* also where a fault has frozen the books */
        return 0;
    }
    if (!subscription_parse(message, &wanted)) return 0;
    if (wanted.custom_given) client->custom = wanted.custom;
    if (!wanted.unsubscribe) return subscribe(audience, client, &wanted);
    unsubscribe(audience, client, &wanted);
    return 0;
}
