/* What can be said on the command line. What comes of it: command_keys.c. */
#include "booktop/ui/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "booktop/ui/prefs.h"
#include "booktop/ui/theme.h"

const struct command commands[COMMAND_COUNT] = {
    [COMMAND_OPEN] = {"open", "NAME", "a market, by its name"},
    [COMMAND_SEARCH] = {"search", "WORDS", "find markets"},
    [COMMAND_THEME] = {"theme", "NAME", "colours, by name or file"},
    [COMMAND_SET] = {"set", "NAME VALUE", "change a setting"},
    [COMMAND_GROUP] = {"group", "N", "rows of N ticks"},
    [COMMAND_DEPTH] = {"depth", "N", "levels of a side, or all"},
    [COMMAND_COST] = {"cost", "SIZE", "what so many would cost"},
    [COMMAND_GOTO] = {"goto", "PLACE", "1h2m3s, 40%, 14:30, end"},
    [COMMAND_QUIT] = {"quit", "", "quit at once"},
};

static struct text from(struct text line, size_t start)
{
    return (struct text){line.at + start, line.length - start};
}

/* The first word, and what is behind it. */
static struct text split(struct text line, struct text *rest)
{
    line = text_trim(line);
    size_t length = 0;
    while (length < line.length && line.at[length] != ' ') length++;
    *rest = text_trim(from(line, length));
    return (struct text){line.at, length};
}

/* Keys tell some actions more than their name does. */
static bool has_name(enum action action)
{
    return action != ACTION_WATCHED && action != ACTION_JUMP_DIGIT && action != ACTION_JUMP;
}

static int find_command(struct text word, bool whole)
{
    int found = -1;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        if (text_is(word, commands[i].name)) return i;
        if (whole || !text_starts_with(text_from(commands[i].name), word)) continue;
        if (found >= 0) return -1;
        found = i;
    }
    return found;
}

static enum action find_action(struct text word)
{
    enum action found = action_find(word);
    if (found != ACTION_NONE) return has_name(found) ? found : ACTION_NONE;
    for (enum action i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (!has_name(i) || !text_starts_with(text_from(action_name(i)), word)) continue;
        if (found != ACTION_NONE) return ACTION_NONE;
        found = i;
    }
    return found;
}

bool command_parse(struct text line, struct command_line *parsed, char *error, size_t error_size)
{
    *parsed = (struct command_line){.command = -1};
    parsed->word = split(line, &parsed->argument);
    if (parsed->word.length > 0) {
        parsed->command = find_command(parsed->word, true);
        enum action exact = action_find(parsed->word);
        if (parsed->command < 0 && exact == ACTION_NONE) parsed->command = find_command(parsed->word, false);
        if (parsed->command >= 0) return true;
        parsed->action = find_action(parsed->word);
        if (parsed->action != ACTION_NONE) return true;
    }
    if (text_is(parsed->word, "replay")) {
        snprintf(error, error_size, "a recording is played by a start of its own: booktop replay FILE");
        return false;
    }
    snprintf(error, error_size, "no command \"%.*s\", expected one of those that Tab shows",
             (int)(parsed->word.length > 40 ? 40 : parsed->word.length), parsed->word.at);
    return false;
}

/* Completion */

static void offer(struct choices *choices, struct text typed, const char *name)
{
    size_t length = strlen(name);
    if (!text_starts_with(text_from(name), typed) || length >= CHOICE_SIZE || choices->count == CHOICES_MOST) return;
    for (size_t i = 0; i < choices->count; i++) {
        if (strcmp(choices->names[i], name) == 0) return;
    }
    memcpy(choices->names[choices->count++], name, length + 1);
}

static void offer_words(struct choices *choices, struct text typed, enum context context, bool replay)
{
    for (int i = 0; i < COMMAND_COUNT; i++) {
        bool meant = i == COMMAND_GOTO ? replay : i != COMMAND_COST || keymap_reaches(context, replay, ACTION_COST);
        if (meant) offer(choices, typed, commands[i].name);
    }
    for (enum action i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
        if (has_name(i) && keymap_reaches(context, replay, i)) offer(choices, typed, action_name(i));
    }
}

