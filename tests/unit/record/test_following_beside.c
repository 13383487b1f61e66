/* What stands beside a recording that is followed into its next file, and what of it cannot be looked at. */
#include "following.h"

static const char *in_folder(const char *name)
{
    static char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put_file(const char *name, const char *bytes, off_t size)
{
    int file = open(in_folder(name), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(file >= 0);
    assert_int_equal(write(file, bytes, strlen(bytes)), strlen(bytes));
    if (size > 0) assert_int_equal(ftruncate(file, size), 0);
    close(file);
}

/* That may be the next file by its name. */
static void put_noise(unsigned number)
{
    static const char *const kinds[] = {"fifo", "folder", "dangling", "loop", "empty", "noise", "\033[2J\r"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        char name[64];
        snprintf(name, sizeof name, "booktop-%s-%u.obr.zst", kinds[i], number);
        switch (i) {
        case 0:
            assert_int_equal(mkfifo(in_folder(name), 0600), 0);
            break;
        case 1:
            assert_int_equal(mkdir(in_folder(name), 0700), 0);
            break;
        case 2:
        case 3:
            assert_int_equal(symlink(i == 2 ? "nowhere" : name, in_folder(name)), 0);
            break;
        default:
            put_file(name, i == 4 ? "" : "\x28\xb5\x2f\xfd noise", 0);
        }
    }
}

static void whatever_stands_beside_it_is_passed_by(void **state)
{
    (void)state;
    put_noise(1);
    put_noise(2); /* behind the last one, too */
    put_file("booktop-many-99999999999999999999999999.obr.zst", "noise", 0);
    put_file("booktop-1.obr.zst", "noise", 0);
    put_file("booktop-.obr.zst", "noise", 0);
    struct session session = begin("b");
    struct taken taken = {0};
    write_more(&session);
    struct recording *recording = open_file(session.path);
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    change_files(&session);
    write_more(&session);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    assert_int_equal(taken.headers, 2);
    end(&session);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
    assert_int_equal(taken.frames, session.frames);
    recording_close(recording);
}

/* A name is no orders to the terminal. */
static void a_name_is_cleaned(void **state)
{
    (void)state;
    struct session session = begin("b");
    struct taken taken = {0};
    write_more(&session);
    struct recording *recording = open_file(session.path);
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    struct archive *before = end_part(&session);
    session.previous[0] = session.previous[0] == '0' ? '1' : '0';
    begin_part(&session);
    assert_int_equal(rename(session.path, in_folder("booktop-\033[31m-1.obr.zst")), 0);
    let_go(&session, before);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_NEXT);
    assert_null(strchr(taken.fault.words, '\033'));
    assert_non_null(strstr(taken.fault.words, "does not follow part 1"));
    end(&session);
    recording_close(recording);
}

static bool count_reads(void *context, unsigned thousandths)
{
    (void)thousandths;
    ++*(unsigned *)context;
    return true;
}

/* Of what is no recording but its begin is looked at. */
static void a_large_file_beside_it_costs_little(void **state)
{
    (void)state;
    char error[REASON];
    unsigned reads = 0;
    struct session session = begin("b");
    struct taken taken = {0};
    const char *path = session.path;
    const struct recording_watch watch = {count_reads, &reads};
    write_more(&session);
    put_file("booktop-x-9.obr.zst", "", (off_t)4 << 30);
    struct recording *recording = recording_open_watched(&path, 1, watch, error, sizeof error);
    assert_non_null(recording);
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    end(&session);
    reads = 0;
    assert_true(recording_continue(recording));
    assert_in_range(reads, 1, 20);
    assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
    recording_close(recording);
}

static void the_folder_is_that_of_the_file_behind_a_link(void **state)
{
    (void)state;
    struct session session = begin("b");
    struct taken taken = {0};
    char link[200];
    snprintf(link, sizeof link, "%s", in_folder("links/now.obr.zst"));
    assert_int_equal(mkdir(in_folder("links"), 0700), 0);
    assert_int_equal(symlink(session.path, link), 0);
    write_more(&session);
    struct recording *recording = open_file(link);
    unlink(link);
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    change_files(&session);
    write_more(&session);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    assert_int_equal(taken.headers, 2);
    end(&session);
    recording_close(recording);
}

/* === What cannot be looked at === */

/* None for the folder; or one for it, and none for the file. */
static void without_a_handle_it_is_looked_for_again(void **state)
{
    (void)state;
    for (unsigned handles = 0; handles < 2; handles++) {
        struct session session = begin(handles ? "b" : "a");
        struct taken taken = {0};
        write_more(&session);
        struct recording *recording = open_file(session.path);
        assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
        change_files(&session);
        write_more(&session);
        leave_handles(handles);
        assert_true(recording_continue(recording));
        assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
        assert_int_equal(taken.ends, 1);
        assert_true(recording_is_written(recording));
        assert_false(recording_continue(recording)); /* nothing new */
        leave_handles(UINT_MAX);
        assert_true(recording_continue(recording));
        assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
        assert_int_equal(taken.headers, 2);
        assert_int_equal(taken.ends, 1);
        end(&session);
        assert_true(recording_continue(recording));
        assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
        assert_int_equal(taken.frames, session.frames);
        recording_close(recording);
        clear_folder(NULL);
    }
}

static void what_cannot_be_read_is_told(void **state)
{
    (void)state;
    static const char *const words[] = {"Z-1.obr.zst, which may be part 2 of the recording, cannot be read: ",
                                        "whether there is a part 2 of the recording is not known: its folder cannot"};
    for (unsigned i = 0; i < 2; i++) {
        struct session session = begin("b");
        struct taken taken = {0};
        write_more(&session);
        struct recording *recording = open_file(session.path);
        assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
        change_files(&session);
        assert_int_equal(chmod(i == 0 ? session.path : folder, 0), 0);
        bool nobody = be_nobody(true);
        if (nobody) {
            assert_true(recording_continue(recording));
            assert_true(be_nobody(false));
            assert_int_equal(read_on(recording, &taken), DAMAGE_NEXT);
            assert_non_null(strstr(taken.fault.words, words[i]));
            assert_non_null(strstr(taken.fault.words, strerror(EACCES)));
            assert_false(recording_is_written(recording) || recording_continue(recording));
        }
        assert_int_equal(chmod(folder, 0755), 0);
        end(&session);
        recording_close(recording);
        clear_folder(NULL);
        if (!nobody) skip();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(whatever_stands_beside_it_is_passed_by),  TEST(a_name_is_cleaned),
        TEST(a_large_file_beside_it_costs_little),     TEST(the_folder_is_that_of_the_file_behind_a_link),
        TEST(without_a_handle_it_is_looked_for_again), TEST(what_cannot_be_read_is_told),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
