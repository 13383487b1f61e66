/* The main loop: waits for keys, signals, the feed and the clock; draws no more often than the user likes, and only
 * what has changed.
 */
#include "booktop/ui/ui.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "booktop/ui/copy.h"
#include "booktop/ui/session.h"
#include "booktop/ui/signals.h"

/* What a key does is seen sooner than what the user chose for the rest (prefs.frames): with the drawing, and a wait
 * for the feed, within a frame of 60 a second. */
#define KEY_INTERVAL (12 * NANOSECONDS_PER_MILLISECOND)

/* How long a picture waits for the feed. */
#define FRESH_MOST (2 * NANOSECONDS_PER_MILLISECOND)

struct loop {
    const struct ui_options *options;
    struct session *session;
    struct terminal *terminal;
    struct canvas canvas;
    int input;             /* descriptor of the keys */
    bool own_input;        /* /dev/tty, opened here */
    bool has_keys;         /* there was something to read */
    bool news;             /* the feed has something that is not taken yet */
    bool dirty;            /* the picture may have changed */
    int64_t next_frame_at; /* not before; after an idle time that is long past */
    bool terminal_gone;
    bool slow;             /* the last frame took long */
    int64_t next_keep_at;  /* not before */
    unsigned themes_shown; /* changes of the theme that the terminal has taken */
};

/* The loop goes by the machine's clock, whatever the one of the views does. */
static int64_t now(void)
{
    return clock_now(&clock_system).mono;
}

/* Waiting */

/* Until a moment at most; poll's result. In nanoseconds: rounded to its milliseconds every frame would be late. */
static int poll_until(struct pollfd *descriptors, nfds_t count, int64_t moment)
{
    if (moment == TIME_NEVER) return ppoll(descriptors, count, NULL, NULL);
    int64_t left = moment - now();
    if (left < 0) left = 0;
    struct timespec timeout = {.tv_sec = left / NANOSECONDS_PER_SECOND, .tv_nsec = left % NANOSECONDS_PER_SECOND};
    return ppoll(descriptors, count, &timeout, NULL);
}

/* Once the rest of a picture is taken the next one shows what is now, and no moment in between. */
static void send_on(struct loop *loop)
{
    terminal_flush(loop->terminal);
    if (terminal_lost(loop->terminal)) loop->terminal_gone = true;
    if (terminal_waits(loop->terminal) || loop->terminal_gone) return;
    loop->dirty = true;
    loop->next_frame_at = 0;
}

/* While the last frame is younger than a frame's time, or was not taken by the terminal yet, the feed is not listened
 * to, and rests: it copies nothing that would not be shown. */
static void wait(struct loop *loop)
{
    struct feed *feed = loop->options->feed;
    bool waits = terminal_waits(loop->terminal);
    bool resting = !waits && now() < loop->next_frame_at;
    bool looks = !waits && !resting;
    if (looks) (void)feed_look(feed); /* what comes of it is waited for below */
    struct pollfd descriptors[] = {
        {.fd = loop->input, .events = POLLIN},
        {.fd = signals_fd(), .events = POLLIN},
        {.fd = looks ? feed_wake_fd(feed) : -1, .events = POLLIN},
        {.fd = waits ? terminal_descriptor(loop->terminal) : -1, .events = POLLOUT},
    };
    int64_t due = waits ? TIME_NEVER : resting ? loop->next_frame_at : loop->dirty ? 0 : loop->session->scene.due;
    if (loop->session->to_keep && loop->options->keeper.keep != NULL && loop->next_keep_at < due)
        due = loop->next_keep_at;
    if (poll_until(descriptors, sizeof descriptors / sizeof *descriptors, due) <= 0) return;
    if (descriptors[0].revents & (POLLHUP | POLLERR | POLLNVAL)) loop->terminal_gone = true;
    loop->has_keys = (descriptors[0].revents & POLLIN) != 0;
    if (descriptors[2].revents & POLLIN) loop->news = true;
    if (descriptors[3].revents != 0) send_on(loop);
}

/* Acting */

static bool goes_on(const struct loop *loop)
{
    return loop->session->state == SESSION_RUNS && signals_ending() == 0 && !loop->terminal_gone;
}

static void fit_canvas(struct loop *loop)
{
    int height = terminal_height(loop->terminal), width = terminal_width(loop->terminal);
    loop->dirty = true;
    if (loop->canvas.height == height && loop->canvas.width == width) return;
    if (!canvas_resize(&loop->canvas, height, width)) loop->terminal_gone = true;
}

static void suspend(struct loop *loop)
{
    terminal_leave(loop->terminal);
    signals_stop_self();
    terminal_return(loop->terminal);
    fit_canvas(loop);
}

static void take_signals(struct loop *loop)
{
    unsigned signals = signals_take();
    if (signals & SIGNALS_SUSPEND) suspend(loop);
    if (signals & SIGNALS_CONTINUE) {
        terminal_return(loop->terminal);
        fit_canvas(loop);
    }
    if (signals & SIGNALS_RESIZE) {
        terminal_resized(loop->terminal);
        fit_canvas(loop);
    }
}

