/* What the keys do to a recording that is watched. The scene shows at once what the feed was asked for: the next key
 * goes on from there. */
#include "session_keys.h"

#include <stdio.h>
#include <string.h>

#include "replay_bar.h"

#define SECONDS_STEP (10 * NANOSECONDS_PER_SECOND)
/* While it plays a landmark that was passed so lately, of real time, is not the one before, if there is another. */
#define LATELY NANOSECONDS_PER_SECOND
/* Of what is typed to jump to, before and behind the point. */
#define WHOLE_DIGITS  3
#define JUMP_DECIMALS 3
/* The whole, in thousandths of a percent. */
#define SHARE_ALL 100000

static const unsigned speeds[] = {
    100, 200, 500, 1000, 2000, 4000, 8000, 16000, 32000, 64000, 128000, 256000, 512000, 1000000, REPLAY_SPEED_ALL};
#define SPEEDS (sizeof speeds / sizeof *speeds)

static bool faster(unsigned a, unsigned b)
{
    if (b == REPLAY_SPEED_ALL) return false;
    return a == REPLAY_SPEED_ALL || a > b;
}

static void set_speed(struct session *session, unsigned speed)
{
    char times[DECIMAL_TEXT_SIZE];
    session->scene.replay.speed = speed;
    feed_replay_speed(session->feed, speed);
    if (!session->scene.replay.paused) return;
    /* The row says that it is paused and nothing of a speed. */
    decimal_format(speed, 3, times);
    if (speed == REPLAY_SPEED_ALL)
        scene_notice(&session->scene, ROLE_TEXT, "it will go on as fast as it goes");
    else
        scene_notice(&session->scene, ROLE_TEXT, "it will go on %s times as fast", times);
}

static void speed_up(struct session *session)
{
    for (size_t i = 0; i < SPEEDS; i++) {
        if (!faster(speeds[i], session->scene.replay.speed)) continue;
        set_speed(session, speeds[i]);
        return;
    }
    scene_notice(&session->scene, ROLE_MUTED, "it is as fast as it goes");
}

static void slow_down(struct session *session)
{
    for (size_t i = SPEEDS; i > 0; i--) {
        if (!faster(session->scene.replay.speed, speeds[i - 1])) continue;
        set_speed(session, speeds[i - 1]);
        return;
    }
    char key[KEYS_SIZE];
    keymap_key(CONTEXT_REPLAY, true, ACTION_PAUSE, key);
    scene_notice(&session->scene, ROLE_MUTED, "slower it does not go: %s pauses", key);
}

static bool at_end(struct session *session)
{
    char key[KEYS_SIZE];
    if (!session->scene.replay.ended || session->scene.replay.open) return false;
    keymap_key(CONTEXT_REPLAY, true, ACTION_BACKWARD, key);
    scene_notice(&session->scene, ROLE_MUTED, "the end of the recording: %s goes back, 0%% to its start", key);
    return true;
}

static void pause(struct session *session)
{
    struct replay_view *replay = &session->scene.replay;
    if (at_end(session)) return;
    replay->paused = !replay->paused;
    feed_replay_pause(session->feed, replay->paused);
}

static void step_on(struct session *session, enum replay_step step)
{
    if (at_end(session)) return;
    session->jump_to = 0;
    if (!session->scene.replay.ended) session->scene.replay.paused = true; /* at an open end there may be none */
    feed_replay_step(session->feed, step);
}

static void one_message(struct session *session)
{
    step_on(session, REPLAY_MESSAGE);
}

static void one_change(struct session *session)
{
    step_on(session, REPLAY_CHANGE);
}

/* Where the end is not known yet the feed finds it. */
void session_replay_seek(struct session *session, int64_t m)
{
    struct replay_view *replay = &session->scene.replay;
    bool bounded = replay->measured || replay->ended;
    if (bounded && m > replay->length) m = replay->length;
    if (m < 0) m = 0;
    replay->position = session->sought = m;
    if (m < replay->length) replay->ended = false;
    session->jump_to = 0;
    feed_replay_seek(session->feed, m);
}

