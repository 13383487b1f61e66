/* A deck of faults, one a card: each has its turn before one comes again. */
#ifndef BOOKTOP_TESTS_DECK_H
#define BOOKTOP_TESTS_DECK_H

#include "booktop/exchange/dice.h"
#include "booktop/exchange/exchange.h"

#define VENUES 2 /* by enum exchange_venue */

#define HAND_MOST 3
/* Of the hands. */
#define IMPATIENCE_PERCENT 90

enum card_venue { EITHER, POLYMARKET, KALSHI };

struct card {
    const char *fault;
    enum card_venue venue;
    bool ends;      /* the connection, sooner or later */
    bool disguises; /* the server: who fails at that asks for nothing */
};

static const struct card deck_cards[] = {
    {.fault = "cut", .ends = true},
    {.fault = "rst", .ends = true},
    {.fault = "fin", .ends = true},
    {.fault = "close 1000 all markets resolved", .ends = true},
    {.fault = "close 1001 going away", .ends = true},
    {.fault = "close 1013 slow consumer", .ends = true},
    {.fault = "close 4000", .ends = true},
    {.fault = "stall 4s"},
    {.fault = "stall 10000s", .ends = true},
    {.fault = "half-open", .ends = true},
    {.fault = "freeze", .ends = true},
    {.fault = "lag 5s"},
    {.fault = "pings 300"},
    {.fault = "dribble"},
    {.fault = "fragments"},
    {.fault = "bomb", .ends = true},
    {.fault = "illegal", .ends = true},
    {.fault = "binary", .ends = true},
    {.fault = "garbage"},
    {.fault = "upgrade silent", .ends = true},
    {.fault = "upgrade 401", .ends = true},
    {.fault = "upgrade 403", .ends = true},
    {.fault = "upgrade 404", .ends = true},
    {.fault = "upgrade 429", .ends = true},
    {.fault = "upgrade 429 7", .ends = true},
    {.fault = "upgrade 500", .ends = true},
    {.fault = "upgrade 503", .ends = true},
    {.fault = "upgrade 503 4", .ends = true},
    {.fault = "upgrade redirect", .ends = true},
    {.fault = "upgrade headers", .ends = true},
    {.fault = "certificate expired", .ends = true, .disguises = true},
    {.fault = "certificate future", .ends = true, .disguises = true},
    {.fault = "certificate other-host", .ends = true, .disguises = true},
    {.fault = "certificate self-signed", .ends = true, .disguises = true},
    {.fault = "certificate unknown", .ends = true, .disguises = true},
    {.fault = "certificate weak", .ends = true, .disguises = true},
    {.fault = "busy"},
    {.fault = "deaf 8s"},
    {.fault = "omit", .venue = POLYMARKET},
    {.fault = "duplicate", .venue = POLYMARKET},
    {.fault = "reorder", .venue = POLYMARKET},
    {.fault = "empty", .venue = POLYMARKET},
    {.fault = "gap", .venue = KALSHI},
    {.fault = "old", .venue = KALSHI},
    {.fault = "error25", .venue = KALSHI},
    {.fault = "pause", .venue = KALSHI},
};

#define DECK_CARDS (sizeof deck_cards / sizeof deck_cards[0])

struct deck {
    struct dice dice;
    unsigned cards[DECK_CARDS], dealt; /* places in deck_cards, shuffled; so many of them are out */
};

/* Faults that are dealt together, and whom they hit. */
struct hand {
    unsigned first, count; /* numbers of the faults, from 1 */
    const struct card *cards[HAND_MOST];
    int venues[HAND_MOST]; /* below 0: both */
    bool hits[VENUES], ends[VENUES];
    bool disguises;
    bool impatient; /* the user waits for no attempt that is far off */
};

static inline void deck_shuffle(struct deck *deck)
{
    for (unsigned i = 0; i < DECK_CARDS; i++) deck->cards[i] = i;
    for (unsigned i = DECK_CARDS; i > 1; i--) {
        unsigned other = dice_below(&deck->dice, i), kept = deck->cards[i - 1];
        deck->cards[i - 1] = deck->cards[other];
        deck->cards[other] = kept;
    }
    deck->dealt = 0;
}

static inline struct deck deck_open(uint64_t seed)
{
    struct deck deck = {.dice = dice_from(seed, 0x5708)};
    deck_shuffle(&deck);
    return deck;
}

static inline int deck_venue(struct deck *deck, const struct card *card)
{
    if (card->venue != EITHER) return card->venue == KALSHI ? EXCHANGE_KALSHI : EXCHANGE_POLYMARKET;
    return (int)dice_below(&deck->dice, VENUES + 1) - 1;
}

static inline void deck_deal(struct deck *deck, struct hand *hand)
{
    if (deck->dealt == DECK_CARDS) deck_shuffle(deck);
    const struct card *card = &deck_cards[deck->cards[deck->dealt++]];
    int only = deck_venue(deck, card);
    hand->cards[hand->count] = card;
    hand->venues[hand->count++] = only;
    if (card->disguises) hand->disguises = true;
    for (int venue = 0; venue < VENUES; venue++) {
        if (only >= 0 && only != venue) continue;
        hand->hits[venue] = true;
        if (card->ends) hand->ends[venue] = true;
    }
}

/* One to three cards, at most `most`; the first is number `first`. */
static inline struct hand deck_hand(struct deck *deck, unsigned first, uint64_t most)
{
    static const unsigned counts[] = {1, 1, 1, 1, 1, 2, 2, 2, HAND_MOST, HAND_MOST};
    unsigned count = counts[dice_below(&deck->dice, sizeof counts / sizeof counts[0])];
    struct hand hand = {.first = first, .impatient = dice_chance(&deck->dice, IMPATIENCE_PERCENT)};
    while (hand.count < count && hand.count < most) deck_deal(deck, &hand);
    return hand;
}

#endif
