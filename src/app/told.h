/* What is told of a recording in words: places, times and faults. Foreign text is sanitized on the way. */
#ifndef BOOKTOP_SRC_APP_TOLD_H
#define BOOKTOP_SRC_APP_TOLD_H

#include <stdio.h>

#include "booktop/record/recording.h"

/* The wall time at which m is 0; 0 where no header is left to say so. */
int64_t told_base(const struct record_header *header);

/* A time of a session, as the clock on the wall here had it; without a base as a length behind its begin. */
#define TOLD_TIME_SIZE 56
const char *told_time(int64_t base, int64_t m, char out[TOLD_TIME_SIZE]);

/* One line: "night.obr.zst: block 12 at byte 123456, from 2026-… to 2026-…: damaged block: its checksum …".
 * Of DAMAGE_OPEN: "night.obr.zst: it is still being recorded: this is what there is up to 2026-…". */
void told_fault(FILE *out, const char *const *paths, const struct recording_fault *fault, int64_t base);

/* "part 2 of its recording: part 1 is not given": so many parts are not given that come before what is. */
void told_lacking(FILE *out, unsigned lacking);

/* Foreign text, or the name of a file, on a terminal or wherever it goes. */
void told_text(FILE *out, struct text text);

/* What a noun has at its end behind this number: "" or "s". */
const char *told_plural(uint64_t count);

/* "booktop: …" on standard error: a reason may have the name of a file in it. Returns EXIT_FAILED. */
int told_error(const char *error);

/* The same, with the exit code that was wanted. */
int told_refusal(const char *error, int code);

/* All that was printed is out. False, told of: standard output took it not; whose reader is gone is not told. */
bool told_out(void);
/* Whether the locale takes more than ASCII. */
bool told_speaks_utf8(void);

#endif
