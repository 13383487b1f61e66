/* States in words and marks, and what they say about a book, the same everywhere. */
#ifndef BOOKTOP_UI_STATE_WORDS_H
#define BOOKTOP_UI_STATE_WORDS_H

#include "booktop/ui/scene.h"

struct state_mark {
    enum glyph glyph;
    enum role role;
};

struct state_mark proof_mark(enum proof_state state);
struct state_mark link_mark(enum link_state state);

/* How old a stale book's levels are at least: ns since the venue was last heard, or since the state, whichever is
 * longer; where only the connection is in doubt, since its last sign of life. */
int64_t book_stale_age(const struct book_view *view, struct stamp now);

/* True if the book comes by REST and no connection is wanted: then there is nothing to say of one. */
bool book_polled(const struct book_view *view);

/* ns since the last sign of life of a connection in doubt. */
int64_t link_silence(const struct link_view *link, struct stamp now);
/* ns until an open connection will be in doubt if nothing comes, TIME_NEVER: not to be expected. */
int64_t link_doubt_in(const struct link_view *link, struct stamp now);
/* Down or given up: trying again at once is worth something. */
bool link_broken(const struct link_view *link);

/* Why the connection is as it is, where that is worth saying; else "". Sanitized. */
const char *link_reason(const struct link_view *link);
/* What is done about a connection that is down or given up: "next try in 4 s", "R tries again". False, with "", where
 * there is nothing to say. *changes_in gets the nanoseconds until the text changes, TIME_NEVER: never. */
bool link_outlook(const struct link_view *link, struct stamp now, char out[FIGURE_SIZE], int64_t *changes_in);

/* ns until the market closes, below 0 once that is over. False: it is not known, or too far to be counted. */
bool closes_in(const struct instrument *instrument, struct stamp now, int64_t *left);

#define TITLE_SIZE (INSTRUMENT_TEXT_SIZE + INSTRUMENT_NAME_SIZE + 3)

/* The market's question, else what names it otherwise. Where the question is its event's, and others of that event are
 * known (`grouped`), its own name comes first: "Odile Marrow - Who becomes mayor?" Raw. */
void market_title(const struct instrument *instrument, bool grouped, char out[TITLE_SIZE]);

/* The outcome's name as the venue has it, "outcome 1" where it has none. Raw. */
const char *outcome_name(const struct instrument *instrument, unsigned outcome);
/* The name of the outcome that won a market that is over, NULL while that is not known. A venue may know it before it
 * resolves the market. Raw. */
const char *winner_name(const struct book_view *view);

/* Where a venue knows the outcomes by symbols of their own it sends a hash of each one's book, with values that may
 * have to be searched for; where it knows the market only its messages are counted. */
bool outcomes_have_hashes(const struct instrument *instrument);

/* Of a recording's later files alone: "part 4 of its recording: parts 1 to 3 are not given". */
void lacking_words(unsigned lacking, char out[NOTICE_SIZE]);

/* "2 bid levels hidden"; brief: "2 bids hidden". */
void cut_words(const struct clean_cut *cut, bool brief, char out[FIGURE_SIZE]);

#endif
