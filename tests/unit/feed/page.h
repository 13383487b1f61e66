/* A strict reader of Prometheus' text format 0.0.4, written from its description: every line is checked, and what is
 * no part of the format fails the test.
 */
#ifndef BOOKTOP_TESTS_PAGE_H
#define BOOKTOP_TESTS_PAGE_H

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAGE_NAME_SIZE  96
#define PAGE_SERIES_MAX 4096

struct page {
    char name[PAGE_NAME_SIZE], type[16]; /* of the family that is read */
    char done[128][PAGE_NAME_SIZE];      /* families that were seen */
    size_t done_count;
    char *series[PAGE_SERIES_MAX]; /* each "name{labels}" */
    size_t series_count;
    /* Of the histogram that is read: what its last bucket said. */
    char bucket_labels[512];
    double bound, below, last_count;
    bool infinite;
    size_t samples;
};

#define PAGE_CHECK(condition, line)                                                                                    \
    do {                                                                                                               \
        if (!(condition)) fail_msg("%s: \"%s\"", #condition, line);                                                    \
    } while (0)

static bool page_is_name(const char *at, size_t length, bool colon)
{
    if (length == 0 || isdigit((unsigned char)at[0])) return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)at[i]) && at[i] != '_' && !(colon && at[i] == ':')) return false;
    return true;
}

static void page_begin_family(struct page *page, const char *line)
{
    char name[PAGE_NAME_SIZE];
    PAGE_CHECK(sscanf(line, "# HELP %95s", name) == 1, line);
    PAGE_CHECK(page_is_name(name, strlen(name), true), line);
    const char *help = line + strlen("# HELP ") + strlen(name);
    PAGE_CHECK(*help == ' ' && help[1] && !strchr(help, '\\'), line);
    for (size_t i = 0; i < page->done_count; i++) PAGE_CHECK(strcmp(page->done[i], name) != 0, line);
    PAGE_CHECK(page->done_count < 128, line);
    snprintf(page->done[page->done_count++], PAGE_NAME_SIZE, "%s", name);
    snprintf(page->name, sizeof page->name, "%s", name);
    page->type[0] = '\0';
}

static void page_take_type(struct page *page, const char *line)
{
    char name[PAGE_NAME_SIZE], type[16], rest;
    PAGE_CHECK(sscanf(line, "# TYPE %95s %15s%c", name, type, &rest) == 2, line);
    PAGE_CHECK(strcmp(name, page->name) == 0 && !page->type[0], line);
    PAGE_CHECK(strcmp(type, "counter") == 0 || strcmp(type, "gauge") == 0 || strcmp(type, "histogram") == 0, line);
    bool total = strlen(name) > 6 && strcmp(name + strlen(name) - 6, "_total") == 0;
    PAGE_CHECK(total == (strcmp(type, "counter") == 0), line);
    snprintf(page->type, sizeof page->type, "%s", type);
}

/* Reads `{…}`; the value of `le` goes to `bound`, the other labels to `others`. Returns what stands behind. */
static const char *page_labels(const char *at, const char *line, char others[512], char bound[64])
{
    size_t used = 0;
    bound[0] = others[0] = '\0';
    if (*at != '{') return at;
    do {
        const char *name = ++at;
        while (*at && *at != '=') at++;
        size_t length = (size_t)(at - name);
        PAGE_CHECK(page_is_name(name, length, false) && at[0] == '=' && at[1] == '"', line);
        bool le = length == 2 && strncmp(name, "le", 2) == 0;
        const char *value = at += 2;
        for (; *at && *at != '"'; at++) {
            if (*at != '\\') continue;
            at++;
            PAGE_CHECK(*at == '\\' || *at == '"' || *at == 'n', line);
        }
        PAGE_CHECK(*at == '"', line);
        if (le)
            snprintf(bound, 64, "%.*s", (int)(at - value), value);
        else
            used += (size_t)snprintf(others + used, 512 - used, "%.*s;", (int)(at - name), name);
        at++;
    } while (*at == ',');
    PAGE_CHECK(*at == '}', line);
    return at + 1;
}

static double page_number(const char *text, const char *line)
{
    char *end;
    PAGE_CHECK(isdigit((unsigned char)*text) || *text == '-', line);
    double value = strtod(text, &end);
    PAGE_CHECK(*end == '\0', line);
    return value;
}

