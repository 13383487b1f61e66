/* What the feed thread and the disk thread of a recorder share, and the disk thread's own part. */
#ifndef BOOKTOP_RECORD_RECORDER_DISK_H
#define BOOKTOP_RECORD_RECORDER_DISK_H

#include <pthread.h>
#include <stdatomic.h>

#include "booktop/base/triple_buffer.h"
#include "booktop/record/recorder.h"

#include "queue.h"

/* Where the files go. */
struct recorder_target {
    char path[RECORDER_PATH]; /* of the file, or the folder */
    bool folder, compressed;
};

enum disk_state {
    DISK_AWAKE,
    DISK_NAPPING,  /* looks again by itself in a moment; to be woken when much has gathered */
    DISK_SLEEPING, /* to be woken by the first record */
};

/* What the disk thread works with; nobody else's while it runs. */
struct recorder_disk {
    struct archive_options options;
    struct record_header header; /* of the present file; texts owned below */
    char *tool, *boot;
    char previous[RECORD_HASH_SIZE];
    struct recorder_target target;
    char path[RECORDER_PATH]; /* of the present file */
    struct archive_identity file;
    uint64_t rotate_bytes;
    int64_t rotate_time;
    struct archive *archive; /* NULL: failed */
    struct stamp began;      /* the present file */
    uint64_t added;          /* records put into it */
    struct json_writer line;
    struct archive_counts before; /* of the files that are closed */
    uint64_t lost;                /* records that were queued and not written */
    uint64_t lost_untold;         /* of them and of the feed's: those no `ev` has told of yet */
    int64_t since;
    bool whole;                   /* the file that failed has its end */
    char reason[RECORDER_REASON]; /* why it failed, sanitized; "" it has not */
};

struct recorder {
    const struct clock *clock;
    struct queue *queue;
    size_t queue_size;
    struct triple_buffer *statuses; /* of struct recorder_status, without what the feed counts */
    int wake;                       /* eventfd */
    pthread_t thread;
    atomic_int state; /* enum disk_state */
    atomic_bool stopping;
    atomic_bool failed;
    atomic_uint files;
    _Atomic uint64_t lost; /* the disk thread's losses, for the feed */
    struct recorder_disk disk;

    pthread_mutex_t status_lock;   /* of those who ask for the status; neither feed nor disk ever takes it by itself */
    struct recorder_status status; /* the newest there was */
    _Atomic uint64_t dropped;      /* by the feed thread, in all */

    /* The feed thread's. */
    uint64_t dropped_untold; /* since the last record that fitted */
    bool wants_round;        /* something was dropped since the last round began */
    bool in_round;
    unsigned round_files;              /* files there were when the last round began; 0: there was none */
    uint64_t file_rounds;              /* rounds that have begun in that file */
    int64_t round_began;               /* mono */
    uint64_t round_bytes, since_round; /* bytes of the last round, and of all else since it began */
    uint64_t lost_seen;
};

/* Creates the first file. */
bool recorder_disk_open(struct recorder *recorder, struct stamp now, char *error, size_t error_size);
/* The disk thread. */
void *recorder_disk_run(void *context);
/* After the thread was joined: frees what is its own. */
void recorder_disk_free(struct recorder_disk *disk);

/* The file with this number in the session, of a target that is a folder. `raised`: by how much N is raised because of
 * files that are there. False: the path is too long. */
bool recorder_path(const struct recorder_disk *disk, struct stamp stamp, unsigned raised, char *path, size_t size);

#endif
