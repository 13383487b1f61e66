#include "booktop/app/options.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/base/text.h"

static const struct command_row commands[] = {
    {"", "[MARKET...]", "open the terminal (no MARKET: the most traded markets)", command_watch, SIZE_MAX},
    {"demo", "[MARKET...]", "the same against the local exchange: no network, no account", command_demo, SIZE_MAX},
    {"decode", "--venue NAME [FILE]", "venue messages in, one line for each event out", command_decode, 1},
    {"exchange", "", "serve the local exchange on loopback", command_exchange, 0},
};

#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

/* Which commands an option belongs to. */
enum { FOR_WATCH = 1, FOR_DEMO = 2, FOR_DECODE = 4, FOR_EXCHANGE = 8, FOR_SCREEN = FOR_WATCH | FOR_DEMO, FOR_ALL = 15 };

/* Which may stand in the config file, too, and which are told of under "Connections". */
enum { IN_FILE = 1 << 16, CONNECTIONS = 1 << 17 };

enum value_kind {
    VALUE_FLAG,
    VALUE_SWITCH, /* on, off */
    VALUE_TEXT,
    VALUE_UNSIGNED,
    VALUE_COUNT,
    VALUE_SIZE,
    VALUE_STAMP,
    VALUE_DURATION,
    VALUE_COLOR
};

struct option_row {
    char letter; /* 0: none */
    const char *name;
    const char *argument; /* NULL: none */
    const char *help;
    unsigned commands;
    enum value_kind kind;
    size_t offset;        /* in struct options */
    uint64_t least, most; /* of numbers */
};

#define TO(field)    offsetof(struct options, field)
#define LIMIT(field) offsetof(struct options, limits.field)
#define LINES        (FOR_SCREEN | IN_FILE | CONNECTIONS)

