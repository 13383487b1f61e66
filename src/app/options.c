#include "booktop/app/options.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "options_table.h"

/* What getopt_long returns for the option in a row. */
#define ROW_CODE 256

/* As feed/replay.h has it: thousandths of real time. */
#define REPLAY_NORMAL 1000

/* The first row of this name. */
static const struct option_row *row_named(const char *name)
{
    const struct option_row *row = option_rows;
    while (strcmp(row->name, name) != 0) row++;
    return row;
}

/* A name is told once: getopt would find its beginning ambiguous. */
static void make_getopt_tables(struct option *longs, char *shorts)
{
    *shorts++ = ':';
    for (size_t i = 0; i < option_row_count; i++) {
        if (row_named(option_rows[i].name) != &option_rows[i]) continue;
        int wants = option_rows[i].argument ? required_argument : no_argument;
        *longs++ = (struct option){option_rows[i].name, wants, NULL, ROW_CODE + (int)i};
        if (!option_rows[i].letter) continue;
        *shorts++ = option_rows[i].letter;
        if (option_rows[i].argument) *shorts++ = ':';
    }
    *shorts = '\0';
}

static const struct option_row *row_of_code(int code)
{
    if (code >= ROW_CODE) return &option_rows[code - ROW_CODE];
    for (size_t i = 0; i < option_row_count; i++)
        if (option_rows[i].letter == code) return &option_rows[i];
    return NULL;
}

static bool check_words(const struct options *options, char *error, size_t error_size)
{
    const struct command_row *command = options->command;
    if (options->word_count < command->least_words && !options->help && !options->version)
        snprintf(error, error_size, "%s wants %s", command->name,
                 command->run == command_record ? "at least one market" : "a file");
    else if (options->word_count <= command->most_words)
        return true;
    else if (command->most_words)
        snprintf(error, error_size, "%s takes one file", command->name);
    else
        snprintf(error, error_size, "%s takes no argument like '%s'", command->name, options->words[0]);
    return false;
}

static const struct command_row *command_named(const char *name)
{
    for (size_t i = WATCH + 1; name && i < COMMAND_ROWS_COUNT; i++)
        if (strcmp(name, command_rows[i].name) == 0) return &command_rows[i];
    return NULL;
}

/* The first word may be a command; every other word is its argument. getopt has moved the words to the end. `help
 * COMMAND` is `COMMAND --help`. */
static bool take_words(struct options *options, int argc, char **argv, char *error, size_t error_size)
{
    int next = optind;
    options->help = next < argc && strcmp(argv[next], "help") == 0;
    if (options->help) next++;
    const struct command_row *named = next < argc ? command_named(argv[next]) : NULL;
    options->command = named ? named : &command_rows[WATCH];
    if (named) next++;
    options->words = (const char *const *)argv + next;
    options->word_count = (size_t)(argc - next);
    if (!options->help || next == argc) return true;
    snprintf(error, error_size, "%s '%s'", named ? "help takes one command, and not as well" : "there is no command",
             argv[next]);
    return false;
}

static unsigned command_bit(const struct options *options)
{
    return 1u << (options->command - command_rows);
}

/* Of the rows of one name the one that is meant to the command. */
static const struct option_row *row_for_command(const struct options *options, const struct option_row *first)
{
    for (size_t i = (size_t)(first - option_rows); i < option_row_count; i++)
        if (option_rows[i].commands & command_bit(options) && strcmp(option_rows[i].name, first->name) == 0)
            return &option_rows[i];
    return NULL;
}

