/* The config file: what is read, what is refused and in which words, and what goes before it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "booktop/ui/figure.h"
#include "booktop/ui/keymap.h"
#include "commands.h"
#include "../../../src/app/config.h"

static char folder[64], path[128], error[256];
static struct config config;
static struct options options;

/* As if it were `booktop --config PLACE`, or without the option where it is NULL. */
static bool config_read_place(const char *place)
{
    options_free(&options);
    char *words[] = {"booktop", NULL};
    assert_true(options_parse(&options, 1, words, error, sizeof error));
    options.config_file = place;
    return config_read(&config, &options, error, sizeof error);
}

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/booktop-config-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/config", folder);
    return setenv("HOME", folder, 1) || unsetenv("XDG_CONFIG_HOME");
}

static int close_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void write_file(const char *place, const char *bytes, size_t length)
{
    FILE *file = fopen(place, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, length, file), length);
    fclose(file);
}

static bool read_bytes(const char *bytes, size_t length)
{
    write_file(path, bytes, length);
    error[0] = '\0';
    return config_read_place(path);
}

static bool read_text(const char *text)
{
    return read_bytes(text, strlen(text));
}

/* One mistake, which keeps nobody from the rest: the words behind "FILE:". */
static void expect_refusal(const char *text, const char *words)
{
    char whole[256];
    assert_true(read_text(text));
    assert_int_equal(config.fault_count, 1);
    snprintf(whole, sizeof whole, "%s:%s", path, words);
    assert_string_equal(config.faults[0], whole);
}

static void options_are_settings(void **state)
{
    (void)state;
    assert_true(read_text("silence = 40s\nproxy = http://proxy.example:3128 # ours\nreconnect=off\n"));
    assert_true(options.limits.silence == 40 * NANOSECONDS_PER_SECOND);
    assert_string_equal(options.proxy, "http://proxy.example:3128");
    assert_false(options.limits.reconnect);
    expect_refusal("silence = long\n", "1: the value is not understood");
    expect_refusal("\nsilence =\n", "2: no value");
    expect_refusal("once = on\n", "1: no setting of that name");
}

/* Each is good, and they do not go together. */
static void settings_must_agree(void **state)
{
    (void)state;
    assert_true(read_text("group = 5\nping = 30s\nsilence = 20s\n"));
    assert_int_equal(config.fault_count, 1);
    assert_true(strncmp(config.faults[0], path, strlen(path)) == 0);
    assert_true(strncmp(config.faults[0] + strlen(path), ": ", 2) == 0);
    assert_true(options.limits.ping == net_limits_default.ping && options.limits.silence == net_limits_default.silence);
    assert_int_equal(config.prefs.group, 5);
    assert_true(read_text("metrics = everywhere\n"));
    assert_non_null(strstr(config.faults[0], ": --metrics wants"));
    assert_null(options.metrics);
    assert_true(read_text("ping = 20s\nsilence = 30s\n"));
    assert_int_equal(config.fault_count, 0);
}

static void settings_are_read(void **state)
{
    (void)state;
    assert_true(read_text(""));
    assert_string_equal(config.kalshi_key_id, "");
    assert_string_equal(config.kalshi_key_file, "");
    assert_true(
        read_text("# ours\n\n   \t \nkalshi-key-id = 3c9f-01   # its id\r\n\tkalshi-key-file=/keys/my key.pem"));
    assert_string_equal(config.kalshi_key_id, "3c9f-01");
    assert_string_equal(config.kalshi_key_file, "/keys/my key.pem");
    /* The last one holds; what is read is not mixed with what was read before. */
    assert_true(read_text("kalshi-key-id = a\nkalshi-key-id = b = c\n"));
    assert_string_equal(config.kalshi_key_id, "b = c");
    assert_string_equal(config.kalshi_key_file, "");
}

static void a_comment_starts_a_line_or_stands_behind_a_blank(void **state)
{
    (void)state;
    assert_true(
        read_text("kalshi-key-file = /keys/#1/k#2.pem # mine\nkalshi-key-id = a#b#\t#c\n #d\n#kalshi-key-id = e"));
    assert_string_equal(config.kalshi_key_file, "/keys/#1/k#2.pem");
    assert_string_equal(config.kalshi_key_id, "a#b#");
    assert_true(read_text("kalshi-key-id =#a\n")); /* no blank before it */
    assert_string_equal(config.kalshi_key_id, "#a");
    expect_refusal("kalshi-key-id = #a\n", "1: no value");
}

