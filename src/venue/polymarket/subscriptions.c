/* Subscriptions: what the venue is told of the markets of a link.
 *
 * They do not survive a connection, are never acknowledged, and are sometimes lost (first_books.c). What is wanted
 * (tracked->link) and what the venue was told on the present connection (tracked->subscribed) are kept apart. Watching
 * and unwatching only change the former; shortly after, the venue is told the difference in one message of what it may
 * leave out and one of what is wanted. What was watched and unwatched in between is in neither.
 */
#include "links.h"

static size_t market_tokens(const struct market *market, const char **tokens)
{
    size_t count = 0;
    for (unsigned outcome = 0; outcome < INSTRUMENT_OUTCOMES; outcome++)
        if (market->instrument.outcomes[outcome].token[0]) tokens[count++] = market->instrument.outcomes[outcome].token;
    return count;
}

void sync_set_subscribed(struct venue_sync *sync, struct tracked *tracked, uint32_t link)
{
    if (tracked->market.generation == 0) return; /* a free place */
    if (tracked->subscribed != NO_LINK) sync->subscribed[tracked->subscribed]--;
    if (link != NO_LINK) sync->subscribed[link]++;
    tracked->subscribed = link;
}

void subscriptions_changed(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    int64_t due = stamp.mono + SUBSCRIBE_GATHER;
    if (due < sync->links[number].subscribe_due) sync->links[number].subscribe_due = due;
}

/* One that got its place on another link meanwhile can be subscribed there now. */
static void forget(struct venue_sync *sync, struct tracked *tracked, struct stamp stamp)
{
    unsigned number = tracked->subscribed;
    sync_set_subscribed(sync, tracked, NO_LINK);
    tracked->again = false;
    if (tracked->link != NO_LINK && tracked->link != number) subscriptions_changed(sync, stamp, tracked->link);
}

void subscriptions_forget(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    sync->links[number].subscribe_due = TIME_NEVER;
    for (size_t i = 0; i < sync->tracked_count; i++)
        if (sync->tracked[i].subscribed == number) forget(sync, &sync->tracked[i], stamp);
}

/* The tokens that the venue may leave out. At most LINK_MARKETS_MAX markets are subscribed on a link: those that have
 * their place there when it is told of them. */
static size_t take_leaving(struct venue_sync *sync, struct stamp stamp, unsigned number, const char **tokens)
{
    size_t count = 0;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        const struct market *market = registry_market(sync->registry, tracked->market);
        if (tracked->subscribed != number || (tracked->link == number && !tracked->again)) continue;
        forget(sync, tracked, stamp);
        if (market) count += market_tokens(market, tokens + count);
    }
    return count;
}

/* The tokens that have to be subscribed. */
static size_t take_joining(struct venue_sync *sync, unsigned number, const char **tokens)
{
    size_t count = 0;
    for (size_t i = 0; i < sync->tracked_count; i++) {
        struct tracked *tracked = &sync->tracked[i];
        const struct market *market = registry_market(sync->registry, tracked->market);
        if (!market || tracked->link != number || tracked->subscribed != NO_LINK) continue;
        sync_set_subscribed(sync, tracked, number);
        tracked->again = false;
        count += market_tokens(market, tokens + count);
    }
    return count;
}

static void tell(struct venue_sync *sync, unsigned number, const char *what,
                 void (*write)(struct json_writer *out, const char *const *tokens, size_t count),
                 const char *const *tokens, size_t count)
{
    if (count == 0) return;
    write(&sync->text, tokens, count);
    struct text text = json_writer_text(&sync->text);
    if (text.length) link_send(sync, number, text, what);
}

void subscriptions_open(struct venue_sync *sync, unsigned number)
{
    const char *tokens[LINK_TOKENS_MAX];
    size_t count = take_joining(sync, number, tokens);
    tell(sync, number, "subscribe", polymarket_write_opening, tokens, count);
}

void subscriptions_tell(struct venue_sync *sync, struct stamp stamp, unsigned number)
{
    const char *tokens[LINK_TOKENS_MAX];
    sync->links[number].subscribe_due = TIME_NEVER;
    size_t count = take_leaving(sync, stamp, number, tokens);
    tell(sync, number, "unsubscribe", polymarket_write_unsubscribe, tokens, count);
    count = take_joining(sync, number, tokens);
    tell(sync, number, "subscribe", polymarket_write_subscribe, tokens, count);
}
