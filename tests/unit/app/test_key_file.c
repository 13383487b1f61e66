/* Which files may hold a secret. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../../src/app/key_file.h"

static char folder[64];

static int open_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/booktop-key-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int close_folder(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", folder);
    return system(command);
}

static const char *path_of(const char *name)
{
    static char path[sizeof folder + 64];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const void *bytes, size_t length, mode_t mode)
{
    int descriptor = open(path_of(name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(descriptor >= 0);
    assert_int_equal(write(descriptor, bytes, length), length);
    assert_int_equal(fchmod(descriptor, mode), 0);
    close(descriptor);
}

static void refused_path(const char *path, const char *words)
{
    struct key_file file;
    const char *why = NULL;
    assert_false(key_file_read(&file, path, &why));
    assert_string_equal(why, words);
    assert_null(file.bytes);
}

static void refused(const char *name, const char *words)
{
    refused_path(path_of(name), words);
}

static void a_file_of_the_user_alone_is_read_whole(void **state)
{
    (void)state;
    static char large[KEY_FILE_MOST];
    struct key_file file;
    const char *why;
    memset(large, 'k', sizeof large);
    static const mode_t modes[] = {0600, 0400, 0700};
    for (unsigned n = 0; n < sizeof modes / sizeof modes[0]; n++) {
        write_file("key", "a\0b\n", 4, modes[n]);
        assert_true(key_file_read(&file, path_of("key"), &why));
        assert_int_equal(file.length, 4);
        assert_memory_equal(file.bytes, "a\0b\n", 4);
        key_file_free(&file);
        assert_null(file.bytes);
        assert_int_equal(unlink(path_of("key")), 0);
    }
    write_file("large", large, sizeof large, 0600);
    assert_true(key_file_read(&file, path_of("large"), &why));
    assert_int_equal(file.length, sizeof large);
    assert_memory_equal(file.bytes, large, sizeof large);
    key_file_free(&file);
    key_file_free(&file); /* zeroed */
}

static void files_that_others_can_use_are_refused(void **state)
{
    (void)state;
    static const mode_t modes[] = {0644, 0640, 0604, 0620, 0602, 0610, 0601, 0777};
    for (unsigned n = 0; n < sizeof modes / sizeof modes[0]; n++) {
        write_file("open", "x", 1, modes[n]);
        refused("open", "others have access to it; take it away with chmod 600");
    }
}

static void what_is_no_file_of_ours_is_refused(void **state)
{
    (void)state;
    char name[1024];
    write_file("plain", "x", 1, 0600);
    assert_int_equal(symlink("plain", path_of("link")), 0);
    refused("link", "it is a symbolic link; name the key file itself");
    assert_int_equal(symlink("nowhere", path_of("dangling")), 0);
    refused("dangling", "it is a symbolic link; name the key file itself");
    refused("missing", "there is no such file");
    refused("plain/below", "there is no such file");
    refused_path("", "there is no such file");
    assert_int_equal(mkdir(path_of("directory"), 0700), 0);
    refused("directory", "it is a directory, not a key file");
    assert_int_equal(mkfifo(path_of("pipe"), 0600), 0); /* nobody writes: nobody waits either */
    refused("pipe", "it is not a regular file");
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    name[0] = '/';
    refused_path(name, "the name is too long");
}

static void the_files_of_another_user_are_refused(void **state)
{
    (void)state;
    if (geteuid() != 0) {
        refused_path("/etc/passwd", "it belongs to another user");
        return;
    }
    write_file("foreign", "x", 1, 0600);
    assert_int_equal(chown(path_of("foreign"), 65534, 65534), 0);
    refused("foreign", "it belongs to another user");
}

static void sizes_that_no_key_has_are_refused(void **state)
{
    (void)state;
    static char large[KEY_FILE_MOST + 1];
    memset(large, 'k', sizeof large);
    write_file("empty", "", 0, 0600);
    refused("empty", "it is empty");
    write_file("larger", large, sizeof large, 0600);
    refused("larger", "it is larger than 64 KiB, which no key is");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, open_folder, close_folder)
    const struct CMUnitTest tests[] = {
        TEST(a_file_of_the_user_alone_is_read_whole), TEST(files_that_others_can_use_are_refused),
        TEST(what_is_no_file_of_ours_is_refused),     TEST(the_files_of_another_user_are_refused),
        TEST(sizes_that_no_key_has_are_refused),
    };
    alarm(300);
    return cmocka_run_group_tests_name("app/key_file", tests, NULL, NULL);
}
