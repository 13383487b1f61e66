#include "booktop/ui/theme.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "theme_builtin.h"

#define THEME_FILE_SIZE 16384

static const char *const role_names[ROLE_COUNT] = {
#define ROLE_ROW(name, text) [ROLE_##name] = (text),
    ROLE_TABLE(ROLE_ROW)
#undef ROLE_ROW
};

static const char *const ansi_names[] = {
    "black",       "red",          "green",      "yellow",       "blue",          "magenta",     "cyan",
    "white",       "bright-black", "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta",
    "bright-cyan", "bright-white",
};

static const struct {
    const char *name;
    unsigned attribute;
} attribute_names[] = {
    {"bold", STYLE_BOLD},
    {"dim", STYLE_DIM},
    {"underline", STYLE_UNDERLINE},
    {"reverse", STYLE_REVERSE},
};

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

/* Reading */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Takes the next word off the start of *text; empty at its end. */
static struct text next_word(struct text *text)
{
    *text = text_trim(*text);
    size_t length = 0;
    while (length < text->length && !is_blank(text->at[length])) length++;
    struct text word = {text->at, length};
    text->at += length;
    text->length -= length;
    return word;
}

static bool parse_rgb(struct text word, uint32_t *rgb)
{
    if (word.length != 7 || word.at[0] != '#') return false;
    uint32_t value = 0;
    for (size_t i = 1; i < word.length; i++) {
        char c = word.at[i];
        uint32_t digit;
        if (c >= '0' && c <= '9')
            digit = (uint32_t)(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (uint32_t)(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = (uint32_t)(c - 'A' + 10);
        else
            return false;
        value = value << 4 | digit;
    }
    *rgb = value;
    return true;
}

static bool parse_colour(struct text word, struct colour *colour)
{
    uint32_t rgb;
    if (text_is(word, "default")) {
        *colour = (struct colour){COLOUR_DEFAULT, 0};
        return true;
    }
    if (parse_rgb(word, &rgb)) {
        *colour = (struct colour){COLOUR_RGB, rgb};
        return true;
    }
    for (uint32_t i = 0; i < COUNT_OF(ansi_names); i++) {
        if (!text_is(word, ansi_names[i])) continue;
        *colour = (struct colour){COLOUR_ANSI, i};
        return true;
    }
    return false;
}

static unsigned parse_attribute(struct text word)
{
    for (size_t i = 0; i < COUNT_OF(attribute_names); i++) {
        if (text_is(word, attribute_names[i].name)) return attribute_names[i].attribute;
    }
    return 0;
}

/* Why a style cannot be read, or NULL. */
static const char *parse_style(struct text text, struct style *style)
{
    *style = (struct style){0};
    for (struct text word = next_word(&text); word.length > 0; word = next_word(&text)) {
        unsigned attribute = parse_attribute(word);
        if (attribute != 0) {
            style->attributes |= attribute;
        } else if (text_is(word, "on")) {
            if (!parse_colour(next_word(&text), &style->ground)) return "no colour after 'on'";
        } else if (!parse_colour(word, &style->text)) {
            return "not a colour (#rrggbb, default, or a name) and not an attribute";
        }
    }
    return NULL;
}

static int find_role(struct text name)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        if (text_is(name, role_names[i])) return i;
    }
    return -1;
}

/* A comment starts with '#' at the start of a line, or with a '#' that stands alone: anything else is a colour. */
static struct text without_comment(struct text line)
{
    line = text_trim(line);
    for (size_t i = 0; i < line.length; i++) {
        if (line.at[i] != '#') continue;
        bool alone = i > 0 && is_blank(line.at[i - 1]) && (i + 1 == line.length || is_blank(line.at[i + 1]));
        if (i == 0 || alone) return (struct text){line.at, i};
    }
    return line;
}

/* Why a line cannot be read, or NULL. */
static const char *parse_line(struct theme *theme, struct text line)
{
    line = text_trim(without_comment(line));
    if (line.length == 0) return NULL;
    const char *equals = memchr(line.at, '=', line.length);
    if (equals == NULL) return "no '='";
    size_t length = (size_t)(equals - line.at);
    int role = find_role(text_trim((struct text){line.at, length}));
    if (role < 0) return "no such role";
    struct style style;
    const char *why = parse_style((struct text){equals + 1, line.length - length - 1}, &style);
    if (why == NULL) theme->styles[role] = style;
    return why;
}

bool theme_parse(struct theme *theme, struct text source, char *error, size_t error_size)
{
    for (unsigned number = 1; source.length > 0; number++) {
        const char *end = memchr(source.at, '\n', source.length);
        size_t length = end == NULL ? source.length : (size_t)(end - source.at);
        const char *why = parse_line(theme, (struct text){source.at, length});
        if (why != NULL) {
            snprintf(error, error_size, "line %u: %s", number, why);
            return false;
        }
        if (end != NULL) length++;
        source.at += length;
        source.length -= length;
    }
    return true;
}

const char *role_name(enum role role)
{
    return role_names[role];
}

/* Finding */

bool theme_builtin(struct theme *theme, const char *name)
{
    const char *source = theme_builtin_source(name);
    if (source == NULL) return false;
    char error[128];
    struct theme read = {0};
    if (!theme_parse(&read, text_from(source), error, sizeof error)) return false;
    *theme = read;
    return true;
}

static bool user_path(const char *name, char *path, size_t size)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    int length = -1;
    if (config != NULL && config[0] == '/')
        length = snprintf(path, size, "%s/booktop/themes/%s.theme", config, name);
    else if (home != NULL)
        length = snprintf(path, size, "%s/.config/booktop/themes/%s.theme", home, name);
    return length > 0 && (size_t)length < size;
}

static bool load_file(struct theme *theme, const char *path, char *error, size_t error_size)
{
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
        return false;
    }
    static char source[THEME_FILE_SIZE];
    size_t length = fread(source, 1, sizeof source, file);
    bool whole = feof(file) != 0 && ferror(file) == 0;
    fclose(file);
    if (!whole) {
        snprintf(error, error_size, "%s: cannot be read, or too long for a theme", path);
        return false;
    }
    char why[128];
    if (theme_parse(theme, (struct text){source, length}, why, sizeof why)) return true;
    snprintf(error, error_size, "%s: %s", path, why);
    return false;
}

bool theme_load(struct theme *theme, const char *name, char *error, size_t error_size)
{
    if (name == NULL) name = "dark";
    if (theme_builtin(theme, name)) return true;
    theme_builtin(theme, "dark");
    if (strchr(name, '/') != NULL) return load_file(theme, name, error, error_size);
    char path[4096];
    if (user_path(name, path, sizeof path)) return load_file(theme, path, error, error_size);
    snprintf(error, error_size, "no theme of that name: %s", name);
    return false;
}
