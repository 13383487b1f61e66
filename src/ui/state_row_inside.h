/* The inside of the header's second row, shared by its sources: state_row.c (how far the book can be trusted),
 * state_row_pace.c (how fast things are, and how often checks failed), state_row_links.c (the connections).
 */
#ifndef BOOKTOP_UI_STATE_ROW_INSIDE_H
#define BOOKTOP_UI_STATE_ROW_INSIDE_H

#include "state_row.h"

#define GAP 2
/* The room that a connection's state and a part of its reason need to mean something. */
#define REASON_LEAST 24

/* The count of proofs: columns of its digits, and of its word behind them. */
#define PROOF        " proof"
#define PROOFS       " proofs"
#define PROOF_DIGITS 9
#define PROOFS_WIDTH (PROOF_DIGITS + (int)sizeof PROOFS - 1)

#define PACE_COUNTS 5

/* What is said of a verified book: "verified by SHA-1  1,204 proofs", or less of it. */
enum verified_words { SAYS_VERIFIED, SAYS_METHOD, SAYS_PROOFS };

/* The columns of the figures of a book that is current: they keep them while states change and counts grow, and those
 * that a long reason covers are not drawn meanwhile. No number stands without its word: where room is short the least
 * needed ones are left out. */
struct pace {
    enum verified_words words; /* in front of them */
    int latency, rate;
    int counts[PACE_COUNTS]; /* the most needed first */
};

struct pace pace_of(const struct scene *scene, int width);
/* `words_end`: where the state's words ended. */
void pace_draw(struct scene *scene, struct canvas *canvas, const struct pace *pace, int words_end);
/* A count in so many columns: all digits where they fit, else shortened. */
void pace_count(uint64_t count, int width, char out[FIGURE_SIZE]);

bool link_is_live(const struct scene *scene);
/* "down: connection refused · next try in 4 s" at the right end; a long reason is cut before the time is. A reason that
 * has a row of its own is not said here. */
void link_draw(struct scene *scene, struct canvas *canvas, int column);
/* "no sign of life for 12 s" at the right end. */
void link_draw_silence(struct scene *scene, struct canvas *canvas, int column);
/* ": hash differs" behind a state's word, up to a column. Returns where it ended. */
int state_row_why(const struct scene *scene, struct canvas *canvas, int column, int end);

#endif
