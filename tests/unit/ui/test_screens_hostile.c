/* Foreign texts that want out of their columns: wide characters, emoji and what joins them, heaps of combining marks,
 * text from the right, escape sequences, and texts without an end, in every place of every view. What stands beside
 * them stays where it is, and no control of any kind reaches a cell. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "scenes.h"

static const struct {
    const char *what, *text;
} titles[] = {
    {"wide", "港口大橋十二月會開放嗎？"},
    {"full width", "ＨＡＲＢＯＵＲ　ﾊｰﾊﾞｰ"},
    {"emoji", "🌉🚢🎉💰📈"},
    {"joined emoji", "👩‍👩‍👧‍👦🏳️‍🌈🧑🏽‍🚀❤️‍🔥"},
    {"flags and keycaps", "🇩🇪🇯🇵🇺1️⃣#️⃣"},
    {"variation selectors", "❤️☎︎©️™️⏱️"},
    {"combining marks", "Z̴̢̛͎̘̫̣̹͖̎͛̈́̊̐́̍̓̕͝a̸̡̢̛̻̙̻̯̪͋̾̏̀̉͗̑l̷g̶̦͑o̵̡"},
    {"marks on nothing", "\u0301\u0302\u0303\u20e3\ufe0f"},
    {"right to left", "האם הגשר ייפתח هل سيفتح الجسر"},
    {"embeddings", "\u202e42.0\u202c \u2066a\u2067b\u2068c\u2069 \u200e\u200f\u061c"},
    {"of no width", "a\u200bb\u200cc\u200dd\u2060e\ufeff\u00ad"},
    {"conjoining", "\u1112\u1161\u11ab\u1100\u1173\u11af क्षत्रिय ไม่มี ཧཱུྃ"},
    {"control sequences", "\x1b[2J\x1b[1;1H\x1b[31;7mX\x1b[0m\x1b[?1049l\x1b"
                          "c"},
    {"strings of a terminal", "\x1b]0;owned\x07\x1b]52;c;b3duZWQ=\x1b\\\x1bP$q\"p\x1b\\\x1b_G\x1b\\"},
    {"C1 controls", "\xc2\x9b"
                    "31m\xc2\x90q\xc2\x9c\xc2\x85\xc2\x9d"
                    "0;x\xc2\x9c"},
    {"bytes", "\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\x9b"
              "31m\x80\xe6\xb8"},
    {"lines", "a\nb\rc\td\x08"
              "e\x0b"
              "f\x0c"
              "g\x7f\x0e\x0f\u2028h\u2029i"},
    {"formats", "%s%n%99999d%*c %%"},
    {"very long", "WwWwWwWwWwWwWwWwWwWwWwWwWwWwWwWwWwWwWwWw"},
    {"private and unassigned", "\ue0a0\uf8ff\U000f0000\U0010ffff\ufdd0\uffff"},
    {"a letter with its mark", "\u0436\u0301"},
    {"tags", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"},
};

#define TITLES (sizeof titles / sizeof *titles)

static const struct {
    int width, height;
} sizes[] = {{40, 12}, {80, 24}, {120, 40}, {200, 60}};

#define SIZES (sizeof sizes / sizeof *sizes)

/* As often as it fits and a part more, so that a text fills whatever room it is given to the last character, as who
 * decodes it would cut it; what belongs together by marks and joiners stays so. */
static void fill(char *out, size_t size, const char *text)
{
    size_t length = strlen(text), used = 0;
    while (used + length < size) {
        memcpy(out + used, text, length);
        used += length;
    }
    out[used] = '\0';
    bool joined = strstr(text, "\u0301") != NULL || strstr(text, "\u200d") != NULL;
    if (!joined) text_copy(text_from(text), out + used, size - used);
}

#define FILL(array, text) fill(array, sizeof(array), text)

static void rename_instrument(struct instrument *instrument, const char *text)
{
    FILL(instrument->title, text);
    FILL(instrument->group_title, text);
    if (instrument->event_title[0] != '\0') FILL(instrument->event_title, text);
    FILL(instrument->slug, text);
    FILL(instrument->symbol, text);
    FILL(instrument->event_slug, text);
    for (unsigned i = 0; i < INSTRUMENT_OUTCOMES; i++) {
        FILL(instrument->outcomes[i].name, text);
        FILL(instrument->outcomes[i].token, text);
    }
}

