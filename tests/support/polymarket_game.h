/* An invented life of Polymarket's sync: its venue, its user and its network, all three unreliable. Every move is made
 * once and can be done with several sessions.
 */
#ifndef BOOKTOP_TESTS_SUPPORT_POLYMARKET_GAME_H
#define BOOKTOP_TESTS_SUPPORT_POLYMARKET_GAME_H

#include "polymarket_session.h"

#define GAME_MARKETS 4

static const char *const game_symbols[GAME_MARKETS] = {"0xm1", "0xm2", "0xm3", "0xm4"};
static const char *const game_tokens[GAME_MARKETS][2] = {
    {"1001", "1002"}, {"2001", "2002"}, {"3001", "3002"}, {"4001", "4002"}};

enum move_kind { MOVE_FRAME, MOVE_LINK, MOVE_WATCH, MOVE_UNWATCH, MOVE_SEED, MOVE_RETRY, MOVE_REPLY, MOVE_WAIT };

struct move {
    enum move_kind kind;
    int64_t ms; /* when */
    unsigned link;
    enum link_change change;
    const char *symbol;
    char text[FRAME_SIZE]; /* a frame, or a body */
    uint32_t request;
    int status;
    int64_t wait_ms;
};

struct game {
    uint64_t dice;
    int64_t ms;
    unsigned size[GAME_MARKETS]; /* of the level that changes */
    unsigned hash;
};

static inline unsigned game_roll(struct game *game, unsigned sides)
{
    game->dice = game->dice * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(game->dice >> 33) % sides;
}

static inline const char *game_bids(const struct game *game, unsigned market)
{
    char *bids = frame_buffer();
    frame_add(bids, "0.48:30");
    if (game->size[market]) frame_add(bids, " 0.1:%u", game->size[market]);
    return bids;
}

#define GAME_ASKS "0.52:25"

/* One level changes: told rightly, or with a hash that nothing explains, or by both tokens in one or two messages. */
static inline const char *game_changes(struct game *game, unsigned market)
{
    char entries[256];
    const char *yes = game_tokens[market][0], *no = game_tokens[market][1];
    unsigned size = game->size[market] = game_roll(game, 6) ? 1 + game_roll(game, 900) : 0, way = game_roll(game, 6);
    if (way < 3)
        snprintf(entries, sizeof entries, "%s BUY 0.1 %u ok 0.48/0.52", yes, size);
    else if (way == 3)
        snprintf(entries, sizeof entries, "%s BUY 0.1 %u ok, %s SELL 0.9 %u ok", yes, size, no, size);
    else if (way == 4)
        snprintf(entries, sizeof entries, "%s SELL 0.9 %u ok", no, size);
    else
        snprintf(entries, sizeof entries, "%s BUY 0.1 %u %u", yes, size, ++game->hash);
    return frame_changes_after(game_symbols[market], 1000 + game->ms, entries, game_bids(game, market), GAME_ASKS);
}

/* A change that makes the book crossed, and is not in its hash. */
static inline const char *game_crossing(struct game *game, unsigned market)
{
    char entries[64];
    snprintf(entries, sizeof entries, "%s BUY 0.53 %u %u", game_tokens[market][0], game_roll(game, 3), ++game->hash);
    return frame_changes_of(game_symbols[market], 1000 + game->ms, entries);
}

static inline const char *game_book(struct game *game, unsigned market, bool proved)
{
    char says[64] = "";
    if (game_roll(game, 2)) snprintf(says, sizeof says, "\"tick_size\":\"0.01\",\"last_trade_price\":\"\",");
    unsigned late = game_roll(game, 8) ? 0 : 500;
    return frame_book_saying(game_symbols[market], game_tokens[market][0], 1000 + game->ms - late,
                             proved ? PROVED : ++game->hash, game_bids(game, market), GAME_ASKS, says);
}

