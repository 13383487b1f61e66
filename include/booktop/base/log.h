/* The log file.
 *
 * Any thread may write a line, without ever touching the disk: lines go into a bounded queue (wait-free for one writer,
 * lock-free for many), and the disk thread, which log_open starts, appends them to the file. When the queue is full a
 * line is dropped and counted; the next line that fits says how many were lost. Nothing is allocated per line.
 * Lines are made of sanitized text: "2026-11-21T09:41:02.123Z warn  net: …". Never log a key, a secret or a proxy
 * address. There is one log in a process; before log_open and after log_close lines vanish silently.
 */
#ifndef BOOKTOP_BASE_LOG_H
#define BOOKTOP_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "booktop/base/clock.h"

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* Longer lines, their prefix and line feed included, are cut. */
#define LOG_LINE_SIZE 512

/* Opens (appends to, mode 0600, never through a symbolic link) the file and starts the disk thread, all signals blocked
 * in it. `clock` is borrowed until log_close. False, with errno set, if the file cannot be opened. Main thread. */
bool log_open(const char *path, enum log_level least, const struct clock *clock);

/* Writes what is queued, ends the disk thread, closes the file. Main thread. Safe without log_open. */
void log_close(void);

/* `part` names the speaker ("net", "feed"), a static string. */
void log_write(enum log_level level, const char *part, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Lines lost since log_open: queue full, or the disk refused them. Any thread. */
uint64_t log_lost(void);

#endif