/* Input that is ready for ever and has nothing in it has come to its end, or fails at every read. */
static bool input_ended(const struct loop *loop)
{
    struct pollfd descriptor = {.fd = loop->input, .events = POLLIN};
    int bytes = 0;
    if (poll(&descriptor, 1, 0) <= 0) return false;
    return ioctl(loop->input, FIONREAD, &bytes) != 0 || bytes == 0;
}

/* Whether the terminal puts it into the clipboard is not told by any. */
static void copy(struct loop *loop, bool whole_book)
{
    struct scene *scene = &loop->session->scene;
    struct copy copied;
    bool made = copy_make(scene, whole_book, &copied);
    if (!made)
        scene_notice(scene, ROLE_MUTED, "%s", copied.words);
    else if (terminal_copy(loop->terminal, (struct text){copied.text, copied.length}))
        scene_notice(scene, ROLE_TEXT, "copied: %s (if the terminal allows it: OSC 52)", copied.words);
    else
        scene_notice(scene, ROLE_WARNING, "this terminal cannot be asked to copy");
    free(copied.text);
}

/* What is pasted where no line is open, and where the mouse has nothing to say, changes nothing. */
static void take_key(struct loop *loop, int key)
{
    struct session *session = loop->session;
    session->scene.machine = now();
    if (terminal_pasted(loop->terminal)) {
        if (session_paste(session, key)) loop->dirty = true;
        return;
    }
    if (key == PRESS_INTERRUPT) {
        signals_interrupt(loop->input);
        return;
    }
    if (key == PRESS_MOUSE) {
        if (!session_point(session, &loop->canvas, terminal_mouse(loop->terminal))) return;
    } else {
        session_press(session, key);
    }
    if (session->for_owner == ACTION_REPAINT) terminal_repaint(loop->terminal);
    if (session->for_owner == ACTION_SUSPEND) suspend(loop);
    if (session->for_owner == ACTION_COPY) copy(loop, false);
    if (session->for_owner == ACTION_COPY_BOOK) copy(loop, true);
    loop->dirty = true;
}

static void take_keys(struct loop *loop)
{
    int key;
    bool none = true;
    while (goes_on(loop) && (key = terminal_key(loop->terminal)) != PRESS_NONE) {
        take_key(loop, key);
        none = false;
    }
    int64_t soon = loop->session->scene.machine + KEY_INTERVAL;
    if (!none && !loop->slow && loop->next_frame_at > soon) loop->next_frame_at = soon;
    if (loop->has_keys && none && input_ended(loop)) loop->terminal_gone = true;
    loop->has_keys = false;
}

/* A theme that was named and cannot be had is told of, once, and what was shown before stays. */
static void follow_theme(struct loop *loop)
{
    struct scene *scene = &loop->session->scene;
    struct themes *themes = &scene->themes;
    char error[NOTICE_SIZE];
    if (!themes_follow(themes, scene->prefs.theme, error, sizeof error)) scene_notice(scene, ROLE_WARNING, "%s", error);
    if (loop->themes_shown == themes->changes) return;
    terminal_retheme(loop->terminal, &themes->shown);
    loop->themes_shown = themes->changes;
}

/* What a picture shows is taken right before it is drawn. What has changed until then is waited for, but not long: a
 * feed that is busy holds up no key. From here on it rests, until wait() looks again. */
static void catch_up(struct loop *loop)
{
    struct feed *feed = loop->options->feed;
    struct pollfd fresh = {.fd = feed_wake_fd(feed), .events = POLLIN};
    int64_t patience = now() + FRESH_MOST;
    while (feed_look(feed) && poll_until(&fresh, 1, patience) > 0) feed_woken(feed);
    feed_rest(feed);
    feed_woken(feed);
    loop->news = false;
    loop->session->scene.machine = now();
    if (session_pump(loop->session)) loop->dirty = true;
}

/* A terminal that takes long to write to gets as much time to rest. A picture that waited for the feed, or was woken
 * late, does not make the next one as late: else they would come later and later than there are changes. */
static void draw_frame(struct loop *loop)
{
    struct scene *scene = &loop->session->scene;
    scene->machine = now();
    scene->now = clock_now(loop->options->clock);
    follow_theme(loop);
    scene_draw(scene, &loop->canvas);
    terminal_set_mouse(loop->terminal, scene->prefs.mouse);
    terminal_show(loop->terminal, &loop->canvas);
    if (terminal_lost(loop->terminal)) loop->terminal_gone = true;
    loop->dirty = false;
    int64_t end = now(), took = end - scene->machine;
    int64_t interval = NANOSECONDS_PER_SECOND / scene->prefs.frames;
    loop->slow = took > KEY_INTERVAL / 2;
    bool in_time = scene->machine - loop->next_frame_at < FRESH_MOST;
    loop->next_frame_at = (in_time ? loop->next_frame_at : scene->machine) + interval;
    if (loop->slow && end + took > loop->next_frame_at) loop->next_frame_at = end + took;
}

