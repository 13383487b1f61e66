#include "booktop/ui/scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "info.h"
#include "state_words.h"

void scene_init(struct scene *scene, struct stamp started)
{
    *scene = (struct scene){.started = started, .now = started, .due = TIME_NEVER, .latency_shown = LATENCY_UNKNOWN};
    scene->machine = started.mono;
    scene->opening_since = started;
    prefs_init(&scene->prefs);
    themes_init(&scene->themes);
    market_list_init(&scene->list);
    search_over(&scene->search);
}

void scene_free(struct scene *scene)
{
    search_over(&scene->search);
    market_list_free(&scene->list);
}

/* Which step the newest attempt came to is told by the states that were entered since the last view: every attempt
 * enters them in their order. Counters that fell are another connection's: then all of them are taken for new. */
static void follow_link(struct scene *scene, const struct book_view *view)
{
    static const enum start_step steps[LINK_STATE_COUNT] = {
        [LINK_STATE_RESOLVING] = STEP_RESOLVE,   [LINK_STATE_CONNECTING] = STEP_CONNECT,
        [LINK_STATE_HANDSHAKING] = STEP_CONNECT, [LINK_STATE_SUBSCRIBING] = STEP_SUBSCRIBE,
        [LINK_STATE_SYNCING] = STEP_FIRST_BOOK,
    };
    static const uint64_t nothing[LINK_STATE_COUNT];
    const uint64_t *before = scene->has_view ? scene->book.link.entered : nothing, *now = view->link.entered;
    for (int i = 0; i < LINK_STATE_COUNT; i++) {
        if (now[i] >= before[i]) continue;
        before = nothing;
        scene->link_step = STEP_LOOKUP;
    }
    for (int i = LINK_STATE_COUNT - 1; i >= 0; i--) {
        if (now[i] == before[i] || steps[i] == STEP_LOOKUP) continue;
        scene->link_step = steps[i];
        return;
    }
}

void scene_take_connections(struct scene *scene, const struct connections_view *connections)
{
    scene->connections = *connections;
    scene->has_connections = true;
}

void scene_take(struct scene *scene, const struct book_view *view)
{
    bool other = !scene->has_view || !market_handle_equal(scene->book.market, view->market);
    if (other || scene->book.epoch != view->epoch) scene->latency_shown = LATENCY_UNKNOWN;
    /* A place of before means nothing behind a jump. */
    bool jumped = scene->replaying && scene->book.epoch != view->epoch;
    if (other || jumped) {
        scene->tape_skip = 0;
        scene->tape_paused = scene->tape_still = false;
    }
    if (other) scene->proof_top = scene->info_top = 0;
    follow_link(scene, view);
    scene->book = *view;
    scene->has_view = true;
    ladder_take(&scene->ladder, &scene->book, &scene->prefs);
}

static int64_t held(int64_t value, int64_t most)
{
    return value < 0 ? 0 : value > most ? most : value;
}

void scene_take_replay(struct scene *scene, const struct replay_view *replay)
{
    scene->replaying = true;
    scene->replay = *replay;
    scene->replay.length = held(replay->length, TIME_NEVER / 4);
    scene->replay.position = held(replay->position, scene->replay.length);
    scene->replay.began = held(replay->began, TIME_NEVER / 2);
}

void scene_notice(struct scene *scene, enum role role, const char *format, ...)
{
    char words[2 * NOTICE_SIZE]; /* cut within a character, if at all, where it is cut anyway */
    va_list arguments;
    va_start(arguments, format);
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized): it was started in the line above */
    vsnprintf(words, sizeof words, format, arguments);
    va_end(arguments);
    text_copy(text_from(words), scene->notice, sizeof scene->notice);
    scene->notice_role = role;
    scene->notice_path[0] = '\0';
}

void scene_notice_file(struct scene *scene, enum role role, const char *words, const char *path)
{
    const char *home = getenv("HOME");
    size_t length = home != NULL ? strlen(home) : 0;
    bool inside = length > 1 && strncmp(path, home, length) == 0 && path[length] == '/';
    scene_notice(scene, role, "%s ", words);
    snprintf(scene->notice_path, sizeof scene->notice_path, "%s%s", inside ? "~" : "", inside ? path + length : path);
}

