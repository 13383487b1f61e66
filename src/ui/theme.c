#include "booktop/ui/theme.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "theme_builtin.h"

#define THEME_FILE_SIZE 16384
/* Of what could not be read, in the words that say so. */
#define WORD_SIZE    32
#define THEME_ENDING ".theme"

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

#define COLOURS "#rrggbb, default or one of 16 names, red to bright-white"

/* A word as it may be shown, cut where it is long. */
static const char *quote(struct text word, char out[WORD_SIZE])
{
    text_sanitize(text_clip(word, WORD_SIZE / 4, NULL), out, WORD_SIZE, true);
    return out;
}

/* What a line is to be read into, and where the words go that say why it cannot be. */
struct reading {
    struct theme *theme;
    char *error;
    size_t error_size;
};

static bool parse_word(struct reading *reading, struct text word, struct text *rest, struct style *style)
{
    char quoted[WORD_SIZE];
    unsigned attribute = parse_attribute(word);
    style->attributes |= attribute;
    if (attribute != 0) return true;
    if (text_is(word, "on")) {
        word = next_word(rest);
        if (parse_colour(word, &style->ground)) return true;
        snprintf(reading->error, reading->error_size, "expected a colour after 'on' (" COLOURS "), not '%s'",
                 quote(word, quoted));
        return false;
    }
    if (parse_colour(word, &style->text)) return true;
    snprintf(reading->error, reading->error_size,
             "'%s' is no colour (" COLOURS ") and none of bold, dim, underline, reverse", quote(word, quoted));
    return false;
}

static bool parse_style(struct reading *reading, struct text text, struct style *style)
{
    *style = (struct style){0};
    for (struct text word = next_word(&text); word.length > 0; word = next_word(&text)) {
        if (!parse_word(reading, word, &text, style)) return false;
    }
    return true;
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

/* "'bids' is no role: text, muted, …" */
static bool refuse_role(struct reading *reading, struct text name)
{
    char quoted[WORD_SIZE];
    int length = snprintf(reading->error, reading->error_size, "'%s' is no role:", quote(name, quoted));
    for (int i = 0; i < ROLE_COUNT && length > 0 && (size_t)length < reading->error_size; i++) {
        length += snprintf(reading->error + length, reading->error_size - (size_t)length, "%s %s", i > 0 ? "," : "",
                           role_names[i]);
    }
    return false;
}

static bool parse_line(struct reading *reading, struct text line)
{
    line = text_trim(without_comment(line));
    if (line.length == 0) return true;
    const char *equals = memchr(line.at, '=', line.length);
    if (equals == NULL) {
        snprintf(reading->error, reading->error_size, "expected 'role = colour', there is no '='");
        return false;
    }
    size_t length = (size_t)(equals - line.at);
    struct text name = text_trim((struct text){line.at, length});
    int role = find_role(name);
    if (role < 0) return refuse_role(reading, name);
    struct style style;
    if (!parse_style(reading, (struct text){equals + 1, line.length - length - 1}, &style)) return false;
    reading->theme->styles[role] = style;
    return true;
}

bool theme_parse(struct theme *theme, struct text source, char *error, size_t error_size)
{
    char why[THEME_ERROR_SIZE] = "";
    struct reading reading = {theme, why, sizeof why};
    for (unsigned number = 1; source.length > 0; number++) {
        const char *end = memchr(source.at, '\n', source.length);
        size_t length = end == NULL ? source.length : (size_t)(end - source.at);
        if (!parse_line(&reading, (struct text){source.at, length})) {
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
    char error[THEME_ERROR_SIZE];
    struct theme read = {0};
    if (!theme_parse(&read, text_from(source), error, sizeof error)) return false;
    *theme = read;
    return true;
}

struct text theme_note(const char *name)
{
    const char *source = theme_builtin_source(name);
    if (source == NULL || source[0] != '#') return TEXT("");
    return text_trim((struct text){source + 1, strcspn(source + 1, "\n")});
}

static bool user_folder(char *path, size_t size)
{
    const char *config = getenv("XDG_CONFIG_HOME");
    const char *home = getenv("HOME");
    int length = -1;
    if (config != NULL && config[0] == '/')
        length = snprintf(path, size, "%s/booktop/themes", config);
    else if (home != NULL && home[0] == '/')
        length = snprintf(path, size, "%s/.config/booktop/themes", home);
    return length > 0 && (size_t)length < size;
}

static bool user_path(const char *name, char *path, size_t size)
{
    if (!user_folder(path, size)) return false;
    size_t length = strlen(path);
    int added = snprintf(path + length, size - length, "/%s" THEME_ENDING, name);
    return added > 0 && (size_t)added < size - length;
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
    char why[THEME_ERROR_SIZE];
    if (theme_parse(theme, (struct text){source, length}, why, sizeof why)) return true;
    snprintf(error, error_size, "%s, %s", path, why);
    return false;
}

/* A name that is not known is answered with those that are. */
static void refuse_name(const char *name, const char *path, char *error, size_t error_size)
{
    int length = snprintf(error, error_size, "no theme '%s': there is no file %s, and built in are", name, path);
    for (size_t i = 0; i < theme_builtin_count() && length > 0 && (size_t)length < error_size; i++) {
        length +=
            snprintf(error + length, error_size - (size_t)length, "%s %s", i > 0 ? "," : "", theme_builtin_name(i));
    }
}

bool theme_load(struct theme *theme, const char *name, char *error, size_t error_size)
{
    char path[4096];
    if (name == NULL) name = "dark";
    if (theme_builtin(theme, name)) return true;
    theme_builtin(theme, "dark");
    if (strchr(name, '/') != NULL) return load_file(theme, name, error, error_size);
    if (!user_path(name, path, sizeof path)) {
        refuse_name(name, "of it", error, error_size);
        return false;
    }
    if (access(path, F_OK) == 0) return load_file(theme, path, error, error_size);
    refuse_name(name, path, error, error_size);
    return false;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* The name of a theme's file without its ending goes to the list, if there is room for it and nothing of that name. */
static void add_file(struct theme_list *list, const char *file)
{
    size_t length = strlen(file), ending = strlen(THEME_ENDING);
    if (list->count == THEMES_MOST || file[0] == '.' || length <= ending) return;
    if (strcmp(file + length - ending, THEME_ENDING) != 0 || length - ending >= THEME_NAME_SIZE) return;
    char *name = list->names[list->count];
    memcpy(name, file, length - ending);
    name[length - ending] = '\0';
    if (theme_builtin_source(name) == NULL) list->count++;
}

void theme_list_read(struct theme_list *list)
{
    char path[4096];
    *list = (struct theme_list){.count = theme_builtin_count(), .builtin = theme_builtin_count()};
    for (size_t i = 0; i < list->count; i++) {
        snprintf(list->names[i], THEME_NAME_SIZE, "%s", theme_builtin_name(i));
    }
    DIR *folder = user_folder(path, sizeof path) ? opendir(path) : NULL;
    if (folder == NULL) return;
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        add_file(list, entry->d_name);
    }
    closedir(folder);
    qsort(list->names[list->builtin], list->count - list->builtin, THEME_NAME_SIZE, by_name);
}
