/* The last row: the line that is typed, a notice, or the keys that count now. */
#include "booktop/ui/scene.h"

#include <stdio.h>
#include <string.h>

#include "command_row.h"
#include "sheet.h"
#include "state_words.h"

#define GAP 3
/* Where not every hint fits. */
#define NARROW_GAP 2
/* Help and quit come first in importance and last on the row. */
#define LAST_HINTS 2
#define HINTS_MOST 20
/* Below this the line for a note is named shortly. */
#define ROOMY_FOR_NOTE 60
#define NOTICE_ROWS    3
/* Of a rule with hints on it, so that it is seen to be one. */
#define RULE_LEAST 6

/* A hint as it is written: its keys are looked for once in a picture. */
struct offer {
    struct hint hint;
    const char *words;
    char keys[KEYS_SIZE];
    int first, width; /* columns of the first key (0: only the second has one), and of all */
};

static int columns_of(const char *text)
{
    return (int)text_width(text_from(text));
}

/* Of a recording that is watched: there nothing goes on, what leads back does. */
static bool at_end(const struct scene *scene)
{
    return scene->replaying && scene->replay.ended && !scene->replay.open;
}

/* What stands still is not paused by the key that pauses. */
static const char *hint_words(const struct scene *scene, enum action action)
{
    bool still = scene->replaying ? scene->replay.paused : scene->tape_paused;
    if (action == ACTION_PAUSE && still) return "go on";
    if (action == ACTION_JUMP_DIGIT) return "start";
    return action == ACTION_BACKWARD && at_end(scene) ? "10 s back" : action_hint(action);
}

/* Where they are the digits that lead to the start: no other place is offered. */
static void write_start(enum context context, char keys[KEYS_SIZE])
{
    bool typed = keymap_action(context, true, '0') == ACTION_JUMP_DIGIT;
    bool taken = keymap_action(CONTEXT_JUMP, true, '%') == ACTION_JUMP;
    snprintf(keys, KEYS_SIZE, "%s", typed && taken ? "0%" : "");
}

/* False: it has no key here. */
static bool make_offer(const struct scene *scene, const struct hint *hint, struct offer *offer)
{
    enum context context = scene_context(scene);
    struct hint first = {hint->first, ACTION_NONE}, second = {hint->second, ACTION_NONE};
    char keys[KEYS_SIZE] = "";
    offer->hint = *hint;
    offer->words = hint_words(scene, hint->first);
    hint_keys(context, scene->replaying, &first, offer->keys);
    if (hint->first == ACTION_JUMP_DIGIT) write_start(context, offer->keys);
    if (hint->second != ACTION_NONE) hint_keys(context, scene->replaying, &second, keys);
    if (offer->keys[0] == '\0' && keys[0] == '\0') return false;
    offer->first = columns_of(offer->keys);
    size_t length = strlen(offer->keys);
    if (keys[0] != '\0') snprintf(offer->keys + length, KEYS_SIZE - length, "%s%s", length > 0 ? "/" : "", keys);
    offer->width = columns_of(offer->keys) + 1 + columns_of(offer->words);
    return true;
}

static int draw_offer(struct canvas *canvas, int column, const struct offer *offer)
{
    int width = canvas->area.width, start = column;
    column += canvas_text(canvas, 0, column, width, ROLE_KEY, offer->keys) + 1;
    int end = column + canvas_text(canvas, 0, column, width, ROLE_MUTED, offer->words);
    enum action action = offer->first > 0 ? offer->hint.first : offer->hint.second;
    if (action == ACTION_JUMP_DIGIT) {
        canvas_zone(canvas, 0, start, end - start, ZONE_BAR, 0); /* of no length: it has a start alone */
        return end;
    }
    canvas_zone(canvas, 0, start, end - start, ZONE_ACTION, action);
    /* Of "j/k" the second key is a place of its own. */
    int second = start + offer->first + 1;
    if (offer->first > 0 && second < column - 1)
        canvas_zone(canvas, 0, second, column - 1 - second, ZONE_ACTION, offer->hint.second);
    return end;
}

