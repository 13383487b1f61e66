/* Files on a disk that cannot be read: what failed is said, and not that they are no recordings. */
#include "recordings.h"

#include <errno.h>
#include <sys/syscall.h>

/* Every pread() of the program, and what it comes to where a test says so. */
static struct {
    unsigned calls, fail_at; /* from this one on; 0: never */
    bool once;
    int error;
    bool failed;
} reads;

ssize_t told_pread(int file, void *out, size_t size, off_t offset) __asm__("pread");

ssize_t told_pread(int file, void *out, size_t size, off_t offset)
{
    reads.calls++;
    bool now = reads.once ? reads.calls == reads.fail_at : reads.calls >= reads.fail_at;
    if (reads.fail_at == 0 || !now) return syscall(SYS_pread64, file, out, size, offset);
    reads.failed = true;
    errno = reads.error;
    return -1;
}

/* Opens it while reads fail from the n-th on. True: it was opened; else `error` says why not. */
static bool opens(const char *path, unsigned n, int number, bool once, char error[REASON])
{
    reads.calls = 0;
    reads.fail_at = n;
    reads.error = number;
    reads.once = once;
    reads.failed = false;
    error[0] = '\0';
    struct recording *recording = recording_open(&path, 1, error, REASON);
    reads.fail_at = 0;
    recording_close(recording);
    return recording != NULL;
}

static void assert_unread(const char *path, const char *error, const char *why)
{
    char expected[REASON];
    snprintf(expected, sizeof expected, "%s: it cannot be read: %s", path, why);
    assert_string_equal(error, expected);
}

static struct image damaged_image(bool compressed)
{
    const struct plan plan = {.compressed = compressed, .records = 100, .payload = 100, .block_bytes = 4096};
    struct image image = make_image(&plan);
    for (size_t i = 0; i < 4; i++) image.bytes[i] ^= 0x55; /* so that a block behind it is searched for */
    return image;
}

static void it_is_said_what_failed(void **state)
{
    (void)state;
    char error[REASON];
    struct nameless file = nameless_open();
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        const struct plan plan = {.compressed = compressed, .records = 100, .payload = 100};
        struct image image = make_image(&plan);
        nameless_set(&file, image.bytes, image.length);
        assert_true(opens(file.path, 0, 0, false, error));
        assert_false(opens(file.path, 1, EIO, false, error));
        assert_unread(file.path, error, "Input/output error");
        assert_false(opens(file.path, 1, ESTALE, false, error));
        assert_non_null(strstr(error, ": the file was cut or written over while it was read"));
        free(image.bytes);
    }
    close(file.file);
}

/* Whichever of the reads it is that fails, of a recording whose begin is damaged and of what is none. */
static void wherever_it_fails(void **state)
{
    (void)state;
    char error[REASON];
    struct nameless file = nameless_open();
    for (unsigned kind = 0; kind < 3; kind++) {
        struct image image = damaged_image(kind == 1);
        if (kind == 2) memset(image.bytes, 'x', image.length);
        nameless_set(&file, image.bytes, image.length);
        bool found = opens(file.path, 0, 0, false, error);
        assert_int_equal(found, kind < 2);
        if (!found) assert_non_null(strstr(error, ": not a recording of booktop"));
        unsigned refused = 0;
        for (unsigned n = 1; opens(file.path, n, EACCES, false, error), reads.failed; n++) {
            if (error[0] == '\0') continue; /* enough of it was read by then */
            assert_unread(file.path, error, "Permission denied");
            refused++;
        }
        assert_true(refused >= 2);
        /* One alone, behind the first, which is a look at the end: what it hid may have been the recording. */
        for (unsigned n = 2; kind == 2 && (opens(file.path, n, EACCES, true, error), reads.failed); n++)
            assert_unread(file.path, error, "Permission denied");
        free(image.bytes);
    }
    close(file.file);
}

static void an_interrupted_read_is_made_again(void **state)
{
    (void)state;
    char error[REASON];
    struct nameless file = nameless_open();
    for (unsigned compressed = 0; compressed < 2; compressed++) {
        struct image image = damaged_image(compressed);
        nameless_set(&file, image.bytes, image.length);
        unsigned n = 1;
        do assert_true(opens(file.path, n++, EINTR, true, error));
        while (reads.failed);
        assert_true(n > 4);
        free(image.bytes);
    }
    close(file.file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_said_what_failed),
        cmocka_unit_test(wherever_it_fails),
        cmocka_unit_test(an_interrupted_read_is_made_again),
    };
    return cmocka_run_group_tests_name("record/unreadable", tests, NULL, NULL);
}
