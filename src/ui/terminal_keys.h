/* What comes from a terminal, taken apart: keys as ncurses knows them, and on top of that pasted text and reports of
 * the mouse, which may come in pieces. Nothing else of the program knows their form.
 */
#ifndef BOOKTOP_UI_TERMINAL_KEYS_H
#define BOOKTOP_UI_TERMINAL_KEYS_H

#include <curses.h>

#include "booktop/ui/terminal.h"

#define REPORT_NUMBERS 3

struct terminal_keys {
    bool pasting;      /* between the brackets */
    bool pasted;       /* the last key came from there */
    int64_t pasted_at; /* the machine's mono ns at which something of it came last */
    wint_t interrupt;  /* the character that is PRESS_INTERRUPT; 0: none */
    struct mouse mouse;

    /* A report of the mouse whose end has not come: SGR (numbers and a letter), or X10 (three characters). */
    enum { REPORT_NONE, REPORT_SGR, REPORT_X10 } report;
    unsigned numbers[REPORT_NUMBERS], number_count;
};

/* Tells ncurses how these things begin. */
void terminal_keys_define(void);
/* As terminal_key. */
int terminal_keys_next(struct terminal_keys *keys, WINDOW *window);

#endif
