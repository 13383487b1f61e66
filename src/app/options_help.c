/* --help, made of the tables. */
#include <string.h>

#include "options_table.h"
#include "roff.h"

static const char *const group_titles[GROUP_COUNT] = {
    [LOOKS] = "Looks (booktop, demo, replay)",
    [RUNNING] = "Running (booktop, demo, record, replay, exchange)",
    [RECORDING] = "Recording (booktop, demo, record)",
    [REPLAYING] = "Replaying (replay)",
    [CONNECTIONS] = "Connections (booktop, demo, record)",
    [VENUES] = "Venues (booktop, record)",
    [CHECKING] = "Checking (verify, info)",
    [EXPORTING] = "New files (export, repair)",
    [MESSAGES] = "Messages (decode, exchange --print)",
    [DECODING] = "Decode",
    [ORDER_FLOW] = "Order flow of the local exchange (demo, exchange)",
    [SERVING] = "Local exchange (exchange)",
    [EVERYWHERE] = "Everywhere",
};

#define LEFT_WIDTH 23 /* "--handshake-limit TIME" and a gap */

/* A line of two columns, for a terminal of 80. */
static void print_pair(FILE *out, const char *left, const char *right)
{
    fprintf(out, "  %-*s %s\n", LEFT_WIDTH, left, right);
}

#define SPELLED_SIZE 64

/* "-o, --output FILE" */
static void spell(const struct option_row *row, char out[SPELLED_SIZE])
{
    char letter[5] = "";
    if (row->letter) snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(out, SPELLED_SIZE, "%s--%s%s%s", letter, row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
}

static void print_row(FILE *out, const struct option_row *row)
{
    char left[SPELLED_SIZE];
    spell(row, left);
    print_pair(out, left, row->help);
}

static bool belongs(const struct option_row *row, enum group group, unsigned commands)
{
    return row->group == group && row->commands & commands;
}

static bool has_rows(enum group group, unsigned commands)
{
    for (size_t i = 0; i < option_row_count; i++)
        if (belongs(&option_rows[i], group, commands)) return true;
    return false;
}

/* Those of its rows that one of these commands takes. */
static void print_rows(FILE *out, enum group group, unsigned commands)
{
    for (size_t i = 0; i < option_row_count; i++)
        if (belongs(&option_rows[i], group, commands)) print_row(out, &option_rows[i]);
}

static void print_usage(FILE *out, const struct command_row *row)
{
    fprintf(out, "  booktop%s%s%s%s\n      %s\n", row->name[0] ? " " : "", row->name, row->arguments[0] ? " " : "",
            row->arguments, row->help);
}

static void print_commands(FILE *out)
{
    fputs("Usage\n", out);
    for (size_t i = 0; i < COMMAND_ROWS_COUNT; i++) print_usage(out, &command_rows[i]);
    fputs("  booktop help [COMMAND]\n      this, or what is a command's own\n", out);
}

#define ALL ~0u

/* What is to be said in whole sentences behind a group, to these commands. */
static const struct note {
    enum group group;
    unsigned commands;
    const char *words;
} notes[] = {
    {RECORDING, ALL,
     "Into a folder (by default ~/.local/share/booktop/recordings) go files named by\n"
     "venue and time; a new one begins after 1 GiB, a day, and at midnight UTC. What\n"
     "looks like a file but does not end in .obr.zst or .obr is not taken. What a\n"
     "window records after the file that was named goes to NAME-1, NAME-2 beside it.\n"},
    {REPLAYING, ALL,
     "14:30:05 is a time of day of this machine's zone (TZ), as info prints them, and\n"
     "all that is printed is taken: 2026-11-21 14:30:05.123 (or with a T, or a zone\n"
     "behind it), and after the begin +3:12, +1:03:12.5 or +00:03:12.045.\n"
     "Where no screen is opened, the books as they were at --at, or at the end, are\n"
     "printed; with --for TIME those of each second from --at on, or with --once too\n"
     "those at its end. --speed and --idle are for the screen alone.\n"},
    {CHECKING, 1u << VERIFY, "Where nothing could be compared verify --books says so, and that is no fault.\n"},
    {EXPORTING, 1u << EXPORT,
     "npy: times that are out of order are moved to the nearest that are not, and the\n"
     "venue's is never later than ours: a back-test wants it so. README.md says what\n"
     "the columns mean.\n"},
    {EXPORTING, 1u << REPAIR, "repair ends with 0 when it saved something, with 1 when not.\n"},
    {VENUES, ALL,
     "Kalshi's stream wants a key; without one its books are polled. Key id and file\n"
     "may also stand in KALSHI_KEY_ID and KALSHI_KEY_FILE, or in the config file,\n"
     "~/.config/booktop/config, as\n"
     "  kalshi-key-id = ID\n"
     "  kalshi-key-file = ~/.config/booktop/kalshi.pem\n"
     "Options go before the environment, and that before the file. With --exchange\n"
     "only the options count, so that no other server is shown your key unasked.\n"
     "What is listed under Connections, and color, ascii, theme, log, ca-file and\n"
     "proxy, may stand in the config file, too: `silence = 40s`, `ascii = on`.\n"},
};

static void print_notes(FILE *out, enum group group, unsigned commands)
{
    const char *before = "\n";
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++) {
        if (notes[i].group != group || !(notes[i].commands & commands)) continue;
        fprintf(out, "%s%s", before, notes[i].words);
        before = "";
    }
}

