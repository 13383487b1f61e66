/* What a terminal makes of the bytes: pictures go through ncurses into a file and from there into libvterm. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <vterm.h>

#include "booktop/ui/terminal.h"
#include "sample_scene.h"

#define HEIGHT 24
#define WIDTH  80

static struct theme theme;
static struct terminal *terminal;
static struct canvas canvas;
static struct scene *scene;
static int output;
static off_t seen; /* bytes of the output that were looked at */

static void open_terminal(const char *type, enum colour_choice colour)
{
    char error[200] = "";
    output = memfd_create("terminal", MFD_CLOEXEC);
    assert_true(output >= 0);
    seen = 0;
    int input = memfd_create("keys", MFD_CLOEXEC);
    struct terminal_options options = {
        .type = type,
        .input = input,
        .output = output,
        .theme = &theme,
        .colour = colour,
        .height = HEIGHT,
        .width = WIDTH,
    };
    terminal = terminal_open(&options, error, sizeof error);
    if (terminal == NULL) fail_msg("%s", error);
    close(input);
    assert_true(canvas_resize(&canvas, HEIGHT, WIDTH));
    canvas.ascii = terminal_ascii(terminal);
}

static int set_up(void **state)
{
    (void)state;
    unsetenv("NO_COLOR");
    scene = sample_scene();
    return theme_builtin(&theme, "dark") ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    terminal_close(terminal);
    terminal = NULL;
    close(output);
    canvas_free(&canvas);
    sample_scene_free(scene);
    return 0;
}

static bool show(void)
{
    scene_draw(scene, &canvas);
    return terminal_show(terminal, &canvas);
}

/* What was written since the last look; the caller frees. */
static char *new_bytes(size_t *length)
{
    off_t end = lseek(output, 0, SEEK_END);
    *length = (size_t)(end - seen);
    char *bytes = calloc(1, *length + 1);
    assert_non_null(bytes);
    assert_int_equal(pread(output, bytes, *length, seen), (ssize_t)*length);
    seen = end;
    return bytes;
}

static VTerm *vterm_with(const char *bytes, size_t length)
{
    VTerm *vterm = vterm_new(HEIGHT, WIDTH);
    vterm_set_utf8(vterm, 1);
    vterm_screen_enable_altscreen(vterm_obtain_screen(vterm), 1);
    vterm_screen_reset(vterm_obtain_screen(vterm), 1);
    vterm_input_write(vterm, bytes, length);
    return vterm;
}

static VTermScreenCell cell_at(VTerm *vterm, int row, int column)
{
    VTermScreenCell cell;
    vterm_screen_get_cell(vterm_obtain_screen(vterm), (VTermPos){row, column}, &cell);
    return cell;
}

/* Every character stands where it was drawn. */
static void expect_picture(VTerm *vterm)
{
    for (int row = 0; row < HEIGHT; row++) {
        for (int column = 0; column < WIDTH; column++) {
            const struct cell *drawn = &canvas.cells[row * WIDTH + column];
            if (drawn->width == 0) continue;
            VTermScreenCell cell = cell_at(vterm, row, column);
            uint32_t character = cell.chars[0] == 0 ? ' ' : cell.chars[0];
            if (character != (uint32_t)drawn->text[0]) fail_msg("%d,%d: %x", row, column, character);
        }
    }
}

static void the_picture_arrives(void **state)
{
    (void)state;
    size_t length;
    open_terminal("xterm-256color", COLOUR_AUTO);
    assert_true(show());
    char *bytes = new_bytes(&length);
    assert_non_null(strstr(bytes, "\033[?2026h"));
    VTerm *vterm = vterm_with(bytes, length);
    expect_picture(vterm);
    /* The badge in the theme's colours, by their numbers. */
    VTermScreenCell badge = cell_at(vterm, 0, 2);
    assert_int_equal(badge.bg.indexed.idx, colour_to_256(0x87afd7));
    assert_int_equal(badge.attrs.bold, 1);
    vterm_free(vterm);
    free(bytes);
}

static void nothing_is_sent_when_nothing_changed(void **state)
{
    (void)state;
    size_t length;
    open_terminal("xterm-256color", COLOUR_AUTO);
    assert_true(show());
    free(new_bytes(&length));
    assert_false(show());
    free(new_bytes(&length));
    assert_int_equal(length, 0);
}

static void a_change_sends_little(void **state)
{
    (void)state;
    size_t length, whole;
    open_terminal("xterm-256color", COLOUR_AUTO);
    assert_true(show());
    char *first = new_bytes(&whole);
    scene->book.depth.bids[2].quantity += INT64_C(7000000);
    ladder_take(&scene->ladder, &scene->book, &scene->prefs);
    assert_true(show());
    char *change = new_bytes(&length);
    assert_true(length < 300);
    assert_non_null(strstr(change, "\033[?2026l"));
    VTerm *vterm = vterm_with(first, whole);
    vterm_input_write(vterm, change, length);
    expect_picture(vterm);
    vterm_free(vterm);
    free(first);
    free(change);
}

