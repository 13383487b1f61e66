/* The config file as it would be with every setting in it: made of the tables of settings, options and keys. */
#include <string.h>

#include "booktop/ui/keymap.h"
#include "config.h"
#include "options_table.h"

#define TEXT_SIZE (PREFS_NAME_SIZE + 32)

static void print_pref(FILE *out, const struct prefs *prefs, size_t setting)
{
    char value[TEXT_SIZE];
    prefs_format(prefs, setting, value, sizeof value);
    fprintf(out, "\n# %s", prefs_help(setting));
    for (size_t i = 0; prefs_choice(setting, i); i++)
        fprintf(out, "%s%s", i == 0 ? ": " : prefs_choice(setting, i + 1) ? ", " : " or ", prefs_choice(setting, i));
    fprintf(out, "\n%s = %s\n", prefs_name(setting), value);
}

static void write_duration(int64_t nanoseconds, char value[TEXT_SIZE])
{
    static const struct {
        const char *unit;
        int64_t milliseconds;
    } units[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
    int64_t milliseconds = nanoseconds / NANOSECONDS_PER_MILLISECOND;
    size_t unit = 0;
    while (milliseconds % units[unit].milliseconds) unit++;
    snprintf(value, TEXT_SIZE, "%lld%s", (long long)(milliseconds / units[unit].milliseconds), units[unit].unit);
}

/* What the option is where nothing is said; "": that cannot be written, or there is nothing. */
static void write_option(const struct options *options, const struct option_row *row, char value[TEXT_SIZE])
{
    const char *place = (const char *)options + row->offset;
    uint64_t number = 0;
    value[0] = '\0';
    switch (row->kind) {
    case VALUE_FLAG:
    case VALUE_SWITCH:
        snprintf(value, TEXT_SIZE, "%s", *(const bool *)place ? "on" : "off");
        return;
    case VALUE_DURATION:
        write_duration(*(const int64_t *)(const void *)place, value);
        return;
    case VALUE_COLOR:
        snprintf(value, TEXT_SIZE, "auto");
        return;
    case VALUE_UNSIGNED:
        number = *(const unsigned *)(const void *)place;
        break;
    case VALUE_SIZE:
        number = *(const size_t *)(const void *)place;
        break;
    default:
        return;
    }
    if (number >= row->least) snprintf(value, TEXT_SIZE, "%llu", (unsigned long long)number);
}

static void print_option(FILE *out, const struct options *options, const struct option_row *row)
{
    char value[TEXT_SIZE];
    write_option(options, row, value);
    fprintf(out, "\n# %s\n", row->help);
    if (value[0])
        fprintf(out, "%s = %s\n", row->name, value);
    else
        fprintf(out, "#%s = %s\n", row->name, row->argument);
}

static void print_keys(FILE *out)
{
    size_t count;
    const struct binding *bindings = keymap_defaults(&count);
    fputs("\n# --- Keys ---\n# `bind CONTEXT KEY ACTION` gives a key another meaning, `unbind CONTEXT KEY` takes it "
          "away.\n"
          "# These hold anyhow:\n",
          out);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        press_name(bindings[i].key, name, sizeof name);
        fprintf(out, "#bind %s %s %s\n", context_id(bindings[i].context), name, action_name(bindings[i].action));
    }
}

void config_print_default(FILE *out)
{
    char error[256];
    struct prefs prefs;
    struct options options;
    char *words[] = {"booktop", NULL};
    if (!options_parse(&options, 1, words, error, sizeof error)) return; /* it has nothing to refuse */
    prefs_init(&prefs);
    fputs("# The config file of booktop: ~/.config/booktop/config, or behind --config.\n"
          "# A `#` at the beginning of a line or behind a blank starts a comment. What the keys change while booktop\n"
          "# runs is kept elsewhere and goes before what stands here; options of the command line go before both.\n"
          "\n# --- Looks ---\n",
          out);
    for (size_t i = 0; i < prefs_count(); i++) print_pref(out, &prefs, i);
    for (size_t i = 0; i < option_row_count; i++)
        if (option_rows[i].in_file && option_rows[i].group == LOOKS) print_option(out, &options, &option_rows[i]);
    fputs("\n# --- The program and its connections ---\n", out);
    for (size_t i = 0; i < option_row_count; i++)
        if (option_rows[i].in_file && option_rows[i].group != LOOKS) print_option(out, &options, &option_rows[i]);
    fputs("\n# Your Kalshi key: its id, and the file with the key (PEM), readable by you alone\n"
          "#kalshi-key-id = ID\n#kalshi-key-file = ~/.config/booktop/kalshi.pem\n",
          out);
    print_keys(out);
    options_free(&options);
}