/* What comes before everything else: what helps while a connection is lost, or what a replay is watched with. */
static const struct hint *first_hints(const struct scene *scene, int *count)
{
    static const struct hint aid[] = {{ACTION_RETRY, ACTION_NONE}, {ACTION_LOG, ACTION_NONE}};
    static const struct hint end[] = {{ACTION_BACKWARD, ACTION_NONE},
                                      {ACTION_JUMP_DIGIT, ACTION_NONE},
                                      {ACTION_PREVIOUS_MARK, ACTION_NONE},
                                      {ACTION_NONE, ACTION_NONE}};
    enum context context = scene_context(scene);
    bool alone = context == CONTEXT_HELP || context == CONTEXT_JUMP || context == CONTEXT_THEMES;
    bool watched = scene->replaying && !alone;
    const struct hint *first = !watched ? aid : at_end(scene) ? end : keymap_hints(CONTEXT_REPLAY);
    *count = scene_offers_retry(scene) && !alone ? (scene->log_open ? 1 : 2) : 0;
    if (watched) {
        for (*count = 0; first[*count].first != ACTION_NONE;) ++*count;
    }
    return first;
}

static bool is_among(const struct offer *offers, int count, enum action action)
{
    for (int i = 0; i < count; i++) {
        if (offers[i].hint.first == action) return true;
    }
    return false;
}

static bool is_offered(const struct scene *scene, enum action action)
{
    if (action == ACTION_RECORD) return scene->can_record;
    if (action == ACTION_PAUSE) return !at_end(scene);
    if (action == ACTION_UNFILTER) return scene->list.filter[0] != '\0';
    return action != ACTION_MARK || scene->taping.state == TAPING_ON;
}

/* Those that come first, in all; how many there are. */
static int offer_first(const struct scene *scene, struct offer first[HINTS_MOST])
{
    int count, made = 0;
    const struct hint *hints = first_hints(scene, &count);
    for (int i = 0; i < count && made < HINTS_MOST; i++) made += make_offer(scene, &hints[i], &first[made]);
    return made;
}

/* Those of a context that have a key, less what was said already; how many there are. */
static int offer_rest(const struct scene *scene, const struct offer *said, int said_count,
                      struct offer rest[HINTS_MOST])
{
    int count = 0;
    const struct hint *hint = keymap_hints(scene_context(scene));
    for (; hint->first != ACTION_NONE && count < HINTS_MOST; hint++) {
        bool wanted = is_offered(scene, hint->first) && !is_among(said, said_count, hint->first);
        if (wanted) count += make_offer(scene, hint, &rest[count]);
    }
    return count;
}

/* How many of them fit, the most important first. */
static int count_fitting(const struct offer *offers, int count, int room, int gap)
{
    int fitting = 0;
    for (room += gap; fitting < count; fitting++) {
        room -= offers[fitting].width + gap;
        if (room < 0) break;
    }
    return fitting;
}

/* How many of the first ones fit, with room left for those that are last on the row. */
static int count_first(const struct offer *first, int count, const struct offer *rest, int rest_count, int room)
{
    for (int i = 0; i < LAST_HINTS && i < rest_count; i++) room -= rest[i].width + NARROW_GAP;
    return count_fitting(first, count, room, NARROW_GAP);
}

static void draw_hints(const struct scene *scene, struct canvas *canvas, int column)
{
    struct offer first[HINTS_MOST], rest[HINTS_MOST];
    int count = offer_first(scene, first), rest_count = offer_rest(scene, first, count, rest);
    int gap = count > 0 ? NARROW_GAP : GAP, end = canvas->area.width - 1;
    if (scene->replaying) count = count_first(first, count, rest, rest_count, end - column);
    for (int i = 0; i < count; i++) column = draw_offer(canvas, column, &first[i]) + gap;
    int fitting = count_fitting(rest, rest_count, end - column, gap);
    if (fitting < rest_count) fitting = count_fitting(rest, rest_count, end - column, gap = NARROW_GAP);
    for (int i = LAST_HINTS; i < fitting; i++) column = draw_offer(canvas, column, &rest[i]) + gap;
    for (int i = 0; i < LAST_HINTS && i < fitting; i++) column = draw_offer(canvas, column, &rest[i]) + gap;
}

