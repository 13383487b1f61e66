/* Golden screens: every scene of the table, in every size where the layout changes, in UTF-8 and ASCII, in colour and
 * mono, against tests/golden/VIEW.SIZE[.ascii][.mono].txt. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>

#include "golden.h"
#include "scenes.h"

#define VIEWS_MOST 32
#define NAME_SIZE  64

static const struct {
    int width, height;
} sizes[] = {{40, 12}, {80, 24}, {120, 40}, {200, 60}};

#define SIZES (sizeof sizes / sizeof *sizes)

static const struct {
    const char *suffix;
    bool ascii, mono;
} forms[] = {{"", false, false}, {".mono", false, true}, {".ascii", true, false}, {".ascii.mono", true, true}};

#define FORMS (sizeof forms / sizeof *forms)

/* The names of the views, as the program's header has them. */
static char views[VIEWS_MOST][NAME_SIZE];
static size_t view_count;

static int read_views(void **state)
{
    (void)state;
    char line[400];
    FILE *header = fopen("include/booktop/ui/view_ops.h", "r");
    if (header == NULL) return -1;
    while (fgets(line, sizeof line, header) != NULL) {
        if (view_count < VIEWS_MOST &&
            sscanf(line, "extern const struct view_ops view_%63[a-z_];", views[view_count]) == 1)
            view_count++;
    }
    fclose(header);
    return view_count > 0 ? 0 : -1;
}

/* A state is drawn in the sizes where the layout changes, and as the plainest terminal shows it. */
static bool belongs(const struct scene_row *row, size_t size, size_t form)
{
    if (row->form == EVERYWHERE) return true;
    bool plainest = forms[form].ascii && forms[form].mono;
    return form == 0 ? sizes[size].width < 200 : plainest && sizes[size].width == 80;
}

static void file_name(const char *view, size_t size, size_t form, char name[NAME_SIZE * 2])
{
    snprintf(name, NAME_SIZE * 2, "%s.%dx%d%s", view, sizes[size].width, sizes[size].height, forms[form].suffix);
}

static void add_scene(struct golden *golden, const struct scene_row *row, size_t size, size_t form)
{
    static struct theme mono;
    struct canvas canvas = {.ascii = forms[form].ascii};
    struct scene *scene = scene_of(row);
    assert_true(theme_builtin(&mono, "mono"));
    scene->colourless |= forms[form].mono;
    scene_picture(row, scene, &canvas, sizes[size].height, sizes[size].width);
    golden_add(golden, row->name, &canvas, forms[form].mono ? &mono : NULL);
    canvas_free(&canvas);
    sample_scene_free(scene);
}

/* True if the file of a view is as its scenes are drawn. */
static bool draws_file(const char *view, size_t size, size_t form)
{
    char name[NAME_SIZE * 2];
    struct golden golden;
    file_name(view, size, form, name);
    golden_begin(&golden, name);
    if (!forms[form].mono) golden_legend(&golden);
    for (size_t i = 0; i < SCENE_ROWS; i++) {
        if (strcmp(scene_rows[i].view, view) == 0 && belongs(&scene_rows[i], size, form))
            add_scene(&golden, &scene_rows[i], size, form);
    }
    return golden_end(&golden);
}

static void draws_a_view(void **state)
{
    unsigned wrong = 0;
    for (size_t size = 0; size < SIZES; size++) {
        for (size_t form = 0; form < FORMS; form++) wrong += !draws_file(*state, size, form);
    }
    assert_int_equal(wrong, 0);
}

static void every_view_is_drawn_everywhere(void **state)
{
    (void)state;
    for (size_t view = 0; view < view_count; view++) {
        bool found = false;
        for (size_t i = 0; i < SCENE_ROWS; i++) {
            found |= strcmp(scene_rows[i].view, views[view]) == 0 && scene_rows[i].form == EVERYWHERE;
        }
        if (!found) fail_msg("view_%s has no scene in scenes.h", views[view]);
    }
}

/* The keys that count in a scene are those of its view, or of what is typed over it. */
static void every_scene_shows_its_view(void **state)
{
    (void)state;
    for (size_t i = 0; i < SCENE_ROWS; i++) {
        struct scene *scene = scene_of(&scene_rows[i]);
        enum context context = scene_context(scene);
        bool typed = context == CONTEXT_PROMPT || context == CONTEXT_SEARCH || context == CONTEXT_COMMAND ||
                     context == CONTEXT_JUMP;
        if (!typed && context != scene_rows[i].ops->context)
            fail_msg("%s of view_%s: its keys are those of '%s'", scene_rows[i].name, scene_rows[i].view,
                     context_name(context));
        sample_scene_free(scene);
    }
}

static bool is_drawn(const char *file)
{
    if (strcmp(file, "plain.txt") == 0) return true; /* that of test_plain */
    for (size_t view = 0; view < view_count; view++) {
        for (size_t i = 0; i < SIZES * FORMS; i++) {
            char name[NAME_SIZE * 2];
            size_t length;
            file_name(views[view], i / FORMS, i % FORMS, name);
            length = strlen(name);
            if (strncmp(file, name, length) == 0 && strcmp(file + length, ".txt") == 0) return true;
        }
    }
    return false;
}

static void no_file_is_left_over(void **state)
{
    (void)state;
    DIR *folder = opendir("tests/golden");
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] != '.' && !is_drawn(entry->d_name))
            fail_msg("tests/golden/%s belongs to no view", entry->d_name);
    }
    closedir(folder);
}

int main(void)
{
    if (read_views(NULL) != 0) return 1;
    struct CMUnitTest tests[VIEWS_MOST + 3] = {
        cmocka_unit_test(every_view_is_drawn_everywhere),
        cmocka_unit_test(every_scene_shows_its_view),
        cmocka_unit_test(no_file_is_left_over),
    };
    for (size_t i = 0; i < view_count; i++) {
        tests[3 + i] = (struct CMUnitTest){views[i], draws_a_view, NULL, NULL, views[i]};
    }
    return _cmocka_run_group_tests("screens", tests, 3 + view_count, scenes_begin, scenes_end);
}
