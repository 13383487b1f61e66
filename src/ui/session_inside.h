/* The inside of a session, shared by its sources: session.c (screens, beginning and end, views), session_ask.c (what is
 * asked of the feed), session_answers.c (what comes of it), session_look.c (how recordings and replays go). What the
 * keys may do with it is in session_keys.h.
 */
#ifndef BOOKTOP_UI_SESSION_INSIDE_H
#define BOOKTOP_UI_SESSION_INSIDE_H

#include "session_keys.h"

#define BOOK_PANEL 0

/* Asks for what a start shows: what the command line says, the market of an earlier start, or what is traded most. */
void session_ask_of_start(struct session *session);
/* Takes an answer, whoever waits for it. */
void session_take_answer(struct session *session, const struct answer_view *answer);
/* What was listed when a replay began may be less than there is. Nothing is asked over another question: the feed
 * answers the newest alone. */
void session_ask_for_list_again(struct session *session);
/* A market that was opened has a number, as long as there are any. */
void session_number_market(struct scene *scene, const struct catalogue_entry *entry);

#endif