static void ctrl_l_sends_everything_again(void **state)
{
    (void)state;
    size_t length;
    open_terminal("xterm-256color", COLOUR_AUTO);
    assert_true(show());
    free(new_bytes(&length));
    terminal_repaint(terminal);
    assert_true(show());
    char *bytes = new_bytes(&length);
    assert_true(length > 2000);
    VTerm *vterm = vterm_with(bytes, length);
    expect_picture(vterm);
    vterm_free(vterm);
    free(bytes);
}

static void the_cursor_rests_on_the_selected_row(void **state)
{
    (void)state;
    size_t length;
    open_terminal("xterm-256color", COLOUR_AUTO);
    assert_true(scene_act(scene, ACTION_UP));
    assert_true(show());
    char *bytes = new_bytes(&length);
    VTerm *vterm = vterm_with(bytes, length);
    VTermPos position;
    vterm_state_get_cursorpos(vterm_obtain_state(vterm), &position);
    assert_int_equal(position.row, canvas.cursor_row);
    assert_int_equal(position.col, canvas.cursor_column);
    assert_int_equal(cell_at(vterm, position.row, position.col).chars[0], 0x25b8);
    vterm_free(vterm);
    free(bytes);
}

static void no_byte_of_foreign_text_controls_the_terminal(void **state)
{
    (void)state;
    size_t length;
    open_terminal("xterm-256color", COLOUR_AUTO);
    sample_text(scene->book.instrument.title, INSTRUMENT_TEXT_SIZE,
                "\033]0;owned\007\033[2J\x9b"
                "31m \xe6\xb8\xaf\xe5\x8f\xa3 e\xcc\x81\xcc\x82");
    sample_text(scene->book.instrument.outcomes[0].name, INSTRUMENT_NAME_SIZE, "\033[31m");
    assert_true(show());
    char *bytes = new_bytes(&length);
    assert_null(strstr(bytes, "\033]0;owned"));
    assert_null(strstr(bytes, "\033[2J\x9b"));
    assert_null(memchr(bytes, 7, length));
    VTerm *vterm = vterm_with(bytes, length);
    expect_picture(vterm);
    vterm_free(vterm);
    free(bytes);
}

static void no_color_leaves_attributes_only(void **state)
{
    (void)state;
    size_t length;
    setenv("NO_COLOR", "1", 1);
    open_terminal("xterm-256color", COLOUR_AUTO);
    assert_int_equal(terminal_depth(terminal), DEPTH_NONE);
    assert_true(scene_act(scene, ACTION_UP));
    assert_true(show());
    char *bytes = new_bytes(&length);
    VTerm *vterm = vterm_with(bytes, length);
    expect_picture(vterm);
    for (int i = 0; i < HEIGHT * WIDTH; i++) {
        VTermScreenCell cell = cell_at(vterm, i / WIDTH, i % WIDTH);
        assert_true(VTERM_COLOR_IS_DEFAULT_FG(&cell.fg));
        assert_true(VTERM_COLOR_IS_DEFAULT_BG(&cell.bg));
    }
    assert_int_equal(cell_at(vterm, canvas.cursor_row, 5).attrs.reverse, 1);
    vterm_free(vterm);
    free(bytes);
}

static void colours_can_be_asked_for_and_refused(void **state)
{
    (void)state;
    setenv("NO_COLOR", "1", 1);
    open_terminal("xterm-256color", COLOUR_ALWAYS);
    assert_int_equal(terminal_depth(terminal), DEPTH_256);
    terminal_close(terminal);
    close(output);
    unsetenv("NO_COLOR");
    open_terminal("xterm-256color", COLOUR_NEVER);
    assert_int_equal(terminal_depth(terminal), DEPTH_NONE);
}

static void poor_terminals_are_served(void **state)
{
    (void)state;
    static const struct {
        const char *type;
        enum colour_depth depth;
    } types[] = {{"linux", DEPTH_8}, {"vt100", DEPTH_NONE}, {"xterm", DEPTH_8}};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t length;
        open_terminal(types[i].type, COLOUR_AUTO);
        assert_int_equal(terminal_depth(terminal), types[i].depth);
        assert_true(show());
        char *bytes = new_bytes(&length);
        if (i < 2) assert_null(strstr(bytes, "\033[?2026h"));
        free(bytes);
        if (i + 1 == sizeof types / sizeof *types) break;
        terminal_close(terminal);
        close(output);
    }
}

static void the_end_leaves_the_terminal_as_it_was(void **state)
{
    (void)state;
    size_t length;
    open_terminal("xterm-256color", COLOUR_AUTO);
    assert_true(show());
    free(new_bytes(&length));
    terminal_close(terminal);
    terminal = NULL;
    char *bytes = new_bytes(&length);
    assert_non_null(strstr(bytes, "\033[?1049l"));
    assert_non_null(strstr(bytes, "\033[?25h"));
    free(bytes);
}

