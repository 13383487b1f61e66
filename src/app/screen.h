/* The screen, with what the user chose: in the config file, in earlier starts and by options. Main thread. */
#ifndef BOOKTOP_SRC_APP_SCREEN_H
#define BOOKTOP_SRC_APP_SCREEN_H

#include "config.h"
#include "keeping.h"

/* ui_run with `screen`, whose feed, clock and markets are set; fills in the rest of it. What was kept or is configured
 * wrong is told of in place of its notice. `--fresh` goes before `use`. */
int screen_run(struct ui_options *screen, const struct options *options, const struct config *config,
               enum keeping_use use, char *error, size_t error_size);

#endif
