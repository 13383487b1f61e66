/* The terminal given back even when the program falls: a fatal signal writes the bytes that end every mode we may have
 * set, puts the line settings back, prints what was caught, and lets the signal do what it does.
 */
#ifndef BOOKTOP_UI_CRASH_H
#define BOOKTOP_UI_CRASH_H

/* Before ncurses changes anything: remembers the line settings of the terminal on this descriptor. */
void crash_prepare(int terminal);
/* From now on fatal signals restore. */
void crash_arm(void);
void crash_disarm(void);
/* In a handler that ends the program: the terminal as it was. Nothing where it is not armed. */
void crash_give_back(void);

#endif
