/* Recording as a user starts and stops it: recorders (record/recorder.h) made in the background, lent to a running
 * feed, and closed in the background, so that neither screen nor network ever waits for a disk. Main thread.
 */
#ifndef BOOKTOP_FEED_TAPING_H
#define BOOKTOP_FEED_TAPING_H

#include "booktop/feed/feed.h"
#include "booktop/record/recorder.h"

enum taping_state {
    TAPING_OFF,
    TAPING_BEGINNING, /* the file is being made */
    TAPING_ON,
    TAPING_ENDING, /* what was recorded last is being written */
    TAPING_FAILED, /* the file could not be made, or it has ended by itself: reason. Can be started again */
};

struct taping_status {
    enum taping_state state;
    struct recorder_status recorder; /* of the present recording, or the last one */
    uint64_t marks;
    unsigned files; /* of all recordings so far: one may be several, and there may be several in turn */
};

struct taping;

/* `options` is copied, its texts are borrowed for life; `path` is a file, or a folder, which is made if it is not
 * there, or "": then no recording begins, and `no_place`, borrowed likewise, says why. The feed outlives it. NULL: out
 * of memory. */
struct taping *taping_create(struct feed *feed, const struct recorder_options *options, const char *no_place);

/* Begins a recording, in the background: that the file could not be made the status tells. Where `path` is a file, the
 * second goes to one beside it: night-1.obr.zst, or the next number that is free. False, with a reason: there is one
 * already, or the last one is still ending. */
bool taping_start(struct taping *taping, char *error, size_t error_size);
/* Waits until what was started has begun. False, with a reason: it could not. */
bool taping_await_begin(struct taping *taping, char *error, size_t error_size);
/* Ends it, in the background. */
void taping_stop(struct taping *taping);
/* The user's mark of the moment `at`, as feed_mark has it. False: nothing is being recorded. */
bool taping_mark(struct taping *taping, const char *note, int64_t at);

/* To be called whenever the feed has woken the main thread, and before drawing: lets go of what has ended. */
void taping_status(struct taping *taping, struct taping_status *status);

/* A file of a recording, as taping_status came to see it. */
struct taping_file {
    char *path;
    struct archive_identity file;
    unsigned recording; /* the same in all files of one */
    bool failed;        /* it may lack its end, and more */
};

/* The files of all recordings so far in which something was recorded, in turn. The taping's, until its next call. */
size_t taping_files(const struct taping *taping, const struct taping_file **files);

/* Ends what is being recorded and waits until it is written. False, with a reason, where the end of a file could not be
 * written. */
bool taping_finish(struct taping *taping, char *error, size_t error_size);
/* The same, and frees. After it feed_stop. */
bool taping_close(struct taping *taping, char *error, size_t error_size);

/* Makes the folder for recordings that `path` is, and those above it; where it names a file nothing. Any thread. False,
 * with a reason. */
bool taping_make_folder(const char *path, char *error, size_t error_size);

#endif