static inline const char *game_frame(struct game *game)
{
    unsigned market = game_roll(game, GAME_MARKETS), other = game_roll(game, GAME_MARKETS);
    char transaction[16];
    switch (game_roll(game, 16)) {
    case 0:
    case 1:
        return game_book(game, market, true);
    case 2:
        return game_book(game, market, false);
    case 3:
        return frame_pair(game_book(game, market, true), game_book(game, other, true));
    case 4:
        return frame_pair(game_changes(game, market), game_changes(game, other));
    case 5:
        snprintf(transaction, sizeof transaction, "0x%u", game_roll(game, 40));
        return frame_trade(YES, 1000 + game->ms, "BUY", game_roll(game, 2) ? "0.5" : "0.52", "7", transaction);
    case 6:
        return game_roll(game, 3) ? game_crossing(game, market) : frame_tick_size(YES, game->ms, "0.01", "0.001");
    case 7:
        return game_roll(game, 4) ? "PONG" : "{\"event_type\":\"price_change\",\"market\":\"0xm1\"}";
    case 8:
        return game_roll(game, 20) ? "[]" : frame_resolved("0xm4", game->ms, "4001");
    default:
        return game_changes(game, market);
    }
}

static inline void game_reply(struct game *game, struct move *move, uint32_t newest)
{
    static const int statuses[] = {200, 200, 200, 404, 503, 0};
    uint32_t back = game_roll(game, 4);
    move->kind = MOVE_REPLY;
    move->request = newest > back ? newest - back : newest;
    move->status = statuses[game_roll(game, 6)];
    move->wait_ms = move->status == 503 && game_roll(game, 2) ? 3000 : 0;
    snprintf(move->text, sizeof move->text, "%s", game_book(game, game_roll(game, GAME_MARKETS), game_roll(game, 4)));
}

static inline int64_t game_pause(struct game *game)
{
    switch (game_roll(game, 12)) {
    case 0:
        return 51 + game_roll(game, 100);
    case 1:
        return game_roll(game, 4000);
    case 2:
        return game_roll(game, 12) ? 0 : 20000 + game_roll(game, 60000);
    default:
        return game_roll(game, 20);
    }
}

/* The next move; `newest`: the last request that was made. */
static inline void game_move(struct game *game, struct move *move, uint32_t newest)
{
    unsigned dice = game_roll(game, 100);
    game->ms += game_pause(game);
    move->ms = game->ms;
    move->link = 0;
    move->symbol = game_symbols[game_roll(game, GAME_MARKETS)];
    move->kind = MOVE_FRAME;
    if (dice < 70) {
        snprintf(move->text, sizeof move->text, "%s", game_frame(game));
    } else if (dice < 80) {
        game_reply(game, move, newest);
    } else if (dice < 84) {
        move->kind = MOVE_LINK;
        move->change = game_roll(game, 3) ? LINK_OPENED : game_roll(game, 6) ? LINK_LOST : LINK_GIVEN_UP;
    } else if (dice < 92) {
        move->kind = game_roll(game, 3) ? MOVE_WATCH : MOVE_UNWATCH;
    } else {
        static const enum move_kind rest[] = {MOVE_SEED, MOVE_RETRY, MOVE_WAIT};
        move->kind = rest[game_roll(game, 3)];
    }
}

static inline void game_do(struct session *s, const struct move *move)
{
    const struct market *market = move->symbol ? session_market(s, move->symbol) : NULL;
    struct market_handle handle = market ? market->handle : MARKET_NONE;
    const struct venue_reply reply = {.request = move->request,
                                      .status = move->status,
                                      .body = text_from(move->text),
                                      .reason = "as the test says",
                                      .retry_after = move->wait_ms * NANOSECONDS_PER_MILLISECOND};
    session_advance(s, move->ms);
    switch (move->kind) {
    case MOVE_FRAME:
        session_receive_on(s, move->link, move->text);
        break;
    case MOVE_LINK:
        session_link(s, move->link, move->change);
        break;
    case MOVE_WATCH:
        session_watch(s, handle);
        break;
    case MOVE_UNWATCH:
        session_unwatch(s, handle);
        break;
    case MOVE_SEED:
        s->venue->seed(s->sync, s->now, handle);
        break;
    case MOVE_RETRY:
        session_retry(s);
        break;
    case MOVE_REPLY:
        s->venue->reply(s->sync, s->now, &reply);
        break;
    case MOVE_WAIT:
        break;
    }
}

/* Four markets known, two of them watched, on an open link. */
static inline void game_begin(struct session *s)
{
    session_open_with(s, JOURNAL_ALL | JOURNAL_PROOFS, (struct venue_options){0});
    for (unsigned i = 0; i < GAME_MARKETS; i++)
        session_add(s, game_symbols[i], game_tokens[i][0], i == 2 ? "" : game_tokens[i][1]);
    session_watch(s, session_market(s, "0xm1")->handle);
    session_watch(s, session_market(s, "0xm2")->handle);
    session_link(s, 0, LINK_OPENED);
}

#endif
