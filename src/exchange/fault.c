#include "booktop/exchange/fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/clock.h"
#include "booktop/base/decimal.h"
#include "booktop/net/tls.h"

/* A plan is written by hand: what is longer is a wrong file. */
#define PLAN_SIZE_MAX (1u << 20)

#define WHY_SIZE     160
#define PINGS_MOST   100000
#define TIME_MOST    (86400 * NANOSECONDS_PER_SECOND)
#define AFTER_MOST_S 86400
#define BUSY_NS      (5 * NANOSECONDS_PER_SECOND)
/* Reason phrases of a close frame and codes that may stand in one (RFC 6455 sections 5.5 and 7.4). */
#define CLOSE_LEAST 1000
#define CLOSE_MOST  4999

/* The units of a time, the longer name first; `scale` makes nanoseconds of the decimal. */
static const struct {
    const char *name;
    unsigned scale;
} units[] = {{"ms", 6}, {"s", 9}};

/* === Words === */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Takes the first word off a text without blanks around it; empty: there is none. */
static struct text word_take(struct text *rest)
{
    struct text word = {rest->at, 0};
    while (word.length < rest->length && !is_blank(word.at[word.length])) word.length++;
    *rest = text_trim((struct text){rest->at + word.length, rest->length - word.length});
    return word;
}

static bool text_ends_with(struct text text, struct text end)
{
    return text.length > end.length && text_equal((struct text){text.at + text.length - end.length, end.length}, end);
}

/* False: the text has no unit. *valid: whether a time stands before it. */
static bool time_parse(struct text text, int64_t *out, bool *valid)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        struct text unit = text_from(units[i].name);
        if (!text_ends_with(text, unit)) continue;
        text.length -= unit.length;
        *valid = decimal_parse(text_trim(text), units[i].scale, out) == DECIMAL_OK;
        return true;
    }
    return false;
}

static bool number_parse(struct text text, int64_t least, int64_t most, int64_t *out)
{
    return decimal_parse(text, 0, out) == DECIMAL_OK && *out >= least && *out <= most;
}

/* === What stands behind a fault's name. False: not what it wants === */

static bool nothing_read(struct fault *fault, struct text rest)
{
    (void)fault;
    return rest.length == 0;
}

static bool time_read(struct fault *fault, struct text rest)
{
    bool valid = false;
    return time_parse(rest, &fault->value, &valid) && valid && fault->value > 0 && fault->value <= TIME_MOST;
}

static bool busy_read(struct fault *fault, struct text rest)
{
    fault->value = BUSY_NS;
    return rest.length == 0 || time_read(fault, rest);
}

static bool count_read(struct fault *fault, struct text rest)
{
    return number_parse(rest, 1, PINGS_MOST, &fault->value);
}

static bool close_read(struct fault *fault, struct text rest)
{
    if (!number_parse(word_take(&rest), CLOSE_LEAST, CLOSE_MOST, &fault->value)) return false;
    if (rest.length >= sizeof fault->words || !text_is_utf8(rest)) return false;
    text_copy(rest, fault->words, sizeof fault->words);
    return true;
}

static bool upgrade_read(struct fault *fault, struct text rest)
{
    static const struct {
        const char *name;
        int64_t value;
    } answers[] = {
        {"silent", UPGRADE_SILENT},
        {"redirect", UPGRADE_REDIRECT},
        {"headers", UPGRADE_HEADERS},
        {"401", 401},
        {"403", 403},
        {"404", 404},
        {"429", 429},
        {"500", 500},
        {"503", 503},
    };
    struct text answer = word_take(&rest);
    for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i++)
        if (text_is(answer, answers[i].name)) fault->value = answers[i].value;
    if (fault->value == 0) return false;
    if (rest.length == 0) return true;
    return fault->value > UPGRADE_HEADERS && number_parse(rest, 1, AFTER_MOST_S, &fault->after);
}

static bool certificate_read(struct fault *fault, struct text rest)
{
    static const char *const flaws[TLS_FLAW_COUNT] = {
        [TLS_EXPIRED] = "expired",         [TLS_FUTURE] = "future",   [TLS_OTHER_HOST] = "other-host",
        [TLS_SELF_SIGNED] = "self-signed", [TLS_UNKNOWN] = "unknown", [TLS_WEAK] = "weak",
    };
    for (int i = TLS_SOUND + 1; i < TLS_FLAW_COUNT; i++)
        if (text_is(rest, flaws[i])) fault->value = i;
    return fault->value != TLS_SOUND;
}

/* Each kind's name, and how to read what stands behind it. */
#define WANTS_NOTHING nothing_read, "nothing behind it"
#define WANTS_TIME    time_read, "a time up to a day (2s, 300ms)"