static void print_market_note(FILE *out)
{
    fputs("\nMARKET is a market's slug, ticker, web address, condition id or token id, with\n"
          "polymarket: or kalshi: before it where only that venue is meant. Words that\n"
          "name no market are searched for.\n",
          out);
}

static void print_fault_note(FILE *out)
{
    fputs("\nFaults, each at a simulated time or after so many messages (`120, omit`): cut,\n"
          "rst, fin, close CODE WORDS, stall TIME, half-open, freeze, lag TIME, pings N,\n"
          "dribble, fragments, bomb, illegal, binary, garbage; upgrade silent, redirect,\n"
          "headers or STATUS [SECONDS]; certificate expired, future, other-host,\n"
          "self-signed, unknown or weak; busy [TIME], deaf TIME; halt; on Polymarket\n"
          "omit, duplicate, reorder, empty; on Kalshi gap, old, error25, pause.\n",
          out);
}

static void print_exit_codes(FILE *out)
{
    fputs("Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a damaged recording, 128+n ended\n"
          "by signal n.\n",
          out);
}

static void print_everything(FILE *out)
{
    fputs("booktop - top for the order books of prediction markets\n\n", out);
    print_commands(out);
    print_market_note(out);
    for (enum group group = LOOKS; group < GROUP_COUNT; group++) {
        fprintf(out, "\n%s\n", group_titles[group]);
        print_rows(out, group, ALL);
        print_notes(out, group, ALL);
    }
    print_fault_note(out);
    fputs("\nWithout a terminal, booktop and demo print each book as plain text once a\n"
          "second and end by themselves (demo after 10s).\n",
          out);
    print_exit_codes(out);
}

static void print_example(FILE *out, const char *lines)
{
    fputs("\nExample\n  ", out);
    for (const char *at = lines; *at; at++) fputs(*at == '\n' ? "\n  " : (char[2]){*at}, out);
    fputc('\n', out);
}

/* The title of a group without the commands in brackets. */
static void print_title(FILE *out, const char *title)
{
    const char *bracket = strchr(title, '(');
    fprintf(out, "\n%.*s\n", bracket ? (int)(bracket - 1 - title) : (int)strlen(title), title);
}

static void print_own(FILE *out, const struct command_row *command)
{
    unsigned bit = 1u << (command - command_rows);
    fputs("Usage\n", out);
    print_usage(out, command);
    if (strstr(command->arguments, "MARKET")) print_market_note(out);
    for (enum group group = LOOKS; group < GROUP_COUNT; group++) {
        if (!has_rows(group, bit)) continue;
        print_title(out, group_titles[group]);
        print_rows(out, group, bit);
        print_notes(out, group, bit);
    }
    if (has_rows(ORDER_FLOW, bit)) print_fault_note(out);
    print_example(out, command->example);
    fputc('\n', out);
    print_exit_codes(out);
}

void options_print_help(FILE *out, const struct command_row *command)
{
    if (command->name[0])
        print_own(out, command);
    else
        print_everything(out);
}

static void print_manual_group(FILE *out, enum group group)
{
    roff_subsection(out, group_titles[group]);
    for (size_t i = 0; i < option_row_count; i++) {
        char left[SPELLED_SIZE], text[160];
        if (option_rows[i].group != group) continue;
        spell(&option_rows[i], left);
        snprintf(text, sizeof text, "%s%s", option_rows[i].help, option_rows[i].in_file ? " [config file]" : "");
        roff_term(out, left, text);
    }
    for (size_t i = 0; i < sizeof notes / sizeof notes[0]; i++)
        if (notes[i].group == group) roff_text(out, notes[i].words);
}

void options_print_manual(FILE *out)
{
    roff_section(out, "OPTIONS");
    for (enum group group = LOOKS; group < GROUP_COUNT; group++) print_manual_group(out, group);
}
