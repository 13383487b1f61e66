#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/base/text.h"
#include "booktop/ui/keymap.h"
#include "booktop/ui/theme.h"
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

/* One file's reading. */
struct reading {
    struct config *config;
    struct options *options;
    const char *path;
    unsigned line;
};

static void note(struct reading *reading, unsigned line, const char *why)
{
    struct config *config = reading->config;
    if (config->fault_count < CONFIG_FAULTS) {
        char *fault = config->faults[config->fault_count], number[16] = "";
        if (line > 0) snprintf(number, sizeof number, ":%u", line);
        size_t used = text_copy(text_from(reading->path), fault, CONFIG_FAULT_SIZE / 2);
        used += (size_t)snprintf(fault + used, CONFIG_FAULT_SIZE - used, "%s: ", number);
        text_copy(text_from(why), fault + used, CONFIG_FAULT_SIZE - used);
    }
    config->fault_count++;
}

/* A theme that cannot be read would leave nothing to draw with. */
static bool take_theme(struct config *config, struct text value, char *why, size_t size)
{
    struct theme theme;
    struct prefs prefs = config->prefs;
    if (!prefs_set(&prefs, TEXT("theme"), value, why, size)) return false;
    if (!theme_load(&theme, prefs.theme, why, size)) return false;
    config->prefs = prefs;
    return true;
}

static bool is_pref(struct text name)
{
    size_t setting = 0;
    while (setting < prefs_count() && !text_is(name, prefs_name(setting))) setting++;
    return setting < prefs_count();
}

/* False with a reason in `why`. Nothing of a value is repeated there: it may be what is nobody's business. */
static bool take_setting(struct reading *reading, struct text name, struct text value, char *why, size_t size)
{
    struct config *config = reading->config;
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        if (!text_is(name, settings[i].name)) continue;
        if (set_value(config, i, value)) return true;
        snprintf(why, size, "the value is too long");
        return false;
    }
    if (text_is(name, "theme")) return take_theme(config, value, why, size);
    if (is_pref(name)) return prefs_set(&config->prefs, name, value, why, size);
    const char *reason;
    bool taken = options_take_setting(reading->options, name, value, &reason);
    if (!taken) snprintf(why, size, "%s", reason);
    return taken;
}

static struct text word_of(struct text *rest)
{
    size_t length = 0;
    *rest = text_trim(*rest);
    while (length < rest->length && rest->at[length] != ' ' && rest->at[length] != '\t') length++;
    struct text word = {rest->at, length};
    *rest = (struct text){rest->at + length, rest->length - length};
    return word;
}

/* A line that binds keys, without its comment: `#` is a key, too. False for another line. */
static bool is_binding(struct text line, struct text *binding)
{
    struct text rest = line, verb = word_of(&rest);
    if (!text_is(verb, "bind") && !text_is(verb, "unbind")) return false;
    if (text_starts_with(text_trim(rest), TEXT("="))) return false;
    word_of(&rest);
    word_of(&rest);
    rest = without_comment(rest);
    *binding = text_trim((struct text){line.at, (size_t)(rest.at + rest.length - line.at)});
    return true;
}

static bool read_line(struct reading *reading, struct text line, char *why, size_t size)
{
    struct text binding;
    snprintf(why, size, "%s", "a zero byte is no text");
    if (line.length > 0 && memchr(line.at, '\0', line.length)) return false;
    line = text_trim(line);
    if (is_binding(line, &binding)) return keymap_bind(binding, why, size);
    line = text_trim(without_comment(line));
    if (line.length == 0) return true;
    const char *equals = memchr(line.at, '=', line.length);
    snprintf(why, size, "%s", "not `name = value`");
    if (!equals) return false;
    struct text name = text_trim((struct text){line.at, (size_t)(equals - line.at)});
    struct text value = text_trim((struct text){equals + 1, (size_t)(line.at + line.length - equals - 1)});
    snprintf(why, size, "%s", "no value");
    return value.length > 0 && take_setting(reading, name, value, why, size);
}

