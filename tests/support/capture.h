/* Captures of real messages, where they are at hand: BOOKTOP_CORPUS, or ../shared/corpus. A line is a frame. */
#ifndef BOOKTOP_TESTS_SUPPORT_CAPTURE_H
#define BOOKTOP_TESTS_SUPPORT_CAPTURE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CAPTURE_LINES 64

/* A capture: its frames in the order in which they are to be heard. */
struct capture {
    char *text; /* owned; lines end with '\0' */
    size_t size;
    char *lines[CAPTURE_LINES];
    unsigned count;
};

static inline const char *capture_folder(void)
{
    const char *folder = getenv("BOOKTOP_CORPUS");
    return folder ? folder : "../shared/corpus";
}

/* False where it is not at hand. */
static inline bool capture_load_of(struct capture *capture, const char *venue, const char *name)
{
    char path[512];
    *capture = (struct capture){0};
    assert_true((size_t)snprintf(path, sizeof path, "%s/%s/%s", capture_folder(), venue, name) < sizeof path);
    FILE *file = fopen(path, "rb");
    if (!file) return false;
    capture->text = calloc(1, 1 << 16);
    assert_non_null(capture->text);
    capture->size = fread(capture->text, 1, (1 << 16) - 1, file);
    assert_true(capture->size > 0 && feof(file));
    fclose(file);
    for (char *rest = capture->text, *line; (line = strsep(&rest, "\n"));) {
        if (!*line) continue;
        assert_true(capture->count < CAPTURE_LINES);
        capture->lines[capture->count++] = line;
    }
    return true;
}

static inline bool capture_load(struct capture *capture, const char *name)
{
    return capture_load_of(capture, "polymarket", name);
}

static inline void capture_free(struct capture *capture)
{
    free(capture->text);
}

/* Skips the test where it is not. */
static inline void capture_need(struct capture *capture, const char *name)
{
    if (capture_load(capture, name)) return;
    puts("no corpus of real messages here: skipped");
    skip();
}

static inline long long line_ms(const char *line)
{
    const char *stamp = strstr(line, "\"timestamp\"");
    assert_non_null(stamp);
    return strtoll(stamp + strcspn(stamp, "0123456789"), NULL, 10);
}

static inline bool is_book(const char *line)
{
    return strstr(line, "\"bids\"") != NULL;
}

/* One that was grouped by type gets its order back, by the venue's stamps; the opening book stays first. */
static inline void capture_sort(struct capture *capture)
{
    for (unsigned i = 2; i < capture->count; i++)
        for (unsigned k = i; k > 1 && line_ms(capture->lines[k - 1]) > line_ms(capture->lines[k]); k--) {
            char *line = capture->lines[k];
            capture->lines[k] = capture->lines[k - 1];
            capture->lines[k - 1] = line;
        }
}

#endif