static const struct option_row rows[] = {
    {0, "once", NULL, "print each book as plain text once, then end", FOR_SCREEN, VALUE_FLAG, TO(once), 0, 0},
    {0, "for", "TIME", "end after TIME (10s, 500ms, 2m); no screen is opened", FOR_SCREEN | FOR_EXCHANGE,
     VALUE_DURATION, TO(for_ns), 0, 0},
    {0, "json", NULL, "plain output as JSON lines, like `decode --books`", FOR_SCREEN, VALUE_FLAG, TO(json), 0, 0},
    {0, "color", "WHEN", "auto, always or never (NO_COLOR is heeded)", FOR_SCREEN | IN_FILE, VALUE_COLOR, TO(color), 0,
     0},
    {'U', "ascii", NULL, "draw with ASCII characters only", FOR_SCREEN | IN_FILE, VALUE_FLAG, TO(ascii), 0, 0},
    {0, "theme", "NAME", "dark, light, mono, or a theme file", FOR_SCREEN | IN_FILE, VALUE_TEXT, TO(theme), 0, 0},
    {0, "log", "FILE", "write the log here (default: ~/.local/state/booktop)", FOR_SCREEN | FOR_EXCHANGE | IN_FILE,
     VALUE_TEXT, TO(log_file), 0, 0},
    {0, "debug", NULL, "log more", FOR_SCREEN | FOR_EXCHANGE, VALUE_FLAG, TO(debug), 0, 0},
    {0, "exchange", "PORT", "use the local exchange on PORT in place of the venues", FOR_WATCH, VALUE_UNSIGNED,
     TO(exchange), 1, 65535},
    {0, "ca-file", "FILE", "trust these certificates (PEM) and no others", FOR_WATCH | IN_FILE, VALUE_TEXT, TO(ca_file),
     0, 0},
    {0, "kalshi-key-id", "ID", "the id of your Kalshi key", FOR_WATCH, VALUE_TEXT, TO(kalshi_key_id), 0, 0},
    {0, "kalshi-key", "FILE", "the key itself (PEM), readable by you alone", FOR_WATCH, VALUE_TEXT, TO(kalshi_key), 0,
     0},
    {0, "config", "FILE", "read FILE instead of the default config file", FOR_SCREEN, VALUE_TEXT, TO(config_file), 0,
     0},
    {0, "reconnect", "on|off", "whether lost connections are made again", LINES, VALUE_SWITCH, LIMIT(reconnect), 0, 0},
    {0, "attempts", "N", "give up after N failures in a row (default: never)", LINES, VALUE_UNSIGNED, LIMIT(attempts),
     1, 1000000},
    {0, "retry-first", "TIME", "the first wait is up to TIME (500ms); then it doubles", LINES, VALUE_DURATION,
     LIMIT(retry_first), 0, 0},
    {0, "retry-most", "TIME", "up to this one (30s)", LINES, VALUE_DURATION, LIMIT(retry_most), 0, 0},
    {0, "dial-limit", "TIME", "to reach a host (5s)", LINES, VALUE_DURATION, LIMIT(dial), 0, 0},
    {0, "handshake-limit", "TIME", "for TLS and the WebSocket's upgrade (10s)", LINES, VALUE_DURATION, LIMIT(handshake),
     0, 0},
    {0, "reply-limit", "TIME", "for the answer to a request (15s)", LINES, VALUE_DURATION, LIMIT(reply), 0, 0},
    {0, "write-limit", "TIME", "for a peer to take what is sent (10s)", LINES, VALUE_DURATION, LIMIT(write), 0, 0},
    {0, "ping", "TIME", "between two pings (10s)", LINES, VALUE_DURATION, LIMIT(ping), 0, 0},
    {0, "silence", "TIME", "without a sign of life the peer is gone (25s)", LINES, VALUE_DURATION, LIMIT(silence), 0,
     0},
    {0, "message-cap", "BYTES", "no longer messages are taken (16777216)", LINES, VALUE_SIZE, LIMIT(message_cap), 65536,
     UINT32_MAX},
    {0, "send-buffer", "BYTES", "so much may wait to be sent (1048576)", LINES, VALUE_SIZE, LIMIT(queue), 65536,
     UINT32_MAX},
    {0, "proxy", "URL", "an HTTP proxy, or none (default: as https_proxy says)", FOR_WATCH | IN_FILE, VALUE_TEXT,
     TO(proxy), 0, 0},
    {0, "metrics", "[ADDR:]PORT", "serve measurements for Prometheus: /metrics", LINES, VALUE_TEXT, TO(metrics), 0, 0},
    {0, "books", NULL, "at the end, one line for each book", FOR_DECODE, VALUE_FLAG, TO(books), 0, 0},
    {0, "summary", NULL, "at the end, one line with what was counted", FOR_DECODE, VALUE_FLAG, TO(summary), 0, 0},
    {0, "seed", "N", "the same seed gives the same order flow", FOR_DEMO | FOR_EXCHANGE, VALUE_COUNT, TO(seed), 0,
     UINT64_MAX},
    {0, "speed", "N", "simulated seconds per second, 1 to 1000", FOR_DEMO | FOR_EXCHANGE, VALUE_UNSIGNED, TO(speed), 1,
     1000},
    {0, "markets", "N", "N markets on each venue (default: the written cast)", FOR_DEMO | FOR_EXCHANGE, VALUE_UNSIGNED,
     TO(markets), 1, 1000},
    {0, "fault", "FILE", "what goes wrong, and when: lines like `2.5s, cut`", FOR_DEMO | FOR_EXCHANGE, VALUE_TEXT,
     TO(fault_file), 0, 0},
    {0, "port", "N", "listen on N (default: any free port; it is printed)", FOR_EXCHANGE, VALUE_UNSIGNED, TO(port), 0,
     65535},
    {0, "ca-out", "FILE", "write the certificate that clients must trust to FILE", FOR_EXCHANGE, VALUE_TEXT, TO(ca_out),
     0, 0},
    {0, "kalshi-key-out", "FILE", "write a key to its Kalshi stream; the id is printed", FOR_EXCHANGE, VALUE_TEXT,
     TO(kalshi_key_out), 0, 0},
    {0, "start", "MS", "the first stamp, Unix milliseconds (default: now)", FOR_EXCHANGE, VALUE_STAMP, TO(start_ms), 1,
     INT64_MAX / 1000000},
    {0, "print", "N", "serve nothing: print the first N messages and end", FOR_EXCHANGE, VALUE_COUNT, TO(print), 1,
     UINT64_MAX},
    {0, "venue", "NAME", "whose messages: polymarket or kalshi", FOR_DECODE | FOR_EXCHANGE, VALUE_TEXT, TO(venue), 0,
     0},
    {'h', "help", NULL, "print this", FOR_ALL, VALUE_FLAG, TO(help), 0, 0},
    {'V', "version", NULL, "print the versions of booktop and its libraries", FOR_ALL, VALUE_FLAG, TO(version), 0, 0},
};