static const struct {
    const char *name;
    bool (*read)(struct fault *fault, struct text rest);
    const char *wants;
} kinds[FAULT_KIND_COUNT] = {
    [FAULT_CUT] = {"cut", WANTS_NOTHING},
    [FAULT_RST] = {"rst", WANTS_NOTHING},
    [FAULT_FIN] = {"fin", WANTS_NOTHING},
    [FAULT_CLOSE] = {"close", close_read, "a code from 1000 to 4999, and words of less than 100 bytes"},
    [FAULT_STALL] = {"stall", WANTS_TIME},
    [FAULT_HALF_OPEN] = {"half-open", WANTS_NOTHING},
    [FAULT_FREEZE] = {"freeze", WANTS_NOTHING},
    [FAULT_LAG] = {"lag", WANTS_TIME},
    [FAULT_PINGS] = {"pings", count_read, "a number from 1 to 100000"},
    [FAULT_DRIBBLE] = {"dribble", WANTS_NOTHING},
    [FAULT_FRAGMENTS] = {"fragments", WANTS_NOTHING},
    [FAULT_BOMB] = {"bomb", WANTS_NOTHING},
    [FAULT_ILLEGAL] = {"illegal", WANTS_NOTHING},
    [FAULT_BINARY] = {"binary", WANTS_NOTHING},
    [FAULT_GARBAGE] = {"garbage", WANTS_NOTHING},
    [FAULT_UPGRADE] = {"upgrade", upgrade_read,
                       "silent, redirect, headers, or 401, 403, 404, 429, 500 or 503 and seconds to wait"},
    [FAULT_CERTIFICATE] = {"certificate", certificate_read,
                           "expired, future, other-host, self-signed, unknown or weak"},
    [FAULT_BUSY] = {"busy", busy_read, "a time up to a day (2s, 300ms), or nothing"},
    [FAULT_DEAF] = {"deaf", WANTS_TIME},
    [FAULT_HALT] = {"halt", WANTS_NOTHING},
    [FAULT_OMIT] = {"omit", WANTS_NOTHING},
    [FAULT_DUPLICATE] = {"duplicate", WANTS_NOTHING},
    [FAULT_REORDER] = {"reorder", WANTS_NOTHING},
    [FAULT_EMPTY] = {"empty", WANTS_NOTHING},
    [FAULT_GAP] = {"gap", WANTS_NOTHING},
    [FAULT_OLD] = {"old", WANTS_NOTHING},
    [FAULT_ERROR25] = {"error25", WANTS_NOTHING},
    [FAULT_PAUSE] = {"pause", WANTS_NOTHING},
};

/* === Faults === */

static bool name_refuse(struct text name, char *error, size_t error_size)
{
    char shown[32];
    (void)text_sanitize(name, shown, sizeof shown, true);
    snprintf(error, error_size, "FAULT is none of those in --help: \"%s\"", shown);
    return false;
}

bool fault_parse(struct fault *fault, struct text text, char *error, size_t error_size)
{
    struct text rest = text.length > 0 ? text_trim(text) : TEXT(""), name = word_take(&rest);
    *fault = (struct fault){.at_ns = -1, .at_message = -1};
    int kind = 0;
    while (kind < FAULT_KIND_COUNT && !text_is(name, kinds[kind].name)) kind++;
    if (kind == FAULT_KIND_COUNT) return name_refuse(name, error, error_size);
    fault->kind = (enum fault_kind)kind;
    if (kinds[kind].read(fault, rest)) return true;
    snprintf(error, error_size, "%s wants %s", kinds[kind].name, kinds[kind].wants);
    return false;
}

/* === Plans === */

static bool when_parse(struct text text, struct fault *fault)
{
    bool valid = false;
    fault->at_ns = fault->at_message = -1;
    if (time_parse(text, &fault->at_ns, &valid)) return valid;
    return decimal_parse(text, 0, &fault->at_message) == DECIMAL_OK;
}

static bool line_parse(struct text line, struct fault *fault, char why[WHY_SIZE])
{
    struct fault when;
    const char *comma = memchr(line.at, ',', line.length);
    if (comma == NULL) {
        snprintf(why, WHY_SIZE, "expected WHEN, FAULT");
        return false;
    }
    struct text before = {line.at, (size_t)(comma - line.at)};
    struct text behind = {comma + 1, line.length - before.length - 1};
    if (!when_parse(text_trim(before), &when)) {
        snprintf(why, WHY_SIZE, "WHEN is neither a time (2.5s, 300ms) nor a number of messages");
        return false;
    }
    if (!fault_parse(fault, behind, why, WHY_SIZE)) return false;
    fault->at_ns = when.at_ns;
    fault->at_message = when.at_message;
    return true;
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
        char why[WHY_SIZE] = "out of memory";
        if (line_parse(line, &fault, why) && plan_append(plan, &fault)) continue;
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
