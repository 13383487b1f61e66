/* A manual page as it is written: roff with the man macros. Main thread. */
#ifndef BOOKTOP_SRC_APP_ROFF_H
#define BOOKTOP_SRC_APP_ROFF_H

#include <stdio.h>

void roff_section(FILE *out, const char *title);
void roff_subsection(FILE *out, const char *title);
/* Text, whatever stands in it; of several lines those that begin with a blank stand as they are. */
void roff_text(FILE *out, const char *text);
/* A paragraph with a term before it, bold: "-U, --ascii". */
void roff_term(FILE *out, const char *term, const char *text);

#endif