static void rename_catalogue(const struct catalogue *catalogue, const char *text)
{
    for (size_t i = 0; catalogue != NULL && i < catalogue->count; i++)
        rename_instrument(&catalogue->entries[i].instrument, text);
}

/* What is typed may be anything that was pasted. */
static void rename_typed(struct scene *scene, const char *text)
{
    struct search *search = &scene->search;
    char long_text[PROMPT_SIZE];
    FILL(long_text, text);
    if (scene->prompt_open) {
        prompt_clear(&scene->prompt);
        prompt_insert_text(&scene->prompt, text_from(long_text));
    }
    if (scene->command_error[0] != '\0') FILL(scene->command_error, text);
    if (scene->list.filter[0] != '\0') FILL(scene->list.filter, text);
    bool answered = strcmp(search->typed, search->found_for) == 0;
    if (search->typed[0] != '\0') FILL(search->typed, text);
    if (answered) memcpy(search->found_for, search->typed, sizeof search->found_for);
    if (search->trouble[0] != '\0') FILL(search->trouble, text);
}

static void rename_quotes(struct quote_table *quotes, const char *text)
{
    for (uint32_t i = 0; i < quotes->count; i++) FILL(quotes->quotes[i].symbol, text);
    for (enum venue_id id = 0; id < VENUE_COUNT; id++)
        if (quotes->links[id].reason[0] != '\0') FILL(quotes->links[id].reason, text);
}

/* Every place of a scene that holds what others wrote. */
static void rename_all(struct scene *scene, const char *text)
{
    rename_instrument(&scene->book.instrument, text);
    FILL(scene->book.link.reason, text);
    FILL(scene->opening_words, text);
    FILL(scene->list_words, text);
    FILL(scene->list_trouble, text);
    rename_catalogue(scene->list.catalogue, text);
    rename_quotes(&scene->list.quotes, text);
    rename_typed(scene, text);
    for (unsigned i = 0; i < scene->watched_count; i++) rename_instrument(&scene->watched[i].instrument, text);
    for (uint32_t i = 0; i < scene->watch.count; i++) rename_instrument(&scene->watch.items[i].entry.instrument, text);
    for (uint32_t i = 0; i < scene->watch.group_count; i++) FILL(scene->watch.groups[i].name, text);
    for (size_t i = scene->themes.list.builtin; i < scene->themes.list.count; i++)
        FILL(scene->themes.list.names[i], text);
    rename_catalogue(&scene->search.opened, text);
    rename_catalogue(scene->search.pools[SEARCH_FOUND].catalogue, text);
    if (scene->themes.trouble[0] != '\0') FILL(scene->themes.trouble, text);
    for (uint32_t i = 0; i < scene->connections.count; i++) FILL(scene->connections.connections[i].view.reason, text);
    for (uint32_t i = 0; i < scene->connections.entry_count; i++) FILL(scene->connections.entries[i].text, text);
    for (size_t i = 0; i < scene->replay.landmark_count; i++) FILL(scene->replay.landmarks[i].words, text);
    FILL(scene->replay.trouble, text);
    FILL(scene->taping.recorder.reason, text);
    FILL(scene->taping.recorder.path, text);
    char long_text[2 * NOTICE_SIZE];
    FILL(long_text, text);
    if (scene->notice_path[0] != '\0')
        scene_notice_file(scene, scene->notice_role, "recording to", long_text);
    else if (scene->notice[0] != '\0')
        scene_notice(scene, scene->notice_role, "%s", long_text);
    struct book_view *view = malloc(sizeof *view);
    assert_non_null(view);
    *view = scene->book;
    scene_take(scene, view);
    free(view);
}