#define ROW_COUNT (sizeof rows / sizeof rows[0])
/* What getopt_long returns for the option in a row. */
#define ROW_CODE 256

bool options_parse_duration(const char *text, int64_t *nanoseconds)
{
    static const struct {
        const char *unit;
        int64_t nanoseconds;
    } units[] = {
        {"", NANOSECONDS_PER_SECOND},       {"ms", NANOSECONDS_PER_MILLISECOND},  {"s", NANOSECONDS_PER_SECOND},
        {"m", 60 * NANOSECONDS_PER_SECOND}, {"h", 3600 * NANOSECONDS_PER_SECOND},
    };
    if (text[0] < '0' || text[0] > '9') return false;
    char *end;
    errno = 0;
    long long count = strtoll(text, &end, 10);
    if (errno || count <= 0) return false;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(end, units[i].unit) != 0) continue;
        if (count > INT64_MAX / units[i].nanoseconds) return false;
        *nanoseconds = count * units[i].nanoseconds;
        return true;
    }
    return false;
}

static bool parse_number(const struct option_row *row, const char *text, uint64_t *number)
{
    if (text[0] < '0' || text[0] > '9') return false;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    if (errno || *end || value < row->least || value > row->most) return false;
    *number = value;
    return true;
}

static bool parse_switch(const char *text, bool *on)
{
    *on = strcmp(text, "on") == 0;
    return *on || strcmp(text, "off") == 0;
}

bool options_parse_listen(const char *text, char address[OPTIONS_ADDRESS_SIZE], unsigned *port)
{
    static const struct option_row row = {.most = 65535};
    const char *colon = strrchr(text, ':');
    struct in_addr numeric;
    uint64_t number;
    size_t length = colon ? (size_t)(colon - text) : 0;
    if (length >= OPTIONS_ADDRESS_SIZE || !parse_number(&row, colon ? colon + 1 : text, &number)) return false;
    text_copy(length ? (struct text){text, length} : TEXT("127.0.0.1"), address, OPTIONS_ADDRESS_SIZE);
    *port = (unsigned)number;
    return inet_pton(AF_INET, address, &numeric) == 1;
}

static bool parse_color(const char *text, enum color_choice *color)
{
    static const char *const words[] = {[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i]) != 0) continue;
        *color = (enum color_choice)i;
        return true;
    }
    return false;
}

/* Puts a value where its row says. */
static bool store(struct options *options, const struct option_row *row, const char *text)
{
    void *place = (char *)options + row->offset;
    uint64_t number = 0;
    switch (row->kind) {
    case VALUE_FLAG:
        *(bool *)place = true;
        return true;
    case VALUE_SWITCH:
        return parse_switch(text, place);
    case VALUE_TEXT:
        *(const char **)place = text;
        return true;
    case VALUE_DURATION:
        return options_parse_duration(text, place);
    case VALUE_COLOR:
        return parse_color(text, place);
    case VALUE_UNSIGNED:
        if (!parse_number(row, text, &number)) return false;
        *(unsigned *)place = (unsigned)number;
        return true;
    case VALUE_COUNT:
        if (!parse_number(row, text, &number)) return false;
        *(uint64_t *)place = number;
        return true;
    case VALUE_SIZE:
        if (!parse_number(row, text, &number)) return false;
        *(size_t *)place = (size_t)number;
        return true;
    case VALUE_STAMP:
        if (!parse_number(row, text, &number)) return false;
        *(int64_t *)place = (int64_t)number;
        return true;
    }
    return false;
}

static void make_getopt_tables(struct option *longs, char *shorts)
{
    *shorts++ = ':';
    for (size_t i = 0; i < ROW_COUNT; i++) {
        int wants = rows[i].argument ? required_argument : no_argument;
        longs[i] = (struct option){rows[i].name, wants, NULL, ROW_CODE + (int)i};
        if (!rows[i].letter) continue;
        *shorts++ = rows[i].letter;
        if (rows[i].argument) *shorts++ = ':';
    }
    *shorts = '\0';
}

static const struct option_row *row_of_code(int code)
{
    if (code >= ROW_CODE) return &rows[code - ROW_CODE];
    for (size_t i = 0; i < ROW_COUNT; i++)
        if (rows[i].letter == code) return &rows[i];
    return NULL;
}

