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

/* The words behind "FILE, ". */
static void expect_refusal(const char *text, const char *words)
{
    char whole[256];
    assert_false(read_text(text));
    snprintf(whole, sizeof whole, "%s, %s", path, words);
    assert_string_equal(error, whole);
}

static void options_are_settings(void **state)
{
    (void)state;
    assert_true(read_text("silence = 40s\nproxy = http://proxy.example:3128 # ours\nreconnect=off\n"));
    assert_true(options.limits.silence == 40 * NANOSECONDS_PER_SECOND);
    assert_string_equal(options.proxy, "http://proxy.example:3128");
    assert_false(options.limits.reconnect);
    expect_refusal("silence = long\n", "line 1: the value is not understood");
    expect_refusal("\nsilence =\n", "line 2: no value");
    expect_refusal("once = on\n", "line 1: no setting of that name");
}

/* Each is good, and they do not go together. */
static void settings_must_agree(void **state)
{
    (void)state;
    assert_false(read_text("ping = 30s\nsilence = 20s\n"));
    assert_true(strncmp(error, path, strlen(path)) == 0);
    assert_true(strncmp(error + strlen(path), ": ", 2) == 0 && strlen(error) > strlen(path) + 2);
    assert_false(read_text("metrics = everywhere\n"));
    assert_non_null(strstr(error, ": --metrics wants"));
    assert_true(read_text("ping = 20s\nsilence = 30s\n"));
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
    expect_refusal("kalshi-key-id = #a\n", "line 1: no value");
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
    expect_refusal("\n# x\nkalshi-key = /k.pem\n", "line 3: no setting of that name");
    expect_refusal("Kalshi-Key-Id = a\n", "line 1: no setting of that name");
    expect_refusal("= a\n", "line 1: no setting of that name");
    expect_refusal("kalshi-key-id\n", "line 1: not `name = value`");
    expect_refusal("kalshi-key-id = \n", "line 1: no value");
    expect_refusal("kalshi-key-id = # a\n", "line 1: no value");
    /* A key that was pasted into the file shows up nowhere. */
    expect_refusal("MC4CAQAwBQYDK2VwBCIEICANARY\n", "line 1: not `name = value`");
    assert_null(strstr(error, "CANARY"));
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
    expect_refusal(text, "line 1: the value is too long");
    /* With the home folder before it. */
    start = snprintf(text, sizeof text, "kalshi-key-file = ~/");
    memset(text + start, 'x', CONFIG_VALUE_SIZE - 3);
    text[start + CONFIG_VALUE_SIZE - 3] = '\0';
    expect_refusal(text, "line 1: the value is too long");
    /* A comment may be as long as it likes. */
    memset(text, '#', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    assert_true(read_text(text));
}

static void zero_bytes_are_refused(void **state)
{
    (void)state;
    static const char bytes[] = "kalshi-key-id = a\0b\n";
    assert_false(read_bytes(bytes, sizeof bytes - 1));
    assert_non_null(strstr(error, "line 1: a zero byte is no text"));
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
    /* One that is there must be understood. */
    write_file(place, "nonsense\n", 9);
    assert_false(config_read_place(NULL));
    unsetenv("XDG_CONFIG_HOME");
    unsetenv("HOME");
    assert_true(config_read_place(NULL));
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
        TEST(options_go_before_environment_and_file),
    };
    return cmocka_run_group_tests_name("app/config", tests, NULL, NULL);
}
