/* What comes from a terminal beside keys: the mouse and pasted text, whole, in pieces, and made up. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "booktop/ui/terminal.h"

static struct theme theme;
static struct terminal *terminal;
static int master, slave;

static void open_terminal(const char *type)
{
    char error[200] = "";
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
    struct terminal_options options = {.type = type, .input = slave, .output = slave, .theme = &theme, .mouse = true};
    terminal = terminal_open(&options, error, sizeof error);
    if (terminal == NULL) fail_msg("%s", error);
}

static int set_up(void **state)
{
    (void)state;
    return theme_builtin(&theme, "mono") ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    terminal_close(terminal);
    terminal = NULL;
    close(master);
    close(slave);
    return 0;
}

static void type(const char *bytes)
{
    assert_int_equal(write(master, bytes, strlen(bytes)), (ssize_t)strlen(bytes));
}

#define PATIENCE_MS 10000
#define MOMENT_MS   20

/* The next key that comes within so long: a pseudo terminal hands on in its own time. */
static int key_within(int milliseconds)
{
    struct pollfd descriptor = {.fd = slave, .events = POLLIN};
    for (;;) {
        int key = terminal_key(terminal);
        if (key != PRESS_NONE) return key;
        if (poll(&descriptor, 1, milliseconds) <= 0) return PRESS_NONE;
    }
}

static int next_key(void)
{
    return key_within(PATIENCE_MS);
}

static void expect_none(void)
{
    assert_int_equal(key_within(MOMENT_MS), PRESS_NONE);
}

static void drop_keys(void)
{
    while (key_within(MOMENT_MS) != PRESS_NONE) {
    }
}

static void expect_mouse(enum mouse_kind kind, int row, int column)
{
    assert_int_equal(next_key(), PRESS_MOUSE);
    struct mouse mouse = terminal_mouse(terminal);
    assert_int_equal(mouse.kind, kind);
    assert_int_equal(mouse.row, row);
    assert_int_equal(mouse.column, column);
    assert_false(terminal_pasted(terminal));
}

static void presses_and_the_wheel_are_told(void **state)
{
    (void)state;
    static const char *const types[] = {"xterm-256color", "tmux-256color", "screen", "xterm"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        open_terminal(types[i]);
        type("\033[<0;12;5Mj\033[<0;12;5m\033[<64;80;24M\033[<65;1;1Mk");
        expect_mouse(MOUSE_PRESS, 4, 11);
        assert_int_equal(next_key(), 'j');
        expect_mouse(MOUSE_WHEEL_UP, 23, 79);
        expect_mouse(MOUSE_WHEEL_DOWN, 0, 0);
        assert_int_equal(next_key(), 'k');
        /* The old form, of terminals that do not know the other one. */
        type("\033[M !!\033[M`)*q");
        expect_mouse(MOUSE_PRESS, 0, 0);
        expect_mouse(MOUSE_WHEEL_UP, 9, 8);
        assert_int_equal(next_key(), 'q');
        if (i + 1 < sizeof types / sizeof *types) tear_down(NULL);
    }
}

static void other_buttons_and_motion_are_not(void **state)
{
    (void)state;
    open_terminal("xterm-256color");
    type("\033[<1;2;3M\033[<2;2;3M\033[<32;2;3M\033[<35;2;3M\033[<128;2;3M\033[<66;2;3M\033[<0;0;3M\033[<3;1;1Mx");
    assert_int_equal(next_key(), 'x');
    /* Shift, Alt or Ctrl held do not make it another button. */
    type("\033[<16;2;3M");
    expect_mouse(MOUSE_PRESS, 2, 1);
}

static void a_report_may_come_in_pieces(void **state)
{
    (void)state;
    open_terminal("xterm-256color");
    type("\033[<0;1");
    expect_none();
    type("2;");
    expect_none();
    type("5");
    expect_none();
    type("Mz");
    expect_mouse(MOUSE_PRESS, 4, 11);
    assert_int_equal(next_key(), 'z');
}

static void made_up_reports_do_no_harm(void **state)
{
    (void)state;
    static const char *const noise[] = {
        "\033[<M",
        "\033[<;;M",
        "\033[<0;1M",
        "\033[<0;1;2;3M",
        "\033[<99999999999999999999;1;1M",
        "\033[<0;1;2\033[<",
        "\033[<-1;1;1M",
        "\033[<0;1;1\033[A",
        "\033[M\377\377\377",
    };
    open_terminal("xterm-256color");
    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++) {
        type(noise[i]);
        drop_keys();
    }
    type("mmm"); /* the rest of what has no end */
    drop_keys();
    type("j");
    assert_int_equal(next_key(), 'j');
}