static void the_home_folder_is_found(void **state)
{
    (void)state;
    char expected[128];
    snprintf(expected, sizeof expected, "%s/keys/k.pem", folder);
    assert_true(read_text("kalshi-key-file = ~/keys/k.pem\nkalshi-key-id = ~/x\n"));
    assert_string_equal(config.kalshi_key_file, expected);
    assert_string_equal(config.kalshi_key_id, "~/x"); /* no path */
    assert_true(read_text("kalshi-key-file = /a/~/b\n"));
    assert_string_equal(config.kalshi_key_file, "/a/~/b");
    unsetenv("HOME");
    assert_true(read_text("kalshi-key-file = ~/k.pem\n"));
    assert_string_equal(config.kalshi_key_file, "~/k.pem");
}

static void what_is_no_setting_is_refused(void **state)
{
    (void)state;
    expect_refusal("\n# x\nkalshi-key = /k.pem\n", "3: no setting of that name");
    expect_refusal("Kalshi-Key-Id = a\n", "1: no setting of that name");
    expect_refusal("= a\n", "1: no setting of that name");
    expect_refusal("kalshi-key-id\n", "1: not `name = value`");
    expect_refusal("kalshi-key-id = \n", "1: no value");
    expect_refusal("kalshi-key-id = # a\n", "1: no value");
    /* A key that was pasted into the file shows up nowhere. */
    expect_refusal("MC4CAQAwBQYDK2VwBCIEICANARY\n", "1: not `name = value`");
    assert_null(strstr(config.faults[0], "CANARY"));
}