static void backward(struct session *session)
{
    session_replay_seek(session, session->scene.replay.position - SECONDS_STEP);
}

static void forward(struct session *session)
{
    session_replay_seek(session, session->scene.replay.position + SECONDS_STEP);
}

/* Landmarks */

/* Told as `goto` takes it. */
static void go_to(struct session *session, const struct recording_landmark *landmark)
{
    char place[FIGURE_SIZE];
    figure_place(landmark->m, session->scene.replay.length, place);
    scene_notice(&session->scene, ROLE_TEXT, "%s at +%s%s%s", recording_landmark_name(landmark->kind),
                 place + strspn(place, " "), landmark->words[0] != '\0' ? ": " : "", landmark->words);
    session_replay_seek(session, landmark->m);
}

static void find_none(struct session *session, const char *where)
{
    const struct replay_view *replay = &session->scene.replay;
    bool all = replay->surveyed >= REPLAY_SURVEYED_ALL && !replay->partly;
    scene_notice(&session->scene, ROLE_MUTED, "no mark or gap %s here%s", where, all ? "" : " as far as was looked");
}

/* Of those that were passed lately, where there are no others, the farthest. */
static void previous_landmark(struct session *session)
{
    const struct replay_view *replay = &session->scene.replay;
    bool runs = !replay->paused && !replay->ended;
    unsigned speed = replay->speed == REPLAY_SPEED_ALL ? REPLAY_SPEED_MOST : replay->speed;
    int64_t lately = runs ? LATELY / REPLAY_SPEED_NORMAL * speed : 0;
    for (uint32_t i = replay->landmark_count; i > 0; i--) {
        if (replay->landmarks[i - 1].m >= replay->position - lately) continue;
        go_to(session, &replay->landmarks[i - 1]);
        return;
    }
    if (replay->landmark_count > 0 && replay->landmarks[0].m < replay->position)
        go_to(session, &replay->landmarks[0]);
    else
        find_none(session, "before");
}

static void next_landmark(struct session *session)
{
    const struct replay_view *replay = &session->scene.replay;
    for (uint32_t i = 0; i < replay->landmark_count; i++) {
        if (replay->landmarks[i].m <= replay->position) continue;
        go_to(session, &replay->landmarks[i]);
        return;
    }
    find_none(session, "after");
}

/* Jumps */

/* What no place has is not taken. */
void session_jump_digit(struct session *session, int key)
{
    char *digits = session->scene.jump;
    const char *point = strchr(digits, '.');
    size_t length = strlen(digits), most = point != NULL ? (size_t)(point - digits) + 1 + JUMP_DECIMALS : WHOLE_DIGITS;
    if (key == '.' ? point != NULL : length == most) return;
    digits[length] = (char)key;
    digits[length + 1] = '\0';
}

/* "33.3": thousandths of a percent. */
static unsigned read_share(const char *digits)
{
    unsigned share = 0, decimals = 0;
    bool behind = false;
    for (; *digits != '\0'; digits++) {
        if (*digits != '.') share = 10 * share + (unsigned)(*digits - '0');
        decimals += behind;
        behind = behind || *digits == '.';
    }
    for (; decimals < JUMP_DECIMALS; decimals++) share *= 10;
    return share;
}

static void jump_to(struct session *session, unsigned share)
{
    int64_t length = session->scene.replay.length;
    bool inside = share < SHARE_ALL;
    session_replay_seek(session, inside ? length / SHARE_ALL * share + length % SHARE_ALL * share / SHARE_ALL : length);
}

static void refuse_jump(struct scene *scene)
{
    scene_notice(scene, ROLE_WARNING, "how long it is could not be found out: no part of it is known");
}

