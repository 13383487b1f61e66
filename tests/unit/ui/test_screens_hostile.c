/* Foreign texts that want out of their columns: wide characters, emoji and what joins them, heaps of combining marks,
 * text from the right, escape sequences, and texts without an end, in every place of every view. What stands beside
 * them stays where it is, and no control of any kind reaches a cell. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <time.h>

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
    {"tags", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"},
};

#define TITLES (sizeof titles / sizeof *titles)

static const struct {
    int width, height;
} sizes[] = {{40, 12}, {80, 24}, {120, 40}, {200, 60}};

#define SIZES (sizeof sizes / sizeof *sizes)

/* As often as it fits, so that a text fills whatever room it is given. */
static void fill(char *out, size_t size, const char *text)
{
    size_t length = strlen(text), used = 0;
    while (used + length < size) {
        memcpy(out + used, text, length);
        used += length;
    }
    if (used == 0) {
        memcpy(out, text, size - 1);
        used = size - 1;
    }
    out[used] = '\0';
}

#define FILL(array, text) fill(array, sizeof(array), text)

static void rename_instrument(struct instrument *instrument, const char *text)
{
    FILL(instrument->title, text);
    FILL(instrument->group_title, text);
    if (instrument->event_title[0] != '\0') FILL(instrument->event_title, text);
    FILL(instrument->slug, text);
    FILL(instrument->outcomes[0].name, text);
    FILL(instrument->outcomes[1].name, text);
}

/* Every place of a scene that holds what others wrote. */
static void rename_all(struct scene *scene, const char *text)
{
    rename_instrument(&scene->book.instrument, text);
    FILL(scene->book.link.reason, text);
    FILL(scene->opening_words, text);
    FILL(scene->list_words, text);
    FILL(scene->list_trouble, text);
    for (size_t i = 0; scene->list.catalogue != NULL && i < scenes_catalogue.count; i++) {
        rename_instrument(&scenes_catalogue.entries[i].instrument, text);
    }
    for (unsigned i = 0; i < scene->watched_count; i++) rename_instrument(&scene->watched[i].instrument, text);
    for (uint32_t i = 0; i < scene->watch.count; i++) rename_instrument(&scene->watch.items[i].entry.instrument, text);
    for (uint32_t i = 0; i < scene->watch.group_count; i++) FILL(scene->watch.groups[i].name, text);
    for (size_t i = scene->themes.list.builtin; i < scene->themes.list.count; i++)
        FILL(scene->themes.list.names[i], text);
    for (size_t i = 0; i < scene->search.opened.count; i++) {
        rename_instrument(&scene->search.opened.entries[i].instrument, text);
    }
    for (uint32_t i = 0; i < scene->connections.count; i++) FILL(scene->connections.connections[i].view.reason, text);
    for (uint32_t i = 0; i < scene->connections.entry_count; i++) FILL(scene->connections.entries[i].text, text);
    for (size_t i = 0; i < scene->replay.landmark_count; i++) FILL(scene->replay.landmarks[i].words, text);
    FILL(scene->replay.trouble, text);
    FILL(scene->taping.recorder.reason, text);
    if (scene->notice[0] != '\0') scene_notice(scene, scene->notice_role, "%s", text);
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

static bool cells_differ(const struct canvas *a, const struct canvas *b, int i)
{
    return memcmp(a->cells[i].text, b->cells[i].text, sizeof a->cells[i].text) != 0;
}

/* Views whose foreign text flows, so that what comes after it has no column of its own. */
static bool flows(const struct scene_row *row)
{
    return row->ops == &view_info || row->ops == &view_proof || row->ops == &view_start || row->ops == &view_log;
}

/* Between the rules of a view with columns: what is there in a picture where all foreign text is "m", and in another
 * where it is "w", is ours. Before and behind a row's foreign text it stands at the same place whatever that is. */
static int first_moved(const struct canvas *m, const struct canvas *w, const struct canvas *hostile)
{
    for (int row = 3; row < m->height - 2; row++) {
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
        int moved = row->form == STATE || flows(row) ? -1 : first_moved(&m, &w, &hostile);
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
        if (scene_rows[i].form == STATE) faults += check_row(&scene_rows[i], 1, i % 4 == 0);
    }
    assert_int_equal(faults, 0);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    setenv("XDG_CONFIG_HOME", "/nowhere", 1); /* no themes of the user's */
    tzset();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(views_keep_their_columns_and_let_nothing_through),
        cmocka_unit_test(no_state_of_a_view_lets_anything_through),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    catalogue_free(&scenes_catalogue);
    return failed;
}