/* "── Space pause  ? help  q quit ─": what matters most, on a rule. */
void hints_on_rule_draw(struct scene *scene, struct canvas *canvas)
{
    struct offer first[HINTS_MOST] = {0}, rest[HINTS_MOST] = {0};
    int count = offer_first(scene, first), rest_count = offer_rest(scene, first, count, rest), width = -NARROW_GAP;
    int end = canvas->area.width - 1;
    if (rest_count > LAST_HINTS) rest_count = LAST_HINTS;
    count = count_first(first, count, rest, rest_count, end - RULE_LEAST);
    for (int i = 0; i < count; i++) width += first[i].width + NARROW_GAP;
    for (int i = 0; i < rest_count; i++) width += rest[i].width + NARROW_GAP;
    int column = end - 1 - width;
    if (width <= 0 || column < 2) return;
    for (int i = column - 1; i < end; i++) canvas_text(canvas, 0, i, 1, ROLE_TEXT, " ");
    for (int i = 0; i < count; i++) column = draw_offer(canvas, column, &first[i]) + NARROW_GAP;
    for (int i = 0; i < rest_count; i++) column = draw_offer(canvas, column, &rest[i]) + NARROW_GAP;
}

/* "12/80", the bytes of what is typed and the most there may be; the columns it takes. 0: as many as fit. */
static int draw_length(const struct scene *scene, struct canvas *canvas)
{
    char text[FIGURE_SIZE];
    size_t length = scene->prompt.length, most = prompt_most(scene->prompt_use);
    if (most == 0) return 0;
    bool full = length + 1 > most;
    snprintf(text, sizeof text, "%s%zu/%zu", full ? "full: " : "", length, most);
    canvas_right(canvas, 0, 0, canvas->area.width - 1, full ? ROLE_WARNING : ROLE_MUTED, text);
    return (int)text_width(text_from(text)) + 1;
}

/* Below what may be typed, or what is wrong with it. */
static void draw_command(struct scene *scene, struct canvas *canvas)
{
    int width = canvas->area.width;
    command_row_draw(scene, canvas);
    int column = 1 + canvas_text(canvas, COMMAND_ROWS - 1, 1, width, ROLE_KEY, ":");
    prompt_draw(&scene->prompt, canvas, COMMAND_ROWS - 1, column, width - column - 1);
}

/* "find key bid": the help shows what has these words. */
static void draw_find_key(struct scene *scene, struct canvas *canvas)
{
    int width = canvas->area.width;
    int column = 1 + canvas_text(canvas, 0, 1, width, ROLE_KEY, "find key: ");
    prompt_draw(&scene->prompt, canvas, 0, column, width - column - 1);
}

/* What may be typed for a size, as far as there is room. */
static void draw_sizes(struct canvas *canvas, int row, int column, int room)
{
    static const char *const words[] = {"500, or $250; empty takes it away", "500, or $250", ""};
    size_t i = 0;
    while (columns_of(words[i]) > room && words[i][0] != '\0') i++;
    canvas_text(canvas, row, column, room, ROLE_MUTED, words[i]);
}

/* Below it, where that is so, what is wrong with the size. */
static void draw_cost(struct scene *scene, struct canvas *canvas)
{
    int width = canvas->area.width, row = canvas->area.height - 1;
    if (row > 0) canvas_foreign(canvas, 0, 1, width - 2, ROLE_WARNING, text_from(scene->command_error));
    int column = 1 + canvas_text(canvas, row, 1, width, ROLE_KEY, "cost of the size: ");
    if (scene->prompt.length == 0) draw_sizes(canvas, row, column + 2, width - column - 3);
    prompt_draw(&scene->prompt, canvas, row, column, width - column - 1);
}

/* The mark itself is made already. */
static void draw_no_note(const struct scene *scene, struct canvas *canvas, int column, int room)
{
    char key[KEYS_SIZE], text[FIGURE_SIZE + KEYS_SIZE];
    keymap_key(CONTEXT_PROMPT, scene->replaying, ACTION_CANCEL, key);
    snprintf(text, sizeof text, "%s: without a note", key);
    if ((int)text_width(text_from(text)) <= room) canvas_text(canvas, 0, column, room, ROLE_MUTED, text);
}

