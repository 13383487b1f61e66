/* The command line as it is typed, and what a command does. */
#include "booktop/ui/command.h"

#include <stdio.h>
#include <string.h>

#include "session_keys.h"

void session_ask_command(struct session *session)
{
    struct scene *scene = &session->scene;
    prompt_clear(&scene->prompt);
    scene->command_error[0] = '\0';
    scene->offer.known = false;
    scene->history_back = 0;
    scene->prompt_use = PROMPT_COMMAND;
    scene->prompt_open = true;
    session->taken = true;
}

/* Settings */

static bool use_prefs(struct session *session)
{
    struct scene *scene = &session->scene;
    if (scene->has_view) ladder_take(&scene->ladder, &scene->book, &scene->prefs);
    session_sort_list(scene);
    return true;
}

/* A theme that cannot be read is refused. */
static bool choose_theme(struct scene *scene, struct text value)
{
    char theme[PREFS_NAME_SIZE];
    if (value.length >= sizeof theme) return true; /* the setting refuses it */
    text_copy(value, theme, sizeof theme);
    return themes_choose(&scene->themes, theme, scene->command_error, sizeof scene->command_error);
}

static bool set(struct session *session, const char *name, struct text value)
{
    struct scene *scene = &session->scene;
    if (strcmp(name, "theme") == 0 && value.length > 0 && !choose_theme(scene, value)) return false;
    if (!prefs_set(&scene->prefs, text_from(name), value, scene->command_error, sizeof scene->command_error))
        return false;
    return use_prefs(session);
}

static bool set_theme(struct session *session, struct text argument)
{
    return set(session, "theme", argument);
}

static bool set_group(struct session *session, struct text argument)
{
    return set(session, "group", argument);
}

static bool set_depth(struct session *session, struct text argument)
{
    return set(session, "depth", argument);
}

static bool tell_setting(struct session *session, const char *name)
{
    char value[PREFS_NAME_SIZE];
    for (size_t i = 0; i < prefs_count(); i++) {
        if (strcmp(name, prefs_name(i)) != 0) continue;
        prefs_format(&session->scene.prefs, i, value, sizeof value);
        scene_notice(&session->scene, ROLE_TEXT, "%s is %s", name, value);
        return true;
    }
    snprintf(session->scene.command_error, sizeof session->scene.command_error,
             "no setting \"%.40s\", expected one of those that Tab shows", name);
    return false;
}

static bool set_any(struct session *session, struct text argument)
{
    char name[PREFS_NAME_SIZE];
    size_t length = 0;
    while (length < argument.length && argument.at[length] != ' ') length++;
    text_copy((struct text){argument.at, length}, name, sizeof name);
    struct text value = text_trim((struct text){argument.at + length, argument.length - length});
    return value.length > 0 ? set(session, name, value) : tell_setting(session, name);
}

/* Markets and places */

static bool missing(struct session *session, const char *what)
{
    snprintf(session->scene.command_error, sizeof session->scene.command_error, "expected %s", what);
    return false;
}

static bool open_market(struct session *session, struct text argument)
{
    char words[PROMPT_SIZE];
    if (argument.length == 0) return missing(session, "a market: a slug, a ticker or a web address");
    text_copy(argument, words, sizeof words);
    session_close_panels(session);
    session_open(session, words);
    return true;
}

static bool search(struct session *session, struct text argument)
{
    char words[PROMPT_SIZE];
    text_copy(argument, words, sizeof words);
    session_close_panels(session);
    session_search(session, words);
    return true;
}

/* "2026-11-21 14:30:05"; without the day where that was said. */
static void write_time(int64_t wall, bool utc, const char *said, char out[FIGURE_SIZE])
{
    char day[FIGURE_SIZE], clock[FIGURE_SIZE];
    figure_day(wall / NANOSECONDS_PER_SECOND, utc, day);
    figure_clock(wall / NANOSECONDS_PER_MILLISECOND, utc, clock);
    day[strcspn(day, " ")] = '\0';
    bool again = strncmp(said, day, strlen(day)) == 0;
    snprintf(out, FIGURE_SIZE, "%.16s%s%.16s", again ? "" : day, again ? "" : " ", clock);
}

/* How long the recording is, and when it was, which says what places there are. */
static bool outside(struct session *session)
{
    struct scene *scene = &session->scene;
    const struct replay_view *replay = &scene->replay;
    char length[FIGURE_SIZE], begin[FIGURE_SIZE], end[FIGURE_SIZE];
    bool utc = scene->prefs.utc;
    figure_place(replay->length, replay->length, length);
    write_time(replay->began, utc, "", begin);
    write_time(replay->began + replay->length, utc, begin, end);
    if (replay->measured)
        snprintf(scene->command_error, sizeof scene->command_error, "outside: it runs %s, from %s to %s%s", length,
                 begin, end, utc ? " UTC" : "");
    else
        snprintf(scene->command_error, sizeof scene->command_error, "outside: it begins at %s%s", begin,
                 utc ? " UTC" : "");
    return false;
}

static bool go_to(struct session *session, struct text argument)
{
    struct scene *scene = &session->scene;
    char place[PROMPT_SIZE];
    int64_t m;
    if (!scene->replaying || session->find_place == NULL) return missing(session, "a replay: here everything is live");
    text_copy(argument, place, sizeof place);
    const struct replay_view *replay = &scene->replay;
    const char *why = session->find_place(place, replay->began, replay->measured ? replay->length : -1, &m);
    if (why != NULL) return missing(session, why);
    if (m < 0) return outside(session);
    session_replay_seek(session, m);
    return true;
}

