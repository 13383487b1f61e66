#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "booktop/base/clock.h"
#include "commands.h"

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

static void commands_of_recordings(void **state)
{
    (void)state;
    static char *const names[] = {"record", "replay", "verify", "info", "repair", "export"};
    for (int i = 0; i < 6; i++) {
        assert_true(PARSE(names[i], "a-word"));
        assert_int_equal(options.command->run(&options), 14 + i);
        assert_string_equal(options.words[0], "a-word");
        assert_int_equal(options.word_count, 1);
        if (PARSE(names[i])) fail_msg("%s without a word was read", names[i]);
        assert_non_null(strstr(error, i == 0 ? "record wants at least one market" : "wants a file"));
        assert_true(PARSE(names[i], "--help")); /* which needs none */
    }
    assert_true(PARSE("record", "-o", "/a.obr", "--for", "2m", "--exchange", "8443", "--silence", "40s", "a", "b"));
    assert_string_equal(options.output, "/a.obr");
    assert_true(options.for_ns == 120 * NANOSECONDS_PER_SECOND);
    assert_int_equal(options.exchange, 8443);
    assert_int_equal(options.word_count, 2);
    assert_true(PARSE("demo", "--record", "--output=/folder"));
    assert_true(options.record);
    assert_string_equal(options.output, "/folder");
    assert_true(PARSE("replay", "--at", "40%", "--idle", "2s", "a.obr", "b.obr"));
    assert_string_equal(options.at, "40%");
    assert_true(options.idle_ns == 2 * NANOSECONDS_PER_SECOND);
    assert_true(PARSE("export", "--format", "npy", "-o", "-", "a.obr"));
    assert_string_equal(options.format, "npy");
    assert_string_equal(options.output, "-");
    assert_true(PARSE("export", "--market", "m", "--from", "90s", "--to", "40%", "a.obr"));
    assert_string_equal(options.market, "m");
    assert_string_equal(options.from, "90s");
    assert_string_equal(options.to, "40%");
    assert_false(PARSE("export", "--from", "yesterday", "a.obr"));
    assert_false(PARSE("repair", "a", "b"));
    assert_string_equal(error, "repair takes one file");
    assert_false(PARSE("replay", "--at", "yesterday", "a"));
    assert_non_null(strstr(error, "--at does not understand 'yesterday'"));
    assert_false(PARSE("record", "--record", "a"));
    assert_false(PARSE("record", "--once", "a"));
    assert_false(PARSE("replay", "--ping", "1s", "a"));
    assert_false(PARSE("verify", "-o", "x", "a"));
    assert_string_equal(error, "--output does not belong to 'verify'");
    /* What was typed, not what it is taken for. */
    assert_false(PARSE("verify", "--outp", "x", "a"));
    assert_string_equal(error, "--outp does not belong to 'verify'");
    assert_false(PARSE("verify", "--thm=x", "a"));
    assert_string_equal(error, "unknown option '--thm=x'");
    assert_false(PARSE("verify", "a", "--the=x"));
    assert_string_equal(error, "--the does not belong to 'verify'");
    assert_false(PARSE("verify", "a", "--onc"));
    assert_string_equal(error, "--onc does not belong to 'verify'");
}

/* One name means one thing to one command and another to the next, wherever the command stands. */
static void options_of_the_same_name(void **state)
{
    (void)state;
    assert_true(PARSE("--speed", "0.5", "replay", "a.obr"));
    assert_int_equal(options.replay_speed, 500);
    assert_int_equal(options.speed, 1);
    assert_true(PARSE("--speed", "20", "demo"));
    assert_int_equal(options.speed, 20);
    assert_int_equal(options.replay_speed, 1000);
    assert_true(PARSE("replay", "a.obr", "--speed=max"));
    assert_int_equal(options.replay_speed, 0);
    assert_true(PARSE("replay", "a.obr", "--spe=8")); /* not ambiguous */
    assert_int_equal(options.replay_speed, 8000);
    assert_false(PARSE("replay", "a.obr", "--speed", "1001"));
    assert_string_equal(error, "--speed wants a number from 0.1 to 1000, or max, not '1001'");
    assert_false(PARSE("demo", "--speed", "0.5"));
    assert_string_equal(error, "--speed wants a whole number from 1 to 1000, not '0.5'");
    assert_false(PARSE("demo", "--speed", "max"));
    assert_false(PARSE("--speed", "2"));
    assert_string_equal(error, "--speed does not belong to 'booktop'");
    assert_true(PARSE("verify", "--books", "a.obr") && options.books);
    assert_true(PARSE("decode", "--books") && options.books);
    assert_false(PARSE("info", "--books", "a.obr"));
}

