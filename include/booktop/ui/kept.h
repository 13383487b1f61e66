/* What is kept from one start to the next. Plain data, of some hundred kB: on the heap. The program reads it before the
 * screen opens and writes it while that is open and when it ends (ui.h says when). Main thread.
 */
#ifndef BOOKTOP_UI_KEPT_H
#define BOOKTOP_UI_KEPT_H

#include "booktop/ui/history.h"
#include "booktop/ui/layout.h"
#include "booktop/ui/prefs.h"
#include "booktop/ui/watch_list.h"

struct kept {
    struct prefs prefs;
    char market[WATCH_NAME_SIZE];            /* opened last, as watch_name has it; "": none */
    char market_title[INSTRUMENT_TEXT_SIZE]; /* raw; may be "" */
    enum pane focus;
    bool full_pane;
    struct history history; /* of commands */
    struct watch_list watch;
};

#endif
