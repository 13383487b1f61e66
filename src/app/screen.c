#include "screen.h"

#include <string.h>

#include "start.h"
#include "told.h"

#define REASON_SIZE 1280

/* Both have something to say: what the user has written himself comes first. */
static void join(char *notice, size_t size, const char *more)
{
    size_t length = strlen(notice);
    if (length > 0 && more[0]) length += text_copy(TEXT("; "), notice + length, size - length);
    text_copy(text_from(more), notice + length, size - length);
}

int screen_run(struct ui_options *screen, const struct options *options, const struct config *config,
               enum keeping_use use, char *error, size_t error_size)
{
    char notice[REASON_SIZE], why[REASON_SIZE];
    struct keeping *keeping = keeping_open(options->fresh ? KEEPING_NONE : use, &config->prefs, why, sizeof why);
    if (!keeping) {
        snprintf(error, error_size, "out of memory");
        return EXIT_FAILED;
    }
    config_notice(config, notice, sizeof notice);
    join(notice, sizeof notice, why);
    struct kept *kept = keeping_kept(keeping);
    if (options->theme) text_copy(text_from(options->theme), kept->prefs.theme, sizeof kept->prefs.theme);
    if (options->no_mouse) kept->prefs.mouse = false;
    screen->colour = start_colour(options);
    screen->ascii = options->ascii;
    screen->kept = kept;
    screen->keeper = keeping_begin(keeping);
    screen->notice = notice[0] ? notice : NULL;
    int code = ui_run(screen, error, error_size);
    if (!keeping_close(keeping, why, sizeof why)) told_error(why);
    return code;
}
