/* Which key is taken, from where, and what is said of one that cannot be used. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands.h"
#include "../../../src/app/kalshi_key.h"

#define ID "a952bcbe-ec3b-4b5b-b8f9-11dae589608c"

/* The private key of RFC 8032, section 7.1, test 1: known to everybody. */
static const char pem[] = "-----BEGIN PRIVATE KEY-----\n"
                          "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
                          "-----END PRIVATE KEY-----\n";

static char folder[64], path[128], error[256];

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/booktop-kalshi-XXXXXX");
    if (!mkdtemp(folder)) return -1;
    snprintf(path, sizeof path, "%s/key.pem", folder);
    error[0] = '\0';
    return unsetenv("KALSHI_KEY_ID") || unsetenv("KALSHI_KEY_FILE");
}

static int close_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static void write_key(const char *text, mode_t mode)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    fclose(file);
    assert_int_equal(chmod(path, mode), 0);
}

static void refused(const char *id, const char *file, const char *words)
{
    const struct kalshi_key_names names = {.id = id, .file = file};
    assert_null(kalshi_key_load(&names, error, sizeof error));
    assert_string_equal(error, words);
}

/* --- names --- */

static void expect_names(const struct options *options, const struct config *config, const char *id, const char *file,
                         bool by_option)
{
    struct kalshi_key_names names = kalshi_key_names(options, config);
    assert_string_equal(names.id ? names.id : "none", id);
    assert_string_equal(names.file ? names.file : "none", file);
    assert_int_equal(names.by_option, by_option);
}

static void options_go_before_environment_and_config(void **state)
{
    (void)state;
    const struct options none = {0}, both = {.kalshi_key_id = "o", .kalshi_key = "/o"};
    const struct options id = {.kalshi_key_id = "o"}, file = {.kalshi_key = "/o"};
    const struct config empty = {0}, config = {.kalshi_key_id = "c", .kalshi_key_file = "/c"};
    expect_names(&none, &empty, "none", "none", false);
    expect_names(&none, &config, "c", "/c", false);
    setenv("KALSHI_KEY_ID", "e", 1);
    setenv("KALSHI_KEY_FILE", "/e", 1);
    expect_names(&none, &empty, "e", "/e", false);
    expect_names(&none, &config, "e", "/e", false);
    expect_names(&both, &config, "o", "/o", true);
    expect_names(&id, &config, "o", "/e", true);
    expect_names(&file, &config, "e", "/o", true);
    setenv("KALSHI_KEY_ID", "", 1);
    setenv("KALSHI_KEY_FILE", "", 1);
    expect_names(&none, &config, "c", "/c", false);
}

static void another_exchange_is_shown_no_key_but_the_options(void **state)
{
    (void)state;
    const struct options none = {.exchange = 8443};
    const struct options both = {.exchange = 8443, .kalshi_key_id = "o", .kalshi_key = "/o"};
    const struct options id = {.exchange = 8443, .kalshi_key_id = "o"};
    const struct config config = {.kalshi_key_id = "c", .kalshi_key_file = "/c"};
    expect_names(&none, &config, "none", "none", false);
    setenv("KALSHI_KEY_ID", "e", 1);
    setenv("KALSHI_KEY_FILE", "/e", 1);
    expect_names(&none, &config, "none", "none", false);
    expect_names(&both, &config, "o", "/o", true);
    expect_names(&id, &config, "o", "none", true);
}

/* --- keys --- */

static void from_the_first_key_on_there_are_no_core_dumps(void **state)
{
    (void)state;
    struct rlimit before, now;
    assert_int_equal(getrlimit(RLIMIT_CORE, &before), 0);
    struct rlimit most = {.rlim_cur = before.rlim_max, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_CORE, &most), 0);
    assert_int_equal(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0), 0);
    write_key(pem, 0600);
    const struct kalshi_key_names names = {.id = ID, .file = path};
    struct kalshi_key *key = kalshi_key_load(&names, error, sizeof error);
    if (!key) fail_msg("refused: %s", error);
    assert_int_equal(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
    assert_int_equal(getrlimit(RLIMIT_CORE, &now), 0);
    assert_int_equal(now.rlim_cur, 0);
    /* It is the key of the file: what it signs everybody can compute. */
    struct kalshi_signature signature, again;
    struct kalshi_key *same = kalshi_key_read(ID, pem, sizeof pem - 1, error, sizeof error);
    assert_non_null(same);
    assert_string_equal(kalshi_key_id(key), ID);
    assert_true(kalshi_sign(key, "GET", "/x", 1, &signature) && kalshi_sign(same, "GET", "/x", 1, &again));
    assert_string_equal(signature.signature, again.signature);
    kalshi_key_free(same);
    kalshi_key_free(key);
}

static void half_a_name_is_refused(void **state)
{
    (void)state;
    refused(ID, NULL,
            "a Kalshi key needs both its id and its file (--kalshi-key-id, --kalshi-key): the file is missing");
    refused(NULL, "/k",
            "a Kalshi key needs both its id and its file (--kalshi-key-id, --kalshi-key): the id is missing");
}

static void refusals_name_the_file_and_nothing_of_the_key(void **state)
{
    (void)state;
    char words[256];
    snprintf(words, sizeof words, "%s: there is no such file", path);
    refused(ID, path, words);
    write_key(pem, 0644);
    snprintf(words, sizeof words, "%s: others have access to it; take it away with chmod 600", path);
    refused(ID, path, words);
    write_key("-----BEGIN PRIVATE KEY-----\nY2FuYXJ5\n-----END PRIVATE KEY-----\n", 0600);
    snprintf(words, sizeof words, "%s: it is not a private key in PEM form", path);
    refused(ID, path, words);
    refused(ID, "", "the key file: there is no such file");
    refused("", path, "the key's id: it is empty");
    refused("a b", path, "the key's id: it may have printable ASCII characters only, and no blanks");
}

static void names_reach_the_screen_clean_and_whole_reasons_too(void **state)
{
    (void)state;
    char name[1024];
    refused(ID, "/nowhere/\x1b[31m", "/nowhere/\xef\xbf\xbd[31m: there is no such file");
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    name[0] = '/';
    const struct kalshi_key_names names = {.id = ID, .file = name};
    assert_null(kalshi_key_load(&names, error, sizeof error));
    assert_non_null(strstr(error, "n: the name is too long"));
    assert_null(kalshi_key_load(&names, error, 8)); /* cut, terminated */
    assert_int_equal(strlen(error), 7);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)
    const struct CMUnitTest tests[] = {
        TEST(options_go_before_environment_and_config),      TEST(another_exchange_is_shown_no_key_but_the_options),
        TEST(from_the_first_key_on_there_are_no_core_dumps), TEST(half_a_name_is_refused),
        TEST(refusals_name_the_file_and_nothing_of_the_key), TEST(names_reach_the_screen_clean_and_whole_reasons_too),
    };
    return cmocka_run_group_tests_name("app/kalshi_key", tests, NULL, NULL);
}
