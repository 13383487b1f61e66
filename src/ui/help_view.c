/* The help: every binding of the table, every command, and the words of the screen, by context: those that count where
 * the user came from first.
 * In as many columns as there is room for; a section is never broken between them.
 */
#include "booktop/ui/scene.h"

#include <stdio.h>
#include <string.h>

#include "booktop/ui/command.h"
#include "scroll.h"

#define COLUMN_WIDTH 40
#define KEYS_WIDTH   12
#define COLUMNS_MOST 8
#define LINES_MOST   256
#define SECTIONS     (CONTEXT_COUNT + 2)
#define PAGE         10

/* What stands on the screen and does not explain itself. */
static const struct word {
    const char *word; /* NULL: the glyph */
    enum glyph glyph;
    const char *means;
} words_said[] = {
    {NULL, GLYPH_BOUGHT, "a trade: its taker bought"},       {NULL, GLYPH_SOLD, "a trade: its taker sold"},
    {"mid", GLYPH_COUNT, "half way from bid to ask"},        {"micro", GLYPH_COUNT, "mid weighed by best sizes"},
    {"imb(alance)", GLYPH_COUNT, "bids less asks, of both"}, {"slip", GLYPH_COUNT, "average, away from mid"},
    {"lag", GLYPH_COUNT, "from venue's clock to us"},        {"proofs", GLYPH_COUNT, "times it was verified"},
};

/* A line of the help: a heading, a binding's action, a command, a word, or a blank (nothing of that). */
struct line {
    enum context context;
    enum action action;
    const char *heading;
    const struct command *command;
    const struct word *word;
};

struct page {
    bool replay;
    struct line lines[LINES_MOST];
    int count;
    int starts[SECTIONS]; /* the lines at which sections begin */
    int section_count;
};

/* What is listed */

static bool has_words(const char *words, const char *keys, const char *name, const char *help)
{
    char all[256];
    if (words[0] == '\0') return true;
    snprintf(all, sizeof all, "%s %s %s", keys, name, help);
    return text_contains_folded(text_from(all), text_from(words));
}

/* Contexts of one name stand under one heading. */
static bool same_heading(enum context a, enum context b)
{
    return strcmp(context_name(a), context_name(b)) == 0;
}

/* The keys of an action in all contexts of one heading: "o Space". */
static void keys_of(enum context context, bool replay, enum action action, char out[KEYS_SIZE])
{
    size_t length = 0;
    out[0] = '\0';
    for (enum context i = 0; i < CONTEXT_COUNT; i++) {
        char keys[KEYS_SIZE];
        if (!same_heading(i, context) || !context_exists(i, replay)) continue;
        keymap_keys(i, action, false, keys);
        if (keys[0] == '\0' || length + strlen(keys) + 2 > KEYS_SIZE) continue;
        length += (size_t)snprintf(out + length, KEYS_SIZE - length, "%s%s", length > 0 ? " " : "", keys);
    }
}

static bool listed_already(const struct page *page, int start, enum action action)
{
    for (int i = start; i < page->count; i++) {
        if (page->lines[i].action == action) return true;
    }
    return false;
}

static void add_line(struct page *page, struct line line)
{
    if (page->count < LINES_MOST) page->lines[page->count++] = line;
}

/* A section begins with its first line, behind a blank: one without lines is none. */
static void add_to_section(struct page *page, int section, const char *heading, struct line line)
{
    if (page->section_count == section && section < SECTIONS) {
        page->starts[page->section_count++] = page->count;
        add_line(page, (struct line){.heading = heading});
    }
    add_line(page, line);
}

static void add_context(struct page *page, enum context context, bool replay, const char *words)
{
    size_t count;
    const struct binding *table = keymap_bindings(&count);
    int section = page->section_count;
    const char *heading = context_name(context);
    if (section > 0 && strcmp(page->lines[page->starts[section - 1]].heading, heading) == 0) section--;
    int start = section < page->section_count ? page->starts[section] : page->count;
    for (size_t i = 0; i < count; i++) {
        enum action action = table[i].action;
        char keys[KEYS_SIZE];
        if (table[i].context != context || listed_already(page, start, action)) continue;
        /* Typed on, they are what they were in the replay. */
        if (context == CONTEXT_JUMP && action == ACTION_JUMP_DIGIT) continue;
        keys_of(context, replay, action, keys);
        if (!has_words(words, keys, action_name(action), action_help(action))) continue;
        add_to_section(page, section, heading, (struct line){.context = context, .action = action});
    }
}

static void add_commands(struct page *page, bool replay, const char *words)
{
    int section = page->section_count;
    for (int i = 0; i < COMMAND_COUNT; i++) {
        const struct command *command = &commands[i];
        if (i == COMMAND_GOTO && !replay) continue;
        if (!has_words(words, command->argument, command->name, command->help)) continue;
        add_to_section(page, section, "commands", (struct line){.command = command});
    }
}

static void add_words(struct page *page, const char *words)
{
    int section = page->section_count;
    for (size_t i = 0; i < sizeof words_said / sizeof *words_said; i++) {
        const struct word *word = &words_said[i];
        if (!has_words(words, "", word->word != NULL ? word->word : "", word->means)) continue;
        add_to_section(page, section, "words", (struct line){.word = word});
    }
}

