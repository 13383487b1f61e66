/* Finding a market while its words are typed: what is known (the list, the watch list, what was opened) is ranked at
 * each key, and what the venues find for the same words joins it, marked as theirs.
 *
 * Plain data and pure functions: who asks the venues, and when, is the session's part. Results point into the
 * catalogues they were ranked from; search_over ends that. Main thread.
 */
#ifndef BOOKTOP_UI_SEARCH_H
#define BOOKTOP_UI_SEARCH_H

#include "booktop/ui/market_list.h"
#include "booktop/ui/prompt.h"

/* The best so many are kept. */
#define SEARCH_RESULTS 200
/* The venues are asked when nothing was typed for so long, and at least so much is. */
#define SEARCH_PAUSE (250 * NANOSECONDS_PER_MILLISECOND)
#define SEARCH_LEAST 3
/* After so long without an answer other words may be asked for. */
#define SEARCH_PATIENCE (3 * NANOSECONDS_PER_SECOND)

/* Where a result comes from; what stands earlier is kept where two know the same market. */
enum search_source { SEARCH_LISTED, SEARCH_OPENED, SEARCH_FOUND, SEARCH_SOURCES };

struct search_result {
    const struct catalogue_entry *entry;
    int score;
    enum search_source source;
    bool watched, opened; /* on the watch list, else opened before, whoever describes it */
};

/* What the row that is no market does. */
enum search_offer {
    SEARCH_OFFERS_LIST, /* all that the venues find for the words, as a list; without words what is traded most */
    SEARCH_OFFERS_NAME, /* the words name a market: it is looked up and opened */
};

/* A catalogue, and its words. */
struct search_pool {
    const struct catalogue *catalogue; /* borrowed; NULL: none */
    const struct search_words *words;  /* of each of its entries */
};

struct search {
    struct search_pool pools[SEARCH_SOURCES];
    struct catalogue opened; /* what is watched, then what was opened, copied */
    size_t watched;          /* so many of them are watched */
    struct search_words opened_words, found_words;
    char typed[PROMPT_SIZE];
    struct search_query query;
    enum search_offer offer;
    bool empty;       /* nothing is typed */
    bool offer_first; /* the row that is no market stands before the results, else behind them */

    struct search_result results[SEARCH_RESULTS]; /* the best first */
    size_t count;
    size_t matches;       /* in the pools, kept or not */
    size_t known;         /* markets that were looked at, without those the venues found */
    size_t selected, top; /* rows: results and the one that is no market */
    int page;
    bool moved;    /* the user has chosen a row since something was typed */
    bool accepted; /* Enter came before the answer to what is typed, and is obeyed when that is there */

    /* The venues, as the session asks them. */
    int64_t ask_at;                 /* machine's mono ns, TIME_NEVER: nothing is to be asked */
    int64_t asked_at;               /* of the question that is not answered */
    bool asking;                    /* it is under way */
    char asked[PROMPT_SIZE];        /* its words, or those of the last one; "": none */
    char found_for[PROMPT_SIZE];    /* the words that pools[SEARCH_FOUND] is the answer to */
    char trouble[VIEW_REASON_SIZE]; /* what went wrong with the last answer, "": nothing; sanitized */
};

/* Begins with nothing typed. `list` is borrowed until search_over. What is watched, and then what was opened, is
 * added by search_know, then search_rank is called. */
void search_begin(struct search *search, struct market_list *list);
/* False when out of memory: it is not looked for then. */
bool search_know(struct search *search, const struct catalogue_entry *entry, bool watched);
/* Forgets everything and frees what it owns; zeroed again. */
void search_over(struct search *search);

/* True for one word with a mark in it that words people search for do not have: an address, a slug, venue:symbol, a
 * condition id, a ticker of Kalshi's. */
bool search_is_name(struct text words);
/* True for a web address. */
bool search_is_address(struct text words);

/* Words of the command line of which none is a name are searched for together: puts them into `out`, a blank between
 * two. False for one word, for names, and for what does not fit. */
bool search_join_words(const char *const *words, size_t count, char *out, size_t size);

/* Ranks everything by what is typed; the selection goes to the first row. */
void search_rank(struct search *search, struct text typed);
/* The venues' answer (borrowed until search_over, or the next) to the words search->asked joins what is there; NULL:
 * they found nothing. The selection stays on its market. */
void search_join(struct search *search, const struct catalogue *found);
/* True if the venues have answered what is typed. */
bool search_is_answered(const struct search *search);
/* The list has another catalogue now, or none. */
void search_relist(struct search *search, struct market_list *list);

size_t search_rows(const struct search *search);
/* The result in a row; NULL for the row that is no market. */
const struct search_result *search_row(const struct search *search, size_t row);
/* Moves the selection; false for actions that mean nothing here. */
bool search_act(struct search *search, enum action action);

#endif