void scene_read(struct scene *scene)
{
    scene->notice[0] = '\0';
    scene->failure_read = scene->taping.state == TAPING_FAILED;
    snprintf(scene->damage_read, sizeof scene->damage_read, "%s", scene->replay.trouble);
}

void scene_due_in_machine_time(struct scene *scene, int64_t nanoseconds)
{
    if (nanoseconds > TIME_NEVER - scene->machine) return;
    int64_t due = scene->machine + nanoseconds;
    if (due < scene->due) scene->due = due;
}

/* Where the views' clock stands still nothing changes by it; where it goes as fast as it can, about so. */
void scene_due_in(struct scene *scene, int64_t nanoseconds)
{
    const struct replay_view *replay = &scene->replay;
    if (!scene->replaying) {
        scene_due_in_machine_time(scene, scene->clock_speed > 1 ? nanoseconds / scene->clock_speed : nanoseconds);
        return;
    }
    if (replay->paused || replay->ended || replay->seeking) return;
    int64_t speed = replay->speed != REPLAY_SPEED_ALL ? replay->speed : REPLAY_SPEED_MOST;
    bool ages = nanoseconds > TIME_NEVER / REPLAY_SPEED_NORMAL;
    scene_due_in_machine_time(scene, ages ? nanoseconds : nanoseconds * REPLAY_SPEED_NORMAL / speed);
}

bool scene_stale(const struct scene *scene)
{
    return book_stale(&scene->book, scene->now);
}

/* Which view */

/* The market is known, and there is something to show of it, if only that it is over. */
static bool book_is_shown(const struct scene *scene)
{
    if (!scene->has_view || scene->opening) return false;
    return scene->book.has_book || scene->book.status != MARKET_OPEN;
}

size_t prompt_most(enum prompt_use use)
{
    if (use == PROMPT_GROUP) return WATCH_GROUP_SIZE - 1;
    return use == PROMPT_MARK ? NOTE_MOST : 0;
}

bool scene_is_demo(const struct scene *scene)
{
    return scene->demo || (scene->has_view && scene->book.demo);
}

const char *scene_forgets(const struct scene *scene)
{
    if (!scene->forgets) return "";
    return scene_is_demo(scene) ? "; in the demo nothing is kept" : "; nothing is kept in this run";
}

bool scene_knows_market(const struct scene *scene)
{
    return scene->has_view && !scene->opening && scene->book.market.generation != 0;
}

bool scene_shows_proof(const struct scene *scene)
{
    return scene->proof_open && scene->screen == SCREEN_BOOK && scene_knows_market(scene);
}

bool scene_ask_cost(struct scene *scene, struct text typed, char *error, size_t error_size)
{
    if (!cost_read(&scene->cost, (enum size_unit)scene->prefs.size_unit, typed, error, error_size)) return false;
    scene->ladder.cursor_on = false;
    return true;
}

bool scene_shows_info(const struct scene *scene)
{
    return scene->info_open;
}

bool scene_offers_retry(const struct scene *scene)
{
    if (scene->replaying) return false;
    if (scene->has_view && link_broken(&scene->book.link)) return true;
    for (uint32_t i = 0; scene->log_open && scene->has_connections && i < scene->connections.count; i++) {
        if (link_broken(&scene->connections.connections[i].view)) return true;
    }
    return false;
}

bool scene_shows_start(const struct scene *scene)
{
    bool covered =
        scene->help_open || scene->log_open || scene->watch_open || scene->info_open || scene_shows_proof(scene);
    return scene->screen == SCREEN_BOOK && !book_is_shown(scene) && !covered;
}

/* From this width on the second row has room for the usual reasons. */
#define LEAST_WIDTH_FOR_REASON 120
/* What stands beside a reason there. */
#define BESIDE_REASON 56