/* In a pseudo terminal of our own; its other end is returned. */
static int open_on_pty(int height, int width)
{
    char error[200] = "";
    int master;
    struct winsize size = {.ws_row = (unsigned short)height, .ws_col = (unsigned short)width};
    assert_int_equal(openpty(&master, &output, NULL, NULL, &size), 0);
    struct terminal_options options = {
        .type = "xterm-256color", .input = output, .output = output, .theme = &theme, .colour = COLOUR_AUTO};
    terminal = terminal_open(&options, error, sizeof error);
    if (terminal == NULL) fail_msg("%s", error);
    assert_int_equal(terminal_height(terminal), height);
    assert_int_equal(terminal_width(terminal), width);
    assert_true(canvas_resize(&canvas, height, width));
    return master;
}

/* Everything that has arrived at the other end. */
static void read_into(VTerm *vterm, int master)
{
    char bytes[4096];
    struct pollfd descriptor = {.fd = master, .events = POLLIN};
    while (poll(&descriptor, 1, 0) > 0) {
        ssize_t got = read(master, bytes, sizeof bytes);
        assert_true(got > 0);
        vterm_input_write(vterm, bytes, (size_t)got);
    }
}

static void change(int64_t by)
{
    scene->book.depth.bids[2].quantity += by * INT64_C(1000000);
    ladder_take(&scene->ladder, &scene->book, &scene->prefs);
}

/* While the output is stopped one frame waits, no second one; then the newest picture is sent, and none in between. */
static void stopped_output_keeps_one_frame(void **state)
{
    (void)state;
    int master = open_on_pty(HEIGHT, WIDTH), bytes;
    VTerm *vterm = vterm_with("", 0);
    assert_true(show());
    assert_false(terminal_waits(terminal));
    read_into(vterm, master);
    expect_picture(vterm);
    assert_int_equal(tcflow(output, TCOOFF), 0);
    change(7);
    assert_true(show());
    assert_true(terminal_waits(terminal));
    for (int i = 0; i < 50; i++) {
        change(1);
        assert_false(show());
    }
    assert_int_equal(ioctl(master, FIONREAD, &bytes), 0);
    assert_int_equal(bytes, 0);
    assert_int_equal(tcflow(output, TCOON), 0);
    terminal_flush(terminal);
    assert_false(terminal_waits(terminal));
    assert_false(terminal_lost(terminal));
    assert_true(show());
    read_into(vterm, master);
    expect_picture(vterm);
    vterm_free(vterm);
    terminal_close(terminal);
    terminal = NULL;
    close(master);
}

static int64_t milliseconds(void)
{
    return clock_now(&clock_system).mono / NANOSECONDS_PER_MILLISECOND;
}

/* Nobody reads: frames go until every buffer is full. Then the end is not held up, and the settings are back. */
static void a_terminal_that_nobody_reads_holds_nothing_up(void **state)
{
    (void)state;
    struct termios before, after;
    int master = open_on_pty(60, 250);
    assert_int_equal(tcgetattr(output, &after), 0);
    assert_true((after.c_lflag & (ICANON | ECHO)) == 0);
    for (int i = 0; i < 5000 && !terminal_waits(terminal); i++) {
        terminal_repaint(terminal);
        show();
    }
    assert_true(terminal_waits(terminal));
    int64_t start = milliseconds();
    terminal_leave(terminal);
    terminal_return(terminal);
    terminal_close(terminal);
    terminal = NULL;
    assert_true(milliseconds() - start < 1000);
    assert_int_equal(tcgetattr(output, &before), 0);
    assert_true((before.c_lflag & (ICANON | ECHO)) == (ICANON | ECHO));
    close(master);
}

/* What is half written when the other end goes away is given up. */
static void a_terminal_that_was_closed_is_noticed(void **state)
{
    (void)state;
    int master = open_on_pty(HEIGHT, WIDTH);
    assert_true(show());
    assert_false(terminal_lost(terminal));
    close(master);
    change(3);
    show();
    assert_true(terminal_lost(terminal));
    assert_false(terminal_waits(terminal));
    int64_t start = milliseconds();
    terminal_close(terminal);
    terminal = NULL;
    assert_true(milliseconds() - start < 250);
}

static void what_cannot_be_used_is_refused(void **state)
{
    (void)state;
    static const char *const types[] = {"dumb", "", "no-such-terminal"};
    open_terminal("xterm-256color", COLOUR_AUTO);
    for (size_t i = 0; i < 3; i++) {
        char error[200] = "";
        struct terminal_options options = {.type = types[i], .input = output, .output = output, .theme = &theme};
        assert_null(terminal_open(&options, error, sizeof error));
        assert_true(error[0] != '\0');
    }
}

static void the_library_has_a_version(void **state)
{
    (void)state;
    assert_memory_equal(terminal_library_version(), "ncurses ", 8);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_has_a_version),
        cmocka_unit_test_setup_teardown(the_picture_arrives, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nothing_is_sent_when_nothing_changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_change_sends_little, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ctrl_l_sends_everything_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_cursor_rests_on_the_selected_row, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_byte_of_foreign_text_controls_the_terminal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(no_color_leaves_attributes_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(colours_can_be_asked_for_and_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(poor_terminals_are_served, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_leaves_the_terminal_as_it_was, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopped_output_keeps_one_frame, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_terminal_that_nobody_reads_holds_nothing_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_terminal_that_was_closed_is_noticed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_cannot_be_used_is_refused, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