static void page_bucket(struct page *page, const char *line, const char *labels, const char *bound, double value)
{
    double le = strcmp(bound, "+Inf") == 0 ? 1e300 : page_number(bound, line);
    PAGE_CHECK(bound[0], line);
    if (strcmp(labels, page->bucket_labels) != 0 || page->infinite) {
        PAGE_CHECK(page->infinite || !page->bucket_labels[0], line);
        page->bound = -1;
        page->below = 0;
    }
    snprintf(page->bucket_labels, sizeof page->bucket_labels, "%s", labels);
    PAGE_CHECK(le > page->bound && value >= page->below, line);
    page->bound = le;
    page->below = value;
    page->infinite = le > 1e299;
    if (page->infinite) page->last_count = value;
}

static void page_histogram(struct page *page, const char *line, const char *suffix, const char *labels,
                           const char *bound, double value)
{
    if (strcmp(suffix, "_bucket") == 0) {
        page_bucket(page, line, labels, bound, value);
        return;
    }
    PAGE_CHECK(page->infinite && strcmp(labels, page->bucket_labels) == 0, line);
    if (strcmp(suffix, "_count") == 0)
        PAGE_CHECK(value == page->last_count, line);
    else
        PAGE_CHECK(strcmp(suffix, "_sum") == 0 && value >= 0, line);
}

static void page_sample(struct page *page, const char *line)
{
    char others[512], bound[64];
    size_t length = strcspn(line, "{ ");
    PAGE_CHECK(page_is_name(line, length, true) && page->type[0], line);
    size_t family = strlen(page->name);
    PAGE_CHECK(length >= family && strncmp(line, page->name, family) == 0, line);
    const char *value = page_labels(line + length, line, others, bound);
    PAGE_CHECK(*value == ' ', line);
    double number = page_number(value + 1, line);
    char *series = strndup(line, (size_t)(value - line));
    for (size_t i = 0; i < page->series_count; i++) PAGE_CHECK(strcmp(page->series[i], series) != 0, line);
    PAGE_CHECK(page->series_count < PAGE_SERIES_MAX, line);
    page->series[page->series_count++] = series;
    page->samples++;
    char suffix[16];
    snprintf(suffix, sizeof suffix, "%.*s", (int)(length - family), line + family);
    if (strcmp(page->type, "histogram") == 0) {
        /* Whole, so that two subjects of the same label names are not taken for one. */
        char key[512];
        const char *le = strstr(series, ",le=\"");
        const char *open = strchr(series, '{');
        snprintf(key, sizeof key, "%.*s", open ? (int)((le ? le : series + strlen(series) - 1) - open) : 0,
                 open ? open : "");
        page_histogram(page, line, suffix, key, bound, number);
        return;
    }
    PAGE_CHECK(!suffix[0] && !bound[0] && number >= 0, line);
}

/* Reads a whole page. Returns the number of samples. */
static inline size_t page_read(const char *text)
{
    struct page *page = calloc(1, sizeof *page);
    assert_non_null(page);
    size_t length = strlen(text);
    assert_true(length > 0 && text[length - 1] == '\n');
    char *copy = strdup(text), *rest = copy;
    for (char *line; (line = strsep(&rest, "\n")) && rest;) {
        for (const char *c = line; *c; c++) PAGE_CHECK((unsigned char)*c >= 0x20, line);
        if (strncmp(line, "# HELP ", 7) == 0)
            page_begin_family(page, line);
        else if (strncmp(line, "# TYPE ", 7) == 0)
            page_take_type(page, line);
        else
            page_sample(page, line);
    }
    size_t samples = page->samples;
    for (size_t i = 0; i < page->series_count; i++) free(page->series[i]);
    free(copy);
    free(page);
    return samples;
}

/* The value of a series, "name{labels}" exactly; -1: it is not there. */
static inline double page_value(const char *text, const char *series)
{
    size_t length = strlen(series);
    for (const char *at = text; (at = strstr(at, series)); at += length)
        if ((at == text || at[-1] == '\n') && at[length] == ' ') return strtod(at + length, NULL);
    return -1;
}

#endif