const char *scene_trouble(const struct scene *scene, int width)
{
    if (!scene->has_view || scene->help_open || scene->log_open || scene_shows_start(scene)) return "";
    if (scene->screen == SCREEN_BOOK && scene->book.status == MARKET_RESOLVED) return "";
    /* That no sign of life comes the second row says by itself, and for how long. */
    if (scene->screen == SCREEN_BOOK && link_in_doubt(&scene->book.link, scene->now)) return "";
    const char *reason = link_reason(&scene->book.link);
    int room = width - header_rec_width(scene, width);
    bool fits = room >= LEAST_WIDTH_FOR_REASON && (int)text_width(text_from(reason)) <= room - BESIDE_REASON;
    return fits ? "" : reason;
}

const char *scene_alert(const struct scene *scene, enum role *role, const char **label)
{
    *role = ROLE_BAD;
    *label = "recording failed: ";
    if (scene->taping.state == TAPING_FAILED && !scene->failure_read) {
        if (scene->taping.recorder.whole) *label = "recording ended: ";
        const char *reason = scene->taping.recorder.reason;
        return reason[0] != '\0' ? reason : "it has ended by itself";
    }
    *role = ROLE_WARNING;
    *label = "damaged: ";
    bool told = !scene->replaying || strcmp(scene->replay.trouble, scene->damage_read) == 0;
    return told ? "" : scene->replay.trouble;
}

bool scene_outlook(const struct scene *scene, const struct link_view *link, char out[FIGURE_SIZE], int64_t *changes_in)
{
    *changes_in = TIME_NEVER;
    out[0] = '\0';
    if (scene->replaying && link->state == LINK_STATE_GIVEN_UP) return false;
    return link_outlook(link, scene->now, out, changes_in);
}

static const struct view_ops *const pane_views[PANE_COUNT] = {
    [PANE_LADDER] = &view_ladder, [PANE_TAPE] = &view_tape, [PANE_CHART] = &view_chart};

/* The one that is seen where the help is not open. */
static const struct view_ops *helped_view(const struct scene *scene)
{
    if (scene->log_open) return &view_log;
    if (scene_shows_info(scene)) return &view_info;
    if (scene->watch_open) return &view_watch;
    if (scene->screen == SCREEN_LIST) return &view_markets;
    if (scene_shows_proof(scene)) return &view_proof;
    return book_is_shown(scene) ? pane_views[scene->focus] : &view_start;
}

/* Markets are searched for: what is found stands in place of everything else. */
static bool searches(const struct scene *scene)
{
    return scene->prompt_open && scene->prompt_use == PROMPT_SEARCH;
}

static const struct view_ops *focused_view(const struct scene *scene)
{
    if (searches(scene)) return &view_search;
    if (scene->themes.open) return &view_themes;
    return scene->help_open ? &view_help : helped_view(scene);
}

enum context scene_view_context(const struct scene *scene)
{
    return focused_view(scene)->context;
}

enum context scene_helped_context(const struct scene *scene)
{
    return helped_view(scene)->context;
}

enum context scene_context(const struct scene *scene)
{
    if (scene->prompt_open && (searches(scene) || scene->prompt_use == PROMPT_FILTER)) return CONTEXT_SEARCH;
    if (scene->prompt_open) return scene->prompt_use == PROMPT_COMMAND ? CONTEXT_COMMAND : CONTEXT_PROMPT;
    if (scene->jump[0] != '\0') return CONTEXT_JUMP;
    return focused_view(scene)->context;
}

static void open_proof(struct scene *scene)
{
    if (!scene_knows_market(scene) || scene->screen != SCREEN_BOOK) {
        scene_notice(scene, ROLE_MUTED,
                     scene->screen == SCREEN_BOOK ? "no market is open yet" : "no book is open here");
        return;
    }
    scene->proof_open = true;
    scene->proof_top = 0;
}

static void open_info(struct scene *scene)
{
    struct info info;
    if (!info_of(scene, &info)) {
        bool chosen = scene->watch_open || scene->screen == SCREEN_LIST;
        scene_notice(scene, ROLE_MUTED, chosen ? "no market is selected" : "no market is open yet");
        return;
    }
    scene->info_open = true;
    scene->info_top = 0;
}

/* To the next pane that is wanted. */
static void next_pane(struct scene *scene)
{
    const bool wanted[PANE_COUNT] = {true, scene->prefs.tape, scene->prefs.chart};
    do {
        scene->focus = (scene->focus + 1) % PANE_COUNT;
    } while (!wanted[scene->focus]);
}