static void draw_renamed(const struct scene_row *row, const char *text, bool ascii, size_t size, struct canvas *canvas)
{
    struct scene *scene = scene_of(row);
    rename_all(scene, text);
    *canvas = (struct canvas){.ascii = ascii};
    scene_picture(row, scene, canvas, sizes[size].height, sizes[size].width);
    sample_scene_free(scene);
}

/* What a cell may never hold: controls, and what changes the order or the shape of the text around it. */
static bool is_forbidden(wchar_t c)
{
    static const struct {
        wchar_t first, last;
    } ranges[] = {{1, 0x1f},        {0x7f, 0x9f},     {0xad, 0xad},      {0x61c, 0x61c},
                  {0x200b, 0x200f}, {0x2028, 0x202e}, {0x2060, 0x206f},  {0xd800, 0xdfff},
                  {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff}};
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) return true;
    }
    return false;
}

/* Why a cell cannot be shown as it is, or NULL. */
static const char *cell_fault(const struct canvas *canvas, int row, int column)
{
    const struct cell *cell = &canvas->cells[row * canvas->width + column];
    if (cell->width == 0) {
        if (column == 0 || cell[-1].width != 2) return "the second half of nothing";
        return cell->text[0] != 0 ? "a second half with text" : NULL;
    }
    if (cell->width > 2) return "wider than two columns";
    if (cell->width == 2 && (column + 1 == canvas->width || cell[1].width != 0)) return "half of a wide character";
    if (wcwidth(cell->text[0]) != cell->width) return "not as wide as it says";
    for (int i = 0; i < CELL_CHARACTERS && cell->text[i] != 0; i++) {
        if (is_forbidden(cell->text[i])) return "a control";
        if (canvas->ascii && cell->text[i] > 0x7e) return "not ASCII";
        if (i > 0 && wcwidth(cell->text[i]) != 0) return "a mark that takes a column";
    }
    if (cell->text[0] == L'\u0436' && cell->text[1] != L'\u0301') return "a letter that was parted from its mark";
    return NULL;
}

static unsigned check_cells(const struct canvas *canvas, const char *view, const char *what)
{
    unsigned faults = 0;
    for (int i = 0; i < canvas->height * canvas->width; i++) {
        const char *fault = cell_fault(canvas, i / canvas->width, i % canvas->width);
        if (fault == NULL) continue;
        fprintf(stderr, "%s, %s, %dx%d: row %d, column %d: %s\n", view, what, canvas->width, canvas->height,
                i / canvas->width, i % canvas->width, fault);
        faults++;
    }
    return faults;
}

/* Of a text that is whole nothing is replaced, unless it was cut within a character. */
static unsigned check_characters(const struct canvas *canvas, const char *view, size_t title)
{
    char shown[4096], long_text[1024];
    FILL(long_text, titles[title].text);
    text_sanitize(text_from(long_text), shown, sizeof shown, false);
    if (strstr(shown, "\ufffd") != NULL) return 0;
    unsigned faults = 0;
    for (int i = 0; i < canvas->height * canvas->width; i++) {
        if (canvas->cells[i].text[0] != L'\ufffd') continue;
        fprintf(stderr, "%s, %s, %dx%d: row %d, column %d: half a character\n", view, titles[title].what, canvas->width,
                canvas->height, i / canvas->width, i % canvas->width);
        faults++;
    }
    return faults;
}

static bool cells_differ(const struct canvas *a, const struct canvas *b, int i)
{
    return memcmp(a->cells[i].text, b->cells[i].text, sizeof a->cells[i].text) != 0;
}

/* Views whose foreign text flows, so that what comes after it has no column of its own. */
static bool flows(const struct scene_row *row)
{
    return row->ops == &view_info || row->ops == &view_proof || row->ops == &view_start || row->ops == &view_log;
}

/* States of a view that have other columns than its usual picture. */
static bool has_columns(const struct scene_row *row)
{
    static const char *const states[][2] = {{"search", "found"}, {"markets", "folded"}, {"markets", "venues"}};
    if (flows(row)) return false;
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(row->view, states[i][0]) == 0 && strcmp(row->name, states[i][1]) == 0) return true;
    return row->form == EVERYWHERE;
}

