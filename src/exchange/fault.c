#include "booktop/exchange/fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/base/decimal.h"

/* A plan is written by hand: what is longer is a wrong file. */
#define PLAN_SIZE_MAX (1u << 20)

static const char *const kind_names[FAULT_KIND_COUNT] = {
    [FAULT_CUT] = "cut",         [FAULT_OMIT] = "omit",   [FAULT_DUPLICATE] = "duplicate",
    [FAULT_HALT] = "halt",       [FAULT_GAP] = "gap",     [FAULT_OLD] = "old",
    [FAULT_ERROR25] = "error25", [FAULT_PAUSE] = "pause", [FAULT_BUSY] = "busy",
};

/* The units of a time, the longer name first; `scale` makes nanoseconds of the decimal. */
static const struct {
    const char *name;
    unsigned scale;
} units[] = {{"ms", 6}, {"s", 9}};

static bool kind_parse(struct text text, enum fault_kind *kind)
{
    for (unsigned i = 0; i < FAULT_KIND_COUNT; i++) {
        if (!text_is(text, kind_names[i])) continue;
        *kind = (enum fault_kind)i;
        return true;
    }
    return false;
}

static bool text_ends_with(struct text text, struct text end)
{
    return text.length > end.length && text_equal((struct text){text.at + text.length - end.length, end.length}, end);
}

static bool when_parse(struct text text, struct fault *fault)
{
    fault->at_ns = fault->at_message = -1;
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct text unit = text_from(units[i].name);
        if (!text_ends_with(text, unit)) continue;
        text.length -= unit.length;
        return decimal_parse(text_trim(text), units[i].scale, &fault->at_ns) == DECIMAL_OK;
    }
    return decimal_parse(text, 0, &fault->at_message) == DECIMAL_OK;
}

/* NULL when the line is a fault, else why it is none. */
static const char *line_parse(struct text line, struct fault *fault)
{
    const char *comma = memchr(line.at, ',', line.length);
    if (comma == NULL) return "expected WHEN, FAULT";
    struct text when = {line.at, (size_t)(comma - line.at)};
    struct text what = {comma + 1, line.length - when.length - 1};
    *fault = (struct fault){0};
    if (!when_parse(text_trim(when), fault)) return "WHEN is neither a time (2.5s, 300ms) nor a number of messages";
    if (!kind_parse(text_trim(what), &fault->kind))
        return "FAULT is none of cut, omit, duplicate, halt, gap, old, error25, pause, busy";
    return NULL;
}

/* Takes the next line off the start of `rest`, without its comment and the blanks around it. */
static struct text line_take(struct text *rest)
{
    const char *end = memchr(rest->at, '\n', rest->length);
    struct text line = {rest->at, end == NULL ? rest->length : (size_t)(end - rest->at)};
    size_t used = end == NULL ? rest->length : line.length + 1;
    rest->at += used;
    rest->length -= used;
    const char *comment = line.length > 0 ? memchr(line.at, '#', line.length) : NULL;
    if (comment != NULL) line.length = (size_t)(comment - line.at);
    return text_trim(line);
}

static bool plan_append(struct fault_plan *plan, const struct fault *fault)
{
    struct fault *faults = realloc(plan->faults, (plan->count + 1) * sizeof *faults);
    if (faults == NULL) return false;
    plan->faults = faults;
    plan->faults[plan->count++] = *fault;
    return true;
}

bool fault_plan_parse(struct fault_plan *plan, struct text text, char *error, size_t error_size)
{
    *plan = (struct fault_plan){0};
    for (unsigned number = 1; text.length > 0; number++) {
        struct text line = line_take(&text);
        if (line.length == 0) continue;
        struct fault fault;
        const char *why = line_parse(line, &fault);
        if (why == NULL && !plan_append(plan, &fault)) why = "out of memory";
        if (why == NULL) continue;
        snprintf(error, error_size, "line %u: %s", number, why);
        fault_plan_free(plan);
        return false;
    }
    return true;
}

bool fault_plan_load(struct fault_plan *plan, const char *path, char *error, size_t error_size)
{
    *plan = (struct fault_plan){0};
    char *bytes = malloc(PLAN_SIZE_MAX + 1);
    FILE *file = bytes == NULL ? NULL : fopen(path, "re");
    bool done = false;
    if (file == NULL) {
        snprintf(error, error_size, "%s", bytes == NULL ? "out of memory" : strerror(errno));
    } else {
        size_t length = fread(bytes, 1, PLAN_SIZE_MAX + 1, file);
        if (ferror(file))
            snprintf(error, error_size, "cannot be read");
        else if (length > PLAN_SIZE_MAX)
            snprintf(error, error_size, "larger than 1 MiB");
        else
            done = fault_plan_parse(plan, (struct text){bytes, length}, error, error_size);
        (void)fclose(file);
    }
    free(bytes);
    return done;
}

void fault_plan_free(struct fault_plan *plan)
{
    free(plan->faults);
    *plan = (struct fault_plan){0};
}

struct fault *fault_plan_due(struct fault_plan *plan, int64_t simulated_ns, int64_t messages)
{
    for (size_t i = 0; i < plan->count; i++) {
        struct fault *fault = &plan->faults[i];
        bool due = fault->at_ns >= 0 ? simulated_ns >= fault->at_ns : messages >= fault->at_message;
        if (fault->done || !due) continue;
        fault->done = true;
        return fault;
    }
    return NULL;
}

int64_t fault_plan_next_ns(const struct fault_plan *plan)
{
    int64_t next = TIME_NEVER;
    for (size_t i = 0; i < plan->count; i++) {
        const struct fault *fault = &plan->faults[i];
        if (!fault->done && fault->at_ns >= 0 && fault->at_ns < next) next = fault->at_ns;
    }
    return next;
}
