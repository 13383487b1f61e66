/* What is copied to the clipboard: the selected row, or the whole book, as lines of tab-separated text with exact
 * decimals; what venues wrote is sanitized, so that no field has a tab or a line's end in it. Main thread.
 */
#ifndef BOOKTOP_UI_COPY_H
#define BOOKTOP_UI_COPY_H

#include "booktop/ui/scene.h"

#define COPY_MOST 100000 /* bytes; terminals take no more, or less */

struct copy {
    char *text; /* owned by the caller of copy_make: free it. Terminated; "" where there is nothing to copy */
    size_t length;
    char words[NOTICE_SIZE]; /* what it is, or why there is nothing */
};

/* The book is as it is drawn, of that outcome and grouped as that, with all levels that the view holds; its first line
 * and `words` say so where it is grouped, or has more levels.
 * The row: of the ladder the level under the cursor, of the tape the first trade shown, of the list the selected
 * market, of the market's info its address. False, with the reason in `words`, where there is nothing or no memory. */
bool copy_make(const struct scene *scene, bool whole_book, struct copy *copy);

#endif