/* Between the rules of a view with columns: what is there in a picture where all foreign text is "m", and in another
 * where it is "w", is ours. Before and behind a row's foreign text it stands at the same place whatever that is. */
static int first_moved(const struct canvas *m, const struct canvas *w, const struct canvas *hostile)
{
    for (int row = 3; row < m->height - 2; row++) {
        char text[1200];
        canvas_row_text(m, row, text, sizeof text);
        if (strstr(text, "folded") != NULL) continue; /* stands behind its event's name, whatever width that has */
        int first = m->width, last = -1, begin = row * m->width;
        for (int i = 0; i < m->width; i++) {
            if (!cells_differ(m, w, begin + i)) continue;
            if (last < 0) first = i;
            last = i;
        }
        for (int i = 0; i < m->width; i++) {
            wchar_t ours = m->cells[begin + i].text[0];
            bool foreign = i >= first && i <= last, cut = ours == L' ' || ours == L'…' || ours == L'~';
            if (!foreign && !cut && cells_differ(m, hostile, begin + i)) return begin + i;
        }
    }
    return -1;
}

static unsigned check_row(const struct scene_row *row, size_t size, bool ascii)
{
    struct canvas m, w, hostile;
    unsigned faults = 0;
    draw_renamed(row, "m", ascii, size, &m);
    draw_renamed(row, "w", ascii, size, &w);
    for (size_t title = 0; title < TITLES; title++) {
        draw_renamed(row, titles[title].text, ascii, size, &hostile);
        faults += check_cells(&hostile, row->view, titles[title].what);
        faults += check_characters(&hostile, row->view, title);
        int moved = has_columns(row) ? first_moved(&m, &w, &hostile) : -1;
        if (moved >= 0) {
            fprintf(stderr, "%s (%s), %s, %dx%d: row %d, column %d is moved\n", row->view, row->name,
                    titles[title].what, m.width, m.height, moved / m.width, moved % m.width);
            faults++;
        }
        canvas_free(&hostile);
    }
    canvas_free(&m);
    canvas_free(&w);
    return faults;
}

static void views_keep_their_columns_and_let_nothing_through(void **state)
{
    (void)state;
    unsigned faults = 0;
    for (size_t i = 0; i < SCENE_ROWS; i++) {
        if (scene_rows[i].form != EVERYWHERE) continue;
        for (size_t size = 0; size < SIZES; size++) faults += check_row(&scene_rows[i], size, false);
        faults += check_row(&scene_rows[i], 1, true);
    }
    assert_int_equal(faults, 0);
}

static void no_state_of_a_view_lets_anything_through(void **state)
{
    (void)state;
    unsigned faults = 0;
    for (size_t i = 0; i < SCENE_ROWS; i++) {
        if (scene_rows[i].form != STATE) continue;
        faults += check_row(&scene_rows[i], 1, i % 4 == 0);
        if (has_columns(&scene_rows[i])) faults += check_row(&scene_rows[i], 0, false);
    }
    assert_int_equal(faults, 0);
}

/* Words of ours with a title in them, longer than a notice can be, wherever that ends. */
static void a_notice_is_cut_between_characters(void **state)
{
    (void)state;
    unsigned faults = 0;
    char title[INSTRUMENT_TEXT_SIZE];
    struct scene *scene = sample_scene();
    for (size_t i = 0; i < TITLES; i++) {
        FILL(title, titles[i].text);
        if (strstr(title, "\u200d") != NULL) continue; /* a joiner that is left over is shown as one */
        for (int before = 0; before < 5; before++) {
            struct canvas canvas = {0};
            assert_true(canvas_resize(&canvas, 24, 120));
            scene_notice(scene, ROLE_TEXT, "%.*s%s", before, "off: ", title);
            scene_draw(scene, &canvas);
            faults += check_characters(&canvas, "notice", i);
            canvas_free(&canvas);
        }
    }
    assert_int_equal(faults, 0);
    sample_scene_free(scene);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_keep_their_columns_and_let_nothing_through),
        cmocka_unit_test(no_state_of_a_view_lets_anything_through),
        cmocka_unit_test(a_notice_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, scenes_begin, scenes_end);
}
