#ifndef BOOKTOP_UI_LADDER_KEYS_H
#define BOOKTOP_UI_LADDER_KEYS_H

#include "booktop/ui/view_ops.h"

/* The ladder's `act`. What is not the cursor's is also the tape's. */
bool ladder_act(struct scene *scene, enum action action);

#endif
