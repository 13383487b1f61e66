/* What the parts of the reader share. */
#ifndef BOOKTOP_RECORD_RECORDING_INSIDE_H
#define BOOKTOP_RECORD_RECORDING_INSIDE_H

#include "block.h"

#define RECORDING_NAME 128

/* Where a block begins that holds the begin of a round. */
struct round_place {
    int64_t m; /* of the block's first record */
    struct block_place place;
};

struct recording_file {
    int file;
    unsigned given; /* its place among the paths */
    uint64_t size;
    bool open; /* it was still being written when its size was taken */
    struct window_origin origin;
    bool compressed;
    bool header_known;
    struct record_header header; /* its texts: */
    char tool[RECORDING_NAME], boot[RECORDING_NAME], previous[RECORD_HASH_SIZE];
    struct stamp first; /* m and t of the first record, the header if it is whole; INT64_MAX: it has none */
    uint64_t before;    /* bytes of the files before it */
    /* Made when first needed: from the index, or by reading all of it. */
    bool mapped, by_index;
    struct round_place *rounds; /* owned */
    size_t round_count;
    int64_t last; /* m of the last record, -1: none */
    /* How far it was read for that: what is still written, or was broken off, is read on from there. */
    struct block_place mapped_to;
    bool mapped_end; /* and its end is among it */
};

/* Makes anew what stands behind a compressed file's blocks, for recording_verify. */
struct audit {
    struct block_entry *entries; /* owned; of the present file */
    size_t count, capacity;
    uint64_t begin;
    bool given_up; /* damage: nothing to compare with */
    bool failed;   /* no memory */
    /* At the file's end: */
    size_t at; /* the next entry to be compared */
    bool differs;
    unsigned char *expected; /* owned; index and table as they have to be, */
    struct text found;       /* and as they are; borrowed from the window */
};

/* `rest` are the present block's lines that were not given yet. Faults wait in `faults` until it is known what comes
 * behind them. */
struct recording {
    struct recording_file *files;
    size_t count;
    bool twin;                   /* the files are another recording's */
    struct record_header header; /* recording_header's; its texts: */
    char tool[RECORDING_NAME], boot[RECORDING_NAME], previous[RECORD_HASH_SIZE];
    char *folder;                   /* owned; of the last file: where the next one comes, with a slash */
    char refused[RECORDING_REASON]; /* what stands there in its place; "": nothing */
    bool unlooked;                  /* the next file could not be looked for: the last one stays open */
    size_t current;
    bool reading; /* `reader` is at the current file */
    struct block_reader reader;
    struct record_parser *parser, *peeker;
    struct text rest;
    struct block block;
    uint64_t line; /* lines of it that were taken */
    int64_t last;  /* m of the last record that was given, kinds that are not known aside; -1: none */
    struct recording_fault *faults;
    size_t fault_count, fault_next, fault_capacity;
    bool follows; /* the file before was read to its end; `hash` is its chain's */
    struct chain hash;
    uint64_t blocks, bytes; /* that were read, uncompressed */
    /* Behind the last whole block of the last file, as it was read last: where it is read on once there is more. */
    struct block_place behind;
    bool behind_known, behind_closed; /* it had its end */
    struct audit *audit;              /* NULL: none */
    int error;                        /* errno of a file that could not be read */
    struct window_watch watch;
};

/* `lenient`: what is no recording is opened too, so that verify can say what is wrong with it. */
struct recording *recording_open_files(const char *const *paths, size_t count, bool lenient,
                                       struct recording_watch watch, char *error, size_t size);
/* True if the file's first frame holds more than the header's line: another program has compressed it, as one piece or
 * in its own; ours are a frame for each block. */
bool recording_is_foreign(int file);
/* Of the first file whose header is whole; else what the first round tells of the source, and no more. */
void recording_find_source(struct recording *recording);
/* Where m was 0, by the first record that has a time; zero: there is none. */
struct stamp recording_begin(const struct recording_file *file);
/* A second reader of the same files, at their begin; it must be closed first. NULL: out of memory. */
struct recording *recording_twin(struct recording *recording);

/* block_reader_init at the begin of one of its files, with the watch. */
bool recording_read_file(struct recording *recording, const struct recording_file *file, struct block_reader *reader);
/* Opens it, and reads its begin; `file` is zeroed but for `given`. False, with a reason; what was opened of it is the
 * caller's to close. */
bool recording_open_file(struct recording *recording, struct recording_file *file, const char *path, bool lenient,
                         char *error, size_t size);
/* The same of what may be the next file, of which nothing but a header at its begin counts: little is read. True: it
 * has one. `*unread` is errno of what could not be read, or 0. */
bool recording_open_next(struct recording *recording, struct recording_file *file, const char *path, int *unread);
/* Behind a move in memory. */
void recording_point_texts(struct recording_file *file);
/* Notes where the files are of which this is one, links followed. False: no memory. */
bool recording_keep_folder(struct recording *recording, const char *path);
/* Where the last file has its end: adds what the recorder has written behind it since, file by file. */
void recording_follow(struct recording *recording);
/* The file's size, and whether it is being written. False: errno. */
bool recording_file_measure(struct recording_file *file);
/* Now. */
bool recording_file_is_written(const struct recording_file *file);
/* What is known of its rounds is so no longer. */
void recording_forget_map(struct recording_file *file);
/* A block was read: notes where it ends. */
void recording_pass(struct recording *recording);
/* The next block; false at the end of all. */
bool recording_load(struct recording *recording);
/* Reading has failed: that is the next and last thing that is told. */
void recording_give_up(struct recording *recording);
/* At the first block of a file. */
void recording_restart(struct recording *recording, size_t file);
bool recording_start_file(struct recording *recording);

/* Differences of times must not overflow, here and in whoever reads on. 73 years are enough. */
bool lines_time_is_sane(const struct stamp *stamp);
/* As record_parse; of kinds that are not known the time is read too. */
bool lines_parse(struct record_parser *parser, struct text line, struct record *record, const char **why);
/* The stamp of the first line that is a record with a time that is believed. */
bool lines_first(struct record_parser *parser, struct text lines, struct stamp *stamp);
/* m of the last one. */
bool lines_last(struct record_parser *parser, struct text lines, int64_t *m);
/* True if a round of keyframes begins in them. */
bool lines_have_round(struct record_parser *parser, struct text lines);
/* Cuts the first line off. */
struct text lines_take(struct text *lines);

/* Of all bytes, how far it has read, in thousandths. */
unsigned recording_progress(const struct recording *recording);

/* --- the audit --- */
void audit_start(struct audit *audit);
void audit_block(struct audit *audit, const struct block *block, struct record_parser *parser);
/* At a file's end; true: there is something to compare. */
bool audit_end(struct audit *audit, struct block_reader *reader);
/* The next fault that it finds. */
bool audit_next(struct audit *audit, struct recording_fault *fault);
void audit_free(struct audit *audit);

#endif
