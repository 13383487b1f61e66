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

#endif