static void long_values_are_refused(void **state)
{
    (void)state;
    char text[3 * CONFIG_VALUE_SIZE];
    int start = snprintf(text, sizeof text, "kalshi-key-id = ");
    memset(text + start, 'x', CONFIG_VALUE_SIZE - 1);
    text[start + CONFIG_VALUE_SIZE - 1] = '\0';
    assert_true(read_text(text));
    assert_int_equal(strlen(config.kalshi_key_id), CONFIG_VALUE_SIZE - 1);
    strcat(text, "x");
    expect_refusal(text, "1: the value is too long");
    /* With the home folder before it. */
    start = snprintf(text, sizeof text, "kalshi-key-file = ~/");
    memset(text + start, 'x', CONFIG_VALUE_SIZE - 3);
    text[start + CONFIG_VALUE_SIZE - 3] = '\0';
    expect_refusal(text, "1: the value is too long");
    /* A comment may be as long as it likes. */
    memset(text, '#', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_true(read_text(text));
}

static void zero_bytes_are_refused(void **state)
{
    (void)state;
    static const char bytes[] = "kalshi-key-id = a\0b\n";
    assert_true(read_bytes(bytes, sizeof bytes - 1));
    assert_non_null(strstr(config.faults[0], ":1: a zero byte is no text"));
}

static void a_file_that_was_named_must_be_there(void **state)
{
    (void)state;
    char missing[128], words[256];
    snprintf(missing, sizeof missing, "%s/missing", folder);
    assert_false(config_read_place(missing));
    snprintf(words, sizeof words, "cannot read %s: No such file or directory", missing);
    assert_string_equal(error, words);
    assert_false(config_read_place(folder));
    snprintf(words, sizeof words, "cannot read %s: Is a directory", folder);
    assert_string_equal(error, words);
    if (geteuid() == 0) return; /* who may read everything cannot see the next one */
    assert_true(read_text("kalshi-key-id = a\n"));
    assert_int_equal(chmod(path, 0), 0);
    assert_false(config_read_place(path));
    assert_non_null(strstr(error, "Permission denied"));
}

static void the_default_place_may_be_empty(void **state)
{
    (void)state;
    char place[256];
    assert_true(config_read_place(NULL));
    assert_string_equal(config.kalshi_key_id, "");
    snprintf(place, sizeof place, "%s/.config", folder);
    assert_int_equal(mkdir(place, 0700), 0);
    snprintf(place, sizeof place, "%s/.config/booktop", folder);
    assert_int_equal(mkdir(place, 0700), 0);
    snprintf(place, sizeof place, "%s/.config/booktop/config", folder);
    write_file(place, "kalshi-key-id = home\n", 21);
    assert_true(config_read_place(NULL));
    assert_string_equal(config.kalshi_key_id, "home");
    /* $XDG_CONFIG_HOME goes before it, if it is absolute. */
    setenv("XDG_CONFIG_HOME", ".config", 1);
    assert_true(config_read_place(NULL));
    assert_string_equal(config.kalshi_key_id, "home");
    setenv("XDG_CONFIG_HOME", folder, 1);
    assert_true(config_read_place(NULL));
    assert_string_equal(config.kalshi_key_id, "");
    snprintf(place, sizeof place, "%s/booktop", folder);
    assert_int_equal(mkdir(place, 0700), 0);
    snprintf(place, sizeof place, "%s/booktop/config", folder);
    write_file(place, "kalshi-key-id = xdg\n", 20);
    assert_true(config_read_place(NULL));
    assert_string_equal(config.kalshi_key_id, "xdg");
    write_file(place, "nonsense\n", 9);
    assert_true(config_read_place(NULL));
    assert_int_equal(config.fault_count, 1);
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    assert_true(config_read_place(NULL));
}

static void choices_are_settings(void **state)
{
    (void)state;
    char themes[256];
    assert_true(read_text("price-unit = percent # of a dollar\ngroup=10\nmouse = off\ntheme = light\n"));
    assert_int_equal(config.fault_count, 0);
    assert_int_equal(config.prefs.price_unit, UNIT_PERCENT);
    assert_int_equal(config.prefs.group, 10);
    assert_false(config.prefs.mouse);
    assert_string_equal(config.prefs.theme, "light");
    assert_true(config.prefs.tape);
    expect_refusal("size-unit = pounds\n", "1: size-unit is shares or money");
    assert_int_equal(config.prefs.size_unit, SIZE_SHARES);
    /* A theme that is not there, or cannot be read, is a mistake of its line. */
    assert_true(read_text("\ntheme = nowhere\n"));
    assert_int_equal(config.fault_count, 1);
    assert_non_null(strstr(config.faults[0], ":2: "));
    assert_string_equal(config.prefs.theme, "dark");
    snprintf(themes, sizeof themes, "%s/x.theme", folder);
    write_file(themes, "text = nonsense\n", 16);
    snprintf(themes, sizeof themes, "theme = %s/x.theme\n", folder);
    assert_true(read_text(themes));
    assert_int_equal(config.fault_count, 1);
    assert_string_equal(config.prefs.theme, "dark");
}

static enum action meaning(int key)
{
    return keymap_action(CONTEXT_LADDER, false, key);
}

static void keys_are_bound(void **state)
{
    (void)state;
    assert_true(read_text("bind ladder x flip # ours\nunbind book f\nbind ladder # flip # the sign itself\n"));
    assert_int_equal(config.fault_count, 0);
    assert_int_equal(meaning('x'), ACTION_FLIP);
    assert_int_equal(meaning('#'), ACTION_FLIP);
    assert_int_equal(meaning('f'), ACTION_NONE);
    keymap_reset();
    assert_true(read_text("bind ladder x sing\nbind\nbind ladder y flip\n"));
    assert_int_equal(config.fault_count, 2);
    assert_non_null(strstr(config.faults[0], ":1: "));
    assert_int_equal(meaning('x'), ACTION_NONE);
    assert_int_equal(meaning('y'), ACTION_FLIP);
    keymap_reset();
}

static void mistakes_are_told_up_to_a_number(void **state)
{
    (void)state;
    char text[CONFIG_FAULTS * 8 + 64] = "", notice[512] = "";
    assert_true(read_text("group = 5\n"));
    assert_true(config_notice(&config, notice, sizeof notice));
    assert_string_equal(notice, "");
    for (int i = 0; i < CONFIG_FAULTS + 3; i++) strcat(text, "wrong\n");
    strcat(text, "group = 5\n");
    assert_true(read_text(text));
    assert_int_equal(config.fault_count, CONFIG_FAULTS + 3);
    assert_int_equal(config.prefs.group, 5);
    assert_true(config_notice(&config, notice, sizeof notice));
    assert_non_null(strstr(notice, "/config:1: not `name = value` (and 18 more, on standard error)"));
    /* Behind what stands there; what is cut is the fault, and never how many there are. */
    strcpy(notice, "first");
    assert_true(config_notice(&config, notice, sizeof notice));
    assert_memory_equal(notice, "first; /", 8);
    strcpy(notice, "first");
    size_t size = strlen("first; ") + strlen(config.faults[0]) - 4 + strlen("... (and 18 more, on standard error)") + 1;
    assert_false(config_notice(&config, notice, size));
    assert_memory_equal(notice, "first; /", 8);
    assert_true(strlen(notice) < size);
    assert_non_null(strstr(notice, ": not `name =... (and 18 more, on standard error)"));
    config.fault_count = 1;
    strcpy(notice, "first");
    assert_false(config_notice(&config, notice, strlen("first; ") + strlen(config.faults[0])));
    assert_non_null(strstr(notice, "... (the rest on standard error)"));
    strcpy(notice, "first");
    assert_false(config_notice(&config, notice, 8));
    assert_string_equal(notice, "first");
}

/* The default file with the comment signs before its settings (and what stands for a value) taken away or not. */
static char *default_config(bool whole)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    assert_non_null(out);
    config_print_default(out);
    assert_int_equal(fclose(out), 0);
    for (char *line = text; whole && *line; line = strchr(line, '\n') + 1)
        if (line[0] == '#' && strncmp(line, "#bind ", 6) == 0) line[0] = ' ';
    return text;
}