static void read_lines(struct reading *reading, FILE *file)
{
    char *line = NULL, why[CONFIG_FAULT_SIZE];
    size_t capacity = 0;
    ssize_t length;
    errno = 0;
    while ((length = getline(&line, &capacity, file)) >= 0) {
        reading->line++;
        if (!read_line(reading, (struct text){line, (size_t)length}, why, sizeof why))
            note(reading, reading->line, why);
    }
    free(line);
}

/* Each value may be good, and all of them together not: then none of those is taken. */
static void check_together(struct reading *reading, const struct options *before)
{
    char why[256];
    struct options *options = reading->options;
    if (options_check(options, why, sizeof why)) return;
    note(reading, 0, why);
    options->limits = before->limits;
    options->metrics = before->metrics;
}

bool config_read(struct config *config, struct options *options, char *error, size_t error_size)
{
    char place[PLACE_SIZE];
    const struct options before = *options;
    struct reading reading = {config, options, options->config_file, 0};
    *config = (struct config){.kalshi_key_id = ""};
    prefs_init(&config->prefs);
    if (!reading.path && !place_find(place, "XDG_CONFIG_HOME", ".config", "config")) return true;
    bool named = reading.path != NULL;
    if (!named) reading.path = place;
    FILE *file = fopen(reading.path, "re");
    if (!file && !named && (errno == ENOENT || errno == ENOTDIR)) return true;
    if (file) read_lines(&reading, file);
    bool read = file && feof(file);
    snprintf(error, error_size, "cannot read %s: %s", reading.path, strerror(errno));
    if (file) fclose(file);
    if (!read && named) return false;
    if (!read) note(&reading, 0, "it cannot be read, or not to its end");
    check_together(&reading, &before);
    error[0] = '\0';
    return true;
}

void config_tell(const struct config *config)
{
    unsigned told = config->fault_count < CONFIG_FAULTS ? config->fault_count : CONFIG_FAULTS;
    char clean[CONFIG_FAULT_SIZE];
    for (unsigned i = 0; i < told; i++) {
        text_sanitize(text_from(config->faults[i]), clean, sizeof clean, false);
        fprintf(stderr, "%s\n", clean);
    }
    if (told < config->fault_count) fprintf(stderr, "booktop: and %u more\n", config->fault_count - told);
}

/* In ASCII: a terminal may show nothing else. */
#define CUT "..."

/* The length of what is shown of it, at most `most` bytes: whole words where there is one, never a half character. */
static size_t cut_at_word(const char *fault, size_t most)
{
    size_t end = most;
    while (end > 0 && fault[end] != ' ') end--;
    if (end > 0) return end;
    while (most > 0 && ((unsigned char)fault[most] & 0xC0) == 0x80) most--;
    return most;
}

bool config_notice(const struct config *config, char *out, size_t size)
{
    size_t said = strlen(out);
    const char *between = said > 0 ? "; " : "", *fault = config->faults[0];
    char more[64] = "";
    if (config->fault_count == 0) return true;
    if (config->fault_count > 1)
        snprintf(more, sizeof more, " (and %u more, on standard error)", config->fault_count - 1);
    size_t room = size - said - 1, around = strlen(between) + strlen(more);
    if (room <= around) return false;
    size_t shown = room - around;
    if (strlen(fault) <= shown) {
        snprintf(out + said, size - said, "%s%s%s", between, fault, more);
        return true;
    }
    if (config->fault_count == 1) around += (size_t)snprintf(more, sizeof more, " (the rest on standard error)");
    if (room <= around + strlen(CUT)) return false;
    shown = cut_at_word(fault, room - around - strlen(CUT));
    snprintf(out + said, size - said, "%s%.*s" CUT "%s", between, (int)shown, fault, more);
    return false;
}

const char *config_choose(const char *option, const char *variable, const char *value)
{
    const char *environment = getenv(variable);
    if (option) return option;
    if (environment && environment[0]) return environment;
    return value[0] ? value : NULL;
}