static void what_is_pasted_is_text(void **state)
{
    (void)state;
    open_terminal("xterm-256color");
    type("\033[200~qQ\033OA\r\n\t\033[<0;1;1M\xc3\xa9\033[201~j");
    static const int expected[] = {'q', 'Q', PRESS_ENTER, PRESS_ENTER, PRESS_TAB, '0', ';', '1', ';', '1', 'M', 0xe9};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        assert_int_equal(next_key(), expected[i]);
        assert_true(terminal_pasted(terminal));
    }
    assert_int_equal(next_key(), 'j');
    assert_false(terminal_pasted(terminal));
}

/* The line makes no signal of it: one that is pasted is nothing, and one that is pressed a key, amid a report too. */
static void an_interrupt_is_one_where_it_is_pressed(void **state)
{
    (void)state;
    open_terminal("xterm-256color");
    type("\033[200~a\003b\033[201~\003\033[<0;12;\003j");
    assert_int_equal(next_key(), 'a');
    assert_int_equal(next_key(), 'b');
    assert_true(terminal_pasted(terminal));
    assert_int_equal(next_key(), PRESS_INTERRUPT);
    assert_false(terminal_pasted(terminal));
    assert_int_equal(next_key(), PRESS_INTERRUPT);
    assert_int_equal(next_key(), 'j');
}

/* It is what the user has made it with stty, and while the terminal is given back it is the line's. */
static void an_interrupt_is_what_the_line_had(void **state)
{
    (void)state;
    struct termios settings;
    char error[200] = "";
    assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
    assert_int_equal(tcgetattr(slave, &settings), 0);
    settings.c_cc[VINTR] = 7;
    assert_int_equal(tcsetattr(slave, TCSANOW, &settings), 0);
    struct terminal_options options = {.type = "xterm", .input = slave, .output = slave, .theme = &theme};
    terminal = terminal_open(&options, error, sizeof error);
    assert_non_null(terminal);
    type("\003\007");
    assert_int_equal(next_key(), PRESS_CONTROL('C'));
    assert_int_equal(next_key(), PRESS_INTERRUPT);
    terminal_leave(terminal);
    assert_int_equal(tcgetattr(slave, &settings), 0);
    assert_int_equal(settings.c_cc[VINTR], 7);
    terminal_return(terminal);
    assert_int_equal(tcgetattr(slave, &settings), 0);
    assert_int_equal(settings.c_cc[VINTR], _POSIX_VDISABLE);
    type("\007");
    assert_int_equal(next_key(), PRESS_INTERRUPT);
}

/* A paste whose end got lost lets an impatient user go all the same. */
static void an_interrupt_keeps_no_paste_open(void **state)
{
    (void)state;
    open_terminal("xterm-256color");
    type("\033[200~a");
    assert_int_equal(next_key(), 'a');
    int key = PRESS_NONE;
    for (int i = 0; i < PATIENCE_MS / MOMENT_MS && key != PRESS_INTERRUPT; i++) {
        type("\003");
        key = key_within(MOMENT_MS);
    }
    assert_int_equal(key, PRESS_INTERRUPT);
}

/* A paste that ends with something that is dropped makes no text of the key behind it. */
static void a_key_behind_a_paste_is_one(void **state)
{
    (void)state;
    open_terminal("xterm-256color");
    type("\033[200~a\003\033[201~j\033[200~\033OA\033[201~k");
    assert_int_equal(next_key(), 'a');
    assert_true(terminal_pasted(terminal));
    assert_int_equal(next_key(), 'j');
    assert_false(terminal_pasted(terminal));
    assert_int_equal(next_key(), 'k');
    assert_false(terminal_pasted(terminal));
}

/* A megabyte of everything there is: none of it is a key, and what comes behind it is one again. */
static void a_megabyte_of_garbage_is_text(void **state)
{
    (void)state;
    open_terminal("xterm-256color");
    int flags = fcntl(master, F_GETFL);
    assert_int_equal(fcntl(master, F_SETFL, flags | O_NONBLOCK), 0);
    uint32_t random = 7;
    size_t left = 1 << 20, keys = 0;
    type("\033[200~");
    while (left > 0) {
        char bytes[512];
        size_t count = 0;
        while (count < sizeof bytes) {
            random = random * 1664525 + 1013904223;
            char byte = (char)(random >> 24);
            /* Terminals leave out control characters: some of them the line would take for itself. */
            bytes[count++] = (unsigned char)byte < ' ' && byte != '\r' && byte != '\t' ? '[' : byte;
        }
        ssize_t written = write(master, bytes, sizeof bytes);
        if (written > 0) left -= (size_t)written < left ? (size_t)written : left;
        for (int key; (key = terminal_key(terminal)) != PRESS_NONE; keys++) {
            if (!terminal_pasted(terminal)) fail_msg("%d is a key", key);
        }
    }
    assert_true(keys > 1000);
    /* Bytes that are no UTF-8 are no key either: what is behind them is read all the same. */
    struct pollfd descriptor = {.fd = slave, .events = POLLIN};
    while (poll(&descriptor, 1, MOMENT_MS) > 0) terminal_key(terminal);
    type("\033[201~j");
    int key;
    do key = next_key();
    while (terminal_pasted(terminal));
    assert_int_equal(key, 'j');
}

