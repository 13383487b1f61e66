/* The screen, as the program calls it. One call, in the main thread, from the first frame to the last.
 *
 * The terminal is given back on every way out. While the screen is on, signals that ask for the end (SIGINT, SIGTERM,
 * SIGHUP) end it in order; the caller still has to stop the feed.
 */
#ifndef BOOKTOP_UI_UI_H
#define BOOKTOP_UI_UI_H

#include "booktop/base/clock.h"
#include "booktop/feed/feed.h"
#include "booktop/ui/terminal.h"

struct ui_options {
    struct feed *feed;         /* running; borrowed */
    struct taping *taping;     /* what records; borrowed. NULL: nothing can, as in a replay */
    const struct clock *clock; /* that of the views (feed_clock); the loop itself goes by the machine's. Borrowed */
    bool demo;                 /* says DEMO before the first view does */
    const char *theme;         /* as theme_load takes it; NULL: the default */
    enum colour_choice colour;
    bool ascii;
    /* The words of the command line: the first is opened, the others are put on the watch list. None: the market list.
     */
    const char *const *markets;
    size_t market_count;
    bool open_first; /* without words: the first market of the list is opened at once */
};

/* 0: the user left. 1, with a reason in `error`: the terminal or the theme cannot be used, or nothing could be looked
 * up. 128 + n: ended by signal n. */
int ui_run(const struct ui_options *options, char *error, size_t error_size);

#endif