/* Goes to a pane. Who is there already leaves it, and where it would stay beside the others it is put away. */
static void toggle_pane(struct scene *scene, enum pane pane, bool *wanted)
{
    bool leaves = scene->focus == pane;
    if (!leaves || scene->beside[pane]) *wanted = !leaves;
    scene->focus = leaves ? PANE_LADDER : pane;
}

/* What concerns the whole screen; false for what is a view's. */
static bool act_on_screen(struct scene *scene, enum action action)
{
    switch (action) {
    case ACTION_NEXT_PANE:
        next_pane(scene);
        return true;
    case ACTION_FULL_PANE:
        scene->full_pane = !scene->full_pane;
        return true;
    case ACTION_TAPE:
        toggle_pane(scene, PANE_TAPE, &scene->prefs.tape);
        return true;
    case ACTION_CHART:
        toggle_pane(scene, PANE_CHART, &scene->prefs.chart);
        return true;
    case ACTION_PROOF:
        open_proof(scene);
        return true;
    case ACTION_INFO:
        open_info(scene);
        return true;
    default:
        return false;
    }
}

bool scene_act(struct scene *scene, enum action action)
{
    if (searches(scene) && view_search.act(scene, action)) return true;
    if (scene->prompt_open && scene->prompt_use == PROMPT_FILTER && market_list_act(&scene->list, action)) return true;
    if (scene->prompt_open) return prompt_act(&scene->prompt, action);
    if (scene->jump[0] != '\0' && action == ACTION_ERASE) {
        scene->jump[strlen(scene->jump) - 1] = '\0';
        return true;
    }
    return act_on_screen(scene, action) || focused_view(scene)->act(scene, action);
}

/* The picture */

static int width_of(const char *text)
{
    return (int)text_width(text_from(text));
}

/* What is needed comes first: "needs 40x12, this window is 40x11", in two lines where that is too long. */
static void draw_small(struct canvas *canvas)
{
    char needs[32], is[32], both[80];
    int row = canvas->height / 2, width = canvas->width;
    snprintf(needs, sizeof needs, "needs %dx%d", LAYOUT_LEAST_WIDTH, LAYOUT_LEAST_HEIGHT);
    snprintf(is, sizeof is, "this is %dx%d", canvas->width, canvas->height);
    snprintf(both, sizeof both, "%s, this window is %dx%d", needs, canvas->width, canvas->height);
    if (width_of(both) <= width) {
        canvas_text(canvas, row, 0, width, ROLE_TEXT, both);
        return;
    }
    /* Sizes that lost a digit would be others. */
    if (width_of(needs) > width) snprintf(needs, sizeof needs, "%dx%d", LAYOUT_LEAST_WIDTH, LAYOUT_LEAST_HEIGHT);
    if (width_of(needs) <= width) canvas_text(canvas, row, 0, width, ROLE_TEXT, needs);
    if (width_of(is) <= width && row + 1 < canvas->height) canvas_text(canvas, row + 1, 0, width, ROLE_MUTED, is);
}

/* From rule to rule; the middle of the ladder runs into it. */
static void draw_divider(struct canvas *canvas, const struct layout *layout, int column)
{
    canvas_enter(canvas, (struct area){0, 0, canvas->height, canvas->width});
    canvas_joint(canvas, layout->upper_rule.row, column, ROLE_BORDER, GLYPH_TEE_DOWN);
    canvas_divider(canvas, layout->body.row, column, layout->body.height, ROLE_BORDER);
    canvas_joint(canvas, layout->lower_rule.row, column, ROLE_BORDER, GLYPH_TEE_UP);
}

static void draw_panes(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    for (int i = 0; i < PANE_COUNT; i++) {
        if (layout->panes[i].height == 0) continue;
        canvas_enter(canvas, layout->panes[i]);
        canvas_zone_area(canvas, ZONE_PANE, i);
        pane_views[i]->draw(scene, canvas);
    }
    for (int i = 0; i < layout->divider_count; i++) draw_divider(canvas, layout, layout->dividers[i]);
    if (layout->panes[PANE_LADDER].height == 0 && layout->panes[PANE_CHART].height == 0) return;
    canvas_enter(canvas, layout->lower_rule);
    readout_draw(scene, canvas);
}