/* The first word may be a command; every other word is its argument. getopt has moved the words to the end. */
static bool take_words(struct options *options, int argc, char **argv, char *error, size_t error_size)
{
    options->command = &commands[0];
    int next = optind;
    for (size_t i = 1; next < argc && i < COMMAND_COUNT; i++) {
        if (strcmp(argv[next], commands[i].name) != 0) continue;
        options->command = &commands[i];
        next++;
        break;
    }
    options->words = (const char *const *)argv + next;
    options->word_count = (size_t)(argc - next);
    if (options->word_count <= options->command->most_words) return true;
    if (options->command->most_words)
        snprintf(error, error_size, "%s takes one file", options->command->name);
    else
        snprintf(error, error_size, "%s takes no argument like '%s'", options->command->name, options->words[0]);
    return false;
}

static unsigned command_bit(const struct options *options)
{
    return 1u << (options->command - commands);
}

static bool check_belongs(const struct options *options, char *error, size_t error_size)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (!(options->given & UINT64_C(1) << i) || rows[i].commands & command_bit(options)) continue;
        snprintf(error, error_size, "--%s does not belong to '%s'", rows[i].name,
                 options->command->name[0] ? options->command->name : "booktop");
        return false;
    }
    return true;
}

static bool refuse_value(const struct option_row *row, char *error, size_t error_size)
{
    if (row->most)
        snprintf(error, error_size, "--%s wants a whole number from %llu to %llu, not '%s'", row->name,
                 (unsigned long long)row->least, (unsigned long long)row->most, optarg);
    else
        snprintf(error, error_size, "--%s does not understand '%s'", row->name, optarg);
    return false;
}

bool options_check(const struct options *options, char *error, size_t error_size)
{
    char address[OPTIONS_ADDRESS_SIZE];
    unsigned port;
    const char *why = net_limits_check(&options->limits);
    if (why)
        snprintf(error, error_size, "%s", why);
    else if (options->metrics && !options_parse_listen(options->metrics, address, &port))
        snprintf(error, error_size, "--metrics wants [ADDRESS:]PORT with a numeric address, not '%s'",
                 options->metrics);
    else
        return true;
    return false;
}

bool options_parse(struct options *options, int argc, char **argv, char *error, size_t error_size)
{
    _Static_assert(ROW_COUNT <= OPTIONS_ROWS_MAX, "an option is a bit, and has a place for its text");
    struct option longs[ROW_COUNT + 1] = {{0}};
    char shorts[2 * ROW_COUNT + 2];
    make_getopt_tables(longs, shorts);
    *options = (struct options){.seed = 1, .speed = 1, .limits = net_limits_default};
    int code;
    opterr = 0;
    optind = 0; /* parse anew: tests call this more than once */
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        const struct option_row *row = row_of_code(code);
        if (!row) {
            const char *problem = code == ':' ? "a value is missing behind" : "unknown option";
            snprintf(error, error_size, "%s '%s'", problem, argv[optind - 1]);
            return false;
        }
        options->given |= UINT64_C(1) << (row - rows);
        if (!store(options, row, optarg)) return refuse_value(row, error, error_size);
    }
    if (!take_words(options, argc, argv, error, error_size)) return false;
    if (!check_belongs(options, error, error_size)) return false;
    if (!options_check(options, error, error_size)) return false;
    if (options->command->run != command_exchange || !options->venue || options->print) return true;
    snprintf(error, error_size, "the local exchange serves every venue: --venue is for --print");
    return false;
}

/* --- the config file --- */

#define VALUE_SIZE_MAX 64 /* of values that are no texts, terminated */

/* Said again, the later one holds. */
static const char *take_text(struct options *options, size_t row, struct text value)
{
    char *copy = strndup(value.at, value.length);
    if (!copy) return "out of memory";
    free(options->kept[row]);
    options->kept[row] = copy;
    store(options, &rows[row], copy);
    return NULL;
}

static const char *take_value(struct options *options, size_t row, struct text value)
{
    char text[VALUE_SIZE_MAX];
    bool fits = value.length < sizeof text && !memchr(value.at, '\0', value.length);
    text_copy(value, text, sizeof text);
    bool *flag = (bool *)((char *)options + rows[row].offset);
    bool taken = fits && (rows[row].kind == VALUE_FLAG ? parse_switch(text, flag) : store(options, &rows[row], text));
    return taken ? NULL : "the value is not understood";
}