static void speeds_of_replay(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        unsigned thousandths;
    } speeds[] = {{"1", 1000}, {"0.1", 100}, {"0.125", 125}, {"1000", 1000000}, {"2.50", 2500}, {"max", 0}};
    unsigned speed;
    for (size_t i = 0; i < sizeof speeds / sizeof speeds[0]; i++) {
        assert_true(options_parse_replay_speed(speeds[i].text, &speed));
        assert_int_equal(speed, speeds[i].thousandths);
    }
    static const char *const wrong[] = {"",
                                        "0",
                                        "0.09",
                                        "1000.001",
                                        "1001",
                                        "-1",
                                        "1x",
                                        "1.",
                                        ".5",
                                        "1..5",
                                        "1.2.3",
                                        "0.1234",
                                        "99999999999999999999",
                                        "Max",
                                        " 1",
                                        "1e2"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (options_parse_replay_speed(wrong[i], &speed)) fail_msg("'%s' was taken", wrong[i]);
}

static void has_defaults(void **state)
{
    (void)state;
    assert_true(PARSE("demo"));
    assert_int_equal(options.seed, 1);
    assert_int_equal(options.replay_speed, 1000);
    assert_false(options.record);
    assert_null(options.output);
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
    assert_true(PARSE("demo", "--config", "/c"));
    assert_false(PARSE("demo", "--proxy", "http://p"));
    assert_false(PARSE("--ping", "30s"));
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

static void limits_of_connections(void **state)
{
    (void)state;
    assert_true(PARSE("demo"));
    assert_memory_equal(&options.limits, &net_limits_default, sizeof options.limits);
    assert_true(
        PARSE("--reconnect", "off", "--attempts", "7", "--silence", "2s", "--ping", "500ms", "--message-cap", "65536"));
    assert_false(options.limits.reconnect);
    assert_int_equal(options.limits.attempts, 7);
    assert_true(options.limits.silence == 2 * NANOSECONDS_PER_SECOND);
    assert_true(options.limits.ping == NANOSECONDS_PER_SECOND / 2);
    assert_int_equal(options.limits.message_cap, 65536);
    assert_false(PARSE("--reconnect", "perhaps"));
    assert_false(PARSE("--message-cap", "65535"));
    /* What does not make sense together: a peer that is pinged more seldom than it may be silent. */
    assert_false(PARSE("--ping", "30s"));
    assert_string_not_equal(error, "");
    assert_false(PARSE("--retry-first", "1m"));
}

static void places_to_listen(void **state)
{
    (void)state;
    char address[OPTIONS_ADDRESS_SIZE];
    unsigned port;
    assert_true(options_parse_listen("9100", address, &port));
    assert_string_equal(address, "127.0.0.1");
    assert_int_equal(port, 9100);
    assert_true(options_parse_listen("0.0.0.0:0", address, &port));
    assert_string_equal(address, "0.0.0.0");
    assert_int_equal(port, 0);
    assert_true(options_parse_listen(":80", address, &port));
    assert_string_equal(address, "127.0.0.1");
    static const char *const wrong[] = {"",       ":", "localhost:80", "1.2.3:80", "1.2.3.4:", "1.2.3.4:65536",
                                        "::1:80", "x"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        if (options_parse_listen(wrong[i], address, &port)) fail_msg("'%s' was taken", wrong[i]);
    assert_false(PARSE("--metrics", "everywhere"));
    assert_true(PARSE("--metrics", "9100"));
}

static const char *take(const char *name, const char *value)
{
    const char *why;
    return options_take_setting(&options, text_from(name), text_from(value), &why) ? NULL : why;
}

static void settings_of_the_config_file(void **state)
{
    (void)state;
    assert_true(PARSE("--silence", "40s"));
    assert_null(take("silence", "30s")); /* the command line goes before it */
    assert_true(options.limits.silence == 40 * NANOSECONDS_PER_SECOND);
    assert_null(take("ping", "5s"));
    assert_true(options.limits.ping == 5 * NANOSECONDS_PER_SECOND);
    assert_null(take("ascii", "on"));
    assert_true(options.ascii);
    assert_null(take("proxy", "none"));
    assert_string_equal(options.proxy, "none");
    assert_string_equal(take("theme", "light"), "no setting of that name"); /* it is one of another table */
    assert_string_equal(take("ping", "often"), "the value is not understood");
    assert_string_equal(take("once", "on"), "no setting of that name");
    assert_string_equal(take("exchange", "8080"), "no setting of that name");
    options_free(&options);
    assert_true(PARSE("demo"));
    assert_null(take("proxy", "http://127.0.0.1:1")); /* of another command */
    assert_null(options.proxy);
    options_free(&options);
}

static void every_setting_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
    } settings[] = {
        {"color", "never"},       {"ascii", "on"},
        {"log", "/tmp/a.log"},    {"ca-file", "/tmp/ca.pem"},
        {"reconnect", "off"},     {"attempts", "7"},
        {"retry-first", "1s"},    {"retry-most", "2s"},
        {"dial-limit", "3s"},     {"handshake-limit", "4s"},
        {"reply-limit", "5s"},    {"write-limit", "6s"},
        {"ping", "7s"},           {"silence", "8s"},
        {"message-cap", "65536"}, {"send-buffer", "65537"},
        {"proxy", "http://p:1"},  {"metrics", "127.0.0.1:9100"},
    };
    static char *none[] = {"booktop", NULL};
    assert_true(parse(none));
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        const char *why = take(settings[i].name, settings[i].value);
        if (why) fail_msg("%s: %s", settings[i].name, why);
    }
    assert_true(options_check(&options, error, sizeof error));
    const struct net_limits *limits = &options.limits;
    assert_int_equal(options.color, COLOR_NEVER);
    assert_true(options.ascii && !limits->reconnect && limits->attempts == 7);
    assert_string_equal(options.log_file, "/tmp/a.log");
    assert_string_equal(options.ca_file, "/tmp/ca.pem");
    assert_string_equal(options.proxy, "http://p:1");
    assert_string_equal(options.metrics, "127.0.0.1:9100");
    const int64_t times[] = {limits->retry_first, limits->retry_most, limits->dial, limits->handshake,
                             limits->reply,       limits->write,      limits->ping, limits->silence};
    for (int i = 0; i < 8; i++) assert_int_equal(times[i], (i + 1) * NANOSECONDS_PER_SECOND);
    assert_true(limits->message_cap == 65536 && limits->queue == 65537);
    /* Said again and again, the last one holds. */
    for (unsigned i = 0; i < 20; i++) {
        char file[16];
        snprintf(file, sizeof file, "log %u", i);
        assert_null(take("log", file));
        assert_null(take("ping", i % 2 ? "5s" : "6s"));
    }
    assert_string_equal(options.log_file, "log 19");
    assert_int_equal(limits->ping, 5 * NANOSECONDS_PER_SECOND);
    /* What is no text is short; a text may be long. */
    char endless[1000] = "";
    memset(endless, '0', sizeof endless - 1);
    assert_string_equal(take("ping", endless), "the value is not understood");
    assert_null(take("log", endless));
    assert_string_equal(options.log_file, endless);
    options_free(&options);
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

