/* What the keys may do with a session; session.c does it. */
#ifndef BOOKTOP_UI_SESSION_KEYS_H
#define BOOKTOP_UI_SESSION_KEYS_H

#include "booktop/ui/session.h"

/* Goes to a screen; the feed is told whether a list is open. */
void session_show(struct session *session, enum screen screen);
/* Opens or closes the log; the feed is told. */
void session_show_log(struct session *session, bool open);
/* Asks for the market that words name, or for markets that are found by words. */
void session_open(struct session *session, const char *words);
void session_search(struct session *session, const char *words);
/* Shows a market that is known already. */
void session_select(struct session *session, const struct catalogue_entry *entry);

/* Starts or ends a recording. */
void session_record(struct session *session);
/* A mark: asks for a note, and puts it. */
void session_ask_note(struct session *session);
void session_mark(struct session *session, const char *note);

/* Does an action of CONTEXT_REPLAY or CONTEXT_JUMP; false for others. */
bool session_replay_act(struct session *session, enum action action);
void session_jump_digit(struct session *session, int key);
/* The feed has told anew how the replay runs: a jump that waited for its length is made. */
void session_replay_measured(struct session *session);
/* Says why a key of a live session means nothing in a replay. */
void session_refuse_in_replay(struct session *session, int key);

#endif
