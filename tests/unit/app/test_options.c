#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/app/options.h"
#include "booktop/base/clock.h"

/* The commands themselves are not here: only that the right one is chosen. */
int command_watch(const struct options *options)
{
    (void)options;
    return 10;
}

int command_demo(const struct options *options)
{
    (void)options;
    return 11;
}

int command_decode(const struct options *options)
{
    (void)options;
    return 12;
}

int command_exchange(const struct options *options)
{
    (void)options;
    return 13;
}

static struct options options;
static char error[256];

#define PARSE(...) parse((char *[]){"booktop", __VA_ARGS__, NULL})

static bool parse(char **argv)
{
    int argc = 0;
    while (argv[argc]) argc++;
    error[0] = '\0';
    return options_parse(&options, argc, argv, error, sizeof error);
}

static void chooses_the_command(void **state)
{
    (void)state;
    static char *none[] = {"booktop", NULL};
    assert_true(parse(none));
    assert_int_equal(options.command->run(&options), 10);
    assert_int_equal(options.word_count, 0);
    assert_true(PARSE("some-market", "another"));
    assert_int_equal(options.command->run(&options), 10);
    assert_int_equal(options.word_count, 2);
    assert_string_equal(options.words[1], "another");
    assert_true(PARSE("demo", "--seed", "7", "market"));
    assert_int_equal(options.command->run(&options), 11);
    assert_int_equal(options.seed, 7);
    assert_string_equal(options.words[0], "market");
    assert_true(PARSE("--venue", "polymarket", "decode", "-"));
    assert_int_equal(options.command->run(&options), 12);
    assert_string_equal(options.words[0], "-");
    assert_true(PARSE("exchange", "--port=8443"));
    assert_int_equal(options.command->run(&options), 13);
    assert_int_equal(options.port, 8443);
    /* Only the first word is a command. */
    assert_true(PARSE("market", "demo"));
    assert_int_equal(options.command->run(&options), 10);
    assert_int_equal(options.word_count, 2);
}

static void has_defaults(void **state)
{
    (void)state;
    assert_true(PARSE("demo"));
    assert_int_equal(options.seed, 1);
    assert_int_equal(options.speed, 1);
    assert_int_equal(options.for_ns, 0);
    assert_int_equal(options.color, COLOR_AUTO);
    assert_null(options.theme);
    assert_true(!options.kalshi_key_id && !options.kalshi_key && !options.config_file);
    assert_false(options.once || options.json || options.ascii || options.help || options.version);
}

static void reads_every_kind_of_value(void **state)
{
    (void)state;
    assert_true(PARSE("--for", "1500ms", "--color", "never", "-U", "--theme", "light", "--once", "--json"));
    assert_int_equal(options.for_ns, 1500 * NANOSECONDS_PER_MILLISECOND);
    assert_int_equal(options.color, COLOR_NEVER);
    assert_true(options.ascii && options.once && options.json);
    assert_string_equal(options.theme, "light");
    assert_true(PARSE("--kalshi-key-id", "an-id", "--kalshi-key=/k.pem", "--config", "/c"));
    assert_string_equal(options.kalshi_key_id, "an-id");
    assert_string_equal(options.kalshi_key, "/k.pem");
    assert_string_equal(options.config_file, "/c");
    assert_true(PARSE("exchange", "--seed", "18446744073709551615", "--start", "1790000000000", "--print", "3"));
    assert_true(options.seed == UINT64_MAX);
    assert_true(options.start_ms == 1790000000000);
    assert_int_equal(options.print, 3);
    assert_true(PARSE("-h"));
    assert_true(options.help);
}

static void refuses_what_it_does_not_understand(void **state)
{
    (void)state;
    static char *const mistakes[][4] = {
        {"--nonsense", "unknown option"},       {"-x", "unknown option"},           {"--for", "missing"},
        {"--for=soon", "understand 'soon'"},    {"--for=0", "understand '0'"},      {"--for=-1s", "understand"},
        {"--for=9999999999999h", "understand"}, {"--color=blue", "understand"},     {"--exchange=0", "whole number"},
        {"--exchange=65536", "whole number"},   {"--exchange=12x", "whole number"}, {"--exchange= 5", "whole number"},
        {"--seed=1", "does not belong"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        if (PARSE(mistakes[i][0])) fail_msg("%s was read", mistakes[i][0]);
        if (!strstr(error, mistakes[i][1])) fail_msg("%s: '%s'", mistakes[i][0], error);
    }
    /* The demo has a key of its own and wants no account. */
    assert_false(PARSE("demo", "--kalshi-key", "/k.pem"));
    assert_false(PARSE("demo", "--config", "/c"));
    assert_false(PARSE("exchange", "word"));
    assert_string_equal(error, "exchange takes no argument like 'word'");
    assert_false(PARSE("decode", "a", "b"));
    assert_string_equal(error, "decode takes one file");
    assert_false(PARSE("exchange", "--venue", "kalshi"));
    assert_string_equal(error, "the local exchange serves every venue: --venue is for --print");
    assert_true(PARSE("exchange", "--venue", "kalshi", "--print", "1"));
    assert_true(PARSE("decode", "--venue", "kalshi"));
    assert_false(PARSE("exchange", "--seed", "18446744073709551616"));
}

static void reads_durations(void **state)
{
    (void)state;
    int64_t time;
    assert_true(options_parse_duration("10", &time) && time == 10 * NANOSECONDS_PER_SECOND);
    assert_true(options_parse_duration("10s", &time) && time == 10 * NANOSECONDS_PER_SECOND);
    assert_true(options_parse_duration("2m", &time) && time == 120 * NANOSECONDS_PER_SECOND);
    assert_true(options_parse_duration("1h", &time) && time == 3600 * NANOSECONDS_PER_SECOND);
    assert_true(options_parse_duration("250ms", &time) && time == 250 * NANOSECONDS_PER_MILLISECOND);
    static const char *const wrong[] = {"", "s", "0", "-1", "+1", " 1", "1.5s", "1d", "1 s", "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) assert_false(options_parse_duration(wrong[i], &time));
}

static void help_names_every_command(void **state)
{
    (void)state;
    char text[8192];
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    options_print_help(out);
    fclose(out);
    static const char *const words[] = {"demo",
                                        "decode",
                                        "exchange",
                                        "--json",
                                        "--books",
                                        "--fault",
                                        "--help",
                                        "-V",
                                        "--kalshi-key FILE",
                                        "KALSHI_KEY_ID",
                                        "kalshi-key-file = ",
                                        "error25"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) assert_non_null(strstr(text, words[i]));
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) assert_in_range(end - line, 0, 79);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_the_command),       cmocka_unit_test(has_defaults),
        cmocka_unit_test(reads_every_kind_of_value), cmocka_unit_test(refuses_what_it_does_not_understand),
        cmocka_unit_test(reads_durations),           cmocka_unit_test(help_names_every_command),
    };
    return cmocka_run_group_tests_name("app/options", tests, NULL, NULL);
}
