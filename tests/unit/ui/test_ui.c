/* The whole screen in a terminal of its own (a pseudo terminal): keys in, bytes out, and every way to its end. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <utmp.h>

#include "booktop/ui/ui.h"
#include "fake_feed.h"

#define PATIENCE_MS 10000

static int master;
static pid_t child;
static char output[1 << 18];
static size_t length;
static struct termios before;
static struct catalogue catalogue;

static int told[2] = {-1, -1};  /* the child says that it has come so far */
static bool own_session = true; /* the terminal is the child's own: it is told when that goes away */

static void tell(void)
{
    ssize_t written = write(told[1], "", 1);
    (void)written;
}

/* What befalls the child when the user presses Enter. */
static void crash(void)
{
    raise(SIGSEGV);
}

static void scribble(void)
{
    fprintf(stderr, "a library's opinion\n");
    printf("another one\n");
    fflush(stdout);
}

static bool behind, stuck; /* the feed has changes when it is retried, or is forever busy then */

static bool frozen; /* the clock of the views stands still, as in a replay that is paused */

static void run_child(void)
{
    char error[256] = "";
    struct stamp still = sample_now();
    struct clock manual = clock_manual(&still);
    struct ui_options options = {.clock = frozen ? &manual : &clock_system, .demo = true};
    setenv("TERM", "xterm-256color", 1);
    setenv("LINES", "5", 1);
    unsetenv("NO_COLOR");
    int result = ui_run(&options, error, sizeof error);
    if (fake.taken_in_looks > 0) _exit(98);
    if (told[1] >= 0) _exit(result); /* standard output may be stopped for good */
    printf("%s|end\n", error);
    fflush(stdout);
    _exit(result);
}

static void start(void (*accident)(void), enum answer_result result)
{
    fake_reset();
    fake.on_select = accident;
    fake.changes_on_retry = behind || stuck;
    fake.stuck = stuck;
    fake_answer(1, result, result == ANSWER_LIST ? &catalogue : NULL, "no such market");
    length = 0;
    struct winsize size = {.ws_row = 24, .ws_col = 80};
    int slave;
    assert_int_equal(openpty(&master, &slave, NULL, NULL, &size), 0);
    assert_int_equal(tcgetattr(slave, &before), 0);
    fflush(NULL);
    child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        close(master);
        if (own_session && login_tty(slave) != 0) _exit(99);
        for (int i = 0; i < 3; i++) {
            if (!own_session) dup2(slave, i);
        }
        run_child();
    }
    close(slave);
}

/* Reads until `needle` has come since `from`; false at the end of the output. */
static bool wait_for(size_t from, const char *needle)
{
    for (;;) {
        output[length] = '\0';
        if (needle != NULL && memmem(output + from, length - from, needle, strlen(needle)) != NULL) return true;
        struct pollfd descriptor = {.fd = master, .events = POLLIN};
        if (poll(&descriptor, 1, PATIENCE_MS) <= 0) fail_msg("%s did not come", needle != NULL ? needle : "the end");
        ssize_t got = read(master, output + length, sizeof output - 1 - length);
        if (got <= 0) return false;
        length += (size_t)got;
    }
}

static void type(const char *keys)
{
    assert_int_equal(write(master, keys, strlen(keys)), (ssize_t)strlen(keys));
}

