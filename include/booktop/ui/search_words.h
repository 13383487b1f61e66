/* The words of markets, made ready for being searched while somebody types.
 *
 * What a market is found by is its titles (its own, its short one, its event's), its slugs and its ticker: folded to
 * lower case without accents, cut into words at everything that is neither letter nor digit, each word once. A question
 * is folded the same way. A word of it is found in a market as
 *     a whole word > the start of a word > starts of words ("feddec", "hbo") > letters of a word in their order, its
 *     first among them ("hrbr") > inside of a word
 * and the market is found when all of the question's words are. All integers; ten thousand markets take about a
 * millisecond. Main thread.
 */
#ifndef BOOKTOP_UI_SEARCH_WORDS_H
#define BOOKTOP_UI_SEARCH_WORDS_H

#include "booktop/market/instrument.h"

#define SEARCH_NAMES 3

struct search_entry {
    uint32_t text;                /* its words begin here, each with a blank before it, one behind the last */
    uint32_t starts;              /* where in that text each word begins */
    uint16_t length, words;       /* bytes, words */
    uint32_t names[SEARCH_NAMES]; /* hashes of what names it exactly: symbol, slug, event's slug; 0: none */
};

/* Zeroed: empty. */
struct search_words {
    struct search_entry *entries; /* owned, and so are the others */
    size_t count, capacity;
    char *text;
    size_t length, text_capacity;
    uint16_t *starts;
    size_t start_count, start_capacity;
};

void search_words_free(struct search_words *words);
/* Empties it and keeps its room. */
void search_words_clear(struct search_words *words);
/* Adds a market as the next entry; false when out of memory, nothing added then. */
bool search_words_add(struct search_words *words, const struct instrument *instrument);

#define SEARCH_QUERY_SIZE  324
#define SEARCH_QUERY_WORDS 16

/* What is looked for. */
struct search_query {
    char text[SEARCH_QUERY_SIZE]; /* folded, as an entry's */
    struct text words[SEARCH_QUERY_WORDS];
    size_t count;
    uint32_t name; /* hash of all that was typed */
};

/* Words beyond SEARCH_QUERY_WORDS are left out. */
void search_query_set(struct search_query *query, struct text typed);

/* What names a market exactly has more than this score, and nothing else has, however many words are found. */
#define SEARCH_EXACT 100000

/* How well an entry answers, more is better; 0: not at all. A query without words is answered by every entry with 1. */
int search_score(const struct search_words *words, size_t entry, const struct search_query *query);

#endif