/* Where the action works, if not here. */
static bool refuse_action(struct session *session, enum action action)
{
    struct scene *scene = &session->scene;
    size_t count;
    const struct binding *table = keymap_defaults(&count);
    for (size_t i = 0; i < count; i++) {
        if (table[i].action != action) continue;
        const char *where = table[i].context == CONTEXT_LIVE ? "live books" : context_name(table[i].context);
        snprintf(scene->command_error, sizeof scene->command_error, "%s means nothing here, it is for: %s",
                 action_name(action), where);
        return false;
    }
    return false;
}

static bool set_cost(struct session *session, struct text argument)
{
    struct scene *scene = &session->scene;
    if (!keymap_reaches(scene_view_context(scene), scene->replaying, ACTION_COST))
        return refuse_action(session, ACTION_COST);
    return scene_ask_cost(scene, argument, scene->command_error, sizeof scene->command_error);
}

static bool quit(struct session *session, struct text argument)
{
    (void)argument;
    session->state = SESSION_LEFT;
    return true;
}

static bool (*const runs[COMMAND_COUNT])(struct session *session, struct text argument) = {
    [COMMAND_OPEN] = open_market, [COMMAND_SEARCH] = search,   [COMMAND_THEME] = set_theme,
    [COMMAND_SET] = set_any,      [COMMAND_GROUP] = set_group, [COMMAND_DEPTH] = set_depth,
    [COMMAND_COST] = set_cost,    [COMMAND_GOTO] = go_to,      [COMMAND_QUIT] = quit,
};

/* Actions */

static bool act(struct session *session, enum action action, struct text argument)
{
    struct scene *scene = &session->scene;
    if (argument.length > 0) {
        snprintf(scene->command_error, sizeof scene->command_error, "%s takes no argument", action_name(action));
        return false;
    }
    if (!keymap_reaches(scene_view_context(scene), scene->replaying, action)) return refuse_action(session, action);
    session_do(session, action, PRESS_NONE);
    return true;
}

static bool run(struct session *session, struct text line)
{
    struct scene *scene = &session->scene;
    struct command_line parsed;
    if (line.length == 0) return true;
    if (!command_parse(line, &parsed, scene->command_error, sizeof scene->command_error)) return false;
    if (parsed.command < 0) return act(session, parsed.action, parsed.argument);
    /* Without what it wants a command is the action of its name, which asks for that. */
    struct text name = text_from(commands[parsed.command].name);
    enum action asks = parsed.argument.length == 0 && parsed.command != COMMAND_QUIT ? action_find(name) : ACTION_NONE;
    if (keymap_reaches(scene_view_context(scene), scene->replaying, asks)) return act(session, asks, parsed.argument);
    if (commands[parsed.command].argument[0] != '\0' || parsed.argument.length == 0)
        return runs[parsed.command](session, parsed.argument);
    snprintf(scene->command_error, sizeof scene->command_error, "%s takes no argument", commands[parsed.command].name);
    return false;
}

/* What was refused stays, to be mended. */
void session_run_command(struct session *session)
{
    struct scene *scene = &session->scene;
    struct prompt typed = scene->prompt;
    struct text line = text_trim(text_from(typed.text));
    char words[PROMPT_SIZE];
    text_copy(line, words, sizeof words);
    history_add(&scene->history, words);
    scene->history_back = 0;
    scene->prompt_open = false;
    scene->command_error[0] = '\0';
    if (run(session, text_from(words))) return;
    scene->prompt = typed;
    scene->prompt_use = PROMPT_COMMAND;
    scene->prompt_open = true;
}

/* Typing */

static void replace_line(struct scene *scene, const char *line)
{
    prompt_clear(&scene->prompt);
    prompt_insert_text(&scene->prompt, text_from(line));
}

static void recall(struct scene *scene, unsigned back)
{
    const char *line = back > 0 ? history_line(&scene->history, back) : scene->typed_line;
    if (line == NULL) return;
    if (scene->history_back == 0) text_copy(text_from(scene->prompt.text), scene->typed_line, PROMPT_SIZE);
    scene->history_back = back;
    replace_line(scene, line);
}

/* What stands behind the cursor stays there. */
static void complete(struct scene *scene)
{
    struct prompt *prompt = &scene->prompt;
    struct text line = {prompt->text, prompt->cursor};
    struct choices choices;
    char word[CHOICE_SIZE];
    command_choices(line, scene_view_context(scene), scene->replaying, &choices);
    size_t length = command_complete(line, &choices, word), typed = line.length - choices.start;
    if (length > typed) prompt_insert_text(prompt, (struct text){word + typed, length - typed});
}

bool session_command_act(struct session *session, enum action action)
{
    struct scene *scene = &session->scene;
    scene->command_error[0] = '\0';
    switch (action) {
    case ACTION_COMPLETE:
        complete(scene);
        return true;
    case ACTION_OLDER:
        recall(scene, scene->history_back + 1);
        return true;
    case ACTION_NEWER:
        if (scene->history_back > 0) recall(scene, scene->history_back - 1);
        return true;
    default:
        return false;
    }
}
