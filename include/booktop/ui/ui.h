/* The screen, as the program calls it. One call, in the main thread, from the first frame to the last.
 *
 * The terminal is given back on every way out. While the screen is on, signals that ask for the end (SIGINT, SIGTERM,
 * SIGHUP) end it in order; the caller still has to stop the feed.
 */
#ifndef BOOKTOP_UI_UI_H
#define BOOKTOP_UI_UI_H

#include "booktop/base/clock.h"
#include "booktop/feed/feed.h"
#include "booktop/ui/kept.h"
#include "booktop/ui/terminal.h"

/* How the screen keeps things: `keep` is called with ui_options.kept as it is at that moment when something may have
 * changed, at most every KEEP_INTERVAL; at the end `kept` is left as it is then. It must not block. It returns true
 * where it is to be called again without any change, and puts words for the user into `notice` where there are any. */
#define KEEP_INTERVAL (5 * NANOSECONDS_PER_SECOND)
struct keeper {
    bool (*keep)(void *context, const struct kept *kept, char *notice, size_t notice_size);
    void *context;
};

struct ui_options {
    struct feed *feed;         /* running; borrowed */
    struct taping *taping;     /* what records; borrowed. NULL: nothing can, as in a replay */
    const struct clock *clock; /* that of the views (feed_clock); the loop itself goes by the machine's. Borrowed */
    bool demo;                 /* says DEMO before the first view does */
    struct kept *kept;         /* what to start with, then what is kept; NULL: the defaults. Borrowed */
    struct keeper keeper;      /* `keep` NULL: nothing is kept */
    const char *notice;        /* for the user, on the first picture; NULL: none */
    enum colour_choice colour;
    bool ascii;
    /* The words of the command line: the first is opened, the others are looked up, to be reached by their number.
     * None: the market that was open last, if that was kept, else the market list. */
    const char *const *markets;
    size_t market_count;
    /* The place m that words mean ("90s", "40%", "14:30:05") in a recording that began at this wall time and is so
     * many ns long (-1: that is not known yet); -1: outside of it. Returns NULL, or what was expected instead. NULL
     * itself: no replay. */
    const char *(*find_place)(const char *words, int64_t began, int64_t length, int64_t *m);
    bool open_first; /* without words: the first market of the list is opened at once */
};

/* 0: the user left. 1, with a reason in `error`: the terminal cannot be used, nothing could be looked up, or memory is
 * out. 128 + n: ended by signal n. A theme that cannot be used is told of on the screen, and the default is shown. */
int ui_run(const struct ui_options *options, char *error, size_t error_size);

#endif
