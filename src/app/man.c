/* booktop man: the manual page, made of the tables of commands, options, keys and settings. */
#include <string.h>

#include "booktop/ui/command.h"
#include "booktop/ui/keymap.h"
#include "booktop/ui/prefs.h"
#include "options_table.h"
#include "roff.h"

static void write_synopsis(FILE *out)
{
    char usage[128];
    roff_section(out, "SYNOPSIS");
    for (size_t i = 0; i < COMMAND_ROWS_COUNT; i++) {
        const struct command_row *row = &command_rows[i];
        snprintf(usage, sizeof usage, "booktop%s%s%s%s", row->name[0] ? " " : "", row->name,
                 row->arguments[0] ? " " : "", row->arguments);
        roff_term(out, usage, row->help);
    }
}

static void write_description(FILE *out)
{
    roff_section(out, "DESCRIPTION");
    roff_text(out,
              "booktop shows live order books of prediction markets (Polymarket and Kalshi) in a terminal: depth, "
              "spread and trades, and beside each book how far it is proved to be the venue's own. It records what it "
              "sees and plays it again.");
    roff_text(out,
              "MARKET is a market's slug, ticker, web address, condition id or token id, with polymarket: or kalshi: "
              "before it where only that venue is meant. Words that name no market are searched for.");
}

static void write_context(FILE *out, enum context context)
{
    size_t count;
    const struct binding *table = keymap_defaults(&count);
    bool done[ACTION_COUNT] = {false};
    char title[64];
    snprintf(title, sizeof title, "%s (%s)", context_name(context), context_id(context));
    roff_subsection(out, title);
    for (size_t i = 0; i < count; i++) {
        enum action action = table[i].action;
        char keys[KEYS_SIZE], text[96];
        if (table[i].context != context || done[action]) continue;
        done[action] = true;
        keymap_keys(context, action, false, keys);
        snprintf(text, sizeof text, "%s (%s)", action_help(action), action_name(action));
        roff_term(out, keys, text);
    }
}

static void write_keys(FILE *out)
{
    size_t count;
    const struct binding *table = keymap_defaults(&count);
    bool done[CONTEXT_COUNT] = {false};
    roff_section(out, "KEYS");
    roff_text(out,
              "What a key means depends on what is seen: the innermost context counts. In brackets stand the names "
              "that bindings and the command line use. A click selects a row, puts the cursor of the ladder on a "
              "level, gives a pane the focus, goes to a place in the bar of a replay, or does what the footer says "
              "there; a second click on a market opens it, and the wheel moves what is under it. With Shift held most "
              "terminals select text.");
    for (size_t i = 0; i < count; i++) {
        if (done[table[i].context]) continue;
        done[table[i].context] = true;
        write_context(out, table[i].context);
    }
}

static void write_words(FILE *out)
{
    roff_section(out, "WORDS ON THE SCREEN");
    roff_text(out,
              "In the tape an arrow up (in ASCII: B) marks a trade whose taker bought, an arrow down (S) one whose "
              "taker sold. mid is half way from the best bid to the best ask; micro is the mid weighed by the sizes "
              "there: it leans to the ask where more is bid than asked. imbalance (imb) is the size of the best bids "
              "less that of the best asks, in percent of both. slip is how far the average price of a typed size is "
              "from the mid. lag is the time from the stamp of the venue's clock to ours, and proofs counts how often "
              "the book was found to be the venue's.");
}

static void write_commands(FILE *out)
{
    char term[64];
    roff_section(out, "COMMAND LINE");
    roff_text(out, "The key : opens a line for commands, and for actions by their names. Tab completes, Up and Down go "
                   "through what was typed before.");
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        snprintf(term, sizeof term, ":%s %s", commands[i].name, commands[i].argument);
        roff_term(out, term, commands[i].help);
    }
}

static void write_choices(FILE *out, size_t setting)
{
    char text[160];
    size_t used = (size_t)snprintf(text, sizeof text, "%s", prefs_help(setting));
    const char *choice;
    for (size_t n = 0; (choice = prefs_choice(setting, n)) && used < sizeof text; n++)
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", n ? ", " : ": ", choice);
    roff_term(out, prefs_name(setting), text);
}

static void write_settings(FILE *out)
{
    roff_section(out, "CONFIGURATION");
    roff_text(out,
              "The config file has lines \"name = value\"; # begins a comment. Beside the options marked [config file] "
              "above, by their names without dashes, these settings may stand there, and be changed with :set NAME "
              "VALUE.");
    for (size_t i = 0; i < prefs_count(); i++) write_choices(out, i);
    roff_text(out,
              "Keys are bound anew by lines like\n"
              "  bind ladder x flip\n"
              "  unbind book z\n"
              "which name the context, the key (a character, Ctrl-A to Ctrl-Y but C H I J M Q S, F1 to F12, Tab, "
              "Enter, Esc, Space, "
              "Up, Home, PgUp and so on) and the action. The help on the screen and the footer show them as they are.");
}

static void write_files(FILE *out)
{
    roff_section(out, "FILES");
    roff_term(out, "~/.config/booktop/config", "settings, options and keys (XDG_CONFIG_HOME is heeded)");
    roff_term(out, "~/.config/booktop/themes/NAME.theme", "themes of your own");
    roff_term(out, "~/.local/share/booktop/recordings", "recordings (XDG_DATA_HOME)");
    roff_term(out, "~/.local/state/booktop", "the log, and what is kept from one start to the next (XDG_STATE_HOME)");
    roff_term(out, "~/.cache/booktop", "the list of Kalshi's events; may be deleted at any time (XDG_CACHE_HOME)");
}

static void write_end(FILE *out)
{
    roff_section(out, "EXIT STATUS");
    roff_term(out, "0", "done");
    roff_term(out, "1", "failed");
    roff_term(out, "2", "wrong usage");
    roff_term(out, "3", "a damaged recording");
    roff_term(out, "128+n", "ended by signal n");
}

int command_man(const struct options *options)
{
    FILE *out = stdout;
    (void)options;
    fprintf(out, ".TH BOOKTOP 1 \"\" \"booktop %s\" \"User Commands\"\n", BOOKTOP_VERSION);
    roff_section(out, "NAME");
    fputs("booktop \\- top for the order books of prediction markets\n", out);
    write_synopsis(out);
    write_description(out);
    options_print_manual(out);
    write_keys(out);
    write_words(out);
    write_commands(out);
    write_settings(out);
    write_files(out);
    write_end(out);
    return fflush(out) ? EXIT_FAILED : EXIT_DONE;
}
