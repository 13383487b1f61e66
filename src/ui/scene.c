#include "booktop/ui/scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene_inside.h"
#include "state_words.h"

#define BRIEFLY (5 * NANOSECONDS_PER_SECOND)

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
    scene->notice_until = 0;
}

void scene_notice_briefly(struct scene *scene)
{
    scene->notice_until = scene->machine + BRIEFLY;
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

/* What is known, and what is seen of it */

bool scene_shows_book(const struct scene *scene)
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
    return scene->screen == SCREEN_BOOK && !scene_shows_book(scene) && !covered;
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
    *label = scene->replay.damaged ? "damaged: " : "";
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
