/* A recording that is read while it is written, and goes on in another file. */
#include "following.h"

static void it_goes_on_in_the_next_file(void **state)
{
    (void)state;
    struct session session = begin("b");
    struct taken taken = {0};
    write_more(&session);
    struct recording *recording = open_file(session.path);
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    assert_true(taken.frames > 0 && taken.headers == 1);

    /* Its end alone is none while it is locked. */
    struct archive *before = end_part(&session);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    assert_int_equal(taken.frames, session.frames);
    assert_int_equal(taken.ends, 1);
    assert_false(recording_continue(recording)); /* it waits */
    assert_true(recording_is_written(recording));
    begin_part(&session);
    assert_false(recording_continue(recording));
    let_go(&session, before);

    write_more(&session);
    assert_true(recording_continue(recording));
    assert_true(recording_is_written(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    assert_int_equal(taken.headers, 2);
    assert_true(taken.frames > RECORDS);
    assert_int_equal(taken.fault.file, 0); /* of the paths that were given */
    assert_string_equal(recording_header(recording)->boot, "b");
    assert_int_equal(recording_header(recording)->sequence, 0);

    /* Several at once; and that it is at their end. */
    write_more(&session);
    change_files(&session);
    write_more(&session);
    change_files(&session);
    write_more(&session);
    end(&session);
    assert_false(recording_is_written(recording));
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
    assert_int_equal(taken.headers, 4);
    assert_int_equal(taken.ends, 4);
    assert_int_equal(taken.frames, session.frames);
    assert_int_equal(taken.m, session.stamp.mono);
    assert_false(recording_continue(recording));

    /* All of it is one recording: it can be gone back in, and on. */
    assert_int_equal(recording_length(recording, NULL, NULL), session.stamp.mono);
    assert_true(recording_seek(recording, 0, NULL, NULL));
    taken = (struct taken){0};
    assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
    assert_int_equal(taken.frames, session.frames);
    assert_true(recording_seek(recording, session.stamp.mono - NANOSECONDS_PER_MILLISECOND, NULL, NULL));
    taken = (struct taken){0};
    assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
    assert_true(taken.frames > 0 && taken.frames < RECORDS);
    recording_close(recording);
}

static void the_last_file_is_the_end(void **state)
{
    (void)state;
    struct session other = begin("another"), session = {.boot = "b", .stamp = {.wall = WALL}};
    change_files(&other); /* it has the number that comes next, and is of another session */
    char error[REASON], path[140];
    snprintf(path, sizeof path, "%s/mine.obr.zst", folder);
    struct archive_options options = {.path = path,
                                      .compressed = true,
                                      .header = {.tool = "t", .boot = "b", .stamp = session.stamp},
                                      .stamp = session.stamp};
    session.archive = archive_create(&options, error, sizeof error);
    if (!session.archive) fail_msg("%s", error);
    struct taken taken = {0};
    write_more(&session);
    struct recording *recording = open_file(path);
    assert_int_equal(read_on(recording, &taken), DAMAGE_OPEN);
    write_more(&session);
    end(&session);
    end(&other);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
    assert_int_equal(taken.headers, 1);
    assert_false(recording_is_written(recording) || recording_continue(recording));
    recording_close(recording);
}

/* The same session by its header, but not by its chain. */
static void what_does_not_follow_is_not_taken(void **state)
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
    let_go(&session, before);
    write_more(&session);
    assert_true(recording_continue(recording));
    assert_int_equal(read_on(recording, &taken), DAMAGE_NEXT);
    assert_non_null(strstr(taken.fault.words, "Z-1.obr.zst does not follow part 1"));
    struct recording_landmark landmark;
    assert_false(recording_damage_counts(DAMAGE_NEXT)); /* what was recorded is whole */
    assert_false(recording_landmark_of_fault(&taken.fault, &landmark));
    assert_int_equal(taken.fault.to, -1);
    assert_int_equal(taken.headers, 1);
    assert_int_equal(taken.ends, 1);
    assert_false(recording_is_written(recording) || recording_continue(recording));
    end(&session);
    recording_close(recording);
}

/* Who names one file that is closed wants that. */
static void a_file_that_was_closed_is_not_followed(void **state)
{
    (void)state;
    struct session session = begin("b");
    struct taken taken = {0};
    char first[120];
    write_more(&session);
    memcpy(first, session.path, sizeof first);
    change_files(&session);
    struct recording *recording = open_file(first);
    assert_int_equal(read_on(recording, &taken), DAMAGE_NONE);
    assert_false(recording_continue(recording));
    assert_int_equal(taken.headers, 1);
    recording_close(recording);
    end(&session);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_goes_on_in_the_next_file),
        TEST(the_last_file_is_the_end),
        TEST(what_does_not_follow_is_not_taken),
        TEST(a_file_that_was_closed_is_not_followed),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
