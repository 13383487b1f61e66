/* Choosing a theme. */
#include <stdio.h>
#include <string.h>

#include "booktop/ui/prefs.h"
#include "booktop/ui/themes.h"

static bool same_theme(const struct theme *a, const struct theme *b)
{
    for (int i = 0; i < ROLE_COUNT; i++) {
        const struct style *one = &a->styles[i], *other = &b->styles[i];
        bool text = one->text.kind == other->text.kind && one->text.value == other->text.value;
        bool ground = one->ground.kind == other->ground.kind && one->ground.value == other->ground.value;
        if (!text || !ground || one->attributes != other->attributes) return false;
    }
    return true;
}

static void show(struct themes *themes, const struct theme *theme)
{
    if (same_theme(&themes->shown, theme)) return;
    themes->shown = *theme;
    themes->changes++;
}

/* Where the user's themes lie is known to the user: "mine.theme, line 3: …" has room beside the list. */
static void shorten(struct themes *themes, const char *name)
{
    char file[THEME_NAME_SIZE + 16];
    snprintf(file, sizeof file, "/%s.theme", name);
    char *end = themes->trouble[0] == '/' ? strstr(themes->trouble, file) : NULL;
    if (end != NULL) memmove(themes->trouble, end + 1, strlen(end));
}

/* The selected theme, or, where it cannot be read, the one of before and the reason. */
static void preview(struct themes *themes)
{
    struct theme theme;
    const char *name = themes->list.names[themes->selected];
    themes->trouble[0] = '\0';
    bool chosen = strcmp(name, themes->name) == 0;
    bool read = chosen || theme_load(&theme, name, themes->trouble, sizeof themes->trouble);
    if (!read) shorten(themes, name);
    show(themes, read && !chosen ? &theme : &themes->before);
}

/* A setting's name is never cut: else it would be another one. */
_Static_assert(THEME_NAME_SIZE >= PREFS_NAME_SIZE, "a theme's name has room for the setting's");

void themes_init(struct themes *themes)
{
    *themes = (struct themes){.name = "dark", .wanted = "dark"};
    theme_builtin(&themes->shown, "dark");
}

void themes_set(struct themes *themes, const struct theme *theme, const char *name)
{
    themes->open = false;
    show(themes, theme);
    snprintf(themes->name, sizeof themes->name, "%s", name);
}

void themes_begin(struct themes *themes, const struct theme *theme, const char *name)
{
    struct theme usual;
    bool is_usual = theme_builtin(&usual, "dark") && same_theme(&usual, theme);
    themes_set(themes, theme, is_usual ? "dark" : name);
    snprintf(themes->wanted, sizeof themes->wanted, "%s", name);
}

bool themes_choose(struct themes *themes, const char *name, char *error, size_t error_size)
{
    struct theme theme;
    if (strcmp(name, themes->name) == 0) return true;
    if (!theme_load(&theme, name, error, error_size)) return false;
    themes_set(themes, &theme, name);
    return true;
}

bool themes_follow(struct themes *themes, const char *wanted, char *error, size_t error_size)
{
    if (themes->open || strcmp(wanted, themes->wanted) == 0) return true;
    snprintf(themes->wanted, sizeof themes->wanted, "%s", wanted);
    return themes_choose(themes, wanted, error, error_size);
}

/* The place of the chosen theme. One that is not among them, as a file elsewhere, gets a row of its own at the end. */
static size_t find_chosen(struct themes *themes)
{
    struct theme_list *list = &themes->list;
    size_t place = 0;
    while (place < list->count && strcmp(list->names[place], themes->name) != 0) place++;
    if (place < list->count) return place;
    if (list->count == THEMES_MOST) list->count--;
    snprintf(list->names[list->count], THEME_NAME_SIZE, "%s", themes->name);
    return list->count++;
}

void themes_open(struct themes *themes)
{
    theme_list_read(&themes->list);
    themes->open = true;
    themes->before = themes->shown;
    themes->selected = find_chosen(themes);
    themes->top = 0;
    themes->trouble[0] = '\0';
}

bool themes_take(struct themes *themes)
{
    if (themes->trouble[0] != '\0') return false;
    themes->open = false;
    snprintf(themes->name, sizeof themes->name, "%s", themes->list.names[themes->selected]);
    return true;
}

void themes_cancel(struct themes *themes)
{
    themes->open = false;
    show(themes, &themes->before);
}

bool themes_select(struct themes *themes, size_t place)
{
    if (place >= themes->list.count) return false;
    if (place == themes->selected) return true;
    themes->selected = place;
    preview(themes);
    return true;
}

bool themes_act(struct themes *themes, enum action action)
{
    size_t last = themes->list.count - 1, page = themes->page > 1 ? (size_t)themes->page - 1 : 1;
    size_t target = themes->selected, left = last - target;
    switch (action) {
    case ACTION_DOWN:
        target += left > 0;
        break;
    case ACTION_UP:
        target -= target > 0;
        break;
    case ACTION_PAGE_DOWN:
        target += page < left ? page : left;
        break;
    case ACTION_PAGE_UP:
        target -= page < target ? page : target;
        break;
    case ACTION_HOME:
        target = 0;
        break;
    case ACTION_END:
        target = last;
        break;
    default:
        return false;
    }
    return themes_select(themes, target);
}