/* Reading the user's folder takes a moment, but only where a theme is being typed. */
static void offer_themes(struct choices *choices, struct text typed)
{
    struct theme_list *list = malloc(sizeof *list);
    if (list == NULL) return;
    theme_list_read(list);
    for (size_t i = 0; i < list->count; i++) offer(choices, typed, list->names[i]);
    free(list);
}

static void offer_values(struct choices *choices, struct text typed, struct text setting)
{
    if (text_is(setting, "theme")) {
        offer_themes(choices, typed);
        return;
    }
    for (size_t i = 0; i < prefs_count(); i++) {
        if (!text_is(setting, prefs_name(i))) continue;
        const char *name;
        for (size_t n = 0; (name = prefs_choice(i, n)) != NULL; n++) offer(choices, typed, name);
    }
}

static void offer_settings(struct choices *choices, struct text typed)
{
    for (size_t i = 0; i < prefs_count(); i++) offer(choices, typed, prefs_name(i));
}

void command_choices(struct text line, enum context context, bool replay, struct choices *choices)
{
    size_t start = line.length;
    struct text rest, setting;
    while (start > 0 && line.at[start - 1] != ' ') start--;
    choices->count = 0;
    choices->start = start;
    struct text typed = from(line, start), before = {line.at, start};
    struct text word = split(before, &rest), value = split(rest, &rest);
    setting = value;
    if (word.length == 0)
        offer_words(choices, typed, context, replay);
    else if (text_is(word, "set") && value.length == 0)
        offer_settings(choices, typed);
    else if (text_is(word, "set") && rest.length == 0)
        offer_values(choices, typed, setting);
    else if (value.length == 0 && (text_is(word, "theme") || text_is(word, "group") || text_is(word, "depth")))
        offer_values(choices, typed, word);
}

/* Whether something may stand behind the only choice there is. */
static bool goes_on(struct text line, const struct choices *choices)
{
    struct text rest, word = split((struct text){line.at, choices->start}, &rest);
    if (text_is(word, "set")) return rest.length == 0;
    int command = find_command(text_from(choices->names[0]), true);
    return word.length == 0 && command >= 0 && commands[command].argument[0] != '\0';
}

size_t command_complete(struct text line, const struct choices *choices, char out[CHOICE_SIZE])
{
    struct text typed = from(line, choices->start);
    if (choices->count == 0) return text_copy(typed, out, CHOICE_SIZE);
    size_t common = strlen(choices->names[0]);
    for (size_t i = 1; i < choices->count; i++) {
        size_t same = 0;
        while (same < common && choices->names[i][same] == choices->names[0][same]) same++;
        common = same;
    }
    /* Never amid a character. */
    while (common > typed.length && ((unsigned char)choices->names[0][common] & 0xC0) == 0x80) common--;
    size_t length = text_copy((struct text){choices->names[0], common}, out, CHOICE_SIZE);
    if (choices->count > 1 || length + 1 >= CHOICE_SIZE || !goes_on(line, choices)) return length;
    out[length] = ' ';
    out[length + 1] = '\0';
    return length + 1;
}

static void explain_setting(struct text argument, char *out, size_t size)
{
    struct text rest, name = split(argument, &rest);
    for (size_t i = 0; i < prefs_count(); i++) {
        if (text_is(name, prefs_name(i))) snprintf(out, size, "%s: %s", prefs_name(i), prefs_help(i));
    }
}

void command_explain(struct text line, char *out, size_t size)
{
    struct text argument, word = split(line, &argument);
    bool typed = word.length > 0 && line.at[line.length - 1] == ' ';
    int command = find_command(word, true);
    enum action action = action_find(word);
    out[0] = '\0';
    if (word.length == 0 || (!typed && argument.length == 0 && command < 0 && action == ACTION_NONE)) return;
    if (command >= 0)
        snprintf(out, size, "%s%s%s: %s", commands[command].name, commands[command].argument[0] != '\0' ? " " : "",
                 commands[command].argument, commands[command].help);
    else if (action != ACTION_NONE)
        snprintf(out, size, "%s: %s", action_name(action), action_help(action));
    if (command == COMMAND_SET) explain_setting(argument, out, size);
}
