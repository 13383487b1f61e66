/* The second row: how far the book can be trusted, then its pace or the state of its connection. */
#include "state_row.h"

#include "booktop/venue/venue.h"
#include "state_row_inside.h"
#include "state_words.h"

#define OUTCOME_MOST 16

int state_row_why(const struct scene *scene, struct canvas *canvas, int column, int end)
{
    const char *why = scene->book.proof.why;
    if (why == NULL) return column;
    column += canvas_text(canvas, 1, column, canvas->area.width, ROLE_MUTED, ": ");
    return column + canvas_foreign(canvas, 1, column, end - column, ROLE_MUTED, text_from(why));
}

static int draw_age(struct scene *scene, struct canvas *canvas, int column, enum role role, int64_t age)
{
    char text[FIGURE_SIZE];
    scene_due_in(scene, figure_age(age, text));
    return column + 1 + canvas_text(canvas, 1, column + 1, canvas->area.width, role, text);
}

/* "by SHA-1  1,204 proofs": what was verified so far. */
static int draw_verified(const struct scene *scene, struct canvas *canvas, int column, enum verified_words words)
{
    const struct book_view *book = &scene->book;
    int width = canvas->area.width;
    char text[FIGURE_SIZE];
    if (words == SAYS_VERIFIED) return column;
    column += 1 + canvas_text(canvas, 1, column + 1, width, ROLE_TEXT, venue_get(book->instrument.venue)->proof);
    if (words == SAYS_METHOD) return column;
    pace_count(book->proof.verified, PROOF_DIGITS, text);
    column += GAP + canvas_text(canvas, 1, column + GAP, width, ROLE_MUTED, text);
    return column + canvas_text(canvas, 1, column, width, ROLE_MUTED, book->proof.verified == 1 ? PROOF : PROOFS);
}

/* Where a reason ends at the latest: it may cover the pace, but not how often checks failed. */
static int why_end(const struct scene *scene, const struct canvas *canvas, const struct pace *pace)
{
    int width = canvas->area.width;
    bool counted = pace->counts[1] - GAP <= width && !scene_stale(scene);
    return counted ? pace->counts[0] - 1 : width - 1;
}

/* The proof state in words: "verified by SHA-1  1,204 proofs", "stale 12 s", "suspect: …". Where the connection is not
 * live it says by itself why a book is stale. */
static int draw_proof(struct scene *scene, struct canvas *canvas, const struct pace *pace, int column)
{
    const struct book_view *book = &scene->book;
    bool stale = scene_stale(scene);
    enum proof_state state = stale ? PROOF_STALE : book->proof.state;
    struct state_mark mark = proof_mark(state);
    column += canvas_text(canvas, 1, column, 1, mark.role, canvas_glyph(canvas, mark.glyph)) + 1;
    column += canvas_text(canvas, 1, column, canvas->area.width, mark.role, proof_state_text(state));
    if (stale) {
        column = draw_age(scene, canvas, column, mark.role, book_stale_age(book, scene->now));
        bool silent = link_in_doubt(&book->link, scene->now);
        return link_is_live(scene) && !silent ? state_row_why(scene, canvas, column, why_end(scene, canvas, pace))
                                              : column;
    }
    if (state == PROOF_POLLED) return draw_age(scene, canvas, column, mark.role, scene->now.mono - book->heard.mono);
    if (state == PROOF_VERIFIED) return draw_verified(scene, canvas, column, pace->words);
    return state == PROOF_LIVE ? column : state_row_why(scene, canvas, column, why_end(scene, canvas, pace));
}

/* What became of the market, if it is not simply open. */
static int draw_status(const struct scene *scene, struct canvas *canvas, int column)
{
    const struct book_view *book = &scene->book;
    int width = canvas->area.width;
    if (book->status == MARKET_OPEN) return column;
    column += GAP;
    column += canvas_text(canvas, 1, column, width, ROLE_WARNING, market_status_text(book->status));
    const char *winner = winner_name(book);
    if (winner == NULL) return column;
    column += canvas_text(canvas, 1, column, width, ROLE_WARNING, ": ");
    return column + canvas_foreign(canvas, 1, column, OUTCOME_MOST, ROLE_STRONG, text_from(winner));
}

/* Why a book is polled, at the right end, where the others say how their connection is. */
static void draw_polled(const struct scene *scene, struct canvas *canvas, int column)
{
    const char *why = scene->book.proof.why;
    int right = canvas->area.width - 1, room = right - column - GAP;
    if (why == NULL) return;
    int wanted = canvas_foreign_width(canvas, text_from(why));
    if (wanted > room && room < REASON_LEAST) return;
    int width = wanted < room ? wanted : room;
    canvas_foreign(canvas, 1, right - width, width, ROLE_MUTED, text_from(why));
}

void state_row_draw_book(struct scene *scene, struct canvas *canvas)
{
    /* Nothing more comes of a market that is resolved: neither its book, nor how old that is, nor the connection
     * matters. */
    if (scene->book.status == MARKET_RESOLVED) {
        draw_status(scene, canvas, 1 - GAP);
        return;
    }
    struct pace pace = pace_of(scene, canvas->area.width);
    int column = draw_proof(scene, canvas, &pace, 1);
    column = draw_status(scene, canvas, column);
    if (book_polled(&scene->book)) {
        draw_polled(scene, canvas, column);
    } else if (link_in_doubt(&scene->book.link, scene->now)) {
        link_draw_silence(scene, canvas, column);
    } else if (!link_is_live(scene)) {
        link_draw(scene, canvas, column);
    } else if (!scene_stale(scene)) {
        pace_draw(scene, canvas, &pace, column);
    }
}
