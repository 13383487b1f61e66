/* --help, made of the tables. */
#include "options_table.h"

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

static void print_row(FILE *out, const struct option_row *row)
{
    char left[64], letter[5] = "";
    if (row->letter) snprintf(letter, sizeof letter, "-%c, ", row->letter);
    snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name, row->argument ? " " : "",
             row->argument ? row->argument : "");
    print_pair(out, left, row->help);
}

static void print_group(FILE *out, enum group group)
{
    fprintf(out, "\n%s\n", group_titles[group]);
    for (size_t i = 0; i < option_row_count; i++)
        if (option_rows[i].group == group) print_row(out, &option_rows[i]);
}

static void print_commands(FILE *out)
{
    fputs("Usage\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command_row *row = &command_rows[i];
        fprintf(out, "  booktop%s%s%s%s\n      %s\n", row->name[0] ? " " : "", row->name, row->arguments[0] ? " " : "",
                row->arguments, row->help);
    }
}

/* What is to be said of a group in whole sentences. */
static const char *const group_notes[GROUP_COUNT] = {
    [RECORDING] = "Into a folder (by default ~/.local/share/booktop/recordings) go files named by\n"
                  "venue and time; a new one begins after 1 GiB, a day, and at midnight UTC.\n",
    [REPLAYING] = "Where no screen is opened, the books as they were at --at, or at the end, are\n"
                  "printed; with --for TIME those of each second from --at on, or with --once too\n"
                  "those at its end. --speed and --idle are for the screen.\n",
    [CHECKING] = "Where nothing could be compared verify --books says so, and that is no fault.\n",
    [EXPORTING] = "npy: times that are out of order are moved to the nearest that are not, and the\n"
                  "venue's is never later than ours: a back-test wants it so. README.md says what\n"
                  "the columns mean. repair ends with 0 when it saved something, with 1 when not.\n",
    [VENUES] = "Kalshi's stream wants a key; without one its books are polled. Key id and file\n"
               "may also stand in KALSHI_KEY_ID and KALSHI_KEY_FILE, or in the config file,\n"
               "~/.config/booktop/config, as\n"
               "  kalshi-key-id = ID\n"
               "  kalshi-key-file = ~/.config/booktop/kalshi.pem\n"
               "Options go before the environment, and that before the file. With --exchange\n"
               "only the options count, so that no other server is shown your key unasked.\n"
               "What is listed under Connections, and color, ascii, theme, log, ca-file and\n"
               "proxy, may stand in the config file, too: `silence = 40s`, `ascii = on`.\n",
};

void options_print_help(FILE *out)
{
    fputs("booktop - top for the order books of prediction markets\n\n", out);
    print_commands(out);
    fputs("\nMARKET is a market's slug, ticker, web address, condition id or token id, with\n"
          "polymarket: or kalshi: before it where only that venue is meant. Words that\n"
          "name no market are searched for.\n",
          out);
    for (enum group group = LOOKS; group < GROUP_COUNT; group++) {
        print_group(out, group);
        if (group_notes[group]) fprintf(out, "\n%s", group_notes[group]);
    }
    fputs("\nFaults, each at a simulated time or after so many messages (`120, omit`): cut,\n"
          "rst, fin, close CODE WORDS, stall TIME, half-open, freeze, lag TIME, pings N,\n"
          "dribble, fragments, bomb, illegal, binary, garbage; upgrade silent, redirect,\n"
          "headers or STATUS [SECONDS]; certificate expired, future, other-host,\n"
          "self-signed, unknown or weak; busy [TIME], deaf TIME; halt; on Polymarket\n"
          "omit, duplicate, reorder, empty; on Kalshi gap, old, error25, pause.\n"
          "\nWithout a terminal, booktop and demo print each book as plain text once a\n"
          "second and end by themselves (demo after 10s).\n"
          "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 a damaged recording, 128+n ended\n"
          "by signal n.\n",
          out);
}