bool options_take_setting(struct options *options, struct text name, struct text value, const char **why)
{
    size_t row = 0;
    while (row < ROW_COUNT && !(rows[row].commands & IN_FILE && text_is(name, rows[row].name))) row++;
    *why = "no setting of that name";
    if (row == ROW_COUNT) return false;
    uint64_t bit = UINT64_C(1) << row;
    *why = NULL;
    if (options->given & bit || !(rows[row].commands & command_bit(options))) return true;
    *why = rows[row].kind == VALUE_TEXT ? take_text(options, row, value) : take_value(options, row, value);
    return *why == NULL;
}

void options_free(struct options *options)
{
    for (size_t i = 0; i < OPTIONS_ROWS_MAX; i++) {
        free(options->kept[i]);
        options->kept[i] = NULL;
    }
}

/* --- --help --- */

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

/* The options that belong to all of `with` and to none of `without`. */
static void print_group(FILE *out, const char *title, unsigned with, unsigned without)
{
    fprintf(out, "\n%s\n", title);
    for (size_t i = 0; i < ROW_COUNT; i++)
        if ((rows[i].commands & with) == with && !(rows[i].commands & without)) print_row(out, &rows[i]);
}

static void print_commands(FILE *out)
{
    fputs("Usage\n", out);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct command_row *row = &commands[i];
        fprintf(out, "  booktop%s%s%s%s\n      %s\n", row->name[0] ? " " : "", row->name, row->arguments[0] ? " " : "",
                row->arguments, row->help);
    }
}

void options_print_help(FILE *out)
{
    fputs("booktop - top for the order books of prediction markets\n\n", out);
    print_commands(out);
    fputs("\nMARKET is a market's slug, ticker, web address, condition id or token id, with\n"
          "polymarket: or kalshi: before it where only that venue is meant. Words that\n"
          "name no market are searched for.\n",
          out);
    print_group(out, "Watching (booktop, demo)", FOR_SCREEN, FOR_EXCHANGE | CONNECTIONS);
    print_group(out, "Watching and serving (booktop, demo, exchange)", FOR_SCREEN | FOR_EXCHANGE, FOR_DECODE);
    print_group(out, "Connections (booktop, demo)", FOR_SCREEN | CONNECTIONS, 0);
    print_group(out, "Venues (booktop)", FOR_WATCH, FOR_DEMO);
    fputs("\nKalshi's stream wants a key; without one its books are polled. Key id and file\n"
          "may also stand in KALSHI_KEY_ID and KALSHI_KEY_FILE, or in the config file,\n"
          "~/.config/booktop/config, as\n"
          "  kalshi-key-id = ID\n"
          "  kalshi-key-file = ~/.config/booktop/kalshi.pem\n"
          "Options go before the environment, and that before the file. With --exchange\n"
          "only the options count, so that no other server is shown your key unasked.\n"
          "What is listed under Connections, and color, ascii, theme, log, ca-file and\n"
          "proxy, may stand in the config file, too: `silence = 40s`, `ascii = on`.\n",
          out);
    print_group(out, "Messages (decode, exchange --print)", FOR_DECODE | FOR_EXCHANGE, FOR_WATCH);
    print_group(out, "Decode", FOR_DECODE, FOR_EXCHANGE);
    print_group(out, "Order flow of the local exchange (demo, exchange)", FOR_DEMO | FOR_EXCHANGE, FOR_WATCH);
    print_group(out, "Local exchange (exchange)", FOR_EXCHANGE, FOR_DEMO | FOR_DECODE);
    print_group(out, "Everywhere", FOR_ALL, 0);
    fputs("\nFaults, each at a simulated time or after so many messages (`120, omit`): cut,\n"
          "rst, fin, close CODE WORDS, stall TIME, half-open, freeze, lag TIME, pings N,\n"
          "dribble, fragments, bomb, illegal, binary, garbage; upgrade silent, redirect,\n"
          "headers or STATUS [SECONDS]; certificate expired, future, other-host,\n"
          "self-signed, unknown or weak; busy [TIME], deaf TIME; halt; on Polymarket\n"
          "omit, duplicate, reorder, empty; on Kalshi gap, old, error25, pause.\n"
          "\nWithout a terminal, booktop and demo print each book as plain text once a\n"
          "second and end by themselves (demo after 10s).\n"
          "Exit codes: 0 done, 1 failed, 2 wrong usage, 128+n ended by signal n.\n",
          out);
}