static size_t read_output(char *out, size_t size)
{
    size_t length = 0;
    struct pollfd descriptor = {.fd = master, .events = POLLIN};
    while (length + 1 < size && poll(&descriptor, 1, MOMENT_MS) > 0) {
        ssize_t got = read(master, out + length, size - 1 - length);
        if (got <= 0) break;
        length += (size_t)got;
    }
    out[length] = '\0';
    return length;
}

/* What is switched on is switched off again: with the mouse, around a stop, and at the end. */
static void modes_are_given_back(void **state)
{
    (void)state;
    static char out[1 << 16];
    struct canvas canvas = {0};
    assert_true(canvas_resize(&canvas, 24, 80));
    open_terminal("xterm-256color");
    assert_true(terminal_show(terminal, &canvas));
    read_output(out, sizeof out);
    assert_non_null(strstr(out, "\033[?1000h\033[?1006h"));
    assert_non_null(strstr(out, "\033[?2004h"));
    terminal_set_mouse(terminal, false);
    canvas_text(&canvas, 3, 3, 10, ROLE_TEXT, "x");
    assert_true(terminal_show(terminal, &canvas));
    read_output(out, sizeof out);
    assert_non_null(strstr(out, "\033[?1006l\033[?1000l"));
    assert_null(strstr(out, "2004"));
    terminal_set_mouse(terminal, true);
    terminal_leave(terminal);
    read_output(out, sizeof out);
    assert_non_null(strstr(out, "\033[?2004l"));
    assert_null(strstr(out, "1000"));
    terminal_return(terminal);
    assert_true(terminal_show(terminal, &canvas));
    read_output(out, sizeof out);
    assert_non_null(strstr(out, "\033[?1000h"));
    assert_non_null(strstr(out, "\033[?2004h"));
    terminal_close(terminal);
    terminal = NULL;
    read_output(out, sizeof out);
    assert_non_null(strstr(out, "\033[?1000l"));
    assert_non_null(strstr(out, "\033[?2004l"));
    canvas_free(&canvas);
}

/* A window whose size changes is no key, and ends no report that is coming in. */
static void another_size_is_no_key(void **state)
{
    (void)state;
    struct winsize size = {.ws_row = 30, .ws_col = 90};
    open_terminal("xterm-256color");
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
    terminal_resized(terminal);
    assert_int_equal(terminal_height(terminal), 30);
    assert_int_equal(terminal_key(terminal), PRESS_NONE);
    type("\033[<0;12;");
    expect_none();
    size.ws_row = 31;
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
    terminal_resized(terminal);
    type("5M");
    expect_mouse(MOUSE_PRESS, 4, 11);
    type("\033[200~");
    terminal_resized(terminal);
    type("x\033[201~");
    assert_int_equal(next_key(), 'x');
    assert_true(terminal_pasted(terminal));
}

static void old_terminals_are_left_alone(void **state)
{
    (void)state;
    static char out[1 << 16];
    struct canvas canvas = {0};
    assert_true(canvas_resize(&canvas, 24, 80));
    open_terminal("vt100");
    assert_true(terminal_show(terminal, &canvas));
    terminal_close(terminal);
    terminal = NULL;
    read_output(out, sizeof out);
    assert_null(strstr(out, "\033[?1000"));
    assert_null(strstr(out, "\033[?2004"));
    canvas_free(&canvas);
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(presses_and_the_wheel_are_told, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_buttons_and_motion_are_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_report_may_come_in_pieces, set_up, tear_down),
        cmocka_unit_test_setup_teardown(made_up_reports_do_no_harm, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_pasted_is_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_behind_a_paste_is_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_interrupt_is_one_where_it_is_pressed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_interrupt_is_what_the_line_had, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_interrupt_keeps_no_paste_open, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_megabyte_of_garbage_is_text, set_up, tear_down),
        cmocka_unit_test_setup_teardown(modes_are_given_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_size_is_no_key, set_up, tear_down),
        cmocka_unit_test_setup_teardown(old_terminals_are_left_alone, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