/* From the context that the user came from outwards, then the others, as they stand in the table. Of a replay its own
 * keys, which are of use wherever it is watched, are before all. */
static void make_page(const struct scene *scene, struct page *page)
{
    bool done[CONTEXT_COUNT] = {false}, replay = scene->replaying;
    size_t count;
    const struct binding *table = keymap_bindings(&count);
    page->count = page->section_count = 0;
    page->replay = replay;
    if (replay) add_context(page, CONTEXT_REPLAY, replay, scene->help_words);
    done[CONTEXT_REPLAY] = replay;
    for (enum context context = scene_helped_context(scene); context != CONTEXT_ALWAYS;) {
        if (!done[context]) add_context(page, context, replay, scene->help_words);
        done[context] = true;
        context = context_wider(context, replay);
    }
    for (size_t i = 0; i < count; i++) {
        enum context context = table[i].context;
        if (done[context] || !context_exists(context, replay)) continue;
        add_context(page, context, replay, scene->help_words);
        done[context] = true;
    }
    add_commands(page, replay, scene->help_words);
    add_words(page, scene->help_words);
}

/* Where it stands */

static int section_end(const struct page *page, int section)
{
    return section + 1 < page->section_count ? page->starts[section + 1] : page->count;
}

/* Sections fill the columns one after the other, each column up to `height` lines, a blank line between two of them.
 * In `firsts` the section that each column begins with. False if they do not fit. */
static bool fill_columns(const struct page *page, int columns, int height, int firsts[COLUMNS_MOST + 1])
{
    int column = 0, used = 0;
    firsts[0] = 0;
    for (int i = 0; i < page->section_count; i++) {
        int lines = section_end(page, i) - page->starts[i];
        int wanted = used > 0 ? used + 1 + lines : lines;
        if (wanted > height && used > 0) {
            if (++column == columns) return false;
            firsts[column] = i;
            wanted = lines;
        }
        if (wanted > height) return false;
        used = wanted;
    }
    while (++column <= columns) firsts[column] = page->section_count;
    return true;
}

/* Not higher than is needed, so that as much as can be is seen at once. */
static int find_height(const struct page *page, int columns, int least, int firsts[COLUMNS_MOST + 1])
{
    int height = least > 1 ? least : 1;
    while (!fill_columns(page, columns, height, firsts)) height++;
    return height;
}

static void draw_pair(struct canvas *canvas, int row, int column, int width, const char *left, const char *right)
{
    int used = canvas_text(canvas, row, column + 2, width - 2, ROLE_KEY, left);
    int text = used < KEYS_WIDTH ? KEYS_WIDTH : used + 1;
    canvas_text(canvas, row, column + 2 + text, width - 2 - text, ROLE_TEXT, right);
}

static void draw_line(struct canvas *canvas, int row, int column, int width, bool replay, const struct line *line)
{
    char left[KEYS_SIZE];
    if (line->heading != NULL) {
        canvas_text(canvas, row, column, width, ROLE_HEADING, line->heading);
        return;
    }
    if (line->command != NULL) {
        snprintf(left, sizeof left, ":%s %s", line->command->name, line->command->argument);
        draw_pair(canvas, row, column, width, left, line->command->help);
        return;
    }
    if (line->word != NULL) {
        const char *word = line->word->word != NULL ? line->word->word : canvas_glyph(canvas, line->word->glyph);
        draw_pair(canvas, row, column, width, word, line->word->means);
        return;
    }
    keys_of(line->context, replay, line->action, left);
    draw_pair(canvas, row, column, width, left, action_help(line->action));
}

static void draw_column(const struct page *page, struct canvas *canvas, int top, int column, int width, int first,
                        int end)
{
    int row = -top;
    for (int section = first; section < end; section++, row++) {
        for (int i = page->starts[section]; i < section_end(page, section); i++, row++)
            draw_line(canvas, row, column, width, page->replay, &page->lines[i]);
    }
}

static void draw_nothing(const struct scene *scene, struct canvas *canvas)
{
    int column = 1 + canvas_text(canvas, 0, 1, canvas->area.width - 2, ROLE_MUTED, "no key, command or word has ");
    canvas_foreign(canvas, 0, column, canvas->area.width - column - 1, ROLE_MUTED, text_from(scene->help_words));
}

static void draw(struct scene *scene, struct canvas *canvas)
{
    struct page page;
    int firsts[COLUMNS_MOST + 1];
    int columns = canvas->area.width / COLUMN_WIDTH, height = canvas->area.height;
    columns = columns < 1 ? 1 : columns > COLUMNS_MOST ? COLUMNS_MOST : columns;
    int width = canvas->area.width / columns;
    make_page(scene, &page);
    int whole = find_height(&page, columns, height, firsts);
    if (scene->help_top > whole - height) scene->help_top = whole - height;
    for (int i = 0; i < columns; i++)
        draw_column(&page, canvas, scene->help_top, 1 + i * width, width - 1, firsts[i], firsts[i + 1]);
    if (page.count == 0) draw_nothing(scene, canvas);
    canvas_cursor(canvas, 0, 0, false);
}

static bool act(struct scene *scene, enum action action)
{
    return scroll_act(action, PAGE, &scene->help_top);
}

const struct view_ops view_help = {CONTEXT_HELP, draw, act};