/* A part of a length that is not known yet waits until it is. */
static void jump(struct session *session)
{
    struct scene *scene = &session->scene;
    unsigned share = read_share(scene->jump);
    char typed[sizeof scene->jump];
    memcpy(typed, scene->jump, sizeof typed);
    scene->jump[0] = '\0';
    if (share > SHARE_ALL) {
        scene_notice(scene, ROLE_WARNING, "there is no %s%%: 100%% is the end", typed);
        return;
    }
    if (scene->replay.measured || share == 0) {
        jump_to(session, share);
    } else if (scene->replay.surveyed >= REPLAY_SURVEYED_ALL) {
        refuse_jump(scene);
    } else {
        session->jump_to = share;
        scene_notice(scene, ROLE_MUTED, "to %s%% as soon as it is known how long it is", typed);
    }
}

void session_replay_measured(struct session *session)
{
    struct scene *scene = &session->scene;
    if (session->jump_to == 0) return;
    if (scene->replay.measured) {
        scene->notice[0] = '\0';
        jump_to(session, session->jump_to);
    } else if (scene->replay.surveyed >= REPLAY_SURVEYED_ALL) {
        session->jump_to = 0;
        refuse_jump(scene);
    }
}

/* Pointing */

/* The first landmark that is seen in a column: a mark, where one hides others. */
static const struct recording_landmark *landmark_at(const struct replay_view *replay, int64_t length, int column,
                                                    int width)
{
    const struct recording_landmark *found = NULL;
    for (uint32_t i = 0; length > 0 && i < replay->landmark_count; i++) {
        const struct recording_landmark *landmark = &replay->landmarks[i];
        if (replay_bar_column(length, landmark->m, width) != column) continue;
        if (landmark->kind == LANDMARK_MARK) return landmark;
        if (found == NULL) found = landmark;
    }
    return found;
}

/* What is told makes room again by itself: in a low window it stands where the bar is. */
void session_replay_point(struct session *session, const struct zone *bar, int column)
{
    struct scene *scene = &session->scene;
    int64_t length = bar->value;
    int width = bar->area.width;
    column -= bar->area.column;
    scene->jump[0] = '\0';
    if (length < 0) {
        if (scene->replay.surveyed >= REPLAY_SURVEYED_ALL)
            refuse_jump(scene);
        else
            scene_notice(scene, ROLE_MUTED, "how long it is is not known yet: the bar has no places");
        scene_notice_briefly(scene);
        return;
    }
    const struct recording_landmark *landmark = landmark_at(&scene->replay, length, column, width);
    if (landmark == NULL) {
        session_replay_seek(session, replay_bar_place(length, column, width));
        return;
    }
    go_to(session, landmark);
    scene_notice_briefly(scene);
}

bool session_replay_act(struct session *session, enum action action)
{
    static void (*const keys[ACTION_COUNT])(struct session * session) = {
        [ACTION_PAUSE] = pause,
        [ACTION_ONE_MESSAGE] = one_message,
        [ACTION_ONE_CHANGE] = one_change,
        [ACTION_BACKWARD] = backward,
        [ACTION_FORWARD] = forward,
        [ACTION_SLOWER] = slow_down,
        [ACTION_FASTER] = speed_up,
        [ACTION_PREVIOUS_MARK] = previous_landmark,
        [ACTION_NEXT_MARK] = next_landmark,
        [ACTION_JUMP] = jump,
    };
    if (keys[action] == NULL || !session->scene.replaying) return false;
    keys[action](session);
    return true;
}

void session_refuse_in_replay(struct session *session, enum action action)
{
    struct scene *scene = &session->scene;
    switch (action) {
    case ACTION_RECORD:
        scene_notice(scene, ROLE_MUTED, "this is a recording already: a replay is not recorded");
        return;
    case ACTION_MARK:
        scene_notice(scene, ROLE_MUTED, "marks are put while recording: a replay takes none");
        return;
    case ACTION_WATCH:
    case ACTION_WATCH_LIST:
        scene_notice(scene, ROLE_MUTED, "the watch list is of live markets: a replay has those of its recording");
        return;
    case ACTION_RETRY:
        scene_notice(scene, ROLE_MUTED, "a replay has no connections to try again");
        return;
    default:
        return;
    }
}
