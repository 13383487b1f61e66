#ifndef BOOKTOP_UI_PROOF_PAGE_H
#define BOOKTOP_UI_PROOF_PAGE_H

#include "booktop/ui/scene.h"
#include "sheet.h"

/* Writes how the book of the scene's market is proved: its state, the last check, the counts, what happened, how the
 * venue's books are checked and what that cannot show. */
void proof_page_write(struct scene *scene, struct sheet *sheet);

#endif