static void draw_prompt(struct scene *scene, struct canvas *canvas)
{
    if (scene->prompt_use == PROMPT_COMMAND) {
        draw_command(scene, canvas);
        return;
    }
    if (scene->prompt_use == PROMPT_FIND_KEY) {
        draw_find_key(scene, canvas);
        return;
    }
    if (scene->prompt_use == PROMPT_COST) {
        draw_cost(scene, canvas);
        return;
    }
    static const char *const labels[] = {
        [PROMPT_SEARCH] = "/ ",
        [PROMPT_FILTER] = "filter: ",
        [PROMPT_MARK] = "mark, with a note: ",
        [PROMPT_GROUP] = "group: ",
    };
    bool mark = scene->prompt_use == PROMPT_MARK;
    bool narrow = mark && canvas->area.width < ROOMY_FOR_NOTE;
    const char *label = narrow ? "mark: " : labels[scene->prompt_use];
    int column = 1 + canvas_text(canvas, 0, 1, canvas->area.width, ROLE_KEY, label);
    int taken = draw_length(scene, canvas), room = canvas->area.width - column - 1 - taken;
    if (mark && scene->prompt.length == 0) draw_no_note(scene, canvas, column + 2, room - 2);
    prompt_draw(&scene->prompt, canvas, 0, column, room);
}

/* "jump to 42%", and the keys that go there. */
static void draw_jump(struct scene *scene, struct canvas *canvas)
{
    char text[JUMP_DIGITS + 2];
    int column = 1 + canvas_text(canvas, 0, 1, canvas->area.width, ROLE_MUTED, "jump to ");
    snprintf(text, sizeof text, "%s%%", scene->jump);
    column += canvas_text(canvas, 0, column, canvas->area.width, ROLE_STRONG, text);
    canvas_cursor(canvas, 0, column - 1, true);
    draw_hints(scene, canvas, column + GAP);
}

/* Between words, into all of the rows. */
static void write_notice(const struct scene *scene, struct sheet *sheet)
{
    char words[NOTICE_SIZE];
    text_sanitize(text_from(scene->notice), words, sizeof words, false);
    sheet_flow(sheet, 1, scene->notice_role, words);
}

/* Behind words where the file's own name has room there, else in rows of its own. */
static int path_rows(const struct scene *scene, int width)
{
    const char *name = strrchr(scene->notice_path, '/');
    int room = width - 2, own = 1 + (int)text_width(text_from(name != NULL ? name : scene->notice_path));
    int words = (int)text_width(text_from(scene->notice));
    if (words + (int)text_width(text_from(scene->notice_path)) <= room || words + own <= room) return 1;
    return own <= room ? 2 : NOTICE_ROWS;
}

int footer_height(const struct scene *scene, int width)
{
    if (scene->prompt_open && scene->prompt_use == PROMPT_COMMAND) return COMMAND_ROWS;
    if (scene->prompt_open && scene->prompt_use == PROMPT_COST)
        return scene->command_error[0] != '\0' ? COMMAND_ROWS : 1;
    if (scene->notice[0] == '\0' || scene->prompt_open || scene->jump[0] != '\0') return 1;
    if (scene->notice_path[0] != '\0') return path_rows(scene, width);
    struct sheet counted = {.width = width - 1};
    write_notice(scene, &counted);
    return counted.line < NOTICE_ROWS ? counted.line : NOTICE_ROWS;
}

/* "~" would be the home folder. */
static const char *path_cut(const struct canvas *canvas)
{
    return canvas->ascii ? "..." : canvas_glyph(canvas, GLYPH_ELLIPSIS);
}

/* The path's end that has so much room: it loses what stands at its start, whole folders where that is enough. */
static const char *path_end(const struct canvas *canvas, const char *path, int room)
{
    const char *rest = path, *name = strrchr(path, '/');
    if (canvas_foreign_width(canvas, text_from(path)) <= room) return path;
    while (canvas_foreign_width(canvas, text_from(rest)) > room - columns_of(path_cut(canvas)) && rest[0] != '\0') {
        const char *folder = name != NULL && rest < name ? strchr(rest + 1, '/') : NULL;
        rest = folder != NULL ? folder : rest + 1;
        while (((unsigned char)*rest & 0xC0) == 0x80) rest++;
    }
    return rest;
}