/* The list of themes, beside what shows their colours. */
static void draw_side(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    canvas_enter(canvas, layout->side);
    view_themes.draw(scene, canvas);
    draw_divider(canvas, layout, layout->side.column);
}

static void draw_body(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    bool panes = scene->screen == SCREEN_BOOK && book_is_shown(scene) && !scene_shows_proof(scene);
    if (panes && !searches(scene) && !scene->help_open && !scene->log_open && !scene->watch_open && !scene->info_open) {
        draw_panes(scene, canvas, layout);
        return;
    }
    canvas_enter(canvas, layout->body);
    const struct view_ops *view = searches(scene) ? &view_search : scene->help_open ? &view_help : helped_view(scene);
    view->draw(scene, canvas);
}

/* A book becomes stale by itself when its connection gives no sign of life. */
static void await_doubt(struct scene *scene)
{
    int64_t left = scene->has_view ? link_doubt_in(&scene->book.link, scene->now) : TIME_NEVER;
    if (left != TIME_NEVER) scene_due_in(scene, left);
}

static struct layout_rows wanted_rows(const struct scene *scene, int width)
{
    enum role role;
    const char *label;
    return (struct layout_rows){
        .alert = scene_alert(scene, &role, &label)[0] != '\0',
        .trouble = scene_trouble(scene, width)[0] != '\0',
        .replay = scene->replaying,
        .footer = footer_height(scene, width),
    };
}

/* The rows that have nothing in them have no height either. */
static void draw_row(struct scene *scene, struct canvas *canvas, const struct area *row,
                     void (*draw)(struct scene *scene, struct canvas *canvas))
{
    if (row->height == 0) return;
    canvas_enter(canvas, *row);
    draw(scene, canvas);
}

/* In a low window the replay's row is the footer's where nothing else has to be said there. */
static void draw_footer(struct scene *scene, struct canvas *canvas, const struct layout *layout)
{
    bool said = scene->prompt_open || scene->jump[0] != '\0' || scene->notice[0] != '\0' || scene->themes.open;
    bool shared = scene->replaying && layout->replay.height == 0 && !said;
    draw_row(scene, canvas, &layout->footer, shared ? replay_row_draw : footer_draw);
    bool read = scene->screen == SCREEN_BOOK && (scene->cost.on || ladder_cursor_rank(&scene->ladder) >= 0);
    if (shared && !read) draw_row(scene, canvas, &layout->lower_rule, hints_on_rule_draw);
}

void scene_draw(struct scene *scene, struct canvas *canvas)
{
    canvas_clear(canvas);
    scene->due = TIME_NEVER;
    /* What began later than now did so before the clock jumped back. */
    if (scene->opening_since.mono > scene->now.mono) scene->opening_since = scene->now;
    struct layout_rows rows = wanted_rows(scene, canvas->width);
    struct layout_panes panes = {.focus = scene->focus,
                                 .full = scene->full_pane,
                                 .tape = scene->prefs.tape,
                                 .chart = scene->prefs.chart,
                                 .side = scene->themes.open ? THEMES_WIDTH : 0};
    struct layout layout = layout_compute(canvas->height, canvas->width, panes, rows);
    memcpy(scene->beside, layout.beside, sizeof scene->beside);
    if (!layout.fits) {
        draw_small(canvas);
        return;
    }
    canvas_enter(canvas, layout.header);
    header_draw(scene, canvas);
    canvas_enter(canvas, layout.upper_rule);
    canvas_rule(canvas, 0, 0, canvas->width, ROLE_BORDER);
    canvas_enter(canvas, layout.lower_rule);
    canvas_rule(canvas, 0, 0, canvas->width, ROLE_BORDER);
    draw_body(scene, canvas, &layout);
    if (layout.side.height > 0) draw_side(scene, canvas, &layout);
    await_doubt(scene);
    draw_row(scene, canvas, &layout.alert, alert_draw);
    draw_row(scene, canvas, &layout.trouble, trouble_draw);
    draw_row(scene, canvas, &layout.replay, replay_row_draw);
    draw_footer(scene, canvas, &layout);
}