/* What --help prints behind these words. */
static const char *help_of(const struct command_row *command)
{
    static char text[16384];
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    options_print_help(out, command);
    fclose(out);
    for (const char *line = text, *end; (end = strchr(line, '\n')); line = end + 1) {
        assert_in_range(end - line, 0, 79);
        if (end > line) assert_true(end[-1] != ' ');
    }
    return text;
}

static void help_names_every_command(void **state)
{
    (void)state;
    assert_true(PARSE("--help"));
    const char *text = help_of(options.command);
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
                                        "--silence TIME",
                                        "--handshake-limit TIME ",
                                        "--proxy URL",
                                        "--metrics",
                                        "booktop replay [--speed N] [--at TIME] FILE...",
                                        "booktop help [COMMAND]",
                                        "-o, --output FILE",
                                        "book-csv, trades-csv",
                                        "3 a damaged recording",
                                        "error25"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) assert_non_null(strstr(text, words[i]));
}

/* Each command has its own usage, options and example, and no other's. */
static void help_of_one_command(void **state)
{
    (void)state;
    static const struct {
        char *name;
        const char *has, *has_not;
    } rows[] = {
        {"demo", "--fault FILE", "--kalshi-key"},
        {"record", "--exchange PORT", "--once"},
        {"replay", "--at TIME", "--exchange PORT"},
        {"verify", "--books", "--at"},
        {"info", "--json", "--books "},
        {"repair", "-o, --output FILE", "--idle"},
        {"export", "--format NAME", "--speed"},
        {"decode", "--summary", "--log"},
        {"exchange", "--port N", "--theme"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char begin[64];
        snprintf(begin, sizeof begin, "Usage\n  booktop %s", rows[i].name);
        assert_true(PARSE(rows[i].name, "--help") && options.help);
        const struct command_row *command = options.command;
        assert_true(PARSE("help", rows[i].name) && options.help && options.command == command);
        const char *text = help_of(command);
        if (strncmp(text, begin, strlen(begin)) != 0) fail_msg("not the usage of %s: %s", rows[i].name, text);
        if (!strstr(text, rows[i].has)) fail_msg("%s is not named: %s", rows[i].has, text);
        if (strstr(text, rows[i].has_not)) fail_msg("%s is named: %s", rows[i].has_not, text);
        const char *example = strstr(text, "\nExample\n  booktop ");
        assert_non_null(example);
        assert_non_null(strstr(example, rows[i].name));
    }
    assert_true(PARSE("help") && options.help);
    assert_int_equal(options.command->run(&options), 10);
    assert_false(PARSE("help", "nothing"));
    assert_string_equal(error, "there is no command 'nothing'");
    assert_false(PARSE("help", "replay", "now"));
    assert_true(PARSE("market", "help") && !options.help);
}

/* What the screen alone heeds is refused where none is opened. */
static void what_a_replay_would_not_heed(void **state)
{
    (void)state;
    assert_false(PARSE("replay", "--once", "--speed", "2", "a"));
    assert_string_equal(error, "--speed is for the screen, and --once opens none");
    assert_false(PARSE("replay", "--idle", "2s", "--json", "a"));
    assert_string_equal(error, "--idle is for the screen, and --json opens none");
    assert_false(PARSE("replay", "--speed=1", "--for", "2s", "a"));
    assert_string_equal(error, "--speed is for the screen, and --for opens none");
    assert_true(PARSE("replay", "--speed", "2", "--idle", "2s", "a"));
    assert_true(PARSE("demo", "--speed", "2", "--once"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chooses_the_command),
        cmocka_unit_test(commands_of_recordings),
        cmocka_unit_test(options_of_the_same_name),
        cmocka_unit_test(speeds_of_replay),
        cmocka_unit_test(has_defaults),
        cmocka_unit_test(reads_every_kind_of_value),
        cmocka_unit_test(refuses_what_it_does_not_understand),
        cmocka_unit_test(limits_of_connections),
        cmocka_unit_test(places_to_listen),
        cmocka_unit_test(settings_of_the_config_file),
        cmocka_unit_test(every_setting_at_once),
        cmocka_unit_test(reads_durations),
        cmocka_unit_test(help_names_every_command),
        cmocka_unit_test(help_of_one_command),
        cmocka_unit_test(what_a_replay_would_not_heed),
    };
    return cmocka_run_group_tests_name("app/options", tests, NULL, NULL);
}
