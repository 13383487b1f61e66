/* What the keys may do with a session; its sources do it. */
#ifndef BOOKTOP_UI_SESSION_KEYS_H
#define BOOKTOP_UI_SESSION_KEYS_H

#include "booktop/ui/session.h"

/* Tells the feed which list is open: of what is seen there are quotes, and of what is not none are left. */
void session_list(struct session *session);
/* Goes to a screen, as session_list. */
void session_show(struct session *session, enum screen screen);
/* Opens or closes the log; the feed is told. */
void session_show_log(struct session *session, bool open);
/* Opens or closes the watch list; the feed is told. It opens over the log and the market's info. */
void session_show_watch(struct session *session, bool open);
/* Closes the log, the watch list, the market's info and the proof: what comes next is not hidden by them. */
void session_close_panels(struct session *session);
/* Asks for the market that words name, or for markets that are found by words. */
void session_open(struct session *session, const char *words);
void session_search(struct session *session, const char *words);
/* As session_open, with a title to be shown meanwhile; "": the words. */
void session_open_as(struct session *session, const char *words, const char *title);
/* Looks up the next of what is only to be looked up. */
void session_look_up_next(struct session *session);
/* Shows what was found for these words as the list; takes it over from whoever the feed lent it to. */
void session_show_found(struct session *session, const struct catalogue *found, const char *words);
/* Shows a market that is known already. */
void session_select(struct session *session, const struct catalogue_entry *entry);

/* The search: its line opened, what was typed followed (the list's filter, too), the selected row taken, the line left.
 */
void session_find(struct session *session);
void session_find_follow(struct session *session);
void session_find_accept(struct session *session);
void session_find_over(struct session *session);
/* Asks the venues when that is due; true if it did. Takes their answer; false if it is another's. */
bool session_find_look(struct session *session);
bool session_find_answer(struct session *session, const struct answer_view *answer);
/* The list has another catalogue. */
void session_find_relist(struct session *session);
/* Opens the line of the list's filter. */
void session_filter(struct session *session);

/* Starts or ends a recording. */
void session_record(struct session *session);
/* Begins the one that was asked for while the last one was ending, if that is over. */
void session_record_again(struct session *session);
/* A mark of the moment in which it asks for a note; puts it. */
void session_ask_note(struct session *session);
void session_mark(struct session *session, const char *note);
/* Puts the mark whose note is still being typed, with as much of it as there is: the session ends. */
void session_mark_unfinished(struct session *session);

/* Does an action, whether a key meant it or its name was typed; the key where it says more than that. */
void session_do(struct session *session, enum action action, int key);

/* The command line: opened, what was typed in it done, and its own keys (false for other actions). */
void session_ask_command(struct session *session);
void session_run_command(struct session *session);
bool session_command_act(struct session *session, enum action action);
/* Opens the market that is selected in the list. */
void session_open_selected(struct session *session);

/* The watch list. What is to be looked up next for it, false: nothing; what came of looking up a name, before the next
 * thing is asked; quotes for what is known of it. */
bool session_watch_next(const struct session *session, char words[WATCH_NAME_SIZE]);
void session_watch_answered(struct session *session, const char *words, enum answer_result result);
void session_watch_quotes(struct session *session);
/* The open or selected market: on the list, or off it. */
void session_watch(struct session *session);
/* The rest goes by what is selected there: opened (a group: folded), taken off, moved, put into a group. */
void session_open_watched(struct session *session);
void session_unwatch(struct session *session);
void session_reorder(struct session *session, int step);
void session_fold(struct session *session);
void session_ask_group(struct session *session);
void session_group(struct session *session, const char *name);
/* The market of a number; the next one around the list, false where the open one is not on it; the one before. */
void session_show_watched(struct session *session, unsigned number);
bool session_step_watched(struct session *session, int direction);
void session_show_before(struct session *session);

/* Sorts the list as the user chose. */
void session_sort_list(struct scene *scene);

/* Does an action of CONTEXT_REPLAY or CONTEXT_JUMP; false for others. */
bool session_replay_act(struct session *session, enum action action);
void session_jump_digit(struct session *session, int key);
void session_replay_seek(struct session *session, int64_t m);
/* A column of the screen in the replay's bar was pointed at: to its place there, or to the landmark that is seen there.
 */
void session_replay_point(struct session *session, const struct zone *bar, int column);
/* The feed has told anew how the replay runs: a jump that waited for its length is made. */
void session_replay_measured(struct session *session);
/* Says why an action of a live session means nothing in a replay. */
void session_refuse_in_replay(struct session *session, enum action action);

#endif
