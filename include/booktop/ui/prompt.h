/* A line of text that is being typed: UTF-8, edited by whole characters. Main thread. */
#ifndef BOOKTOP_UI_PROMPT_H
#define BOOKTOP_UI_PROMPT_H

#include "booktop/ui/canvas.h"
#include "booktop/ui/keymap.h"

#define PROMPT_SIZE 320

struct prompt {
    char text[PROMPT_SIZE]; /* terminated */
    size_t length, cursor;  /* bytes; the cursor stands at the start of a character or at the end */
};

void prompt_clear(struct prompt *prompt);
/* Puts a character in; refused (false) are control characters and what does not fit. */
bool prompt_insert(struct prompt *prompt, int character);
/* Puts in what it can of a text, which was pasted or is ours: blanks for what ends lines and for tabs, nothing for
 * other control characters and for what is no UTF-8; what does not fit is left out. */
void prompt_insert_text(struct prompt *prompt, struct text text);
/* Does an editing action of CONTEXT_PROMPT; false for others. */
bool prompt_act(struct prompt *prompt, enum action action);
/* Draws it in one row, scrolled so that the cursor shows; the terminal's cursor goes there. */
void prompt_draw(const struct prompt *prompt, struct canvas *canvas, int row, int column, int width);

#endif