/* From a column of a row on, over the rows below where it needs them. */
static void draw_path(const struct scene *scene, struct canvas *canvas, int row, int column)
{
    char path[3 * sizeof scene->notice_path]; /* a byte that is no text becomes a character of three */
    text_sanitize(text_from(scene->notice_path), path, sizeof path, false);
    int end = canvas->area.width - 1, rows = canvas->area.height - row;
    /* A wide character may not fit at the end of a row. */
    int room = (end - column) * rows - (rows - 1);
    const char *rest = path_end(canvas, path, room);
    if (rest != path) column += canvas_text(canvas, row, column, end - column, scene->notice_role, path_cut(canvas));
    for (; row < canvas->area.height && rest[0] != '\0'; row++, column = 1) {
        struct text part = text_clip(text_from(rest), (unsigned)(end - column), NULL);
        canvas_foreign(canvas, row, column, end - column, scene->notice_role, part);
        rest += part.length;
    }
}

static void draw_notice(const struct scene *scene, struct canvas *canvas)
{
    int end = canvas->area.width - 1, rows = canvas->area.height;
    if (scene->notice_path[0] == '\0') {
        struct sheet sheet = {.canvas = canvas, .width = end, .height = rows};
        write_notice(scene, &sheet);
        return;
    }
    int column = 1 + canvas_foreign(canvas, 0, 1, end - 1, scene->notice_role, text_from(scene->notice));
    draw_path(scene, canvas, rows > 1 ? 1 : 0, rows > 1 ? 1 : column);
}

/* Of a recording: in one row where a shorter label makes room; else between words, into the rows below. */
static void write_alert(const struct scene *scene, struct sheet *sheet)
{
    enum role role;
    const char *label;
    char reason[NOTICE_SIZE], words[NOTICE_SIZE + 32]; /* the label before it */
    text_sanitize(text_from(scene_alert(scene, &role, &label)), reason, sizeof reason, false);
    if (columns_of(label) + columns_of(reason) > sheet->width - 1)
        label = scene->taping.recorder.whole ? "REC ended: " : "REC failed: ";
    snprintf(words, sizeof words, "%s%s", label, reason);
    sheet_flow(sheet, 1, role, words);
}

int alert_height(const struct scene *scene, int width)
{
    enum role role;
    const char *label;
    struct sheet counted = {.width = width - 1};
    if (scene_alert(scene, &role, &label)[0] == '\0') return 0;
    if (scene->taping.state != TAPING_FAILED) return 1; /* of a damage the place is enough */
    write_alert(scene, &counted);
    return counted.line < NOTICE_ROWS ? counted.line : NOTICE_ROWS;
}

void alert_draw(struct scene *scene, struct canvas *canvas)
{
    enum role role;
    const char *label;
    struct sheet sheet = {.canvas = canvas, .width = canvas->area.width - 1, .height = canvas->area.height};
    if (scene->taping.state == TAPING_FAILED) {
        write_alert(scene, &sheet);
        return;
    }
    const char *words = scene_alert(scene, &role, &label);
    int used = canvas_text(canvas, 0, 1, sheet.width - 1, role, label);
    canvas_foreign(canvas, 0, 1 + used, sheet.width - 1 - used, role, text_from(words));
}

/* The reason, and beside it when it is tried again; where that has no room the second row says it alone. */
void trouble_draw(struct scene *scene, struct canvas *canvas)
{
    const struct link_view *link = &scene->book.link;
    struct text reason = text_from(scene_trouble(scene, canvas->width));
    char outlook[FIGURE_SIZE];
    int64_t changes_in;
    enum role role = link_mark(link->state).role;
    int width = canvas->area.width - 2;
    bool told = scene_outlook(scene, link, outlook, &changes_in);
    int beside = told ? (int)text_width(text_from(outlook)) + GAP : 0;
    if (canvas_foreign_width(canvas, reason) + beside > width) beside = 0;
    canvas_foreign(canvas, 0, 1, width - beside, role, reason);
    if (beside == 0) return;
    if (changes_in != TIME_NEVER) scene_due_in(scene, changes_in);
    canvas_right(canvas, 0, 1, width, role, outlook);
}

void footer_draw(struct scene *scene, struct canvas *canvas)
{
    if (scene->prompt_open)
        draw_prompt(scene, canvas);
    else if (scene->jump[0] != '\0')
        draw_jump(scene, canvas);
    else if (scene->notice[0] != '\0')
        draw_notice(scene, canvas);
    else
        draw_hints(scene, canvas, 1);
}