static void expect_defaults(void)
{
    char *words[] = {"booktop", NULL};
    static struct options other;
    struct prefs prefs;
    prefs_init(&prefs);
    assert_int_equal(config.fault_count, 0);
    for (size_t i = 0; i < prefs_count(); i++) {
        char is[PREFS_NAME_SIZE], wanted[PREFS_NAME_SIZE];
        prefs_format(&config.prefs, i, is, sizeof is);
        prefs_format(&prefs, i, wanted, sizeof wanted);
        assert_string_equal(is, wanted);
    }
    assert_true(options_parse(&other, 1, words, error, sizeof error));
    const struct net_limits *is = &options.limits, *wanted = &other.limits;
    const int64_t times[][2] = {{is->retry_first, wanted->retry_first},
                                {is->retry_most, wanted->retry_most},
                                {is->dial, wanted->dial},
                                {is->handshake, wanted->handshake},
                                {is->reply, wanted->reply},
                                {is->write, wanted->write},
                                {is->ping, wanted->ping},
                                {is->silence, wanted->silence}};
    for (int i = 0; i < 8; i++) assert_true(times[i][0] == times[i][1]);
    assert_true(is->attempts == wanted->attempts && is->queue == wanted->queue);
    assert_true(is->message_cap == wanted->message_cap && is->reconnect == wanted->reconnect);
    assert_true(options.color == COLOR_AUTO && !options.ascii);
    assert_true(!options.proxy && !options.metrics && !options.ca_file && !options.log_file);
    assert_string_equal(config.kalshi_key_id, "");
}

static void the_default_file_reads_back_as_the_defaults(void **state)
{
    (void)state;
    char *text = default_config(false);
    assert_true(read_text(text));
    expect_defaults();
    /* It has every setting, with a word about it, and none that is not there. */
    for (size_t i = 0; i < prefs_count(); i++) {
        char line[PREFS_NAME_SIZE];
        snprintf(line, sizeof line, "\n%s = ", prefs_name(i));
        assert_non_null(strstr(text, line));
    }
    assert_non_null(strstr(text, "\n# how prices are written: cents, percent or decimal\nprice-unit = cents\n"));
    assert_non_null(strstr(text, "\nping = 10s\n"));
    assert_non_null(strstr(text, "\nretry-first = 500ms\n"));
    assert_non_null(strstr(text, "\n#attempts = N\n"));
    free(text);
    /* The keys that it lists are those that hold. */
    text = default_config(true);
    assert_true(read_text(text));
    expect_defaults();
    size_t count, defaults;
    const struct binding *is = keymap_bindings(&count), *wanted = keymap_defaults(&defaults);
    assert_int_equal(count, defaults);
    for (size_t i = 0; i < defaults; i++) {
        size_t n = 0;
        while (n < count && (is[n].context != wanted[i].context || is[n].key != wanted[i].key)) n++;
        assert_true(n < count && is[n].action == wanted[i].action);
    }
    keymap_reset();
    free(text);
}

static void options_go_before_environment_and_file(void **state)
{
    (void)state;
    static const char variable[] = "BOOKTOP_TEST_SETTING";
    setenv(variable, "environment", 1);
    assert_string_equal(config_choose("option", variable, "file"), "option");
    assert_string_equal(config_choose("", variable, "file"), ""); /* given, if wrongly */
    assert_string_equal(config_choose(NULL, variable, "file"), "environment");
    setenv(variable, "", 1);
    assert_string_equal(config_choose(NULL, variable, "file"), "file");
    unsetenv(variable);
    assert_string_equal(config_choose(NULL, variable, "file"), "file");
    assert_null(config_choose(NULL, variable, ""));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)
    const struct CMUnitTest tests[] = {
        TEST(options_are_settings),
        TEST(settings_must_agree),
        TEST(settings_are_read),
        TEST(a_comment_starts_a_line_or_stands_behind_a_blank),
        TEST(the_home_folder_is_found),
        TEST(what_is_no_setting_is_refused),
        TEST(long_values_are_refused),
        TEST(zero_bytes_are_refused),
        TEST(a_file_that_was_named_must_be_there),
        TEST(the_default_place_may_be_empty),
        TEST(choices_are_settings),
        TEST(keys_are_bound),
        TEST(mistakes_are_told_up_to_a_number),
        TEST(the_default_file_reads_back_as_the_defaults),
        TEST(options_go_before_environment_and_file),
    };
    return cmocka_run_group_tests_name("app/config", tests, NULL, NULL);
}
