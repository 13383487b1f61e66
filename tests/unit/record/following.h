/* A session that is written into files of a folder, for whoever reads it while it is. */
#ifndef BOOKTOP_TESTS_FOLLOWING_H
#define BOOKTOP_TESTS_FOLLOWING_H

#include "recordings.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/resource.h>
#include <sys/stat.h>

#define RECORDS 300
#define WALL    INT64_C(1763712000000000000)

static char folder[] = "/dev/shm/booktop-following-XXXXXX";

/* A session that is written into files of the folder. */
struct session {
    const char *boot;
    unsigned parts;
    struct archive *archive;
    char path[120], previous[RECORD_HASH_SIZE];
    struct stamp stamp;
    unsigned count;
    uint64_t frames;
};

static inline void begin_part(struct session *session)
{
    char error[REASON];
    snprintf(session->path, sizeof session->path, "%s/booktop-kalshi-20251121T08000%uZ-%u.obr.zst", folder,
             session->parts, session->parts);
    struct archive_options options = {
        .path = session->path,
        .compressed = true,
        .block_bytes = 4096,
        .header = {.tool = "booktop 1.0.0",
                   .boot = session->boot,
                   .sequence = session->parts,
                   .previous = session->parts > 0 ? session->previous : NULL,
                   .venues = {true, true},
                   .stamp = {.wall = WALL}},
        .stamp = session->stamp,
    };
    session->archive = archive_create(&options, error, sizeof error);
    if (!session->archive) fail_msg("%s", error);
    session->parts++;
}

static inline struct session begin(const char *boot)
{
    struct session session = {.boot = boot, .stamp = {.wall = WALL}};
    begin_part(&session);
    return session;
}

static inline void write_more(struct session *session)
{
    static const struct plan plan = {.payload = 100, .round = 100};
    struct json_writer line = {0};
    for (unsigned i = 0; i < RECORDS; i++) {
        bool round;
        session->stamp.mono += NANOSECONDS_PER_MILLISECOND;
        session->stamp.wall += NANOSECONDS_PER_MILLISECOND;
        made_line(&line, &plan, session->count++, session->stamp, &round);
        struct text text = json_writer_text(&line);
        session->frames += memmem(text.at, text.length, "{\"k\":\"rx\"", 9) == text.at;
        assert_true(archive_add(session->archive, text, session->stamp, round));
    }
    json_writer_free(&line);
}

/* Its file has its end, and is still locked. */
static inline struct archive *end_part(struct session *session)
{
    assert_true(archive_end(session->archive, session->stamp));
    archive_hash(session->archive, session->previous);
    return session->archive;
}

static inline void let_go(const struct session *session, struct archive *archive)
{
    char error[REASON];
    if (!archive_close(archive, session->stamp, error, sizeof error)) fail_msg("%s", error);
}

/* As a recorder does it: the next file is there before the other is let go. */
static inline void change_files(struct session *session)
{
    struct archive *before = end_part(session);
    begin_part(session);
    let_go(session, before);
}

static inline void end(struct session *session)
{
    let_go(session, end_part(session));
}

static inline struct recording *open_file(const char *path)
{
    char error[REASON];
    struct recording *recording = recording_open(&path, 1, error, sizeof error);
    if (!recording) fail_msg("%s", error);
    return recording;
}

/* What was read of it. */
struct taken {
    uint64_t frames, headers, ends;
    int64_t m;
    struct recording_fault fault; /* the newest */
};

static inline enum recording_damage read_on(struct recording *recording, struct taken *taken)
{
    struct record record;
    struct recording_fault fault;
    enum recording_step step;
    taken->fault = (struct recording_fault){0};
    while ((step = recording_next(recording, &record, &fault)) != RECORDING_AT_END) {
        if (step == RECORDING_FAULT) {
            assert_int_equal(taken->fault.damage, DAMAGE_NONE);
            taken->fault = fault;
            continue;
        }
        assert_true(record.stamp.mono >= taken->m);
        taken->m = record.stamp.mono;
        taken->frames += record.kind == RECORD_RECEIVED;
        taken->headers += record.kind == RECORD_HEADER;
        taken->ends += record.kind == RECORD_END;
    }
    return taken->fault.damage;
}

/* === The folder, for a group of tests === */

/* UINT_MAX: all that there are. */
static inline void leave_handles(unsigned count)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    if (count == UINT_MAX) return;
    int next = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(next >= 0 && close(next) == 0);
    limit.rlim_cur = (rlim_t)next + count;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* Root may read everything: for so long it is somebody else. False: it cannot be. */
static inline bool be_nobody(bool nobody)
{
    static uid_t me;
    if (nobody) me = geteuid();
    return me != 0 || seteuid(nobody ? 65534 : me) == 0;
}

/* Also behind a test that has failed. */
static inline int clear_folder(void **state)
{
    (void)state;
    leave_handles(UINT_MAX);
    (void)be_nobody(false);
    chmod(folder, 0755);
    DIR *listing = opendir(folder);
    for (const struct dirent *entry; (entry = readdir(listing));)
        if (entry->d_name[0] != '.' && unlinkat(dirfd(listing), entry->d_name, 0) != 0)
            unlinkat(dirfd(listing), entry->d_name, AT_REMOVEDIR);
    return closedir(listing);
}

static inline int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) && chmod(folder, 0755) == 0 ? 0 : -1;
}

static inline int remove_folder(void **state)
{
    (void)state;
    return rmdir(folder);
}

#define TEST(test) cmocka_unit_test_teardown(test, clear_folder)

#endif