static bool refuse_value(const struct option_row *row, char *error, size_t error_size)
{
    if (row->most)
        snprintf(error, error_size, "--%s wants a whole number from %llu to %llu, not '%s'", row->name,
                 (unsigned long long)row->least, (unsigned long long)row->most, optarg);
    else if (row->kind == VALUE_REPLAY_SPEED)
        snprintf(error, error_size, "--%s wants a number from 0.1 to 1000, or max, not '%s'", row->name, optarg);
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

/* getopt takes what begins like a name for it: nobody typed the rest. */
static bool refuse_foreign(const struct options *options, const struct option_row *named, char *const *argv,
                           char *error, size_t error_size)
{
    const char *typed = argv[optind - 1];
    if (optarg == typed) typed = argv[optind - 2];
    bool is_long = strncmp(typed, "--", 2) == 0;
    snprintf(error, error_size, "%s%.*s does not belong to '%s'", is_long ? "" : "--",
             is_long ? (int)strcspn(typed, "=") : (int)strlen(named->name), is_long ? typed : named->name,
             options->command->name[0] ? options->command->name : "booktop");
    return false;
}

static bool take_option(struct options *options, const struct option_row *named, char *const *argv, char *error,
                        size_t error_size)
{
    const struct option_row *row = row_for_command(options, named);
    if (!row) return refuse_foreign(options, named, argv, error, error_size);
    options->given |= UINT64_C(1) << (row - option_rows);
    return option_store(options, row, optarg) || refuse_value(row, error, error_size);
}

static bool is_given(const struct options *options, const char *name)
{
    for (size_t i = 0; i < option_row_count; i++)
        if (options->given & UINT64_C(1) << i && strcmp(option_rows[i].name, name) == 0) return true;
    return false;
}

/* What the screen alone heeds is not taken in silence where none is opened. */
static bool check_replay(const struct options *options, char *error, size_t error_size)
{
    const char *plain = options->once ? "once" : options->json ? "json" : options->for_ns ? "for" : NULL;
    const char *vain = is_given(options, "speed") ? "speed" : is_given(options, "idle") ? "idle" : NULL;
    if (options->command->run != command_replay || !plain || !vain) return true;
    snprintf(error, error_size, "--%s is for the screen, and --%s opens none", vain, plain);
    return false;
}

/* Goes through the arguments twice: what an option means depends on the command, and that may stand behind it. */
bool options_parse(struct options *options, int argc, char **argv, char *error, size_t error_size)
{
    struct option longs[OPTIONS_ROWS_MAX + 1] = {{0}};
    char shorts[2 * OPTIONS_ROWS_MAX + 2];
    make_getopt_tables(longs, shorts);
    *options = (struct options){.seed = 1, .speed = 1, .replay_speed = REPLAY_NORMAL, .limits = net_limits_default};
    int code;
    opterr = 0;
    optind = 0; /* parse anew: tests call this more than once */
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
        if (row_of_code(code)) continue;
        const char *problem = code == ':' ? "a value is missing behind" : "unknown option";
        snprintf(error, error_size, "%s '%s'", problem, argv[optind - 1]);
        return false;
    }
    if (!take_words(options, argc, argv, error, error_size)) return false;
    optind = 0;
    while ((code = getopt_long(argc, argv, shorts, longs, NULL)) != -1)
        if (!take_option(options, row_of_code(code), argv, error, error_size)) return false;
    if (!check_words(options, error, error_size) || !options_check(options, error, error_size) ||
        !check_replay(options, error, error_size))
        return false;
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
    option_store(options, &option_rows[row], copy);
    return NULL;
}

static const char *take_value(struct options *options, size_t row, struct text value)
{
    char text[VALUE_SIZE_MAX];
    bool fits = value.length < sizeof text && !memchr(value.at, '\0', value.length);
    text_copy(value, text, sizeof text);
    bool *flag = (bool *)((char *)options + option_rows[row].offset);
    bool taken = fits && (option_rows[row].kind == VALUE_FLAG ? option_parse_switch(text, flag)
                                                              : option_store(options, &option_rows[row], text));
    return taken ? NULL : "the value is not understood";
}

bool options_take_setting(struct options *options, struct text name, struct text value, const char **why)
{
    size_t row = 0;
    while (row < option_row_count && !(option_rows[row].in_file && text_is(name, option_rows[row].name))) row++;
    *why = "no setting of that name";
    if (row == option_row_count) return false;
    uint64_t bit = UINT64_C(1) << row;
    *why = NULL;
    if (options->given & bit || !(option_rows[row].commands & command_bit(options))) return true;
    *why = option_rows[row].kind == VALUE_TEXT ? take_text(options, row, value) : take_value(options, row, value);
    return *why == NULL;
}

void options_free(struct options *options)
{
    for (size_t i = 0; i < OPTIONS_ROWS_MAX; i++) {
        free(options->kept[i]);
        options->kept[i] = NULL;
    }
}
