#include "screen.h"

#include <string.h>

#include "booktop/ui/scene.h"
#include "start.h"
#include "told.h"

#define REASON_SIZE 1280

/* What was kept comes first, since it may have been put aside; then what is wrong with the config file. What has no
 * room there can be read once the screen is gone; what is wrong with that file was told already. */
static void make_notice(const char *kept, const struct config *config, char notice[NOTICE_SIZE])
{
    bool whole = text_copy(text_from(kept), notice, NOTICE_SIZE) == strlen(kept);
    whole = config_notice(config, notice, NOTICE_SIZE) && whole;
    if (whole) return;
    if (kept[0]) told_error(kept);
}

int screen_run(struct ui_options *screen, const struct options *options, const struct config *config,
               enum keeping_use use, char *error, size_t error_size)
{
    char notice[NOTICE_SIZE], why[REASON_SIZE];
    struct keeping *keeping = keeping_open(options->fresh ? KEEPING_NONE : use, &config->prefs, why, sizeof why);
    if (!keeping) {
        snprintf(error, error_size, "out of memory");
        return EXIT_FAILED;
    }
    make_notice(why, config, notice);
    struct kept *kept = keeping_kept(keeping);
    if (options->theme) text_copy(text_from(options->theme), kept->prefs.theme, sizeof kept->prefs.theme);
    if (options->no_mouse) kept->prefs.mouse = false;
    screen->colour = start_colour(options);
    screen->ascii = options->ascii;
    screen->kept = kept;
    screen->keeper = keeping_begin(keeping);
    if (notice[0]) screen->notice = notice;
    int code = ui_run(screen, error, error_size);
    if (!keeping_close(keeping, why, sizeof why)) told_error(why);
    return code;
}