/* Waits for the end; the status, and the terminal is as it was. */
static int end(void)
{
    int status;
    struct termios after;
    wait_for(0, NULL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(tcgetattr(master, &after), 0);
    assert_int_equal(after.c_lflag, before.c_lflag);
    assert_int_equal(after.c_iflag, before.c_iflag);
    assert_int_equal(after.c_oflag, before.c_oflag);
    assert_non_null(memmem(output, length, "\033[?1049l", 8));
    close(master);
    return status;
}

static void q_leaves(void **state)
{
    (void)state;
    start(NULL, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    type("q");
    int status = end();
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

/* Frames go by the machine's clock. */
static void a_clock_that_stands_still_holds_up_nothing(void **state)
{
    (void)state;
    frozen = true;
    start(NULL, ANSWER_LIST);
    frozen = false;
    assert_true(wait_for(0, "Ada Quill"));
    for (int i = 0; i < 3; i++) {
        size_t from = length;
        type("?");
        assert_true(wait_for(from, "decimals"));
        from = length;
        type("q");
        assert_true(wait_for(from, "Ada Quill"));
    }
    type("q");
    assert_int_equal(WEXITSTATUS(end()), 0);
}

/* A change that comes with a key is in the picture that the key makes, not in one behind it. */
static void a_picture_shows_the_newest(void **state)
{
    (void)state;
    behind = true;
    start(NULL, ANSWER_LIST);
    behind = false;
    assert_true(wait_for(0, "Ada Quill"));
    type("\r");
    assert_true(wait_for(0, "look up the market"));
    size_t from = length;
    type("R");
    assert_true(wait_for(from, "BBBBBB"));
    assert_true(wait_for(from, "asking again"));
    const char *title = strstr(output + from, "BBBBBB"), *word = strstr(output + from, "asking again");
    assert_true(title < word);
    assert_null(memmem(title, (size_t)(word - title), "\033[?2026", 7));
    type("Q");
    assert_int_equal(WEXITSTATUS(end()), 0);
}

static void a_busy_feed_holds_up_no_key(void **state)
{
    (void)state;
    stuck = true;
    start(NULL, ANSWER_LIST);
    stuck = false;
    assert_true(wait_for(0, "Ada Quill"));
    type("\r");
    assert_true(wait_for(0, "look up the market"));
    for (int i = 0; i < 3; i++) {
        size_t from = length;
        type("R?");
        assert_true(wait_for(from, "decimals"));
        type("q");
        assert_true(wait_for(from, "look up the market"));
    }
    type("Q");
    assert_int_equal(WEXITSTATUS(end()), 0);
}

static void keys_change_the_picture(void **state)
{
    (void)state;
    start(NULL, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    size_t from = length;
    type("?");
    assert_true(wait_for(from, "decimals"));
    from = length;
    type("q");
    assert_true(wait_for(from, "Ada Quill"));
    from = length;
    type("\033OB\033OB/bridge");
    assert_true(wait_for(from, "\xe2\x96\xb8"));
    assert_true(wait_for(from, "bridge"));
    from = length;
    type("\033");
    assert_true(wait_for(from, "quit"));
    type("Q");
    assert_int_equal(WEXITSTATUS(end()), 0);
}

static void signals_end_it_in_order(void **state)
{
    (void)state;
    static const int signals[] = {SIGTERM, SIGINT, SIGHUP};
    for (size_t i = 0; i < 3; i++) {
        start(NULL, ANSWER_LIST);
        assert_true(wait_for(0, "Ada Quill"));
        kill(child, signals[i]);
        int status = end();
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), 128 + signals[i]);
    }
}

static void ctrl_c_is_sigint(void **state)
{
    (void)state;
    start(NULL, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    type("\003");
    assert_int_equal(WEXITSTATUS(end()), 128 + SIGINT);
}

/* Text with a Ctrl-C in it, from wherever it was copied. */
static void a_pasted_ctrl_c_ends_nothing(void **state)
{
    (void)state;
    start(NULL, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    size_t from = length;
    type("\033[200~\003\033[201~?");
    assert_true(wait_for(from, "decimals"));
    from = length;
    type("q/");
    assert_true(wait_for(from, "what is traded most"));
    from = length;
    type("\033[200~quite\003unheard\033[201~");
    assert_true(wait_for(from, "quiteunheard"));
    type("\003");
    assert_int_equal(WEXITSTATUS(end()), 128 + SIGINT);
}

static void a_crash_gives_the_terminal_back(void **state)
{
    (void)state;
    start(crash, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    type("\r");
    int status = end();
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGSEGV);
    assert_non_null(strstr(output, "booktop: crashed; the terminal was restored"));
}

/* Ctrl-\ is the line's own: it ends a program that listens to nothing. */
static void a_quit_gives_the_terminal_back(void **state)
{
    (void)state;
    start(NULL, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    type("\034");
    int status = end();
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGQUIT);
    assert_null(strstr(output, "crashed"));
}

static void what_libraries_print_comes_after_the_screen(void **state)
{
    (void)state;
    start(scribble, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    type("\rqq");
    assert_int_equal(WEXITSTATUS(end()), 0);
    const char *left = strstr(output, "\033[?1049l"), *printed = strstr(output, "a library's opinion");
    assert_non_null(left);
    assert_non_null(printed);
    assert_true(printed > left);
    assert_non_null(strstr(printed, "|end"));
}

static void what_is_not_found_ends_with_a_reason(void **state)
{
    (void)state;
    start(NULL, ANSWER_NONE);
    assert_int_equal(WEXITSTATUS(end()), 1);
    assert_non_null(strstr(output, "no such market|end"));
}

static void the_window_may_change_its_size(void **state)
{
    (void)state;
    start(NULL, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    size_t from = length;
    struct winsize size = {.ws_row = 8, .ws_col = 60};
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
    assert_true(wait_for(from, "needs 40x12, this window is 60x8"));
    from = length;
    size = (struct winsize){.ws_row = 40, .ws_col = 120};
    assert_int_equal(ioctl(master, TIOCSWINSZ, &size), 0);
    assert_true(wait_for(from, "closes"));
    /* Nobody has read that yet: another size is no key. */
    assert_true(wait_for(from, "no such market"));
    assert_null(memmem(output + from, length - from, "quit", 4));
    from = length;
    type("j");
    assert_true(wait_for(from, "quit"));
    type("q");
    assert_int_equal(WEXITSTATUS(end()), 0);
}

/* Ctrl-Z and fg: with no shell there is nobody to stop for, so it comes back at once, painted anew. */
static void a_stop_gives_the_terminal_back_meanwhile(void **state)
{
    (void)state;
    start(NULL, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    size_t from = length;
    type("\032");
    assert_true(wait_for(from, "\033[?1049l"));
    assert_true(wait_for(from, "\033[?1049h"));
    assert_true(wait_for(from, "Ada Quill"));
    type("q");
    assert_int_equal(WEXITSTATUS(end()), 0);
}

static void start_stopped(void)
{
    char byte;
    assert_int_equal(pipe2(told, O_CLOEXEC), 0);
    start(tell, ANSWER_LIST);
    assert_true(wait_for(0, "Ada Quill"));
    type("\023");
    /* The help comes and goes, a market is opened: all of it while nothing can be shown. */
    type("?q\r");
    assert_int_equal(read(told[0], &byte, 1), 1);
}

static void end_told(void)
{
    close(told[0]);
    close(told[1]);
    told[0] = told[1] = -1;
}

/* The child's end within a second, though nobody reads what it writes. */
static int end_soon(void)
{
    int status, process = (int)syscall(SYS_pidfd_open, child, 0);
    assert_true(process >= 0);
    struct pollfd descriptor = {.fd = process, .events = POLLIN};
    int ended = poll(&descriptor, 1, 1000);
    close(process);
    if (ended != 1) kill(child, SIGKILL);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(ended, 1);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

/* Ctrl-S stops the picture and nothing else; after Ctrl-Q the newest one is there, behind one of before at most. */
static void stopped_output_goes_on_with_the_newest_picture(void **state)
{
    (void)state;
    unsigned frames = 0;
    start_stopped();
    size_t from = length;
    type("\021");
    assert_true(wait_for(from, "look up the market"));
    output[length] = '\0';
    for (const char *at = output + from; (at = strstr(at, "\033[?2026h")) != NULL; at++) frames++;
    assert_in_range(frames, 1, 2);
    type("Q");
    assert_int_equal(WEXITSTATUS(end()), 0);
    end_told();
}

static void stopped_output_does_not_hold_up_the_end(void **state)
{
    (void)state;
    static const struct {
        int signal;
        const char *keys;
        int result;
    } ends[] = {{SIGTERM, "", 128 + SIGTERM}, {SIGHUP, "", 128 + SIGHUP}, {SIGINT, "", 128 + SIGINT}, {0, "Q", 0}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct termios after;
        start_stopped();
        if (ends[i].signal != 0) kill(child, ends[i].signal);
        type(ends[i].keys);
        assert_int_equal(end_soon(), ends[i].result);
        assert_int_equal(tcgetattr(master, &after), 0);
        assert_int_equal(after.c_lflag, before.c_lflag);
        assert_int_equal(after.c_iflag, before.c_iflag);
        close(master);
        end_told();
    }
}

/* With a signal that tells of it, and without one. */
static void a_closed_terminal_ends_it(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        own_session = i == 0;
        start(NULL, ANSWER_LIST);
        assert_true(wait_for(0, "Ada Quill"));
        close(master);
        assert_int_equal(end_soon(), 128 + SIGHUP);
    }
    own_session = true;
}

int main(void)
{
    setlocale(LC_ALL, "C.UTF-8");
    sample_catalogue(&catalogue);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(q_leaves),
        cmocka_unit_test(a_clock_that_stands_still_holds_up_nothing),
        cmocka_unit_test(a_picture_shows_the_newest),
        cmocka_unit_test(a_busy_feed_holds_up_no_key),
        cmocka_unit_test(keys_change_the_picture),
        cmocka_unit_test(signals_end_it_in_order),
        cmocka_unit_test(ctrl_c_is_sigint),
        cmocka_unit_test(a_pasted_ctrl_c_ends_nothing),
        cmocka_unit_test(a_crash_gives_the_terminal_back),
        cmocka_unit_test(a_quit_gives_the_terminal_back),
        cmocka_unit_test(what_libraries_print_comes_after_the_screen),
        cmocka_unit_test(what_is_not_found_ends_with_a_reason),
        cmocka_unit_test(the_window_may_change_its_size),
        cmocka_unit_test(a_stop_gives_the_terminal_back_meanwhile),
        cmocka_unit_test(stopped_output_goes_on_with_the_newest_picture),
        cmocka_unit_test(stopped_output_does_not_hold_up_the_end),
        cmocka_unit_test(a_closed_terminal_ends_it),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    catalogue_free(&catalogue);
    return failed;
}
