#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/text.h"
#include "place.h"

static const struct {
    const char *name;
    size_t offset;
    bool is_path;
} settings[] = {
    {"kalshi-key-id", offsetof(struct config, kalshi_key_id), false},
    {"kalshi-key-file", offsetof(struct config, kalshi_key_file), true},
};

/* False for a value that is too long. */
static bool set_value(struct config *config, size_t setting, struct text value)
{
    char *place = (char *)config + settings[setting].offset;
    const char *home = getenv("HOME");
    size_t used = 0;
    if (settings[setting].is_path && home && text_starts_with(value, TEXT("~/"))) {
        used = strlen(home);
        if (used + value.length >= CONFIG_VALUE_SIZE) return false;
        memcpy(place, home, used);
        value = (struct text){value.at + 1, value.length - 1};
    }
    if (used + value.length >= CONFIG_VALUE_SIZE) return false;
    memcpy(place + used, value.at, value.length);
    place[used + value.length] = '\0';
    return true;
}

/* `#` inside a word is part of it: file names may have one. */
static struct text without_comment(struct text line)
{
    for (size_t i = 0; i < line.length; i++) {
        if (line.at[i] != '#') continue;
        if (i == 0 || line.at[i - 1] == ' ' || line.at[i - 1] == '\t') return (struct text){line.at, i};
    }
    return line;
}

/* NULL, or why the line cannot be understood. Nothing of the line is repeated: it may hold what is nobody's business.
 */
static const char *read_line(struct config *config, struct options *options, struct text line)
{
    if (memchr(line.at, '\0', line.length)) return "a zero byte is no text";
    line = text_trim(without_comment(line));
    if (line.length == 0) return NULL;
    const char *equals = memchr(line.at, '=', line.length);
    if (!equals) return "not `name = value`";
    struct text name = text_trim((struct text){line.at, (size_t)(equals - line.at)});
    struct text value = text_trim((struct text){equals + 1, (size_t)(line.at + line.length - equals - 1)});
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (!text_is(name, settings[i].name)) continue;
        if (value.length == 0) return "no value";
        return set_value(config, i, value) ? NULL : "the value is too long";
    }
    const char *why;
    if (value.length == 0) return "no value";
    return options_take_setting(options, name, value, &why) ? NULL : why;
}

static bool read_lines(struct config *config, struct options *options, FILE *file, const char *path, char *error,
                       size_t error_size)
{
    char *line = NULL;
    size_t capacity = 0;
    ssize_t length;
    unsigned number = 0;
    const char *why = NULL;
    errno = 0;
    while (!why && (length = getline(&line, &capacity, file)) >= 0) {
        number++;
        why = read_line(config, options, (struct text){line, (size_t)length});
    }
    if (why)
        snprintf(error, error_size, "%s, line %u: %s", path, number, why);
    else if (!feof(file))
        snprintf(error, error_size, "cannot read %s: %s", path, strerror(errno));
    free(line);
    return !why && feof(file);
}

/* Each value may be good, and all of them together not. */
static bool values_agree(const struct options *options, const char *path, char *error, size_t error_size)
{
    char why[256];
    bool agree = options_check(options, why, sizeof why);
    if (!agree) snprintf(error, error_size, "%s: %s", path, why);
    return agree;
}

bool config_read(struct config *config, struct options *options, char *error, size_t error_size)
{
    char place[PLACE_SIZE];
    const char *path = options->config_file;
    *config = (struct config){.kalshi_key_id = ""};
    if (!path && !place_find(place, "XDG_CONFIG_HOME", ".config", "config")) return true;
    FILE *file = fopen(path ? path : place, "re");
    if (!file) {
        if (!path && (errno == ENOENT || errno == ENOTDIR)) return true;
        snprintf(error, error_size, "cannot read %s: %s", path ? path : place, strerror(errno));
        return false;
    }
    if (!path) path = place;
    bool read = read_lines(config, options, file, path, error, error_size);
    fclose(file);
    return read && values_agree(options, path, error, error_size);
}

const char *config_choose(const char *option, const char *variable, const char *value)
{
    const char *environment = getenv(variable);
    if (option) return option;
    if (environment && environment[0]) return environment;
    return value[0] ? value : NULL;
}