/* What is kept is told when it may have changed, but not all the time. */
static void keep(struct loop *loop)
{
    const struct ui_options *options = loop->options;
    struct session *session = loop->session;
    char notice[NOTICE_SIZE] = "";
    if (options->keeper.keep == NULL || !session->to_keep || now() < loop->next_keep_at) return;
    session_keep(session, options->kept);
    session->to_keep = options->keeper.keep(options->keeper.context, options->kept, notice, sizeof notice);
    loop->next_keep_at = now() + KEEP_INTERVAL;
    if (notice[0] == '\0') return;
    scene_notice(&session->scene, ROLE_WARNING, "%s", notice);
    loop->dirty = true;
}

static void run(struct loop *loop)
{
    fit_canvas(loop);
    while (goes_on(loop)) {
        int64_t mono = now();
        if (mono >= loop->session->scene.due) loop->dirty = true;
        bool may_draw = mono >= loop->next_frame_at && !terminal_waits(loop->terminal);
        if (may_draw && (loop->dirty || loop->news)) catch_up(loop);
        if (may_draw && loop->dirty) draw_frame(loop);
        wait(loop);
        take_signals(loop);
        take_keys(loop);
        keep(loop);
    }
}

/* Opening and closing */

/* Keys come from standard input, or, where that is something else, from the terminal the process belongs to. */
static bool open_input(struct loop *loop, char *error, size_t error_size)
{
    loop->input = STDIN_FILENO;
    if (isatty(STDIN_FILENO)) return true;
    loop->input = open("/dev/tty", O_RDWR | O_CLOEXEC);
    loop->own_input = loop->input >= 0;
    if (!loop->own_input) snprintf(error, error_size, "no terminal to read keys from: %s", strerror(errno));
    return loop->own_input;
}

static bool open_terminal(struct loop *loop, const struct theme *theme, char *error, size_t error_size)
{
    if (!open_input(loop, error, error_size)) return false;
    if (!signals_install()) {
        snprintf(error, error_size, "signals: %s", strerror(errno));
        return false;
    }
    struct terminal_options options = {
        .input = loop->input,
        .output = STDOUT_FILENO,
        .theme = theme,
        .colour = loop->options->colour,
        .ascii = loop->options->ascii,
        .capture = true,
    };
    loop->terminal = terminal_open(&options, error, error_size);
    if (loop->terminal == NULL) return false;
    loop->canvas.ascii = terminal_ascii(loop->terminal);
    return true;
}

/* A theme that cannot be read, or is no longer there, keeps nobody from the market: as much of it as was read is shown,
 * else the default, and why. */
static void begin_theme(struct loop *loop, const struct theme *theme, const char *trouble)
{
    struct scene *scene = &loop->session->scene;
    themes_begin(&scene->themes, theme, scene->prefs.theme);
    loop->themes_shown = scene->themes.changes;
    scene->colourless = terminal_depth(loop->terminal) == DEPTH_NONE;
    if (trouble[0] == '\0') return;
    char said[NOTICE_SIZE];
    snprintf(said, sizeof said, "%s", scene->notice);
    scene_notice(scene, ROLE_WARNING, "%s%s%s", said, said[0] != '\0' ? "; " : "", trouble);
}

static int outcome(const struct loop *loop, char *error, size_t error_size)
{
    const struct session *session = loop->session;
    if (session->state == SESSION_FAILED) {
        const char *words = session->asked.words;
        snprintf(error, error_size, "%s%s%s", words, words[0] != '\0' ? ": " : "", session->why);
        return 1;
    }
    if (session->state == SESSION_LEFT) return 0;
    return 128 + (signals_ending() != 0 ? signals_ending() : SIGHUP);
}

int ui_run(const struct ui_options *options, char *error, size_t error_size)
{
    struct theme theme;
    struct loop loop = {.options = options};
    int result = 1;
    char trouble[NOTICE_SIZE] = "";
    theme_load(&theme, options->kept != NULL ? options->kept->prefs.theme : NULL, trouble, sizeof trouble);
    loop.session = calloc(1, sizeof *loop.session);
    if (loop.session == NULL) {
        snprintf(error, error_size, "out of memory");
        return result;
    }
    if (open_terminal(&loop, &theme, error, error_size)) {
        session_begin(loop.session, options);
        begin_theme(&loop, &theme, trouble);
        run(&loop);
        terminal_close(loop.terminal);
        result = outcome(&loop, error, error_size);
        if (options->kept != NULL) session_keep(loop.session, options->kept);
        session_end(loop.session);
    }
    signals_restore();
    if (loop.own_input) close(loop.input);
    canvas_free(&loop.canvas);
    free(loop.session);
    return result;
}
